package labels

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/zlib"

	"temgoc/labels/qr"
)

// inset is how much smaller a rule is drawn on each side, in dots: 0.04 dots are
// 1.7 µm. A PDF renderer paints each pixel that a shape
// touches, and rounding of coordinates that lie on the very edge of a pixel
// would make it touch one more. From 8 µm on renderers begin to lose ink.
const inset = "0.04"

// A page is the content stream of one page and what it uses.
type page struct {
	content []byte
	used    [2]usage // of each face, for short codes
	forms   []*form  // in the order in which they were drawn, each once
}

// usage maps the glyphs used of a face to the character each stands for.
type usage map[uint16]rune

func (u usage) add(id uint16, r rune) {
	if known, ok := u[id]; !ok || r < known {
		u[id] = r
	}
}

// addAll adds what others use.
func (u usage) addAll(others usage) {
	for id, r := range others {
		u.add(id, r)
	}
}

// pageSetting begins a page. One unit is a dot from there on, and black is the
// K plate alone: DeviceGray prints solid where CMYK black would be halftoned.
const pageSetting = "0.12 0 0 0.12 0 0 cm\n0 g\n"

// draw sets stamps on the first of the given cells of one page.
func (s Sheet) draw(p *press, stamps []Stamp, cells []int, z *compressor) (page, error) {
	drawn := page{used: [2]usage{{}, {}}, content: z.buffer()}
	drawn.content = append(drawn.content, pageSetting...)
	if s.Profile != Office {
		drawn.content = append(drawn.content, "/"+cropMarks+" Do\n"...)
	}
	var set setting
	for i, stamp := range stamps {
		a, err := p.set(&set, stamp)
		if err != nil {
			return page{}, fmt.Errorf("stamp %q: %w", stamp.ShortCode, err)
		}
		x, y := s.cellOrigin(cells[i])
		drawn.addStamp(a, &set, evenDots(x), s.bottom(y))
	}
	if s.Uncompressed {
		return drawn, nil
	}
	content, err := z.deflate(drawn.content)
	z.reuse(drawn.content)
	drawn.content = content
	return drawn, err
}

// addStamp draws a stamp on the label with that lower left corner.
func (p *page) addStamp(a *art, set *setting, left, bottom int) {
	d, f := &a.design, a.form()
	p.content = appendShift(append(p.content, "q "...), left, bottom)
	for _, line := range set.code {
		p.content = appendLine(p.content, line, d.height)
		for _, g := range line.glyphs {
			p.used[line.face.number()].add(g.id, g.r)
		}
	}
	p.addForm(f)
	p.content = append(p.content, f.modules.origin...)
	p.content = append(f.modules.appendPath(p.content, set.symbol), "Q\n"...)
}

// addForm draws a form where the origin is.
func (p *page) addForm(f *form) {
	if len(f.content) == 0 {
		return
	}
	if !slices.Contains(p.forms, f) {
		p.forms = append(p.forms, f)
	}
	p.content = append(append(append(p.content, '/'), f.name...), " Do\n"...)
}

// appendShift moves the origin.
func appendShift(b []byte, x, y int) []byte {
	b = append(b, "1 0 0 1 "...)
	b = strconv.AppendInt(b, int64(x), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(y), 10)
	return append(b, " cm\n"...)
}

// appendLine writes a line of type on a label of that height.
func appendLine(b []byte, t text, height int) []byte {
	b = append(b, "BT /F"...)
	b = strconv.AppendInt(b, int64(t.face.number()), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(t.size), 10)
	b = append(b, " Tf "...)
	b = strconv.AppendInt(b, int64(t.x), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(height-t.y), 10)
	b = append(b, " Td <"...)
	for _, g := range t.glyphs {
		b = hex.AppendEncode(b, []byte{byte(g.id >> 8), byte(g.id)})
	}
	return append(b, "> Tj ET\n"...)
}

// A form is what the stamps of a run have in common, as one object of the file
// to which each label refers, and the numbers of the paths of their symbols.
type form struct {
	name    string // the same for the same content
	width   int    // of the label, in dots
	height  int
	content []byte
	used    [2]usage
	images  []*stencil
	modules *modules // nil for a page without symbols
}

