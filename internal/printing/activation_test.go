package printing_test

import (
	"errors"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// live lists which of the stamps of an order count, as ranges.
func live(o printing.Order) string {
	var out []printing.Range
	for p := 1; p <= o.Count; p++ {
		switch last := len(out) - 1; {
		case !o.Live(p):
		case last >= 0 && out[last].Last == p-1:
			out[last].Last = p
		default:
			out = append(out, printing.Range{First: p, Last: p})
		}
	}
	return printing.RangesText(out)
}

func TestActivate(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	d := w.order(printing.ItemCodes, 130)
	d.Activation = printing.ActivateByRange
	id := w.create(t, d).ID
	activate := func(first, last int) (trace.Stored[printing.Order], error) {
		return w.Activate(w.ctx, write, id, printing.Range{First: first, Last: last})
	}
	_, err := activate(1, 10)
	wantErr(t, err, trace.ErrConflict) // not released
	if o := must(w.Release(w.ctx, write, id))(t); live(o.Data) != "" {
		t.Errorf("released, stamps %s count", live(o.Data))
	}
	for _, tt := range []struct {
		first, last, revision int
		want                  string
	}{
		{11, 20, 3, "11–20"},
		{11, 20, 3, "11–20"}, // nothing changes
		{15, 15, 3, "11–20"},
		{41, 50, 4, "11–20, 41–50"},
		{19, 40, 5, "11–50"},
		{130, 130, 6, "11–50, 130"},
		{1, 130, 7, "1–130"},
	} {
		s := must(activate(tt.first, tt.last))(t)
		if got := live(s.Data); got != tt.want || s.Revision != tt.revision {
			t.Errorf("after %d–%d stamps %s count in revision %d, want %s in %d", tt.first, tt.last, got, s.Revision, tt.want, tt.revision)
		}
	}
	for field, r := range map[string]printing.Range{"first": {0, 3}, "last": {1, 131}} {
		_, err := activate(r.First, r.Last)
		wantField(t, err, field)
	}
	_, err = activate(9, 8)
	wantField(t, err, "last")
	w.report(t, id, scrapped("5", "rách"))
	if o := must(activate(5, 5))(t).Data; o.FateOf(5).Fate != printing.Scrapped {
		t.Error("activated again, a scrapped stamp is not withdrawn any more")
	}
	for who, want := range map[*trace.Actor]error{&office: trace.ErrForbidden, &w.other: trace.ErrNotFound} {
		_, err := w.Activate(w.ctx, trace.Write{By: *who}, id, printing.Range{First: 1, Last: 1})
		wantErr(t, err, want)
	}
}

// TestActivationIsChosen holds what orders are not activated by range, and how an
// activation is repeated after a fault.
func TestActivationIsChosen(t *testing.T) {
	w := newWorld(t)
	d := w.order(printing.BatchCodes, 10)
	d.Activation = printing.ActivateByRange
	_, err := w.Create(w.ctx, trace.Write{By: w.by}, d)
	wantField(t, err, "activation")
	d.Activation, d.Codes = "later", printing.ItemCodes
	_, err = w.Create(w.ctx, trace.Write{By: w.by}, d)
	wantField(t, err, "activation")
	d.Activation, d.PerRoll = "", -1
	_, err = w.Create(w.ctx, trace.Write{By: w.by}, d)
	wantField(t, err, "perRoll")

	usual := w.released(t, 10)
	if o := must(w.Order(w.ctx, w.by, usual))(t).Data; live(o) != "1–10" || o.Activation != printing.ActivateOnRelease {
		t.Errorf("of an order that is active on release stamps %s count: %+v", live(o), o)
	}
	_, err = w.Activate(w.ctx, trace.Write{By: w.by}, usual, printing.Range{First: 1, Last: 2})
	if rule, ok := errors.AsType[*trace.RuleError](err); !ok || !strings.Contains(rule.Message.VI, "ngay khi phát hành") {
		t.Errorf("activated by range: %v", err)
	}

	d.Activation, d.PerRoll = printing.ActivateByRange, 0
	id := w.create(t, d).ID
	must(w.Release(w.ctx, trace.Write{By: w.by}, id))(t)
	write := trace.Write{By: w.by, Op: trace.Op{Key: "activate", Hash: "1"}}
	first := must(w.Activate(w.ctx, write, id, printing.Range{First: 1, Last: 5}))(t)
	again := must(w.Activate(w.ctx, write, id, printing.Range{First: 1, Last: 5}))(t)
	if diff := gocmp.Diff(first, again); diff != "" {
		t.Errorf("repeated, -first +again:\n%s", diff)
	}
}
