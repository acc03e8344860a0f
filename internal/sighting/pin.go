package sighting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A PIN of a stamp can be tried MaxTries times; then nobody can for TriesPause.
// A guess is right once in 10⁸, so an attacker needs 20 million stamps for one
// hit a day. Whoever knows the item code can use the tries up; that delays the
// buyer and tells nothing.
const (
	MaxTries   = 5
	TriesPause = 24 * time.Hour
)

// FieldPIN names the PIN in errors.
const FieldPIN = "pin"

// Tries are those of the PIN of one item, whose code is the id.
type Tries struct {
	N int `json:"n"`
	// Since is when the first of them was made.
	Since time.Time `json:"since"`
}

// DocumentKind implements trace.Document.
func (Tries) DocumentKind() trace.Kind { return KindTries }

// DocumentRefs implements trace.Document.
func (Tries) DocumentRefs() []string { return nil }

// try counts one more try before it is made, and tells how many are left. The
// pause begins with the last try. Two tries at once are two: each is a revision
// of its own.
func (k *Keeper) try(ctx context.Context, code string) (left int, err error) {
	now := k.ledger.Now()
	count := func(t *Tries) error {
		if now.Sub(t.Since) >= TriesPause {
			*t = Tries{Since: now}
		}
		if t.N >= MaxTries {
			return &trace.Throttled{After: t.Since.Add(TriesPause).Sub(now)}
		}
		if t.N++; t.N == MaxTries {
			t.Since = now
		}
		return nil
	}
	for {
		s, err := trace.Update(ctx, k.ledger, shopper, code, func(Tries) error { return nil }, count)
		if !errors.Is(err, trace.ErrNotFound) {
			return MaxTries - s.Data.N, err
		}
		if s, err = trace.Create(ctx, k.ledger, shopper, code, Tries{1, now}); !errors.Is(err, trace.ErrExists) {
			return MaxTries - s.Data.N, err
		}
	}
}

// An Opening is the answer to a right PIN.
type Opening struct {
	// Before is when the pack had been marked as opened already; nil where it was
	// this PIN that did.
	Before *Use
}

// Open takes the scratch PIN of a stamp that counts from a shopper. A right one
// marks the pack as opened, or tells that it was before. browser is the id of the
// browser, or empty. A wrong one is an error of FieldPIN; too many are Throttled.
func (k *Keeper) Open(ctx context.Context, r Ref, o printing.Order, browser, digits string) (Opening, error) {
	if !o.PIN {
		return Opening{}, trace.ErrHidden
	}
	if digits = stamp.CleanPIN(digits); !isPIN(digits) {
		return Opening{}, pinError(fmt.Sprintf("mã PIN có %d chữ số", stamp.PINLength), fmt.Sprintf("a PIN has %d digits", stamp.PINLength))
	}
	left, err := k.try(ctx, r.Code.String())
	if err != nil {
		return Opening{}, err
	}
	right, err := k.book.CheckPIN(o, r.Code, digits)
	if err != nil {
		return Opening{}, err
	}
	if !right {
		return Opening{}, wrongPIN(left)
	}
	return k.open(ctx, r, browser)
}

func (k *Keeper) open(ctx context.Context, r Ref, browser string) (Opening, error) {
	if _, err := k.use(ctx, shopper, r, Use{How: ByPIN}); errors.Is(err, errUsed) {
		return k.openedBefore(ctx, r, browser)
	} else if err != nil {
		return Opening{}, err
	}
	return Opening{}, k.setOpener(ctx, r, browser)
}

// setOpener keeps the mark of the browser that may take the opening back.
func (k *Keeper) setOpener(ctx context.Context, r Ref, browser string) error {
	if err := trace.Remove[Opener](ctx, k.ledger, r.Code.String()); err != nil || !ValidBrowser(browser) {
		return err
	}
	mark, err := k.marks.mark(r, browser)
	if err != nil {
		return err
	}
	_, err = trace.Create(ctx, k.ledger, shopper, r.Code.String(), Opener{mark})
	return err
}

// openedBefore answers a right PIN of a pack that was opened before: it is
// remarkable unless it is the same browser that says so again.
func (k *Keeper) openedBefore(ctx context.Context, r Ref, browser string) (Opening, error) {
	s, err := trace.Head[Item](ctx, k.ledger, r.Code.String())
	if err != nil {
		return Opening{}, err
	}
	if s.Data.Used == nil { // taken back meanwhile
		return k.open(ctx, r, browser)
	}
	if err := k.isOpener(ctx, r, browser); err != nil {
		k.Note(r, SignPIN, k.now())
	}
	return Opening{Before: s.Data.Used}, nil
}

// isOpener refuses a browser other than that which opened the pack.
func (k *Keeper) isOpener(ctx context.Context, r Ref, browser string) error {
	if !ValidBrowser(browser) {
		return errOther
	}
	opener, err := trace.Head[Opener](ctx, k.ledger, r.Code.String())
	if errors.Is(err, trace.ErrNotFound) {
		return errOther
	}
	if err != nil {
		return err
	}
	mark, err := k.marks.mark(r, browser)
	if err == nil && mark != opener.Data.Mark {
		err = errOther
	}
	return err
}

// Close takes back that a pack was opened with its PIN: the same browser within
// UndoWithin.
func (k *Keeper) Close(ctx context.Context, r Ref, browser string) error {
	if err := k.isOpener(ctx, r, browser); err != nil {
		return err
	}
	_, err := k.undo(ctx, shopper, r, func(u Use) error {
		if u.How != ByPIN {
			return errOther
		}
		return nil
	})
	if err != nil {
		return err
	}
	return trace.Remove[Opener](ctx, k.ledger, r.Code.String())
}

func isPIN(digits string) bool {
	if len(digits) != stamp.PINLength {
		return false
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return false
		}
	}
	return true
}

func pinError(vi, en string) error {
	return trace.FieldErrors{{Field: FieldPIN, Message: catalog.Name{VI: vi, EN: en}}}
}

func wrongPIN(left int) error {
	if left == 0 {
		return pinError("không khớp với tem này; đã thử đủ 5 lần, hãy thử lại sau 24 giờ", "does not belong to this stamp; that was the fifth try, come back in 24 hours")
	}
	return pinError(fmt.Sprintf("không khớp với tem này; còn thử được %d lần trong 24 giờ", left), fmt.Sprintf("does not belong to this stamp; %d more tries in 24 hours", left))
}
