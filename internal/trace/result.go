package trace

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"temgoc/internal/catalog"
)

// A Qualifier says how the number of a result is meant.
type Qualifier string

// The qualifiers. A result without a number is NotDetected, Passed, Failed or
// Unread.
const (
	Exactly     Qualifier = "="
	Below       Qualifier = "<"
	AtMost      Qualifier = "<="
	Above       Qualifier = ">"
	AtLeast     Qualifier = ">="
	Between     Qualifier = "range"        // Number to Upper
	NotDetected Qualifier = "not_detected" // KPH; Number is the LOD where the sheet gives it
	Passed      Qualifier = "passed"       // Đạt
	Failed      Qualifier = "failed"       // Không đạt
	Unread      Qualifier = "unread"       // text that a person must judge
)

// A Result is a laboratory's result: the text as the sheet has it, and what it
// means.
type Result struct {
	Text      string    `json:"text" doc:"As the sheet says it" example:"KPH (LOD = 0,01)"`
	Qualifier Qualifier `json:"qualifier" readOnly:"true"`
	Number    Decimal   `json:"number,omitempty" readOnly:"true"`
	Upper     Decimal   `json:"upper,omitempty" readOnly:"true"`
}

const numberForm = `([0-9][0-9 ]*(?:[.,][0-9]+)?(?:\s*[x×*.]\s*10\s*(?:\^?\s*-?[0-9]{1,2}|[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))?)`

var (
	notDetectedForm = regexp.MustCompile(`(?i)^(?:kph|nd|not detected|không phát hiện|không có|âm tính|negative|absent)\b`)
	lodForm         = regexp.MustCompile(`(?i)\b(?:LOD|LOQ|MDL)\s*[=:<]?\s*` + numberForm)
	comparedForm    = regexp.MustCompile(`^(<=|>=|≤|≥|<|>)\s*` + numberForm + `(?:\s*\(.*\))?$`)
	exactForm       = regexp.MustCompile(`^` + numberForm + `(?:\s*(?:±|\().*)?$`)
	rangeForm       = regexp.MustCompile(`^` + numberForm + `\s*(?:-|–|÷|đến)\s*` + numberForm + `$`)
	powerForm       = regexp.MustCompile(`^([0-9][0-9 ]*(?:[.,][0-9]+)?)(?:\s*[x×*.]\s*10\s*\^?\s*(-?[0-9]{1,2}))?$`)
	limitNameForm   = regexp.MustCompile(`(?i)^<\s*(LOD|LOQ|MDL)\b`)
	superscripts    = strings.NewReplacer("⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9", "⁻", "-")
)

// ParseResult reads a result as Vietnamese laboratories write it: "0,05",
// "< 0,01", "KPH (LOD = 0,01)", "Không phát hiện/25 g", "1,2×10²", "4 - 8",
// "Đạt". A decimal comma and a decimal point are the same; text that it does
// not understand becomes Unread, never an error.
func ParseResult(text string) Result {
	r := Result{Text: text, Qualifier: Unread}
	s := strings.TrimSpace(text)
	switch folded := catalog.Fold(s); {
	case folded == "dat" || folded == "pass" || folded == "passed":
		r.Qualifier = Passed
		return r
	case folded == "khong dat" || folded == "fail" || folded == "failed":
		r.Qualifier = Failed
		return r
	case notDetectedForm.MatchString(s), limitNameForm.MatchString(s):
		r.Qualifier = NotDetected
		if m := lodForm.FindStringSubmatch(s); m != nil {
			r.Number = plain(m[1])
		}
		return r
	}
	if m := comparedForm.FindStringSubmatch(s); m != nil {
		r.set(map[string]Qualifier{"<": Below, "<=": AtMost, "≤": AtMost, ">": Above, ">=": AtLeast, "≥": AtLeast}[m[1]], plain(m[2]), "")
	} else if m := rangeForm.FindStringSubmatch(s); m != nil {
		r.set(Between, plain(m[1]), plain(m[2]))
	} else if m := exactForm.FindStringSubmatch(s); m != nil {
		r.set(Exactly, plain(m[1]), "")
	}
	return r
}

// set keeps what was read if every number of it was.
func (r *Result) set(q Qualifier, number, upper Decimal) {
	if number == "" || q == Between && upper == "" {
		return
	}
	r.Qualifier, r.Number, r.Upper = q, number, upper
}

// plain writes a number such as "1,2×10²" or "10 000" as a Decimal; nothing
// when it has more digits than a Decimal keeps.
func plain(s string) Decimal {
	m := powerForm.FindStringSubmatch(superscripts.Replace(strings.TrimSpace(s)))
	if m == nil {
		return ""
	}
	mantissa := strings.Replace(strings.ReplaceAll(m[1], " ", ""), ",", ".", 1)
	if m[2] == "" {
		d, err := ParseDecimal(mantissa)
		if err != nil {
			return ""
		}
		return d
	}
	r, ok := new(big.Rat).SetString(mantissa + "e" + m[2])
	if !ok {
		return ""
	}
	text := r.FloatString(9)
	d, err := ParseDecimal(strings.TrimSuffix(strings.TrimRight(text, "0"), "."))
	if err != nil || d.Rat().Cmp(r) != 0 {
		return ""
	}
	return d
}

