package office

import (
	"slices"

	"temgoc/internal/account"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// organisationRoles are the roles of organisations, in the order in which they
// are offered.
var organisationRoles = []trace.Role{trace.Laboratory, trace.Certifier, trace.Inspector, trace.Office}

// kindOfOrganisation is what an organisation is whose people have the role.
func kindOfOrganisation(v *desk.Visit, r trace.Role) string {
	if r == trace.Inspector {
		return v.T("Cơ quan kiểm tra", "Inspectorate")
	}
	return v.Lang.Name(r.Name())
}

// An organisationRow is an organisation in the list.
type organisationRow struct{ ID, Name, Role, VILAS, Contact string }

// An organisationsPage lists organisations.
type organisationsPage struct {
	desk.Frame
	Filters []desk.Link
	Rows    []organisationRow
	Pager   desk.Pager
}

// Template implements ui.Page.
func (organisationsPage) Template() string { return "organisations.html" }

func (o office) organisations(v *desk.Visit) (desk.Answer, error) {
	page := organisationsPage{Frame: v.Frame("Tổ chức", "Organisations")}
	chosen := trace.Role(v.Query("vai"))
	if !slices.Contains(organisationRoles, chosen) {
		chosen = ""
	}
	page.Filters = []desk.Link{{Label: v.T("Tất cả", "All"), Href: organisationsPath, Current: chosen == ""}}
	for _, r := range organisationRoles {
		page.Filters = append(page.Filters, desk.Link{Label: kindOfOrganisation(v, r), Href: organisationsPath + "?vai=" + string(r), Current: r == chosen})
	}
	list, err := o.People.Organisations(v.Context(), v.Actor, chosen, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	for _, s := range list.Items {
		page.Rows = append(page.Rows, organisationRow{
			s.ID, s.Data.Name, kindOfOrganisation(v, s.Data.Role), s.Data.VILAS, ui.Joined(" · ", s.Data.Phone, s.Data.Email),
		})
	}
	page.Pager = v.Pager(list.Next)
	return desk.Show(&page), nil
}

// A newOrganisationPage is the form of a new organisation.
type newOrganisationPage struct {
	desk.Frame
	Form *ui.Form
}

// Template implements ui.Page.
func (newOrganisationPage) Template() string { return "organisation-new.html" }

func organisationsLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Tổ chức", "Organisations"), Href: organisationsPath}
}

// organisationFields are what can be changed of an organisation.
func organisationFields(v *desk.Visit, laboratory bool) []ui.Field {
	fields := []ui.Field{
		{Name: "phone", Label: v.T("Điện thoại", "Telephone"), Type: "tel", MaxLength: 40, Narrow: true},
		{Name: "email", Label: v.T("E-mail", "E-mail"), Type: "email", MaxLength: 200, Narrow: true},
		{Name: "address", Label: v.T("Địa chỉ", "Address"), MaxLength: 200},
	}
	if !laboratory {
		return fields
	}
	return append([]ui.Field{{
		Name: "vilas", Label: v.T("Số công nhận VILAS", "VILAS accreditation number"), MaxLength: 40,
		Hint: v.T("Chỉ với phòng thử nghiệm được công nhận, ví dụ: VILAS 1234", "For accredited laboratories only, such as VILAS 1234"),
	}}, fields...)
}

func (o office) newOrganisation(v *desk.Visit) *newOrganisationPage {
	options := []ui.Option{{Label: "—"}}
	for _, r := range organisationRoles {
		options = append(options, ui.Option{Value: string(r), Label: kindOfOrganisation(v, r)})
	}
	form := v.NewForm("Thêm tổ chức", "Add the organisation", ui.Group{Fields: append([]ui.Field{
		{
			Name: "name", Label: v.T("Tên tổ chức", "Name"), Required: true, MaxLength: 200,
			Hint: v.T("Ghi đúng tên chính thức: tên này đứng ở chỗ “đã xác minh” và không đổi được", "The official name: it is what “verified by” shows and cannot be changed"),
		},
		{Name: "role", Label: v.T("Loại tổ chức", "Kind of organisation"), Type: ui.Select, Options: options, Required: true},
	}, organisationFields(v, true)...)})
	form.Cancel = organisationsPath
	return &newOrganisationPage{v.Frame("Thêm tổ chức", "Add an organisation", organisationsLink(v)), form}
}

func (o office) newOrganisationForm(v *desk.Visit) (desk.Answer, error) {
	return desk.Show(o.newOrganisation(v)), nil
}

func (o office) createOrganisation(v *desk.Visit) (desk.Answer, error) {
	var in account.Organisation
	err := v.Decode(&in)
	var s trace.Stored[account.Organisation]
	if err == nil {
		s, err = o.People.CreateOrganisation(v.Context(), v.Write(), in)
	}
	if err != nil {
		page := o.newOrganisation(v)
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(organisationsPath+"/"+s.ID, "Đã thêm tổ chức.", "The organisation is added."), nil
}

// A member is one of the people of an organisation or a producer.
type member struct {
	ID, Name, Login string
	State           desk.Badge
	// Managed members can be kept out and let in by who looks at the page;
	// Disabled ones are kept out.
	Managed, Disabled bool
}

// An organisationPage is one organisation.
type organisationPage struct {
	desk.Frame
	Role    string
	Changed string
	Form    *ui.Form
	// People are shown to administrators.
	Administrator bool
	People        []member
	Pager         desk.Pager
}

// Template implements ui.Page.
func (organisationPage) Template() string { return "organisation.html" }

func (o office) organisationPage(v *desk.Visit) (*organisationPage, error) {
	s, err := o.People.Organisation(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	names, err := v.Names([]string{s.By})
	if err != nil {
		return nil, err
	}
	page := &organisationPage{
		Frame: v.Frame(s.Data.Name, s.Data.Name, organisationsLink(v)), Role: kindOfOrganisation(v, s.Data.Role),
		Changed:       v.Lang.Moment(s.Changed) + " · " + names[s.By],
		Administrator: v.Membership.Role == trace.Administrator,
	}
	values, err := ui.Values(s.Data)
	if err != nil {
		return nil, err
	}
	page.Form = v.NewForm("Lưu", "Save", ui.Group{Fields: organisationFields(v, s.Data.Role == trace.Laboratory)}).Fill(values)
	page.Form.Revision, page.Form.Cancel = s.Revision, organisationsPath
	if !page.Administrator {
		return page, nil
	}
	page.People, page.Pager, err = o.members(v, account.PeopleQuery{Organisation: s.Data.Name})
	return page, err
}

// members lists people with how far they have come.
func (o office) members(v *desk.Visit, q account.PeopleQuery) ([]member, desk.Pager, error) {
	list, err := o.People.People(v.Context(), v.Actor, q, v.Paging())
	if err != nil {
		return nil, desk.Pager{}, err
	}
	ids := make([]string, len(list.Items))
	for i, p := range list.Items {
		ids[i] = p.ID
	}
	states, err := o.People.States(v.Context(), ids)
	if err != nil {
		return nil, desk.Pager{}, err
	}
	var all []member
	for _, p := range list.Items {
		all = append(all, member{
			ID: p.ID, Name: p.Data.Name, Login: p.Data.Login, State: personBadge(v, p.Data, states[p.ID]),
			Managed: !p.Data.Privileged(), Disabled: !p.Data.Disabled.IsZero(),
		})
	}
	return all, v.Pager(list.Next), nil
}

// personBadge tells how far a person has come.
func personBadge(v *desk.Visit, p account.Person, s account.State) desk.Badge {
	switch {
	case !p.Disabled.IsZero():
		return desk.Bad(v.T("đã khóa", "disabled"))
	case !s.Joined:
		return desk.Calm(v.T("chưa nhận lời mời", "invited"))
	}
	return desk.Good(v.T("đang hoạt động", "active"))
}

func (o office) organisation(v *desk.Visit) (desk.Answer, error) {
	page, err := o.organisationPage(v)
	return desk.Show(page), err
}

func (o office) updateOrganisation(v *desk.Visit) (desk.Answer, error) {
	id := v.Param("id")
	s, err := o.People.Organisation(v.Context(), v.Actor, id)
	if err != nil {
		return desk.Answer{}, err
	}
	changed := s.Data
	if err = v.Decode(&changed); err == nil {
		changed.Name, changed.Role = s.Data.Name, s.Data.Role
		_, err = o.People.UpdateOrganisation(v.Context(), v.Write(), id, changed)
	}
	if err != nil {
		page, pageErr := o.organisationPage(v)
		if pageErr != nil {
			return desk.Answer{}, pageErr
		}
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(organisationsPath+"/"+id, "Đã lưu.", "Saved."), nil
}
