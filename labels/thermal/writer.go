package thermal

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// A Language is what a printer understands.
type Language string

// The languages.
const (
	ZPL       Language = "zpl"     // Zebra and many others
	TSPL      Language = "tspl"    // TSC, Xprinter, Gprinter, HPRT …
	EPL       Language = "epl"     // Eltron, older Zebra
	ESCPOS    Language = "escpos"  // receipt printers
	BrotherQL Language = "brother" // Brother QL
)

// Languages lists them, the most common first.
func Languages() []Language { return []Language{ZPL, TSPL, EPL, ESCPOS, BrotherQL} }

// Resolutions lists the dots to the inch that print heads of a language have.
func (l Language) Resolutions() []int {
	switch l {
	case EPL:
		return []int{203, 300}
	case BrotherQL:
		return []int{300}
	}
	return []int{203, 300, 600}
}

// Media is what labels are printed on: one label, or one row of labels side by
// side on their liner. A bitmap is printed on all of it.
type Media struct {
	DPI           int
	Width, Height float64 // mm, from edge to edge of the liner, and of a label
	Gap           float64 // mm of liner between two labels; 0 for a tape without gaps
}

// mmPerInch is exact.
const mmPerInch = 25.4

// DotsPerMM returns the true resolution of a head: one of 203 dpi has 8 dots to
// the millimetre, 203.2 to the inch; those of 300 and 600 have 11.8 and 23.6.
func DotsPerMM(dpi int) float64 {
	if dpi == 203 {
		return 8
	}
	return float64(dpi) / mmPerInch
}

// Dots returns the whole number of dots nearest to a length.
func (m Media) Dots(mm float64) int { return int(mm*DotsPerMM(m.DPI) + 0.5) }

// ErrLanguage says that a language or its resolution is unknown.
var ErrLanguage = errors.New("thermal: unknown language or resolution")

// A MediaError says that a printer cannot print on a medium, or not there.
type MediaError struct{ Reason string }

func (e *MediaError) Error() string { return "thermal: " + e.Reason }

// A Writer writes labels one after the other. What it writes before Close is a
// whole number of labels but for what Close adds.
type Writer struct {
	w      io.Writer
	format format
	buffer []byte
	first  bool // no label was written yet
}

// format appends what a language has for a label.
type format interface {
	label(out []byte, b *Bitmap, first bool) ([]byte, error)
	end(out []byte) []byte
}

// NewWriter starts a stream of labels. Nothing is written before the first one.
func NewWriter(w io.Writer, l Language, m Media) (*Writer, error) {
	if !slices.Contains(l.Resolutions(), m.DPI) {
		return nil, fmt.Errorf("%w: %q at %d dpi", ErrLanguage, l, m.DPI)
	}
	out := &Writer{w: w, first: true}
	switch l {
	case ZPL:
		out.format = zpl{}
	case TSPL:
		out.format = tspl{m}
	case EPL:
		out.format = epl{m}
	case ESCPOS:
		out.format = escpos{m}
	case BrotherQL:
		tape, err := tapeFor(m)
		if err != nil {
			return nil, err
		}
		out.format = &brother{tape: tape}
	default:
		return nil, fmt.Errorf("%w: %q", ErrLanguage, l)
	}
	return out, nil
}

// MaxSide is how many dots a label may be wide or high.
const MaxSide = 32_000

// WriteLabel writes one label with one call of the underlying writer. The bitmap
// may be used again afterwards.
func (w *Writer) WriteLabel(b *Bitmap) error {
	if b.Width < 1 || b.Height < 1 || b.Width > MaxSide || b.Height > MaxSide {
		return &MediaError{fmt.Sprintf("a label of %d × %d dots, must be 1 to %d either way", b.Width, b.Height, MaxSide)}
	}
	out, err := w.format.label(w.buffer[:0], b, w.first)
	if err != nil {
		return err
	}
	w.buffer, w.first = out, false
	_, err = w.w.Write(out)
	return err
}

// Close ends the stream; it does not close the underlying writer.
func (w *Writer) Close() error {
	if w.first {
		return nil
	}
	out := w.format.end(w.buffer[:0])
	if len(out) == 0 {
		return nil
	}
	_, err := w.w.Write(out)
	return err
}

// millimetres writes a length as printers read it.
func millimetres(out []byte, mm float64) []byte {
	hundredths := int(mm*100 + 0.5)
	return strconv.AppendFloat(out, float64(hundredths)/100, 'f', -1, 64)
}

// numbers appends whole numbers with commas between.
func numbers(out []byte, list ...int) []byte {
	for i, n := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(out, int64(n), 10)
	}
	return out
}

// inverted appends bytes with each bit turned, in which the bits right of the
// width are set and so are blank.
func inverted(out, row []byte) []byte {
	for _, bits := range row {
		out = append(out, ^bits)
	}
	return out
}

// endless is the length of an ESC/POS feed between labels without a gap, so
// that they can be cut apart.
const endless = 3.0

func (m Media) feed() int { return m.Dots(cmp.Or(m.Gap, endless)) }
