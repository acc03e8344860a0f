package scan_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/proof"
	"temgoc/internal/testing/loopback"
	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
)

// BenchmarkWarmPage asks for a page in the cache, counted, and in turn for the
// same bytes, header fields and body, from a bare Gin handler that has them at
// hand, and for the body alone. It reports the rate of the first as a share of
// the others.
func BenchmarkWarmPage(b *testing.B) {
	w := newWorld(b)
	path := "/" + w.fullest()
	answer := w.get(path)
	body := answer.Body.Bytes()
	ctx, stop := context.WithCancel(b.Context())
	var group sync.WaitGroup
	group.Go(func() { _ = w.counter.Run(ctx) })
	defer group.Wait()
	defer stop()

	same, bodyOnly := gin.New(), gin.New()
	same.GET("/:code", func(g *gin.Context) {
		for name, values := range answer.Header() {
			g.Header(name, values[0])
		}
		g.Data(http.StatusOK, "text/html; charset=utf-8", body)
	})
	bodyOnly.GET("/:code", func(g *gin.Context) {
		g.Header("Content-Length", strconv.Itoa(len(body)))
		g.Data(http.StatusOK, "text/html; charset=utf-8", body)
	})
	asks := []func(){loopback.Client(b, w.handler, path), loopback.Client(b, same, path), loopback.Client(b, bodyOnly, path)}
	took := make([]time.Duration, len(asks))
	const round = 50 // in turn, so that whatever else the machine does meets all
	for b.Loop() {
		for i, ask := range asks {
			start := time.Now()
			for range round {
				ask()
			}
			took[i] += time.Since(start)
		}
	}
	b.ReportMetric(float64(b.N)*round/took[0].Seconds(), "pages/s")
	b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "ratio")
	b.ReportMetric(took[2].Seconds()/took[0].Seconds(), "ratio-to-body-alone")
	b.ReportMetric(float64(len(body)), "bytes/page")
	b.ReportMetric(0, "ns/op") // of a round of all three, which tells nothing
}

// A sink is a ResponseWriter that keeps nothing.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }
func (s *sink) WriteHeader(int)             {}

func call(b *testing.B, h http.Handler, path string) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	r.Header.Set("Accept-Language", "vi-VN,vi;q=0.9,en;q=0.8")
	b.ReportAllocs()
	out := &sink{http.Header{}}
	for b.Loop() {
		clear(out.header)
		h.ServeHTTP(out, r)
	}
}

// BenchmarkWarmHandler is the same without a network: our own share.
func BenchmarkWarmHandler(b *testing.B) {
	w := newWorld(b)
	path := "/" + w.fullest()
	w.get(path)
	call(b, w.handler, path)
}

// BenchmarkItemPage is the page of an item, which is rendered for each scan.
func BenchmarkItemPage(b *testing.B) {
	w := newWorld(b)
	call(b, w.handler, "/"+w.items(w.fullest(), 1, true)[0].String())
}

// BenchmarkColdPage reads and renders a page that is in no cache, without and
// with the check against the log.
func BenchmarkColdPage(b *testing.B) {
	w := newWorld(b)
	path := "/" + w.fullest()
	for name, log := range map[string]*proof.Log{"unchecked": nil, "checked": w.log} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				cache, err := scan.NewCache(scan.CacheConfig{Store: w.store, Loader: w.ledger, Orders: w.book, Keys: w.keys, Log: log, Now: w.now})
				w.must(err)
				pages, err := scan.New(scan.Config{Ledger: w.ledger, Cache: cache, Counter: w.counter, Now: w.now})
				w.must(err)
				w.handler = engine(pages)
				if rec := w.get(path); rec.Code != http.StatusOK {
					b.Fatal(rec.Code)
				}
			}
		})
	}
}

// BenchmarkCount counts views from all cores.
func BenchmarkCount(b *testing.B) {
	w := newWorld(b)
	counter := scan.NewCounter(w.store, time.Now)
	now := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			counter.Add("K7Q2M9XR4V", now)
		}
	})
}

// BenchmarkEntryMemory measures what the cache keeps of a usual batch, with
// one page rendered and with all four of its batch code.
func BenchmarkEntryMemory(b *testing.B) {
	w := newWorld(b)
	w.complete()
	codes := make([]string, 40)
	for i := range codes {
		codes[i] = w.addBatch(fmt.Sprintf("M%d", i)).ID
		w.journey(codes[i])
		w.move(w.asProducer(), codes[i], trace.BatchReleased, "")
	}
	for b.Loop() {
		w.freshCache()
		empty := heap()
		for _, code := range codes {
			w.get("/" + code)
		}
		b.ReportMetric(float64(heap()-empty)/float64(len(codes)), "B/entry")
		for _, code := range codes {
			w.get("/" + code + "?lang=vi")
			w.get("/" + code + "?lang=en")
			w.get("/"+code, "Accept-Language", "en")
		}
		b.ReportMetric(float64(heap()-empty)/float64(len(codes)), "B/entry-4-pages")
	}
	runtime.KeepAlive(w)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
