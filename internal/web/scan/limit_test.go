package scan_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/stamp"
	"temgoc/internal/web/limit"
	"temgoc/internal/web/scan"
)

// limit makes the world one with limits, which knows the codes that there are.
func (w *world) limit() *limit.Limits {
	w.Helper()
	limits, err := limit.New(limit.Config{Now: w.now, Sleep: func(context.Context, time.Duration) {}})
	w.must(err)
	w.cache, err = scan.NewCache(scan.CacheConfig{
		Store: w.store, Loader: w.ledger, Orders: w.book, Keys: w.keys, Log: w.log, Now: w.now, Batches: w.store, Limits: limits,
	})
	w.must(err)
	w.must(w.cache.Learn(w.Context()))
	w.pages, err = scan.New(scan.Config{Ledger: w.ledger, Cache: w.cache, Counter: w.counter, Now: w.now, Sightings: w.sightings, Limits: limits})
	w.must(err)
	w.handler = engine(w.pages)
	return limits
}

// from asks from an address.
func (w *world) from(addr, path string, headers ...string) *httptest.ResponseRecorder {
	w.Helper()
	return w.get(path, append(headers, "X-Forwarded-For", addr)...)
}

// unknown draws a code that was not given out.
func unknown(r *rand.ChaCha8) string {
	for {
		b := make([]byte, 9)
		for i := range b {
			b[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[r.Uint64()%32]
		}
		for _, check := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			if code, err := stamp.Parse(string(b) + string(check)); err == nil {
				return code.String()
			}
		}
	}
}

func address(i int) string { return fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255) }

// TestMissesAreRefused asks for codes that do not exist until that is refused, to
// this client and for such codes alone.
func TestMissesAreRefused(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	item := w.items(code, 1, true)[0].String()
	w.limit()
	random := rand.NewChaCha8([32]byte{1})
	for i := range 30 {
		path := "/" + unknown(random)
		switch i % 3 {
		case 1:
			path = "/KHONGPHAIMA" // no code at all
		case 2:
			path = "/" + item[:10] + unknown(random) // hardly of this batch, and mistyped
		}
		if rec := w.from("192.0.2.7", path); rec.Code != http.StatusNotFound {
			t.Fatalf("GET %s = %d, want 404", path, rec.Code)
		}
	}
	for _, path := range []string{"/" + unknown(random), "/KHONGPHAIMA", "/" + unknown(random) + "/proof"} {
		rec := w.from("192.0.2.7", path)
		if rec.Code != http.StatusTooManyRequests || rec.Header().Get("Retry-After") != "20" || !strings.Contains(rec.Body.String(), "Đã tra cứu quá nhiều lần") {
			t.Errorf("GET %s = %d, Retry-After %q", path, rec.Code, rec.Header().Get("Retry-After"))
		}
	}
	if rec := w.from("192.0.2.7", "/"+unknown(random), "Accept-Language", "en"); !strings.Contains(rec.Body.String(), "Looked up too often") {
		t.Errorf("in English: %s", rec.Body)
	}
	rec := w.from("192.0.2.7", "/"+unknown(random), "Accept", "application/json")
	var problem struct {
		Type, Title, Detail string
		Status              int
	}
	w.must(json.Unmarshal(rec.Body.Bytes(), &problem))
	if rec.Header().Get("Content-Type") != "application/problem+json" || problem.Status != 429 || problem.Type != "urn:temgoc:problem:too-many" || problem.Detail == "" {
		t.Errorf("as JSON: %s %+v", rec.Header().Get("Content-Type"), problem)
	}
	for _, good := range []string{"/" + code, "/" + item, "/" + code + "/records", "/" + code + "/proof"} {
		if rec := w.from("192.0.2.7", good); rec.Code != http.StatusOK {
			t.Errorf("a neighbour's GET %s = %d", good, rec.Code)
		}
	}
	w.advance(20 * time.Second)
	if rec := w.from("192.0.2.7", "/"+unknown(random)); rec.Code != http.StatusNotFound {
		t.Errorf("20 seconds later: %d", rec.Code)
	}
}

