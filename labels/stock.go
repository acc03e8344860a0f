package labels

import (
	"fmt"
	"math"
	"strings"
)

// A Stock is a sheet of labels as it is sold. Lengths are millimetres, taken
// from the top left corner of the page.
type Stock struct {
	Name                  string  // stable key, for flags and addresses
	Title                 string  // what is written on the pack
	PageWidth, PageHeight float64 // the sheet
	Columns, Rows         int
	CellWidth, CellHeight float64 // one label
	Left, Top             float64 // of the first label
	GapX, GapY            float64 // between neighbouring labels
}

// stocks are the sheets known by name. Both were checked to close on A4:
// margins, cells and gaps add up to 210 × 297 mm.
var stocks = []Stock{
	{
		Name: "tomy-145", Title: "Tomy 145",
		PageWidth: 210, PageHeight: 297,
		Columns: 5, Rows: 13,
		CellWidth: 38, CellHeight: 21,
		Left: 10, Top: 12,
	},
	{
		Name: "avery-l7651", Title: "Avery L7651",
		PageWidth: 210, PageHeight: 297,
		Columns: 5, Rows: 13,
		CellWidth: 38.1, CellHeight: 21.2,
		Left: 4.67, Top: 10.7,
		GapX: 2.54,
	},
}

// StockNames returns the names that [StockByName] knows, the usual one first.
func StockNames() []string {
	names := make([]string, len(stocks))
	for i, s := range stocks {
		names[i] = s.Name
	}
	return names
}

// StockByName returns the stock of that name, or a [ValueError] that lists the
// known ones.
func StockByName(name string) (Stock, error) {
	for _, s := range stocks {
		if s.Name == name {
			return s, nil
		}
	}
	return Stock{}, &ValueError{FieldStock, fmt.Sprintf("%q is not one of %s", name, strings.Join(StockNames(), ", "))}
}

// Cells returns how many labels a sheet has.
func (s Stock) Cells() int { return s.Columns * s.Rows }

// CellOrigin returns the top left corner of a cell in millimetres. Cells are
// numbered from 1 in reading order.
func (s Stock) CellOrigin(cell int) (x, y float64) {
	column, row := (cell-1)%s.Columns, (cell-1)/s.Columns
	return s.Left + float64(column)*(s.CellWidth+s.GapX), s.Top + float64(row)*(s.CellHeight+s.GapY)
}

// validate refuses a stock whose cells leave its page.
func (s Stock) validate() error {
	const tolerance = 0.005 // mm
	for _, v := range []float64{s.PageWidth, s.PageHeight, s.CellWidth, s.CellHeight} {
		if !(v > 0 && v <= 1000) {
			return &ValueError{FieldStock, "has a length that is not between 0 and 1000 mm"}
		}
	}
	if s.Columns < 1 || s.Rows < 1 || s.Columns > 1000 || s.Rows > 1000 {
		return &ValueError{FieldStock, "has no cells or too many"}
	}
	if !(s.Left >= 0 && s.Top >= 0 && s.GapX >= 0 && s.GapY >= 0) {
		return &ValueError{FieldStock, "has a negative margin or gap"}
	}
	x, y := s.CellOrigin(s.Cells())
	if !(x+s.CellWidth <= s.PageWidth+tolerance && y+s.CellHeight <= s.PageHeight+tolerance) {
		return &ValueError{FieldStock, "has cells outside its page"}
	}
	return nil
}

const (
	dotsPerInch = 600
	mmPerInch   = 25.4
)

// evenDots returns the even number of dots nearest to a length in millimetres.
func evenDots(mm float64) int {
	return 2 * int(math.Round(mm*dotsPerInch/mmPerInch/2))
}
