package sighting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// An Opener is the mark of the browser with which a pack was marked as opened. It
// is kept as long as that can be taken back.
type Opener struct {
	Mark string `json:"mark"`
}

// DocumentKind implements trace.Document.
func (Opener) DocumentKind() trace.Kind { return KindOpeners }

// DocumentRefs implements trace.Document.
func (Opener) DocumentRefs() []string { return nil }

func refuse(kind error, vi, en string) error {
	return &trace.RuleError{Kind: kind, Message: named(vi, en)}
}

// refOf opens an item code for those who may see its order.
func (k *Keeper) refOf(ctx context.Context, by trace.Actor, code stamp.ItemCode) (Ref, printing.Order, error) {
	found, err := k.book.Item(ctx, by, code)
	if err != nil {
		return Ref{}, printing.Order{}, err
	}
	if found.Order == nil {
		return Ref{}, printing.Order{}, trace.ErrHidden
	}
	o := found.Order.Data
	return Ref{code, o.Batch, o.Producer, found.Order.ID, o.Position(found.Serial), o.KeyID}, o, nil
}

// Stamp is what is known of one stamp to those who may see its order.
type Stamp struct {
	Code     string        `json:"code"`
	Order    string        `json:"order" doc:"Id of the print order"`
	Position int           `json:"position" doc:"Of the stamp in the order, from 1"`
	Batch    string        `json:"batch"`
	Stage    Stage         `json:"stage" enum:"issued,printed,shipped,scanned,used,void,stolen"`
	Fate     printing.Fate `json:"fate"`
	Views    int64         `json:"views" doc:"How often its page was opened"`
	First    time.Time     `json:"firstView,omitzero"`
	Item     Item          `json:"item" doc:"What is remarkable; empty for most stamps"`
	Revision int           `json:"-"`
	Counts   trace.Count   `json:"-"`
}

// Stamp looks a stamp up, without delay.
func (k *Keeper) Stamp(ctx context.Context, by trace.Actor, code stamp.ItemCode) (Stamp, error) {
	r, o, err := k.refOf(ctx, by, code)
	if err != nil {
		return Stamp{}, err
	}
	s := Stamp{Code: code.String(), Order: r.Order, Position: r.Position, Batch: r.Batch, Fate: o.FateOf(r.Position).Fate, Item: r.item()}
	item, err := trace.Head[Item](ctx, k.ledger, s.Code)
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		return Stamp{}, err
	}
	if err == nil {
		s.Item, s.Revision = item.Data, item.Revision
	}
	counts, err := k.store.Counts(ctx, []string{"scan:" + s.Code})
	if err != nil {
		return Stamp{}, err
	}
	if len(counts) == 1 {
		s.Views, s.First = counts[0].N, counts[0].First
	}
	void, err := k.voided(ctx, r, o)
	s.Stage = StageOf(o, r.Position, s.Item, s.Views > 0, void)
	return s, err
}

// voided tells whether the codes of a stamp were taken out of use.
func (k *Keeper) voided(ctx context.Context, r Ref, o printing.Order) (bool, error) {
	voids, err := trace.All[trace.Void](ctx, k.ledger, trace.BatchTerm(r.Batch))
	for _, v := range voids {
		if v.Data.Covers(o.First + uint32(r.Position) - 1) {
			return true, err
		}
	}
	return false, err
}

// Use marks the pack of a stamp as opened or used up: its producer does, or who
// sells for it.
func (k *Keeper) Use(ctx context.Context, w trace.Write, code stamp.ItemCode) (trace.Stored[Item], error) {
	r, o, err := k.refOf(ctx, w.By, code)
	if err != nil {
		return trace.Stored[Item]{}, err
	}
	if w.By.Role != trace.ProducerRole || w.By.Producer != o.Producer {
		return trace.Stored[Item]{}, trace.ErrNotAllowed
	}
	if !o.Live(r.Position) || o.FateOf(r.Position).Fate.Withdrawn() {
		return trace.Stored[Item]{}, refuse(trace.ErrConflict, "tem này chưa có hiệu lực hoặc đã bị loại khỏi sử dụng", "this stamp does not count yet, or no longer")
	}
	return k.use(ctx, w, r, Use{How: ByProducer, By: w.By.ID})
}

func (k *Keeper) use(ctx context.Context, w trace.Write, r Ref, u Use) (trace.Stored[Item], error) {
	u.At = k.ledger.Now()
	return k.change(ctx, w, r, func(i *Item) error {
		if i.Used != nil {
			return errUsed
		}
		i.Used = &u
		return nil
	})
}

var (
	errUsed    = refuse(trace.ErrConflict, "tem này đã được ghi nhận là đã mở", "this stamp's pack is marked as opened already")
	errNotUsed = refuse(trace.ErrConflict, "tem này chưa được ghi nhận là đã mở", "this stamp's pack is not marked as opened")
	errLate    = refuse(trace.ErrConflict, fmt.Sprintf("chỉ rút lại được trong %d ngày", UndoWithin/(24*time.Hour)), fmt.Sprintf("this can be taken back within %d days only", UndoWithin/(24*time.Hour)))
	errOther   = refuse(trace.ErrForbidden, "chỉ người đã ghi nhận mới rút lại được", "only whoever said so can take it back")
)

// Undo takes back that a pack was opened: the person who said so, within
// UndoWithin. It stays in the history.
func (k *Keeper) Undo(ctx context.Context, w trace.Write, code stamp.ItemCode) (trace.Stored[Item], error) {
	r, _, err := k.refOf(ctx, w.By, code)
	if err != nil {
		return trace.Stored[Item]{}, err
	}
	return k.undo(ctx, w, r, func(u Use) error {
		if u.How != ByProducer || u.By != w.By.ID {
			return errOther
		}
		return nil
	})
}

func (k *Keeper) undo(ctx context.Context, w trace.Write, r Ref, may func(Use) error) (trace.Stored[Item], error) {
	return k.change(ctx, w, r, func(i *Item) error {
		if i.Used == nil {
			return errNotUsed
		}
		if err := may(*i.Used); err != nil {
			return err
		}
		if k.now().Sub(i.Used.At) > UndoWithin {
			return errLate
		}
		i.Used = nil
		return nil
	})
}
