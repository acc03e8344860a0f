package labels

import (
	"bytes"
	"fmt"
	"strconv"
	"sync"

	"github.com/klauspost/compress/zlib"
)

// inset is how much smaller than its modules a run is drawn on each side, in
// dots: 0.04 dots are 1.7 µm. A PDF renderer paints each pixel that a shape
// touches, and rounding of coordinates that lie on the very edge of a pixel
// would make it touch one more. From 8 µm on renderers begin to lose ink.
const inset = "0.04"

// A page is the content stream of one page and the glyphs that it uses.
type page struct {
	content []byte
	used    [2]usage   // of each face
	images  []*stencil // in the order in which they were drawn, each once
}

// usage maps the glyphs used of a face to the character each stands for.
type usage map[uint16]rune

func (u usage) add(id uint16, r rune) {
	if known, ok := u[id]; !ok || r < known {
		u[id] = r
	}
}

// draw sets stamps on the first of the given cells of one page.
func (s Sheet) draw(stamps []Stamp, cells []int, z *compressor) (page, error) {
	p := page{used: [2]usage{{}, {}}, content: make([]byte, 0, 4096*len(stamps))}
	// One unit is a dot from here on, and black is the K plate alone:
	// DeviceGray prints solid where CMYK black would be halftoned.
	p.content = append(p.content, "0.12 0 0 0.12 0 0 cm\n0 g\n"...)
	var last Stamp
	var drawn []byte
	for i, stamp := range stamps {
		if i == 0 || stamp != last {
			d, err := s.lay(stamp)
			if err != nil {
				return page{}, fmt.Errorf("stamp %q: %w", stamp.ShortCode, err)
			}
			drawn, last = p.appendDesign(drawn[:0], d), stamp
		}
		x, y := s.cellOrigin(cells[i])
		left := evenDots(x)
		bottom := evenDots(s.Stock.PageHeight) - evenDots(y) - evenDots(s.Stock.CellHeight)
		p.content = fmt.Appendf(p.content, "q 1 0 0 1 %d %d cm\n", left, bottom)
		p.content = append(p.content, drawn...)
		p.content = append(p.content, "Q\n"...)
	}
	if s.Uncompressed {
		return p, nil
	}
	var err error
	p.content, err = z.deflate(p.content)
	return p, err
}

// appendDesign appends the drawing of one stamp, with the origin in the lower
// left corner of its label. The whole symbol is one path, filled once: of
// rectangles filled one by one, viewers that smooth edges show the seams.
func (p *page) appendDesign(b []byte, d *design) []byte {
	m := d.module
	foot := d.height - d.y - d.symbol.Size()*m
	b = fmt.Appendf(b, "q 1 0 0 1 %d%s %d%s cm\n", d.x, inset[1:], foot, inset[1:])
	for s := range d.symbol.Runs() {
		b = strconv.AppendInt(b, int64(s.X*m), 10)
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64((d.symbol.Size()-1-s.Y)*m), 10)
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64(s.N*m-1), 10)
		b = append(b, ".92 "...)
		b = strconv.AppendInt(b, int64(m-1), 10)
		b = append(b, ".92 re\n"...)
	}
	b = append(b, "f Q\n"...)
	return p.appendArt(b, d)
}

// appendArt appends all of a design but its symbol.
func (p *page) appendArt(b []byte, d *design) []byte {
	b = appendRules(b, d)
	b = p.appendPictures(b, d)
	for _, t := range d.texts {
		number := 0
		if t.face == bold() {
			number = 1
		}
		b = fmt.Appendf(b, "BT /F%d %d Tf %d %d Td <", number, t.size, t.x, d.height-t.y)
		for _, g := range t.glyphs {
			b = fmt.Appendf(b, "%04X", g.id)
			p.used[number].add(g.id, g.r)
		}
		b = append(b, "> Tj ET\n"...)
	}
	return b
}

// compressionLevel is where klauspost's deflate is about as small as the
// standard library's and eight times as fast.
const compressionLevel = 6

// A compressor makes the streams of a file. Its working memory, about a
// megabyte, is used again for the next stream; it may be shared.
type compressor struct{ idle sync.Pool }

func (c *compressor) deflate(data []byte) ([]byte, error) {
	out := bytes.NewBuffer(make([]byte, 0, len(data)/4))
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
