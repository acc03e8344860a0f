package picture

import (
	"math"
	"slices"
)

func spirit(c *canvas) {
	c.stage(rgb(0xd9d3c4), darkWood)
	c.nearer(1.1, 370, 580)
	c.bottle(300, 525)
	for _, cup := range []point{{436, 508}, {506, 536}} {
		c.shadow(cup.x+8, cup.y+24, 42, 10, 0.5)
		c.fill(shape{{cup.x - 32, cup.y - 34}, {cup.x + 32, cup.y - 34}, {cup.x + 22, cup.y + 24}, {cup.x - 22, cup.y + 24}}, across(cup.x-32, cup.x+32, rgb(0xe9e2d2)))
		c.fill(ellipse(cup.x, cup.y-34, 32, 9), rgb(0xfaf6ec))
		c.fill(ellipse(cup.x, cup.y-32, 27, 6.5), rgb(0xcfd8d4))
	}
	c.maize(point{548, 420}, 0.12, 1)
	c.maize(point{580, 482}, -0.12, 0.86)
	c.leaf(point{70, 560}, -0.25, 130, 54, rgb(0x4f7a3e))
	c.leaf(point{96, 575}, 0.05, 110, 44, rgb(0x66914c))
}

// bottle is a clear bottle with a wooden stopper.
func (c *canvas) bottle(x, base float64) {
	glass := rgb(0xb9cfc6)
	c.shadow(x+24, base-2, 100, 19, 0.6)
	half := []point{{74, base}, {76, base - 20}, {76, base - 190}, {66, base - 236}, {30, base - 268}, {25, base - 290}, {25, base - 344}}
	var left, right []point
	for _, p := range half {
		left, right = append(left, point{x - p.x, p.y}), append(right, point{x + p.x, p.y})
	}
	outline := shape(curve(left...))
	other := curve(right...)
	slices.Reverse(other)
	outline = append(outline, other...)
	c.fill(outline, linear(x-76, 0, x+76, 0, stop{0, glass.lit(-0.35).fade(0.85)}, stop{0.18, glass.lit(0.3).fade(0.55)}, stop{0.5, glass.lit(0.5).fade(0.45)}, stop{0.85, glass.lit(0.1).fade(0.6)}, stop{1, glass.lit(-0.4).fade(0.85)}))
	c.fill(rounded(x-68, base-205, x+68, base-9, 12), linear(x-68, 0, x+68, 0, stop{0, rgb(0xdfe8df).fade(0.55)}, stop{0.4, rgb(0xffffff).fade(0.5)}, stop{1, rgb(0xaebfb6).fade(0.6)}))
	c.fill(ellipse(x, base-205, 68, 8), rgb(0xffffff).fade(0.5))
	c.fill(rounded(x-24, base-384, x+24, base-330, 7), across(x-24, x+24, rgb(0xb0824a)))
	c.fill(ellipse(x, base-382, 23, 6), rgb(0xcfa56c))
	c.fill(box(x-27, base-340, x+27, base-324), across(x-27, x+27, rgb(0x9c3b2e)))
	c.label(x-66, base-165, x+66, base-50, rgb(0x9c3b2e))
	c.fill(rounded(x-66, base-200, x-59, base-24, 3), rgb(0xffffff).fade(0.6))
	c.fill(rounded(x+60, base-190, x+64, base-30, 2), rgb(0xffffff).fade(0.35))
}

// maize is a cob with its husk drawn back.
func (c *canvas) maize(p point, angle, size float64) {
	put := func(x, y float64) point { return point{x * size, y * size}.turned(angle).plus(p) }
	c.shadow(p.x+80*size, p.y+52*size, 130*size, 22*size, 0.5)
	c.leaf(put(-34, 14), angle+0.28, 165*size, 62*size, rgb(0xb7b56a))
	c.leaf(put(-34, 8), angle-0.3, 150*size, 54*size, rgb(0xc6c27a))
	c.fill(blob(put(-24, -8), put(30, -33), put(120, -30), put(180, -9), put(186, 6), put(126, 32), put(30, 35), put(-20, 14)), rgb(0xb9852a))
	for row := -3; row <= 3; row++ {
		for col := range 15 {
			f := float64(col) / 14
			narrow := 1 - 0.62*f*f*f
			q := put(-8+186*f, float64(row)*9.4*narrow)
			r := (6.9 - 1.5*f) * size
			c.fill(ellipse(q.x, q.y, r, r*0.82), ball(q.x, q.y, r, rgb(0xeabf45).lit(-0.06*math.Abs(float64(row)))))
		}
	}
}

