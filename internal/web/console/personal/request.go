package personal

import (
	"temgoc/internal/catalog"
	"temgoc/internal/privacy"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A requestPage is one request, with what may be done now.
type requestPage struct {
	desk.Frame
	ID          string
	State       desk.Badge
	Facts       []desk.Fact
	Text        string
	Outcome     string
	Erased      []string // what was erased
	Acknowledge *ui.Form
	Find        *ui.Form
	Finish      *ui.Form
	Extend      *ui.Form
	Refuse      *ui.Form
	Forget      *ui.Form
	ForgetBy    string // when it is forgotten by itself
	Erases      bool
	History     []desk.Change
}

// Template implements ui.Page.
func (requestPage) Template() string { return "request.html" }

func (q queue) page(v *desk.Visit) (*requestPage, error) {
	history, err := q.Register.History(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	s := history[len(history)-1]
	d := s.Data
	page := &requestPage{
		Frame: v.Frame(d.What.Name().VI+": "+nameOf(v, d), v.Lang.Name(d.What.Name())+": "+nameOf(v, d), queueLink(v)),
		ID:    s.ID, State: badge(v, d), Text: d.Text, Outcome: d.Outcome, Erases: d.What == privacy.Erase,
	}
	names, err := v.Names([]string{s.By, actorOf(d.Acknowledged), actorOf(d.Closed)})
	if err != nil {
		return nil, err
	}
	page.Facts = facts(v, d, names)
	for _, p := range d.Picks {
		page.Erased = append(page.Erased, trace.Topic(p.Kind, p.ID)+" · "+p.Member)
	}
	page.forms(v, s)
	page.History, err = desk.History(v, history, whatChanged)
	return page, err
}

func actorOf(d *trace.Decision) string {
	if d == nil {
		return "system"
	}
	return d.Actor
}

func facts(v *desk.Visit, d privacy.Request, names map[string]string) []desk.Fact {
	done := func(by *trace.Decision) string {
		if by == nil {
			return ""
		}
		return v.Lang.Moment(by.At) + " · " + names[by.Actor]
	}
	until := v.Lang.Date(d.CarryOutBy)
	if d.Extended {
		until += v.T(" (đã gia hạn)", " (extended)")
	}
	self := ""
	if d.Person != "" {
		self = v.T("người đó tự gửi khi đã đăng nhập", "by the person itself, signed in")
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Liên hệ", "Contact"), Value: d.Contact},
		desk.Fact{Label: v.T("Ngày nhận", "Received on"), Value: v.Lang.Date(d.Received)},
		desk.Fact{Label: v.T("Cách gửi", "How it came"), Value: self},
		desk.Fact{Label: v.T("Hạn xác nhận", "To be acknowledged by"), Value: v.Lang.Date(d.AcknowledgeBy)},
		desk.Fact{Label: v.T("Đã xác nhận", "Acknowledged"), Value: done(d.Acknowledged)},
		desk.Fact{Label: v.T("Cách xác minh", "Verified by"), Value: d.Identity},
		desk.Fact{Label: v.T("Hạn thực hiện", "To be carried out by"), Value: until},
		desk.Fact{Label: v.T("Lý do gia hạn", "Why it was extended"), Value: d.Extension},
		desk.Fact{Label: v.T("Kết thúc", "Closed"), Value: done(d.Closed)},
	)
}

// forms offers what may be done now.
func (page *requestPage) forms(v *desk.Visit, s trace.Stored[privacy.Request]) {
	form := func(action, vi, en string, fields ...ui.Field) *ui.Form {
		f := v.NewForm(vi, en, ui.Group{Fields: fields})
		f.Action, f.Revision = path+"/"+s.ID+"/"+action, s.Revision
		return f.Scoped(action)
	}
	text := func(name, vi, en, hintVI, hintEN string) ui.Field {
		return ui.Field{Name: name, Label: v.T(vi, en), Type: ui.TextArea, Required: true, MaxLength: 2000, Hint: v.T(hintVI, hintEN)}
	}
	switch s.Data.State {
	case privacy.New:
		page.Acknowledge = form("xac-nhan", "Đã xác nhận với người yêu cầu", "The person was told",
			text("identity", "Đã xác minh người yêu cầu bằng cách nào", "How it was made sure who asks",
				"Ví dụ: gọi lại số đã đăng ký. Không giữ bản chụp căn cước.", "For example: called back at the number on record. Keep no copy of an identity card."))
	case privacy.Acknowledged:
		page.Find = form("chon", "Tìm dữ liệu", "Find the data", ui.Field{
			Name: "text", Label: v.T("Tên, số điện thoại, e-mail hoặc tên đăng nhập", "Name, telephone number, e-mail or sign-in name"), Value: s.Data.Name, Required: true, MaxLength: 200})
		page.Find.Revision, page.Find.Key = 0, ""
		page.Finish = form("ket-qua", "Ghi đã thực hiện", "It is carried out",
			text("outcome", "Đã làm gì", "What was done", "Ghi cả việc không tìm thấy gì để xóa, nếu vậy.", "Also that nothing was found to erase, if so."))
	case privacy.Done, privacy.Refused:
		if s.Data.Name+s.Data.Contact+s.Data.Outcome != "" {
			page.Forget = form("quen", "Xóa ngay", "Erase it now")
			page.ForgetBy = v.Lang.Date(trace.DateOf(s.Data.Closed.At.Add(privacy.KeptAfterClosing)))
		}
	}
	if s.Data.State != privacy.New && s.Data.State != privacy.Acknowledged {
		return
	}
	if !s.Data.Extended {
		page.Extend = form("gia-han", "Gia hạn 15 ngày", "Extend by 15 days",
			text("reason", "Lý do gia hạn", "Why", "Chỉ được gia hạn một lần; báo cho người yêu cầu.", "Once only; tell the person."))
	}
	page.Refuse = form("tu-choi", "Từ chối", "Refuse",
		text("reason", "Lý do từ chối", "Why", "Báo cho người yêu cầu, kèm quyền khiếu nại.", "Tell the person, with the right to complain."))
	page.Refuse.Danger = true
}

func whatChanged(before *privacy.Request, now privacy.Request) catalog.Name {
	switch {
	case before == nil:
		return catalog.Name{VI: "Nhận yêu cầu", EN: "Received"}
	case before.State != now.State:
		return now.State.Name()
	case !before.Extended && now.Extended:
		return catalog.Name{VI: "Gia hạn", EN: "Extended"}
	}
	return catalog.Name{VI: "Sửa", EN: "Changed"}
}

func (q queue) show(v *desk.Visit) (desk.Answer, error) {
	page, err := q.page(v)
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(page), nil
}

// after leads to the request when something was done, or shows it with what was
// wrong at one of its forms.
func (q queue) after(v *desk.Visit, err error, form func(*requestPage) *ui.Form, vi, en string) (desk.Answer, error) {
	if err == nil {
		return v.Redirect(path+"/"+v.Param("id"), vi, en), nil
	}
	page, pageErr := q.page(v)
	if pageErr != nil {
		return desk.Answer{}, pageErr
	}
	if f := form(page); f != nil {
		return v.Again(page, f, err)
	}
	return desk.Answer{}, err
}

func (q queue) acknowledge(v *desk.Visit) (desk.Answer, error) {
	_, err := q.Register.Acknowledge(v.Context(), v.Write(), v.Param("id"), v.Value("identity"))
	return q.after(v, err, func(p *requestPage) *ui.Form { return p.Acknowledge }, "Đã ghi việc xác nhận.", "Acknowledged.")
}

func (q queue) extend(v *desk.Visit) (desk.Answer, error) {
	_, err := q.Register.Extend(v.Context(), v.Write(), v.Param("id"), v.Value("reason"))
	return q.after(v, err, func(p *requestPage) *ui.Form { return p.Extend }, "Đã gia hạn.", "Extended.")
}

func (q queue) refuse(v *desk.Visit) (desk.Answer, error) {
	_, err := q.Register.Refuse(v.Context(), v.Write(), v.Param("id"), v.Value("reason"))
	return q.after(v, err, func(p *requestPage) *ui.Form { return p.Refuse }, "Đã ghi việc từ chối.", "Refused.")
}

func (q queue) finish(v *desk.Visit) (desk.Answer, error) {
	_, err := q.Register.Finish(v.Context(), v.Write(), v.Param("id"), v.Value("outcome"))
	return q.after(v, err, func(p *requestPage) *ui.Form { return p.Finish }, "Đã ghi kết quả.", "It is closed.")
}

func (q queue) forget(v *desk.Visit) (desk.Answer, error) {
	err := q.Register.Forget(v.Context(), v.Write(), v.Param("id"))
	return q.after(v, err, func(p *requestPage) *ui.Form { return p.Forget }, "Đã xóa tên và liên hệ của người yêu cầu.", "Name and contact of who asked are erased.")
}