func newForm(d *design) *form {
	f := &form{width: d.width, height: d.height, used: [2]usage{{}, {}}}
	if d.symbol != nil {
		f.modules = newModules(d)
	}
	b := appendRules(nil, d)
	b = f.appendPictures(b, d)
	for i, t := range d.texts {
		if d.isCode(i) {
			continue
		}
		b = appendLine(b, t, d.height)
		for _, g := range t.glyphs {
			f.used[t.face.number()].add(g.id, g.r)
		}
	}
	sum := sha256.Sum256(b)
	f.name, f.content = fmt.Sprintf("A%x", sum[:6]), b
	return f
}

// modules are what the path of a symbol is written with. One unit is a module
// there, which makes the numbers short, and each number is written out once.
type modules struct {
	origin          []byte   // moves to the symbol's lower left corner
	starts          [][]byte // of a column or row
	widths, heights [][]byte // of so many modules
}

// newModules writes the numbers of the symbols of a design. Rectangles are
// drawn a little smaller on each side than the modules they cover, between 1.5
// and 3.4 µm: see inset. It is a round part of a module, since each digit counts
// in a file of a million stamps.
func newModules(d *design) *modules {
	gap := 10 // thousandths of a module that a rectangle is smaller
	switch {
	case d.module > 40:
		gap = 2
	case d.module > 16:
		gap = 4
	}
	size, inset := d.symbol.Size(), float64(d.module*gap)/2000
	m := &modules{origin: fmt.Appendf(nil, "%d 0 0 %d %.6g %.6g cm\n", d.module, d.module,
		float64(d.x)+inset, float64(d.height-d.y-size*d.module)+inset)}
	for i := range size + 1 {
		m.starts = append(m.starts, fmt.Appendf(nil, "%d ", i))
		length := strings.TrimPrefix(fmt.Sprintf("%.6g", float64(i)-float64(gap)/1000), "0")
		m.widths = append(m.widths, []byte(length+" "))
		m.heights = append(m.heights, []byte(length+" re\n"))
	}
	return m
}

// appendPath fills a symbol, seen from its lower left corner: a rectangle for
// each run of dark modules and those just like it below. The whole symbol is one
// path, filled once: of rectangles filled one by one, viewers that smooth edges
// show the seams.
func (m *modules) appendPath(b []byte, symbol *qr.Matrix) []byte {
	size := symbol.Size()
	var drawn [17 + 4*qr.MaxVersion]uint64 // by rectangles that began above
	for y := range size {
		row := symbol.Row(y) &^ drawn[y]
		for row != 0 {
			x := bits.TrailingZeros64(row)
			n := bits.TrailingZeros64(^(row >> x))
			run := uint64(1<<n-1) << x
			row &^= run
			high := 1
			for ; y+high < size && symbol.Row(y+high)&(run|run<<1|run>>1) == run; high++ {
				drawn[y+high] |= run
			}
			b = append(b, m.starts[x]...)
			b = append(b, m.starts[size-y-high]...)
			b = append(b, m.widths[n]...)
			b = append(b, m.heights[high]...)
		}
	}
	return append(b, "f "...)
}

// compressionLevel is where klauspost's deflate is about as small as the
// standard library's and eight times as fast.
const compressionLevel = 6

// A compressor makes the streams of a file. Its working memory, about a
// megabyte, is used again for the next stream, and so are the buffers of pages;
// it may be shared.
type compressor struct{ idle, buffers sync.Pool }

// buffer returns an empty buffer.
func (c *compressor) buffer() []byte {
	if b, ok := c.buffers.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return nil
}

// reuse takes a buffer back.
func (c *compressor) reuse(b []byte) { c.buffers.Put(&b) }

func (c *compressor) deflate(data []byte) ([]byte, error) {
	out := bytes.NewBuffer(c.buffer())
	z, ok := c.idle.Get().(*zlib.Writer)
	if ok {
		z.Reset(out)
	} else {
		var err error
		if z, err = zlib.NewWriterLevel(out, compressionLevel); err != nil {
			return nil, fmt.Errorf("labels: compress: %w", err)
		}
	}
	defer c.idle.Put(z)
	if _, err := z.Write(data); err != nil {
		return nil, fmt.Errorf("labels: compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("labels: compress: %w", err)
	}
	return out.Bytes(), nil
}
