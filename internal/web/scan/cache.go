package scan

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/sync/singleflight"

	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// Changes is where a Cache learns what was written; trace.Store is one.
type Changes interface {
	Changes(ctx context.Context, kinds []trace.Kind, since time.Time) ([]trace.Change, error)
}

// A Loader reads what the page of a batch is made of; trace.Ledger is one.
type Loader interface {
	Dossier(ctx context.Context, code string) (*trace.Dossier, error)
}

// Orders tells the print orders of a batch; printing.Book is one.
type Orders interface {
	OrdersOf(ctx context.Context, batch string) ([]trace.Stored[printing.Order], error)
}

// How the cache keeps up with the store.
const (
	// pollEvery is how often changes are asked for.
	pollEvery = 2 * time.Second
	// pollTimeout bounds one poll, so that a store that hangs is noticed.
	pollTimeout = 2 * time.Second
	// overlap is how far back each poll looks. A change is stamped before it
	// is written, and by the clock of whoever writes it: 5 s for a write at
	// its time limit and 10 s by which the clocks of two replicas may differ.
	overlap = 15 * time.Second
	// staleAfter is the age from which data is said to be old: what a page
	// says is promised to be no older while the store answers.
	staleAfter = 5 * time.Second
	// buildTimeout bounds the reading of one dossier.
	buildTimeout = 4 * time.Second
	// refreshed bounds how many entries one poll builds anew by itself.
	refreshed = 32
	// rebuilds is how often a dossier is read again because it changed while
	// it was being read.
	rebuilds = 3
	// DefaultEntries is the number of batches that are kept, about 60 kB each.
	DefaultEntries = 2000
)

// polled are the kinds of documents that pages are made of.
var polled = []trace.Kind{
	trace.KindProducers, trace.KindProducts, trace.KindCertificates, trace.KindBatches, trace.KindRecords,
	trace.KindTests, trace.KindVoids, printing.KindOrders,
}

// A Cache keeps what the pages of batches are made of, and their rendered
// bytes. An entry is dropped when a change concerns one of its topics, and is
// built anew by the next request or, for the first few, at once, so that it is
// there when the store goes away. Codes that do not exist are not kept.
type Cache struct {
	store  Changes
	loader Loader
	orders Orders
	keys   *stamp.Keys
	now    func() time.Time
	flight singleflight.Group
	// current is the start of the last poll that succeeded, in Unix
	// milliseconds: what is cached is at least as new.
	current atomic.Int64

	mu      sync.Mutex
	entries *simplelru.LRU[string, *entry]
	byTopic map[string]map[string]struct{} // topic to batch codes
	builds  map[*build]struct{}
	seen    map[changeKey]time.Time
}

// A build is a dossier being read; changed collects what changes meanwhile.
type build struct{ changed map[string]struct{} }

type changeKey struct {
	kind   trace.Kind
	id     string
	number int
}

// An entry is what is known of one batch.
type entry struct {
	dossier *trace.Dossier
	orders  []trace.Stored[printing.Order]
	sealer  *stamp.Sealer // nil when its key is not ours
	// pages are complete answers, items those with a blank for the item.
	pages, items [variants]atomic.Pointer[rendered]
}

// CacheConfig is what a Cache is made of.
type CacheConfig struct {
	Store  Changes
	Loader Loader
	Orders Orders
	Keys   *stamp.Keys
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Entries is how many batches are kept; DefaultEntries when 0.
	Entries int
}

// NewCache makes an empty Cache. It is current until its first poll is due.
func NewCache(cfg CacheConfig) (*Cache, error) {
	c := &Cache{
		store: cfg.Store, loader: cfg.Loader, orders: cfg.Orders, keys: cfg.Keys, now: cfg.Now,
		byTopic: map[string]map[string]struct{}{}, builds: map[*build]struct{}{}, seen: map[changeKey]time.Time{},
	}
	if c.now == nil {
		c.now = time.Now
	}
	if cfg.Entries == 0 {
		cfg.Entries = DefaultEntries
	}
	var err error
	if c.entries, err = simplelru.NewLRU(cfg.Entries, c.evicted); err != nil {
		return nil, err
	}
	c.current.Store(c.now().UnixMilli())
	return c, nil
}

