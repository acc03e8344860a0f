package labels

import (
	"crypto/sha256"
	"fmt"
	"image"
	"image/draw"
	"math"
	"slices"

	"temgoc/labels/thermal"
)

// What a design has besides its symbol and its text, drawn in each format.

// appendRules draws the rules as one path, inset as modules are.
func appendRules(b []byte, d *design) []byte {
	if len(d.rules) == 0 {
		return b
	}
	for _, r := range d.rules {
		b = fmt.Appendf(b, "%d%s %d%s %d.92 %d.92 re\n", r.x, inset[1:], d.height-r.y-r.height, inset[1:], r.width-1, r.height-1)
	}
	return append(b, "f\n"...)
}

// A stencil is a logo as an object of a PDF file.
type stencil struct {
	name string // the same for the same dots
	*thermal.Bitmap
}

// appendPictures draws the logos as stencils of one bit a dot, which a printer
// paints in black like type.
func (f *form) appendPictures(b []byte, d *design) []byte {
	for _, logo := range d.pictures {
		m := logo.logo.at(logo.width, logo.height)
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %x", m.Width, m.Pix))
		name := fmt.Sprintf("L%x", sum[:6])
		if !slices.ContainsFunc(f.images, func(other *stencil) bool { return other.name == name }) {
			f.images = append(f.images, &stencil{name, m})
		}
		b = fmt.Appendf(b, "q %d 0 0 %d %d %d cm /%s Do Q\n", m.Width, m.Height, logo.x, d.height-logo.y-m.Height, name)
	}
	return b
}

// image writes a logo, once a file.
func (d *document) image(m *stencil) {
	if d.objects[m.name] > 0 {
		return
	}
	number := d.number()
	d.objects[m.name] = number
	d.blob(number, fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d\n"+
		"/ImageMask true /BitsPerComponent 1 /Decode [1 0] /Interpolate false ", m.Width, m.Height), m.Pix)
}

// appendBlack draws rules and logos in an SVG picture, with sharp edges.
func appendBlack(b []byte, d *design) []byte {
	if len(d.rules)+len(d.pictures) == 0 {
		return b
	}
	b = append(b, `<path shape-rendering="crispEdges" d="`...)
	for _, r := range d.rules {
		b = fmt.Appendf(b, "M%d %dh%dv%dh-%dz", r.x, r.y, r.width, r.height, r.width)
	}
	for _, p := range d.pictures {
		for s := range blackRuns(p.logo.at(p.width, p.height)) {
			b = fmt.Appendf(b, "M%d %dh%dv1h-%dz", p.x+s.X, p.y+s.Y, s.N, s.N)
		}
	}
	return append(b, "\"/>\n"...)
}

// drawRules fills the rules, each at least a pixel wide and high.
func drawRules(picture *image.Gray, rules []rule, scale float64) {
	pixel := func(dots int) int { return int(math.Round(float64(dots) * scale)) }
	for _, r := range rules {
		left, top := pixel(r.x), pixel(r.y)
		area := image.Rect(left, top, max(pixel(r.x+r.width), left+1), max(pixel(r.y+r.height), top+1))
		draw.Draw(picture, area, image.Black, image.Point{}, draw.Src)
	}
}

// drawPictures draws the logos, scaled to whole pixels.
func drawPictures(picture *image.Gray, pictures []picture, scale float64) {
	pixel := func(dots int) int { return int(math.Round(float64(dots) * scale)) }
	for _, p := range pictures {
		m := p.logo.at(max(pixel(p.width), 1), max(pixel(p.height), 1))
		corner := image.Pt(pixel(p.x), pixel(p.y))
		for s := range blackRuns(m) {
			area := image.Rect(s.X, s.Y, s.X+s.N, s.Y+1).Add(corner)
			draw.Draw(picture, area, image.Black, image.Point{}, draw.Src)
		}
	}
}
