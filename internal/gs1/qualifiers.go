package gs1

// A LotNumber is a batch or lot number (AI 10): 1 to 20 characters of CSET
// 82. Letter case matters: "a1" and "A1" are two lots.
type LotNumber struct{ value }

// ParseLotNumber reads a lot number as somebody else may have given it out.
func ParseLotNumber(s string) (LotNumber, error) {
	v, err := parseAlphanumeric("lot number", s, 20)
	return LotNumber{v}, err
}

// Issuable reports whether the lot number keeps to the alphabet of the lots
// that this service gives out: A–Z, 0–9 and the hyphen. These need no
// escaping in an address and keep its QR code in the compact alphanumeric
// mode. Lots of other origin are accepted all the same.
func (l LotNumber) Issuable() bool {
	for i := range len(l.text) {
		c := l.text[i]
		if c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return !l.IsZero()
}

// Equal reports whether l and m are the same lot number.
func (l LotNumber) Equal(m LotNumber) bool { return l == m }

// UnmarshalText implements encoding.TextUnmarshaler.
func (l *LotNumber) UnmarshalText(text []byte) error { return unmarshal(l, text, ParseLotNumber) }

// A Serial is the serial number of one item (AI 21): 1 to 20 characters of
// CSET 82. Letter case matters.
type Serial struct{ value }

// ParseSerial reads a serial number.
func ParseSerial(s string) (Serial, error) {
	v, err := parseAlphanumeric("serial number", s, 20)
	return Serial{v}, err
}

// Equal reports whether s and t are the same serial number.
func (s Serial) Equal(t Serial) bool { return s == t }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Serial) UnmarshalText(text []byte) error { return unmarshal(s, text, ParseSerial) }

// A Variant is a consumer product variant (AI 22): 1 to 20 characters of
// CSET 82.
type Variant struct{ value }

// ParseVariant reads a consumer product variant.
func ParseVariant(s string) (Variant, error) {
	v, err := parseAlphanumeric("product variant", s, 20)
	return Variant{v}, err
}

// Equal reports whether v and w are the same variant.
func (v Variant) Equal(w Variant) bool { return v == w }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Variant) UnmarshalText(text []byte) error { return unmarshal(v, text, ParseVariant) }

// A ThirdPartySerial is a serialised extension of a GTIN that somebody other
// than the brand owner controls (AI 235, "TPX"): 1 to 28 characters of CSET
// 82.
type ThirdPartySerial struct{ value }

// ParseThirdPartySerial reads a third-party controlled serial number.
func ParseThirdPartySerial(s string) (ThirdPartySerial, error) {
	v, err := parseAlphanumeric("third-party serial number", s, 28)
	return ThirdPartySerial{v}, err
}

// Equal reports whether s and t are the same serial number.
func (s ThirdPartySerial) Equal(t ThirdPartySerial) bool { return s == t }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *ThirdPartySerial) UnmarshalText(text []byte) error {
	return unmarshal(s, text, ParseThirdPartySerial)
}

// An Extension names a part of a place, such as a store room of the site
// that the GLN names (AI 254): 1 to 20 characters of CSET 82.
type Extension struct{ value }

// ParseExtension reads a GLN extension component.
func ParseExtension(s string) (Extension, error) {
	v, err := parseAlphanumeric("GLN extension", s, 20)
	return Extension{v}, err
}

// Equal reports whether e and f are the same extension.
func (e Extension) Equal(f Extension) bool { return e == f }

// UnmarshalText implements encoding.TextUnmarshaler.
func (e *Extension) UnmarshalText(text []byte) error { return unmarshal(e, text, ParseExtension) }