// Run polls for changes until ctx ends.
func (c *Cache) Run(ctx context.Context) error {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		// A failed poll shows in asOf; the store's own probe reports why.
		_ = c.Poll(ctx)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// Poll drops what changed since the last poll.
func (c *Cache) Poll(ctx context.Context) error {
	start := c.now()
	asking, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	last := time.UnixMilli(c.current.Load())
	changes, err := c.store.Changes(asking, polled, last.Add(-overlap))
	if err != nil {
		return err
	}
	dropped := c.invalidate(changes)
	c.current.Store(start.UnixMilli())
	for _, code := range dropped {
		if _, err := c.get(ctx, code); errors.Is(err, trace.ErrUnavailable) {
			break // the next reader will hear of it
		}
	}
	return nil
}

// invalidate drops what the changes concern, each change once, and returns
// the codes worth building at once: those dropped and batches just published.
func (c *Cache) invalidate(changes []trace.Change) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	again := map[string]struct{}{}
	horizon := c.now().Add(-2 * overlap)
	maps.DeleteFunc(c.seen, func(_ changeKey, at time.Time) bool { return at.Before(horizon) })
	for _, change := range changes {
		key := changeKey{change.Kind, change.ID, change.Number}
		if _, known := c.seen[key]; known {
			continue
		}
		c.seen[key] = c.now()
		for _, topic := range trace.ChangeTopics(change) {
			for b := range c.builds {
				b.changed[topic] = struct{}{}
			}
			for code := range c.byTopic[topic] {
				again[code] = struct{}{}
			}
		}
		if change.Kind == trace.KindBatches && change.Number > 1 {
			again[change.ID] = struct{}{} // released lately, it will be scanned
		}
	}
	codes := slices.Collect(maps.Keys(again))
	for _, code := range codes {
		c.entries.Remove(code)
		c.flight.Forget(code)
	}
	return codes[:min(len(codes), refreshed)]
}

// evicted keeps the index of topics in step with the entries.
func (c *Cache) evicted(code string, e *entry) {
	for _, topic := range e.dossier.Topics {
		delete(c.byTopic[topic], code)
		if len(c.byTopic[topic]) == 0 {
			delete(c.byTopic, topic)
		}
	}
}

// get returns the entry of a batch. ErrNotFound for a code that was never
// given out, ErrUnavailable when it is not cached and cannot be read.
func (c *Cache) get(ctx context.Context, code string) (*entry, error) {
	if e, ok := c.cached(code); ok {
		return e, nil
	}
	// The reading is shared, so it must outlive a reader who goes away.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), buildTimeout)
	defer cancel()
	v, err, _ := c.flight.Do(code, func() (any, error) {
		if e, ok := c.cached(code); ok { // built since it was looked for
			return e, nil
		}
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

// build reads an entry and keeps it, unless it changed while it was read: then
// it is read again, and in the end served without being kept.
func (c *Cache) build(ctx context.Context, code string) (*entry, error) {
	for attempt := 1; ; attempt++ {
		b := c.begin()
		e, err := c.read(ctx, code)
		if c.finish(b, code, e) || err != nil || attempt == rebuilds {
			return e, err
		}
	}
}

func (c *Cache) begin() *build {
	b := &build{changed: map[string]struct{}{}}
	c.mu.Lock()
	c.builds[b] = struct{}{}
	c.mu.Unlock()
	return b
}

// finish ends a build and keeps its entry, nil for none. It reports whether
// nothing that the entry is made of changed meanwhile.
func (c *Cache) finish(b *build, code string, e *entry) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.builds, b)
	if e == nil {
		return false
	}
	for _, topic := range e.dossier.Topics {
		if _, changed := b.changed[topic]; changed {
			return false
		}
	}
	c.entries.Remove(code) // with its topics, which may be others
	c.entries.Add(code, e)
	for _, topic := range e.dossier.Topics {
		if c.byTopic[topic] == nil {
			c.byTopic[topic] = map[string]struct{}{}
		}
		c.byTopic[topic][code] = struct{}{}
	}
	return true
}

func (c *Cache) read(ctx context.Context, code string) (*entry, error) {
	d, err := c.loader.Dossier(ctx, code)
	if err != nil {
		return nil, err
	}
	orders, err := c.orders.OrdersOf(ctx, code)
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		return nil, err
	}
	e := &entry{dossier: d, orders: orders}
	batch, err := stamp.ParseBatchCode(code)
	if err != nil {
		return nil, err
	}
	// Without the key of the batch none of its item codes can be vouched for.
	if e.sealer, err = c.keys.Sealer(d.Batch.Data.KeyID, batch); err != nil && !errors.Is(err, stamp.ErrUnknownKey) {
		return nil, err
	}
	return e, nil
}

// asOf is zero while what is cached is current, and else the time of which it
// is.
func (c *Cache) asOf(now time.Time) time.Time {
	current := c.current.Load()
	if now.UnixMilli()-current <= staleAfter.Milliseconds() {
		return time.Time{}
	}
	return time.UnixMilli(current)
}

// order finds the print order that an item serial belongs to.
func (e *entry) order(serial uint32) (printing.Order, bool) {
	for _, o := range e.orders {
		if o.Data.Covers(serial) {
			return o.Data, true
		}
	}
	return printing.Order{}, false
}
