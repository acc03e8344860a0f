package labels

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// An engine is a way to put symbols on labels.
type engine struct {
	dpi, dots int // dots to a module
}

func (p engine) String() string { return fmt.Sprintf("%d×%d", p.dpi, p.dots) }

// engines are a thermal head, which gets the dots themselves, and two office
// printers, which get a PDF.
var engines = []engine{{203, 4}, {300, 5}, {600, 10}}

// twin is the engine whose symbols are those of the one before it, drawn with
// four times as many dots.
var twin = engines[2]

// A series is a kind of codes, with the least square label on which they have
// modules of 10 and of 12 dots.
type series struct {
	name        string
	code        string // of stamp %d
	version     int
	cell10      float64 // mm
	cell12      float64
	soaked, few int // stamps of the long and of the short form
}

var allSeries = []series{
	{"batch codes, 2-M", "K7Q2M%05d", 2, 15, 18, 266, 40},
	{"item codes, 3-Q", "K7Q2M9XR4VAB0CD%05d", 3, 16.5, 19, 266, 14},
}

// soaking asks for the long form of the tests.
func soaking() bool { return os.Getenv("TEMGOC_SOAK") != "" }

func (s series) count() int {
	if soaking() {
		return s.soaked
	}
	return s.few
}

func (s series) stamp(i int) Stamp {
	code := fmt.Sprintf(s.code, i*7919%100_000)
	return Stamp{Payload: "https://T.EXAMPLE.VN/" + code, ShortCode: code, Product: "Chè Shan tuyết"}
}

// A trial is one thing done to every stamp, and how many of them must be read:
// of 1000, by each of the decoders and by zbar or ZXing-cpp.
type trial struct {
	name     string
	hardship hardship
	least    [3]int
	either   int
	rounds   int // pictures of each stamp in the long form, where the rate hangs on chance; 0 means 1
}

// trials are those of every engine. The rates are what the symbols owe to a
// phone; the figures that were measured are in docs/performance.md. A scratch
// is survived by nine in ten, more or less, as chance has it cross the corner
// patterns or not.
var trials = []trial{
	{"blur 0.10 mm, noise 6, turned 15°", hardship{blur: 0.10, noise: 6, turn: 15}, [3]int{995, 995, 990}, 1000, 0},
	{"blur 0.10 mm, noise 12, turned 45°", hardship{blur: 0.10, noise: 12, turn: 45}, [3]int{}, 950, 0},
	{"blur 0.12 mm, 30 µm of dot gain, any turn", hardship{blur: 0.12, gain: 0.030, turn: anyTurn}, [3]int{}, 990, 0},
	{"blur 0.15 mm, noise 6, turned 15°", hardship{blur: 0.15, noise: 6, turn: 15}, [3]int{}, 990, 0},
	{"blur 0.08 mm, 1 % of the dots flipped", hardship{blur: 0.08, flipped: 0.01}, [3]int{}, 995, 0},
	{"blur 0.08 mm, half the contrast", hardship{blur: 0.08, contrast: 0.5}, [3]int{995, 995, 980}, 1000, 0},
	{"blur 0.08 mm, a scratch of 2 %", hardship{blur: 0.08, scratch: 0.02}, [3]int{}, 880, 4},
}

// TestStampsSurvive prints stamps, spoils them as life does, and reads what is
// left with three decoders. TEMGOC_SOAK=1 takes enough of them for the rates.
func TestStampsSurvive(t *testing.T) {
	for _, program := range []string{"zbarimg", "ZXingReader"} {
		need(t, program)
	}
	for _, s := range allSeries {
		for _, p := range engines {
			t.Run(fmt.Sprintf("%s/%v", s.name, p), func(t *testing.T) {
				prints := s.print(t, p)
				if p == twin && !soaking() {
					return
				}
				for i, tr := range trials {
					tr.run(t, prints, s, p, uint64(i))
				}
			})
		}
	}
}

