package exchange

import (
	"bytes"
	"testing"

	"temgoc/internal/printing"
	"temgoc/internal/sample"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// TestDemonstrationRoundTrip takes all of the demonstration out, as the office
// and as each producer, and holds that every row that may be brought in is known
// again, without a difference.
func TestDemonstrationRoundTrip(t *testing.T) {
	w := newWorld(t)
	book := must(printing.New(w.ledger, w.keys, "https://t.example.vn"))(t)
	if _, err := sample.Load(w.ctx, w.ledger, book, w.clock.now()); err != nil {
		t.Fatal(err)
	}
	actors := []trace.Actor{office}
	for _, p := range must(trace.All[trace.Producer](w.ctx, w.ledger, ""))(t) {
		actors = append(actors, trace.Actor{ID: p.Data.Name, Role: trace.ProducerRole, Producer: p.ID})
	}
	if len(actors) < 10 {
		t.Fatalf("only %d actors", len(actors))
	}
	taken := map[Table]int{}
	for n, by := range actors {
		for _, table := range Tables() {
			format, lang := []spreadsheet.Format{spreadsheet.XLSX, spreadsheet.CSV}[n%2], []string{"vi", "en"}[n/2%2]
			var b bytes.Buffer
			rows, err := w.Export(w.ctx, by, table, Query{Lang: lang}, format, &b)
			if err != nil {
				t.Fatal(err)
			}
			if taken[table] += rows; rows == 0 || !table.MayImport(by) {
				continue
			}
			_, r, err := w.Check(w.ctx, by, table, "a."+string(format), b.Bytes())
			if err != nil || r.Exist != rows || len(r.Ignored) > 0 {
				t.Errorf("%s of %s as %s in %q: %d rows, %+v, %v", table, by.ID, format, lang, rows, r, err)
				continue
			}
			for _, o := range r.Outcomes {
				if len(o.Differs) > 0 {
					t.Errorf("%s of %s as %s in %q: row %d differs in %v", table, by.ID, format, lang, o.Row, o.Differs)
				}
			}
		}
	}
	for _, table := range Tables() {
		if taken[table] < 30 {
			t.Errorf("%d %s were taken out", taken[table], table)
		}
	}
}
