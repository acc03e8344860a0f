package scan_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
)

// warm asks for a page twice and tells how often the store was read for the
// second answer.
func (w *world) warm(code string) int64 {
	w.Helper()
	w.get("/" + code)
	before := w.store.reads.Load()
	if rec := w.get("/" + code); rec.Code != http.StatusOK {
		w.Fatalf("status %d", rec.Code)
	}
	return w.store.reads.Load() - before
}

func TestWarmPageReadsNothing(t *testing.T) {
	w := newWorld(t)
	if n := w.warm(w.complete()); n != 0 {
		t.Errorf("a warm page read the store %d times", n)
	}
}

// TestEveryChangeIsSeen changes each kind of document that a page is made of.
func TestEveryChangeIsSeen(t *testing.T) {
	type change struct {
		name string
		do   func(w *world, code string)
		want string
	}
	changes := []change{
		{"batch", func(w *world, code string) { w.recall(code, "mốc") }, "Lô hàng bị thu hồi"},
		{"record", func(w *world, code string) { w.journey(code) }, "Sao, vò, sấy"},
		{"certificate", func(w *world, _ string) { w.addStars("1/QĐ", "2026-01-01", 5) }, "★★★★★"},
		{"producer's certificate", func(w *world, _ string) {
			w.addCertificate(office, trace.CertificateData{Kind: "ATTP", Number: "77/ATTP", Authority: "Sở Y tế", Issued: date("2026-01-01")})
		}, "77/ATTP"},
		{"test", func(w *world, code string) { w.addTest(lab, code, row("Chì (Pb)", "Lead", "mg/kg", "0,1", "2")) }, "Chì (Pb)"},
		{"periodic test", func(w *world, _ string) { w.addTest(lab, "", row("Asen (As)", "Arsenic", "mg/kg", "0,1", "1")) }, "Asen (As)"},
		{"void", func(w *world, code string) {
			_, err := w.ledger.VoidCodes(w.Context(), office, trace.Void{Batch: code, Whole: true, Reason: "mất cuộn tem"})
			w.must(err)
		}, "mất cuộn tem"},
		{"product", func(w *world, _ string) { w.addPhoto() }, `src="/anh/`},
		{"producer", func(w *world, _ string) {
			p, err := w.ledger.Producer(w.Context(), office.By, w.producer)
			w.must(err)
			p.Data.Name = "Hợp tác xã đổi tên"
			_, err = w.ledger.UpdateProducer(w.Context(), office, w.producer, p.Data)
			w.must(err)
		}, "Hợp tác xã đổi tên"},
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			code := w.released("L1")
			w.poll()
			w.warm(code)
			w.advance(time.Second)
			c.do(w, code)
			lacks(t, w.get("/"+code).Body.String(), c.want)
			w.advance(time.Second)
			w.poll()
			contains(t, w.get("/"+code).Body.String(), c.want)
		})
	}
}

// TestErasureIsSeen erases a name that a page shows: no revision tells of it, but
// the erasure does.
func TestErasureIsSeen(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	r := w.addRecord(w.asProducer(), trace.RecordData{
		Batch: code, Kind: "storing", Happened: w.now().Add(-time.Hour), Person: "Bàn Thị Mai",
		Storing: &trace.Storing{Place: "Kho số 2", From: date("2026-01-01"), Until: date("2026-01-02")},
	})
	w.poll()
	w.warm(code)
	contains(t, w.get("/"+code).Body.String(), "Bàn Thị Mai")
	w.advance(time.Second)
	for _, k := range trace.ErasableKinds() {
		if k.Kind == trace.KindRecords {
			w.must(w.ledger.Erase(w.Context(), office, k, trace.Erasure{ID: r.ID, Members: []string{"person"}, Reason: trace.ErasureAsked}))
		}
	}
	w.advance(time.Second)
	w.poll()
	lacks(t, w.get("/"+code).Body.String(), "Bàn Thị Mai")
}

