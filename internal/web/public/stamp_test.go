package public

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// pinned is a stamp with its PIN, as the print house gets it.
func pinned(w *desktest.World) (code, pin string) {
	w.T.Helper()
	batch := released(w, product(w, catalog.Name{VI: "Chè Shan tuyết"}))
	o, err := w.Book.Create(w.T.Context(), w.As("producer"), printing.OrderData{
		Batch: batch, Codes: printing.ItemCodes, Count: 3, Stock: "roll-50x30", Template: "cao-pin", PIN: true,
	})
	if err == nil {
		_, err = w.Book.Release(w.T.Context(), w.As("producer"), o.ID)
	}
	var file bytes.Buffer
	if err == nil {
		err = w.Book.WriteLabels(w.T.Context(), w.Actor("producer"), o.ID, printing.Print{Format: printing.CSV}, &file)
	}
	if err != nil {
		w.T.Fatal(err)
	}
	rows, err := csv.NewReader(&file).ReadAll()
	if err != nil {
		w.T.Fatal(err)
	}
	return rows[1][1], rows[1][len(rows[1])-1]
}

// sendAs sends a form as a browser does that has an id.
func sendAs(w *desktest.World, path, browser string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	w.T.Helper()
	r := httptest.NewRequestWithContext(w.T.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if browser != "" {
		r.Header.Set("Cookie", "tem="+browser)
	}
	rec := httptest.NewRecorder()
	w.Handler.ServeHTTP(rec, r)
	return rec
}

// TestOpenPack opens a pack with its PIN, with scripts off, and takes that back.
func TestOpenPack(t *testing.T) {
	w, _ := world(t)
	code, pin := pinned(w)
	b := w.Guest()
	path := "/" + code + "/pin"
	page := b.Get(path).Want(t, http.StatusOK, "Mã PIN dưới lớp cào")
	wrong := strings.Map(func(d rune) rune { return '0' + (d-'0'+1)%10 }, pin)
	page = b.Submit(page, path, url.Values{"pin": {wrong}}).Want(t, http.StatusUnprocessableEntity, "còn thử được 4 lần")
	if !page.Blames("pin") {
		t.Error("the field is not blamed")
	}
	b.Submit(page, path, url.Values{"pin": {pin}}).Want(t, http.StatusOK, "Gói hàng được ghi nhận là đã mở")

	mine := sighting.NewBrowser()
	if rec := sendAs(w, path, mine, url.Values{"pin": {pin}}); rec.Code != http.StatusOK {
		t.Fatalf("again: %d", rec.Code)
	}
	if rec := sendAs(w, path+"/rut-lai", mine, nil); rec.Code != http.StatusForbidden {
		t.Errorf("another browser takes it back: %d", rec.Code)
	}
}

// TestUndoOpening lets the browser that opened a pack take that back.
func TestUndoOpening(t *testing.T) {
	w, _ := world(t)
	code, pin := pinned(w)
	path, mine := "/"+code+"/pin", sighting.NewBrowser()
	if rec := sendAs(w, path, mine, url.Values{"pin": {pin}}); rec.Code != http.StatusOK {
		t.Fatalf("opened: %d %s", rec.Code, rec.Body)
	}
	if rec := sendAs(w, path+"/rut-lai", mine, nil); rec.Code != http.StatusOK {
		t.Fatalf("taken back: %d %s", rec.Code, rec.Body)
	}
	if s, err := trace.Head[sighting.Item](t.Context(), w.Ledger, code); err != nil || s.Data.Used != nil || s.Revision != 2 {
		t.Errorf("after it was taken back: %+v, %v", s, err)
	}
}

// TestPINsAreBounded tries PINs of one stamp until that is refused, and refuses
// what another site sends.
func TestPINsAreBounded(t *testing.T) {
	w, _ := world(t)
	code, pin := pinned(w)
	path := "/" + code + "/pin"
	if rec := sendAs(w, path, "", url.Values{"pin": {pin}}, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"); rec.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", rec.Code)
	}
	wrong := strings.Map(func(d rune) rune { return '0' + (d-'0'+1)%10 }, pin)
	for range sighting.MaxTries {
		if rec := sendAs(w, path, "", url.Values{"pin": {wrong}}); rec.Code != http.StatusUnprocessableEntity {
			t.Fatalf("a wrong PIN: %d", rec.Code)
		}
	}
	rec := sendAs(w, path, "", url.Values{"pin": {pin}})
	if rec.Code != http.StatusTooManyRequests || rec.Header().Get("Retry-After") == "" {
		t.Errorf("the sixth try: %d", rec.Code)
	}
	refused := false
	for range 40 { // other stamps, the same client
		refused = refused || sendAs(w, "/"+code+"/pin/rut-lai", sighting.NewBrowser(), nil).Code == http.StatusTooManyRequests
	}
	if !refused {
		t.Error("one client may try without end")
	}
	if rec := sendAs(w, "/5Z3MV4NMMY/pin", "", url.Values{"pin": {pin}}); rec.Code != http.StatusNotFound {
		t.Errorf("a batch code: %d", rec.Code)
	}
}

// TestPlaceIsKept keeps a place that a shopper sends, once and roughly.
func TestPlaceIsKept(t *testing.T) {
	w, _ := world(t)
	code, _ := pinned(w)
	mine := sighting.NewBrowser()
	for cell, want := range map[string]int{"107,1066": http.StatusOK, "10.762,106.66": http.StatusUnprocessableEntity, "": http.StatusUnprocessableEntity} {
		if rec := sendAs(w, "/"+code+"/noi", mine, url.Values{"o": {cell}}); rec.Code != want {
			t.Errorf("%q: %d, want %d", cell, rec.Code, want)
		}
	}
	if rec := sendAs(w, "/"+code+"/noi", "", url.Values{"o": {"107,1066"}}); rec.Code == http.StatusOK {
		t.Error("a place is kept of nobody")
	}
	page, err := w.Store.List(t.Context(), trace.Query{Kind: sighting.KindPlaces, Limit: 10})
	if err != nil || len(page.Revisions) != 1 {
		t.Errorf("%d places, %v", len(page.Revisions), err)
	}
}
