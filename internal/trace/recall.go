package trace

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
)

// A Recall is how an authority recalls batches: one person proposes, another
// approves. A producer recalls its own batch without one, by MoveBatch.
type Recall struct {
	RecallData
	State RecallState `json:"state"`
	// Producers are those of the batches, each once.
	Producers []string `json:"producers" doc:"Ids of the producers of the batches"`
	Proposed  Decision `json:"proposed"`
	// Decided says who approved, rejected or withdrew it; nil before.
	Decided *Decision `json:"decided,omitempty"`
}

// RecallData is what is proposed.
type RecallData struct {
	Batch        string   `json:"batch" doc:"Batch code"`
	Also         []string `json:"also,omitempty" doc:"Codes of batches that were made from it and are recalled with it: any of those that the reach of the batch lists, at most 200"`
	Reason       string   `json:"reason" doc:"Shown to the public"`
	Instructions string   `json:"instructions" doc:"What buyers and sellers must do; shown to the public"`
	HoldNow      bool     `json:"holdNow,omitempty" doc:"Whether the batch is held at once, without waiting for the approval; the hold stays until it is lifted, whatever becomes of the proposal"`
}

// A Decision is a step that somebody answers for.
type Decision struct {
	Actor        string    `json:"actor" doc:"Id of who decided"`
	Role         Role      `json:"role"`
	Organisation string    `json:"organisation,omitempty"`
	At           time.Time `json:"at"`
	Reason       string    `json:"reason,omitempty"`
}

// decision is the actor's, made now.
func (l *Ledger) decision(by Actor, reason string) Decision {
	return Decision{Actor: by.ID, Role: by.Role, Organisation: by.Organisation, At: l.Now(), Reason: reason}
}

// A RecallState is where a recall stands.
type RecallState string

// The states of a recall. All but the first are final.
const (
	RecallProposed  RecallState = "proposed"
	RecallApproved  RecallState = "approved"
	RecallRejected  RecallState = "rejected"
	RecallWithdrawn RecallState = "withdrawn"
)

// RecallStates lists all states of a recall.
func RecallStates() []RecallState {
	return []RecallState{RecallProposed, RecallApproved, RecallRejected, RecallWithdrawn}
}

// Name is the state in words.
func (s RecallState) Name() catalog.Name {
	return map[RecallState]catalog.Name{
		RecallProposed:  {VI: "chờ người thứ hai duyệt", EN: "waiting for a second person"},
		RecallApproved:  {VI: "đã duyệt thu hồi", EN: "approved"},
		RecallRejected:  {VI: "không được duyệt", EN: "rejected"},
		RecallWithdrawn: {VI: "đã rút đề nghị", EN: "withdrawn"},
	}[s]
}

func (Recall) DocumentKind() Kind { return KindRecalls }

func (r Recall) DocumentRefs() []string {
	refs := []string{recallRef(r.State)}
	for _, code := range r.Batches() {
		refs = append(refs, batchRef(code))
	}
	for _, id := range r.Producers {
		refs = append(refs, producerRef(id))
	}
	return refs
}

func recallRef(s RecallState) string { return "recall:" + string(s) }

// Batches are the codes of all batches that it recalls.
func (r RecallData) Batches() []string { return append([]string{r.Batch}, r.Also...) }

// maxAlso is how many further batches one recall takes along.
const maxAlso = 200

func (r RecallData) check(c check) {
	c.required("batch", r.Batch != "")
	c.required("reason", r.Reason != "")
	c.text("reason", r.Reason, maxText)
	c.required("instructions", r.Instructions != "")
	c.text("instructions", r.Instructions, maxText)
	if len(r.Also) > maxAlso {
		c.fail("also", fmt.Sprintf("tối đa %d lô trong một đề nghị", maxAlso), fmt.Sprintf("has more than %d batches", maxAlso))
		return
	}
	for i, code := range r.Also {
		if slices.Contains(r.Also[:i], code) {
			c.at("also", i).fail("", "bị lặp lại", "is named twice")
		}
		if _, err := stamp.ParseBatchCode(code); err != nil {
			c.at("also", i).fail("", "không phải là mã lô hợp lệ", "is not a batch code")
		}
	}
}

