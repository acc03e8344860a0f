package proof

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/proof/policy"
	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

// evidence is that of a page with one batch, of a log with more around it.
func evidence(t testing.TB) (Evidence, *Key) {
	t.Helper()
	key := freshKey(t)
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	l := openLog(t, db, key)
	for i := range 300 {
		write(t, l.Store(), stated(trace.KindRecords, fmt.Sprint("other", i), 1, "batch:A2Q2M9XR4V"))
	}
	batch := stated(trace.KindBatches, "K7Q2M9XR4V", 1)
	write(t, l.Store(), batch, stated(trace.KindRecords, "r1", 1, "batch:K7Q2M9XR4V"), stated(trace.KindRecords, "r1", 2, "batch:K7Q2M9XR4V"))
	ctx, seen := l.Watch(t.Context())
	for kind, id := range map[trace.Kind]string{trace.KindBatches: "K7Q2M9XR4V", trace.KindRecords: "r1"} {
		if _, err := l.Store().History(ctx, kind, id); err != nil {
			t.Fatal(err)
		}
	}
	report, err := seen.Check(ctx, &trace.Dossier{Batch: trace.Stored[trace.Batch]{ID: "K7Q2M9XR4V"}})
	if err != nil || len(report.Faults) > 0 {
		t.Fatal(report.Faults, err)
	}
	write(t, l.Store(), stated(trace.KindRecords, "later", 1)) // the log goes on
	e, err := l.Evidence(t.Context(), report)
	if err != nil {
		t.Fatal(err)
	}
	return e, key
}

func TestEvidence(t *testing.T) {
	e, key := evidence(t)
	text, err := e.JSON()
	if err != nil {
		t.Fatal(err)
	}
	read, err := ParseEvidence(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, read); diff != "" {
		t.Errorf("read back (-written +read):\n%s", diff)
	}
	signed, err := read.Verify(trusting(t, key))
	if err != nil || signed.Size != 303 || len(read.Statements) != 3 {
		t.Errorf("%d statements in a log of %d: %v", len(read.Statements), signed.Size, err)
	}
	var broken *Mismatch
	if _, err := read.Verify(trusting(t, freshKey(t))); !errors.As(err, &broken) {
		t.Errorf("with another key: %v", err)
	}
}

func trusting(t testing.TB, k *Key) *policy.Policy {
	t.Helper()
	p, err := Trusting(k.VKey)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestEvidenceMutated changes single bytes: nothing but the original holds.
func TestEvidenceMutated(t *testing.T) {
	e, key := evidence(t)
	text, err := e.JSON()
	if err != nil {
		t.Fatal(err)
	}
	random, believed := rand.New(rand.NewPCG(1, 2)), trusting(t, key)
	for i := range text {
		changed := bytes.Clone(text)
		for changed[i] == text[i] {
			changed[i] = byte(random.IntN(256))
		}
		for _, b := range [][]byte{changed, append(bytes.Clone(text[:i]), text[i+1:]...)} {
			read, err := ParseEvidence(b)
			if err != nil {
				continue
			}
			if _, err := read.Verify(believed); err == nil {
				t.Fatalf("byte %d of %d changed, and it holds:\n%s", i, len(text), b)
			}
		}
	}
}

func FuzzParseEvidence(f *testing.F) {
	e, _ := evidence(f)
	text, err := e.JSON()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"checkpoint":"","log":{"origin":"","vkey":""},"statements":[],"v":1}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := ParseEvidence(text)
		if err != nil {
			return
		}
		again, err := e.JSON()
		if err != nil || !bytes.Equal(again, text) {
			t.Errorf("read and written again:\n%s\n%s", text, again)
		}
	})
}