func TestGrandparentsRecallIsSeen(t *testing.T) {
	w := newWorld(t)
	a := w.released("A")
	b := w.released("B", trace.Input{Batch: a, Quantity: qty("5", "KGM")})
	c := w.released("C", trace.Input{Batch: b, Quantity: qty("5", "KGM")})
	w.poll()
	w.warm(c)
	w.recall(a, "nhiễm chì")
	w.poll()
	body := w.get("/" + c).Body.String()
	contains(t, body, `class="v bad"`, "nhiễm chì", "/"+a)
	w.move(inspector, b, trace.BatchHeld, "chờ kết luận")
	w.poll()
	contains(t, w.get("/"+c).Body.String(), "chờ kết luận", "/"+a, "/"+b)
}

func TestOrderReleaseIsSeen(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	items := w.items(code, 1, false)
	if rec := w.get("/" + items[0].String()); rec.Code != http.StatusNotFound {
		t.Fatalf("status %d before the release, want 404", rec.Code)
	}
	orders, err := w.book.OrdersOf(t.Context(), code)
	w.must(err)
	_, err = w.book.Release(t.Context(), w.asProducer(), orders[0].ID)
	w.must(err)
	w.poll()
	if rec := w.get("/" + items[0].String()); rec.Code != http.StatusOK {
		t.Errorf("status %d after the release, want 200", rec.Code)
	}
}

// TestChangeDuringBuild writes while the dossier is being read: what was read
// before the change must not be kept after it.
func TestChangeDuringBuild(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	w.poll()
	recall := func() {
		w.recall(code, "mốc")
		w.poll() // the poll that reports it comes before the page is built
	}
	w.store.delay.Store(&recall)
	fresh := w.freshCache()
	contains(t, fresh("/"+code), "Lô hàng bị thu hồi")
	contains(t, fresh("/"+code), "Lô hàng bị thu hồi")
}

// freshCache empties the cache, as far as the world's handler is concerned.
func (w *world) freshCache() func(path string) string {
	cache, err := w.newCache(w.now)
	w.must(err)
	w.cache = cache
	pages, err := scan.New(scan.Config{Ledger: w.ledger, Cache: cache, Counter: w.counter, Now: w.now})
	w.must(err)
	w.handler = engine(pages)
	return func(path string) string { return w.get(path).Body.String() }
}

// TestRunShowsAChangeWithinFiveSeconds runs the cache on a fake clock.
func TestRunShowsAChangeWithinFiveSeconds(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		now := func() time.Time { return noon.Add(time.Since(start)) }
		cache, err := w.newCache(now)
		w.must(err)
		pages, err := scan.New(scan.Config{Ledger: w.ledger, Cache: cache, Counter: w.counter, Now: now})
		w.must(err)
		w.handler = engine(pages)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { _ = cache.Run(ctx) })
		for second := range 20 {
			time.Sleep(time.Second)
			synctest.Wait()
			w.clock.Store(now().UnixMilli())
			body := w.get("/" + code).Body.String()
			lacks(t, body, "Dữ liệu lúc")
			if second == 9 {
				w.recall(code, "mốc")
			}
			if got := strings.Contains(body, "Lô hàng bị thu hồi"); got != (second > 12) && (second <= 9 || second > 14) {
				t.Errorf("second %d: recall shown: %v", second, got)
			}
		}
		stop()
		group.Wait()
	})
}

// running gives the world a cache on the fake clock of a bubble, and runs it
// until stop is called.
func (w *world) running(t *testing.T) (stop func()) {
	t.Helper()
	start, begin := time.Now(), w.now()
	now := func() time.Time { return begin.Add(time.Since(start)) }
	cache, err := w.newCache(now)
	w.must(err)
	pages, err := scan.New(scan.Config{Ledger: w.ledger, Cache: cache, Counter: w.counter, Now: now})
	w.must(err)
	w.handler = engine(pages)
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { _ = cache.Run(ctx) })
	return func() {
		cancel()
		group.Wait()
	}
}