// normalise brings the batch codes into the form that they are stored in.
func (r *RecallData) normalise() {
	r.Batch, r.Also = canonical(r.Batch), slices.Clone(r.Also)
	for i, code := range r.Also {
		r.Also[i] = canonical(code)
	}
}

// ProposeRecall asks for a second person to recall a batch and what was made of
// it: an inspector or the office does. With HoldNow the batch is held before
// the proposal is stored, so that a failure in between errs on the safe side.
func (l *Ledger) ProposeRecall(ctx context.Context, w Write, d RecallData) (Stored[Recall], error) {
	return once(ctx, l, w, func() (Recall, error) {
		if err := w.By.mayRecall(); err != nil {
			return Recall{}, err
		}
		d.normalise()
		if err := validate(&d); err != nil {
			return Recall{}, err
		}
		batches, err := l.recallable(ctx, w.By, d)
		if err != nil {
			return Recall{}, err
		}
		if err := l.holdNow(ctx, w, d, batches[0]); err != nil {
			return Recall{}, err
		}
		r := Recall{RecallData: d, State: RecallProposed, Proposed: l.decision(w.By, "")}
		for _, b := range batches {
			if !slices.Contains(r.Producers, b.Data.Producer) {
				r.Producers = append(r.Producers, b.Data.Producer)
			}
		}
		return r, nil
	})
}

// MayProposeRecall tells whether the actor may propose to recall the batch, as it
// stands now.
func (a Actor) MayProposeRecall(b Batch) error {
	if err := a.mayRecall(); err != nil {
		return err
	}
	return allowed(b.State, BatchRecalled)
}

func (a Actor) mayRecall() error {
	if a.Role.in(Inspector, Office) {
		return nil
	}
	return ErrNotAllowed
}

// recallable loads the batches of a proposal and refuses those that cannot be
// recalled by it: what was never released, and what was not made from the batch.
func (l *Ledger) recallable(ctx context.Context, by Actor, d RecallData) ([]Stored[Batch], error) {
	batch, err := l.ownBatch(ctx, by, d.Batch)
	if err != nil {
		return nil, missing("batch", err)
	}
	if err := allowed(batch.Data.State, BatchRecalled); err != nil {
		return nil, err
	}
	out := []Stored[Batch]{batch}
	if len(d.Also) == 0 {
		return out, nil
	}
	// Climbing reads the batches themselves: what is recalled does not hang on
	// what is kept in memory.
	related, err := l.climb(ctx, d.Also)
	if err != nil {
		return nil, err
	}
	made := madeFrom(batch.ID, related)
	c := newCheck()
	for i, code := range d.Also {
		b, ok := made[code]
		switch {
		case !ok || by.maySeeBatch(b.Data) != nil:
			c.at("also", i).fail("", "không phải là lô được làm từ lô này", "was not made from the batch")
		case !b.Data.State.Published():
			c.at("also", i).fail("", "chưa xuất xưởng nên không có gì để thu hồi", "is not released: there is nothing to recall")
		default:
			out = append(out, b)
		}
	}
	return out, c.err()
}

// holdNow holds the batch of a proposal, if that is asked for and no authority
// holds it already.
func (l *Ledger) holdNow(ctx context.Context, w Write, d RecallData, b Stored[Batch]) error {
	switch {
	case !d.HoldNow, b.Data.State == BatchHeld && b.Data.StateBy.authority():
		return nil
	case b.Data.State == BatchClosed:
		c := newCheck()
		c.fail("holdNow", "lô đã kết thúc, không tạm dừng được nữa; hãy đề nghị thu hồi không kèm tạm dừng",
			"the batch is closed and cannot be held any more: propose the recall without it")
		return c.err()
	}
	_, err := l.MoveBatch(ctx, Write{By: w.By, Op: w.Op}, d.Batch, Transition{To: BatchHeld, Reason: d.Reason})
	return err
}

