package trace_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

// pressRuns stands for the print orders of another package.
const pressRuns trace.Kind = "pressruns"

type pressRun struct {
	Batch         string
	Given, Active int
}

func (pressRun) DocumentKind() trace.Kind { return pressRuns }
func (r pressRun) DocumentRefs() []string { return []string{trace.BatchTerm(r.Batch)} }

type pressed struct{}

func (pressed) StampKind() trace.Kind { return pressRuns }
func (pressed) StampsIn(r trace.Revision) (string, trace.StampCount, error) {
	var run pressRun
	err := json.Unmarshal(r.Body, &run)
	return run.Batch, trace.StampCount{Given: run.Given, Active: run.Active}, err
}

// withStamps gives the world a ledger that counts stamps.
func (w *world) withStamps() *trace.Ledger {
	return trace.New(trace.Config{Store: w.store, Files: w.files, Keys: w.keys, Stamps: pressed{}, Now: w.clock.now, Random: newSource()})
}

func (w *world) press(code string, given, active int) string {
	w.Helper()
	return must(trace.Create(w.ctx, w.Ledger, by(office), "", pressRun{code, given, active}))(w).ID
}

// ship records that goods of a batch went out.
func (w *world) ship(a trace.Actor, code, recipient, destination, quantity string) string {
	w.Helper()
	return must(w.AddRecord(w.ctx, by(a), trace.RecordData{
		Batch: code, Kind: "shipping", Happened: w.clock.now(),
		Shipping: &trace.Shipping{Recipient: recipient, Destination: destination, Quantity: kg(quantity), Document: "PX-1"},
	}))(w).ID
}

// TestOutreach follows goods into other batches, shops and stamps.
func TestOutreach(t *testing.T) {
	w := newWorld(t)
	own, buyer := w.producer("HTX Mây Trắng"), w.producer("Công ty Chè")
	product, theirs := w.product(own), w.product(buyer)
	a := w.released(own, product)
	b := w.released(own, product, a)
	c := w.released(buyer, theirs, b, a)
	open := w.batch(buyer, theirs, c)
	w.press(a, 500, 400)
	w.press(a, 100, 100)
	w.press(c, 70, 60)
	w.ship(own, a, "Siêu thị Xanh", "Hà Nội", "1.5")
	w.clock.pass(time.Minute)
	w.ship(own, b, "Siêu thị Xanh", "Hà Nội", "2.25")
	w.clock.pass(time.Minute)
	gone := w.ship(own, b, "Nhầm", "Huế", "9")
	must(w.RetractRecord(w.ctx, by(own), gone, "ghi nhầm lô"))(t)
	w.ship(buyer, c, "Chợ Tam Cờ", "Tuyên Quang", "7")

	l := w.withStamps()
	type seen struct {
		Depths  map[string]int
		Stamps  trace.StampCount
		Outlets []string
	}
	look := func(by trace.Actor, code string) seen {
		t.Helper()
		out := must(l.Outreach(w.ctx, by, code))(t)
		s := seen{Depths: map[string]int{}, Stamps: out.Stamps}
		for _, b := range out.Batches {
			s.Depths[b.Code] = b.Depth
		}
		for _, o := range out.Outlets {
			s.Outlets = append(s.Outlets, fmt.Sprintf("%s, %s: %d batches, %v", o.Recipient, o.Destination, o.Batches, o.Quantities))
		}
		return s
	}
	market, shop := "Chợ Tam Cờ, Tuyên Quang: 1 batches, [{7 KGM}]", "Siêu thị Xanh, Hà Nội: 2 batches, [{3.75 KGM}]"
	whole := seen{map[string]int{a: 0, b: 1, c: 1, open: 2}, trace.StampCount{Given: 670, Active: 560}, []string{market, shop}}
	for _, tt := range []struct {
		name string
		by   trace.Actor
		code string
		want seen
	}{
		{"an inspector sees everything", inspector, a, whole},
		{"the producer sees stamps and shops of its own", own, a, seen{map[string]int{a: 0, b: 1, c: 1}, trace.StampCount{Given: 600, Active: 500}, []string{shop}}},
		{"the buyer follows its own", buyer, c, seen{map[string]int{c: 0, open: 1}, trace.StampCount{Given: 70, Active: 60}, []string{market}}},
	} {
		if diff := cmp.Diff(tt.want, look(tt.by, tt.code)); diff != "" {
			t.Errorf("%s, -want +got:\n%s", tt.name, diff)
		}
	}
	_, err := l.Outreach(w.ctx, buyer, a)
	wantErr(t, err, trace.ErrNotFound)
}

