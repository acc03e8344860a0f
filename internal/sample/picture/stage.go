package picture

import (
	"image"
	"math"
	"sync"

	"github.com/go-fonts/dejavu/dejavusanscondensedbold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// tableTop is where the table begins.
const tableTop = 392

// stage draws what all pictures have: a pale sky over three ranges of hills,
// and a table.
func (c *canvas) stage(sky, table hue) {
	c.fill(box(0, 0, Width, tableTop+4), down(0, tableTop, sky.lit(0.1), sky.lit(0.55)))
	c.glow(220, 120, 260, 200, 0.45)
	for i, ridge := range []struct{ base, rise, wave, phase float64 }{{262, 92, 0.0085, 0.6}, {312, 70, 0.0112, 2.3}, {356, 44, 0.0147, 4.1}} {
		tone := sky.towards(rgb(0x3f5f52), 0.16+0.15*float64(i))
		s := shape{{0, tableTop + 4}}
		for x := 0.0; x <= Width; x += 8 {
			h := math.Sin(x*ridge.wave+ridge.phase)*0.6 + math.Sin(x*ridge.wave*2.7+ridge.phase*1.7)*0.28 + math.Sin(x*ridge.wave*6.1)*0.09
			s = append(s, point{x, ridge.base - ridge.rise*h})
		}
		s = append(s, point{Width, tableTop + 4})
		c.fill(s, down(ridge.base-ridge.rise, tableTop, tone, tone.lit(0.5)))
	}
	c.fill(box(0, tableTop, Width, Height), down(tableTop, Height, table.lit(0.16), table.lit(-0.2)))
	for y := tableTop + 22.0; y < Height; y += c.between(26, 44) {
		c.line(1.6, 0.8, table.lit(-0.3).fade(0.28), point{0, y + c.between(-3, 3)}, point{260, y + c.between(-4, 4)}, point{540, y + c.between(-4, 4)}, point{800, y + c.between(-3, 3)})
	}
	c.fill(box(0, tableTop, Width, tableTop+3), table.lit(0.4).fade(0.7))
	c.glow(300, 470, 380, 110, 0.2)
}

var markFont = sync.OnceValue(func() *opentype.Font {
	f, err := opentype.Parse(dejavusanscondensedbold.TTF)
	if err != nil {
		panic(err) // the typeface is part of the program
	}
	return f
})

// mark says that the picture is an illustration.
func (c *canvas) mark() {
	c.nearer(1, 0, 0)
	face, err := opentype.NewFace(markFont(), &opentype.FaceOptions{Size: 17, DPI: 72})
	if err != nil {
		panic(err)
	}
	c.fill(rounded(Width-116, Height-38, Width-14, Height-12, 13), rgb(0xffffff).fade(0.72))
	d := font.Drawer{Dst: c.img, Src: image.NewUniform(image.Black.C), Face: face, Dot: fixed.P(Width-105, Height-19)}
	d.DrawString("MINH HỌA")
}