var (
	errSecondPerson = refuse(ErrForbidden,
		"cơ quan quản lý thu hồi lô cần hai người: một người đề nghị, người khác duyệt. Trường hợp khẩn cấp, hãy tạm dừng lưu hành lô trước",
		"a recall by an authority takes two people: one proposes it, another approves it. In an emergency hold the batch first")
	errOwnProposal = refuse(ErrForbidden, "người đề nghị không được tự duyệt hay từ chối đề nghị của mình, phải là một người khác",
		"whoever proposed the recall may not decide on it: a second person must")
	errNotProposer = refuse(ErrForbidden, "chỉ người đã đề nghị mới được rút đề nghị", "only who proposed the recall may withdraw it")
)

// open refuses a decision about a recall that was decided.
func (r Recall) open() error {
	if r.State == RecallProposed {
		return nil
	}
	return refuse(ErrConflict, "đề nghị đã có kết quả: "+r.State.Name().VI, "the recall is "+string(r.State)+" already")
}

// decide closes a proposal, by somebody else than who made it.
func (l *Ledger) decide(by Actor, r *Recall, s RecallState, reason string) error {
	if err := r.open(); err != nil {
		return err
	}
	if r.Proposed.Actor == by.ID {
		return errOwnProposal
	}
	d := l.decision(by, reason)
	r.State, r.Decided = s, &d
	return nil
}

// ApproveRecall is the second person's word, whereupon all batches of the
// recall are recalled in that person's name. The decision is stored first: when
// something fails after it, the same request, another approval or
// ResumeRecalls finishes what is left.
func (l *Ledger) ApproveRecall(ctx context.Context, w Write, id string) (Stored[Recall], error) {
	s, err := Update(ctx, l, w, id, w.By.mayDecideRecall, func(cur *Recall) error { return l.decide(w.By, cur, RecallApproved, "") })
	if errors.Is(err, ErrConflict) && !errors.Is(err, ErrStale) {
		s, err = l.unfinished(ctx, id, err)
	}
	if err != nil {
		return Stored[Recall]{}, err
	}
	return s, l.carryOut(ctx, s)
}

// unfinished returns a recall that was approved but not carried out to its end,
// else the refusal.
func (l *Ledger) unfinished(ctx context.Context, id string, refusal error) (Stored[Recall], error) {
	s, err := Head[Recall](ctx, l, id)
	if err != nil {
		return Stored[Recall]{}, err
	}
	if s.Data.State != RecallApproved {
		return Stored[Recall]{}, refusal
	}
	left, err := l.notRecalled(ctx, s.Data)
	if err == nil && len(left) == 0 {
		err = refusal
	}
	return s, err
}

// notRecalled lists the batches of a recall that are not in that state.
func (l *Ledger) notRecalled(ctx context.Context, r Recall) ([]string, error) {
	batches, err := l.batches(ctx, r.Batches())
	var left []string
	for _, b := range batches {
		if b.Data.State != BatchRecalled {
			left = append(left, b.ID)
		}
	}
	return left, err
}

// carryOut recalls the batches of an approved recall that are not recalled yet,
// in the name of who approved it.
func (l *Ledger) carryOut(ctx context.Context, s Stored[Recall]) error {
	left, err := l.notRecalled(ctx, s.Data)
	if err != nil {
		return err
	}
	d := s.Data.Decided
	sum := sha256.Sum256([]byte("recall " + s.ID))
	w := Write{
		By: Actor{ID: d.Actor, Role: d.Role, Organisation: d.Organisation},
		Op: Op{Key: "recall:" + s.ID, Hash: hex.EncodeToString(sum[:])},
	}
	for _, code := range left {
		if err := l.recallBatch(ctx, w, code, s.Data.RecallData); err != nil {
			return fmt.Errorf("recall %s of batch %s: %w", s.ID, code, err)
		}
	}
	return nil
}

// errRecalled says that somebody else recalled a batch first.
var errRecalled = errors.New("recalled already")

func (l *Ledger) recallBatch(ctx context.Context, w Write, code string, d RecallData) error {
	_, err := Update(ctx, l, w, code, func(Batch) error { return nil }, func(cur *Batch) error {
		if cur.State == BatchRecalled {
			return errRecalled
		}
		if err := allowed(cur.State, BatchRecalled); err != nil {
			return err
		}
		cur.enter(Transition{To: BatchRecalled, Reason: d.Reason, Instructions: d.Instructions}, w.By, l.Now())
		return nil
	})
	if errors.Is(err, errRecalled) {
		return nil
	}
	return err
}