// TestOutreachFollowsWhatOthersWrite changes everything that an outreach tells
// through another ledger over the same store, as another replica would.
func TestOutreachFollowsWhatOthersWrite(t *testing.T) {
	w := newWorld(t)
	own := w.producer("HTX Mây Trắng")
	product := w.product(own)
	a, other := w.released(own, product), w.released(own, product)
	replica := w.withStamps()
	total := func() (codes []string, stamps, outlets int) {
		t.Helper()
		out := must(replica.Outreach(w.ctx, inspector, a))(t)
		for _, b := range out.Batches {
			codes = append(codes, b.Code)
		}
		return codes, out.Stamps.Given, len(out.Outlets)
	}
	want := func(what string, codes []string, stamps, outlets int) {
		t.Helper()
		gotCodes, gotStamps, gotOutlets := total()
		if !slices.Equal(gotCodes, codes) || gotStamps != stamps || gotOutlets != outlets {
			t.Errorf("%s: %v, %d stamps, %d outlets; want %v, %d, %d", what, gotCodes, gotStamps, gotOutlets, codes, stamps, outlets)
		}
	}
	want("at first", []string{a}, 0, 0)
	b := w.batch(own, product, a)
	want("a batch made of it", []string{a, b}, 0, 0)
	w.press(b, 10, 10)
	want("its stamps", []string{a, b}, 10, 0)
	record := w.ship(own, b, "Siêu thị", "Hà Nội", "1")
	want("its shipment", []string{a, b}, 10, 1)
	must(w.RetractRecord(w.ctx, by(own), record, "nhầm"))(t)
	want("the shipment retracted", []string{a, b}, 10, 0)
	data := must(w.Batch(w.ctx, own, b))(t).Data.BatchData
	data.Inputs = []trace.Input{{Batch: other, Quantity: kg("1")}}
	must(w.UpdateBatch(w.ctx, by(own), b, data, ""))(t)
	want("made of something else after all", []string{a}, 0, 0)
	w.clock.pass(time.Hour)
	data.Inputs = append(data.Inputs, trace.Input{Batch: a, Quantity: kg("1")})
	must(w.UpdateBatch(w.ctx, by(own), b, data, ""))(t)
	want("made of both, an hour later", []string{a, b}, 10, 0)
}

// A racingStore runs something else right before the first insert of a batch.
type racingStore struct {
	trace.Store
	first func()
}

func (s *racingStore) Insert(ctx context.Context, r trace.Revision) error {
	if do := s.first; do != nil && r.Kind == trace.KindBatches {
		s.first = nil
		do()
	}
	return s.Store.Insert(ctx, r)
}

// TestLoopBetweenCorrections closes a loop through three batches by two
// corrections of which neither sees the other before it is written.
func TestLoopBetweenCorrections(t *testing.T) {
	w := newWorld(t)
	own := w.producer("HTX Mây Trắng")
	product := w.product(own)
	a := w.released(own, product)
	b := w.released(own, product, a)
	c := w.released(own, product)
	d := w.released(own, product, c)
	add := func(l *trace.Ledger, code, input string) error {
		data := must(w.Batch(w.ctx, own, code))(t).Data.BatchData
		data.Inputs = append(data.Inputs, trace.Input{Batch: input, Quantity: kg("1")})
		_, err := l.UpdateBatch(w.ctx, by(own), code, data, "bổ sung")
		return err
	}
	// A → B exists, and C → D; now B → C and D → A at once.
	store := &racingStore{Store: w.store, first: func() {
		if err := add(w.Ledger, c, b); err != nil {
			t.Errorf("the faster correction: %v", err)
		}
	}}
	err := add(w.over(store), a, d)
	wantFields(t, err, "inputs[0].batch")
	if got := w.state(a); len(got.Inputs) != 0 || got.Correction == "" {
		t.Errorf("the loop stays: inputs %v, correction %q", got.Inputs, got.Correction)
	}
	if got := w.state(c).Inputs; len(got) != 1 || got[0].Batch != b {
		t.Errorf("the faster correction is gone: %v", got)
	}
	if got := must(w.Reach(w.ctx, inspector, a))(t); len(got) != 3 {
		t.Errorf("A reaches %d batches, want B, C and D", len(got))
	}
}

