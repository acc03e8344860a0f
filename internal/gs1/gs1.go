// Package gs1 holds the identifiers of the GS1 system that a traceability
// service meets: GTIN, GLN and SSCC with their check digits, lot and serial
// numbers with their character set, and the GS1 Digital Link URI that carries
// them in a QR code.
//
// Every type is parsed once and is valid from then on: there is no way to
// make a GTIN with a wrong check digit. The zero value of each type means
// "none"; it is written as the empty string, and the empty string is read
// back as the zero value by UnmarshalText (but refused by the Parse
// functions). All types are comparable, so they work with == and as map keys.
//
// The package knows the syntax only. It does not know who owns a company
// prefix, whether a product exists, or what a resolver answers.
//
// Sources: GS1 General Specifications (check digits §7.9, character sets
// §7.11), GS1 Digital Link Standard: URI Syntax 1.4, and the formats of the
// GS1 Barcode Syntax Dictionary.
package gs1

import (
	"errors"
	"fmt"
	"strings"
)

// What can be wrong with an identifier. Every error of this package wraps
// exactly one of them.
var (
	// ErrLength says that there are too few or too many characters.
	ErrLength = errors.New("wrong length")
	// ErrCharacter says that a character is outside the field's set.
	ErrCharacter = errors.New("character not allowed")
	// ErrCheckDigit says that the last digit does not fit the others.
	ErrCheckDigit = errors.New("wrong check digit")
	// ErrSyntax says that the parts do not form a Digital Link: no key, a
	// qualifier out of order, a field given twice, an impossible date.
	ErrSyntax = errors.New("not a valid GS1 Digital Link")
)

// A value is the text of an identifier, with the methods that all of them
// share. It is embedded and never used alone.
type value struct{ text string }

// String returns the identifier, or "" for the zero value.
func (v value) String() string { return v.text }

// IsZero reports whether there is no identifier. Struct fields tagged
// omitzero are left out of JSON then.
func (v value) IsZero() bool { return v.text == "" }

// MarshalText implements encoding.TextMarshaler.
func (v value) MarshalText() ([]byte, error) { return []byte(v.text), nil }

// unmarshal sets dst to what parse makes of text, or to the zero value when
// text is empty. On error dst keeps its value.
func unmarshal[T any](dst *T, text []byte, parse func(string) (T, error)) error {
	var parsed T
	if len(text) > 0 {
		var err error
		if parsed, err = parse(string(text)); err != nil {
			return err
		}
	}
	*dst = parsed
	return nil
}

// wrong makes an error that names the field and quotes at most 40 bytes of
// what was given: the input may be anything a stranger typed.
func wrong(kind error, field, given, format string, args ...any) error {
	if len(given) > 40 {
		given = given[:40] + "…"
	}
	return fmt.Errorf("%s %q: %w: %s", field, given, kind, fmt.Sprintf(format, args...))
}

// isDigits reports whether s has ASCII digits only.
func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// cset82 is GS1 AI encodable character set 82, the characters of lot and
// serial numbers. It has no space, no '#' and nothing outside ASCII.
const cset82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

// within reports whether r is one of the ASCII characters of set.
func within(set string, r rune) bool { return r < 0x80 && strings.IndexByte(set, byte(r)) >= 0 }

// parseAlphanumeric checks that s is 1 to limit characters of CSET 82.
func parseAlphanumeric(field, s string, limit int) (value, error) {
	for _, r := range s {
		if !within(cset82, r) {
			return value{}, wrong(ErrCharacter, field, s, "%q", r)
		}
	}
	if s == "" || len(s) > limit {
		return value{}, wrong(ErrLength, field, s, "has %d characters, want 1 to %d", len(s), limit)
	}
	return value{s}, nil
}
