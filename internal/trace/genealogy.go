package trace

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// maxFamily bounds a walk through the genealogy, in batches.
const maxFamily = 100_000

// ancestors loads the given batches and all that went into them, at any depth.
func (l *Ledger) ancestors(ctx context.Context, codes []string) (map[string]Stored[Batch], error) {
	found := map[string]Stored[Batch]{}
	for next := codes; len(next) > 0; {
		level, err := l.batches(ctx, next)
		if err != nil {
			return nil, err
		}
		parents := map[string]bool{}
		for _, b := range level {
			found[b.ID] = b
			for _, in := range b.Data.Inputs {
				parents[in.Batch] = true
			}
		}
		maps.DeleteFunc(parents, func(code string, _ bool) bool { _, known := found[code]; return known })
		if len(found)+len(parents) > maxFamily {
			return nil, fmt.Errorf("%w: more than %d batches are related", ErrInvalid, maxFamily)
		}
		next = slices.Sorted(maps.Keys(parents))
	}
	return found, nil
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

// A Relative is a batch that another one went into, at some depth: 1 for a
// child.
type Relative struct {
	Depth int           `json:"depth"`
	Batch Stored[Batch] `json:"batch"`
}

// Reach computes whom a recall of the batch reaches: every batch that it went
// into, at any depth, nearest first. Batches of other producers are among
// them, as far as the actor may see them: that is the point.
func (l *Ledger) Reach(ctx context.Context, by Actor, code string) ([]Relative, error) {
	b, err := l.Batch(ctx, by, code)
	if err == nil {
		err = by.maySee(b.Data.Producer)
	}
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
			return nil, fmt.Errorf("%w: more than %d batches are related", ErrInvalid, maxFamily)
		}
		level = next
	}
	return reached, nil
}
