package labels

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"temgoc/labels/qr"
)

// A press sets stamps on labels of one size. The stamps of a run differ in
// their payload and short code only, so what they have in common is laid out
// once and kept. It may be shared.
//
// The layout does not depend on which code is the first: it is that of a code
// with the same hyphens and characters of usual width. Stamp 500 of an order
// looks the same whether it is printed alone or behind 499 others.
type press struct {
	template      *Template
	width, height float64 // of the label, in mm
	minModule     float64 // in mm
	last          atomic.Pointer[art]

	mu     sync.Mutex
	series map[stem]*qr.Series // of stamps that differ in more than their codes
}

// A stem is what the symbols of a series have in common.
type stem struct {
	prefix        string
	tail, version int
}

// maxSeries is how many series a press keeps.
const maxSeries = 32

// An art is what the stamps of a run have in common. It never changes.
type art struct {
	first  Stamp  // with which it was laid out, as it was given
	prefix int    // how much of the payload all have in common
	single bool   // no other stamp fits it
	design design // of the first stamp's pattern
	series *qr.Series
	form   func() *form // for PDF files
}

// A setting is a stamp set by an art. One is used again for the next stamp.
type setting struct {
	symbol *qr.Matrix
	code   []text // the lines of the short code
	glyphs []glyph
	made   qr.Matrix
}

// lay returns the whole design of a stamp.
func (p *press) lay(s Stamp) (*design, error) {
	var t setting
	a, err := p.set(&t, s)
	if err != nil {
		return nil, err
	}
	d := a.design
	d.symbol = t.symbol
	d.texts = slices.Clone(d.texts)
	for i, line := range d.code {
		d.texts[line.text] = t.code[i]
	}
	return &d, nil
}

// set sets a stamp with the art of the stamp before, where it has that.
func (p *press) set(t *setting, s Stamp) (*art, error) {
	if a := p.last.Load(); a != nil && a.has(s) && a.set(t, s) == nil {
		return a, nil
	}
	a, err := p.prepare(s)
	if err != nil {
		return nil, err
	}
	if !a.single {
		p.last.Store(a)
	}
	return a, a.set(t, s)
}

// prepare lays out what the stamp has in common with others of its run. Where
// that does not do for its own code, because the code is unusually wide, it is
// laid out alone.
func (p *press) prepare(s Stamp) (*art, error) {
	a := &art{first: s, prefix: len(s.Payload)}
	a.form = sync.OnceValue(func() *form { return newForm(&a.design) })
	if code := strings.ReplaceAll(s.ShortCode, "-", ""); code != "" && strings.HasSuffix(s.Payload, code) {
		a.prefix -= len(code)
	}
	pattern := s
	pattern.ShortCode = patternOf(s.ShortCode, p.template)
	pattern.Payload = s.Payload[:a.prefix] + strings.Repeat("A", len(s.Payload)-a.prefix)
	if p.lays(a, pattern) == nil && a.set(new(setting), s) == nil {
		return a, nil
	}
	a.single = true
	pattern.ShortCode = s.ShortCode
	if p.lays(a, pattern) != nil {
		a.prefix = len(s.Payload) // the payload has letters that a series cannot have
		if err := p.lays(a, s); err != nil {
			return nil, err
		}
	}
	a.design.code = nil // it stays as it is
	return a, a.set(new(setting), s)
}

// lays sets the art's design, and its series where payloads differ.
func (p *press) lays(a *art, pattern Stamp) error {
	d, err := p.template.arrange(pattern, p.width, p.height, p.minModule)
	if err != nil {
		return err
	}
	a.design, a.series = *d, nil
	if tail := len(pattern.Payload) - a.prefix; tail > 0 {
		a.series, err = p.seriesOf(stem{pattern.Payload[:a.prefix], tail, d.symbol.Version()})
	}
	return err
}

// seriesOf makes a series, or finds it.
func (p *press) seriesOf(r stem) (*qr.Series, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.series[r]; s != nil {
		return s, nil
	}
	s, err := qr.NewSeries(r.prefix, r.tail, qr.Options{MaxVersion: r.version})
	if err != nil {
		return nil, err
	}
	if p.series == nil || len(p.series) >= maxSeries {
		p.series = map[stem]*qr.Series{}
	}
	p.series[r] = s
	return s, nil
}

