package trace_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// secondInspector is a colleague of inspector.
var secondInspector = trace.Actor{ID: "inspector2", Role: trace.Inspector, Organisation: inspector.Organisation}

func recallData(code string, also ...string) trace.RecallData {
	return trace.RecallData{Batch: code, Also: also, Reason: "nhiễm chì", Instructions: "trả lại nơi mua"}
}

// propose proposes a recall as the inspector.
func (w *world) propose(code string, also ...string) string {
	w.Helper()
	return must(w.ProposeRecall(w.ctx, by(inspector), recallData(code, also...)))(w).ID
}

// recall recalls batches: the inspector proposes and the office approves.
func (w *world) recall(code string, also ...string) trace.Stored[trace.Recall] {
	w.Helper()
	return must(w.ApproveRecall(w.ctx, by(office), w.propose(code, also...)))(w)
}

func (w *world) state(code string) trace.Batch {
	w.Helper()
	return must(w.Batch(w.ctx, office, code))(w).Data
}

// TestRecallTakesTwo walks a recall through everybody's hands.
func TestRecallTakesTwo(t *testing.T) {
	w := newWorld(t)
	a, buyer := w.producer("HTX Mây Trắng"), w.producer("Công ty Chè")
	code := w.released(a, w.product(a))
	child := w.released(buyer, w.product(buyer), code)
	spared := w.released(buyer, w.product(buyer), code)
	for _, actor := range []trace.Actor{inspector, office} {
		_, err := w.MoveBatch(w.ctx, by(actor), code, trace.Transition{To: trace.BatchRecalled, Reason: "lý do"})
		wantErr(t, err, trace.ErrForbidden)
		rule, ok := errors.AsType[*trace.RuleError](err)
		if !ok || rule.Message.VI == trace.ErrNotAllowed.Error() {
			t.Errorf("%s alone is refused by %v, want the rule of two people", actor.ID, err)
		}
	}
	for _, actor := range []trace.Actor{a, buyer, certifier, lab, admin, nobody} {
		_, err := w.ProposeRecall(w.ctx, by(actor), recallData(code))
		wantErr(t, err, trace.ErrForbidden)
	}
	id := w.propose(code, child)
	if got := w.state(code).State; got != trace.BatchReleased {
		t.Errorf("a proposal made the batch %s", got)
	}
	_, err := w.ApproveRecall(w.ctx, by(inspector), id)
	wantErr(t, err, trace.ErrForbidden)
	_, err = w.RejectRecall(w.ctx, by(inspector), id, "lý do")
	wantErr(t, err, trace.ErrForbidden)
	_, err = w.WithdrawRecall(w.ctx, by(office), id)
	wantErr(t, err, trace.ErrForbidden)
	for _, actor := range []trace.Actor{certifier, admin} {
		_, err := w.ApproveRecall(w.ctx, by(actor), id)
		wantErr(t, err, trace.ErrForbidden)
	}
	for _, actor := range []trace.Actor{a, buyer, lab, nobody} {
		_, err := w.ApproveRecall(w.ctx, by(actor), id)
		wantErr(t, err, trace.ErrNotFound)
	}
	stale := by(secondInspector)
	stale.If = 2
	_, err = w.ApproveRecall(w.ctx, stale, id)
	wantErr(t, err, trace.ErrStale)

	seen := by(secondInspector)
	seen.If = 1
	got := must(w.ApproveRecall(w.ctx, seen, id))(t).Data
	want := trace.Decision{Actor: secondInspector.ID, Role: trace.Inspector, Organisation: inspector.Organisation, At: start}
	if diff := cmp.Diff(&want, got.Decided); diff != "" || got.State != trace.RecallApproved || got.Proposed.Actor != inspector.ID {
		t.Errorf("approved: %+v, decision -want +got:\n%s", got, diff)
	}
	for _, c := range []string{code, child} {
		b := w.state(c)
		if b.State != trace.BatchRecalled || b.Reason != "nhiễm chì" || b.Instructions != "trả lại nơi mua" ||
			b.StateBy != trace.Inspector || b.StateOrg != inspector.Organisation {
			t.Errorf("%s after the approval: %+v", c, b)
		}
	}
	if got := w.state(spared).State; got != trace.BatchReleased {
		t.Errorf("a batch that the proposal does not name is %s", got)
	}
	for _, do := range []func() (trace.Stored[trace.Recall], error){
		func() (trace.Stored[trace.Recall], error) { return w.ApproveRecall(w.ctx, by(office), id) },
		func() (trace.Stored[trace.Recall], error) { return w.RejectRecall(w.ctx, by(office), id, "lý do") },
		func() (trace.Stored[trace.Recall], error) { return w.WithdrawRecall(w.ctx, by(inspector), id) },
	} {
		_, err := do()
		wantErr(t, err, trace.ErrConflict)
	}
}

