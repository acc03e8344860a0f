package privacy

import (
	"time"

	"temgoc/internal/trace"
)

// How long may be taken, counted from the day after a request is received.
const (
	// AcknowledgeWithin is in working days.
	AcknowledgeWithin = 2
	// ExtendedBy are the days by which one extension puts off the end.
	ExtendedBy = 15
)

// Days is how long may be taken to carry out what is asked, in days.
func (w What) Days() int {
	switch w {
	case Erase:
		return 20
	case Restrict:
		return 15
	}
	return 10
}

// WorkingDaysAfter is the n-th working day after a day.
func WorkingDaysAfter(d trace.Date, n int) trace.Date {
	for n > 0 {
		if d = d.AddDays(1); workingDay(d) {
			n--
		}
	}
	return d
}

// LastWorkingDay is the day itself, or the last working day before it: who has
// to be done by a Sunday is to be done by the Friday.
func LastWorkingDay(d trace.Date) trace.Date {
	for !workingDay(d) {
		d = d.AddDays(-1)
	}
	return d
}

// fixedHolidays are the public holidays that fall on one day of the solar
// calendar. Those of the lunar calendar are taken for working days: a deadline
// then comes out early, and never late.
var fixedHolidays = map[string]bool{"01-01": true, "04-30": true, "05-01": true, "09-02": true}

func workingDay(d trace.Date) bool {
	switch d.Start().Weekday() {
	case time.Saturday, time.Sunday:
		return false
	}
	return !fixedHolidays[d.String()[len("2006-"):]]
}

// deadlines are those of a request that was received on a day.
func deadlines(what What, received trace.Date) (acknowledge, carryOut trace.Date) {
	return WorkingDaysAfter(received, AcknowledgeWithin), LastWorkingDay(received.AddDays(what.Days()))
}
