package thermal

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
)

// brother writes the raster commands of Brother's QL printers ("Raster Command
// Reference", QL-600/710W/720NW and others): 300 dpi, a head of 720 pins, the
// first bit of a row at the right edge of the label.
type brother struct{ tape tape }

// A tape is a roll that Brother sells. The printer tells them apart and refuses
// to print on another than was said.
type tape struct {
	width, length int // mm; a length of 0 is continuous
	pins          int // that can print on it
	offset        int // pins right of them
	rows          int // that can be printed of a die-cut label
}

const (
	headBytes = 90 // 720 pins
	tapeDPI   = 300
	// tapeMargin is the least feed, 3 mm, that a continuous tape has before
	// and after a label.
	tapeMargin = 35
)

var tapes = []tape{
	{62, 0, 696, 12, 0}, {50, 0, 554, 12, 0}, {38, 0, 413, 12, 0}, {29, 0, 306, 6, 0}, {12, 0, 106, 29, 0},
	{62, 29, 696, 12, 271}, {62, 100, 696, 12, 1109}, {39, 48, 425, 6, 495}, {38, 90, 413, 12, 991}, {52, 29, 578, 0, 271},
	{29, 90, 306, 6, 991}, {29, 42, 306, 6, 425}, {23, 23, 202, 42, 202}, {17, 87, 165, 0, 956}, {17, 54, 165, 0, 566},
}

// tapeFor finds the tape with the width, and where it has gaps the length, of
// the media.
func tapeFor(m Media) (tape, error) {
	near := func(mm float64, whole int) bool { return math.Abs(mm-float64(whole)) <= 0.5 }
	for _, t := range tapes {
		continuous := m.Gap == 0
		if near(m.Width, t.width) && (t.length == 0) == continuous && (continuous || near(m.Height, t.length)) {
			return t, nil
		}
	}
	return tape{}, &MediaError{fmt.Sprintf("Brother has no tape for labels of %v × %v mm", m.Width, m.Height)}
}

func (q *brother) label(out []byte, b *Bitmap, first bool) ([]byte, error) {
	shown, err := q.shown(b)
	if err != nil {
		return nil, err
	}
	if first {
		out = append(out, make([]byte, 200)...)         // invalidate: ends a job that broke off
		out = append(out, 0x1B, '@', 0x1B, 'i', 'a', 1) // initialise, raster mode
	} else {
		out = append(out, 0x0C) // prints the label before
	}
	out = q.describe(out, shown.bottom-shown.top, first)
	for y := shown.top; y < shown.bottom; y++ {
		out = append(out, 'g', 0, headBytes)
		out = append(out, make([]byte, headBytes)...)
		mirror(out[len(out)-headBytes:], b.Row(y), shown.right, q.tape)
	}
	return out, nil
}

// end prints the last label and feeds it out.
func (*brother) end(out []byte) []byte { return append(out, 0x1A) }

// describe says what is printed on, and that each label is cut off.
func (q *brother) describe(out []byte, rows int, first bool) []byte {
	const kind, width, length, quality, recover = 0x02, 0x04, 0x08, 0x40, 0x80
	valid, media, margin, page := byte(kind|width|length|quality|recover), byte(0x0B), uint16(0), byte(1)
	if q.tape.length == 0 {
		media, margin = 0x0A, tapeMargin
	}
	if first {
		page = 0
	}
	out = append(out, 0x1B, 'i', 'z', valid, media, byte(q.tape.width), byte(q.tape.length))
	out = binary.LittleEndian.AppendUint32(out, uint32(rows))
	out = append(out, page, 0)
	out = append(out, 0x1B, 'i', 'M', 0x40, 0x1B, 'i', 'A', 1, 0x1B, 'i', 'K', 0x08, 0x1B, 'i', 'd')
	return binary.LittleEndian.AppendUint16(out, margin)
}

// A window is the part of a bitmap that the printer can reach: rows from top to
// before bottom, and columns from left to before right.
type window struct{ left, right, top, bottom int }

// shown is the window on a bitmap, which lies in the middle of the tape. All of
// its ink must be in there.
func (q *brother) shown(b *Bitmap) (window, error) {
	left := (b.Width - q.tape.pins) / 2
	w := window{left, left + q.tape.pins, 0, b.Height}
	if q.tape.rows > 0 {
		w.top = max(0, (b.Height-q.tape.rows)/2)
		w.bottom = min(b.Height, w.top+q.tape.rows)
	}
	l, t, r, bottom := b.Ink()
	blank := r == 0
	if blank || l >= w.left && r <= w.right && t >= w.top && bottom <= w.bottom {
		return w, nil
	}
	return window{}, &MediaError{"something is drawn where Brother printers cannot print: within 1.5 mm of the left and right edges, or on a label that is cut already within 3 mm of the upper and lower ones"}
}

// mirror sets the pins of a row whose printable part ends before right.
func mirror(pins, row []byte, right int, t tape) {
	for i, eight := range row {
		for ; eight != 0; eight &= eight - 1 {
			x := 8*i + 7 - bits.TrailingZeros8(eight)
			pin := t.offset + right - 1 - x
			pins[pin/8] |= 0x80 >> (pin % 8)
		}
	}
}