func TestRecallComesToNothing(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	code := w.released(a, w.product(a))
	rejected := w.propose(code)
	_, err := w.RejectRecall(w.ctx, by(office), rejected, " ")
	wantFields(t, err, "reason")
	if got := must(w.RejectRecall(w.ctx, by(office), rejected, "mẫu thử lại đạt"))(t).Data; got.State != trace.RecallRejected || got.Decided.Reason != "mẫu thử lại đạt" {
		t.Errorf("rejected: %+v", got)
	}
	_, err = w.ApproveRecall(w.ctx, by(secondInspector), rejected)
	wantErr(t, err, trace.ErrConflict)
	withdrawn := w.propose(code)
	if got := must(w.WithdrawRecall(w.ctx, by(inspector), withdrawn))(t).Data; got.State != trace.RecallWithdrawn {
		t.Errorf("withdrawn: %+v", got)
	}
	if got := w.state(code); got.State != trace.BatchReleased {
		t.Errorf("the batch is %s", got.State)
	}
}

func TestRecallInput(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	code := w.released(a, product)
	child := w.released(a, product, code)
	open, stranger := w.batch(a, product, code), w.released(a, product)
	for _, tt := range []struct {
		name   string
		change func(*trace.RecallData)
		want   []string
	}{
		{"as it is", func(*trace.RecallData) {}, nil},
		{"with what was made of it", func(d *trace.RecallData) { d.Also = []string{child} }, nil},
		{"nothing", func(d *trace.RecallData) { *d = trace.RecallData{} }, []string{"batch", "reason", "instructions"}},
		{"unknown", func(d *trace.RecallData) { d.Batch = unused(t) }, []string{"batch"}},
		{"long", func(d *trace.RecallData) { d.Reason, d.Instructions = long(2001), long(2001) }, []string{"reason", "instructions"}},
		{"no code", func(d *trace.RecallData) { d.Also = []string{"x"} }, []string{"also[0]"}},
		{"twice", func(d *trace.RecallData) { d.Also = []string{child, " " + child} }, []string{"also[1]"}},
		{"not made from it", func(d *trace.RecallData) { d.Also = []string{child, stranger} }, []string{"also[1]"}},
		{"itself", func(d *trace.RecallData) { d.Also = []string{code} }, []string{"also[0]"}},
		{"still open", func(d *trace.RecallData) { d.Also = []string{open} }, []string{"also[0]"}},
		{"many", func(d *trace.RecallData) { d.Also = make([]string, 201) }, []string{"also"}},
	} {
		d := recallData(code)
		tt.change(&d)
		_, err := w.ProposeRecall(w.ctx, by(inspector), d)
		t.Run(tt.name, func(t *testing.T) { wantFields(t, err, tt.want...) })
	}
	_, err := w.ProposeRecall(w.ctx, by(inspector), recallData(open))
	wantErr(t, err, trace.ErrConflict)
	w.recall(code)
	_, err = w.ProposeRecall(w.ctx, by(inspector), recallData(code))
	wantErr(t, err, trace.ErrConflict)
	_, err = w.MoveBatch(w.ctx, by(a), child, trace.Transition{To: trace.BatchHeld, Reason: "lý do", Instructions: "trả lại"})
	wantFields(t, err, "instructions")
	must(w.MoveBatch(w.ctx, by(a), child, trace.Transition{To: trace.BatchRecalled, Reason: "lý do", Instructions: "trả lại"}))(t)
	if got := w.state(child).Instructions; got != "trả lại" {
		t.Errorf("the producer's own recall says %q", got)
	}
}

