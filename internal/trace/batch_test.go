package trace_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

var states = []trace.BatchState{trace.BatchOpen, trace.BatchReleased, trace.BatchHeld, trace.BatchClosed, trace.BatchRecalled}

// inState brings a new batch of the producer into a state. A hold is put on by
// holder.
func (w *world) inState(a trace.Actor, product string, s trace.BatchState, holder trace.Actor) string {
	w.Helper()
	code := w.batch(a, product)
	if s == trace.BatchOpen {
		return code
	}
	w.move(a, code, trace.BatchReleased)
	switch s {
	case trace.BatchHeld:
		w.move(holder, code, s)
	case trace.BatchClosed, trace.BatchRecalled:
		w.move(a, code, s)
	}
	return code
}

// TestTransitions tries every state after every state, by everybody.
func TestTransitions(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	other := w.producer("HTX Khác")
	yes := map[[2]trace.BatchState]bool{
		{trace.BatchOpen, trace.BatchReleased}:     true,
		{trace.BatchReleased, trace.BatchHeld}:     true,
		{trace.BatchReleased, trace.BatchClosed}:   true,
		{trace.BatchReleased, trace.BatchRecalled}: true,
		{trace.BatchHeld, trace.BatchReleased}:     true,
		{trace.BatchHeld, trace.BatchClosed}:       true,
		{trace.BatchHeld, trace.BatchRecalled}:     true,
		{trace.BatchClosed, trace.BatchRecalled}:   true,
	}
	want := func(actor trace.Actor, from, to trace.BatchState) error {
		authority := actor.Role == trace.Inspector || actor.Role == trace.Office
		switch {
		case to == trace.BatchOpen:
			return trace.ErrInvalid
		case actor.ID == a.ID: // the hold is its own
		case authority && to == trace.BatchHeld:
			if from == trace.BatchHeld {
				return nil // takes over the producer's hold
			}
		case authority, actor.Role == trace.Certifier, actor.Role == trace.Administrator:
			return trace.ErrForbidden
		default:
			return trace.ErrNotFound
		}
		if !yes[[2]trace.BatchState{from, to}] {
			return trace.ErrConflict
		}
		return nil
	}
	for _, actor := range []trace.Actor{a, office, inspector, certifier, admin, lab, other, nobody} {
		for _, from := range states {
			code := w.inState(a, product, from, a)
			for _, to := range states {
				if asked := actor.MayMove(w.state(code), to); to != trace.BatchOpen && !errors.Is(asked, want(actor, from, to)) {
					t.Errorf("may %s move a batch from %s to %s? %v", actor.ID, from, to, asked)
				}
				got, err := w.MoveBatch(w.ctx, by(actor), code, trace.Transition{To: to, Reason: "lý do"})
				if wanted := want(actor, from, to); !errors.Is(err, wanted) {
					t.Errorf("%s moves a batch from %s to %s: %v, want %v", actor.ID, from, to, err, wanted)
				}
				if err != nil {
					continue
				}
				if b := got.Data; b.State != to || b.StateBy != actor.Role || b.StateOrg != actor.Organisation || b.FirstReleased.IsZero() {
					t.Errorf("%s moved a batch from %s to %s: %+v", actor.ID, from, to, b)
				}
				code = w.inState(a, product, from, a)
			}
		}
	}
}

func TestNextAgreesWithWhatIsAllowed(t *testing.T) {
	for s, want := range map[trace.BatchState]int{
		trace.BatchOpen: 1, trace.BatchReleased: 3, trace.BatchHeld: 3, trace.BatchClosed: 1, trace.BatchRecalled: 0,
	} {
		if got := len(s.Next()); got != want || s.Name().VI == "" || s.Published() != (s != trace.BatchOpen) {
			t.Errorf("%s has %d next states, want %d; name %v, published %v", s, got, want, s.Name(), s.Published())
		}
	}
}

