package stamp

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
)

func TestReferences(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		r, err := NewReference(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		text := r.String()
		if len(text) != 8 || seen[text] || blocked(text) || strings.Trim(text, alphabet) != "" {
			t.Fatalf("drew %q", text)
		}
		seen[text] = true
		for _, form := range []string{text, r.Display(), strings.ToLower(r.Display()), " " + text[:3] + " " + text[3:], strings.ReplaceAll(strings.ReplaceAll(text, "0", "O"), "1", "l")} {
			if got, err := ParseReference(form); err != nil || got != r {
				t.Errorf("ParseReference(%q) = %q, %v, want %q", form, got, err, text)
			}
		}
		wrong := []byte(text)
		wrong[2] = alphabet[(valueOf[wrong[2]]+1)%32]
		if got, err := ParseReference(string(wrong)); !errors.Is(err, ErrReference) {
			t.Errorf("%q for %q is read as %q, %v", wrong, text, got, err)
		}
	}
	for _, s := range []string{"", "1234567", "123456789", "K7Q2M-9XR4V", "ABCĐ-EFGH", strings.Repeat(" ", 300)} {
		if got, err := ParseReference(s); !errors.Is(err, ErrReference) {
			t.Errorf("ParseReference(%q) = %q, %v", s, got, err)
		}
	}
	if r := (Reference{}); r.String() != "" || r.Display() != "" {
		t.Errorf("the zero reference is %q, %q", r.String(), r.Display())
	}
}

// TestReferencesNeedTheirBytes holds that a source that fails gives none.
func TestReferencesNeedTheirBytes(t *testing.T) {
	if got, err := NewReference(strings.NewReader("abc")); err == nil {
		t.Errorf("drew %q from three bytes", got)
	}
}
