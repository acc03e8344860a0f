package photo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"

	"temgoc/internal/upload"
	"temgoc/labels/qr"
)

// scene is a grey table with codes on it, each turned, with some noise.
func scene(t testing.TB, width, height int, turn float64, codes ...string) []byte {
	t.Helper()
	photo := image.NewGray(image.Rect(0, 0, width, height))
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range photo.Pix {
		photo.Pix[i] = 190
	}
	columns := 3
	for i, text := range codes {
		m, err := qr.Encode(text, qr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		side := m.Size() + 8
		label := image.NewGray(image.Rect(0, 0, 8*side, 8*side))
		for y := range 8 * side {
			for x := range 8 * side {
				v := uint8(235)
				if m.Dark(x/8-4, y/8-4) {
					v = 40
				}
				label.SetGray(x, y, color.Gray{Y: v})
			}
		}
		scale := float64(min(width, height)) / float64(columns) * 0.8 / float64(8*side)
		x := float64(width) * (float64(i%columns) + 0.1) / float64(columns)
		y := float64(height) * (float64(i/columns) + 0.1) / float64(columns)
		draw.BiLinear.Transform(photo, f64.Aff3{scale, -turn * scale, x + turn*scale*float64(4*side), turn * scale, scale, y}, label, label.Rect, draw.Over, nil)
	}
	for i, v := range photo.Pix {
		photo.Pix[i] = uint8(min(max(int(v)+noise.IntN(21)-10, 0), 255))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, photo, &jpeg.Options{Quality: 85}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func address(i int) string { return fmt.Sprintf("https://T.EXAMPLE.VN/K7Q2M9XR%02d", i) }

func TestCodes(t *testing.T) {
	for _, test := range []struct {
		name          string
		width, height int
		turn          float64
		codes         int
	}{
		{"one stamp", 900, 1200, 0, 1},
		{"two stamps, askew", 1200, 1600, 0.15, 2},
		{"a sheet of seven", 2400, 2400, 0.05, 7},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			for i := range test.codes {
				want = append(want, address(i))
			}
			found, err := Codes(t.Context(), "a.jpg", scene(t, test.width, test.height, test.turn, want...))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range found {
				got = append(got, c.Text)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("read %q, want %q", got, want)
			}
		})
	}
}

// The first code is in the upper left part of the picture.
func TestPlaces(t *testing.T) {
	found, err := Codes(t.Context(), "a.jpg", scene(t, 1500, 1500, 0, address(0)))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	if c := found[0]; c.X < 100_000 || c.X > 240_000 || c.Y < 100_000 || c.Y > 240_000 {
		t.Errorf("the middle is at %d, %d millionths", c.X, c.Y)
	}
}

func TestNothingToRead(t *testing.T) {
	if found, err := Codes(t.Context(), "a.jpg", scene(t, 400, 300, 0)); err != nil || len(found) != 0 {
		t.Errorf("found %v, %v", found, err)
	}
	if _, err := Codes(t.Context(), "a.jpg", []byte("not a picture")); err == nil {
		t.Error("a text passed as a photograph")
	} else if _, ok := err.(*upload.Error); !ok {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Codes(ctx, "a.jpg", scene(t, 400, 300, 0)); err == nil {
		t.Error("went on for nobody")
	}
}

// A picture made of finder patterns would keep the reader busy for minutes: the
// tiles are passed over.
func TestPictureOfFinderPatterns(t *testing.T) {
	photo := image.NewGray(image.Rect(0, 0, 800, 800))
	for y := range 800 {
		for x := range 800 {
			dx, dy := max(x%9-4, 4-x%9), max(y%9-4, 4-y%9)
			if d := max(dx, dy); d == 2 || d == 4 {
				photo.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, photo); err != nil {
		t.Fatal(err)
	}
	if found, err := Codes(t.Context(), "a.png", b.Bytes()); err != nil || len(found) != 0 {
		t.Errorf("found %v, %v", found, err)
	}
	if found := read(photo); found != nil {
		t.Errorf("read %v", found)
	}
}

// FuzzRead reads pictures made of any bytes.
func FuzzRead(f *testing.F) {
	m, err := qr.Encode(address(1), qr.Options{})
	if err != nil {
		f.Fatal(err)
	}
	pixels := make([]byte, 0, 100*100)
	for y := range 100 {
		for x := range 100 {
			v := byte(255)
			if m.Dark(x/3-4, y/3-4) {
				v = 0
			}
			pixels = append(pixels, v)
		}
	}
	f.Add(pixels, uint8(100))
	f.Fuzz(func(t *testing.T, pixels []byte, width uint8) {
		if width == 0 || len(pixels) < int(width) {
			return
		}
		height := min(len(pixels)/int(width), 200)
		read(&image.Gray{Pix: pixels, Stride: int(width), Rect: image.Rect(0, 0, int(width), height)})
	})
}