func TestMoveNeedsAKnownStateAndAReason(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	code := w.released(a, w.product(a))
	for _, tt := range []struct {
		move trace.Transition
		want []string
	}{
		{trace.Transition{To: "sold"}, []string{"to"}},
		{trace.Transition{}, []string{"to"}},
		{trace.Transition{To: trace.BatchHeld}, []string{"reason"}},
		{trace.Transition{To: trace.BatchRecalled, Reason: "\u200b "}, []string{"reason"}},
		{trace.Transition{To: trace.BatchHeld, Reason: long(2001)}, []string{"reason"}},
	} {
		_, err := w.MoveBatch(w.ctx, by(a), code, tt.move)
		wantFields(t, err, tt.want...)
	}
	_, err := w.MoveBatch(w.ctx, by(a), "K7Q2M9XR4V", trace.Transition{To: trace.BatchClosed})
	wantErr(t, err, trace.ErrNotFound)
}

func TestHoldOfAnAuthority(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	hold := trace.Transition{To: trace.BatchHeld, Reason: "nghi nhiễm khuẩn"}
	for _, authority := range []trace.Actor{inspector, office} {
		for _, ownFirst := range []bool{false, true} {
			code := w.released(a, product)
			if ownFirst { // a hold of its own does not shield the producer
				w.move(a, code, trace.BatchHeld)
			}
			must(w.MoveBatch(w.ctx, by(authority), code, hold))(t)
			_, err := w.MoveBatch(w.ctx, by(authority), code, hold)
			wantErr(t, err, trace.ErrConflict)
			for _, to := range []trace.BatchState{trace.BatchReleased, trace.BatchClosed, trace.BatchHeld} {
				_, err := w.MoveBatch(w.ctx, by(a), code, trace.Transition{To: to, Reason: "lý do"})
				wantErr(t, err, trace.ErrForbidden)
			}
			if ownFirst {
				w.move(a, code, trace.BatchRecalled) // more caution is always allowed
				continue
			}
			stranger := trace.Actor{ID: "stranger", Role: authority.Role, Organisation: "Cơ quan khác"}
			_, err = w.MoveBatch(w.ctx, by(stranger), code, trace.Transition{To: trace.BatchReleased})
			wantErr(t, err, trace.ErrForbidden)
			w.move(authority, code, trace.BatchReleased)
			w.move(a, code, trace.BatchHeld) // its own hold again
			_, err = w.MoveBatch(w.ctx, by(authority), code, trace.Transition{To: trace.BatchReleased})
			wantErr(t, err, trace.ErrForbidden)
			w.move(a, code, trace.BatchReleased)
		}
	}
}

