package labels

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
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
		options EncodeOptions
		version int
		level   Level
	}{
		{"33 characters are exactly 2-M", url33, EncodeOptions{}, 2, LevelM},
		{"a larger budget is not used up", url33, EncodeOptions{MaxVersion: 4}, 2, LevelM},
		{"L is raised to M for nothing", url33, EncodeOptions{MinLevel: LevelL}, 2, LevelM},
		{"rough handling takes the next version", url33, EncodeOptions{MinLevel: LevelQ}, 3, LevelQ},
		{"one more character needs version 3, which has room for Q", url33 + "P", EncodeOptions{}, 3, LevelQ},
		{"batch code", "https://T.EXAMPLE.VN/K7Q2M9XR4V", EncodeOptions{}, 2, LevelM},
		{"item code", "https://T.EXAMPLE.VN/K7Q2M9XR4VK7Q2M9XR4V", EncodeOptions{}, 3, LevelQ},
		{"short text gets the highest level", "TEMGOC", EncodeOptions{MinLevel: LevelL}, 1, LevelH},
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
			if got := decodePNG(t, m); got != test.text {
				t.Errorf("decoded %q, want %q", got, test.text)
			}
		})
	}
}

func decodePNG(t *testing.T, m *Matrix) string {
	t.Helper()
	var file bytes.Buffer
	if err := m.WritePNG(&file, 4); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	if want := 4 * (m.Size() + 8); picture.Bounds().Dx() != want {
		t.Errorf("picture is %d pixels wide, want %d: the symbol and 4 modules on each side", picture.Bounds().Dx(), want)
	}
	text, err := decodePure(picture)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestEncodeEveryLevelDecodes(t *testing.T) {
	for level := LevelL; level <= LevelH; level++ {
		for n := 1; n <= 100; n += 9 {
			text := strings.Repeat("aZ9/%~", 20)[:n]
			m, err := Encode(text, EncodeOptions{MinLevel: level})
			if err != nil {
				t.Fatal(err)
			}
			if got := decodePNG(t, m); got != text || m.Level() < level {
				t.Errorf("level %v: %q reads %q at level %v", level, text, got, m.Level())
			}
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	var fit *FitError
	if _, err := Encode("https://T.EXAMPLE.VN/ABCDEFGHJKMNP", EncodeOptions{MaxVersion: 2}); !errors.As(err, &fit) || fit.Field != FieldPayload {
		t.Errorf("34 characters in version 2: %v, want a FitError of the payload", err)
	}
	if _, err := Encode(strings.Repeat("x", 5000), EncodeOptions{}); !errors.As(err, &fit) {
		t.Errorf("5000 characters: %v, want a FitError", err)
	}
	for _, text := range []string{"https://TEMGỐC.VN/A", "https://T.VN/A B", "a\nb", "\xff"} {
		var glyph *GlyphError
		if _, err := Encode(text, EncodeOptions{}); !errors.As(err, &glyph) || glyph.Field != FieldPayload {
			t.Errorf("Encode(%q): %v, want a GlyphError of the payload", text, err)
		}
	}
	var value *ValueError
	for _, o := range []EncodeOptions{{MaxVersion: 11}, {MaxVersion: -1}, {MinLevel: 5}} {
		if _, err := Encode("A", o); !errors.As(err, &value) {
			t.Errorf("Encode with %+v: %v, want a ValueError", o, err)
		}
	}
	if _, err := Encode("", EncodeOptions{}); !errors.As(err, &value) || value.Field != FieldPayload {
		t.Errorf("empty payload: %v, want a ValueError of the payload", err)
	}
}

func TestMatrixIsLightOutside(t *testing.T) {
	m, err := Encode("TEMGOC", EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := -quietZone; i < m.Size()+quietZone; i++ {
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

// The spans must cover exactly the dark modules, none twice.
func TestSpansCoverTheSymbol(t *testing.T) {
	m, err := Encode("https://T.EXAMPLE.VN/ABCDEFGHJKMN", EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	covered := make(map[[2]int]int)
	for s := range m.spans() {
		for i := range s.n {
			covered[[2]int{s.x + i, s.y}]++
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
	f.Add("HTTPS://X", 2, uint8(LevelH))
	f.Fuzz(func(t *testing.T, text string, maxVersion int, level uint8) {
		m, err := Encode(text, EncodeOptions{MaxVersion: maxVersion, MinLevel: Level(level)})
		if err != nil {
			if !typed(err) {
				t.Fatalf("Encode(%q): untyped error %v", text, err)
			}
			return
		}
		if maxVersion > 0 && m.Version() > maxVersion {
			t.Fatalf("version %d is over the budget of %d", m.Version(), maxVersion)
		}
		if got := decodePNG(t, m); got != text {
			t.Fatalf("decoded %q, want %q", got, text)
		}
	})
}

// typed reports whether err is one that names a field.
func typed(err error) bool {
	var (
		fit   *FitError
		glyph *GlyphError
		value *ValueError
	)
	return errors.As(err, &fit) || errors.As(err, &glyph) || errors.As(err, &value)
}

func BenchmarkEncode(b *testing.B) {
	for _, code := range []string{"K7Q2M9XR4V", "K7Q2M9XR4VK7Q2M9XR4V"} {
		b.Run(fmt.Sprintf("%d characters", len(code)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Encode("https://T.EXAMPLE.VN/"+code, EncodeOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
