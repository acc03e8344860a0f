package office

import (
	"cmp"
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

const (
	provinceField = "province"
	communeField  = "address.commune"
	// doProvince is the button that offers the communes of the province that is
	// chosen; nothing is stored.
	doProvince = "province"
)

// A producerFormPage is the form of a producer.
type producerFormPage struct {
	desk.Frame
	Form *ui.Form
}

// Template implements ui.Page.
func (producerFormPage) Template() string { return "producer-form.html" }

func producersLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Chủ thể OCOP", "Producers"), Href: producersPath}
}

// producerForm is the form with a producer's data. The communes are those of
// the province that was sent, else of the producer's, else of the one given.
func producerForm(v *desk.Visit, p trace.Producer, province, submitVI, submitEN string) *ui.Form {
	if c, ok := catalog.CommuneByCode(p.Address.Commune); ok {
		province = c.Province
	}
	province = cmp.Or(v.Value(provinceField), province)
	gln := ""
	if !p.GLN.IsZero() {
		gln = p.GLN.String()
	}
	more := ui.Group{Title: v.T("Tên ngắn, e-mail, nơi sản xuất, GLN", "Short name, e-mail, production site, GLN"), Folded: true, Fields: []ui.Field{
		{Name: "shortName", Label: v.T("Tên ngắn in trên tem", "Short name for the stamp"), Value: p.ShortName, MaxLength: 60, Narrow: true},
		{Name: "gln", Label: v.T("Mã địa điểm GLN", "GLN"), Type: "digits", Value: gln, MaxLength: 20, Narrow: true},
		{Name: "email", Label: "E-mail", Type: "email", Value: p.Email, MaxLength: 200, Narrow: true},
		{Name: "website", Label: v.T("Trang web", "Website"), Type: "url", Value: p.Website, MaxLength: 200, Narrow: true},
		{Name: "productionSite", Label: v.T("Nơi sản xuất, nếu khác địa chỉ", "Production site, if elsewhere"), Value: p.ProductionSite, MaxLength: 200},
		{Name: "address.oldDistrict", Label: v.T("Huyện cũ (trước 01/07/2025)", "District before 1 July 2025"), Value: p.Address.OldDistrict, MaxLength: 200},
	}}
	form := v.NewForm(submitVI, submitEN, ui.Group{Fields: []ui.Field{
		{Name: "name", Label: v.T("Tên chủ thể", "Name"), Value: p.Name, Required: true, MaxLength: 200},
		{Name: "kind", Label: v.T("Loại hình", "Kind"), Type: ui.Select, Value: p.Kind, Options: producerKindOptions(v.Lang), Required: true, Narrow: true},
		{Name: "registration", Label: v.T("Mã số thuế hoặc đăng ký kinh doanh", "Tax or registration number"), Value: p.Registration, MaxLength: 40, Narrow: true},
		{Name: "phone", Label: v.T("Điện thoại", "Telephone"), Type: "tel", Value: p.Phone, MaxLength: 40, Hint: v.T("Hiện trên trang truy xuất", "Shown on the scan page")},
	}}, addressGroup(v, p.Address, province), more)
	form.Second = []string{doProvince, v.T("Hiện xã, phường của tỉnh đã chọn", "Show the communes of the province")}
	return form
}

func producerKindOptions(l ui.Lang) []ui.Option {
	options := []ui.Option{{Label: "—"}}
	for _, k := range catalog.ProducerKinds() {
		options = append(options, ui.Option{Value: k.Code, Label: l.Name(k.Name)})
	}
	return options
}

func addressGroup(v *desk.Visit, a trace.Address, province string) ui.Group {
	provinces := []ui.Option{{Label: v.T("— chọn tỉnh, thành phố —", "— choose a province —")}}
	for _, p := range catalog.Provinces() {
		provinces = append(provinces, ui.Option{Value: p.Code, Label: v.Lang.Name(p.Name)})
	}
	communes := []ui.Option{{Label: v.T("— chọn xã, phường —", "— choose a commune —")}}
	sorted := catalog.Communes(province)
	slices.SortStableFunc(sorted, func(a, b catalog.Commune) int {
		return cmp.Compare(catalog.Fold(v.Lang.Name(a.Name)), catalog.Fold(v.Lang.Name(b.Name)))
	})
	for _, c := range sorted {
		communes = append(communes, ui.Option{Value: c.Code, Label: v.Lang.Name(c.Name)})
	}
	return ui.Group{Title: v.T("Địa chỉ", "Address"), Fields: []ui.Field{
		{Name: provinceField, Label: v.T("Tỉnh, thành phố", "Province"), Type: ui.Select, Value: province, Options: provinces, Narrow: true},
		{Name: communeField, Label: v.T("Xã, phường", "Commune"), Type: ui.Select, Value: a.Commune, Options: communes, Required: true, Narrow: true},
		{Name: "address.street", Label: v.T("Thôn, đường, số nhà", "Hamlet, street, house"), Value: a.Street, MaxLength: 200},
	}}
}

