package stamp

import (
	"fmt"
	"unicode"
)

// Parse reads a code as people type it: in any letter case, with or without
// hyphens and spaces, with I and L for 1 and O for 0. It fails with
//
//   - ErrAlphabet when there is a character that no code contains,
//   - ErrLength when there are not 10 or 20 characters,
//   - *MistypedError when the check character does not fit.
//
// An address that ends with a code is not a code; the caller takes it apart.
func Parse(s string) (Code, error) {
	text, foreign, err := normalise(s)
	if err != nil {
		return Code{}, err
	}
	if foreign || syndrome(text) != 0 {
		mistyped := &MistypedError{Input: s}
		if all := candidates(text, foreign); len(all) == 1 {
			mistyped.Suggestion = all[0]
		}
		return Code{}, mistyped
	}
	return codeOf(text), nil
}

// ParseBatchCode reads a batch code by the rules of Parse. An item code is
// refused with ErrLength.
func ParseBatchCode(s string) (BatchCode, error) {
	c, err := Parse(s)
	if err != nil {
		return BatchCode{}, err
	}
	if _, isItem := c.Item(); isItem {
		return BatchCode{}, fmt.Errorf("%w, and a batch code has 10", ErrLength)
	}
	return c.Batch(), nil
}

// ParseItemCode reads an item code by the rules of Parse. A batch code is
// refused with ErrLength.
func ParseItemCode(s string) (ItemCode, error) {
	c, err := Parse(s)
	if err != nil {
		return ItemCode{}, err
	}
	item, ok := c.Item()
	if !ok {
		return ItemCode{}, fmt.Errorf("%w, and an item code has 20", ErrLength)
	}
	return item, nil
}

// codeOf makes a Code of 10 or 20 characters whose check character is right.
func codeOf(text []byte) Code {
	if len(text) == batchLength {
		return BatchCode{[batchLength]byte(text)}.Code()
	}
	return ItemCode{[itemLength]byte(text)}.Code()
}

// normalise maps s to 10 or 20 characters of the alphabet, see letters.
func normalise(s string) (text []byte, foreign bool, err error) {
	text, foreign, err = letters(s)
	if err == nil && len(text) != batchLength && len(text) != itemLength {
		return nil, false, fmt.Errorf("%w, this has %d", ErrLength, len(text))
	}
	return text, foreign, err
}

// letters maps s to characters of the alphabet. The letter U is in no code but
// is so easily taken for V that it is mapped to it; foreign reports that this
// happened, so that the result is a guess.
func letters(s string) (text []byte, foreign bool, err error) {
	const longest = 200 // bytes, more than any way to space a code
	if len(s) > longest {
		return nil, false, fmt.Errorf("%w, this has more than %d bytes", ErrLength, longest)
	}
	text = make([]byte, 0, itemLength)
	for _, r := range s {
		if r < 0x80 && valueOf[byte(r)] != none {
			text = append(text, byte(r))
			continue
		}
		// Cf are invisible characters that come with pasted text.
		if unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf) {
			continue
		}
		given := r
		switch r = unicode.ToUpper(r); r {
		case 'I', 'L':
			r = '1'
		case 'O':
			r = '0'
		case 'U':
			r, foreign = 'V', true
		}
		if r >= 0x80 || valueOf[byte(r)] == none {
			return nil, false, fmt.Errorf("%w: %q", ErrAlphabet, given)
		}
		text = append(text, byte(r))
	}
	return text, foreign, nil
}
