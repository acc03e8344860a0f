package proof

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode/utf16"

	"temgoc/internal/trace"
)

// maxExact is the largest whole number that RFC 8785 writes as it is: its
// numbers are doubles.
const maxExact = 1<<53 - 1

// Canonical writes a JSON value in the form of RFC 8785 (JSON Canonicalization
// Scheme), so that equal values have equal bytes. Of numbers it takes whole ones
// up to 2^53-1, which is what documents consist of; others are ErrInvalid.
func Canonical(raw []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("%w: not JSON: %w", trace.ErrInvalid, err)
	}
	if _, err := d.Token(); err != io.EOF { // More would let a ] pass
		return nil, fmt.Errorf("%w: more than one JSON value", trace.ErrInvalid)
	}
	return appendValue(nil, v)
}

// Marshal is the canonical JSON of a value that encoding/json can write.
func Marshal(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return Canonical(raw)
}

func appendValue(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case json.Number:
		return appendNumber(b, v)
	case string:
		return appendString(b, v), nil
	case []any:
		return appendArray(b, v)
	case map[string]any:
		return appendObject(b, v)
	}
	return nil, fmt.Errorf("%w: a %T is not JSON", trace.ErrInvalid, v)
}

func appendNumber(b []byte, n json.Number) ([]byte, error) {
	i, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil || i > maxExact || i < -maxExact {
		return nil, fmt.Errorf("%w: %.40s is not a whole number within ±(2^53-1)", trace.ErrInvalid, n)
	}
	return strconv.AppendInt(b, i, 10), nil
}

func appendArray(b []byte, a []any) (_ []byte, err error) {
	b = append(b, '[')
	for i, v := range a {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendValue(b, v); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

func appendObject(b []byte, o map[string]any) (_ []byte, err error) {
	b = append(b, '{')
	for i, name := range slices.SortedFunc(maps.Keys(o), byCodeUnits) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, name), ':')
		if b, err = appendValue(b, o[name]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// byCodeUnits is the order of member names: that of their UTF-16.
func byCodeUnits(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// shortEscapes are the control characters that have an escape of their own.
var shortEscapes = map[rune]string{'\b': `\b`, '\t': `\t`, '\n': `\n`, '\f': `\f`, '\r': `\r`, '"': `\"`, '\\': `\\`}

func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		escape, short := shortEscapes[r]
		switch {
		case short:
			b = append(b, escape...)
		case r < ' ':
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '"')
}
