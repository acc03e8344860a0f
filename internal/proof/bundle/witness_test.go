package bundle

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/cosignature"
	"temgoc/internal/proof/policy"
)

// testWitnesses: a bundle has the checkpoint that a witness cosigned, though the
// log has grown since, and not one byte of that signature can be changed.
func (w *world) testWitnesses(t *testing.T) {
	secret, vkey, err := cosignature.GenerateKey(rand.Reader, "nhan-chung")
	if err != nil {
		t.Fatal(err)
	}
	witness, err := cosignature.NewSigner(secret, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	own, err := note.NewVerifier(w.Log.Identity().VKey)
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(w.Log.Checkpoint()), note.VerifierList(own))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(n, witness)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Log.SaveCosigned(t.Context(), signed, []string{vkey}); err != nil {
		t.Fatal(err)
	}
	w.make(t, office, w.data.Good) // which is noted, so that the log grows
	content := w.make(t, office, w.data.Good)
	strict, err := policy.Parse(fmt.Appendf(nil, "log %s\nwitness one %s\nquorum one\n", w.Log.Identity().VKey, vkey))
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*policy.Policy{"the key alone": w.policy, "a policy": strict} {
		b, err := Verify(bytes.NewReader(content), int64(len(content)), p)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if p == strict && len(b.Signed.Witnesses) != 1 {
			t.Errorf("%d witnesses", len(b.Signed.Witnesses))
		}
	}
	at := bytes.Index(content, []byte("— nhan-chung "))
	if at < 0 {
		t.Fatal("the cosignature is not in it")
	}
	for i := at; content[i] != '\n'; i++ {
		changed := bytes.Clone(content)
		changed[i] ^= 1
		if _, err := w.verify(changed); err == nil {
			t.Errorf("byte %d of the cosignature changed, and it holds", i-at)
		}
	}
}
