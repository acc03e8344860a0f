package forecast

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"temgoc/labels/qr"
)

// symbols are 130 stamps of version 2-M, two sheets of them.
func symbols(t testing.TB) []*qr.Matrix {
	t.Helper()
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var all []*qr.Matrix
	state := uint32(1)
	for range 130 {
		code := make([]byte, 12)
		for i := range code {
			state = state*1664525 + 1013904223
			code[i] = letters[state>>27]
		}
		m, err := qr.Encode("https://T.EXAMPLE.VN/"+string(code), qr.Options{MaxVersion: 2})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// count forecasts all symbols: "A130", "C15 D7 F108".
func count(t *testing.T, all []*qr.Matrix, p Press) string {
	t.Helper()
	var n [5]int
	for _, m := range all {
		f, err := Of(m, p)
		if err != nil {
			t.Fatal(err)
		}
		n[f.Modulation]++
	}
	var parts []string
	for g := A; ; g-- {
		if n[g] > 0 {
			parts = append(parts, fmt.Sprintf("%v%d", g, n[g]))
		}
		if g == F {
			return strings.Join(parts, " ")
		}
	}
}

// The reference is an estimator that worked on bitmaps of 130 such stamps, with
// Ghostscript as the printer: all of these were A but the last, which had
// C15 D7 F108 at 60 µm.
func TestSnappedModules(t *testing.T) {
	all := symbols(t)
	for _, test := range []struct {
		dots, dpi int
		at60      string
	}{
		{3, 203, "A130"}, {4, 203, "A130"}, {4, 300, "A130"}, {5, 300, "A130"}, {6, 300, "A130"},
		{8, 600, "A130"}, {10, 600, "A130"}, {3, 300, "C1 D4 F125"},
	} {
		t.Run(fmt.Sprintf("%d@%d", test.dots, test.dpi), func(t *testing.T) {
			for gain, want := range map[float64]string{0: "A130", 30: "A130", 60: test.at60} {
				if got := count(t, all, Press{DPI: test.dpi, Dots: float64(test.dots), Gain: gain}); got != want {
					t.Errorf("gain %v µm: %s, want %s", gain, got, want)
				}
			}
		})
	}
}

// Where modules are no whole number of dots, printers paint every dot that one
// touches. The reference had, at 0 and 30 µm, B11 C87 D31 F1 and F130 at 203 dpi,
// A130 and A3 B127 at 300, A130 and A130 at 600.
func TestModulesBetweenDots(t *testing.T) {
	all := symbols(t)
	const module = 0.4545
	for _, test := range []struct {
		dpi       int
		at0, at30 string
	}{
		{203, "A9 B89 C32", "F130"},
		{300, "A130", "A19 B111"},
		{600, "A130", "A130"},
	} {
		p := Press{DPI: test.dpi, Dots: module * float64(test.dpi) / mmPerInch}
		if got := count(t, all, p); got != test.at0 {
			t.Errorf("%d dpi: %s, want %s", test.dpi, got, test.at0)
		}
		p.Gain = 30
		if got := count(t, all, p); got != test.at30 {
			t.Errorf("%d dpi, gain 30 µm: %s, want %s", test.dpi, got, test.at30)
		}
	}
}

// A module in the middle of dark ones, by hand: the aperture is a circle of
// radius 0.4, the light left a square.
func TestLightAmongDark(t *testing.T) {
	m, err := qr.Encode("TEMGOC", qr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x, y := surrounded(t, m)
	for _, test := range []struct{ gain, want float64 }{
		{0, 1}, {0.1, 1}, {0.3, 0.16 / 0.502655}, {0.5, 0},
	} {
		if got := (printed{dots: 10, gain: test.gain}).light(m, x, y); got < test.want-0.015 || got > test.want+0.015 {
			t.Errorf("gain of %v modules: %.3f of the aperture is light, want %.3f", test.gain, got, test.want)
		}
	}
}

// surrounded finds a light module all of whose neighbours are dark.
func surrounded(t *testing.T, m *qr.Matrix) (x, y int) {
	t.Helper()
	for y := range m.Size() {
	next:
		for x := range m.Size() {
			for i := range 9 {
				if dx, dy := i%3-1, i/3-1; m.Dark(x+dx, y+dy) == (dx == 0 && dy == 0) {
					continue next
				}
			}
			return x, y
		}
	}
	t.Fatal("no such module")
	return 0, 0
}

func TestContrast(t *testing.T) {
	m := symbols(t)[0]
	for _, test := range []struct {
		paper, ink float64
		want       Grade
	}{
		{0, 0, A}, {80, 10, A}, {79, 10, B}, {65, 10, B}, {64, 10, C}, {45, 10, D}, {25, 10, F},
	} {
		f, err := Of(m, Press{DPI: 300, Dots: 5, Paper: test.paper, Ink: test.ink})
		if err != nil {
			t.Fatal(err)
		}
		if f.Contrast != test.want || f.Grade != test.want || f.Modulation != A {
			t.Errorf("paper %v %%, ink %v %%: contrast %v, in all %v, want %v", test.paper, test.ink, f.Contrast, f.Grade, test.want)
		}
	}
}

// Of ten correction codewords with a capacity of ten, one error costs 20 %.
func TestOverlay(t *testing.T) {
	for _, test := range []struct {
		name    string
		margins []float64
		want    Grade
	}{
		{"all well", []float64{60, 55, 50}, A},
		{"one bad one leaves 80 %", []float64{60, 5, 60}, A},
		{"two leave 60 %", []float64{60, 5, 5}, B},
		{"two of B are better than two errors", []float64{60, 45, 45}, B},
		{"three leave 40 %, of C", []float64{5, 5, 5}, C},
		{"four leave 20 %", []float64{5, 5, 5, 5}, F},
		{"four of C", []float64{35, 35, 35, 35}, C},
		{"four of D", []float64{25, 25, 25, 25}, D},
	} {
		if got := overlaid(test.margins, 10); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// Swallowed modules cannot be read, and a symbol that cannot be read is F.
func TestSwallowed(t *testing.T) {
	f, err := Of(symbols(t)[0], Press{DPI: 600, Dots: 4, Gain: 100})
	if err != nil {
		t.Fatal(err)
	}
	if f.Grade != F || f.Correction != F || f.LeastModulation != 0 || f.UnusedCorrection != 0 {
		t.Errorf("got %+v", f)
	}
}

func TestRefused(t *testing.T) {
	m := symbols(t)[0]
	for _, p := range []Press{
		{}, {DPI: 300}, {Dots: 4}, {DPI: 300, Dots: 0.5}, {DPI: 300, Dots: 4, Gain: -1}, {DPI: 300, Dots: 4, Gain: 501},
		{DPI: 300, Dots: 4, Paper: 10, Ink: 10}, {DPI: 300, Dots: 4, Paper: 101}, {DPI: 300, Dots: math.NaN()}, {DPI: 300, Dots: 4, Gain: math.NaN()},
	} {
		if _, err := Of(m, p); !errors.Is(err, ErrPress) {
			t.Errorf("%+v: error %v", p, err)
		}
	}
}

func TestLimits(t *testing.T) {
	for _, test := range []struct {
		name string
		size Size
		want []Limit
	}{
		{"5 dots at 300 dpi", Size{Module: 423, Dots: 5, QuietZone: 4}, nil},
		{"3 dots at 203 dpi", Size{Module: 375, Dots: 3, QuietZone: 4}, []Limit{LimitModuleSmall, LimitDots}},
		{"too large, too little white", Size{Module: 1016, Dots: 24, QuietZone: 3}, []Limit{LimitModuleLarge, LimitQuietZone}},
		{"between dots", Size{Module: 423, Dots: 3.383, QuietZone: 4}, []Limit{LimitDots, LimitBroken}},
		{"finer than known", Size{Module: 423, Dots: 5, QuietZone: 4, Safe: 6}, []Limit{LimitFine}},
		{"as fine as known", Size{Module: 423, Dots: 5, QuietZone: 4, Safe: 5}, nil},
	} {
		if got := Limits(test.size); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// BenchmarkForecast grades the symbol of one stamp, with the worst of printers.
func BenchmarkForecast(b *testing.B) {
	m := symbols(b)[0]
	for b.Loop() {
		if _, err := Of(m, Press{DPI: 203, Dots: 3.63, Gain: 60}); err != nil {
			b.Fatal(err)
		}
	}
}
