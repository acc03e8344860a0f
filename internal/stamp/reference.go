package stamp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// referenceLength is that of a reference: seven characters and a check
// character.
const referenceLength = 8

// ErrReference says that something is not a reference.
var ErrReference = errors.New("a reference has 8 characters, the last of which fits the others")

// A Reference names something that a person looks up by typing, such as a report
// that was made without an account. It is drawn at random, so that knowing one
// says nothing of another. The zero value means none.
type Reference struct{ text [referenceLength]byte }

// NewReference draws a reference from random, which is crypto/rand.Reader
// outside tests. That it is not in use yet is for the caller to find out.
func NewReference(random io.Reader) (Reference, error) {
	for range maxDraws {
		var raw [8]byte
		if _, err := io.ReadFull(random, raw[:5]); err != nil {
			return Reference{}, fmt.Errorf("drawing a reference: %w", err)
		}
		var r Reference
		putBits(r.text[:referenceLength-1], binary.BigEndian.Uint64(raw[:])>>(64-5*(referenceLength-1)))
		r.text[referenceLength-1] = checkCharacter(r.text[:referenceLength-1])
		if !blocked(r.String()) {
			return r, nil
		}
	}
	return Reference{}, errors.New("drawing a reference: the random source keeps giving blocked words")
}

// ParseReference reads a reference as people type it, by the rules of Parse. It
// fails with ErrReference.
func ParseReference(s string) (Reference, error) {
	text, foreign, err := letters(s)
	if err != nil {
		return Reference{}, fmt.Errorf("%w: %w", ErrReference, err)
	}
	if foreign || len(text) != referenceLength || syndrome(text) != 0 {
		return Reference{}, ErrReference
	}
	return Reference{[referenceLength]byte(text)}, nil
}

// String returns the eight characters, or "" for the zero value.
func (r Reference) String() string {
	if r == (Reference{}) {
		return ""
	}
	return string(r.text[:])
}

// Display returns the reference as it is shown to people, XXXX-XXXX.
func (r Reference) Display() string {
	if r == (Reference{}) {
		return ""
	}
	return string(r.text[:4]) + "-" + string(r.text[4:])
}
