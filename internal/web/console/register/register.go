// Package register is the desk of the certificate register: which certificates
// there are, what they are worth today, and the acts of those who may decide:
// entering, confirming what a producer declared, withdrawing and superseding.
// The office and certifying authorities decide; inspectors read.
package register

import (
	"embed"
	"errors"
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk stands on.
type Config struct{ Ledger *trace.Ledger }

type register struct{ Config }

// path is the address of the register.
const path = desk.Prefix + "/dang-ky"

// Part is the desk.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return desk.Part{}, fmt.Errorf("register: %w", err)
	}
	r := register{c}
	judges := []trace.Role{trace.Office, trace.Certifier}
	readers := append([]trace.Role{trace.Inspector}, judges...)
	return desk.Part{Name: "register", Templates: templates, Routes: []desk.Route{
		desk.Get("/dang-ky", r.list, readers...),
		desk.Get("/dang-ky/moi", r.newPage, judges...),
		desk.Upload("/dang-ky/moi", r.create, judges...),
		desk.Get("/dang-ky/:id", r.show, readers...),
		desk.Get("/dang-ky/:id/sua", r.editPage, judges...),
		desk.Upload("/dang-ky/:id/sua", r.edit, judges...),
		desk.Post("/dang-ky/:id/xac-nhan", r.confirm, judges...),
		desk.Post("/dang-ky/:id/thu-hoi", r.withdraw, judges...),
		desk.Post("/dang-ky/:id/thay-the", r.supersede, judges...),
	}}, nil
}

// A filter is a choice of certificates by what they are worth today.
type filter struct {
	key, vi, en string
	query       trace.CertificateQuery
}

var filters = []filter{
	{"", "Tất cả", "All", trace.CertificateQuery{}},
	{"cho", "Chờ xác nhận", "To confirm", trace.CertificateQuery{Declared: true}},
	{"con", "Còn hiệu lực", "In force", trace.CertificateQuery{States: []trace.CertificateState{trace.CertificateValid, trace.CertificateExpiring}}},
	{"sap", "Sắp hết hạn", "Ending soon", trace.CertificateQuery{States: []trace.CertificateState{trace.CertificateExpiring}}},
	{"het", "Đã hết hạn", "Expired", trace.CertificateQuery{States: []trace.CertificateState{trace.CertificateExpired}}},
	{"thu-hoi", "Bị thu hồi", "Withdrawn", trace.CertificateQuery{States: []trace.CertificateState{trace.CertificateWithdrawn}}},
	{"thay", "Đã thay thế", "Superseded", trace.CertificateQuery{States: []trace.CertificateState{trace.CertificateSuperseded}}},
}

// A row is a certificate in the list.
type row struct {
	ID, Number, Kind, Stars  string
	Product, Producer, Until string
	State                    desk.Badge
	Declared                 bool
}

// A listPage is the register.
type listPage struct {
	desk.Frame
	Filters  []desk.Link
	Filter   string
	Number   string
	Rows     []row
	Pager    desk.Pager
	MayEnter bool
}

// Template implements ui.Page.
func (listPage) Template() string { return "register.html" }

func (r register) list(v *desk.Visit) (desk.Answer, error) {
	page := listPage{
		Frame: v.Frame("Sổ đăng ký giấy chứng nhận", "Certificate register"), Filter: v.Query("loc"), Number: v.Query("so"),
		MayEnter: v.Membership.Role != trace.Inspector,
	}
	query := trace.CertificateQuery{}
	for _, f := range filters {
		chosen := f.key == page.Filter
		if chosen {
			query = f.query
		}
		page.Filters = append(page.Filters, desk.Link{Label: v.T(f.vi, f.en), Href: path + "?loc=" + f.key, Current: chosen})
	}
	query.Number = page.Number
	list, err := r.Ledger.Certificates(v.Context(), v.Actor, query, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	names := namer{r, v, map[string]string{}}
	for _, c := range list.Items {
		entry, err := names.row(c)
		if err != nil {
			return desk.Answer{}, err
		}
		page.Rows = append(page.Rows, entry)
	}
	page.Pager = v.Pager(list.Next)
	return desk.Show(&page), nil
}

// A namer looks up names of products and producers once each.
type namer struct {
	register
	v     *desk.Visit
	names map[string]string
}

func (n namer) producer(id string) (string, error) {
	if name, ok := n.names[id]; ok {
		return name, nil
	}
	p, err := n.Ledger.Producer(n.v.Context(), n.v.Actor, id)
	n.names[id] = p.Data.Name
	return p.Data.Name, err
}

func (n namer) product(id string) (string, error) {
	if name, ok := n.names[id]; ok || id == "" {
		return name, nil
	}
	p, err := n.Ledger.Product(n.v.Context(), n.v.Actor, id)
	n.names[id] = n.v.Lang.Name(p.Data.Name)
	return n.names[id], err
}

func (n namer) row(c trace.Stored[trace.Certificate]) (row, error) {
	kind, _ := catalog.CertificateKindByCode(c.Data.Kind)
	producer, err := n.producer(c.Data.Producer)
	if err != nil {
		return row{}, err
	}
	product, err := n.product(c.Data.Product)
	if err != nil {
		return row{}, err
	}
	out := row{
		ID: c.ID, Number: c.Data.Number, Kind: n.v.Lang.Name(kind.Name), Product: product, Producer: producer,
		State: desk.CertificateBadge(n.v.Lang, c.Data, n.v.Today()), Declared: c.Data.Confirmed == nil,
	}
	if c.Data.OCOP != nil && c.Data.Confirmed != nil {
		out.Stars = fmt.Sprintf("%d %s", c.Data.OCOP.Stars, n.v.T("sao", "stars"))
	}
	return out, nil
}

// again shows a page with a form that was refused.
func again[P ui.Page](v *desk.Visit, err error, page func() (P, *ui.Form, error)) (desk.Answer, error) {
	p, form, pageErr := page()
	if pageErr != nil {
		return desk.Answer{}, errors.Join(err, pageErr)
	}
	return v.Again(p, form, err)
}

// back leads to the register.
func back(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Sổ đăng ký", "Register"), Href: path}
}
