package picture

import (
	"image"
	"math"
	"math/rand/v2"

	"golang.org/x/image/vector"
)

// A canvas is a picture that is being drawn. Coordinates are dots from the
// top left corner.
type canvas struct {
	img    *image.RGBA
	mask   *image.Alpha // scratch for one shape
	raster *vector.Rasterizer
	random *rand.Rand // the same for every picture

	// What is drawn at p appears at p times zoom, plus pan.
	zoom float64
	pan  point
}

func newCanvas() *canvas {
	return &canvas{
		img:    image.NewRGBA(image.Rect(0, 0, Width, Height)),
		mask:   image.NewAlpha(image.Rect(0, 0, Width, Height)),
		raster: vector.NewRasterizer(1, 1),
		random: rand.New(rand.NewPCG(1, 2)),
		zoom:   1,
	}
}

// nearer enlarges what is drawn from now on around (x, y).
func (c *canvas) nearer(zoom, x, y float64) {
	c.zoom, c.pan = zoom, point{x, y}.times(1-zoom)
}

// between draws a number from a to b.
func (c *canvas) between(a, b float64) float64 { return a + (b-a)*c.random.Float64() }

// A point of the picture.
type point struct{ x, y float64 }

func (p point) plus(q point) point               { return point{p.x + q.x, p.y + q.y} }
func (p point) times(f float64) point            { return point{p.x * f, p.y * f} }
func (p point) minus(q point) point              { return point{p.x - q.x, p.y - q.y} }
func (p point) towards(q point, f float64) point { return p.plus(q.minus(p).times(f)) }

// turned is p turned by angle, in radians clockwise, around the origin.
func (p point) turned(angle float64) point {
	sin, cos := math.Sincos(angle)
	return point{p.x*cos - p.y*sin, p.x*sin + p.y*cos}
}

// A shape is a closed outline.
type shape []point

// fill paints the inside of the shape.
func (c *canvas) fill(s shape, p paint) {
	seen := make(shape, len(s))
	for i, q := range s {
		seen[i] = q.times(c.zoom).plus(c.pan)
	}
	box := seen.bounds().Intersect(c.img.Rect)
	if box.Empty() {
		return
	}
	c.raster.Reset(box.Dx(), box.Dy())
	for i, q := range seen {
		x, y := float32(q.x)-float32(box.Min.X), float32(q.y)-float32(box.Min.Y)
		if i == 0 {
			c.raster.MoveTo(x, y)
		} else {
			c.raster.LineTo(x, y)
		}
	}
	c.raster.ClosePath()
	mask := &image.Alpha{Pix: c.mask.Pix[:box.Dx()*box.Dy()], Stride: box.Dx(), Rect: image.Rect(0, 0, box.Dx(), box.Dy())}
	clear(mask.Pix)
	c.raster.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	c.blend(box, mask, p)
}

func (c *canvas) blend(box image.Rectangle, mask *image.Alpha, p paint) {
	for y := range box.Dy() {
		row := c.img.Pix[c.img.PixOffset(box.Min.X, box.Min.Y+y):]
		v := (float64(box.Min.Y+y) + 0.5 - c.pan.y) / c.zoom
		k, same := p.row(v)
		for x, cover := range mask.Pix[y*mask.Stride : y*mask.Stride+box.Dx()] {
			if cover == 0 {
				continue
			}
			if !same {
				k = p.at((float64(box.Min.X+x)+0.5-c.pan.x)/c.zoom, v)
			}
			dot := row[4*x : 4*x+4 : 4*x+4]
			if cover == 255 && k.a == 1 {
				dot[0], dot[1], dot[2], dot[3] = uint8(k.r+0.5), uint8(k.g+0.5), uint8(k.b+0.5), 255
				continue
			}
			a := float64(cover) / 255 * k.a
			dot[0] = mix(dot[0], k.r, a)
			dot[1] = mix(dot[1], k.g, a)
			dot[2] = mix(dot[2], k.b, a)
			dot[3] = 255
		}
	}
}

func mix(under uint8, over, a float64) uint8 {
	return uint8(float64(under)*(1-a) + over*a + 0.5)
}

