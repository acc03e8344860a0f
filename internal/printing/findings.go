package printing

import (
	"fmt"
	"unicode/utf8"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// findings are what is wrong with one input, all of it, so that it is mended
// in one go.
type findings struct{ errs trace.FieldErrors }

func (f *findings) fail(field, vi, en string) {
	f.errs = append(f.errs, trace.FieldError{Field: field, Message: catalog.Name{VI: vi, EN: en}})
}

// between refuses a number outside of its limits, which are said with their unit.
func (f *findings) between(field string, n, low, high int, unit string) {
	if n < low || n > high {
		f.fail(field, fmt.Sprintf("phải từ %d đến %d%s", low, high, unit), fmt.Sprintf("must be %d to %d%s", low, high, unit))
	}
}

// text refuses a text that is too long, in characters, or missing.
func (f *findings) text(field, s string, limit int, required bool) {
	n := utf8.RuneCountInString(s)
	if n == 0 && required {
		f.fail(field, "bắt buộc phải có", "is required")
	}
	if n > limit {
		f.fail(field, fmt.Sprintf("dài %d ký tự, tối đa %d", n, limit), fmt.Sprintf("has %d characters, at most %d are allowed", n, limit))
	}
}

// err is what was found, or nil.
func (f *findings) err() error {
	if len(f.errs) == 0 {
		return nil
	}
	return f.errs
}
