package account

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/trustelem/zxcvbn/frequency"
	"golang.org/x/text/unicode/norm"

	"temgoc/internal/catalog"
)

// Lengths of a password, in characters.
const (
	MinPassword = 8
	MaxPassword = 128
)

// minOwn is how many letters and digits a password must have besides words that
// everybody knows of its person.
const minOwn = 6

// checkPassword returns the FieldErrors of a new password, or nil: there are no
// rules of composition, but what is tried first is refused. Words are those of
// the person's name and login.
func checkPassword(field, password string, words []string) error {
	var c check
	password = norm.NFC.String(password)
	n := utf8.RuneCountInString(password)
	c.refuse(!utf8.ValidString(password), field, "có ký tự không đọc được", "has characters that cannot be read")
	c.refuse(n < MinPassword, field, fmt.Sprintf("cần ít nhất %d ký tự", MinPassword), fmt.Sprintf("needs %d characters at least", MinPassword))
	c.refuse(n > MaxPassword, field, fmt.Sprintf("tối đa %d ký tự", MaxPassword), fmt.Sprintf("may have %d characters at most", MaxPassword))
	if c.errs != nil {
		return c.err()
	}
	c.refuse(isOfWords(password, words), field,
		"quá dễ đoán: gần như chỉ gồm tên, tên đăng nhập hoặc tên dịch vụ; hãy thêm vài từ khác",
		"is too easy to guess: it is little more than the name, the login or the name of the service; add other words")
	if c.errs == nil {
		c.refuse(isCommon(password), field, "quá phổ biến nên dễ bị đoán; hãy ghép vài từ không liên quan với nhau",
			"is so common that it is guessed first; put together a few words that have nothing to do with each other")
	}
	return c.err()
}

// serviceWords are of what everybody knows here.
func serviceWords() []string { return []string{"temgoc", "ocop"} }

// isOfWords tells whether the password is made of words of the person or the
// service and hardly anything else.
func isOfWords(password string, words []string) bool {
	whole := bare(password)
	rest := whole
	all := append(serviceWords(), words...)
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // the long ones first: they have short ones in them
	for _, w := range all {
		rest = strings.ReplaceAll(rest, w, "")
	}
	return rest != whole && utf8.RuneCountInString(rest) < minOwn
}

// bare is the password in lower case and without diacritics, its letters and
// digits only.
func bare(password string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, catalog.Fold(password))
}

// isCommon tells whether the password is one that is tried first: a common
// password or a single word or name, with a few digits or signs around it at
// most, or a few characters over and over.
func isCommon(password string) bool {
	folded := catalog.Fold(password)
	letters := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	around := utf8.RuneCountInString(folded) - utf8.RuneCountInString(letters)
	return common()[folded] || common()[bare(password)] || common()[letters] && around <= 4 || distinct(folded) < 4
}

// common are the passwords, words and names of the lists of zxcvbn.
var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, list := range frequency.FrequencyLists {
		for _, w := range list {
			all[w] = true
		}
	}
	return all
})

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}