// A printed stamp is the dots of its label.
type printed struct {
	payload string
	dots    *image.Gray
	square  image.Rectangle // of the symbol, without its quiet zone, in dots from the label's corner
}

// print puts the stamps on labels and checks the print itself.
func (s series) print(t *testing.T, p engine) []printed {
	if p.dpi == 203 {
		return s.printHead(t, p)
	}
	var first []printed
	for _, rip := range rippers {
		need(t, rip.program)
		prints := s.printPage(t, p, rip)
		checkPrints(t, prints, s, p, rip.name)
		if first == nil {
			first = prints
		}
	}
	return first
}

// template is the symbol alone: what is beside it does not help to read it.
func template(t *testing.T) *Template {
	t.Helper()
	tmpl, err := TemplateByName("chi-ma")
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

// design lays a stamp out and makes sure that it is the print that the test
// is about.
func (s series) design(t *testing.T, i int, cell float64, dots int) *design {
	t.Helper()
	d, err := template(t).lay(s.stamp(i), cell, cell, 0)
	if err != nil {
		t.Fatal(err)
	}
	if d.module != dots || d.symbol.Version() != s.version {
		t.Fatalf("stamp %d has version %d and modules of %d dots, want %d and %d", i, d.symbol.Version(), d.module, s.version, dots)
	}
	return d
}

// printPage prints a page of stamps through a ripper and cuts it up.
func (s series) printPage(t *testing.T, p engine, rip ripper) []printed {
	const columns = 14
	rows := (s.count() + columns - 1) / columns
	sheet := Sheet{Template: template(t), Stock: Stock{Name: "squares", Title: "squares", Kind: KindSheet,
		PageWidth: columns * s.cell10, PageHeight: float64(rows) * s.cell10,
		CellWidth: s.cell10, CellHeight: s.cell10, Columns: columns, Rows: rows}}
	stamps := func(yield func(Stamp, error) bool) {
		for i := range s.count() {
			if !yield(s.stamp(i), nil) {
				return
			}
		}
	}
	file := filepath.Join(t.TempDir(), "page")
	if err := os.WriteFile(file+".pdf", pdf(t, sheet, stamps), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, rip.program, rip.args(p.dpi, file+".pdf", file)...)
	page := readPBM(t, file+".pbm")
	prints := make([]printed, s.count())
	for i := range prints {
		d := s.design(t, i, s.cell10, 10)
		x, y := sheet.Stock.CellOrigin(i + 1)
		corner := image.Pt(evenDots(x), evenDots(y)).Mul(p.dpi).Div(dotsPerInch)
		size := image.Pt(d.width, d.height).Mul(p.dpi).Div(dotsPerInch)
		dots := image.NewGray(image.Rectangle{Max: size})
		draw.Draw(dots, dots.Rect, page, corner, draw.Src)
		side := d.symbol.Size() * p.dots
		at := image.Pt(d.x, d.y).Mul(p.dpi).Div(dotsPerInch)
		prints[i] = printed{s.stamp(i).Payload, dots, image.Rectangle{at, at.Add(image.Pt(side, side))}}
	}
	return prints
}

// printHead prints labels at the resolution of a thermal head.
func (s series) printHead(t *testing.T, p engine) []printed {
	prints := make([]printed, s.count())
	for i := range prints {
		d := s.design(t, i, s.cell12, 12)
		var file bytes.Buffer
		if err := template(t).WritePNG(&file, s.stamp(i), s.cell12, s.cell12, p.dpi); err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(&file)
		if err != nil {
			t.Fatal(err)
		}
		x, y := firstDark(picture.Bounds().Dx(), picture.Bounds().Dy(), func(x, y int) bool {
			return picture.(*image.Gray).GrayAt(x, y).Y < 128
		})
		side := d.symbol.Size() * p.dots
		prints[i] = printed{s.stamp(i).Payload, picture.(*image.Gray), image.Rect(x, y, x+side, y+side)}
	}
	checkPrints(t, prints, s, p, "raster")
	return prints
}

// checkPrints reads clean prints with all decoders, which must read them all,
// and weighs the ink of each.
func checkPrints(t *testing.T, prints []printed, s series, p engine, rip string) {
	t.Helper()
	var pictures []*image.Gray
	var payloads []string
	worst := 0.0
	for _, stamp := range prints {
		pictures, payloads = append(pictures, stamp.dots), append(payloads, stamp.payload)
		off := float64(stamp.darkDots())/float64(stamp.darkModules(p.dots)*p.dots*p.dots) - 1
		if math.Abs(off) > math.Abs(worst) {
			worst = off
		}
	}
	if math.Abs(worst) > 0.005 {
		t.Errorf("%s: ink area is off by %+.2f %%, want at most 0.5 %%", rip, 100*worst)
	}
	got := read(t, pictures, payloads)
	for j, decoder := range decoders {
		if n := got.missed(j); n > 0 {
			t.Errorf("%s: %s does not read %d of %d clean stamps", rip, decoder, n, len(prints))
		}
	}
	t.Logf("| %s | %v | clean, %s, ink %+.2f %% | %s |", s.name, p, rip, 100*worst, got.rates())
}

// darkDots counts the dots of the symbol's square that have ink.
func (p printed) darkDots() int {
	n := 0
	for y := p.square.Min.Y; y < p.square.Max.Y; y++ {
		for x := p.square.Min.X; x < p.square.Max.X; x++ {
			if p.dots.GrayAt(x, y).Y < 128 {
				n++
			}
		}
	}
	return n
}

// darkModules counts the modules of the symbol whose middle has ink.
func (p printed) darkModules(dots int) int {
	n := 0
	for y := p.square.Min.Y + dots/2; y < p.square.Max.Y; y += dots {
		for x := p.square.Min.X + dots/2; x < p.square.Max.X; x += dots {
			if p.dots.GrayAt(x, y).Y < 128 {
				n++
			}
		}
	}
	return n
}

// run spoils all prints in one way, reads them, and counts.
func (tr trial) run(t *testing.T, prints []printed, s series, p engine, seed uint64) {
	t.Helper()
	var pictures []*image.Gray
	var payloads []string
	rounds := 1
	if soaking() {
		rounds = max(1, tr.rounds)
	}
	for i := range rounds * len(prints) {
		stamp := prints[i%len(prints)]
		chance := rand.New(rand.NewPCG(seed, uint64(i)))
		pictures = append(pictures, tr.hardship.photograph(chance, stamp.dots, stamp.square, p.dpi))
		payloads = append(payloads, stamp.payload)
	}
	got := read(t, pictures, payloads)
	t.Logf("| %s | %v | %s | %s |", s.name, p, tr.name, got.rates())
	n := len(pictures)
	for j, decoder := range decoders {
		if missed, most := got.missed(j), allowed(n, tr.least[j]); missed > most {
			t.Errorf("%s: %s misses %d of %d, want at most %d", tr.name, decoder, missed, n, most)
		}
	}
	if missed, most := got.missedByBoth(), allowed(n, tr.either); missed > most {
		t.Errorf("%s: zbar and ZXing-cpp both miss %d of %d, want at most %d", tr.name, missed, n, most)
	}
}

// allowed returns how many of n stamps may be missed where at least so many of
// 1000 must be read. The short form has too few stamps for the rate itself:
// it allows for two standard deviations of bad luck.
func allowed(n, least int) int {
	miss := float64(1000-least) / 1000
	most := float64(n) * miss
	if !soaking() {
		most += 2 * math.Sqrt(most*(1-miss))
	}
	return int(most)
}

// rates writes the shares of stamps read, in per cent: by each decoder, and by
// zbar or ZXing-cpp.
func (r readings) rates() string {
	n := len(r[0])
	rate := func(missed int) float64 { return 100 * float64(n-missed) / float64(n) }
	return fmt.Sprintf("%.4g | %.4g | %.4g | %.4g", rate(r.missed(0)), rate(r.missed(1)), rate(r.missed(2)), rate(r.missedByBoth()))
}
