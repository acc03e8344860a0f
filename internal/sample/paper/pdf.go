package paper

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"strings"
	"unicode/utf16"
)

// A4 in points.
const pageWidth, pageHeight = "595.28", "841.89"

// onePage makes a picture the one page of a PDF (ISO 32000-1).
func onePage(title string, page *image.Gray) []byte {
	content := "q " + pageWidth + " 0 0 " + pageHeight + " 0 0 cm /Scan Do Q"
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R /Lang (vi) >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 " + pageWidth + " " + pageHeight + "] /Contents 4 0 R /Resources << /XObject << /Scan 5 0 R >> >> >>",
		stream("", content),
		stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 4 /Filter /FlateDecode ", width, height), sixteenGreys(page)),
		"<< /Title " + hexText(title) + " /Producer (Temgoc) >>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, object := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, len(objects), table)
	return out.Bytes()
}

// sixteenGreys packs two dots into a byte, row by row, and deflates. Text stays
// crisper than in a JPEG, which would take twice as long to make.
func sixteenGreys(page *image.Gray) string {
	var out bytes.Buffer
	z, err := zlib.NewWriterLevel(&out, zlib.BestSpeed)
	if err != nil {
		panic(err) // the level is a known one
	}
	row := make([]byte, (width+1)/2)
	for y := range height {
		dots := page.Pix[y*page.Stride : y*page.Stride+width]
		for i := range width / 2 {
			row[i] = dots[2*i]&0xf0 | dots[2*i+1]>>4
		}
		if width%2 == 1 {
			row[width/2] = dots[width-1] & 0xf0
		}
		z.Write(row) // a buffer does not fail
	}
	z.Close()
	return out.String()
}

func stream(entries, content string) string {
	return fmt.Sprintf("<< %s/Length %d >>\nstream\n%s\nendstream", entries, len(content), content)
}

// hexText is a text string in UTF-16 with its byte order mark.
func hexText(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	b.WriteString(">")
	return b.String()
}
