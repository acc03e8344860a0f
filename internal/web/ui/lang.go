package ui

import (
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A Lang is the language of a page: "vi" or "en". What a page says stands in
// its template in both, side by side, so that neither is forgotten.
type Lang string

// The languages. Vietnamese comes first: whatever is no language is it.
const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// ParseLang reads "vi" or "en".
func ParseLang(s string) (Lang, bool) {
	l := Lang(s)
	return l, l == Vietnamese || l == English
}

// T chooses between two texts.
func (l Lang) T(vi, en string) string {
	if l == English {
		return en
	}
	return vi
}

// Name gives a bilingual name.
func (l Lang) Name(n catalog.Name) string { return n.In(string(l)) }

// Other is the language to switch to.
func (l Lang) Other() Lang {
	if l == English {
		return Vietnamese
	}
	return English
}

// Date writes a day: 27/11/2026, or 27 Nov 2026.
func (l Lang) Date(d trace.Date) string {
	if l == English && !d.IsZero() {
		return d.Start().Format("2 Jan 2006")
	}
	return d.Vietnamese()
}

// Moment writes an instant to the minute, in Vietnam's time; nothing for the
// zero instant.
func (l Lang) Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(trace.Zone)
	return t.Format("15:04") + ", " + l.Date(trace.DateOf(t))
}

// Quantity writes an amount with its unit.
func (l Lang) Quantity(q trace.Quantity) string { return q.In(string(l)) }

// Number writes a whole number with its thousands apart: 1.200, or 1,200.
func (l Lang) Number(n int) string {
	separator := "."
	if l == English {
		separator = ","
	}
	digits := []byte{}
	negative := n < 0
	if negative {
		n = -n
	}
	for i := 0; n > 0 || i == 0; i++ {
		if i > 0 && i%3 == 0 {
			digits = append([]byte(separator), digits...)
		}
		digits = append([]byte{byte('0' + n%10)}, digits...)
		n /= 10
	}
	if negative {
		return "-" + string(digits)
	}
	return string(digits)
}
