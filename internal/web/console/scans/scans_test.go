package scans

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// world is a World with a released order of item codes, whose stamps were looked
// at.
func world(t *testing.T) (*desktest.World, []string) {
	t.Helper()
	w := desktest.New(t)
	part, err := Part(desktest.Shared(t), Config{Ledger: w.Ledger, Sightings: w.Sightings})
	if err != nil {
		t.Fatal(err)
	}
	w.Serve(part)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := w.Ledger.CreateProduct(t.Context(), w.As("producer"), trace.Product{Producer: w.Mine, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11})
	must(err)
	lot, err := gs1.ParseLotNumber("L1")
	must(err)
	day, err := trace.ParseDate("2026-11-01")
	must(err)
	b, err := w.Ledger.CreateBatch(t.Context(), w.As("producer"), trace.BatchData{
		Product: p.ID, Lot: lot, Quantity: trace.Quantity{Value: "120", Unit: "KGM"}, Production: day,
	})
	must(err)
	_, err = w.Ledger.MoveBatch(t.Context(), w.As("producer"), b.ID, trace.Transition{To: trace.BatchReleased})
	must(err)
	o, err := w.Book.Create(t.Context(), w.As("producer"), printing.OrderData{Batch: b.ID, Codes: printing.ItemCodes, Count: 20, Stock: "tomy-145"})
	must(err)
	_, err = w.Book.Release(t.Context(), w.As("producer"), o.ID)
	must(err)
	list, err := w.Book.Codes(t.Context(), w.Actor("producer"), o.ID, 1, 20)
	must(err)
	var codes []string
	for _, c := range list {
		codes = append(codes, c.Code)
	}
	look := func(i, browsers int, sign sighting.Sign) {
		code, err := stamp.ParseItemCode(codes[i])
		must(err)
		r := sighting.Ref{Code: code, Batch: b.ID, Producer: w.Mine, Order: o.ID, Position: i + 1, KeyID: o.Data.KeyID}
		for n := range browsers {
			browser := sighting.NewBrowser()
			w.Sightings.Seen(r, browser, w.Now())
			must(w.Sightings.At(t.Context(), r, browser, []sighting.Cell{"220,1052", "210,1058"}[n/6%2]))
		}
		if sign != "" {
			w.Sightings.Note(r, sign, w.Now())
		}
	}
	look(0, 12, "")
	look(1, 5, "")
	look(2, 0, sighting.SignEarly)
	look(3, 0, sighting.SignWithdrawn)
	must(w.Sightings.Flush(t.Context()))
	var counts []trace.Count
	for i := range 30 {
		n := int64(i*i%37 + i)
		if i%7 == 3 {
			n = 2
		}
		for _, batch := range []string{b.ID, ""} {
			counts = append(counts, trace.Count{Key: sighting.DayKey(batch, trace.DateOf(w.Now()).AddDays(-i)), N: n, First: w.Now(), Last: w.Now()})
		}
	}
	must(w.Store.AddCounts(t.Context(), counts))
	return w, codes
}

func TestTemplates(t *testing.T) {
	part, err := Part(desktest.Shared(t), Config{})
	if err != nil {
		t.Fatal(err)
	}
	desktest.CheckTemplates(t, part, templateFiles, &overviewPage{}, &stampPage{})
}

// TestAnomaliesComeFirst shows the figures to those who may see them.
func TestAnomaliesComeFirst(t *testing.T) {
	w, codes := world(t)
	for _, who := range []string{"producer", "office", "inspector"} {
		page := w.Browser(who).Get(path).Want(t, http.StatusOK, "Bất thường", sighting.Display(codes[0]), "Theo ngày", "Theo lô", "Chè Shan tuyết", "21.0° N, 105.8° E")
		text := page.Text()
		if red, amber := strings.Index(text, "10 máy"), strings.Index(text, "5 máy"); red < 0 || amber < red || strings.Index(text, "Theo ngày") < amber {
			t.Errorf("%s sees the graver signs later: %d, %d", who, red, amber)
		}
	}
	if text := w.Browser("producer2").Get(path).Want(t, http.StatusOK).Text(); strings.Contains(text, sighting.Display(codes[0])) {
		t.Error("another producer sees our stamps")
	}
	w.Browser("producer2").Get(stampPath+codes[0]).Want(t, http.StatusForbidden) // its batch is published
	w.Browser("office").Get(path+"?ngay=7&lang=en").Want(t, http.StatusOK, "What is remarkable", "By day")
}

// TestMark lets the producer mark a pack and take that back.
func TestMark(t *testing.T) {
	w, codes := world(t)
	b := w.Browser("producer")
	page := b.Get(stampPath+codes[5]).Want(t, http.StatusOK, "Đã cấp mã")
	page = b.Submit(page, "", url.Values{}).Want(t, http.StatusOK, "Đã ghi nhận mở gói")
	w.Browser("office").Get(stampPath+codes[5]).Want(t, http.StatusOK, "cơ sở ghi nhận")
	b.Submit(page, "", url.Values{}).Want(t, http.StatusOK, "Đã cấp mã")
}

// TestExport gives out what the page shows, and notes it.
func TestExport(t *testing.T) {
	w, _ := world(t)
	page := w.Browser("producer").Get(exportPath + "?dang=csv")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "dưới 5") {
		t.Errorf("%d: %.400s", page.Status, page.Body)
	}
	if page = w.Browser("office").Get(exportPath + "?dang=xlsx&ngay=7"); page.Status != http.StatusOK || !strings.HasPrefix(page.Body, "PK") {
		t.Errorf("xlsx: %d", page.Status)
	}
	exports, err := trace.All[trace.Export](t.Context(), w.Ledger, "")
	if err != nil || len(exports) != 2 {
		t.Errorf("%d exports are noted, %v", len(exports), err)
	}
}

// TestChart draws days to scale.
func TestChart(t *testing.T) {
	day, err := trace.ParseDate("2026-11-01")
	if err != nil {
		t.Fatal(err)
	}
	c := chartOf("vi", []sighting.Day{{Date: day, Views: 50}, {Date: day.AddDays(1), Few: true}, {Date: day.AddDays(2)}, {Date: day.AddDays(3), Views: 25}})
	if len(c.Bars) != 3 || c.Highest != "50" || c.Bars[0].Height != chartHeight || c.Bars[1].Height != stub || c.Bars[2].Height != chartHeight/2 || !c.Few {
		t.Errorf("%+v", c)
	}
	for n, want := range map[int64]int64{1: 2, 2: 2, 3: 5, 5: 5, 6: 10, 11: 20, 37: 50, 51: 100, 1000: 1000, 1001: 2000} {
		if got := round(n); got != want {
			t.Errorf("round(%d) = %d, want %d", n, got, want)
		}
	}
}
