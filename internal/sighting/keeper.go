package sighting

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// How items are read.
const (
	// knownFor is how long a read item is shown before it is read again,
	// knownSize how many are remembered.
	knownFor  = 2 * time.Second
	knownSize = 8192
	// readTimeout bounds the reading of an item, for which a page waits, failedFor
	// is how long none is tried after a failure.
	readTimeout = 300 * time.Millisecond
	failedFor   = 5 * time.Second
)

// Config is what a Keeper is made of.
type Config struct {
	Ledger *trace.Ledger
	Store  trace.Store
	Book   *printing.Book
	Keys   *stamp.Keys
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// A Keeper keeps what becomes known of stamps. Run it beside the service. It is
// safe for concurrent use.
type Keeper struct {
	ledger *trace.Ledger
	store  trace.Store
	book   *printing.Book
	marks  *marker
	now    func() time.Time

	flushing sync.Mutex // one flush at a time
	mu       sync.Mutex // guards what follows
	waiting  map[event]time.Time
	done     *simplelru.LRU[event, time.Time]
	known    *simplelru.LRU[string, knownItem]
	failed   time.Time
	lost     atomic.Int64
}

type knownItem struct {
	item Item
	read time.Time
}

// New makes a Keeper.
func New(c Config) *Keeper {
	if c.Now == nil {
		c.Now = time.Now
	}
	done, err := simplelru.NewLRU[event, time.Time](doneSize, nil)
	if err != nil {
		panic(err) // the size is a constant above zero
	}
	known, err := simplelru.NewLRU[string, knownItem](knownSize, nil)
	if err != nil {
		panic(err) // as above
	}
	return &Keeper{
		ledger: c.Ledger, store: c.Store, book: c.Book, marks: newMarker(c.Keys), now: c.Now,
		waiting: map[event]time.Time{}, done: done, known: known,
	}
}

// Item is what is known of a stamp, at most two seconds old: the zero Item where
// that is nothing. While the store does not answer in time it is what was known
// last, or else ErrUnavailable.
func (k *Keeper) Item(ctx context.Context, code stamp.ItemCode) (Item, error) {
	id, now := code.String(), k.now()
	k.mu.Lock()
	old, ok := k.known.Get(id)
	failing := now.Sub(k.failed) < failedFor
	k.mu.Unlock()
	switch {
	case ok && now.Sub(old.read) < knownFor, ok && failing:
		return old.item, nil
	case failing:
		return Item{}, trace.ErrUnavailable
	}
	item, err := k.read(ctx, id)
	if err == nil {
		k.remember(id, item)
		return item, nil
	}
	if ctx.Err() == nil { // and not because the reader went away
		k.mu.Lock()
		k.failed = now
		k.mu.Unlock()
	}
	if ok {
		return old.item, nil
	}
	return Item{}, err
}

func (k *Keeper) read(ctx context.Context, id string) (Item, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	s, err := trace.Head[Item](ctx, k.ledger, id)
	if errors.Is(err, trace.ErrNotFound) {
		return Item{}, nil
	}
	return s.Data, err
}

// remember keeps what was read or written of an item.
func (k *Keeper) remember(id string, i Item) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known.Add(id, knownItem{i, k.now()})
}
