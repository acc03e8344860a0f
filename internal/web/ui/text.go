package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Joined puts the parts that are not empty beside each other.
func Joined(between string, parts ...string) string {
	var b strings.Builder
	for _, part := range parts {
		if part != "" && b.Len() > 0 {
			b.WriteString(between)
		}
		b.WriteString(part)
	}
	return b.String()
}

// Shortened cuts a text to at most so many characters, the last of which then
// says that there was more.
func Shortened(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}

// Sentence begins with a capital letter and ends with a full stop.
func Sentence(s string) string {
	if s == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(s[size:], ".") + "."
}
