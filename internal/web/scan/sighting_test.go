package scan_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/trace"
)

// cookieOf is the id that an answer gives a browser, or "".
func cookieOf(rec *httptest.ResponseRecorder) string {
	for _, c := range rec.Result().Cookies() {
		if c.Name == "tem" {
			return c.Value
		}
	}
	return ""
}

// browse looks at a page as a browser that keeps cookies and shows pictures.
func (w *world) browse(path, cookie string) string {
	w.Helper()
	var headers []string
	if cookie != "" {
		headers = []string{"Cookie", "tem=" + cookie}
	}
	rec := w.get(path, headers...)
	if rec.Code != http.StatusOK {
		w.Fatalf("%s: %d", path, rec.Code)
	}
	if given := cookieOf(rec); given != "" {
		cookie = given
		if !strings.Contains(rec.Body.String(), "<img src="+path+"/seen ") {
			w.Errorf("%s gives an id and does not ask for it", path)
		}
		if seen := w.get(path+"/seen", "Cookie", "tem="+cookie, "Sec-Fetch-Site", "same-origin"); seen.Code != http.StatusNoContent || cookieOf(seen) != "" {
			w.Errorf("%s/seen: %d", path, seen.Code)
		}
	}
	return cookie
}

// catchUp stores what was seen and forgets what was read.
func (w *world) catchUp() {
	w.Helper()
	w.must(w.counter.Flush(w.Context()))
	w.must(w.sightings.Flush(w.Context()))
	w.advance(3 * time.Second)
	w.poll()
}

// TestCopiesShow lets more and more browsers look at one stamp.
func TestCopiesShow(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	items := w.items(code, 2, true)
	path, other := "/"+items[0].String(), "/"+items[1].String()
	mine := w.browse(path, "")
	for n := 1; n <= 11; n++ {
		if n > 1 {
			w.browse(path, "")
		}
		w.browse(path, mine) // looks often, and is one
		w.catchUp()
		body := w.get(path, "Cookie", "tem="+mine).Body.String()
		amber, red := strings.Contains(body, `class="v warn"`), strings.Contains(body, `class="v bad"`)
		if amber != (n >= sighting.Amber && n < sighting.Red) || red != (n >= sighting.Red) {
			t.Errorf("after %d browsers: amber %v, red %v", n, amber, red)
		}
		if strings.Contains(body, "hàng thật") || strings.Contains(body, "genuine") {
			t.Error("a page vouches for the goods")
		}
	}
	doc := w.get(path, "Accept", "application/json").Body.String()
	if !strings.Contains(doc, `"kind":"copies_likely"`) {
		t.Errorf("the JSON says %.300s", doc)
	}
	if body := w.get(other, "Cookie", "tem="+mine).Body.String(); !strings.Contains(body, `class="v good"`) {
		t.Error("another stamp of the batch is not good")
	}
	w.advance(sighting.Window + time.Hour)
	w.must(w.sightings.Sweep(w.Context()))
	w.catchUp()
	if body := w.get(path, "Cookie", "tem="+mine).Body.String(); !strings.Contains(body, `class="v good"`) {
		t.Error("what was red stays so when nobody looked for 90 days")
	}
}

// TestWhoCounts holds that nothing is counted as a browser but what shows pages
// and keeps its id, and that only pages of items give one.
func TestWhoCounts(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	path := "/" + w.items(code, 1, true)[0].String()
	for name, ask := range map[string]func() *httptest.ResponseRecorder{
		"a batch":          func() *httptest.ResponseRecorder { return w.get("/" + code) },
		"the start":        func() *httptest.ResponseRecorder { return w.get("/") },
		"HEAD":             func() *httptest.ResponseRecorder { return w.do(http.MethodHead, path) },
		"JSON":             func() *httptest.ResponseRecorder { return w.get(path, "Accept", "application/json") },
		"records":          func() *httptest.ResponseRecorder { return w.get(path + "/records") },
		"another language": func() *httptest.ResponseRecorder { return w.get(path + "?lang=en") },
		"a prefetch":       func() *httptest.ResponseRecorder { return w.get(path, "Sec-Purpose", "prefetch") },
		"an unknown code":  func() *httptest.ResponseRecorder { return w.get("/5Z3MV4NMMY") },
	} {
		if rec := ask(); cookieOf(rec) != "" || strings.Contains(rec.Body.String(), "/seen") {
			t.Errorf("%s gives an id", name)
		}
	}
	for range 20 { // a program that fetches the page and keeps nothing
		if cookieOf(w.get(path)) == "" {
			t.Fatal("no id is given")
		}
	}
	w.get(path, "Cookie", "tem=nonsense")
	w.get(path+"/seen", "Cookie", "tem="+sighting.NewBrowser(), "Sec-Fetch-Site", "cross-site")
	w.catchUp()
	page, err := w.store.List(t.Context(), trace.Query{Kind: sighting.KindSightings, Limit: 100})
	w.must(err)
	if len(page.Revisions) != 0 {
		t.Errorf("%d browsers were counted", len(page.Revisions))
	}
	w.limit()
	for n := 0; ; n++ { // and no address is given any number of ids
		if cookieOf(w.get(path)) == "" {
			break
		}
		if n > 200 {
			t.Fatal("one address is given ids without end")
		}
	}
	if mine := sighting.NewBrowser(); cookieOf(w.get(path, "Cookie", "tem="+mine)) != "" {
		t.Error("a browser with an id is given another")
	}
}

