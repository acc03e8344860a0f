package labels

import (
	"errors"
	"math"
	"testing"
)

// The figures are written out a second time, from the makers' data, so that a
// slip in either place shows.
func TestStocksInNumbers(t *testing.T) {
	type point struct{ x, y float64 }
	for _, test := range []struct {
		name          string
		width, height float64
		cells         map[int]point // top left corners in mm
	}{
		{"tomy-145", 38, 21, map[int]point{
			1: {10, 12}, 2: {48, 12}, 5: {162, 12}, 6: {10, 33}, 33: {86, 138}, 61: {10, 264}, 65: {162, 264},
		}},
		{"avery-l7651", 38.1, 21.2, map[int]point{
			1: {4.67, 10.7}, 2: {45.31, 10.7}, 5: {167.23, 10.7}, 6: {4.67, 31.9}, 33: {85.95, 137.9}, 61: {4.67, 265.1}, 65: {167.23, 265.1},
		}},
	} {
		s := stock(t, test.name)
		if s.CellWidth != test.width || s.CellHeight != test.height || s.Cells() != 65 {
			t.Errorf("%s: %d cells of %v × %v mm, want 65 of %v × %v", s.Name, s.Cells(), s.CellWidth, s.CellHeight, test.width, test.height)
		}
		for cell, want := range test.cells {
			x, y := s.CellOrigin(cell)
			if math.Abs(x-want.x) > 1e-6 || math.Abs(y-want.y) > 1e-6 {
				t.Errorf("%s: cell %d is at %v, %v mm, want %v", s.Name, cell, x, y, want)
			}
		}
	}
}

// Both stocks are symmetrical on A4: margins, cells and gaps add up to it.
func TestStocksCloseOnTheirPage(t *testing.T) {
	for _, name := range StockNames() {
		s := stock(t, name)
		if s.PageWidth != 210 || s.PageHeight != 297 {
			t.Errorf("%s is %v × %v mm, want A4", name, s.PageWidth, s.PageHeight)
		}
		across := 2*s.Left + float64(s.Columns)*s.CellWidth + float64(s.Columns-1)*s.GapX
		down := 2*s.Top + float64(s.Rows)*s.CellHeight + float64(s.Rows-1)*s.GapY
		if math.Abs(across-s.PageWidth) > 0.005 || math.Abs(down-s.PageHeight) > 0.005 {
			t.Errorf("%s adds up to %v × %v mm, want %v × %v", name, across, down, s.PageWidth, s.PageHeight)
		}
		if err := s.validate(); err != nil {
			t.Error(err)
		}
	}
}

// The grid of dots may move a cell by half of two dots, 0.043 mm.
func TestDotsKeepTheTenthOfAMillimetre(t *testing.T) {
	for _, name := range StockNames() {
		s := stock(t, name)
		for cell := 1; cell <= s.Cells(); cell++ {
			x, y := s.CellOrigin(cell)
			for _, mm := range []float64{x, y} {
				dots := evenDots(mm)
				if moved := math.Abs(float64(dots)*mmPerInch/dotsPerInch - mm); dots%2 != 0 || moved > 0.05 {
					t.Errorf("%s cell %d: %v mm became %d dots, %.3f mm off", name, cell, mm, dots, moved)
				}
			}
		}
	}
}

func TestStockRefuses(t *testing.T) {
	var value *ValueError
	if _, err := StockByName("tomy-999"); !errors.As(err, &value) || value.Field != FieldStock {
		t.Errorf("unknown name: %v, want a ValueError of the stock", err)
	}
	for name, change := range map[string]func(*Stock){
		"cells beyond the page": func(s *Stock) { s.Rows = 14 },
		"no columns":            func(s *Stock) { s.Columns = 0 },
		"no width":              func(s *Stock) { s.CellWidth = 0 },
		"not a number":          func(s *Stock) { s.Left = math.NaN() },
		"negative gap":          func(s *Stock) { s.GapX = -1 },
		"endless page":          func(s *Stock) { s.PageHeight = math.Inf(1) },
	} {
		s := stock(t, "tomy-145")
		change(&s)
		if err := s.validate(); !errors.As(err, &value) {
			t.Errorf("%s: %v, want a ValueError", name, err)
		}
	}
}