// bounds is the box of dots that the shape touches.
func (s shape) bounds() image.Rectangle {
	lo, hi := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, p := range s {
		lo, hi = point{min(lo.x, p.x), min(lo.y, p.y)}, point{max(hi.x, p.x), max(hi.y, p.y)}
	}
	return image.Rect(int(math.Floor(lo.x)), int(math.Floor(lo.y)), int(math.Ceil(hi.x)), int(math.Ceil(hi.y)))
}

// moved is the shape turned by angle around the origin and put at p.
func (s shape) moved(p point, angle float64) shape {
	out := make(shape, len(s))
	for i, q := range s {
		out[i] = q.turned(angle).plus(p)
	}
	return out
}

func ellipse(x, y, rx, ry float64) shape {
	n := 24 + int(max(rx, ry)/4)
	s := make(shape, n)
	for i := range s {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		s[i] = point{x + rx*cos, y + ry*sin}
	}
	return s
}

func box(x0, y0, x1, y1 float64) shape {
	return shape{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
}

// rounded is a box with round corners.
func rounded(x0, y0, x1, y1, r float64) shape {
	var s shape
	for i, k := range []point{{x1 - r, y0 + r}, {x1 - r, y1 - r}, {x0 + r, y1 - r}, {x0 + r, y0 + r}} {
		for step := range 9 {
			sin, cos := math.Sincos(float64(i-1)*math.Pi/2 + float64(step)*math.Pi/16)
			s = append(s, k.plus(point{r * cos, r * sin}))
		}
	}
	return s
}

// blob is the smooth closed curve through the points.
func blob(points ...point) shape {
	n := len(points)
	at := func(i int) point { return points[(i+n)%n] }
	var s shape
	for i := range points {
		s = append(s, between(at(i-1), at(i), at(i+1), at(i+2))...)
	}
	return s
}

// curve is the smooth open line through the points.
func curve(points ...point) []point {
	n := len(points)
	at := func(i int) point { return points[min(max(i, 0), n-1)] }
	var line []point
	for i := range n - 1 {
		line = append(line, between(at(i-1), at(i), at(i+1), at(i+2))...)
	}
	return append(line, points[n-1])
}

// between is the Catmull-Rom arc from b to c, without c.
func between(a, b, c, d point) []point {
	const steps = 10
	arc := make([]point, steps)
	for i := range arc {
		t := float64(i) / steps
		arc[i] = a.times(-t + 2*t*t - t*t*t).plus(b.times(2 - 5*t*t + 3*t*t*t)).
			plus(c.times(t + 4*t*t - 3*t*t*t)).plus(d.times(-t*t + t*t*t)).times(0.5)
	}
	return arc
}

// ribbon is a line with a thickness that goes from w0 to w1.
func ribbon(line []point, w0, w1 float64) shape {
	n := len(line)
	s := make(shape, 2*n)
	for i, p := range line {
		along := line[min(i+1, n-1)].minus(line[max(i-1, 0)])
		length := math.Hypot(along.x, along.y)
		if length == 0 {
			length = 1
		}
		half := (w0 + (w1-w0)*float64(i)/float64(max(n-1, 1))) / 2
		side := point{-along.y, along.x}.times(half / length)
		s[i], s[2*n-1-i] = p.plus(side), p.minus(side)
	}
	return s
}

// line draws a smooth line through the points.
func (c *canvas) line(w0, w1 float64, p paint, points ...point) {
	c.fill(ribbon(curve(points...), w0, w1), p)
}

// shadow darkens the table below something that stands there.
func (c *canvas) shadow(x, y, rx, ry, strength float64) {
	c.fill(ellipse(x, y, rx, ry), radial(x, y, rx, ry, stop{0, rgb(0x2a2018).fade(strength)}, stop{0.55, rgb(0x2a2018).fade(strength * 0.55)}, stop{1, rgb(0x2a2018).fade(0)}))
}

// glow lightens a spot.
func (c *canvas) glow(x, y, rx, ry, strength float64) {
	c.fill(ellipse(x, y, rx, ry), radial(x, y, rx, ry, stop{0, rgb(0xffffff).fade(strength)}, stop{1, rgb(0xffffff).fade(0)}))
}