// A Limit is what a result is judged against, with where it comes from.
// Limits are data that people edit, never constants of the program.
type Limit struct {
	Kind  catalog.LimitKind `json:"kind" enum:"max,min,range,absent,declared"`
	Min   Decimal           `json:"min,omitempty"`
	Max   Decimal           `json:"max,omitempty"`
	Basis string            `json:"basis" doc:"Legal basis or source" example:"QCVN 8-2:2011/BYT"`
}

func (l Limit) check(c check) {
	c.name("basis", l.Basis)
	min := c.decimal("min", l.Min)
	max := c.decimal("max", l.Max)
	switch l.Kind {
	case catalog.LimitMax:
		c.required("max", l.Max != "")
	case catalog.LimitMin:
		c.required("min", l.Min != "")
	case catalog.LimitRange:
		if c.required("min", l.Min != "") && c.required("max", l.Max != "") && min && max && l.Min.Rat().Cmp(l.Max.Rat()) > 0 {
			c.fail("max", "nhỏ hơn giới hạn dưới", "is below the lower limit")
		}
	case catalog.LimitAbsent, catalog.LimitDeclared:
	default:
		c.oneOf("kind", string(l.Kind), false)
	}
}

// In writes the limit in words.
func (l Limit) In(lang string) string {
	switch l.Kind {
	case catalog.LimitMax:
		return "≤ " + l.Max.In(lang)
	case catalog.LimitMin:
		return "≥ " + l.Min.In(lang)
	case catalog.LimitRange:
		return l.Min.In(lang) + " – " + l.Max.In(lang)
	case catalog.LimitAbsent:
		return catalog.Name{VI: "không được có", EN: "must be absent"}.In(lang)
	}
	return catalog.Name{VI: "theo công bố", EN: "as declared"}.In(lang)
}

// A Verdict is what a result means under its limit.
type Verdict string

// The verdicts. Undecided is honest: what the sheet says does not settle it,
// as when a detection limit lies above the limit.
const (
	Pass      Verdict = "pass"
	Fail      Verdict = "fail"
	Undecided Verdict = "undecided"
)

// Judge holds a result against the limit.
func (l Limit) Judge(r Result) Verdict {
	switch r.Qualifier {
	case Passed:
		return Pass
	case Failed:
		return Fail
	case Unread:
		return Undecided
	}
	if l.Kind == catalog.LimitAbsent {
		return judgeAbsent(r)
	}
	low, high := r.bounds()
	switch l.Kind {
	case catalog.LimitMax:
		return within(low, high, nil, l.Max.Rat(), r)
	case catalog.LimitMin:
		return within(low, high, l.Min.Rat(), nil, r)
	case catalog.LimitRange:
		return within(low, high, l.Min.Rat(), l.Max.Rat(), r)
	}
	return Undecided
}

func judgeAbsent(r Result) Verdict {
	switch {
	case r.Qualifier == NotDetected, r.Qualifier == Exactly && r.Number.Sign() == 0:
		return Pass
	case r.Qualifier == Below || r.Qualifier == AtMost:
		return Undecided
	case r.Qualifier == AtLeast && r.Number.Sign() == 0:
		return Undecided
	}
	return Fail
}

// bounds is where the true value lies; nil is no bound on that side. What was
// not detected lies between nothing and the detection limit, and when the
// sheet does not say which that is, it is taken to be small enough.
func (r Result) bounds() (low, high *big.Rat) {
	zero, n := new(big.Rat), r.Number.Rat()
	switch r.Qualifier {
	case Below, AtMost:
		return zero, n
	case Above, AtLeast:
		return n, nil
	case Between:
		return n, r.Upper.Rat()
	case NotDetected:
		if n == nil {
			return zero, zero
		}
		return zero, n
	}
	return n, n
}

// within compares the interval of the true value with the allowed one: inside
// is a pass, wholly outside a fail, else nobody can tell.
func within(low, high, min, max *big.Rat, r Result) Verdict {
	if max != nil && low != nil && (low.Cmp(max) > 0 || low.Cmp(max) == 0 && r.Qualifier == Above) {
		return Fail
	}
	if min != nil && high != nil && (high.Cmp(min) < 0 || high.Cmp(min) == 0 && r.Qualifier == Below) {
		return Fail
	}
	if max != nil && (high == nil || high.Cmp(max) > 0) {
		return Undecided
	}
	if min != nil && (low == nil || low.Cmp(min) < 0) {
		return Undecided
	}
	return Pass
}

// Name is the verdict in words.
func (v Verdict) Name() catalog.Name {
	switch v {
	case Pass:
		return catalog.Name{VI: "Đạt", EN: "Passed"}
	case Fail:
		return catalog.Name{VI: "Không đạt", EN: "Failed"}
	}
	return catalog.Name{VI: "Chưa kết luận", EN: "Undecided"}
}

// String gives the interval for messages.
func (r Result) String() string {
	return fmt.Sprintf("%s %s %s", r.Qualifier, r.Number, r.Upper)
}
