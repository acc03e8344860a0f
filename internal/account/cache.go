package account

import (
	"sync"
	"time"
)

// CacheFor is how long a key or a session is taken as good without a look at
// the store: one that was ended on another replica opens for that long.
const CacheFor = 2 * time.Second

// cacheSize bounds a cache. Only what opened is in it, so it is only reached
// with that many active clients.
const cacheSize = 4096

// A cache holds what opened lately, by the hash of its text. The zero value but
// for its clock is empty and ready.
type cache[V any] struct {
	clock func() time.Time

	mu    sync.Mutex
	known map[string]known[V]
}

type known[V any] struct {
	value        V
	since, until time.Time
}

func (c *cache[V]) get(sum string) (V, bool) {
	now := c.clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.known[sum]
	// A clock that was set back must not prolong what is known.
	if !ok || now.Before(k.since) || !now.Before(k.until) {
		delete(c.known, sum)
		var none V
		return none, false
	}
	return k.value, true
}

func (c *cache[V]) add(sum string, value V, expires time.Time) {
	now := c.clock()
	until := now.Add(CacheFor)
	if expires.Before(until) {
		until = expires
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= cacheSize {
		c.known = map[string]known[V]{}
	}
	c.known[sum] = known[V]{value, now, until}
}

func (c *cache[V]) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = nil
}
