package labels

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"strings"
	"testing"

	"temgoc/labels/qr"
)

func TestGoldenSVG(t *testing.T) {
	var stamp, symbol bytes.Buffer
	if err := WriteSVG(&stamp, sample(0), 38, 21); err != nil {
		t.Fatal(err)
	}
	golden(t, "stamp.svg", stamp.Bytes())
	m, err := qr.Encode(sample(0).Payload, qr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteSymbolSVG(&symbol, m, 0.5); err != nil {
		t.Fatal(err)
	}
	golden(t, "symbol.svg", symbol.Bytes())
	if want := `width="16.5mm" height="16.5mm"`; !strings.Contains(symbol.String(), want) {
		t.Errorf("33 modules of 0.5 mm: the picture is not %s", want)
	}
}

// Text from the caller must not break out of the title.
func TestSVGIsWellFormed(t *testing.T) {
	s := sample(0)
	s.Product = `Trà <b>"&'`
	var file bytes.Buffer
	if err := WriteSVG(&file, s, 38, 21); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(file.String(), "Trà &lt;b&gt;") {
		t.Error("the title does not hold the product's name, escaped")
	}
	for decoder := xml.NewDecoder(&file); ; {
		token, err := decoder.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "b" {
			t.Error("markup of the caller became an element")
		}
	}
}

func TestPNGDecodesAtEveryResolution(t *testing.T) {
	for _, dpi := range []int{180, 203, 300, 333, 600, 1200} {
		for _, i := range []int{0, 3, 6} {
			s := sample(i)
			var file bytes.Buffer
			if err := WritePNG(&file, s, 38, 21, dpi); err != nil {
				t.Fatal(err)
			}
			if got := pixelsPerMetre(t, file.Bytes()); got*254 < dpi*10_000-254 || got*254 > dpi*10_000+254 {
				t.Errorf("%d dpi: the file says %d pixels a metre", dpi, got)
			}
			picture, err := png.Decode(&file)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := decode(picture); err != nil || got != s.Payload {
				t.Errorf("%d dpi, stamp %d: decoded %q, %v, want %q", dpi, i, got, err, s.Payload)
			}
		}
	}
}

// pixelsPerMetre reads the resolution from a PNG file's pHYs chunk.
func pixelsPerMetre(t *testing.T, file []byte) int {
	t.Helper()
	_, chunk, found := bytes.Cut(file, []byte("pHYs"))
	if !found || len(chunk) < 9 || chunk[8] != 1 {
		t.Fatal("the file has no resolution in metres")
	}
	x, y := binary.BigEndian.Uint32(chunk), binary.BigEndian.Uint32(chunk[4:])
	if x != y {
		t.Errorf("%d pixels a metre across, %d down", x, y)
	}
	return int(x)
}

// All modules have the same whole number of pixels, pure black or white, also
// at resolutions that are not on the grid.
func TestPNGModulesAreWholePixels(t *testing.T) {
	for dpi, module := range map[int]int{203: 4, 300: 6, 333: 6, 600: 12} {
		var file bytes.Buffer
		if err := WritePNG(&file, sample(0), 38, 21, dpi); err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(&file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := (*Template)(nil).lay(sample(0), 38, 21, 0)
		if err != nil {
			t.Fatal(err)
		}
		m := d.symbol
		dark := func(x, y int) bool { r, _, _, _ := picture.At(x, y).RGBA(); return r == 0 }
		x0, y0 := firstDark(picture.Bounds().Dx(), picture.Bounds().Dy(), dark)
		for y := range m.Size() * module {
			for x := range m.Size() * module {
				if dark(x0+x, y0+y) != m.Dark(x/module, y/module) {
					t.Fatalf("%d dpi: pixel %d,%d of the symbol is wrong for modules of %d pixels", dpi, x, y, module)
				}
			}
		}
	}
}

// firstDark finds the upper left corner of the symbol: the leftmost dark pixel
// in the upper half of the picture is that of a finder pattern.
func firstDark(width, height int, dark func(x, y int) bool) (x, y int) {
	for x := range width {
		for y := range height / 2 {
			if dark(x, y) {
				return x, y
			}
		}
	}
	return 0, 0
}

func TestPicturesRefuse(t *testing.T) {
	m, err := qr.Encode("A", qr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		err   error
		field string
	}{
		"resolution too low":            {WritePNG(io.Discard, sample(0), 38, 21, 149), FieldDPI},
		"resolution too high":           {WritePNG(io.Discard, sample(0), 38, 21, 1201), FieldDPI},
		"modules of 2 pixels":           {WritePNG(io.Discard, sample(6), 38, 21, 150), FieldDPI},
		"PNG of a label too small":      {WritePNG(io.Discard, sample(0), 10, 10, 300), FieldCell},
		"SVG of a label too small":      {WriteSVG(io.Discard, sample(0), 10, 10), FieldCell},
		"symbol of no pixels":           {WriteSymbolPNG(io.Discard, m, 0), FieldModule},
		"symbol of too many pixels":     {WriteSymbolPNG(io.Discard, m, 101), FieldModule},
		"symbol of no millimetres":      {WriteSymbolSVG(io.Discard, m, 0), FieldModule},
		"symbol of endless millimetres": {WriteSymbolSVG(io.Discard, m, 1e300), FieldModule},
	} {
		var value *ValueError
		if !errors.As(test.err, &value) || value.Field != test.field {
			t.Errorf("%s: %v, want a ValueError of %s", name, test.err, test.field)
		}
	}
	for _, err := range []error{
		WritePNG(&fullDisk{}, sample(0), 38, 21, 300), WriteSVG(&fullDisk{}, sample(0), 38, 21),
		WriteSymbolPNG(&fullDisk{}, m, 4), WriteSymbolSVG(&fullDisk{}, m, 1),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("full disk: %v, want %v", err, errFull)
		}
	}
}
