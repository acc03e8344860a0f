package labels

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Stock is a kind of labels as they are sold. Lengths are millimetres, taken
// from the top left corner of the page. The keys of its YAML form are the
// names of its fields, the first letter small.
type Stock struct {
	Name  string `yaml:"name"`  // stable key, for flags and addresses: small letters, digits, hyphens
	Title string `yaml:"title"` // what is written on the pack
	Kind  Kind   `yaml:"kind"`

	// The page is a sheet; of a roll, one row of labels across the liner; of
	// single stamps, the stamp.
	PageWidth  float64 `yaml:"pageWidth"`
	PageHeight float64 `yaml:"pageHeight"`
	Columns    int     `yaml:"columns"`
	Rows       int     `yaml:"rows"`
	CellWidth  float64 `yaml:"cellWidth"` // of one label
	CellHeight float64 `yaml:"cellHeight"`
	Left       float64 `yaml:"left,omitempty"` // of the first label
	Top        float64 `yaml:"top,omitempty"`
	GapX       float64 `yaml:"gapX,omitempty"`   // between neighbouring labels
	GapY       float64 `yaml:"gapY,omitempty"`   // on a roll, to the next row
	Radius     float64 `yaml:"radius,omitempty"` // of the corners, where it is known; 0 for square ones

	Source string `yaml:"source,omitempty"` // where the measures are from, and what nobody has checked
}

// A Kind tells how a stock is fed.
type Kind string

// The three kinds of stock.
const (
	KindSheet  Kind = "sheet"  // for office printers
	KindRoll   Kind = "roll"   // for thermal printers
	KindSingle Kind = "single" // one stamp a page, for print houses
)

//go:embed stocks.yaml
var stocksText []byte

// stocks are those known by name, the usual one first.
var stocks = sync.OnceValue(func() []Stock {
	var known []Stock
	if err := decodeText(stocksText, &known); err != nil {
		panic(fmt.Sprintf("labels: stocks.yaml: %v", err))
	}
	for _, s := range known {
		if err := s.validate(); err != nil {
			panic(fmt.Sprintf("labels: stocks.yaml: %s: %v", s.Name, err))
		}
	}
	return known
})

// Stocks returns the stocks that are known by name, the usual one first.
func Stocks() []Stock { return slices.Clone(stocks()) }

// StockNames returns the names that [StockByName] knows, the usual one first.
func StockNames() []string {
	names := make([]string, len(stocks()))
	for i, s := range stocks() {
		names[i] = s.Name
	}
	return names
}

// StockByName returns the stock of that name, or a [ValueError] that lists the
// known ones.
func StockByName(name string) (Stock, error) {
	for _, s := range stocks() {
		if s.Name == name {
			return s, nil
		}
	}
	return Stock{}, &ValueError{FieldStock, fmt.Sprintf("%q is not one of %s", name, strings.Join(StockNames(), ", "))}
}

// ParseStock reads a stock from YAML. What is wrong with it is a [TextError]
// with its line and key.
func ParseStock(text []byte) (Stock, error) {
	var s Stock
	if err := decodeText(text, &s); err != nil {
		return Stock{}, err
	}
	err := s.validate()
	if value, ok := errors.AsType[*ValueError](err); ok {
		return Stock{}, &TextError{Line: lineOf(text, value.Field), Field: value.Field, Reason: value.Reason}
	}
	return s, err
}

// Text returns the stock as YAML that [ParseStock] reads back.
func (s Stock) Text() string { return encodeText(s) }

// Cells returns how many labels a sheet has.
func (s Stock) Cells() int { return s.Columns * s.Rows }

// CellOrigin returns the top left corner of a cell in millimetres. Cells are
// numbered from 1 in reading order.
func (s Stock) CellOrigin(cell int) (x, y float64) {
	column, row := (cell-1)%s.Columns, (cell-1)/s.Columns
	return s.Left + float64(column)*(s.CellWidth+s.GapX), s.Top + float64(row)*(s.CellHeight+s.GapY)
}

// Bounds of a stock.
const (
	MaxPage  = 1000.0 // mm
	MinCell  = 10.0   // mm
	MaxCells = 1000

	maxName   = 40  // characters
	maxTitle  = 100 // characters
	maxSource = 400 // characters
)

var nameForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// validate refuses a stock whose cells leave its page, or whose name or
// measures are out of bounds, naming the field.
func (s Stock) validate() error {
	if len(s.Name) > maxName || !nameForm.MatchString(s.Name) {
		return &ValueError{"name", fmt.Sprintf("must be 1 to %d small letters (a to z) and digits, with single hyphens between", maxName)}
	}
	if n := utf8.RuneCountInString(s.Title); n < 1 || n > maxTitle {
		return &ValueError{"title", fmt.Sprintf("must have 1 to %d characters", maxTitle)}
	}
	if s.Kind != KindSheet && s.Kind != KindRoll && s.Kind != KindSingle {
		return &ValueError{"kind", "must be sheet, roll or single"}
	}
	if utf8.RuneCountInString(s.Source) > maxSource {
		return &ValueError{"source", fmt.Sprintf("must have at most %d characters", maxSource)}
	}
	if s.Columns < 1 || s.Columns > MaxCells {
		return &ValueError{"columns", fmt.Sprintf("must be 1 to %d", MaxCells)}
	}
	if s.Rows < 1 || s.Rows*s.Columns > MaxCells {
		return &ValueError{"rows", fmt.Sprintf("must be at least 1, and a page have at most %d labels", MaxCells)}
	}
	if s.Kind != KindSheet && s.Rows != 1 {
		return &ValueError{"rows", "must be 1: the page of a roll or of single stamps is one row"}
	}
	return s.validateLengths()
}

func (s Stock) validateLengths() error {
	for _, v := range []struct {
		field      string
		mm, lo, hi float64
	}{
		{"pageWidth", s.PageWidth, MinCell, MaxPage}, {"pageHeight", s.PageHeight, MinCell, MaxPage},
		{"cellWidth", s.CellWidth, MinCell, maxCell}, {"cellHeight", s.CellHeight, MinCell, maxCell},
		{"left", s.Left, 0, MaxPage}, {"top", s.Top, 0, MaxPage}, {"gapX", s.GapX, 0, MaxPage}, {"gapY", s.GapY, 0, MaxPage},
		{"radius", s.Radius, 0, min(s.CellWidth, s.CellHeight) / 2},
	} {
		if !(v.mm >= v.lo && v.mm <= v.hi) {
			return &ValueError{v.field, fmt.Sprintf("must be %v to %v mm", v.lo, v.hi)}
		}
	}
	const tolerance = 0.005 // mm
	x, y := s.CellOrigin(s.Cells())
	if over := x + s.CellWidth - s.PageWidth; over > tolerance {
		return &ValueError{"pageWidth", fmt.Sprintf("is %.2f mm too small: left, cells and gaps add up to %.2f mm", over, x+s.CellWidth)}
	}
	if over := y + s.CellHeight - s.PageHeight; over > tolerance {
		return &ValueError{"pageHeight", fmt.Sprintf("is %.2f mm too small: top, cells and gaps add up to %.2f mm", over, y+s.CellHeight)}
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
