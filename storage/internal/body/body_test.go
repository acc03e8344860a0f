package body

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"temgoc/internal/trace"
)

func TestParse(t *testing.T) {
	nested := func(depth int) string {
		return strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth)
	}
	for _, test := range []struct{ in, want string }{
		{`{}`, `{}`},
		{" { \"b\" : 1 ,\n\"a\" : [ ] } ", `{"b":1,"a":[]}`},
		{`{"n":-9223372036854775808,"p":9223372036854775807,"z":-0}`, `{"n":-9223372036854775808,"p":9223372036854775807,"z":0}`},
		{`{"t":true,"f":false,"x":null,"e":""}`, `{"t":true,"f":false,"x":null,"e":""}`},
		{`{"a":[{"b":[1,"2",null,true,{}]}]}`, `{"a":[{"b":[1,"2",null,true,{}]}]}`},
		{`{"s":"Tr\u00e0 <Shan> \u0026 \/ \"tuy\u1ebft\""}`, `{"s":"Trà <Shan> & / \"tuyết\""}`},
		{`{"s":"\ud83c\udf75 \\ud800"}`, `{"s":"🍵 \\ud800"}`},
		{`{"mã số":1}`, `{"mã số":1}`},
		{nested(MaxDepth), nested(MaxDepth)},
	} {
		o, err := Parse([]byte(test.in))
		if err != nil {
			t.Errorf("Parse(%s): %v", test.in, err)
			continue
		}
		got, err := o.JSON()
		if err != nil || string(got) != test.want {
			t.Errorf("Parse(%s) is %s, %v; want %s", test.in, got, err, test.want)
		}
	}
	for _, in := range []string{
		``, `null`, `1`, `[]`, `"a"`, `{`, `{} {}`, `{"a":1,}`, `{"a":01}`,
		`{"a":1.5}`, `{"a":1.0}`, `{"a":1e3}`, `{"a":9223372036854775808}`,
		`{"":1}`, `{"a.b":1}`, `{"$a":1}`, `{"a$":1}`, `{"a\u0000":1}`,
		`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"b":{"a":1,"a":1}}`,
		`{"a":[[]]}`, `{"a":[{"b":[1,[2]]}]}`,
		`{"a":"\u0000"}`, `{"a":"` + "\xff" + `"}`,
		`{"a":"\ud800"}`, `{"a":"\udc00"}`, `{"a":"\ud800\u0041"}`, `{"a":"\ud800x\udc00"}`,
		nested(MaxDepth + 1),
		`{"a":"` + strings.Repeat("a", MaxSize) + `"}`,
	} {
		if o, err := Parse([]byte(in)); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("Parse(%.60s) = %v, %v; want ErrInvalid", in, o, err)
		}
	}
}

// FuzzParse checks that what is accepted means the same to encoding/json
// before and after, and is in final form.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":null}],"c":"\ud83c\udf75<&>","d":true}`))
	f.Add([]byte(`{"a":"\\ud800\n\u2028"}`))
	f.Add([]byte(`{"a":1,"\u0061":2}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := Parse(raw)
		if err != nil {
			if !errors.Is(err, trace.ErrInvalid) {
				t.Fatalf("Parse(%q): %v", raw, err)
			}
			return
		}
		once, err := o.JSON()
		if err != nil {
			t.Fatalf("Parse(%q).JSON(): %v", raw, err)
		}
		if !reflect.DeepEqual(decoded(t, raw), decoded(t, once)) {
			t.Errorf("%q became %q", raw, once)
		}
		again, err := Parse(once)
		if err != nil || !reflect.DeepEqual(again, o) {
			t.Errorf("Parse(%q) = %v, %v; want %v", once, again, err, o)
		}
	})
}

// decoded is raw as encoding/json reads it, numbers as int64.
func decoded(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	var m map[string]any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return whole(m).(map[string]any)
}

// whole makes -0 equal to 0: both are the same whole number.
func whole(v any) any {
	switch v := v.(type) {
	case json.Number:
		n, _ := v.Int64()
		return n
	case map[string]any:
		for k := range v {
			v[k] = whole(v[k])
		}
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	}
	return v
}
