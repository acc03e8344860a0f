package labels

import (
	"image"
)

// templateSteps is how many sizes are tried for a text of a template.
const templateSteps = 12

// placeText sets a text part or a column at the largest size that fits. At each
// size accents and descenders may at first leave the part's room, so that
// capitals and baselines stand exactly on its edges; where they would meet
// another part, they are kept inside.
func (c *composition) placeText(p *Part, room box) error {
	paragraphs, err := c.paragraphs(p)
	if err != nil {
		return err
	}
	if len(paragraphs) == 0 {
		c.boxes[p.name()] = emptyBox(p, room)
		return nil
	}
	// A code is read in one go: rather a little smaller on one line than on two.
	if lines := paragraphs[0].maxLines; p.Part == partCode && lines > 1 {
		paragraphs[0].maxLines = 1
		if culprit, met := c.setText(p, room, paragraphs, stepsAbove(&paragraphs[0])); culprit == nil && met == "" {
			return nil
		}
		paragraphs[0].maxLines = lines
	}
	culprit, met := c.setText(p, room, paragraphs, templateSteps)
	if culprit == nil && met == "" {
		return nil
	}
	if culprit == nil {
		return &PartError{Part: p.name(), Problem: ProblemOverlap, With: met}
	}
	name := p.name()
	if p.Part == partColumn {
		name += "." + culprit.part
	}
	return &PartError{Part: name, Problem: ProblemText,
		Err: &FitError{Field: culprit.field, Text: culprit.text, Lines: culprit.maxLines}}
}

// stepsAbove returns how many of the sizes are at least three fifths of the
// preferred one.
func stepsAbove(p *paragraph) int {
	steps := 1
	for steps < templateSteps && 5*p.sizeAt(steps, templateSteps) >= 3*p.largest {
		steps++
	}
	return steps
}

// setText sets the paragraphs at the largest of the first steps sizes that fits.
// When none does it returns the paragraph to blame, or the part that the text would meet.
func (c *composition) setText(p *Part, room box, paragraphs []paragraph, steps int) (culprit *paragraph, met string) {
	for step := range steps {
		for _, loose := range []bool{true, false} {
			set := c.column(p, room, step, loose)
			if culprit = set.set(paragraphs); culprit != nil {
				continue
			}
			inks := c.inksOf(p, set.texts)
			if met = c.meets(inks); met != "" {
				continue
			}
			c.keepCode(p, set.texts)
			c.texts = append(c.texts, set.texts...)
			c.inks = append(c.inks, inks...)
			c.boxes[p.name()] = boxOf(set.texts)
			return nil, ""
		}
	}
	return culprit, met
}

// keepCode remembers which lines are the short code: another code may stand
// where they do.
func (c *composition) keepCode(p *Part, texts []text) {
	from := 0
	for i, t := range texts {
		if t.smallest == 0 {
			continue
		}
		c.code = append(c.code, codeLine{
			text: len(c.texts) + i, from: from, to: from + len(t.glyphs),
			left: t.x, right: t.x + dots(width(t.glyphs), t.size), align: share(p.Align),
		})
		from += len(t.glyphs)
	}
}

// emptyBox is the place of a part that has nothing to show: it takes no room at
// the side to which it is aligned.
func emptyBox(p *Part, room box) box {
	x := room.left + int(float64(room.right-room.left)*share(p.Align))
	y := room.top + int(float64(room.bottom-room.top)*share(p.VAlign))
	return box{x, x, y, y}
}

// column prepares an attempt to set a part.
func (c *composition) column(p *Part, room box, step int, loose bool) column {
	air := p.Gap
	if air == 0 && p.Part == partColumn {
		air = defaultGap
	}
	set := column{
		frame: frame(room), inkTop: room.top, inkBottom: room.bottom,
		step: step, steps: templateSteps,
		air:  c.dots(air) * (templateSteps - 1 - step) / (templateSteps - 1),
		foot: p.VAlign == "spread", align: share(p.Align), valign: share(p.VAlign),
	}
	if loose {
		set.inkTop, set.inkBottom = c.margin, c.height-c.margin
	}
	return set
}

