package proof

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/trace"
)

// included checks that a leaf is in the signed tree at its place.
func (l *Log) included(ctx context.Context, k key, p Place) error {
	hashes, err := l.reader(ctx).ReadHashes([]int64{tlog.StoredHashIndex(0, p.Index)})
	if err != nil {
		return err
	}
	if hashes[0] != tlog.RecordHash(p.Entry) {
		return faultOf(FaultLog, k, fmt.Sprintf("leaf %d is not the one that was signed", p.Index))
	}
	return nil
}

func (l *Log) reader(ctx context.Context) reader { return reader{ctx, l.state.Load().tree, l.tiles} }

// compare checks a revision against its leaf. before is the Pub of the leaf of
// the revision before.
func compare(r trace.Revision, entry []byte, before string) *Fault {
	k := key{r.Kind, r.ID, r.Number}
	logged, err := ParseLeaf(entry)
	if err != nil {
		return faultOf(FaultLog, k, err.Error())
	}
	now, err := LeafOf(r, nil)
	if err != nil {
		return faultOf(FaultChanged, k, err.Error())
	}
	erased := r.Salt == nil && logged.Per != ""
	switch {
	case now.Pub != logged.Pub:
		return faultOf(FaultChanged, k, "its public part")
	case !now.Time.Equal(logged.Time), !slices.Equal(now.Files, logged.Files), before != logged.Prev:
		return faultOf(FaultChanged, k, "its time, its files or the revision before")
	case erased:
		return faultOf(FaultErased, k, "")
	case now.Per != logged.Per:
		return faultOf(FaultChanged, k, "the part that is not public")
	}
	return nil
}

type watchKey struct{}

// Seen are the revisions that were read through a Store under one context, of the
// kinds that are logged. Files are left out: they are hashed when they are read.
type Seen struct {
	log *Log

	mu        sync.Mutex
	revisions map[key]trace.Revision
}

// Watch returns a context under which everything that is read through the Store
// of the log is noted in Seen.
func (l *Log) Watch(ctx context.Context) (context.Context, *Seen) {
	s := &Seen{log: l, revisions: map[key]trace.Revision{}}
	return context.WithValue(ctx, watchKey{}, s), s
}

// observe notes what was read, where somebody watches.
func observe(ctx context.Context, found ...trace.Revision) {
	s, ok := ctx.Value(watchKey{}).(*Seen)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range found {
		if s.log.kinds[r.Kind] && r.Kind != trace.KindFiles {
			s.revisions[key{r.Kind, r.ID, r.Number}] = r
		}
	}
}

// Revisions are what was seen so far, in no particular order.
func (s *Seen) Revisions() []trace.Revision {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.revisions))
}

// A Report is what a check found.
type Report struct {
	// Faults are contradictions between records and log; none when all is well.
	Faults []*Fault
	// Moved are documents that the log knows in a later revision than was seen,
	// while the store has that revision: they were changed meanwhile, and what
	// was read is to be read again. When it stays, they are hidden: a fault.
	Moved []*Fault
	// Leaves are where the revisions that were checked are in the log, and
	// Size is that of the log then.
	Leaves []Shown
	Size   int64
	// Checkpoint is the signed note about that size, Root the root of its tree
	// in base64 and At when it was signed.
	Checkpoint string
	Root       string
	At         time.Time
}

// Shown is a revision with the place of its leaf.
type Shown struct {
	Revision trace.Revision
	Place    Place
}

// Check compares everything that was seen of a batch with the log: each revision
// with its leaf, and the leaves about the batch, its product and its producer
// with what was seen, so that nothing of them can be missing unseen. The print
// orders of the batch are to be read too.
func (s *Seen) Check(ctx context.Context, d *trace.Dossier) (Report, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := checking{Seen: s, ctx: ctx, leaves: map[key]Place{}, asked: map[string]bool{}}
	for _, term := range []string{
		trace.BatchTerm(d.Batch.ID), trace.PeriodicTerm(d.Batch.Data.Product),
		trace.ProductTerm(d.Batch.Data.Product), trace.GeneralTerm(d.Batch.Data.Producer),
	} {
		if err := c.gather(term); err != nil {
			return c.failed(err)
		}
	}
	for k := range s.revisions {
		if err := c.gather(trace.Topic(k.kind, k.id)); err != nil {
			return c.failed(err)
		}
	}
	return c.compareAll()
}

// checking is one run of Check.
type checking struct {
	*Seen
	ctx    context.Context
	leaves map[key]Place
	asked  map[string]bool
	report Report
}

