package scan_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
)

// correct writes a correction of a published batch as history may have it,
// whatever the ledger allows today.
func (w *world) correct(code, reason string, change func(*trace.BatchData)) {
	w.Helper()
	w.advance(time.Minute)
	_, err := trace.Update(w.Context(), w.ledger, w.asProducer(), code, func(trace.Batch) error { return nil }, func(b *trace.Batch) error {
		change(&b.BatchData)
		b.Correction = reason
		return nil
	})
	w.must(err)
}

func display(t *testing.T, code string) string {
	t.Helper()
	b, err := stamp.ParseBatchCode(code)
	if err != nil {
		t.Fatal(err)
	}
	return b.Display()
}

// TestCorrectedInputsAreNamed takes an input away from a released batch, adds
// another, and corrects the expiry later, on a short page and one so full that
// it shows the least detail.
func TestCorrectedInputsAreNamed(t *testing.T) {
	w := newWorld(t)
	kept, gone, late := w.released("K"), w.released("G"), w.released("N")
	code := w.released("L1",
		trace.Input{Batch: kept, Quantity: qty("5", "KGM")}, trace.Input{Batch: gone, Quantity: qty("7", "KGM")})
	w.correct(code, "ghi nhầm nguyên liệu", func(b *trace.BatchData) {
		b.Inputs = []trace.Input{{Batch: kept, Quantity: qty("6", "KGM")}, {Batch: late, Quantity: qty("7", "KGM")}}
	})
	w.correct(code, "in nhầm hạn dùng", func(b *trace.BatchData) { b.Expiry = date("2028-03-10") })
	w.poll()
	named := []string{"đã bỏ lô nguyên liệu " + display(t, gone), "đã thêm lô nguyên liệu " + display(t, late)}
	body := w.get("/" + code).Body.String()
	contains(t, body, named...)
	contains(t, body, "ghi nhầm nguyên liệu", display(t, kept)+" 5 kg", "in nhầm hạn dùng", "11/03/2028")
	contains(t, w.get("/"+code+"?lang=en").Body.String(), "input batches taken away: "+display(t, gone))

	for range 40 {
		w.journey(code)
	}
	for range 12 {
		w.correct(code, "sửa số lượng, "+strings.Repeat("x", 1900), func(b *trace.BatchData) { b.Quantity = qty("25", "KGM") })
		w.correct(code, "sửa lại", func(b *trace.BatchData) { b.Quantity = qty("24", "KGM") })
	}
	w.poll()
	body = w.get("/" + code).Body.String()
	if len(body) > maxSize {
		t.Errorf("the page has %d bytes", len(body))
	}
	contains(t, body, named...)
}

// TestDocumentTellsWhatThePageTells looks for what changed and what failed.
func TestDocumentTellsWhatThePageTells(t *testing.T) {
	w := newWorld(t)
	gone := w.released("G")
	code := w.released("L1", trace.Input{Batch: gone, Quantity: qty("7", "KGM")})
	cert := w.addStars("300/QĐ-UBND", "2025-01-10", 3)
	_, err := w.ledger.WithdrawCertificate(t.Context(), office, cert.ID, trace.Ending{From: date("2026-06-01"), Reason: "Không còn đáp ứng tiêu chí"})
	w.must(err)
	report := w.addTest(lab, code, row("Chì (Pb)", "Lead", "mg/kg", "0,1", "2"))
	w.advance(time.Minute)
	data := report.Data.TestData
	data.Rows = []trace.TestRow{row("Chì (Pb)", "Lead", "mg/kg", "3", "2")}
	_, err = w.ledger.CorrectTest(t.Context(), lab, report.ID, data, "gõ nhầm kết quả")
	w.must(err)
	w.correct(code, "ghi nhầm", func(b *trace.BatchData) {
		b.Inputs, b.Expiry, b.Quantity = nil, date("2028-03-10"), qty("20", "KGM")
	})
	w.poll()
	rec := w.get("/"+code, "Accept", "application/json")
	if rec.Code != http.StatusOK {
		t.Fatalf("status %d", rec.Code)
	}
	d := decode(t, rec.Body.Bytes())
	want := []scan.CorrectionDocument{{
		At: w.now(), Reason: "ghi nhầm", Quantity: qty("24", "KGM"), Expiry: date("2028-03-11"), InputsRemoved: []string{gone},
	}}
	if diff := cmp.Diff(want, d.Batch.Corrections); diff != "" {
		t.Errorf("corrections (-want +got):\n%s", diff)
	}
	if !d.Verdict.TestFailed {
		t.Error("the failed test is not told")
	}
	if len(d.Certificates) != 1 || d.Certificates[0].Ended == nil || d.Certificates[0].Ended.Reason != "Không còn đáp ứng tiêu chí" {
		t.Errorf("certificates %+v", d.Certificates)
	}
	if len(d.Tests) != 1 || d.Tests[0].Correction != "gõ nhầm kết quả" || len(d.Tests[0].Earlier) != 1 ||
		d.Tests[0].Earlier[0].Rows[0].Result.Text != "0,1" {
		t.Errorf("tests %+v", d.Tests)
	}
}

// TestLostViewsAreMeasured reads the metric.
func TestLostViewsAreMeasured(t *testing.T) {
	w := newWorld(t)
	counter := scan.NewCounter(w.store, w.now)
	registry := prometheus.NewRegistry()
	_, err := scan.New(scan.Config{Ledger: w.ledger, Cache: w.cache, Counter: counter, Metrics: registry})
	w.must(err)
	for i := range 200_007 {
		counter.Add(time.Duration(i).String(), w.now())
	}
	families, err := registry.Gather()
	w.must(err)
	if len(families) != 1 || families[0].GetName() != "temgoc_scans_lost_total" || families[0].GetMetric()[0].GetCounter().GetValue() != 7 {
		t.Errorf("metrics %v, want temgoc_scans_lost_total 7", families)
	}
}
