package trace

import (
	"context"
	"slices"

	"temgoc/internal/catalog"
)

// MaxDrawn bounds a Family, in batches: more would make no drawing.
const MaxDrawn = 200

// A Family is a batch with what it was made from and what was made from it, for
// drawing.
type Family struct {
	Root  string       `json:"root" doc:"Code of the batch in the middle"`
	Nodes []FamilyNode `json:"nodes" doc:"The root first, then the nearest"`
	Edges []FamilyEdge `json:"edges"`
	Cut   bool         `json:"cut" doc:"Whether batches further away were left out: at most 200 are returned"`
}

// A FamilyNode is one batch of a Family, with the names that a drawing shows.
type FamilyNode struct {
	Batch    Stored[Batch] `json:"batch"`
	Product  catalog.Name  `json:"product"`
	Producer string        `json:"producer"`
}

// A FamilyEdge says that a batch went into another.
type FamilyEdge struct {
	From     string   `json:"from" doc:"Code of the batch that went in"`
	To       string   `json:"to" doc:"Code of the batch that was made from it"`
	Quantity Quantity `json:"quantity"`
}

// Family returns the nearest relatives of a batch both ways, as far as the actor
// may see them.
func (l *Ledger) Family(ctx context.Context, by Actor, code string) (Family, error) {
	root, err := l.ownBatch(ctx, by, code)
	if err != nil {
		return Family{}, err
	}
	k := &kin{known: map[string]bool{}}
	k.add(root)
	above, below := []Stored[Batch]{root}, []Stored[Batch]{root}
	for len(above)+len(below) > 0 && !k.cut {
		if above, err = l.parents(ctx, k, above); err != nil {
			return Family{}, err
		}
		if below, err = l.children(ctx, by, k, below); err != nil {
			return Family{}, err
		}
	}
	f := Family{Root: root.ID, Edges: k.edges(), Cut: k.cut}
	f.Nodes, err = l.named(ctx, k.batches)
	return f, err
}

// kin are the batches of a family that were found so far.
type kin struct {
	batches []Stored[Batch]
	known   map[string]bool
	cut     bool
}

// add takes a batch in and tells whether it was new. There is an end to it.
func (k *kin) add(b Stored[Batch]) bool {
	switch {
	case k.known[b.ID]:
		return false
	case len(k.batches) == MaxDrawn:
		k.cut = true
		return false
	}
	k.known[b.ID] = true
	k.batches = append(k.batches, b)
	return true
}

func (k *kin) edges() []FamilyEdge {
	edges := []FamilyEdge{}
	for _, b := range k.batches {
		for _, in := range b.Data.Inputs {
			if k.known[in.Batch] {
				edges = append(edges, FamilyEdge{in.Batch, b.ID, in.Quantity})
			}
		}
	}
	return edges
}

// parents adds what went into the batches of a level, and returns what is new.
func (l *Ledger) parents(ctx context.Context, k *kin, level []Stored[Batch]) ([]Stored[Batch], error) {
	var codes []string
	for _, b := range level {
		for _, in := range b.Data.Inputs {
			if !k.known[in.Batch] && !slices.Contains(codes, in.Batch) {
				codes = append(codes, in.Batch)
			}
		}
	}
	found, err := l.batches(ctx, codes[:min(len(codes), MaxDrawn)])
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(b Stored[Batch]) bool { return !k.add(b) }), nil
}

// children adds what was made from the batches of a level, and returns what is
// new.
func (l *Ledger) children(ctx context.Context, by Actor, k *kin, level []Stored[Batch]) ([]Stored[Batch], error) {
	var next []Stored[Batch]
	for _, parent := range level {
		for q := (Query{Kind: KindBatches, Ref: inputRef(parent.ID), Limit: MaxDrawn}); !k.cut; {
			page, err := l.store.List(ctx, q)
			if err != nil {
				return nil, err
			}
			found, err := decodeAll[Batch](page.Revisions)
			if err != nil {
				return nil, err
			}
			for _, b := range found {
				if by.maySeeBatch(b.Data) == nil && k.add(b) {
					next = append(next, b)
				}
			}
			if q.After = page.Next; page.Next == "" {
				break
			}
		}
	}
	return next, nil
}

// named adds the names of product and producer to batches.
func (l *Ledger) named(ctx context.Context, batches []Stored[Batch]) ([]FamilyNode, error) {
	var productIDs, producerIDs []string
	for _, b := range batches {
		productIDs, producerIDs = append(productIDs, b.Data.Product), append(producerIDs, b.Data.Producer)
	}
	products, err := HeadsOf[Product](ctx, l, distinct(productIDs))
	if err != nil {
		return nil, err
	}
	producers, err := HeadsOf[Producer](ctx, l, distinct(producerIDs))
	if err != nil {
		return nil, err
	}
	nodes := make([]FamilyNode, len(batches))
	for i, b := range batches {
		nodes[i] = FamilyNode{b, products[b.Data.Product].Data.Name, producers[b.Data.Producer].Data.Name}
	}
	return nodes, nil
}

func distinct(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}
