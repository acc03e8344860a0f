// Package thermal speaks the languages of label printers. A label is one bitmap
// in the dots of the print head, so what comes out of the printer is what was
// drawn: no fonts, bar codes or scaling of the printer's own are used.
//
// What the languages share and where they differ:
//
//	          resolution  a set bit  media size in  ends a label
//	ZPL       any         burns      dots           ^XZ
//	TSPL      any         is blank   millimetres    PRINT 1
//	EPL       203, 300    is blank   dots           P1
//	ESC/POS   any         burns      none           nothing, feeds blank rows
//	Brother   300         burns      whole mm       FF or Control-Z
package thermal

// A Bitmap is a picture in dots, a set bit for a black one. Rows are whole bytes,
// the leftmost dot in the highest bit; bits right of the width are clear.
type Bitmap struct {
	Width, Height int
	Stride        int // bytes to a row
	Pix           []byte
}

// NewBitmap makes a blank bitmap.
func NewBitmap(width, height int) *Bitmap {
	stride := (width + 7) / 8
	return &Bitmap{Width: width, Height: height, Stride: stride, Pix: make([]byte, stride*height)}
}

// Row returns the bytes of one row.
func (b *Bitmap) Row(y int) []byte { return b.Pix[y*b.Stride : (y+1)*b.Stride] }

// Black tells whether a dot is black; those outside are not.
func (b *Bitmap) Black(x, y int) bool {
	if x < 0 || y < 0 || x >= b.Width || y >= b.Height {
		return false
	}
	return b.Pix[y*b.Stride+x/8]&(0x80>>(x%8)) != 0
}

// Clear makes all dots white.
func (b *Bitmap) Clear() { clear(b.Pix) }

// Fill blackens a rectangle, as far as it lies within the bitmap.
func (b *Bitmap) Fill(x, y, width, height int) {
	left, right := max(x, 0), min(x+width, b.Width)
	top, bottom := max(y, 0), min(y+height, b.Height)
	if left >= right {
		return
	}
	first, last := left/8, (right-1)/8
	start, end := byte(0xFF)>>(left%8), byte(0xFF)<<(7-(right-1)%8)
	for row := top; row < bottom; row++ {
		line := b.Row(row)
		if first == last {
			line[first] |= start & end
			continue
		}
		line[first] |= start
		for i := first + 1; i < last; i++ {
			line[i] = 0xFF
		}
		line[last] |= end
	}
}

// Or blackens what is black in src, whose top left corner goes to x, y. What
// lies outside is left out.
func (b *Bitmap) Or(src *Bitmap, x, y int) {
	for row := max(0, -y); row < src.Height && y+row < b.Height; row++ {
		b.orRow(b.Row(y+row), src.Row(row), x, src.Width)
	}
}

func (b *Bitmap) orRow(line, from []byte, x, width int) {
	if x < 0 || x+width > b.Width {
		for i := max(0, -x); i < width && x+i < b.Width; i++ {
			line[(x+i)/8] |= from[i/8] << (i % 8) & 0x80 >> ((x + i) % 8)
		}
		return
	}
	at, shift := x/8, x%8
	for i, bits := range from {
		if bits == 0 {
			continue
		}
		line[at+i] |= bits >> shift
		if low := bits << (8 - shift); low != 0 {
			line[at+i+1] |= low
		}
	}
}

// Ink returns the smallest rectangle that holds all black dots, from left and
// top to before right and bottom; all 0 when there are none.
func (b *Bitmap) Ink() (left, top, right, bottom int) {
	left, top = b.Width, b.Height
	for y := range b.Height {
		for x, bits := range b.Row(y) {
			if bits == 0 {
				continue
			}
			top, bottom = min(top, y), y+1
			first, last := 0, 7
			for bits<<first&0x80 == 0 {
				first++
			}
			for bits>>(7-last)&1 == 0 {
				last--
			}
			left, right = min(left, 8*x+first), max(right, 8*x+last+1)
		}
	}
	if right == 0 {
		return 0, 0, 0, 0
	}
	return left, top, right, bottom
}
