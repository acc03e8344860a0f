package outreach

import (
	"fmt"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A noticesPage tells who was told of a hold or a recall, and who answered.
type noticesPage struct {
	desk.Frame
	Head     head
	Recalled bool
	Due      []dueRow
	Totals   []desk.Fact
	Rows     []noticeRow
	Reach    string
	Paper    string

	Known  *ui.Form
	Add    *ui.Form
	Told   *ui.Form
	Cancel *ui.Form
	Result *ui.Form
	Ended  []desk.Fact
}

// Template implements ui.Page.
func (noticesPage) Template() string { return "notices.html" }

// A dueRow is a deadline.
type dueRow struct {
	Text  string
	State desk.Badge
}

// A noticeRow is one recipient.
type noticeRow struct {
	ID, Who, Where, Contact string
	Link, Message           string
	State                   desk.Badge
	Lines                   []string
	Cancelled               bool
}

// notices shows the page.
func (o outreach) notices(v *desk.Visit) (desk.Answer, error) {
	page, err := o.page(v)
	return desk.Show(page), err
}

func (o outreach) page(v *desk.Visit) (*noticesPage, error) {
	p, err := o.Ledger.Progress(v.Context(), v.Actor, v.Param("code"))
	if err != nil {
		return nil, err
	}
	b := p.Batch
	h, err := o.head(v, b)
	if err != nil {
		return nil, err
	}
	all, err := o.Ledger.Notifications(v.Context(), v.Actor, b.ID)
	if err != nil {
		return nil, err
	}
	page := &noticesPage{
		Frame: v.Frame("Báo cho nơi nhận hàng", "Tell the recipients", h.trail(v)), Head: h, Recalled: b.Data.State == trace.BatchRecalled,
		Totals: []desk.Fact{
			{Label: v.T("Nơi cần báo", "Recipients"), Value: v.Lang.Number(p.Recipients)},
			{Label: v.T("Đã báo", "Told"), Value: v.Lang.Number(p.Told)},
			{Label: v.T("Đã mở thông báo", "Opened the notice"), Value: v.Lang.Number(p.Opened)},
			{Label: v.T("Đã xác nhận", "Acknowledged"), Value: v.Lang.Number(p.Acknowledged)},
		},
		Reach: ReachPath + b.ID, Paper: batchHref(v, b.ID) + "/thong-bao",
	}
	for _, d := range p.Due {
		page.Due = append(page.Due, dueRowOf(v, d))
	}
	for _, n := range all {
		row, err := o.noticeRow(v, b.Data, n)
		if err != nil {
			return nil, err
		}
		page.Rows = append(page.Rows, row)
	}
	page.offer(v, p, all)
	return page, nil
}

// Overdue tells which deadlines of a recall have passed.
func Overdue(v *desk.Visit, p trace.RecallProgress) []string {
	var out []string
	for _, d := range p.Due {
		if d.Overdue {
			out = append(out, dueRowOf(v, d).Text)
		}
	}
	return out
}

func dueRowOf(v *desk.Visit, d trace.RecallDue) dueRow {
	what := map[trace.RecallStep]string{
		trace.StepNotify: v.T("Báo cho mọi nơi nhận hàng (24 giờ)", "Tell all recipients (24 hours)"),
		trace.StepReport: v.T("Báo cáo kết quả thu hồi (3 ngày làm việc, chưa trừ ngày lễ)", "Report the result (3 working days, holidays not counted off)"),
		trace.StepHandle: v.T("Xử lý xong hàng thu hồi (3 tháng)", "Deal with the goods (3 months)"),
	}[d.Step]
	row := dueRow{Text: what + ui.Joined("", v.T(": trước ", ": before "), v.Lang.Moment(d.By)), State: desk.Calm(v.T("còn hạn", "in time"))}
	switch {
	case d.Done:
		row.State = desk.Good(v.T("đã làm", "done"))
	case d.Overdue:
		row.State = desk.Bad(v.T("quá hạn", "overdue"))
	}
	return row
}

func (o outreach) noticeRow(v *desk.Visit, b trace.Batch, s trace.Stored[trace.Notification]) (noticeRow, error) {
	n := s.Data
	token, err := o.Ledger.NoticeToken(s.ID)
	if err != nil {
		return noticeRow{}, err
	}
	link := desk.NoticePath + token
	row := noticeRow{
		ID: s.ID, Who: n.Recipient, Where: n.Destination, Contact: n.Contact, Link: link + desk.UnnotedQuery, Cancelled: n.Cancelled != nil,
		Message: v.Lang.Name(n.Message(b.Lot.String(), v.Address(link))), State: noticeBadge(v, n),
	}
	if row.Who == "" {
		row.Who = v.T("(tên đã xóa theo yêu cầu)", "(name erased on request)")
	}
	if t := n.Told; t != nil {
		by := t.Organisation
		if by == "" {
			by = v.Lang.Name(t.Role.Name())
		}
		row.Lines = append(row.Lines, ui.Joined(" · ", v.T("Báo lúc ", "Told at ")+v.Lang.Moment(t.At), v.Lang.Name(t.Channel.Name()), by))
	}
	if !n.Opened.IsZero() {
		row.Lines = append(row.Lines, v.T("Mở thông báo lần đầu lúc ", "First opened at ")+v.Lang.Moment(n.Opened))
	}
	if a := n.Acknowledged; a != nil {
		row.Lines = append(row.Lines, ui.Joined(" · ", v.T("Xác nhận lúc ", "Acknowledged at ")+v.Lang.Moment(a.At), a.Name, a.Contact),
			v.Lang.Name(a.Done.Name())+v.T(", còn lại ", ", left: ")+v.Lang.Quantity(a.Left), a.Note)
	}
	if c := n.Cancelled; c != nil {
		row.Lines = append(row.Lines, v.T("Đã hủy: ", "Taken back: ")+c.Reason)
	}
	return row, nil
}

func noticeBadge(v *desk.Visit, n trace.Notification) desk.Badge {
	switch {
	case n.Cancelled != nil:
		return desk.Calm(v.T("đã hủy", "taken back"))
	case n.Acknowledged != nil:
		return desk.Good(v.T("đã xác nhận", "acknowledged"))
	case !n.Opened.IsZero():
		return desk.Warn(v.T("đã mở, chưa xác nhận", "opened, not acknowledged"))
	case n.Told != nil:
		return desk.Warn(v.T("đã báo, chưa xác nhận", "told, not acknowledged"))
	}
	return desk.Bad(v.T("chưa báo", "not told"))
}

// offer adds the forms.
func (p *noticesPage) offer(v *desk.Visit, progress trace.RecallProgress, all []trace.Stored[trace.Notification]) {
	at := NotifyPath + progress.Batch.ID
	p.Known = v.NewForm("Lập thông báo cho các nơi đã biết", "Make notices for all known recipients")
	p.Known.Action = at + "/lap"
	p.Add = v.NewForm("Thêm nơi nhận", "Add the recipient", ui.Group{Fields: []ui.Field{
		{Name: "recipient", Label: v.T("Tên nơi nhận", "Recipient"), Required: true, MaxLength: 200},
		{Name: "destination", Label: v.T("Địa điểm", "Place"), MaxLength: 200},
		{Name: "contact", Label: v.T("Số điện thoại hoặc e-mail", "Telephone number or e-mail"), MaxLength: 200},
	}}).Scoped("a")
	p.Add.Action = at + "/them"
	var channels, standing []ui.Option
	for _, c := range trace.Channels() {
		channels = append(channels, ui.Option{Value: string(c), Label: v.Lang.Name(c.Name())})
	}
	for _, n := range all {
		if n.Data.Cancelled == nil {
			standing = append(standing, ui.Option{Value: n.ID, Label: ui.Joined(", ", n.Data.Recipient, n.Data.Destination)})
		}
	}
	if len(standing) > 0 {
		p.Told = v.NewForm("Ghi là đã báo", "Note as told", ui.Group{Fields: []ui.Field{
			{Name: "channel", Label: v.T("Báo bằng cách nào", "How they were told"), Type: ui.Select, Required: true, Options: channels},
		}}).Scoped("t")
		p.Told.Action = at + "/da-bao"
		p.Cancel = v.NewForm("Hủy thông báo", "Take it back", ui.Group{Fields: []ui.Field{
			{Name: "id", Label: v.T("Nơi nhận", "Recipient"), Type: ui.Select, Required: true, Options: standing},
			{Name: "reason", Label: v.T("Lý do", "Reason"), Required: true, MaxLength: 2000},
		}}).Scoped("c")
		p.Cancel.Action = at + "/huy"
	}
	if p.Recalled {
		p.offerResult(v, progress, at)
	}
}

func (p *noticesPage) offerResult(v *desk.Visit, progress trace.RecallProgress, at string) {
	d := trace.RecallResultData{Collected: trace.Quantity{Unit: progress.Batch.Data.Quantity.Unit}}
	revision := 0
	if progress.Result != nil {
		d, revision = progress.Result.Data.RecallResultData, progress.Result.Revision
		p.Ended = desk.Facts(
			desk.Fact{Label: v.T("Thu hồi xong", "Finished"), Value: v.Lang.Date(d.Finished)},
			desk.Fact{Label: v.T("Đã thu về", "Came back"), Value: v.Lang.Quantity(d.Collected)},
			desk.Fact{Label: v.T("Đã báo cáo", "Reported"), Value: ui.Joined(", ", v.Lang.Date(d.Reported), d.Document)},
			desk.Fact{Label: v.T("Đã xử lý hàng", "Dealt with"), Value: ui.Joined(", ", v.Lang.Date(d.Handled), d.Handling)},
		)
	}
	if d.Collected.Unit == "" {
		d.Collected.Unit = progress.Batch.Data.Quantity.Unit
	}
	day := func(name, vi, en string, required bool, value trace.Date) ui.Field {
		return ui.Field{Name: name, Label: v.T(vi, en), Type: "date", Required: required, Narrow: true, Value: value.String()}
	}
	p.Result = v.NewForm("Lưu kết quả", "Save the result", ui.Group{Fields: []ui.Field{
		day("finished", "Ngày thu hồi xong", "Recall finished on", true, d.Finished),
		{Name: "collected.value", Label: v.T("Đã thu về", "Came back"), Type: ui.Decimal, Narrow: true, MaxLength: 20, Value: d.Collected.Value.In(string(v.Lang))},
		{Name: "collected.unit", Label: v.T("Đơn vị", "Unit"), Type: ui.Select, Narrow: true, Value: d.Collected.Unit, Options: ui.Units(v.Lang, progress.Batch.Data.Quantity.Unit)},
		day("reported", "Ngày báo cáo cơ quan quản lý", "Reported to the authority on", false, d.Reported),
		{Name: "document", Label: v.T("Số văn bản báo cáo", "Number of the report"), Narrow: true, MaxLength: 200, Value: d.Document},
		day("handled", "Ngày xử lý xong hàng", "Goods dealt with on", false, d.Handled),
		{Name: "handling", Label: v.T("Đã xử lý thế nào", "How"), Type: ui.TextArea, Rows: 2, MaxLength: 2000, Value: d.Handling,
			Hint: v.T("Sửa lỗi ghi nhãn, chuyển mục đích sử dụng, tái xuất, tiêu hủy", "Relabelled, put to another use, sent back, destroyed")},
	}}).Scoped("k")
	p.Result.Action, p.Result.Revision = at+"/ket-qua", revision
}

func (o outreach) notifyKnown(v *desk.Visit) (desk.Answer, error) {
	known, err := o.Ledger.NotifyKnown(v.Context(), v.Write(), v.Param("code"))
	if err != nil {
		return desk.Answer{}, err
	}
	vi, en := fmt.Sprintf("Đã lập %d thông báo.", known.Made), fmt.Sprintf("%d notices are made.", known.Made)
	switch {
	case known.Left > 0:
		vi += fmt.Sprintf(" Còn %d nơi nữa, hãy bấm lần nữa.", known.Left)
		en += fmt.Sprintf(" %d are left: press once more.", known.Left)
	case known.Made == 0:
		vi, en = "Không có thêm nơi nào trong nhật ký giao hàng và các lô đã dùng hàng này.", "Shipping records and batches made of the goods name nobody else."
	}
	return v.Redirect(NotifyPath+v.Param("code"), vi, en), nil
}

// again answers a form of the page that was refused.
func (o outreach) again(v *desk.Visit, refusal error, form func(*noticesPage) *ui.Form) (desk.Answer, error) {
	page, err := o.page(v)
	if err != nil || form(page) == nil {
		return desk.Answer{}, refusal
	}
	return v.Again(page, form(page), refusal)
}

func (o outreach) notify(v *desk.Visit) (desk.Answer, error) {
	var data trace.NotificationData
	err := v.Decode(&data)
	if err == nil {
		_, err = o.Ledger.Notify(v.Context(), v.Write(), v.Param("code"), data)
	}
	if err != nil {
		return o.again(v, err, func(p *noticesPage) *ui.Form { return p.Add })
	}
	return v.Redirect(NotifyPath+v.Param("code"), "Đã thêm nơi nhận.", "The recipient is added."), nil
}

// told notes all that were ticked as told.
func (o outreach) told(v *desk.Visit) (desk.Answer, error) {
	form := func(p *noticesPage) *ui.Form { return p.Told }
	ids := v.Form["id"]
	if len(ids) == 0 {
		return o.again(v, desk.FieldError("id", "hãy đánh dấu những nơi đã báo", "tick those who were told"), form)
	}
	for _, id := range ids {
		if _, err := o.Ledger.MarkTold(v.Context(), v.Part(id), id, trace.Channel(v.Value("channel"))); err != nil {
			return o.again(v, err, form)
		}
	}
	return v.Redirect(NotifyPath+v.Param("code"), "Đã ghi.", "Noted."), nil
}

func (o outreach) cancel(v *desk.Visit) (desk.Answer, error) {
	if _, err := o.Ledger.CancelNotification(v.Context(), v.Write(), v.Value("id"), v.Value("reason")); err != nil {
		return o.again(v, err, func(p *noticesPage) *ui.Form { return p.Cancel })
	}
	return v.Redirect(NotifyPath+v.Param("code"), "Đã hủy thông báo.", "The notification is taken back."), nil
}

func (o outreach) result(v *desk.Visit) (desk.Answer, error) {
	var data trace.RecallResultData
	err := v.Decode(&data)
	if data.Batch = v.Param("code"); data.Collected.Value == "" {
		data.Collected = trace.Quantity{} // a unit alone says nothing
	}
	if err == nil {
		_, err = o.Ledger.SetRecallResult(v.Context(), v.Write(), data)
	}
	if err != nil {
		return o.again(v, err, func(p *noticesPage) *ui.Form { return p.Result })
	}
	return v.Redirect(NotifyPath+v.Param("code"), "Đã lưu kết quả thu hồi.", "The result of the recall is saved."), nil
}
