package office

import (
	"cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A referenceRow is an entry of a reference list.
type referenceRow struct {
	Cells []string
	// Certainty is nil for what is not taken from a text.
	Certainty *desk.Badge
}

// A referenceTable is a reference list with where it comes from.
type referenceTable struct {
	ID, Title, Lead, Source string
	Heads                   []string
	Rows                    []referenceRow
	Certain                 bool // the rows have a certainty
}

// A referencePage shows the reference lists.
type referencePage struct {
	desk.Frame
	Tables []referenceTable
}

// Template implements ui.Page.
func (referencePage) Template() string { return "reference.html" }

func (o office) reference(v *desk.Visit) (desk.Answer, error) {
	l := v.Lang
	return desk.Show(&referencePage{
		Frame: v.Frame("Danh mục dùng chung", "Reference lists", limitsLink(v)),
		Tables: []referenceTable{
			requiredItems(l), certificateKinds(l), recordKinds(l), units(l), starBands(l), producerKinds(l),
		},
	}), nil
}

func requiredItems(l ui.Lang) referenceTable {
	t := referenceTable{
		ID: "thong-tin", Title: l.T("Thông tin bắt buộc", "Required items"), Source: l.Name(catalog.RequiredItemData.Source()), Certain: true,
		Lead:  l.T("Những gì luật yêu cầu phải có khi quét mã hoặc trong hệ thống.", "What the law wants to be seen after scanning, or held by the system."),
		Heads: []string{l.T("Thông tin", "Item"), l.T("Khi nào", "When"), l.T("Ở đâu", "Where"), l.T("Căn cứ", "Basis")},
	}
	for _, i := range catalog.RequiredItems() {
		need, scope := l.T("bắt buộc", "always"), l.T("khi quét mã", "after scanning")
		if i.Need == catalog.IfAny {
			need = l.T("nếu có", "where there is one")
		}
		switch i.Scope {
		case catalog.InSystem:
			scope = l.T("trong hệ thống", "in the system")
		case catalog.InPassport:
			scope = l.T("hộ chiếu số của sản phẩm", "in the digital product passport")
		}
		t.add(l, i.Certainty, l.Name(i.Name), need, scope, i.Basis)
	}
	return t
}

func certificateKinds(l ui.Lang) referenceTable {
	t := referenceTable{
		ID: "giay-to", Title: l.T("Loại giấy chứng nhận", "Kinds of certificates"), Source: l.Name(catalog.CertificateKindData.Source()), Certain: true,
		Lead:  l.T("Thời hạn là gợi ý cho biểu mẫu; thời hạn thật ghi trên giấy.", "The validity is a proposal for forms; the document itself decides."),
		Heads: []string{l.T("Loại giấy", "Kind"), l.T("Cơ quan thường cấp", "Usually issued by"), l.T("Thời hạn thường có", "Usual validity"), l.T("Cấp cho", "About")},
	}
	for _, k := range catalog.CertificateKinds() {
		months := l.T("không cố định", "none or not fixed")
		if k.Months > 0 {
			months = l.Number(k.Months) + l.T(" tháng", " months")
		}
		about := map[catalog.Subject]string{
			catalog.AboutProducer: l.T("chủ thể", "the producer"), catalog.AboutProduct: l.T("sản phẩm", "a product"),
			catalog.AboutEither: l.T("chủ thể hoặc sản phẩm", "producer or product"),
		}[k.Subject]
		t.add(l, k.Certainty, l.Name(k.Name), l.Name(k.Issuer), months, about)
	}
	return t
}

func recordKinds(l ui.Lang) referenceTable {
	t := referenceTable{
		ID: "ghi-chep", Title: l.T("Loại ghi chép trong nhật ký lô", "Kinds of records"), Source: l.Name(catalog.RecordKindData.Source()),
		Heads: []string{l.T("Loại ghi chép", "Kind"), l.T("Mã", "Code"), l.T("Bước nghiệp vụ GS1", "GS1 business step")},
	}
	for _, k := range catalog.RecordKinds() {
		t.add(l, "", l.Name(k.Name), k.Code, k.BizStep)
	}
	return t
}

func units(l ui.Lang) referenceTable {
	t := referenceTable{
		ID: "don-vi", Title: l.T("Đơn vị tính", "Units"), Source: l.Name(catalog.UnitData.Source()),
		Heads: []string{l.T("Đơn vị", "Unit"), l.T("Mã", "Code"), l.T("Quy đổi", "Converts to"), l.T("Mã khi trao đổi", "Code for exchange")},
	}
	base := map[catalog.Dimension]string{catalog.Mass: "kg", catalog.Volume: l.T("lít", "l"), catalog.Count: l.T("đơn vị", "pieces"), catalog.Area: "m²"}
	for _, u := range catalog.Units() {
		factor := l.T("không quy đổi", "does not convert")
		if u.Factor != "" {
			factor = trace.Decimal(u.Factor).In(string(l)) + " " + base[u.Dimension]
		}
		t.add(l, "", l.Name(u.Name), u.Code, factor, u.Exchange)
	}
	return t
}

func starBands(l ui.Lang) referenceTable {
	t := referenceTable{
		ID: "hang-sao", Title: l.T("Điểm và hạng sao OCOP", "OCOP points and stars"), Source: l.Name(catalog.StarBandData.Source()),
		Heads: []string{l.T("Hạng", "Rank"), l.T("Từ điểm", "From points"), l.T("Dưới điểm", "Below"), l.T("Chứng nhận", "Certified")},
	}
	for _, b := range catalog.StarBands() {
		certified := l.T("không", "no")
		if b.Certified {
			certified = l.T("có", "yes")
		}
		t.add(l, "", l.Name(b.Name), b.AtLeast, cmp.Or(map[string]string{"100": l.T("đến 100", "up to 100")}[b.Below], b.Below), certified)
	}
	return t
}

func producerKinds(l ui.Lang) referenceTable {
	t := referenceTable{
		ID: "chu-the", Title: l.T("Loại hình chủ thể", "Kinds of producers"), Source: l.Name(catalog.ProducerKindData.Source()),
		Heads: []string{l.T("Loại hình", "Kind"), l.T("Viết tắt", "Abbreviation")},
	}
	for _, k := range catalog.ProducerKinds() {
		t.add(l, "", l.Name(k.Name), l.Name(k.Short))
	}
	return t
}

// add adds a row; with a certainty where the list has one.
func (t *referenceTable) add(l ui.Lang, c catalog.Certainty, cells ...string) {
	row := referenceRow{Cells: cells}
	if t.Certain {
		badge := certaintyBadge(l, c)
		row.Certainty = &badge
	}
	t.Rows = append(t.Rows, row)
}

// Head is the heading of a column.
func (t referenceTable) Head(i int) string { return t.Heads[i] }
