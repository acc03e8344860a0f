package thermal_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/labels/thermal"
	"temgoc/labels/thermal/thermaltest"
)

// labelsOf makes labels with all that compression treats apart: noise, blank and
// black rows, rows alike, runs of any length.
func labelsOf(r *rand.Rand, width, height, inset, insetY int) *thermal.Bitmap {
	b := thermal.NewBitmap(width, height)
	for y := insetY; y < height-insetY; y++ {
		switch r.IntN(5) {
		case 0:
		case 1:
			b.Fill(inset, y, width-2*inset, 1)
		case 2:
			if y > insetY {
				copy(b.Row(y), b.Row(y-1))
			}
		case 3:
			for x := inset; x < width-inset; x += 1 + r.IntN(width) {
				b.Fill(x, y, min(1+r.IntN(width), width-inset-x), 1)
			}
		case 4:
			for x := inset; x < width-inset; x++ {
				b.Fill(x, y, r.IntN(2), 1)
			}
		}
	}
	return b
}

// stream writes labels in a language.
func stream(t testing.TB, l thermal.Language, m thermal.Media, labels ...*thermal.Bitmap) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := thermal.NewWriter(&out, l, m)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range labels {
		if err := w.WriteLabel(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// same compares bitmaps; a wider one must be blank where the other ends, since
// TSPL says the width in bytes.
func same(got, want *thermal.Bitmap) error {
	if got.Height != want.Height || got.Stride != want.Stride {
		return fmt.Errorf("%d × %d dots, want %d × %d", got.Width, got.Height, want.Width, want.Height)
	}
	if !bytes.Equal(got.Pix, want.Pix) {
		return errors.New("dots differ")
	}
	return nil
}

// mediaFor is a medium on which a bitmap of these dots is printed.
func mediaFor(l thermal.Language, width, height int) (m thermal.Media, w, h, inset, insetY int) {
	if l == thermal.BrotherQL {
		return thermal.Media{DPI: 300, Width: 62, Height: 29, Gap: 3}, 732, 343, 18, 36
	}
	return thermal.Media{DPI: 203, Width: float64(width) / 8, Height: float64(height) / 8, Gap: 2}, width, height, 0, 0
}

func checkRoundTrip(t *testing.T, l thermal.Language, r *rand.Rand, width, height, n int) {
	t.Helper()
	m, width, height, inset, insetY := mediaFor(l, width, height)
	want := make([]*thermal.Bitmap, n)
	for i := range want {
		want[i] = labelsOf(r, width, height, inset, insetY)
	}
	got, err := thermaltest.Decode(l, stream(t, l, m, want...), m, width)
	if err != nil {
		t.Fatalf("%s, %d × %d: %v", l, width, height, err)
	}
	if len(got) != n {
		t.Fatalf("%s: %d labels, want %d", l, len(got), n)
	}
	for i := range want {
		if err := same(got[i], want[i]); err != nil {
			t.Errorf("%s, label %d of %d × %d: %v", l, i, width, height, err)
		}
	}
}

func TestEveryDotComesBack(t *testing.T) {
	for _, l := range thermal.Languages() {
		for _, size := range [][2]int{{1, 1}, {7, 3}, {8, 1}, {9, 130}, {320, 200}, {832, 300}, {6500, 9}} {
			r := rand.New(rand.NewPCG(uint64(size[0]), 4))
			checkRoundTrip(t, l, r, size[0], size[1], 3)
		}
	}
}

func FuzzEveryDotComesBack(f *testing.F) {
	f.Add(uint64(1), uint16(320), uint16(200), uint8(0))
	f.Fuzz(func(t *testing.T, seed uint64, width, height uint16, n uint8) {
		for _, l := range thermal.Languages() {
			r := rand.New(rand.NewPCG(seed, uint64(width)))
			checkRoundTrip(t, l, r, 1+int(width)%1000, 1+int(height)%300, 1+int(n)%3)
		}
	})
}

func TestWhatIsWritten(t *testing.T) {
	b := thermal.NewBitmap(12, 3)
	b.Fill(0, 0, 12, 2)
	m := thermal.Media{DPI: 203, Width: 1.5, Height: 0.375, Gap: 2.5}
	for l, want := range map[thermal.Language]string{
		thermal.ZPL:    "^XA^PW12^LL3^LH0,0^FO0,0^GFA,6,6,2,IF,:,^FS^XZ\n",
		thermal.TSPL:   "SIZE 1.5 mm,0.38 mm\r\nGAP 2.5 mm,0 mm\r\nDIRECTION 0\r\nREFERENCE 0,0\r\nCLS\r\nBITMAP 0,0,2,3,0,\x00\x0F\x00\x0F\xFF\xFF\r\nPRINT 1\r\n",
		thermal.EPL:    "\nN\nq12\nQ3,20\nGW0,0,2,3,\x00\x0F\x00\x0F\xFF\xFF\nP1\n",
		thermal.ESCPOS: "\x1B@\x1Dv0\x00\x02\x00\x03\x00\xFF\xF0\xFF\xF0\x00\x00\x1Dv0\x00\x01\x00\x14\x00" + string(make([]byte, 20)),
	} {
		if diff := cmp.Diff(want, string(stream(t, l, m, b))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l, diff)
		}
	}
}

// A printer that is cut off must not have half a label of the next one in what
// it was sent: each label is one write.
func TestEachLabelIsOneWrite(t *testing.T) {
	for _, l := range thermal.Languages() {
		m, width, height, inset, insetY := mediaFor(l, 64, 40)
		b := labelsOf(rand.New(rand.NewPCG(1, 2)), width, height, inset, insetY)
		var writes counter
		w, err := thermal.NewWriter(&writes, l, m)
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			if err := w.WriteLabel(b); err != nil {
				t.Fatal(err)
			}
		}
		if writes != 4 {
			t.Errorf("%s: %d writes for 4 labels", l, writes)
		}
	}
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c++; return len(p), nil }

