package trace_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"temgoc/internal/gs1"
	"temgoc/internal/trace"
)

func TestLotIsUniqueWithinItsProduct(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	d := w.batchData(product)
	first := must(w.CreateBatch(w.ctx, by(a), d))(t)
	_, err := w.CreateBatch(w.ctx, by(a), d)
	wantErr(t, err, trace.ErrConflict)
	wantFields(t, err, "lot")
	other := d
	other.Product = w.product(a)
	must(w.CreateBatch(w.ctx, by(a), other))(t)
	w.clock.pass(time.Hour) // a claim that is in use has no end
	_, err = w.CreateBatch(w.ctx, by(a), d)
	wantErr(t, err, trace.ErrConflict)
	// The number is free again once its batch has given it up.
	renamed := d
	renamed.Lot = lotNumber("MOI")
	must(w.UpdateBatch(w.ctx, by(a), first.ID, renamed, ""))(t)
	second := must(w.CreateBatch(w.ctx, by(a), d))(t)
	_, err = w.UpdateBatch(w.ctx, by(a), first.ID, d, "")
	wantErr(t, err, trace.ErrConflict)
	wantFields(t, err, "lot")
	if got := must(w.Batches(w.ctx, a, trace.BatchQuery{Product: product, Lot: d.Lot.String()}, trace.Paging{}))(t); len(got.Items) != 1 || got.Items[0].ID != second.ID {
		t.Errorf("lot %s is found at %+v", d.Lot, got.Items)
	}
}

func TestLotAfterAFailedAttempt(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	d := w.batchData(product)
	faulty := &faultyStore{Store: w.store, kind: trace.KindBatches, at: 1}
	if _, err := w.over(faulty).CreateBatch(w.ctx, by(a), d); !errors.Is(err, errFault) {
		t.Fatalf("CreateBatch: %v, want the fault", err)
	}
	_, err := w.CreateBatch(w.ctx, by(a), d) // it may still be under way
	wantErr(t, err, trace.ErrConflict)
	w.clock.pass(time.Minute)
	must(w.CreateBatch(w.ctx, by(a), d))(t)
}

func TestOneLotAtOnce(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	d := w.batchData(w.product(a))
	var won atomic.Int32
	together(32, func(int) {
		_, err := w.CreateBatch(w.ctx, by(a), d)
		switch {
		case err == nil:
			won.Add(1)
		case !errors.Is(err, trace.ErrConflict):
			t.Errorf("CreateBatch: %v", err)
		}
	})
	if won.Load() != 1 || len(heads(t, w.store, trace.KindBatches)) != 1 {
		t.Errorf("%d batches were opened under one lot number", won.Load())
	}
}

// TestReclaimedTerm is the race in which a document takes a term again that it
// had given up, while another one wants it: the old claim alone must not
// count.
func TestReclaimedTerm(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	with, without := productData(a.Producer), productData(a.Producer)
	with.GTIN = gtin(1)
	first := must(w.CreateProduct(w.ctx, by(a), with))(t).ID
	second := w.product(a)
	must(w.UpdateProduct(w.ctx, by(a), first, without))(t)
	w.clock.pass(time.Hour)
	// While first is about to be written with the GTIN again, second asks for it.
	between := &hookedStore{Store: w.store, kind: trace.KindProducts, hook: func() {
		if _, err := w.UpdateProduct(w.ctx, by(a), second, with); !errors.Is(err, trace.ErrConflict) {
			t.Errorf("second got the GTIN meanwhile: %v", err)
		}
	}}
	must(w.over(between).UpdateProduct(w.ctx, by(a), first, with))(t)
}

// A hookedStore runs hook once before the first insert of a kind.
type hookedStore struct {
	trace.Store
	kind trace.Kind
	hook func()
}

func (s *hookedStore) Insert(ctx context.Context, r trace.Revision) error {
	if hook := s.hook; r.Kind == s.kind && hook != nil {
		s.hook = nil
		hook()
	}
	return s.Store.Insert(ctx, r)
}

