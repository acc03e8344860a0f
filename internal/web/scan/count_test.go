package scan_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
)

func (w *world) stored(code string) int64 {
	w.Helper()
	counts, err := w.store.Counts(w.Context(), []string{scan.CountKey(code)})
	w.must(err)
	if len(counts) == 0 {
		return 0
	}
	return counts[0].N
}

func TestWhatCounts(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	item := w.items(code, 1, true)[0].String()
	tag := w.get("/" + code).Header().Get("ETag") // 1
	tests := []struct {
		name, path string
		do         func(path string)
		want       int64
	}{
		{"page", "/" + code, func(p string) { w.get(p) }, 1},
		{"lower case", "/" + code, func(string) { w.get("/" + string([]byte(code)[:5]) + "-" + code[5:]) }, 1},
		{"revalidation", "/" + code, func(p string) {
			if rec := w.get(p, "If-None-Match", tag); rec.Code != http.StatusNotModified {
				t.Errorf("status %d", rec.Code)
			}
		}, 1},
		{"HEAD", "/" + code, func(p string) { w.do(http.MethodHead, p) }, 0},
		{"JSON", "/" + code, func(p string) { w.get(p, "Accept", "application/json") }, 0},
		{"language switch", "/" + code, func(p string) { w.get(p + "?lang=en") }, 0},
		{"records", "/" + code, func(p string) { w.get(p + "/records") }, 0},
		{"prefetch", "/" + code, func(p string) { w.get(p, "Sec-Purpose", "prefetch") }, 0},
		{"item", "/" + item, func(p string) { w.get(p) }, 1},
		{"item HEAD", "/" + item, func(p string) { w.do(http.MethodHead, p) }, 0},
		{"item in English", "/" + item, func(p string) { w.get(p + "?lang=en") }, 0},
		{"unknown", "/" + unknownCode(), func(p string) { w.get(p) }, 0},
		{"not issued", "/" + w.foreignItem(code), func(p string) { w.get(p) }, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.must(w.counter.Flush(t.Context()))
			before := w.stored(tt.path[1:])
			tt.do(tt.path)
			w.must(w.counter.Flush(t.Context()))
			if got := w.stored(tt.path[1:]) - before; got != tt.want {
				t.Errorf("counted %d, want %d", got, tt.want)
			}
		})
	}
}

// TestCounterFlushes runs the counter on a fake clock, over an outage, and
// stops it in the middle.
func TestCounterFlushes(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	synctest.Test(t, func(t *testing.T) {
		counter := scan.NewCounter(w.store, time.Now)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- counter.Run(ctx) }()
		first := time.Now()
		counter.Add(code, first)
		counter.Add(code, first.Add(300*time.Millisecond))
		time.Sleep(1100 * time.Millisecond)
		synctest.Wait()
		if got := w.stored(code); got != 2 {
			t.Errorf("%d stored after a second, want 2", got)
		}
		w.store.away.Store(true)
		counter.Add(code, time.Now())
		time.Sleep(3 * time.Second)
		synctest.Wait()
		w.store.away.Store(false)
		counter.Add(code, time.Now())
		time.Sleep(time.Second)
		synctest.Wait()
		if got := w.stored(code); got != 4 {
			t.Errorf("%d stored after the outage, want 4", got)
		}
		counter.Add(code, time.Now())
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		counts, err := w.store.Counts(w.Context(), []string{scan.CountKey(code)})
		w.must(err)
		if len(counts) != 1 || counts[0].N != 5 || !counts[0].First.Equal(first) {
			t.Errorf("stored %+v, want 5 views since %v", counts, first)
		}
	})
}

