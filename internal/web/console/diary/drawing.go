package diary

import (
	"strconv"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// A drawing is a sheet of labels as it will come out of the printer. Lengths
// are millimetres.
type drawing struct {
	Width, Height float64
	Cells         []cell
	Stamps        []cell // where stamps are printed, on the cells or beside them
}

type cell struct{ X, Y, Width, Height float64 }

// drawSheet draws the first sheet of so many stamps.
func drawSheet(s labels.Stock, l printing.Layout, count int) drawing {
	d := drawing{Width: s.PageWidth, Height: s.PageHeight}
	start := max(1, l.StartCell)
	for n := 1; n <= s.Cells(); n++ {
		x, y := s.CellOrigin(n)
		d.Cells = append(d.Cells, cell{x, y, s.CellWidth, s.CellHeight})
		if n >= start && n < start+count {
			d.Stamps = append(d.Stamps, cell{x + l.OffsetX, y + l.OffsetY, s.CellWidth, s.CellHeight})
		}
	}
	return d
}

// A sheetForm asks where on a sheet the printing begins, and by how much the
// printer is off.
type sheetForm struct {
	Cells   []startCell
	Offsets []ui.Field
	Open    bool
}

// A startCell is a label of the sheet to begin with.
type startCell struct {
	Number int
	Chosen bool
}

// sheetOf makes the inputs of a layout, filled with the values given.
func sheetOf(v *desk.Visit, stock string, values map[string][]string) (sheetForm, error) {
	s, err := labels.StockByName(stock)
	if err != nil {
		if s, err = labels.StockByName(labels.StockNames()[0]); err != nil {
			return sheetForm{}, err
		}
	}
	get := func(name string) string {
		if all := values[name]; len(all) > 0 {
			return all[0]
		}
		return ""
	}
	start, _ := strconv.Atoi(get(startInput)) // the first where it is no number
	if start < 1 || start > s.Cells() {
		start = 1
	}
	f := sheetForm{}
	for n := 1; n <= s.Cells(); n++ {
		f.Cells = append(f.Cells, startCell{n, n == start})
	}
	limit := trace.Decimal(strconv.FormatFloat(labels.MaxOffset, 'f', -1, 64)).In(string(v.Lang))
	f.Offsets = []ui.Field{
		{Name: rightInput, Label: v.T("Dịch sang phải (mm)", "Shift right (mm)"), Type: ui.Decimal, Narrow: true, Value: get(rightInput), Hint: v.T("Sang trái thì ghi số âm, tối đa ", "Negative for left; at most ") + limit},
		{Name: downInput, Label: v.T("Dịch xuống (mm)", "Shift down (mm)"), Type: ui.Decimal, Narrow: true, Value: get(downInput), Hint: v.T("Lên trên thì ghi số âm, tối đa ", "Negative for up; at most ") + limit},
	}
	f.Open = start > 1 || get(rightInput) != "" || get(downInput) != ""
	return f, nil
}