func TestBatchInput(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	input, open := w.released(a, product), w.batch(a, product)
	service := must(w.CreateProduct(w.ctx, by(a), func() trace.Product {
		p := productData(a.Producer)
		p.Set = 26
		return p
	}()))(t).ID
	for _, tt := range []struct {
		name   string
		change func(*trace.BatchData)
		want   []string
	}{
		{"as it is", func(*trace.BatchData) {}, nil},
		{"the least", func(d *trace.BatchData) { d.Packing, d.Expiry = trace.Date{}, trace.Date{} }, nil},
		{"all on one day", func(d *trace.BatchData) { d.Packing, d.Expiry = d.Production, d.Production }, nil},
		{"nothing", func(d *trace.BatchData) { *d = trace.BatchData{} }, []string{"product", "lot", "quantity", "production"}},
		{"expiry before production", func(d *trace.BatchData) { d.Packing, d.Expiry = trace.Date{}, day("2026-09-30") }, []string{"expiry"}},
		{"expiry before packing", func(d *trace.BatchData) { d.Expiry = day("2026-10-04") }, []string{"expiry"}},
		{"packing before production", func(d *trace.BatchData) { d.Packing = day("2026-09-30") }, []string{"packing"}},
		{"production tomorrow", func(d *trace.BatchData) {
			*d = trace.BatchData{Product: product, Lot: d.Lot, Quantity: kg("1"), Production: day("2026-11-16")}
		}, []string{"production"}},
		{"production today", func(d *trace.BatchData) { d.Production, d.Packing = day("2026-11-15"), day("2026-11-15") }, nil},
		{"no amount", func(d *trace.BatchData) { d.Quantity = kg("0") }, []string{"quantity.value"}},
		{"negative amount", func(d *trace.BatchData) { d.Quantity = kg("-1") }, []string{"quantity.value"}},
		{"no number", func(d *trace.BatchData) { d.Quantity = kg("nhiều") }, []string{"quantity.value"}},
		{"unit alone", func(d *trace.BatchData) { d.Quantity = trace.Quantity{Unit: "KGM"} }, []string{"quantity.value"}},
		{"unknown unit", func(d *trace.BatchData) { d.Quantity.Unit = "XYZ" }, []string{"quantity.unit"}},
		{"no unit", func(d *trace.BatchData) { d.Quantity.Unit = "" }, []string{"quantity.unit"}},
		{"unknown product", func(d *trace.BatchData) { d.Product = "nothing" }, []string{"product"}},
		{"a service", func(d *trace.BatchData) { d.Product = service }, []string{"product"}},
		{"long note", func(d *trace.BatchData) { d.Note = long(2001) }, []string{"note"}},
		{"released input", func(d *trace.BatchData) { d.Inputs = []trace.Input{{Batch: input, Quantity: kg("1")}} }, nil},
		{"open input", func(d *trace.BatchData) { d.Inputs = []trace.Input{{Batch: open, Quantity: kg("1")}} }, []string{"inputs[0].batch"}},
		{"unknown input", func(d *trace.BatchData) {
			d.Inputs = []trace.Input{{Batch: input, Quantity: kg("1")}, {Batch: unused(t), Quantity: kg("1")}}
		}, []string{"inputs[1].batch"}},
		{"mistyped input", func(d *trace.BatchData) { d.Inputs = []trace.Input{{Batch: "K7Q2M9XR4W", Quantity: kg("1")}} }, []string{"inputs[0].batch"}},
		{"input without amount", func(d *trace.BatchData) { d.Inputs = []trace.Input{{Batch: input}} }, []string{"inputs[0].quantity"}},
		{"input twice", func(d *trace.BatchData) {
			lower := must(stamp.ParseBatchCode(input))(t).Display()
			d.Inputs = []trace.Input{{Batch: input, Quantity: kg("1")}, {Batch: lower, Quantity: kg("1")}}
		}, []string{"inputs[1].batch"}},
		{"too many inputs", func(d *trace.BatchData) { d.Inputs = make([]trace.Input, 101) }, []string{"inputs"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := w.batchData(product)
			tt.change(&d)
			before := len(heads(t, w.store, trace.KindBatches))
			_, err := w.CreateBatch(w.ctx, by(a), d)
			wantFields(t, err, tt.want...)
			if err != nil && tt.want == nil {
				t.Error(err)
			}
			if after := len(heads(t, w.store, trace.KindBatches)); (after > before) != (tt.want == nil) {
				t.Errorf("%d batches became %d", before, after)
			}
		})
	}
}

// unused is a batch code that no batch has.
func unused(t testing.TB) string {
	t.Helper()
	code := must(stamp.NewBatchCode(bytes.NewReader(bytes.Repeat([]byte{0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc}, 40))))(t)
	return code.String()
}

func TestInputsAreStoredInOneForm(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	input := w.released(a, product)
	d := w.batchData(product, must(stamp.ParseBatchCode(input))(t).Display())
	given := d.Inputs[0].Batch
	b := must(w.CreateBatch(w.ctx, by(a), d))(t)
	if got := b.Data.Inputs[0].Batch; got != input {
		t.Errorf("the input %s is stored as %s", input, got)
	}
	if d.Inputs[0].Batch != given {
		t.Error("the caller's input was changed")
	}
}

func TestUpdateBatch(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	b := must(w.CreateBatch(w.ctx, by(a), w.batchData(product)))(t)
	d := b.Data.BatchData
	d.Lot, d.Quantity = lotNumber("KHAC-1"), kg("99")
	if got := must(w.UpdateBatch(w.ctx, by(a), b.ID, d, ""))(t); got.Revision != 2 || got.Data.Lot != d.Lot || got.Data.Quantity != d.Quantity {
		t.Errorf("an open batch was changed into %+v", got)
	}
	w.move(a, b.ID, trace.BatchReleased)
	d.Quantity = kg("98")
	_, err := w.UpdateBatch(w.ctx, by(a), b.ID, d, " ")
	wantFields(t, err, "reason")
	moved := d
	moved.Lot, moved.Product = lotNumber("KHAC-2"), w.product(a)
	_, err = w.UpdateBatch(w.ctx, by(a), b.ID, moved, "nhầm")
	wantFields(t, err, "product", "lot")
	got := must(w.UpdateBatch(w.ctx, by(a), b.ID, d, "cân lại"))(t)
	if got.Data.Correction != "cân lại" || got.Data.Quantity != kg("98") || got.Data.State != trace.BatchReleased {
		t.Errorf("corrected with a reason it is %+v", got.Data)
	}
	history := must(w.BatchHistory(w.ctx, a, b.ID))(t)
	if len(history) != 4 || history[0].Data.Quantity != kg("120") {
		t.Errorf("%d revisions, the first %+v", len(history), history[0].Data)
	}
	for actor, want := range map[trace.Actor]error{office: trace.ErrForbidden, inspector: trace.ErrForbidden, lab: trace.ErrNotFound, w.producer("HTX Khác"): trace.ErrNotFound} {
		_, err := w.UpdateBatch(w.ctx, by(actor), b.ID, d, "cân lại")
		wantErr(t, err, want)
	}
	stale := by(a)
	stale.If = 3
	_, err = w.UpdateBatch(w.ctx, stale, b.ID, d, "cân lại")
	wantErr(t, err, trace.ErrStale)
}

