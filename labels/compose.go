package labels

import (
	"errors"
	"fmt"
	"image"
	"math"

	"temgoc/labels/qr"
)

// A composition is a stamp being laid out by a template.
type composition struct {
	*design
	stamp  Stamp
	grow   float64        // by which millimetres of the template are enlarged
	margin int            // in dots
	least  int            // side of a module, in dots
	boxes  map[string]box // of the parts set so far
	inks   []ink
}

// An ink is what a part covers: a line of type, a logo, a rule, or a symbol
// with the white around it.
type ink struct {
	part  string
	area  image.Rectangle
	rule  bool // rules may cross each other
	quiet bool // the white around a symbol may reach the edge of the label
}

// maxGrowth is how much a template's lengths grow on a larger label.
const maxGrowth = 4.0

// lay fits a stamp on a label of the given size in millimetres, with modules of
// at least minModule millimetres, or of what the template allows.
func (t *Template) lay(s Stamp, widthMM, heightMM, minModule float64) (*design, error) {
	return (&press{template: t, width: widthMM, height: heightMM, minModule: minModule}).lay(s)
}

// arrange lays out a stamp as it is; see press for the stamps of a run.
func (t *Template) arrange(s Stamp, widthMM, heightMM, minModule float64) (*design, error) {
	if t == nil {
		d, err := lay(s, widthMM, heightMM)
		if err == nil && d.module < moduleDots(minModule) {
			return nil, &PartError{Part: partQR, Problem: ProblemModule}
		}
		return d, err
	}
	if !t.Fits(Stock{CellWidth: widthMM, CellHeight: heightMM}) {
		return nil, t.sizeError()
	}
	s, err := s.clean()
	if err != nil {
		return nil, err
	}
	c := &composition{
		design: &design{width: evenDots(widthMM), height: evenDots(heightMM)},
		stamp:  s,
		grow:   min(max(min(widthMM/t.Width, heightMM/t.Height), 1), maxGrowth),
		least:  moduleDots(minModule),
		boxes:  map[string]box{},
	}
	c.margin = c.dots(t.margin()) // grows too
	for i := range t.Parts {
		if err := c.place(&t.Parts[i]); err != nil {
			return nil, err
		}
	}
	return c.design, c.check()
}

func (t *Template) margin() float64 {
	if t.Margin == 0 {
		return defaultTemplateMargin
	}
	return t.Margin
}

// moduleDots returns the least even number of dots that make a module of the
// given millimetres, which may be missed by a hundredth.
func moduleDots(mm float64) int {
	return 2 * int(math.Ceil((mm-0.01)*dotsPerInch/mmPerInch/2))
}

// dots converts millimetres of the template.
func (c *composition) dots(mm float64) int {
	return int(math.Round(mm * c.grow * dotsPerInch / mmPerInch))
}

// em returns the em of letters whose x is so many millimetres high.
func em(mm float64) int { return max(int(math.Round(mm*minSize/MinXHeight)), minSize) }

// place sets one part.
func (c *composition) place(p *Part) error {
	room, err := c.room(p)
	if err != nil {
		return err
	}
	switch p.Part {
	case partQR:
		return c.placeSymbol(p, room)
	case partLogo:
		c.placeLogo(p, room)
	case partLine:
		c.boxes[p.name()] = room
		c.rule(p, room)
	case partFrame:
		c.boxes[p.name()] = room
		c.outline(p, room, 0)
	case partScratch:
		c.boxes[p.name()] = room
		c.scratch(p, room)
	default:
		return c.placeText(p, room)
	}
	return nil
}

// room returns the place of a part.
func (c *composition) room(p *Part) (box, error) {
	edge := c.margin
	if p.Part == partQR {
		edge = 0 // the white around it may reach the edge of the label
	}
	square, stroke := Length(""), Length("")
	if p.Part == partQR && p.Height == "" && (p.Top == "" || p.Bottom == "") {
		square = p.Width
	}
	if p.Part == partLine {
		stroke = canonical([]term{{value: p.stroke()}})
	}
	var b box
	across, down := stroke, stroke
	if upright := p.Height != "" || p.Top != "" && p.Bottom != ""; upright {
		down = ""
	} else {
		across = ""
	}
	b.left, b.right = c.span(p.Left, p.Right, firstOf(p.Width, across), c.width, edge)
	b.top, b.bottom = c.span(p.Top, p.Bottom, firstOf(p.Height, square, down), c.height, edge)
	if square != "" {
		b.bottom = b.top + b.right - b.left // also when the width is a share of the label's
	}
	if b.right <= b.left || b.bottom <= b.top {
		return box{}, &PartError{Part: p.name(), Problem: ProblemRoom}
	}
	if b.left < 0 || b.top < 0 || b.right > c.width || b.bottom > c.height {
		return box{}, &PartError{Part: p.name(), Problem: ProblemOutside}
	}
	return b, nil
}

func firstOf(lengths ...Length) Length {
	for _, l := range lengths {
		if l != "" {
			return l
		}
	}
	return ""
}

// span returns where a part begins and ends along one side of the label.
func (c *composition) span(from, to, size Length, side, edge int) (start, end int) {
	in := func(l Length) int { return l.in(side, c.grow, c.boxes) }
	switch {
	case from != "" && to != "":
		return in(from), in(to)
	case from != "" && size != "":
		return in(from), in(from) + in(size)
	case to != "" && size != "":
		return in(to) - in(size), in(to)
	case from != "":
		return in(from), side - edge
	case to != "":
		return edge, in(to)
	case size != "":
		return (side - in(size)) / 2, (side + in(size)) / 2
	default:
		return edge, side - edge
	}
}

