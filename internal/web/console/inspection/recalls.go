package inspection

import (
	"fmt"
	"slices"

	"temgoc/internal/trace"
	"temgoc/internal/web/console/outreach"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// recallBadge shows where a recall stands.
func recallBadge(l ui.Lang, s trace.RecallState) desk.Badge {
	text := l.Name(s.Name())
	switch s {
	case trace.RecallProposed:
		return desk.Warn(text)
	case trace.RecallApproved:
		return desk.Bad(text)
	}
	return desk.Calm(text)
}

// recallsHome leads back to the proposals.
func recallsHome(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Thu hồi", "Recalls"), Href: recallsPath}
}

// A recallsPage lists proposals by where they stand.
type recallsPage struct {
	desk.Frame
	Filters []desk.Link
	Rows    []row
	Empty   string
	Pager   desk.Pager
	// Late are recalled batches with a deadline that has passed.
	Late []row
}

// Template implements ui.Page.
func (recallsPage) Template() string { return "recalls.html" }

// recallFilters are the states to choose from, by the word in the address.
var recallFilters = []struct {
	key    string
	state  trace.RecallState
	vi, en string
}{
	{"", trace.RecallProposed, "Chờ duyệt", "Waiting"},
	{"da-duyet", trace.RecallApproved, "Đã duyệt", "Approved"},
	{"khong-duyet", trace.RecallRejected, "Không duyệt", "Rejected"},
	{"da-rut", trace.RecallWithdrawn, "Đã rút", "Withdrawn"},
}

func (i inspection) recalls(v *desk.Visit) (desk.Answer, error) {
	page := &recallsPage{Frame: v.Frame("Thu hồi", "Recalls")}
	state := trace.RecallProposed
	for _, f := range recallFilters {
		chosen := f.key == v.Query("loc")
		if chosen {
			state = f.state
		}
		page.Filters = append(page.Filters, desk.Link{Label: v.T(f.vi, f.en), Href: recallsPath + "?loc=" + f.key, Current: chosen})
	}
	page.Empty = v.T("Không có đề nghị nào. Để đề nghị thu hồi, hãy tra cứu lô rồi mở hồ sơ của lô.", "There are none. To propose a recall, look up the batch and open its file.")
	list, err := i.Ledger.Recalls(v.Context(), v.Actor, trace.RecallQuery{State: state}, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	page.Pager = v.Pager(list.Next)
	if page.Rows, err = i.recallRows(v, list.Items); err != nil {
		return desk.Answer{}, err
	}
	page.Late, err = i.late(v)
	return desk.Show(page), err
}

// late lists recalled batches with a deadline that has passed, of producers who
// recalled them too.
func (i inspection) late(v *desk.Visit) ([]row, error) {
	open, err := i.Ledger.OpenRecalls(v.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	n := &names{v: v}
	for _, p := range open {
		n.want(p.Batch.Data.Product, p.Batch.Data.Producer)
	}
	if err := i.look(n); err != nil {
		return nil, err
	}
	var rows []row
	for _, p := range open {
		if b := p.Batch.Data; p.Overdue() {
			state := desk.Bad(v.T("quá hạn", "overdue"))
			rows = append(rows, row{
				Label: ui.Joined(" · ", n.product(b.Product), v.T("lô ", "lot ")+b.Lot.String(), n.producer(b.Producer)), Href: outreach.NotifyPath + p.Batch.ID,
				Text: ui.Joined(" · ", outreach.Overdue(v, p)...), State: &state,
			})
		}
	}
	return rows, nil
}

func (i inspection) recallRows(v *desk.Visit, all []trace.Stored[trace.Recall]) ([]row, error) {
	codes := make([]string, len(all))
	for n, r := range all {
		codes[n] = r.Data.Batch
	}
	batches, err := trace.HeadsOf[trace.Batch](v.Context(), i.Ledger, codes)
	if err != nil {
		return nil, err
	}
	n := &names{v: v}
	for _, b := range batches {
		n.want(b.Data.Product, b.Data.Producer)
	}
	if err := i.look(n); err != nil {
		return nil, err
	}
	var rows []row
	for _, r := range all {
		b := batches[r.Data.Batch].Data
		also := ""
		if len(r.Data.Also) > 0 {
			also = fmt.Sprintf(v.T("và %d lô nữa", "and %d more"), len(r.Data.Also))
		}
		state := recallBadge(v.Lang, r.Data.State)
		rows = append(rows, row{
			Label: ui.Joined(" · ", n.product(b.Product), v.T("lô ", "lot ")+b.Lot.String(), also), Href: recallsPath + "/" + r.ID, State: &state,
			Text: ui.Joined(" · ", r.Data.Reason, v.T("đề nghị ", "proposed ")+v.Lang.Moment(r.Data.Proposed.At), r.Data.Proposed.Organisation),
		})
	}
	return rows, nil
}

// A recallPage is one proposal, with what a second person needs to decide.
type recallPage struct {
	desk.Frame
	Head         head
	ID           string
	State        desk.Badge
	Facts        []desk.Fact
	Phone, Email string
	Alarms       []alarm
	Scope        []scopeRow
	Left         []scopeRow // reached and not in the scope
	Proposed     decision
	Decided      *decision
	Deadlines    []string
	Own          bool // the visitor's own proposal
	Approved     bool
	Unfinished   bool // approved, and not all batches are recalled yet
	Approve      *ui.Form
	Reject       *ui.Form
	Withdraw     *ui.Form
	// Notify and Reach are where the recipients and the ways of the goods are.
	Notify, Reach string
}

// Template implements ui.Page.
func (recallPage) Template() string { return "recall.html" }

// A decision is who decided what, when and why.
type decision struct{ What, By, At, Reason string }

func (i inspection) recall(v *desk.Visit) (desk.Answer, error) {
	page, err := i.recallPage(v)
	return desk.Show(page), err
}

func (i inspection) recallPage(v *desk.Visit) (*recallPage, error) {
	r, err := i.Ledger.Recall(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	dossier, err := i.Ledger.Dossier(v.Context(), r.Data.Batch)
	if err != nil {
		return nil, err
	}
	s := subject{Dossier: dossier}
	title := v.T("Thu hồi ", "Recall of ") + v.Lang.Name(s.Product.Data.Name)
	page := &recallPage{
		Frame: v.Frame(title, title, recallsHome(v)), Head: s.head(v), ID: r.ID, State: recallBadge(v.Lang, r.Data.State),
		Phone: s.Producer.Data.Phone, Email: s.Producer.Data.Email, Alarms: s.alarms(v), Facts: desk.Facts(
			desk.Fact{Label: v.T("Lý do", "Reason"), Value: r.Data.Reason},
			desk.Fact{Label: v.T("Người mua và nơi bán phải làm", "What to do"), Value: r.Data.Instructions},
			desk.Fact{Label: v.T("Chủ thể", "Producer"), Value: s.Producer.Data.Name, Href: searchPath + "/chu-the/" + s.Producer.ID},
			desk.Fact{Label: v.T("Sản lượng của lô", "Quantity of the batch"), Value: v.Lang.Quantity(s.Batch.Data.Quantity)},
			desk.Fact{Label: v.T("Ngày sản xuất", "Produced"), Value: v.Lang.Date(s.Batch.Data.Production)},
			desk.Fact{Label: v.T("Hạn dùng", "Expiry"), Value: v.Lang.Date(s.Batch.Data.Expiry)},
		),
		Notify: outreach.NotifyPath + r.Data.Batch, Reach: outreach.ReachPath + r.Data.Batch,
		Own: r.Data.Proposed.Actor == v.Actor.ID, Approved: r.Data.State == trace.RecallApproved, Deadlines: deadlines(v, r.Data.Deadlines()),
	}
	if err := i.addScope(v, r.Data, page); err != nil {
		return nil, err
	}
	if err := addDecisions(v, r.Data, page); err != nil {
		return nil, err
	}
	page.offer(v, r, s.Batch.Data)
	return page, nil
}

// addScope lists the batches of a recall, and those that it reaches and does not
// name.
func (i inspection) addScope(v *desk.Visit, r trace.Recall, page *recallPage) error {
	left, depth, err := i.reachedSince(v.Context(), v.Actor, r)
	if err != nil {
		return err
	}
	named, err := trace.HeadsOf[trace.Batch](v.Context(), i.Ledger, r.Also)
	if err != nil {
		return err
	}
	var scope []trace.Relative
	for _, code := range r.Also {
		scope = append(scope, trace.Relative{Depth: depth[code], Batch: named[code]})
	}
	slices.SortStableFunc(scope, func(a, b trace.Relative) int { return a.Depth - b.Depth })
	if page.Scope, err = i.scope(v, scope, nil); err != nil {
		return err
	}
	page.Left, err = i.scope(v, left[:min(len(left), maxScope)], nil)
	return err
}

func addDecisions(v *desk.Visit, r trace.Recall, page *recallPage) error {
	ids := []string{r.Proposed.Actor}
	if r.Decided != nil {
		ids = append(ids, r.Decided.Actor)
	}
	people, err := v.Names(ids)
	if err != nil {
		return err
	}
	tell := func(what string, d trace.Decision) decision {
		organisation := d.Organisation
		if organisation == "" {
			organisation = v.Lang.Name(d.Role.Name())
		}
		return decision{what, who(people, d.Actor, organisation), v.Lang.Moment(d.At), d.Reason}
	}
	page.Proposed = tell(v.T("Đề nghị", "Proposed"), r.Proposed)
	if r.Decided != nil {
		d := tell(v.Lang.Name(r.State.Name()), *r.Decided)
		page.Decided = &d
	}
	return nil
}

// deadlines are those of a recall in words.
func deadlines(v *desk.Visit, d *trace.Deadlines) []string {
	if d == nil {
		return nil
	}
	return []string{
		v.T("Trong 24 giờ, trước ", "Within 24 hours, before ") + v.Lang.Moment(d.Notify) + v.T(": dừng bán, báo cho mọi nơi làm ra, bán hàng này và cơ quan quản lý.", ": stop sales, tell all who make or sell it, and the authority."),
		fmt.Sprintf(v.T("Trong %d ngày làm việc sau khi thu hồi xong: báo cáo kết quả.", "Within %d working days after the recall: report the result."), d.ReportDays),
		fmt.Sprintf(v.T("Trong %d tháng sau khi thu hồi xong: xử lý xong hàng thu hồi.", "Within %d months after the recall: deal with the goods."), d.HandlingMonths),
	}
}

// offer adds the forms of what the visitor may decide now.
func (p *recallPage) offer(v *desk.Visit, r trace.Stored[trace.Recall], b trace.Batch) {
	address := recallsPath + "/" + r.ID
	switch {
	case r.Data.State == trace.RecallProposed && p.Own:
		p.Withdraw = v.NewForm("Rút đề nghị", "Withdraw")
		p.Withdraw.Action, p.Withdraw.Revision = address+"/rut", r.Revision
	case p.Approved && (b.State != trace.BatchRecalled || slices.ContainsFunc(p.Scope, func(s scopeRow) bool { return s.Not == "" })):
		p.Unfinished = true // a crash cut it off
		p.Approve = v.NewForm("Thực hiện nốt", "Finish it")
		p.Approve.Action = address + "/duyet"
	case r.Data.State == trace.RecallProposed:
		p.Approve = v.NewForm("Duyệt, thu hồi ngay", "Approve: recall at once")
		p.Approve.Action, p.Approve.Revision, p.Approve.Danger = address+"/duyet", r.Revision, true
		p.Reject = v.NewForm("Không duyệt", "Reject", ui.Group{Fields: []ui.Field{
			{Name: "reason", Label: v.T("Lý do không duyệt", "Reason"), Type: ui.TextArea, Rows: 2, Required: true, MaxLength: 2000},
		}}).Scoped("r")
		p.Reject.Action, p.Reject.Revision = address+"/tu-choi", r.Revision
	}
}

func (i inspection) approve(v *desk.Visit) (desk.Answer, error) {
	_, err := i.Ledger.ApproveRecall(v.Context(), v.Write(), v.Param("id"))
	return i.decided(v, err, func(p *recallPage) *ui.Form { return p.Approve },
		"Đã duyệt. Mọi tem của các lô này báo thu hồi trong vài giây. Hãy in và gửi thông báo.", "Approved. Every stamp of these batches says so within seconds. Print and send the notice.")
}

func (i inspection) reject(v *desk.Visit) (desk.Answer, error) {
	_, err := i.Ledger.RejectRecall(v.Context(), v.Write(), v.Param("id"), v.Value("reason"))
	return i.decided(v, err, func(p *recallPage) *ui.Form { return p.Reject }, "Đã từ chối đề nghị.", "The proposal is rejected.")
}

func (i inspection) withdraw(v *desk.Visit) (desk.Answer, error) {
	_, err := i.Ledger.WithdrawRecall(v.Context(), v.Write(), v.Param("id"))
	return i.decided(v, err, func(p *recallPage) *ui.Form { return p.Withdraw }, "Đã rút đề nghị.", "The proposal is withdrawn.")
}

// decided answers a decision. One that is refused comes back at its form; where
// that is no longer offered, because somebody else was faster, the refusal
// stands alone.
func (i inspection) decided(v *desk.Visit, err error, form func(*recallPage) *ui.Form, vi, en string) (desk.Answer, error) {
	if err == nil {
		return v.Redirect(recallsPath+"/"+v.Param("id"), vi, en), nil
	}
	page, pageErr := i.recallPage(v)
	if pageErr != nil || form(page) == nil {
		return desk.Answer{}, err
	}
	fresh := form(page).Revision // of what the page shows now
	answer, err := v.Again(page, form(page), err)
	form(page).Revision = fresh
	return answer, err
}
