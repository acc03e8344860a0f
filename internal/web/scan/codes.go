package scan

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bits-and-blooms/bloom/v3"

	"temgoc/internal/trace"
)

// Batches is where a Cache learns which codes there are; trace.Store is one.
type Batches interface {
	List(ctx context.Context, q trace.Query) (trace.Page, error)
}

// How the codes that exist are kept in mind.
const (
	// firstLayer is how many codes the first filter takes; each further one takes
	// twice as many as the one before.
	firstLayer = 1 << 16
	// wrongly is the share of unknown codes that one full filter takes for known.
	// They cost a question to the store, no more.
	wrongly = 1e-4
	// walkPage is how many batches one question of a walk brings, walkAgain how long
	// after a walk the next one starts: for what no poll saw.
	walkPage  = 100
	walkAgain = 24 * time.Hour
	walkRetry = 5 * time.Second
)

// codes are the batch codes that were given out, as filters: what is not in them
// was not given out as far as this replica has heard, and what is in them almost
// certainly was. A code takes 19 bits in a full filter, so ten million take between
// 24 and 48 MB.
type codes struct {
	// complete tells that all that existed at some time are in it.
	complete atomic.Bool

	mu     sync.RWMutex
	layers []*bloom.BloomFilter
	room   int // of the last layer
}

func (c *codes) has(code string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, l := range c.layers {
		if l.TestString(code) {
			return true
		}
	}
	return false
}

func (c *codes) add(code string) {
	if c.has(code) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.room == 0 {
		c.room = firstLayer << len(c.layers)
		c.layers = append(c.layers, bloom.NewWithEstimates(uint(c.room), wrongly))
	}
	c.layers[len(c.layers)-1].AddString(code)
	c.room--
}

// walk adds every batch after a cursor, and returns the cursor of what it has not
// come to; empty at the end. It takes as long a rest after each page as the page took,
// so that it leaves half of a small machine to others.
func (c *codes) walk(ctx context.Context, batches Batches, after string) (string, error) {
	q := trace.Query{Kind: trace.KindBatches, Limit: walkPage, After: after}
	for {
		start := time.Now()
		page, err := batches.List(ctx, q)
		if err != nil {
			return q.After, err
		}
		for _, r := range page.Revisions {
			c.add(r.ID)
		}
		if q.After = page.Next; q.After == "" {
			c.complete.Store(true)
			return "", nil
		}
		rest(ctx, time.Since(start))
	}
}

// keep walks until ctx ends. A walk that fails goes on where it failed.
func (c *codes) keep(ctx context.Context, batches Batches) {
	for after := ""; ctx.Err() == nil; {
		again := walkAgain
		var err error
		if after, err = c.walk(ctx, batches, after); err != nil {
			again = walkRetry // the store's own probe reports why
		}
		rest(ctx, again)
	}
}

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
