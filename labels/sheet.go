package labels

import (
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxOffset is how far, in millimetres, a sheet may be shifted to make up for
// a printer: with it the cells of the known stocks still lie on the paper.
const MaxOffset = 4.0

// Bounds of the correction of a printer's scale.
const (
	MinScale = 0.98
	MaxScale = 1.02
)

// A Sheet says how stamps are put on paper.
type Sheet struct {
	Stock     Stock
	StartCell int     // first cell to print, from 1; 0 means 1. Later pages start at 1
	Used      []int   // cells of the first page that are gone and stay empty, from 1
	OffsetX   float64 // shift to the right, in mm, at most MaxOffset either way
	OffsetY   float64 // shift downwards, in mm, at most MaxOffset either way

	// ScaleX and ScaleY stretch the distances between cells, to make up for a
	// printer that draws everything a little too small or too large: MinScale
	// to MaxScale, and 0 means 1. The stamps themselves keep their size, so
	// symbols stay on the grid of dots.
	ScaleX, ScaleY float64

	Template  *Template // how stamps are laid out; nil adapts to any size
	MinModule float64   // least side of a module, in mm, that the printer can print; 0 leaves it to the template

	Profile Profile   // for whom the file is made
	Created time.Time // the date in a file for a print house, which must have one

	Title string // of the document, shown by viewers
	Lang  string // of the text, a BCP 47 tag: vi

	// Uncompressed leaves page contents readable and writes fonts as text.
	// The result is the same picture in a file several times as large, meant
	// for comparing files.
	Uncompressed bool
}

// Check reports what [Sheet.WritePDF] would refuse: a setting of the sheet, or
// this stamp on its stock. It lets a caller answer before the first byte is
// written.
func (s Sheet) Check(stamp Stamp) error {
	if err := s.validate(); err != nil {
		return err
	}
	_, err := s.lay(stamp)
	return err
}

// CheckAll is Check for all stamps of a run, some of which may have a code that
// is too wide; a million take about two seconds.
func (s Sheet) CheckAll(stamps iter.Seq2[Stamp, error]) error {
	if err := s.validate(); err != nil {
		return err
	}
	p := s.press()
	var set setting
	for stamp, err := range stamps {
		if err != nil {
			return err
		}
		if _, err := p.set(&set, stamp); err != nil {
			return err
		}
	}
	return nil
}

// lay fits a stamp on a label of the stock.
func (s Sheet) lay(stamp Stamp) (*design, error) { return s.press().lay(stamp) }

// press sets stamps on labels of the stock.
func (s Sheet) press() *press {
	return &press{template: s.Template, width: s.Stock.CellWidth, height: s.Stock.CellHeight, minModule: s.MinModule}
}

func (s Sheet) validate() error {
	if fault := s.Stock.validate(); fault != nil {
		return &ValueError{FieldStock, "has a " + fault.Field + " that " + fault.Reason}
	}
	if s.StartCell < 0 || s.StartCell > s.Stock.Cells() {
		return &ValueError{FieldStartCell, fmt.Sprintf("must be 1 to %d", s.Stock.Cells())}
	}
	for _, o := range []struct {
		field string
		mm    float64
	}{{FieldOffsetX, s.OffsetX}, {FieldOffsetY, s.OffsetY}} {
		if !(o.mm >= -MaxOffset && o.mm <= MaxOffset) {
			return &ValueError{o.field, fmt.Sprintf("must be %v to %v mm", -MaxOffset, MaxOffset)}
		}
	}
	if err := s.validateScale(); err != nil {
		return err
	}
	if err := s.validateProfile(); err != nil {
		return err
	}
	if err := s.validateUsed(); err != nil {
		return err
	}
	if !utf8.ValidString(s.Title) {
		return &ValueError{FieldTitle, "is not UTF-8"}
	}
	if strings.Trim(s.Lang, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return &ValueError{FieldLang, "is not a language tag"}
	}
	return nil
}

// WritePDF writes the stamps as a PDF file, in order, one a cell. The same
// stamps give the same bytes.
//
// The file is written as it grows: besides a few pages in flight, one a
// processor, only 20 bytes a page are kept. The sequence is read from the
// calling goroutine. A stamp that cannot be printed, an error of the sequence
// (which is returned as it is) or of w ends the work; what was written until
// then is no PDF file and must be thrown away.
func (s Sheet) WritePDF(w io.Writer, stamps iter.Seq2[Stamp, error]) error {
	if err := s.validate(); err != nil {
		return err
	}
	s = s.framed()
	doc := newDocument(w, s)
	line := assembly{sheet: s, press: s.press(), doc: doc, cells: s.Stock.allCells(), workers: runtime.GOMAXPROCS(0)}
	defer line.drop()

	free := len(s.firstCells())
	batch := make([]Stamp, 0, free)
	for stamp, err := range stamps {
		if err != nil {
			return err
		}
		if batch = append(batch, stamp); len(batch) < free {
			continue
		}
		if err := line.start(batch); err != nil {
			return err
		}
		free = s.Stock.Cells()
		batch = make([]Stamp, 0, free)
	}
	if len(batch) > 0 {
		if err := line.start(batch); err != nil {
			return err
		}
	}
	if line.pages == 0 {
		return ErrNoStamps
	}
	if err := line.finish(); err != nil {
		return err
	}
	return doc.close()
}

// An assembly draws pages side by side and writes them in order.
type assembly struct {
	sheet   Sheet
	press   *press
	doc     *document
	cells   []int // of every page but the first
	workers int
	pages   int              // started so far
	flight  []chan drawnPage // of the pages being drawn, in order
}

type drawnPage struct {
	page
	err error
}

// start begins a page. When every processor has one it first waits for the
// oldest and writes it.
func (a *assembly) start(stamps []Stamp) error {
	if len(a.flight) >= a.workers {
		if err := a.writeOldest(); err != nil {
			return err
		}
	}
	cells := a.cells
	if a.pages == 0 {
		cells = a.sheet.firstCells()
	}
	done := make(chan drawnPage, 1)
	a.pages++
	a.flight = append(a.flight, done)
	go func() {
		p, err := a.sheet.draw(a.press, stamps, cells, &a.doc.compressor)
		done <- drawnPage{p, err}
	}()
	return nil
}

func (a *assembly) writeOldest() error {
	p := <-a.flight[0]
	a.flight = a.flight[1:]
	if p.err != nil {
		return p.err
	}
	return a.doc.addPage(p.page)
}

// finish writes the pages that are still being drawn.
func (a *assembly) finish() error {
	for len(a.flight) > 0 {
		if err := a.writeOldest(); err != nil {
			return err
		}
	}
	return nil
}

// drop waits for the pages that nobody will write.
func (a *assembly) drop() {
	for _, done := range a.flight {
		<-done
	}
	a.flight = nil
}