// TestBalance compares what went in and out.
func TestBalance(t *testing.T) {
	w := newWorld(t)
	own, buyer := w.producer("HTX Mây Trắng"), w.producer("Công ty Chè")
	product, theirs := w.product(own), w.product(buyer)
	quantity := func(value, unit string) trace.Quantity {
		return trace.Quantity{Value: trace.Decimal(value), Unit: unit}
	}
	made := func(a trace.Actor, product string, quantity trace.Quantity, inputs ...trace.Input) string {
		t.Helper()
		d := w.batchData(product)
		d.Quantity, d.Inputs = quantity, inputs
		code := must(w.CreateBatch(w.ctx, by(a), d))(t).ID
		w.move(a, code, trace.BatchReleased)
		return code
	}
	leaves := made(own, product, quantity("1", "TNE"))
	tea := made(own, product, quantity("200", "KGM"), trace.Input{Batch: leaves, Quantity: quantity("8", "DTN")})
	type result struct {
		Inputs, Used trace.Quantity
		Unlike       int
		Kinds        []string
	}
	look := func(by trace.Actor, code string) result {
		t.Helper()
		b := must(w.Balance(w.ctx, by, code))(t)
		r := result{Inputs: b.Inputs, Used: b.Used, Unlike: b.Unlike}
		for _, warning := range b.Warnings {
			r.Kinds = append(r.Kinds, warning.Kind)
			if warning.Message.VI == "" || warning.Message.EN == "" {
				t.Errorf("a warning without words: %+v", warning)
			}
		}
		return r
	}
	want := func(what string, got, want result) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", what, diff)
		}
	}
	want("leaves of which 8 tạ were used", look(own, leaves), result{Used: quantity("0.8", "TNE")})
	want("tea that lost water", look(own, tea), result{Inputs: quantity("800", "KGM")})
	made(own, product, quantity("30", "YEN"), trace.Input{Batch: leaves, Quantity: quantity("250", "KGM")})
	want("more taken than there is", look(inspector, leaves), result{Used: quantity("1.05", "TNE"), Kinds: []string{trace.Overused}})

	swollen := made(own, product, quantity("300", "KGM"), trace.Input{Batch: tea, Quantity: quantity("150", "KGM")})
	want("more made than went in", look(own, swollen), result{Inputs: quantity("150", "KGM"), Kinds: []string{trace.Overproduced}})
	must(w.AddRecord(w.ctx, by(own), trace.RecordData{
		Batch: swollen, Kind: "receiving", Happened: w.clock.now(),
		Receiving: &trace.Receiving{Supplier: "HTX Bản Mới", Quantity: quantity("2", "DTN"), Document: "PN-1"},
	}))(t)
	want("the rest was bought", look(own, swollen), result{Inputs: quantity("350", "KGM")})

	boxes := made(buyer, theirs, quantity("40", "XBX"), trace.Input{Batch: tea, Quantity: quantity("10", "KGM")})
	want("boxes do not convert", look(buyer, boxes), result{Unlike: 1})
	_, err := w.Balance(w.ctx, buyer, tea)
	wantErr(t, err, trace.ErrNotFound)
}

