package spreadsheet

import (
	"math/big"
	"strings"
	"testing"

	"temgoc/internal/trace"
)

func TestParseDecimal(t *testing.T) {
	tests := []struct {
		in   string
		want trace.Decimal // empty: refused
	}{
		{"0", "0"}, {"-0", "0"}, {"007", "7"}, {"12", "12"}, {"+12", "12"}, {"-12,5", "-12.5"}, {"\u221212,5", "-12.5"},
		{"12,5", "12.5"}, {"12.5", "12.5"}, {"12,50", "12.5"}, {"0,125", "0.125"}, {"0.125", "0.125"}, {"1,2345", "1.2345"},
		{"1.200,5", "1200.5"}, {"1,200.5", "1200.5"}, {"1.200.000", "1200000"}, {"1,200,000", "1200000"},
		{"1.200.000,25", "1200000.25"}, {"1 200,5", "1200.5"}, {"1\u00a0200\u00a0000", "1200000"}, {"12345.678", "12345.678"},
		{"012.345", "12.345"}, {"999999999999999", "999999999999999"}, {"0,123456789", "0.123456789"},

		{"1.200", ""}, {"1,234", ""}, {"-999.999", ""}, // either
		{"", ""}, {"-", ""}, {"x", ""}, {"1e5", ""}, {"1,23457E+12", ""}, {"12%", ""}, {"12 5", ""}, {"1..2", ""}, {"1,2,3", ""},
		{"1.20.000", ""}, {"1200.000.000", ""}, {"0.200.000", ""}, {"1.200,000,5", ""}, {"1,200.000.5", ""}, {"1.200,5.5", ""},
		{",5", ""}, {"5,", ""}, {"12 kg", ""}, {"=1+1", ""}, {"\u0661", ""}, {"1000000000000000", ""}, {"0,1234567891", ""}, {"--1", ""},
	}
	for _, tt := range tests {
		got, err := ParseDecimal(tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseDecimal(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
		if err != nil {
			spoken(t, err)
		}
	}
}

// spoken asserts that an error is one for people, in both languages.
func spoken(t testing.TB, err error) {
	t.Helper()
	e, ok := err.(*Error)
	if !ok || e.Message.VI == "" || e.Message.EN == "" || e.Message.VI == e.Message.EN {
		t.Errorf("%#v is no error in two languages", err)
	}
}

func TestParseInteger(t *testing.T) {
	tests := []struct {
		in   string
		want int
		ok   bool
	}{
		{"0", 0, true}, {"1200", 1200, true}, {"1.200", 1200, true}, {"1,200", 1200, true}, {"1.200.000", 1200000, true},
		{"-5", -5, true}, {"12,0", 12, true}, {"12.00", 12, true}, {"1.200,0", 1200, true}, {"0,000", 0, true},
		{"12,5", 0, false}, {"", 0, false}, {"mười", 0, false}, {"99999999999", 0, false}, {"1.2000", 0, false},
	}
	for _, tt := range tests {
		got, err := ParseInteger(tt.in)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("ParseInteger(%q) = %d, %v, want %d", tt.in, got, err, tt.want)
		}
		if err != nil {
			spoken(t, err)
		}
	}
}

// TestWrittenNumbers holds that what is written in text is read as the same
// number.
func TestWrittenNumbers(t *testing.T) {
	for _, d := range []trace.Decimal{"0", "1", "-5.5", "1.234", "12.345", "0.125", "1234567.891", "-999.999", "123456789012345.123456789"} {
		got, err := ParseDecimal(writtenNumber(d))
		if err != nil || got != d {
			t.Errorf("%q is written %q and read %q, %v", d, writtenNumber(d), got, err)
		}
	}
}

func TestStoredNumbers(t *testing.T) {
	tests := []struct {
		stored float64
		want   trace.Decimal
	}{
		{12.300000000000001, "12.3"}, {0.1 + 0.2, "0.3"}, {1.0 / 3, "0.333333333"}, {46357, "46357"}, {-2.5, "-2.5"}, {0, "0"},
		{1e-12, "0"}, {123456789012345, "123456789012345"},
	}
	for _, tt := range tests {
		if got, err := numberCell(tt.stored, 0).Decimal(); err != nil || got != tt.want {
			t.Errorf("%v is read as %q, %v, want %q", tt.stored, got, err, tt.want)
		}
	}
	if got, err := numberCell(1e20, 0).Decimal(); err == nil {
		t.Errorf("1e20 is read as %q", got)
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"1.200,5", "1,200.5", "1.200", "-0", "1\u00a0200", "1e5", "12,50", "\u2212 3", "0,000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDecimal(s)
		if err != nil {
			spoken(t, err)
			return
		}
		again, err := ParseDecimal(writtenNumber(d))
		if err != nil || again != d {
			t.Errorf("%q is %q, which is written %q and read %q, %v", s, d, writtenNumber(d), again, err)
		}
		n, err := ParseInteger(s)
		if exact := d.Rat(); err == nil && exact.Cmp(new(big.Rat).SetInt64(int64(n))) != 0 {
			t.Errorf("%q is %q and %d", s, d, n)
		}
		if strings.ContainsAny(s, "eExX") {
			t.Errorf("%q is no number", s)
		}
	})
}
