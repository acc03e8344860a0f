package picture

import (
	"math"
	"slices"
)

// heap draws n things on a mound, those at the back first. draw is given
// where each stands.
func (c *canvas) heap(cx, cy, rx, ry, rise float64, n int, draw func(point)) {
	type thing struct{ ground, at point }
	things := make([]thing, n)
	for i := range things {
		r, a := math.Sqrt(c.random.Float64()), c.between(0, 2*math.Pi)
		sin, cos := math.Sincos(a)
		ground := point{cx + rx*r*cos, cy + ry*r*sin}
		things[i] = thing{ground, point{ground.x, ground.y - rise*(1-r*r)*c.between(0.75, 1)}}
	}
	slices.SortFunc(things, func(a, b thing) int {
		if a.ground.y < b.ground.y {
			return -1
		}
		return 1
	})
	for _, t := range things {
		draw(t.at)
	}
}

// leaf is a leaf whose stalk is at p and which points along angle.
func (c *canvas) leaf(p point, angle, length, width float64, h hue) {
	half := func(side float64) []point {
		return curve(point{}, point{length * 0.25, side * width * 0.42}, point{length * 0.55, side * width * 0.45}, point{length * 0.85, side * width * 0.16}, point{length, 0})
	}
	upper, lower := half(-1), half(1)
	slices.Reverse(lower)
	outline := append(shape(upper), lower...).moved(p, angle)
	tip := point{length, 0}.turned(angle).plus(p)
	c.fill(outline, linear(p.x, p.y, tip.x, tip.y, stop{0, h.lit(-0.28)}, stop{0.5, h}, stop{1, h.lit(0.2)}))
	c.fill(append(shape(upper), point{}).moved(p, angle), rgb(0xffffff).fade(0.13))
	rib := func(from, to point, w float64) {
		c.fill(ribbon([]point{from.turned(angle).plus(p), to.turned(angle).plus(p)}, w, w*0.4), h.lit(0.42).fade(0.65))
	}
	rib(point{}, point{length * 0.97, 0}, max(1.4, width/22))
	for _, f := range []float64{0.22, 0.38, 0.54, 0.7} {
		for _, side := range []float64{-1, 1} {
			rib(point{length * f, 0}, point{length * (f + 0.15), side * width * (0.38 - 0.3*(f-0.3)*(f-0.3)*3)}, max(0.8, width/50))
		}
	}
}

// sprig is one bud and one leaf on a stalk.
func (c *canvas) sprig(p point, angle, size float64, h hue) {
	end := point{size * 0.5, 0}.turned(angle).plus(p)
	c.line(size/28, size/40, h.lit(-0.1), p, point{size * 0.25, size * 0.03}.turned(angle).plus(p), end)
	c.leaf(point{size * 0.3, 0}.turned(angle).plus(p), angle+0.75, size*0.62, size*0.27, h)
	c.leaf(end, angle-0.12, size*0.5, size*0.12, h.lit(0.45))
}

// bowl draws a bowl with its rim around (x, y) and lets fill draw what is in
// it.
func (c *canvas) bowl(x, y, rx float64, h hue, fill func()) {
	ry, depth := rx*0.27, rx*0.62
	c.shadow(x+rx*0.12, y+depth+6, rx*0.95, rx*0.22, 0.55)
	foot := rx * 0.42
	c.fill(rounded(x-foot, y+depth-12, x+foot, y+depth+9, 5), across(x-foot, x+foot, h.lit(-0.15)))
	body := shape(curve(point{x - rx, y}, point{x - rx*0.9, y + depth*0.5}, point{x - foot, y + depth}))
	right := curve(point{x + rx, y}, point{x + rx*0.9, y + depth*0.5}, point{x + foot, y + depth})
	slices.Reverse(right)
	c.fill(append(body, right...), across(x-rx, x+rx, h))
	c.fill(ellipse(x, y, rx, ry), h.lit(0.35))
	c.fill(ellipse(x, y, rx-5, ry-3), down(y-ry, y+ry, h.lit(-0.45), h.lit(-0.1)))
	fill()
}

// tray is a flat woven tray of bamboo.
func (c *canvas) tray(x, y, rx float64) {
	ry, h := rx*0.34, rgb(0xc79a56)
	c.shadow(x+8, y+18, rx*1.1, ry*1.25, 0.6)
	c.fill(ellipse(x, y+9, rx, ry), across(x-rx, x+rx, h.lit(-0.35)))
	c.fill(ellipse(x, y, rx, ry), across(x-rx, x+rx, h.lit(0.05)))
	c.fill(ellipse(x, y, rx-12, ry-6), radial(x, y, rx, ry, stop{0, h.lit(0.3)}, stop{1, h.lit(-0.12)}))
	for i := -9; i <= 9; i++ {
		f := float64(i) / 10
		half := math.Sqrt(1-f*f) * 0.93
		c.fill(ribbon([]point{{x + f*rx, y - half*ry}, {x + f*rx*0.94, y + half*ry}}, 1.3, 1.3), h.lit(-0.35).fade(0.35))
		c.fill(ribbon([]point{{x - half*rx, y + f*ry}, {x + half*rx, y + f*ry}}, 1.1, 1.1), h.lit(-0.35).fade(0.35))
	}
}

