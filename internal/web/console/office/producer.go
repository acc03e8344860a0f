package office

import (
	"fmt"
	"net/url"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A productRow is a product in the list of its producer.
type productRow struct {
	Name, Set string
	// Stars and State are those of the certificate that decides about the
	// product's stars today; nil for a product that was never recognised.
	Stars string
	State *desk.Badge
	Href  string // of the certificate
}

// A batchRow is a batch in a list.
type batchRow struct {
	Code, Display, Lot, Product, Producer, Reason, Since string
	State                                                desk.Badge
}

// A producerPage is one producer.
type producerPage struct {
	desk.Frame
	ID       string
	Kind     string
	Example  bool // invented data
	Facts    []desk.Fact
	Products []productRow
	More     bool // more products than are shown
	Batches  []batchRow
	People   []member
	Pager    desk.Pager // of the people
	Invite   *ui.Form
	Log      string
}

// Template implements ui.Page.
func (producerPage) Template() string { return "producer.html" }

const (
	// shownProducts and shownBatches are how many a producer's page has.
	shownProducts = 50
	shownBatches  = 10
)

func (o office) producer(v *desk.Visit) (desk.Answer, error) {
	page, err := o.producerPage(v)
	return desk.Show(page), err
}

func (o office) producerPage(v *desk.Visit) (*producerPage, error) {
	s, err := o.Ledger.Producer(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	kind, _ := catalog.ProducerKindByCode(s.Data.Kind)
	page := &producerPage{
		Frame: v.Frame(s.Data.Name, s.Data.Name, producersLink(v)), ID: s.ID, Kind: v.Lang.Name(kind.Name), Example: s.Data.Demonstration,
		Facts: producerFacts(v, s), Invite: inviteForm(v, s.ID),
		Log: logPath + "?" + url.Values{byProducer: {s.Data.Name}, byProducerID: {s.ID}}.Encode(),
	}
	if err := o.fillProducts(v, page, s.ID); err != nil {
		return nil, err
	}
	batches, err := o.Ledger.Batches(v.Context(), v.Actor, trace.BatchQuery{Producer: s.ID}, trace.Paging{Limit: shownBatches})
	if err != nil {
		return nil, err
	}
	if page.Batches, err = o.batchRows(v, batches.Items); err != nil {
		return nil, err
	}
	page.People, page.Pager, err = o.members(v, account.PeopleQuery{Producer: s.ID})
	return page, err
}

func producerFacts(v *desk.Visit, s trace.Stored[trace.Producer]) []desk.Fact {
	p, gln := s.Data, ""
	if !p.GLN.IsZero() {
		gln = p.GLN.String()
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Địa chỉ", "Address"), Value: p.Address.In(string(v.Lang))},
		desk.Fact{Label: v.T("Huyện cũ", "Former district"), Value: p.Address.OldDistrict},
		desk.Fact{Label: v.T("Nơi sản xuất", "Production site"), Value: p.ProductionSite},
		desk.Fact{Label: v.T("Mã số thuế hoặc ĐKKD", "Tax or registration number"), Value: p.Registration},
		desk.Fact{Label: v.T("Điện thoại", "Telephone"), Value: p.Phone},
		desk.Fact{Label: "E-mail", Value: p.Email},
		desk.Fact{Label: v.T("Trang web", "Website"), Value: p.Website},
		desk.Fact{Label: "GLN", Value: gln},
		desk.Fact{Label: v.T("Tên ngắn trên tem", "Short name on stamps"), Value: p.ShortName},
		desk.Fact{Label: v.T("Đăng ký lúc", "Registered"), Value: v.Lang.Moment(s.Created)},
	)
}

// fillProducts lists products with the stars that they carry today.
func (o office) fillProducts(v *desk.Visit, page *producerPage, id string) error {
	products, err := o.Ledger.Products(v.Context(), v.Actor, id, "", trace.Paging{Limit: shownProducts})
	if err != nil {
		return err
	}
	page.More = products.Next != ""
	for _, p := range products.Items {
		certificates, err := o.Ledger.Certificates(v.Context(), v.Actor, trace.CertificateQuery{Product: p.ID, Kind: trace.OCOPCertificate}, trace.Paging{Limit: trace.MaxPage})
		if err != nil {
			return err
		}
		set, _ := catalog.SetByNumber(p.Data.Set)
		row := productRow{Name: v.Lang.Name(p.Data.Name), Set: v.Lang.Name(set.Name)}
		if c := trace.Certificates(certificates.Items).OCOP(p.ID, v.Today()); c != nil {
			badge := desk.CertificateBadge(v.Lang, c.Data, v.Today())
			row.State, row.Href, row.Stars = &badge, registerPath+"/"+c.ID, stars(v.Lang, c.Data.OCOP.Stars)
		}
		page.Products = append(page.Products, row)
	}
	return nil
}

func stars(l ui.Lang, n int) string { return fmt.Sprintf("%d %s", n, l.T("sao", "stars")) }

// batchRows shows batches with the names of their products and producers.
func (o office) batchRows(v *desk.Visit, batches []trace.Stored[trace.Batch]) ([]batchRow, error) {
	names := o.namer(v)
	var rows []batchRow
	for _, b := range batches {
		product, err := names.product(b.Data.Product)
		if err != nil {
			return nil, err
		}
		producer, err := names.producer(b.Data.Producer)
		if err != nil {
			return nil, err
		}
		rows = append(rows, batchRow{
			Code: b.ID, Display: desk.Display(b.ID), Lot: b.Data.Lot.String(), Product: product, Producer: producer,
			Reason: b.Data.Reason, Since: v.Lang.Moment(b.Data.StateSince), State: desk.StateBadge(v.Lang, b.Data.State),
		})
	}
	return rows, nil
}
