package trace

import (
	"context"
	"fmt"
)

// A Void takes codes out of use: the batch code itself, or a range of item
// serials. It is never undone.
type Void struct {
	Batch string `json:"batch" doc:"Batch code"`
	// Whole means the batch code and with it every item code. Either that or
	// Items is given.
	Whole  bool     `json:"whole,omitempty" doc:"The batch code and every item code"`
	Items  *Serials `json:"items,omitempty" doc:"Or some item codes only"`
	Reason string   `json:"reason"`
	// Producer is the batch's.
	Producer string `json:"producer" readOnly:"true"`
}

// Serials is a run of item serials, both ends included.
type Serials struct {
	First uint32 `json:"first"`
	Last  uint32 `json:"last"`
}

// Covers tells whether the item serial is void.
func (v Void) Covers(serial uint32) bool {
	return v.Whole || v.Items != nil && v.Items.First <= serial && serial <= v.Items.Last
}

func (Void) DocumentKind() Kind       { return KindVoids }
func (v Void) DocumentRefs() []string { return []string{batchRef(v.Batch), producerRef(v.Producer)} }

func (v Void) check(c check) {
	c.required("batch", v.Batch != "")
	c.required("reason", v.Reason != "")
	c.text("reason", v.Reason, maxText)
	if v.Whole == (v.Items != nil) {
		c.fail("items", "phải chọn hoặc cả lô (whole), hoặc một dải số (items)", "is required unless whole is true, and not allowed then")
		return
	}
	if v.Items != nil && v.Items.Last < v.Items.First {
		c.fail("items.last", fmt.Sprintf("nhỏ hơn số đầu (%d)", v.Items.First), fmt.Sprintf("is below the first serial (%d)", v.Items.First))
	}
}

// VoidCodes takes codes of a batch out of use: the producer or the office.
func (l *Ledger) VoidCodes(ctx context.Context, w Write, v Void) (Stored[Void], error) {
	return once(ctx, l, w, func() (Void, error) {
		v.Batch = canonical(v.Batch)
		if err := validate(&v); err != nil {
			return v, err
		}
		batch, err := Head[Batch](ctx, l, v.Batch)
		if err == nil {
			err = w.By.mayKeep(batch.Data.Producer)
		}
		v.Producer = batch.Data.Producer
		return v, missing("batch", err)
	})
}

// Voids lists what was taken out of use of a batch.
func (l *Ledger) Voids(ctx context.Context, by Actor, batch string, p Paging) (List[Void], error) {
	b, err := l.Batch(ctx, by, batch)
	if err != nil {
		return List[Void]{}, err
	}
	return ListOf(ctx, l, batchRef(b.ID), p, func(v Stored[Void]) bool { return by.maySee(v.Data.Producer) == nil })
}
