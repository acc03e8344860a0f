package labels

import (
	"fmt"
	"image"
	"image/color"
	"io"
	"iter"
	"math"

	"temgoc/labels/thermal"
)

// A Head prints stamps on labels dot by dot: what is written is a picture of
// each row of labels in the dots of a print head, in the language of its
// printer.
type Head struct {
	// Sheet has the labels and how stamps are laid out on them. Its stock is a
	// roll or single stamps; a row of labels side by side is one picture.
	Sheet    Sheet
	Language thermal.Language
	DPI      int // of the head: 203, 300 or 600
}

// The least dots that a module must have on a head: with fewer its edges are
// too coarse for phones. A head of 203 dpi may print one less; such a symbol is
// for phones only, since it is smaller than scanners ask for.
const (
	MinHeadModule  = 4
	minPhoneModule = 3
	phoneDPI       = 203
)

// WriteHead writes the stamps in order, a row of labels at a time, each row with
// one call of w. The same stamps give the same bytes. A stamp that cannot be
// printed, an error of the sequence (which is returned as it is) or of w ends
// the work; the rows written until then are whole.
func (h Head) WriteHead(w io.Writer, stamps iter.Seq2[Stamp, error]) error {
	r, err := h.raster()
	if err != nil {
		return err
	}
	out, err := thermal.NewWriter(w, h.Language, r.media)
	if err != nil {
		return fmt.Errorf("labels: %w", err)
	}
	cells := h.Sheet.firstCells()
	set, rows := 0, 0
	for stamp, err := range stamps {
		if err != nil {
			return err
		}
		if err := r.place(stamp, cells[set]); err != nil {
			return err
		}
		if set++; set < len(cells) {
			continue
		}
		if err := out.WriteLabel(r.row); err != nil {
			return headError(err)
		}
		r.row.Clear()
		cells, set, rows = r.cells, 0, rows+1
	}
	if set == 0 && rows == 0 {
		return ErrNoStamps
	}
	if set > 0 {
		if err := out.WriteLabel(r.row); err != nil {
			return headError(err)
		}
	}
	return out.Close()
}

// WritePNG writes one stamp as the head prints it, as a picture of black and
// white dots.
func (h Head) WritePNG(w io.Writer, s Stamp) error {
	r, err := h.raster()
	if err != nil {
		return err
	}
	if err := r.draw(s); err != nil {
		return err
	}
	return writeBits(w, r.cell, h.DPI)
}

// HeadMeasures are what a head makes of a stamp.
type HeadMeasures struct {
	Module    int  // dots on a side
	Side      int  // of the symbol without the quiet zone, in micrometres
	PhoneOnly bool // modules are smaller than scanners ask for
}

// Measure lays out a stamp, and refuses what [Head.WriteHead] would refuse: a
// setting of the head, or this stamp on its labels.
func (h Head) Measure(s Stamp) (HeadMeasures, error) {
	r, err := h.raster()
	if err != nil {
		return HeadMeasures{}, err
	}
	out, err := thermal.NewWriter(io.Discard, h.Language, r.media)
	if err != nil {
		return HeadMeasures{}, fmt.Errorf("labels: %w", err)
	}
	for _, cell := range r.cells {
		if err := r.place(s, cell); err != nil {
			return HeadMeasures{}, err
		}
	}
	if err := out.WriteLabel(r.row); err != nil {
		return HeadMeasures{}, headError(err)
	}
	side := float64(r.module*r.set.symbol.Size()) / thermal.DotsPerMM(h.DPI)
	return HeadMeasures{Module: r.module, Side: int(side*1000 + 0.5), PhoneOnly: r.module < MinHeadModule}, nil
}

// headError makes what a printer cannot print an error of the stock.
func headError(err error) error {
	if media, ok := err.(*thermal.MediaError); ok {
		return &ValueError{FieldStock, "cannot be printed on: " + media.Reason}
	}
	return err
}

// A raster draws stamps in dots. It is used by one goroutine.
type raster struct {
	head   Head
	media  thermal.Media
	cells  []int // of a row
	scale  float64
	press  *press
	brush  brush
	set    setting
	art    *art            // what the last stamp had in common with others
	module int             // dots, of that art
	still  *thermal.Bitmap // that art without symbol and short code
	cell   *thermal.Bitmap // the last stamp
	row    *thermal.Bitmap // labels side by side, from edge to edge of the liner
	last   Stamp
}

