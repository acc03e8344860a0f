package trace

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Following a recall through the genealogy by asking the store for the children
// of one batch after the other takes a request for each of them. So a ledger
// keeps the edges in memory, with what a recall asks of every batch: where it
// stands, its stamps, where it was sold.
//
// What is kept is built once and only ever repeats documents: each use first
// asks the store what was written since the last one, so that whatever was
// acknowledged by any replica before is in it. That rests on the clocks of
// replicas being less than lineageOverlap apart; what slipped through all the
// same is found when everything is read again, every lineageRenewal. Where a
// decision hangs on it, the batches themselves are read.
//
// Building it takes the longer the more there is, and nobody waits for that: as
// long as it is not built, a lineage of the batch that is asked about and of
// what it went into is made for the occasion, see lineageOf.

const (
	// lineageOverlap is how far back each look at what was written goes.
	lineageOverlap = time.Minute
	// lineageEvery is how often FollowLineage looks.
	lineageEvery = 30 * time.Second
	// lineageRenewal is how often everything is read again.
	lineageRenewal = time.Hour
)

// A StampCount is how many stamps there are of a batch.
type StampCount struct {
	// Given are the stamps of released print orders but those that are known to
	// be destroyed or lost.
	Given int `json:"given" doc:"Stamps that were given out: of released print orders, without scrapped and lost ones"`
	// Active are those of them whose code counts.
	Active int `json:"active" doc:"Those of them whose code counts: batch codes, and item codes that are activated"`
}

func (s StampCount) plus(o StampCount) StampCount {
	return StampCount{s.Given + o.Given, s.Active + o.Active}
}

// Stamps tells how many stamps a print order gave out. Print orders are
// documents of another package.
type Stamps interface {
	// StampKind is the kind of the documents that hold print orders.
	StampKind() Kind
	// StampsIn counts the stamps of one, and names its batch.
	StampsIn(Revision) (batch string, n StampCount, err error)
}

// noStamps is for ledgers that know of no print orders.
type noStamps struct{}

func (noStamps) StampKind() Kind                               { return "" }
func (noStamps) StampsIn(Revision) (string, StampCount, error) { return "", StampCount{}, nil }

// A lineage is the genealogy in memory.
type lineage struct {
	store  Store
	stamps Stamps
	now    func() time.Time

	// turn is held by whoever reads from the store.
	turn chan struct{}
	// What follows belongs to the holder of the turn.
	begun   bool
	built   atomic.Bool     // everything was read once; read without the turn
	after   map[Kind]string // where the reading of each kind goes on
	left    []Kind          // kinds that are not read to their end
	synced  time.Time       // all that was written before is in
	renewed time.Time       // when everything was read last
	seen    map[seenChange]bool

	mu        sync.RWMutex
	nodes     []*lineageNode
	byCode    map[string]int32
	orders    map[string]*stampedOrder
	shipments map[string]*shipment
}

type seenChange struct {
	kind   Kind
	id     string
	number int
}

// A lineageNode is what is kept of a batch. One that is only known because it
// went into another has no revision.
type lineageNode struct {
	code     string
	revision int
	product  string
	producer string
	lot      string
	state    BatchState
	quantity Quantity
	inputs   []lineageEdge
	children []int32
	orders   []*stampedOrder
	sold     []*shipment
}

type lineageEdge struct {
	from     int32
	quantity Quantity
}

type stampedOrder struct {
	revision int
	count    StampCount
}

// A shipment is a shipping record.
type shipment struct {
	revision               int
	retracted              bool
	recipient, destination string
	quantity               Quantity
	at                     time.Time
}

func newLineage(store Store, stamps Stamps, now func() time.Time) *lineage {
	if stamps == nil {
		stamps = noStamps{}
	}
	return &lineage{
		store: store, stamps: stamps, now: now, turn: make(chan struct{}, 1), after: map[Kind]string{}, seen: map[seenChange]bool{},
		byCode: map[string]int32{}, orders: map[string]*stampedOrder{}, shipments: map[string]*shipment{},
	}
}

func (g *lineage) kinds() []Kind {
	kinds := []Kind{KindBatches, KindRecords}
	if k := g.stamps.StampKind(); k != "" {
		kinds = append(kinds, k)
	}
	return kinds
}

