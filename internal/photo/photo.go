// Package photo reads the QR codes on a photograph: those of a test sheet, the
// first and the last stamp of a roll. It is the only package of the program that
// uses gozxing.
package photo

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/multi/qrcode"
	single "github.com/makiuchi-d/gozxing/qrcode"
	"github.com/makiuchi-d/gozxing/qrcode/detector"

	"temgoc/internal/upload"
)

// An Error refuses a file, in both languages.
type Error = upload.Error

// Limits of what is read.
const (
	MaxCodes = 100  // on one photograph; what is beyond is left out
	maxSide  = 3200 // pixels; larger photographs are scaled down
	maxText  = 1000 // bytes; longer texts are left out
)

// A Code is a QR code on a photograph.
type Code struct {
	Text string
	X, Y int // about its middle, in millionths of the photograph's width and height
}

// Codes reads the QR codes on a JPEG or PNG, each text once. Codes that are out
// of focus, bent or small may be missed: none found is no error. A file that is
// no photograph is an [*Error].
//
// The photograph is looked at in tiles that overlap, coarsely first and then
// finer; what was read is painted over, so that its neighbours are seen.
func Codes(ctx context.Context, name string, content []byte) ([]Code, error) {
	gray, err := upload.Gray(name, content, maxSide)
	if err != nil {
		return nil, err
	}
	s := search{picture: gray, known: map[string]bool{}}
	for tile := max(gray.Rect.Dx(), gray.Rect.Dy()); ; tile /= 2 {
		if err := s.tiles(ctx, tile); err != nil {
			return nil, err
		}
		if tile < 2*sight || len(s.codes) >= MaxCodes {
			return s.codes, nil
		}
	}
}

// sight is how many pixels on a side the reader looks at; larger tiles are
// scaled down to it.
const sight = 800

// A search is a photograph being read.
type search struct {
	picture *image.Gray
	known   map[string]bool
	codes   []Code
}

// tiles looks at each tile of a size; each overlaps half of its neighbours.
func (s *search) tiles(ctx context.Context, size int) error {
	area := s.picture.Rect
	for y := 0; ; y += size / 2 {
		for x := 0; ; x += size / 2 {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("photo: %w", err)
			}
			s.look(image.Rect(x, y, x+size, y+size).Intersect(area))
			if x+size >= area.Dx() || len(s.codes) >= MaxCodes {
				break
			}
		}
		if y+size >= area.Dy() || len(s.codes) >= MaxCodes {
			return nil
		}
	}
}

// look reads a tile until nothing more is found in it.
func (s *search) look(tile image.Rectangle) {
	k := max(1, (max(tile.Dx(), tile.Dy())+sight-1)/sight)
	for range 4 {
		found := read(smaller(s.picture, tile, k))
		if len(found) == 0 {
			return
		}
		for _, f := range found {
			s.keep(f, tile.Min, k)
		}
	}
}

// keep notes a code and paints it over.
func (s *search) keep(f reading, corner image.Point, k int) {
	area := image.Rectangle{Min: f.area.Min.Mul(k).Add(corner), Max: f.area.Max.Mul(k).Add(corner)}
	draw.Draw(s.picture, area, image.White, image.Point{}, draw.Src)
	if s.known[f.text] || len(s.codes) >= MaxCodes || len(f.text) > maxText {
		return
	}
	s.known[f.text] = true
	middle := area.Min.Add(area.Max).Div(2)
	s.codes = append(s.codes, Code{Text: f.text,
		X: clamp(middle.X * 1_000_000 / s.picture.Rect.Dx()), Y: clamp(middle.Y * 1_000_000 / s.picture.Rect.Dy())})
}

func clamp(millionths int) int { return min(max(millionths, 0), 1_000_000) }

// smaller copies a tile with squares of k by k pixels averaged into one.
func smaller(picture *image.Gray, tile image.Rectangle, k int) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, tile.Dx()/k, tile.Dy()/k))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sum := 0
			for dy := range k {
				at := picture.PixOffset(tile.Min.X+x*k, tile.Min.Y+y*k+dy)
				for _, v := range picture.Pix[at : at+k] {
					sum += int(v)
				}
			}
			out.SetGray(x, y, color.Gray{Y: uint8(sum / (k * k))})
		}
	}
	return out
}

// A reading is a code in a tile and the area that it covers there.
type reading struct {
	text string
	area image.Rectangle
}

// leastTile is the side of the smallest picture that can hold a code.
const leastTile = 21

// read finds codes in a picture of a bounded size.
func read(picture *image.Gray) []reading {
	if picture.Rect.Dx() < leastTile || picture.Rect.Dy() < leastTile {
		return nil
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		return nil
	}
	bits, err := bitmap.GetBlackMatrix()
	if err != nil || !plausible(bits) {
		return nil
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	found, err := qrcode.NewQRCodeMultiReader().DecodeMultiple(bitmap, hints)
	if err != nil || len(found) == 0 {
		one, err := single.NewQRCodeReader().Decode(bitmap, hints)
		if err != nil {
			return nil
		}
		found = []*gozxing.Result{one}
	}
	var all []reading
	for _, r := range found {
		all = append(all, reading{r.GetText(), around(r.GetResultPoints())})
	}
	return all
}

// around is what a code covers whose finder patterns have these middles: they
// are 3.5 modules from its edges, and at least 14 from each other.
func around(points []gozxing.ResultPoint) image.Rectangle {
	var area image.Rectangle
	for i, p := range points {
		at := image.Rect(int(p.GetX()), int(p.GetY()), int(p.GetX())+1, int(p.GetY())+1)
		if i == 0 {
			area = at
		}
		area = area.Union(at)
	}
	return area.Inset(-max(area.Dx(), area.Dy()) / 4)
}

// maxCrossings bounds the lines that look like one across a finder pattern. The
// reader compares all triples of finder patterns, which takes for ever in a
// picture made of them; a tile with ten codes has a few hundred such lines.
const maxCrossings = 1200

// plausible tells whether there can be a code in a picture, and not so many that
// looking for them takes for ever.
func plausible(bits *gozxing.BitMatrix) bool {
	crossings := 0
	for y := range bits.GetHeight() {
		crossings += crossingsOf(bits, y)
	}
	return crossings >= 3 && crossings <= maxCrossings
}

// crossingsOf counts, in one row, runs of black and white as across a finder
// pattern: 1 : 1 : 3 : 1 : 1.
func crossingsOf(bits *gozxing.BitMatrix, y int) int {
	var runs [5]int // the last five, ending with a black one
	count, black := 0, false
	for x := range bits.GetWidth() + 1 {
		is := x < bits.GetWidth() && bits.Get(x, y)
		if is != black {
			if black && detector.FinderPatternFinder_foundPatternCross(runs[:]) {
				count++
			}
			copy(runs[:], runs[1:])
			runs[4], black = 0, is
		}
		runs[4]++
	}
	return count
}
