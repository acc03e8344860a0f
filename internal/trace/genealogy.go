package trace

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// maxFamily bounds a walk through the genealogy, in batches.
const maxFamily = 100_000

// climb loads the given batches and all that went into them, at any depth: the
// given ones first, at depth 0, and then the nearest.
func (l *Ledger) climb(ctx context.Context, codes []string) ([]Relative, error) {
	var found []Relative
	known := map[string]bool{}
	for next, depth := codes, 0; len(next) > 0; depth++ {
		level, err := l.batches(ctx, next)
		if err != nil {
			return nil, err
		}
		parents := map[string]bool{}
		for _, b := range level {
			known[b.ID] = true
			found = append(found, Relative{depth, b})
			for _, in := range b.Data.Inputs {
				parents[in.Batch] = true
			}
		}
		maps.DeleteFunc(parents, func(code string, _ bool) bool { return known[code] })
		if len(known)+len(parents) > maxFamily {
			return nil, errTooMany
		}
		next = slices.Sorted(maps.Keys(parents))
	}
	return found, nil
}

var errTooMany = fmt.Errorf("%w: more than %d batches are related", ErrInvalid, maxFamily)

// ancestors is climb by code.
func (l *Ledger) ancestors(ctx context.Context, codes []string) (map[string]Stored[Batch], error) {
	climbed, err := l.climb(ctx, codes)
	found := make(map[string]Stored[Batch], len(climbed))
	for _, r := range climbed {
		found[r.Batch.ID] = r.Batch
	}
	return found, err
}

// batches loads batches by their codes.
func (l *Ledger) batches(ctx context.Context, codes []string) ([]Stored[Batch], error) {
	var out []Stored[Batch]
	for part := range slices.Chunk(codes, 1000) {
		heads, err := l.store.Heads(ctx, KindBatches, part)
		if err != nil {
			return nil, err
		}
		batches, err := decodeAll[Batch](heads)
		if err != nil {
			return nil, err
		}
		out = append(out, batches...)
	}
	return out, nil
}

// A Relative is a batch that another one went into, or that went into another,
// at some depth: 1 for a child or a parent.
type Relative struct {
	Depth int           `json:"depth"`
	Batch Stored[Batch] `json:"batch"`
}

// Reach computes whom a recall of the batch reaches: every batch that it went
// into, at any depth, nearest first. Batches of other producers are among
// them, as far as the actor may see them: that is the point.
func (l *Ledger) Reach(ctx context.Context, by Actor, code string) ([]Relative, error) {
	b, err := l.ownBatch(ctx, by, code)
	if err != nil {
		return nil, err
	}
	reached, err := l.reachedFrom(ctx, by, b.ID)
	if err != nil {
		return nil, err
	}
	return l.loadReached(ctx, by, reached)
}

// A reachedCode is a batch that another went into, which was not read yet.
type reachedCode struct {
	code  string
	depth int
}

// reachedFrom finds the batches that a batch went into, nearest first, as far
// as the actor may see them.
func (l *Ledger) reachedFrom(ctx context.Context, by Actor, code string) ([]reachedCode, error) {
	g, err := l.lineageOf(ctx, code, false)
	if err != nil {
		return nil, err
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	hops, err := g.descend(code)
	if err != nil || len(hops) == 0 {
		return nil, err
	}
	reached := make([]reachedCode, 0, len(hops)-1)
	for _, h := range hops[1:] { // without the batch itself
		if n := g.nodes[h.at]; n.visible(by) {
			reached = append(reached, reachedCode{n.code, h.depth})
		}
	}
	return reached, nil
}

// loadReached reads the batches that were found.
func (l *Ledger) loadReached(ctx context.Context, by Actor, reached []reachedCode) ([]Relative, error) {
	depths, codes := make(map[string]int, len(reached)), make([]string, len(reached))
	order := make(map[string]int, len(reached))
	for i, r := range reached {
		depths[r.code], codes[i], order[r.code] = r.depth, r.code, i
	}
	batches, err := l.batches(ctx, codes)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(batches, func(a, b Stored[Batch]) int { return order[a.ID] - order[b.ID] })
	out := []Relative{}
	for _, b := range batches {
		if by.maySeeBatch(b.Data) == nil {
			out = append(out, Relative{depths[b.ID], b})
		}
	}
	return out, nil
}

// madeFrom picks those of related batches that a batch went into, at any depth.
// Related holds all that went into each of them.
func madeFrom(code string, related []Relative) map[string]Stored[Batch] {
	children := map[string][]Stored[Batch]{}
	for _, r := range related {
		for _, in := range r.Batch.Data.Inputs {
			children[in.Batch] = append(children[in.Batch], r.Batch)
		}
	}
	made := map[string]Stored[Batch]{}
	for next := []string{code}; len(next) > 0; next = next[1:] {
		for _, child := range children[next[0]] {
			if _, known := made[child.ID]; !known && child.ID != code {
				made[child.ID] = child
				next = append(next, child.ID)
			}
		}
	}
	return made
}

// ownBatch returns a batch to those who may see all of it, published or not.
func (l *Ledger) ownBatch(ctx context.Context, by Actor, code string) (Stored[Batch], error) {
	return Read(ctx, l, canonical(code), func(b Batch) error { return by.maySee(b.Producer) })
}

// Origins is the counterpart of Reach: every batch that went into this one, at
// any depth, nearest first. All of them are published, or they could not have.
func (l *Ledger) Origins(ctx context.Context, by Actor, code string) ([]Relative, error) {
	b, err := l.ownBatch(ctx, by, code)
	if err != nil {
		return nil, err
	}
	climbed, err := l.climb(ctx, []string{b.ID})
	if err != nil {
		return nil, err
	}
	return climbed[1:], nil // without the batch itself
}
