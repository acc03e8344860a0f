package labels

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // a logo may be a JPEG file
	_ "image/png"  // or a PNG file
	"iter"
	"sync"

	"temgoc/labels/qr"
	"temgoc/labels/thermal"
)

// Bounds of the picture that a logo is made from.
const (
	MaxLogoBytes = 2 << 20
	MaxLogoSide  = 2000 // pixels
)

// A Logo is a picture in black and white. It is made once, may be shared, and
// is scaled to the dots of each printer by itself.
type Logo struct {
	width, height int
	grey          []uint8 // row by row, 0 is black
	threshold     uint8   // darker is black

	mu     sync.Mutex
	scaled map[image.Point]*thermal.Bitmap // what was asked for already
}

// maxScaled is how many sizes of a logo are remembered: a run needs one.
const maxScaled = 8

// blackRuns yields the black runs of a bitmap, row by row.
func blackRuns(m *thermal.Bitmap) iter.Seq[qr.Run] {
	return func(yield func(qr.Run) bool) {
		for y := range m.Height {
			for x := 0; x < m.Width; x++ {
				n := 0
				for m.Black(x+n, y) {
					n++
				}
				if n > 0 && !yield(qr.Run{X: x, Y: y, N: n}) {
					return
				}
				x += n
			}
		}
	}
}

// NewLogo reads a PNG or JPEG file of at most [MaxLogoBytes] and [MaxLogoSide]
// pixels a side. What is transparent counts as white; the darker of the two
// tones into which the picture falls best becomes black. A picture of a single
// tone is refused, since nothing or a black box would be printed.
func NewLogo(file []byte) (*Logo, error) {
	if len(file) > MaxLogoBytes {
		return nil, &ValueError{FieldLogo, fmt.Sprintf("is larger than %d MB", MaxLogoBytes>>20)}
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, &ValueError{FieldLogo, "is neither a PNG nor a JPEG file"}
	}
	if config.Width < 1 || config.Height < 1 || config.Width > MaxLogoSide || config.Height > MaxLogoSide {
		return nil, &ValueError{FieldLogo, fmt.Sprintf("must be 1 to %d pixels wide and high", MaxLogoSide)}
	}
	picture, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, &ValueError{FieldLogo, "is a damaged picture"}
	}
	l := greyOf(picture)
	var ok bool
	if l.threshold, ok = l.split(); !ok {
		return nil, &ValueError{FieldLogo, "has a single tone: in black and white there would be nothing to see"}
	}
	return l, nil
}

// greyOf puts the picture on white and takes the colour away.
func greyOf(picture image.Image) *Logo {
	b := picture.Bounds()
	l := &Logo{width: b.Dx(), height: b.Dy(), grey: make([]uint8, 0, b.Dx()*b.Dy()), scaled: map[image.Point]*thermal.Bitmap{}}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, b, a := picture.At(x, y).RGBA()
			white := 0xffff - a // colours come multiplied by their opacity
			l.grey = append(l.grey, color.GrayModel.Convert(color.RGBA64{
				R: uint16(r + white), G: uint16(g + white), B: uint16(b + white), A: 0xffff,
			}).(color.Gray).Y)
		}
	}
	return l
}

// split finds the threshold between the two tones that differ most (Otsu's
// method), or false when there is one tone only.
func (l *Logo) split() (threshold uint8, ok bool) {
	var count [256]float64
	total, sum := float64(len(l.grey)), 0.0
	for _, v := range l.grey {
		count[v]++
		sum += float64(v)
	}
	best, dark, darkSum := 0.0, 0.0, 0.0
	for level := range 255 {
		dark += count[level]
		darkSum += float64(level) * count[level]
		if dark == 0 || dark == total {
			continue
		}
		distance := darkSum/dark - (sum-darkSum)/(total-dark)
		if spread := dark * (total - dark) * distance * distance; spread > best {
			best, threshold, ok = spread, uint8(level)+1, true
		}
	}
	return threshold, ok
}

// at returns the logo in the given number of dots. The result is
// shared and must not be changed.
func (l *Logo) at(width, height int) *thermal.Bitmap {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := image.Pt(width, height)
	m := l.scaled[size]
	if m == nil {
		if len(l.scaled) >= maxScaled {
			clear(l.scaled)
		}
		m = l.scale(width, height)
		l.scaled[size] = m
	}
	return m
}

// scale makes each dot black whose part of the picture is dark on average.
func (l *Logo) scale(width, height int) *thermal.Bitmap {
	m := thermal.NewBitmap(width, height)
	for y := range height {
		top := y * l.height / height
		bottom := max((y+1)*l.height/height, top+1)
		for x := range width {
			left := x * l.width / width
			right := max((x+1)*l.width/width, left+1)
			if l.mean(left, right, top, bottom) < int(l.threshold) {
				m.Row(y)[x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	return m
}

func (l *Logo) mean(left, right, top, bottom int) int {
	sum := 0
	for y := top; y < bottom; y++ {
		for _, v := range l.grey[y*l.width+left : y*l.width+right] {
			sum += int(v)
		}
	}
	return sum / ((right - left) * (bottom - top))
}
