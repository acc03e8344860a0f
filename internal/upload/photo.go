package upload

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"

	"golang.org/x/image/draw"

	"temgoc/internal/catalog"
)

const (
	// photoSide is the longest side of a stored photo, in pixels.
	photoSide = 1200
	// photoQuality is the JPEG quality of the photos that are written.
	photoQuality = 82
)

// Photo makes the photo that is stored from a JPEG or PNG: a JPEG, turned
// upright as its EXIF data says, at most 1200 pixels on its longer side, never
// enlarged, on white where it was transparent, without any metadata. What
// cameras append after the picture (previews, depth maps, short films) is left
// behind. The extension of name, where it has one, must agree. Every refusal of
// the file is an [*Error].
func Photo(name string, content []byte) ([]byte, error) {
	img, orientation, err := open(name, content)
	if err != nil {
		return nil, err
	}
	return encode(turn(shrink(img, photoSide), orientation))
}

// Gray returns a JPEG or PNG in grey, on white where it is transparent, at most
// maxSide pixels on its longer side and never enlarged. It is not turned
// upright. Every refusal of the file is an [*Error], as of [Photo].
func Gray(name string, content []byte, maxSide int) (*image.Gray, error) {
	img, _, err := open(name, content)
	if err != nil {
		return nil, err
	}
	size := img.Bounds().Size()
	flat := flatten(img, max(1, (max(size.X, size.Y)+maxSide-1)/maxSide))
	gray := image.NewGray(flat.Rect)
	draw.Draw(gray, gray.Rect, flat, image.Point{}, draw.Src)
	return gray, nil
}

// open decodes a photo within the limits, and tells its EXIF orientation.
func open(name string, content []byte) (image.Image, int, error) {
	accepted := catalog.Name{VI: "Ảnh phải là JPEG hoặc PNG.", EN: "A photo must be JPEG or PNG."}
	mediaType := signature(content)
	switch mediaType {
	case "":
		return nil, 0, refuseForeign(content, accepted)
	case typePDF:
		return nil, 0, refuse("Đây là tệp PDF. %[1]s", "This file is a PDF. %[2]s", accepted.VI, accepted.EN)
	}
	if err := checkExtension(name, mediaType); err != nil {
		return nil, 0, err
	}
	p, err := outline(mediaType, content)
	if err != nil {
		return nil, 0, err
	}
	img, err := p.decode()
	if err != nil {
		return nil, 0, err
	}
	return img, p.orientation, nil
}

// Resize makes a smaller version of a photo that [Photo] made: at most maxSide
// pixels on its longer side. A photo that is small enough is returned as it is.
func Resize(content []byte, maxSide int) ([]byte, error) {
	if maxSide < 1 {
		return nil, fmt.Errorf("upload: resize to %d pixels", maxSide)
	}
	if signature(content) != typeJPEG {
		return nil, errors.New("upload: resize: not a JPEG")
	}
	p, err := outline(typeJPEG, content)
	if err != nil {
		return nil, fmt.Errorf("upload: resize: %w", err)
	}
	img, err := p.decode()
	if err != nil {
		return nil, fmt.Errorf("upload: resize: %w", err)
	}
	if size := img.Bounds().Size(); max(size.X, size.Y) <= maxSide {
		return content, nil
	}
	return encode(shrink(img, maxSide))
}

func encode(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: photoQuality}); err != nil {
		return nil, fmt.Errorf("upload: encode photo: %w", err)
	}
	return b.Bytes(), nil
}

// shrink draws a picture on white and scales it down so that its longer side
// is at most maxSide. Large pictures are first averaged down to 1.5 to 3 times
// that size: the scaler is slow and keeps 32 bytes for each of its intermediate
// pixels, 240 MB for a picture at the limit.
func shrink(img image.Image, maxSide int) *image.RGBA {
	size := img.Bounds().Size()
	longer := max(size.X, size.Y)
	flat := flatten(img, max(1, 2*longer/(3*maxSide)))
	if longer <= maxSide {
		return flat
	}
	scaled := func(side int) int { return max(1, (side*maxSide+longer/2)/longer) }
	small := image.NewRGBA(image.Rect(0, 0, scaled(size.X), scaled(size.Y)))
	draw.CatmullRom.Scale(small, small.Bounds(), flat, flat.Bounds(), draw.Src, nil)
	return small
}

// flatten draws a picture on white and averages squares of k by k pixels into
// one, k rows at a time. Squares at the right and lower edge may be cut.
func flatten(img image.Image, k int) *image.RGBA {
	b := img.Bounds()
	flat := image.NewRGBA(image.Rect(0, 0, (b.Dx()+k-1)/k, (b.Dy()+k-1)/k))
	if k == 1 {
		drawOnWhite(flat, img, b.Min)
		return flat
	}
	band := image.NewRGBA(image.Rect(0, 0, b.Dx(), k))
	for y := range flat.Rect.Dy() {
		rows := min(k, b.Dy()-y*k)
		drawOnWhite(band, img, image.Pt(b.Min.X, b.Min.Y+y*k))
		for x := range flat.Rect.Dx() {
			flat.SetRGBA(x, y, average(band, x*k, min((x+1)*k, b.Dx()), rows))
		}
	}
	return flat
}

// drawOnWhite fills a canvas with white and, where there is any, with the part
// of a picture that begins at from.
func drawOnWhite(canvas *image.RGBA, img image.Image, from image.Point) {
	draw.Draw(canvas, canvas.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(canvas, canvas.Rect, img, from, draw.Over)
}

// average returns the mean colour of the columns from x0 to x1 of an opaque
// band's first rows.
func average(band *image.RGBA, x0, x1, rows int) color.RGBA {
	var red, green, blue int
	for y := range rows {
		row := band.Pix[y*band.Stride:]
		for i := 4 * x0; i < 4*x1; i += 4 {
			red += int(row[i])
			green += int(row[i+1])
			blue += int(row[i+2])
		}
	}
	n := rows * (x1 - x0)
	mean := func(sum int) uint8 { return uint8((sum + n/2) / n) }
	return color.RGBA{mean(red), mean(green), mean(blue), 0xff}
}

// turn makes a picture with an EXIF orientation upright.
func turn(img *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 { // from 5 on, rows are columns
		size = image.Rect(0, 0, h, w)
	}
	upright := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			from := source(orientation, x, y, w, h)
			upright.SetRGBA(x, y, img.RGBAAt(from.X, from.Y))
		}
	}
	return upright
}

// source returns the pixel of a stored w by h picture that is seen at x, y when
// it is shown with an orientation.
func source(orientation, x, y, w, h int) image.Point {
	switch orientation {
	case 2: // mirrored left to right
		return image.Pt(w-1-x, y)
	case 3: // upside down
		return image.Pt(w-1-x, h-1-y)
	case 4: // mirrored top to bottom
		return image.Pt(x, h-1-y)
	case 5: // mirrored along the main diagonal
		return image.Pt(y, x)
	case 6: // to be turned a quarter clockwise
		return image.Pt(y, h-1-x)
	case 7: // mirrored along the other diagonal
		return image.Pt(w-1-y, h-1-x)
	case 8: // to be turned a quarter anticlockwise
		return image.Pt(w-1-y, x)
	}
	return image.Pt(x, y)
}
