package scan

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"

	"temgoc/internal/printing"
	"temgoc/internal/proof"
	"temgoc/internal/spans"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
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
	// is written, and by the clock of whoever writes it; it may become visible
	// later still. What takes longer than this is found by maxAge.
	overlap = time.Minute
	// maxAge is how old an entry grows before it is read again in the
	// background: for changes that no poll saw. An entry of twice that age,
	// which nobody asked for meanwhile, is read again before it is shown.
	maxAge = time.Minute
	// staleAfter is the age from which data is said to be old: what a page
	// says is promised to be no older while the store answers.
	staleAfter = 5 * time.Second
	// buildTimeout bounds the reading of one dossier.
	buildTimeout = 4 * time.Second
	// refreshing is how many entries are built in the background at a time. As
	// many can wait for it as are kept: what one change drops, such as the name
	// of a producer on all its pages, is back before the store may go away.
	refreshing = 4
	// rebuilds is how often a dossier is read again because it changed while
	// it was being read.
	rebuilds = 3
	// DefaultEntries is the number of batches that are kept, about 40 kB each
	// with one page and 100 kB with the four of its batch code (measured by
	// BenchmarkEntryMemory); those of its items may add another 80 kB.
	DefaultEntries = 2000
)

// polled are the kinds of documents that pages are made of, and erasures: what
// they destroy makes no revision.
var polled = []trace.Kind{
	trace.KindProducers, trace.KindProducts, trace.KindCertificates, trace.KindBatches, trace.KindRecords,
	trace.KindTests, trace.KindVoids, trace.KindErasures, printing.KindOrders,
}

// maxBuilds is how many dossiers are read at once, turnTimeout how long others wait for
// their turn. A store that is slow answers a few in time, and would answer none of very
// many: then all would be asked for again, and again too late.
const (
	maxBuilds   = 8
	turnTimeout = 2 * time.Second
)

// A Cache keeps what the pages of batches are made of, and their rendered
// bytes. An entry is dropped when a change concerns one of its topics, and is
// built anew by the next request or at once by Run, so that it is there when the
// store goes away. One that grows old is built anew too,
// and kept while that fails. Codes that do not exist are not kept.
type Cache struct {
	store  Changes
	loader Loader
	orders Orders
	keys   *stamp.Keys
	log    *proof.Log
	logger *slog.Logger
	// faults are contradictions seen, hits and misses of look-ups.
	faults, hits, misses atomic.Int64
	now                  func() time.Time
	flight               singleflight.Group
	// batches is where codes learns which codes there are; nil for nowhere, and then
	// any may exist.
	batches Batches
	codes   codes
	limits  *limit.Limits
	// building are slots.
	building chan struct{}
	// current is the start of the last poll that succeeded, in Unix
	// milliseconds: what is cached is at least as new.
	current atomic.Int64
	// queue has the codes that Run builds in the background.
	queue chan string

	mu      sync.Mutex
	entries *simplelru.LRU[string, *entry]
	byTopic map[string]map[string]struct{} // topic to batch codes
	builds  map[*build]struct{}
	seen    map[changeKey]struct{} // what the last poll returned
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
	report  proof.Report
	sealer  *stamp.Sealer // nil when its key is not ours
	// read is when its reading began; queued is set while it waits for another.
	read   time.Time
	queued atomic.Bool
	// pages are complete answers, items those with a blank for the item: only
	// of those whose size is bounded.
	pages [variants]atomic.Pointer[rendered]
	items [2 * levels][variants]atomic.Pointer[rendered]
}

// CacheConfig is what a Cache is made of.
type CacheConfig struct {
	Store  Changes
	Loader Loader
	Orders Orders
	Keys   *stamp.Keys
	// Batches tells which codes there are, so that others are answered without a
	// question to the store; nil for nobody.
	Batches Batches
	// Limits bound the questions to the store for codes that are not known; nil for
	// no bound.
	Limits *limit.Limits
	// Log is what each page is checked against; Store, Loader and Orders then
	// read through its Store. Nil for no check.
	Log *proof.Log
	// Logger gets what does not agree with the log; none when nil. So does
	// Metrics, as temgoc_record_faults_total.
	Logger  *slog.Logger
	Metrics prometheus.Registerer
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Entries is how many batches are kept; DefaultEntries when 0.
	Entries int
}

