// Package stamp makes and reads the codes that are printed on stamps.
//
// A batch code names a batch of goods; everybody who holds a stamp of the
// batch reads the same one. An item code names one stamp of a batch; it is
// computed from a secret key, so that a million of them need no stored row
// and none can be guessed from another. Neither says anything about what it
// names: not the producer, not the date, not how many there are.
//
// What follows is meant to be enough to write a second implementation.
// testdata holds vectors to check it against.
//
// # Alphabet
//
// Crockford's base32, 0123456789ABCDEFGHJKMNPQRSTVWXYZ: the value of a
// character is its place, 0 to 31. There is no I, L, O and U. On input lower
// case counts as upper case, I and L as 1, O as 0, and spaces and dashes are
// dropped.
//
// # Check character
//
// The last character of each code is a checksum over GF(2⁵) with the
// polynomial x⁵+x²+1: the value of a character is an element of the field,
// bit 0 being the coefficient of 1, and α = x = 2. With the payload characters
// p₀ p₁ … the check character is Σ pᵢ·αⁱ⁺¹, where addition is exclusive or.
// Every substitution of one character is found, every exchange of two
// characters wherever they are, and every twin error (aa read as bb); of
// arbitrary nonsense one code in 32 passes.
//
// # Batch code, 10 characters
//
// Nine characters of payload, 45 random bits, and the check character. The
// bits are the first 45 of six bytes from the random source, most significant
// first, five to a character. A code that spells a blocked word is drawn
// again. It is printed in groups of five: K7Q2M-9XR4V.
//
// # Item code, 20 characters
//
// The nine payload characters of its batch, ten characters that hold tag‖masked
// as a 50-bit number, most significant bits first, and the check character
// over the nineteen before it. Printed in groups of five.
//
//	master = 32 random bytes, named by a key id that is stored with the batch
//	Kt     = HKDF-SHA256(master, salt "", info "ocop/item/v1/tag/"+batch, 32 bytes)
//	Ke     = HKDF-SHA256(master, salt "", info "ocop/item/v1/enc/"+batch, 32 bytes)
//	tag    = first 26 bits of HMAC-SHA256(Kt, serial as 4 bytes, big endian)
//	masked = serial XOR first 24 bits of HMAC-SHA256(Ke, tag as 4 bytes, big endian)
//
// where batch is the nine payload characters of the batch code in ASCII, and
// serial is the number of the item in its batch, 0 to 2²⁴−1. "First bits" are
// the most significant ones: the tag is the first four bytes of the HMAC as a
// big-endian number, shifted right by 6.
//
// To open a code, compute serial = masked XOR first 24 bits of HMAC(Ke, tag) and
// compare the tag of that serial with the one in the code. Since this is a
// function of the code, two serials never share one. A forged code for a batch
// of N issued items is right with probability N/2⁵⁰.
//
// # Scratch PIN, 8 digits
//
// What may be hidden under a scratch-off layer beside an item code. It is never
// stored, and says nothing without the master key:
//
//	Kpin = HKDF-SHA256(master, salt "", info "ocop/item/v1/pin/"+batch, 32 bytes)
//	PIN  = first 64 bits of HMAC-SHA256(Kpin, the 20 characters of the item code) modulo 10⁸
//
// as a big-endian number, written with leading zeros.
//
// # Reference, 8 characters
//
// Not printed on stamps, but given to people to look something up by: seven
// characters that hold the first 35 of 40 random bits, and the check character.
// Shown in groups of four.
//
// The package does not know which batches exist, which serials were issued,
// or what state they are in, and nothing of addresses and HTTP.
package stamp

import (
	"errors"
)

// Lengths of the printed codes without hyphens.
const (
	batchLength  = 10
	itemLength   = 20
	batchPayload = batchLength - 1
)

// What can be wrong with a code that was typed in, besides *MistypedError.
var (
	// ErrLength says that the code has neither 10 nor 20 characters.
	ErrLength = errors.New("a code has 10 or 20 characters")
	// ErrAlphabet says that the code has a character that no code contains.
	ErrAlphabet = errors.New("not a character of a code")
)

// A BatchCode is the printed code of a batch. The zero value means none.
// Codes are comparable.
type BatchCode struct{ text [batchLength]byte }

// String returns the ten characters, or "" for the zero value.
func (b BatchCode) String() string {
	if b.IsZero() {
		return ""
	}
	return string(b.text[:])
}

