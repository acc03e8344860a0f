package gs1

import (
	"fmt"
	"slices"
	"strings"
)

// A Parser reads Digital Links. Its zero value keeps strictly to URI Syntax
// 1.4; the options accept what is seen in the wild.
type Parser struct {
	// ShortGTIN accepts GTIN-8, -12 and -13 after /01/, as older versions
	// of the standard did.
	ShortGTIN bool
	// TrailingSlash ignores one slash at the end of the path. The syntax
	// forbids it, but a resolver should answer as if it were not there.
	TrailingSlash bool
}

// ParseDigitalLink reads a whole http or https address by the strict rules.
func ParseDigitalLink(uri string) (DigitalLink, error) { return Parser{}.URI(uri) }

// URI reads a whole http or https address. The fragment is ignored.
func (p Parser) URI(uri string) (DigitalLink, error) {
	before, _, _ := strings.Cut(uri, "#")
	address, query, _ := strings.Cut(before, "?")
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok || !slices.Contains([]string{"http", "https", "HTTP", "HTTPS"}, scheme) {
		return DigitalLink{}, wrong(ErrSyntax, "address", uri, "want http:// or https://, not in mixed case")
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 0 {
		return DigitalLink{}, wrong(ErrSyntax, "address", uri, "no path after the host")
	}
	if err := checkHost(rest[:slash]); err != nil {
		return DigitalLink{}, err
	}
	return p.Path(rest[slash:], query)
}

// checkHost looks at the characters only: host name, IPv4, [IPv6], port.
func checkHost(host string) error {
	if host == "" {
		return wrong(ErrSyntax, "address", host, "no host")
	}
	for i := range len(host) {
		if !isAlphanumeric(host[i]) && strings.IndexByte("-.:[]", host[i]) < 0 {
			return wrong(ErrSyntax, "host", host, "%q", host[i])
		}
	}
	return nil
}

// Path reads the path and query of a request as they were sent: escaped, that
// is url.URL.EscapedPath and RawQuery, because a lot number may hold a slash
// ("%2F") that must not be taken for a separator. The path may begin with
// segments of the host's own; the rightmost key in it begins the identifier.
func (p Parser) Path(escapedPath, rawQuery string) (DigitalLink, error) {
	var link DigitalLink
	if p.TrailingSlash {
		escapedPath = strings.TrimSuffix(escapedPath, "/")
	}
	key, fields, err := splitPath(escapedPath)
	if err != nil {
		return link, err
	}
	order := qualifiers[key]
	next := 0 // qualifiers[next:] may still follow
	for i, f := range fields {
		if i > 0 {
			at := slices.Index(order[next:], f.AI)
			if at < 0 {
				return DigitalLink{}, wrong(ErrSyntax, "path", escapedPath, "(%s) does not belong here after (%s)", f.AI, fields[i-1].AI)
			}
			next += at + 1
		}
		if err := p.set(&link, f); err != nil {
			return DigitalLink{}, err
		}
	}
	if len(fields) > 2 && !link.ThirdParty.IsZero() {
		return DigitalLink{}, wrong(ErrSyntax, "path", escapedPath, "(235) stands alone after (01)")
	}
	if link.Attributes, err = parseQuery(rawQuery, link, key); err != nil {
		return DigitalLink{}, err
	}
	return link, nil
}

// qualifiers are the primary keys and what may follow them, in this order.
// 235 excludes the other qualifiers of 01.
var qualifiers = map[string][]string{
	"01":  {"22", "10", "21", "235"},
	"00":  {},
	"414": {"254"},
	"417": {},
}

// splitPath finds the rightmost key and returns it with the unescaped fields
// of the path, of which it is the first.
func splitPath(path string) (key string, fields []Attribute, err error) {
	segments := strings.Split(path, "/")
	start := len(segments) - 2
	for ; start > 0; start -= 2 {
		if _, ok := qualifiers[segments[start]]; ok {
			break
		}
	}
	// segments[0] is what stands before the first slash: nothing.
	if start <= 0 || segments[0] != "" {
		return "", nil, wrong(ErrSyntax, "path", path, "no /01/, /00/, /414/ or /417/ with its value")
	}
	for i := start; i < len(segments); i += 2 {
		text, err := unescape(segments[i+1], false)
		if err != nil {
			return "", nil, err
		}
		fields = append(fields, Attribute{segments[i], text})
	}
	return segments[start], fields, nil
}

// set parses one field of the path into link.
func (p Parser) set(link *DigitalLink, f Attribute) (err error) {
	switch f.AI {
	case "01":
		if len(f.Value) != 14 && !p.ShortGTIN {
			return wrong(ErrLength, "GTIN", f.Value, "has %d digits, want 14 in an address", len(f.Value))
		}
		link.GTIN, err = ParseGTIN(f.Value)
	case "22":
		link.Variant, err = ParseVariant(f.Value)
	case "10":
		link.Lot, err = ParseLotNumber(f.Value)
	case "21":
		link.Serial, err = ParseSerial(f.Value)
	case "235":
		link.ThirdParty, err = ParseThirdPartySerial(f.Value)
	case "00":
		link.SSCC, err = ParseSSCC(f.Value)
	case "414":
		link.Place, err = ParseGLN(f.Value)
	case "254":
		link.Extension, err = ParseExtension(f.Value)
	case "417":
		link.Party, err = ParseGLN(f.Value)
	}
	return err
}

// parseQuery reads the attributes of a link whose path is read already. A
// parameter whose name is not a number is somebody else's and is not judged.
func parseQuery(raw string, link DigitalLink, key string) ([]Attribute, error) {
	// What the path may say must be said there; only the lot may follow a
	// third-party serial number as additional information.
	seen := map[string]bool{key: true}
	for _, ai := range qualifiers[key] {
		seen[ai] = ai != "10" || link.ThirdParty.IsZero()
	}
	var attributes []Attribute
	for part := range strings.SplitSeq(raw, "&") {
		rawKey, rawValue, _ := strings.Cut(part, "=")
		ai, err := unescape(rawKey, true)
		if err != nil || ai == "" || !isDigits(ai) {
			continue // a parameter of the resolver or of the application, or "&&"
		}
		text, err := unescape(rawValue, true)
		if err != nil {
			return nil, err
		}
		if seen[ai] {
			return nil, wrong(ErrSyntax, "query", raw, "(%s) is given twice or belongs in the path", ai)
		}
		seen[ai] = true
		attribute, err := ParseAttribute(ai, text)
		if err != nil {
			return nil, fmt.Errorf("query: %w", err)
		}
		attributes = append(attributes, attribute)
	}
	return attributes, nil
}

// unescape decodes %XX, in a query also '+' to a space. Bytes that no URI may
// hold are refused, and so is a '%' without two hex digits.
func unescape(s string, query bool) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return "", wrong(ErrSyntax, "address", s, "%% without two hex digits")
			}
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			if c == 0 {
				return "", wrong(ErrCharacter, "address", s, "%%00")
			}
			i += 2
		case c == '+' && query:
			c = ' '
		case !isAlphanumeric(c) && strings.IndexByte("-._~:/?#[]@!$&'()*+,;=", c) < 0:
			return "", wrong(ErrCharacter, "address", s, "%q must be percent-encoded", c)
		}
		b.WriteByte(c)
	}
	return b.String(), nil
}

// isHex reports whether c is a hex digit of either case.
func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' || 'a' <= c && c <= 'f'
}

// unhex is the value of a hex digit.
func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}
