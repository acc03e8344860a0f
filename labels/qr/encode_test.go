package qr

import (
	"errors"
	"strings"
	"testing"
)

// The versions and levels are those of ISO/IEC 18004 for a symbol of mixed
// modes: https in lower case as bytes, the rest alphanumeric.
func TestEncodeChoosesVersionThenLevel(t *testing.T) {
	const url33 = "https://T.EXAMPLE.VN/ABCDEFGHJKMN"
	for _, test := range []struct {
		name    string
		text    string
		options Options
		version int
		level   Level
	}{
		{"33 characters are exactly 2-M", url33, Options{}, 2, M},
		{"a larger budget is not used up", url33, Options{MaxVersion: 4}, 2, M},
		{"L is raised to M for nothing", url33, Options{MinLevel: L}, 2, M},
		{"rough handling takes the next version", url33, Options{MinLevel: Q}, 3, Q},
		{"one more character needs version 3, which has room for Q", url33 + "P", Options{}, 3, Q},
		{"batch code", "https://T.EXAMPLE.VN/K7Q2M9XR4V", Options{}, 2, M},
		{"item code", "https://T.EXAMPLE.VN/K7Q2M9XR4VK7Q2M9XR4V", Options{}, 3, Q},
		{"short text gets the highest level", "TEMGOC", Options{MinLevel: L}, 1, H},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := Encode(test.text, test.options)
			if err != nil {
				t.Fatal(err)
			}
			if m.Version() != test.version || m.Level() != test.level {
				t.Errorf("Encode(%q) is version %d-%v, want %d-%v", test.text, m.Version(), m.Level(), test.version, test.level)
			}
			if want := 17 + 4*test.version; m.Size() != want {
				t.Errorf("Size() = %d, want %d without a border", m.Size(), want)
			}
			if got := decode(t, m); got != test.text {
				t.Errorf("decoded %q, want %q", got, test.text)
			}
		})
	}
}

func decode(t *testing.T, m *Matrix) string {
	t.Helper()
	text, err := read(m)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestEncodeEveryLevelDecodes(t *testing.T) {
	for level := L; level <= H; level++ {
		for n := 1; n <= 100; n += 9 {
			text := strings.Repeat("aZ9/%~", 20)[:n]
			m, err := Encode(text, Options{MinLevel: level})
			if err != nil {
				t.Fatal(err)
			}
			if got := decode(t, m); got != text || m.Level() < level {
				t.Errorf("level %v: %q reads %q at level %v", level, text, got, m.Level())
			}
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	if _, err := Encode("https://T.EXAMPLE.VN/ABCDEFGHJKMNP", Options{MaxVersion: 2}); !errors.Is(err, ErrTooLong) {
		t.Errorf("34 characters in version 2: %v, want ErrTooLong", err)
	}
	if _, err := Encode(strings.Repeat("x", 5000), Options{}); !errors.Is(err, ErrTooLong) {
		t.Errorf("5000 characters: %v, want ErrTooLong", err)
	}
	for text, want := range map[string]rune{"https://TEMGỐC.VN/A": 'Ố', "https://T.VN/A B": ' ', "a\nb": '\n', "\xff": '\ufffd', "": 0} {
		var char *CharError
		if _, err := Encode(text, Options{}); !errors.As(err, &char) || char.Rune != want {
			t.Errorf("Encode(%q): %v, want a CharError of %q", text, err, want)
		}
	}
	for _, o := range []Options{{MaxVersion: 11}, {MaxVersion: -1}, {MinLevel: 5}} {
		if _, err := Encode("A", o); !errors.Is(err, ErrOptions) {
			t.Errorf("Encode with %+v: %v, want ErrOptions", o, err)
		}
	}
}

func TestMatrixIsLightOutside(t *testing.T) {
	m, err := Encode("TEMGOC", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := -QuietZone; i < m.Size()+QuietZone; i++ {
		for _, p := range [][2]int{{i, -1}, {-1, i}, {i, m.Size()}, {m.Size(), i}} {
			if m.Dark(p[0], p[1]) {
				t.Errorf("module %v outside the symbol is dark", p)
			}
		}
	}
	if !m.Dark(0, 0) || !m.Dark(m.Size()-1, 0) || !m.Dark(0, m.Size()-1) {
		t.Error("a finder pattern is missing")
	}
}

// The runs must cover exactly the dark modules, none twice.
func TestRunsCoverTheSymbol(t *testing.T) {
	m, err := Encode("https://T.EXAMPLE.VN/ABCDEFGHJKMN", Options{})
	if err != nil {
		t.Fatal(err)
	}
	covered := make(map[[2]int]int)
	for s := range m.Runs() {
		for i := range s.N {
			covered[[2]int{s.X + i, s.Y}]++
		}
	}
	for y := range m.Size() {
		for x := range m.Size() {
			want := 0
			if m.Dark(x, y) {
				want = 1
			}
			if got := covered[[2]int{x, y}]; got != want {
				t.Fatalf("module %d,%d is covered %d times, want %d", x, y, got, want)
			}
		}
	}
}

func FuzzEncode(f *testing.F) {
	for _, text := range []string{"https://T.EXAMPLE.VN/K7Q2M9XR4V", "", "a", "0123456789", "ĐẠI", strings.Repeat("%A1", 900)} {
		f.Add(text, 0, uint8(0))
	}
	f.Add("HTTPS://X", 2, uint8(H))
	f.Fuzz(func(t *testing.T, text string, maxVersion int, level uint8) {
		m, err := Encode(text, Options{MaxVersion: maxVersion, MinLevel: Level(level)})
		if err != nil {
			return
		}
		if maxVersion > 0 && m.Version() > maxVersion {
			t.Fatalf("version %d is over the budget of %d", m.Version(), maxVersion)
		}
		if got := decode(t, m); got != text {
			t.Fatalf("decoded %q, want %q", got, text)
		}
	})
}