// skein is a tangle of n strands within an ellipse.
func (c *canvas) skein(x, y, rx, ry float64, n int, width float64, h hue) {
	c.fill(ellipse(x, y, rx, ry), radial(x, y, rx, ry, stop{0, h.lit(-0.3)}, stop{0.8, h.lit(-0.25)}, stop{1, h.lit(-0.35)}))
	for range n {
		d, a, turn := c.between(0.15, 0.95), c.between(0, 2*math.Pi), c.between(1.2, 3.2)
		var points []point
		for k := range 6 {
			sin, cos := math.Sincos(a + turn*float64(k)/5)
			e := d * c.between(0.92, 1.04)
			points = append(points, point{x + rx*e*cos, y + ry*e*sin})
		}
		tone := h.lit(c.between(-0.22, 0.3))
		c.line(width+1.2, width+1.2, h.lit(-0.55).fade(0.35), points...)
		c.line(width, width, tone, points...)
	}
}

func vermicelli(c *canvas) {
	strand := rgb(0xb9a98c)
	c.stage(rgb(0xdcd9cc), wood)
	c.nearer(1.12, 390, 600)
	for _, b := range []struct{ x, y, angle float64 }{{215, 420, -0.06}, {245, 486, 0.05}} {
		c.bundle(point{b.x, b.y}, b.angle, strand)
	}
	c.plate(600, 480, 150, rgb(0xf1ede3))
	c.skein(600, 464, 112, 44, 110, 2.6, rgb(0xc9bb9c))
	c.skein(600, 446, 74, 30, 60, 2.6, rgb(0xd6caae))
	c.leaf(point{506, 470}, 0.5, 56, 24, rgb(0x6a9a4b))
	c.leaf(point{692, 492}, -2.6, 60, 26, rgb(0x5c8c42))
}

// bundle is straight strands tied with a band.
func (c *canvas) bundle(p point, angle float64, h hue) {
	c.shadow(p.x+10, p.y+46, 210, 24, 0.55)
	for range 150 {
		y := c.between(-1, 1)
		lift := 34 * y * math.Sqrt(math.Max(0, 1-0.2*y*y))
		l, r := -185+c.between(-12, 10), 185+c.between(-10, 14)
		put := func(x, dy float64) point { return point{x, lift + dy}.turned(angle).plus(p) }
		pinch := -lift * 0.24
		tone := h.lit(c.between(-0.25, 0.4) - 0.16*y)
		c.line(2.5, 2.5, tone, put(l, c.between(-5, 5)), put(-90, 0), put(0, pinch), put(90, 0), put(r, c.between(-5, 5)))
	}
	for _, x := range []float64{-11, 11} {
		c.fill(ribbon(curve(point{x, -31}.turned(angle).plus(p), point{x + 6, 0}.turned(angle).plus(p), point{x, 30}.turned(angle).plus(p)), 13, 13), linear(p.x, p.y-30, p.x, p.y+32, stop{0, rgb(0xb9483a)}, stop{0.4, rgb(0xd86a55)}, stop{1, rgb(0x842d25)}))
	}
}

func noodles(c *canvas) {
	c.stage(rgb(0xe3dcd0), rgb(0x9a7650))
	c.nearer(1.14, 400, 575)
	c.tray(400, 476, 330)
	for _, n := range []struct {
		x, y float64
		h    hue
	}{
		{268, 432, rgb(0xd86a3a)}, {400, 420, rgb(0xf0e9d8)}, {532, 432, rgb(0xdfb53a)}, {318, 502, rgb(0x7b4a86)}, {482, 502, rgb(0x7fa652)},
	} {
		c.shadow(n.x+5, n.y+24, 80, 20, 0.45)
		c.skein(n.x, n.y, 70, 33, 84, 3.8, n.h)
		c.skein(n.x, n.y-15, 48, 22, 46, 3.8, n.h.lit(0.08))
	}
	c.leaf(point{676, 570}, -2.85, 100, 34, rgb(0x5c8c42))
	c.leaf(point{100, 574}, -0.25, 90, 32, rgb(0x6a9a4b))
}

