// Package qr makes QR symbols (ISO/IEC 18004), versions 1 to 10.
//
// [Encode] makes one symbol of any text, with skip2/go-qrcode, which mixes
// modes within a symbol: `https://` in lower case followed by upper case is
// cheap then.
//
// A [Series] makes the symbols of texts that differ in their last few
// characters only, as the codes of a print order do, a hundred times as fast
// and without allocation. Everything between the text and the modules is
// linear over GF(2): each bit of the text flips a fixed set of modules, its own
// and those of the Reed–Solomon codewords that depend on it. So a symbol is one
// that was made before, XORed with a precomputed pattern for each pair of
// characters.
package qr

import (
	"errors"
	"fmt"

	qrcode "github.com/skip2/go-qrcode"
)

// ErrTooLong says that a text does not fit the largest version allowed.
var ErrTooLong = errors.New("qr: text is too long for the symbol")

// ErrOptions says that options are out of bounds.
var ErrOptions = errors.New("qr: versions are 1 to 10, levels L to H")

// A CharError says that a text has a character that it may not have. Rune is
// U+FFFD for bytes that are not UTF-8, and 0 for a text without any character.
type CharError struct{ Rune rune }

func (e *CharError) Error() string {
	if e.Rune == 0 {
		return "qr: text is empty"
	}
	return fmt.Sprintf("qr: text has a character that is not allowed: %U %q", e.Rune, e.Rune)
}

// Options are the size budget of a symbol. The zero value allows any version
// and asks for level M.
type Options struct {
	MaxVersion int   // largest version allowed; 0 means 10
	MinLevel   Level // least error correction wanted; 0 means M
}

// normal returns the options with their defaults filled in.
func (o Options) normal() (Options, error) {
	if o.MaxVersion == 0 {
		o.MaxVersion = MaxVersion
	}
	if o.MinLevel == 0 {
		o.MinLevel = M
	}
	if o.MinLevel > H || o.MaxVersion < 1 || o.MaxVersion > MaxVersion {
		return o, fmt.Errorf("%w, not %d and %v", ErrOptions, o.MaxVersion, o.MinLevel)
	}
	return o, nil
}

// maxText is the most characters that a symbol can hold: 652 digits at level
// L. It spares the encoder hopeless texts of any length.
const maxText = 652

// Encode makes the symbol of a text, which must be printable ASCII without
// spaces (else [CharError]): anything else is read differently by different
// phones, and a URL has none.
//
// The version is the smallest one that holds the text at o.MinLevel; the level
// is then raised as far as that version allows, which costs nothing. A text too
// long for o.MaxVersion is [ErrTooLong].
func Encode(text string, o Options) (*Matrix, error) {
	o, err := o.normal()
	if err != nil {
		return nil, err
	}
	if err := check(text); err != nil {
		return nil, err
	}
	if len(text) > maxText {
		return nil, ErrTooLong
	}
	smallest, err := qrcode.New(text, o.MinLevel.recovery())
	if err != nil || smallest.VersionNumber > o.MaxVersion {
		return nil, ErrTooLong
	}
	for level := H; level > o.MinLevel; level-- {
		q, err := qrcode.NewWithForcedVersion(text, smallest.VersionNumber, level.recovery())
		if err == nil {
			return copied(q, level), nil
		}
	}
	return copied(smallest, o.MinLevel), nil
}

func check(text string) error {
	if text == "" {
		return &CharError{}
	}
	for _, r := range text {
		if r <= ' ' || r > '~' {
			return &CharError{r}
		}
	}
	return nil
}

// recovery maps a level to skip2's names, where High is Q and Highest is H.
func (l Level) recovery() qrcode.RecoveryLevel {
	return qrcode.RecoveryLevel(l - L)
}

// copied builds the symbol of q and copies its modules out. The rows that
// skip2 returns alias its own state and each call of Bitmap masks anew, so a
// QRCode is used once and dropped; the border must be off before that call,
// later changes are ignored.
func copied(q *qrcode.QRCode, level Level) *Matrix {
	q.DisableBorder = true
	rows := q.Bitmap()
	m := &Matrix{version: q.VersionNumber, level: level, size: len(rows)}
	for y, row := range rows {
		for x, dark := range row {
			if dark {
				m.rows[y] |= 1 << x
			}
		}
	}
	return m
}
