package printing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/labels"
)

func (w *world) sheet(t *testing.T, order string, layout printing.Layout) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.WriteLabels(w.ctx, w.by, order, printing.Print{Layout: layout}, &b); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b.Bytes(), []byte("%PDF-")) {
		t.Fatalf("the sheet begins with %q", b.Bytes()[:min(b.Len(), 20)])
	}
	return b.Bytes()
}

// TestContentIsFrozen prints an order again after everything that its stamps
// say has changed.
func TestContentIsFrozen(t *testing.T) {
	w := newWorld(t)
	certificate := w.certify(t, 4, "2026-01-01")
	o := w.create(t, w.order(printing.ItemCodes, 70))
	want := printing.Content{
		Address: "https://T.EXAMPLE.VN/", Product: "Chè Shan tuyết", Producer: "HTX Chè Mây Trắng", Lot: "L1",
		Production: day("2026-10-01"), Packing: day("2026-10-05"), Expiry: day("2028-10-01"), Stars: 4,
	}
	if diff := cmp.Diff(want, o.Data.Content); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	first := w.sheet(t, o.ID, printing.Layout{})
	if again := w.sheet(t, o.ID, printing.Layout{}); !bytes.Equal(first, again) {
		t.Error("the same order and layout gave other bytes")
	}
	write := trace.Write{By: w.by}
	must(w.ledger.UpdateProduct(w.ctx, write, w.product, trace.Product{Producer: w.by.Producer, Name: catalog.Name{VI: "Tên khác"}, Set: 11}))(t)
	must(w.ledger.UpdateProducer(w.ctx, write, w.by.Producer, trace.Producer{Name: "HTX Đổi Tên", Kind: "cooperative", Address: trace.Address{Commune: "02260"}}))(t)
	d := must(w.ledger.Batch(w.ctx, w.by, w.batch))(t).Data.BatchData
	d.Expiry = day("2029-01-01")
	must(w.ledger.UpdateBatch(w.ctx, write, w.batch, d, "lý do"))(t)
	must(w.Release(w.ctx, write, o.ID))(t)
	w.setClock(w.clock().AddDate(1, 0, 0))
	if later := w.sheet(t, o.ID, printing.Layout{}); !bytes.Equal(first, later) {
		t.Error("a year and many changes later the order gave other bytes")
	}
	elsewhere := must(printing.New(w.ledger, w.keys, "https://khac.example"))(t)
	var moved bytes.Buffer
	if err := elsewhere.WriteLabels(w.ctx, w.by, o.ID, printing.Print{}, &moved); err != nil || !bytes.Equal(first, moved.Bytes()) {
		t.Errorf("after the service moved the order gave other bytes: %v", err)
	}
	if next := w.create(t, w.order(printing.ItemCodes, 70)); next.Data.Content.Product != "Tên khác" {
		t.Errorf("a new order says %+v", next.Data.Content)
	}
	must(w.ledger.WithdrawCertificate(w.ctx, trace.Write{By: office}, certificate, trace.Ending{From: day("2026-01-01"), Reason: "lý do"}))(t)
	w.refusesPrinting(t, o.ID, "chứng nhận")
	if next := w.create(t, w.order(printing.ItemCodes, 70)); next.Data.Content.Stars != 0 {
		t.Errorf("after the withdrawal a new order says %+v", next.Data.Content)
	}
}

// refusesPrinting tries every way to put an order on paper.
func (w *world) refusesPrinting(t *testing.T, id, why string) {
	t.Helper()
	for name, print := range map[string]func() error{
		"sheet": func() error { return w.WriteLabels(w.ctx, w.by, id, printing.Print{}, io.Discard) },
		"stamp": func() error { return w.WriteLabels(w.ctx, w.by, id, printing.Print{Format: printing.SVG}, io.Discard) },
	} {
		err := print()
		rule, ok := errors.AsType[*trace.RuleError](err)
		if !ok || !errors.Is(err, trace.ErrConflict) || !strings.Contains(rule.Message.VI, why) {
			t.Errorf("%s: %v, want a conflict about %q", name, err, why)
		}
	}
}

