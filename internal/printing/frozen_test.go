package printing_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

var update = flag.Bool("update", false, "rewrite golden files")

// The design of an order that was made when a template and a stock were known
// that are not known any more.
const (
	frozenStock = `name: to-cu
title: Tờ tem cũ
kind: sheet
pageWidth: 210
pageHeight: 297
columns: 4
rows: 11
cellWidth: 48.5
cellHeight: 25.4
left: 8
top: 8.8
`
	frozenTemplate = `name: mau-cu
title: Mẫu cũ
width: 36
height: 18
maxWidth: 60
maxHeight: 40
margin: 0.7
parts:
  - part: qr
    left: 0.5
    width: 45%
    top: 0.5
    bottom: 100% - 0.5
  - part: column
    left: qr.right + 1
    top: 1
    bottom: 100% - 1
    rows:
      - {part: product, bold: true, lines: 2}
      - {part: lot}
      - {part: code, lines: 2}
`
)

// frozen is an order of fixed content, codes and key on a fixed batch.
func (w *world) frozen(t *testing.T) (*printing.Book, string) {
	t.Helper()
	const code = "K7Q2M9XR4V"
	keys := must(stamp.NewKeys(bytes.NewReader(bytes.Repeat([]byte("một khóa để thử "), 4))))(t)
	ledger := trace.New(trace.Config{Store: w.store, Files: w.files, Keys: keys, Now: w.clock})
	write := trace.Write{By: w.by}
	batch := trace.Batch{
		BatchData: trace.BatchData{
			Product: w.product, Lot: must(gs1.ParseLotNumber("L2026-11-A"))(t), Quantity: trace.Quantity{Value: "10", Unit: "KGM"}, Production: day("2026-10-01"),
		},
		Producer: w.by.Producer, KeyID: "k1", State: trace.BatchReleased,
	}
	must(trace.Create(w.ctx, ledger, write, code, batch))(t)
	o := printing.Order{
		OrderData: printing.OrderData{Batch: code, Codes: printing.ItemCodes, Count: 50, Stock: "to-cu", Template: "mau-cu"},
		Number:    1, First: 1000, KeyID: "k1", Producer: w.by.Producer, State: printing.Released, Released: time.Date(2026, 11, 15, 3, 0, 0, 0, time.UTC),
		Content: printing.Content{
			Address: "https://T.EXAMPLE.VN/", Product: "Chè Shan tuyết", Producer: "HTX Chè Mây Trắng", Lot: "L2026-11-A", Production: day("2026-10-01"),
		},
		Design: printing.Design{Template: frozenTemplate, Stock: frozenStock}, PerSheet: 44,
	}
	id := must(trace.Create(w.ctx, ledger, write, code+"-1", o))(t).ID
	return must(printing.New(ledger, keys, "https://moi.example.vn"))(t), id
}

// TestFrozenOrder holds that an order that was released once gives the same bytes
// for ever: its codes, its sheets, and a stamp alone, with a template and a stock
// that nobody knows any more. Where this fails, paper that was printed is not what
// the service prints again: draw differently for new designs only, or write the
// golden file anew while no order has been released by anybody.
func TestFrozenOrder(t *testing.T) {
	w := newWorld(t)
	book, id := w.frozen(t)
	var got strings.Builder
	for _, c := range must(book.Codes(w.ctx, w.by, id, 1, 2))(t) {
		fmt.Fprintln(&got, c.Index, c.Display, c.Address)
	}
	write := func(p printing.Print) []byte {
		var out bytes.Buffer
		if err := book.WriteLabels(w.ctx, w.by, id, p, &out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	outputs := []printing.Print{{Format: printing.CSV}, {Format: printing.PDF}, {Format: printing.SVG, Index: 50}, {Format: printing.PNG, Index: 50}}
	for _, p := range outputs {
		fmt.Fprintf(&got, "%s %x\n", p.Format, sha256.Sum256(write(p)))
	}
	golden := filepath.Join("testdata", "frozen.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := must(os.ReadFile(golden))(t)
	if diff := gocmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("a released order gives other bytes, -want +got:\n%s", diff)
	}
}

// TestDesignsAreFrozen changes what an order was made with: its bytes stay.
func TestDesignsAreFrozen(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	text := strings.Replace(frozenTemplate, "mau-cu", "mau-toi", 1)
	template := must(w.CreatePattern(w.ctx, write, printing.Pattern{Shape: printing.TemplateShape, Text: text}))(t)
	d := w.order(printing.ItemCodes, 70)
	d.Template = "mau-toi"
	o := w.create(t, d)
	must(w.Release(w.ctx, write, o.ID))(t)
	before := w.pdf(t, o.ID)
	must(w.ChangePattern(w.ctx, write, printing.TemplateShape, template.ID, text+"      - {part: producer}\n"))(t)
	product := must(w.ledger.Product(w.ctx, w.by, w.product))(t)
	product.Data.Name = catalog.Name{VI: "Tên khác"}
	must(w.ledger.UpdateProduct(w.ctx, write, w.product, product.Data))(t)
	if !bytes.Equal(before, w.pdf(t, o.ID)) {
		t.Error("after its template was edited a released order gives other bytes")
	}
	next := w.create(t, d)
	if bytes.Equal(before, w.pdf(t, next.ID)) || next.Data.Design == o.Data.Design {
		t.Error("a new order is not made with the template as it is now")
	}
}