// TestRecallCannotBeEditedAway: what went into a published batch stays its
// input, so that a recall of the input reaches it.
func TestRecallCannotBeEditedAway(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	first, second := w.released(a, product), w.released(a, product)
	with := func(d trace.BatchData, codes ...string) trace.BatchData {
		d.Inputs = nil
		for _, code := range codes {
			d.Inputs = append(d.Inputs, trace.Input{Batch: code, Quantity: kg("4")})
		}
		return d
	}
	b := must(w.CreateBatch(w.ctx, by(a), w.batchData(product, first)))(t)
	open := with(b.Data.BatchData) // before the release a slip can be undone
	must(w.UpdateBatch(w.ctx, by(a), b.ID, open, ""))(t)
	must(w.UpdateBatch(w.ctx, by(a), b.ID, with(open, first), ""))(t)
	w.move(a, b.ID, trace.BatchReleased)
	for _, codes := range [][]string{nil, {second}} {
		_, err := w.UpdateBatch(w.ctx, by(a), b.ID, with(open, codes...), "lý do")
		wantFields(t, err, "inputs")
	}
	nothing := with(open, first)
	nothing.Inputs[0].Quantity = kg("0")
	_, err := w.UpdateBatch(w.ctx, by(a), b.ID, nothing, "lý do")
	wantFields(t, err, "inputs[0].quantity.value")
	more := with(open, second, first)
	more.Expiry = day("2029-01-01")
	got := must(w.UpdateBatch(w.ctx, by(a), b.ID, more, "cân lại"))(t)
	if diff := cmp.Diff(more, got.Data.BatchData); diff != "" {
		t.Errorf("an input was added, -want +got:\n%s", diff)
	}
	if reach := must(w.Reach(w.ctx, inspector, first))(t); len(reach) != 1 || reach[0].Batch.ID != b.ID {
		t.Errorf("a recall of the input reaches %+v", reach)
	}
}

// TestDataStandsStillUnderAMeasure: a recalled batch, or one that an authority
// holds, keeps its data, down to the note.
func TestDataStandsStillUnderAMeasure(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	for _, tt := range []struct {
		state  trace.BatchState
		holder trace.Actor
		want   error
	}{
		{trace.BatchReleased, a, nil}, {trace.BatchClosed, a, nil}, {trace.BatchHeld, a, nil},
		{trace.BatchHeld, inspector, trace.ErrConflict}, {trace.BatchHeld, office, trace.ErrConflict},
		{trace.BatchRecalled, a, trace.ErrConflict},
	} {
		code := w.inState(a, product, tt.state, tt.holder)
		d := must(w.Batch(w.ctx, a, code))(t).Data.BatchData
		d.Note = "ghi chú"
		if _, err := w.UpdateBatch(w.ctx, by(a), code, d, "lý do"); tt.want != nil {
			wantErr(t, err, tt.want)
		} else if err != nil {
			t.Errorf("%s by %s: %v", tt.state, tt.holder.ID, err)
		}
	}
	code := w.inState(a, product, trace.BatchHeld, inspector)
	w.move(inspector, code, trace.BatchReleased)
	d := must(w.Batch(w.ctx, a, code))(t).Data.BatchData
	must(w.UpdateBatch(w.ctx, by(a), code, d, "lý do"))(t) // the hold is lifted
}

