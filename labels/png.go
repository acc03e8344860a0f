package labels

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/vector"

	"temgoc/labels/qr"
)

// Bounds of the resolution of a picture, and the least pixels a module may
// have: with fewer, phones stop reading it from a screen or a print.
const (
	MinDPI = 150
	MaxDPI = 1200

	minModulePixels = 3
)

// WritePNG writes one stamp as a grey PNG picture of the given size in
// millimetres, at dpi pixels to the inch. Every module is the same whole
// number of pixels wide, at most as wide as on a sheet.
func WritePNG(w io.Writer, s Stamp, widthMM, heightMM float64, dpi int) error {
	return (*Template)(nil).WritePNG(w, s, widthMM, heightMM, dpi)
}

// writePNG draws the design at dpi pixels to the inch.
func (d *design) writePNG(w io.Writer, dpi int) error {
	scale := float64(dpi) / dotsPerInch
	module := int(float64(d.module) * scale)
	if module < minModulePixels {
		return &ValueError{FieldDPI, fmt.Sprintf("must be at least %d for this stamp",
			(minModulePixels*dotsPerInch+d.module-1)/d.module)}
	}
	pixels := func(dots int) int { return int(math.Round(float64(dots) * scale)) }
	picture := blank(pixels(d.width), pixels(d.height))

	// The symbol keeps its middle when its modules were rounded down.
	side := d.symbol.Size() * d.module
	x := pixels(2*d.x+side)/2 - d.symbol.Size()*module/2
	y := pixels(2*d.y+side)/2 - d.symbol.Size()*module/2
	drawModules(picture, d.symbol, x, y, module)
	drawRules(picture, d.rules, scale)
	drawPictures(picture, d.pictures, scale)
	if err := drawTexts(picture, d.texts, scale); err != nil {
		return err
	}
	return writePNG(w, picture, dpi)
}

// WriteSymbolPNG writes a symbol with its quiet zone as a PNG picture, each module
// the given number of pixels wide, 1 to 100.
func WriteSymbolPNG(w io.Writer, m *qr.Matrix, module int) error {
	if module < 1 || module > 100 {
		return &ValueError{FieldModule, "must be 1 to 100 pixels"}
	}
	side := (m.Size() + 2*quietZone) * module
	picture := blank(side, side)
	drawModules(picture, m, quietZone*module, quietZone*module, module)
	return writePNG(w, picture, 0)
}

func blank(width, height int) *image.Gray {
	picture := image.NewGray(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Rect, image.White, image.Point{}, draw.Src)
	return picture
}

func drawModules(picture *image.Gray, m *qr.Matrix, x, y, module int) {
	for s := range m.Runs() {
		r := image.Rect(s.X, s.Y, s.X+s.N, s.Y+1)
		r.Min, r.Max = r.Min.Mul(module), r.Max.Mul(module)
		draw.Draw(picture, r.Add(image.Pt(x, y)), image.Black, image.Point{}, draw.Src)
	}
}

func drawTexts(picture *image.Gray, texts []text, scale float64) error {
	bounds := picture.Bounds()
	raster := vector.NewRasterizer(bounds.Dx(), bounds.Dy())
	for _, t := range texts {
		unit := scale * float64(t.size) / unitsPerEm
		pen := pen{raster: raster, x: scale * float64(t.x), y: scale * float64(t.y), unit: unit / 64, tall: unit / 64}
		for _, g := range t.glyphs {
			segments, err := t.face.segments(g.id)
			if err != nil {
				return err
			}
			pen.draw(segments)
			pen.x += unit * float64(g.advance)
		}
	}
	raster.Draw(picture, bounds, image.NewUniform(color.Black), image.Point{})
	return nil
}

// A pen draws outlines at a point, in pixels.
type pen struct {
	raster *vector.Rasterizer
	x, y   float64
	unit   float64 // pixels to a 64th of a font unit, across
	tall   float64 // the same downwards
}

func (p *pen) draw(segments sfnt.Segments) {
	for i, s := range segments {
		var c [6]float32
		for j, arg := range s.Args {
			c[2*j] = float32(p.x + p.unit*float64(arg.X))
			c[2*j+1] = float32(p.y + p.tall*float64(arg.Y))
		}
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				p.raster.ClosePath()
			}
			p.raster.MoveTo(c[0], c[1])
		case sfnt.SegmentOpLineTo:
			p.raster.LineTo(c[0], c[1])
		case sfnt.SegmentOpQuadTo:
			p.raster.QuadTo(c[0], c[1], c[2], c[3])
		case sfnt.SegmentOpCubeTo:
			p.raster.CubeTo(c[0], c[1], c[2], c[3], c[4], c[5])
		}
	}
	p.raster.ClosePath()
}

// headerEnd is where a PNG file's first chunk, IHDR, ends.
const headerEnd = 8 + 4 + 4 + 13 + 4

// writePNG writes the picture, with its resolution unless that is 0, so that
// programs print it at its true size. The standard library does not write the
// pHYs chunk (PNG, 11.3.4.3), which belongs behind IHDR.
func writePNG(w io.Writer, picture image.Image, dpi int) error {
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		return fmt.Errorf("labels: write PNG: %w", err)
	}
	var physical []byte
	if dpi > 0 {
		perMetre := uint32(math.Round(float64(dpi) / mmPerInch * 1000))
		physical = binary.BigEndian.AppendUint32(nil, 9)
		physical = append(physical, "pHYs"...)
		physical = binary.BigEndian.AppendUint32(physical, perMetre)
		physical = binary.BigEndian.AppendUint32(physical, perMetre)
		physical = append(physical, 1) // the unit is the metre
		physical = binary.BigEndian.AppendUint32(physical, crc32.ChecksumIEEE(physical[4:]))
	}
	for _, part := range [][]byte{file.Bytes()[:headerEnd], physical, file.Bytes()[headerEnd:]} {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("labels: write PNG: %w", err)
		}
	}
	return nil
}