// BenchmarkOutreach follows a recall through a graph of 100,000 batches on
// SQLite: each batch but the first ones was made from two others, has a print
// order and a shipment. The first use, which reads them all, is told apart.
func BenchmarkOutreach(b *testing.B) {
	const batches = 99_999 // and the root
	store := manyBatches(b, batches)
	now := start.Add(24 * time.Hour)
	w := newWorld(b)
	l := trace.New(trace.Config{Store: store, Files: w.files, Keys: w.keys, Stamps: pressed{}, Now: func() time.Time { return now }})
	root := manyCode(0)
	begun := time.Now()
	out := must(l.Outreach(b.Context(), inspector, root))(b)
	built := time.Since(begun)
	if len(out.Batches) != batches+1 || out.Stamps.Given != 100*(batches+1) || len(out.Outlets) != 500 {
		b.Fatalf("%d batches, %d stamps, %d outlets", len(out.Batches), out.Stamps.Given, len(out.Outlets))
	}
	for b.Loop() {
		if _, err := l.Outreach(b.Context(), inspector, root); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(built.Seconds(), "s/build")
}

func manyCode(n int) string { return fmt.Sprintf("LO%08d", n) }

// manyBatches fills a store with a graph of batches, print orders and shipments.
func manyBatches(b *testing.B, n int) trace.Store {
	b.Helper()
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "many.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	put := func(kind trace.Kind, id string, refs []string, v any) {
		body, err := json.Marshal(v)
		if err != nil {
			b.Fatal(err)
		}
		if err := store.Insert(b.Context(), trace.Revision{Kind: kind, ID: id, Number: 1, Created: start, At: start, By: "x", Refs: refs, Body: body}); err != nil {
			b.Fatal(err)
		}
	}
	for i := range n + 1 {
		batch := trace.Batch{Producer: "p", State: trace.BatchReleased}
		batch.Product, batch.Lot, batch.Quantity = "q", lotNumber(fmt.Sprint("L", i)), kg("100")
		for _, from := range []int{(i - 1) / 3, i / 2} { // wide, and ever deeper
			if i > 0 && (len(batch.Inputs) == 0 || batch.Inputs[0].Batch != manyCode(from)) && from < i {
				batch.Inputs = append(batch.Inputs, trace.Input{Batch: manyCode(from), Quantity: kg("10")})
			}
		}
		put(trace.KindBatches, manyCode(i), batch.DocumentRefs(), batch)
		put(pressRuns, manyCode(i)+"-1", nil, pressRun{manyCode(i), 100, 90})
		record := trace.Record{RecordData: trace.RecordData{Batch: manyCode(i), Kind: "shipping", Happened: start}}
		record.Shipping = &trace.Shipping{Recipient: fmt.Sprint("Cửa hàng ", i%500), Destination: "Hà Nội", Quantity: kg("2.5"), Document: "PX"}
		put(trace.KindRecords, fmt.Sprint("r", i), record.DocumentRefs(), record)
	}
	return store
}

// TestOutreachBeforeAllIsRead compares what a ledger that has read nothing yet
// says of a small family with what it says once it knows all batches, which a
// family too large to be followed makes it read.
func TestOutreachBeforeAllIsRead(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	open := func(inputs ...string) string {
		d := w.batchData(product)
		for _, in := range inputs {
			d.Inputs = append(d.Inputs, trace.Input{Batch: in, Quantity: trace.Quantity{Value: "1", Unit: "KGM"}})
		}
		code := must(w.CreateBatch(w.ctx, by(a), d))(t).ID
		must(w.MoveBatch(w.ctx, by(a), code, trace.Transition{To: trace.BatchReleased}))(t)
		return code
	}
	small := open()
	child := open(small)
	open(child)
	open(child, small)
	large := open()
	for range 310 {
		open(large)
	}
	ledger := w.over(w.store)
	before := must(ledger.Outreach(w.ctx, office, small))(t)
	if len(before.Batches) != 4 {
		t.Errorf("%d batches, want 4", len(before.Batches))
	}
	if all := must(ledger.Outreach(w.ctx, office, large))(t); len(all.Batches) != 311 {
		t.Errorf("%d batches, want 311", len(all.Batches))
	}
	if diff := cmp.Diff(before.Batches, must(ledger.Outreach(w.ctx, office, small))(t).Batches); diff != "" {
		t.Errorf("once all is read: %s", diff)
	}
}
