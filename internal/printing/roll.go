package printing

import (
	"cmp"

	"temgoc/labels"
)

// A Roll is the stamps of an order that come on one roll or sheet. Sheets are
// counted as if the first one were whole.
type Roll struct {
	Number int `json:"number" doc:"Of the rolls or sheets of the order, from 1"`
	Range
	Sums Sums `json:"sums"`
}

// rollSize is how many stamps come on one roll or sheet: all of them where
// neither is known.
func (o Order) rollSize() int {
	if o.PerRoll > 0 {
		return o.PerRoll
	}
	return cmp.Or(o.sheetful(), o.Count)
}

// sheetful is how many stamps a sheet has; 0 where they do not come on sheets.
// Orders that were made before sizes were kept had no other stock than sheets
// that are known by name.
func (o Order) sheetful() int {
	if o.PerSheet > 0 {
		return o.PerSheet
	}
	stock, err := o.stock()
	if err != nil {
		return 0
	}
	return sheetSize(stock)
}

// sheetSize is how many stamps a sheet of a stock has; 0 where it does not come
// in sheets.
func sheetSize(s labels.Stock) int {
	if s.Kind != labels.KindSheet {
		return 0
	}
	return s.Cells()
}

// OnRolls tells whether Rolls are rolls, one where nobody said how many stamps
// are on it; else they are sheets.
func (o Order) OnRolls() bool { return o.PerRoll > 0 || o.sheetful() == 0 }

// Rolls is how many rolls or sheets the order has.
func (o Order) Rolls() int { return (o.Count + o.rollSize() - 1) / o.rollSize() }

// RollOf is the number of the roll or sheet of a stamp by its position.
func (o Order) RollOf(position int) int { return (position-1)/o.rollSize() + 1 }

// Roll is the stamps of a roll or sheet by its number.
func (o Order) Roll(number int) Range {
	size := o.rollSize()
	return Range{(number-1)*size + 1, min(number*size, o.Count)}
}

// RollsOf counts the stamps of at most limit rolls or sheets, from one on. Of an
// order that was counted before fates were kept by range all are unaccounted for:
// nobody wrote down which stamps those were.
func (o Order) RollsOf(from, limit int) []Roll {
	out := []Roll{}
	runs := o.Fates()
	for n := max(from, 1); n <= o.Rolls() && len(out) < limit; n++ {
		roll := Roll{Number: n, Range: o.Roll(n)}
		for len(runs) > 0 && runs[0].Last < roll.First {
			runs = runs[1:]
		}
		for _, r := range runs {
			if r.First > roll.Last {
				break
			}
			roll.Sums.add(r.Fate, r.cut(roll.Range).Count())
		}
		out = append(out, roll)
	}
	return out
}
