package trace

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"temgoc/internal/catalog"
)

// A Balance compares what went into a batch with what it gave, and what it has
// with what was made of it. What does not fit is worth a look and no more:
// drying loses water, soaking takes it up, and quantities are often estimated.
type Balance struct {
	// Inputs is what went into the batch, as far as its unit allows to add it
	// up; empty where nothing did, or where something does not add up.
	Inputs Quantity `json:"inputs,omitzero" doc:"What went in, in the unit of the batch; absent where it cannot be added up"`
	// Used is what other batches took of it.
	Used Quantity `json:"used,omitzero" doc:"What other batches took, in the unit of the batch, as far as it can be converted"`
	// Unlike is how many quantities could not be converted.
	Unlike   int              `json:"unlike,omitempty" doc:"Quantities in units that cannot be converted, which are left out of the sums"`
	Warnings []BalanceWarning `json:"warnings"`
}

// A BalanceWarning says what does not fit.
type BalanceWarning struct {
	Kind    string       `json:"kind" enum:"overused,overproduced" doc:"overused: other batches took more than there is; overproduced: the batch is more than what went in"`
	Message catalog.Name `json:"message"`
}

// What a BalanceWarning may be about.
const (
	Overused     = "overused"
	Overproduced = "overproduced"
)

// Balance compares quantities around a batch, for those who may see all of it.
func (l *Ledger) Balance(ctx context.Context, by Actor, code string) (Balance, error) {
	b, err := l.ownBatch(ctx, by, code)
	if err != nil {
		return Balance{}, err
	}
	g, err := l.lineageOf(ctx, b.ID, false)
	if err != nil {
		return Balance{}, err
	}
	out := Balance{Warnings: []BalanceWarning{}}
	unit, ok := catalog.UnitByCode(b.Data.Quantity.Unit)
	if !ok {
		return out, nil
	}
	used := sum{unit: unit}
	g.taken(by, b.ID, used.add)
	out.Unlike = used.unlike
	if used.n > 0 {
		out.Used = used.quantity()
		out.compare(Overused, used.total, b.Data.Quantity, catalog.Name{
			VI: "các lô khác đã dùng %[1]s, nhiều hơn %[2]s của lô này", EN: "other batches took %[1]s, more than the %[2]s of this one",
		})
	}
	in, err := l.wentIn(ctx, b, unit)
	if err != nil {
		return Balance{}, err
	}
	out.Unlike += in.unlike
	if in.n > 0 && in.unlike == 0 {
		out.Inputs = in.quantity()
		out.compare(Overproduced, in.total, b.Data.Quantity, catalog.Name{
			VI: "lô có %[2]s nhưng chỉ làm từ %[1]s nguyên liệu", EN: "the batch has %[2]s but was made from %[1]s",
		})
	}
	return out, nil
}

// compare warns when the sum is more than the batch, or less for Overproduced.
func (b *Balance) compare(kind string, sum *big.Rat, batch Quantity, words catalog.Name) {
	order := sum.Cmp(batch.Value.Rat())
	if kind == Overproduced {
		order = -order
	}
	if order <= 0 {
		return
	}
	summed := Quantity{ratDecimal(sum), batch.Unit}
	b.Warnings = append(b.Warnings, BalanceWarning{kind, catalog.Name{
		VI: fmt.Sprintf(words.VI, summed.In("vi"), batch.In("vi")), EN: fmt.Sprintf(words.EN, summed.In("en"), batch.In("en")),
	}})
}

// A sum adds quantities up in one unit.
type sum struct {
	unit   catalog.Unit
	total  *big.Rat
	n      int // quantities that were added
	unlike int // quantities that do not convert
}

func (s *sum) add(q Quantity) {
	from, ok := catalog.UnitByCode(q.Unit)
	value := q.Value.Rat()
	if !ok || value == nil || !from.ConvertsTo(s.unit) {
		s.unlike++
		return
	}
	if from.Code != s.unit.Code {
		value.Mul(value, Decimal(from.Factor).Rat())
		value.Quo(value, Decimal(s.unit.Factor).Rat())
	}
	if s.total == nil {
		s.total = new(big.Rat)
	}
	s.total.Add(s.total, value)
	s.n++
}

func (s *sum) quantity() Quantity { return Quantity{ratDecimal(s.total), s.unit.Code} }

// ratDecimal writes a number with up to six decimals.
func ratDecimal(r *big.Rat) Decimal {
	return Decimal(strings.TrimSuffix(strings.TrimRight(r.FloatString(6), "0"), "."))
}

// taken tells what each batch that the actor may see took of a batch.
func (g *lineage) taken(by Actor, code string, add func(Quantity)) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	at, ok := g.byCode[code]
	if !ok {
		return
	}
	for _, child := range g.nodes[at].children {
		n := g.nodes[child]
		i := slices.IndexFunc(n.inputs, func(e lineageEdge) bool { return e.from == at })
		if i >= 0 && n.visible(by) {
			add(n.inputs[i].quantity)
		}
	}
}

// wentIn adds up what went into a batch: other batches, and what its diary says
// was harvested, received, or used by a process beside them.
func (l *Ledger) wentIn(ctx context.Context, b Stored[Batch], unit catalog.Unit) (sum, error) {
	in := sum{unit: unit}
	if len(b.Data.Inputs) == 0 {
		return in, nil // nothing to compare with: what it was made from is not traced
	}
	for _, i := range b.Data.Inputs {
		in.add(i.Quantity)
	}
	records, err := All[Record](ctx, l, batchRef(b.ID))
	if err != nil {
		return in, err
	}
	for _, r := range records {
		if !r.Data.Retracted {
			r.Data.broughtIn(in.add)
		}
	}
	return in, nil
}

// broughtIn tells what a record adds to a batch beside its input batches.
func (r RecordData) broughtIn(add func(Quantity)) {
	switch {
	case r.Harvest != nil:
		add(r.Harvest.Quantity)
	case r.Receiving != nil:
		add(r.Receiving.Quantity)
	case r.Processing != nil:
		for _, m := range r.Processing.Inputs {
			if m.Batch == "" {
				add(m.Quantity)
			}
		}
	}
}
