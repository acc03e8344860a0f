package ui

import (
	"encoding"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-playground/form/v4"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/trace"
)

// maxElements bounds the elements of a list that a form sends.
const maxElements = 300

// dayTime is how browsers send a date with a time of day: without a zone,
// which here is Vietnam's.
const dayTime = "2006-01-02T15:04"

var (
	decoder = newDecoder()
	encoder = newEncoder()
)

// textTypes are the domain's types that are read from text, with what is wrong
// with a text that they refuse.
var textTypes = map[reflect.Type]catalog.Name{
	reflect.TypeFor[trace.Date]():    {VI: "không phải là ngày hợp lệ", EN: "is not a valid date"},
	reflect.TypeFor[trace.Digest]():  {VI: "không phải là mã SHA-256", EN: "is not a SHA-256"},
	reflect.TypeFor[gs1.GTIN]():      {VI: "không phải là mã GTIN hợp lệ, hãy kiểm tra lại từng chữ số", EN: "is not a valid GTIN; check each digit"},
	reflect.TypeFor[gs1.GLN]():       {VI: "không phải là mã GLN hợp lệ, hãy kiểm tra lại từng chữ số", EN: "is not a valid GLN; check each digit"},
	reflect.TypeFor[gs1.LotNumber](): {VI: "số lô chỉ gồm chữ cái không dấu, chữ số và dấu câu, tối đa 20 ký tự", EN: "a lot number has letters without diacritics, digits and punctuation, at most 20 characters"},
}

// unreadable is what is wrong with a text that a type refuses.
type unreadable struct{ message catalog.Name }

func (u unreadable) Error() string { return u.message.EN }

func newDecoder() *form.Decoder {
	d := form.NewDecoder()
	d.SetTagName("json")
	d.SetMaxArraySize(maxElements)
	for t, message := range textTypes {
		d.RegisterCustomTypeFunc(func(s []string) (any, error) {
			v := reflect.New(t)
			if text := strings.TrimSpace(s[0]); text != "" {
				if err := v.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
					return nil, unreadable{message}
				}
			}
			return v.Elem().Interface(), nil
		}, reflect.Zero(t).Interface())
	}
	d.RegisterCustomTypeFunc(readDecimal, trace.Decimal(""))
	d.RegisterCustomTypeFunc(readMoment, time.Time{})
	return d
}

func readDecimal(s []string) (any, error) {
	text := strings.TrimSpace(s[0])
	if text == "" {
		return trace.Decimal(""), nil
	}
	v, err := trace.ParseDecimal(text)
	if err != nil {
		return nil, unreadable{catalog.Name{VI: "không phải là số (ví dụ: 12,5)", EN: "is not a number (for example 12.5)"}}
	}
	return v, nil
}

func readMoment(s []string) (any, error) {
	if s[0] == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{dayTime, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s[0], trace.Zone); err == nil {
			return t, nil
		}
	}
	return nil, unreadable{catalog.Name{VI: "không phải là ngày giờ hợp lệ", EN: "is not a valid date and time"}}
}

// nameForm is how the names of our inputs look. The decoder panics on some that
// only a forged form has.
var nameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(?:\[[0-9]{1,3}\])?(?:\.[A-Za-z][A-Za-z0-9]*(?:\[[0-9]{1,3}\])?)*$`)

func ours(values url.Values) url.Values {
	kept := make(url.Values, len(values))
	for name, v := range values {
		if nameForm.MatchString(name) && len(v) > 0 {
			kept[name] = v
		}
	}
	return kept
}

// Decode reads what a form sent into *into: names are paths of its JSON. It
// reports FieldErrors for values that cannot be read; names that *into does not
// have are left alone.
func Decode(values url.Values, into any) error {
	err := decoder.Decode(into, ours(values))
	bad, ok := err.(form.DecodeErrors)
	if !ok {
		return err
	}
	var errs trace.FieldErrors
	for _, field := range slices.Sorted(maps.Keys(bad)) {
		message := catalog.Name{VI: "không đọc được giá trị này", EN: "cannot be read"}
		if u, ok := bad[field].(unreadable); ok {
			message = u.message
		}
		errs = append(errs, trace.FieldError{Field: field, Message: message})
	}
	return errs
}

func newEncoder() *form.Encoder {
	e := form.NewEncoder()
	e.SetTagName("json")
	for t := range textTypes {
		e.RegisterCustomTypeFunc(func(x any) ([]string, error) {
			text, err := x.(encoding.TextMarshaler).MarshalText()
			if reflect.ValueOf(x).IsZero() {
				text = nil
			}
			return []string{string(text)}, err
		}, reflect.Zero(t).Interface())
	}
	e.RegisterCustomTypeFunc(func(x any) ([]string, error) {
		t := x.(time.Time)
		if t.IsZero() {
			return []string{""}, nil
		}
		return []string{t.In(trace.Zone).Format(dayTime)}, nil
	}, time.Time{})
	return e
}

// Values writes a document as a form would send it: the counterpart of Decode.
func Values(from any) (url.Values, error) {
	values, err := encoder.Encode(from)
	if err != nil {
		return nil, fmt.Errorf("values of a form: %w", err)
	}
	return values, nil
}
