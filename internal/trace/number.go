package trace

import (
	"strings"
	"unicode"

	"temgoc/internal/catalog"
)

// The number of a decision or certificate is written in many ways: "Quyết định
// số 321/QĐ-UBND ngày 12/3/2025" on a pack, "321/QD-UBND" at a keyboard. Its key
// is what all of them have in common.

// announces are the words that lead up to a number and are no part of it.
var announces = map[string]bool{
	"quyet": true, "dinh": true, "qd": true, "giay": true, "chung": true, "nhan": true, "gcn": true, "so": true,
	"decision": true, "certificate": true, "number": true, "no": true,
}

// numberParts takes a number apart: its folded runs of letters and digits,
// without what leads up to it and without the date that follows. Digits lose
// their leading zeros.
func numberParts(s string) []string {
	parts := strings.FieldsFunc(catalog.Fold(clean(s)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for len(parts) > 1 && announces[parts[0]] {
		parts = parts[1:]
	}
	for i, part := range parts {
		if i > 0 && part == "ngay" {
			return parts[:i]
		}
		if bare := strings.TrimLeft(part, "0"); bare != "" && isDigits(part) {
			parts[i] = bare
		}
	}
	return parts
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// numberKey joins the parts of a number. Two that would run together into one
// row of digits are kept apart: 12/3 is not 123.
func numberKey(s string) string {
	var b strings.Builder
	digit := false // the last character written
	for _, part := range numberParts(s) {
		if digit && unicode.IsDigit([]rune(part)[0]) {
			b.WriteByte('.')
		}
		b.WriteString(part)
		runes := []rune(part)
		digit = unicode.IsDigit(runes[len(runes)-1])
	}
	return catalog.Fold(b.String()) // letters that met only now may be one
}

// numberRef is the term of a whole number.
func numberRef(s string) string { return "number:" + numberKey(s) }

// numeralRef is the term of the first digits of a number that stand alone, which
// are all that many packs print; empty for a number that has none.
func numeralRef(s string) string {
	for _, part := range numberParts(s) {
		if isDigits(part) {
			return "numeral:" + part
		}
	}
	return ""
}

// numberRefs are the terms under which something with a number is found.
func numberRefs(s string) []string {
	refs := []string{numberRef(s)}
	if numeral := numeralRef(s); numeral != "" {
		refs = append(refs, numeral)
	}
	return refs
}

// publicNumberRef is the term for a number that a shopper reads off a pack:
// digits alone stand for every number whose first ones they are.
func publicNumberRef(s string) string {
	if parts := numberParts(s); len(parts) == 1 && isDigits(parts[0]) {
		return "numeral:" + parts[0]
	}
	return numberRef(s)
}
