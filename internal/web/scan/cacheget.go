package scan

import (
	"context"
	"errors"
	"fmt"
	"time"

	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
)

// get returns the entry of a batch. ErrNotFound for a code that was never
// given out, ErrUnavailable when it is not cached and cannot be read.
func (c *Cache) get(ctx context.Context, code string) (*entry, error) {
	// The reading is shared, so it must outlive a reader who goes away.
	ctx = context.WithoutCancel(ctx)
	e, ok := c.cached(code)
	switch {
	case !ok && c.heard(code):
		c.misses.Add(1)
		return c.load(ctx, code, nil)
	case !ok:
		return c.probe(ctx, code)
	}
	c.hits.Add(1)
	age := c.age(e)
	switch {
	case age < maxAge, !c.asOf(c.now()).IsZero(): // nothing newer can be had
		return e, nil
	case age < 2*maxAge:
		if e.queued.CompareAndSwap(false, true) && !c.enqueue(code) {
			e.queued.Store(false)
		}
		return e, nil
	}
	fresh, err := c.load(ctx, code, e)
	if errors.Is(err, trace.ErrUnavailable) {
		return e, nil
	}
	return fresh, err
}

// heard tells whether a code may have been given out, as far as is known without a
// question to the store. While the codes are being learned, any may.
func (c *Cache) heard(code string) bool {
	return c.batches == nil || !c.codes.complete.Load() || c.codes.has(code)
}

// probe reads a code that this replica has not heard of: another may have given it
// out a moment ago. Beyond what the store is asked for such codes they are taken for
// what they almost certainly are, as long as what is known is current.
func (c *Cache) probe(ctx context.Context, code string) (*entry, error) {
	if !c.limits.Allow(limit.Probes) {
		if !c.asOf(c.now()).IsZero() {
			return nil, fmt.Errorf("%w: too many codes are asked for that were never heard of", trace.ErrUnavailable)
		}
		return nil, trace.ErrNotFound
	}
	e, err := c.load(ctx, code, nil)
	if err == nil {
		c.codes.add(code)
	}
	return e, err
}

// guess returns the entry of a batch that somebody may have meant. What is not
// cached is read only as far as the store is asked for codes that are not known.
func (c *Cache) guess(ctx context.Context, code string) (*entry, error) {
	if e, ok := c.cached(code); ok {
		return e, nil
	}
	if !c.heard(code) || !c.limits.Allow(limit.Probes) {
		return nil, trace.ErrNotFound
	}
	return c.load(context.WithoutCancel(ctx), code, nil)
}

// age is how long ago an entry was read.
func (c *Cache) age(e *entry) time.Duration { return c.now().Sub(e.read) }

// takeTurn waits until few enough entries are being read; false when that takes too
// long.
func (c *Cache) takeTurn(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	select {
	case c.building <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// load reads an entry once for all who want it, unless there is another than
// old meanwhile; old is nil for none.
func (c *Cache) load(ctx context.Context, code string, old *entry) (*entry, error) {
	v, err, _ := c.flight.Do(code, func() (any, error) {
		if e, ok := c.cached(code); ok && e != old { // built since it was looked for
			return e, nil
		}
		if !c.takeTurn(ctx) {
			return nil, fmt.Errorf("%w: many pages are being made", trace.ErrUnavailable)
		}
		defer func() { <-c.building }()
		ctx, cancel := context.WithTimeout(ctx, buildTimeout)
		defer cancel()
		return c.build(ctx, code)
	})
	if err != nil {
		return nil, err
	}
	return v.(*entry), nil
}

func (c *Cache) cached(code string) (*entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.entries.Get(code)
}
