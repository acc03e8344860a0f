package printing_test

import (
	"bytes"
	"testing"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func TestLearnPrinter(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		write := trace.Write{By: w.by}
		office := thermal("")
		office.DPI = 300
		id := must(w.CreatePrinter(w.ctx, write, office))(t).ID
		for _, test := range []struct {
			scanned []string
			dots    int
		}{
			{[]string{"A", "B", "C", "D", "E", "F", "G"}, 2},
			{[]string{" c", "d", "E", "f", "G"}, 4},
			{[]string{"A", "B", "F", "G"}, 7}, // the finer ones were luck
			{[]string{"G"}, 8},
		} {
			learnt := must(w.LearnPrinter(w.ctx, write, id, test.scanned))(t)
			if got := must(w.Printer(w.ctx, w.by, id))(t); got.Data.MinModule != test.dots || got.Revision != learnt.Revision {
				t.Errorf("%v: %d dots in revision %d, want %d", test.scanned, got.Data.MinModule, got.Revision, test.dots)
			}
		}
		for _, scanned := range [][]string{nil, {"A", "B"}, {"G", "H"}, {"G", ""}} {
			_, err := w.LearnPrinter(w.ctx, write, id, scanned)
			wantField(t, err, printing.FieldBlocks)
		}
		_, err := w.LearnPrinter(w.ctx, trace.Write{By: w.other}, id, []string{"G"})
		wantErr(t, err, trace.ErrHidden)
		_, err = w.LearnPrinter(w.ctx, trace.Write{By: inspector}, id, []string{"G"})
		wantErr(t, err, trace.ErrNotAllowed)
		if got := must(w.Printer(w.ctx, w.by, id))(t); got.Data.MinModule != 8 {
			t.Errorf("a refused result was kept: %+v", got.Data)
		}
	})
}

func TestWriteTestSheet(t *testing.T) {
	w := newWorld(t)
	id := must(w.CreatePrinter(w.ctx, trace.Write{By: w.by}, thermal("")))(t).ID
	var sheet bytes.Buffer
	if err := w.WriteTestSheet(w.ctx, w.by, id, &sheet); err != nil || !bytes.HasPrefix(sheet.Bytes(), []byte("%PDF-")) {
		t.Errorf("%v, %d bytes", err, sheet.Len())
	}
	wantErr(t, w.WriteTestSheet(w.ctx, w.other, id, &bytes.Buffer{}), trace.ErrHidden)
}