func (h Head) raster() (*raster, error) {
	if err := h.Sheet.validate(); err != nil {
		return nil, err
	}
	stock := h.Sheet.Stock
	if stock.Kind == KindSheet {
		return nil, &ValueError{FieldStock, "comes in sheets, which label printers do not take: choose a roll"}
	}
	r := &raster{
		head:  h,
		media: thermal.Media{DPI: h.DPI, Width: stock.PageWidth, Height: stock.PageHeight, Gap: stock.GapY},
		cells: stock.allCells(),
		scale: thermal.DotsPerMM(h.DPI) * mmPerInch / dotsPerInch,
		press: h.Sheet.press(),
	}
	if _, err := thermal.NewWriter(io.Discard, h.Language, r.media); err != nil {
		if media := headError(err); media != err {
			return nil, media
		}
		return nil, &ValueError{FieldDPI, fmt.Sprintf("must be one of %v in the language %q", h.Language.Resolutions(), h.Language)}
	}
	r.brush = brush{scale: r.scale, known: map[glyphKey]*stroke{}}
	r.cell = thermal.NewBitmap(r.media.Dots(stock.CellWidth), r.media.Dots(stock.CellHeight))
	r.still = thermal.NewBitmap(r.cell.Width, r.cell.Height)
	r.row = thermal.NewBitmap(r.media.Dots(stock.PageWidth), r.media.Dots(stock.PageHeight))
	return r, nil
}

// place draws a stamp into its cell of the row.
func (r *raster) place(s Stamp, cell int) error {
	if s != r.last || r.art == nil {
		if err := r.draw(s); err != nil {
			return err
		}
	}
	x, y := r.head.Sheet.cellOrigin(cell)
	r.row.Or(r.cell, r.dots(x), r.dots(y))
	return nil
}

func (r *raster) dots(mm float64) int { return int(math.Round(mm * thermal.DotsPerMM(r.head.DPI))) }

// pixel converts dots of the layout to dots of the head.
func (r *raster) pixel(dots int) int { return int(math.Round(float64(dots) * r.scale)) }

// draw draws a stamp.
func (r *raster) draw(s Stamp) error {
	a, err := r.press.set(&r.set, s)
	if err != nil {
		return fmt.Errorf("stamp %q: %w", s.ShortCode, err)
	}
	if a != r.art {
		if err := r.prepare(a); err != nil {
			return err
		}
	}
	copy(r.cell.Pix, r.still.Pix)
	r.drawSymbol(&a.design)
	for _, t := range r.set.code {
		if err := r.brush.draw(r.cell, t); err != nil {
			return err
		}
	}
	if a != r.art {
		if err := r.stays(); err != nil {
			return err
		}
	}
	r.art, r.last = a, s
	return nil
}

// prepare draws what stamps have in common.
func (r *raster) prepare(a *art) error {
	d := &a.design
	least := MinHeadModule
	if r.head.DPI == phoneDPI {
		least = minPhoneModule
	}
	// A hundredth of a dot makes up for measures that were rounded.
	if r.module = int(float64(d.module)*r.scale + 0.01); r.module < least {
		return &PartError{Part: partQR, Problem: ProblemModule}
	}
	r.still.Clear()
	for _, rule := range d.rules {
		left, top := r.pixel(rule.x), r.pixel(rule.y)
		r.still.Fill(left, top, max(r.pixel(rule.x+rule.width)-left, 1), max(r.pixel(rule.y+rule.height)-top, 1))
	}
	for _, p := range d.pictures {
		logo := p.logo.at(max(r.pixel(p.width), 1), max(r.pixel(p.height), 1))
		r.still.Or(logo, r.pixel(p.x), r.pixel(p.y))
	}
	for i, t := range d.texts {
		if !d.isCode(i) {
			if err := r.brush.draw(r.still, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// drawSymbol draws the symbol in the middle of the room that it has in the
// design, where its modules were not a whole number of dots.
func (r *raster) drawSymbol(d *design) {
	size := r.set.symbol.Size()
	side := size * d.module
	x := (r.pixel(2*d.x+side) - size*r.module) / 2
	y := (r.pixel(2*d.y+side) - size*r.module) / 2
	for s := range r.set.symbol.Runs() {
		r.cell.Fill(x+s.X*r.module, y+s.Y*r.module, s.N*r.module, r.module)
	}
}

// stays refuses an offset that would push a part of a stamp off the liner, where
// nothing is printed.
func (r *raster) stays() error {
	left, top, right, bottom := r.cell.Ink()
	for _, cell := range r.cells {
		x, y := r.head.Sheet.cellOrigin(cell)
		dx, dy := r.dots(x), r.dots(y)
		if left+dx < 0 || right+dx > r.row.Width {
			return &ValueError{FieldOffsetX, "pushes stamps off the labels"}
		}
		if top+dy < 0 || bottom+dy > r.row.Height {
			return &ValueError{FieldOffsetY, "pushes stamps off the labels"}
		}
	}
	return nil
}

// writeBits writes a bitmap as a PNG picture of one bit a dot.
func writeBits(w io.Writer, b *thermal.Bitmap, dpi int) error {
	picture := image.NewPaletted(image.Rect(0, 0, b.Width, b.Height), color.Palette{color.White, color.Black})
	for y := range b.Height {
		for x := range b.Width {
			if b.Black(x, y) {
				picture.Pix[y*picture.Stride+x] = 1
			}
		}
	}
	return writePNG(w, picture, dpi)
}
