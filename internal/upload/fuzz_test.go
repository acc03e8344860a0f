package upload

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"testing"
)

// FuzzSniff checks that any content is either accepted as one of three types
// or refused with a message.
func FuzzSniff(f *testing.F) {
	addPictures(f)
	f.Add("a.pdf", []byte(minimalPDF))
	f.Add("a.pdf", []byte(streamPDF(deflateDict, deflated(f, script))))
	f.Add("a.pdf", []byte(streamPDF(objectsDict, "5 0 << /Type /Font >>")))
	f.Add("a.html", []byte("<!doctype html>"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		got, err := Sniff(name, content)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		if _, ok := extensions[got]; !ok {
			t.Errorf("type %q", got)
		}
	})
}

// FuzzPhoto checks that any content is either refused with a message or made
// into a JPEG that Sniff and Resize accept.
func FuzzPhoto(f *testing.F) {
	addPictures(f)
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		photo, err := Photo(name, content)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		c, err := jpeg.DecodeConfig(bytes.NewReader(photo))
		if err != nil || c.Width > photoSide || c.Height > photoSide {
			t.Errorf("made %d × %d, %v", c.Width, c.Height, err)
		}
		if got, err := Sniff("a.jpg", photo); err != nil || got != typeJPEG {
			t.Errorf("made %q, %v", got, err)
		}
		if _, err := Resize(photo, 8); err != nil {
			t.Error(err)
		}
	})
}

// FuzzOrientation checks that any TIFF structure has an orientation.
func FuzzOrientation(f *testing.F) {
	f.Add(tiff(binary.LittleEndian, 0x0112, 3, 1, 6))
	f.Add(tiff(binary.BigEndian, 0x0112, 3, 1, 8))
	f.Fuzz(func(t *testing.T, tiff []byte) {
		if got := orientation(tiff); got < 1 || got > 8 {
			t.Errorf("got %d", got)
		}
	})
}

// FuzzLayout checks that what the layout of a JPEG says lies within it.
func FuzzLayout(f *testing.F) {
	f.Add(asJPEG(f, gradient(8, 8)))
	f.Fuzz(func(t *testing.T, content []byte) {
		if signature(content) != typeJPEG {
			return
		}
		l, ok := layoutOf(content)
		if ok && !bytes.HasSuffix(content[:l.end], []byte{0xff, markerEOI}) {
			t.Errorf("the end at %d of %d is no end of image", l.end, len(content))
		}
	})
}

// addPictures adds small pictures of each kind as seeds.
func addPictures(f *testing.F) {
	jpg := asJPEG(f, gradient(9, 7))
	f.Add("a.jpg", jpg)
	f.Add("a.jpg", withExif(jpg, tiff(binary.BigEndian, 0x0112, 3, 1, 6)))
	f.Add("gray.jpg", asJPEG(f, image.NewGray(image.Rect(0, 0, 3, 3))))
	f.Add("a.png", asPNG(f, gradient(9, 7)))
	f.Add("deep.png", asPNG(f, image.NewNRGBA64(image.Rect(0, 0, 3, 3))))
}
