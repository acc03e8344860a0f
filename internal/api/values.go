package api

import (
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/trace"
)

var (
	textType = reflect.TypeFor[encoding.TextUnmarshaler]()
	jsonType = reflect.TypeFor[json.Unmarshaler]()
)

// badValues finds the values in a JSON text that cannot be read as what the
// type t has in their place. Fields that t lacks are not its business.
func badValues(t reflect.Type, data []byte) trace.FieldErrors {
	var found trace.FieldErrors
	findBad(t, data, "", &found)
	return found
}

func findBad(t reflect.Type, data json.RawMessage, path string, found *trace.FieldErrors) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if string(data) == "null" || len(data) == 0 {
		return
	}
	p := reflect.PointerTo(t)
	switch {
	case t == timeType, p.Implements(textType), p.Implements(jsonType):
		checkValue(t, data, path, found)
	case t.Kind() == reflect.Struct:
		findBadFields(t, data, path, found)
	case t.Kind() == reflect.Slice:
		var items []json.RawMessage
		if json.Unmarshal(data, &items) != nil {
			checkValue(t, data, path, found)
		}
		for i, item := range items {
			findBad(t.Elem(), item, path+"["+strconv.Itoa(i)+"]", found)
		}
	default:
		checkValue(t, data, path, found)
	}
}

func findBadFields(t reflect.Type, data json.RawMessage, path string, found *trace.FieldErrors) {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		checkValue(t, data, path, found)
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-":
		case f.Anonymous && name == "":
			findBad(f.Type, data, path, found)
		default:
			for member, value := range members {
				if strings.EqualFold(member, name) {
					findBad(f.Type, value, strings.TrimPrefix(path+"."+name, "."), found)
				}
			}
		}
	}
}

func checkValue(t reflect.Type, data json.RawMessage, path string, found *trace.FieldErrors) {
	if err := json.Unmarshal(data, reflect.New(t).Interface()); err != nil {
		*found = append(*found, trace.FieldError{Field: path, Message: reasonOf(err)})
	}
}

// reasonOf says why a value cannot be read.
func reasonOf(err error) catalog.Name {
	switch {
	case errors.Is(err, gs1.ErrCheckDigit):
		return catalog.Name{VI: "sai chữ số kiểm tra, hãy đối chiếu từng chữ số với mã vạch", EN: "has a wrong check digit; compare each digit with the bar code"}
	case errors.Is(err, gs1.ErrCharacter):
		return catalog.Name{VI: "có ký tự không được phép", EN: "has a character that is not allowed"}
	case errors.Is(err, gs1.ErrLength):
		return catalog.Name{VI: "có độ dài không đúng", EN: "has a wrong length"}
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return catalog.Name{VI: "là số quá lớn hoặc sai kiểu", EN: "is a number that is too large, or of another type"}
	}
	return catalog.Name{VI: "có giá trị không hợp lệ", EN: "is not a valid value"}
}
