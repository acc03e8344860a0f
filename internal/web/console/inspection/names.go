package inspection

import (
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// names are those of the products and producers that a list names, each looked
// up once.
type names struct {
	v        *desk.Visit
	goods    map[string]trace.Stored[trace.Product]
	makers   map[string]trace.Stored[trace.Producer]
	wanted   []string // products
	wantedBy []string // producers
}

// namesOf loads the names that finds need.
func (i inspection) namesOf(v *desk.Visit, f trace.Finds) (*names, error) {
	n := &names{v: v}
	for _, b := range f.Lots {
		n.want(b.Data.Product, b.Data.Producer)
	}
	for _, c := range f.Certificates {
		n.want(c.Data.Product, c.Data.Producer)
	}
	for _, p := range f.Products {
		n.want("", p.Data.Producer)
	}
	return n, i.look(n)
}

func (n *names) want(product, producer string) {
	if product != "" && !slices.Contains(n.wanted, product) {
		n.wanted = append(n.wanted, product)
	}
	if !slices.Contains(n.wantedBy, producer) {
		n.wantedBy = append(n.wantedBy, producer)
	}
}

// look loads what is wanted. All who come to this desk may read all of it.
func (i inspection) look(n *names) error {
	var err error
	if n.goods, err = trace.HeadsOf[trace.Product](n.v.Context(), i.Ledger, n.wanted); err != nil {
		return err
	}
	n.makers, err = trace.HeadsOf[trace.Producer](n.v.Context(), i.Ledger, n.wantedBy)
	return err
}

func (n *names) product(id string) string  { return n.v.Lang.Name(n.goods[id].Data.Name) }
func (n *names) producer(id string) string { return n.makers[id].Data.Name }

func (n *names) batches(all []trace.Stored[trace.Batch]) []row {
	var rows []row
	for _, b := range all {
		state := desk.StateBadge(n.v.Lang, b.Data.State)
		rows = append(rows, row{
			Label: desk.Display(b.ID), Href: filesPath + "/" + b.ID, Code: true, State: &state,
			Text: ui.Joined(" · ", n.product(b.Data.Product), n.v.T("lô ", "lot ")+b.Data.Lot.String(), n.producer(b.Data.Producer)),
		})
	}
	return rows
}

func (n *names) certificates(all []trace.Stored[trace.Certificate]) []row {
	var rows []row
	for _, c := range all {
		kind, _ := catalog.CertificateKindByCode(c.Data.Kind)
		state := desk.CertificateBadge(n.v.Lang, c.Data, n.v.Today())
		rows = append(rows, row{
			Label: c.Data.Number, Href: desk.Prefix + "/dang-ky/" + c.ID, State: &state,
			Text: ui.Joined(" · ", n.v.Lang.Name(kind.Name), n.product(c.Data.Product), n.producer(c.Data.Producer)),
		})
	}
	return rows
}

func (n *names) products(all []trace.Stored[trace.Product]) []row {
	var rows []row
	for _, p := range all {
		set, _ := catalog.SetByNumber(p.Data.Set)
		rows = append(rows, row{
			Label: n.v.Lang.Name(p.Data.Name), Href: searchPath + "/san-pham/" + p.ID,
			Text: ui.Joined(" · ", n.producer(p.Data.Producer), n.v.Lang.Name(set.Name)),
		})
	}
	return rows
}

func producerRows(v *desk.Visit, all []trace.Stored[trace.Producer]) []row {
	var rows []row
	for _, p := range all {
		rows = append(rows, row{Label: p.Data.Name, Href: searchPath + "/chu-the/" + p.ID, Text: p.Data.Address.In(string(v.Lang))})
	}
	return rows
}
