package upload

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"slices"
	"testing"
)

// tiff is a TIFF structure with one directory of one entry.
func tiff(order binary.AppendByteOrder, tag, kind uint16, count uint32, value uint16) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 1)
	b = order.AppendUint16(b, tag)
	b = order.AppendUint16(b, kind)
	b = order.AppendUint32(b, count)
	b = order.AppendUint16(b, value)
	return append(b, 0, 0, 0, 0, 0, 0)
}

// withSegment puts a segment into a JPEG, right after the start of image.
func withSegment(jpg []byte, marker byte, data string) []byte {
	segment := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(data)+2))
	return slices.Concat(jpg[:2], segment, []byte(data), jpg[2:])
}

func withExif(jpg, tiff []byte) []byte {
	return withSegment(jpg, markerAPP1, "Exif\x00\x00"+string(tiff))
}

func decodeJPEG(t testing.TB, content []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// near reports whether two colours differ by no more than JPEG makes them.
func near(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	far := func(x, y uint32) bool { return math.Abs(float64(x)-float64(y)) > 0x1800 }
	return !far(ar, br) && !far(ag, bg) && !far(ab, bb)
}

func TestPhotoSize(t *testing.T) {
	tests := []struct{ w, h, wantW, wantH int }{
		{1, 1, 1, 1},
		{300, 200, 300, 200},
		{1200, 900, 1200, 900},
		{1201, 900, 1200, 899},
		{900, 2400, 450, 1200},
		{4001, 3001, 1200, 900},
		{12000, 40, 1200, 4},
		{12000, 1, 1200, 1},
		{2, 12000, 1, 1200},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%dx%d", tt.w, tt.h), func(t *testing.T) {
			in := gradient(tt.w, tt.h)
			for name, content := range map[string][]byte{"a.jpg": asJPEG(t, in), "a.png": asPNG(t, in)} {
				photo, err := Photo(name, content)
				if err != nil {
					t.Fatal(err)
				}
				img := decodeJPEG(t, photo)
				if got := img.Bounds().Size(); got != image.Pt(tt.wantW, tt.wantH) {
					t.Fatalf("%s: size is %v, want %d × %d", name, got, tt.wantW, tt.wantH)
				}
				for _, p := range []image.Point{{tt.wantW / 4, tt.wantH / 4}, {tt.wantW / 2, tt.wantH * 3 / 4}} {
					want := in.At(p.X*tt.w/tt.wantW, p.Y*tt.h/tt.wantH)
					if tt.wantW > 8 && tt.wantH > 8 && !near(img.At(p.X, p.Y), want) {
						t.Errorf("%s: colour at %v is %v, want %v", name, p, img.At(p.X, p.Y), want)
					}
				}
			}
		})
	}
}

// TestPhotoOrientation compares the corners of a picture with where EXIF 2.32
// puts its first row and first column.
func TestPhotoOrientation(t *testing.T) {
	corners := map[string]color.RGBA{"red": {255, 0, 0, 255}, "green": {0, 160, 0, 255}, "blue": {0, 0, 255, 255}, "white": {255, 255, 255, 255}}
	stored := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := range 64 {
			name := [2][2]string{{"red", "green"}, {"blue", "white"}}[y/16][x/32]
			stored.SetRGBA(x, y, corners[name])
		}
	}
	jpg := asJPEG(t, stored)
	// The corners as seen: upper left, upper right, lower left, lower right.
	tests := map[uint16][4]string{
		0: {"red", "green", "blue", "white"}, // not defined
		1: {"red", "green", "blue", "white"},
		2: {"green", "red", "white", "blue"}, // the first column is at the right
		3: {"white", "blue", "green", "red"},
		4: {"blue", "white", "red", "green"}, // the first row is at the bottom
		5: {"red", "blue", "green", "white"}, // the first row is at the left
		6: {"blue", "red", "white", "green"}, // the first row is at the right, the first column at the top
		7: {"white", "green", "blue", "red"},
		8: {"green", "white", "red", "blue"}, // the first row is at the left, the first column at the bottom
		9: {"red", "green", "blue", "white"}, // not defined
	}
	for value, want := range tests {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			t.Run(fmt.Sprint(value, order), func(t *testing.T) {
				photo, err := Photo("a.jpg", withExif(jpg, tiff(order, 0x0112, 3, 1, value)))
				if err != nil {
					t.Fatal(err)
				}
				img := decodeJPEG(t, photo)
				w, h := 64, 32
				if 5 <= value && value <= 8 {
					w, h = h, w
				}
				if got := img.Bounds().Size(); got != image.Pt(w, h) {
					t.Fatalf("size is %v, want %d × %d", got, w, h)
				}
				for i, p := range []image.Point{{w / 4, h / 4}, {w * 3 / 4, h / 4}, {w / 4, h * 3 / 4}, {w * 3 / 4, h * 3 / 4}} {
					if got := img.At(p.X, p.Y); !near(got, corners[want[i]]) {
						t.Errorf("corner %d is %v, want %s", i, got, want[i])
					}
				}
			})
		}
	}
}

