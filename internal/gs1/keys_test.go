package gs1

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestParseGTIN(t *testing.T) {
	tests := []struct {
		in, want string
		err      error
	}{
		{in: "02345673", want: "00000002345673"},
		{in: "416000336108", want: "00416000336108"},
		{in: "1234567890128", want: "01234567890128"},
		{in: "12345678901231", want: "12345678901231"},
		{in: "09520123456788", want: "09520123456788"},
		{in: "9520123456788", want: "09520123456788"},
		{in: "09506000134352", want: "09506000134352"},
		{in: "12312312312333", want: "12312312312333"},
		{in: "12312312312326", want: "12312312312326"},
		{in: "8938500000010", want: "08938500000010"},
		{in: "18938500000017", want: "18938500000017"},
		{in: "12345673", err: ErrCheckDigit},
		{in: "02345674", err: ErrCheckDigit},
		{in: "416000336109", err: ErrCheckDigit},
		{in: "1234567890129", err: ErrCheckDigit},
		{in: "12345678901232", err: ErrCheckDigit},
		{in: "", err: ErrLength},
		{in: "0", err: ErrLength},
		{in: "123456789", err: ErrLength},
		{in: "012345678901231", err: ErrLength},
		{in: strings.Repeat("0", 10_000), err: ErrLength},
		{in: "952012345678X", err: ErrCharacter},
		{in: " 9520123456788", err: ErrCharacter},
		{in: "９５２０１２３４５６７８８", err: ErrCharacter},
		{in: "-520123456788", err: ErrCharacter},
	}
	for _, test := range tests {
		got, err := ParseGTIN(test.in)
		if got.String() != test.want || !errors.Is(err, test.err) {
			t.Errorf("ParseGTIN(%.40q) = %q, %v; want %q, %v", test.in, got, err, test.want, test.err)
		}
		if err != nil && (!got.IsZero() || len(err.Error()) > 300) {
			t.Errorf("ParseGTIN(%.40q) failed with value %q and an error of %d bytes", test.in, got, len(err.Error()))
		}
	}
}

func TestCheckDigit(t *testing.T) {
	for payload, want := range map[string]byte{
		"0234567": '3', "41600033610": '8', "123456789012": '8', "1234567890123": '1',
		"12345678901234567": '5', "893850000001": '0', "893850000900": '6', "08938500000000001": '0',
	} {
		got, err := CheckDigit(payload)
		if err != nil || got != want {
			t.Errorf("CheckDigit(%q) = %c, %v; want %c", payload, got, err, want)
		}
	}
	if _, err := CheckDigit(""); !errors.Is(err, ErrLength) {
		t.Errorf("CheckDigit of nothing = %v, want %v", err, ErrLength)
	}
	if _, err := CheckDigit("12a"); !errors.Is(err, ErrCharacter) {
		t.Errorf("CheckDigit(12a) = %v, want %v", err, ErrCharacter)
	}
}

func TestCheckDigitFindsEveryWrongDigit(t *testing.T) {
	const good = "08938500000010"
	for i := range len(good) {
		for d := byte('0'); d <= '9'; d++ {
			bad := good[:i] + string(d) + good[i+1:]
			if _, err := ParseGTIN(bad); (err == nil) != (bad == good) {
				t.Errorf("ParseGTIN(%q) = %v", bad, err)
			}
		}
	}
}

func TestGTINRanges(t *testing.T) {
	tests := []struct {
		payload                   string // without check digit
		restricted, demonstration bool
	}{
		{"952012345678", false, true},
		{"1952012345678", false, true},
		{"893850000001", false, false},
		{"200000000001", true, false},
		{"299999999999", true, false},
		{"1250000000001", true, false},
		{"020000000001", true, false},
		{"040000000001", true, false},
		{"030000000001", false, false},
		{"300000000001", false, false},
		{"21234567890", true, false}, // UPC of number system 2
		{"0234567", true, false},     // GTIN-8
		{"2234567", true, false},     // GTIN-8
		{"4012345", false, false},    // GTIN-8
		{"9520000", false, false},    // GTIN-8: 952 of the other table
	}
	for _, test := range tests {
		check, err := CheckDigit(test.payload)
		if err != nil {
			t.Fatal(err)
		}
		g, err := ParseGTIN(test.payload + string(check))
		if err != nil {
			t.Fatal(err)
		}
		if g.Restricted() != test.restricted || g.Demonstration() != test.demonstration {
			t.Errorf("GTIN %v: restricted %v, demonstration %v; want %v, %v",
				g, g.Restricted(), g.Demonstration(), test.restricted, test.demonstration)
		}
	}
	if zero := (GTIN{}); zero.Restricted() || zero.Demonstration() {
		t.Error("the zero GTIN is restricted or for demonstration")
	}
}