// TestNoStampsForWhatMayNotBeSold recalls a batch, and takes the code of
// another out of use: neither gets stamps, old orders or new ones.
func TestNoStampsForWhatMayNotBeSold(t *testing.T) {
	tests := map[string]func(*world) error{
		"thu hồi": func(w *world) error {
			_, err := w.ledger.MoveBatch(w.ctx, trace.Write{By: w.by}, w.batch, trace.Transition{To: trace.BatchRecalled, Reason: "lý do"})
			return err
		},
		"bị hủy": func(w *world) error {
			_, err := w.ledger.VoidCodes(w.ctx, trace.Write{By: w.by}, trace.Void{Batch: w.batch, Whole: true, Reason: "lý do"})
			return err
		},
	}
	for why, end := range tests {
		w := newWorld(t)
		o := w.create(t, w.order(printing.ItemCodes, 3))
		if err := end(w); err != nil {
			t.Fatal(err)
		}
		w.refusesPrinting(t, o.ID, why)
		if _, err := w.Release(w.ctx, trace.Write{By: w.by}, o.ID); !errors.Is(err, trace.ErrConflict) {
			t.Errorf("%s: release: %v, want ErrConflict", why, err)
		}
		if _, err := w.Create(w.ctx, trace.Write{By: w.by}, w.order(printing.BatchCodes, 1)); !errors.Is(err, trace.ErrConflict) {
			t.Errorf("%s: a new order: %v, want ErrConflict", why, err)
		}
	}
}

func TestParts(t *testing.T) {
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, 130))
	whole := w.sheet(t, o.ID, printing.Layout{})
	for _, same := range []printing.Layout{{From: 1}, {Count: 130}, {From: 1, Count: 130, StartCell: 1, Stock: "tomy-145"}} {
		if got := w.sheet(t, o.ID, same); !bytes.Equal(whole, got) {
			t.Errorf("%+v is not the whole order", same)
		}
	}
	seen := map[string]printing.Layout{string(whole): {}}
	for _, other := range []printing.Layout{
		{From: 2}, {From: 66}, {From: 130}, {Count: 65}, {From: 66, Count: 64}, {From: 66, Count: 1}, {StartCell: 2}, {OffsetX: 1}, {OffsetY: -1}, {Stock: "avery-l7651"},
	} {
		got := string(w.sheet(t, o.ID, other))
		if twin, ok := seen[got]; ok {
			t.Errorf("%+v prints the same as %+v", other, twin)
		}
		seen[got] = other
	}
	for _, tt := range []struct {
		field  string
		layout printing.Layout
	}{
		{"from", printing.Layout{From: -1}}, {"from", printing.Layout{From: 131}},
		{"count", printing.Layout{Count: -1}}, {"count", printing.Layout{Count: 131}}, {"count", printing.Layout{From: 66, Count: 66}},
		{"stock", printing.Layout{Stock: "a4"}},
		{"startCell", printing.Layout{StartCell: -1}}, {"startCell", printing.Layout{StartCell: 66}},
		{"offsetX", printing.Layout{OffsetX: 4.1}}, {"offsetY", printing.Layout{OffsetY: math.NaN()}},
	} {
		var b bytes.Buffer
		wantField(t, w.WriteLabels(w.ctx, w.by, o.ID, printing.Print{Layout: tt.layout}, &b), tt.field)
		if b.Len() > 0 {
			t.Errorf("%+v was refused after %d bytes", tt.layout, b.Len())
		}
	}
	big := w.create(t, w.order(printing.ItemCodes, printing.MaxSheetStamps+1))
	wantField(t, w.WriteLabels(w.ctx, w.by, big.ID, printing.Print{}, &bytes.Buffer{}), "count")
	w.sheet(t, big.ID, printing.Layout{From: printing.MaxSheetStamps + 1})
}

