package labels

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// Every stock is symmetrical: margins, cells and gaps add up to its page.
func TestStocksCloseOnTheirPage(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Stocks() {
		across := 2*s.Left + float64(s.Columns)*s.CellWidth + float64(s.Columns-1)*s.GapX
		down := 2*s.Top + float64(s.Rows)*s.CellHeight + float64(s.Rows-1)*s.GapY
		if math.Abs(across-s.PageWidth) > 0.005 || math.Abs(down-s.PageHeight) > 0.005 {
			t.Errorf("%s adds up to %v × %v mm, want %v × %v", s.Name, across, down, s.PageWidth, s.PageHeight)
		}
		if s.Kind == KindSheet && (s.PageWidth != 210 || s.PageHeight != 297) && (s.PageWidth != 148 || s.PageHeight != 210) {
			t.Errorf("%s is %v × %v mm, neither A4 nor A5", s.Name, s.PageWidth, s.PageHeight)
		}
		if s.Source == "" {
			t.Errorf("%s does not say where its measures are from", s.Name)
		}
		if seen[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		seen[s.Name] = true
	}
}

// A stock that was written out is read back the same.
func TestStockText(t *testing.T) {
	for _, want := range Stocks() {
		got, err := ParseStock([]byte(want.Text()))
		if err != nil {
			t.Fatalf("%v\n%s", err, want.Text())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Name, diff)
		}
	}
}

// What is wrong with a stock is told with its line and key.
func TestParseStockRefuses(t *testing.T) {
	good := stock(t, "avery-l7651").Text()
	for name, test := range map[string]struct {
		text  string
		line  int
		field string
		says  string
	}{
		"no text":           {"", 0, "", "is empty"},
		"too long":          {good + strings.Repeat("#", MaxText), 0, "", "longer than 64 kB"},
		"not UTF-8":         {"name: \xff", 0, "", "UTF-8"},
		"unknown key":       {good + "colour: red\n", 14, "", "unknown field"},
		"not a number":      {strings.Replace(good, "cellWidth: 38.1", "cellWidth: wide", 1), 8, "", "cannot unmarshal"},
		"twice":             {good + "rows: 12\n", 14, "", "already defined"},
		"an anchor":         {"name: &a x\n", 1, "", "anchors"},
		"two documents":     {good + "---\n" + good, 0, "", "single document"},
		"capital letters":   {strings.Replace(good, "name: avery", "name: Avery", 1), 1, "name", "small letters"},
		"endless":           {strings.Replace(good, "cellWidth: 38.1", "cellWidth: .inf", 1), 8, "cellWidth", "must be 10 to 200 mm"},
		"no such kind":      {strings.Replace(good, "kind: sheet", "kind: box", 1), 3, "kind", "sheet, roll or single"},
		"rows of a roll":    {strings.Replace(good, "kind: sheet", "kind: roll", 1), 7, "rows", "must be 1"},
		"too wide":          {strings.Replace(good, "pageWidth: 210", "pageWidth: 205", 1), 4, "pageWidth", "0.33 mm too small"},
		"too high":          {strings.Replace(good, "rows: 13", "rows: 14", 1), 5, "pageHeight", "10.50 mm too small"},
		"too many":          {strings.Replace(good, "rows: 13", "rows: 999999999999", 1), 7, "rows", "at most 1000"},
		"an own page":       {strings.Replace(good, "columns: 5", "columns: 0", 1), 6, "columns", "1 to 1000"},
		"corners too round": {good + "radius: 11\n", 14, "radius", "0 to 10.6 mm"},
	} {
		_, err := ParseStock([]byte(test.text))
		var e *TextError
		if !errors.As(err, &e) || e.Line != test.line || e.Field != test.field || !strings.Contains(e.Reason, test.says) {
			t.Errorf("%s: %v, want line %d, %q, %q", name, err, test.line, test.field, test.says)
		}
	}
}

// The grid of dots may move a cell by half of two dots, 0.043 mm.
func TestDotsKeepTheTenthOfAMillimetre(t *testing.T) {
	for _, s := range Stocks() {
		for cell := 1; cell <= s.Cells(); cell++ {
			x, y := s.CellOrigin(cell)
			for _, mm := range []float64{x, y} {
				dots := evenDots(mm)
				if moved := math.Abs(float64(dots)*mmPerInch/dotsPerInch - mm); dots%2 != 0 || moved > 0.05 {
					t.Errorf("%s cell %d: %v mm became %d dots, %.3f mm off", s.Name, cell, mm, dots, moved)
				}
			}
		}
	}
}

func TestStockRefuses(t *testing.T) {
	var value *ValueError
	var fault *TextError
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
		if fault = s.validate(); fault == nil || fault.Field == "" || fault.Vietnamese == "" {
			t.Errorf("%s: %v, want an error in both languages that names the field", name, fault)
		}
	}
}
