package qr

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"
	rsc "rsc.io/qr"
	"rsc.io/qr/coding"
)

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// tail returns random characters of an alphabet.
func tail(r *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

func series(t testing.TB, prefix string, n int, o Options) *Series {
	t.Helper()
	s, err := NewSeries(prefix, n, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// independent makes the symbol of an address as rsc.io/qr does, for the
// version, level and mask of ours.
func independent(t testing.TB, plan *coding.Plan, text string) *coding.Code {
	t.Helper()
	scheme, rest, _ := strings.Cut(text, ":")
	c, err := plan.Encode(coding.String(scheme), coding.Alpha(":"+rest))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func planOf(t testing.TB, m *Matrix) *coding.Plan {
	t.Helper()
	plan, err := coding.NewPlan(coding.Version(m.version), coding.Level(m.level-L), coding.Mask(maskOf(m)))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// TestSeriesIsBitExact compares 100,000 symbols of batch and item codes with
// those of another encoder, module for module.
func TestSeriesIsBitExact(t *testing.T) {
	const prefix = "https://T.EXAMPLE.VN/"
	for _, n := range []int{10, 20} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s, r := series(t, prefix, n, Options{}), rand.New(rand.NewPCG(1, uint64(n)))
			m := new(Matrix)
			var plan *coding.Plan
			for range 50_000 {
				text := prefix + tail(r, crockford, n)
				if err := s.Symbol(m, text); err != nil {
					t.Fatal(err)
				}
				if plan == nil {
					plan = planOf(t, m)
				}
				c := independent(t, plan, text)
				for y := range m.size {
					var row uint64
					for x := range m.size {
						if c.Black(x, y) {
							row |= 1 << x
						}
					}
					if row != m.rows[y] {
						t.Fatalf("%s: row %d is %0*b, want %0*b (column 0 last)", text, y, m.size, m.rows[y], m.size, row)
					}
				}
			}
		})
	}
}

// TestSeriesOfEveryVersion checks all versions and levels, tails of odd and
// even length behind prefixes of odd and even length, against the one encoder
// that chooses its mode itself: symbols are compared without their masks.
func TestSeriesOfEveryVersion(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	for _, prefix := range []string{"", "A", "AB", "https://T.VN/", "https://T.VN/A", "https://t.example.vn/lo/"} {
		for level := L; level <= H; level++ {
			for n := 8; n < 130; n += 7 {
				s, err := NewSeries(prefix, n, Options{MinLevel: level})
				if errors.Is(err, ErrTooLong) {
					continue
				}
				if err != nil {
					t.Fatalf("prefix %q, %d characters, level %v: %v", prefix, n, level, err)
				}
				text := prefix + tail(r, "ABCDEFGHJKMNPQRSTVWXYZ", n)
				want, err := Encode(text, Options{MinLevel: level})
				if err != nil {
					t.Fatal(err)
				}
				got := new(Matrix)
				if err := s.Symbol(got, text); err != nil {
					t.Fatal(err)
				}
				if got.version != want.version || got.level != want.level {
					t.Fatalf("%q: version %d-%v, want %d-%v", text, got.version, got.level, want.version, want.level)
				}
				if bare(got) != bare(want) {
					t.Errorf("%q (version %d-%v): the symbols differ", text, got.version, got.level)
				}
			}
		}
	}
}

// bare returns the modules of a symbol without its mask.
func bare(m *Matrix) grid {
	g, mask := m.rows, maskOf(m)
	g.xor(maskGrid(m.version, mask), m.size)
	g.xor(formatGrid(m.version, m.level, mask), m.size)
	return g
}

// TestSeriesDecodes reads symbols with a decoder, digits and all signs of the
// mode among their characters.
func TestSeriesDecodes(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	for _, alphabet := range []string{crockford, "0123456789", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:"} {
		for _, n := range []int{1, 2, 10, 13, 20} {
			prefix := "https://TEM.TUYENQUANG.GOV.VN/"
			s := series(t, prefix, n, Options{})
			for range 20 {
				text := prefix + tail(r, alphabet, n)
				m := new(Matrix)
				if err := s.Symbol(m, text); err != nil {
					t.Fatal(err)
				}
				if got, err := read(m); err != nil || got != text {
					t.Errorf("decoded %q, %v, want %q", got, err, text)
				}
			}
		}
	}
}

// read decodes a symbol.
func read(m *Matrix) (string, error) {
	const scale = 4
	side := (m.size + 2*QuietZone) * scale
	picture := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			if !m.Dark(x/scale-QuietZone, y/scale-QuietZone) {
				picture.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		return "", err
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	if err != nil {
		return "", err
	}
	return result.GetText(), nil
}

// TestPenalty compares the rating with another implementation of it.
func TestPenalty(t *testing.T) {
	for mask := range 8 {
		for _, prefix := range []string{"A", "https://T.EXAMPLE.VN/"} {
			s := series(t, prefix, 20, Options{})
			s.flipMask(maskOf(&s.base))
			s.flipMask(mask)
			for i := range 20 {
				m := s.sample(i)
				b := encoder.NewByteMatrix(m.size, m.size)
				for y := range m.size {
					for x := range m.size {
						if m.Dark(x, y) {
							b.Set(x, y, 1)
						}
					}
				}
				want := encoder.MaskUtil_applyMaskPenaltyRule1(b) + encoder.MaskUtil_applyMaskPenaltyRule2(b) +
					encoder.MaskUtil_applyMaskPenaltyRule3(b) + encoder.MaskUtil_applyMaskPenaltyRule4(b)
				if got := m.penalty(); got != want {
					t.Errorf("mask %d, sample %d: penalty %d, want %d", mask, i, got, want)
				}
			}
		}
	}
}

func TestSeriesRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		prefix string
		tail   int
		want   error
	}{
		"no tail":        {"https://T.VN/", 0, ErrMode},
		"lower case":     {"https://t.vn/a", 1, ErrMode},
		"too long":       {"https://T.VN/", 400, ErrTooLong},
		"endless":        {"https://T.VN/", 1 << 40, ErrMode},
		"strange prefix": {"https://T.VN/ố", 10, &CharError{'ố'}},
	} {
		_, err := NewSeries(test.prefix, test.tail, Options{})
		var char *CharError
		if errors.As(test.want, &char) {
			if !errors.As(err, &char) || char.Rune != 'ố' {
				t.Errorf("%s: %v, want %v", name, err, test.want)
			}
		} else if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	s := series(t, "https://T.VN/", 10, Options{})
	m := Matrix{version: 9}
	for _, text := range []string{"", "https://T.VN/", "https://T.VN/K7Q2M9XR4", "https://T.VN/K7Q2M9XR4VV", "https://U.VN/K7Q2M9XR4V", "https://T.VN/K7Q2M9XR4v", "https://T.VN/K7Q2M9XR4\xff", "https://T.VN/K7Q2M9XR4 "} {
		if err := s.Symbol(&m, text); !errors.Is(err, ErrText) || m.version != 9 {
			t.Errorf("Symbol(%q): %v, want ErrText and nothing changed", text, err)
		}
	}
}

// TestSymbolAllocatesNothing holds the promise that a run makes no garbage.
func TestSymbolAllocatesNothing(t *testing.T) {
	s := series(t, "https://T.EXAMPLE.VN/", 20, Options{})
	m := new(Matrix)
	if n := testing.AllocsPerRun(100, func() {
		if err := s.Symbol(m, "https://T.EXAMPLE.VN/K7Q2M9XR4VAB0CD00017"); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a symbol, want none", n)
	}
}

func FuzzSeries(f *testing.F) {
	f.Add("https://T.EXAMPLE.VN/", "K7Q2M9XR4V", uint8(0))
	f.Add("", "0", uint8(H))
	f.Add("https://t.example.vn/", "A1", uint8(L))
	f.Fuzz(func(t *testing.T, prefix, tail string, level uint8) {
		s, err := NewSeries(prefix, len(tail), Options{MinLevel: Level(level)})
		if err != nil {
			return
		}
		m := new(Matrix)
		if s.Symbol(m, prefix+tail) != nil {
			return
		}
		if got, err := read(m); err != nil || got != prefix+tail {
			t.Fatalf("decoded %q, %v, want %q", got, err, prefix+tail)
		}
	})
}

// BenchmarkSymbol makes the symbols of an order's item codes, in one run with
// other encoders.
func BenchmarkSymbol(b *testing.B) {
	const prefix = "https://T.EXAMPLE.VN/"
	for _, n := range []int{10, 20} {
		texts := make([]string, 1024)
		r := rand.New(rand.NewPCG(6, 7))
		for i := range texts {
			texts[i] = prefix + tail(r, crockford, n)
		}
		s := series(b, prefix, n, Options{})
		m := new(Matrix)
		for _, c := range []struct {
			name string
			make func(text string) error
		}{
			{"series", func(text string) error { return s.Symbol(m, text) }},
			{"skip2", func(text string) error { _, err := Encode(text, Options{}); return err }},
			{"rsc", func(text string) error { _, err := rsc.Encode(text, rsc.M); return err }},
			{"gozxing", func(text string) error {
				_, err := encoder.Encoder_encode(text, decoder.ErrorCorrectionLevel_M, nil)
				return err
			}},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if err := c.make(texts[i%len(texts)]); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkMask measures what rating the masks of each symbol would cost, and
// what it would gain: the mean penalty with the mask of the series and with the
// best one of each symbol.
func BenchmarkMask(b *testing.B) {
	s := series(b, "https://T.EXAMPLE.VN/", 20, Options{})
	chosen := maskOf(&s.base)
	var series, best, symbols float64
	for i := 0; b.Loop(); i++ {
		least := 0
		for mask := range masks {
			s.flipMask(maskOf(&s.base))
			s.flipMask(mask)
			p := s.sample(i % 4096).penalty()
			if mask == chosen {
				series += float64(p)
			}
			if mask == 0 || p < least {
				least = p
			}
		}
		best += float64(least)
		symbols++
	}
	b.ReportMetric(series/symbols, "penalty/series")
	b.ReportMetric(best/symbols, "penalty/best")
}
