package labels

import (
	"image"
	"math"

	"golang.org/x/image/vector"

	"temgoc/labels/thermal"
)

// A brush draws type in black dots, without grey ones between. Each letter is
// drawn once and kept.
//
// At 203 dpi the smallest letters are 7 dots high and their accents' strokes not
// quite one dot thick. So that they stay whole and alike wherever they stand,
// letters begin on whole dots, their height is stretched to where the x ends on
// a whole dot too, and a dot is black from two fifths of ink on: a stroke of
// four fifths of a dot is then never lost between two dots.
type brush struct {
	scale  float64 // dots of the head to one of the layout
	known  map[glyphKey]*stroke
	raster vector.Rasterizer
}

type glyphKey struct {
	face *face
	size int
	id   uint16
}

// A stroke is a letter in dots, drawn at a distance from its origin.
type stroke struct {
	*thermal.Bitmap
	x, y int
}

// xHeight is the height of the letter x in both fonts, in font units.
const xHeight = 1120

// enoughInk is how much of a dot must be covered to make it black, of 255.
const enoughInk = 102

// draw sets a line of type.
func (b *brush) draw(to *thermal.Bitmap, t text) error {
	unit := b.scale * float64(t.size) / unitsPerEm
	x, y := b.scale*float64(t.x), int(math.Round(b.scale*float64(t.y)))
	for _, g := range t.glyphs {
		if g.top > g.bottom {
			s, err := b.stroke(glyphKey{t.face, t.size, g.id}, unit)
			if err != nil {
				return err
			}
			to.Or(s.Bitmap, int(math.Round(x))+s.x, y+s.y)
		}
		x += unit * float64(g.advance)
	}
	return nil
}

// stroke draws a letter, or finds it.
func (b *brush) stroke(key glyphKey, unit float64) (*stroke, error) {
	if s := b.known[key]; s != nil {
		return s, nil
	}
	segments, err := key.face.segments(key.id)
	if err != nil {
		return nil, err
	}
	tall := math.Max(math.Round(unit*xHeight), 1) / xHeight
	ink := segments.Bounds() // y downwards
	left, top := int(math.Floor(unit*float64(ink.Min.X)/64)), int(math.Floor(tall*float64(ink.Min.Y)/64))
	width, height := int(math.Ceil(unit*float64(ink.Max.X)/64))-left, int(math.Ceil(tall*float64(ink.Max.Y)/64))-top
	b.raster.Reset(width, height)
	pen := pen{raster: &b.raster, x: float64(-left), y: float64(-top), unit: unit / 64, tall: tall / 64}
	pen.draw(segments)
	grey := image.NewAlpha(image.Rect(0, 0, width, height))
	b.raster.Draw(grey, grey.Rect, image.Opaque, image.Point{})
	s := &stroke{thermal.NewBitmap(width, height), left, top}
	for i, covered := range grey.Pix {
		if covered >= enoughInk {
			s.Fill(i%grey.Stride, i/grey.Stride, 1, 1)
		}
	}
	b.known[key] = s
	return s, nil
}
