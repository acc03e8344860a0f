package desktest

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/trace"
)

// Texts gives what to type into a field, by its path in the JSON of what is
// entered, such as "rows[0].unit": the first that the domain takes stands, and
// what stood there before where it takes none.
type Texts func(path string) []string

// Same types one text into every field, in the form of an e-mail address where
// one is asked for, and of a web address.
func Same(text string) Texts {
	return func(path string) []string {
		switch leaf(path) {
		case "email":
			return []string{text + "@example.vn"}
		case "website":
			return []string{"https://example.vn/" + text}
		}
		return []string{text}
	}
}

// kept are fields, by the last part of their path, that choose among what there
// is or name another document: what is typed there would make it something else.
var kept = []string{"kind", "producer", "product", "batch", "request", "commune", "scope", "to", "set", "also"}

// leaf is the last name of a path.
func leaf(path string) string {
	path = path[strings.LastIndexByte(path, '.')+1:]
	name, _, _ := strings.Cut(path, "[")
	return name
}

// A blank is one field that text may be typed into.
type blank struct {
	path  string
	set   func(text string) bool
	texts []string
	next  int // of texts
}

// Filled tells of each field, by its path, which texts it took.
type Filled map[string][]string

// Fill types texts into every text field of *v that they fit, and enters it:
// what is refused at a field is typed in there the next time as the field's
// next text, or as it was. Enter is asked until it takes the whole.
func Fill[T any](t testing.TB, v *T, texts Texts, enter func(T) error) Filled {
	t.Helper()
	blanks := blanksOf(reflect.ValueOf(v).Elem(), "")
	for _, b := range blanks {
		b.texts = texts(b.path)
		b.advance()
	}
	for {
		err := enter(*v)
		if err == nil {
			break
		}
		if !retype(blanks, err) {
			t.Fatalf("%T: %v", *v, err)
		}
	}
	filled := Filled{}
	for _, b := range blanks {
		filled[b.path] = nil
		if b.next <= len(b.texts) {
			filled[b.path] = []string{b.texts[b.next-1]}
		}
	}
	return filled
}

// advance types the next text that the field's type takes; the last resort is
// what stood there.
func (b *blank) advance() {
	for b.next < len(b.texts) {
		b.next++
		if b.set(b.texts[b.next-1]) {
			return
		}
	}
	b.next = len(b.texts) + 1
	b.set("")
}

// retype changes what was refused. It tells whether anything was left to try.
func retype(blanks []*blank, err error) bool {
	var fields trace.FieldErrors
	if !errors.As(err, &fields) {
		return false
	}
	changed := false
	for _, f := range fields {
		for _, b := range blanks {
			if (b.path == f.Field || strings.HasPrefix(b.path, f.Field+".")) && b.next <= len(b.texts) {
				b.advance()
				changed = true
			}
		}
	}
	return changed
}

// blanksOf finds the text fields that v, which can be set, leads to.
func blanksOf(v reflect.Value, path string) []*blank {
	if slices.Contains(kept, leaf(path)) {
		return nil
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return []*blank{{path: path, set: textSetter(v, u)}}
	}
	switch v.Kind() {
	case reflect.String:
		before := v.String()
		return []*blank{{path: path, set: func(text string) bool {
			if text == "" {
				text = before
			}
			v.SetString(text)
			return true
		}}}
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return blanksOf(v.Elem(), path)
	case reflect.Slice:
		var all []*blank
		for i := range v.Len() {
			all = append(all, blanksOf(v.Index(i), fmt.Sprintf("%s[%d]", path, i))...)
		}
		return all
	case reflect.Struct:
		return fieldBlanks(v, path)
	}
	return nil
}

// textSetter sets what is written as a text, such as a lot number.
func textSetter(v reflect.Value, u encoding.TextUnmarshaler) func(string) bool {
	before := reflect.New(v.Type()).Elem()
	before.Set(v)
	return func(text string) bool {
		if text != "" && u.UnmarshalText([]byte(text)) == nil {
			return true
		}
		v.Set(before)
		return false
	}
}

func fieldBlanks(v reflect.Value, path string) []*blank {
	var all []*blank
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-":
		case f.Anonymous && name == "":
			all = append(all, blanksOf(v.Field(i), path)...)
		case path == "":
			all = append(all, blanksOf(v.Field(i), name)...)
		default:
			all = append(all, blanksOf(v.Field(i), path+"."+name)...)
		}
	}
	return all
}
