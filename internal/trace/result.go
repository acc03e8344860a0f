package trace

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"temgoc/internal/catalog"
)

// A Qualifier says how the number of a result is meant.
type Qualifier string

// The qualifiers. A result without a number is NotDetected, Passed, Failed or
// Unread.
const (
	Exactly     Qualifier = "="
	Below       Qualifier = "<" // Number is empty for "< LOQ" where the sheet does not give it
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

// The forms of a number: "10000", "10 000", "1.200.000", "1,2", and with a power
// of ten "1,2×10^2", "1.2x10-3" (an exponent that lost its height when it was
// copied), "10^3", "1,2E+03". After a point, as in "2.10^3", the exponent must
// be marked. readPowers has marked those that were raised.
const (
	mantissaForm = `(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,][0-9]+)*`
	numberForm   = `(` + mantissaForm + `(?:\s*[x×*]\s*10\s*\^?\s*-?[0-9]{1,2}|\s*[.·]\s*10\s*\^\s*-?[0-9]{1,2}|[eE][-+]?[0-9]{1,2})?|10\s*\^\s*-?[0-9]{1,2})`

	// endForm is what may follow a word: nothing, the amount that was tested or
	// a limit of detection. Anything else may turn the sense around.
	endForm = `\s*(?:$|[/(\[*<]|[,;:]?\s*(?:LOD|LOQ|MDL)\b|(?:trong|in|per)\s)`
)

var (
	notDetectedForm = regexp.MustCompile(`(?i)^(?:kph|nd|n\.d\.?|not detected|không phát hiện(?: thấy| được)?|không có|âm tính|negative|absent|(?:<|dưới)\s*(?:LOD|MDL))` + endForm)
	detectedForm    = regexp.MustCompile(`(?i)^(?:phát hiện(?: thấy| được)?|dương tính|có|detected|positive|present)` + endForm)
	belowLOQForm    = regexp.MustCompile(`(?i)^(?:<|dưới)\s*LOQ` + endForm)
	lodForm         = regexp.MustCompile(`(?i)(?:\b(?:LOD|LOQ|MDL)[=:<(\s]*|\(\s*<\s*)` + numberForm)
	comparedForm    = regexp.MustCompile(`^(<=|>=|≤|≥|<|>)\s*` + numberForm + `(?:\s*\(.*\))?\*?$`)
	exactForm       = regexp.MustCompile(`^` + numberForm + `(?:\s*(?:±|\+/-|\().*)?\*?$`)
	rangeForm       = regexp.MustCompile(`^` + numberForm + `\s*(?:-|–|÷|~|đến)\s*` + numberForm + `$`)

	powerForm     = regexp.MustCompile(`^(?:(` + mantissaForm + `)\s*(?:[x×*.·]\s*10\s*\^?|[eE])|10\s*\^)\s*([-+]?[0-9]{1,2})$`)
	groupedForm   = regexp.MustCompile(`^[0-9]{1,3}(?:\.[0-9]{3}){2,}$|^[0-9]{1,3}(?:,[0-9]{3}){2,}$`)
	mixedForm     = regexp.MustCompile(`^[0-9]{1,3}(?:(?:\.[0-9]{3})+,|(?:,[0-9]{3})+\.)[0-9]+$`)
	ambiguousForm = regexp.MustCompile(`^[1-9][0-9]{0,2}\.[0-9]{3}$`)
	raisedForm    = regexp.MustCompile(`10\s*[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+`)

	lowered  = strings.NewReplacer("⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9", "⁻", "-", "⁺", "")
	oneSpace = strings.NewReplacer("\u00a0", " ", "\u2009", " ", "\u202f", " ", "−", "-")
)

// wholeWords are results that say all in words, folded.
var wholeWords = map[string]Qualifier{
	"dat": Passed, "dat yeu cau": Passed, "phu hop": Passed, "pass": Passed, "passed": Passed,
	"khong dat": Failed, "khong dat yeu cau": Failed, "khong phu hop": Failed, "fail": Failed, "failed": Failed,
}

// ParseResult reads a result as Vietnamese laboratories write it: "0,05",
// "< 0,01", "KPH (LOD = 0,01)", "Không phát hiện/25 g", "1,2×10²", "4 - 8",
// "Đạt". A decimal comma and a decimal point are the same. What was found
// without a number ("Dương tính") is Above 0, and "< LOQ" is Below a number
// that the sheet may give elsewhere. Text that it does not understand, or that
// can mean two things, as "1.200" can, becomes Unread, never an error.
func ParseResult(text string) Result {
	r := Result{Text: text, Qualifier: Unread}
	s := readPowers(strings.TrimSpace(oneSpace.Replace(norm.NFC.String(text))))
	if q, ok := wholeWords[strings.TrimRight(catalog.Fold(s), ".*")]; ok {
		r.Qualifier = q
		return r
	}
	switch {
	case notDetectedForm.MatchString(s):
		r.Qualifier, r.Number = NotDetected, lodIn(s)
		return r
	case belowLOQForm.MatchString(s):
		r.Qualifier, r.Number = Below, lodIn(s)
		return r
	case detectedForm.MatchString(s):
		r.Qualifier, r.Number = Above, "0"
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

// readPowers writes raised exponents of ten with a mark: "10²" as "10^2".
func readPowers(s string) string {
	return raisedForm.ReplaceAllStringFunc(s, func(power string) string {
		return "10^" + lowered.Replace(strings.TrimSpace(strings.TrimPrefix(power, "10")))
	})
}

// lodIn finds the limit of detection or of quantification that s names.
func lodIn(s string) Decimal {
	if m := lodForm.FindStringSubmatch(s); m != nil {
		return plain(m[1])
	}
	return ""
}

// set keeps what was read if every number of it was, and ranges go upwards.
func (r *Result) set(q Qualifier, number, upper Decimal) {
	if number == "" || q == Between && (upper == "" || upper.Rat().Cmp(number.Rat()) < 0) {
		return
	}
	r.Qualifier, r.Number, r.Upper = q, number, upper
}

// plain writes a number such as "1,2×10^2" or "10 000" as a Decimal; nothing
// when it has more digits than a Decimal keeps, or cannot be told for sure.
func plain(s string) Decimal {
	m := powerForm.FindStringSubmatch(s)
	if m == nil {
		return mantissa(s, false)
	}
	base := Decimal("1")
	if m[1] != "" {
		base = mantissa(m[1], true)
	}
	r, ok := new(big.Rat).SetString(string(base) + "e" + m[2])
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

// mantissa writes the digits of a number as a Decimal. "1.200" alone is twelve
// hundred to a Vietnamese reader and a little more than one to an English one:
// it is not guessed.
func mantissa(s string, scaled bool) Decimal {
	switch {
	case groupedForm.MatchString(s):
		s = strings.NewReplacer(".", "", ",", "").Replace(s)
	case mixedForm.MatchString(s):
		point := strings.LastIndexAny(s, ".,")
		s = strings.NewReplacer(".", "", ",", "").Replace(s[:point]) + "." + s[point+1:]
	case ambiguousForm.MatchString(s) && !scaled:
		return ""
	}
	d, err := ParseDecimal(strings.ReplaceAll(s, " ", ""))
	if err != nil {
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
	l.checkBounds(c)
}

// checkBounds refuses bounds that do not fit the kind of limit.
func (l Limit) checkBounds(c check) {
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
	case (r.Qualifier == AtLeast || r.Qualifier == Between) && r.Number.Sign() == 0:
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
