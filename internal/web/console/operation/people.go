package operation

import (
	"errors"
	"fmt"

	"temgoc/internal/account"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A personView is a person in a list.
type personView struct {
	ID, Name, Login string
	Roles           []string
	State           desk.Badge
}

// A peoplePage lists people.
type peoplePage struct {
	desk.Frame
	Search string
	People []personView
	Pager  desk.Pager
}

// Template implements ui.Page.
func (peoplePage) Template() string { return "people.html" }

func (o operation) people(v *desk.Visit) (desk.Answer, error) {
	page := peoplePage{Frame: v.Frame("Người dùng", "People"), Search: v.Query("tim")}
	list, err := o.People.People(v.Context(), v.Actor, account.PeopleQuery{Search: page.Search}, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	ids := make([]string, len(list.Items))
	for i, p := range list.Items {
		ids[i] = p.ID
	}
	states, err := o.People.States(v.Context(), ids)
	if err != nil {
		return desk.Answer{}, err
	}
	for _, p := range list.Items {
		roles, err := o.roles(v, p.Data.Memberships)
		if err != nil {
			return desk.Answer{}, err
		}
		page.People = append(page.People, personView{p.ID, p.Data.Name, p.Data.Login, roles, state(v, p.Data, states[p.ID])})
	}
	page.Pager = v.Pager(list.Next)
	return desk.Show(&page), nil
}

// roles are a person's memberships in words.
func (o operation) roles(v *desk.Visit, ms []account.Membership) ([]string, error) {
	var roles []string
	for _, m := range ms {
		of := m.Organisation
		if m.Producer != "" {
			p, err := o.Ledger.Producer(v.Context(), v.Actor, m.Producer)
			if err != nil {
				return nil, err
			}
			of = p.Data.Name
		}
		label := v.Lang.Name(m.Role.Name())
		if of != "" {
			label += " · " + of
		}
		roles = append(roles, label)
	}
	return roles, nil
}

// state tells how far a person has come.
func state(v *desk.Visit, p account.Person, s account.State) desk.Badge {
	switch {
	case !p.Erased.IsZero():
		return desk.Calm(v.T("đã xóa", "erased"))
	case !p.Disabled.IsZero():
		return desk.Bad(v.T("đã khóa", "disabled"))
	case !s.Joined:
		return desk.Calm(v.T("chưa nhận lời mời", "invited"))
	case p.Privileged() && !s.SecondFactor:
		return desk.Warn(v.T("chưa có mã xác thực", "no second factor yet"))
	}
	return desk.Good(v.T("đang hoạt động", "active"))
}

// A formPage is a form with a heading.
type formPage struct {
	desk.Frame
	Lead string
	Form *ui.Form
}

// Template implements ui.Page.
func (formPage) Template() string { return "operation-form.html" }

// rows is how many memberships a form has room for beyond those that are there.
const rows = 2

// membershipGroups are the fields of memberships, of which more are shown than
// there are.
func (o operation) membershipGroups(v *desk.Visit, have int) ([]ui.Group, error) {
	organisations, err := o.organisationNames(v)
	if err != nil {
		return nil, err
	}
	producers, err := o.producerNames(v)
	if err != nil {
		return nil, err
	}
	var groups []ui.Group
	for i := range have + rows {
		name := func(field string) string { return fmt.Sprintf("memberships[%d].%s", i, field) }
		groups = append(groups, ui.Group{
			Title: fmt.Sprintf("%s %d", v.T("Vai trò", "Role"), i+1), Folded: i > 0,
			Fields: []ui.Field{
				{Name: name("role"), Label: v.T("Vai trò", "Role"), Type: ui.Select, Options: roleOptions(v, true), Required: i == 0},
				{
					Name: name("organisation"), Label: v.T("Tổ chức", "Organisation"), Offers: organisations, MaxLength: 200, Narrow: true,
					Hint: v.T("Với văn phòng, cơ quan chứng nhận, phòng thử nghiệm, cán bộ kiểm tra", "For offices, certifying authorities, laboratories, inspectors"),
				},
				{
					Name: name("producer"), Label: v.T("Chủ thể OCOP", "Producer"), Offers: producers, MaxLength: 200, Narrow: true,
					Hint: v.T("Tên hoặc mã, với vai trò chủ thể", "Name or id, for the role producer"),
				},
			},
		})
	}
	return groups, nil
}

// memberships reads them from a form; rows without a role are left out.
func (o operation) memberships(v *desk.Visit) ([]account.Membership, error) {
	var in struct {
		Memberships []account.Membership `json:"memberships"`
	}
	if err := v.Decode(&in); err != nil {
		return nil, err
	}
	var ms []account.Membership
	var errs trace.FieldErrors
	for i, m := range in.Memberships {
		if m == (account.Membership{}) {
			continue
		}
		id, err := o.producerID(v, fmt.Sprintf("memberships[%d].producer", i), m.Producer)
		if fields, ok := errors.AsType[trace.FieldErrors](err); ok {
			errs = append(errs, fields...)
		} else if err != nil {
			return nil, err
		}
		m.Producer = id
		ms = append(ms, m)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return ms, nil
}

func (o operation) invitation(v *desk.Visit) (*formPage, error) {
	groups, err := o.membershipGroups(v, 1)
	if err != nil {
		return nil, err
	}
	groups = append([]ui.Group{{Fields: []ui.Field{
		{Name: "name", Label: v.T("Họ và tên", "Name"), Required: true, MaxLength: 200},
		{Name: "login", Label: v.T("Số điện thoại hoặc e-mail để đăng nhập", "Telephone number or e-mail to sign in with"), Required: true, MaxLength: 200},
		{Name: "language", Label: v.T("Ngôn ngữ", "Language"), Type: ui.Select, Options: []ui.Option{{Value: "vi", Label: "Tiếng Việt"}, {Value: "en", Label: "English"}}},
	}}}, groups...)
	form := v.NewForm("Mời", "Invite", groups...)
	form.Cancel = peoplePath
	return &formPage{
		Frame: v.Frame("Mời người dùng", "Invite somebody", people(v)), Form: form,
		Lead: v.T("Người được mời tự đặt mật khẩu qua một đường dẫn dùng một lần.", "Whoever is invited chooses a password through a link that works once."),
	}, nil
}

// people leads back to the list.
func people(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Người dùng", "People"), Href: peoplePath}
}

func (o operation) newPerson(v *desk.Visit) (desk.Answer, error) {
	page, err := o.invitation(v)
	return desk.Show(page), err
}

func (o operation) invite(v *desk.Visit) (desk.Answer, error) {
	ms, err := o.memberships(v)
	if err == nil {
		var token string
		var p trace.Stored[account.Person]
		token, p, err = o.People.Invite(v.Context(), v.Write(), account.NewPerson{
			Name: v.Value("name"), Login: v.Value("login"), Language: v.Value("language"), Memberships: ms,
		})
		if err == nil {
			return v.ShowLink(p, token, peoplePath)
		}
	}
	page, pageErr := o.invitation(v)
	if pageErr != nil {
		return desk.Answer{}, errors.Join(err, pageErr)
	}
	return v.Again(page, page.Form, err)
}
