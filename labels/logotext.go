package labels

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
)

// Bounds of a logo that is kept in the text of a template.
const (
	maxImageSide = 288      // dots, 12 mm at 600 dpi
	maxImageText = 14 << 10 // characters of base64, which so many dots never exceed
)

// WithLogo returns the template with a picture, as [NewLogo] reads it, in its
// logo parts: it becomes part of the text, so that whatever keeps the text
// keeps the logo too. A template without a logo part is refused.
func (t *Template) WithLogo(file []byte) (*Template, error) {
	if !t.Shows(partLogo) {
		return nil, &ValueError{FieldLogo, "has no place in this template: it has no logo part"}
	}
	text, err := logoText(file)
	if err != nil {
		return nil, err
	}
	with := *t
	with.Parts = slices.Clone(t.Parts)
	for i := range with.Parts {
		if with.Parts[i].Part == partLogo {
			with.Parts[i].Image = text
		}
	}
	return ParseTemplate([]byte(with.Text()))
}

// logoText writes a picture as a small one in black and white, in base64.
func logoText(file []byte) (string, error) {
	l, err := NewLogo(file)
	if err != nil {
		return "", err
	}
	width, height := l.width, l.height
	if longer := max(width, height); longer > maxImageSide {
		width, height = max(width*maxImageSide/longer, 1), max(height*maxImageSide/longer, 1)
	}
	m := l.at(width, height)
	picture := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White, color.Black})
	for run := range blackRuns(m) {
		row := picture.Pix[run.Y*picture.Stride:]
		for x := range run.N {
			row[run.X+x] = 1
		}
	}
	var small bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&small, picture); err != nil {
		return "", fmt.Errorf("labels: logo: %w", err)
	}
	return base64.StdEncoding.EncodeToString(small.Bytes()), nil
}

// picture is the logo that a part shows: the stamp's own, or that of the
// template.
func (p *Part) picture(s Stamp) *Logo {
	if s.Logo != nil {
		return s.Logo
	}
	return p.logo
}

// image reads the picture of a logo part.
func (c *check) image(p *Part, path, field string) {
	if p.Image == "" {
		return
	}
	if len(p.Image) > maxImageText {
		c.fail(path+".image", field+".image", fmt.Sprintf("must have at most %d characters", maxImageText), fmt.Sprintf("chỉ được nhiều nhất %d ký tự", maxImageText))
		return
	}
	file, err := base64.StdEncoding.DecodeString(p.Image)
	if err == nil {
		p.logo, err = NewLogo(file)
	}
	if err != nil {
		c.fail(path+".image", field+".image", "must be a PNG or JPEG picture of two tones in base64", "phải là ảnh PNG hoặc JPEG hai tông màu, viết dạng base64")
	}
}