func TestCodesDoNotCollide(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	rigged := func(random io.Reader) *trace.Ledger {
		return trace.New(trace.Config{Store: w.store, Files: w.files, Keys: w.keys, Now: w.clock.now, Random: random})
	}
	draw := []byte{0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc}
	first := must(rigged(bytes.NewReader(draw)).CreateBatch(w.ctx, by(a), w.batchData(product)))(t)
	// The same draw three times, then another: the second batch gets that one.
	again := slices.Concat(draw, draw, draw, []byte{0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12})
	second := must(rigged(bytes.NewReader(again)).CreateBatch(w.ctx, by(a), w.batchData(product)))(t)
	if second.ID == first.ID {
		t.Errorf("two batches have the code %s", first.ID)
	}
	// A source that always says the same must end in a clear error.
	d := w.batchData(product)
	_, err := rigged(bytes.NewReader(bytes.Repeat(draw, 100))).CreateBatch(w.ctx, by(a), d)
	wantErr(t, err, trace.ErrUnavailable)
	if _, err := rigged(bytes.NewReader(nil)).CreateBatch(w.ctx, by(a), d); err == nil {
		t.Error("a code was drawn from an empty source")
	}
	must(w.CreateBatch(w.ctx, by(a), d))(t) // nothing is left of the attempts
}

// TestDrawnCodeIsTakenMeanwhile repeats a request whose code another batch got
// before it could use it.
func TestDrawnCodeIsTakenMeanwhile(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	draw := []byte{0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc}
	ledger := func(store trace.Store, random io.Reader) *trace.Ledger {
		return trace.New(trace.Config{Store: store, Files: w.files, Keys: w.keys, Now: w.clock.now, Random: random})
	}
	// The first try draws the code, writes it down, and dies.
	mine := w.batchData(product)
	request := op(a, "key", "hash")
	faulty := &faultyStore{Store: w.store, kind: trace.KindClaims, at: 2}
	if _, err := ledger(faulty, bytes.NewReader(draw)).CreateBatch(w.ctx, request, mine); !errors.Is(err, errFault) {
		t.Fatalf("CreateBatch: %v, want the fault", err)
	}
	theirs := must(ledger(w.store, bytes.NewReader(draw)).CreateBatch(w.ctx, by(a), w.batchData(product)))(t)
	got := must(w.CreateBatch(w.ctx, request, mine))(t)
	if got.ID == theirs.ID || got.Data.Lot != mine.Lot {
		t.Errorf("the repeated request got %s, the other batch has %s", got.ID, theirs.ID)
	}
	if again := must(w.CreateBatch(w.ctx, request, mine))(t); again.ID != got.ID {
		t.Errorf("repeated once more it got %s, before %s", again.ID, got.ID)
	}
}

func TestGTINIsUnique(t *testing.T) {
	w := newWorld(t)
	a, b := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	with := func(actor trace.Actor, g gs1.GTIN) trace.Product {
		p := productData(actor.Producer)
		p.GTIN = g
		return p
	}
	first := must(w.CreateProduct(w.ctx, by(a), with(a, gtin(1))))(t)
	_, err := w.CreateProduct(w.ctx, by(b), with(b, gtin(1)))
	wantErr(t, err, trace.ErrConflict)
	wantFields(t, err, "gtin")
	second := must(w.CreateProduct(w.ctx, by(b), with(b, gtin(2))))(t)
	_, err = w.UpdateProduct(w.ctx, by(b), second.ID, with(b, gtin(1)))
	wantErr(t, err, trace.ErrConflict)
	must(w.UpdateProduct(w.ctx, by(a), first.ID, with(a, gtin(1))))(t) // keeping one's own
	must(w.UpdateProduct(w.ctx, by(a), first.ID, with(a, gs1.GTIN{})))(t)
	w.clock.pass(time.Minute)
	must(w.UpdateProduct(w.ctx, by(b), second.ID, with(b, gtin(1))))(t) // given up, so free

	var won atomic.Int32
	together(16, func(int) {
		_, err := w.CreateProduct(w.ctx, by(a), with(a, gtin(3)))
		if err == nil {
			won.Add(1)
		} else if !errors.Is(err, trace.ErrConflict) {
			t.Errorf("CreateProduct: %v", err)
		}
	})
	if won.Load() != 1 {
		t.Errorf("%d products got one GTIN", won.Load())
	}
}
