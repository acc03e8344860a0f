package labels

import (
	"fmt"

	"temgoc/labels/qr"
)

// Measures of a label, in dots. They hold for a label of 38 × 21 mm; on a
// larger one the type and the modules grow with it.
const (
	minModule = 10 // 0.42 mm; GS1 asks for 0.396 mm and more
	maxModule = 12 // 0.51 mm
	minSize   = 39 // the em whose x-height is MinXHeight
	codeSize  = 46 // the em of the short code
	codeGap   = 12 // between text and a short code below it
	margin    = 24 // 1 mm of white along the edges, for the drift of printers

	baseWidth  = 896
	baseHeight = 496
)

// A design is a stamp laid out on its label: all positions in dots from the
// top left corner, y downwards.
type design struct {
	width, height int
	symbol        *qr.Matrix
	x, y          int // corner of the symbol, without its quiet zone
	module        int // side of a module
	texts         []text
	code          []codeLine // which of the texts are the short code
	rules         []rule
	pictures      []picture
}

// A rule is a rectangle filled with black, in dots: a line, an edge of a frame,
// a stroke of a hatch.
type rule struct{ x, y, width, height int }

// A picture is a logo drawn as large as its box, in dots.
type picture struct {
	logo                *Logo
	x, y, width, height int
}

// A text is one line of type.
type text struct {
	face   *face
	size   int // the em
	x, y   int // start of the baseline
	glyphs []glyph
	// smallest is the em down to which another short code may be set in this
	// place; 0 for any other text.
	smallest int
}

// A frame is the room that the text column has.
type frame struct{ left, right, top, bottom int }

// lay fits the stamp on a label of the given size in millimetres.
func lay(s Stamp, widthMM, heightMM float64) (*design, error) {
	if !(widthMM >= minCellWidth && widthMM <= maxCell && heightMM >= minCellHeight && heightMM <= maxCell) {
		return nil, &ValueError{FieldCell, fmt.Sprintf("must be %v × %v to %v × %v mm", minCellWidth, minCellHeight, maxCell, maxCell)}
	}
	s, err := s.clean()
	if err != nil {
		return nil, err
	}
	d := &design{width: evenDots(widthMM), height: evenDots(heightMM)}
	d.symbol, err = encode(s.Payload, d.maxVersion())
	if err != nil {
		return nil, err
	}
	d.module = d.largestModule(d.symbol.Size())
	aligned, full, err := d.placeCode(s)
	if err != nil {
		return nil, err
	}
	if err = d.placeColumn(s, aligned, full); err != nil {
		return nil, err
	}
	return d, nil
}

// Bounds of a label in millimetres: below them there is no room for a symbol
// beside legible text.
const (
	minCellWidth  = 34.0
	minCellHeight = 20.0
	maxCell       = 200.0
)

// scaled enlarges a measure of the base label in proportion to this one.
func (d *design) scaled(dots int) int {
	return max(dots, min(dots*d.width/baseWidth, dots*d.height/baseHeight, 4*dots))
}

// Extent of the short code's letters above and below the baseline, in font
// units. Round figures rise a little above the capitals.
const (
	codeRise    = 1520
	codeDescent = 483
)

// rise returns the height of the short code.
func (d *design) rise() int { return dots(codeRise, d.scaled(codeSize)) }

// largestModule returns the largest even module with which a symbol of n
// modules and the short code below it fit the height, and with its quiet zone
// leaves half of the width to the text. It is 0 when even the smallest
// does not fit.
func (d *design) largestModule(n int) int {
	for module := d.scaled(maxModule) &^ 1; module >= minModule; module -= 2 {
		side := (n + 2*quietZone) * module
		high := side + d.rise() + dots(codeDescent, d.scaled(codeSize)) + margin
		if high <= d.height && 2*side <= d.width {
			return module
		}
	}
	return 0
}

// maxVersion returns the largest version of a symbol for which there is room.
func (d *design) maxVersion() int {
	version := 1
	for version < qr.MaxVersion && d.largestModule(17+4*(version+1)) > 0 {
		version++
	}
	return version
}

// placeCode places the symbol with the short code below it, and returns the
// rooms left for the text beside them: one between the top of the symbol and
// the baseline of the code, to which it then aligns, and one from margin to
// margin. A code too long for the width of the symbol runs along the foot of
// the whole label instead.
func (d *design) placeCode(s Stamp) (aligned, full frame, err error) {
	glyphs, err := bold().shape(FieldShortCode, s.ShortCode)
	if err != nil {
		return frame{}, frame{}, err
	}
	bottom, top := extent(glyphs)
	if top > codeRise || bottom < -codeDescent {
		return frame{}, frame{}, &ValueError{FieldShortCode, "must have plain letters and digits"}
	}
	side, quiet := d.symbol.Size()*d.module, quietZone*d.module
	largest := d.scaled(codeSize)
	t := text{face: bold(), glyphs: glyphs, smallest: minSize}
	if t.size = largestSize(glyphs, largest, side); t.size > 0 {
		high := side + quiet + d.rise()
		d.y = max(quiet, (d.height-high)/2) &^ 1
		d.x = quiet + (d.y-quiet)/2&^1
		t.x = d.x + (side-dots(width(glyphs), t.size))/2
		t.y = d.y + high
		d.code = []codeLine{{to: len(glyphs), left: d.x, right: d.x + side, align: 0.5}}
		aligned.bottom, full.bottom = t.y, d.height-margin
	} else if t.size = largestSize(glyphs, largest, d.width-2*margin); t.size > 0 {
		t.y = d.height - margin - dots(-bottom, t.size)
		d.y = max(quiet, (t.y-d.rise()-side)/2) &^ 1
		d.x = quiet + (d.y-quiet)/4&^1
		t.x = min(d.x, d.width-margin-dots(width(glyphs), t.size))
		d.code = []codeLine{{to: len(glyphs), left: t.x, right: d.width - margin}}
		aligned.bottom = t.y - d.rise() - quiet
		full.bottom = t.y - d.rise() - d.scaled(codeGap)
	} else {
		return frame{}, frame{}, &FitError{Field: FieldShortCode, Text: s.ShortCode, Lines: 1}
	}
	d.texts = append(d.texts, t)
	aligned.left, aligned.right, aligned.top = d.x+side+quiet, d.width-margin, d.y
	full.left, full.right, full.top = aligned.left, aligned.right, margin
	return aligned, full, nil
}

// largestSize returns the largest em, at most the preferred one, at which the
// glyphs are no wider than room, or 0 when not even the smallest will do.
func largestSize(glyphs []glyph, preferred, room int) int {
	for size := preferred; size >= minSize; size-- {
		if dots(width(glyphs), size) <= room {
			return size
		}
	}
	return 0
}

// dots converts font units at a given em to dots, rounded up.
func dots(units, size int) int { return (units*size + unitsPerEm - 1) / unitsPerEm }
