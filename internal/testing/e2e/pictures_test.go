package e2e

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"

	"github.com/chromedp/chromedp"
)

// A picture in the repository has at most so many bytes, and of an office
// screen so many lines.
const (
	maxPicture   = 120 << 10
	officeHeight = 800
)

// top scrolls up, from wherever the last input was.
func (p *person) top() *person { return p.scroll("body") }

// scroll brings what a selector finds to the top of the window.
func (p *person) scroll(selector string) *person {
	p.t.Helper()
	run(p.t, p.ctx, chromedp.Evaluate[any](`document.querySelector(`+js(selector)+`).scrollIntoView(), 0`))
	return p
}

// picture writes what the window shows for the guides, when the tests are asked
// to update the pictures.
func (p *person) picture(file string) *person {
	p.t.Helper()
	if !*update {
		return p
	}
	width, height := run(p.t, p.ctx, chromedp.Evaluate[int64](`innerWidth`)), int64(844)
	if width == officeWidth {
		height = officeHeight
	}
	run(p.t, p.ctx, chromedp.EmulateViewport(width, height))
	run(p.t, p.ctx, chromedp.Evaluate[any](`document.activeElement?.blur(), 0`))
	shot, err := png.Decode(bytes.NewReader(run(p.t, p.ctx, chromedp.CaptureScreenshot())))
	if err != nil {
		p.t.Fatal(err)
	}
	var small bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, paletted(shot)); err != nil {
		p.t.Fatal(err)
	}
	if small.Len() > maxPicture {
		p.t.Errorf("%s.png has %d bytes, more than %d", file, small.Len(), maxPicture)
	}
	if err := os.WriteFile(filepath.Join("..", "..", "..", "docs", "images", "console", file+".png"), small.Bytes(), 0o644); err != nil {
		p.t.Fatal(err)
	}
	return p
}

// paletted is the picture in the 256 colours that most of it has: pages have
// few but for photos.
func paletted(from image.Image) *image.Paletted {
	counts := map[color.RGBA]int{}
	bounds := from.Bounds()
	each := func(do func(x, y int, c color.RGBA)) {
		for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
			for x := bounds.Min.X; x < bounds.Max.X; x++ {
				do(x, y, color.RGBAModel.Convert(from.At(x, y)).(color.RGBA))
			}
		}
	}
	each(func(_, _ int, c color.RGBA) { counts[c]++ })
	colours := make([]color.RGBA, 0, len(counts))
	for c := range counts {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.RGBA) int {
		return cmp.Or(counts[b]-counts[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	var palette color.Palette
	for _, c := range spread(colours) {
		palette = append(palette, c)
	}
	out := image.NewPaletted(bounds, palette)
	nearest := map[color.RGBA]uint8{}
	each(func(x, y int, c color.RGBA) {
		index, known := nearest[c]
		if !known {
			index = uint8(palette.Index(c))
			nearest[c] = index
		}
		out.SetColorIndex(x, y, index)
	})
	return out
}

// spread picks at most 256 of the colours, the frequent ones first, and leaves
// out those that lie close to one that it has, so that a photo gets its share.
func spread(colours []color.RGBA) []color.RGBA {
	const size, close = 256, 12
	near := func(a, b color.RGBA) bool {
		r, g, bl := int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B)
		return r*r+g*g+bl*bl < close*close
	}
	var out []color.RGBA
	for i, c := range colours {
		if len(out) == size {
			break
		}
		if i < size/4 || !slices.ContainsFunc(out, func(o color.RGBA) bool { return near(o, c) }) {
			out = append(out, c)
		}
	}
	return out
}