// ResumeRecalls carries out what a crash left of approved recalls. A service
// does at its start, when it looks at all of them, and now and then, when it
// looks at those of late: nothing leads out of a recall.
func (l *Ledger) ResumeRecalls(ctx context.Context) error {
	start := l.Now()
	var errs []error
	for q := (LogQuery{Kind: KindRecalls, Ref: recallRef(RecallApproved), Since: l.resumed.since(), Limit: 500}); ; {
		page, err := l.store.Log(ctx, q)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		approved, err := decodeAll[Recall](page.Revisions)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		for _, s := range approved {
			errs = append(errs, l.carryOut(ctx, s))
		}
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	err := errors.Join(errs...)
	if err == nil {
		l.resumed.until(start)
	}
	return err
}

// A watermark is how far back nothing is left to be done.
type watermark struct{ ms atomic.Int64 }

// watermarkOverlap is for what was stamped before and stored later.
const watermarkOverlap = 10 * time.Minute

// since is where to begin; zero the first time.
func (w *watermark) since() time.Time {
	if ms := w.ms.Load(); ms != 0 {
		return time.UnixMilli(ms).Add(-watermarkOverlap)
	}
	return time.Time{}
}

func (w *watermark) until(t time.Time) { w.ms.Store(t.UnixMilli()) }

// RejectRecall refuses a proposal: the second person does, and says why.
func (l *Ledger) RejectRecall(ctx context.Context, w Write, id, reason string) (Stored[Recall], error) {
	reason = clean(reason)
	c := newCheck()
	c.required("reason", reason != "")
	c.text("reason", reason, maxText)
	if err := c.err(); err != nil {
		return Stored[Recall]{}, err
	}
	return Update(ctx, l, w, id, w.By.mayDecideRecall, func(cur *Recall) error { return l.decide(w.By, cur, RecallRejected, reason) })
}

// WithdrawRecall takes a proposal back: who made it does.
func (l *Ledger) WithdrawRecall(ctx context.Context, w Write, id string) (Stored[Recall], error) {
	return Update(ctx, l, w, id, w.By.mayDecideRecall, func(cur *Recall) error {
		if err := cur.open(); err != nil {
			return err
		}
		if cur.Proposed.Actor != w.By.ID {
			return errNotProposer
		}
		d := l.decision(w.By, "")
		cur.State, cur.Decided = RecallWithdrawn, &d
		return nil
	})
}

// maySeeRecall shows recalls to those who see everything, and to the producers
// of the batches once they are approved: before, nobody should move goods away.
func (a Actor) maySeeRecall(r Recall) error {
	ours := a.Role == ProducerRole && slices.Contains(r.Producers, a.Producer)
	if a.oversees() || ours && r.State == RecallApproved {
		return nil
	}
	return ErrHidden
}

func (a Actor) mayDecideRecall(r Recall) error {
	if a.maySeeRecall(r) != nil {
		return ErrHidden
	}
	return a.mayRecall()
}

// Recall returns one recall.
func (l *Ledger) Recall(ctx context.Context, by Actor, id string) (Stored[Recall], error) {
	return Read(ctx, l, id, by.maySeeRecall)
}

// RecallQuery narrows a list of recalls; empty fields do not. Batch finds the
// recalls that take the batch along too.
type RecallQuery struct {
	Batch string
	State RecallState
}

// Recalls lists recalls.
func (l *Ledger) Recalls(ctx context.Context, by Actor, q RecallQuery, p Paging) (List[Recall], error) {
	if !by.seesProducers() {
		return nothing[Recall](p)
	}
	ref := ""
	switch {
	case q.Batch != "":
		ref = batchRef(canonical(q.Batch))
	case by.Role == ProducerRole:
		ref = producerRef(by.Producer)
	case q.State != "":
		ref = recallRef(q.State)
	}
	return ListOf(ctx, l, ref, p, func(s Stored[Recall]) bool {
		return by.maySeeRecall(s.Data) == nil && (q.State == "" || q.State == s.Data.State)
	})
}