func TestEmergencyHoldTakesOne(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	for _, from := range []trace.BatchState{trace.BatchReleased, trace.BatchHeld} {
		code := w.inState(a, product, from, a)
		d := recallData(code)
		d.HoldNow = true
		s := must(w.ProposeRecall(w.ctx, by(inspector), d))(t)
		if b := w.state(code); b.State != trace.BatchHeld || b.StateBy != trace.Inspector || b.Reason != d.Reason {
			t.Errorf("from %s: %+v", from, b)
		}
		must(w.ProposeRecall(w.ctx, by(office), d))(t) // is held by an authority already
		if got := must(w.BatchHistory(w.ctx, office, code))(t); got[len(got)-1].By != inspector.ID {
			t.Errorf("from %s: held by %s", from, got[len(got)-1].By)
		}
		must(w.WithdrawRecall(w.ctx, by(inspector), s.ID))(t)
		if b := w.state(code); b.State != trace.BatchHeld {
			t.Errorf("from %s: the hold went away with the proposal", from)
		}
	}
	d := recallData(w.inState(a, product, trace.BatchClosed, a))
	d.HoldNow = true
	_, err := w.ProposeRecall(w.ctx, by(inspector), d)
	wantFields(t, err, "holdNow")
	d.HoldNow = false
	must(w.ProposeRecall(w.ctx, by(inspector), d))(t) // what is sold can be recalled
}

// TestApprovalIsCarriedOut breaks an approval off after each insert: an
// approval by anybody entitled, or the service by itself, finishes it, and every
// batch is recalled once, in the name of who approved.
func TestApprovalIsCarriedOut(t *testing.T) {
	for n := 1; n <= 4; n++ {
		for _, persist := range []bool{false, true} {
			for _, resume := range []string{"again", "another", "service"} {
				t.Run(fmt.Sprintf("%d %v %s", n, persist, resume), func(t *testing.T) { carriedOut(t, n, persist, resume) })
			}
		}
	}
}

func carriedOut(t *testing.T, n int, persist bool, resume string) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	code := w.released(a, product)
	all := []string{code, w.released(a, product, code), w.released(a, product, code)}
	id := w.propose(code, all[1:]...)
	faulty := &faultyStore{Store: w.store, at: n, persist: persist}
	_, err := w.over(faulty).ApproveRecall(w.ctx, by(office), id)
	wantErr(t, err, errFault)
	decided := must(w.Recall(w.ctx, office, id))(t).Data.State == trace.RecallApproved
	w.clock.pass(time.Minute)
	switch {
	case resume == "service" && decided:
		if err := w.ResumeRecalls(w.ctx); err != nil {
			t.Fatal(err)
		}
	case resume == "another" && decided:
		_, err = w.ApproveRecall(w.ctx, by(inspector), id)
	default:
		_, err = w.ApproveRecall(w.ctx, by(office), id)
	}
	if complete := n == 4 && persist; err != nil && !(complete && errors.Is(err, trace.ErrConflict)) && resume != "service" {
		t.Error(err)
	}
	if err := w.ResumeRecalls(w.ctx); err != nil { // nothing is left
		t.Fatal(err)
	}
	for _, c := range all {
		h := must(w.BatchHistory(w.ctx, office, c))(t)
		if last := h[len(h)-1]; last.Data.State != trace.BatchRecalled || last.By != office.ID || len(h) != 3 {
			t.Errorf("%s has %d revisions, the last by %s: %+v", c, len(h), last.By, last.Data)
		}
	}
}

