package gs1

import (
	"strings"
)

// A DigitalLink is what a GS1 Digital Link URI identifies. Exactly one of the
// four keys GTIN, SSCC, Place and Party is set; the qualifiers belong to one
// key each. The zero value identifies nothing.
//
//	/01/{GTIN}[/22/{Variant}][/10/{Lot}][/21/{Serial}]
//	/01/{GTIN}/235/{ThirdParty}
//	/00/{SSCC}
//	/414/{Place}[/254/{Extension}]
//	/417/{Party}
//
// The host, and whatever path it puts before the key, are where to ask and
// not part of what is identified; they are not kept.
type DigitalLink struct {
	GTIN       GTIN             // 01
	Variant    Variant          // 22
	Lot        LotNumber        // 10
	Serial     Serial           // 21
	ThirdParty ThirdPartySerial // 235, excludes the three above

	SSCC SSCC // 00

	Place     GLN       // 414
	Extension Extension // 254

	Party GLN // 417

	// Attributes are the application identifiers of the query, in the order
	// given. Query parameters that are none (linkType, utm_source, …) are
	// not kept.
	Attributes []Attribute
}

// canonicalStem is where the canonical form of a Digital Link points to.
const canonicalStem = "https://id.gs1.org"

// Path returns the escaped path from the key on, such as
// "/01/09520123456788/10/ABC%2B123", with the qualifiers in the order that
// the standard prescribes. It is always valid, whatever the fields hold: of
// several keys the first of GTIN, SSCC, Place and Party is written, and what
// does not belong to it is left out. Without a key the path is "".
func (l DigitalLink) Path() string {
	var b strings.Builder
	add := func(ai string, v value) {
		if !v.IsZero() {
			b.WriteString("/" + ai + "/" + escape(v.text))
		}
	}
	switch {
	case !l.GTIN.IsZero() && !l.ThirdParty.IsZero():
		add("01", l.GTIN.value)
		add("235", l.ThirdParty.value)
	case !l.GTIN.IsZero():
		add("01", l.GTIN.value)
		add("22", l.Variant.value)
		add("10", l.Lot.value)
		add("21", l.Serial.value)
	case !l.SSCC.IsZero():
		add("00", l.SSCC.value)
	case !l.Place.IsZero():
		add("414", l.Place.value)
		add("254", l.Extension.value)
	default:
		add("417", l.Party.value)
	}
	return b.String()
}

// URI returns the whole address under stem, which is a scheme, a host and
// perhaps a path ("https://example.vn", "HTTPS://EXAMPLE.VN/T/"). Without a
// key it is "".
func (l DigitalLink) URI(stem string) string {
	path := l.Path()
	if path == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString(strings.TrimRight(stem, "/"))
	b.WriteString(path)
	for i, a := range l.Attributes {
		if i == 0 {
			b.WriteByte('?')
		} else {
			b.WriteByte('&')
		}
		b.WriteString(a.AI + "=" + escape(a.Value))
	}
	return b.String()
}

// String returns the address at id.gs1.org, with its attributes.
func (l DigitalLink) String() string { return l.URI(canonicalStem) }

// Canonical returns the address at id.gs1.org without attributes, the form to
// compare and store: two links identify the same if it is the same.
func (l DigitalLink) Canonical() string {
	l.Attributes = nil
	return l.URI(canonicalStem)
}

// EPC returns the constrained canonical form that EPCIS 2.0 uses for
// epcList and epcClass: of a GTIN's qualifiers only the most specific one is
// kept, in the order serial, lot, third-party serial.
func (l DigitalLink) EPC() string {
	if !l.GTIN.IsZero() {
		switch {
		case !l.ThirdParty.IsZero():
			l = DigitalLink{GTIN: l.GTIN, ThirdParty: l.ThirdParty}
		case !l.Serial.IsZero():
			l = DigitalLink{GTIN: l.GTIN, Serial: l.Serial}
		default:
			l = DigitalLink{GTIN: l.GTIN, Lot: l.Lot}
		}
	}
	return l.Canonical()
}

// escape percent-encodes everything but the unreserved characters of RFC
// 3986, in upper-case hex, as GS1's own engine does.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if isAlphanumeric(c) || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}

// isAlphanumeric reports whether c is an ASCII letter or digit.
func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}