// readProducer reads the form into p. A commune of another province than the
// one chosen beside it was meant for neither.
func readProducer(v *desk.Visit, p *trace.Producer) error {
	if err := v.Decode(p); err != nil {
		return err
	}
	c, known := catalog.CommuneByCode(p.Address.Commune)
	if province := v.Value(provinceField); known && province != "" && c.Province != province {
		return desk.FieldError(communeField, "hãy chọn xã, phường của tỉnh vừa chọn", "choose a commune of the province that you chose")
	}
	return nil
}

// newProducerPage is the empty form. Most producers of an office are of one
// province: that of the latest one is proposed.
func (o office) newProducerPage(v *desk.Visit) (*producerFormPage, error) {
	latest, err := o.Ledger.Producers(v.Context(), v.Actor, "", trace.Paging{Limit: 1})
	if err != nil {
		return nil, err
	}
	province := ""
	for _, p := range latest.Items {
		c, _ := catalog.CommuneByCode(p.Data.Address.Commune)
		province = c.Province
	}
	form := producerForm(v, trace.Producer{}, province, "Đăng ký chủ thể", "Register the producer")
	form.Cancel = producersPath
	return &producerFormPage{v.Frame("Đăng ký chủ thể", "Register a producer", producersLink(v)), form}, nil
}

func (o office) newProducer(v *desk.Visit) (desk.Answer, error) {
	page, err := o.newProducerPage(v)
	return desk.Show(page), err
}

func (o office) createProducer(v *desk.Visit) (desk.Answer, error) {
	page, err := o.newProducerPage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if v.Value(desk.DoField) == doProvince {
		v.Keep(page.Form)
		return desk.Show(page), nil
	}
	var p trace.Producer
	err = readProducer(v, &p)
	var s trace.Stored[trace.Producer]
	if err == nil {
		s, err = o.Ledger.CreateProducer(v.Context(), v.Write(), p)
	}
	if err != nil {
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(producersPath+"/"+s.ID, "Đã đăng ký. Tiếp theo, hãy mời người của chủ thể.", "It is registered. Next, invite the producer's people."), nil
}

// editProducerPage is the form of a producer that is there, filled with its
// data.
func (o office) editProducerPage(v *desk.Visit) (*producerFormPage, trace.Stored[trace.Producer], error) {
	s, err := o.Ledger.Producer(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, s, err
	}
	form := producerForm(v, s.Data, "", "Lưu", "Save")
	form.Revision, form.Cancel = s.Revision, producersPath+"/"+s.ID
	return &producerFormPage{v.Frame("Sửa thông tin chủ thể", "Edit the producer", producersLink(v), desk.Link{Label: s.Data.Name, Href: form.Cancel}), form}, s, nil
}

func (o office) editProducer(v *desk.Visit) (desk.Answer, error) {
	page, _, err := o.editProducerPage(v)
	return desk.Show(page), err
}

// updateProducer stores what the form has, and leaves what it has not, such as
// the mark of a demonstration.
func (o office) updateProducer(v *desk.Visit) (desk.Answer, error) {
	page, s, err := o.editProducerPage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if v.Value(desk.DoField) == doProvince {
		v.Keep(page.Form)
		return desk.Show(page), nil
	}
	p := s.Data
	if err = readProducer(v, &p); err == nil {
		p.Demonstration = s.Data.Demonstration
		_, err = o.Ledger.UpdateProducer(v.Context(), v.Write(), s.ID, p)
	}
	if err != nil {
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(producersPath+"/"+s.ID, "Đã lưu thông tin chủ thể.", "The producer is saved."), nil
}
