package labels

import "strings"

// A paragraph is one field of a stamp in the text column.
type paragraph struct {
	part     string // of a template, for errors
	field    string
	text     string // as given, for errors
	face     *face
	largest  int     // em that is preferred
	smallest int     // em that is still allowed
	row      bool    // one of the rows at the foot: caption, then value
	caption  []glyph // of a row, in the regular face
	glyphs   []glyph
	maxLines int
	breaks   breaks
}

// paragraphs shapes the fields of the stamp that are not empty, in the order
// in which they are read.
func (d *design) paragraphs(s Stamp) ([]paragraph, error) {
	all := []struct {
		paragraph
		caption string
	}{
		{paragraph{field: FieldProduct, text: s.Product, face: bold(), largest: headingSize, maxLines: 2}, ""},
		{paragraph{field: FieldProducer, text: s.Producer, face: regular(), maxLines: 2}, ""},
		{paragraph{field: FieldStars, text: s.starLine(s.Captions.Stars), face: bold(), maxLines: 1}, ""},
		{paragraph{field: FieldLot, text: s.Lot, face: regular(), row: true, maxLines: 2, breaks: anywhere}, s.Captions.Lot},
		{paragraph{field: FieldProduction, text: s.ProductionDate, face: regular(), row: true, maxLines: 1}, s.Captions.Production},
		{paragraph{field: FieldExpiry, text: s.ExpiryDate, face: regular(), row: true, maxLines: 1}, s.Captions.Expiry},
		{paragraph{field: FieldNote, text: s.Note, face: regular(), maxLines: 2}, ""},
	}
	var shaped []paragraph
	for _, p := range all {
		if p.text == "" {
			continue
		}
		p.largest, p.smallest = d.scaled(max(p.largest, bodySize)), minSize
		if err := p.paragraph.shape(p.caption); err != nil {
			return nil, err
		}
		shaped = append(shaped, p.paragraph)
	}
	return shaped, nil
}

// starLine returns the stars of a stamp with the caption before them, "" for a
// stamp without.
func (s Stamp) starLine(caption string) string {
	if s.Stars == 0 {
		return ""
	}
	return strings.TrimSpace(caption + " " + strings.Repeat(star, s.Stars))
}

// shape looks up the glyphs of the paragraph and its caption.
func (p *paragraph) shape(caption string) (err error) {
	if p.glyphs, err = p.face.shape(p.field, p.text); err != nil {
		return err
	}
	p.caption, err = regular().shape(FieldCaptions, caption)
	return err
}

// Text is tried at sizeSteps sizes, evenly spread from the preferred to the
// smallest. It gives up its alignment with the symbol rather than become
// smaller than the first alignedSteps of them.
const (
	sizeSteps    = 6
	alignedSteps = 4
)

// Preferred ems of headings and of all other text.
const (
	headingSize = 60
	bodySize    = 44
)

// placeColumn sets the text column as large as it fits, aligned with the
// symbol and the short code beside it if possible.
func (d *design) placeColumn(s Stamp, aligned, full frame) error {
	paragraphs, err := d.paragraphs(s)
	if err != nil {
		return err
	}
	culprit := d.setColumn(paragraphs, aligned, alignedSteps)
	if culprit != nil {
		culprit = d.setColumn(paragraphs, full, sizeSteps)
	}
	if culprit != nil {
		return &FitError{Field: culprit.field, Text: culprit.text, Lines: culprit.maxLines}
	}
	return nil
}

// setColumn sets the paragraphs in a frame at the largest of the first steps
// sizes that fits. When none does it returns the paragraph to blame.
func (d *design) setColumn(paragraphs []paragraph, room frame, steps int) (culprit *paragraph) {
	body := d.scaled(bodySize)
	for step := range steps {
		c := column{
			frame: room, inkTop: margin, inkBottom: d.height - margin,
			step: step, steps: sizeSteps, foot: true,
			air: body * (sizeSteps - 1 - step) / (4 * (sizeSteps - 1)),
		}
		if culprit = c.set(paragraphs); culprit == nil {
			d.texts = append(d.texts, c.texts...)
			return nil
		}
	}
	return culprit
}

// A column is one attempt to set the paragraphs at given sizes.
type column struct {
	frame
	inkTop, inkBottom int // which no ink may pass: accents and descenders leave the frame
	step, steps       int // the size tried: from 0, the preferred one, to the smallest
	air               int // between fields, none at the smallest size
	foot              bool
	align             float64 // share of what a line leaves free that is on its left
	valign            float64 // share of what the column leaves free that is above it
	texts             []text
	baseline          int // of the line set last
}

