package trace

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"temgoc/internal/catalog"
)

// A CriteriaSet is what products of one OCOP set are usually tested for, with
// the limits. It begins as the reference data of the catalog; the programme
// office edits it.
type CriteriaSet struct {
	Set      int                 `json:"set"`
	Criteria []catalog.Criterion `json:"criteria"`
}

func (CriteriaSet) DocumentKind() Kind     { return KindCriteria }
func (CriteriaSet) DocumentRefs() []string { return nil }

func (s CriteriaSet) check(c check) {
	_, known := catalog.SetByNumber(s.Set)
	c.oneOf("set", strconv.Itoa(s.Set), known)
	if len(s.Criteria) > maxRows {
		c.fail("criteria", "tối đa 200 chỉ tiêu", "has more than 200 entries")
		return
	}
	seen := map[string]bool{}
	for i, k := range s.Criteria {
		f := c.at("criteria", i)
		f.name("indicator.vi", k.Indicator.VI)
		f.text("indicator.en", k.Indicator.EN, maxName)
		f.text("unit", k.Unit, 40)
		f.text("method", k.Method, maxName)
		limit := Limit{Kind: k.Limit.Kind, Min: Decimal(k.Limit.Min), Max: Decimal(k.Limit.Max), Basis: k.Basis}
		limit.check(f.in("limit"))
		f.text("product.vi", k.Product.VI, maxName)
		key := catalog.Fold(k.Product.VI + "|" + k.Indicator.VI + "|" + k.Unit)
		if seen[key] {
			f.fail("indicator.vi", "bị lặp lại", "is named twice")
		}
		seen[key] = true
	}
}

// Criteria returns the criteria of an OCOP set. Revision 0 is the reference
// data, which nobody has edited yet.
func (l *Ledger) Criteria(ctx context.Context, set int) (Stored[CriteriaSet], error) {
	if _, known := catalog.SetByNumber(set); !known {
		return Stored[CriteriaSet]{}, ErrHidden
	}
	return l.criteria(ctx, set)
}

func (l *Ledger) criteria(ctx context.Context, set int) (Stored[CriteriaSet], error) {
	s, err := Head[CriteriaSet](ctx, l, strconv.Itoa(set))
	if errors.Is(err, ErrNotFound) {
		return Stored[CriteriaSet]{ID: strconv.Itoa(set), Data: CriteriaSet{set, catalog.Criteria(set)}}, nil
	}
	return s, err
}

// SetCriteria replaces the criteria of an OCOP set; the office does. Reports
// keep the limits that they were judged by.
func (l *Ledger) SetCriteria(ctx context.Context, w Write, s CriteriaSet) (Stored[CriteriaSet], error) {
	if w.By.Role != Office {
		return Stored[CriteriaSet]{}, ErrNotAllowed
	}
	if err := validate(&s); err != nil {
		return Stored[CriteriaSet]{}, err
	}
	id := strconv.Itoa(s.Set)
	if _, err := Head[CriteriaSet](ctx, l, id); errors.Is(err, ErrNotFound) {
		first, err := Create(ctx, l, w, id, s)
		if !errors.Is(err, ErrExists) {
			return first, err
		}
	}
	return Update(ctx, l, w, id, func(CriteriaSet) error { return nil }, func(cur *CriteriaSet) error {
		*cur = s
		return nil
	})
}

// A Void takes codes out of use: the batch code itself, or a range of item
// serials. It is never undone.
type Void struct {
	Batch string `json:"batch" doc:"Batch code"`
	// Whole means the batch code and with it every item code.
	Whole bool `json:"whole,omitempty" doc:"The batch code and every item code"`
	// First and Last are item serials, both included.
	First  uint32 `json:"first,omitempty"`
	Last   uint32 `json:"last,omitempty"`
	Reason string `json:"reason"`
	// Producer is the batch's.
	Producer string `json:"producer" readOnly:"true"`
}

// Covers tells whether the item serial is void.
func (v Void) Covers(serial uint32) bool { return v.Whole || v.First <= serial && serial <= v.Last }

func (Void) DocumentKind() Kind       { return KindVoids }
func (v Void) DocumentRefs() []string { return []string{batchRef(v.Batch), producerRef(v.Producer)} }

func (v Void) check(c check) {
	c.required("batch", v.Batch != "")
	c.required("reason", v.Reason != "")
	c.text("reason", v.Reason, maxText)
	if !v.Whole && v.Last < v.First {
		c.fail("last", fmt.Sprintf("nhỏ hơn số đầu (%d)", v.First), fmt.Sprintf("is below the first serial (%d)", v.First))
	}
}

// VoidCodes takes codes of a batch out of use: the producer or the office.
func (l *Ledger) VoidCodes(ctx context.Context, w Write, v Void) (Stored[Void], error) {
	if err := validate(&v); err != nil {
		return Stored[Void]{}, err
	}
	batch, err := Head[Batch](ctx, l, v.Batch)
	if err == nil {
		err = w.By.mayKeep(batch.Data.Producer)
	}
	if err != nil {
		return Stored[Void]{}, missing("batch", err)
	}
	v.Producer = batch.Data.Producer
	return Create(ctx, l, w, "", v)
}

// Voids lists what was taken out of use of a batch.
func (l *Ledger) Voids(ctx context.Context, by Actor, batch string, p Paging) (List[Void], error) {
	b, err := l.Batch(ctx, by, batch)
	if err != nil {
		return List[Void]{}, err
	}
	return ListOf(ctx, l, batchRef(b.ID), p, func(v Stored[Void]) bool { return by.maySee(v.Data.Producer) == nil })
}