// peanut is a shell of two bulges at p.
func (c *canvas) peanut(p point, angle, size float64, h hue) {
	outline := blob(point{-1, 0}.times(size), point{-0.72, -0.42}.times(size), point{-0.3, -0.4}.times(size), point{0.06, -0.27}.times(size), point{0.45, -0.45}.times(size), point{0.86, -0.32}.times(size),
		point{1, 0.04}.times(size), point{0.84, 0.38}.times(size), point{0.42, 0.44}.times(size), point{0.05, 0.29}.times(size), point{-0.34, 0.42}.times(size), point{-0.78, 0.38}.times(size))
	c.fill(outline.moved(p.plus(point{2, 4}), angle), rgb(0x3a2818).fade(0.35))
	c.fill(outline.moved(p, angle), linear(p.x-size*0.3, p.y-size*0.6, p.x+size*0.2, p.y+size*0.6, stop{0, h.lit(0.4)}, stop{0.5, h}, stop{1, h.lit(-0.4)}))
	for _, y := range []float64{-0.22, 0, 0.22} {
		c.line(1.4, 1.2, h.lit(-0.35).fade(0.55), point{-0.85, y * 0.8}.times(size).turned(angle).plus(p), point{-0.4, y * 1.3}.times(size).turned(angle).plus(p),
			point{0.05, y * 0.8}.times(size).turned(angle).plus(p), point{0.45, y * 1.4}.times(size).turned(angle).plus(p), point{0.88, y * 0.7}.times(size).turned(angle).plus(p))
	}
}

func peanuts(c *canvas) {
	shell := rgb(0xcfa467)
	c.stage(rgb(0xe6dfc4), darkWood)
	c.nearer(1.14, 390, 580)
	c.tray(390, 470, 280)
	c.heap(390, 455, 205, 62, 104, 130, func(p point) {
		c.peanut(p, c.between(0, math.Pi), c.between(23, 29), shell.lit(c.between(-0.16, 0.14)))
	})
	for _, p := range []point{{640, 548}, {712, 520}, {118, 556}} {
		c.shadow(p.x, p.y+10, 44, 12, 0.5)
		c.peanut(p, p.x/70, 33, shell)
	}
	// One shell is open and shows its red kernels.
	c.shadow(238, 562, 60, 14, 0.5)
	c.fill(ellipse(236, 554, 50, 23), linear(0, 530, 0, 578, stop{0, shell.lit(0.25)}, stop{1, shell.lit(-0.3)}))
	c.fill(ellipse(236, 551, 43, 17), rgb(0x9a713d))
	for _, x := range []float64{216, 256} {
		c.fill(ellipse(x, 549, 18, 13), ball(x, 549, 18, rgb(0xa8483a)))
	}
	c.leaf(point{560, 574}, -0.35, 80, 44, leafy)
}