// catchUp brings everything in that was acknowledged before it was called. A
// reading that ctx cuts off is gone on with by the next one.
func (g *lineage) catchUp(ctx context.Context) error {
	end, err := g.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	start := g.now()
	g.open(start)
	for !g.built.Load() {
		if err := g.readOn(ctx); err != nil {
			return err
		}
	}
	return g.follow(ctx, start)
}

// begin takes the turn; end gives it back.
func (g *lineage) begin(ctx context.Context) (end func(), err error) {
	select {
	case g.turn <- struct{}{}:
		return func() { <-g.turn }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	}
}

// open begins the first reading.
func (g *lineage) open(start time.Time) {
	if !g.begun {
		g.begun, g.synced = true, start
		g.readAgain(start)
	}
}

// readAgain has everything read from its beginning.
func (g *lineage) readAgain(start time.Time) {
	g.left, g.renewed = g.kinds(), start
	clear(g.after)
}

// readOn reads a page of what is left to be read.
func (g *lineage) readOn(ctx context.Context) error {
	kind := g.left[0]
	page, err := g.store.List(ctx, Query{Kind: kind, After: g.after[kind], Limit: 1000})
	if err != nil {
		return err
	}
	if err := g.apply(page.Revisions); err != nil {
		return err
	}
	if g.after[kind] = page.Next; page.Next == "" {
		g.left = g.left[1:]
	}
	if len(g.left) == 0 {
		g.built.Store(true)
	}
	return nil
}

// follow brings in what was written since the last time.
func (g *lineage) follow(ctx context.Context, start time.Time) error {
	changes, err := g.store.Changes(ctx, append(g.kinds(), KindErasures), g.synced.Add(-lineageOverlap))
	if err != nil {
		return err
	}
	seen, changed := make(map[seenChange]bool, len(changes)), map[Kind][]string{}
	for _, c := range changes {
		key := seenChange{c.Kind, c.ID, c.Number}
		if seen[key] = true; g.seen[key] {
			continue
		}
		if c.Kind != KindErasures {
			changed[c.Kind] = append(changed[c.Kind], c.ID)
			continue
		}
		for _, ref := range c.Refs { // names of recipients are gone from a record
			if id, ok := strings.CutPrefix(ref, Topic(KindRecords, "")); ok {
				changed[KindRecords] = append(changed[KindRecords], id)
			}
		}
	}
	for kind, ids := range changed {
		for part := range slices.Chunk(distinct(ids), 1000) {
			heads, err := g.store.Heads(ctx, kind, part)
			if err != nil {
				return err
			}
			if err := g.apply(heads); err != nil {
				return err
			}
		}
	}
	g.seen, g.synced = seen, start
	return nil
}