func TestOrientationMalformed(t *testing.T) {
	good := tiff(binary.LittleEndian, 0x0112, 3, 1, 6)
	if got := orientation(good); got != 6 {
		t.Fatalf("well-formed: got %d, want 6", got)
	}
	change := func(at int, value ...byte) []byte {
		b := slices.Clone(good)
		copy(b[at:], value)
		return b
	}
	tests := map[string][]byte{
		"nil":                  nil,
		"other byte order":     change(0, 'X'),
		"directory too far":    change(4, 0xff, 0xff, 0xff, 0xff),
		"directory at the end": change(4, byte(len(good))),
		"directory in header":  change(4, 4),
		"other tag":            change(10, 0x13),
		"more entries":         change(8, 0xff, 0xff, 0x13),
		"other type":           change(12, 4),
		"other count":          change(14, 2),
		"value out of range":   change(19, 1),
		"cut in the entry":     good[:20],
	}
	for name, b := range tests {
		if got := orientation(b); got != 1 {
			t.Errorf("%s: got %d, want 1", name, got)
		}
	}
}

func TestPhotoLeavesNothingBehind(t *testing.T) {
	const secret = "21.0278N 105.8342E"
	jpg := withExif(asJPEG(t, gradient(50, 50)), append(tiff(binary.LittleEndian, 0x0112, 3, 1, 6), secret...))
	jpg = withSegment(jpg, 0xfe, secret) // a comment
	jpg = append(jpg, jpg...)            // a second picture, as phones append
	jpg = append(jpg, "PK\x03\x04"+secret...)
	photo, err := Photo("a.jpg", jpg)
	if err != nil {
		t.Fatal(err)
	}
	for _, trace := range []string{secret, "Exif", "PK\x03\x04", "\xff\xfe", "\xff\xe1"} {
		if bytes.Contains(photo, []byte(trace)) {
			t.Errorf("%q is in the photo", trace)
		}
	}
	if got, err := Sniff("a.jpg", photo); err != nil || got != "image/jpeg" {
		t.Errorf("the photo is %q, %v", got, err)
	}
}

func TestPhotoFlattensOnWhite(t *testing.T) {
	in := image.NewNRGBA(image.Rect(0, 0, 3000, 30))
	for y := range 30 {
		for x := 1500; x < 3000; x++ {
			in.SetNRGBA(x, y, color.NRGBA{255, 0, 0, 128})
		}
	}
	photo, err := Photo("a.png", asPNG(t, in))
	if err != nil {
		t.Fatal(err)
	}
	img := decodeJPEG(t, photo)
	if got := img.At(300, 6); !near(got, color.White) {
		t.Errorf("transparent became %v, want white", got)
	}
	if got := img.At(900, 6); !near(got, color.RGBA{255, 127, 127, 255}) {
		t.Errorf("half transparent red became %v, want pink", got)
	}
}