// has tells whether a stamp differs from the first only in what may differ. A
// stamp whose code turns out to be too wide is found by set.
func (a *art) has(s Stamp) bool {
	if a.single {
		return s == a.first
	}
	if !alike(s.ShortCode, a.first.ShortCode) || len(s.Payload) != len(a.first.Payload) || s.Payload[:a.prefix] != a.first.Payload[:a.prefix] {
		return false
	}
	s.Payload, s.ShortCode = a.first.Payload, a.first.ShortCode
	return s == a.first
}

// varies tells which characters of a short code differ within a run.
func varies(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' }

// alike tells whether two short codes have the same pattern.
func alike(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i] != b[i] && !(varies(a[i]) && varies(b[i])) {
			return false
		}
	}
	return true
}

// patternOf replaces the characters of a short code by those for which it is
// laid out: the deepest one, then wide ones, so that nearly every code fits
// without a change of its size. The automatic layout, which is tight, takes
// those of usual width, and makes wider codes a little smaller.
func patternOf(code string, t *Template) string {
	const deepest, wide, usual = 'J', 'Q', '0'
	rest := byte(wide)
	if t == nil {
		rest = usual
	}
	pattern := []byte(code)
	next := byte(deepest)
	for i, c := range pattern {
		if varies(c) {
			pattern[i], next = next, rest
		}
	}
	return string(pattern)
}

// set sets the symbol and the short code of a stamp that has the art. It fails
// when the code is too wide for its room.
func (a *art) set(t *setting, s Stamp) error {
	t.symbol = a.design.symbol
	if a.series != nil {
		if err := a.series.Symbol(&t.made, s.Payload); err != nil {
			return err
		}
		t.symbol = &t.made
	}
	t.code, t.glyphs = t.code[:0], t.glyphs[:0]
	code, err := plain(s.ShortCode)
	if err != nil {
		return err
	}
	for _, line := range a.design.code {
		model := a.design.texts[line.text]
		begin := len(t.glyphs)
		if t.glyphs, err = model.face.appendGlyphs(t.glyphs, FieldShortCode, code); err != nil {
			return err
		}
		set, ok := line.set(model, t.glyphs[begin:])
		if !ok {
			return &FitError{Field: FieldShortCode, Text: code, Lines: len(a.design.code)}
		}
		t.code = append(t.code, set)
	}
	return nil
}

// plain returns a short code normalised, which one of letters, digits and
// hyphens is already.
func plain(code string) (string, error) {
	for i := range len(code) {
		if !varies(code[i]) && code[i] != '-' {
			return normalise(FieldShortCode, code)
		}
	}
	return code, nil
}

// A codeLine is a line of the short code in a design, and the room in which
// another code may stand there.
type codeLine struct {
	text        int // which of the design's
	from, to    int // of the characters of the code
	left, right int
	align       float64 // share of what is left free that is before it
}

// set sets the line of another code like the model, smaller where it is wider
// than the room. It reports false when it is too wide, or reaches further up or
// down.
func (l codeLine) set(model text, code []glyph) (text, bool) {
	if l.to > len(code) {
		return text{}, false
	}
	glyphs := code[l.from:l.to]
	room, wide := l.right-l.left, width(glyphs)
	if wide*model.size > room*unitsPerEm {
		model.size = room * unitsPerEm / wide
	}
	lowest, highest := extent(model.glyphs)
	bottom, top := extent(glyphs)
	if model.size < model.smallest || bottom < lowest || top > max(highest, codeRise) {
		return text{}, false
	}
	model.glyphs = glyphs
	model.x = l.left + int(float64(room-dots(wide, model.size))*l.align)
	return model, true
}

// isCode tells whether a text of the design is a line of the short code.
func (d *design) isCode(text int) bool {
	return slices.ContainsFunc(d.code, func(line codeLine) bool { return line.text == text })
}
