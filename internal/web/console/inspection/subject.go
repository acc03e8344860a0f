package inspection

import (
	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A producerPage is a producer with what it makes.
type producerPage struct {
	desk.Frame
	Facts  []desk.Fact
	Phone  string
	Email  string
	Groups []group
	Pager  desk.Pager
}

// Template implements ui.Page.
func (producerPage) Template() string { return "producer.html" }

// maxListed is how many products and certificates a page lists.
const maxListed = 50

func (i inspection) producer(v *desk.Visit) (desk.Answer, error) {
	p, err := i.Ledger.Producer(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	page := &producerPage{
		Frame: v.Frame(p.Data.Name, p.Data.Name, home(v)), Facts: producerFacts(v, p.Data), Phone: p.Data.Phone, Email: p.Data.Email,
	}
	products, err := i.Ledger.Products(v.Context(), v.Actor, p.ID, "", trace.Paging{Limit: maxListed})
	if err != nil {
		return desk.Answer{}, err
	}
	certificates, err := i.Ledger.Certificates(v.Context(), v.Actor, trace.CertificateQuery{Producer: p.ID}, trace.Paging{Limit: maxListed})
	if err != nil {
		return desk.Answer{}, err
	}
	batches, err := i.Ledger.Batches(v.Context(), v.Actor, trace.BatchQuery{Producer: p.ID}, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	n, err := i.namesOf(v, trace.Finds{Lots: batches.Items, Products: products.Items, Certificates: certificates.Items})
	if err != nil {
		return desk.Answer{}, err
	}
	page.Groups = []group{
		{v.T("Lô hàng, mới nhất trước", "Batches, the latest first"), n.batches(batches.Items)},
		{v.T("Sản phẩm", "Products"), n.products(products.Items)},
		{v.T("Giấy chứng nhận", "Certificates"), n.certificates(certificates.Items)},
	}
	page.Pager = v.Pager(batches.Next)
	return desk.Show(page), nil
}

// producerFacts are all that is known of a producer but how to reach it.
func producerFacts(v *desk.Visit, p trace.Producer) []desk.Fact {
	kind, _ := catalog.ProducerKindByCode(p.Kind)
	return desk.Facts(
		desk.Fact{Label: v.T("Loại hình", "Kind"), Value: v.Lang.Name(kind.Name)},
		desk.Fact{Label: v.T("Mã số", "Registration"), Value: p.Registration},
		desk.Fact{Label: v.T("Địa chỉ", "Address"), Value: p.Address.In(string(v.Lang))},
		desk.Fact{Label: v.T("Nơi sản xuất", "Production site"), Value: p.ProductionSite},
		desk.Fact{Label: "GLN", Value: p.GLN.String()},
	)
}

func (i inspection) product(v *desk.Visit) (desk.Answer, error) {
	p, err := i.Ledger.Product(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	maker, err := i.Ledger.Producer(v.Context(), v.Actor, p.Data.Producer)
	if err != nil {
		return desk.Answer{}, err
	}
	name := v.Lang.Name(p.Data.Name)
	set, _ := catalog.SetByNumber(p.Data.Set)
	page := &producerPage{Frame: v.Frame(name, name, home(v)), Phone: maker.Data.Phone, Email: maker.Data.Email, Facts: desk.Facts(
		desk.Fact{Label: v.T("Chủ thể", "Producer"), Value: maker.Data.Name, Href: searchPath + "/chu-the/" + maker.ID},
		desk.Fact{Label: v.T("Bộ sản phẩm", "Product set"), Value: v.Lang.Name(set.Name)},
		desk.Fact{Label: "GTIN", Value: p.Data.GTIN.String()},
		desk.Fact{Label: v.T("Khối lượng tịnh", "Net content"), Value: v.Lang.Quantity(p.Data.NetContent)},
		desk.Fact{Label: v.T("Địa chỉ", "Address"), Value: maker.Data.Address.In(string(v.Lang))},
	)}
	certificates, err := i.Ledger.Certificates(v.Context(), v.Actor, trace.CertificateQuery{Product: p.ID}, trace.Paging{Limit: maxListed})
	if err != nil {
		return desk.Answer{}, err
	}
	batches, err := i.Ledger.Batches(v.Context(), v.Actor, trace.BatchQuery{Product: p.ID}, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	n, err := i.namesOf(v, trace.Finds{Lots: batches.Items, Certificates: certificates.Items})
	if err != nil {
		return desk.Answer{}, err
	}
	page.Groups = []group{
		{v.T("Lô hàng, mới nhất trước", "Batches, the latest first"), n.batches(batches.Items)},
		{v.T("Giấy chứng nhận", "Certificates"), n.certificates(certificates.Items)},
	}
	page.Pager = v.Pager(batches.Next)
	return desk.Show(page), nil
}
