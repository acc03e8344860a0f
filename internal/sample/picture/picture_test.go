package picture_test

import (
	"bytes"
	"image"
	_ "image/jpeg"
	"testing"

	"temgoc/internal/sample/picture"
)

func TestPicturesAreSoundAndDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, name := range picture.Names() {
		b, err := picture.JPEG(name)
		if err != nil {
			t.Fatal(err)
		}
		config, format, err := image.DecodeConfig(bytes.NewReader(b))
		if err != nil || format != "jpeg" || config.Width != picture.Width || config.Height != picture.Height {
			t.Errorf("%s is a %s of %d×%d: %v", name, format, config.Width, config.Height, err)
		}
		if other, same := seen[string(b)]; same {
			t.Errorf("%s and %s are the same picture", name, other)
		}
		seen[string(b)] = name
	}
}

func TestSameNameSameBytes(t *testing.T) {
	for _, name := range []string{"shan-tea", "peanuts"} {
		first, err := picture.JPEG(name)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := picture.JPEG(name); err != nil || !bytes.Equal(first, again) {
			t.Errorf("%s was drawn differently the second time: %v", name, err)
		}
	}
}

// Whatever a scene covers, no dot stays undrawn, and the mark is there.
func TestEveryDotIsDrawn(t *testing.T) {
	for _, name := range picture.Names() {
		img, err := picture.Draw(name)
		if err != nil {
			t.Fatal(err)
		}
		if !img.(interface{ Opaque() bool }).Opaque() {
			t.Errorf("%s has dots that nothing was drawn on", name)
		}
		if !dark(img, image.Rect(picture.Width-116, picture.Height-38, picture.Width-14, picture.Height-12)) {
			t.Errorf("%s lacks the mark", name)
		}
	}
}

// dark tells whether there is writing, which is black, in the box.
func dark(img image.Image, box image.Rectangle) bool {
	n := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if r, g, b, _ := img.At(x, y).RGBA(); r+g+b < 0x1000 {
				n++
			}
		}
	}
	return n > 100
}

func TestUnknownPicture(t *testing.T) {
	if _, err := picture.JPEG("durian"); err == nil {
		t.Error("a picture that does not exist was drawn")
	}
}

func BenchmarkJPEG(b *testing.B) {
	for b.Loop() {
		if _, err := picture.JPEG("shan-tea"); err != nil {
			b.Fatal(err)
		}
	}
}
