package diary

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"temgoc/internal/printing"
	"temgoc/labels"
)

// A drawing is a sheet of labels, or a row of a roll, as it will come out of the
// printer. Lengths are millimetres; what is alike is one path, since a sheet may
// have a thousand labels.
type drawing struct {
	Width, Height  float64
	Cells, Used    string // paths around the labels, and across those that are gone
	Stamps, Symbol string // paths of the stamps that are printed, and of their QR codes
	Count          int    // of those
}

// drawSheet draws the first sheet of so many stamps, where the labels used are
// gone already.
func drawSheet(s labels.Stock, l printing.Layout, used []int, count int) drawing {
	d := drawing{Width: s.PageWidth, Height: s.PageHeight}
	var cells, gone, stamps, symbols strings.Builder
	side := min(s.CellHeight*0.62, s.CellWidth*0.45)
	for n := 1; n <= s.Cells(); n++ {
		x, y := s.CellOrigin(n)
		rectangle(&cells, x, y, s.CellWidth, s.CellHeight)
		if slices.Contains(used, n) {
			fmt.Fprintf(&gone, "M%v %vL%v %v", short(x), short(y), short(x+s.CellWidth), short(y+s.CellHeight))
			continue
		}
		if n < max(1, l.StartCell) || d.Count == count {
			continue
		}
		d.Count++
		x, y = x+l.OffsetX, y+l.OffsetY
		rectangle(&stamps, x+0.4, y+0.4, s.CellWidth-0.8, s.CellHeight-0.8)
		rectangle(&symbols, x+s.CellWidth*0.07, y+s.CellHeight*0.12, side, side)
	}
	d.Cells, d.Used, d.Stamps, d.Symbol = cells.String(), gone.String(), stamps.String(), symbols.String()
	return d
}

func rectangle(b *strings.Builder, x, y, width, height float64) {
	fmt.Fprintf(b, "M%v %vh%vv%vh-%vz", short(x), short(y), short(width), short(height), short(width))
}

// short is a length to a tenth of a millimetre: finer than a screen shows.
func short(mm float64) float64 { return math.Round(mm*10) / 10 }
