package producer

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A certificateKindsPage asks which kind of document is to be entered.
type certificateKindsPage struct {
	desk.Frame
	Kinds []desk.Link
}

// Template implements ui.Page.
func (certificateKindsPage) Template() string { return "certificate-kinds.html" }

// A newCertificatePage is the form for one.
type newCertificatePage struct {
	desk.Frame
	Form *ui.Form
}

// Template implements ui.Page.
func (newCertificatePage) Template() string { return "certificate-new.html" }

// doPropose shows the form again with the last day of validity filled in.
const doPropose = "propose"

// kindField is the parameter that names the kind of certificate.
const kindField = "loai"

func (b *business) newCertificate(v *desk.Visit) (desk.Answer, error) {
	kind, known := catalog.CertificateKindByCode(v.Query(kindField))
	if !known {
		return desk.Show(chooseKind(v)), nil
	}
	page, err := b.newCertificatePage(v, kind, trace.CertificateData{Kind: kind.Code, Product: v.Query("sp")})
	return desk.Show(page), err
}

func chooseKind(v *desk.Visit) *certificateKindsPage {
	page := &certificateKindsPage{Frame: v.Frame("Thêm giấy tờ", "Add a certificate", certificatesLink(v))}
	for _, k := range catalog.CertificateKinds() {
		href := certificatesPath + "/moi?" + kindField + "=" + k.Code
		if p := v.Query("sp"); p != "" {
			href += "&sp=" + p
		}
		page.Kinds = append(page.Kinds, desk.Link{Label: v.Lang.Name(k.Name), Href: href, Icon: "register"})
	}
	return page
}

func (b *business) newCertificatePage(v *desk.Visit, kind catalog.CertificateKind, d trace.CertificateData) (*newCertificatePage, error) {
	all, err := b.allCertificates(v)
	if err != nil {
		return nil, err
	}
	var products []trace.Stored[trace.Product]
	if kind.Subject != catalog.AboutProducer {
		if products, err = b.allProducts(v); err != nil {
			return nil, err
		}
		products = append([]trace.Stored[trace.Product]{}, products...) // not nil: the question is open
	}
	own, err := b.Ledger.Producer(v.Context(), v.Actor, v.Actor.Producer)
	if err != nil {
		return nil, err
	}
	offers := offeredAuthorities(kind, own.Data, all)
	if d.Authority == "" && len(offers) > 0 {
		d.Authority = offers[0]
	}
	trail := []desk.Link{certificatesLink(v), {Label: v.T("Thêm giấy tờ", "Add"), Href: certificatesPath + "/moi"}}
	frame := v.Frame("", "", trail...)
	frame.Title = v.Lang.Name(kind.Name)
	page := &newCertificatePage{Frame: frame, Form: b.certificateForm(v, d, products, offers)}
	page.Form.Hidden = append(page.Form.Hidden, ui.Field{Name: "kind", Value: kind.Code})
	page.Form.Cancel = certificatesPath
	return page, nil
}

// offeredAuthorities are who may have issued it, the likeliest first: who
// issued the last one of the kind, then who usually does.
func offeredAuthorities(kind catalog.CertificateKind, own trace.Producer, all trace.Certificates) []string {
	var offers []string
	for _, c := range all {
		if c.Data.Kind == kind.Code && !slices.Contains(offers, c.Data.Authority) {
			offers = append(offers, c.Data.Authority)
		}
	}
	for _, usual := range usualAuthorities(kind.Code, own) {
		if !slices.Contains(offers, usual) {
			offers = append(offers, usual)
		}
	}
	return offers
}

func usualAuthorities(kind string, own trace.Producer) []string {
	commune, _ := catalog.CommuneByCode(own.Address.Commune)
	province, _ := catalog.ProvinceByCode(commune.Province)
	switch kind {
	case trace.OCOPCertificate:
		return []string{"UBND " + lowerFirst(province.Name.VI), "Bộ Nông nghiệp và Môi trường"}
	case "CAMKET":
		return []string{"UBND " + lowerFirst(commune.Name.VI)}
	case "TCB", "TCCS":
		return []string{own.Name}
	case "ATTP":
		return []string{"Sở Nông nghiệp và Môi trường", "Sở Công Thương", "Sở Y tế"}
	case "TRADEMARK", "GI":
		return []string{"Cục Sở hữu trí tuệ"}
	case "GS1":
		return []string{"Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia"}
	}
	return nil
}