// TestStopCutsNoFlushOff stops the counter while the store, which has applied
// what it was given, has not answered yet.
func TestStopCutsNoFlushOff(t *testing.T) {
	w := newWorld(t)
	synctest.Test(t, func(t *testing.T) {
		counter := scan.NewCounter(w.store, time.Now)
		add := func(ctx context.Context, counts []trace.Count) error {
			if err := w.store.Store.AddCounts(ctx, counts); err != nil {
				return err
			}
			select {
			case <-time.After(2 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		w.store.count.Store(&add)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- counter.Run(ctx) }()
		counter.Add("A", time.Now())
		time.Sleep(1500 * time.Millisecond) // it is being flushed
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if got := w.stored("A"); got != 1 {
			t.Errorf("one view was stored as %d", got)
		}
	})
}

// TestLastFlushIsTriedAgain stops the counter during a short outage, and during
// a long one.
func TestLastFlushIsTriedAgain(t *testing.T) {
	for outage, lost := range map[time.Duration]bool{time.Second: false, time.Hour: true} {
		w := newWorld(t)
		synctest.Test(t, func(t *testing.T) {
			counter := scan.NewCounter(w.store, time.Now)
			ctx, stop := context.WithCancel(t.Context())
			counter.Add("A", time.Now())
			w.store.away.Store(true)
			back := time.AfterFunc(outage, func() { w.store.away.Store(false) })
			defer back.Stop()
			stop()
			start := time.Now()
			if err := counter.Run(ctx); (err != nil) != lost {
				t.Errorf("outage of %v: %v", outage, err)
			}
			if d := time.Since(start); d > 11*time.Second {
				t.Errorf("outage of %v: it took %v to stop", outage, d)
			}
		})
	}
}

// TestViewsWaitShortly reads counts from a store that hangs.
func TestViewsWaitShortly(t *testing.T) {
	w := newWorld(t)
	synctest.Test(t, func(t *testing.T) {
		counter := scan.NewCounter(w.store, time.Now)
		views := func(code string, want int64, wait time.Duration, fails bool) {
			t.Helper()
			start := time.Now()
			got, err := counter.Views(t.Context(), code)
			if got.N != want || (err != nil) != fails || time.Since(start) != wait {
				t.Errorf("%s: %d views, %v, after %v; want %d after %v", code, got.N, err, time.Since(start), want, wait)
			}
		}
		counter.Add("A", time.Now())
		w.must(counter.Flush(t.Context()))
		views("A", 1, 0, false)
		counter.Add("A", time.Now())
		w.must(counter.Flush(t.Context()))
		w.store.hang.Store(true)
		counter.Add("A", time.Now())
		views("A", 3, 300*time.Millisecond, false) // the last known and what waits
		views("A", 3, 0, false)
		views("B", 0, 0, true)
		time.Sleep(5 * time.Second)
		views("B", 0, 300*time.Millisecond, true)
		w.store.hang.Store(false)
		time.Sleep(5 * time.Second)
		views("B", 0, 0, false)
		views("A", 3, 0, false)
	})
}

// TestCounterLosesNothing counts from many goroutines while it is flushed.
func TestCounterLosesNothing(t *testing.T) {
	w := newWorld(t)
	counter := scan.NewCounter(w.store, w.now)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range 2000 {
				counter.Add([]string{"A", "B", "C"}[i%2], w.now())
			}
		})
	}
	group.Go(func() {
		for range 20 {
			if err := counter.Flush(t.Context()); err != nil {
				t.Error(err)
			}
			if _, err := counter.Views(t.Context(), "A"); err != nil {
				t.Error(err)
			}
		}
	})
	group.Wait()
	w.must(counter.Flush(t.Context()))
	if a, b := w.stored("A"), w.stored("B"); a != 4000 || b != 4000 {
		t.Errorf("stored %d and %d, want 4000 each", a, b)
	}
	if got, err := counter.Views(t.Context(), "A"); err != nil || got.N != 4000 {
		t.Errorf("views %+v, %v", got, err)
	}
	if counter.Lost() != 0 {
		t.Errorf("%d lost", counter.Lost())
	}
}

// TestCounterIsBounded counts more codes than may wait for a store that is
// away.
func TestCounterIsBounded(t *testing.T) {
	w := newWorld(t)
	w.store.away.Store(true)
	counter := scan.NewCounter(w.store, w.now)
	const codes = 210_000
	for i := range codes {
		counter.Add(string(rune('A'+i%26))+time.Duration(i).String(), w.now())
	}
	if err := counter.Flush(t.Context()); err == nil {
		t.Fatal("flushed though the store is away")
	}
	if lost := counter.Lost(); lost != 10_000 {
		t.Errorf("%d lost, want those above 200,000", lost)
	}
}
