package printing_test

import (
	"sync"
	"testing"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func TestReplacements(t *testing.T) {
	w := newWorld(t)
	old := w.released(t, 65)
	w.report(t, old, scrapped("1-5", "rách"))
	w.report(t, old, printing.Report{Fate: printing.Lost, Ranges: ranges("65"), Reason: "rơi"})
	waiting := w.create(t, w.order(printing.ItemCodes, 5)).ID
	elsewhere := w.open(t, "L2")
	replace := func(id string, count int, change func(*printing.OrderData)) (trace.Stored[printing.Order], error) {
		d := w.order(printing.ItemCodes, count)
		if d.Replaces = id; change != nil {
			change(&d)
		}
		return w.Create(w.ctx, trace.Write{By: w.by}, d)
	}
	for _, tt := range []struct {
		field, id string
		count     int
		change    func(*printing.OrderData)
	}{
		{"replaces", "K7Q2M9XR4V-3", 1, nil},
		{"replaces", waiting, 1, nil},
		{"replaces", old, 1, func(d *printing.OrderData) { d.Batch = elsewhere }},
		{"codes", old, 1, func(d *printing.OrderData) { d.Codes = printing.BatchCodes }},
		{"count", old, 7, nil},
	} {
		_, err := replace(tt.id, tt.count, tt.change)
		wantField(t, err, tt.field)
	}
	first := must(replace(old, 4, nil))(t)
	if first.Data.Replaces != old {
		t.Errorf("the replacement names %q, want %q", first.Data.Replaces, old)
	}
	_, err := replace(old, 3, nil)
	wantField(t, err, "count")
	second := must(replace(old, 2, nil))(t)
	got := must(w.Replacements(w.ctx, w.by, old))(t)
	if len(got) != 2 || got[0].ID != first.ID || got[1].ID != second.ID {
		t.Errorf("the replacements of %s are %+v", old, got)
	}
	if left := printing.Missing(must(w.Order(w.ctx, w.by, old))(t).Data, got); left != 0 {
		t.Errorf("%d stamps are left to replace", left)
	}
	_, err = w.Replacements(w.ctx, w.other, old)
	wantErr(t, err, trace.ErrNotFound)
	// A replacement is an order like any other: it can be scrapped and replaced.
	must(w.Release(w.ctx, trace.Write{By: w.by}, first.ID))(t)
	w.report(t, first.ID, scrapped("2", "ướt"))
	must(replace(first.ID, 1, nil))(t)
}

// TestReplacementsAtOnce orders replacements from many sides: together they are
// not more than what is missing.
func TestReplacementsAtOnce(t *testing.T) {
	w := newWorld(t)
	old := w.released(t, 65)
	w.report(t, old, scrapped("1-10", "rách"))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			d := w.order(printing.ItemCodes, 3)
			d.Replaces = old
			_, _ = w.Create(w.ctx, trace.Write{By: w.by}, d) // most are refused
		})
	}
	all.Wait()
	if got := must(w.Replacements(w.ctx, w.by, old))(t); len(got) != 3 {
		t.Errorf("%d replacements of 3 for 10 scrapped stamps, want 3", len(got))
	}
}
