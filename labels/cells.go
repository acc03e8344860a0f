package labels

import (
	"fmt"
	"slices"
)

// allCells numbers the cells of a page from 1.
func (s Stock) allCells() []int {
	cells := make([]int, s.Cells())
	for i := range cells {
		cells[i] = i + 1
	}
	return cells
}

// firstCells are the cells of the first page that are to be printed, in order.
func (s Sheet) firstCells() []int {
	return slices.DeleteFunc(s.Stock.allCells(), func(cell int) bool {
		return cell < s.StartCell || slices.Contains(s.Used, cell)
	})
}

// validateUsed refuses cells that the page does not have, and a first page
// with nothing left on it.
func (s Sheet) validateUsed() error {
	for _, cell := range s.Used {
		if cell < 1 || cell > s.Stock.Cells() {
			return &ValueError{FieldUsed, fmt.Sprintf("must have cells from 1 to %d", s.Stock.Cells())}
		}
	}
	if len(s.Used) > s.Stock.Cells() {
		return &ValueError{FieldUsed, "names a cell twice"}
	}
	if len(s.firstCells()) == 0 {
		return &ValueError{FieldUsed, "leaves no cell to print: begin a new sheet"}
	}
	return nil
}

func (s Sheet) validateScale() error {
	for _, v := range []struct {
		field string
		scale float64
	}{{FieldScaleX, s.ScaleX}, {FieldScaleY, s.ScaleY}} {
		if v.scale != 0 && !(v.scale >= MinScale && v.scale <= MaxScale) {
			return &ValueError{v.field, fmt.Sprintf("must be %v to %v", MinScale, MaxScale)}
		}
	}
	return nil
}

// cellOrigin returns the top left corner of a cell in millimetres, with the
// corrections for the printer: the first cell is shifted, the others keep
// their distance from it times the scale.
func (s Sheet) cellOrigin(cell int) (x, y float64) {
	x, y = s.Stock.CellOrigin(cell)
	stretch := func(from, to, scale float64) float64 {
		if scale == 0 {
			return to
		}
		return from + (to-from)*scale
	}
	return stretch(s.Stock.Left, x, s.ScaleX) + s.OffsetX, stretch(s.Stock.Top, y, s.ScaleY) + s.OffsetY
}
