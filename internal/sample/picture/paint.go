package picture

import "math"

// A hue is a colour with its opacity, 0 to 1. Its parts are 0 to 255.
type hue struct{ r, g, b, a float64 }

// rgb is an opaque colour such as 0xff8800.
func rgb(v int) hue {
	return hue{float64(v >> 16 & 255), float64(v >> 8 & 255), float64(v & 255), 1}
}

func (h hue) fade(a float64) hue { h.a = a; return h }

// towards is the colour part of the way to another.
func (h hue) towards(o hue, f float64) hue {
	return hue{h.r + (o.r-h.r)*f, h.g + (o.g-h.g)*f, h.b + (o.b-h.b)*f, h.a + (o.a-h.a)*f}
}

// lit is the colour lighter (f above 0, to white) or darker (below, to black).
func (h hue) lit(f float64) hue {
	if f < 0 {
		return h.towards(hue{0, 0, 0, h.a}, -f)
	}
	return h.towards(hue{255, 255, 255, h.a}, f)
}

// A paint gives every point its colour.
type paint interface {
	at(x, y float64) hue
	// row is the colour of all points at height y, where they have one.
	row(y float64) (hue, bool)
}

func (h hue) at(float64, float64) hue { return h }
func (h hue) row(float64) (hue, bool) { return h, true }

// A stop is a colour at a place from 0 to 1 of a gradient.
type stop struct {
	at  float64
	hue hue
}

const shades = 256

// A scale is a gradient that is worked out beforehand.
type scale [shades]hue

func scaleOf(stops []stop) *scale {
	var s scale
	for i := range s {
		f := float64(i) / (shades - 1)
		k := 0
		for k < len(stops)-2 && f > stops[k+1].at {
			k++
		}
		from, to := stops[k], stops[k+1]
		s[i] = from.hue.towards(to.hue, min(max((f-from.at)/(to.at-from.at), 0), 1))
	}
	return &s
}

func (s *scale) pick(f float64) hue { return s[int(min(max(f, 0), 1)*(shades-1))] }

type linearPaint struct {
	from, along point // along is divided by its squared length
	scale       *scale
}

// linear goes from (x0, y0) to (x1, y1).
func linear(x0, y0, x1, y1 float64, stops ...stop) paint {
	dx, dy := x1-x0, y1-y0
	return linearPaint{point{x0, y0}, point{dx, dy}.times(1 / (dx*dx + dy*dy)), scaleOf(stops)}
}

func (p linearPaint) at(x, y float64) hue {
	return p.scale.pick((x-p.from.x)*p.along.x + (y-p.from.y)*p.along.y)
}

func (p linearPaint) row(y float64) (hue, bool) { return p.at(0, y), p.along.x == 0 }

type radialPaint struct {
	centre point
	rx, ry float64
	scale  *scale
}

// radial goes from the middle of an ellipse to its edge.
func radial(x, y, rx, ry float64, stops ...stop) paint {
	return radialPaint{point{x, y}, rx, ry, scaleOf(stops)}
}

func (p radialPaint) at(x, y float64) hue {
	dx, dy := (x-p.centre.x)/p.rx, (y-p.centre.y)/p.ry
	return p.scale.pick(math.Sqrt(dx*dx + dy*dy))
}

func (radialPaint) row(float64) (hue, bool) { return hue{}, false }

// ball is the light on something round of that colour: bright at the upper
// left, dark at the lower right, with a little light back from the table.
func ball(x, y, r float64, h hue) paint {
	return radial(x-0.35*r, y-0.4*r, 1.5*r, 1.5*r,
		stop{0, h.lit(0.45)}, stop{0.3, h.lit(0.12)}, stop{0.65, h.lit(-0.12)}, stop{0.92, h.lit(-0.42)}, stop{1, h.lit(-0.34)})
}

// across is the light on something upright and round between x0 and x1.
func across(x0, x1 float64, h hue) paint {
	return linear(x0, 0, x1, 0,
		stop{0, h.lit(-0.32)}, stop{0.16, h.lit(0.02)}, stop{0.34, h.lit(0.3)}, stop{0.55, h}, stop{0.9, h.lit(-0.34)}, stop{1, h.lit(-0.26)})
}

// down goes from one colour at y0 to another at y1.
func down(y0, y1 float64, from, to hue) paint {
	return linear(0, y0, 0, y1, stop{0, from}, stop{1, to})
}