func TestCodes(t *testing.T) {
	w := newWorld(t)
	w.create(t, w.order(printing.ItemCodes, 7))
	o := w.create(t, w.order(printing.ItemCodes, 25))
	batch := must(stamp.ParseBatchCode(w.batch))(t)
	sealer := must(w.keys.Sealer(o.Data.KeyID, batch))(t)
	seen := map[string]bool{}
	for from := 1; from <= 25; from += 10 {
		for i, c := range must(w.Codes(w.ctx, w.by, o.ID, from, 10))(t) {
			item := must(stamp.ParseItemCode(c.Code))(t)
			serial, ok := sealer.Open(item)
			if !ok || int(serial) != 7+from-1+i || c.Index != from+i || seen[c.Code] {
				t.Errorf("code %d of the page from %d: %+v with serial %d, %v", i, from, c, serial, ok)
			}
			if c.Address != "https://T.EXAMPLE.VN/"+c.Code || c.Display != item.Display() {
				t.Errorf("code %+v", c)
			}
			seen[c.Code] = true
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d codes, want 25", len(seen))
	}
	if got := must(w.Codes(w.ctx, w.by, o.ID, 26, 10))(t); len(got) != 0 {
		t.Errorf("after the end: %+v", got)
	}
	for field, at := range map[string][2]int{"from": {0, 10}, "limit": {1, printing.MaxCodes + 1}} {
		_, err := w.Codes(w.ctx, w.by, o.ID, at[0], at[1])
		wantField(t, err, field)
	}
	_, err := w.Codes(w.ctx, w.by, o.ID, 1, 0)
	wantField(t, err, "limit")
	copies := w.create(t, w.order(printing.BatchCodes, 500))
	if got := must(w.Codes(w.ctx, w.by, copies.ID, 1, 10))(t); len(got) != 1 || got[0].Code != w.batch || got[0].Display != batch.Display() {
		t.Errorf("an order of batch codes: %+v", got)
	}
}

// TestWhatDoesNotFitIsRefused: such an order would exist and could never be
// printed.
func TestWhatDoesNotFitIsRefused(t *testing.T) {
	for field, name := range map[string]string{
		"product": strings.TrimSpace(strings.Repeat("Chè Shan tuyết cổ thụ ", 9)),
	} {
		w := newWorld(t)
		must(w.ledger.UpdateProduct(w.ctx, trace.Write{By: w.by}, w.product, trace.Product{
			Producer: w.by.Producer, Name: catalog.Name{VI: name}, Set: 11,
		}))(t)
		_, err := w.Create(w.ctx, trace.Write{By: w.by}, w.order(printing.ItemCodes, 10))
		wantField(t, err, field)
	}
	w := newWorld(t)
	must(w.ledger.UpdateProduct(w.ctx, trace.Write{By: w.by}, w.product, trace.Product{
		Producer: w.by.Producer, Name: catalog.Name{VI: "Chè 茶"}, Set: 11,
	}))(t)
	_, err := w.Create(w.ctx, trace.Write{By: w.by}, w.order(printing.ItemCodes, 10))
	wantField(t, err, "product")
	if orders := must(w.OrdersOf(w.ctx, w.batch))(t); len(orders) != 0 {
		t.Errorf("refused orders left %+v", orders)
	}
}

func TestSheetStopsWhenNobodyWaits(t *testing.T) {
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, 20_000))
	ctx, cancel := context.WithCancel(w.ctx)
	stop := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	if err := w.WriteLabels(ctx, w.by, o.ID, printing.Print{}, stop); !errors.Is(err, context.Canceled) {
		t.Errorf("WriteSheet: %v, want context.Canceled", err)
	}
	broken := errors.New("broken pipe")
	fail := writerFunc(func([]byte) (int, error) { return 0, broken })
	if err := w.WriteLabels(w.ctx, w.by, o.ID, printing.Print{}, fail); !errors.Is(err, broken) {
		t.Errorf("WriteSheet: %v, want the writer's error", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestKeyOfAnOrderIsItsBatchs(t *testing.T) {
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, 5))
	before := must(w.Codes(w.ctx, w.by, o.ID, 1, 5))(t)
	rotated := must(w.keys.Rotate(zeros{}))(t)
	ledger := trace.New(trace.Config{Store: w.store, Files: w.files, Keys: rotated, Now: w.clock})
	book := must(printing.New(ledger, rotated, "https://t.example.vn"))(t)
	after := must(book.Codes(w.ctx, w.by, o.ID, 1, 5))(t)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("after a change of keys the order has other codes:\n%s", diff)
	}
	stranger := must(printing.New(ledger, must(stamp.NewKeys(zeros{}))(t), "https://t.example.vn"))(t)
	if got := must(stranger.Codes(w.ctx, w.by, o.ID, 1, 5))(t); cmp.Equal(got, before) {
		t.Error("a stranger's keys made the same codes")
	}
}