// TestScansAreBounded asks for one code as no crowd behind one address does.
func TestScansAreBounded(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	w.limit()
	for range limit.RuleOf(limit.Scans).Each.Burst {
		if rec := w.from("192.0.2.7", "/"+code); rec.Code != http.StatusOK {
			t.Fatal(rec.Code)
		}
	}
	if rec := w.from("192.0.2.7", "/"+code); rec.Code != http.StatusTooManyRequests || rec.Header().Get("Retry-After") != "1" {
		t.Errorf("one more: %d", rec.Code)
	}
	if rec := w.from("192.0.2.8", "/"+code); rec.Code != http.StatusOK {
		t.Errorf("somebody else: %d", rec.Code)
	}
}

// TestMissesAskTheStoreNothing floods from many addresses, and counts what the store
// is asked.
func TestMissesAskTheStoreNothing(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	w.limit()
	random := rand.NewChaCha8([32]byte{2})
	ask := func(n int) int64 {
		before := w.store.reads.Load()
		for i := range n {
			path := unknown(random)
			if i%4 == 3 {
				path = path[:8] + path[9:] + path[8:9] // two exchanged
			}
			if rec := w.from(address(i), "/"+path); rec.Code != http.StatusNotFound {
				t.Fatalf("GET /%s = %d", path, rec.Code)
			}
		}
		return w.store.reads.Load() - before
	}
	if n := ask(200); n == 0 || n > int64(limit.RuleOf(limit.Probes).All.Burst) {
		t.Errorf("200 misses ask the store %d times, want some questions, and as many as are allowed at most", n)
	}
	if n := ask(2000); n != 0 {
		t.Errorf("2000 more ask it %d times", n)
	}
	if rec := w.from("192.0.2.1", "/"+code); rec.Code != http.StatusOK {
		t.Errorf("a code that exists, meanwhile: %d", rec.Code)
	}
}

// TestOthersCodesAreFound asks for codes that another replica has given out since
// this one learned which there are.
func TestOthersCodesAreFound(t *testing.T) {
	w := newWorld(t)
	limits := w.limit()
	first := w.released("L1")
	if rec := w.get("/" + first); rec.Code != http.StatusOK {
		t.Errorf("a moment later: %d", rec.Code)
	}
	second := w.released("L2")
	for limits.Allow(limit.Probes) {
	}
	if rec := w.get("/" + second); rec.Code != http.StatusNotFound {
		t.Errorf("beyond the questions that are allowed: %d", rec.Code)
	}
	w.poll()
	if rec := w.get("/" + second); rec.Code != http.StatusOK {
		t.Errorf("after a poll: %d", rec.Code)
	}
	third := w.released("L3")
	w.store.mute.Store(true)
	w.poll()
	w.store.mute.Store(false)
	w.advance(time.Minute + time.Second) // no poll will see it
	w.must(w.cache.Learn(t.Context()))
	for limits.Allow(limit.Probes) {
	}
	if rec := w.get("/" + third); rec.Code != http.StatusOK {
		t.Errorf("after the next walk: %d", rec.Code)
	}
}

// TestUnheardWhileTheStoreIsAway does not say of a code that it was never issued
// when that cannot be known.
func TestUnheardWhileTheStoreIsAway(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	limits := w.limit()
	w.get("/" + code)
	w.store.away.Store(true)
	w.advance(time.Minute)
	random := rand.NewChaCha8([32]byte{3})
	for i := range 200 {
		if rec := w.from(address(i), "/"+unknown(random)); rec.Code != http.StatusServiceUnavailable || rec.Header().Get("Retry-After") == "" {
			t.Fatalf("miss %d: %d", i, rec.Code)
		}
	}
	if limits.Allow(limit.Probes) {
		t.Error("the test did not use up what is allowed")
	}
	if rec := w.get("/" + code); rec.Code != http.StatusOK {
		t.Errorf("what is cached: %d", rec.Code)
	}
}