// TestLateChangeIsSeen makes changes that no poll ever reports.
func TestLateChangeIsSeen(t *testing.T) {
	const sign = "Lô hàng bị thu hồi"
	w := newWorld(t)
	asked, idle := w.released("L1"), w.released("L2")
	w.store.mute.Store(true)
	synctest.Test(t, func(t *testing.T) {
		stop := w.running(t)
		defer stop()
		lacks(t, w.get("/"+asked).Body.String(), sign)
		lacks(t, w.get("/"+idle).Body.String(), sign)
		w.recall(asked, "mốc")
		w.recall(idle, "mốc")
		time.Sleep(time.Minute + time.Second)
		before := w.store.reads.Load()
		lacks(t, w.get("/"+asked).Body.String(), sign) // once more
		synctest.Wait()
		if w.store.reads.Load() == before {
			t.Error("an old entry was not read again")
		}
		contains(t, w.get("/"+asked).Body.String(), sign)
		time.Sleep(time.Minute)
		contains(t, w.get("/"+idle).Body.String(), sign)
	})
}

// TestOldEntrySurvivesAnOutage lets entries grow old while the store is away.
func TestOldEntrySurvivesAnOutage(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	synctest.Test(t, func(t *testing.T) {
		stop := w.running(t)
		defer stop()
		w.get("/" + code)
		time.Sleep(59 * time.Second)
		w.store.away.Store(true)
		time.Sleep(1500 * time.Millisecond) // old now, and not known to be away
		for range 3 {
			if rec := w.get("/" + code); rec.Code != http.StatusOK || strings.Contains(rec.Body.String(), "Dữ liệu lúc") {
				t.Errorf("status %d, or dated too early", rec.Code)
			}
			synctest.Wait()
		}
		time.Sleep(10 * time.Minute)
		contains(t, w.get("/"+code).Body.String(), "Dữ liệu lúc 09:30")
		w.store.away.Store(false)
		w.recall(code, "mốc")
		time.Sleep(3 * time.Second)
		body := w.get("/" + code).Body.String()
		contains(t, body, "Lô hàng bị thu hồi")
		lacks(t, body, "Dữ liệu lúc")
	})
}

// TestSlowBuildsDelayNoPoll drops many entries while building one takes long.
func TestSlowBuildsDelayNoPoll(t *testing.T) {
	w := newWorld(t)
	var codes []string
	for i := range 12 {
		codes = append(codes, w.released(fmt.Sprintf("L%d", i)))
	}
	synctest.Test(t, func(t *testing.T) {
		stop := w.running(t)
		for _, code := range codes {
			w.get("/" + code)
		}
		w.store.slow.Store(int64(3 * time.Second))
		w.addPhoto() // concerns all of them
		time.Sleep(8 * time.Second)
		lacks(t, w.get("/"+codes[0]).Body.String(), "Dữ liệu lúc")
		time.Sleep(10 * time.Second)
		w.store.slow.Store(int64(time.Hour))
		w.move(w.asProducer(), codes[0], trace.BatchRecalled, "mốc")
		time.Sleep(3 * time.Second) // it is being built
		start := time.Now()
		stop()
		if d := time.Since(start); d > 0 {
			t.Errorf("it took %v to stop", d)
		}
	})
}

// TestKeptAnswersAreBounded asks for every variant of a large batch's page.
func TestKeptAnswersAreBounded(t *testing.T) {
	w := newWorld(t)
	code := w.fullest()
	item := w.items(code, 1, true)[0].String()
	w.poll()
	for _, c := range []string{code, item} {
		for _, query := range []string{"", "?lang=vi", "?lang=en"} {
			w.get("/" + c + query)
		}
		w.get("/"+c, "Accept-Language", "en")
	}
	kept := w.cache.KeptBytes()
	if kept == 0 || kept > 8*maxSize {
		t.Errorf("%d bytes kept, want those of 8 pages", kept)
	}
	for _, c := range []string{code, item} {
		w.get("/" + c + "/records")
		w.get("/" + c + "/records?lang=en")
		w.get("/"+c, "Accept", "application/json")
	}
	if now := w.cache.KeptBytes(); now != kept {
		t.Errorf("%d bytes more are kept of answers without a bound", now-kept)
	}
}

