package console

import (
	"errors"

	"temgoc/internal/account"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// signRoutes are how people come in and go out, and what they keep of their
// own account.
func (c *Console) signRoutes() []desk.Route {
	guest := func(r desk.Route) desk.Route { r.Guest = true; return r }
	at := func(stage account.Stage, r desk.Route) desk.Route { r.Stage = stage; return r }
	return []desk.Route{
		guest(desk.Get("/vao", c.signInPage)),
		guest(desk.Post("/vao", c.signIn)),
		guest(desk.Post("/ra", c.signOut)),
		guest(desk.Get("/moi/:token", c.invitationPage)),
		guest(desk.Post("/moi/:token", c.accept)),
		at(account.StageCode, desk.Get("/ma", c.codePage, desk.Everyone...)),
		at(account.StageCode, desk.Post("/ma", c.confirmCode, desk.Everyone...)),
		at(account.StageEnrol, desk.Get("/xac-thuc", c.enrolPage, desk.Everyone...)),
		at(account.StageEnrol, desk.Post("/xac-thuc", c.enrol, desk.Everyone...)),
		desk.Get("/toi", c.me, desk.Everyone...),
		desk.Post("/toi", c.updateMe, desk.Everyone...),
		desk.Get("/toi/mat-khau", c.passwordPage, desk.Everyone...),
		desk.Post("/toi/mat-khau", c.changePassword, desk.Everyone...),
		desk.Get("/toi/xac-thuc", c.enrolPage, desk.Everyone...),
		desk.Post("/toi/xac-thuc", c.enrol, desk.Everyone...),
		desk.Post("/toi/ma-du-phong", c.renewRecovery, desk.Everyone...),
		desk.Post("/toi/phien", c.endSession, desk.Everyone...),
		desk.Post("/vai-tro", c.switchRole, desk.Everyone...),
	}
}

// A signPage is a form alone in the middle: signing in, a code, a password.
type signPage struct {
	desk.Frame
	Lead string
	Form *ui.Form
	// Secret is for the authenticator app, to be typed, and Symbol the same to
	// be scanned.
	Secret string
	Symbol desk.Symbol
	Links  []desk.Link
}

// Template implements ui.Page.
func (signPage) Template() string { return "sign.html" }

func (c *Console) signInPage(v *desk.Visit) (desk.Answer, error) {
	if v.Session != "" && v.Stage == account.StageFull {
		return v.Onwards(v.Query("tiep")), nil
	}
	return desk.Show(c.signInForm(v)), nil
}

func (c *Console) signInForm(v *desk.Visit) *signPage {
	form := v.NewForm("Đăng nhập", "Sign in", ui.Group{Fields: []ui.Field{
		{Name: "login", Label: v.T("Số điện thoại hoặc e-mail", "Telephone number or e-mail"), Autocomplete: "username", Required: true, MaxLength: 200},
		{Name: "password", Label: v.T("Mật khẩu", "Password"), Type: "password", Autocomplete: "current-password", Required: true, MaxLength: 200},
	}})
	form.Hidden = []ui.Field{{Name: "next", Value: next(v)}}
	return &signPage{
		Frame: v.Frame("Đăng nhập", "Sign in"), Form: form,
		Lead: v.T("Dành cho chủ thể OCOP, phòng thử nghiệm và cơ quan quản lý. Chưa có tài khoản? Hãy hỏi văn phòng OCOP hoặc người đã có tài khoản trong cơ sở của bạn để nhận đường dẫn mời.",
			"For OCOP producers, laboratories and authorities. No account yet? Ask the OCOP office, or somebody of your own business who has one, for an invitation link."),
	}
}

// next is where the visitor wanted to go before being asked to sign in.
func next(v *desk.Visit) string {
	if wanted := v.Value("next"); wanted != "" {
		return wanted
	}
	return v.Query("tiep")
}

func (c *Console) signIn(v *desk.Visit) (desk.Answer, error) {
	in, err := c.People.SignIn(v.Context(), account.Credentials{
		Login: v.Value("login"), Password: v.Value("password"), Device: v.Device(), Client: v.Client(), Agent: v.Request.UserAgent(),
	})
	if err != nil {
		page := c.signInForm(v)
		return v.Again(page, page.Form, err)
	}
	v.Remember(in)
	return v.Onwards(next(v)), nil
}

func (c *Console) signOut(v *desk.Visit) (desk.Answer, error) {
	if v.Token != "" {
		if err := c.People.SignOut(v.Context(), v.Token); err != nil {
			return desk.Answer{}, err
		}
	}
	v.Forget()
	return v.Redirect(desk.Prefix+"/vao", "Bạn đã đăng xuất.", "You have signed out."), nil
}

func (c *Console) codeForm(v *desk.Visit) *signPage {
	form := v.NewForm("Tiếp tục", "Go on", ui.Group{Fields: []ui.Field{codeField(v)}})
	return &signPage{
		Frame: v.Frame("Mã xác thực", "Second factor"), Form: form,
		Lead:  v.T("Mở ứng dụng xác thực trên điện thoại và nhập mã 6 chữ số. Mất điện thoại? Nhập một mã dự phòng.", "Open the authenticator app on your phone and type the six digits. Lost the phone? Type a recovery code."),
		Links: []desk.Link{},
	}
}

func codeField(v *desk.Visit) ui.Field {
	return ui.Field{Name: "code", Label: v.T("Mã xác thực", "Code"), Autocomplete: "one-time-code", Required: true, MaxLength: 40}
}

func (c *Console) codePage(v *desk.Visit) (desk.Answer, error) { return desk.Show(c.codeForm(v)), nil }

func (c *Console) confirmCode(v *desk.Visit) (desk.Answer, error) {
	in, err := c.People.ConfirmCode(v.Context(), v.Token, v.Value("code"))
	if err != nil {
		page := c.codeForm(v)
		return v.Again(page, page.Form, err)
	}
	v.Remember(in)
	return v.Onwards(""), nil
}

// enrolForm sets up a second factor. The secret is kept with the session until
// a code made from it has come back.
func (c *Console) enrolForm(v *desk.Visit) (*signPage, error) {
	secret, uri, err := c.People.BeginTOTP(v.Context(), v.Token)
	if err != nil {
		return nil, err
	}
	symbol, err := desk.NewSymbol(uri, v.T("Mã QR để thiết lập ứng dụng xác thực", "QR code that sets up the authenticator app"))
	if err != nil {
		return nil, err
	}
	return &signPage{
		Frame: v.Frame("Thiết lập mã xác thực", "Set up the second factor"),
		Form:  v.NewForm("Xác nhận", "Confirm", ui.Group{Fields: []ui.Field{codeField(v)}}),
		Lead: v.T("Vai trò của bạn cần thêm mã xác thực. Dùng ứng dụng xác thực trên điện thoại (Google Authenticator, Microsoft Authenticator, Aegis …) quét hình dưới đây, rồi nhập mã 6 chữ số mà ứng dụng hiện ra.",
			"Your role needs a second factor. Scan this picture with an authenticator app on your phone (Google Authenticator, Microsoft Authenticator, Aegis …) and type the six digits that it shows."),
		Symbol: symbol, Secret: secret,
	}, nil
}

func (c *Console) enrolPage(v *desk.Visit) (desk.Answer, error) {
	page, err := c.enrolForm(v)
	return desk.Show(page), err
}

// A recoveryPage shows recovery codes, this once.
type recoveryPage struct {
	desk.Frame
	Codes []string
	Next  string
}

// Template implements ui.Page.
func (recoveryPage) Template() string { return "recovery.html" }

func (c *Console) showRecovery(v *desk.Visit, codes []string) desk.Answer {
	return desk.Show(&recoveryPage{Frame: v.Frame("Mã dự phòng", "Recovery codes"), Codes: codes, Next: desk.Prefix})
}

func (c *Console) enrol(v *desk.Visit) (desk.Answer, error) {
	in, codes, err := c.People.FinishTOTP(v.Context(), v.Token, v.Value("code"))
	if err != nil {
		page, pageErr := c.enrolForm(v)
		if pageErr != nil {
			return desk.Answer{}, errors.Join(err, pageErr)
		}
		return v.Again(page, page.Form, err)
	}
	v.Remember(in)
	return c.showRecovery(v, codes), nil
}

func (c *Console) renewRecovery(v *desk.Visit) (desk.Answer, error) {
	codes, err := c.People.NewRecoveryCodes(v.Context(), v.Token, v.Value("code"))
	if err != nil {
		return c.meAgain(v, err)
	}
	return c.showRecovery(v, codes), nil
}

// An invitation is shown to whom it is for.
func (c *Console) invitationForm(v *desk.Visit) (*signPage, error) {
	invitation, err := c.People.Invitation(v.Context(), v.Param("token"))
	if err != nil {
		return nil, err
	}
	fields := []ui.Field{
		{Name: "login", Label: v.T("Tên đăng nhập", "Sign-in name"), Value: invitation.Login, ReadOnly: true, Autocomplete: "username"},
		{
			Name: "password", Label: v.T("Mật khẩu mới", "New password"), Type: "password", Autocomplete: "new-password", Required: true, MaxLength: 200,
			Hint: v.T("Ít nhất 8 ký tự, không phải mật khẩu hay gặp. Có thể dán từ trình quản lý mật khẩu.", "At least 8 characters and not a common password. You may paste it from a password manager."),
		},
	}
	if invitation.Purpose == account.ForSetup {
		fields = append([]ui.Field{
			{Name: "name", Label: v.T("Họ và tên", "Name"), Autocomplete: "name", Required: true, MaxLength: 200},
			{Name: "login", Label: v.T("Số điện thoại hoặc e-mail để đăng nhập", "Telephone number or e-mail to sign in with"), Autocomplete: "username", Required: true, MaxLength: 200},
		}, fields[1])
	}
	title := v.Frame("Chào mừng đến Temgốc", "Welcome to Temgốc")
	lead := v.T("Chào ", "Hello ") + invitation.Name + ". " + v.T("Hãy đặt mật khẩu để bắt đầu dùng.", "Choose a password to begin.")
	switch invitation.Purpose {
	case account.ForSetup:
		lead = v.T("Bạn là người đầu tiên: tài khoản này sẽ quản trị dịch vụ.", "You are the first: this account will administer the service.")
	case account.ForReset:
		title = v.Frame("Đặt lại mật khẩu", "Set a new password")
		lead = v.T("Đặt mật khẩu mới. Mọi phiên đang mở của tài khoản sẽ kết thúc.", "Choose a new password. Every open session of the account will end.")
	}
	return &signPage{Frame: title, Form: v.NewForm("Đặt mật khẩu", "Set the password", ui.Group{Fields: fields}), Lead: lead}, nil
}

func (c *Console) invitationPage(v *desk.Visit) (desk.Answer, error) {
	page, err := c.invitationForm(v)
	return desk.Show(page), err
}

// accept sets the password. The link has shown who it is for, so that nobody
// has to sign in right afterwards.
func (c *Console) accept(v *desk.Visit) (desk.Answer, error) {
	in, err := c.acceptLink(v)
	if err != nil {
		page, pageErr := c.invitationForm(v)
		if pageErr != nil {
			return desk.Answer{}, pageErr
		}
		return v.Again(page, page.Form, err)
	}
	v.Remember(in)
	return v.Onwards(""), nil
}

func (c *Console) acceptLink(v *desk.Visit) (account.SignedIn, error) {
	token, password, agent := v.Param("token"), v.Value("password"), v.Request.UserAgent()
	invitation, err := c.People.Invitation(v.Context(), token)
	if err != nil {
		return account.SignedIn{}, err
	}
	if invitation.Purpose != account.ForSetup {
		return c.People.Accept(v.Context(), token, password, agent)
	}
	first := account.NewPerson{Name: v.Value("name"), Login: v.Value("login"), Language: string(v.Lang)}
	return c.People.SetUp(v.Context(), token, first, password, agent)
}

func (c *Console) switchRole(v *desk.Visit) (desk.Answer, error) {
	index, ok := number(v.Value("index"))
	if !ok {
		return desk.Answer{}, desk.FieldError("index", "không có vai trò này", "is not one of your roles")
	}
	in, err := c.People.ChooseMembership(v.Context(), v.Token, index)
	if err != nil {
		return desk.Answer{}, err
	}
	v.Remember(in)
	return v.Onwards(desk.Prefix), nil
}

// home leads to the desk of the role.
func (c *Console) home(v *desk.Visit) (desk.Answer, error) {
	return v.Onwards(homes[v.Membership.Role]), nil
}

// homes are the first pages of the desks.
var homes = map[trace.Role]string{
	trace.ProducerRole:  desk.Prefix + "/chu-the",
	trace.Laboratory:    desk.Prefix + "/thu-nghiem",
	trace.Inspector:     desk.Prefix + "/kiem-tra",
	trace.Office:        desk.Prefix + "/van-phong",
	trace.Certifier:     desk.Prefix + "/dang-ky",
	trace.Administrator: desk.Prefix + "/nguoi-dung",
}
