package labels

import (
	_ "embed"
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
		if fault := s.validate(); fault != nil {
			panic(fmt.Sprintf("labels: stocks.yaml: %s: %v", s.Name, fault))
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
	if fault := s.validate(); fault != nil {
		fault.Line = lineOf(text, fault.Field)
		return Stock{}, fault
	}
	return s, nil
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
func (s Stock) validate() *TextError {
	fail := func(field, en, vi string) *TextError { return &TextError{Field: field, Reason: en, Vietnamese: vi} }
	if len(s.Name) > maxName || !nameForm.MatchString(s.Name) {
		return fail("name", fmt.Sprintf("must be 1 to %d small letters (a to z) and digits, with single hyphens between", maxName),
			fmt.Sprintf("phải có 1 đến %d chữ thường không dấu (a đến z) và chữ số, nối bằng một gạch ngang", maxName))
	}
	if n := utf8.RuneCountInString(s.Title); n < 1 || n > maxTitle {
		return fail("title", fmt.Sprintf("must have 1 to %d characters", maxTitle), fmt.Sprintf("phải có 1 đến %d ký tự", maxTitle))
	}
	if s.Kind != KindSheet && s.Kind != KindRoll && s.Kind != KindSingle {
		return fail("kind", "must be sheet, roll or single", "phải là sheet (tờ), roll (cuộn) hoặc single (tem rời)")
	}
	if utf8.RuneCountInString(s.Source) > maxSource {
		return fail("source", fmt.Sprintf("must have at most %d characters", maxSource), fmt.Sprintf("chỉ được nhiều nhất %d ký tự", maxSource))
	}
	if s.Columns < 1 || s.Columns > MaxCells {
		return fail("columns", fmt.Sprintf("must be 1 to %d", MaxCells), fmt.Sprintf("phải từ 1 đến %d", MaxCells))
	}
	if s.Rows < 1 || s.Rows > MaxCells/s.Columns {
		return fail("rows", fmt.Sprintf("must be at least 1, and a page have at most %d labels", MaxCells),
			fmt.Sprintf("phải từ 1, và một trang có nhiều nhất %d tem", MaxCells))
	}
	if s.Kind != KindSheet && s.Rows != 1 {
		return fail("rows", "must be 1: the page of a roll or of single stamps is one row", "phải là 1: trang của cuộn hay tem rời là một hàng")
	}
	return s.validateLengths()
}

func (s Stock) validateLengths() *TextError {
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
			return &TextError{Field: v.field, Reason: fmt.Sprintf("must be %v to %v mm", v.lo, v.hi),
				Vietnamese: fmt.Sprintf("phải từ %v đến %v mm", v.lo, v.hi)}
		}
	}
	x, y := s.CellOrigin(s.Cells())
	for _, v := range []struct {
		field, margin string
		sum, page     float64
	}{{"pageWidth", "left", x + s.CellWidth, s.PageWidth}, {"pageHeight", "top", y + s.CellHeight, s.PageHeight}} {
		const tolerance = 0.005 // mm
		if over := v.sum - v.page; over > tolerance {
			return &TextError{Field: v.field,
				Reason:     fmt.Sprintf("is %.2f mm too small: %s, cells and gaps add up to %.2f mm", over, v.margin, v.sum),
				Vietnamese: fmt.Sprintf("thiếu %.2f mm: %s, các ô và khe cộng lại là %.2f mm", over, v.margin, v.sum)}
		}
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