func stickyRice(c *canvas) {
	grain := rgb(0xf3ecd9)
	c.stage(rgb(0xe9dfb4), rgb(0xa3794c))
	c.nearer(1.08, 390, 590)
	for i := range 7 {
		c.ear(point{630 + 7*float64(i), 552}, -math.Pi/2-0.34+0.13*float64(i), 280-14*math.Abs(float64(i-3)))
	}
	c.fill(rounded(622, 496, 680, 514, 7), across(622, 680, rgb(0xb9483a)))
	c.bowl(310, 400, 180, rgb(0x5d7f8c), func() {
		c.fill(blob(point{142, 400}, point{220, 338}, point{310, 316}, point{400, 338}, point{478, 400}, point{400, 436}, point{310, 444}, point{220, 436}), linear(200, 320, 430, 440, stop{0, grain}, stop{1, grain.lit(-0.18)}))
		c.heap(310, 402, 160, 40, 82, 1250, func(p point) {
			a := c.between(0, math.Pi)
			c.fill(ellipse(0, 0, 5.6, 3).moved(p.plus(point{0.6, 1.6}), a), rgb(0x7d6f52).fade(0.35))
			c.fill(ellipse(0, 0, 5.4, 2.8).moved(p, a), grain.lit(c.between(-0.1, 0.5)))
		})
	})
	for range 70 {
		p := point{c.between(110, 470), c.between(544, 584)}
		c.fill(ellipse(0, 0, 5.4, 2.8).moved(p.plus(point{1, 2}), 0.3), rgb(0x3a2818).fade(0.3))
		c.fill(ellipse(0, 0, 5.4, 2.8).moved(p, c.between(0, math.Pi)), grain.lit(c.between(0, 0.5)))
	}
}

// ear is an ear of rice on its stalk.
func (c *canvas) ear(p point, angle, length float64) {
	put := func(x, y float64) point { return point{x, y}.turned(angle).plus(p) }
	droop := length * 0.22
	stalk := curve(p, put(length*0.5, 4), put(length*0.8, droop*0.3), put(length, droop))
	c.fill(ribbon(stalk, 3.4, 1.4), rgb(0xb8a04a))
	for i := len(stalk) / 2; i < len(stalk); i++ {
		for _, side := range []float64{-1, 1} {
			at := stalk[i].plus(point{side * c.between(3, 8), c.between(-2, 7)})
			c.fill(ellipse(0, 0, 8, 3.5).moved(at, angle+0.7*side+c.between(-0.2, 0.2)), rgb(0xdcb64f).lit(c.between(-0.2, 0.3)))
		}
	}
}

func smokedBuffalo(c *canvas) {
	meat := rgb(0x5d2a1e)
	c.stage(evening, rgb(0x6f5138))
	c.nearer(1.14, 400, 575)
	c.shadow(400, 548, 360, 38, 0.6)
	c.fill(rounded(70, 436, 726, 556, 30), linear(0, 436, 0, 556, stop{0, rgb(0xc79a62)}, stop{0.82, rgb(0xb0834d)}, stop{0.84, rgb(0x7d5a33)}, stop{1, rgb(0x8a6438)}))
	for y := 452.0; y < 530; y += 15 {
		c.line(1.5, 1, rgb(0x7d5a33).fade(0.4), point{84, y}, point{300, y + 4}, point{520, y - 3}, point{714, y + 2})
	}
	for i, b := range []struct{ x, y, l, angle float64 }{{180, 450, 280, -0.2}, {190, 486, 300, 0.03}, {230, 432, 270, 0.1}, {205, 468, 290, -0.08}} {
		c.strip(point{b.x, b.y}, b.angle, b.l, 50-3*float64(i), meat.lit(0.05*float64(i%3)))
	}
	for range 90 {
		p := point{c.between(520, 660), c.between(468, 514)}
		c.line(c.between(3, 6), 1.6, meat.lit(c.between(-0.05, 0.38)), p, p.plus(point{c.between(8, 20), c.between(-8, 8)}), p.plus(point{c.between(24, 46), c.between(-16, 12)}))
	}
	for i, p := range []point{{560, 430}, {604, 442}} {
		c.line(17-3*float64(i), 3, linear(p.x, p.y-8, p.x, p.y+10, stop{0, rgb(0xe0503a)}, stop{1, rgb(0x98241a)}), p, p.plus(point{44, -8}), p.plus(point{98, 12}))
		c.line(5, 4, rgb(0x4f7a3e), p, p.plus(point{-12, -6}), p.plus(point{-20, -14}))
	}
	for range 46 {
		p := point{c.between(470, 520), c.between(520, 546)}
		c.fill(ellipse(p.x, p.y, 4, 3.6), ball(p.x, p.y, 4, rgb(0x4a3a28)))
	}
	c.leaf(point{96, 452}, -0.5, 90, 34, rgb(0x4f7a3e))
	c.smoke(620, 380)
	c.smoke(300, 350)
}

