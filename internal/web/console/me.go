package console

import (
	"strconv"

	"temgoc/internal/account"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A mePage is one's own account.
type mePage struct {
	desk.Frame
	Login    string
	Form     *ui.Form
	Factor   bool
	Renew    *ui.Form
	Sessions []sessionView
}

// A sessionView is one open session.
type sessionView struct {
	ID, Agent   string
	Since, Seen string
	Here        bool
}

// Template implements ui.Page.
func (mePage) Template() string { return "me.html" }

func (c *Console) mePage(v *desk.Visit) (*mePage, error) {
	profile := v.NewForm("Lưu", "Save", ui.Group{Fields: []ui.Field{
		{Name: "name", Label: v.T("Họ và tên", "Name"), Value: v.Person.Data.Name, Required: true, MaxLength: 200, Autocomplete: "name"},
		{Name: "phone", Label: v.T("Điện thoại", "Telephone"), Value: v.Person.Data.Phone, Type: "tel", Autocomplete: "tel", MaxLength: 40},
		{Name: "language", Label: v.T("Ngôn ngữ", "Language"), Type: ui.Select, Value: v.Person.Data.Language, Options: []ui.Option{{Value: "vi", Label: "Tiếng Việt"}, {Value: "en", Label: "English"}}},
	}})
	renew := v.NewForm("Tạo mã dự phòng mới", "Make new recovery codes", ui.Group{Fields: []ui.Field{codeField(v)}})
	renew.Action = desk.Prefix + "/toi/ma-du-phong"
	page := &mePage{Frame: v.Frame("Tài khoản của tôi", "My account"), Login: v.Person.Data.Login, Form: profile, Renew: renew}
	states, err := c.People.States(v.Context(), []string{v.Person.ID})
	if err != nil {
		return nil, err
	}
	page.Factor = states[v.Person.ID].SecondFactor
	sessions, err := c.People.Sessions(v.Context(), v.Visitor)
	if err != nil {
		return nil, err
	}
	for _, s := range sessions {
		page.Sessions = append(page.Sessions, sessionView{
			ID: s.ID, Agent: agent(v, s.Agent), Since: v.Lang.Moment(s.Since), Seen: v.Lang.Moment(s.Seen), Here: s.ID == v.Session,
		})
	}
	return page, nil
}

func (c *Console) me(v *desk.Visit) (desk.Answer, error) {
	page, err := c.mePage(v)
	return desk.Show(page), err
}

// meAgain shows the page with what was wrong.
func (c *Console) meAgain(v *desk.Visit, err error) (desk.Answer, error) {
	page, pageErr := c.mePage(v)
	if pageErr != nil {
		return desk.Answer{}, pageErr
	}
	form := page.Form
	if v.Value("code") != "" {
		form = page.Renew
	}
	return v.Again(page, form, err)
}

func (c *Console) updateMe(v *desk.Visit) (desk.Answer, error) {
	_, err := c.People.UpdateProfile(v.Context(), v.Visitor, account.Profile{
		Name: v.Value("name"), Phone: v.Value("phone"), Language: v.Value("language"),
	})
	if err != nil {
		return c.meAgain(v, err)
	}
	return v.Redirect(desk.Prefix+"/toi?lang="+v.Value("language"), "Đã lưu.", "Saved."), nil
}

func (c *Console) passwordForm(v *desk.Visit) *signPage {
	return &signPage{
		Frame: v.Frame("Đổi mật khẩu", "Change the password", desk.Link{Label: v.T("Tài khoản của tôi", "My account"), Href: desk.Prefix + "/toi"}),
		Lead:  v.T("Mọi phiên khác của bạn sẽ kết thúc.", "Every other session of yours will end."),
		Form: v.NewForm("Đổi mật khẩu", "Change the password", ui.Group{Fields: []ui.Field{
			{Name: "old", Label: v.T("Mật khẩu hiện tại", "Current password"), Type: "password", Autocomplete: "current-password", Required: true, MaxLength: 200},
			{Name: "password", Label: v.T("Mật khẩu mới", "New password"), Type: "password", Autocomplete: "new-password", Required: true, MaxLength: 200, Hint: v.T("Ít nhất 8 ký tự.", "At least 8 characters.")},
		}}),
	}
}

func (c *Console) passwordPage(v *desk.Visit) (desk.Answer, error) {
	return desk.Show(c.passwordForm(v)), nil
}

func (c *Console) changePassword(v *desk.Visit) (desk.Answer, error) {
	in, err := c.People.ChangePassword(v.Context(), v.Token, v.Value("old"), v.Value("password"))
	if err != nil {
		page := c.passwordForm(v)
		return v.Again(page, page.Form, err)
	}
	v.Remember(in)
	return v.Redirect(desk.Prefix+"/toi", "Đã đổi mật khẩu.", "The password was changed."), nil
}

// endSession ends one of one's own sessions, or all others.
func (c *Console) endSession(v *desk.Visit) (desk.Answer, error) {
	var err error
	if id := v.Value("id"); id != "" {
		err = c.People.EndSession(v.Context(), v.Visitor, id)
	} else {
		err = c.People.EndOtherSessions(v.Context(), v.Visitor)
	}
	if err != nil {
		return desk.Answer{}, err
	}
	return v.Redirect(desk.Prefix+"/toi", "Đã kết thúc phiên.", "The session was ended."), nil
}

// number reads a small whole number.
func number(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil
}
