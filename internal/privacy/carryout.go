package privacy

import (
	"context"
	"errors"

	"temgoc/internal/account"
	"temgoc/internal/trace"
)

func hide(err error) error {
	if errors.Is(err, trace.ErrNotFound) {
		return trace.ErrHidden
	}
	return err
}

// CarryOut erases what was chosen for a request to erase, and closes it. The
// choice is stored first: when something fails after it, the same request or
// Resume finishes what is left. Outcome is what the person is told.
func (r *Register) CarryOut(ctx context.Context, w trace.Write, id string, picks []Pick, outcome string) (trace.Stored[Request], error) {
	outcome, err := written("outcome", outcome)
	if err != nil {
		return trace.Stored[Request]{}, err
	}
	s, err := r.Request(ctx, w.By, id)
	if err != nil {
		return trace.Stored[Request]{}, err
	}
	if s.Data.State == Acknowledged { // else it was checked before
		if err := r.checkPicks(ctx, w.By, picks); err != nil {
			return trace.Stored[Request]{}, err
		}
	}
	s, err = r.change(ctx, w, id, func(q *Request) error {
		if q.What != Erase {
			return refusal(trace.ErrConflict, "đây không phải là yêu cầu xóa dữ liệu", "this is no request to erase")
		}
		if err := q.in(Acknowledged); err != nil {
			return err
		}
		q.State, q.Picks, q.Outcome, q.Closed = Erasing, picks, outcome, r.decision(w.By)
		return nil
	})
	if err != nil {
		return trace.Stored[Request]{}, err
	}
	return r.finish(ctx, id)
}

// finish erases what is left of the picks of a request, in the name of who chose
// them, and closes it.
func (r *Register) finish(ctx context.Context, id string) (trace.Stored[Request], error) {
	s, err := trace.Head[Request](ctx, r.ledger, id)
	if err != nil || s.Data.State != Erasing {
		return s, err
	}
	c := s.Data.Closed
	w := trace.Write{By: trace.Actor{ID: c.Actor, Role: c.Role, Organisation: c.Organisation}}
	for _, d := range documents(s.Data.Picks) {
		e := trace.Erasure{ID: d.ID, Members: membersOf(s.Data.Picks, d), Request: id, Reason: trace.ErasureAsked}
		if err := r.erase(ctx, w, d.Kind, e); err != nil {
			return s, err
		}
	}
	done, err := r.change(ctx, w, id, func(q *Request) error {
		if q.State != Erasing {
			return errFinished
		}
		q.State = Done
		q.Closed.At = r.ledger.Now()
		return nil
	})
	if errors.Is(err, errFinished) {
		return trace.Head[Request](ctx, r.ledger, id)
	}
	return done, err
}

// errFinished says that somebody else finished a request.
var errFinished = errors.New("finished already")

func (r *Register) erase(ctx context.Context, w trace.Write, kind trace.Kind, e trace.Erasure) error {
	if kind == account.KindPeople {
		return r.people.Erase(ctx, w, e.ID, e)
	}
	k, _ := r.kind(kind) // was checked
	if k.Whole {
		e.Members = paths(k)
	}
	return r.ledger.Erase(ctx, w, k, e)
}

// Resume finishes what a crash left of erasures. A service does at its start and
// now and then.
func (r *Register) Resume(ctx context.Context) error {
	left, err := trace.All[Request](ctx, r.ledger, stateTerm(Erasing))
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range left {
		_, err := r.finish(ctx, s.ID)
		errs = append(errs, err)
	}
	return errors.Join(append(errs, r.ledger.ResumeErasures(ctx, r.kinds))...)
}
