package printing_test

import (
	"strings"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// TestNeed compares stamps with what a batch of 10 kg could need.
func TestNeed(t *testing.T) {
	w := newWorld(t)
	need := func() printing.Need { t.Helper(); return must(w.Need(w.ctx, w.by, w.batch))(t) }
	id := w.released(t, 65)
	w.report(t, id, printing.Report{Fate: printing.Scrapped, Ranges: ranges("1-5"), Reason: "rách", RestPrinted: true})
	w.create(t, w.order(printing.BatchCodes, 30))
	if got := need(); got != (printing.Need{Printed: 60, Possible: 90}) || got.Warnings() != nil {
		t.Errorf("where nothing tells the need: %+v, %v", got, got.Warnings())
	}
	product := must(w.ledger.Product(w.ctx, w.by, w.product))(t)
	product.Data.NetContent = trace.Quantity{Value: "150", Unit: "GRM"}
	must(w.ledger.UpdateProduct(w.ctx, trace.Write{By: w.by}, w.product, product.Data))(t)
	got := need()
	if got.Needed != 67 || got.Basis != printing.ByQuantity || got.Over() != 23 { // 66.7 packets
		t.Errorf("by quantity: %+v", got)
	}
	for _, m := range got.Warnings() {
		if !strings.Contains(m.VI, "90 tem") || !strings.Contains(m.VI, "thừa 23") || !strings.Contains(m.EN, "23 too many") {
			t.Errorf("the warning is %+v", m)
		}
	}
	if len(got.Warnings()) != 1 {
		t.Errorf("warnings: %v", got.Warnings())
	}
	must(w.ledger.AddRecord(w.ctx, trace.Write{By: w.by}, trace.RecordData{
		Batch: w.batch, Kind: "packing", Happened: w.clock().Add(-time.Hour), Place: trace.Place{Name: "Xưởng", Commune: "02260"},
		Packing: &trace.Packing{NetContent: trace.Quantity{Value: "100", Unit: "GRM"}, Units: 95, Material: "túi", PackedOn: day("2026-10-05")},
	}))(t)
	if got := need(); got.Needed != 95 || got.Basis != printing.ByPacking || got.Over() != 0 || got.Warnings() != nil {
		t.Errorf("by packing: %+v", got)
	}
	must(w.Need(w.ctx, office, w.batch))(t)
	_, err := w.Need(w.ctx, w.other, w.batch)
	wantErr(t, err, trace.ErrNotFound)
}

// TestUnitsOfABatch tells how many units a quantity makes.
func TestUnitsOfABatch(t *testing.T) {
	for _, tt := range []struct {
		quantity, content string
		want              int
		basis             printing.Basis
	}{
		{"10 KGM", "", 0, printing.NoBasis},
		{"10 KGM", "500 GRM", 20, printing.ByQuantity},
		{"1 TNE", "0.25 KGM", 4000, printing.ByQuantity},
		{"10 KGM", "500 MLT", 0, printing.NoBasis},
		{"500 XBO", "500 MLT", 500, printing.ByQuantity},
		{"12.5 LTR", "330 MLT", 38, printing.ByQuantity},
		{"7 DZN", "", 84, printing.ByQuantity},
		{"100 QUA", "10 H87", 10, printing.ByQuantity},
		{"40 XPA", "1 XPA", 40, printing.ByQuantity},
	} {
		w := newWorld(t)
		w.product = must(w.ledger.CreateProduct(w.ctx, trace.Write{By: w.by}, trace.Product{
			Producer: w.by.Producer, Name: catalog.Name{VI: "Chè"}, Set: 11, NetContent: quantity(tt.content),
		}))(t).ID
		batch := must(w.ledger.CreateBatch(w.ctx, trace.Write{By: w.by}, trace.BatchData{
			Product: w.product, Lot: must(gs1.ParseLotNumber("L9"))(t), Quantity: quantity(tt.quantity), Production: day("2026-10-01"),
		}))(t).ID
		if got := must(w.Need(w.ctx, w.by, batch))(t); got.Needed != tt.want || got.Basis != tt.basis {
			t.Errorf("%s by %s: %+v, want %d", tt.quantity, tt.content, got, tt.want)
		}
	}
}

func quantity(text string) trace.Quantity {
	value, unit, _ := strings.Cut(text, " ")
	return trace.Quantity{Value: trace.Decimal(value), Unit: unit}
}