func TestBatchByLot(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	p := productData(a.Producer)
	p.GTIN = gtin(1)
	product := must(w.CreateProduct(w.ctx, by(a), p))(t).ID
	b := must(w.CreateBatch(w.ctx, by(a), w.batchData(product)))(t)
	if got, err := w.BatchByLot(w.ctx, p.GTIN, b.Data.Lot); err != nil || got != b.ID {
		t.Errorf("BatchByLot = %q, %v, want %s", got, err, b.ID)
	}
	_, err := w.BatchByLot(w.ctx, gtin(2), b.Data.Lot)
	wantErr(t, err, trace.ErrNotFound)
	_, err = w.BatchByLot(w.ctx, p.GTIN, lotNumber("KHONG-CO"))
	wantErr(t, err, trace.ErrNotFound)
	d := b.Data.BatchData
	d.Lot = lotNumber("MOI")
	must(w.UpdateBatch(w.ctx, by(a), b.ID, d, ""))(t)
	_, err = w.BatchByLot(w.ctx, p.GTIN, b.Data.Lot) // no longer its number
	wantErr(t, err, trace.ErrNotFound)
}

func TestProductByGTIN(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	p := productData(a.Producer)
	p.GTIN = gtin(1)
	product := must(w.CreateProduct(w.ctx, by(a), p))(t)
	got, err := w.ProductByGTIN(w.ctx, p.GTIN)
	if diff := cmp.Diff(product, got); err != nil || diff != "" {
		t.Errorf("ProductByGTIN: %v, -want +got:\n%s", err, diff)
	}
	_, err = w.ProductByGTIN(w.ctx, gtin(2))
	wantErr(t, err, trace.ErrNotFound)
	must(w.UpdateProduct(w.ctx, by(a), product.ID, productData(a.Producer)))(t)
	_, err = w.ProductByGTIN(w.ctx, p.GTIN) // given up
	wantErr(t, err, trace.ErrNotFound)
}

func TestBatchIsFoundByAnyFormOfItsCode(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	code := w.released(a, w.product(a))
	display := must(stamp.ParseBatchCode(code))(t).Display()
	for _, form := range []string{code, display, " " + display, string(bytes.ToLower([]byte(code)))} {
		if got, err := w.Batch(w.ctx, a, form); err != nil || got.ID != code {
			t.Errorf("Batch(%q) = %s, %v", form, got.ID, err)
		}
		if got, err := w.Dossier(w.ctx, form); err != nil || got.Batch.ID != code {
			t.Errorf("Dossier(%q): %v", form, err)
		}
	}
	for _, form := range []string{"", "x", "\x00", long(500)} {
		_, err := w.Batch(w.ctx, a, form)
		wantErr(t, err, trace.ErrNotFound)
	}
}

// TestReachOverADiamond: A went into B and C, both into D, D into E.
func TestReachOverADiamond(t *testing.T) {
	w := newWorld(t)
	own, buyer := w.producer("HTX Mây Trắng"), w.producer("Công ty Chè")
	product, theirs := w.product(own), w.product(buyer)
	a := w.released(own, product)
	b, c := w.released(own, product, a), w.released(own, product, a)
	d := w.released(buyer, theirs, b, c, a)
	e := w.batch(buyer, theirs, d) // still open
	reach := func(actor trace.Actor, code string) map[string]int {
		t.Helper()
		found := map[string]int{}
		for _, r := range must(w.Reach(w.ctx, actor, code))(t) {
			found[r.Batch.ID] = r.Depth
		}
		return found
	}
	for _, tt := range []struct {
		by   trace.Actor
		code string
		want map[string]int
	}{
		{inspector, a, map[string]int{b: 1, c: 1, d: 1, e: 2}},
		{own, a, map[string]int{b: 1, c: 1, d: 1}}, // the buyer's open batch is the buyer's
		{buyer, d, map[string]int{e: 1}},
		{office, e, map[string]int{}},
	} {
		if diff := cmp.Diff(tt.want, reach(tt.by, tt.code)); diff != "" {
			t.Errorf("reach of %s for %s, -want +got:\n%s", tt.code, tt.by.ID, diff)
		}
	}
	_, err := w.Reach(w.ctx, buyer, a) // published, but not the buyer's to ask
	wantErr(t, err, trace.ErrNotFound)

	for code, input := range map[string]string{a: a, b: d} {
		data := must(w.Batch(w.ctx, own, code))(t).Data.BatchData
		data.Inputs = append(data.Inputs, trace.Input{Batch: input, Quantity: kg("1")})
		_, err := w.UpdateBatch(w.ctx, by(own), code, data, "lý do")
		wantFields(t, err, fmt.Sprintf("inputs[%d].batch", len(data.Inputs)-1))
	}
	// A deep loop: D went, through E, into what would go into A.
	w.move(buyer, e, trace.BatchReleased)
	data := must(w.Batch(w.ctx, own, a))(t).Data.BatchData
	data.Inputs = []trace.Input{{Batch: e, Quantity: kg("1")}}
	_, err = w.UpdateBatch(w.ctx, by(own), a, data, "lý do")
	wantFields(t, err, "inputs[0].batch")
}

