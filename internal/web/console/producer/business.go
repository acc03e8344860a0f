package producer

import (
	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A businessPage is the business, and who works in it.
type businessPage struct {
	desk.Frame
	Form   *ui.Form
	People []colleague
	Invite *ui.Form
	Pager  desk.Pager
}

// Template implements ui.Page.
func (businessPage) Template() string { return "business.html" }

// A colleague is somebody of the business.
type colleague struct {
	ID, Name, Login string
	State           desk.Badge
	Renew           bool // the invitation can be made anew
}

func (b *business) business(v *desk.Visit) (desk.Answer, error) {
	page, err := b.businessPage(v)
	return desk.Show(page), err
}

func (b *business) businessPage(v *desk.Visit) (*businessPage, error) {
	own, err := b.Ledger.Producer(v.Context(), v.Actor, v.Actor.Producer)
	if err != nil {
		return nil, err
	}
	page := &businessPage{Frame: v.Frame("Cơ sở", "Business"), Form: businessForm(v, own), Invite: inviteForm(v)}
	people, err := b.People.People(v.Context(), v.Actor, account.PeopleQuery{}, v.Paging())
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(people.Items))
	for i, p := range people.Items {
		ids[i] = p.ID
	}
	states, err := b.People.States(v.Context(), ids)
	for _, p := range people.Items {
		page.People = append(page.People, colleagueOf(v, p, states[p.ID]))
	}
	page.Pager = v.Pager(people.Next)
	return page, err
}

func colleagueOf(v *desk.Visit, p trace.Stored[account.Person], s account.State) colleague {
	c := colleague{ID: p.ID, Name: p.Data.Name, Login: p.Data.Login, State: desk.Good(v.T("đang dùng", "active"))}
	switch {
	case !p.Data.Disabled.IsZero():
		c.State = desk.Bad(v.T("đã khóa", "disabled"))
	case !s.Joined:
		c.State, c.Renew = desk.Warn(v.T("chưa nhận lời mời", "invited, not here yet")), true
	}
	return c
}

func businessForm(v *desk.Visit, own trace.Stored[trace.Producer]) *ui.Form {
	p := own.Data
	gln := ""
	if !p.GLN.IsZero() {
		gln = p.GLN.String()
	}
	first := ui.Group{Fields: []ui.Field{
		{Name: "name", Label: v.T("Tên cơ sở", "Name"), Value: p.Name, Required: true, MaxLength: 200, Autocomplete: "organization"},
		{Name: "kind", Label: v.T("Loại hình", "Kind"), Type: ui.Select, Value: p.Kind, Options: kindOptions(v.Lang)},
		{Name: "registration", Label: v.T("Mã số thuế hoặc đăng ký kinh doanh", "Tax or registration number"), Value: p.Registration, MaxLength: 40},
		{Name: "address.street", Label: v.T("Thôn, đường, số nhà", "Hamlet, street, house"), Value: p.Address.Street, MaxLength: 200},
		{
			Name: "address.commune", Label: v.T("Xã, phường", "Commune"), Type: ui.Select, Value: p.Address.Commune, Required: true, Options: communeOptions(v.Lang, p.Address.Commune),
			Hint: v.T("Chuyển sang tỉnh khác? Hãy báo Văn phòng OCOP.", "Moving to another province? Tell the OCOP office."),
		},
		{Name: "phone", Label: v.T("Điện thoại", "Telephone"), Type: "tel", Value: p.Phone, MaxLength: 40, Autocomplete: "tel", Hint: v.T("Người quét tem sẽ thấy và gọi được.", "Who scans a stamp sees it and can call.")},
	}}
	more := ui.Group{Title: v.T("Tên in trên tem, e-mail, nơi sản xuất", "Name on the stamp, e-mail, production site"), Folded: true, Fields: []ui.Field{
		{Name: "shortName", Label: v.T("Tên ngắn in trên tem", "Short name for the stamp"), Value: p.ShortName, MaxLength: 60},
		{Name: "email", Label: "E-mail", Type: "email", Value: p.Email, MaxLength: 200, Autocomplete: "email"},
		{Name: "website", Label: v.T("Trang web", "Website"), Type: "url", Value: p.Website, MaxLength: 200},
		{Name: "productionSite", Label: v.T("Nơi sản xuất, nếu khác địa chỉ", "Production site, if elsewhere"), Value: p.ProductionSite, MaxLength: 200},
		{Name: "address.oldDistrict", Label: v.T("Huyện cũ (trước 01/07/2025)", "District before 1 July 2025"), Value: p.Address.OldDistrict, MaxLength: 200},
		{Name: "gln", Label: v.T("Mã địa điểm GLN", "GLN"), Type: "digits", Value: gln, MaxLength: 20},
	}}
	form := v.NewForm("Lưu", "Save", first, told(v, more))
	form.Action, form.Revision = businessPath, own.Revision
	return form
}

func kindOptions(l ui.Lang) []ui.Option {
	var options []ui.Option
	for _, k := range catalog.ProducerKinds() {
		options = append(options, ui.Option{Value: k.Code, Label: l.Name(k.Name)})
	}
	return options
}

// communeOptions are the communes of the province of one: all of the country
// would make the page ten times as large.
func communeOptions(l ui.Lang, commune string) []ui.Option {
	own, _ := catalog.CommuneByCode(commune)
	var options []ui.Option
	for _, c := range catalog.Communes(own.Province) {
		options = append(options, ui.Option{Value: c.Code, Label: l.Name(c.Name)})
	}
	return options
}

func (b *business) updateBusiness(v *desk.Visit) (desk.Answer, error) {
	var p trace.Producer
	err := v.Decode(&p)
	if err == nil {
		_, err = b.Ledger.UpdateProducer(v.Context(), v.Write(), v.Actor.Producer, p)
	}
	if err != nil {
		page, pageErr := b.businessPage(v)
		if pageErr != nil {
			return desk.Answer{}, pageErr
		}
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(businessPath, "Đã lưu thông tin cơ sở.", "The business was saved."), nil
}

func inviteForm(v *desk.Visit) *ui.Form {
	form := v.NewForm("Tạo đường dẫn mời", "Make an invitation link", ui.Group{Fields: []ui.Field{
		{Name: "person", Label: v.T("Họ và tên", "Name"), Required: true, MaxLength: 200},
		{Name: "login", Label: v.T("Số điện thoại hoặc e-mail", "Telephone number or e-mail"), Required: true, MaxLength: 200, Hint: v.T("Dùng để đăng nhập.", "To sign in with.")},
	}})
	form.Action = colleaguesPath
	return form
}

// inviteColleague makes a link for somebody of the business, shown this once.
func (b *business) inviteColleague(v *desk.Visit) (desk.Answer, error) {
	token, p, err := b.People.Invite(v.Context(), v.Write(), account.NewPerson{
		Name: v.Value("person"), Login: v.Value("login"), Memberships: []account.Membership{{Role: trace.ProducerRole, Producer: v.Actor.Producer}},
	})
	if err != nil {
		page, pageErr := b.businessPage(v)
		if pageErr != nil {
			return desk.Answer{}, pageErr
		}
		return v.Again(page, page.Invite, desk.Renamed(err, "name", "person"))
	}
	return v.ShowLink(p, token, businessPath)
}

// renewInvitation makes another link for somebody who has not come yet.
func (b *business) renewInvitation(v *desk.Visit) (desk.Answer, error) {
	p, err := b.People.Person(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	token, err := b.People.ResetLink(v.Context(), v.Write(), p.ID)
	if err != nil {
		return desk.Answer{}, err
	}
	return v.ShowLink(p, token, businessPath)
}
