package account

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"

	"temgoc/internal/stamp"
)

func TestVault(t *testing.T) {
	keys := must(stamp.NewKeys(rand.Reader))(t)
	v := vault{keys}
	sealed := must(v.seal("purpose", "about", []byte("secret")))(t)
	if again := must(v.seal("purpose", "about", []byte("secret")))(t); again == sealed {
		t.Error("a text is sealed alike twice")
	}
	if !strings.HasPrefix(sealed, "v1.k1.") || strings.Contains(sealed, "secret") {
		t.Errorf("sealed as %q", sealed)
	}
	rotated := vault{must(keys.Rotate(rand.Reader))(t)}
	stranger := vault{must(stamp.NewKeys(rand.Reader))(t)}
	for name, test := range map[string]struct {
		vault                vault
		purpose, about, text string
		opens                bool
	}{
		"as it was sealed":     {v, "purpose", "about", sealed, true},
		"after a rotation":     {rotated, "purpose", "about", sealed, true},
		"for another purpose":  {v, "other", "about", sealed, false},
		"of another document":  {v, "purpose", "other", sealed, false},
		"with another key":     {stranger, "purpose", "about", sealed, false},
		"of an unknown key":    {v, "purpose", "about", strings.Replace(sealed, "k1", "k2", 1), false},
		"of another version":   {v, "purpose", "about", strings.Replace(sealed, "v1", "v2", 1), false},
		"none":                 {v, "purpose", "about", "", false},
		"cut":                  {v, "purpose", "about", sealed[:len(sealed)-4], false},
		"only its head":        {v, "purpose", "about", "v1.k1.", false},
		"with another at last": {v, "purpose", "about", sealed + ".", false},
	} {
		text, err := test.vault.open(test.purpose, test.about, test.text)
		if (err == nil) != test.opens || test.opens && string(text) != "secret" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	// Every single bit counts.
	body := must(base64.RawURLEncoding.DecodeString(strings.TrimPrefix(sealed, "v1.k1.")))(t)
	for i := range 8 * len(body) {
		changed := bytes.Clone(body)
		changed[i/8] ^= 1 << (i % 8)
		if _, err := v.open("purpose", "about", "v1.k1."+base64.RawURLEncoding.EncodeToString(changed)); err == nil {
			t.Errorf("opens with bit %d changed", i)
		}
	}
	if next := must(rotated.seal("purpose", "about", nil))(t); !strings.HasPrefix(next, "v1.k2.") {
		t.Errorf("after a rotation sealed as %q", next)
	}
}

func FuzzOpen(f *testing.F) {
	keys := must(stamp.NewKeys(rand.Reader))(f)
	v := vault{keys}
	f.Add("v1.k1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("v1..")
	f.Fuzz(func(t *testing.T, s string) {
		if text, err := v.open("purpose", "about", s); err == nil {
			t.Errorf("%q opens: %q", s, text)
		}
	})
}

func TestTokens(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token := newToken()
		if !isToken(token) || len(token) != 43 || seen[token] {
			t.Fatalf("drew %q", token)
		}
		seen[token] = true
	}
	good := newToken()
	for _, bad := range []string{"", good[:42], good + "A", good[:42] + "+", good[:42] + "=", good[:42] + "\n", good[:40] + "\n" + good[40:], " " + good} {
		if isToken(bad) {
			t.Errorf("%q is taken for a token", bad)
		}
	}
}

func FuzzIsToken(f *testing.F) {
	f.Add(newToken())
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if !isToken(s) {
			return
		}
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil || base64.RawURLEncoding.EncodeToString(b) != s {
			t.Errorf("%q is no one's only form", s)
		}
	})
}