// NewCache makes an empty Cache. It is current until its first poll is due.
func NewCache(cfg CacheConfig) (*Cache, error) {
	c := &Cache{
		store: cfg.Store, loader: cfg.Loader, orders: cfg.Orders, keys: cfg.Keys, log: cfg.Log, logger: cfg.Logger, now: cfg.Now,
		byTopic: map[string]map[string]struct{}{}, builds: map[*build]struct{}{}, seen: map[changeKey]struct{}{},
		batches: cfg.Batches, limits: cfg.Limits, building: make(chan struct{}, maxBuilds),
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.logger == nil {
		c.logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Entries == 0 {
		cfg.Entries = DefaultEntries
	}
	c.queue = make(chan string, cfg.Entries)
	var err error
	if c.entries, err = simplelru.NewLRU(cfg.Entries, c.evicted); err != nil {
		return nil, err
	}
	c.current.Store(c.now().UnixMilli())
	if cfg.Metrics != nil {
		if err := cfg.Metrics.Register(c); err != nil {
			return nil, fmt.Errorf("scan: %w", err)
		}
	}
	return c, nil
}

// Run polls for changes, and builds what a poll dropped and what grew old,
// until ctx ends. It returns when all of that has stopped.
func (c *Cache) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	defer workers.Wait()
	for range refreshing {
		workers.Go(func() { c.refreshQueued(ctx) })
	}
	if c.batches != nil {
		workers.Go(func() { c.codes.keep(ctx, c.batches) })
	}
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
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	last := time.UnixMilli(c.current.Load())
	changes, err := c.store.Changes(ctx, polled, last.Add(-overlap))
	if err != nil {
		return err
	}
	dropped := c.invalidate(changes)
	c.current.Store(start.UnixMilli())
	for _, code := range dropped {
		if !c.enqueue(code) {
			break
		}
	}
	return nil
}

// enqueue leaves a code to Run. It reports whether there was room.
func (c *Cache) enqueue(code string) bool {
	select {
	case c.queue <- code:
		return true
	default:
		return false
	}
}

// refreshQueued builds what is queued until ctx ends.
func (c *Cache) refreshQueued(ctx context.Context) {
	for {
		select {
		case code := <-c.queue:
			c.refresh(ctx, code)
		case <-ctx.Done():
			return
		}
	}
}

// refresh builds an entry that is missing or old. While that fails, an old one
// stays, and the next reader asks for it again.
func (c *Cache) refresh(ctx context.Context, code string) {
	old, ok := c.cached(code)
	if ok && c.age(old) < maxAge {
		return
	}
	if _, err := c.load(ctx, code, old); err != nil && ok {
		old.queued.Store(false)
	}
}

// invalidate drops what the changes concern, each change once, and returns
// the codes worth building at once: those dropped and batches just published.
func (c *Cache) invalidate(changes []trace.Change) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	again := map[string]struct{}{}
	seen := make(map[changeKey]struct{}, len(changes))
	for _, change := range changes {
		if change.Kind == trace.KindBatches {
			c.codes.add(change.ID)
		}
		key := changeKey{change.Kind, change.ID, change.Number}
		seen[key] = struct{}{}
		if _, known := c.seen[key]; known {
			continue
		}
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
	c.seen = seen // what was not returned is never returned again
	codes := slices.Collect(maps.Keys(again))
	for _, code := range codes {
		c.entries.Remove(code)
		c.flight.Forget(code)
	}
	return codes
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

// build reads an entry and keeps it, unless it changed while it was read: then
// it is read again, and in the end served without being kept.
func (c *Cache) build(ctx context.Context, code string) (*entry, error) {
	for attempt := 1; ; attempt++ {
		b := c.begin()
		e, err := c.read(ctx, code)
		if e != nil && len(e.report.Moved) > 0 {
			if attempt < rebuilds {
				c.finish(b, code, nil)
				continue
			}
			e.report.Faults = append(e.report.Faults, e.report.Moved...)
			e.dossier.Log.Altered = true
		}
		if c.finish(b, code, e) || err != nil || attempt == rebuilds {
			c.alarm(ctx, e)
			return e, err
		}
	}
}

// alarm tells of what does not agree with the log.
func (c *Cache) alarm(ctx context.Context, e *entry) {
	if e == nil {
		return
	}
	for _, fault := range e.report.Faults {
		c.faults.Add(1)
		c.logger.ErrorContext(ctx, "record and log contradict each other",
			slog.String("batch", e.dossier.Batch.ID), slog.String("fault", fault.Error()))
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

func (c *Cache) read(ctx context.Context, code string) (_ *entry, err error) {
	ctx, span := spans.Begin(ctx, "page.build")
	defer func() { span.End(wrong(err)) }()
	begun := c.now()
	var seen *proof.Seen
	if c.log != nil {
		ctx, seen = c.log.Watch(ctx)
	}
	d, err := c.loader.Dossier(ctx, code)
	if err != nil {
		return nil, err
	}
	orders, err := c.orders.OrdersOf(ctx, code)
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		return nil, err
	}
	e := &entry{dossier: d, orders: orders, read: begun}
	if seen != nil {
		if e.report, err = seen.Check(ctx, d); err != nil {
			return nil, err
		}
		d.Log = trace.LogCheck{
			Altered: len(e.report.Faults) > 0, Statements: len(e.report.Leaves),
			Size: e.report.Size, Root: e.report.Root, At: e.report.At,
		}
	}
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
