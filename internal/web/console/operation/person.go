package operation

import (
	"context"
	"errors"

	"temgoc/internal/account"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A personPage is one person.
type personPage struct {
	desk.Frame
	ID           string
	Login        string
	State        desk.Badge
	Facts        []desk.Fact
	Gone         bool // erased on request
	Disabled     bool
	SecondFactor bool
	Self         bool
	Form         *ui.Form
	History      []desk.Change
}

// Template implements ui.Page.
func (personPage) Template() string { return "person.html" }

func (o operation) personPage(v *desk.Visit) (*personPage, error) {
	id := v.Param("id")
	history, err := o.People.PersonHistory(v.Context(), v.Actor, id)
	if err != nil {
		return nil, err
	}
	p := history[len(history)-1]
	states, err := o.People.States(v.Context(), []string{id})
	if err != nil {
		return nil, err
	}
	page := &personPage{
		Frame: v.Frame(p.Data.Called().VI, v.Lang.Name(p.Data.Called()), people(v)), ID: id, Login: p.Data.Login, State: state(v, p.Data, states[id]),
		Gone: !p.Data.Erased.IsZero(), Disabled: !p.Data.Disabled.IsZero(), SecondFactor: states[id].SecondFactor, Self: id == v.Person.ID,
		Facts: desk.Facts(
			desk.Fact{Label: v.T("Tên đăng nhập", "Sign-in name"), Value: p.Data.Login},
			desk.Fact{Label: v.T("Điện thoại", "Telephone"), Value: p.Data.Phone},
			desk.Fact{Label: v.T("Được mời lúc", "Invited"), Value: v.Lang.Moment(p.Created)},
		),
	}
	groups, err := o.membershipGroups(v, len(p.Data.Memberships))
	if err != nil {
		return nil, err
	}
	page.Form = v.NewForm("Lưu vai trò", "Save the roles", groups...)
	page.Form.Revision = p.Revision
	values, err := ui.Values(struct {
		Memberships []account.Membership `json:"memberships"`
	}{p.Data.Memberships})
	if err != nil {
		return nil, err
	}
	page.Form.Fill(values)
	page.History, err = desk.History(v, history, account.ChangeOf)
	return page, err
}

func (o operation) person(v *desk.Visit) (desk.Answer, error) {
	page, err := o.personPage(v)
	return desk.Show(page), err
}

func (o operation) setMemberships(v *desk.Visit) (desk.Answer, error) {
	ms, err := o.memberships(v)
	if err == nil {
		_, err = o.People.SetMemberships(v.Context(), v.Write(), v.Param("id"), ms)
	}
	if err != nil {
		return o.again(v, err)
	}
	return v.Redirect(peoplePath+"/"+v.Param("id"), "Đã lưu vai trò. Người này phải đăng nhập lại.", "The roles are saved. The person must sign in again."), nil
}

// again shows the person with what was refused.
func (o operation) again(v *desk.Visit, err error) (desk.Answer, error) {
	page, pageErr := o.personPage(v)
	if pageErr != nil {
		return desk.Answer{}, errors.Join(err, pageErr)
	}
	return v.Again(page, page.Form, err)
}

// link makes a new link for somebody who lost the invitation or the password.
func (o operation) link(v *desk.Visit) (desk.Answer, error) {
	id := v.Param("id")
	token, err := o.People.ResetLink(v.Context(), v.Write(), id)
	if err != nil {
		return o.again(v, err)
	}
	p, err := o.People.Person(v.Context(), v.Actor, id)
	if err != nil {
		return desk.Answer{}, err
	}
	return v.ShowLink(p, token, peoplePath+"/"+id)
}

// act carries out what has no form of its own.
func (o operation) act(v *desk.Visit, do func(context.Context, trace.Write, string) error, vi, en string) (desk.Answer, error) {
	if err := do(v.Context(), v.Write(), v.Param("id")); err != nil {
		return o.again(v, err)
	}
	return v.Redirect(peoplePath+"/"+v.Param("id"), vi, en), nil
}

func (o operation) disable(v *desk.Visit) (desk.Answer, error) {
	return o.act(v, func(ctx context.Context, w trace.Write, id string) error {
		_, err := o.People.Disable(ctx, w, id)
		return err
	}, "Đã khóa tài khoản và kết thúc mọi phiên.", "The account is disabled and all its sessions are ended.")
}

func (o operation) enable(v *desk.Visit) (desk.Answer, error) {
	return o.act(v, func(ctx context.Context, w trace.Write, id string) error {
		_, err := o.People.Enable(ctx, w, id)
		return err
	}, "Đã mở lại tài khoản.", "The account is enabled again.")
}

func (o operation) endSessions(v *desk.Visit) (desk.Answer, error) {
	return o.act(v, o.People.EndSessionsOf, "Đã kết thúc mọi phiên.", "All sessions are ended.")
}

func (o operation) clearFactor(v *desk.Visit) (desk.Answer, error) {
	return o.act(v, o.People.ClearTOTP, "Đã xóa mã xác thực; người này thiết lập lại ở lần đăng nhập tới.",
		"The second factor is removed; the person sets up another at the next sign-in.")
}
