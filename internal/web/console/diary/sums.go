package diary

import (
	"math/big"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// sum adds quantities in a unit; empty when there are none, or one of them
// cannot be told in it.
func sum(all []trace.Quantity, unit string) trace.Decimal {
	total := new(big.Rat)
	into, known := catalog.UnitByCode(unit)
	for _, q := range all {
		from, ok := catalog.UnitByCode(q.Unit)
		n := q.Value.Rat()
		if !known || !ok || n == nil || !from.ConvertsTo(into) {
			return ""
		}
		total.Add(total, new(big.Rat).Mul(n, ratio(from, into)))
	}
	if total.Sign() == 0 {
		return ""
	}
	text := total.FloatString(3)
	return trace.Decimal(strings.TrimSuffix(strings.TrimRight(text, "0"), "."))
}

// ratio is how many of the one unit make the other.
func ratio(from, into catalog.Unit) *big.Rat {
	if from.Code == into.Code {
		return big.NewRat(1, 1)
	}
	a, b := trace.Decimal(from.Factor).Rat(), trace.Decimal(into.Factor).Rat()
	return new(big.Rat).Quo(a, b)
}
