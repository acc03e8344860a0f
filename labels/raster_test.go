package labels

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/labels/thermal"
	"temgoc/labels/thermal/thermaltest"
)

// runOf yields stamps that differ in their codes, as those of an order do.
func runOf(from, count int) iter.Seq2[Stamp, error] {
	return func(yield func(Stamp, error) bool) {
		for i := from; i < from+count; i++ {
			s := sample(0)
			s.ShortCode = fmt.Sprintf("K7Q2M-%05d", i)
			s.Payload = fmt.Sprintf("https://T.EXAMPLE.VN/K7Q2M%05d", i)
			if !yield(s, nil) {
				return
			}
		}
	}
}

// decoded decodes what a head prints.
func decoded(t testing.TB, h Head, stamps iter.Seq2[Stamp, error]) []*thermal.Bitmap {
	t.Helper()
	var out bytes.Buffer
	if err := h.WriteHead(&out, stamps); err != nil {
		t.Fatal(err)
	}
	r, err := h.raster()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := thermaltest.Decode(h.Language, out.Bytes(), r.media, r.row.Width)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// grey is a part of a bitmap, from a column on, as a picture.
func grey(b *thermal.Bitmap, from, width int) *image.Gray {
	picture := blank(width, b.Height)
	for y := range b.Height {
		for x := range width {
			if b.Black(from+x, y) {
				picture.SetGray(x, y, color.Gray{})
			}
		}
	}
	return picture
}

func headOf(t testing.TB, name string, l thermal.Language, dpi int) Head {
	t.Helper()
	return Head{Sheet: Sheet{Stock: stock(t, name)}, Language: l, DPI: dpi}
}

// Every stamp of rows of three scans, in the order in which they stand, and the
// last row is not full.
func TestStampsOfAHeadScan(t *testing.T) {
	for _, l := range []thermal.Language{thermal.ZPL, thermal.TSPL, thermal.EPL, thermal.ESCPOS} {
		for _, dpi := range l.Resolutions() {
			h := headOf(t, "roll-104x22", l, dpi)
			rows := decoded(t, h, runOf(1, 7))
			if len(rows) != 3 {
				t.Fatalf("%s, %d dpi: %d rows, want 3", l, dpi, len(rows))
			}
			third := rows[0].Width / 3
			for i := range 9 {
				label := grey(rows[i/3], i%3*third, third)
				if i >= 7 {
					if slices.Contains(label.Pix, 0) {
						t.Errorf("%s, %d dpi: ink in the empty label %d", l, dpi, i+1)
					}
					continue
				}
				got, err := decodeWith(label, nil)
				if want := fmt.Sprintf("https://T.EXAMPLE.VN/K7Q2M%05d", i+1); err != nil || got != want {
					t.Errorf("%s, %d dpi, stamp %d says %q, %v", l, dpi, i+1, got, err)
				}
			}
		}
	}
}

// A stamp is the same dots whether it is printed alone, behind others or as a
// picture.
func TestAStampIsTheSameDotsEverywhere(t *testing.T) {
	h := headOf(t, "roll-50x30", thermal.ZPL, 203)
	behind := decoded(t, h, runOf(495, 6))[5]
	alone := decoded(t, h, runOf(500, 1))[0]
	if diff := cmp.Diff(alone, behind); diff != "" {
		t.Errorf("behind others (-alone +behind):\n%s", diff)
	}
	var file bytes.Buffer
	for s := range runOf(500, 1) {
		if err := h.WritePNG(&file, s); err != nil {
			t.Fatal(err)
		}
	}
	picture, err := png.Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := picture.Bounds().Size(), image.Pt(400, 240); got != want {
		t.Fatalf("picture of %v, want 8 dots to the millimetre: %v", got, want)
	}
	for y := range 240 {
		for x := range 400 {
			r, _, _, _ := picture.At(x, y).RGBA()
			if (r == 0) != alone.Black(x, y) {
				t.Fatalf("dot %d, %d of the picture differs", x, y)
			}
		}
	}
}

func TestHeadMeasures(t *testing.T) {
	item := sample(6) // 20 characters of code
	for _, c := range []struct {
		stock string
		dpi   int
		s     Stamp
		want  HeadMeasures
	}{
		{"roll-72x22", 203, sample(0), HeadMeasures{4, 12_500, false}},
		{"roll-72x22", 300, sample(0), HeadMeasures{6, 12_700, false}},
		{"roll-72x22", 600, sample(0), HeadMeasures{12, 12_700, false}},
		{"roll-72x22", 203, item, HeadMeasures{3, 10_875, true}},
		{"roll-72x22", 300, item, HeadMeasures{5, 12_277, false}},
	} {
		got, err := headOf(t, c.stock, thermal.ZPL, c.dpi).Measure(c.s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s at %d dpi (-want +got):\n%s", c.stock, c.dpi, diff)
		}
	}
}

func TestHeadsRefuse(t *testing.T) {
	change := func(f func(*Head)) Head {
		h := headOf(t, "roll-50x30", thermal.ZPL, 203)
		f(&h)
		return h
	}
	sheet, narrow := stock(t, "tomy-145"), stock(t, "roll-72x22")
	for name, c := range map[string]struct {
		head  Head
		field string
	}{
		"sheets":          {change(func(h *Head) { h.Sheet.Stock = sheet }), FieldStock},
		"resolution":      {change(func(h *Head) { h.DPI = 1200 }), FieldDPI},
		"language":        {change(func(h *Head) { h.Language = "pcl" }), FieldDPI},
		"off the left":    {change(func(h *Head) { h.Sheet.Stock, h.Sheet.OffsetX = narrow, -4 }), FieldOffsetX},
		"off the top":     {change(func(h *Head) { h.Sheet.OffsetY = -4 }), ""}, // there is room
		"too far":         {change(func(h *Head) { h.Sheet.OffsetY = 5 }), FieldOffsetY},
		"no such tape":    {change(func(h *Head) { h.Language, h.DPI = thermal.BrotherQL, 300 }), FieldStock},
		"nothing at all":  {change(func(h *Head) {}), ""},
		"cells that lack": {change(func(h *Head) { h.Sheet.StartCell = 2 }), FieldStartCell},
	} {
		_, err := c.head.Measure(sample(0))
		wrong, ok := errors.AsType[*ValueError](err)
		if c.field == "" && err != nil || c.field != "" && (!ok || wrong.Field != c.field) {
			t.Errorf("%s: %v", name, err)
		}
		written := c.head.WriteHead(io.Discard, runOf(1, 1))
		if (written == nil) != (err == nil) {
			t.Errorf("%s: Measure says %v, WriteHead %v", name, err, written)
		}
	}
	if err := headOf(t, "roll-50x30", thermal.ZPL, 203).WriteHead(io.Discard, runOf(1, 0)); !errors.Is(err, ErrNoStamps) {
		t.Errorf("no stamps: %v", err)
	}
}

// What is the same on all stamps is drawn once a run: each further one costs no
// memory.
func TestARunCostsNoMemory(t *testing.T) {
	h := headOf(t, "roll-50x30", thermal.ZPL, 203)
	cost := func(n int) float64 {
		stamps := given(n)
		return testing.AllocsPerRun(2, func() {
			if err := h.WriteHead(io.Discard, stamps); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := cost(50), cost(550); many > few+5 {
		t.Errorf("%v allocations for 50 stamps, %v for 550", few, many)
	}
}

// given yields stamps made beforehand.
func given(n int) iter.Seq2[Stamp, error] {
	made := make([]Stamp, 0, n)
	for s := range runOf(1, n) {
		made = append(made, s)
	}
	return list(made...)
}

func BenchmarkWriteHead(b *testing.B) {
	for _, c := range []struct {
		l   thermal.Language
		dpi int
	}{{thermal.ZPL, 203}, {thermal.TSPL, 203}, {thermal.ZPL, 300}, {thermal.ZPL, 600}} {
		b.Run(fmt.Sprintf("%s-%d", c.l, c.dpi), func(b *testing.B) {
			h := headOf(b, "roll-40x30", c.l, c.dpi)
			stamps := given(1000)
			b.ReportAllocs()
			for b.Loop() {
				if err := h.WriteHead(io.Discard, stamps); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/label")
		})
	}
}
