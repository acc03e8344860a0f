package desktest

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
)

// PDF is a small document; another note gives another document.
func PDF(note string) []byte {
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%" + note +
		"\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n")
}

// JPEG is a small picture; another seed gives another picture.
func JPEG(seed uint8) []byte {
	picture := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i) * seed
	}
	picture.Set(1, 1, color.White)
	var b bytes.Buffer
	_ = jpeg.Encode(&b, picture, nil) // to memory
	return b.Bytes()
}
