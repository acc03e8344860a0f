package printing

import (
	"context"
	"fmt"
	"math/big"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A Basis is what the number of stamps that a batch could need was found from.
type Basis string

// The bases, the better one first. NoBasis says that it cannot be told.
const (
	NoBasis    Basis = ""
	ByPacking  Basis = "packing"  // the units of the packing entries of the diary
	ByQuantity Basis = "quantity" // the batch's quantity, by the product's net content
)

// A Need compares the stamps of a batch with the units that could carry one.
type Need struct {
	Printed  int   `json:"printed" doc:"Stamps of all orders that were reported as printed well"`
	Possible int   `json:"possible" doc:"Stamps of all orders that may be in use: all but scrapped and lost ones"`
	Needed   int   `json:"needed,omitempty" doc:"Units that could carry a stamp; left out where that cannot be told"`
	Basis    Basis `json:"basis,omitempty" doc:"What needed was found from"`
}

// Over is how many stamps there are more than the batch could need.
func (n Need) Over() int {
	if n.Basis == NoBasis {
		return 0
	}
	return max(n.Possible-n.Needed, 0)
}

// Warnings say what deserves a second look; none where all is well. They refuse
// nothing: who packs may have good reasons.
func (n Need) Warnings() []catalog.Name {
	if n.Over() == 0 {
		return nil
	}
	source := catalog.Name{VI: "theo nhật ký đóng gói", EN: "by the packing entries of the diary"}
	if n.Basis == ByQuantity {
		source = catalog.Name{VI: "tính từ sản lượng của lô", EN: "by the batch's quantity"}
	}
	return []catalog.Name{{
		VI: fmt.Sprintf("Lô có %d tem còn dùng được nhưng chỉ cần %d tem (%s): thừa %d. Tem thừa dễ bị dán nhầm sang hàng khác; hãy hủy và báo tem hỏng, hoặc bổ sung nhật ký.",
			n.Possible, n.Needed, source.VI, n.Over()),
		EN: fmt.Sprintf("The batch has %d usable stamps and could need %d (%s): %d too many. Spare stamps end up on other goods; destroy them and report them as scrapped, or complete the diary.",
			n.Possible, n.Needed, source.EN, n.Over()),
	}}
}

// Need compares the stamps of a batch with what it could need, for those who may
// see its orders.
func (b *Book) Need(ctx context.Context, by trace.Actor, batch string) (Need, error) {
	d, err := b.ledger.Dossier(ctx, batch)
	if err != nil {
		return Need{}, err
	}
	if !by.Reads(d.Batch.Data.Producer) {
		return Need{}, trace.ErrHidden
	}
	return b.need(ctx, d)
}

func (b *Book) need(ctx context.Context, d *trace.Dossier) (Need, error) {
	orders, err := b.OrdersOf(ctx, d.Batch.ID)
	if err != nil {
		return Need{}, err
	}
	n := Need{Possible: Possible(orders)}
	for _, o := range orders {
		n.Printed += o.Data.Sums().Printed
	}
	n.Needed, n.Basis = units(d)
	return n, nil
}

// Possible is how many stamps of orders may be in use: all but scrapped and lost
// ones.
func Possible(orders []trace.Stored[Order]) int {
	n := 0
	for _, o := range orders {
		n += o.Data.Count - o.Data.Sums().Withdrawn()
	}
	return n
}

// Packed is how many units were packed by the diary of a batch.
func Packed(d *trace.Dossier) int {
	n := 0
	for _, r := range d.Last() {
		if r.Data.Packing != nil {
			n += r.Data.Packing.Units
		}
	}
	return n
}

// units is how many units of a batch could carry a stamp.
func units(d *trace.Dossier) (int, Basis) {
	if packed := Packed(d); packed > 0 {
		return packed, ByPacking
	}
	if n := unitsIn(d.Batch.Data.Quantity, d.Product.Data.NetContent); n > 0 {
		return n, ByQuantity
	}
	return 0, NoBasis
}

// unitsIn is how many units of the net content a quantity makes, a begun one
// counted as one; those of a quantity that is counted are its own. It is 0 where
// that cannot be told.
func unitsIn(quantity, content trace.Quantity) int {
	amount, of, ok := parts(quantity)
	if !ok {
		return 0
	}
	if each, unit, ok := parts(content); ok && of.ConvertsTo(unit) {
		n := new(big.Rat).Quo(amount, each)
		if of.Code != unit.Code {
			n.Mul(n, factor(of)).Quo(n, factor(unit))
		}
		return ceil(n)
	}
	if of.Dimension != catalog.Count {
		return 0
	}
	return ceil(new(big.Rat).Mul(amount, factor(of)))
}

// parts are the amount and unit of a quantity above zero.
func parts(q trace.Quantity) (*big.Rat, catalog.Unit, bool) {
	u, known := catalog.UnitByCode(q.Unit)
	if !known || q.Value.Sign() <= 0 {
		return nil, catalog.Unit{}, false
	}
	return q.Value.Rat(), u, true
}

// factor is how many base units make one; packages are counted as they are.
func factor(u catalog.Unit) *big.Rat {
	if f, ok := new(big.Rat).SetString(u.Factor); ok {
		return f
	}
	return big.NewRat(1, 1)
}

// ceil is the next whole number, or 0 for one that no batch has.
func ceil(r *big.Rat) int {
	n := new(big.Int).Add(r.Num(), r.Denom())
	n.Sub(n, big.NewInt(1)).Quo(n, r.Denom())
	if !n.IsInt64() {
		return 0
	}
	return int(n.Int64())
}
