package labels

import (
	"fmt"
	"iter"

	qrcode "github.com/skip2/go-qrcode"
)

// A Level is the error correction of a QR symbol: the share of damaged
// codewords it can repair.
type Level uint8

// The four levels of ISO/IEC 18004, which repair about 7, 15, 25 and 30 %.
const (
	LevelL Level = iota + 1
	LevelM
	LevelQ
	LevelH
)

// String returns the letter of the level.
func (l Level) String() string {
	if l < LevelL || l > LevelH {
		return fmt.Sprintf("Level(%d)", uint8(l))
	}
	return "LMQH"[l-1 : l]
}

// recovery maps a level to skip2's names, where High is Q and Highest is H.
func (l Level) recovery() qrcode.RecoveryLevel {
	return qrcode.RecoveryLevel(l - LevelL)
}

// quietZone is the white border that a symbol needs, in modules
// (ISO/IEC 18004, 9.1).
const quietZone = 4

// maxQRVersion is the largest version that [Encode] makes, 57 modules a side
// for some 200 characters. The standard goes on to 40, but such symbols have
// no place on a label and phones struggle with them.
const maxQRVersion = 10

// maxPayload is the most characters that such a symbol can hold: 652 digits
// at level L. It spares the encoder hopeless texts of any length.
const maxPayload = 652

// A Matrix is a QR symbol: its modules without the quiet zone, one bit each.
// It never changes once made and may be shared.
type Matrix struct {
	version int
	level   Level
	size    int
	bits    []byte // row by row, most significant bit first, rows not padded
}

// Version returns the version of the symbol, 1 to 10.
func (m *Matrix) Version() int { return m.version }

// Level returns the error correction that the symbol really has.
func (m *Matrix) Level() Level { return m.level }

// Size returns the number of modules on a side, without the quiet zone.
func (m *Matrix) Size() int { return m.size }

// Dark reports whether the module in column x and row y is dark. Everything
// outside the symbol is light.
func (m *Matrix) Dark(x, y int) bool {
	if x < 0 || y < 0 || x >= m.size || y >= m.size {
		return false
	}
	i := y*m.size + x
	return m.bits[i/8]&(0x80>>(i%8)) != 0
}

// A span is a horizontal run of n dark modules that starts in column x of
// row y.
type span struct{ x, y, n int }

// spans yields the dark runs of the symbol, row by row from the left.
func (m *Matrix) spans() iter.Seq[span] {
	return func(yield func(span) bool) {
		for y := range m.size {
			for x := 0; x < m.size; x++ {
				n := 0
				for m.Dark(x+n, y) {
					n++
				}
				if n > 0 && !yield(span{x, y, n}) {
					return
				}
				x += n
			}
		}
	}
}

// EncodeOptions is the size budget of a symbol. The zero value allows any
// version and asks for level M.
type EncodeOptions struct {
	MaxVersion int   // largest version allowed; 0 means 10
	MinLevel   Level // least error correction wanted; 0 means M
}

// Encode makes the QR symbol of text, which must be printable ASCII: anything
// else is read differently by different phones, and a URL has none.
//
// The version is the smallest one that holds the text at o.MinLevel; the level
// is then raised as far as that version allows, which costs nothing. Modes are
// mixed within a symbol, so `https://` in lower case followed by upper case
// is cheap. A text too long for o.MaxVersion is a [FitError].
func Encode(text string, o EncodeOptions) (*Matrix, error) {
	if o.MaxVersion == 0 {
		o.MaxVersion = maxQRVersion
	}
	if o.MinLevel == 0 {
		o.MinLevel = LevelM
	}
	if o.MinLevel > LevelH || o.MaxVersion < 1 || o.MaxVersion > maxQRVersion {
		return nil, &ValueError{FieldPayload, fmt.Sprintf("cannot have version %d and level %v", o.MaxVersion, o.MinLevel)}
	}
	if err := checkPayload(text); err != nil {
		return nil, err
	}
	if len(text) > maxPayload {
		return nil, &FitError{Field: FieldPayload, Text: text}
	}
	smallest, err := qrcode.New(text, o.MinLevel.recovery())
	if err != nil || smallest.VersionNumber > o.MaxVersion {
		return nil, &FitError{Field: FieldPayload, Text: text}
	}
	for level := LevelH; level > o.MinLevel; level-- {
		q, err := qrcode.NewWithForcedVersion(text, smallest.VersionNumber, level.recovery())
		if err == nil {
			return copyMatrix(q, level), nil
		}
	}
	return copyMatrix(smallest, o.MinLevel), nil
}

func checkPayload(text string) error {
	if text == "" {
		return &ValueError{FieldPayload, "is empty"}
	}
	for _, r := range text {
		if r <= ' ' || r > '~' {
			return &GlyphError{FieldPayload, r}
		}
	}
	return nil
}

// copyMatrix builds the symbol of q and copies its modules out. The rows that
// skip2 returns alias its own state and each call of Bitmap masks anew, so a
// QRCode is used once and dropped; the border must be off before that call,
// later changes are ignored.
func copyMatrix(q *qrcode.QRCode, level Level) *Matrix {
	q.DisableBorder = true
	rows := q.Bitmap()
	m := &Matrix{
		version: q.VersionNumber,
		level:   level,
		size:    len(rows),
		bits:    make([]byte, (len(rows)*len(rows)+7)/8),
	}
	for y, row := range rows {
		for x, dark := range row {
			if dark {
				i := y*m.size + x
				m.bits[i/8] |= 0x80 >> (i % 8)
			}
		}
	}
	return m
}
