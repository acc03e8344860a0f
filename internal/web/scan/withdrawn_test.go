package scan_test

import (
	"net/http"
	"testing"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
)

// TestReportedStamps reports stamps of an order whose page is warm: by the next
// poll those that are scrapped or lost answer that they were withdrawn, with the
// reason and since when, to people and to programs; their neighbours do not.
func TestReportedStamps(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	items := w.items(code, 5, true)
	order := code + "-1"
	w.poll()
	w.warm(items[1].String())
	w.advance(time.Second)
	report := func(r printing.Report) {
		t.Helper()
		_, err := w.book.Report(w.Context(), w.asProducer(), order, r)
		w.must(err)
	}
	report(printing.Report{Fate: printing.Scrapped, Ranges: []printing.Range{{First: 2, Last: 3}}, Reason: "rách khi bóc"})
	report(printing.Report{Fate: printing.Lost, Ranges: []printing.Range{{First: 5, Last: 5}}, Reason: "rơi trên đường", RestPrinted: true})
	since := w.now()
	w.advance(time.Second)
	w.poll() // two seconds after what was read before
	for i, want := range []string{"", "rách khi bóc", "rách khi bóc", "", "rơi trên đường"} {
		page := w.get("/" + items[i].String())
		d := decode(t, w.get("/"+items[i].String(), "Accept", "application/json").Body.Bytes())
		if want == "" {
			if page.Code != http.StatusOK || d.Verdict.Kind != scan.KindReleased {
				t.Errorf("stamp %d, printed well: status %d, %s", i+1, page.Code, d.Verdict.Kind)
			}
			continue
		}
		contains(t, page.Body.String(), "Mã đã bị hủy", "Lý do: "+want)
		if page.Code != http.StatusGone || d.Verdict.Kind != scan.KindVoided || d.Verdict.Reason != want || d.Verdict.Since == nil || !d.Verdict.Since.Equal(since) {
			t.Errorf("stamp %d: status %d, %+v, want it withdrawn since %s: %s", i+1, page.Code, d.Verdict, since, want)
		}
	}
	if got := w.get("/" + code); got.Code != http.StatusOK {
		t.Errorf("the batch code answers %d", got.Code)
	}
}

// TestReportedCopies reports stamps that all have the batch code: it stays.
func TestReportedCopies(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	o, err := w.book.Create(w.Context(), w.asProducer(), printing.OrderData{Batch: code, Codes: printing.BatchCodes, Count: 5, Stock: "tomy-145"})
	w.must(err)
	_, err = w.book.Release(w.Context(), w.asProducer(), o.ID)
	w.must(err)
	_, err = w.book.Report(w.Context(), w.asProducer(), o.ID, printing.Report{Fate: printing.Scrapped, Ranges: []printing.Range{{First: 1, Last: 5}}, Reason: "rách"})
	w.must(err)
	w.poll()
	if got := w.get("/" + code); got.Code != http.StatusOK {
		t.Errorf("the batch code answers %d", got.Code)
	}
}

// TestActivatedStamps activates the stamps of an order range by range.
func TestActivatedStamps(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	data := printing.OrderData{Batch: code, Codes: printing.ItemCodes, Count: 4, Stock: "tomy-145", Activation: printing.ActivateByRange}
	o, err := w.book.Create(w.Context(), w.asProducer(), data)
	w.must(err)
	_, err = w.book.Release(w.Context(), w.asProducer(), o.ID)
	w.must(err)
	codes, err := w.book.Codes(w.Context(), w.asProducer().By, o.ID, 1, 4)
	w.must(err)
	want := func(kinds ...scan.Kind) {
		t.Helper()
		w.advance(time.Second)
		w.poll()
		for i, kind := range kinds {
			if got := decode(t, w.get("/"+codes[i].Code, "Accept", "application/json").Body.Bytes()).Verdict.Kind; got != kind {
				t.Errorf("stamp %d is %s, want %s", i+1, got, kind)
			}
		}
	}
	want(scan.KindNotActive, scan.KindNotActive, scan.KindNotActive, scan.KindNotActive)
	_, err = w.book.Activate(w.Context(), w.asProducer(), o.ID, printing.Range{First: 2, Last: 3})
	w.must(err)
	want(scan.KindNotActive, scan.KindReleased, scan.KindReleased, scan.KindNotActive)
	_, err = w.book.Report(w.Context(), w.asProducer(), o.ID, printing.Report{Fate: printing.Scrapped, Ranges: []printing.Range{{First: 3, Last: 4}}, Reason: "rách"})
	w.must(err)
	_, err = w.book.Activate(w.Context(), w.asProducer(), o.ID, printing.Range{First: 1, Last: 4})
	w.must(err)
	want(scan.KindReleased, scan.KindReleased, scan.KindVoided, scan.KindVoided)
}

// TestReasonsOfOpenBatches holds that the producer's words about a batch that is
// not published are not told to the public.
func TestReasonsOfOpenBatches(t *testing.T) {
	w := newWorld(t)
	code := w.addBatch("L1").ID
	items := w.items(code, 2, true)
	_, err := w.book.Report(w.Context(), w.asProducer(), code+"-1", printing.Report{Fate: printing.Lost, Ranges: []printing.Range{{First: 1, Last: 1}}, Reason: "bí mật"})
	w.must(err)
	page := w.get("/" + items[0].String())
	if lacks(t, page.Body.String(), "bí mật"); page.Code != http.StatusGone {
		t.Errorf("the page answers %d", page.Code)
	}
	w.move(w.asProducer(), code, trace.BatchReleased, "")
	w.poll()
	contains(t, w.get("/"+items[0].String()).Body.String(), "bí mật")
}
