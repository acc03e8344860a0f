package sighting

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"temgoc/internal/trace"
)

// How what was seen is stored.
const (
	flushEvery   = time.Second
	flushTimeout = 5 * time.Second
	flushWorkers = 4
	// lastTimeout bounds the last flush.
	lastTimeout = 8 * time.Second
	// maxWaiting bounds what waits for a store that is away, doneSize what is
	// remembered as stored, so that it is not looked up again.
	maxWaiting = 50_000
	doneSize   = 1 << 16
	// doneFor is how long something stored is not looked at again.
	doneFor = time.Hour
)

// An event is what is to be stored of a scan: a browser's mark, or a sign.
type event struct {
	ref  Ref
	mark string
	sign Sign
}

// A Sighting is that a browser looked at an item. Its id is the item code and
// the browser's mark; it has no content beside whose it is.
type Sighting struct {
	Item string `json:"item"`
}

// DocumentKind implements trace.Document.
func (Sighting) DocumentKind() trace.Kind { return KindSightings }

// DocumentRefs implements trace.Document.
func (s Sighting) DocumentRefs() []string { return []string{itemTerm(s.Item)} }

func itemTerm(code string) string { return "item:" + code }

// Seen says that a browser with an id of NewBrowser's looked at a stamp. It costs
// a hash; the rest happens later.
func (k *Keeper) Seen(r Ref, browser string, at time.Time) {
	mark, err := k.marks.mark(r, browser)
	if err != nil {
		return // the batch's key is not ours, and then neither are its codes
	}
	k.wait(event{ref: r, mark: mark}, at)
}

// Note says that something remarkable happened to a stamp.
func (k *Keeper) Note(r Ref, sign Sign, at time.Time) { k.wait(event{ref: r, sign: sign}, at) }

// Lost is how much was dropped because too much waited for the store.
func (k *Keeper) Lost() int64 { return k.lost.Load() }

func (k *Keeper) wait(e event, at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if when, ok := k.done.Get(e); ok && at.Sub(when) < doneFor {
		return
	}
	if _, known := k.waiting[e]; known {
		return
	}
	if len(k.waiting) >= maxWaiting {
		k.lost.Add(1)
		return
	}
	k.waiting[e] = at
}

// Run stores what was seen about once a second until ctx ends, and then once
// more.
func (k *Keeper) Run(ctx context.Context) error {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	unbroken := context.WithoutCancel(ctx)
	for {
		select {
		case <-ticker.C:
			// What fails stays and is tried again.
			_ = k.flush(unbroken, flushTimeout)
		case <-ctx.Done():
			return k.flush(unbroken, lastTimeout)
		}
	}
}

// Flush stores everything that waits. What cannot be stored waits for the next
// time.
func (k *Keeper) Flush(ctx context.Context) error { return k.flush(ctx, flushTimeout) }

func (k *Keeper) flush(ctx context.Context, limit time.Duration) error {
	k.flushing.Lock()
	defer k.flushing.Unlock()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	k.mu.Lock()
	batch := maps.Clone(k.waiting)
	k.mu.Unlock()
	// Events of one stamp are stored by one worker: they count each other.
	byItem := map[string][]event{}
	for e := range batch {
		byItem[e.ref.Code.String()] = append(byItem[e.ref.Code.String()], e)
	}
	work := make(chan []event)
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		errs  error
	)
	for range min(flushWorkers, len(byItem)) {
		group.Go(func() {
			for events := range work {
				if err := k.storeAll(ctx, events, batch); err != nil {
					mu.Lock()
					errs = err
					mu.Unlock()
				}
			}
		})
	}
	for _, events := range byItem {
		work <- events
	}
	close(work)
	group.Wait()
	return errs
}

func (k *Keeper) storeAll(ctx context.Context, events []event, at map[event]time.Time) error {
	for _, e := range events {
		if err := k.storeOne(ctx, e, at[e]); err != nil {
			return err
		}
		k.mu.Lock()
		delete(k.waiting, e)
		k.done.Add(e, at[e])
		k.mu.Unlock()
	}
	return nil
}

func (k *Keeper) storeOne(ctx context.Context, e event, at time.Time) error {
	if e.sign != "" {
		return k.note(ctx, e.ref, e.sign, at)
	}
	n, err := k.add(ctx, e)
	switch {
	case err != nil:
		return err
	case n >= Red:
		return k.note(ctx, e.ref, SignRed, at)
	case n >= Amber:
		return k.note(ctx, e.ref, SignAmber, at)
	}
	return nil
}

// add stores a sighting, unless it is there already or enough are, and counts
// those of the item within Window.
func (k *Keeper) add(ctx context.Context, e event) (int, error) {
	code := e.ref.Code.String()
	id := code + "-" + e.mark
	all, err := trace.All[Sighting](ctx, k.ledger, itemTerm(code))
	if err != nil {
		return 0, err
	}
	n, since := 0, k.now().Add(-Window)
	for _, s := range all {
		if s.Created.Before(since) {
			if s.ID != id {
				continue
			}
			// The same browser came back after Window, and before the sweep.
			if err := trace.Remove[Sighting](ctx, k.ledger, id); err != nil {
				return 0, err
			}
			continue
		}
		if n++; s.ID == id {
			e.mark = ""
		}
	}
	if e.mark == "" || n >= Red {
		return n, nil
	}
	if _, err := trace.Create(ctx, k.ledger, system, id, Sighting{code}); err != nil && !errors.Is(err, trace.ErrExists) {
		return 0, err
	}
	return n + 1, nil
}