// gather reads the leaves under a term, once.
func (c *checking) gather(term string) error {
	if c.asked[term] {
		return nil
	}
	c.asked[term] = true
	found, err := c.log.find(c.ctx, term)
	for k, p := range found {
		c.leaves[k] = p
		c.asked[trace.Topic(k.kind, k.id)] = true // this answers it
	}
	return err
}

// failed makes a fault that was met on the way part of the report.
func (c *checking) failed(err error) (Report, error) {
	var fault *Fault
	if !errors.As(err, &fault) {
		return Report{}, err
	}
	c.report.Faults = append(c.report.Faults, fault)
	return c.report, nil
}

func (c *checking) compareAll() (Report, error) {
	for k, r := range c.revisions {
		if err := c.compareOne(k, r); err != nil {
			return c.failed(err)
		}
	}
	if err := c.missing(); err != nil {
		return c.failed(err)
	}
	slices.SortFunc(c.report.Leaves, func(a, b Shown) int { return int(a.Place.Index - b.Place.Index) })
	slices.SortFunc(c.report.Faults, func(a, b *Fault) int { return strings.Compare(a.Error(), b.Error()) })
	now := c.log.state.Load()
	root, err := now.tree.root()
	c.report.Size, c.report.Checkpoint, c.report.Root, c.report.At = now.tree.size, c.log.withCosignatures(now.checkpoint), root.String(), now.at
	return c.report, err
}

// missing finds the documents whose latest logged revision was not seen.
func (c *checking) missing() error {
	latest := map[key]int{}
	for k := range c.leaves {
		document := key{k.kind, k.id, 0}
		latest[document] = max(latest[document], k.number)
	}
	for k, number := range latest {
		k.number = number
		if _, seen := c.revisions[k]; seen || k.kind == trace.KindErasures {
			continue
		}
		gone, err := c.gone(k)
		switch {
		case err != nil:
			return err
		case gone:
			c.report.Faults = append(c.report.Faults, faultOf(FaultMissing, k, ""))
		default:
			c.report.Moved = append(c.report.Moved, faultOf(FaultMissing, k, "it is not found where it belongs"))
		}
	}
	return nil
}

// compareOne checks a revision that was seen.
func (c *checking) compareOne(k key, r trace.Revision) error {
	p, ok := c.leaves[k]
	if !ok {
		var err error
		if p, ok, err = c.late(k, r); err != nil {
			return err
		}
	}
	if !ok {
		c.report.Faults = append(c.report.Faults, faultOf(FaultUnlogged, k, ""))
		return nil
	}
	before := ""
	if previous, ok := c.leaves[key{k.kind, k.id, k.number - 1}]; ok {
		leaf, err := ParseLeaf(previous.Entry)
		if err != nil {
			return faultOf(FaultLog, k, err.Error())
		}
		before = leaf.Pub
	}
	fault := compare(r, p.Entry, before)
	if fault != nil && fault.Kind == FaultErased {
		ordered, err := c.log.erased(c.ctx, k)
		if err != nil {
			return err
		}
		if ordered {
			fault = nil
		}
	}
	if fault != nil {
		c.report.Faults = append(c.report.Faults, fault)
	}
	c.report.Leaves = append(c.report.Leaves, Shown{r, p})
	return nil
}

// erased tells whether the erasure of a document was logged.
func (l *Log) erased(ctx context.Context, k key) (bool, error) {
	topic := trace.Topic(k.kind, k.id)
	found, err := l.find(ctx, topic)
	_, ordered := found[key{trace.KindErasures, topic, 1}]
	return ordered, err
}

// late finds the leaf of a revision that was written just now: its writer may
// not have come to it yet.
func (c *checking) late(k key, r trace.Revision) (Place, bool, error) {
	if r.At.Before(c.log.now().Add(-settled)) {
		return Place{}, false, nil
	}
	history, err := c.log.store.History(c.ctx, k.kind, k.id)
	if errors.Is(err, trace.ErrNotFound) {
		return Place{}, false, nil
	}
	if err != nil {
		return Place{}, false, err
	}
	if err := c.log.ensure(c.ctx, history); err != nil {
		return Place{}, false, err
	}
	found, err := c.log.find(c.ctx, trace.Topic(k.kind, k.id))
	for k, p := range found {
		c.leaves[k] = p
	}
	p, ok := found[k]
	return p, ok, err
}

// gone tells whether a logged revision that was not seen is not in the store
// either: if it is, the document was changed after it was read, or has nothing
// to do with the page any more.
func (c *checking) gone(k key) (bool, error) {
	head, err := c.log.store.Head(c.ctx, k.kind, k.id)
	if errors.Is(err, trace.ErrNotFound) {
		return true, nil
	}
	return head.Number < k.number, err
}
