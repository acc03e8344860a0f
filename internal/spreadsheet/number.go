package spreadsheet

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"temgoc/internal/trace"
)

// numberForm is a number in text, its separators not yet judged.
var numberForm = regexp.MustCompile(`^[+-]?[0-9]+(?:[.,][0-9]+)*$`)

// ParseDecimal reads a number that was written as text, in the Vietnamese or
// the English way. What could be either, such as 1.234, is refused.
func ParseDecimal(s string) (trace.Decimal, error) {
	sign, whole, fraction, err := splitNumber(s, false)
	if err != nil {
		return "", err
	}
	return decimal(s, sign, whole, fraction)
}

// ParseInteger reads a whole number that was written as text. Since there are
// no decimals, 1.234 and 1,234 are both one thousand and more.
func ParseInteger(s string) (int, error) {
	sign, whole, fraction, err := splitNumber(s, true)
	if err != nil {
		return 0, err
	}
	return integer(s, sign+whole, fraction)
}

// integer is the number whole.fraction if it is a whole one.
func integer(s, whole, fraction string) (int, error) {
	if strings.Trim(fraction, "0") != "" {
		return 0, refuse(fmt.Sprintf("%q không phải là số nguyên", Short(s)), fmt.Sprintf("%q is not a whole number", Short(s)))
	}
	n, err := strconv.Atoi(whole)
	if err != nil || n > math.MaxInt32 || n < math.MinInt32 {
		return 0, refuse(fmt.Sprintf("%q là số quá lớn", Short(s)), fmt.Sprintf("%q is too large a number", Short(s)))
	}
	return n, nil
}

// decimal makes the one written form of a number: no zeros that say nothing.
func decimal(s, sign, whole, fraction string) (trace.Decimal, error) {
	text := strings.TrimLeft(whole, "0")
	if text == "" {
		text = "0"
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		text += "." + fraction
	}
	if text != "0" {
		text = sign + text
	}
	d, err := trace.ParseDecimal(text)
	if err != nil {
		return "", refuse(fmt.Sprintf("%q có quá nhiều chữ số: tối đa 15 chữ số và 9 chữ số sau dấu phẩy", Short(s)),
			fmt.Sprintf("%q has too many digits: at most 15, and 9 decimals", Short(s)))
	}
	return d, nil
}

// splitNumber takes a written number apart. sign is "-" or nothing.
func splitNumber(s string, whole bool) (sign, before, after string, err error) {
	digits := strings.NewReplacer("\u2212", "-", " ", "", "\u00a0", "", "\u2009", "", "\u202f", "").Replace(s)
	if !numberForm.MatchString(digits) || !spacedByThousands(s) {
		return "", "", "", refuse(fmt.Sprintf("%q không phải là số", Short(s)), fmt.Sprintf("%q is not a number", Short(s)))
	}
	if digits[0] == '-' {
		sign = "-"
	}
	digits = strings.TrimLeft(digits, "+-")
	last := strings.LastIndexAny(digits, ".,")
	if last < 0 {
		return sign, digits, "", nil
	}
	before, after = digits[:last], digits[last+1:]
	separator, other := digits[last:last+1], ","
	if separator == "," {
		other = "."
	}
	switch grouped := strings.Contains(before, separator); {
	case grouped && strings.Contains(before, other):
		err = refuse(fmt.Sprintf("%q không phải là số", Short(s)), fmt.Sprintf("%q is not a number", Short(s)))
	case grouped: // 1.200.000
		before, err = joinThousands(s, digits, separator)
		after = ""
	case strings.Contains(before, other): // 1.200,5
		before, err = joinThousands(s, before, other)
	case !thousandsForm(before, after): // 12,5
	case whole: // 1.200
		before, after = before+after, ""
	default:
		err = ambiguous(s, before, after)
	}
	return sign, before, after, err
}

// thousandsForm tells whether before and after a separator stand thousands: up
// to three digits that do not begin with zero, and three.
func thousandsForm(before, after string) bool {
	return len(before) <= 3 && before[0] != '0' && len(after) == 3
}

func ambiguous(s, before, after string) error {
	return refuse(
		fmt.Sprintf("%q có thể là %s%s hoặc %s phẩy %s; hãy viết %s%s hoặc %s,%s0", Short(s), before, after, before, after, before, after, before, after),
		fmt.Sprintf("%q may mean %s%s or %s point %s; write %s%s or %s.%s0", Short(s), before, after, before, after, before, after, before, after))
}

// joinThousands takes the separators out of 1.200.000.
func joinThousands(s, digits, separator string) (string, error) {
	groups := strings.Split(digits, separator)
	for i, g := range groups {
		if i == 0 && (g == "" || len(g) > 3 || g[0] == '0') || i > 0 && len(g) != 3 {
			return "", refuse(fmt.Sprintf("%q không phải là số: dấu phân cách hàng nghìn đặt sai chỗ", Short(s)),
				fmt.Sprintf("%q is not a number: its thousands are not three digits each", Short(s)))
		}
	}
	return strings.Join(groups, ""), nil
}

var spacedForm = regexp.MustCompile(`^[+\-\x{2212}]? ?[0-9]{1,3}(?: [0-9]{3})*(?:[.,][0-9]+)?$`)

// spacedByThousands tells whether the spaces in a number, if there are any,
// part its thousands: "12 5" is not 125.
func spacedByThousands(s string) bool {
	s = strings.NewReplacer("\u00a0", " ", "\u2009", " ", "\u202f", " ").Replace(s)
	return !strings.Contains(s, " ") || spacedForm.MatchString(s)
}

// storedNumber is the text of a number as a spreadsheet program stores it: with
// the 15 digits that it shows, without the noise behind them.
func storedNumber(f float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
	if err != nil {
		rounded = f
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// writtenNumber is a number as it is written in a CSV file: with a comma, and
// never in the form that could be thousands.
func writtenNumber(d trace.Decimal) string {
	whole, fraction, ok := strings.Cut(string(d), ".")
	if !ok {
		return whole
	}
	if len(fraction) == 3 {
		fraction += "0"
	}
	return whole + "," + fraction
}
