package upload

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
)

// gradient is a picture in which every pixel tells where it is.
func gradient(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(255 * x / w), uint8(255 * y / h), 128, 255})
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// checkRefusal checks that err is an *Error with both texts, whose English one
// has all of want in it, and shows them when the test is verbose.
func checkRefusal(t testing.TB, err error, want ...string) {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want an *Error", err)
	}
	t.Logf("%s | %s", refused.Message.VI, refused.Message.EN)
	if refused.Message.VI == "" || strings.Contains(refused.Message.VI+refused.Message.EN, "%!") {
		t.Errorf("malformed message %+v", refused.Message)
	}
	for _, w := range want {
		if !strings.Contains(refused.Error(), w) {
			t.Errorf("got %q, want %q in it", refused, w)
		}
	}
}

func TestSniffAccepts(t *testing.T) {
	jpg, png := asJPEG(t, gradient(40, 30)), asPNG(t, gradient(40, 30))
	tests := []struct {
		name    string
		content []byte
		want    string
	}{
		{"giay-chung-nhan.pdf", []byte(minimalPDF), "application/pdf"},
		{"GIẤY CHỨNG NHẬN.PDF", []byte(minimalPDF), "application/pdf"},
		{"", []byte(minimalPDF), "application/pdf"},
		{"Quyết định 12.2024", []byte(minimalPDF), "application/pdf"},
		{"so 3. QĐ-UBND", []byte(minimalPDF), "application/pdf"},
		{"v2.pdf", []byte(strings.Replace(minimalPDF, "%PDF-1.7", "%PDF-2.0", 1)), "application/pdf"},
		{"anh.jpg", jpg, "image/jpeg"},
		{"anh.JPEG", jpg, "image/jpeg"},
		{`C:\anh.d\anh`, jpg, "image/jpeg"},
		{"with gain map.jpg", slices.Concat(jpg, asJPEG(t, gradient(8, 6)), asJPEG(t, gradient(4, 3))), "image/jpeg"},
		{"anh.png", png, "image/png"},
		{"anh.png. ", png, "image/png"},
		{"gray.png", asPNG(t, image.NewGray(image.Rect(0, 0, 3, 3))), "image/png"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Sniff(tt.name, tt.content)
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestSniffRefuses(t *testing.T) {
	jpg, png := asJPEG(t, gradient(40, 30)), asPNG(t, gradient(40, 30))
	zip := "PK\x05\x06" + strings.Repeat("\x00", 18)
	tests := []struct {
		name    string
		content string
		want    string
	}{
		{"empty.pdf", "", "empty"},
		{"noise.pdf", "\x01\x02\x03", "not recognised"},
		{"html.pdf", "\xef\xbb\xbf\n <!DOCTYPE HTML><script>alert(1)</script>%%EOF", "an HTML page"},
		{"html-with-pdf-header.pdf", "%PDF-1.7\n<html><script>alert(1)</script>\n%%EOF", "no PDF document"},
		{"svg.png", `<?xml version="1.0"?><svg onload="alert(1)"/>`, "an SVG picture"},
		{"xml.pdf", `<?xml version="1.0"?><a/>`, "an XML file"},
		{"zip.pdf", "PK\x03\x04" + zip, "a ZIP archive"},
		{"word.pdf", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word"},
		{"rtf.pdf", `{\rtf1}`, "an RTF"},
		{"ps.pdf", "%!PS-Adobe", "a PostScript"},
		{"gz.pdf", "\x1f\x8b\x08", "a compressed archive"},
		{"heic.jpg", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "a HEIC picture"},
		{"avif.jpg", "\x00\x00\x00\x18ftypavif\x00\x00\x00\x00", "an AVIF picture"},
		{"film.jpg", "\x00\x00\x00\x18ftypisom\x00\x00\x00\x00", "a video"},
		{"webp.jpg", "RIFF\x10\x00\x00\x00WEBPVP8 ", "a WebP picture"},
		{"gif.png", "GIF89a\x01\x00\x01\x00", "a GIF picture"},
		{"tiff.jpg", "II*\x00\x08\x00\x00\x00", "a TIFF picture"},
		{"bmp.jpg", "BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00", "a BMP picture"},
		{"program.pdf", "MZ\x90\x00", "a program"},
		{"shifted.pdf", "\n" + minimalPDF, "before its header"},
		{"version.pdf", strings.Replace(minimalPDF, "%PDF-1", "%PDF-9", 1), "unknown version"},
		{"cut.pdf", minimalPDF[:len(minimalPDF)-8], "does not end in %%EOF"},
		{"late.pdf", minimalPDF + strings.Repeat(" ", 1100), "does not end in %%EOF"},
		{"zip-behind.pdf", minimalPDF + zip, "a PDF and a ZIP"},
		{"zip-behind.png", string(png) + zip, "a PNG and a ZIP"},
		{"cut.jpg", string(jpg[:len(jpg)-2]), "JPEG picture is damaged"},
		{"hollow.jpg", "\xff\xd8\xff\xd9", "JPEG picture is damaged"},
		{"behind.jpg", string(jpg) + "<script>", "other data after its JPEG"},
		{"behind the second.jpg", string(jpg) + string(jpg) + "<script>", "other data after its JPEG"},
		{"second cut.jpg", string(jpg) + string(jpg[:len(jpg)-2]), "other data after its JPEG"},
		{"cut.png", string(png[:len(png)-1]), "PNG picture is damaged"},
		{"behind.png", string(png) + "\x00", "other data after its PNG"},
		{"bits.png", string(png[:60]) + "\xff" + string(png[61:]), "PNG picture is damaged"},
		{"a.jpg", string(png), "ends in “.jpg” but the content is PNG"},
		{"a.pdf", string(jpg), "let its name end in “.jpg”"},
		{"a.pdf.exe", minimalPDF, "ends in “.exe”"},
		{"a.html.", minimalPDF, "ends in “.html”"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Sniff(tt.name, []byte(tt.content))
			if got != "" {
				t.Errorf("got type %q with error %v", got, err)
			}
			checkRefusal(t, err, tt.want)
		})
	}
}

// TestAccepted makes sure that whoever is refused for the type learns the right ones.
func TestAccepted(t *testing.T) {
	_, err := Sniff("a.gif", []byte("GIF89a"))
	checkRefusal(t, err, "Only PDF, JPEG and PNG")
	_, err = Photo("a.gif", []byte("GIF89a"))
	checkRefusal(t, err, "must be JPEG or PNG")
	_, err = Photo("a.pdf", []byte(minimalPDF))
	checkRefusal(t, err, "is a PDF", "must be JPEG or PNG")
}
