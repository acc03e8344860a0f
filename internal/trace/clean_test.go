package trace

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"decomposed", norm.NFD.String("Chè Shan tuyết"), "Chè Shan tuyết"},
		{"bidi override", "lo\u202ethat\u202c A\u2066B\u2069", "lothat AB"},
		{"zero width", "Che\u200b\u200c\u200d\ufeff\u2060", "Che"},
		{"accent after a hidden mark", "e\u200d\u0301", "é"},
		{"soft hyphen", "trà\u00adxanh", "tràxanh"},
		{"line breaks stay", " a\r\nb\n", "a\nb"},
		{"line separators", "a\u2028b\u2029c", "a\nb\nc"},
		{"tab and no-break space", "a\tb\u00a0c", "a b c"},
		{"control", "a\x00\x1b[31mb\u0085", "a[31mb"},
		{"not UTF-8", "a\xffb\ufffd", "ab"},
		{"white space at the ends", "\u2003 a \u3000", "a"},
		{"only marks", "\u200b \u202e", ""},
	} {
		got := Clean(tt.in)
		if got != tt.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
		if again := Clean(got); again != got {
			t.Errorf("%s: cleaning %q again gives %q", tt.name, got, again)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("Chè\u200d\u0301 Shan\r\n\xff")
	f.Fuzz(func(t *testing.T, s string) {
		once := Clean(s)
		if twice := Clean(once); twice != once || !norm.NFC.IsNormalString(once) {
			t.Errorf("Clean(%q) = %q, again %q", s, once, twice)
		}
	})
}

func TestCleanAllReachesEverything(t *testing.T) {
	type inner struct {
		Text  string
		Texts []string
	}
	type outer struct {
		Named   Provenance
		Inner   *inner
		Inners  []inner
		Missing *inner
		At      time.Time
		hidden  string
	}
	v := outer{
		Named: " x ", Inner: &inner{" a ", []string{" b "}}, Inners: []inner{{Text: " c "}},
		At: time.Date(2026, 1, 1, 7, 0, 0, 1234567, Zone), hidden: " h ",
	}
	cleanAll(&v)
	want := outer{
		Named: "x", Inner: &inner{"a", []string{"b"}}, Inners: []inner{{Text: "c"}},
		At: time.Date(2026, 1, 1, 0, 0, 0, 1_000_000, time.UTC), hidden: " h ",
	}
	if diff := cmp.Diff(want, v, cmp.AllowUnexported(outer{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if v.At.Location() != time.UTC {
		t.Errorf("the time is in %v", v.At.Location())
	}
}