// zeros is a source of zero bytes.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestSheetSaysWhatTheOrderSays draws the same stamps by hand.
func TestSheetSaysWhatTheOrderSays(t *testing.T) {
	w := newWorld(t)
	w.certify(t, 4, "2026-01-01")
	for _, kind := range []printing.Codes{printing.ItemCodes, printing.BatchCodes} {
		o := w.create(t, w.order(kind, 3))
		codes := must(w.Codes(w.ctx, w.by, o.ID, 1, 3))(t)
		stamps := func(yield func(labels.Stamp, error) bool) {
			for i := range 3 {
				code := codes[min(i, len(codes)-1)]
				s := labels.Stamp{
					Payload: "https://T.EXAMPLE.VN/" + code.Code, ShortCode: code.Display, Product: "Chè Shan tuyết", Producer: "HTX Chè Mây Trắng",
					Lot: "L1", ProductionDate: "01/10/2026", ExpiryDate: "01/10/2028", Stars: 4,
					Captions: labels.Captions{Lot: "Lô", Production: "NSX", Expiry: "HSD", Stars: "OCOP"},
				}
				if !yield(s, nil) {
					return
				}
			}
		}
		var want bytes.Buffer
		sheet := labels.Sheet{
			Stock: must(labels.StockByName("tomy-145"))(t), Lang: "vi",
			Title: fmt.Sprintf("Tem truy xuất nguồn gốc – Chè Shan tuyết – %s", o.ID),
		}
		if err := sheet.WritePDF(&want, stamps); err != nil {
			t.Fatal(err)
		}
		if got := w.sheet(t, o.ID, printing.Layout{}); !bytes.Equal(got, want.Bytes()) {
			t.Errorf("the sheet of %s codes says something else", kind)
		}
	}
}

func TestWriteStamp(t *testing.T) {
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, 3))
	for format, begin := range map[printing.Format]string{printing.SVG: "<svg", printing.PNG: "\x89PNG"} {
		seen := map[string]bool{}
		for index := 1; index <= 3; index++ {
			var first, again bytes.Buffer
			for _, b := range []*bytes.Buffer{&first, &again} {
				if err := w.WriteLabels(w.ctx, w.by, o.ID, printing.Print{Format: format, Index: index}, b); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(first.Bytes(), again.Bytes()) || seen[first.String()] || !strings.Contains(first.String()[:min(first.Len(), 200)], begin) {
				t.Errorf("stamp %d as %s: %d bytes, not its own or not always the same", index, format, first.Len())
			}
			seen[first.String()] = true
		}
		for _, index := range []int{-1, 4} {
			wantField(t, w.WriteLabels(w.ctx, w.by, o.ID, printing.Print{Format: format, Index: index}, &bytes.Buffer{}), "index")
		}
		wantErr(t, w.WriteLabels(w.ctx, office, o.ID, printing.Print{Format: format}, &bytes.Buffer{}), trace.ErrForbidden)
		wantErr(t, w.WriteLabels(w.ctx, w.other, o.ID, printing.Print{Format: format}, &bytes.Buffer{}), trace.ErrNotFound)
	}
	wantField(t, w.WriteLabels(w.ctx, w.by, o.ID, printing.Print{Format: "gif"}, &bytes.Buffer{}), "format")
}
