package inspection

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A proposePage asks for a second person to recall a batch.
type proposePage struct {
	desk.Frame
	Head    head
	Refused string
	Form    *ui.Form
	Hold    *ui.Field
	Scope   []scopeRow
	// More batches are reached than one proposal can name.
	More int
}

// Template implements ui.Page.
func (proposePage) Template() string { return "propose.html" }

// A scopeRow is a batch that a recall reaches.
type scopeRow struct {
	Code, Display, Href string
	Text                string
	State               desk.Badge
	Ticked              bool
	Not                 string // why it cannot be chosen
}

// maxScope is how many batches a proposal offers besides the first.
const maxScope = 200

func (i inspection) proposeForm(v *desk.Visit) (desk.Answer, error) {
	s, err := i.open(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := i.proposePage(v, s, nil)
	if err != nil {
		return desk.Answer{}, err
	}
	if err := v.Actor.MayProposeRecall(s.Batch.Data); err != nil {
		page.Form, page.Refused = nil, v.Words(err)
	}
	return desk.Show(page), nil
}

// proposePage makes the form. Every batch that is reached is ticked, unless
// chosen says which ones were.
func (i inspection) proposePage(v *desk.Visit, s subject, chosen []string) (*proposePage, error) {
	page := &proposePage{Frame: frame(v, "Đề nghị thu hồi", "Propose a recall", s.trail(v)...), Head: s.head(v)}
	page.Form = v.NewForm("Gửi đề nghị", "Propose", ui.Group{Fields: []ui.Field{
		{Name: "reason", Label: v.T("Lý do thu hồi", "Reason"), Required: true, MaxLength: 2000, Type: ui.TextArea, Rows: 2, Hint: v.T("Hiện với người mua khi thu hồi được duyệt", "Shown to shoppers once it is approved"),
			Value: suggestedReason(v, s)},
		{Name: "instructions", Label: v.T("Người mua và nơi bán phải làm gì", "What buyers and sellers must do"), Required: true, MaxLength: 2000, Type: ui.TextArea, Rows: 3,
			Value: v.T("Không dùng, không bán. Trả lại nơi mua để được hoàn tiền. Nơi bán để riêng hàng của lô này và báo số lượng còn lại cho cơ sở sản xuất.",
				"Do not use or sell it. Return it where you bought it for a refund. Sellers set the goods apart and tell the producer how much is left.")},
	}})
	page.Form.Danger, page.Form.Cancel = true, s.path()
	if b := s.Batch.Data; v.Actor.MayMove(b, trace.BatchHeld) == nil {
		page.Hold = &ui.Field{Name: "holdNow", Type: "checkbox", Value: "true",
			Label: v.T("Tạm dừng lưu hành lô này ngay, không chờ duyệt", "Put this batch on hold at once, without waiting"),
			Hint:  v.T("Nên chọn khi có nguy cơ cho sức khỏe. Lệnh tạm dừng vẫn còn nếu đề nghị không được duyệt.", "Advisable where health is at risk. The hold stays even if the proposal is rejected.")}
		if chosen != nil && v.Value("holdNow") == "" {
			page.Hold.Value = ""
		}
	}
	reached, err := i.Ledger.Reach(v.Context(), v.Actor, s.Batch.ID)
	if err != nil {
		return nil, err
	}
	page.More = max(0, len(reached)-maxScope)
	page.Scope, err = i.scope(v, reached[:min(len(reached), maxScope)], chosen)
	return page, err
}

// suggestedReason words what is known to be wrong.
func suggestedReason(v *desk.Visit, s subject) string {
	if failed := s.Failures(); len(failed) > 0 {
		return v.T("Kiểm nghiệm không đạt: ", "These tests failed: ") + ui.Joined(", ", failed...)
	}
	if s.Batch.Data.State == trace.BatchHeld {
		return s.Batch.Data.Reason
	}
	return ""
}

// scope lists batches that were made of one, with who made them and how far
// away they are.
func (i inspection) scope(v *desk.Visit, reached []trace.Relative, chosen []string) ([]scopeRow, error) {
	n := &names{v: v}
	for _, r := range reached {
		n.want(r.Batch.Data.Product, r.Batch.Data.Producer)
	}
	if err := i.look(n); err != nil {
		return nil, err
	}
	var rows []scopeRow
	for _, r := range reached {
		b := r.Batch.Data
		row := scopeRow{
			Code: r.Batch.ID, Display: desk.Display(r.Batch.ID), Href: filesPath + "/" + r.Batch.ID, State: desk.StateBadge(v.Lang, b.State),
			Text:   ui.Joined(" · ", n.product(b.Product), v.T("lô ", "lot ")+b.Lot.String(), n.producer(b.Producer), distance(v, r.Depth)),
			Ticked: chosen == nil || slices.Contains(chosen, r.Batch.ID),
		}
		switch {
		case !b.State.Published():
			row.Not, row.Ticked = v.T("chưa xuất xưởng, không có gì để thu hồi", "not released: nothing to recall"), false
		case b.State == trace.BatchRecalled:
			row.Not, row.Ticked = v.T("đã thu hồi", "recalled already"), false
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func distance(v *desk.Visit, steps int) string {
	return fmt.Sprintf(v.T("cách %d bước", "%d steps away"), steps)
}

func (i inspection) propose(v *desk.Visit) (desk.Answer, error) {
	s, err := i.open(v)
	if err != nil {
		return desk.Answer{}, err
	}
	chosen := v.Form["also"]
	if chosen == nil {
		chosen = []string{}
	}
	d := trace.RecallData{
		Batch: s.Batch.ID, Also: chosen, Reason: v.Value("reason"), Instructions: v.Value("instructions"), HoldNow: v.Value("holdNow") != "",
	}
	r, err := i.Ledger.ProposeRecall(v.Context(), v.Write(), d)
	if err == nil {
		return v.Redirect(recallsPath+"/"+r.ID, "Đã gửi đề nghị. Một người khác cần duyệt.", "Proposed. Another person has to approve."), nil
	}
	page, pageErr := i.proposePage(v, s, chosen)
	if pageErr != nil {
		return desk.Answer{}, pageErr
	}
	answer, err := v.Again(page, page.Form, err)
	nameBatches(page.Form, chosen)
	return answer, err
}

var alsoForm = regexp.MustCompile(`^also\[(\d+)\]$`)

// nameBatches says by its code which batch of the scope is wrong.
func nameBatches(form *ui.Form, chosen []string) {
	for n, m := range form.Mistakes {
		found := alsoForm.FindStringSubmatch(m.Label)
		if found == nil {
			continue
		}
		if at, err := strconv.Atoi(found[1]); err == nil && at < len(chosen) {
			form.Mistakes[n].Label = desk.Display(chosen[at])
		}
	}
}

// reachedSince are the batches that a proposal does not name although they were
// made of its first one: most often since.
func (i inspection) reachedSince(ctx context.Context, by trace.Actor, r trace.Recall) ([]trace.Relative, map[string]int, error) {
	reached, err := i.Ledger.Reach(ctx, by, r.Batch)
	if err != nil {
		return nil, nil, err
	}
	depth := make(map[string]int, len(reached))
	var left []trace.Relative
	for _, x := range reached {
		depth[x.Batch.ID] = x.Depth
		if !slices.Contains(r.Also, x.Batch.ID) && x.Batch.Data.State.Published() && x.Batch.Data.State != trace.BatchRecalled {
			left = append(left, x)
		}
	}
	return left, depth, nil
}
