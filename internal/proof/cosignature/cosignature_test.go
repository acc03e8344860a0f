package cosignature_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/cosignature"
	"temgoc/internal/testing/treelog"
)

var at = time.Date(2026, 5, 12, 8, 30, 0, 0, time.UTC)

func clock() time.Time { return at }

// The library of others takes our cosignatures and our vkeys.
func TestOursByTorchwood(t *testing.T) {
	log := treelog.New(t, "t.example.vn/log")
	log.Grow(5, "a")
	ours := treelog.Witness(t, "witness.example.vn/1", clock)
	theirs, err := torchwood.NewCosignatureVerifier(ours.Verifier().String())
	if err != nil {
		t.Fatal(err)
	}
	if theirs.String() != ours.Verifier().String() || theirs.KeyHash() != ours.KeyHash() {
		t.Errorf("torchwood reads %s as %s", ours.Verifier(), theirs)
	}
	n, err := note.Open(log.Signed(5, ours), note.VerifierList(theirs))
	if err != nil {
		t.Fatal(err)
	}
	seconds, err := torchwood.CosignatureTimestamp(n.Sigs[0])
	if err != nil || seconds != at.Unix() {
		t.Errorf("time %d, %v; want %d", seconds, err, at.Unix())
	}
}

// We take cosignatures and vkeys of the library of others.
func TestTorchwoodsByUs(t *testing.T) {
	log := treelog.New(t, "t.example.vn/log")
	log.Grow(5, "a")
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := torchwood.NewCosignatureSigner("witness.example.vn/2", key)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := cosignature.NewVerifier(theirs.Verifier().String())
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(log.Signed(5, theirs), note.VerifierList(ours))
	if err != nil {
		t.Fatal(err)
	}
	want, err := torchwood.CosignatureTimestamp(n.Sigs[0])
	if err != nil {
		t.Fatal(err)
	}
	if got, err := cosignature.Time(n.Sigs[0]); err != nil || got.Unix() != want {
		t.Errorf("time %v, %v; want %d", got, err, want)
	}
}

// The example of the specification's format is read for what it is.
func TestSpecifiedForm(t *testing.T) {
	sig := note.Signature{Base64: "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="}
	if got, err := cosignature.Time(sig); err != nil || got.Unix() != 1679315147 {
		t.Errorf("time %v, %v", got, err)
	}
}

func TestKeysComeBack(t *testing.T) {
	secret, vkey, err := cosignature.GenerateKey(rand.Reader, "w.example.vn")
	if err != nil {
		t.Fatal(err)
	}
	s, err := cosignature.NewSigner(secret, clock)
	if err != nil {
		t.Fatal(err)
	}
	if s.Verifier().String() != vkey {
		t.Errorf("%s, want %s", s.Verifier(), vkey)
	}
}

// Every changed character of a key is noticed, and no error quotes a secret.
func TestDamagedKeys(t *testing.T) {
	secret, vkey, err := cosignature.GenerateKey(rand.Reader, "w.example.vn")
	if err != nil {
		t.Fatal(err)
	}
	// PRIVATE+KEY+name+hash+base64, which may have a + of its own.
	seed := strings.SplitN(secret, "+", 5)[4][8:]
	for name, damaged := range changes(vkey) {
		if v, err := cosignature.NewVerifier(damaged); err == nil {
			t.Errorf("%s: read as %s", name, v)
		}
	}
	for name, damaged := range changes(secret) {
		switch _, err := cosignature.NewSigner(damaged, clock); {
		case err == nil:
			t.Errorf("%s: a damaged secret key is taken", name)
		case strings.Contains(err.Error(), seed):
			t.Errorf("%s: the error quotes the secret", name)
		}
	}
}

// changes yields a text with one character changed, left out or put in.
func changes(text string) func(func(string, string) bool) {
	return func(yield func(string, string) bool) {
		for i := range len(text) {
			for _, c := range "A+=-\n 0" {
				if string(c) != text[i:i+1] && !yield("changed", text[:i]+string(c)+text[i+1:]) {
					return
				}
				if !yield("put in", text[:i]+string(c)+text[i:]) {
					return
				}
			}
			if !yield("left out", text[:i]+text[i+1:]) {
				return
			}
		}
	}
}

func TestRefusedNames(t *testing.T) {
	for _, name := range []string{"", "a b", "a+b", "a\u00a0b", "a\xff"} {
		if _, _, err := cosignature.GenerateKey(rand.Reader, name); err == nil {
			t.Errorf("a key for the name %q", name)
		}
	}
}

func TestWrongCosignatures(t *testing.T) {
	log := treelog.New(t, "t.example.vn/log")
	log.Grow(3, "a")
	body, _, _ := bytes.Cut(log.Signed(3), []byte("\n\n"))
	body = append(body, '\n')
	w := treelog.Witness(t, "w", clock)
	good, err := w.Sign(body)
	if err != nil {
		t.Fatal(err)
	}
	if !w.Verifier().Verify(body, good) {
		t.Fatal("a good cosignature is refused")
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		if w.Verifier().Verify(body, bad) {
			t.Errorf("byte %d was changed unseen", i)
		}
	}
	if w.Verifier().Verify(body, good[:len(good)-1]) || w.Verifier().Verify(append(body, '\n'), good) {
		t.Error("a short signature or another body is taken")
	}
	if _, err := w.Sign([]byte("no checkpoint\n")); err == nil {
		t.Error("something that is no checkpoint was cosigned")
	}
	if _, err := w.SignAt(body, time.Unix(-1, 0)); err == nil {
		t.Error("cosigned before 1970")
	}
	late := note.Signature{Base64: base64.StdEncoding.EncodeToString(append([]byte{1, 2, 3, 4, 0xff}, good[1:]...))}
	if _, err := cosignature.Time(late); err == nil {
		t.Error("a time beyond 2^63 is taken")
	}
}

func FuzzNewVerifier(f *testing.F) {
	f.Add(treelog.Witness(f, "w.example.vn", clock).Verifier().String())
	f.Add("w+00000000+BA==")
	f.Fuzz(func(t *testing.T, text string) {
		ours, err := cosignature.NewVerifier(text)
		if err != nil {
			return
		}
		if ours.String() != text {
			t.Errorf("%q is written as %q", text, ours)
		}
		if _, err := torchwood.NewCosignatureVerifier(text); err != nil {
			t.Errorf("torchwood refuses %q: %v", text, err)
		}
	})
}