func TestParseGLNAndSSCC(t *testing.T) {
	gln := func(s string) (string, error) { v, err := ParseGLN(s); return v.String(), err }
	sscc := func(s string) (string, error) { v, err := ParseSSCC(s); return v.String(), err }
	tests := []struct {
		name  string
		parse func(string) (string, error)
		in    string
		err   error
	}{
		{"GLN", gln, "8938500009006", nil},
		{"GLN", gln, "9520123456788", nil},
		{"GLN", gln, "8938500009007", ErrCheckDigit},
		{"GLN", gln, "08938500009006", ErrLength},
		{"GLN", gln, "89385000090O6", ErrCharacter},
		{"SSCC", sscc, "089385000000000010", nil},
		{"SSCC", sscc, "123456789012345675", nil},
		{"SSCC", sscc, "006141411234567890", nil},
		{"SSCC", sscc, "123456789012345670", ErrCheckDigit},
		{"SSCC", sscc, "12345678901234567", ErrLength},
		{"SSCC", sscc, "12345678901234567 ", ErrCharacter},
	}
	for _, test := range tests {
		want := test.in
		if test.err != nil {
			want = ""
		}
		if got, err := test.parse(test.in); got != want || !errors.Is(err, test.err) {
			t.Errorf("Parse%s(%q) = %q, %v; want %q, %v", test.name, test.in, got, err, want, test.err)
		}
	}
}

func TestParseQualifiers(t *testing.T) {
	lot := func(s string) (string, error) { v, err := ParseLotNumber(s); return v.String(), err }
	serial := func(s string) (string, error) { v, err := ParseSerial(s); return v.String(), err }
	variant := func(s string) (string, error) { v, err := ParseVariant(s); return v.String(), err }
	third := func(s string) (string, error) { v, err := ParseThirdPartySerial(s); return v.String(), err }
	extension := func(s string) (string, error) { v, err := ParseExtension(s); return v.String(), err }
	for name, field := range map[string]struct {
		parse func(string) (string, error)
		limit int
	}{"lot": {lot, 20}, "serial": {serial, 20}, "variant": {variant, 20}, "third": {third, 28}, "extension": {extension, 20}} {
		for in, want := range map[string]error{
			"a":                                  nil,
			"L26001-A":                           nil,
			"l/1+%":                              nil,
			strings.Repeat("9", field.limit):     nil,
			strings.Repeat("9", field.limit+1):   ErrLength,
			"":                                   ErrLength,
			"lô 1":                               ErrCharacter,
			"A B":                                ErrCharacter,
			"A#1":                                ErrCharacter,
			"A\x00":                              ErrCharacter,
			"A\xff":                              ErrCharacter,
			"A~":                                 ErrCharacter,
			strings.Repeat("ô", field.limit*100): ErrCharacter,
		} {
			if got, err := field.parse(in); !errors.Is(err, want) || err == nil && got != in {
				t.Errorf("%s: parse(%.40q) = %q, %v; want %v", name, in, got, err, want)
			}
		}
	}
	if n := len(cset82); n != 82 {
		t.Errorf("CSET 82 has %d characters", n)
	}
	for _, r := range cset82 {
		if _, err := ParseLotNumber(string(r)); err != nil {
			t.Errorf("ParseLotNumber(%q) = %v", r, err)
		}
	}
}

func TestLotIssuable(t *testing.T) {
	for in, want := range map[string]bool{
		"L26001-A": true, "0": true, "-": true, "l26001": false, "L/1": false, "L_1": false, "L.1": false,
	} {
		l, err := ParseLotNumber(in)
		if err != nil || l.Issuable() != want {
			t.Errorf("LotNumber(%q).Issuable() = %v, %v; want %v", in, l.Issuable(), err, want)
		}
	}
	if (LotNumber{}).Issuable() {
		t.Error("no lot number is issuable")
	}
}

