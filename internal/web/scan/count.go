package scan

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"temgoc/internal/trace"
)

// Counts is where views are added up; trace.Store is one.
type Counts interface {
	AddCounts(ctx context.Context, counts []trace.Count) error
	Counts(ctx context.Context, keys []string) ([]trace.Count, error)
}

// CountKey is the counter of a code's views, batch or item.
func CountKey(code string) string { return "scan:" + code }

// How views are counted.
const (
	flushEvery   = time.Second
	flushTimeout = 5 * time.Second
	// lastTries is how often the last flush is tried, each for lastTimeout and
	// with lastPause between them: about 10 s in all.
	lastTries   = 4
	lastTimeout = 2 * time.Second
	lastPause   = 500 * time.Millisecond
	// flushChunk is how many counters one call adds to.
	flushChunk = 500
	// maxPending bounds the codes that wait for a store that is away. Only
	// codes that were issued are counted, so nobody can fill it with others.
	maxPending = 200_000
	// storedFor is how long a stored count is shown before it is read again,
	// storedSize how many are remembered.
	storedFor  = 2 * time.Second
	storedSize = 8192
	// readTimeout bounds the reading of a stored count, for which a page waits,
	// failedFor is how long none is tried after a failure.
	readTimeout = 300 * time.Millisecond
	failedFor   = 5 * time.Second
	shards      = 64
)

// A Counter collects views in memory and adds them to the store in bulk. When
// the process dies without warning it loses those of the last second; when the
// store fails half way through, some views are added twice: a number to judge
// a stamp by, not a ledger.
type Counter struct {
	store Counts
	now   func() time.Time
	seed  maphash.Seed

	shards  [shards]shard
	waiting atomic.Int64 // codes in shards and unsaved, about
	// Lost is how many views were dropped because maxPending codes waited.
	lost atomic.Int64

	flushing sync.Mutex // one flush at a time
	mu       sync.Mutex // guards unsaved and stored
	unsaved  map[string]tally
	stored   *simplelru.LRU[string, storedCount]
	// readFailed is when the reading of a count failed last.
	readFailed time.Time
}

type shard struct {
	mu      sync.Mutex
	tallies map[string]tally
	_       [40]byte // a cache line of its own
}

// A tally is views that are not in the store yet. Times are Unix milliseconds.
type tally struct{ n, first, last int64 }

func (a tally) plus(b tally) tally {
	switch {
	case a.n == 0:
		return b
	case b.n == 0:
		return a
	}
	return tally{a.n + b.n, min(a.first, b.first), max(a.last, b.last)}
}

type storedCount struct {
	count trace.Count
	read  time.Time
}

// NewCounter makes a Counter over a store. now is time.Now outside tests.
func NewCounter(store Counts, now func() time.Time) *Counter {
	stored, err := simplelru.NewLRU[string, storedCount](storedSize, nil)
	if err != nil {
		panic(err) // the size is a constant above zero
	}
	c := &Counter{store: store, now: now, seed: maphash.MakeSeed(), unsaved: map[string]tally{}, stored: stored}
	for i := range c.shards {
		c.shards[i].tallies = map[string]tally{}
	}
	return c
}

