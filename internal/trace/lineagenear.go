package trace

import (
	"context"
	"errors"
	"slices"
)

// maxNear is of how many batches a lineage is made for the occasion. A larger
// family is worth waiting for that of all batches.
const maxNear = 300

// errNotNear says that there are more.
var errNotNear = errors.New("more batches than are followed one by one")

// lineageOf is a lineage in which the batch is with all that it went into, as of
// now: that of all batches, or while it is not built one of its own, unless there
// are too many of them. Whole has stamps and shipments in it too.
func (l *Ledger) lineageOf(ctx context.Context, code string, whole bool) (*lineage, error) {
	if g := l.lineage; !g.built.Load() {
		near, err := g.near(ctx, code, whole)
		if !errors.Is(err, errNotNear) {
			return near, err
		}
	}
	return l.lineage, l.lineage.catchUp(ctx)
}

// near makes a lineage of a batch and of what it went into.
func (g *lineage) near(ctx context.Context, code string, whole bool) (*lineage, error) {
	n := newLineage(g.store, g.stamps, g.now)
	heads, err := g.store.Heads(ctx, KindBatches, []string{code})
	if err != nil {
		return nil, err
	}
	if err := n.apply(heads); err != nil {
		return nil, err
	}
	codes := []string{code}
	for i := 0; i < len(codes); i++ {
		if err := n.readNear(ctx, Query{Kind: KindBatches, Ref: inputRef(codes[i]), Limit: maxNear + 1}, func(r Revision) {
			if !slices.Contains(codes, r.ID) {
				codes = append(codes, r.ID)
			}
		}); err != nil {
			return nil, err
		}
		if len(codes) > maxNear {
			return nil, errNotNear
		}
	}
	if !whole {
		return n, nil
	}
	for _, code := range codes {
		for _, kind := range n.kinds()[1:] { // without the batches
			if err := n.readNear(ctx, Query{Kind: kind, Ref: batchRef(code), Limit: 1000}, func(Revision) {}); err != nil {
				return nil, err
			}
		}
	}
	return n, nil
}

// readNear takes in what a query finds.
func (g *lineage) readNear(ctx context.Context, q Query, found func(Revision)) error {
	for n := 0; ; {
		page, err := g.store.List(ctx, q)
		if err != nil {
			return err
		}
		for _, r := range page.Revisions {
			found(r)
		}
		if n += len(page.Revisions); q.Kind == KindBatches && n > maxNear {
			return errNotNear
		}
		if err := g.apply(page.Revisions); err != nil {
			return err
		}
		if q.After = page.Next; page.Next == "" {
			return nil
		}
	}
}

// stampsOf are the stamps of one batch.
func (l *Ledger) stampsOf(ctx context.Context, code string) (StampCount, error) {
	g, err := l.lineageOf(ctx, code, true)
	if err != nil {
		return StampCount{}, err
	}
	return g.stampsOf(code), nil
}