// Display returns the code as it is printed, K7Q2M-9XR4V.
func (b BatchCode) Display() string { return group(b.String()) }

// IsZero reports whether there is no code.
func (b BatchCode) IsZero() bool { return b == BatchCode{} }

// Code returns b as a Code.
func (b BatchCode) Code() Code { return Code{batch: b} }

// Equal reports whether b and c are the same code.
func (b BatchCode) Equal(c BatchCode) bool { return b == c }

// MarshalText implements encoding.TextMarshaler.
func (b BatchCode) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It reads what Parse
// reads; empty text gives the zero value.
func (b *BatchCode) UnmarshalText(text []byte) error { return unmarshal(b, text, ParseBatchCode) }

// payload returns the nine characters before the check character.
func (b BatchCode) payload() string { return string(b.text[:batchPayload]) }

// An ItemCode is the printed code of one item. The zero value means none.
// Codes are comparable. An ItemCode is well-formed; only Sealer.Open tells
// whether it is genuine.
type ItemCode struct{ text [itemLength]byte }

// String returns the twenty characters, or "" for the zero value.
func (c ItemCode) String() string {
	if c.IsZero() {
		return ""
	}
	return string(c.text[:])
}

// Display returns the code as it is printed, in groups of five.
func (c ItemCode) Display() string { return group(c.String()) }

// IsZero reports whether there is no code.
func (c ItemCode) IsZero() bool { return c == ItemCode{} }

// Batch returns the code of the batch that the item says it is of.
func (c ItemCode) Batch() BatchCode {
	if c.IsZero() {
		return BatchCode{}
	}
	return completeBatch(c.text[:batchPayload])
}

// Code returns c as a Code.
func (c ItemCode) Code() Code { return Code{batch: c.Batch(), item: c} }

// Equal reports whether c and d are the same code.
func (c ItemCode) Equal(d ItemCode) bool { return c == d }

// MarshalText implements encoding.TextMarshaler.
func (c ItemCode) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It reads what Parse
// reads; empty text gives the zero value.
func (c *ItemCode) UnmarshalText(text []byte) error { return unmarshal(c, text, ParseItemCode) }

// A Code is what somebody scanned or typed: a batch code or an item code.
// The zero value means none. Codes are comparable.
type Code struct {
	batch BatchCode // also of an item code
	item  ItemCode  // zero for a batch code
}

// Batch returns the code of the batch, that of an item's batch too.
func (c Code) Batch() BatchCode { return c.batch }

// Item returns the item code, and false when c is a batch code or none.
func (c Code) Item() (ItemCode, bool) { return c.item, !c.item.IsZero() }

// String returns the 10 or 20 characters, or "" for the zero value.
func (c Code) String() string {
	if item, ok := c.Item(); ok {
		return item.String()
	}
	return c.batch.String()
}

// Display returns the code as it is printed, in groups of five.
func (c Code) Display() string { return group(c.String()) }

// AppendText appends the 10 or 20 characters to dst, without allocation. It
// implements encoding.TextAppender.
func (c Code) AppendText(dst []byte) ([]byte, error) {
	if !c.item.IsZero() {
		return append(dst, c.item.text[:]...), nil
	}
	if !c.batch.IsZero() {
		return append(dst, c.batch.text[:]...), nil
	}
	return dst, nil
}

// AppendDisplay appends the code as it is printed, in groups of five.
func (c Code) AppendDisplay(dst []byte) []byte {
	var room [itemLength]byte
	text, _ := c.AppendText(room[:0]) // never fails
	return appendGroups(dst, text)
}

// IsZero reports whether there is no code.
func (c Code) IsZero() bool { return c == Code{} }

// Equal reports whether c and d are the same code.
func (c Code) Equal(d Code) bool { return c == d }

// MarshalText implements encoding.TextMarshaler.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It reads what Parse
// reads; empty text gives the zero value.
func (c *Code) UnmarshalText(text []byte) error { return unmarshal(c, text, Parse) }

// group puts a hyphen after every fifth character.
func group(text string) string {
	return string(appendGroups(make([]byte, 0, itemLength+itemLength/5), []byte(text)))
}

func appendGroups(dst, text []byte) []byte {
	for i, character := range text {
		if i > 0 && i%5 == 0 {
			dst = append(dst, '-')
		}
		dst = append(dst, character)
	}
	return dst
}

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