// apply takes revisions in, in any order; older ones than are known change
// nothing. The same one of a record may say less, after an erasure.
func (g *lineage) apply(revisions []Revision) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range revisions {
		var err error
		switch r.Kind {
		case KindBatches:
			err = g.applyBatch(r)
		case KindRecords:
			err = g.applyRecord(r)
		default:
			err = g.applyOrder(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (g *lineage) applyBatch(r Revision) error {
	s, err := decode[Batch](r)
	if err != nil {
		return err
	}
	at := g.place(s.ID)
	n, b := g.nodes[at], s.Data
	if n.revision >= s.Revision {
		return nil
	}
	n.revision, n.product, n.producer, n.lot, n.state, n.quantity = s.Revision, b.Product, b.Producer, b.Lot.String(), b.State, b.Quantity
	for _, e := range n.inputs {
		g.nodes[e.from].children = slices.DeleteFunc(g.nodes[e.from].children, func(child int32) bool { return child == at })
	}
	n.inputs = nil
	for _, in := range b.Inputs {
		from := g.place(in.Batch)
		n.inputs = append(n.inputs, lineageEdge{from, in.Quantity})
		g.nodes[from].children = append(g.nodes[from].children, at)
	}
	return nil
}

// place finds a batch, or makes room for one that is named before it is read.
func (g *lineage) place(code string) int32 {
	at, ok := g.byCode[code]
	if !ok {
		at = int32(len(g.nodes))
		g.byCode[code] = at
		g.nodes = append(g.nodes, &lineageNode{code: code})
	}
	return at
}

func (g *lineage) applyRecord(r Revision) error {
	// Most records are no shipments, and are not worth decoding.
	if g.shipments[r.ID] == nil && !bytes.Contains(r.Body, []byte(`"shipping"`)) {
		return nil
	}
	s, err := decode[Record](r)
	if err != nil {
		return err
	}
	known := g.shipments[s.ID]
	switch {
	case known == nil && s.Data.Shipping == nil, known != nil && known.revision > s.Revision:
		return nil
	case known == nil:
		known = new(shipment)
		g.shipments[s.ID] = known
		n := g.nodes[g.place(s.Data.Batch)]
		n.sold = append(n.sold, known)
	}
	*known = shipment{revision: s.Revision, retracted: s.Data.Retracted || s.Data.Shipping == nil, at: s.Data.Happened}
	if to := s.Data.Shipping; to != nil {
		known.recipient, known.destination, known.quantity = to.Recipient, to.Destination, to.Quantity
	}
	return nil
}

func (g *lineage) applyOrder(r Revision) error {
	batch, count, err := g.stamps.StampsIn(r)
	if err != nil {
		return err
	}
	known := g.orders[r.ID]
	if known == nil {
		known = new(stampedOrder)
		g.orders[r.ID] = known
		n := g.nodes[g.place(batch)]
		n.orders = append(n.orders, known)
	}
	if r.Number > known.revision {
		*known = stampedOrder{r.Number, count}
	}
	return nil
}

// A hop is a batch that is reached, and after how many steps.
type hop struct {
	at    int32
	depth int
}

// descend finds the batch and all that it went into, at any depth, the nearest
// first. It needs g.mu. Nothing is found for a batch that is not known.
func (g *lineage) descend(code string) ([]hop, error) {
	root, ok := g.byCode[code]
	if !ok {
		return nil, nil
	}
	seen := map[int32]bool{root: true} // not by all that there is, which would grow
	hops := []hop{{root, 0}}
	for next := 0; next < len(hops); next++ {
		for _, child := range g.nodes[hops[next].at].children {
			if !seen[child] {
				seen[child] = true
				hops = append(hops, hop{child, hops[next].depth + 1})
			}
		}
		if len(hops) > maxFamily {
			return nil, errTooMany
		}
	}
	return hops, nil
}

// visible tells whether the actor may know that the batch exists.
func (n *lineageNode) visible(by Actor) bool {
	return n.revision > 0 && by.maySeeBatch(Batch{State: n.state, Producer: n.producer}) == nil
}

func (n *lineageNode) stamps() StampCount {
	var sum StampCount
	for _, o := range n.orders {
		sum = sum.plus(o.count)
	}
	return sum
}

// stampsOf are the stamps of one batch.
func (g *lineage) stampsOf(code string) StampCount {
	g.mu.RLock()
	defer g.mu.RUnlock()
	at, ok := g.byCode[code]
	if !ok {
		return StampCount{}
	}
	return g.nodes[at].stamps()
}

// FollowLineage builds what recalls are followed with, keeps it up and reads it
// anew now and then, until ctx ends. Without it the first who asks has to wait.
func (l *Ledger) FollowLineage(ctx context.Context) error {
	ticker := time.NewTicker(lineageEvery)
	defer ticker.Stop()
	for {
		// What fails is tried again by the next round, or by whoever asks first.
		_ = l.lineage.keepUp(ctx)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// keepUp reads everything, the first time and when it is time again, page by
// page, so that who asks meanwhile does not wait, and catches up.
func (g *lineage) keepUp(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = g.readPage(ctx); err != nil {
			return err
		}
	}
	return g.catchUp(ctx)
}

// readPage reads a page, if there is anything left to be read.
func (g *lineage) readPage(ctx context.Context) (more bool, err error) {
	end, err := g.begin(ctx)
	if err != nil {
		return false, err
	}
	defer end()
	now := g.now()
	g.open(now)
	if len(g.left) == 0 && now.Sub(g.renewed) >= lineageRenewal {
		g.readAgain(now)
	}
	if len(g.left) == 0 {
		return false, nil
	}
	return true, g.readOn(ctx)
}
