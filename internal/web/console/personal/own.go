package personal

import (
	"temgoc/internal/privacy"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// An ownPage is what is kept of the person who is signed in.
type ownPage struct {
	desk.Frame
	Facts    []desk.Fact
	Requests []ownRequest
	Form     *ui.Form
}

// An ownRequest is something that the person asked.
type ownRequest struct {
	What, When, Next, Outcome string
	State                     desk.Badge
}

// Template implements ui.Page.
func (ownPage) Template() string { return "own.html" }

func (q queue) ownPage(v *desk.Visit) (*ownPage, error) {
	p := v.Person.Data
	page := &ownPage{Frame: v.Frame("Dữ liệu của tôi", "My data", desk.Link{Label: v.T("Tài khoản của tôi", "My account"), Href: desk.Prefix + "/toi"})}
	page.Facts = desk.Facts(
		desk.Fact{Label: v.T("Họ và tên", "Name"), Value: p.Name},
		desk.Fact{Label: v.T("Tên đăng nhập", "Sign-in name"), Value: p.Login},
		desk.Fact{Label: v.T("Điện thoại", "Telephone"), Value: p.Phone},
		desk.Fact{Label: v.T("Có tài khoản từ", "Account since"), Value: v.Lang.Moment(v.Person.Created)},
	)
	mine, err := q.Register.Own(v.Context(), v.Visitor)
	if err != nil {
		return nil, err
	}
	for _, s := range mine {
		r := ownRequest{What: v.Lang.Name(s.Data.What.Name()), When: v.Lang.Date(s.Data.Received), Outcome: s.Data.Outcome, State: badge(v, s.Data)}
		if s.Data.State.Open() {
			r.Next = next(v, s.Data)
		}
		page.Requests = append(page.Requests, r)
	}
	page.Form = v.NewForm("Gửi yêu cầu", "Send the request", ui.Group{Fields: []ui.Field{
		{Name: "what", Label: v.T("Tôi muốn", "I want"), Type: ui.Radio, Required: true, Options: whats(v, privacy.Erase, privacy.Restrict, privacy.Correct)},
		{Name: "text", Label: v.T("Nói rõ thêm", "More about it"), Type: ui.TextArea, MaxLength: 2000, Hint: v.T("Ví dụ: tên tôi ở ghi chép nào, số điện thoại nào.", "For example: in which records my name is, which number.")},
	}})
	page.Form.Action = ownPath
	return page, nil
}

func (q queue) own(v *desk.Visit) (desk.Answer, error) {
	page, err := q.ownPage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(page), nil
}

func (q queue) ask(v *desk.Visit) (desk.Answer, error) {
	_, err := q.Register.AskForOneself(v.Context(), v.Visitor, v.Write().Op, privacy.What(v.Value("what")), v.Value("text"))
	if err == nil {
		return v.Redirect(ownPath, "Đã gửi yêu cầu. Bạn sẽ được trả lời trong 2 ngày làm việc.", "Sent. You will be answered within 2 working days."), nil
	}
	page, pageErr := q.ownPage(v)
	if pageErr != nil {
		return desk.Answer{}, pageErr
	}
	return v.Again(page, page.Form, err)
}

func (q queue) download(v *desk.Visit) (desk.Answer, error) {
	kinds := append([]trace.AuditKind{}, q.Audit...)
	data, err := q.Register.OwnData(v.Context(), v.Visitor, kinds)
	if err != nil {
		return desk.Answer{}, err
	}
	return file("du-lieu-cua-toi.json", data), nil
}
