package storagetest

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"temgoc/internal/trace"
)

// testBodies checks that the content of a body comes back, whatever it is.
// Engines that pass give the same canonical JSON, hence the same hashes.
func testBodies(t *testing.T, s trace.Store) {
	bodies := []string{
		`{}`,
		`{"z":1,"a":2,"m":{"z":1,"a":2}}`,
		`{"max":9223372036854775807,"min":-9223372036854775808,"int32":2147483648,"float":9007199254740993,"zero":0}`,
		`{"empty":"","object":{},"array":[],"nothing":null,"nulls":[null,null]}`,
		`{"mixed":[1,"1",true,null,{"a":[{"b":[]}]}]}`,
		`{"_id":"x","id":1,"number":"n","created":null,"op":[],"refs":{},"body":{"body":{}}}`,
		`{"date":"2026-03-01","time":"2026-03-01T08:30:00Z","decimal":"12.50","oid":"507f1f77bcf86cd799439011"}`,
		`{"tên sản phẩm":"Chè Shan tuyết Suối Giàng","🍵":"🍵","a b":" a ","0":"digit","-":"","\n":"\n"}`,
		`{"escapes":"\u0001\u001f\u007f\u2028\u2029\ufeff\ufffd\uffff \" \\ \/ \b\f\n\r\t \ud83c\udf75 <&>"}`,
		`{"spaces"` + strings.Repeat(" \n\t", 100) + `:1}`,
		`{"long":"` + strings.Repeat("chè Shan tuyết ", 10_000) + `"}`,
		strings.Repeat(`{"a":`, 31) + "{}" + strings.Repeat("}", 31),
	}
	const seed = 20260301
	g := generator{rand.New(rand.NewPCG(seed, 0))}
	for range 60 {
		b, err := json.Marshal(g.object(0))
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, string(b))
	}
	for i, body := range bodies {
		r := revision(plants, fmt.Sprint("body", i), 1)
		r.Body = json.RawMessage(body)
		if err := s.Insert(t.Context(), r); err != nil {
			t.Errorf("Insert(%.500s): %v", body, err)
			continue
		}
		got, err := s.Head(t.Context(), plants, r.ID)
		if err != nil {
			t.Errorf("Head(%s): %v", r.ID, err)
			continue
		}
		if got, want := canonical(t, got.Body), canonical(t, r.Body); got != want {
			t.Errorf("body %d came back as\n%.500s, was\n%.500s", i, got, want)
		}
	}
}

// A generator draws random JSON of what a body may consist of.
type generator struct{ *rand.Rand }

func (g generator) object(depth int) map[string]any {
	o := map[string]any{}
	for range g.IntN(6) {
		o["k"+strings.NewReplacer(".", "", "$", "").Replace(g.text())] = g.value(depth+1, true)
	}
	return o
}

func (g generator) value(depth int, arrays bool) any {
	switch n := g.IntN(8); {
	case n == 0 && depth < 6:
		return g.object(depth)
	case n == 1 && depth < 6 && arrays:
		a := make([]any, g.IntN(5))
		for i := range a {
			a[i] = g.value(depth+1, false)
		}
		return a
	case n == 2:
		return nil
	case n == 3:
		return g.IntN(2) == 0
	case n == 4:
		return g.Int64() * int64(1-2*g.IntN(2))
	case n == 5:
		return []int64{0, 1, -1, math.MaxInt32, math.MinInt32, math.MaxInt32 + 1, math.MinInt64, math.MaxInt64}[g.IntN(8)]
	}
	return g.text()
}

func (g generator) text() string {
	ranges := [][2]rune{{0x20, 0x7e}, {0x1, 0x1f}, {0xa0, 0x2ff}, {0x1ea0, 0x1eff}, {0x2000, 0x206f}, {0xe000, 0xffff}, {0x1f300, 0x1f6ff}}
	var b strings.Builder
	for range g.IntN(12) {
		r := ranges[g.IntN(len(ranges))]
		b.WriteRune(r[0] + g.Int32N(r[1]-r[0]+1))
	}
	return b.String()
}

func testRefusedBodies(t *testing.T, s trace.Store) {
	for _, body := range []string{
		"", "null", "1", `"a"`, "[]", "{", "{}{}", `{"a":1,}`, `{a:1}`, `{'a':1}`,
		`{"a":1.5}`, `{"a":1.0}`, `{"a":1e3}`, `{"a":9223372036854775808}`, `{"a":-9223372036854775809}`,
		`{"":1}`, `{"a.b":1}`, `{".":1}`, `{"$a":1}`, `{"a$b":1}`, `{"b":{"$gt":1}}`, `{"b":[{"c.d":1}]}`,
		`{"a":1,"a":1}`, `{"b":[{"a":1,"a":2}]}`, `{"a":[[]]}`, `{"a":[1,[2]]}`,
		`{"a":"\u0000"}`, `{"a\u0000":1}`, `{"a":["x\u0000y"]}`, "{\"a\":\"\xff\"}", `{"a":"\ud800"}`,
		strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33),
	} {
		r := revision(plants, "a", 1)
		r.Body = json.RawMessage(body)
		is(t, fmt.Sprintf("Insert(%.60q)", body), s.Insert(t.Context(), r), trace.ErrInvalid)
	}
	_, err := s.Head(t.Context(), plants, "a")
	is(t, "Head after refused bodies", err, trace.ErrNotFound)
}