// strip is a strip of dried meat along angle from p.
func (c *canvas) strip(p point, angle, length, width float64, h hue) {
	put := func(x, y float64) point { return point{x * length, y * width}.turned(angle).plus(p) }
	outline := blob(put(0, 0.1), put(0.06, -0.36), put(0.3, -0.46), put(0.6, -0.38), put(0.9, -0.44), put(1, -0.05), put(0.95, 0.34), put(0.66, 0.42), put(0.34, 0.36), put(0.08, 0.42))
	c.fill(outline.moved(point{3, 9}, 0), rgb(0x1d0f08).fade(0.45))
	top, low := put(0.5, -0.5), put(0.5, 0.5)
	c.fill(outline, linear(top.x, top.y, low.x, low.y, stop{0, h.lit(0.3)}, stop{0.3, h.lit(0.06)}, stop{1, h.lit(-0.5)}))
	for range 26 {
		x, y := c.between(0.04, 0.7), c.between(-0.36, 0.32)
		tone := h.lit(0.4).fade(0.4)
		if c.random.IntN(2) == 0 {
			tone = h.lit(-0.6).fade(0.45)
		}
		c.line(2, 1, tone, put(x, y), put(x+0.12, y+c.between(-0.06, 0.06)), put(x+0.26, y+c.between(-0.05, 0.05)))
	}
	for range 34 {
		q := put(c.between(0.04, 0.95), c.between(-0.34, 0.32))
		c.fill(ellipse(q.x, q.y, 1.9, 1.5), rgb(0xd8a05a).fade(0.7))
	}
}

// smoke drifts up from (x, y).
func (c *canvas) smoke(x, y float64) {
	for i := range 3 {
		f := float64(i)
		c.line(26, 4, rgb(0xffffff).fade(0.13), point{x + 20*f, y}, point{x - 24 + 22*f, y - 90}, point{x + 34 + 8*f, y - 180}, point{x - 10 + 20*f, y - 300})
	}
}

func gaiCakes(c *canvas) {
	leaf := rgb(0x8f7a4a)
	c.stage(rgb(0xdcdcc4), wood)
	c.nearer(1.2, 420, 580)
	c.leaf(point{40, 500}, 0.06, 720, 190, rgb(0x4f8a45))
	for _, p := range []point{{190, 430}, {330, 418}, {258, 486}} {
		c.parcel(p.x, p.y, leaf.lit(c.between(-0.06, 0.1)))
	}
	c.plate(580, 486, 150, rgb(0xe6e1d4))
	c.cake(520, 466, 62)
	// The cut cake shows its yellow filling.
	c.shadow(640, 494, 66, 14, 0.5)
	c.fill(blob(point{578, 470}, point{596, 430}, point{640, 418}, point{684, 430}, point{702, 470}, point{690, 492}, point{640, 500}, point{590, 492}), ball(640, 458, 66, rgb(0x2f2f33)))
	c.fill(ellipse(640, 466, 54, 30), rgb(0x232327))
	c.fill(ellipse(640, 467, 34, 19), radial(632, 462, 36, 22, stop{0, rgb(0xf6d98a)}, stop{1, rgb(0xcf9c3e)}))
	for range 60 {
		q := point{640 + c.between(-28, 28), 467 + c.between(-14, 14)}
		c.fill(ellipse(q.x, q.y, 1.9, 1.5), rgb(0xfff3cf).fade(0.6))
	}
	c.sesame(640, 434, 40, 10)
}

// parcel is a cake wrapped in dried banana leaf.
func (c *canvas) parcel(x, y float64, h hue) {
	c.shadow(x+6, y+40, 84, 20, 0.5)
	c.fill(blob(point{x - 72, y + 20}, point{x - 62, y - 24}, point{x, y - 38}, point{x + 62, y - 24}, point{x + 72, y + 20}, point{x + 40, y + 40}, point{x - 40, y + 40}), ball(x, y, 82, h))
	for i := -4; i <= 4; i++ {
		f := float64(i) * 14
		c.line(1.6, 1, h.lit(-0.4).fade(0.5), point{x + f, y - 34 + math.Abs(f)*0.18}, point{x + f*1.14, y}, point{x + f*0.9, y + 38})
	}
	for _, p := range [][3]point{{{x - 70, y + 2}, {x, y - 10}, {x + 70, y + 2}}, {{x - 8, y - 37}, {x + 6, y}, {x - 4, y + 39}}} {
		c.line(6, 6, rgb(0xd9c38a), p[0], p[1], p[2])
	}
	c.fill(ellipse(x+2, y-7, 9, 7), rgb(0xc9ae6e))
}