func TestWhoSeesRecalls(t *testing.T) {
	w := newWorld(t)
	a, buyer, other := w.producer("HTX Mây Trắng"), w.producer("Công ty Chè"), w.producer("HTX Khác")
	code := w.released(a, w.product(a))
	child := w.released(buyer, w.product(buyer), code)
	proposed := w.propose(code)
	w.clock.pass(time.Second)
	approved := w.recall(code, child).ID
	for _, tt := range []struct {
		by    trace.Actor
		query trace.RecallQuery
		want  []string
	}{
		{inspector, trace.RecallQuery{}, []string{approved, proposed}},
		{office, trace.RecallQuery{State: trace.RecallProposed}, []string{proposed}},
		{admin, trace.RecallQuery{Batch: child}, []string{approved}},
		{certifier, trace.RecallQuery{Batch: code, State: trace.RecallProposed}, []string{proposed}},
		{a, trace.RecallQuery{}, []string{approved}}, // a proposal is no warning
		{buyer, trace.RecallQuery{Batch: code}, []string{approved}},
		{other, trace.RecallQuery{}, nil},
		{other, trace.RecallQuery{Batch: code}, nil},
		{lab, trace.RecallQuery{}, nil},
		{nobody, trace.RecallQuery{}, nil},
	} {
		var got []string
		for _, s := range must(w.Recalls(w.ctx, tt.by, tt.query, trace.Paging{}))(t).Items {
			got = append(got, s.ID)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s asks for %+v, -want +got:\n%s", tt.by.ID, tt.query, diff)
		}
		for _, id := range []string{approved, proposed} {
			_, err := w.Recall(w.ctx, tt.by, id)
			if visible := slices.Contains(tt.want, id); visible && err != nil || err != nil && !errors.Is(err, trace.ErrNotFound) {
				t.Errorf("%s reads %s: %v", tt.by.ID, id, err)
			}
		}
	}
	_, err := w.Recall(w.ctx, a, proposed)
	wantErr(t, err, trace.ErrNotFound)
}

func TestNotice(t *testing.T) {
	w := newWorld(t)
	a, other := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	product := w.product(a)
	code := w.released(a, product)
	_, err := w.Notice(w.ctx, a, code)
	wantErr(t, err, trace.ErrConflict)
	child := w.released(other, w.product(other), code)
	w.move(a, code, trace.BatchHeld)
	if n := must(w.Notice(w.ctx, a, code))(t); n.Deadlines != nil || n.Recall != nil || n.ReachedInAll != 1 || n.Reached[0].Batch.ID != child ||
		n.Reached[0].Producer != "HTX Khác" || n.Product.Data.Name.VI != "Chè Shan tuyết" || n.Producer.ID != a.Producer {
		t.Errorf("notice of a hold: %+v", n)
	}
	w.clock.pass(time.Hour)
	approved := w.recall(code)
	n := must(w.Notice(w.ctx, inspector, code))(t)
	want := &trace.Deadlines{Notify: start.Add(25 * time.Hour), ReportDays: 3, HandlingMonths: 3}
	if diff := cmp.Diff(want, n.Deadlines); diff != "" || n.Recall == nil || n.Recall.ID != approved.ID {
		t.Errorf("notice of a recall: %+v, deadlines -want +got:\n%s", n, diff)
	}
	if diff := cmp.Diff(want, approved.Data.Deadlines()); diff != "" {
		t.Errorf("deadlines of the recall, -want +got:\n%s", diff)
	}
	if d := must(w.Recall(w.ctx, office, w.propose(child)))(t).Data.Deadlines(); d != nil {
		t.Errorf("a proposal has the deadlines %+v", d)
	}
	own := w.inState(a, product, trace.BatchRecalled, a)
	if n := must(w.Notice(w.ctx, office, own))(t); n.Recall != nil || n.Deadlines == nil || len(n.Reached) != 0 {
		t.Errorf("notice of the producer's own recall: %+v", n)
	}
	both := w.released(a, product) // proposed by an authority, but the producer was faster
	late := w.propose(both)
	w.move(a, both, trace.BatchRecalled)
	must(w.ApproveRecall(w.ctx, by(office), late))(t)
	if n := must(w.Notice(w.ctx, office, both))(t); n.Recall != nil || n.Batch.Data.StateBy != trace.ProducerRole {
		t.Errorf("notice of a recall that was approved when it was done: %+v", n)
	}
	for _, actor := range []trace.Actor{certifier, admin} {
		_, err := w.Notice(w.ctx, actor, code)
		wantErr(t, err, trace.ErrForbidden)
	}
	for _, actor := range []trace.Actor{other, lab, nobody} {
		_, err := w.Notice(w.ctx, actor, code)
		wantErr(t, err, trace.ErrNotFound)
	}
}