func TestText(t *testing.T) {
	type document struct {
		GTIN      GTIN             `json:"gtin,omitzero"`
		GLN       GLN              `json:"gln,omitzero"`
		SSCC      SSCC             `json:"sscc,omitzero"`
		Lot       LotNumber        `json:"lot,omitzero"`
		Serial    Serial           `json:"serial"`
		Variant   Variant          `json:"variant,omitzero"`
		Third     ThirdPartySerial `json:"tpx,omitzero"`
		Extension Extension        `json:"ext,omitzero"`
		ByGTIN    map[GTIN]int     `json:"byGTIN,omitempty"`
	}
	tests := []struct{ in, out string }{
		{`{}`, `{"serial":""}`},
		{`{"gtin":"","gln":"","serial":"","lot":""}`, `{"serial":""}`},
		{
			`{"gtin":"9520123456788","gln":"8938500009006","sscc":"089385000000000010","lot":"a1","serial":"S","variant":"V","tpx":"T","ext":"E","byGTIN":{"02345673":1}}`,
			`{"gtin":"09520123456788","gln":"8938500009006","sscc":"089385000000000010","lot":"a1","serial":"S","variant":"V","tpx":"T","ext":"E","byGTIN":{"00000002345673":1}}`,
		},
	}
	for _, test := range tests {
		var d document
		if err := json.Unmarshal([]byte(test.in), &d); err != nil {
			t.Errorf("reading %s: %v", test.in, err)
			continue
		}
		if got, err := json.Marshal(d); err != nil || string(got) != test.out {
			t.Errorf("%s became %s, %v; want %s", test.in, got, err, test.out)
		}
	}
	kept, err := ParseGTIN("9520123456788")
	if err != nil {
		t.Fatal(err)
	}
	d := document{GTIN: kept}
	if err := json.Unmarshal([]byte(`{"gtin":"9520123456789"}`), &d); !errors.Is(err, ErrCheckDigit) || d.GTIN != kept {
		t.Errorf("reading a wrong GTIN gave %v, %v; want %v and the old value", d.GTIN, err, ErrCheckDigit)
	}
}

func FuzzParseGTIN(f *testing.F) {
	for _, s := range []string{"", "02345673", "416000336108", "8938500000010", "18938500000017", "952012345678X", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := ParseGTIN(s)
		if err != nil {
			return
		}
		again, err := ParseGTIN(g.String())
		if err != nil || again != g || len(g.String()) != 14 || !strings.HasSuffix(g.String(), s) {
			t.Errorf("ParseGTIN(%q) = %q, parsed again %q, %v", s, g, again, err)
		}
	})
}

// FuzzParseIdentifiers checks of the other types that what is parsed is kept
// to the byte and survives text marshalling.
func FuzzParseIdentifiers(f *testing.F) {
	for _, s := range []string{"", "8938500009006", "089385000000000010", "L26001-A", "a/%2F", "lô", strings.Repeat("x", 29)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		gln, err := ParseGLN(s)
		checkKept(t, s, gln.value, err)
		sscc, err := ParseSSCC(s)
		checkKept(t, s, sscc.value, err)
		lot, err := ParseLotNumber(s)
		checkKept(t, s, lot.value, err)
		serial, err := ParseSerial(s)
		checkKept(t, s, serial.value, err)
		variant, err := ParseVariant(s)
		checkKept(t, s, variant.value, err)
		third, err := ParseThirdPartySerial(s)
		checkKept(t, s, third.value, err)
		extension, err := ParseExtension(s)
		checkKept(t, s, extension.value, err)
		var again LotNumber
		if text, err := lot.MarshalText(); err != nil || again.UnmarshalText(text) != nil || again != lot {
			t.Errorf("lot %q came back as %q", lot, again)
		}
	})
}

func checkKept(t *testing.T, in string, v value, err error) {
	t.Helper()
	if err == nil && v.text != in || err != nil && !v.IsZero() {
		t.Errorf("%q was parsed as %q, %v", in, v, err)
	}
}
