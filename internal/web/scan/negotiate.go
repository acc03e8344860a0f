package scan

import (
	"strconv"
	"strings"
)

// WantsJSON tells whether an Accept header prefers JSON to a page. Browsers
// name text/html, or nothing but */*, and get the page. Of two types with the
// same quality the one that is named counts more than one that only a
// wildcard covers (RFC 9110 §12.5.1), so that "application/json, */*" is JSON.
func WantsJSON(accept string) bool {
	if strings.HasPrefix(accept, "text/html,") { // every browser; nothing can beat it
		return false
	}
	html, htmlNamed := quality(accept, "text", "html")
	json, jsonNamed := quality(accept, "application", "json")
	if json != html {
		return json > html
	}
	return json > 0 && jsonNamed > htmlNamed
}

// quality is the weight, 0 to 1000, that an Accept header gives to a media
// type, and how closely it names it: 3 itself, 2 its type, 1 */*, 0 not at all.
func quality(accept, typ, sub string) (weight, named int) {
	for part := range strings.SplitSeq(accept, ",") {
		media, params, _ := strings.Cut(part, ";")
		t, s, ok := strings.Cut(strings.TrimSpace(media), "/")
		if !ok {
			continue
		}
		near := 0
		switch {
		case strings.EqualFold(t, typ) && strings.EqualFold(s, sub):
			near = 3
		case strings.EqualFold(t, typ) && s == "*":
			near = 2
		case t == "*" && s == "*":
			near = 1
		}
		if near > named {
			weight, named = qValue(params), near
		}
	}
	return weight, named
}

// qValue reads the q parameter as thousandths. What is malformed counts as
// not acceptable, as what is absent counts as 1.
func qValue(params string) int {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0
		}
		return int(q*1000 + 0.5)
	}
	return 1000
}

// preferredLanguage is "en" for a reader who clearly prefers English to
// Vietnamese, else "vi".
func preferredLanguage(acceptLanguage string) string {
	if first, _, _ := strings.Cut(acceptLanguage, ","); first == "" || first == "vi" || first == "vi-VN" {
		return "vi" // nothing can beat it
	}
	en, vi, wild := -1, -1, 0
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, params, _ := strings.Cut(part, ";")
		primary, _, _ := strings.Cut(strings.TrimSpace(tag), "-")
		switch {
		case strings.EqualFold(primary, "en"):
			en = max(en, qValue(params))
		case strings.EqualFold(primary, "vi"):
			vi = max(vi, qValue(params))
		case primary == "*":
			wild = qValue(params)
		}
	}
	if en < 0 {
		en = wild
	}
	if vi < 0 {
		vi = wild
	}
	if en > vi {
		return "en"
	}
	return "vi"
}

// chosenLanguage reads the lang parameter of a raw query; "" when there is
// none that is known.
func chosenLanguage(rawQuery string) string {
	for part := range strings.SplitSeq(rawQuery, "&") {
		switch part {
		case "lang=vi", "lang=VI":
			return "vi"
		case "lang=en", "lang=EN":
			return "en"
		}
	}
	return ""
}

// matchesETag tells whether an If-None-Match header names the tag. The weak
// comparison is the one to use (RFC 9110 §13.1.2).
func matchesETag(header, tag string) bool {
	if header == "" {
		return false
	}
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == tag {
			return true
		}
	}
	return false
}
