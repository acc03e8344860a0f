// Package body is the JSON object that a revision carries, reduced to what
// every engine keeps without loss, and written in one form: two engines that
// were given the same body give back the same bytes.
//
// A body consists of null, booleans, whole numbers that fit int64, strings,
// objects, and arrays of these except arrays. JSON knows more: fractions have
// no exact BSON form, arrays within arrays are not indexable alike everywhere,
// member names with a dot or a dollar mean something to MongoDB, NUL ends a
// string in some of the libraries below, and a lone surrogate is no character.
// All of these are refused with trace.ErrInvalid, in either engine.
package body

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"temgoc/internal/trace"
)

const (
	// MaxSize is the largest body in bytes. A BSON document holds 16 MiB, and
	// a number or a short string takes more room there than in JSON.
	MaxSize = 4 << 20
	// MaxDepth is how deep objects and arrays may lie within one another.
	MaxDepth = 32
)

// An Object is a JSON object with its members in order. Names are unique.
type Object []Member

// A Member is a name and its value: nil, bool, int64, string, Object or an
// []any of these except []any.
type Member struct {
	Name  string
	Value any
}

// Parse reads a body. An error wraps trace.ErrInvalid.
func Parse(raw []byte) (Object, error) {
	if len(raw) > MaxSize {
		return nil, invalid("%d bytes are more than the %d allowed", len(raw), MaxSize)
	}
	if !json.Valid(raw) {
		return nil, invalid("not JSON")
	}
	if !utf8.Valid(raw) {
		return nil, invalid("not UTF-8")
	}
	if loneSurrogate(raw) {
		return nil, invalid("a \\u escape that is no character")
	}
	p := parser{raw}
	v, err := p.value(1)
	if err != nil {
		return nil, err
	}
	o, ok := v.(Object)
	if !ok {
		return nil, invalid("not an object")
	}
	return o, nil
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: body: "+format, append([]any{trace.ErrInvalid}, args...)...)
}

// A parser builds the tree from text that is known to be valid JSON, so that
// each value is known by its first byte and what lies between values need not
// be looked at.
type parser struct{ rest []byte }

// next skips to the next byte that is no white space, comma or colon.
func (p *parser) next() byte {
	p.rest = bytes.TrimLeft(p.rest, " \t\r\n,:")
	return p.rest[0]
}

func (p *parser) value(depth int) (any, error) {
	switch first := p.next(); first {
	case '{', '[':
		if depth > MaxDepth {
			return nil, invalid("deeper than %d levels", MaxDepth)
		}
		p.rest = p.rest[1:]
		if first == '[' {
			return p.array(depth)
		}
		return p.object(depth)
	case '"':
		return p.string()
	case 'n':
		p.rest = p.rest[len("null"):]
		return nil, nil
	case 't':
		p.rest = p.rest[len("true"):]
		return true, nil
	case 'f':
		p.rest = p.rest[len("false"):]
		return false, nil
	}
	return p.number()
}

func (p *parser) object(depth int) (any, error) {
	o := Object{}
	seen := map[string]bool{}
	for p.next() != '}' {
		name, err := p.string()
		if err != nil {
			return nil, err
		}
		if name == "" || strings.ContainsAny(name, ".$") {
			return nil, invalid("a member named %.40q", name)
		}
		if seen[name] {
			return nil, invalid("two members named %.40q", name)
		}
		seen[name] = true
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o = append(o, Member{name, v})
	}
	p.rest = p.rest[1:]
	return o, nil
}

func (p *parser) array(depth int) (any, error) {
	a := []any{}
	for p.next() != ']' {
		if p.rest[0] == '[' {
			return nil, invalid("an array within an array")
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
	p.rest = p.rest[1:]
	return a, nil
}

func (p *parser) number() (any, error) {
	end := bytes.IndexAny(p.rest, " \t\r\n,]}")
	if end < 0 {
		end = len(p.rest) // the whole text is a number
	}
	n, err := strconv.ParseInt(string(p.rest[:end]), 10, 64)
	if err != nil {
		return nil, invalid("%.40s is not a whole number of 64 bits", p.rest[:end])
	}
	p.rest = p.rest[end:]
	return n, nil
}

func (p *parser) string() (string, error) {
	end, escaped := 1, false
	for ; p.rest[end] != '"'; end++ {
		if p.rest[end] == '\\' {
			escaped = true
			end++
		}
	}
	quoted := p.rest[:end+1]
	p.rest = p.rest[end+1:]
	if !escaped {
		return string(quoted[1:end]), nil
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return "", invalid("%v", err)
	}
	if strings.Contains(s, "\x00") {
		return "", invalid("a string with a NUL character")
	}
	return s, nil
}

// loneSurrogate reports whether valid JSON has a \u escape for one half of a
// pair: encoding/json would silently read another character.
func loneSurrogate(raw []byte) bool {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return false
		}
		raw = raw[i:]
		switch unit := escape(raw); {
		case unit < 0: // one of the two-character escapes
			raw = raw[2:]
		case unit < 0xD800 || unit > 0xDFFF:
			raw = raw[6:]
		case unit > 0xDBFF: // the second half first
			return true
		default:
			if low := escape(raw[6:]); low < 0xDC00 || low > 0xDFFF {
				return true
			}
			raw = raw[12:]
		}
	}
}

// escape is the UTF-16 unit of the \u escape that raw starts with, or -1.
func escape(raw []byte) int {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return -1
	}
	unit, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return int(unit)
}

// JSON writes the object without white space, its members in their order, and
// its strings with no more escapes than encoding/json needs.
func (o Object) JSON() (json.RawMessage, error) {
	var w writer
	w.strings = json.NewEncoder(&w.out)
	w.strings.SetEscapeHTML(false)
	if err := w.value(o); err != nil {
		return nil, err
	}
	return w.out.Bytes(), nil
}

type writer struct {
	out     bytes.Buffer
	strings *json.Encoder // writes to out
}

func (w *writer) value(v any) error {
	switch v := v.(type) {
	case nil:
		w.out.WriteString("null")
	case bool:
		w.out.WriteString(strconv.FormatBool(v))
	case int64:
		w.out.WriteString(strconv.FormatInt(v, 10))
	case string:
		return w.string(v)
	case Object:
		return w.object(v)
	case []any:
		return w.array(v)
	default:
		return fmt.Errorf("body: a %T is not part of a body", v)
	}
	return nil
}

func (w *writer) string(s string) error {
	if plain(s) {
		w.out.WriteByte('"')
		w.out.WriteString(s)
		w.out.WriteByte('"')
		return nil
	}
	if err := w.strings.Encode(s); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	w.out.Truncate(w.out.Len() - 1) // the encoder's newline
	return nil
}

// plain reports whether encoding/json writes s as it is. It escapes U+2028
// and U+2029, whose first byte is 0xE2.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == 0xE2 || c == 0x7F {
			return false
		}
	}
	return true
}

func (w *writer) object(o Object) error {
	w.out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			w.out.WriteByte(',')
		}
		if err := w.string(m.Name); err != nil {
			return err
		}
		w.out.WriteByte(':')
		if err := w.value(m.Value); err != nil {
			return err
		}
	}
	w.out.WriteByte('}')
	return nil
}

func (w *writer) array(a []any) error {
	w.out.WriteByte('[')
	for i, v := range a {
		if i > 0 {
			w.out.WriteByte(',')
		}
		if err := w.value(v); err != nil {
			return err
		}
	}
	w.out.WriteByte(']')
	return nil
}
