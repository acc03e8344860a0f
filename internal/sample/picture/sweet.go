package picture

import "math"

// comb is a slab of honeycomb.
func (c *canvas) comb(x, y float64, honey hue) {
	c.shadow(x+10, y+52, 130, 24, 0.5)
	slab := blob(point{x - 110, y + 30}, point{x - 84, y - 26}, point{x - 10, y - 44}, point{x + 84, y - 30}, point{x + 112, y + 24}, point{x + 40, y + 54}, point{x - 50, y + 56})
	c.fill(slab.moved(point{0, 9}, 0), honey.lit(-0.4))
	c.fill(slab, linear(x-100, y-40, x+100, y+60, stop{0, honey.lit(0.45)}, stop{0.6, honey}, stop{1, honey.lit(-0.2)}))
	for row := range 5 {
		for col := range 9 {
			cx, cy := x-92+23*float64(col)+11.5*float64(row%2), y-26+17*float64(row)
			if math.Hypot((cx-x)/104, (cy-y-4)/44) > 0.92 {
				continue
			}
			cell := func(r float64) shape {
				s := make(shape, 6)
				for k := range s {
					sin, cos := math.Sincos(float64(k)*math.Pi/3 + math.Pi/6)
					s[k] = point{cx + r*cos, cy + r*0.78*sin}
				}
				return s
			}
			c.fill(cell(12), honey.lit(0.4))
			c.fill(cell(10), linear(cx-8, cy-8, cx+8, cy+8, stop{0, honey.lit(-0.5)}, stop{1, honey.lit(0.12)}))
			c.fill(ellipse(cx-2, cy-2, 2.6, 1.6), rgb(0xffffff).fade(0.5))
		}
	}
}

// dipper is a wooden honey dipper that lies with its head at p.
func (c *canvas) dipper(p point, angle float64, honey hue) {
	end := point{190, 0}.turned(angle).plus(p)
	c.line(10, 8, across(p.x, end.x, rgb(0xb98a52)), p, p.towards(end, 0.5), end)
	for i := -3; i <= 3; i++ {
		at := point{float64(i) * 9, 0}.turned(angle).plus(p)
		r := 23 - 1.6*math.Abs(float64(i))*math.Abs(float64(i))
		c.fill(ellipse(0, 0, 4.2, r).moved(at, angle), linear(at.x, at.y-r, at.x, at.y+r, stop{0, rgb(0xd9b27a)}, stop{0.5, rgb(0xb98a52)}, stop{1, rgb(0x7d5730)}))
	}
	c.fill(blob(point{-26, 6}, point{-10, -8}, point{14, -6}, point{26, 8}, point{12, 22}, point{-2, 34}, point{-14, 20}).moved(p, 0.2), honey.fade(0.55))
	c.glow(p.x-6, p.y-4, 12, 8, 0.6)
}

// bee flies at (x, y).
func (c *canvas) bee(x, y, size float64) {
	c.fill(ellipse(0, 0, size*0.55, size*0.28).moved(point{x - size*0.1, y - size*0.5}, -0.7), rgb(0xffffff).fade(0.7))
	c.fill(ellipse(0, 0, size*0.55, size*0.26).moved(point{x + size*0.25, y - size*0.5}, -0.25), rgb(0xffffff).fade(0.6))
	c.fill(ellipse(x, y, size*0.75, size*0.42), ball(x, y, size*0.75, rgb(0xe2a72e)))
	for _, f := range []float64{-0.3, 0.05, 0.4} {
		c.fill(ribbon(curve(point{x + f*size, y - size*0.36}, point{x + (f+0.06)*size, y}, point{x + f*size, y + size*0.36}), size*0.15, size*0.15), rgb(0x3a2a18))
	}
	c.fill(ellipse(x-size*0.72, y-size*0.04, size*0.24, size*0.24), rgb(0x3a2a18))
}

func forestHoney(c *canvas) {
	honey := rgb(0xb4610f)
	c.stage(rgb(0xd8ddc0), wood)
	c.nearer(1.12, 400, 600)
	c.jar(300, 520, 190, 268, honey, rgb(0xc9b27a))
	c.label(232, 388, 368, 476, rgb(0x8a5a1c))
	c.comb(560, 500, rgb(0xd98e1f))
	c.dipper(point{470, 556}, -0.12, rgb(0xc97a14))
	c.bee(520, 190, 25)
	c.bee(652, 262, 19)
	c.leaf(point{60, 560}, -0.35, 120, 46, rgb(0x4d7d3c))
	c.leaf(point{80, 574}, 0.02, 104, 40, rgb(0x5e9147))
}