// defaultGap is the room between the rows of a column, in millimetres, as long
// as there is enough of it.
const defaultGap = 0.5

// paragraphs shapes the texts of a part that the stamp has.
func (c *composition) paragraphs(p *Part) ([]paragraph, error) {
	rows := p.Rows
	if p.Part != partColumn {
		rows = []Part{*p}
	}
	var shaped []paragraph
	for i := range rows {
		row := &rows[i]
		one, caption := c.paragraph(row)
		if one.text == "" {
			continue
		}
		if err := one.shape(caption); err != nil {
			name := p.name()
			if p.Part == partColumn {
				name += "." + row.name()
			}
			return nil, &PartError{Part: name, Problem: ProblemText, Err: err}
		}
		shaped = append(shaped, one)
	}
	return shaped, nil
}

// paragraph returns a text part, not yet shaped, and its caption.
func (c *composition) paragraph(p *Part) (one paragraph, caption string) {
	kind := partKinds[p.Part]
	one = paragraph{
		part: p.name(), field: kind.field, text: p.Text, face: regular(), breaks: kind.breaks,
		largest: max(em(p.size()*c.grow), em(p.min())), smallest: em(p.min()), maxLines: max(p.Lines, 1),
	}
	if p.Bold {
		one.face = bold()
	}
	if p.Part != partText {
		one.text, caption = kind.value(c.stamp), kind.caption(c.stamp)
	}
	if p.Caption != nil {
		caption = *p.Caption
	}
	if p.Part == "stars" {
		// Part of the line itself, so that it does not stand among the captions.
		one.text, caption = c.stamp.starLine(caption), ""
	}
	one.row = caption != ""
	return one, caption
}

// inksOf returns what the lines cover.
func (c *composition) inksOf(p *Part, texts []text) []ink {
	var inks []ink
	for _, t := range texts {
		bottom, top := extent(t.glyphs)
		inks = append(inks, ink{part: p.name(), area: image.Rect(
			t.x, t.y-dots(top, t.size), t.x+dots(width(t.glyphs), t.size), t.y+dots(-bottom, t.size))})
	}
	return inks
}

// meets returns the first part set before that the inks would touch.
func (c *composition) meets(inks []ink) string {
	for _, a := range inks {
		for _, b := range c.inks {
			if a.area.Overlaps(b.area) {
				return b.part
			}
		}
	}
	return ""
}

// boxOf is the place of lines: from the top of the first one's capitals to the
// last baseline.
func boxOf(texts []text) box {
	first := texts[0]
	b := box{first.x, first.x, first.y - dots(capHeight, first.size), first.y}
	for _, t := range texts {
		b.left, b.right = min(b.left, t.x), max(b.right, t.x+dots(width(t.glyphs), t.size))
		b.bottom = max(b.bottom, t.y)
	}
	return b
}

// check refuses parts that stand on each other, or outside of the margins. The
// white around the symbol may enter them.
func (c *composition) check() error {
	label := image.Rect(0, 0, c.width, c.height)
	inner := label.Inset(c.margin)
	// Rules may cross each other, and hatches have thousands: they are held
	// against what is no rule only.
	var solid []ink
	for i, a := range c.inks {
		room := inner
		if a.quiet {
			room = label
		}
		if !a.area.In(room) {
			return &PartError{Part: a.part, Problem: ProblemOutside}
		}
		before := c.inks[:i]
		if a.rule {
			before = solid
		} else {
			solid = append(solid, a)
		}
		for _, b := range before {
			if a.part != b.part && a.area.Overlaps(b.area) {
				return &PartError{Part: b.part, Problem: ProblemOverlap, With: a.part}
			}
		}
	}
	return nil
}
