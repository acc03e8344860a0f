package register

import (
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A producerPage asks whose certificate it is.
type producerPage struct {
	desk.Frame
	Search    string
	Producers []desk.Link
	Pager     desk.Pager
}

// Template implements ui.Page.
func (producerPage) Template() string { return "register-producer.html" }

// A formPage is the form of a certificate.
type formPage struct {
	desk.Frame
	Producer string
	Form     *ui.Form
}

// Template implements ui.Page.
func (formPage) Template() string { return "register-form.html" }

// newPage asks for the producer first, so that its products can be offered.
func (r register) newPage(v *desk.Visit) (desk.Answer, error) {
	if v.Query("chu-the") != "" {
		page, _, err := r.form(v, v.Query("chu-the"))
		return desk.Show(page), err
	}
	page := producerPage{Frame: v.Frame("Nhập giấy chứng nhận", "Enter a certificate", back(v)), Search: v.Query("tim")}
	list, err := r.Ledger.Producers(v.Context(), v.Actor, page.Search, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	for _, p := range list.Items {
		page.Producers = append(page.Producers, desk.Link{Label: p.Data.Name, Href: path + "/moi?chu-the=" + p.ID})
	}
	page.Pager = v.Pager(list.Next)
	return desk.Show(&page), nil
}

// form is the empty form for a certificate of a producer.
func (r register) form(v *desk.Visit, producer string) (*formPage, *ui.Form, error) {
	p, err := r.Ledger.Producer(v.Context(), v.Actor, producer)
	if err != nil {
		return nil, nil, err
	}
	products, err := r.productOptions(v, producer)
	if err != nil {
		return nil, nil, err
	}
	form := v.NewForm("Lưu vào sổ", "Save", fields(v, products)...)
	form.Hidden = []ui.Field{{Name: "producer", Value: producer}}
	form.Cancel = path
	return &formPage{Frame: v.Frame("Nhập giấy chứng nhận", "Enter a certificate", back(v)), Producer: p.Data.Name, Form: form}, form, nil
}

// maxProducts is how many products a producer may have for all to be offered.
const maxProducts = 200

func (r register) productOptions(v *desk.Visit, producer string) ([]ui.Option, error) {
	list, err := r.Ledger.Products(v.Context(), v.Actor, producer, "", trace.Paging{Limit: maxProducts})
	if err != nil {
		return nil, err
	}
	options := []ui.Option{{Label: v.T("Không riêng sản phẩm nào (của chủ thể)", "No single product (the producer's)")}}
	for _, p := range list.Items {
		options = append(options, ui.Option{Value: p.ID, Label: v.Lang.Name(p.Data.Name)})
	}
	return options, nil
}

func kindOptions(v *desk.Visit) []ui.Option {
	var options []ui.Option
	for _, k := range catalog.CertificateKinds() {
		options = append(options, ui.Option{Value: k.Code, Label: v.Lang.Name(k.Name)})
	}
	return options
}

func starOptions(v *desk.Visit) []ui.Option {
	options := []ui.Option{{Label: "—"}}
	for stars := 3; stars <= 5; stars++ {
		options = append(options, ui.Option{Value: fmt.Sprint(stars), Label: fmt.Sprintf("%d %s", stars, v.T("sao", "stars"))})
	}
	return options
}

func fields(v *desk.Visit, products []ui.Option) []ui.Group {
	return []ui.Group{
		{Fields: []ui.Field{
			{Name: "kind", Label: v.T("Loại giấy", "Kind"), Type: ui.Select, Options: kindOptions(v), Required: true},
			{Name: "product", Label: v.T("Sản phẩm", "Product"), Type: ui.Select, Options: products, Hint: v.T("Giấy chứng nhận OCOP luôn gắn với một sản phẩm", "An OCOP certificate is about one product")},
			{Name: "number", Label: v.T("Số quyết định hoặc số giấy", "Number"), Required: true, MaxLength: 200, Narrow: true},
			{Name: "authority", Label: v.T("Cơ quan cấp", "Authority"), Required: true, MaxLength: 200, Narrow: true},
			{Name: "issued", Label: v.T("Ngày cấp", "Issued on"), Type: "date", Required: true, Narrow: true},
			{Name: "validUntil", Label: v.T("Hiệu lực đến hết ngày", "Valid until"), Type: "date", Narrow: true, Hint: v.T("Để trống: OCOP 36 tháng, giấy khác không thời hạn", "Empty: 36 months for OCOP, no end for others")},
		}},
		{Title: v.T("Kết quả OCOP", "OCOP result"), Hint: v.T("Chỉ với giấy chứng nhận OCOP.", "For OCOP certificates only."), Fields: []ui.Field{
			{Name: "ocop.stars", Label: v.T("Hạng sao", "Stars"), Type: ui.Select, Options: starOptions(v), Narrow: true},
			{Name: "ocop.points", Label: v.T("Điểm", "Points"), Type: ui.Decimal, Narrow: true, Hint: v.T("Trên thang 100, nếu có", "Out of 100, if known")},
		}},
		{Title: v.T("Thông tin thêm", "More"), Folded: true, Fields: []ui.Field{
			{Name: "validFrom", Label: v.T("Có hiệu lực từ ngày", "Valid from"), Type: "date", Narrow: true},
			{Name: "legalBasis", Label: v.T("Căn cứ pháp lý", "Legal basis"), MaxLength: 200},
			{Name: "note", Label: v.T("Ghi chú", "Note"), Type: ui.TextArea, MaxLength: 2000},
		}},
		{Fields: []ui.Field{{
			Name: "file", Label: v.T("Bản chụp hoặc tệp", "Scan or file"), Type: "file", Accept: "application/pdf,image/jpeg,image/png", Multiple: true,
			Hint: v.T("PDF, JPEG hoặc PNG, mỗi tệp tối đa 12 MiB", "PDF, JPEG or PNG, each of at most 12 MiB"),
		}}},
	}
}

// decode reads the certificate; what was typed for stars counts only with
// stars.
func decode(v *desk.Visit) (trace.CertificateData, error) {
	var d trace.CertificateData
	err := v.Decode(&d)
	if d.OCOP != nil && *d.OCOP == (trace.Evaluation{}) {
		d.OCOP = nil
	}
	return d, err
}

// keep stores the files that came with the form, which is known to be in order.
func (r register) keep(v *desk.Visit, d *trace.CertificateData) error {
	kept, err := v.KeepFiles(map[string]desk.Keeper{"file": r.Ledger.AddFile})
	d.Files = append(d.Files, kept...)
	return err
}

func (r register) create(v *desk.Visit) (desk.Answer, error) {
	d, err := decode(v)
	if err == nil {
		err = r.Ledger.CheckCertificate(v.Context(), v.Actor, d)
	}
	if err == nil {
		err = r.keep(v, &d)
	}
	var s trace.Stored[trace.Certificate]
	if err == nil {
		s, err = r.Ledger.CreateCertificate(v.Context(), v.Write(), d)
	}
	if err != nil {
		return again(v, err, func() (*formPage, *ui.Form, error) { return r.form(v, v.Value("producer")) })
	}
	return v.Redirect(path+"/"+s.ID, "Đã ghi vào sổ đăng ký.", "It is in the register."), nil
}

// editForm is the form of a certificate that is there.
func (r register) editForm(v *desk.Visit) (*formPage, *ui.Form, error) {
	c, err := r.Ledger.Certificate(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, nil, err
	}
	page, form, err := r.form(v, c.Data.Producer)
	if err != nil {
		return nil, nil, err
	}
	values, err := ui.Values(c.Data.CertificateData)
	if err != nil {
		return nil, nil, err
	}
	form.Fill(values)
	form.Revision, form.Cancel = c.Revision, path+"/"+c.ID
	form.Hidden = append(form.Hidden, ui.Field{Name: "product", Value: c.Data.Product})
	dropField(form, "product")
	for i, f := range c.Data.Files {
		form.Hidden = append(form.Hidden, ui.Field{Name: fmt.Sprintf("files[%d]", i), Value: f.String()})
	}
	page.Frame = v.Frame("Sửa giấy chứng nhận", "Correct the certificate", back(v), desk.Link{Label: c.Data.Number, Href: path + "/" + c.ID})
	return page, form, nil
}

// dropField takes out a field that cannot be changed.
func dropField(form *ui.Form, name string) {
	for i, g := range form.Groups {
		var kept []ui.Field
		for _, f := range g.Fields {
			if f.Name != name {
				kept = append(kept, f)
			}
		}
		form.Groups[i].Fields = kept
	}
}

func (r register) editPage(v *desk.Visit) (desk.Answer, error) {
	page, _, err := r.editForm(v)
	return desk.Show(page), err
}

func (r register) edit(v *desk.Visit) (desk.Answer, error) {
	d, err := decode(v)
	if err == nil {
		err = r.keep(v, &d)
	}
	if err == nil {
		_, err = r.Ledger.UpdateCertificate(v.Context(), v.Write(), v.Param("id"), d)
	}
	if err != nil {
		return again(v, err, func() (*formPage, *ui.Form, error) { return r.editForm(v) })
	}
	return v.Redirect(path+"/"+v.Param("id"), "Đã lưu.", "Saved."), nil
}
