package paper

import (
	"image"
	"image/color"
	"math"
	"sync"

	"golang.org/x/image/vector"
)

// marked is a white page with the mark across it that no demonstration may
// lack. It is drawn once and only read from then on.
var marked = sync.OnceValue(func() *image.Gray {
	page := image.NewGray(image.Rect(0, 0, width, height))
	for i := range page.Pix {
		page.Pix[i] = 255
	}
	strip := image.NewGray(image.Rect(0, 0, 1240, 190))
	for i := range strip.Pix {
		strip.Pix[i] = 255
	}
	f := sansBold(66)
	for i, line := range []string{"DỮ LIỆU MINH HỌA", "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"} {
		f.draw(strip, line, (strip.Rect.Dx()-f.width(line))/2, 74+88*i)
	}
	turn(page, strip, -52)
	return page
})

// paleness is the grey in which the mark stands under the text.
const paleness = 212

// turn lays the strip over the middle of the page, turned by degrees.
func turn(page, strip *image.Gray, degrees float64) {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := float64(strip.Rect.Dx()), float64(strip.Rect.Dy())
	for y := range page.Rect.Dy() {
		for x := range page.Rect.Dx() {
			dx, dy := float64(x)-width/2, float64(y)-height/2
			u, v := dx*cos+dy*sin+w/2, dy*cos-dx*sin+h/2
			if u < 1 || v < 1 || u > w-2 || v > h-2 {
				continue
			}
			dark := 255 - sample(strip, u, v)
			page.Pix[page.PixOffset(x, y)] = uint8(255 - dark*(255-paleness)/255)
		}
	}
}

// sample is the grey between the four dots around (u, v).
func sample(p *image.Gray, u, v float64) float64 {
	x, y := int(u), int(v)
	fx, fy := u-float64(x), v-float64(y)
	at := func(x, y int) float64 { return float64(p.Pix[p.PixOffset(x, y)]) }
	return (at(x, y)*(1-fx)+at(x+1, y)*fx)*(1-fy) + (at(x, y+1)*(1-fx)+at(x+1, y+1)*fx)*fy
}

// frame draws a double line with a band of small diamonds between.
func (s *sheet) frame() {
	box := func(inset, thick int, c color.Gray) {
		r := image.Rect(inset, inset, width-inset, height-inset)
		for _, side := range []image.Rectangle{
			{r.Min, image.Pt(r.Max.X, r.Min.Y+thick)}, {image.Pt(r.Min.X, r.Max.Y-thick), r.Max},
			{r.Min, image.Pt(r.Min.X+thick, r.Max.Y)}, {image.Pt(r.Max.X-thick, r.Min.Y), r.Max},
		} {
			s.fill(side, c)
		}
	}
	box(28, 3, color.Gray{70})
	box(50, 1, color.Gray{70})
	for x := 41; x <= width-41; x += 15 {
		s.diamond(x, 40)
		s.diamond(x, height-41)
	}
	for y := 56; y <= height-56; y += 15 {
		s.diamond(40, y)
		s.diamond(width-41, y)
	}
}

func (s *sheet) diamond(cx, cy int) {
	for dy := -5; dy <= 5; dy++ {
		half := 5 - max(dy, -dy)
		s.fill(image.Rect(cx-half, cy+dy, cx+half+1, cy+dy+1), color.Gray{150})
	}
}

// starRadius is that of a star's points.
const starRadius = 21

// star is a five-pointed star around the pen.
var star = sync.OnceValue(func() glyph {
	const size = 2 * starRadius
	r := vector.NewRasterizer(size, size)
	for k := range 10 {
		radius := float64(starRadius)
		if k%2 == 1 {
			radius *= 0.4
		}
		sin, cos := math.Sincos(float64(k)*math.Pi/5 - math.Pi/2)
		x, y := float32(starRadius+radius*cos), float32(starRadius+radius*sin)
		if k == 0 {
			r.MoveTo(x, y)
			continue
		}
		r.LineTo(x, y)
	}
	r.ClosePath()
	g := glyph{mask: image.NewAlpha(image.Rect(0, 0, size, size)), offset: image.Pt(-starRadius, -starRadius)}
	r.Draw(g.mask, g.mask.Rect, image.Opaque, image.Point{})
	return g
})

// stars draws a row of n stars.
func (s *sheet) stars(n int) {
	const pitch = 54
	s.y += 14
	for i := range n {
		star().draw(s.page, width/2+(2*i-n+1)*pitch/2, s.y+starRadius)
	}
	s.y += 2 * starRadius
}

// seal draws a round stamp that says what the document is.
func (s *sheet) seal(cx, cy int) {
	const outer = 54
	for y := -outer; y <= outer; y++ {
		for x := -outer; x <= outer; x++ {
			d := math.Hypot(float64(x), float64(y))
			if d <= outer && d >= outer-4 || d <= outer-9 && d >= outer-10.5 {
				s.fill(image.Rect(cx+x, cy+y, cx+x+1, cy+y+1), color.Gray{120})
			}
		}
	}
	y := s.y
	s.y = cy - 21
	s.centred(sansBold(16), "MINH", cx, 100)
	s.centred(sansBold(16), "HỌA", cx, 100)
	s.y = y
}
