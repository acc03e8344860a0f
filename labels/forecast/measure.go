package forecast

import (
	"math"

	"temgoc/labels/qr"
)

// aperture is the diameter of the verifier's aperture in modules, as GS1 asks
// for.
const aperture = 0.8

// scanlines is how finely the aperture is integrated: that of a light module
// among dark ones is right within half a percent.
const scanlines = 24

// scan are the lines across the aperture: how far each is from its centre, and
// half of its length.
var scan = func() (lines [scanlines]struct{ y, half float64 }) {
	const r = aperture / 2
	for i := range lines {
		y := r * (2*float64(i) + 1 - scanlines) / scanlines
		lines[i].y, lines[i].half = y, math.Sqrt(r*r-y*y)
	}
	return lines
}()

// A signal is how well each module of a symbol stands out, in percent: its
// modulation, 0 for one on the wrong side of the threshold.
type signal struct {
	size    int
	margins []float64
}

// measure prints the symbol and looks at each of its modules.
func measure(m *qr.Matrix, p Press) signal {
	s := signal{size: m.Size(), margins: make([]float64, m.Size()*m.Size())}
	e := edges(p)
	for y := range s.size {
		for x := range s.size {
			light := 0.0
			if !m.Dark(x, y) {
				light = e.light(m, x, y)
			}
			// Reflectance is linear in the share of light, so that modulation,
			// 2 |R − threshold| / contrast, depends on that share alone.
			margin := 200 * (light - 0.5)
			if m.Dark(x, y) {
				margin = -margin
			}
			s.margins[y*s.size+x] = max(margin, 0)
		}
	}
	return s
}

// least is the margin of the worst of some modules.
func (s signal) least(modules []qr.Module) float64 {
	worst := 100.0
	for _, m := range modules {
		worst = min(worst, s.margins[m.Y*s.size+m.X])
	}
	return worst
}

// pattern grades a fixed pattern by how many of its modules miss each grade of
// modulation. The standard weighs the patterns of ISO/IEC 18004 in more detail.
func (s signal) pattern(p qr.Pattern) Grade {
	best := F
	for i, step := range modulationSteps {
		damaged := 0
		for y := p.Y; y < p.Y+p.Height; y++ {
			for x := p.X; x < p.X+p.Width; x++ {
				if s.margins[y*s.size+x] < step-1e-6 {
					damaged++
				}
			}
		}
		best = max(best, min(Grade(i+1), damage(p, damaged)))
	}
	return best
}

// damage grades a number of damaged modules: of a finder pattern each one costs
// a grade, of the others the share counts.
func damage(p qr.Pattern, damaged int) Grade {
	if p.Finder {
		return A - Grade(min(damaged, int(A)))
	}
	switch share := 100 * damaged / (p.Width * p.Height); {
	case damaged == 0:
		return A
	case share <= 10:
		return B
	case share <= 20:
		return C
	case share <= 30:
		return D
	}
	return F
}

// A printed is the geometry of a print, in modules.
type printed struct {
	dots float64 // of a module
	gain float64 // of each edge
}

func edges(p Press) printed { return printed{dots: p.Dots, gain: p.Gain / 1000 / p.Module()} }

// span is where the n-th column or row of modules begins and ends once it is
// painted black: on the edges of the dots that it touches.
func (e printed) span(n int) (from, to float64) {
	const touch = 1e-6 // modules on the dot grid touch no dot more
	return math.Floor(float64(n)*e.dots+touch) / e.dots, math.Ceil(float64(n+1)*e.dots-touch) / e.dots
}

// light is the share of the aperture over a light module that is light. Black
// comes from its eight neighbours alone: the aperture ends within its module.
func (e printed) light(m *qr.Matrix, x, y int) float64 {
	var columns, rows [3][2]float64
	var dark [3][3]bool // by row
	for i := range 3 {
		columns[i][0], columns[i][1] = e.span(x - 1 + i)
		rows[i][0], rows[i][1] = e.span(y - 1 + i)
		for j := range 3 {
			dark[i][j] = m.Dark(x-1+j, y-1+i)
		}
	}
	middleX, middleY := float64(x)+0.5, float64(y)+0.5
	var whole, lit float64
	for _, line := range scan {
		from, to := middleX-line.half, middleX+line.half
		whole += 2 * line.half
		for j, row := range rows {
			if dark[j] == [3]bool{} {
				continue
			}
			reach, near := e.reach(middleY+line.y, row)
			if !near {
				continue
			}
			if dark[j][0] {
				from = max(from, columns[0][1]+reach)
			}
			if dark[j][2] {
				to = min(to, columns[2][0]-reach)
			}
			if dark[j][1] {
				from, to = e.cut(from, to, columns[1], reach)
			}
		}
		lit += max(to-from, 0)
	}
	return lit / whole
}

// reach is how far black with the given rows spreads sideways at a height.
func (e printed) reach(at float64, row [2]float64) (float64, bool) {
	off := max(row[0]-at, at-row[1], 0)
	if off > e.gain || off == e.gain && e.gain > 0 {
		return 0, false
	}
	return math.Sqrt(e.gain*e.gain - off*off), true
}

// cut takes black in the middle out of what is light, which is all of it: a
// module is wider than the aperture.
func (e printed) cut(from, to float64, column [2]float64, reach float64) (float64, float64) {
	if column[0]-reach <= from && column[1]+reach >= to {
		return from, from
	}
	return from, to
}