// mintFlower is a spike of small purple flowers.
func (c *canvas) mintFlower(p point, angle, size float64) {
	end := point{size, 0}.turned(angle).plus(p)
	c.line(3, 2, rgb(0x5f7f45), p, p.towards(end, 0.5).plus(point{4, 0}), end)
	for i := range 2 {
		f := 0.12 + 0.16*float64(i)
		c.leaf(p.towards(end, f), angle+0.8, size*0.24, size*0.12, rgb(0x6f9a55))
		c.leaf(p.towards(end, f), angle-0.8, size*0.24, size*0.12, rgb(0x628c4b))
	}
	for f := 0.42; f < 1; f += 0.06 {
		for range 6 {
			at := p.towards(end, f).plus(point{c.between(-1, 1) * size * 0.1 * (1.25 - f), c.between(-4, 4)})
			r := c.between(2.6, 5)
			c.fill(ellipse(at.x, at.y, r, r*0.8), rgb(0xa58bc9).lit(c.between(-0.2, 0.35)))
		}
	}
}

func mintHoney(c *canvas) {
	honey := rgb(0xdfb23a)
	c.stage(rgb(0xc9cfe0), rgb(0x9a8a7a))
	c.nearer(1.06, 400, 585)
	for i := range 6 {
		c.mintFlower(point{560 + 34*float64(i), 470 - 6*float64(i%2)}, -math.Pi/2+0.09*float64(i-3), 230+18*float64(i%3))
	}
	c.shadow(648, 520, 120, 22, 0.5)
	c.bowl(648, 430, 96, rgb(0x77706a), func() {})
	for i := range 5 {
		c.mintFlower(point{590 + 28*float64(i), 432}, -math.Pi/2+0.14*float64(i-2), 170+14*float64(i%2))
	}
	c.jar(290, 525, 200, 280, honey, rgb(0x8f9aa0))
	c.label(218, 385, 362, 478, rgb(0x7f6aa8))
	c.dipper(point{452, 556}, -0.1, honey)
	c.bee(480, 200, 23)
	c.mintFlower(point{60, 575}, -0.3, 150)
}

// citrus is a whole fruit with a rough skin.
func (c *canvas) citrus(x, y, r float64, h hue) {
	c.shadow(x+r*0.2, y+r*0.92, r*1.05, r*0.24, 0.6)
	c.fill(ellipse(x, y, r, r*0.95), ball(x, y, r, h))
	for range int(r * 3.2) {
		d, a := math.Sqrt(c.random.Float64())*0.94, c.between(0, 2*math.Pi)
		sin, cos := math.Sincos(a)
		px, py := x+r*d*cos, y+r*0.95*d*sin
		c.fill(ellipse(px, py, 1.5, 1.3), h.lit(-0.45).fade(0.3))
		c.fill(ellipse(px-1, py-1, 1, 0.9), rgb(0xffffff).fade(0.18))
	}
	c.glow(x-r*0.36, y-r*0.42, r*0.32, r*0.24, 0.4)
	c.fill(ellipse(x+r*0.05, y-r*0.86, 7, 4), rgb(0x5f6b35))
}

// cut is a fruit cut across: rind, pith and n segments, turned to the eye.
func (c *canvas) cut(x, y, r float64, rind, pith, flesh hue, thick float64, n int) {
	c.shadow(x+r*0.15, y+r*0.9, r*1.1, r*0.24, 0.55)
	c.fill(ellipse(x+4, y+4, r, r*0.96), rind.lit(-0.25))
	c.fill(ellipse(x, y, r, r*0.96), ball(x, y, r, rind))
	c.fill(ellipse(x-2, y-1, r-5, (r-5)*0.96), pith)
	inner := r - 5 - thick
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		wide := math.Pi / float64(n) * 0.88
		dir := func(d, angle float64) point {
			sin, cos := math.Sincos(angle)
			return point{x - 2 + d*cos, y - 1 + 0.96*d*sin}
		}
		segment := blob(dir(inner*0.13, a), dir(inner*0.75, a-wide*0.92), dir(inner*0.97, a-wide*0.6), dir(inner, a), dir(inner*0.97, a+wide*0.6), dir(inner*0.75, a+wide*0.92))
		c.fill(segment, radial(x, y, inner, inner, stop{0, flesh.lit(0.35)}, stop{0.6, flesh}, stop{1, flesh.lit(-0.12)}))
		for range 16 {
			from := c.between(0.3, 0.75)
			angle := a + c.between(-0.6, 0.6)*wide
			c.fill(ribbon([]point{dir(inner*from, angle), dir(inner*(from+0.14), angle)}, 3.4, 1.4), flesh.lit(0.55).fade(0.5))
		}
	}
}

func oranges(c *canvas) {
	skin := rgb(0xd9892b)
	c.stage(rgb(0xf0dcae), rgb(0xa1764a))
	c.citrus(250, 400, 96, skin.towards(rgb(0x8c9a3a), 0.22))
	c.citrus(560, 396, 100, skin)
	c.leaf(point{255, 318}, -0.4, 110, 46, rgb(0x3f7a38))
	c.leaf(point{250, 320}, -2.5, 92, 40, rgb(0x4f8c42))
	c.citrus(408, 440, 104, skin.lit(0.05))
	c.leaf(point{412, 350}, -0.9, 104, 44, rgb(0x47843c))
	c.cut(600, 498, 78, skin, rgb(0xf6e6c2), rgb(0xee8a1d), 5, 10)
	c.leaf(point{120, 556}, -0.2, 120, 48, rgb(0x4f8c42))
	c.citrus(212, 512, 62, skin.lit(0.1))
}