// Add counts one view of a code.
func (c *Counter) Add(code string, at time.Time) {
	ms := at.UnixMilli()
	s := &c.shards[maphash.String(c.seed, code)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	old, known := s.tallies[code]
	if !known && c.waiting.Load() >= maxPending {
		c.lost.Add(1)
		return
	}
	if !known {
		c.waiting.Add(1)
	}
	s.tallies[code] = old.plus(tally{1, ms, ms})
}

// Lost is how many views could not be kept while the store was away.
func (c *Counter) Lost() int64 { return c.lost.Load() }

// Views returns how often a code was viewed, stored and pending together. The
// stored part may be two seconds old. While the store does not answer in time
// it is the last one known, unless that was none: whether a view is the first
// is told by the store or not at all, with ErrUnavailable.
func (c *Counter) Views(ctx context.Context, code string) (trace.Count, error) {
	key := CountKey(code)
	count, err := c.storedCount(ctx, key)
	if err != nil {
		return trace.Count{}, err
	}
	sum := c.pending(code)
	if count.N > 0 {
		sum = sum.plus(tally{count.N, count.First.UnixMilli(), count.Last.UnixMilli()})
	}
	if sum.n == 0 {
		return trace.Count{Key: key}, nil
	}
	return sum.count(key), nil
}

func (t tally) count(key string) trace.Count {
	return trace.Count{Key: key, N: t.n, First: time.UnixMilli(t.first).UTC(), Last: time.UnixMilli(t.last).UTC()}
}

// pending is what is not in the store yet. Both locks are held at once, in the
// order of collect, so that a tally is not seen on both sides of its move.
func (c *Counter) pending(code string) tally {
	s := &c.shards[maphash.String(c.seed, code)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return s.tallies[code].plus(c.unsaved[code])
}

func (c *Counter) storedCount(ctx context.Context, key string) (trace.Count, error) {
	now := c.now()
	c.mu.Lock()
	known, ok := c.stored.Get(key)
	failing := now.Sub(c.readFailed) < failedFor
	c.mu.Unlock()
	if ok && now.Sub(known.read) < storedFor {
		return known.count, nil
	}
	err := errFailedLately
	var found trace.Count
	if !failing {
		found, err = c.readCount(ctx, key)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.stored.Add(key, storedCount{found, now})
		return found, nil
	}
	if !failing && ctx.Err() == nil { // and not because the reader went away
		c.readFailed = now
	}
	if ok && known.count.N > 0 {
		return known.count, nil
	}
	return trace.Count{}, err
}

var errFailedLately = fmt.Errorf("%w: counts could not be read lately", trace.ErrUnavailable)

func (c *Counter) readCount(ctx context.Context, key string) (trace.Count, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	counts, err := c.store.Counts(ctx, []string{key})
	if err != nil {
		return trace.Count{}, err
	}
	if len(counts) == 0 {
		return trace.Count{Key: key}, nil
	}
	return counts[0], nil
}

// Run flushes about once a second until ctx ends, and then a few times more
// until nothing waits. It returns the error of the last try: what that could
// not save is lost.
func (c *Counter) Run(ctx context.Context) error {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	// A flush that is cut off may have been applied, and would be added again:
	// the end of ctx ends none.
	unbroken := context.WithoutCancel(ctx)
	for {
		select {
		case <-ticker.C:
			// What fails stays and is tried again; the store's state is
			// reported by its own probe.
			_ = c.flush(unbroken, flushTimeout)
		case <-ctx.Done():
			return c.lastFlush(unbroken)
		}
	}
}

func (c *Counter) lastFlush(ctx context.Context) error {
	for try := 1; ; try++ {
		err := c.flush(ctx, lastTimeout)
		if err == nil || try == lastTries {
			return err
		}
		time.Sleep(lastPause)
	}
}

// Flush adds everything that waits to the store. What cannot be added waits
// for the next time.
func (c *Counter) Flush(ctx context.Context) error { return c.flush(ctx, flushTimeout) }

func (c *Counter) flush(ctx context.Context, limit time.Duration) error {
	c.flushing.Lock()
	defer c.flushing.Unlock()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	c.collect()
	c.mu.Lock()
	batch := maps.Clone(c.unsaved)
	c.mu.Unlock()
	var errs []error
	chunk := make([]trace.Count, 0, min(len(batch), flushChunk))
	codes := make([]string, 0, cap(chunk))
	save := func() {
		if len(chunk) == 0 {
			return
		}
		for key, t := range dayCounts(codes, func(code string) tally { return batch[code] }) {
			chunk = append(chunk, t.count(key))
		}
		if err := c.store.AddCounts(ctx, chunk); err != nil {
			errs = append(errs, err)
		} else {
			c.saved(codes)
		}
		chunk, codes = chunk[:0], codes[:0]
	}
	for code, t := range batch {
		chunk, codes = append(chunk, t.count(CountKey(code))), append(codes, code)
		if len(chunk) == flushChunk {
			save()
		}
		if len(errs) > 0 {
			return errors.Join(errs...)
		}
	}
	save()
	return errors.Join(errs...)
}

// collect moves the tallies of the shards to those that are being saved.
func (c *Counter) collect() {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		taken := s.tallies
		if len(taken) > 0 {
			s.tallies = map[string]tally{}
		}
		c.mu.Lock()
		for code, t := range taken {
			old, known := c.unsaved[code]
			if known {
				c.waiting.Add(-1)
			}
			c.unsaved[code] = old.plus(t)
		}
		c.mu.Unlock()
		s.mu.Unlock()
	}
}

// saved notes what is in the store now. The counts that were read before it
// was are brought up to date and read again when they are next wanted.
func (c *Counter) saved(codes []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, code := range codes {
		key, t := CountKey(code), c.unsaved[code]
		delete(c.unsaved, code)
		if known, ok := c.stored.Peek(key); ok {
			if n := known.count; n.N > 0 {
				t = t.plus(tally{n.N, n.First.UnixMilli(), n.Last.UnixMilli()})
			}
			c.stored.Add(key, storedCount{count: t.count(key)})
		}
	}
	c.waiting.Add(-int64(len(codes)))
}
