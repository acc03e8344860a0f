package scan_test

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/web/scan"
)

// serve puts a handler behind a real listener with keep-alive, as it is in
// service, and returns how to ask it.
func serve(b *testing.B, h http.Handler) (ask func(path string)) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(l) }()
	b.Cleanup(func() { server.Close() })
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	return func(path string) {
		resp, err := client.Get("http://" + l.Addr().String() + path)
		if err != nil {
			b.Error(err)
			return
		}
		if n, err := io.Copy(io.Discard, resp.Body); err != nil || n < 5000 || resp.StatusCode != http.StatusOK {
			b.Errorf("%d, %d bytes, %v", resp.StatusCode, n, err)
		}
		resp.Body.Close()
	}
}

// BenchmarkWarmPage asks for a page in the cache, counted, and in turn for the
// same bytes from a bare Gin handler. It reports the rate of the first as a
// share of the second.
func BenchmarkWarmPage(b *testing.B) {
	w := newWorld(b)
	path := "/" + w.fullest()
	body := w.get(path).Body.Bytes()
	bare := gin.New()
	bare.GET("/:code", func(g *gin.Context) { g.Data(http.StatusOK, "text/html; charset=utf-8", body) })
	askBare, askPage := serve(b, bare), serve(b, w.handler)
	askBare(path)
	askPage(path)

	// Rounds in turn, so that whatever else the machine does meets both.
	const round = 50
	var bareTime, pageTime time.Duration
	for b.Loop() {
		start := time.Now()
		for range round {
			askBare(path)
		}
		middle := time.Now()
		for range round {
			askPage(path)
		}
		bareTime += middle.Sub(start)
		pageTime += time.Since(middle)
	}
	n := float64(b.N) * round
	b.ReportMetric(n/pageTime.Seconds(), "pages/s")
	b.ReportMetric(n/bareTime.Seconds(), "bare/s")
	b.ReportMetric(bareTime.Seconds()/pageTime.Seconds(), "ratio")
	b.ReportMetric(float64(len(body)), "bytes/page")
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

// BenchmarkColdPage reads and renders a page that is in no cache.
func BenchmarkColdPage(b *testing.B) {
	w := newWorld(b)
	path := "/" + w.fullest()
	for b.Loop() {
		cache, err := scan.NewCache(scan.CacheConfig{Store: w.store, Loader: w.ledger, Orders: w.book, Keys: w.keys, Now: w.now})
		w.must(err)
		pages, err := scan.New(scan.Config{Ledger: w.ledger, Cache: cache, Counter: w.counter, Now: w.now})
		w.must(err)
		h := engine(pages)
		w.handler = h
		if rec := w.get(path); rec.Code != http.StatusOK {
			b.Fatal(rec.Code)
		}
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
