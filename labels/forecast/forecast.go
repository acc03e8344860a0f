// Package forecast estimates, before anything is printed, which print quality
// grade of ISO/IEC 15415 a QR symbol will get from a printer.
//
// It is a forecast and never a certificate: a model of a printer measured by a
// model of a verifier. Only a verifier grades a printed symbol. What is
// modelled: the raster of the printer, its dot gain, a round aperture of 0.8 of
// a module on the centre of each module, and of the parameters of the standard
// decodability, symbol contrast, modulation with its overlay of unused error
// correction, unused error correction and, simplified, fixed pattern damage. What
// is not: blur, noise, skew, voids, uneven ink, paper that shines through, axial
// and grid non-uniformity.
package forecast

import (
	"errors"

	"temgoc/labels/qr"
)

// A Grade is one of the five of ISO/IEC 15415, A being the best: 4 to 0.
type Grade uint8

// The grades.
const (
	F Grade = iota
	D
	C
	B
	A
)

// String returns the letter of a grade.
func (g Grade) String() string { return "FDCBA"[min(g, A):][:1] }

// thresholds are the least percentages for D, C, B and A.
type thresholds [4]float64

// Thresholds of ISO/IEC 15415: of symbol contrast, of the modulation of a
// module, and of the error correction that is left over.
var (
	contrastSteps   = thresholds{20, 40, 55, 70}
	modulationSteps = thresholds{20, 30, 40, 50}
	correctionSteps = thresholds{25, 37, 50, 62}
)

func (t thresholds) grade(percent float64) Grade {
	g := F
	for _, least := range t {
		if percent < least-1e-9 {
			break
		}
		g++
	}
	return g
}

// Reflectance of ordinary paper and of its black, in percent, where nothing is
// known of them.
const (
	UsualPaper = 80
	UsualInk   = 5
)

// A Press is what is known of how a symbol is printed.
type Press struct {
	DPI  int     // dots to the inch
	Dots float64 // side of a module in dots; a printer paints every dot that a module touches, so a broken number costs
	Gain float64 // by how many µm each edge of black moves outwards
	// Reflectance in percent; the usual ones where both are 0.
	Paper, Ink float64
}

// ErrPress says that a press cannot be reckoned with.
var ErrPress = errors.New("forecast: a press has 1 to 200 dots a module, 50 to 5000 dpi, a gain of 0 to 500 µm, and paper brighter than its ink")

// Module is the side of a module in millimetres.
func (p Press) Module() float64 { return p.Dots * mmPerInch / float64(p.DPI) }

const mmPerInch = 25.4

func (p Press) normal() (Press, error) {
	if p.Paper == 0 && p.Ink == 0 {
		p.Paper, p.Ink = UsualPaper, UsualInk
	}
	sound := p.DPI >= 50 && p.DPI <= 5000 && p.Dots >= 1 && p.Dots <= 200 && p.Gain >= 0 && p.Gain <= 500 &&
		p.Ink >= 0 && p.Paper > p.Ink && p.Paper <= 100
	if !sound {
		return p, ErrPress
	}
	return p, nil
}

// A Forecast is what a verifier would say of a symbol. Percentages are rounded
// down, so that none is better than its grade.
type Forecast struct {
	Grade Grade // the lowest of what follows

	Contrast   Grade // of paper and ink
	Modulation Grade // of the modules of its codewords, with what error correction makes up for
	Correction Grade // what is left of it; F where the symbol cannot be read
	Pattern    Grade // of finder, timing and alignment patterns

	SymbolContrast   int // percent
	LeastModulation  int // percent, of the worst module
	UnusedCorrection int // percent, of the worst block
}

// Of forecasts the grade of a symbol.
func Of(m *qr.Matrix, p Press) (Forecast, error) {
	p, err := p.normal()
	if err != nil {
		return Forecast{}, err
	}
	s := measure(m, p)
	f := Forecast{
		SymbolContrast: int(p.Paper - p.Ink), Contrast: contrastSteps.grade(p.Paper - p.Ink),
		LeastModulation: 100, Modulation: A, Pattern: A,
	}
	unused := 100.0
	capacity := m.Capacity()
	for _, b := range m.Blocks() {
		margins := make([]float64, len(b.Codewords))
		for i, word := range b.Codewords {
			margins[i] = s.least(word[:])
			f.LeastModulation = min(f.LeastModulation, int(margins[i]))
		}
		f.Modulation = min(f.Modulation, overlaid(margins, capacity))
		unused = min(unused, left(margins, 0, capacity))
	}
	f.UnusedCorrection, f.Correction = int(max(unused, 0)), correctionSteps.grade(unused)
	for _, pattern := range m.Patterns() {
		f.Pattern = min(f.Pattern, s.pattern(pattern))
	}
	f.Grade = min(f.Contrast, f.Modulation, f.Correction, f.Pattern)
	return f, nil
}

// left is the percentage of error correction that is left when the codewords
// with a margin of at most least count as wrong.
func left(margins []float64, least float64, capacity int) float64 {
	wrong := 0
	for _, margin := range margins {
		if margin <= least {
			wrong++
		}
	}
	return 100 * (1 - 2*float64(wrong)/float64(capacity))
}

// overlaid grades the modulation of a block (ISO/IEC 15415, 7.8.4): at each grade
// the codewords that miss it count as errors, and the block has that grade if the
// correction left over has it too; the best one counts.
func overlaid(margins []float64, capacity int) Grade {
	best := F
	for i, step := range modulationSteps {
		missed := left(margins, step-1e-6, capacity)
		best = max(best, min(Grade(i+1), correctionSteps.grade(missed)))
	}
	return best
}
