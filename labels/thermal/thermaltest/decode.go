// Package thermaltest reads the streams of label printers as a printer does, from
// the documentation of its language, for tests. It knows nothing of how the
// streams are written, and refuses whatever no printer needs to understand here.
package thermaltest

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"temgoc/labels/thermal"
)

// Decode returns the labels of a stream, those before an error too: what a
// printer has printed when a stream breaks off. The width in dots is for the
// languages that do not say it.
func Decode(l thermal.Language, stream []byte, m thermal.Media, width int) ([]*thermal.Bitmap, error) {
	switch l {
	case thermal.ZPL:
		return decodeZPL(string(stream))
	case thermal.TSPL:
		return decodeTSPL(stream)
	case thermal.EPL:
		return decodeEPL(stream)
	case thermal.ESCPOS:
		return decodeESCPOS(stream, width)
	}
	return decodeBrother(stream, m, width)
}

var errShort = errors.New("the stream ends within a label")

var zplFormat = regexp.MustCompile(`^\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^FO0,0\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS\^XZ\n`)

func decodeZPL(s string) (labels []*thermal.Bitmap, err error) {
	for s != "" {
		m := zplFormat.FindStringSubmatch(s)
		if m == nil {
			return labels, fmt.Errorf("no format in %.80q", s)
		}
		s = s[len(m[0]):]
		var n [5]int
		for i := range n {
			n[i], _ = strconv.Atoi(m[i+1])
		}
		b := thermal.NewBitmap(n[0], n[1])
		if n[2] != n[3] || n[3] != len(b.Pix) || n[4] != b.Stride {
			return labels, fmt.Errorf("%d bytes in rows of %d for %d × %d dots", n[3], n[4], n[0], n[1])
		}
		if b.Pix, err = expandGF(m[6], n[4], n[1]); err != nil {
			return labels, err
		}
		labels = append(labels, b)
	}
	return labels, nil
}

// expandGF undoes the compression of the data of a graphic field.
func expandGF(data string, stride, rows int) ([]byte, error) {
	var lines []string
	line, count := "", 0
	full := func() {
		if len(line) == 2*stride {
			lines, line = append(lines, line), ""
		}
	}
	for _, c := range data {
		switch {
		case c >= 'G' && c <= 'Y':
			count += int(c-'G') + 1
			continue
		case c >= 'g' && c <= 'z':
			count += 20 * (int(c-'g') + 1)
			continue
		case c == ',':
			line += strings.Repeat("0", 2*stride-len(line))
		case c == ':' && line == "" && len(lines) > 0:
			line = lines[len(lines)-1]
		case strings.ContainsRune("0123456789ABCDEF", c):
			line += strings.Repeat(string(c), max(count, 1))
		default:
			return nil, fmt.Errorf("%q in the data", c)
		}
		count = 0
		if len(line) > 2*stride {
			return nil, fmt.Errorf("a row of %d digits, want %d", len(line), 2*stride)
		}
		full()
	}
	if line != "" || count != 0 || len(lines) != rows {
		return nil, fmt.Errorf("%d rows and %q, want %d", len(lines), line, rows)
	}
	return hex.DecodeString(strings.Join(lines, ""))
}

var (
	tsplHead  = regexp.MustCompile(`^SIZE ([\d.]+) mm,([\d.]+) mm\r\nGAP ([\d.]+) mm,0 mm\r\nDIRECTION 0\r\nREFERENCE 0,0\r\n`)
	tsplLabel = regexp.MustCompile(`^CLS\r\nBITMAP 0,0,(\d+),(\d+),0,`)
	eplLabel  = regexp.MustCompile(`^\nN\nq(\d+)\nQ(\d+),\d+\nGW0,0,(\d+),(\d+),`)
)

// cut takes the numbers of a head that must be at the start of s.
func cut(head *regexp.Regexp, s []byte) (numbers []int, rest []byte, err error) {
	m := head.FindSubmatch(s)
	if m == nil {
		return nil, nil, fmt.Errorf("%.80q is not %v", s, head)
	}
	for _, n := range m[1:] {
		v, err := strconv.Atoi(string(n))
		if err != nil {
			return nil, nil, err
		}
		numbers = append(numbers, v)
	}
	return numbers, s[len(m[0]):], nil
}

// cutTail takes a text that must be at the start of s.
func cutTail(s []byte, tail string) ([]byte, error) {
	rest, ok := bytes.CutPrefix(s, []byte(tail))
	if !ok {
		return nil, fmt.Errorf("%.20q is not %q", s, tail)
	}
	return rest, nil
}

func decodeTSPL(s []byte) (labels []*thermal.Bitmap, err error) {
	head := tsplHead.Find(s)
	if head == nil {
		return nil, fmt.Errorf("no size in %.80q", s)
	}
	for s = s[len(head):]; len(s) > 0; {
		var n []int
		if n, s, err = cut(tsplLabel, s); err != nil {
			return labels, err
		}
		b := thermal.NewBitmap(8*n[0], n[1])
		if len(s) < len(b.Pix) {
			return labels, errShort
		}
		for i := range b.Pix {
			b.Pix[i] = ^s[i]
		}
		if s, err = cutTail(s[len(b.Pix):], "\r\nPRINT 1\r\n"); err != nil {
			return labels, err
		}
		labels = append(labels, b)
	}
	return labels, nil
}