// plate is a round plate.
func (c *canvas) plate(x, y, rx float64, h hue) {
	ry := rx * 0.33
	c.shadow(x+8, y+14, rx*1.08, ry*1.2, 0.5)
	c.fill(ellipse(x, y+7, rx, ry), across(x-rx, x+rx, h.lit(-0.25)))
	c.fill(ellipse(x, y, rx, ry), across(x-rx, x+rx, h))
	c.fill(ellipse(x, y+1, rx*0.78, ry*0.75), radial(x, y, rx, ry, stop{0, h.lit(0.2)}, stop{0.7, h.lit(-0.03)}, stop{1, h.lit(-0.12)}))
}

// jar is a glass jar of honey that stands at (x, base).
func (c *canvas) jar(x, base, w, h float64, honey, lid hue) {
	top := base - h
	c.shadow(x+w*0.2, base-2, w*0.85, w*0.16, 0.65)
	c.fill(ellipse(x+w*0.5, base+8, w*0.6, w*0.09), radial(x+w*0.5, base+8, w*0.6, w*0.09, stop{0, honey.lit(0.3).fade(0.6)}, stop{1, honey.fade(0)}))
	c.fill(rounded(x-w/2, top+h*0.13, x+w/2, base, w*0.16), across(x-w/2, x+w/2, honey.lit(0.5)))
	c.fill(rounded(x-w/2+6, top+h*0.2, x+w/2-6, base-7, w*0.13), linear(x-w/2, 0, x+w/2, 0,
		stop{0, honey.lit(-0.45)}, stop{0.2, honey}, stop{0.45, honey.lit(0.32)}, stop{0.75, honey.lit(-0.05)}, stop{1, honey.lit(-0.5)}))
	c.fill(ellipse(x, top+h*0.2+2, w/2-8, 8), honey.lit(0.4))
	c.fill(rounded(x-w*0.44, top, x+w*0.44, top+h*0.16, 7), across(x-w*0.44, x+w*0.44, lid))
	for i := range 14 {
		lx := x - w*0.42 + w*0.84*float64(i)/13
		c.fill(box(lx-0.8, top+6, lx+0.8, top+h*0.15), lid.lit(-0.4).fade(0.35))
	}
	c.fill(ellipse(x, top+3, w*0.43, 5), lid.lit(0.3))
	c.fill(rounded(x-w*0.39, base-h*0.56, x-w*0.31, base-h*0.12, 5), rgb(0xffffff).fade(0.4))
	c.fill(rounded(x+w*0.38, base-h*0.6, x+w*0.42, base-h*0.15, 4), rgb(0xffffff).fade(0.22))
}

// label puts a cream label with a leaf on something upright and round.
func (c *canvas) label(x0, y0, x1, y1 float64, h hue) {
	cream := rgb(0xf5ecd8)
	c.fill(rounded(x0, y0, x1, y1, 4), across(x0-14, x1+14, cream.lit(-0.04)))
	c.fill(box(x0, y0+8, x1, y0+12), h.fade(0.85))
	c.fill(box(x0, y1-12, x1, y1-8), h.fade(0.85))
	mx, my, size := (x0+x1)/2, (y0+y1)/2, (y1-y0)*0.42
	c.leaf(point{mx - size*0.1, my + size*0.5}, -math.Pi/2-0.5, size, size*0.42, h)
	c.leaf(point{mx + size*0.1, my + size*0.5}, -math.Pi/2+0.5, size, size*0.42, h.lit(0.2))
}

// pouch is a stand-up bag.
func (c *canvas) pouch(x, base, w, h float64, paper, print hue) {
	c.shadow(x+w*0.18, base, w*0.75, w*0.13, 0.6)
	top := base - h
	c.fill(blob(point{x - w/2, base - 8}, point{x - w*0.47, base - h*0.5}, point{x - w*0.49, top + 24}, point{x - w*0.49, top}, point{x, top - 1}, point{x + w*0.49, top}, point{x + w*0.49, top + 24},
		point{x + w*0.47, base - h*0.5}, point{x + w/2, base - 8}, point{x, base + 7}), across(x-w/2, x+w/2, paper))
	c.fill(box(x-w*0.49, top+18, x+w*0.49, top+21), paper.lit(-0.35).fade(0.6))
	c.fill(box(x-w*0.49, top+3, x+w*0.49, top+6), paper.lit(0.35).fade(0.5))
	c.line(2, 1, paper.lit(-0.3).fade(0.5), point{x - w*0.4, base - 6}, point{x - w*0.3, base - 40}, point{x - w*0.36, base - 90})
	c.label(x-w*0.34, top+h*0.3, x+w*0.34, base-h*0.16, print)
}

// steam rises from (x, y).
func (c *canvas) steam(x, y, h float64) {
	for i, dx := range []float64{-14, 6, 22} {
		f := float64(i)
		c.line(7, 1, rgb(0xffffff).fade(0.28), point{x + dx, y}, point{x + dx + 12 - 4*f, y - h*0.3}, point{x + dx - 10 + 3*f, y - h*0.65}, point{x + dx + 8, y - h + 14*f})
	}
}

// cup is a low cup of tea.
func (c *canvas) cup(x, y, rx float64, tea hue) {
	c.bowl(x, y, rx, rgb(0xf4f1ea), func() {
		ry := rx * 0.27
		c.fill(ellipse(x, y+4, rx*0.88, ry*0.8), radial(x-rx*0.2, y, rx, ry, stop{0, tea.lit(0.35)}, stop{1, tea.lit(-0.15)}))
		c.fill(ellipse(x-rx*0.35, y, rx*0.25, ry*0.18), rgb(0xffffff).fade(0.45))
	})
}
