package e2e

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// A picture stands in the guides: a kind of page as a role sees it, at the
// width of a phone or of an office screen.
type picture struct {
	file, role, kind string
	width            int64
}

// pictures are taken on the walk through the console. Those of pages that
// follow on a form are taken where the form is filled in, see person.picture.
var pictures = []picture{
	{"chu-the-viec-can-lam", "producer", "/console/chu-the", phoneWidth},
}

// keepPicture takes the pictures for which the page was chosen.
func (c *crawler) keepPicture(kind string, width int64) {
	c.t.Helper()
	for _, p := range pictures {
		if p.role == c.role && p.kind == kind && p.width == width {
			takePicture(c.t, c.ctx, p.file, width)
		}
	}
}

// picture takes a picture of what the person sees, at this width only.
func (p *person) picture(file string, width int64) *person {
	p.t.Helper()
	if run(p.t, p.ctx, chromedp.Evaluate[int64](`innerWidth`)) == width {
		takePicture(p.t, p.ctx, file, width)
	}
	return p
}

// maxPicture bounds a picture in the repository, in bytes.
const maxPicture = 120 << 10

// takePicture writes what the window shows, when the tests are asked to update
// the pictures.
func takePicture(t *testing.T, ctx context.Context, file string, width int64) {
	t.Helper()
	if !*update {
		return
	}
	height := int64(844)
	if width == officeWidth {
		height = 800
	}
	run(t, ctx, chromedp.EmulateViewport(width, height))
	shot, err := png.Decode(bytes.NewReader(run(t, ctx, chromedp.CaptureScreenshot())))
	if err != nil {
		t.Fatal(err)
	}
	var small bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, paletted(shot)); err != nil {
		t.Fatal(err)
	}
	if small.Len() > maxPicture {
		t.Errorf("%s.png has %d bytes, more than %d", file, small.Len(), maxPicture)
	}
	if err := os.WriteFile(filepath.Join("..", "..", "..", "docs", "images", "console", file+".png"), small.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
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