// TestCookie holds that the id goes back to this service alone.
func TestCookie(t *testing.T) {
	w := newWorld(t)
	path := "/" + w.items(w.complete(), 1, true)[0].String()
	got := w.get(path).Header().Get("Set-Cookie")
	for _, want := range []string{"tem=", "Path=/", "Max-Age=7776000", "HttpOnly", "SameSite=Lax"} {
		if !strings.Contains(got, want) {
			t.Errorf("cookie %q lacks %s", got, want)
		}
	}
	if strings.Contains(got, "Domain") {
		t.Errorf("cookie %q", got)
	}
}

// TestScansThatShouldNotBe notes scans before the release and after the end.
func TestScansThatShouldNotBe(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	early := w.items(code, 1, false)[0]
	w.get("/" + early.String())
	live := w.items(code, 3, true)
	orders, err := w.book.OrdersOf(t.Context(), code)
	w.must(err)
	id := orders[len(orders)-1].ID
	_, err = w.book.Report(t.Context(), w.asProducer(), id, printing.Report{Fate: printing.Stolen, Ranges: []printing.Range{{First: 1, Last: 1}}, Reason: "kho bị phá khóa"})
	w.must(err)
	_, err = w.book.Ship(t.Context(), w.asProducer(), id, []printing.Range{{First: 2, Last: 2}})
	w.must(err)
	w.catchUp()
	stolen := w.get("/" + live[0].String())
	if body := stolen.Body.String(); stolen.Code != http.StatusGone || !strings.Contains(body, "mất cắp") || !strings.Contains(body, "kho bị phá khóa") {
		t.Errorf("a stolen stamp: %d", stolen.Code)
	}
	if body := w.get("/" + live[1].String()).Body.String(); !strings.Contains(body, "đã xuất kho") {
		t.Error("a shipped stamp does not say so")
	}
	w.get("/" + live[2].String())
	w.catchUp()
	for code, want := range map[string]sighting.Sign{
		early.String(): sighting.SignEarly, live[0].String(): sighting.SignWithdrawn, live[1].String(): "", live[2].String(): sighting.SignUnshipped,
	} {
		got := sighting.Sign("")
		if s, err := trace.Head[sighting.Item](t.Context(), w.ledger, code); err == nil {
			got = s.Data.Signs[0].Sign
		}
		if got != want {
			t.Errorf("%s has the sign %q, want %q", code, got, want)
		}
	}
}

// TestDaysAreCounted adds the views of all codes of a batch up by day.
func TestDaysAreCounted(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	items := w.items(code, 3, true)
	w.get("/" + code)
	for _, item := range items {
		w.get("/" + item.String())
	}
	w.catchUp()
	today := trace.DateOf(w.now())
	counts, err := w.store.Counts(t.Context(), []string{sighting.DayKey(code, today), sighting.DayKey("", today)})
	w.must(err)
	if len(counts) != 2 || counts[0].N != 4 || counts[1].N != 4 {
		t.Errorf("counted %+v", counts)
	}
}

// TestPINForm shows the form to items with a PIN, and to no others.
func TestPINForm(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	plain := w.items(code, 1, true)[0]
	d := printing.OrderData{Batch: code, Codes: printing.ItemCodes, Count: 2, Stock: "roll-50x30", Template: "cao-pin", PIN: true}
	s, err := w.book.Create(t.Context(), w.asProducer(), d)
	w.must(err)
	_, err = w.book.Release(t.Context(), w.asProducer(), s.ID)
	w.must(err)
	w.catchUp()
	codes, err := w.book.Codes(t.Context(), w.asProducer().By, s.ID, 1, 1)
	w.must(err)
	form := `<form action="/` + codes[0].Code + `/pin" method=post>`
	rec := w.get("/" + codes[0].Code)
	if !strings.Contains(rec.Body.String(), form) || rec.Body.Len() > maxSize {
		t.Errorf("a stamp with PIN has no form, or %d bytes", rec.Body.Len())
	}
	if strings.Contains(w.get("/"+plain.String()).Body.String(), "method=post") {
		t.Error("a stamp without PIN has a form")
	}
}
