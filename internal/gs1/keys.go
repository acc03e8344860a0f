package gs1

import "strings"

// CheckDigit returns the digit that completes digits to a GTIN, GLN or SSCC:
// weights 3, 1, 3, 1 … from the right, modulo 10.
func CheckDigit(digits string) (byte, error) {
	if digits == "" {
		return 0, wrong(ErrLength, "number", digits, "is empty")
	}
	if !isDigits(digits) {
		return 0, wrong(ErrCharacter, "number", digits, "want digits only")
	}
	return checkDigit(digits), nil
}

// checkDigit is CheckDigit for what is known to be digits.
func checkDigit(digits string) byte {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// parseNumber checks that s has one of the lengths and ends with its check
// digit.
func parseNumber(field, s string, lengths ...int) (value, error) {
	if !isDigits(s) {
		return value{}, wrong(ErrCharacter, field, s, "want digits only")
	}
	fits := false
	for _, n := range lengths {
		fits = fits || len(s) == n
	}
	if !fits {
		return value{}, wrong(ErrLength, field, s, "has %d digits, want one of %v", len(s), lengths)
	}
	last := len(s) - 1
	if want := checkDigit(s[:last]); s[last] != want {
		return value{}, wrong(ErrCheckDigit, field, s, "ends with %c, want %c", s[last], want)
	}
	return value{s}, nil
}

// A GTIN is a Global Trade Item Number (AI 01). It is kept, compared and
// written with 14 digits, so the same product is the same GTIN whether it was
// read from a UPC, an EAN or a case.
type GTIN struct{ value }

// ParseGTIN reads a GTIN-8, -12 (UPC), -13 (EAN) or -14.
func ParseGTIN(s string) (GTIN, error) {
	v, err := parseNumber("GTIN", s, 8, 12, 13, 14)
	if err != nil {
		return GTIN{}, err
	}
	const zeros = "000000"
	return GTIN{value{zeros[:14-len(v.text)] + v.text}}, nil
}

// Restricted reports whether the number is from a range that shops and
// companies use inside their own walls (GS1 prefixes 02, 04 and 20–29, and
// the GTIN-8 prefixes 0 and 2). Such a number names different products in
// different places and must not be used in open trade.
func (g GTIN) Restricted() bool {
	if g.IsZero() {
		return false
	}
	if strings.HasPrefix(g.text, "000000") { // a GTIN-8
		return g.text[6] == '0' || g.text[6] == '2'
	}
	prefix := g.text[1:3]
	return prefix == "02" || prefix == "04" || prefix[0] == '2'
}

// Demonstration reports whether the number has GS1 prefix 952, which is kept
// for demonstrations and examples and names no real product.
func (g GTIN) Demonstration() bool {
	return !g.IsZero() && g.text[1:4] == "952"
}

// Equal reports whether g and h are the same number.
func (g GTIN) Equal(h GTIN) bool { return g == h }

// UnmarshalText implements encoding.TextUnmarshaler.
func (g *GTIN) UnmarshalText(text []byte) error { return unmarshal(g, text, ParseGTIN) }

// A GLN is a Global Location Number of 13 digits: a place (AI 414) or a
// party (AI 417).
type GLN struct{ value }

// ParseGLN reads a GLN.
func ParseGLN(s string) (GLN, error) {
	v, err := parseNumber("GLN", s, 13)
	return GLN{v}, err
}

// Equal reports whether g and h are the same number.
func (g GLN) Equal(h GLN) bool { return g == h }

// UnmarshalText implements encoding.TextUnmarshaler.
func (g *GLN) UnmarshalText(text []byte) error { return unmarshal(g, text, ParseGLN) }

// An SSCC is a Serial Shipping Container Code of 18 digits (AI 00): one
// case, pallet or parcel.
type SSCC struct{ value }

// ParseSSCC reads an SSCC.
func ParseSSCC(s string) (SSCC, error) {
	v, err := parseNumber("SSCC", s, 18)
	return SSCC{v}, err
}

// Equal reports whether s and t are the same number.
func (s SSCC) Equal(t SSCC) bool { return s == t }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *SSCC) UnmarshalText(text []byte) error { return unmarshal(s, text, ParseSSCC) }