func TestBrotherPrintsOnlyWhereItCan(t *testing.T) {
	for _, m := range []thermal.Media{
		{DPI: 300, Width: 40, Height: 25, Gap: 2}, {DPI: 300, Width: 62, Height: 30, Gap: 2}, {DPI: 300, Width: 100, Height: 25},
	} {
		var wrong *thermal.MediaError
		if _, err := thermal.NewWriter(io.Discard, thermal.BrotherQL, m); !errors.As(err, &wrong) {
			t.Errorf("%+v: %v", m, err)
		}
	}
	tape := thermal.Media{DPI: 300, Width: 62, Height: 40}
	cut := thermal.Media{DPI: 300, Width: 62, Height: 29, Gap: 3}
	for _, c := range []struct {
		m    thermal.Media
		x, y int
		fine bool
	}{
		{tape, 17, 100, false}, {tape, 18, 100, true}, {tape, 713, 100, true}, {tape, 714, 100, false}, {tape, 100, 0, true}, {tape, 100, 471, true},
		{cut, 100, 35, false}, {cut, 100, 36, true}, {cut, 100, 306, true}, {cut, 100, 307, false},
	} {
		b := thermal.NewBitmap(732, c.m.Dots(c.m.Height))
		b.Fill(c.x, c.y, 1, 1)
		w, err := thermal.NewWriter(io.Discard, thermal.BrotherQL, c.m)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.WriteLabel(b); (err == nil) != c.fine {
			t.Errorf("a dot at %d, %d: %v", c.x, c.y, err)
		}
	}
}

func TestUnknownLanguagesAndHeads(t *testing.T) {
	for _, c := range []struct {
		l   thermal.Language
		dpi int
	}{{"pcl", 203}, {thermal.ZPL, 0}, {thermal.EPL, 600}, {thermal.BrotherQL, 203}} {
		if _, err := thermal.NewWriter(io.Discard, c.l, thermal.Media{DPI: c.dpi, Width: 62, Height: 29, Gap: 3}); !errors.Is(err, thermal.ErrLanguage) {
			t.Errorf("%s at %d: %v", c.l, c.dpi, err)
		}
	}
}

// Or is checked against setting dots one by one.
func TestOr(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		src := labelsOf(r, 1+r.IntN(40), 1+r.IntN(5), 0, 0)
		got, want := thermal.NewBitmap(50, 7), thermal.NewBitmap(50, 7)
		x, y := r.IntN(80)-30, r.IntN(14)-6
		got.Or(src, x, y)
		for sy := range src.Height {
			for sx := range src.Width {
				if src.Black(sx, sy) {
					want.Fill(x+sx, y+sy, 1, 1)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d × %d at %d, %d (-want +got):\n%s", src.Width, src.Height, x, y, diff)
		}
	}
}

func BenchmarkWriteLabel(b *testing.B) {
	for _, l := range thermal.Languages() {
		m, width, height, inset, insetY := mediaFor(l, 320, 200)
		label := thermal.NewBitmap(width, height)
		for y := insetY; y < height-insetY; y += 8 {
			for x := inset; x < width-inset; x += 12 {
				label.Fill(x, y, 6, 4)
			}
		}
		b.Run(string(l), func(b *testing.B) {
			w, err := thermal.NewWriter(io.Discard, l, m)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := w.WriteLabel(label); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