// certificateForm is the form of a certificate. Products are those to choose
// from; nil where the subject is settled.
func (b *business) certificateForm(v *desk.Visit, d trace.CertificateData, products []trace.Stored[trace.Product], offers []string) *ui.Form {
	kind, _ := catalog.CertificateKindByCode(d.Kind)
	fields := []ui.Field{
		{Name: "number", Label: v.T("Số giấy tờ", "Number"), Value: d.Number, Required: true, MaxLength: 200, Hint: v.T("Như ghi trên giấy, ví dụ 321/QĐ-UBND.", "As on the paper, such as 321/QĐ-UBND.")},
		{Name: "authority", Label: v.T("Nơi cấp", "Authority"), Value: d.Authority, Required: true, MaxLength: 200, Offers: offers, Hint: v.T("Thường là: ", "Usually: ") + v.Lang.Name(kind.Issuer) + "."},
		{Name: "issued", Label: v.T("Ngày cấp", "Issued"), Type: "date", Value: d.Issued.String(), Required: true, Narrow: true},
		{Name: "validUntil", Label: v.T("Có hiệu lực đến hết", "Valid until"), Type: "date", Value: d.ValidUntil.String(), Narrow: true},
	}
	if subject, ok := subjectField(v, kind, d.Product, products); ok {
		fields = append([]ui.Field{subject}, fields...)
	}
	if d.Kind == trace.OCOPCertificate {
		fields = append(fields, evaluationFields(v, d.OCOP)...)
	}
	fields = append(fields,
		ui.Field{Name: "camera", Label: v.T("Chụp giấy tờ", "Photograph it"), Type: "file", Accept: "image/*", Capture: true, Narrow: true},
		ui.Field{Name: "file", Label: v.T("Hoặc chọn tệp", "Or choose files"), Type: "file", Accept: "application/pdf,image/jpeg,image/png", Multiple: true, Narrow: true, Hint: v.T("PDF, JPEG hoặc PNG.", "PDF, JPEG or PNG.")},
	)
	more := ui.Group{Title: v.T("Ngày bắt đầu, căn cứ, ghi chú", "First day, legal basis, note"), Folded: true, Fields: []ui.Field{
		{Name: "validFrom", Label: v.T("Có hiệu lực từ ngày", "Valid from"), Type: "date", Value: d.ValidFrom.String(), Hint: v.T("Để trống: từ ngày cấp.", "Empty: from the date of issue.")},
		{Name: "legalBasis", Label: v.T("Căn cứ pháp lý", "Legal basis"), Value: d.LegalBasis, MaxLength: 200},
		{Name: "note", Label: v.T("Ghi chú", "Note"), Type: ui.TextArea, Value: d.Note, MaxLength: 2000},
	}}
	if d.ValidFrom == d.Issued {
		more.Fields[0].Value = ""
	}
	form := v.NewForm("Lưu giấy tờ", "Save", ui.Group{Fields: fields}, told(v, more))
	if kind.Months > 0 {
		form.Hidden = []ui.Field{{Name: "_months", Value: strconv.Itoa(kind.Months)}} // for propose.js
		form.Second = []string{doPropose, v.T("Tính ngày hết hạn", "Work out the last day")}
		form.Field("validUntil").Hint = fmt.Sprintf(v.T("Thường là %d tháng.", "Usually %d months."), kind.Months)
	} else {
		form.Field("validUntil").Hint = v.T("Để trống nếu không có thời hạn.", "Empty if it has no end.")
	}
	return form
}

// subjectField asks what the certificate is about; false where that is settled.
func subjectField(v *desk.Visit, kind catalog.CertificateKind, product string, products []trace.Stored[trace.Product]) (ui.Field, bool) {
	if products == nil || len(products) == 0 && kind.Subject == catalog.AboutEither {
		return ui.Field{}, false
	}
	f := ui.Field{Name: "product", Label: v.T("Cho sản phẩm", "About the product"), Type: ui.Select, Value: product, Required: kind.Subject == catalog.AboutProduct}
	if len(products) == 0 {
		f.Hint = v.T("Chưa có sản phẩm nào: hãy thêm sản phẩm trước.", "There is no product yet: add one first.")
	}
	if kind.Subject == catalog.AboutEither {
		f.Options = append(f.Options, ui.Option{Label: v.T("Cả cơ sở", "The whole business")})
	} else if len(products) != 1 {
		f.Options = append(f.Options, ui.Option{Label: v.T("– chọn –", "– choose –")})
	}
	for _, p := range products {
		f.Options = append(f.Options, ui.Option{Value: p.ID, Label: v.Lang.Name(p.Data.Name)})
	}
	return f, true
}

