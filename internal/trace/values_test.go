package trace_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"testing"
	"time"

	"temgoc/internal/trace"
)

func TestDateOfCountsDaysInVietnam(t *testing.T) {
	for _, tt := range []struct {
		instant, want string
	}{
		{"2026-11-14T16:59:59.999Z", "2026-11-14"},
		{"2026-11-14T17:00:00Z", "2026-11-15"}, // midnight in Vietnam
		{"2026-12-31T17:00:00Z", "2027-01-01"},
		{"2026-11-15T00:30:00+07:00", "2026-11-15"},
		{"2026-11-14T12:00:00-08:00", "2026-11-15"},
	} {
		at, err := time.Parse(time.RFC3339Nano, tt.instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := trace.DateOf(at).String(); got != tt.want {
			t.Errorf("DateOf(%s) = %s, want %s", tt.instant, got, tt.want)
		}
	}
	if got, want := day("2026-11-15").Start(), time.Date(2026, 11, 14, 17, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("Start() = %v, want %v", got, want)
	}
}

func TestDateArithmetic(t *testing.T) {
	for _, tt := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2028-01-31", 1, "2028-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 36, "2027-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2026-12-31", 2, "2027-02-28"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-08-06", 36, "2029-08-06"},
	} {
		if got := day(tt.from).AddMonths(tt.months).String(); got != tt.want {
			t.Errorf("%s + %d months = %s, want %s", tt.from, tt.months, got, tt.want)
		}
	}
	if got := day("2027-03-01").AddDays(-1).String(); got != "2027-02-28" {
		t.Errorf("the eve of 1 March is %s", got)
	}
	if got := day("2026-02-28").DaysUntil(day("2026-03-01")); got != 1 {
		t.Errorf("DaysUntil = %d, want 1", got)
	}
	if got := day("2026-03-01").DaysUntil(day("2026-02-01")); got != -28 {
		t.Errorf("DaysUntil = %d, want -28", got)
	}
}

func TestDateText(t *testing.T) {
	if got := day("2026-11-05").Vietnamese(); got != "05/11/2026" {
		t.Errorf("Vietnamese() = %s", got)
	}
	var zero trace.Date
	if zero.String() != "" || zero.Vietnamese() != "" || !zero.IsZero() {
		t.Errorf("the zero date reads %q, %q", zero, zero.Vietnamese())
	}
	for _, bad := range []string{"2026-02-30", "05/11/2026", "2026-1-1", "2026-11-05T00:00:00Z", "hôm nay", "20261105"} {
		if d, err := trace.ParseDate(bad); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("ParseDate(%q) = %v, %v, want ErrInvalid", bad, d, err)
		}
	}
	type form struct {
		Day trace.Date `json:"day,omitzero"`
	}
	for _, text := range []string{`{}`, `{"day":"2026-11-05"}`} {
		var f form
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			t.Fatal(err)
		}
		if got := string(must(json.Marshal(f))(t)); got != text {
			t.Errorf("%s came back as %s", text, got)
		}
	}
}

func TestDecimal(t *testing.T) {
	for text, want := range map[string]trace.Decimal{
		"0": "0", "12": "12", "12.5": "12.5", "12,5": "12.5", "-0,5": "-0.5", "0.000000001": "0.000000001", "999999999999999": "999999999999999",
	} {
		if got, err := trace.ParseDecimal(text); err != nil || got != want || got.Rat() == nil {
			t.Errorf("ParseDecimal(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".5", "5.", "1.2.3", "1,000.5", "1e3", "+1", "0x10", "1 000", "NaN", "٣", "1234567890123456", "0.1234567890", "1/2", "--1"} {
		if got, err := trace.ParseDecimal(text); !errors.Is(err, trace.ErrInvalid) || got != "" {
			t.Errorf("ParseDecimal(%q) = %q, %v, want ErrInvalid", text, got, err)
		}
		if r := trace.Decimal(text).Rat(); r != nil {
			t.Errorf("Decimal(%q).Rat() = %v, want nil", text, r)
		}
	}
	if got := trace.Decimal("0.1").Rat(); got.Cmp(big.NewRat(1, 10)) != 0 {
		t.Errorf("0.1 is %v", got)
	}
	for d, want := range map[trace.Decimal]int{"": 0, "0": 0, "0.0": 0, "-0.1": -1, "3": 1} {
		if got := d.Sign(); got != want {
			t.Errorf("Decimal(%q).Sign() = %d, want %d", d, got, want)
		}
	}
	if vi, en := trace.Decimal("0.05").In("vi"), trace.Decimal("0.05").In("en"); vi != "0,05" || en != "0.05" {
		t.Errorf("0.05 reads %s and %s", vi, en)
	}
}

func TestDecimalFromJSON(t *testing.T) {
	for text, want := range map[string]trace.Decimal{`"12,5"`: "12.5", `12.50`: "12.50", `7`: "7", `""`: "", `null`: ""} {
		var d trace.Decimal
		if err := json.Unmarshal([]byte(text), &d); err != nil || d != want {
			t.Errorf("%s is %q, %v, want %q", text, d, err, want)
		}
	}
	for _, text := range []string{`"a"`, `1e9`, `true`, `[1]`, `"1.2.3"`} {
		var d trace.Decimal
		if err := json.Unmarshal([]byte(text), &d); err == nil {
			t.Errorf("%s was read as %q", text, d)
		}
	}
}

func TestQuantityIn(t *testing.T) {
	q := trace.Quantity{Value: "12.5", Unit: "KGM"}
	if vi, en := q.In("vi"), q.In("en"); vi != "12,5 kg" || en != "12.5 kg" {
		t.Errorf("the quantity reads %q and %q", vi, en)
	}
	if got := (trace.Quantity{}).In("vi"); got != "" {
		t.Errorf("no quantity reads %q", got)
	}
}

func TestDigest(t *testing.T) {
	d := trace.DigestOf([]byte("chè"))
	for _, text := range []string{d.String(), "8C" + d.String()[2:]} {
		if _, err := trace.ParseDigest(text); err != nil {
			t.Errorf("ParseDigest(%q): %v", text, err)
		}
	}
	if back, err := trace.ParseDigest(d.String()); err != nil || back != d {
		t.Errorf("%v came back as %v, %v", d, back, err)
	}
	for _, bad := range []string{"", "00", d.String() + "0", "g" + d.String()[1:]} {
		if _, err := trace.ParseDigest(bad); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("ParseDigest(%q): %v, want ErrInvalid", bad, err)
		}
	}
}
