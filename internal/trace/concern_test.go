package trace_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// TestConcerns holds what Concerns says against what the dossier of each batch
// says.
func TestConcerns(t *testing.T) {
	w := newWorld(t)
	a, buyer := w.producer("HTX Mây Trắng"), w.producer("Công ty Chè")
	product, theirs := w.product(a), w.product(buyer)
	raw := w.released(a, product)
	middle := w.released(a, product, raw)
	mixed := w.released(buyer, theirs, middle, raw)
	told, empty, retracted := w.batch(buyer, theirs), w.batch(buyer, theirs), w.batch(buyer, theirs)
	must(w.AddRecord(w.ctx, by(buyer), sample(t, told, "harvest")))(t)
	r := must(w.AddRecord(w.ctx, by(buyer), sample(t, retracted, "harvest")))(t)
	must(w.RetractRecord(w.ctx, by(buyer), r.ID, "ghi nhầm lô"))(t)
	must(w.MoveBatch(w.ctx, by(a), raw, trace.Transition{To: trace.BatchHeld, Reason: "nghi nhiễm nấm mốc"}))(t)

	batches := must(w.Batches(w.ctx, buyer, trace.BatchQuery{Producer: buyer.Producer}, trace.Paging{}))(t).Items
	if len(batches) != 4 {
		t.Fatalf("%d batches", len(batches))
	}
	got := must(w.Concerns(w.ctx, buyer, batches))(t)
	ids := func(items []catalog.RequiredItem) (out []string) {
		for _, i := range items {
			out = append(out, i.ID)
		}
		return out
	}
	for _, b := range batches {
		d := must(w.Dossier(w.ctx, b.ID))(t)
		i := slices.IndexFunc(got, func(c trace.Concern) bool { return c.Batch.ID == b.ID })
		var c trace.Concern
		if i >= 0 {
			c = got[i]
		}
		if diff := cmp.Diff(ids(d.Missing()), ids(c.Missing)); diff != "" {
			t.Errorf("missing of %s, -dossier +concern:\n%s", b.ID, diff)
		}
		var alerts, inputs []string
		for _, in := range d.Alerts {
			alerts = append(alerts, in.Batch.ID)
		}
		for _, in := range c.Inputs {
			inputs = append(inputs, in.ID)
		}
		if diff := cmp.Diff(alerts, inputs); diff != "" {
			t.Errorf("inputs of %s, -dossier +concern:\n%s", b.ID, diff)
		}
		if wantEvents := b.ID == empty || b.ID == retracted || b.ID == mixed; slices.Contains(ids(c.Missing), "events") != wantEvents {
			t.Errorf("%s: missing %v, want events %v", b.ID, ids(c.Missing), wantEvents)
		}
	}
	if i := slices.IndexFunc(got, func(c trace.Concern) bool { return c.Batch.ID == mixed }); i < 0 || len(got[i].Inputs) != 1 || got[i].Inputs[0].ID != raw {
		t.Errorf("concerns %+v, want the held batch in %s", got, mixed)
	}
	if got := must(w.Concerns(w.ctx, buyer, nil))(t); got != nil {
		t.Errorf("of no batches: %+v", got)
	}
	for _, other := range []trace.Actor{a, lab, nobody} {
		_, err := w.Concerns(w.ctx, other, batches)
		wantErr(t, err, trace.ErrNotFound)
	}
}
