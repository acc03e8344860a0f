package trace

import (
	"context"
	"errors"
	"sync"

	"temgoc/internal/gs1"
)

// CheckProduct tells whether CreateProduct would take the product.
func (l *Ledger) CheckProduct(ctx context.Context, by Actor, p Product) error {
	if err := l.checkNewProduct(ctx, by, &p); err != nil || p.GTIN == (gs1.GTIN{}) {
		return err
	}
	return gtinTaken(l.unclaimed(ctx, gtinRef(p.GTIN)))
}

// CheckBatch tells whether CreateBatch would take the batch.
func (l *Ledger) CheckBatch(ctx context.Context, by Actor, d BatchData) error {
	if _, err := l.checkNewBatch(ctx, by, &d); err != nil {
		return err
	}
	return lotTaken(l.unclaimed(ctx, uniqueLotRef(d.Product, d.Lot)))
}

// CheckRecord tells whether AddRecord would take the record.
func (l *Ledger) CheckRecord(ctx context.Context, by Actor, d RecordData) error {
	_, err := l.checkNewRecord(ctx, by, &d)
	return err
}

// CheckTest tells whether AddTest would take the report, once the files that it
// names are added.
func (l *Ledger) CheckTest(ctx context.Context, by Actor, d TestData) error {
	if by.Role == Laboratory {
		if err := d.checkRequestID(); err != nil {
			return err
		}
	}
	_, err := l.composeTest(ctx, by, d)
	return err
}

// CheckCorrection tells whether CorrectRecord would take the correction.
func (l *Ledger) CheckCorrection(ctx context.Context, by Actor, id string, d RecordData, reason string) error {
	d.normalise()
	if err := validate(&d); err != nil {
		return err
	}
	if err := checkReason(clean(reason)); err != nil {
		return err
	}
	cur, err := Read(ctx, l, id, by.MayCorrect)
	if err != nil {
		return err
	}
	return l.correct(ctx, &cur.Data, d)
}

// unclaimed returns errTaken when a new document could not claim the term.
func (l *Ledger) unclaimed(ctx context.Context, term string) error {
	c, err := Head[claim](ctx, l, term)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	void, err := l.claimIsVoid(ctx, c, ClaimGrace)
	if err == nil && !void {
		return errTaken
	}
	return err
}

// Remembering returns a ledger that asks the store for each document once and
// answers from memory from then on: for checking many inputs that refer to the
// same documents. What others change meanwhile it does not see, so it is for
// reading only and to be dropped after the check.
func (l *Ledger) Remembering() *Ledger {
	r := *l
	r.store = &memory{Store: l.store, heads: map[[2]string]found{}}
	return &r
}

// A memory is a store whose heads are read once.
type memory struct {
	Store
	mu    sync.Mutex
	heads map[[2]string]found
}

// found is an answer of Head.
type found struct {
	head Revision
	err  error // nil or ErrNotFound
}

// Head implements Store.
func (m *memory) Head(ctx context.Context, kind Kind, id string) (Revision, error) {
	key := [2]string{string(kind), id}
	m.mu.Lock()
	f, known := m.heads[key]
	m.mu.Unlock()
	if known {
		return f.head, f.err
	}
	head, err := m.Store.Head(ctx, kind, id)
	if err == nil || errors.Is(err, ErrNotFound) {
		m.mu.Lock()
		m.heads[key] = found{head, err}
		m.mu.Unlock()
	}
	return head, err
}
