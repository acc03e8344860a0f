package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"temgoc/internal/catalog"
)

// An Erasure says that what a document said about a person was destroyed, or is
// about to be: which members, and why. Its id is the Topic of the document. It
// holds nothing personal, and is in the log before anything is destroyed: a
// revision without its salt is a fault unless there is an erasure of it.
type Erasure struct {
	// Kind and ID are those of the document.
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
	// Members are the paths of what is destroyed, in every revision.
	Members []string `json:"members"`
	// Request is the id of the request of the person, empty when there is none.
	Request string        `json:"request,omitempty"`
	Reason  ErasureReason `json:"reason"`
	State   ErasureState  `json:"state"`
	// Belongs are terms of the batch, product and producer that the document
	// belongs to: who keeps it in memory for one of them learns that it changed.
	Belongs []string `json:"belongs,omitempty"`
}

// An ErasureReason is why something is destroyed. It is chosen and not written,
// so that it names nobody.
type ErasureReason string

// The reasons of an erasure.
const (
	ErasureAsked   ErasureReason = "asked"   // the person asked for it
	ErasureOrdered ErasureReason = "ordered" // an authority ordered it
	ErasureExpired ErasureReason = "expired" // it was kept for as long as it was needed
)

// ErasureReasons lists all reasons.
func ErasureReasons() []ErasureReason {
	return []ErasureReason{ErasureAsked, ErasureOrdered, ErasureExpired}
}

// Name is the reason in words.
func (r ErasureReason) Name() catalog.Name {
	return map[ErasureReason]catalog.Name{
		ErasureAsked:   {VI: "người có dữ liệu yêu cầu", EN: "the person asked for it"},
		ErasureOrdered: {VI: "cơ quan có thẩm quyền yêu cầu", EN: "an authority ordered it"},
		ErasureExpired: {VI: "hết thời hạn lưu giữ", EN: "kept for as long as needed"},
	}[r]
}

// An ErasureState is how far an erasure has come.
type ErasureState string

// The states of an erasure.
const (
	ErasureBegun ErasureState = "begun"
	ErasureDone  ErasureState = "done"
)

// DocumentKind implements Document.
func (Erasure) DocumentKind() Kind { return KindErasures }

// DocumentRefs implements Document.
func (e Erasure) DocumentRefs() []string {
	return append([]string{Topic(e.Kind, e.ID), erasureRef(e.State)}, e.Belongs...)
}

// belongings are the terms among those of a document that are of what it belongs
// to.
func belongings(refs []string) []string {
	var out []string
	for _, ref := range refs {
		for _, prefix := range []string{batchRef(""), productRef(""), periodicRef(""), producerRef(""), generalRef("")} {
			if strings.HasPrefix(ref, prefix) {
				out = append(out, ref)
			}
		}
	}
	return out
}

func erasureRef(s ErasureState) string { return "erasure:" + string(s) }

// MayErase tells whether the actor may have personal data destroyed.
func (a Actor) MayErase() error {
	if a.Role.in(Office, Administrator) {
		return nil
	}
	return ErrNotAllowed
}

// Erase destroys members in every revision of a document of a kind, for the
// office or an administrator: that it is done is logged first, the salts go with
// them. What was begun and not finished is finished by ResumeErasures, or by
// erasing again; what is gone already stays gone.
//
// Contacts of problem reports are removed as a whole.
func (l *Ledger) Erase(ctx context.Context, w Write, k ErasableKind, e Erasure) error {
	if err := w.By.MayErase(); err != nil {
		return err
	}
	e.Kind, e.State, e.Members = k.Kind, ErasureBegun, slices.Compact(slices.Sorted(slices.Values(e.Members)))
	if len(e.Members) == 0 || !k.Has(e.Members) || e.Reason.Name() == (catalog.Name{}) {
		return fmt.Errorf("%w: erasure of %q of %s for %q", ErrInvalid, e.Members, k.Kind, e.Reason)
	}
	history, err := l.store.History(ctx, e.Kind, e.ID)
	if errors.Is(err, ErrNotFound) && k.removed {
		return nil
	}
	if err != nil {
		return hide(err)
	}
	e.Belongs = belongings(history[len(history)-1].Refs)
	begun, err := l.beginErasure(ctx, w, k, e, history)
	if err != nil || begun == nil {
		return err
	}
	return l.finishErasure(ctx, w, k, *begun)
}

// beginErasure writes that members are about to be destroyed; nil when that was
// done already and nothing of them is left.
func (l *Ledger) beginErasure(ctx context.Context, w Write, k ErasableKind, e Erasure, history []Revision) (*Stored[Erasure], error) {
	id := Topic(e.Kind, e.ID)
	w = Write{By: w.By}
	for range attempts {
		cur, err := Head[Erasure](ctx, l, id)
		if errors.Is(err, ErrNotFound) {
			cur, err = Create(ctx, l, w, id, e)
			if errors.Is(err, ErrExists) {
				continue
			}
			return &cur, err
		}
		if err != nil {
			return nil, err
		}
		known := !slices.ContainsFunc(e.Members, func(m string) bool { return !slices.Contains(cur.Data.Members, m) })
		left, err := k.anyLeft(history, e.Members)
		switch {
		case err != nil:
			return nil, err
		case known && cur.Data.State == ErasureBegun:
			return &cur, nil
		case known && !left:
			return nil, nil
		}
		w.If = cur.Revision
		cur, err = Update(ctx, l, w, id, func(Erasure) error { return nil }, func(old *Erasure) error {
			e.Members = append(e.Members, old.Members...)
			slices.Sort(e.Members)
			e.Members = slices.Compact(e.Members)
			*old = e
			return nil
		})
		if !errors.Is(err, ErrStale) && !errors.Is(err, ErrExists) {
			return &cur, err
		}
	}
	return nil, errBusy
}

