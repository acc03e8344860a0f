package picture

import "math"

var (
	wood     = rgb(0xa9814f)
	darkWood = rgb(0x7c5a3a)
	morning  = rgb(0xbfd6d8)
	evening  = rgb(0xe7cfae)
	leafy    = rgb(0x5d8c3c)
)

// dryTea draws a mound of curled leaves.
func (c *canvas) dryTea(x, y, rx, rise float64, n int, hues ...hue) {
	c.fill(blob(point{x - rx, y}, point{x - rx*0.5, y - rise*0.72}, point{x, y - rise*0.95}, point{x + rx*0.5, y - rise*0.72}, point{x + rx, y}, point{x, y + rx*0.3}), hues[0].lit(-0.35))
	c.heap(x, y, rx, rx*0.3, rise, n, func(p point) {
		h := hues[c.random.IntN(len(hues))].lit(c.between(-0.2, 0.2))
		a, l := c.between(0, 2*math.Pi), c.between(11, 21)
		bend := point{l * 0.5, c.between(-7, 7)}.turned(a)
		end := point{l, c.between(-3, 3)}.turned(a)
		c.line(2.2, 1.2, h.lit(-0.5).fade(0.5), p.plus(point{1, 3}), p.plus(bend).plus(point{1, 3}), p.plus(end).plus(point{1, 3}))
		c.line(4.4, 1.6, h, p, p.plus(bend), p.plus(end))
		c.line(1.3, 0.6, h.lit(0.45).fade(0.7), p, p.plus(bend), p.plus(end))
	})
}

func shanTea(c *canvas) {
	c.stage(morning, wood)
	c.nearer(1.12, 400, 585)
	c.tray(500, 470, 230)
	c.dryTea(500, 462, 168, 92, 620, rgb(0x4a5a3a), rgb(0x5e6b47), rgb(0xd9dccb), rgb(0xb9c0a4), rgb(0x6b6a45))
	c.cup(178, 428, 92, rgb(0xd9a441))
	c.steam(172, 405, 150)
	c.sprig(point{60, 566}, -0.22, 165, rgb(0x6d9c45))
	c.sprig(point{300, 572}, -0.1, 135, rgb(0x7aa64e))
	c.sprig(point{690, 566}, -2.7, 130, rgb(0x6d9c45))
}

func greenTea(c *canvas) {
	c.stage(rgb(0xcfe0c3), rgb(0xb8935f))
	c.nearer(1.08, 420, 585)
	c.pouch(560, 505, 190, 300, rgb(0x3f6b46), leafy)
	c.glassOfTea(255, 500, rgb(0xc9cf6a))
	c.dryTea(420, 545, 70, 30, 130, rgb(0x4d6b33), rgb(0x63803f), rgb(0x39522a))
	c.sprig(point{90, 560}, -0.35, 150, rgb(0x77ab46))
	c.leaf(point{690, 560}, -2.9, 95, 38, rgb(0x6a9e42))
}

// glassOfTea is a straight glass.
func (c *canvas) glassOfTea(x, base float64, tea hue) {
	const w, h = 130.0, 190.0
	c.shadow(x+26, base-2, 105, 20, 0.5)
	c.fill(ellipse(x+70, base+6, 90, 14), radial(x+70, base+6, 90, 14, stop{0, tea.lit(0.4).fade(0.6)}, stop{1, tea.fade(0)}))
	c.fill(rounded(x-w/2, base-h, x+w/2, base, 14), rgb(0xffffff).fade(0.34))
	c.fill(rounded(x-w/2+7, base-h+44, x+w/2-7, base-12, 11), linear(x-w/2, 0, x+w/2, 0, stop{0, tea.lit(-0.28).fade(0.95)}, stop{0.35, tea.lit(0.3).fade(0.92)}, stop{1, tea.lit(-0.35).fade(0.95)}))
	c.fill(ellipse(x, base-h+44, w/2-7, 10), tea.lit(0.4))
	for range 9 {
		p := point{x + c.between(-40, 40), base - c.between(18, 46)}
		c.leaf(p, c.between(-2.6, -0.5), c.between(20, 34), c.between(7, 11), rgb(0x57783a))
	}
	c.fill(ellipse(x, base-h, w/2, 11), rgb(0xffffff).fade(0.5))
	c.fill(ellipse(x, base-h+1, w/2-4, 8), rgb(0xdfe8d6).fade(0.65))
	c.fill(rounded(x-w/2+12, base-h+20, x-w/2+20, base-20, 4), rgb(0xffffff).fade(0.5))
	c.fill(rounded(x+w/2-13, base-h+24, x+w/2-9, base-26, 3), rgb(0xffffff).fade(0.35))
	c.steam(x, base-h-8, 120)
}

func budTea(c *canvas) {
	c.stage(rgb(0xd6dcd0), darkWood)
	c.nearer(1.16, 410, 590)
	c.bowl(520, 400, 150, rgb(0x8fa3a0), func() {
		c.dryTea(520, 398, 128, 70, 430, rgb(0x3d4a2c), rgb(0x55633a), rgb(0x6f7a4a), rgb(0x2f3a24))
	})
	c.teapot(225, 470, rgb(0x8a4b33))
	c.cup(375, 508, 56, rgb(0xb9a13f))
	c.dryTea(650, 552, 54, 18, 90, rgb(0x3d4a2c), rgb(0x55633a), rgb(0x6f7a4a))
	c.leaf(point{80, 566}, -0.3, 100, 40, leafy)
	c.leaf(point{96, 570}, 0.1, 86, 34, leafy.lit(0.12))
}

// teapot is a pot of clay that stands around (x, y).
func (c *canvas) teapot(x, y float64, clay hue) {
	c.shadow(x+14, y+62, 140, 26, 0.6)
	c.line(17, 14, across(x-150, x-90, clay), point{x - 88, y - 40}, point{x - 140, y - 34}, point{x - 142, y + 16}, point{x - 84, y + 30})
	c.fill(shape(curve(point{x + 76, y + 20}, point{x + 118, y - 14}, point{x + 132, y - 58}, point{x + 150, y - 62}, point{x + 142, y - 20}, point{x + 100, y + 40}, point{x + 76, y + 44})), across(x+70, x+155, clay))
	c.fill(ellipse(x, y, 104, 70), ball(x, y, 104, clay))
	c.fill(ellipse(x, y-58, 56, 15), across(x-56, x+56, clay.lit(-0.1)))
	c.fill(blob(point{x - 52, y - 60}, point{x - 30, y - 78}, point{x, y - 84}, point{x + 30, y - 78}, point{x + 52, y - 60}, point{x, y - 54}), across(x-52, x+52, clay.lit(0.08)))
	c.fill(ellipse(x, y-91, 13, 11), ball(x, y-91, 13, clay))
	c.glow(x-38, y-24, 34, 24, 0.35)
}
