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
	reached := []Relative{}
	seen := map[string]bool{b.ID: true}
	for level, depth := []string{b.ID}, 1; len(level) > 0; depth++ {
		var next []string
		for _, parent := range level {
			children, err := All[Batch](ctx, l, inputRef(parent))
			if err != nil {
				return nil, err
			}
			for _, child := range children {
				if seen[child.ID] {
					continue
				}
				seen[child.ID] = true
				next = append(next, child.ID)
				if by.maySeeBatch(child.Data) == nil {
					reached = append(reached, Relative{depth, child})
				}
			}
		}
		if len(seen) > maxFamily {
			return nil, errTooMany
		}
		level = next
	}
	return reached, nil
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
