package web

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/sample"
	"temgoc/internal/testing/loopback"
)

// BenchmarkService asks the whole service, with its log and metrics, for a
// page in the cache, and in turn a bare Gin handler for the same bytes. It
// reports the rate of the first as a share of the second.
func BenchmarkService(b *testing.B) {
	c := config(b, io.Discard)
	demo, err := sample.Load(b.Context(), c.API.Ledger, c.API.Book, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	service, err := New(c)
	if err != nil {
		b.Fatal(err)
	}
	path := "/" + demo.Good
	answer := request(service, http.MethodGet, path)
	if answer.Code != http.StatusOK {
		b.Fatalf("GET %s = %d", path, answer.Code)
	}
	bare := gin.New()
	bare.GET("/:code", func(g *gin.Context) {
		for name, values := range answer.Header() {
			g.Header(name, values[0])
		}
		g.Data(http.StatusOK, answer.Header().Get("Content-Type"), answer.Body.Bytes())
	})
	asks := []func(){loopback.Client(b, service, path), loopback.Client(b, bare, path)}
	took := make([]time.Duration, len(asks))
	const round = 50 // in turn, so that whatever else the machine does meets both
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
	b.ReportMetric(0, "ns/op") // of a round of both, which tells nothing
}
