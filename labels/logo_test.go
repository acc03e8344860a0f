package labels

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// testLogo is a ring on transparent ground.
func testLogo(t testing.TB) *Logo {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, 90, 60))
	for y := range 60 {
		for x := range 90 {
			dx, dy := float64(x)-44.5, float64(y)-29.5
			if r := dx*dx/2000 + dy*dy/900; r < 1 && r > 0.5 {
				picture.Set(x, y, color.NRGBA{20, 90, 30, 255})
			}
		}
	}
	l, err := NewLogo(encodePNG(t, picture))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func encodePNG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// The darker tone becomes black, whatever the two tones are; transparent is
// white; and a logo scales to any number of dots.
func TestLogoIsBlackAndWhite(t *testing.T) {
	for name, tones := range map[string][2]color.Color{
		"black on white":       {color.Black, color.White},
		"grey on lighter grey": {color.Gray{100}, color.Gray{150}},
		"green on nothing":     {color.NRGBA{0, 90, 0, 255}, color.NRGBA{}},
	} {
		picture := image.NewNRGBA(image.Rect(0, 0, 40, 20))
		for y := range 20 {
			for x := range 40 {
				picture.Set(x, y, tones[x/20])
			}
		}
		l, err := NewLogo(encodePNG(t, picture))
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []image.Point{{40, 20}, {10, 5}, {100, 50}, {2, 1}} {
			m := l.at(size.X, size.Y)
			for y := range size.Y {
				for x := range size.X {
					if m.Black(x, y) != (x < size.X/2) {
						t.Fatalf("%s at %v: dot %d,%d is %v", name, size, x, y, m.Black(x, y))
					}
				}
			}
		}
	}
}

func TestNewLogoRefuses(t *testing.T) {
	blank := image.NewGray(image.Rect(0, 0, 8, 8))
	wide := image.NewGray(image.Rect(0, 0, MaxLogoSide+1, 1))
	good := encodePNG(t, image.NewNRGBA(image.Rect(0, 0, 8, 8)))
	for name, test := range map[string]struct {
		file []byte
		says string
	}{
		"no picture":      {[]byte("GIF89a"), "neither a PNG nor a JPEG"},
		"too large":       {make([]byte, MaxLogoBytes+1), "larger than 2 MB"},
		"too wide":        {encodePNG(t, wide), "1 to 2000 pixels"},
		"one tone":        {encodePNG(t, blank), "single tone"},
		"all see-through": {good, "single tone"},
		"cut off":         {good[:len(good)-20], "damaged"},
	} {
		var value *ValueError
		if _, err := NewLogo(test.file); !errors.As(err, &value) || value.Field != FieldLogo || !strings.Contains(value.Reason, test.says) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
	var photo bytes.Buffer
	half := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range half.Pix {
		half.Pix[i] = uint8(i / 32 % 2 * 200)
	}
	if err := jpeg.Encode(&photo, half, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := NewLogo(photo.Bytes()); err != nil {
		t.Errorf("a JPEG file: %v", err)
	}
}

// A file has a logo once, however many stamps show it.
func TestLogoIsWrittenOnce(t *testing.T) {
	template, err := TemplateByName("tieu-de")
	if err != nil {
		t.Fatal(err)
	}
	s := realistic()["batch"]
	s.Logo = testLogo(t)
	var stamps []Stamp
	for range 30 {
		stamps = append(stamps, s)
	}
	var file bytes.Buffer
	sheet := Sheet{Stock: stock(t, "avery-l7160"), Template: template, Uncompressed: true}
	if err := sheet.WritePDF(&file, list(stamps...)); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(file.String(), "/ImageMask true"); n != 1 {
		t.Errorf("%d pictures in the file, want one", n)
	}
	if n := strings.Count(file.String(), " Do Q\n"); n != 1 {
		t.Errorf("the logo is drawn %d times, want once in what the stamps share", n)
	}
}

// A template with a logo shows it, keeps it in its text, and gives way to the
// logo of the stamp.
func TestTemplateWithLogo(t *testing.T) {
	plain, err := TemplateByName("tieu-de")
	if err != nil {
		t.Fatal(err)
	}
	picture := image.NewGray(image.Rect(0, 0, 1200, 800))
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i / 1200 / 400 * 255)
	}
	with, err := plain.WithLogo(encodePNG(t, picture))
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseTemplate([]byte(with.Text()))
	if err != nil {
		t.Fatal(err)
	}
	s := realistic()["batch"]
	d, err := again.lay(s, 60, 40, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.pictures) != 1 || d.pictures[0].logo.width != maxImageSide || d.pictures[0].logo.height != maxImageSide*2/3 {
		t.Fatalf("pictures %v, want one of %d dots", d.pictures, maxImageSide)
	}
	if m := d.pictures[0].logo.at(30, 20); !m.Black(3, 3) || m.Black(3, 17) {
		t.Error("the upper half of the logo is not black, or the lower is")
	}
	s.Logo = testLogo(t)
	if d, err = again.lay(s, 60, 40, 0); err != nil || d.pictures[0].logo != s.Logo {
		t.Errorf("the stamp's own logo is not drawn: %v", err)
	}
	if d, err = plain.lay(realistic()["batch"], 60, 40, 0); err != nil || len(d.pictures) != 0 {
		t.Errorf("the template itself has got the logo: %v", err)
	}

	var value *ValueError
	noise := image.NewGray(image.Rect(0, 0, maxImageSide, maxImageSide))
	for i := range noise.Pix {
		noise.Pix[i] = uint8((uint32(i) * 2654435761) >> 24)
	}
	if _, err := plain.WithLogo(encodePNG(t, noise)); err != nil {
		t.Errorf("noise, which cannot be packed: %v", err)
	}
	none, err := TemplateByName("ngang")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := none.WithLogo(encodePNG(t, picture)); !errors.As(err, &value) || value.Field != FieldLogo {
		t.Errorf("a template without a logo part: %v, want a ValueError of the logo", err)
	}
}