// TestSuggestionsAreBounded asks what was meant until that is not looked up any more.
func TestSuggestionsAreBounded(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	swapped := code
	for i := range 9 {
		if code[i] != code[i+1] {
			swapped = code[:i] + code[i+1:i+2] + code[i:i+1] + code[i+2:]
			break
		}
	}
	limits := w.limit()
	for limits.Allow(limit.Probes) {
	}
	if rec := w.get("/" + swapped); strings.Contains(rec.Body.String(), `href="/`+code) {
		t.Error("what is not cached is read for a suggestion beyond what is allowed")
	}
	w.advance(time.Second)
	if rec := w.get("/" + swapped); !strings.Contains(rec.Body.String(), `href="/`+code) {
		t.Errorf("no suggestion a second later: %s", rec.Body)
	}
}

// TestLinksAreBounded follows links that lead somewhere and links that do not.
func TestLinksAreBounded(t *testing.T) {
	w := newWorld(t)
	w.released("L1")
	w.limit()
	good := "/01/09521234000013/10/L1"
	for range 100 {
		if rec := w.from("192.0.2.7", good); rec.Code != http.StatusTemporaryRedirect {
			t.Fatal(rec.Code)
		}
	}
	before := w.store.reads.Load()
	if w.from("192.0.2.7", good); w.store.reads.Load() != before {
		t.Error("a link that was followed before asks the store")
	}
	refused := 0
	for i := range 200 {
		if rec := w.from("192.0.2.7", fmt.Sprintf("/01/09521234000013/10/X%d", i)); rec.Code == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 170 { // as misses
		t.Errorf("%d of 200 wrong links are refused, want 170", refused)
	}
	w.advance(time.Hour)
	if rec := w.from("192.0.2.7", good); rec.Code != http.StatusTemporaryRedirect {
		t.Errorf("an hour later: %d", rec.Code)
	}
}

// TestCostlyPagesAreBounded asks for all that costs more than a scan.
func TestCostlyPagesAreBounded(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	w.limit()
	for path, n := range map[string]limit.Name{
		"/" + code + "/records": limit.Records, "/" + code + "/proof": limit.Proofs, "/" + code + "/proof.json": limit.Proofs,
		"/tep/" + strings.Repeat("ab", 32): limit.Files, "/anh/" + strings.Repeat("ab", 32): limit.Files,
	} {
		client, burst := "192.0.2."+fmt.Sprint(len(path)), limit.RuleOf(n).Each.Burst
		refused := 0
		for range burst + 10 {
			if rec := w.from(client, path); rec.Code == http.StatusTooManyRequests {
				refused++
			}
		}
		if refused < 10 {
			t.Errorf("%s: %d of %d refused", path, refused, burst+10)
		}
		w.advance(time.Hour)
	}
}

// TestNothingIsKeptOfMisses asks for very many codes that do not exist.
func TestNothingIsKeptOfMisses(t *testing.T) {
	w := newWorld(t)
	w.released("L1")
	w.limit()
	w.store.mute.Store(true)
	random := rand.NewChaCha8([32]byte{4})
	flood := func(n int) uint64 {
		for i := range n {
			lang := []string{"vi", "en"}[i%2]
			w.from(address(i%100), "/"+unknown(random), "Accept-Language", lang)
			if i%100 == 0 {
				w.from(address(i%100), fmt.Sprintf("/%%20odd%d", i), "Accept-Language", lang)
				w.advance(time.Minute)
			}
		}
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := flood(2000)
	after := flood(20_000)
	if after > before+1<<20 {
		t.Errorf("the heap grew from %d to %d bytes with 20,000 misses", before, after)
	}
	if n := w.pages.KeptNotices(); n > 12 {
		t.Errorf("%d notices are kept", n)
	}
}

// TestMissLooksLikeAny compares the notice that all share with one that was made for
// its code.
func TestMissLooksLikeAny(t *testing.T) {
	w := newWorld(t)
	w.limit()
	random := rand.NewChaCha8([32]byte{5})
	for _, lang := range []string{"", "?lang=vi", "?lang=en"} {
		a, b := unknown(random), unknown(random)
		first, second := w.from("192.0.2.1", "/"+a+lang), w.from("192.0.2.2", "/"+b+lang)
		display := func(code string) string { return code[:5] + "-" + code[5:] }
		same := strings.NewReplacer(b, a, display(b), display(a)).Replace(second.Body.String())
		if first.Body.String() != same || !strings.Contains(same, display(a)) || strings.Contains(same, "QITEM") {
			t.Errorf("%q: the notices of two codes differ in more than the code", lang)
		}
		if first.Header().Get("Etag") == second.Header().Get("Etag") {
			t.Error("two notices have one tag")
		}
	}
	var kinds []string
	for _, given := range []string{"K7Q2M9XR4", "<b>", "a b", "a%22b", strings.Repeat("x", 300)} {
		body := w.from("192.0.2.3", "/"+strings.ReplaceAll(strings.ReplaceAll(given, "<", "%3C"), " ", "%20")).Body.String()
		if strings.Contains(body, "<b>") {
			t.Errorf("%q stands in the page as it was given", given)
		}
		if strings.Contains(body, "QITEM") {
			kinds = append(kinds, given)
		}
	}
	if len(kinds) > 0 {
		t.Errorf("blanks are left for %q", slices.Sorted(slices.Values(kinds)))
	}
}

// BenchmarkLimits asks for a page in the cache with and without limits, and for a
// code that was never issued, which is answered from memory; each in turn with a
// bare handler that has the same bytes at hand.
func BenchmarkLimits(b *testing.B) {
	w := newWorld(b)
	code := w.fullest()
	random := rand.NewChaCha8([32]byte{6})
	misses := make([]string, 4096)
	for i := range misses {
		misses[i] = "/" + unknown(random)
	}
	w.get("/" + code)
	plain := w.handler
	page := w.get("/" + code)
	w.limit()
	w.get("/" + code)
	w.clock.Store(time.Now().UnixMilli())
	notice := w.get(misses[0])
	bare := func(status int, answer *httptest.ResponseRecorder) http.Handler {
		e := gin.New()
		e.GET("/:code", func(g *gin.Context) {
			for name, values := range answer.Header() {
				g.Header(name, values[0])
			}
			g.Data(status, answer.Header().Get("Content-Type"), answer.Body.Bytes())
		})
		return e
	}
	out := &sink{http.Header{}}
	n := 0
	ask := func(h http.Handler, path func() string) func() {
		return func() {
			clear(out.header)
			r := httptest.NewRequest(http.MethodGet, path(), nil)
			n++
			r.RemoteAddr = address(n) + ":1"
			h.ServeHTTP(out, r)
		}
	}
	good := func() string { return "/" + code }
	bad := func() string { return misses[n%len(misses)] }
	asks := []func(){
		ask(plain, good), ask(w.handler, good), ask(bare(http.StatusOK, page), good),
		ask(w.handler, bad), ask(bare(http.StatusNotFound, notice), bad),
	}
	took := make([]time.Duration, len(asks))
	const round = 50
	for b.Loop() {
		for i, f := range asks {
			start := time.Now()
			for range round {
				f()
			}
			took[i] += time.Since(start)
		}
	}
	per := func(i int) float64 { return float64(took[i].Nanoseconds()) / float64(b.N*round) }
	b.ReportMetric(per(0), "ns/page")
	b.ReportMetric(per(1), "ns/page-limited")
	b.ReportMetric(per(1)/per(0), "limited-to-unlimited")
	b.ReportMetric(per(1)/per(2), "page-to-bare")
	b.ReportMetric(per(3), "ns/miss")
	b.ReportMetric(per(3)/per(4), "miss-to-bare")
	b.ReportMetric(0, "ns/op") // of a round of all, which tells nothing
}
