package upload

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

// The largest numbers of scans of a JPEG. Encoders write up to a few dozen into
// a progressive one, and into others one for each of at most four components.
// A scan passes over the whole picture in as little as 60 bytes, so that without
// a limit a small file could take minutes to decode.
const (
	maxScans            = 4
	maxProgressiveScans = 100
)

// maxHeavyPixels is the largest area of a picture that takes much memory for
// each pixel: a progressive or CMYK JPEG (up to 24 bytes) or a PNG of 16 bits a
// channel (up to 12).
const maxHeavyPixels = MaxPixels / 2

// A picture is a JPEG or PNG whose outer structure was followed to its end.
type picture struct {
	format      string // "JPEG" or "PNG"
	content     []byte // up to the end of the picture, without what follows
	orientation int    // 1 to 8 as in EXIF; 1 is upright
	progressive bool
}

// outline follows the structure of a picture to its end without decoding it.
func outline(mediaType string, content []byte) (picture, error) {
	if mediaType == typePNG {
		end, ok := pngEnd(content)
		if !ok {
			return picture{}, refuseDamaged("PNG")
		}
		return picture{format: "PNG", content: content[:end], orientation: 1}, nil
	}
	l, ok := layoutOf(content)
	if !ok {
		return picture{}, refuseDamaged("JPEG")
	}
	limit := maxScans
	if l.progressive {
		limit = maxProgressiveScans
	}
	if l.scans > limit {
		return picture{}, refuse("Ảnh JPEG này được mã hóa theo cách bất thường (hơn %d lượt quét). Hãy lưu lại ảnh bằng một chương trình xem ảnh.",
			"This JPEG picture is encoded in an unusual way (more than %d scans). Save it again with a picture viewer.", limit)
	}
	return picture{format: "JPEG", content: content[:l.end], orientation: orientation(l.exif), progressive: l.progressive}, nil
}

// decode decodes a picture within the limits.
func (p picture) decode() (image.Image, error) {
	decodeConfig, decode := jpeg.DecodeConfig, jpeg.Decode
	if p.format == "PNG" {
		decodeConfig, decode = png.DecodeConfig, png.Decode
	}
	c, err := decodeConfig(bytes.NewReader(p.content))
	if err != nil || c.Width < 1 || c.Height < 1 {
		return nil, refuseDamaged(p.format)
	}
	limit := MaxPixels
	if p.progressive || c.ColorModel == color.CMYKModel || c.ColorModel == color.RGBA64Model || c.ColorModel == color.NRGBA64Model {
		limit = maxHeavyPixels
	}
	if c.Width > MaxSide || c.Height > MaxSide || c.Width*c.Height > limit {
		return nil, refuse("Ảnh %[5]s rộng %[1]d × cao %[2]d điểm ảnh là quá lớn: với dạng ảnh này, mỗi cạnh tối đa %[3]d, tổng cộng tối đa %[4]d triệu điểm ảnh. Hãy thu nhỏ ảnh rồi gửi lại.",
			"The %[5]s picture is %[1]d × %[2]d pixels, which is too large: for a picture of this kind at most %[3]d on a side and %[4]d million in all. Scale it down and send it again.",
			c.Width, c.Height, MaxSide, limit/1_000_000, p.format)
	}
	img, err := decode(bytes.NewReader(p.content))
	if err != nil {
		return nil, refuseDamaged(p.format)
	}
	return img, nil
}

func refuseDamaged(format string) *Error {
	return refuse("Ảnh %[1]s bị hỏng, chưa tải lên trọn vẹn hoặc thuộc dạng %[1]s không đọc được. Hãy lưu lại thành ảnh JPEG hoặc PNG thông thường rồi gửi lại.",
		"The %[1]s picture is damaged, incomplete or of a kind of %[1]s that cannot be read. Save it again as an ordinary JPEG or PNG picture.", format)
}

// pngEnd returns where the IEND chunk of a PNG ends (PNG, third edition, §5).
// The content has the signature.
func pngEnd(content []byte) (end int, ok bool) {
	const signature, overhead = 8, 12 // length, type and CRC around a chunk's data
	for at := signature; len(content)-at >= overhead; {
		length := int64(binary.BigEndian.Uint32(content[at:]))
		kind := string(content[at+4 : at+8])
		if length > int64(len(content)-at-overhead) {
			return 0, false
		}
		at += overhead + int(length)
		if kind == "IEND" {
			return at, true
		}
	}
	return 0, false
}
