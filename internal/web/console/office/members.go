package office

import (
	"context"
	"slices"

	"temgoc/internal/account"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

func inviteForm(v *desk.Visit, producer string) *ui.Form {
	form := v.NewForm("Mời và lấy đường dẫn", "Invite, and get the link", ui.Group{Fields: []ui.Field{
		{Name: "name", Label: v.T("Họ và tên", "Name"), Required: true, MaxLength: 200},
		{Name: "login", Label: v.T("Số điện thoại hoặc e-mail để đăng nhập", "Telephone number or e-mail to sign in with"), Required: true, MaxLength: 200},
	}})
	form.Action = producersPath + "/" + producer + "/nguoi"
	return form
}

// inviteMember invites somebody to work for a producer. The link is shown this
// once.
func (o office) inviteMember(v *desk.Visit) (desk.Answer, error) {
	producer := v.Param("id")
	if _, err := o.Ledger.Producer(v.Context(), v.Actor, producer); err != nil {
		return desk.Answer{}, err
	}
	token, p, err := o.People.Invite(v.Context(), v.Write(), account.NewPerson{
		Name: v.Value("name"), Login: v.Value("login"), Memberships: []account.Membership{{Role: trace.ProducerRole, Producer: producer}},
	})
	if err != nil {
		page, pageErr := o.producerPage(v)
		if pageErr != nil {
			return desk.Answer{}, pageErr
		}
		return v.Again(page, page.Invite, err)
	}
	return v.ShowLink(p, token, producersPath+"/"+producer)
}

// memberOf is the person of the address, who must be of the producer of the
// address.
func (o office) memberOf(v *desk.Visit) (trace.Stored[account.Person], error) {
	p, err := o.People.Person(v.Context(), v.Actor, v.Param("person"))
	if err != nil {
		return p, err
	}
	if !slices.ContainsFunc(p.Data.Memberships, func(m account.Membership) bool { return m.Producer == v.Param("id") }) {
		return p, trace.ErrHidden
	}
	return p, nil
}

// renewLink makes another link: for somebody who lost the invitation or the
// password.
func (o office) renewLink(v *desk.Visit) (desk.Answer, error) {
	p, err := o.memberOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	token, err := o.People.ResetLink(v.Context(), v.Write(), p.ID)
	if err != nil {
		return desk.Answer{}, err
	}
	return v.ShowLink(p, token, producersPath+"/"+v.Param("id"))
}

func (o office) disableMember(v *desk.Visit) (desk.Answer, error) {
	return o.changeMember(v, o.People.Disable, "Đã khóa tài khoản và kết thúc mọi phiên.", "The account is disabled and all its sessions are ended.")
}

func (o office) enableMember(v *desk.Visit) (desk.Answer, error) {
	return o.changeMember(v, o.People.Enable, "Đã mở lại tài khoản.", "The account is enabled again.")
}

type memberChange func(context.Context, trace.Write, string) (trace.Stored[account.Person], error)

func (o office) changeMember(v *desk.Visit, change memberChange, vi, en string) (desk.Answer, error) {
	p, err := o.memberOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if _, err := change(v.Context(), v.Write(), p.ID); err != nil {
		return desk.Answer{}, err
	}
	return v.Redirect(producersPath+"/"+v.Param("id"), vi, en), nil
}
