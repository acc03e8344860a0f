package spreadsheet

import (
	"testing"
	"time"

	"temgoc/internal/trace"
)

func at(year, month, day, hour, minute, second, ms int) time.Time {
	return time.Date(year, time.Month(month), day, hour, minute, second, ms*1e6, trace.Zone)
}

func TestParseInstant(t *testing.T) {
	tests := []struct {
		in   string
		want time.Time // zero: refused
	}{
		{"24/11/2026", at(2026, 11, 24, 0, 0, 0, 0)}, {"4/1/2026", at(2026, 1, 4, 0, 0, 0, 0)}, {"24-11-2026", at(2026, 11, 24, 0, 0, 0, 0)},
		{"24.11.2026", at(2026, 11, 24, 0, 0, 0, 0)}, {"2026-11-24", at(2026, 11, 24, 0, 0, 0, 0)}, {"2026/11/24", at(2026, 11, 24, 0, 0, 0, 0)},
		{"24/11/2026 08:30", at(2026, 11, 24, 8, 30, 0, 0)}, {"08:30 24/11/2026", at(2026, 11, 24, 8, 30, 0, 0)},
		{"24/11/2026 8h30", at(2026, 11, 24, 8, 30, 0, 0)}, {"8h 24/11/2026", at(2026, 11, 24, 8, 0, 0, 0)},
		{"2026-11-24T08:30:15", at(2026, 11, 24, 8, 30, 15, 0)}, {"2026-11-24 08:30:15.25", at(2026, 11, 24, 8, 30, 15, 250)},
		{"29/02/2024", at(2024, 2, 29, 0, 0, 0, 0)}, {"24/11/2026 00:00", at(2026, 11, 24, 0, 0, 0, 0)},

		{"29/02/2026", time.Time{}}, {"31/4/2026", time.Time{}}, {"11/24/2026", time.Time{}}, {"24/11/26", time.Time{}}, {"24/11/026", time.Time{}},
		{"0/1/2026", time.Time{}}, {"1/0/2026", time.Time{}}, {"1/1/0000", time.Time{}}, {"24/11", time.Time{}}, {"08:30", time.Time{}}, {"", time.Time{}},
		{"46357", time.Time{}}, {"24/11/2026 25:00", time.Time{}}, {"24/11/2026 08:60", time.Time{}}, {"24/11/2026 x", time.Time{}},
		{"24/11/2026 08:30 09:30", time.Time{}}, {"24/11/2026 25/11/2026", time.Time{}}, {"hôm nay", time.Time{}}, {"=TODAY()", time.Time{}},
	}
	for _, tt := range tests {
		got, err := ParseInstant(tt.in)
		if err != nil {
			spoken(t, err)
			got = time.Time{}
		}
		if !got.Equal(tt.want) {
			t.Errorf("ParseInstant(%q) = %v, %v, want %v", tt.in, got, err, tt.want)
		}
		day, err := ParseDate(tt.in)
		if want := trace.DateOf(tt.want); err == nil && !day.Equal(want) || (err == nil) == tt.want.IsZero() {
			t.Errorf("ParseDate(%q) = %v, %v, want %v", tt.in, day, err, want)
		}
	}
}

// TestSerials holds known days against how Excel numbers them.
func TestSerials(t *testing.T) {
	tests := []struct {
		serial float64
		want   time.Time
	}{
		{61, at(1900, 3, 1, 0, 0, 0, 0)}, {25569, at(1970, 1, 1, 0, 0, 0, 0)}, {45292, at(2024, 1, 1, 0, 0, 0, 0)},
		{46350.354166666664, at(2026, 11, 24, 8, 30, 0, 0)}, {46350.5, at(2026, 11, 24, 12, 0, 0, 0)}, {2958465, at(9999, 12, 31, 0, 0, 0, 0)},
	}
	for _, tt := range tests {
		got, ok := fromSerial(tt.serial, epoch1900)
		if !ok || !got.Equal(tt.want) {
			t.Errorf("%v is %v, %v, want %v", tt.serial, got, ok, tt.want)
		}
		if back, ok := toSerial(tt.want); !ok || back-tt.serial > 1e-9 || tt.serial-back > 1e-9 {
			t.Errorf("%v is stored as %v, %v, want %v", tt.want, back, ok, tt.serial)
		}
	}
	if got, ok := fromSerial(44888, epoch1904); !ok || !got.Equal(at(2026, 11, 24, 0, 0, 0, 0)) {
		t.Errorf("from 1904 it is %v, %v", got, ok)
	}
	for _, bad := range []float64{0, 0.5, 60, -1, 2958466, 20261124} {
		if got, ok := fromSerial(bad, epoch1900); ok {
			t.Errorf("%v is %v, want no date", bad, got)
		}
	}
	for _, bad := range []time.Time{at(1900, 2, 28, 0, 0, 0, 0), at(10000, 1, 1, 0, 0, 0, 0)} {
		if got, ok := toSerial(bad); ok {
			t.Errorf("%v is stored as %v", bad, got)
		}
	}
}

// TestInstantsKeepMilliseconds writes and reads odd instants in both ways.
func TestInstantsKeepMilliseconds(t *testing.T) {
	for ms := range int64(2000) {
		want := at(2026, 11, 24, 0, 0, 0, 0).Add(time.Duration(ms*ms*17) * time.Millisecond)
		serial, ok := toSerial(want)
		if got, back := fromSerial(serial, epoch1900); !ok || !back || !got.Equal(want) {
			t.Fatalf("%v is stored as %v and read as %v", want, serial, got)
		}
		if got, err := ParseInstant(writtenInstant(want)); err != nil || !got.Equal(want) {
			t.Fatalf("%v is written %q and read as %v, %v", want, writtenInstant(want), got, err)
		}
	}
}

func FuzzParseInstant(f *testing.F) {
	for _, s := range []string{"24/11/2026", "2026-11-24T08:30:15.250", "8h30 24.11.2026", "31/4/2026", "24/11/26"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseInstant(s)
		if err != nil {
			spoken(t, err)
			return
		}
		if again, err := ParseInstant(writtenInstant(got)); err != nil || !again.Equal(got) {
			t.Errorf("%q is %v, which is written %q and read %v, %v", s, got, writtenInstant(got), again, err)
		}
	})
}
