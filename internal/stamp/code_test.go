package stamp

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// source is a reproducible random source.
func source(seed string) *rand.ChaCha8 {
	var key [32]byte
	copy(key[:], seed)
	return rand.NewChaCha8(key)
}

func drawBatch(t testing.TB, random io.Reader) BatchCode {
	t.Helper()
	b, err := NewBatchCode(random)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// drawCode gives a random well-formed code of n characters, with no regard to
// keys and blocked words.
func drawCode(random *rand.ChaCha8, n int) []byte {
	code := make([]byte, n)
	for i := range n - 1 {
		code[i] = alphabet[random.Uint64()&31]
	}
	code[n-1] = checkCharacter(code[:n-1])
	return code
}

func mustParse(t testing.TB, s string) Code {
	t.Helper()
	c, err := Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestParse(t *testing.T) {
	// 000000000 sums to 0; 100000000 to α = 2.
	tests := []struct {
		in, want, display string
		err               error
	}{
		{in: "0000000000", want: "0000000000", display: "00000-00000"},
		{in: "1000000002", want: "1000000002", display: "10000-00002"},
		{in: "i0oOo-0ooo2", want: "1000000002", display: "10000-00002"},
		{in: " L000 0‑0000–2\n", want: "1000000002", display: "10000-00002"},
		{in: "l-0-0-0-0-0-0-0-0-2", want: "1000000002", display: "10000-00002"},
		{in: "\u200b10000\u00ad00002", want: "1000000002", display: "10000-00002"},
		{in: "00000 00000 00000 00000", want: "00000000000000000000", display: "00000-00000-00000-00000"},
		{in: "", err: ErrLength},
		{in: "----------", err: ErrLength},
		{in: "000000000", err: ErrLength},
		{in: "00000000000", err: ErrLength},
		{in: "0000000000000000000", err: ErrLength},
		{in: "000000000000000000000", err: ErrLength},
		{in: strings.Repeat("0", 1<<20), err: ErrLength},
		{in: strings.Repeat(" ", 1<<20), err: ErrLength},
		{in: "00000_0000", err: ErrAlphabet},
		{in: "00000/0000", err: ErrAlphabet},
		{in: "Đ000000000", err: ErrAlphabet},
		{in: "００００００００００", err: ErrAlphabet},
		{in: "00000000\xff0", err: ErrAlphabet},
		{in: "https://q.vn/0000000000", err: ErrAlphabet},
	}
	for _, test := range tests {
		got, err := Parse(test.in)
		if got.String() != test.want || got.Display() != test.display || !errors.Is(err, test.err) {
			t.Errorf("Parse(%.40q) = %q (%s), %v; want %q (%s), %v",
				test.in, got, got.Display(), err, test.want, test.display, test.err)
		}
		if _, mistyped := errors.AsType[*MistypedError](err); mistyped {
			t.Errorf("Parse(%.40q) = %v", test.in, err)
		}
	}
}

func TestParseKinds(t *testing.T) {
	batch := "K7Q2M9XR4" + string(checkCharacter([]byte("K7Q2M9XR4")))
	item := string(drawCode(source("kinds"), itemLength))
	if _, err := ParseBatchCode(item); !errors.Is(err, ErrLength) {
		t.Errorf("ParseBatchCode of an item code = %v, want %v", err, ErrLength)
	}
	if _, err := ParseItemCode(batch); !errors.Is(err, ErrLength) {
		t.Errorf("ParseItemCode of a batch code = %v, want %v", err, ErrLength)
	}
	b, err := ParseBatchCode(strings.ToLower(batch))
	if err != nil || b.String() != batch || b.Code() != mustParse(t, batch) {
		t.Errorf("ParseBatchCode(%q) = %v, %v", batch, b, err)
	}
	if c, ok := b.Code().Item(); ok || !c.IsZero() {
		t.Errorf("the batch code %v gave item %v", b, c)
	}
	i, err := ParseItemCode(item)
	if err != nil || i.String() != item || i.Code() != mustParse(t, item) {
		t.Errorf("ParseItemCode(%q) = %v, %v", item, i, err)
	}
	if got := i.Batch(); got != i.Code().Batch() || got.String()[:9] != item[:9] || syndrome(got.text[:]) != 0 {
		t.Errorf("the batch of %v is %v", i, got)
	}
	for _, zero := range []interface {
		String() string
		Display() string
		IsZero() bool
	}{Code{}, BatchCode{}, ItemCode{}, ItemCode{}.Batch(), BatchCode{}.Code(), ItemCode{}.Code()} {
		if zero.String() != "" || zero.Display() != "" || !zero.IsZero() {
			t.Errorf("zero %T is %q, %q", zero, zero, zero.Display())
		}
	}
}

func TestText(t *testing.T) {
	type document struct {
		Batch BatchCode         `json:"batch"`
		Item  ItemCode          `json:"item,omitzero"`
		Code  Code              `json:"code,omitzero"`
		Names map[BatchCode]int `json:"names,omitempty"`
	}
	tests := []struct{ in, out string }{
		{`{}`, `{"batch":""}`},
		{`{"batch":"","item":"","code":""}`, `{"batch":""}`},
		{
			`{"batch":"ioooo-oooo2","item":"00000-00000-00000-00000","code":"0000000000","names":{"1000000002":1}}`,
			`{"batch":"1000000002","item":"00000000000000000000","code":"0000000000","names":{"1000000002":1}}`,
		},
	}
	for _, test := range tests {
		var d document
		if err := json.Unmarshal([]byte(test.in), &d); err != nil {
			t.Errorf("reading %s: %v", test.in, err)
		}
		if got, err := json.Marshal(d); err != nil || string(got) != test.out {
			t.Errorf("%s became %s, %v; want %s", test.in, got, err, test.out)
		}
	}
	d := document{Code: mustParse(t, "1000000002")}
	err := json.Unmarshal([]byte(`{"code":"1000000003"}`), &d)
	if _, ok := errors.AsType[*MistypedError](err); !ok || d.Code.String() != "1000000002" {
		t.Errorf("reading a mistyped code gave %v, %v", d.Code, err)
	}
}

func TestFieldIsAField(t *testing.T) {
	// α has order 31, so that all weights of a code differ.
	seen := make(map[byte]int)
	for k := range itemLength {
		if other, ok := seen[weighted[k][1]]; ok {
			t.Errorf("α^%d = α^%d", k, other)
		}
		seen[weighted[k][1]] = k
		for v := 1; v < 32; v++ {
			if weighted[k][v] == 0 || weighted[k][v] >= 32 {
				t.Errorf("%d·α^%d = %d", v, k, weighted[k][v])
			}
			for w := range 32 {
				if weighted[k][v^w] != weighted[k][v]^weighted[k][w] {
					t.Fatalf("α^%d does not distribute over %d+%d", k, v, w)
				}
			}
		}
	}
}

// TestEveryErrorIsFound tries, on many random codes of both lengths, every
// error of the classes that the check character promises to find.
func TestEveryErrorIsFound(t *testing.T) {
	for _, n := range []int{batchLength, itemLength} {
		random := source("errors")
		tried, missed := make(map[string]int), make(map[string]int)
		count := func(class string, original, code []byte) {
			if bytes.Equal(original, code) {
				return
			}
			tried[class]++
			if syndrome(code) == 0 {
				missed[class]++
			}
		}
		for range 3000 {
			original := drawCode(random, n)
			code := bytes.Clone(original)
			for i := range n {
				for v := range alphabet {
					code[i] = alphabet[v]
					count("single", original, code)
				}
				code[i] = original[i]
				for j := i + 1; j < n; j++ {
					code[i], code[j] = original[j], original[i]
					count("swap", original, code)
					code[i], code[j] = original[i], original[j]
				}
			}
			for distance := 1; distance <= 2; distance++ { // aa→bb, axa→bxb
				for i := range n - distance {
					tryTwins(code, i, i+distance, count)
				}
			}
		}
		for class, count := range missed {
			t.Errorf("%d characters: %d of %d errors of class %s not found", n, count, tried[class], class)
		}
		for _, class := range []string{"single", "swap", "twin"} {
			if tried[class] < 1000 {
				t.Errorf("%d characters: class %s was tried %d times only", n, class, tried[class])
			}
		}
	}
}

// tryTwins counts, for a code that has the same character at i and j, every
// other pair of equal characters in their place. code is left as it was.
func tryTwins(code []byte, i, j int, count func(class string, original, code []byte)) {
	if code[i] != code[j] {
		return // the random codes have enough twins
	}
	original := bytes.Clone(code)
	for v := range alphabet {
		code[i], code[j] = alphabet[v], alphabet[v]
		count("twin", original, code)
	}
	copy(code, original)
}

func TestNewBatchCode(t *testing.T) {
	random := source("batches")
	seen := make(map[BatchCode]bool)
	for range 20_000 {
		b := drawBatch(t, random)
		if seen[b] || blocked(b.String()) || mustParse(t, b.Display()).Batch() != b {
			t.Fatalf("drew %v: twice, blocked or not readable", b)
		}
		seen[b] = true
	}
	if _, err := NewBatchCode(iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("with a failing source: %v", err)
	}
	if _, err := NewBatchCode(strings.NewReader("short")); err == nil {
		t.Error("five bytes were enough for a code")
	}
}

func TestNewBatchCodeBits(t *testing.T) {
	// 00000 00001 00010 … 01000 and three bits that do not count.
	raw := []byte{0b00000_000, 0b01_00010_0, 0b0011_0010, 0b0_00101_00, 0b110_00111, 0b01000_111}
	b := drawBatch(t, bytes.NewReader(raw))
	if got := b.String()[:batchPayload]; got != "012345678" {
		t.Errorf("payload = %s, want 012345678", got)
	}
}

func TestNewBatchCodeDrawsAgain(t *testing.T) {
	bits := func(payload string) []byte {
		number := getBits([]byte(payload)) << 3
		return []byte{byte(number >> 40), byte(number >> 32), byte(number >> 24), byte(number >> 16), byte(number >> 8), byte(number)}
	}
	b := drawBatch(t, io.MultiReader(bytes.NewReader(bits("00FAKE000")), bytes.NewReader(bits("7777G1A77")), bytes.NewReader(bits("2345678AB"))))
	if got := b.String()[:batchPayload]; got != "2345678AB" {
		t.Errorf("payload = %s, want the third draw", got)
	}
	stuck := bytes.NewReader(bytes.Repeat(bits("666666666"), 10_000))
	if b, err := NewBatchCode(stuck); err == nil {
		t.Errorf("a source stuck at a blocked word gave %v", b)
	}
}

func TestBlockedWordsCanAppear(t *testing.T) {
	for _, word := range blockedWords {
		for i := range len(word) {
			if valueOf[word[i]] == none {
				t.Errorf("blocked word %q can never appear: %q is not in the alphabet", word, word[i])
			}
		}
		for _, other := range blockedWords {
			if word != other && strings.Contains(word, other) {
				t.Errorf("blocked word %q is covered by %q", word, other)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "K7Q2M-9XR4V", "1000000002", "ioooo oooo2", "00000-00000-00000-00000", "UUUUUUUUUU", "\xff", "Đ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		all := Candidates(s)
		c, err := Parse(s)
		if err == nil {
			if len(all) != 0 {
				t.Errorf("Candidates(%q) of a right code = %v", s, all)
			}
			appended, _ := c.AppendText([]byte("x"))
			if string(appended) != "x"+c.String() || string(c.AppendDisplay([]byte("y"))) != "y"+c.Display() {
				t.Fatalf("%v appends as %q and %q", c, appended, c.AppendDisplay(nil))
			}
			for _, again := range []string{c.Display(), c.String(), strings.ToLower(c.Display())} {
				if d, err := Parse(again); err != nil || d != c {
					t.Errorf("%q was read as %v and then as %v, %v", s, c, d, err)
				}
			}
			return
		}
		mistyped, ok := errors.AsType[*MistypedError](err)
		if !ok && !errors.Is(err, ErrLength) && !errors.Is(err, ErrAlphabet) || !c.IsZero() || err.Error() == "" {
			t.Errorf("Parse(%q) = %v, %v", s, c, err)
		}
		if !ok {
			return
		}
		if wantSuggestion := len(all) == 1; mistyped.Suggestion.IsZero() == wantSuggestion || mistyped.Input != s {
			t.Errorf("Parse(%q) = %#v with candidates %v", s, mistyped, all)
		}
		for _, candidate := range all {
			if d, err := Parse(candidate.Display()); err != nil || d != candidate {
				t.Errorf("candidate %v of %q is no code: %v", candidate, s, err)
			}
		}
	})
}