// anyLeft tells whether a revision still has one of the members.
func (k ErasableKind) anyLeft(history []Revision, paths []string) (bool, error) {
	for _, r := range history {
		values, err := k.Values(r)
		if err != nil {
			return false, err
		}
		for path := range values {
			if slices.Contains(paths, path) {
				return true, nil
			}
		}
	}
	return false, nil
}

// finishErasure destroys what an erasure that has begun names, and says so.
func (l *Ledger) finishErasure(ctx context.Context, w Write, k ErasableKind, s Stored[Erasure]) error {
	if err := l.destroy(ctx, k, s.Data); err != nil {
		return fmt.Errorf("erase in %s: %w", s.ID, err)
	}
	_, err := Update(ctx, l, Write{By: w.By}, s.ID, func(Erasure) error { return nil }, func(e *Erasure) error {
		switch {
		case e.State == ErasureDone:
			return errErased
		case len(e.Members) > len(s.Data.Members):
			return errBusy // another erasure of more has begun
		}
		e.State = ErasureDone
		return nil
	})
	if errors.Is(err, errErased) {
		return nil
	}
	return err
}

// errErased says that somebody else finished an erasure.
var errErased = errors.New("erased already")

// destroy takes the members out of every revision, until a look at all of them
// finds nothing more to take.
func (l *Ledger) destroy(ctx context.Context, k ErasableKind, e Erasure) error {
	if k.removed {
		return l.store.Remove(ctx, e.Kind, e.ID)
	}
	for range attempts {
		history, err := l.store.History(ctx, e.Kind, e.ID)
		if err != nil {
			return err
		}
		found := false
		for _, r := range history {
			left, had, err := k.without(r, e.Members)
			if err == nil && had {
				found, err = true, l.store.Erase(ctx, left)
			}
			if err != nil {
				return err
			}
		}
		if !found {
			return nil
		}
	}
	return errBusy
}

// erasureWatch is how long after an erasure revisions are looked for that were
// on their way when it was done: made from one that still had what was erased.
const erasureWatch = 10 * time.Minute

// ResumeErasures finishes what a crash left of erasures, and destroys what others
// who were changing a document wrote again. A service does at its start and now
// and then.
func (l *Ledger) ResumeErasures(ctx context.Context, kinds []ErasableKind) error {
	begun, err := All[Erasure](ctx, l, erasureRef(ErasureBegun))
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range begun {
		errs = append(errs, l.resumeErasure(ctx, kinds, s))
	}
	q := LogQuery{Kind: KindErasures, Since: l.Now().Add(-erasureWatch), Limit: 1000}
	for {
		page, err := l.store.Log(ctx, q)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		done, err := decodeAll[Erasure](page.Revisions)
		errs = append(errs, err)
		for _, s := range done {
			errs = append(errs, l.repeatErasure(ctx, kinds, s))
		}
		if page.Next == "" {
			return errors.Join(errs...)
		}
		q.After = page.Next
	}
}

func (l *Ledger) resumeErasure(ctx context.Context, kinds []ErasableKind, s Stored[Erasure]) error {
	k, err := erasableKind(kinds, s.Data.Kind)
	if err != nil {
		return err
	}
	return l.finishErasure(ctx, Write{By: Actor{ID: s.By}}, k, s)
}

// repeatErasure erases again what was written within a request's life after an
// erasure.
func (l *Ledger) repeatErasure(ctx context.Context, kinds []ErasableKind, s Stored[Erasure]) error {
	k, err := erasableKind(kinds, s.Data.Kind)
	if err != nil || k.removed || s.Data.State != ErasureDone {
		return err
	}
	history, err := l.store.History(ctx, s.Data.Kind, s.Data.ID)
	if err != nil {
		return err
	}
	onTheWay := slices.DeleteFunc(slices.Clone(history), func(r Revision) bool { return r.At.After(s.Changed.Add(ClaimGrace)) })
	if left, err := k.anyLeft(onTheWay, s.Data.Members); err != nil || !left {
		return err
	}
	w := Write{By: Actor{ID: s.By}}
	again, err := l.beginErasure(ctx, w, k, Erasure{
		Kind: k.Kind, ID: s.Data.ID, Members: s.Data.Members, Request: s.Data.Request, Reason: s.Data.Reason, State: ErasureBegun,
		Belongs: belongings(history[len(history)-1].Refs),
	}, history)
	if err != nil || again == nil {
		return err
	}
	return l.finishErasure(ctx, w, k, *again)
}

func erasableKind(kinds []ErasableKind, kind Kind) (ErasableKind, error) {
	i := slices.IndexFunc(kinds, func(k ErasableKind) bool { return k.Kind == kind })
	if i < 0 {
		return ErasableKind{}, fmt.Errorf("an erasure of %s, of which nothing can be erased", kind)
	}
	return kinds[i], nil
}

// Erased tells which members of a document were destroyed; none when nothing
// was.
func (l *Ledger) Erased(ctx context.Context, kind Kind, id string) ([]string, error) {
	s, err := Head[Erasure](ctx, l, Topic(kind, id))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return s.Data.Members, err
}