// set sets the paragraphs from the top, then moves the rows and what follows
// them to the foot, or all of them to where they are aligned. When they do not fit it returns the one to blame: the
// first that is too wide, or if it is the height that lacks, the first that
// took the most lines.
func (c *column) set(paragraphs []paragraph) *paragraph {
	captions := c.captionWidth(paragraphs)
	foot, most := -1, 0
	var longest *paragraph
	for i := range paragraphs {
		p := &paragraphs[i]
		gap := c.gap(p, foot < 0)
		if p.row && foot < 0 {
			foot = len(c.texts)
		}
		lines, ok := c.lines(p, captions)
		if !ok {
			return p
		}
		if len(lines) > most {
			most, longest = len(lines), p
		}
		c.add(p, lines, captions, gap)
	}
	slack := min(c.bottom, c.inkBottom-c.descent()) - c.baseline
	if slack < 0 {
		return longest
	}
	if !c.foot {
		foot, slack = 0, int(float64(slack)*c.valign)
	}
	if foot >= 0 {
		for i := range c.texts[foot:] {
			c.texts[foot+i].y += slack
		}
	}
	return nil
}

// captionWidth returns the indent, in dots, that the values of all rows share;
// none where lines are not aligned left, and each has its own.
func (c *column) captionWidth(paragraphs []paragraph) int {
	widest := 0
	for i := range paragraphs {
		if c.align == 0 {
			widest = max(widest, c.indent(&paragraphs[i]))
		}
	}
	return widest
}

// indent returns the room that the caption of a paragraph takes.
func (c *column) indent(p *paragraph) int {
	if len(p.caption) == 0 {
		return 0
	}
	return dots(width(p.caption), c.size(p)) + c.size(p)*2/5
}

// size returns the em of a paragraph.
func (c *column) size(p *paragraph) int { return p.sizeAt(c.step, c.steps) }

// sizeAt returns the em that is tried at a step, of steps between the preferred
// and the smallest.
func (p *paragraph) sizeAt(step, steps int) int {
	return p.largest - (p.largest-p.smallest)*step/(steps-1)
}

// lines breaks a paragraph into lines as wide as the column.
func (c *column) lines(p *paragraph, captions int) ([][]glyph, bool) {
	room := c.right - c.left
	if p.row {
		room -= max(captions, c.indent(p))
	}
	return wrap(p.glyphs, room*unitsPerEm/c.size(p), p.maxLines, p.breaks)
}

// add sets the lines of a paragraph below what is set already.
func (c *column) add(p *paragraph, lines [][]glyph, captions, gap int) {
	size, indent := c.size(p), 0
	if p.row {
		indent = max(captions, c.indent(p))
	}
	widest := 0
	for _, line := range lines {
		widest = max(widest, dots(width(line), size))
	}
	for i, line := range lines {
		_, top := extent(line)
		c.baseline = c.next(size, dots(top, size), gap)
		gap = 0
		taken := dots(width(line), size)
		if indent > 0 {
			taken = widest // further lines stand below the first, not below the caption
		}
		x := c.left + int(float64(c.right-c.left-indent-taken)*c.align)
		if i == 0 && len(p.caption) > 0 {
			c.texts = append(c.texts, text{face: regular(), size: size, x: x, y: c.baseline, glyphs: p.caption})
		}
		t := text{face: p.face, size: size, x: x + indent, y: c.baseline, glyphs: line}
		if p.field == FieldShortCode {
			t.smallest = p.smallest
		}
		c.texts = append(c.texts, t)
	}
}

// gap returns the room above a paragraph: a little between fields and above
// the first row, none between rows.
func (c *column) gap(p *paragraph, firstRow bool) int {
	if p.row && !firstRow {
		return 0
	}
	return c.air
}

// next returns the baseline for a line whose ink rises high above it. The
// first capital stands at the top of the frame; further lines are 1.15 em
// apart and the gap more. No line touches the one above, be it Ự over Ẫ, nor
// does any ink enter the margin.
func (c *column) next(size, high, gap int) int {
	if len(c.texts) == 0 {
		return max(c.top+dots(capHeight, size), c.inkTop+high)
	}
	return c.baseline + max(size*23/20+gap, c.descent()+high+2)
}

// descent returns how far the ink of the line set last reaches below its
// baseline.
func (c *column) descent() int {
	deepest := 0
	for _, t := range c.texts {
		if t.y == c.baseline {
			bottom, _ := extent(t.glyphs)
			deepest = max(deepest, dots(-bottom, t.size))
		}
	}
	return deepest
}