func (c *canvas) cake(x, y, r float64) {
	c.shadow(x+4, y+r*0.5, r*1.05, r*0.26, 0.5)
	c.fill(blob(point{x - r, y + r*0.2}, point{x - r*0.8, y - r*0.42}, point{x, y - r*0.66}, point{x + r*0.8, y - r*0.42}, point{x + r, y + r*0.2}, point{x + r*0.6, y + r*0.5}, point{x - r*0.6, y + r*0.5}), ball(x, y, r*1.05, rgb(0x37373b)))
	c.glow(x-r*0.35, y-r*0.35, r*0.35, r*0.2, 0.3)
	c.sesame(x, y-r*0.2, r*0.75, r*0.35)
}

func (c *canvas) sesame(x, y, rx, ry float64) {
	for range 38 {
		d, a := math.Sqrt(c.random.Float64()), c.between(0, 2*math.Pi)
		sin, cos := math.Sincos(a)
		c.fill(ellipse(0, 0, 3, 1.7).moved(point{x + rx*d*cos, y + ry*d*sin}, c.between(0, math.Pi)), rgb(0xf3e6c4))
	}
}

func bambooShoots(c *canvas) {
	dry := rgb(0xc9a04f)
	c.stage(rgb(0xcfdcc4), darkWood)
	c.nearer(1.06, 380, 590)
	for i, x := range []float64{560, 640, 712} {
		c.stalk(x, 30+26*float64(i), 300, 15-2*float64(i))
	}
	c.tray(330, 478, 270)
	c.heap(330, 462, 190, 56, 86, 84, func(p point) {
		a := c.between(-0.5, 0.5)
		if c.random.IntN(3) == 0 {
			a += math.Pi / 3
		}
		h := dry.lit(c.between(-0.28, 0.2))
		l, w := c.between(90, 150), c.between(13, 22)
		at := p.plus(point{-l / 2, 0}.turned(a))
		mid, end := point{l * 0.5, c.between(-12, 12)}.turned(a).plus(at), point{l, c.between(-7, 7)}.turned(a).plus(at)
		c.line(w, w*0.5, rgb(0x2a1c0c).fade(0.3), at.plus(point{2, 5}), mid.plus(point{2, 5}), end.plus(point{2, 5}))
		c.line(w, w*0.5, linear(at.x, at.y-w/2, at.x, at.y+w/2, stop{0, h.lit(0.3)}, stop{1, h.lit(-0.2)}), at, mid, end)
		for _, f := range []float64{-0.26, 0, 0.26} {
			side := point{0, w * f}.turned(a)
			c.line(1.2, 0.7, h.lit(-0.4).fade(0.5), at.plus(side), mid.plus(side), end.plus(side.times(0.5)))
		}
	})
	c.shoot(point{640, 566}, -1.75, 210)
	c.shoot(point{716, 566}, -1.5, 160)
}

// stalk is a stem of bamboo in the distance.
func (c *canvas) stalk(x, top, length, w float64) {
	h := rgb(0x7fa062)
	c.fill(box(x-w/2, 0, x+w/2, tableTop+14), across(x-w/2, x+w/2, h.lit(0.15)))
	for y := top; y < tableTop-10; y += 74 {
		c.fill(box(x-w/2-1.5, y-2, x+w/2+1.5, y+2), h.lit(-0.3))
		c.leaf(point{x + w/2, y}, -0.3+c.between(-0.3, 0.5), 74, 15, h.lit(0.1))
		c.leaf(point{x - w/2, y + 20}, math.Pi+c.between(-0.6, 0.2), 64, 14, h)
	}
}

