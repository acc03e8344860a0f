package labels

import (
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"

	"golang.org/x/image/font/sfnt"

	"temgoc/labels/qr"
)

// WriteSVG writes one stamp as an SVG picture of the given size in
// millimetres. Letters are drawn as outlines, so the picture needs no font;
// its text is in the title element for those who cannot see it.
func WriteSVG(w io.Writer, s Stamp, widthMM, heightMM float64) error {
	return (*Template)(nil).WriteSVG(w, s, widthMM, heightMM)
}

// writeSVG draws the design at the given size.
func (d *design) writeSVG(w io.Writer, widthMM, heightMM float64) error {
	b := openSVG(widthMM, heightMM, float64(d.width), float64(d.height), d.caption())
	b, err := appendOutlines(b, d.texts)
	if err != nil {
		return err
	}
	b = fmt.Appendf(b, "<g transform=\"translate(%d %d) scale(%d)\">\n", d.x, d.y, d.module)
	b = appendModules(b, d.symbol, 0)
	b = appendBlack(b, d)
	for _, t := range d.texts {
		b = appendText(b, t)
	}
	b = append(b, "</svg>\n"...)
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("labels: write SVG: %w", err)
	}
	return nil
}

// WriteSymbolSVG writes a symbol with its quiet zone as an SVG picture whose
// modules are the given number of millimetres wide, 0.1 to 100.
func WriteSymbolSVG(w io.Writer, m *qr.Matrix, module float64) error {
	if !(module >= 0.1 && module <= 100) {
		return &ValueError{FieldModule, "must be 0.1 to 100 mm"}
	}
	modules := float64(m.Size() + 2*quietZone)
	b := openSVG(modules*module, modules*module, modules, modules, "QR")
	b = append(b, "<g>\n"...)
	b = appendModules(b, m, quietZone)
	b = append(b, "</svg>\n"...)
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("labels: write SVG: %w", err)
	}
	return nil
}

// caption returns the text of the stamp, the short code first.
func (d *design) caption() string {
	var lines []string
	for _, t := range d.texts {
		lines = append(lines, t.String())
	}
	return strings.Join(lines, " ")
}

func (t text) String() string {
	runes := make([]rune, len(t.glyphs))
	for i, g := range t.glyphs {
		runes[i] = g.r
	}
	return string(runes)
}

// openSVG begins a picture on white, with the size in millimetres and in user
// units.
func openSVG(widthMM, heightMM, width, height float64, title string) []byte {
	return fmt.Appendf(nil, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "+
		"width=\"%.6gmm\" height=\"%.6gmm\" viewBox=\"0 0 %.6g %.6g\">\n"+
		"<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
		widthMM, heightMM, width, height, html.EscapeString(title))
}

// appendModules draws the symbol as one path, one unit a module, and closes
// the group it is in. Edges are left sharp: smoothed, they would show seams.
func appendModules(b []byte, m *qr.Matrix, offset int) []byte {
	b = append(b, `<path shape-rendering="crispEdges" d="`...)
	for s := range m.Runs() {
		b = fmt.Appendf(b, "M%d %dh%dv1h-%dz", s.X+offset, s.Y+offset, s.N, s.N)
	}
	return append(b, "\"/>\n</g>\n"...)
}

// glyphID names the outline of a glyph. The same name always stands for the
// same outline, so several pictures can be put into one page.
func glyphID(f *face, id uint16) string {
	weight := "r"
	if f == bold() {
		weight = "b"
	}
	return "g" + weight + strconv.Itoa(int(id))
}

// appendOutlines defines each glyph of the texts once.
func appendOutlines(b []byte, texts []text) ([]byte, error) {
	b = append(b, "<defs>\n"...)
	defined := make(map[string]bool)
	for _, t := range texts {
		for _, g := range t.glyphs {
			id := glyphID(t.face, g.id)
			if defined[id] || g.top == g.bottom {
				continue
			}
			defined[id] = true
			segments, err := t.face.segments(g.id)
			if err != nil {
				return nil, err
			}
			b = fmt.Appendf(b, "<path id=\"%s\" d=\"", id)
			b = appendSegments(b, segments)
			b = append(b, "\"/>\n"...)
		}
	}
	return append(b, "</defs>\n"...), nil
}

// appendSegments writes an outline in font units.
func appendSegments(b []byte, segments sfnt.Segments) []byte {
	for i, s := range segments {
		op, points := byte('M'), 1
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				b = append(b, 'z')
			}
		case sfnt.SegmentOpLineTo:
			op = 'L'
		case sfnt.SegmentOpQuadTo:
			op, points = 'Q', 2
		case sfnt.SegmentOpCubeTo:
			op, points = 'C', 3
		}
		b = append(b, op)
		for j, p := range s.Args[:points] {
			if j > 0 {
				b = append(b, ' ')
			}
			b = fmt.Appendf(b, "%d %d", p.X.Round(), p.Y.Round())
		}
	}
	return append(b, 'z')
}

// appendText places the outlines of one line.
func appendText(b []byte, t text) []byte {
	scale := float64(t.size) / unitsPerEm
	b = fmt.Appendf(b, "<g transform=\"translate(%d %d) scale(%.6g)\">", t.x, t.y, scale)
	x := 0
	for _, g := range t.glyphs {
		if g.top != g.bottom {
			b = fmt.Appendf(b, "<use href=\"#%s\" x=\"%d\"/>", glyphID(t.face, g.id), x)
		}
		x += g.advance
	}
	return append(b, "</g>\n"...)
}