// TestLimits has pictures whose headers promise more than is decoded. The data
// is that of a small picture, so the limit must be seen before decoding.
func TestLimits(t *testing.T) {
	jpegOf := func(w, h int, sof byte) []byte {
		b := asJPEG(t, gradient(16, 16))
		at := bytes.Index(b, []byte{0xff, 0xc0})
		b[at+1] = sof
		binary.BigEndian.PutUint16(b[at+5:], uint16(h))
		binary.BigEndian.PutUint16(b[at+7:], uint16(w))
		return b
	}
	deepPNG := func(w, h int) []byte {
		b := asPNG(t, image.NewNRGBA64(image.Rect(0, 0, 8, 8)))
		binary.BigEndian.PutUint32(b[16:], uint32(w))
		binary.BigEndian.PutUint32(b[20:], uint32(h))
		binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
		return b
	}
	const tooLarge, damaged = "too large", "damaged"
	tests := map[string]struct {
		content []byte
		want    string
	}{
		"side":              {jpegOf(12001, 8, 0xc0), tooLarge},
		"other side":        {jpegOf(8, 12001, 0xc0), tooLarge},
		"area":              {jpegOf(8000, 5001, 0xc0), tooLarge},
		"largest":           {jpegOf(8000, 5000, 0xc0), damaged},
		"progressive area":  {jpegOf(5000, 4001, 0xc2), tooLarge},
		"deep area":         {deepPNG(5000, 4001), tooLarge},
		"deep":              {deepPNG(9, 9), damaged},
		"no width":          {jpegOf(0, 8, 0xc0), damaged},
		"no height":         {jpegOf(8, 0, 0xc0), damaged},
		"arithmetic coding": {jpegOf(8, 8, 0xc9), damaged},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Sniff("", tt.content)
			checkRefusal(t, err, tt.want)
			_, err = Photo("", tt.content)
			checkRefusal(t, err, tt.want)
		})
	}
}

func TestTooManyScans(t *testing.T) {
	jpg := asJPEG(t, gradient(16, 16))
	at := bytes.Index(jpg, []byte{0xff, markerSOS})
	scan := jpg[at : len(jpg)-2]
	repeated := func(n int) []byte { return slices.Concat(jpg[:at], bytes.Repeat(scan, n), jpg[len(jpg)-2:]) }
	if _, err := Photo("", repeated(maxScans)); err != nil {
		t.Error(err)
	}
	_, err := Photo("", repeated(maxScans+1))
	checkRefusal(t, err, "more than 4 scans")

	progressive := repeated(maxProgressiveScans + 1)
	progressive[bytes.Index(progressive, []byte{0xff, 0xc0})+1] = markerSOF2
	_, err = Photo("", progressive)
	checkRefusal(t, err, "more than 100 scans")
}

func TestResize(t *testing.T) {
	photo, err := Photo("", asPNG(t, gradient(1600, 900)))
	if err != nil {
		t.Fatal(err)
	}
	small, err := Resize(photo, 480)
	if err != nil {
		t.Fatal(err)
	}
	if got := decodeJPEG(t, small).Bounds().Size(); got != image.Pt(480, 270) {
		t.Errorf("size is %v, want 480 × 270", got)
	}
	same, err := Resize(photo, 1200)
	if err != nil || !bytes.Equal(same, photo) {
		t.Errorf("a photo of the size asked for was changed, error %v", err)
	}
	for name, content := range map[string][]byte{"nothing": nil, "PDF": []byte(minimalPDF), "cut off": photo[:len(photo)/2]} {
		if _, err := Resize(content, 480); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Resize(photo, 0); err == nil {
		t.Error("to no size: no error")
	}
}

func BenchmarkPhoto(b *testing.B) {
	for _, size := range []image.Point{{4000, 3000}, {7300, 5470}} {
		content := asJPEG(b, gradient(size.X, size.Y))
		b.Run(fmt.Sprintf("%dx%d", size.X, size.Y), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Photo("", content); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