func evaluationFields(v *desk.Visit, o *trace.Evaluation) []ui.Field {
	stars, points := "", ""
	if o != nil {
		stars, points = strconv.Itoa(o.Stars), o.Points.In(string(v.Lang))
	}
	var options []ui.Option
	for n := 3; n <= 5; n++ {
		options = append(options, ui.Option{Value: strconv.Itoa(n), Label: fmt.Sprintf(v.T("%d sao", "%d stars"), n)})
	}
	return []ui.Field{
		{Name: "ocop.stars", Label: v.T("Hạng sao", "Stars"), Type: ui.Radio, Value: stars, Required: true, Options: options},
		{Name: "ocop.points", Label: v.T("Điểm đánh giá", "Points"), Type: ui.Decimal, Value: points, Hint: v.T("Trên 100, nếu quyết định có ghi.", "Out of 100, if the decision names them.")},
	}
}

func (b *business) createCertificate(v *desk.Visit) (desk.Answer, error) {
	d := trace.CertificateData{Producer: v.Actor.Producer}
	err := v.Decode(&d)
	kind, known := catalog.CertificateKindByCode(d.Kind)
	if !known {
		return desk.Show(chooseKind(v)), nil
	}
	if kind.Code == trace.OCOPCertificate && d.OCOP == nil {
		d.OCOP = &trace.Evaluation{} // no button is pressed yet
	}
	page, pageErr := b.newCertificatePage(v, kind, d)
	if pageErr != nil {
		return desk.Answer{}, pageErr
	}
	if v.Value(desk.DoField) == doPropose {
		propose(v, page.Form, d)
		return desk.Show(page), nil
	}
	if err == nil {
		err = b.Ledger.CheckCertificate(v.Context(), v.Actor, d)
	}
	if err == nil {
		d.Files, err = keep(v, b.Ledger.AddFile)
	}
	var created trace.Stored[trace.Certificate]
	if err == nil {
		created, err = b.Ledger.CreateCertificate(v.Context(), v.Write(), d)
	}
	if err != nil {
		chooseFilesAgain(v, page.Form, fileField(v))
		return v.Again(page, page.Form, reworded(err, "ocop.stars", "hãy chọn hạng sao", "must be chosen"))
	}
	return v.Redirect(certificatesPath+"/"+created.ID, "Đã lưu giấy tờ.", "The certificate is saved."), nil
}

// propose fills in the last day of validity that is usual for the kind.
func propose(v *desk.Visit, form *ui.Form, d trace.CertificateData) {
	v.Keep(form)
	chooseFilesAgain(v, form, fileField(v))
	kind, _ := catalog.CertificateKindByCode(d.Kind)
	begin := d.ValidFrom
	if begin.IsZero() {
		begin = d.Issued
	}
	if begin.IsZero() {
		form.Field("issued").Error = v.T("hãy nhập ngày cấp trước", "is needed first")
		return
	}
	form.Field("validUntil").Value = trace.LastDay(begin, kind.Months).String()
}

// lowerFirst is how a name such as "Tỉnh Tuyên Quang" stands behind another
// word.
func lowerFirst(s string) string {
	runes := []rune(s)
	if len(runes) == 0 {
		return ""
	}
	return strings.ToLower(string(runes[:1])) + string(runes[1:])
}

// original gives out a document: a picture to see, anything else to keep.
func (b *business) original(v *desk.Visit, d trace.Digest) (desk.Answer, error) {
	info, err := b.Ledger.FileInfo(v.Context(), d)
	if err != nil {
		return desk.Answer{}, err
	}
	write := func(w io.Writer) error {
		_, content, err := b.Ledger.FileContent(v.Context(), d)
		if err == nil {
			_, err = w.Write(content)
		}
		return err
	}
	name := "giay-to-" + d.String()[:12]
	switch info.Type {
	case "image/jpeg":
		return desk.Picture(info.Type, name+".jpg", write), nil
	case "image/png":
		return desk.Picture(info.Type, name+".png", write), nil
	}
	return desk.Download(info.Type, name+".pdf", write), nil
}
