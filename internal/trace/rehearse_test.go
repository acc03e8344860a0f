package trace_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// TestChecksAgreeWithWrites holds each check against the write that it stands
// for: the same answer, word for word, and nothing is written.
func TestChecksAgreeWithWrites(t *testing.T) {
	w := newWorld(t)
	a, other := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	product := w.product(a)
	code := w.batch(a, product)
	lot := must(w.Batch(w.ctx, a, code))(w).Data.Lot
	withGTIN := productData(a.Producer)
	withGTIN.GTIN = gtin(7)
	must(w.CreateProduct(w.ctx, by(a), withGTIN))(w)

	badProduct, foreignProduct := productData(a.Producer), productData("nobody")
	badProduct.Name.VI, badProduct.Set = "", 99
	newBatch, sameLot, badBatch := w.batchData(product), w.batchData(product), w.batchData(product)
	sameLot.Lot = lot
	badBatch.Production, badBatch.Quantity.Unit = day("2027-01-01"), "KGM"
	unreleased := w.batchData(product, code)
	good, future := sample(t, code, "harvest"), sample(t, code, "harvest")
	future.Happened = start.Add(48 * time.Hour)
	unknownBatch := sample(t, "K7Q2M9XR4V", "packing")

	type pair struct {
		name         string
		check, write func(trace.Actor) error
	}
	var pairs []pair
	products := map[string]trace.Product{"product": productData(a.Producer), "taken GTIN": withGTIN, "bad product": badProduct, "product of nobody": foreignProduct}
	for name, p := range products {
		pairs = append(pairs, pair{name, func(by trace.Actor) error { return w.CheckProduct(w.ctx, by, p) },
			func(a trace.Actor) error { _, err := w.CreateProduct(w.ctx, by(a), p); return err }})
	}
	batches := map[string]trace.BatchData{"batch": newBatch, "taken lot": sameLot, "bad batch": badBatch, "unreleased input": unreleased}
	for name, d := range batches {
		pairs = append(pairs, pair{name, func(by trace.Actor) error { return w.CheckBatch(w.ctx, by, d) },
			func(a trace.Actor) error { _, err := w.CreateBatch(w.ctx, by(a), d); return err }})
	}
	records := map[string]trace.RecordData{"record": good, "future": future, "unknown batch": unknownBatch, "inspection": sample(t, code, "inspecting")}
	for name, d := range records {
		pairs = append(pairs, pair{name, func(by trace.Actor) error { return w.CheckRecord(w.ctx, by, d) },
			func(a trace.Actor) error { _, err := w.AddRecord(w.ctx, by(a), d); return err }})
	}
	unsent := sheet(product, code, row("Chì (Pb)", "mg/kg", "0,05"))
	typed, answering := unsent, unsent
	typed.Files, answering.Request = []trace.Digest{w.file(office)}, w.ask(a, lab, product, code)
	early := typed
	early.Issued = day("2027-01-01")
	tests := map[string]trace.TestData{"report": typed, "report of tomorrow": early, "report without its sheet": unsent, "answer": answering}
	for name, d := range tests {
		pairs = append(pairs, pair{name, func(by trace.Actor) error { return w.CheckTest(w.ctx, by, d) },
			func(a trace.Actor) error { _, err := w.AddTest(w.ctx, by(a), d); return err }})
	}
	entered := must(w.AddRecord(w.ctx, by(a), sample(t, code, "harvest")))(w)
	moved := sample(t, code, "packing")
	type correction struct {
		d      trace.RecordData
		reason string
	}
	corrections := map[string]correction{
		"correction": {good, "cân lại"}, "no reason": {good, " "}, "another kind": {moved, "nhầm"},
		"another batch": {unknownBatch, "nhầm"}, "later": {future, "nhầm giờ"},
	}
	for name, c := range corrections {
		d, reason := c.d, c.reason
		pairs = append(pairs, pair{name, func(by trace.Actor) error { return w.CheckCorrection(w.ctx, by, entered.ID, d, reason) },
			func(a trace.Actor) error { _, err := w.CorrectRecord(w.ctx, by(a), entered.ID, d, reason); return err }})
	}
	refused := 0
	for _, p := range pairs {
		for _, actor := range []trace.Actor{nobody, lab, admin, other, certifier, inspector, office, a} {
			before := count(t, w)
			checked := p.check(actor)
			if diff := cmp.Diff(before, count(t, w)); diff != "" {
				t.Errorf("the check of %q by %s writes:\n%s", p.name, actor.ID, diff)
			}
			written := p.write(actor)
			if written != nil {
				refused++
			}
			if said(checked) != said(written) {
				t.Errorf("%q by %s: the check says %q, the write %q", p.name, actor.ID, said(checked), said(written))
			}
		}
	}
	if refused == 0 || refused == len(pairs)*8 {
		t.Errorf("%d of the writes were refused: nothing was compared", refused)
	}
}

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// count is how many documents of each kind there are.
func count(t testing.TB, w *world) map[trace.Kind]int {
	n := map[trace.Kind]int{}
	for _, kind := range trace.Kinds() {
		n[kind] = len(heads(t, w.store, kind))
	}
	return n
}

// TestRemembering counts what is asked of the store, and holds that a failure
// is not remembered.
func TestRemembering(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	code := w.batch(a, w.product(a))
	asked := &countingStore{Store: w.store, fail: 1}
	l := w.over(asked).Remembering()
	if err := l.CheckRecord(w.ctx, a, sample(t, code, "harvest")); !errors.Is(err, trace.ErrUnavailable) {
		t.Fatalf("with the store away: %v", err)
	}
	for range 3 {
		if err := l.CheckRecord(w.ctx, a, sample(t, code, "harvest")); err != nil {
			t.Error(err)
		}
		err := l.CheckRecord(w.ctx, a, sample(t, "K7Q2M9XR4V", "harvest"))
		wantFields(t, err, "batch")
	}
	if asked.calls != 3 {
		t.Errorf("the store was asked %d times, want 3: a failure, the batch, the batch that is not there", asked.calls)
	}
}

// A countingStore counts the heads that it is asked for and fails the first.
type countingStore struct {
	trace.Store
	calls, fail int
}

func (s *countingStore) Head(ctx context.Context, kind trace.Kind, id string) (trace.Revision, error) {
	s.calls++
	if s.calls <= s.fail {
		return trace.Revision{}, errFault
	}
	return s.Store.Head(ctx, kind, id)
}
