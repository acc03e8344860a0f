// Package personal is the desk for what persons ask about their own data: the
// office and administrators keep the queue with its deadlines, find what is kept
// of somebody, choose by hand and have it erased; everybody sees what is kept of
// the own account, takes it away, and asks for its erasure.
package personal

import (
	"embed"
	"fmt"

	"temgoc/internal/account"
	"temgoc/internal/privacy"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk stands on.
type Config struct {
	Register *privacy.Register
	People   *account.Directory
	// Audit are the kinds of what people write, for the export of one's own.
	Audit []trace.AuditKind
}

type queue struct{ Config }

// The addresses of the queue and of one's own data.
const (
	path    = desk.Prefix + "/du-lieu-ca-nhan"
	ownPath = desk.Prefix + "/toi/du-lieu"
)

// Part is the desk.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return desk.Part{}, fmt.Errorf("personal: %w", err)
	}
	q := queue{c}
	handlers := []trace.Role{trace.Office, trace.Administrator}
	return desk.Part{Name: "personal", Templates: templates, Routes: []desk.Route{
		desk.Get("/du-lieu-ca-nhan", q.list, handlers...),
		desk.Get("/du-lieu-ca-nhan/moi", q.form, handlers...),
		desk.Post("/du-lieu-ca-nhan/moi", q.enter, handlers...),
		desk.Get("/du-lieu-ca-nhan/:id", q.show, handlers...),
		desk.Post("/du-lieu-ca-nhan/:id/xac-nhan", q.acknowledge, handlers...),
		desk.Post("/du-lieu-ca-nhan/:id/gia-han", q.extend, handlers...),
		desk.Post("/du-lieu-ca-nhan/:id/tu-choi", q.refuse, handlers...),
		desk.Post("/du-lieu-ca-nhan/:id/ket-qua", q.finish, handlers...),
		desk.Post("/du-lieu-ca-nhan/:id/quen", q.forget, handlers...),
		desk.Post("/du-lieu-ca-nhan/:id/chon", q.choose, handlers...),
		desk.Post("/du-lieu-ca-nhan/:id/xoa", q.carryOut, handlers...),
		desk.Get("/toi/du-lieu", q.own, desk.Everyone...),
		desk.Post("/toi/du-lieu", q.ask, desk.Everyone...),
		desk.Get("/toi/du-lieu/tai-ve", q.download, desk.Everyone...),
	}}, nil
}

// A row is a request in a list.
type row struct {
	Href, Name, What, Received, Next string
	State                            desk.Badge
}

// A listPage is the queue.
type listPage struct {
	desk.Frame
	Filters []desk.Link
	Closed  bool
	Rows    []row
	Pager   desk.Pager
}

// Template implements ui.Page.
func (listPage) Template() string { return "requests.html" }

// closedParameter asks for what is closed.
const closedParameter = "loc"

func (q queue) list(v *desk.Visit) (desk.Answer, error) {
	page := &listPage{Frame: v.Frame("Yêu cầu về dữ liệu cá nhân", "Requests about personal data"), Closed: v.Query(closedParameter) == "xong"}
	page.Filters = []desk.Link{
		{Label: v.T("Cần làm", "To do"), Href: path, Current: !page.Closed},
		{Label: v.T("Đã xong", "Closed"), Href: path + "?" + closedParameter + "=xong", Current: page.Closed},
	}
	var items []trace.Stored[privacy.Request]
	if page.Closed {
		closed, err := q.Register.Closed(v.Context(), v.Actor, v.Paging())
		if err != nil {
			return desk.Answer{}, err
		}
		items, page.Pager = closed.Items, v.Pager(closed.Next)
	} else {
		open, err := q.Register.Open(v.Context(), v.Actor)
		if err != nil {
			return desk.Answer{}, err
		}
		items = open
	}
	for _, s := range items {
		page.Rows = append(page.Rows, rowOf(v, s))
	}
	return desk.Show(page), nil
}

