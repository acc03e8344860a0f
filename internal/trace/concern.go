package trace

import (
	"cmp"
	"context"
	"slices"

	"temgoc/internal/catalog"
)

// A Concern is what is wrong with a batch for which its producer should do
// something.
type Concern struct {
	Batch Stored[Batch]
	// Missing is what the law asks for and the batch lacks, see Dossier.Missing.
	Missing []catalog.RequiredItem
	// Inputs are held and recalled batches among all that went into it.
	Inputs []Stored[Batch]
}

// Concerns tells what is wrong with each of some batches, in their order; those
// with which nothing is are left out. It is for overviews: of each batch it
// reads no more than it needs. ErrHidden when one is not the actor's to see.
func (l *Ledger) Concerns(ctx context.Context, by Actor, batches []Stored[Batch]) ([]Concern, error) {
	var products, producers, mixed []string
	for _, b := range batches {
		if err := by.maySee(b.Data.Producer); err != nil {
			return nil, err
		}
		products, producers = append(products, b.Data.Product), append(producers, b.Data.Producer)
		if len(b.Data.Inputs) > 0 {
			mixed = append(mixed, b.ID)
		}
	}
	names, err := HeadsOf[Product](ctx, l, distinct(products))
	if err != nil {
		return nil, err
	}
	owners, err := HeadsOf[Producer](ctx, l, distinct(producers))
	if err != nil {
		return nil, err
	}
	family, err := l.ancestors(ctx, mixed)
	if err != nil {
		return nil, err
	}
	var concerns []Concern
	for _, b := range batches {
		d := &Dossier{Batch: b, Product: names[b.Data.Product], Producer: owners[b.Data.Producer]}
		if d.Records, err = l.anyRecord(ctx, b.ID); err != nil {
			return nil, err
		}
		c := Concern{Batch: b, Missing: d.Missing(), Inputs: stopped(family, b)}
		if len(c.Missing)+len(c.Inputs) > 0 {
			concerns = append(concerns, c)
		}
	}
	return concerns, nil
}

// anyRecord is one valid record of a batch, if it has any.
func (l *Ledger) anyRecord(ctx context.Context, code string) ([][]Stored[Record], error) {
	found, err := ListOf(ctx, l, batchRef(code), Paging{Limit: 1}, func(r Stored[Record]) bool { return !r.Data.Retracted })
	if err != nil || len(found.Items) == 0 {
		return nil, err
	}
	return [][]Stored[Record]{found.Items}, nil
}

// stopped are the held and recalled ones of a family that went into a batch, at
// any depth.
func stopped(family map[string]Stored[Batch], b Stored[Batch]) []Stored[Batch] {
	var out []Stored[Batch]
	seen := map[string]bool{b.ID: true}
	for next := b.Data.Inputs; len(next) > 0; {
		var further []Input
		for _, in := range next {
			input, known := family[in.Batch]
			if !known || seen[in.Batch] {
				continue
			}
			seen[in.Batch] = true
			further = append(further, input.Data.Inputs...)
			if input.Data.State == BatchHeld || input.Data.State == BatchRecalled {
				out = append(out, input)
			}
		}
		next = further
	}
	slices.SortFunc(out, func(a, b Stored[Batch]) int { return cmp.Compare(a.ID, b.ID) })
	return out
}
