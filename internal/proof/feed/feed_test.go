package feed_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/proof/feed"
	"temgoc/internal/proof/policy"
	"temgoc/internal/proof/witness"
	"temgoc/internal/testing/treelog"
)

var quiet = slog.New(slog.DiscardHandler)

// store keeps a cosigned checkpoint in memory.
type store struct {
	mu     sync.Mutex
	signed []byte
	saves  int
}

func (s *store) Cosigned(context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signed, nil
}

func (s *store) SaveCosigned(_ context.Context, signed []byte, _ []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signed = bytes.Clone(signed)
	s.saves++
	return nil
}

// A world is a log with witnesses, of which two are asked for.
type world struct {
	t      *testing.T
	log    *treelog.Log
	store  *store
	policy *policy.Policy
	at     time.Time
	// down makes a witness answer 503, odd answer 200 with nonsense.
	down, odd []bool
	requests  []int
}

func newWorld(t *testing.T, n int) *world {
	w := &world{
		t: t, log: treelog.New(t, "t.example.vn/log"), store: &store{}, at: time.Unix(1_800_000_000, 0).UTC(),
		down: make([]bool, n), odd: make([]bool, n), requests: make([]int, n),
	}
	text, names := "log "+w.log.VKey+"\n", ""
	for i := range n {
		dir := filepath.Join(t.TempDir(), "w")
		name := fmt.Sprintf("w%d", i)
		vkey, err := witness.Init(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		if err := witness.Watch(dir, w.log.VKey); err != nil {
			t.Fatal(err)
		}
		v, err := witness.Open(dir, func() time.Time { return w.at }, quiet)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(w.line(i, v.Handler(prometheus.NewRegistry())))
		t.Cleanup(func() {
			server.Close()
			_ = v.Close()
		})
		text += fmt.Sprintf("witness %s %s %s/\n", name, vkey, server.URL)
		names += " " + name
	}
	var err error
	if w.policy, err = policy.Parse([]byte(text + "group g 2" + names + "\nquorum g\n")); err != nil {
		t.Fatal(err)
	}
	return w
}

// line is the way to a witness.
func (w *world) line(i int, next http.Handler) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		w.requests[i]++
		mu.Unlock()
		switch {
		case w.down[i]:
			http.Error(rw, "down", http.StatusServiceUnavailable)
		case w.odd[i]:
			fmt.Fprint(rw, "— w0 AAAAAAAAAAAA\n")
		default:
			next.ServeHTTP(rw, r)
		}
	})
}

func (w *world) feeder() *feed.Feeder {
	return feed.New(feed.Config{Log: w.log, Store: w.store, Policy: w.policy, Logger: quiet, Now: func() time.Time { return w.at }})
}

// expect checks what is stored: the size, how many witnesses, whether enough.
func (w *world) expect(size int64, witnesses int, met bool) {
	w.t.Helper()
	r, err := w.policy.Verify(w.store.signed)
	if err != nil {
		w.t.Fatal(err)
	}
	if r.Size != size || len(r.Witnesses) != witnesses || r.Met != met {
		w.t.Errorf("stored: size %d, %d witnesses, enough %t; want %d, %d, %t", r.Size, len(r.Witnesses), r.Met, size, witnesses, met)
	}
}

func TestRounds(t *testing.T) {
	w := newWorld(t, 3)
	f := w.feeder()
	if err := f.Round(t.Context()); err != nil {
		t.Fatalf("an empty log: %v", err)
	}
	w.log.Grow(5, "a")
	if err := f.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.expect(5, 3, true)
	requests := w.requests[0]
	if err := f.Round(t.Context()); err != nil || w.requests[0] != requests {
		t.Errorf("%d requests about what is cosigned, %v", w.requests[0]-requests, err)
	}
	w.log.Grow(9, "a")
	if err := f.Round(t.Context()); err != nil || w.requests[0] != requests+1 {
		t.Errorf("%d requests to go on, %v", w.requests[0]-requests, err)
	}
	w.expect(14, 3, true)
	if s := f.Status(); !s.Pending.IsZero() || s.Size != 14 || s.Cosigned.Size != 14 || !s.Cosigned.Since().Equal(w.at) {
		t.Errorf("%+v", s)
	}
}

// Witnesses that are away: what is missing is said, since when, and made up for
// later; a stored checkpoint with enough witnesses is not given up for one
// without.
func TestWitnessesAway(t *testing.T) {
	w := newWorld(t, 3)
	f := w.feeder()
	w.log.Grow(5, "a")
	w.down[1] = true
	if err := f.Round(t.Context()); err == nil || !strings.Contains(err.Error(), "w1: the witness answers 503") {
		t.Errorf("error %v", err)
	}
	w.expect(5, 2, true)
	cosigned := w.at
	w.at = w.at.Add(time.Hour)
	since := w.at
	w.log.Grow(5, "a")
	w.down[0], w.odd[2] = true, true
	if err := f.Round(t.Context()); err == nil || !strings.Contains(err.Error(), "w2: the answer of the witness") {
		t.Errorf("error %v", err)
	}
	w.at = w.at.Add(time.Hour)
	if err := f.Round(t.Context()); err == nil {
		t.Error("no witness, and no error")
	}
	w.expect(5, 2, true)
	if s := f.Status(); !s.Pending.Equal(since) || s.Size != 10 || !s.Cosigned.Since().Equal(cosigned) || len(s.Failures) != 3 {
		t.Errorf("%+v", s)
	}
	w.down[1] = false
	_ = f.Round(t.Context()) // two are still away
	w.expect(5, 2, true)
	w.odd[2] = false
	_ = f.Round(t.Context()) // one is still away
	w.expect(10, 2, true)
	if s := f.Status(); !s.Pending.IsZero() {
		t.Errorf("%+v", s)
	}
	w.down[0] = false
	if err := f.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.expect(10, 3, true)
}

// Two processes feed at once, and one that starts anew: no harm.
func TestTwoFeeders(t *testing.T) {
	w := newWorld(t, 2)
	a, b := w.feeder(), w.feeder()
	for range 20 {
		w.log.Grow(2, "a")
		var group sync.WaitGroup
		for _, f := range []*feed.Feeder{a, b, w.feeder()} {
			group.Go(func() { _ = f.Round(t.Context()) }) // one may be overtaken
		}
		group.Wait()
	}
	if err := w.feeder().Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.expect(40, 2, true)
}

// A log that lost statements, or forked, is told apart from a witness away.
func TestRollbackIsSaid(t *testing.T) {
	w := newWorld(t, 2)
	w.log.Grow(5, "a")
	short, fork := w.log.Copy(), w.log.Copy()
	w.log.Grow(5, "a")
	if err := w.feeder().Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.store.signed = nil
	w.log = short
	if err := w.feeder().Round(t.Context()); err == nil || !strings.Contains(err.Error(), "the witness knows 10 statements, the log here has 5") {
		t.Errorf("error %v", err)
	}
	fork.Grow(5, "fork")
	w.log = fork
	if err := w.feeder().Round(t.Context()); err == nil || !strings.Contains(err.Error(), "another log of 10 statements") {
		t.Errorf("error %v", err)
	}
	fork.Grow(5, "fork")
	if err := w.feeder().Round(t.Context()); err == nil || !strings.Contains(err.Error(), "422") {
		t.Errorf("error %v", err)
	}
	if w.store.signed != nil {
		t.Errorf("stored: %s", w.store.signed)
	}
}
