package scan_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
)

// A replica is a service of its own over the store of a world: nothing is shared
// but the store and the clock.
type replica struct {
	w       *world
	cache   *scan.Cache
	ledger  *trace.Ledger
	handler http.Handler
}

func (w *world) replica() *replica {
	w.Helper()
	r := &replica{w: w, ledger: trace.New(trace.Config{Store: w.store, Files: w.files, Keys: w.keys, Now: w.now})}
	book, err := printing.New(r.ledger, w.keys, "https://t.example.vn")
	w.must(err)
	r.cache, err = scan.NewCache(scan.CacheConfig{Store: w.store, Loader: r.ledger, Orders: book, Keys: w.keys, Now: w.now})
	w.must(err)
	pages, err := scan.New(scan.Config{Ledger: r.ledger, Cache: r.cache, Counter: scan.NewCounter(w.store, w.now), Now: w.now})
	w.must(err)
	r.handler = engine(pages)
	return r
}

// page is what a replica shows; it may have to be read.
func (r *replica) page(code string) string {
	r.w.Helper()
	rec := httptest.NewRecorder()
	r.handler.ServeHTTP(rec, httptest.NewRequestWithContext(r.w.Context(), http.MethodGet, "/"+code, nil))
	if rec.Code != http.StatusOK {
		r.w.Fatalf("/%s answers %d", code, rec.Code)
	}
	return rec.Body.String()
}

// TestRecallReachesEveryReplica recalls the first of a chain of batches through
// one replica. Two seconds later, when every replica has polled once, all of
// them show it on every stamp of the batch and of what was made of it, at any
// depth: those that were looked at before, and those that were not.
func TestRecallReachesEveryReplica(t *testing.T) {
	w := newWorld(t)
	const depth = 6
	chain := []string{w.released("L0")}
	for i := range depth {
		chain = append(chain, w.released(fmt.Sprintf("L%d", i+1), trace.Input{Batch: chain[i], Quantity: qty("5", "KGM")}))
	}
	stamps := append(chain, w.items(chain[0], 1, true)[0].String(), w.items(chain[depth], 1, true)[0].String())
	replicas := []*replica{w.replica(), w.replica(), w.replica()}
	w.advance(time.Minute)
	for i, r := range replicas {
		w.must(r.cache.Poll(t.Context()))
		for n, code := range stamps {
			if i < 2 || n%2 == 0 { // the third replica has some of them only
				lacks(t, r.page(code), "nhiễm chì")
			}
		}
	}
	_, err := replicas[0].ledger.MoveBatch(t.Context(), w.asProducer(), chain[0], trace.Transition{To: trace.BatchRecalled, Reason: "nhiễm chì"})
	w.must(err)
	w.advance(2 * time.Second) // how often each replica polls
	for i, r := range replicas {
		w.must(r.cache.Poll(t.Context()))
		for _, code := range stamps {
			if page := r.page(code); !strings.Contains(page, `class="v bad"`) || !strings.Contains(page, "nhiễm chì") {
				t.Errorf("replica %d does not show the recall on %s", i, code)
			}
		}
	}
}

// TestStarsLeaveEveryReplica withdraws one certificate and lets another run out:
// the stars go from every replica, as recalls come.
func TestStarsLeaveEveryReplica(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(w *world, certificate string)
	}{
		{"withdrawn", func(w *world, certificate string) {
			_, err := w.ledger.WithdrawCertificate(w.Context(), office, certificate, trace.Ending{From: trace.DateOf(w.now()), Reason: "vi phạm"})
			w.must(err)
		}},
		{"expired", func(w *world, certificate string) { // at the end of its last day, without a change
			c, err := w.ledger.Certificate(w.Context(), office.By, certificate)
			w.must(err)
			w.clock.Store(c.Data.ValidUntil.AddDays(1).Start().Add(-time.Second).UnixMilli())
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			code := w.released("L1")
			certificate := w.addStars("1/QĐ", "2026-01-01", 4)
			replicas := []*replica{w.replica(), w.replica()}
			show := func(want bool) {
				t.Helper()
				for i, r := range replicas {
					w.must(r.cache.Poll(t.Context()))
					if got := strings.Contains(r.page(code), "★★★★"); got != want {
						t.Errorf("replica %d shows stars: %v, want %v", i, got, want)
					}
				}
			}
			w.advance(time.Minute)
			show(true)
			tt.end(w, certificate.ID)
			if tt.name == "expired" {
				show(true) // its last second
			}
			w.advance(2 * time.Second)
			show(false)
		})
	}
}
