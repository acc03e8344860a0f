package spreadsheet

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"temgoc/internal/trace"
)

// What a date and a time of day look like in text.
const (
	dayFirst  = `(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2,4})`
	yearFirst = `(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})`
	clock     = `(\d{1,2})(?:[:hg](\d{2})|h)(?::(\d{2})(?:[.,](\d{1,3}))?)?`
)

var (
	dayFirstForm  = regexp.MustCompile(`^` + dayFirst + `$`)
	yearFirstForm = regexp.MustCompile(`^` + yearFirst + `$`)
	clockForm     = regexp.MustCompile(`^` + clock + `$`)
)

// ParseDate reads the day of a date that was written as text; a time of day
// behind or before it is passed over.
func ParseDate(s string) (trace.Date, error) {
	t, err := ParseInstant(s)
	if err != nil {
		return trace.Date{}, err
	}
	return trace.DateOf(t), nil
}

// ParseInstant reads a date, with or without a time of day before or behind it,
// in trace.Zone. Without one it is the beginning of the day.
func ParseInstant(s string) (time.Time, error) {
	var date, hour string
	for part := range strings.FieldsSeq(strings.Replace(s, "T", " ", 1)) {
		switch {
		case hour == "" && clockForm.MatchString(part):
			hour = part
		case date == "":
			date = part
		default:
			return time.Time{}, noDate(s)
		}
	}
	year, month, day, err := dateParts(s, date)
	if err != nil {
		return time.Time{}, err
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, trace.Zone)
	if t.Day() != day || int(t.Month()) != month || year < 1 {
		return time.Time{}, refuse(fmt.Sprintf("không có ngày %q; hãy viết ngày/tháng/năm", Short(s)),
			fmt.Sprintf("there is no day %q; write day/month/year", Short(s)))
	}
	since, err := sinceMidnight(s, hour)
	return t.Add(since), err
}

func noDate(s string) error {
	return refuse(fmt.Sprintf("%q không phải là ngày; hãy viết dạng 24/11/2026", Short(s)),
		fmt.Sprintf("%q is not a date; write 24/11/2026", Short(s)))
}

func dateParts(s, date string) (year, month, day int, err error) {
	if p := yearFirstForm.FindStringSubmatch(date); p != nil {
		return number(p[1]), number(p[2]), number(p[3]), nil
	}
	p := dayFirstForm.FindStringSubmatch(date)
	switch {
	case p == nil:
		return 0, 0, 0, noDate(s)
	case len(p[3]) != 4:
		return 0, 0, 0, refuse(fmt.Sprintf("%q: năm phải viết đủ bốn chữ số", Short(s)), fmt.Sprintf("%q: the year must have four digits", Short(s)))
	}
	return number(p[3]), number(p[2]), number(p[1]), nil
}

// number is a run of at most four digits as a number; nothing is zero.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// sinceMidnight reads a time of day; none is midnight.
func sinceMidnight(s, hour string) (time.Duration, error) {
	p := clockForm.FindStringSubmatch(hour)
	if p == nil {
		return 0, nil
	}
	h, m, sec := number(p[1]), number(p[2]), number(p[3])
	if h > 23 || m > 59 || sec > 59 {
		return 0, refuse(fmt.Sprintf("%q: không có giờ này", Short(s)), fmt.Sprintf("%q: there is no such time of day", Short(s)))
	}
	ms := number((p[4] + "000")[:3])
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second + time.Duration(ms)*time.Millisecond, nil
}

// How spreadsheet programs count days: from the eve of 1900, with a 29 February
// 1900 that never was, or from 1904.
var (
	epoch1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, trace.Zone)
	epoch1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, trace.Zone)
)

// Bounds of what is a date when it is stored as a number of days: 1 March 1900
// and the last day of 9999.
const (
	firstSerial = 61
	lastSerial  = 2958465
	dayMillis   = 24 * 60 * 60 * 1000
)

// fromSerial is the instant that a stored number of days means; false when it
// is outside of what programs show as a date, or only a time of day.
func fromSerial(serial float64, epoch time.Time) (time.Time, bool) {
	serial += float64(epoch.UnixMilli()-epoch1900.UnixMilli()) / dayMillis
	if !(serial >= firstSerial && serial < lastSerial+1) {
		return time.Time{}, false
	}
	days, part := math.Modf(serial)
	ms := math.Round(part * dayMillis)
	return epoch1900.AddDate(0, 0, int(days)).Add(time.Duration(ms) * time.Millisecond), true
}

// toSerial is the number of days under which an instant is stored; false for
// one that fromSerial would not read.
func toSerial(t time.Time) (float64, bool) {
	t = t.In(trace.Zone)
	serial := float64(t.UnixMilli()-epoch1900.UnixMilli()) / dayMillis
	return serial, serial >= firstSerial && serial < lastSerial+1
}

// writtenInstant is an instant as it is written in text, as short as it can be.
func writtenInstant(t time.Time) string {
	t = t.In(trace.Zone)
	switch {
	case t.Nanosecond() != 0:
		return t.Format("02/01/2006 15:04:05.000")
	case t.Second() != 0:
		return t.Format("02/01/2006 15:04:05")
	case t.Hour() != 0 || t.Minute() != 0:
		return t.Format("02/01/2006 15:04")
	}
	return t.Format("02/01/2006")
}
