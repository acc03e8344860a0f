package paper

import (
	"image"
	"strings"
	"sync"

	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"
	"github.com/go-fonts/dejavu/dejavuserifcondensed"
	"github.com/go-fonts/dejavu/dejavuserifcondensedbold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// A face is a typeface in one size that remembers the glyphs it has drawn: a
// page has a thousand of them and few different ones. It is safe for use by
// many goroutines.
type face struct {
	leading int

	mu     sync.Mutex
	font   font.Face
	glyphs map[rune]glyph
}

// A glyph is a picture of a character, and where it stands from the pen.
type glyph struct {
	mask    *image.Alpha
	offset  image.Point
	advance fixed.Int26_6
}

// The typefaces by size in dots.
var (
	serif     = sized(dejavuserifcondensed.TTF)
	serifBold = sized(dejavuserifcondensedbold.TTF)
	sans      = sized(dejavusanscondensed.TTF)
	sansBold  = sized(dejavusanscondensedbold.TTF)
)

// sized gives the faces of a typeface, each made once.
func sized(ttf []byte) func(int) *face {
	parsed := sync.OnceValue(func() *opentype.Font {
		f, err := opentype.Parse(ttf)
		if err != nil {
			panic(err) // the typeface is part of the program
		}
		return f
	})
	var made sync.Map
	return func(size int) *face {
		if f, ok := made.Load(size); ok {
			return f.(*face)
		}
		// 72 dots to the inch make a point a dot.
		f, err := opentype.NewFace(parsed(), &opentype.FaceOptions{Size: float64(size), DPI: 72})
		if err != nil {
			panic(err)
		}
		kept, _ := made.LoadOrStore(size, &face{leading: size * 13 / 10, font: f, glyphs: map[rune]glyph{}})
		return kept.(*face)
	}
}

func (f *face) glyph(r rune) glyph {
	f.mu.Lock()
	defer f.mu.Unlock()
	if g, ok := f.glyphs[r]; ok {
		return g
	}
	where, mask, at, advance, _ := f.font.Glyph(fixed.Point26_6{}, r)
	g := glyph{mask: image.NewAlpha(image.Rect(0, 0, where.Dx(), where.Dy())), offset: where.Min, advance: advance}
	for y := range where.Dy() {
		for x := range where.Dx() {
			_, _, _, a := mask.At(at.X+x, at.Y+y).RGBA()
			g.mask.Pix[g.mask.PixOffset(x, y)] = uint8(a >> 8)
		}
	}
	f.glyphs[r] = g
	return g
}

// width is how many dots text is wide.
func (f *face) width(text string) int {
	var w fixed.Int26_6
	for _, r := range text {
		w += f.glyph(r).advance
	}
	return w.Ceil()
}

// draw writes a line whose first character stands at (x, y).
func (f *face) draw(page *image.Gray, text string, x, y int) {
	pen := fixed.I(x)
	for _, r := range text {
		g := f.glyph(r)
		g.draw(page, pen.Round(), y)
		pen += g.advance
	}
}

func (g glyph) draw(page *image.Gray, x, y int) {
	origin := image.Pt(x, y).Add(g.offset)
	visible := g.mask.Rect.Add(origin).Intersect(page.Rect)
	for py := visible.Min.Y; py < visible.Max.Y; py++ {
		for px := visible.Min.X; px < visible.Max.X; px++ {
			a := int(g.mask.Pix[g.mask.PixOffset(px-origin.X, py-origin.Y)])
			i := page.PixOffset(px, py)
			page.Pix[i] = uint8((int(page.Pix[i])*(255-a) + int(ink.Y)*a) / 255)
		}
	}
}

// wrap breaks text between words into lines of at most limit dots; a longer
// word stands alone.
func (f *face) wrap(text string, limit int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if n := len(lines); n > 0 && f.width(lines[n-1]+" "+word) <= limit {
			lines[n-1] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}