// TestOutage takes the store away.
func TestOutage(t *testing.T) {
	w := newWorld(t)
	code, cold := w.complete(), w.released("L2")
	item := w.items(code, 1, true)[0].String()
	w.fresh()
	w.warm(code)
	w.get("/" + item)
	tag := w.get("/" + code).Header().Get("ETag")
	w.store.away.Store(true)
	for range 3 {
		w.advance(2 * time.Second)
		if err := w.cache.Poll(t.Context()); err == nil {
			t.Fatal("polling worked though the store is away")
		}
	}
	rec := w.get("/"+code, "If-None-Match", tag)
	if rec.Code != http.StatusOK {
		t.Errorf("warm page: %d, want 200 because it is dated now", rec.Code)
	}
	contains(t, rec.Body.String(), "Dữ liệu lúc 09:32 ngày 23/11/2026")
	contains(t, w.get("/"+code+"?lang=en").Body.String(), "Data as of 09:32")
	contains(t, w.get("/"+item).Body.String(), "Dữ liệu lúc", "chưa đọc được số lượt quét")
	if d := decode(t, w.get("/"+code, "Accept", "application/json").Body.Bytes()); d.AsOf == nil {
		t.Error("JSON does not say that it may be old")
	}
	rec = w.get("/" + cold)
	if rec.Code != http.StatusServiceUnavailable || rec.Header().Get("Retry-After") == "" {
		t.Errorf("cold page: %d, retry after %q", rec.Code, rec.Header().Get("Retry-After"))
	}
	contains(t, rec.Body.String(), "Tạm thời chưa tra cứu được")
	w.advance(15 * time.Minute)
	contains(t, w.get("/"+code).Body.String(), "Dữ liệu lúc 09:32")

	w.store.away.Store(false)
	w.recall(code, "mốc")
	w.poll()
	body := w.get("/" + code).Body.String()
	contains(t, body, "Lô hàng bị thu hồi")
	lacks(t, body, "Dữ liệu lúc")
	if rec := w.get("/" + cold); rec.Code != http.StatusOK {
		t.Errorf("cold page after the outage: %d", rec.Code)
	}
}

// fresh gives the world an empty cache that is current and too late to build
// by itself what was published before.
func (w *world) fresh() {
	w.advance(time.Minute)
	w.freshCache()
	w.poll()
}

// TestUnknownCodesAreNotKept asks for many codes that do not exist.
func TestUnknownCodesAreNotKept(t *testing.T) {
	w := newWorld(t)
	code := unknownCode()
	w.get("/" + code)
	before := w.store.reads.Load()
	w.get("/" + code)
	if w.store.reads.Load() == before {
		t.Error("an unknown code was answered from memory")
	}
}

// TestMalformedCodesReadNothing: what cannot be a code costs the store nothing.
func TestMalformedCodesReadNothing(t *testing.T) {
	w := newWorld(t)
	before := w.store.reads.Load()
	for _, s := range []string{"abc", "K7Q2M9XR4", "K7Q2M-9XR4V-K7Q2M", "%F0%9F%8D%B5", strings.Repeat("K", 300)} {
		if rec := w.get("/" + s); rec.Code != http.StatusNotFound {
			t.Errorf("GET /%s: %d", s, rec.Code)
		}
	}
	if n := w.store.reads.Load() - before; n != 0 {
		t.Errorf("%d reads for what is no code", n)
	}
}

// TestConcurrentReadersBuildOnce lets many ask for one cold page at once.
func TestConcurrentReadersBuildOnce(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	before := w.store.reads.Load()
	w.get("/" + code)
	one := w.store.reads.Load() - before
	w.fresh()
	before = w.store.reads.Load()
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() { w.get("/" + code) })
	}
	group.Wait()
	// A reader that comes when the first is done is served from the cache.
	if n := w.store.reads.Load() - before; n != one {
		t.Errorf("%d reads for 32 readers, %d for one", n, one)
	}
}
