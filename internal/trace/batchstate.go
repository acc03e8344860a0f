package trace

import (
	"context"
	"fmt"
	"strings"
	"time"

	"temgoc/internal/catalog"
)

// A BatchState is where a batch stands.
type BatchState string

// The states of a batch.
const (
	BatchOpen     BatchState = "open"
	BatchReleased BatchState = "released"
	BatchHeld     BatchState = "held"
	BatchClosed   BatchState = "closed"
	BatchRecalled BatchState = "recalled"
)

// transitions are the allowed ones. A sold (closed) batch can be recalled;
// nothing leads out of recalled.
var transitions = map[BatchState][]BatchState{
	BatchOpen:     {BatchReleased},
	BatchReleased: {BatchHeld, BatchClosed, BatchRecalled},
	BatchHeld:     {BatchReleased, BatchClosed, BatchRecalled},
	BatchClosed:   {BatchRecalled},
}

// Next lists the states that may follow.
func (s BatchState) Next() []BatchState { return transitions[s] }

// Published tells whether the batch's page may show its data.
func (s BatchState) Published() bool { return s != BatchOpen && s != "" }

// A Transition asks for a new state.
type Transition struct {
	To     BatchState `json:"to" enum:"released,held,closed,recalled"`
	Reason string     `json:"reason,omitempty" doc:"Required for held and recalled; shown to the public"`
	// Instructions say what to do with recalled goods, beyond what every page
	// of a recalled batch says.
	Instructions string `json:"instructions,omitempty" doc:"For recalled: what buyers and sellers must do; shown to the public"`
}

func (t Transition) check(c check) {
	c.oneOf("to", string(t.To), t.To.Published() && t.To.Name() != catalog.Name{})
	if t.To == BatchHeld || t.To == BatchRecalled {
		c.required("reason", t.Reason != "")
	}
	c.text("reason", t.Reason, maxText)
	if t.To != BatchRecalled && t.Instructions != "" {
		c.fail("instructions", "chỉ dùng khi thu hồi", "is for a recall only")
	}
	c.text("instructions", t.Instructions, maxText)
}

// MoveBatch changes a batch's state. The producer may make every move of its
// own batch, but lift only a hold of its own; inspectors and the office may
// hold, lift a hold of their own organisation, and recall by ProposeRecall and
// ApproveRecall only.
// Their hold also takes the place of one that the producer has put on, which
// the producer could lift.
func (l *Ledger) MoveBatch(ctx context.Context, w Write, code string, t Transition) (Stored[Batch], error) {
	if err := validate(&t); err != nil {
		return Stored[Batch]{}, err
	}
	code = canonical(code)
	may := func(b Batch) error { return w.By.mayMove(b, t.To) }
	return Update(ctx, l, w, code, may, func(cur *Batch) error {
		if err := w.By.mayFollow(*cur, t.To); err != nil {
			return err
		}
		if t.To == BatchReleased {
			if err := l.refuseFailed(ctx, code); err != nil {
				return err
			}
		}
		cur.enter(t, w.By, l.Now())
		return nil
	})
}

// MayMove tells whether the actor may bring the batch into a state, as it stands
// now. A test that failed can refuse a release all the same.
func (a Actor) MayMove(b Batch, to BatchState) error {
	if err := a.mayMove(b, to); err != nil {
		return err
	}
	return a.mayFollow(b, to)
}

// mayFollow tells whether a state may follow on that of the batch. An
// authority's hold follows on one of the producer's.
func (a Actor) mayFollow(b Batch, to BatchState) error {
	if b.State == BatchHeld && b.StateBy == ProducerRole && to == BatchHeld && a.Role.authority() {
		return nil
	}
	return allowed(b.State, to)
}

// enter brings the batch into a state.
func (b *Batch) enter(t Transition, by Actor, now time.Time) {
	b.State, b.Reason, b.Instructions, b.StateSince = t.To, t.Reason, t.Instructions, now
	b.StateBy, b.StateOrg = by.Role, by.Organisation
	if t.To == BatchReleased && b.FirstReleased.IsZero() {
		b.FirstReleased = now
	}
}

func allowed(from, to BatchState) error {
	for _, s := range from.Next() {
		if s == to {
			return nil
		}
	}
	return refuse(ErrConflict,
		fmt.Sprintf("lô đang ở trạng thái %q, không thể chuyển sang %q", from.Name().VI, to.Name().VI),
		fmt.Sprintf("the batch is %s and cannot become %s", from, to))
}

// Name is the state in words.
func (s BatchState) Name() catalog.Name {
	switch s {
	case BatchOpen:
		return catalog.Name{VI: "đang ghi chép", EN: "open"}
	case BatchReleased:
		return catalog.Name{VI: "đã xuất xưởng", EN: "released"}
	case BatchHeld:
		return catalog.Name{VI: "tạm dừng lưu hành", EN: "held"}
	case BatchClosed:
		return catalog.Name{VI: "đã kết thúc", EN: "closed"}
	case BatchRecalled:
		return catalog.Name{VI: "bị thu hồi", EN: "recalled"}
	}
	return catalog.Name{}
}

func (a Actor) mayMove(b Batch, to BatchState) error {
	authority := a.Role.in(Inspector, Office)
	switch {
	case a.owns(b.Producer):
		if b.State == BatchHeld && to != BatchRecalled && b.StateBy != ProducerRole {
			return refuse(ErrForbidden, "lô bị cơ quan quản lý tạm dừng, chỉ cơ quan quản lý mới được cho lưu hành lại",
				"the batch was held by an authority, and only an authority may lift the hold")
		}
		return nil
	case authority && to == BatchRecalled:
		return errSecondPerson
	case authority && to == BatchHeld:
		return nil
	case authority && b.State == BatchHeld && to == BatchReleased:
		return a.mayLift(b)
	case a.Reads(b.Producer):
		return ErrNotAllowed
	}
	return ErrHidden
}

// mayLift lets an authority lift what its own organisation has put on: whoever
// holds a batch knows what has to be cleared up first.
func (a Actor) mayLift(b Batch) error {
	switch {
	case !b.StateBy.authority():
		return refuse(ErrForbidden, "lô do chính cơ sở tạm dừng, chỉ cơ sở mới cho lưu hành lại",
			"the producer holds the batch itself, and only the producer lifts that")
	case b.StateOrg != a.Organisation:
		return refuse(ErrForbidden, "lô do "+b.StateOrg+" tạm dừng, chỉ cơ quan đó mới được cho lưu hành lại",
			"the batch is held by "+b.StateOrg+", and only they may lift the hold")
	}
	return nil
}

// refuseFailed refuses to release a batch with a test of its own that failed
// and was not passed later.
func (l *Ledger) refuseFailed(ctx context.Context, code string) error {
	tests, err := All[TestReport](ctx, l, batchRef(code))
	if err != nil {
		return err
	}
	if failed := openFailures(tests); len(failed) > 0 {
		names := strings.Join(failed, ", ")
		return refuse(ErrConflict, "chỉ tiêu kiểm nghiệm không đạt: "+names, "these tests of the batch failed: "+names)
	}
	return nil
}
