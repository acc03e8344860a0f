package scan

import (
	"fmt"
	"strconv"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// textsIn returns the words of a language, "vi" or "en".
func textsIn(lang string) *texts {
	if lang == "en" {
		return &english
	}
	return &vietnamese
}

// date writes a day: 02/01/2006, or 2 January 2006 in English, where the order
// of day and month in figures differs from country to country.
func (t *texts) date(d trace.Date) string {
	if d.IsZero() {
		return ""
	}
	if t.Lang == "en" {
		return d.Start().Format("2 January 2006")
	}
	return d.Vietnamese()
}

// moment writes an instant in Vietnam's time.
func (t *texts) moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at = at.In(trace.Zone)
	if t.Lang == "en" {
		return at.Format("15:04 on 2 January 2006")
	}
	return at.Format("15:04 ngày 02/01/2006")
}

// stampOf writes an instant in short, for the time line.
func (t *texts) stampOf(at time.Time) string {
	at = at.In(trace.Zone)
	if t.Lang == "en" {
		return at.Format("2 Jan 2006, 15:04")
	}
	return at.Format("02/01/2006 15:04")
}

func (t *texts) day(at time.Time) string { return t.date(trace.DateOf(at)) }

func (t *texts) name(n catalog.Name) string { return n.In(t.Lang) }

func (t *texts) number(n int64) string { return strconv.FormatInt(n, 10) }

// say fills a format, unless an argument is empty text: then there is nothing
// to say.
func say(format string, args ...any) string {
	for _, a := range args {
		if a == "" {
			return ""
		}
	}
	return fmt.Sprintf(format, args...)
}

// iso is an instant as the datetime attribute wants it.
func iso(at time.Time) string { return at.UTC().Format("2006-01-02T15:04Z") }
