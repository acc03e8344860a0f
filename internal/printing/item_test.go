package printing_test

import (
	"crypto/rand"
	"testing"

	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

func TestItem(t *testing.T) {
	w := newWorld(t)
	o := must(w.Create(w.ctx, trace.Write{By: w.by}, w.order(printing.ItemCodes, 3)))(t)
	batch := must(stamp.ParseBatchCode(w.batch))(t)
	sealer := must(w.keys.Sealer(w.keys.Current(), batch))(t)
	foreign := must(stamp.NewKeys(rand.Reader))(t)
	forger := must(foreign.Sealer(foreign.Current(), batch))(t)

	got := must(w.Item(w.ctx, inspector, sealer.Item(2)))(t)
	if !got.Genuine || got.Serial != 2 || got.Order == nil || got.Order.ID != o.ID {
		t.Errorf("the third stamp is %+v", got)
	}
	if got := must(w.Item(w.ctx, inspector, sealer.Item(3)))(t); !got.Genuine || got.Order != nil {
		t.Errorf("a stamp that was not ordered is %+v", got)
	}
	if got := must(w.Item(w.ctx, inspector, forger.Item(2)))(t); got != (printing.Item{}) {
		t.Errorf("a forged stamp is %+v", got)
	}
	for _, by := range []trace.Actor{w.other, {}} {
		if _, err := w.Item(w.ctx, by, sealer.Item(2)); err == nil {
			t.Errorf("%+v may open the code", by)
		}
	}
}
