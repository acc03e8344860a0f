package trace

import (
	"fmt"
	"net/mail"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
)

// Limits of text fields, in characters.
const (
	maxName = 200  // names, numbers, addresses
	maxText = 2000 // descriptions, reasons, ingredients

	maxShortName = 60 // names for the stamp
)

// A check collects what is wrong with one input. Its methods return whether
// the value passed, so that a rule that needs several values can wait for all.
type check struct {
	prefix string
	errs   *FieldErrors
}

func newCheck() check { return check{errs: new(FieldErrors)} }

// in returns a check whose fields are below name.
func (c check) in(name string) check { return check{c.prefix + name + ".", c.errs} }

// at returns a check for element i of the list name.
func (c check) at(name string, i int) check { return c.in(name + "[" + strconv.Itoa(i) + "]") }

// fail records what is wrong with a field.
func (c check) fail(field, vi, en string) bool {
	*c.errs = append(*c.errs, FieldError{strings.TrimSuffix(c.prefix+field, "."), catalog.Name{VI: vi, EN: en}})
	return false
}

// err is what was found, or nil.
func (c check) err() error {
	if len(*c.errs) == 0 {
		return nil
	}
	return *c.errs
}

func (c check) required(field string, given bool) bool {
	return given || c.fail(field, "bắt buộc phải có", "is required")
}

// text refuses what is longer than limit characters.
func (c check) text(field, s string, limit int) bool {
	if n := utf8.RuneCountInString(s); n > limit {
		return c.fail(field, fmt.Sprintf("dài %d ký tự, tối đa %d", n, limit), fmt.Sprintf("has %d characters, at most %d are allowed", n, limit))
	}
	return true
}

// name is a required text of at most maxName characters.
func (c check) name(field, s string) bool {
	return c.required(field, s != "") && c.text(field, s, maxName)
}

func (c check) oneOf(field, value string, known bool) bool {
	return c.required(field, value != "") &&
		(known || c.fail(field, fmt.Sprintf("không có giá trị %q", value), fmt.Sprintf("has no value %q", value)))
}

// quantity checks an amount above zero in a known unit.
func (c check) quantity(field string, q Quantity) bool {
	if q.IsZero() {
		return c.required(field, false)
	}
	f := c.in(field)
	ok := f.required("value", q.Value != "") &&
		(q.Value.Sign() > 0 || f.fail("value", "phải là số lớn hơn 0", "must be a number above 0"))
	_, known := catalog.UnitByCode(q.Unit)
	return f.oneOf("unit", q.Unit, known) && ok
}

func (c check) optionalQuantity(field string, q Quantity) bool {
	return q.IsZero() || c.quantity(field, q)
}

func (c check) decimal(field string, d Decimal) bool {
	return d == "" || d.Rat() != nil || c.fail(field, "không phải là số thập phân", "is not a decimal number")
}

// order refuses two given dates when the later one comes first.
func (c check) order(field string, earlier, later Date, viEarlier, enEarlier string) bool {
	if earlier.IsZero() || later.IsZero() || !later.Before(earlier) {
		return true
	}
	return c.fail(field, fmt.Sprintf("%s trước %s (%s)", later.Vietnamese(), viEarlier, earlier.Vietnamese()),
		fmt.Sprintf("%s is before %s (%s)", later, enEarlier, earlier))
}

// notAfter refuses an instant that lies in the future; a minute is allowed
// for clocks that differ.
func (c check) notAfter(field string, t, now time.Time) bool {
	return !t.After(now.Add(time.Minute)) || c.fail(field, "ở thời điểm tương lai", "lies in the future")
}

// earliest is the first year in which anything kept here can have happened.
const earliest = 1900

// notTooEarly refuses an instant so early that it can only be a slip.
func (c check) notTooEarly(field string, t time.Time) bool {
	return t.Year() >= earliest || c.fail(field, fmt.Sprintf("trước năm %d", earliest), fmt.Sprintf("is before the year %d", earliest))
}

var phoneForm = regexp.MustCompile(`^\+?[0-9][0-9 .\-]{6,18}[0-9]$`)

// IsPhone tells whether s has the form of a telephone number.
func IsPhone(s string) bool { return phoneForm.MatchString(s) }

// IsEmail tells whether s is a bare e-mail address.
func IsEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

func (c check) phone(field, s string) bool {
	return s == "" || IsPhone(s) || c.fail(field, "không phải là số điện thoại", "is not a telephone number")
}

func (c check) email(field, s string) bool {
	if s == "" {
		return true
	}
	if !IsEmail(s) {
		return c.fail(field, "không phải là địa chỉ e-mail", "is not an e-mail address")
	}
	return c.text(field, s, maxName)
}

func (c check) website(field, s string) bool {
	if s == "" {
		return true
	}
	if u, err := url.Parse(s); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return c.fail(field, "không phải là địa chỉ web", "is not a web address")
	}
	return c.text(field, s, maxName)
}

// cleanAll brings every string that v, a pointer, leads to into stored form
// and every time into whole milliseconds UTC.
func cleanAll(v any) { cleanValue(reflect.ValueOf(v).Elem()) }

var timeType = reflect.TypeFor[time.Time]()

func cleanValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		// What is clean is not written: callers may share it.
		if s := clean(v.String()); v.CanSet() && s != v.String() {
			v.SetString(s)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			cleanValue(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			cleanValue(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == timeType {
			t := v.Interface().(time.Time)
			if s := instant(t); v.CanSet() && s != t {
				v.Set(reflect.ValueOf(s))
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				cleanValue(v.Field(i))
			}
		}
	}
}

func (c check) sscc(field, s string) bool {
	if s == "" {
		return true
	}
	_, err := gs1.ParseSSCC(s)
	return err == nil || c.fail(field, "không phải là mã SSCC hợp lệ", "is not a valid SSCC")
}