func decodeEPL(s []byte) (labels []*thermal.Bitmap, err error) {
	for len(s) > 0 {
		var n []int
		if n, s, err = cut(eplLabel, s); err != nil {
			return labels, err
		}
		b := thermal.NewBitmap(n[0], n[1])
		if n[2] != b.Stride || n[3] != n[1] {
			return labels, fmt.Errorf("GW of %d × %d for %d × %d dots", n[2], n[3], n[0], n[1])
		}
		if len(s) < len(b.Pix) {
			return labels, errShort
		}
		for i := range b.Pix {
			b.Pix[i] = ^s[i]
		}
		if s, err = cutTail(s[len(b.Pix):], "\nP1\n"); err != nil {
			return labels, err
		}
		labels = append(labels, b)
	}
	return labels, nil
}

// decodeESCPOS joins the bands of a label that are as wide as it; narrower ones
// behind them feed the paper and must be blank.
func decodeESCPOS(s []byte, width int) (labels []*thermal.Bitmap, err error) {
	for len(s) > 0 {
		if s, err = cutTail(s, "\x1B@"); err != nil {
			return labels, err
		}
		b, fed := thermal.NewBitmap(width, 0), 0
		for len(s) >= 8 && bytes.HasPrefix(s, []byte{0x1D, 'v', '0', 0}) {
			stride, rows := int(s[4])+int(s[5])<<8, int(s[6])+int(s[7])<<8
			if len(s) < 8+stride*rows {
				return labels, errShort
			}
			data := s[8 : 8+stride*rows]
			s = s[8+stride*rows:]
			if stride == 1 && b.Height > 0 && (b.Stride > 1 || len(bytes.Trim(data, "\x00")) == 0) {
				fed += rows
				if len(bytes.Trim(data, "\x00")) > 0 {
					return labels, fmt.Errorf("ink in the gap")
				}
				continue
			}
			if stride != b.Stride || fed > 0 {
				return labels, fmt.Errorf("a band of %d bytes after %d rows of feed", stride, fed)
			}
			b.Pix, b.Height = append(b.Pix, data...), b.Height+rows
		}
		labels = append(labels, b)
	}
	return labels, nil
}

// decodeBrother puts what the pins print back where it stands on the tape. It
// knows only the tapes of the tests.
func decodeBrother(s []byte, m thermal.Media, width int) (labels []*thermal.Bitmap, err error) {
	if s, err = cutTail(s, strings.Repeat("\x00", 200)+"\x1B@\x1Bia\x01"); err != nil {
		return nil, err
	}
	for page := byte(0); ; page = 1 {
		var rows int
		if rows, s, err = brotherHead(s, m, page); err != nil {
			return labels, err
		}
		b := thermal.NewBitmap(width, m.Dots(m.Height))
		top := (b.Height - rows) / 2
		for y := range rows {
			if s, err = cutTail(s, "g\x00\x5A"); err != nil {
				return labels, err
			}
			if len(s) < 90 {
				return labels, errShort
			}
			brotherRow(b, top+y, s[:90])
			s = s[90:]
		}
		if len(s) == 0 {
			return labels, errShort
		}
		labels = append(labels, b)
		end := s[0]
		if s = s[1:]; end == 0x1A && len(s) == 0 {
			return labels, nil
		}
		if end != 0x0C {
			return labels, fmt.Errorf("a page ends with %#x", end)
		}
	}
}

func brotherHead(s []byte, m thermal.Media, page byte) (rows int, rest []byte, err error) {
	kind, length, margin := byte(0x0B), byte(m.Height+0.5), byte(0)
	if m.Gap == 0 {
		kind, length, margin = 0x0A, 0, 35
	}
	want := []byte{0x1B, 'i', 'z', 0xCE, kind, byte(m.Width + 0.5), length}
	if s, err = cutTail(s, string(want)); err != nil {
		return 0, nil, err
	}
	if len(s) < 4 {
		return 0, nil, errShort
	}
	rows = int(s[0]) + int(s[1])<<8 + int(s[2])<<16 + int(s[3])<<24
	rest, err = cutTail(s[4:], string([]byte{page, 0, 0x1B, 'i', 'M', 0x40, 0x1B, 'i', 'A', 1, 0x1B, 'i', 'K', 8, 0x1B, 'i', 'd', margin, 0}))
	return rows, rest, err
}

// brotherRow: on tape of 62 mm pins 12 to 707 print, pin 12 at the right.
func brotherRow(b *thermal.Bitmap, y int, pins []byte) {
	const offset, printable = 12, 696
	left := (b.Width - printable) / 2
	for pin := range 720 {
		if pins[pin/8]&(0x80>>(pin%8)) != 0 {
			b.Fill(left+printable-1-(pin-offset), y, 1, 1)
		}
	}
}
