package catalog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold brings text into the form in which it is searched: lower case and
// without diacritics, so that "che shan" finds "Chè Shan" however either was
// typed. Bytes that are not UTF-8 become U+FFFD. Folding twice changes
// nothing more.
func Fold(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd") // norm would skip what stands behind a bad byte
	bare := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ' || r == 'Đ':
			return 'd'
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
	return norm.NFC.String(bare) // Hangul was taken apart too
}

// Words splits text into the folded words that it can be found by: runs of
// letters and digits, of at least two characters, each once, in the order of
// their first appearance.
func Words(s string) []string {
	var words []string
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(Fold(s), notInWord) {
		if utf8.RuneCountInString(word) >= 2 && !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	return words
}

func notInWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