// shoot is a fresh bamboo shoot in its sheaths.
func (c *canvas) shoot(p point, angle, length float64) {
	put := func(x, y float64) point { return point{x * length, y * length}.turned(angle).plus(p) }
	c.shadow(p.x, p.y+2, length*0.3, 14, 0.5)
	sheath := rgb(0x8a6a42)
	c.fill(blob(put(0, -0.17), put(0.3, -0.18), put(0.7, -0.09), put(1, 0), put(0.7, 0.09), put(0.3, 0.18), put(0, 0.17)), across(p.x-length*0.18, p.x+length*0.18, sheath))
	for i := range 6 {
		f := 0.06 + 0.14*float64(i)
		w := 0.19 * (1 - f*0.72)
		side := float64(1 - 2*(i%2))
		c.fill(blob(put(f, -w*side), put(f+0.1, -w*side*0.98), put(f+0.3, w*side*0.1), put(f+0.16, w*side*0.9), put(f+0.02, w*side*0.6)), linear(p.x-30, 0, p.x+40, 0, stop{0, sheath.lit(0.3)}, stop{0.5, rgb(0xb39a5a)}, stop{1, sheath.lit(-0.3)}))
		c.line(1.5, 1, sheath.lit(-0.5).fade(0.6), put(f, -w*side), put(f+0.1, -w*side*0.5), put(f+0.3, w*side*0.1))
	}
}

func giftBox(c *canvas) {
	paper, band := rgb(0x9c3b2e), rgb(0xd9b45a)
	c.stage(rgb(0xead8bd), wood)
	c.jar(610, 520, 128, 186, rgb(0xdfb23a), rgb(0x8f9aa0))
	c.label(566, 428, 654, 492, rgb(0x7f6aa8))
	c.shadow(320, 540, 290, 36, 0.65)
	c.fill(shape{{110, 380}, {470, 380}, {470, 540}, {110, 540}}, linear(110, 380, 470, 540, stop{0, paper.lit(0.14)}, stop{1, paper.lit(-0.14)}))
	c.fill(shape{{470, 380}, {540, 344}, {540, 496}, {470, 540}}, down(344, 540, paper.lit(-0.25), paper.lit(-0.45)))
	c.fill(shape{{98, 350}, {484, 350}, {484, 392}, {98, 392}}, down(350, 392, paper.lit(0.22), paper.lit(0.02)))
	c.fill(shape{{484, 350}, {556, 312}, {556, 352}, {484, 392}}, paper.lit(-0.3))
	c.fill(shape{{98, 350}, {176, 312}, {556, 312}, {484, 350}}, down(312, 350, paper.lit(0.42), paper.lit(0.26)))
	c.fill(box(268, 350, 312, 540), across(268, 312, band))
	c.fill(shape{{268, 350}, {330, 312}, {374, 312}, {312, 350}}, band.lit(0.25))
	for _, side := range []float64{-1, 1} {
		loop := blob(point{318, 330}, point{318 + side*50, 284}, point{318 + side*108, 276}, point{318 + side*112, 312}, point{318 + side*60, 336})
		c.fill(loop, linear(318, 280, 318+side*110, 330, stop{0, band.lit(-0.25)}, stop{0.6, band.lit(0.25)}, stop{1, band}))
		c.fill(blob(point{330, 328}, point{318 + side*52, 302}, point{318 + side*90, 294}, point{318 + side*88, 310}, point{318 + side*54, 324}), band.lit(-0.42))
		c.line(24, 18, band.lit(-0.08), point{318, 332}, point{318 + side*44, 358}, point{318 + side*66, 404})
	}
	c.fill(ellipse(318, 328, 22, 18), ball(318, 328, 22, band))
	c.strip(point{560, 556}, -0.03, 140, 30, rgb(0x5d2a1e))
	c.skein(690, 540, 62, 24, 70, 3.4, rgb(0xdfb53a))
	for i := range 3 {
		c.leaf(point{150, 460}, -math.Pi/2+0.7*float64(i-1), 52, 20, band.lit(0.1*float64(i)))
	}
	c.leaf(point{40, 570}, -0.3, 90, 36, leafy)
}