func pomelo(c *canvas) {
	skin := rgb(0xc3c650)
	c.stage(rgb(0xd5e2c0), rgb(0xa8845a))
	c.fill(shape(curve(point{300, 250}, point{322, 240}, point{352, 292}, point{392, 360}, point{400, 420}, point{200, 420}, point{206, 360}, point{250, 292}, point{282, 250})), across(200, 400, skin))
	c.citrus(300, 405, 138, skin)
	c.leaf(point{302, 258}, -0.5, 140, 62, rgb(0x4d8a40))
	c.leaf(point{298, 258}, -2.7, 110, 50, rgb(0x5c9a4a))
	c.cut(560, 440, 118, skin, rgb(0xfaf3e2), rgb(0xe9a0a0), 20, 12)
	for i := range 3 {
		x := 380 + 66*float64(i)
		y := 548 - 6*float64(i%2)
		c.shadow(x+4, y+14, 44, 12, 0.5)
		c.fill(blob(point{x - 38, y}, point{x - 20, y - 22}, point{x + 14, y - 24}, point{x + 38, y - 4}, point{x + 20, y + 12}, point{x - 16, y + 13}), linear(x, y-24, x, y+14, stop{0, rgb(0xf6c9c6)}, stop{1, rgb(0xd98d8f)}))
		for range 16 {
			px := x + c.between(-26, 24)
			c.fill(ribbon([]point{{px, y - 12}, {px + 6, y + 4}}, 4, 1.5), rgb(0xffffff).fade(0.3))
		}
	}
	c.leaf(point{90, 566}, -0.2, 110, 46, rgb(0x5c9a4a))
}

func melon(c *canvas) {
	skin, flesh := rgb(0x9aa878), rgb(0xf0a24c)
	c.stage(rgb(0xc8dfe2), rgb(0xb59468))
	c.nettedMelon(300, 386, 148, skin)
	// The slice lies in front: rind, flesh, seeds' hollow.
	c.shadow(566, 532, 170, 30, 0.6)
	arc := func(r float64) shape {
		return shape(curve(point{566 - r, 424}, point{566 - r*0.86, 424 + r*0.4}, point{566 - r*0.5, 424 + r*0.62}, point{566, 424 + r*0.7}, point{566 + r*0.5, 424 + r*0.62}, point{566 + r*0.86, 424 + r*0.4}, point{566 + r, 424}))
	}
	c.fill(arc(164), skin.lit(-0.2))
	c.fill(arc(157), rgb(0xc9d694))
	c.fill(arc(148), linear(0, 424, 0, 530, stop{0, flesh.lit(0.18)}, stop{0.7, flesh}, stop{1, rgb(0xe5c078)}))
	c.fill(shape(curve(point{480, 423}, point{510, 447}, point{566, 456}, point{622, 447}, point{652, 423})), rgb(0xd97f2c))
	c.fill(ellipse(566, 423, 164, 7), flesh.lit(0.34))
	c.fill(ellipse(566, 423, 84, 5), rgb(0xd98a3a))
	for i := range 9 {
		c.fill(ellipse(0, 0, 7, 3).moved(point{500 + 16*float64(i), 432 + 8*math.Sin(float64(i)*0.4)}, 0.8-0.18*float64(i)), rgb(0xf7e6b8))
	}
	c.leaf(point{60, 560}, -0.3, 130, 84, rgb(0x5f8f4a))
	c.nettedMelon(700, 356, 66, skin.lit(0.08))
}

// nettedMelon is a melon with a net of pale cork on its skin.
func (c *canvas) nettedMelon(x, y, r float64, skin hue) {
	c.shadow(x+r*0.2, y+r*0.93, r*1.05, r*0.22, 0.6)
	c.fill(ellipse(x, y, r, r*0.96), ball(x, y, r, skin))
	net := rgb(0xe6e2c4).fade(0.62)
	knots := make([]point, int(r*1.7))
	for i := range knots {
		// A sunflower's spiral spreads the knots evenly; the sine rounds them over the ball.
		d := math.Sin(math.Sqrt((float64(i)+0.5)/float64(len(knots))) * math.Pi / 2)
		sin, cos := math.Sincos(float64(i)*2.39996 + c.between(-0.1, 0.1))
		knots[i] = point{x + r*0.985*d*cos, y + r*0.945*d*sin}
	}
	for i, k := range knots {
		for _, step := range []int{8, 13} {
			if i+step < len(knots) {
				o := knots[i+step]
				middle := k.towards(o, 0.5).plus(point{c.between(-3, 3), c.between(-3, 3)})
				c.line(2.3, 1.7, net, k, middle, o)
			}
		}
	}
	c.line(10, 7, rgb(0x8a9a62), point{x, y - r*0.93}, point{x + 3, y - r*1.08}, point{x - 6, y - r*1.18})
	c.line(8, 6, rgb(0x8a9a62), point{x - 34, y - r*1.15}, point{x - 6, y - r*1.18}, point{x + 34, y - r*1.22})
	c.glow(x-r*0.36, y-r*0.42, r*0.34, r*0.26, 0.32)
}
