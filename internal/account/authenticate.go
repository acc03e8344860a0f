package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"sync"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// errRefused is the one answer for every key that does not open: malformed,
// unknown, wrong, expired or revoked.
var errRefused = &trace.RuleError{Kind: trace.ErrUnauthenticated, Message: catalog.Name{
	VI: "khóa API thiếu, sai, đã hết hạn hoặc đã bị thu hồi",
	EN: "the API key is missing, wrong, expired or revoked",
}}

// Authenticate returns who comes with a key text. Whatever is wrong with the
// key gives one and the same trace.ErrUnauthenticated; a store that is away
// gives its trace.ErrUnavailable.
func (k *Keys) Authenticate(ctx context.Context, text string) (trace.Actor, error) {
	id, ok := parse(text)
	if !ok {
		return trace.Actor{}, errRefused
	}
	sum := hash(text)
	if actor, ok := k.seen.actor(sum); ok {
		return actor, nil
	}
	key, err := trace.Head[Key](ctx, k.ledger, id)
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		return trace.Actor{}, err
	}
	// An unknown id is compared too, with nothing, so that it takes as long.
	same := subtle.ConstantTimeCompare([]byte(sum), []byte(key.Data.Hash)) == 1
	if err != nil || !same || !key.Data.ActiveAt(k.ledger.Now()) {
		return trace.Actor{}, errRefused
	}
	actor := key.Data.actor(id)
	k.seen.add(sum, actor, key.Data.Expires)
	return actor, nil
}

// CacheFor is how long a key is taken as good without a look at the store: a
// key revoked on another replica opens for that long.
const CacheFor = 2 * time.Second

// cacheSize bounds the cache. Only keys that opened are in it, so it is only
// reached with that many active clients.
const cacheSize = 4096

// A cache holds the keys that opened lately, by the hash of their text. The
// zero value but for its clock is empty and ready.
type cache struct {
	clock func() time.Time

	mu    sync.Mutex
	known map[string]known
}

type known struct {
	actor        trace.Actor
	since, until time.Time
}

func (c *cache) actor(sum string) (trace.Actor, bool) {
	now := c.clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.known[sum]
	// A clock that was set back must not prolong what is known.
	if !ok || now.Before(k.since) || !now.Before(k.until) {
		delete(c.known, sum)
		return trace.Actor{}, false
	}
	return k.actor, true
}

func (c *cache) add(sum string, actor trace.Actor, expires time.Time) {
	now := c.clock()
	until := now.Add(CacheFor)
	if expires.Before(until) {
		until = expires
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= cacheSize {
		c.known = map[string]known{}
	}
	c.known[sum] = known{actor, now, until}
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = nil
}
