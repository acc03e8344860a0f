package bulk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/proof"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A sink takes the revisions of an engine that is filled, in any number.
type sink interface {
	add(ctx context.Context, revisions []trace.Revision) error
	// counts adds counters that are new.
	counts(ctx context.Context, counts []trace.Count) error
	// finish makes what was filled usable. It is called once, also after errors.
	finish(ctx context.Context) error
}

// publicURL is what stamps lead to.
const publicURL = "https://t.example.vn"

// A writer is the service's own ledger, book and log, over a memory that passes
// everything on to a sink.
type writer struct {
	sink   sink
	memory *memory
	log    *proof.Log
	store  trace.Store
	ledger *trace.Ledger
	book   *printing.Book

	revisions atomic.Int64
	clock     atomic.Int64 // of the ledger and the log, in milliseconds

	queue  chan trace.Revision
	failed chan struct{}
	done   chan error
	fail   sync.Once

	mu      sync.Mutex
	scanned []trace.Count
}

const (
	// atOnce is how many revisions a sink is given at once.
	atOnce = 4000
	// maxQueue is how many wait for it.
	maxQueue = 2 * atOnce
)

func newWriter(ctx context.Context, s sink, keys *stamp.Keys, logKey *proof.Key, files trace.Files, from time.Time) (*writer, error) {
	w := &writer{sink: s, queue: make(chan trace.Revision, maxQueue), failed: make(chan struct{}), done: make(chan error, 1)}
	w.clock.Store(from.UnixMilli())
	w.memory = newMemory(w.pass)
	go func() { w.done <- w.drain(ctx) }()
	var err error
	if w.log, err = proof.Open(ctx, proof.Config{Store: w.memory, Kinds: Logged(), Signer: logKey, Verifier: logKey.Verifier, VKey: logKey.VKey, Now: w.now}); err != nil {
		return nil, err
	}
	w.store = w.log.Store()
	w.ledger = trace.New(trace.Config{Store: w.store, Files: files, Keys: keys, Stamps: printing.Given{}, Now: w.now})
	if err := w.ledger.PinKeys(ctx); err != nil {
		return nil, err
	}
	if w.book, err = printing.New(w.ledger, keys, publicURL); err != nil {
		return nil, err
	}
	w.book.Quote(w.log.Checkpoint)
	return w, nil
}

// now is the clock of what is made.
func (w *writer) now() time.Time { return time.UnixMilli(w.clock.Load()).UTC() }

// pause lets time go by.
func (w *writer) pause(d time.Duration) { w.clock.Add(d.Milliseconds()) }

// reach sets the clock to a time, or leaves it where it is later.
func (w *writer) reach(at time.Time) {
	for ms := at.UnixMilli(); ; {
		now := w.clock.Load()
		if now >= ms || w.clock.CompareAndSwap(now, ms) {
			return
		}
	}
}

// pass hands a revision to the sink.
func (w *writer) pass(r trace.Revision) error {
	select {
	case w.queue <- r:
		return nil
	case <-w.failed:
		return errors.New("bulk: the store failed")
	}
}

// drain gives the sink what it is passed, until the queue is closed.
func (w *writer) drain(ctx context.Context) error {
	pending := make([]trace.Revision, 0, atOnce)
	flush := func() error {
		err := w.sink.add(ctx, pending)
		if err != nil {
			w.fail.Do(func() { close(w.failed) })
			return err
		}
		w.revisions.Add(int64(len(pending)))
		pending = pending[:0]
		return nil
	}
	for r := range w.queue {
		if pending = append(pending, r); len(pending) < atOnce {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	return flush()
}

// close waits for the sink to have everything.
func (w *writer) close(ctx context.Context) error {
	close(w.queue)
	err := <-w.done
	if err == nil {
		err = w.counts(ctx)
	}
	return errors.Join(err, w.sink.finish(ctx))
}

// scan notes that the page of a batch was looked at.
func (w *writer) scan(code string, n int64, first, last time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.scanned = append(w.scanned, trace.Count{Key: "scan:" + code, N: n, First: first.Truncate(time.Millisecond), Last: last.Truncate(time.Millisecond)})
}

// counts stores how often pages were looked at.
func (w *writer) counts(ctx context.Context) error {
	if err := w.sink.counts(ctx, w.scanned); err != nil {
		return fmt.Errorf("counters: %w", err)
	}
	return nil
}
