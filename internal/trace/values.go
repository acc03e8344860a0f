package trace

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"temgoc/internal/catalog"
)

// Zone is the time zone in which dates are meant and shown. Vietnam has had
// no daylight saving time since 1975, so a fixed offset is exact and needs no
// time zone database.
var Zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// A Date is a day of the calendar in Zone. Its text form is 2006-01-02; the
// zero Date is empty text.
type Date struct{ day time.Time } // midnight UTC of that day

// NewDate makes a date; values out of range are carried over as by time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// DateOf is the day in Zone on which t falls.
func DateOf(t time.Time) Date { return NewDate(t.In(Zone).Date()) }

// ParseDate reads 2006-01-02; empty text is the zero Date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%w: %q is not a date of the form 2006-01-02", ErrInvalid, s)
	}
	return Date{t}, nil
}

// String gives 2006-01-02, or nothing for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.day.Format(time.DateOnly)
}

// Vietnamese gives 02/01/2006, as dates are written in Vietnam.
func (d Date) Vietnamese() string {
	if d.IsZero() {
		return ""
	}
	return d.day.Format("02/01/2006")
}

// IsZero tells whether no date is given.
func (d Date) IsZero() bool { return d.day.IsZero() }

// Before tells whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.day.Before(e.day) }

// After tells whether d is a later day than e.
func (d Date) After(e Date) bool { return d.day.After(e.day) }

// Equal tells whether d and e are the same day. It also serves go-cmp.
func (d Date) Equal(e Date) bool { return d.day.Equal(e.day) }

// AddDays moves the date by n days.
func (d Date) AddDays(n int) Date { return Date{d.day.AddDate(0, 0, n)} }

// AddMonths moves the date by n months; a day that the month lacks becomes
// the month's last.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.day.Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return NewDate(y, m+time.Month(n), min(day, last))
}

// DaysUntil counts the days from d to e, negative when e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.day.Sub(d.day).Hours() / 24) }

// Start is the instant at which the day begins in Zone.
func (d Date) Start() time.Time {
	y, m, day := d.day.Date()
	return time.Date(y, m, day, 0, 0, 0, 0, Zone)
}

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

// A Decimal is a number as it was written, with a point, such as "0.05". It is
// kept as text because engines and languages round binary fractions
// differently. The zero value is empty and means that no number is given.
type Decimal string

var decimalForm = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,9})?$`)

// ParseDecimal reads at most 15 digits, then at most 9 after a point or a
// comma.
func ParseDecimal(s string) (Decimal, error) {
	s = strings.Replace(s, ",", ".", 1)
	if !decimalForm.MatchString(s) {
		return "", fmt.Errorf("%w: %q is not a decimal number of at most 15 digits and 9 decimals", ErrInvalid, s)
	}
	return Decimal(s), nil
}

// Rat is the exact value; nil when the Decimal is empty or malformed.
func (d Decimal) Rat() *big.Rat {
	if !decimalForm.MatchString(string(d)) {
		return nil
	}
	r, _ := new(big.Rat).SetString(string(d))
	return r
}

// Sign is -1, 0 or 1, and 0 for an empty Decimal.
func (d Decimal) Sign() int {
	if r := d.Rat(); r != nil {
		return r.Sign()
	}
	return 0
}

// In writes the number as the language does: a comma in Vietnamese.
func (d Decimal) In(lang string) string {
	if lang == "en" {
		return string(d)
	}
	return strings.Replace(string(d), ".", ",", 1)
}

// UnmarshalJSON takes a string or a number, so that callers may write
// either; only the text form is kept.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	s := string(data)
	if strings.HasPrefix(s, `"`) {
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
	}
	if s == "" || s == "null" {
		*d = ""
		return nil
	}
	v, err := ParseDecimal(s)
	*d = v
	return err
}

// A Quantity is an amount of goods. Unit is a code of catalog.UnitByCode.
type Quantity struct {
	Value Decimal `json:"value" doc:"Decimal number as text, e.g. 12.5" example:"12.5"`
	Unit  string  `json:"unit" doc:"Unit code (UN/ECE Rec 20 or a local one)" example:"KGM"`
}

// IsZero tells whether no quantity is given.
func (q Quantity) IsZero() bool { return q == Quantity{} }

// In writes the quantity in the given language.
func (q Quantity) In(lang string) string {
	if q.IsZero() {
		return ""
	}
	unit := q.Unit
	if u, ok := catalog.UnitByCode(q.Unit); ok {
		unit = u.After(string(q.Value), lang)
	}
	return q.Value.In(lang) + " " + unit
}

// instant cuts t to what every engine keeps: UTC and whole milliseconds.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Clean brings text that another package stores into the form of all text here:
// NFC, no control or invisible characters but line breaks, no white space at
// the ends.
func Clean(s string) string { return clean(s) }

// clean brings text into the one form that is stored: NFC, no control
// characters but line breaks, none of the invisible marks that can make text
// read differently from how it is written, no white space at the ends.
func clean(s string) string {
	// NFC comes last: a letter and its accent may meet only once the mark
	// between them is gone.
	return strings.TrimSpace(norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t', r == '\u00a0':
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
			return -1
		case r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))))
}
