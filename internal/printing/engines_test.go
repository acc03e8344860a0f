package printing_test

import (
	"crypto/rand"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"temgoc/internal/printing"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/mongo"
)

// onEachEngine runs a test on the embedded engine and on a server.
func onEachEngine(t *testing.T, test func(*testing.T, *world)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newWorld(t)) })
	t.Run("mongo", func(t *testing.T) {
		store := must(mongo.Open(t.Context(), servers.MongoDB(t), append(trace.Kinds(), printing.Kinds()...)))(t)
		t.Cleanup(func() { store.Close() })
		test(t, newWorldOn(t, store, rand.Reader))
	})
}

// TestOrdersOnEachEngine follows an order, its reports, its activation and its
// replacement: what was written is what is read, and every revision closes.
func TestOrdersOnEachEngine(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		write := trace.Write{By: w.by}
		d := w.order(printing.ItemCodes, 250)
		d.PerRoll, d.Activation = 100, printing.ActivateByRange
		id := w.create(t, d).ID
		released := must(w.Release(w.ctx, write, id))(t).Data
		w.report(t, id, scrapped("40-44, 51", "rách khi bóc"))
		w.report(t, id, printing.Report{Fate: printing.Lost, Rolls: ranges("3"), Reason: "thất lạc cả cuộn", RestPrinted: true})
		w.report(t, id, scrapped("201-210", "tìm thấy, đã hủy"))
		must(w.Activate(w.ctx, write, id, printing.Range{First: 1, Last: 100}))(t)
		o := must(w.Order(w.ctx, w.by, id))(t)
		want := "1–39 printed; 40–44 scrapped rách khi bóc; 45–50 printed; 51 scrapped rách khi bóc; 52–200 printed; " +
			"201–210 scrapped tìm thấy, đã hủy; 211–250 lost thất lạc cả cuộn"
		if got := fates(o.Data); got != want || o.Revision != 6 || live(o.Data) != "1–100" {
			t.Errorf("revision %d: stamps %s count, fates\n got %s\nwant %s", o.Revision, live(o.Data), got, want)
		}
		if run := o.Data.FateOf(211); !run.Since.Equal(w.clock()) || run.By != w.by.ID {
			t.Errorf("stamp 211: %+v", run)
		}
		for _, s := range must(trace.HistoryOf(w.ctx, w.ledger, id, func(printing.Order) error { return nil }))(t) {
			closes(t, s.Data, nil)
		}
		unchanged := o.Data
		unchanged.Runs, unchanged.Reported, unchanged.Active = nil, nil, nil
		if diff := gocmp.Diff(released, unchanged); diff != "" {
			t.Errorf("more than the fates of a released order changed, -released +now:\n%s", diff)
		}
		d.Count, d.Replaces = 56, id
		again := w.create(t, d)
		if got := must(w.Replacements(w.ctx, w.by, id))(t); len(got) != 1 || got[0].ID != again.ID {
			t.Errorf("the replacements are %+v", got)
		}
		if got := must(w.Need(w.ctx, w.by, w.batch))(t); got.Printed != 194 || got.Possible != 250 {
			t.Errorf("need: %+v", got)
		}
	})
}
