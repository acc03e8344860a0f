package proof

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/policy"
	"temgoc/internal/testing/treelog"
	"temgoc/internal/trace"
)

// A cosigned checkpoint is seen by every process, verifies with the keys that
// its identity names, and takes the place of older ones.
func TestCosigned(t *testing.T) {
	onEngines(t, func(t *testing.T, open func() trace.Store) {
		key := freshKey(t)
		one, two := openLog(t, open(), key), openLog(t, open(), key)
		w := treelog.Witness(t, "witness.example.vn", time.Now)
		vkey := w.Verifier().String()
		p, err := policy.Parse(fmt.Appendf(nil, "log %s\nwitness w %s\nquorum w\n", key.VKey, vkey))
		if err != nil {
			t.Fatal(err)
		}
		if signed, err := two.Cosigned(t.Context()); err != nil || signed != nil {
			t.Fatalf("%s, %v", signed, err)
		}
		for i := range 3 {
			write(t, one.Store(), stated(trace.KindProducts, fmt.Sprint("P", i), 1))
			plain := one.Checkpoint()
			if strings.Contains(plain, w.Name()) || len(one.IdentityOf(plain).Witnesses) != 0 {
				t.Errorf("cosigned before any witness saw it:\n%s", plain)
			}
			n, err := note.Open([]byte(plain), note.VerifierList(key.Verifier))
			if err != nil {
				t.Fatal(err)
			}
			signed, err := note.Sign(n, w)
			if err != nil {
				t.Fatal(err)
			}
			if err := one.SaveCosigned(t.Context(), signed, []string{vkey}); err != nil {
				t.Fatal(err)
			}
			if err := two.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			if other, err := two.Cosigned(t.Context()); err != nil || string(other) != string(signed) {
				t.Errorf("another process has %s, %v", other, err)
			}
			for _, l := range []*Log{one, two} {
				got, identity := l.Checkpoint(), l.IdentityOf(l.Checkpoint())
				if got != string(signed) || !slices.Equal(identity.Witnesses, []string{vkey}) {
					t.Errorf("%s, %+v", got, identity)
				}
				if r, err := identity.Open(got, p); err != nil || len(r.Witnesses) != 1 || r.Size != int64(i)+1 {
					t.Errorf("%+v, %v", r, err)
				}
			}
		}
		page, err := one.store.List(t.Context(), trace.Query{Kind: KindCosigned, Limit: 10})
		if err != nil || len(page.Revisions) != 1 {
			t.Errorf("%d cosigned checkpoints are kept, %v", len(page.Revisions), err)
		}
	})
}