func TestBatchQueries(t *testing.T) {
	w := newWorld(t)
	a, b := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	pa, pb := w.product(a), w.product(b)
	var mine []string
	for range 7 {
		w.clock.pass(time.Second)
		mine = append([]string{w.batch(a, pa)}, mine...)
	}
	published := w.released(b, pb)
	w.batch(b, pb)
	ids := func(by trace.Actor, q trace.BatchQuery, limit int) (all []string) {
		t.Helper()
		for p := (trace.Paging{Limit: limit}); ; {
			page := must(w.Batches(w.ctx, by, q, p))(t)
			for _, s := range page.Items {
				all = append(all, s.ID)
			}
			if p.After = page.Next; p.After == "" {
				return all
			}
		}
	}
	if diff := cmp.Diff(mine, ids(a, trace.BatchQuery{}, 3)); diff != "" {
		t.Errorf("own batches in pages of three, the newest first, -want +got:\n%s", diff)
	}
	if got := ids(a, trace.BatchQuery{Producer: b.Producer}, 0); !slices.Equal(got, []string{published}) {
		t.Errorf("of another producer one sees %v, want what is published", got)
	}
	if got := ids(office, trace.BatchQuery{State: trace.BatchReleased}, 2); !slices.Equal(got, []string{published}) {
		t.Errorf("released are %v, want %s", got, published)
	}
	if got := ids(office, trace.BatchQuery{}, 0); len(got) != 9 {
		t.Errorf("the office sees %d batches, want 9", len(got))
	}
	// A laboratory lists what is published, and what it is asked to test.
	for _, q := range []trace.BatchQuery{{}, {Producer: b.Producer}, {Product: pb}} {
		if got := ids(lab, q, 0); !slices.Equal(got, []string{published}) {
			t.Errorf("a laboratory lists %v for %+v, want what is published", got, q)
		}
	}
	w.ask(a, lab, pa, mine[2])
	for _, tt := range []struct {
		q    trace.BatchQuery
		want []string
	}{
		{trace.BatchQuery{}, []string{published, mine[2]}}, {trace.BatchQuery{Product: pa}, mine[2:3]},
		{trace.BatchQuery{Producer: b.Producer}, []string{published}},
	} {
		if got := ids(lab, tt.q, 2); !slices.Equal(got, tt.want) {
			t.Errorf("a laboratory that was asked lists %v for %+v, want %v", got, tt.q, tt.want)
		}
	}
	_, err := w.Batches(w.ctx, a, trace.BatchQuery{Lot: "số lô?"}, trace.Paging{})
	wantFields(t, err, "lot")
	for _, limit := range []int{-1, 201} {
		_, err = w.Batches(w.ctx, a, trace.BatchQuery{}, trace.Paging{Limit: limit})
		wantFields(t, err, "limit")
	}
	_, err = w.Batches(w.ctx, a, trace.BatchQuery{}, trace.Paging{After: "nonsense"})
	wantErr(t, err, trace.ErrInvalid)
}

func ExampleBatchData_PackedOn() {
	production, _ := trace.ParseDate("2026-10-01")
	packing, _ := trace.ParseDate("2026-10-05")
	fmt.Println(trace.BatchData{Production: production}.PackedOn())
	fmt.Println(trace.BatchData{Production: production, Packing: packing}.PackedOn())
	// Output:
	// 2026-10-01
	// 2026-10-05
}