func rowOf(v *desk.Visit, s trace.Stored[privacy.Request]) row {
	r := row{
		Href: path + "/" + s.ID, Name: nameOf(v, s.Data), What: v.Lang.Name(s.Data.What.Name()),
		Received: v.Lang.Date(s.Data.Received), State: badge(v, s.Data),
	}
	if s.Data.State.Open() {
		r.Next = next(v, s.Data)
	}
	return r
}

// nameOf is who asks, as long as that is kept.
func nameOf(v *desk.Visit, q privacy.Request) string {
	if q.Name == "" {
		return v.T("(đã xóa tên người yêu cầu)", "(the name is erased)")
	}
	return q.Name
}

// next tells the deadline that comes next.
func next(v *desk.Visit, q privacy.Request) string {
	if q.State == privacy.New {
		return v.T("xác nhận trước hết ngày ", "to be acknowledged by ") + v.Lang.Date(q.Next())
	}
	return v.T("thực hiện trước hết ngày ", "to be carried out by ") + v.Lang.Date(q.Next())
}

// soon is from how many days before a deadline on it is marked.
const soon = 3

// badge says where a request stands, and whether it is late.
func badge(v *desk.Visit, q privacy.Request) desk.Badge {
	text := v.Lang.Name(q.State.Name())
	switch {
	case q.Overdue(v.Today()):
		return desk.Bad(v.T("quá hạn, ", "overdue, ") + text)
	case q.State == privacy.Done:
		return desk.Good(text)
	case q.State == privacy.Refused:
		return desk.Calm(text)
	case v.Today().DaysUntil(q.Next()) <= soon:
		return desk.Warn(text)
	}
	return desk.Calm(text)
}

// A formPage is a form with a lead.
type formPage struct {
	desk.Frame
	Lead string
	Form *ui.Form
}

// Template implements ui.Page.
func (formPage) Template() string { return "request-form.html" }

func queueLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Dữ liệu cá nhân", "Personal data"), Href: path}
}

// whats are what can be asked for, to choose from.
func whats(v *desk.Visit, of ...privacy.What) []ui.Option {
	var options []ui.Option
	for _, w := range of {
		options = append(options, ui.Option{Value: string(w), Label: v.Lang.Name(w.Name())})
	}
	return options
}

func (q queue) newForm(v *desk.Visit) *formPage {
	form := v.NewForm("Ghi vào sổ", "Enter it", ui.Group{Fields: []ui.Field{
		{Name: "what", Label: v.T("Người đó yêu cầu", "What is asked"), Type: ui.Radio, Required: true, Options: whats(v, privacy.Whats()...)},
		{Name: "name", Label: v.T("Họ và tên người yêu cầu", "Name of who asks"), Required: true, MaxLength: 200},
		{Name: "contact", Label: v.T("Liên hệ để trả lời", "Where the answer goes"), Required: true, MaxLength: 200, Hint: v.T("Điện thoại, e-mail hoặc địa chỉ.", "Telephone, e-mail or address.")},
		{Name: "text", Label: v.T("Nội dung yêu cầu", "What is asked, in the person's words"), Type: ui.TextArea, MaxLength: 2000},
		{Name: "received", Label: v.T("Ngày nhận", "Received on"), Type: "date", Value: v.Today().String(), Required: true, Hint: v.T("Các thời hạn tính từ ngày này.", "The deadlines are counted from this day.")},
	}})
	form.Action, form.Cancel = path+"/moi", path
	return &formPage{v.Frame("Ghi yêu cầu mới", "Enter a request", queueLink(v)), v.T("Dùng khi có người gửi thư, gọi điện hoặc đến tận nơi hỏi về dữ liệu của họ.", "For who writes, calls or comes about their data."), form}
}

func (q queue) form(v *desk.Visit) (desk.Answer, error) { return desk.Show(q.newForm(v)), nil }

func (q queue) enter(v *desk.Visit) (desk.Answer, error) {
	var d privacy.Asked
	err := v.Decode(&d)
	var s trace.Stored[privacy.Request]
	if err == nil {
		s, err = q.Register.Ask(v.Context(), v.Write(), d)
	}
	if err != nil {
		page := q.newForm(v)
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(path+"/"+s.ID, "Đã ghi vào sổ.", "Entered."), nil
}