// share is how much of what is left free stands before a part.
func share(align string) float64 {
	switch align {
	case "center", "middle":
		return 0.5
	case "right", "bottom":
		return 1
	default:
		return 0
	}
}

// inside aligns a part of the given size in its room.
func inside(p *Part, room box, width, height int) (x, y int) {
	x = room.left + int(float64(room.right-room.left-width)*share(p.Align))
	y = room.top + int(float64(room.bottom-room.top-height)*share(p.VAlign))
	return x, y
}

// placeSymbol makes the symbol with the largest modules that its room allows.
func (c *composition) placeSymbol(p *Part, room box) error {
	room = box{(room.left + 1) &^ 1, room.right &^ 1, (room.top + 1) &^ 1, room.bottom &^ 1}
	side := min(room.right-room.left, room.bottom-room.top)
	least := max(moduleDots(p.min()), c.least)
	version := 0
	for version < qr.MaxVersion && (17+4*(version+1)+2*quietZone)*least <= side {
		version++
	}
	if version == 0 {
		return &PartError{Part: p.name(), Problem: ProblemModule}
	}
	symbol, err := encode(c.stamp.Payload, version)
	if fit, ok := errors.AsType[*FitError](err); ok {
		return &PartError{Part: p.name(), Problem: ProblemText, Err: fit}
	}
	if err != nil {
		return err
	}
	modules := symbol.Size() + 2*quietZone
	most := max(int(math.Round(p.size()*c.grow*dotsPerInch/mmPerInch/2))*2, least)
	c.symbol, c.module = symbol, min(side/modules&^1, most)
	whole, quiet := modules*c.module, quietZone*c.module
	x, y := inside(p, room, whole, whole)
	x, y = x&^1, y&^1
	c.x, c.y = x+quiet, y+quiet
	c.boxes[p.name()] = box{x, x + whole, y, y + whole}
	c.boxes[partSymbol] = box{x + quiet, x + whole - quiet, y + quiet, y + whole - quiet}
	c.inks = append(c.inks, ink{part: p.name(), area: image.Rect(x, y, x+whole, y+whole), quiet: true})
	return nil
}

// placeLogo draws the logo as large as its room allows, in its proportions.
func (c *composition) placeLogo(p *Part, room box) {
	logo := p.picture(c.stamp)
	if logo == nil {
		c.boxes[p.name()] = emptyBox(p, room)
		return
	}
	width, height := room.right-room.left, room.bottom-room.top
	if width*logo.height > height*logo.width {
		width = max(height*logo.width/logo.height, 1)
	} else {
		height = max(width*logo.height/logo.width, 1)
	}
	x, y := inside(p, room, width, height)
	c.pictures = append(c.pictures, picture{logo, x, y, width, height})
	c.boxes[p.name()] = box{x, x + width, y, y + height}
	c.inks = append(c.inks, ink{part: p.name(), area: image.Rect(x, y, x+width, y+height)})
}

func (p Part) stroke() float64 {
	if p.Stroke == 0 {
		return defaultStroke
	}
	return p.Stroke
}

// rule fills a rectangle.
func (c *composition) rule(p *Part, b box) {
	if b.right <= b.left || b.bottom <= b.top {
		return
	}
	c.rules = append(c.rules, rule{b.left, b.top, b.right - b.left, b.bottom - b.top})
	c.inks = append(c.inks, ink{part: p.name(), area: image.Rect(b.left, b.top, b.right, b.bottom), rule: true})
}

// outline draws the edges of a box inside of it: in one piece, or as dashes of
// about the given length with gaps half as long, one of them at each corner.
func (c *composition) outline(p *Part, b box, dash int) {
	stroke := min(c.dots(p.stroke()), (b.right-b.left)/2, (b.bottom-b.top)/2)
	for _, d := range dashes(b.left, b.right, dash) {
		c.rule(p, box{d[0], d[1], b.top, b.top + stroke})
		c.rule(p, box{d[0], d[1], b.bottom - stroke, b.bottom})
	}
	for _, d := range dashes(b.top, b.bottom, dash) {
		c.rule(p, box{b.left, b.left + stroke, d[0], d[1]})
		c.rule(p, box{b.right - stroke, b.right, d[0], d[1]})
	}
}

// dashes divides a side into dashes with gaps between them.
func dashes(from, to, dash int) [][2]int {
	if dash <= 0 || to-from < 3*dash {
		return [][2]int{{from, to}}
	}
	n := (2*(to-from)/dash + 1) / 3 // n dashes and n-1 gaps of half a dash
	var all [][2]int
	for i := range n {
		start := from + 3*i*(to-from)/(3*n-1)
		end := from + (3*i+2)*(to-from)/(3*n-1)
		all = append(all, [2]int{start, end})
	}
	return all
}

const (
	scratchDash = 1.2 // mm
	hatchPitch  = 0.7 // mm
)

// scratch draws the edge of the area that a print house covers and, when it is
// hatched, fine lines across it.
func (c *composition) scratch(p *Part, b box) {
	c.outline(p, b, c.dots(scratchDash))
	if !p.Hatch {
		return
	}
	stroke, pitch := c.dots(p.stroke()), c.dots(hatchPitch)
	for y := b.top + pitch; y+stroke+pitch/2 <= b.bottom-stroke; y += pitch {
		c.rule(p, box{b.left + pitch, b.right - pitch, y, y + stroke})
	}
}

// sizeError says for which labels the template is.
func (t *Template) sizeError() error {
	width, height := t.largest()
	return &ValueError{FieldCell, fmt.Sprintf("must be %v × %v to %v × %v mm for the template %s", t.Width, t.Height, width, height, t.Name)}
}
