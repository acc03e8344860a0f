package backup

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/trace"
)

// A shop is a target with a full segment and one that continues it.
func newShop(t *testing.T) (*world, memory) {
	w := newWorld(t, places["sqlite"](t), 8)
	target := memory{}
	w.backUp(target, nil)
	w.insert(trace.KindRecords, "new", 1, time.Now())
	w.backUp(target, nil)
	return w, target
}

// refused checks that a target is refused before anything is written.
func (w *world) refused(what string, target Target) {
	w.Helper()
	empty := open(w, places["sqlite"](w))
	_, err := Restore(w.Context(), w.restoring(target, empty))
	if !errors.Is(err, ErrDamaged) {
		w.Errorf("%s: %v; want ErrDamaged", what, err)
	}
	if e := w.everything(empty); len(e.Revisions)+len(e.Counts)+len(e.Files) > 0 || Unfinished(w.Context(), empty.Documents) != nil {
		w.Errorf("%s: something was written", what)
	}
}

// TestDamage changes, cuts and removes each object of a back-up: it is refused.
// Bytes are flipped at the ends and at random places of each; every single one is
// flipped in TestEachByte.
func TestDamage(t *testing.T) {
	w, good := newShop(t)
	places := rand.New(rand.NewPCG(1, 2))
	for name, content := range good {
		for what, changed := range map[string][]byte{
			"cut by one":    content[:len(content)-1],
			"cut in half":   content[:len(content)/2],
			"cut to no":     nil,
			"longer":        append(slices.Clone(content), '\n'),
			"first changed": flipped(content, 0),
			"last changed":  flipped(content, len(content)-1),
			"one changed":   flipped(content, places.IntN(len(content))),
		} {
			target := maps.Clone(good)
			target[name] = changed
			w.check(name+" "+what, target)
		}
		target := maps.Clone(good)
		delete(target, name)
		if name == manifestOf(segmentOf(name)) && strings.HasSuffix(segmentOf(name), "-more") {
			continue // as if the last run had been cut off: the one before is taken
		}
		w.check(name+" missing", target)
		if strings.HasSuffix(name, manifestName) {
			w.refused(name+" missing", target)
		}
	}
	// Two parts that take each other's place.
	target := maps.Clone(good)
	a, b := good.parts(RoleMain)[0], good.parts(RoleMain)[1]
	target[a], target[b] = good[b], good[a]
	w.refused("swapped", target)
	// All of the older segment gone.
	target = maps.Clone(good)
	maps.DeleteFunc(target, func(name string, _ []byte) bool { return strings.Contains(name, "-full/") })
	w.refused("without the full one", target)
}

// check reads a target without restoring it.
func (w *world) check(what string, target Target) {
	w.Helper()
	shelf, err := Look(w.Context(), target, w.key.Verifier)
	if err != nil {
		w.Fatal(err)
	}
	chain, err := shelf.Chain("")
	if err == nil {
		err = Check(w.Context(), target, chain, nil, func(Pace) {})
	}
	if !errors.Is(err, ErrDamaged) {
		w.Errorf("%s: %v; want ErrDamaged", what, err)
	}
}

func flipped(content []byte, i int) []byte {
	changed := slices.Clone(content)
	changed[i] ^= 1
	return changed
}

// TestEachByte flips every byte of a manifest, and of a small part that is read
// past its hash: what age and the compression do not notice, the reader does, or
// it says the same.
func TestEachByte(t *testing.T) {
	w, good := newShop(t)
	for name, content := range good {
		if !strings.HasSuffix(name, manifestName) {
			continue
		}
		for i := range content {
			if _, err := ReadManifest(flipped(content, i), w.key.Verifier); !errors.Is(err, ErrDamaged) {
				t.Fatalf("%s with byte %d changed: %v", name, i, err)
			}
		}
	}
	name := good.parts(RoleAgain)
	if len(name) > 0 {
		t.Fatalf("there are %v", name)
	}
	part := good.parts(RoleRemovable)[0]
	for i := range good[part] {
		changed := flipped(good[part], i)
		r, err := openPart(Part{Role: RoleRemovable, Size: int64(len(changed)), SHA256: sum(changed), Records: 6}, changed, []age.Identity{owner})
		if err == nil {
			err = r.skip(func(trace.Kind) {})
			r.close()
		}
		if err == nil {
			t.Fatalf("byte %d changed, with its hash: no error", i)
		}
	}
}

// TestWrongKeys refuses who cannot decrypt, and what another log signed.
func TestWrongKeys(t *testing.T) {
	w, target := newShop(t)
	stranger, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	empty := open(t, places["sqlite"](t))
	c := w.restoring(target, empty)
	c.Identities = []age.Identity{stranger}
	var noIdentity *age.NoIdentityMatchError
	if _, err := Restore(t.Context(), c); !errors.As(err, &noIdentity) {
		t.Errorf("Restore with another identity: %v", err)
	}
	secret, public, err := note.GenerateKey(nil, w.key.Name())
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	c = w.restoring(target, empty)
	c.Verifier = verifier
	_, err = Restore(t.Context(), c)
	is(t, "Restore of what another key signed", err, ErrDamaged)
	// Who can write to the target, and knows the recipients, cannot forge one.
	forger, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	forged := memory{}
	w.backUp(forged, func(c *Config) { c.Signer, c.Verifier = forger, verifier })
	_, err = Restore(t.Context(), w.restoring(forged, empty))
	is(t, "Restore of a forged back-up", err, ErrDamaged)
	if e := w.everything(empty); len(e.Revisions) > 0 {
		t.Error("something was written")
	}
	// The content is nowhere in the clear.
	for name, content := range target {
		if bytes.Contains(content, []byte("Bàn Thị Mai")) || bytes.Contains(content, []byte("giấy chứng nhận")) {
			t.Errorf("%s can be read by anybody", name)
		}
	}
	// Two recipients can read it, each alone.
	both := memory{}
	w.backUp(both, func(c *Config) { c.Recipients = append(c.Recipients, stranger.Recipient()) })
	for _, who := range []*age.X25519Identity{owner, stranger} {
		c := w.restoring(both, open(t, places["sqlite"](t)))
		c.Identities = []age.Identity{who}
		if done, err := Restore(t.Context(), c); err != nil || done.Faults > 0 {
			t.Errorf("Restore by one of two: %v", err)
		}
	}
}

// FuzzManifest reads manifests whose signature is good.
func FuzzManifest(f *testing.F) {
	secret, public, err := note.GenerateKey(nil, "log")
	if err != nil {
		f.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		f.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		f.Fatal(err)
	}
	m := Manifest{Format: 1, Segment: "20261128T111333.959Z-full", Log: LogState{Origin: "log"}, Parts: []Part{{Name: "20261128T111333.959Z-full/part-000001-main.age", Role: RoleMain}}}
	signed, err := m.sign(signer)
	if err != nil {
		f.Fatal(err)
	}
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(n.Text)
	f.Add(heading + "{}\n")
	f.Fuzz(func(t *testing.T, text string) {
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		if err != nil {
			return
		}
		m, err := ReadManifest(signed, verifier)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, trace.ErrInvalid) {
				t.Errorf("%v is no error of a manifest", err)
			}
			return
		}
		for _, p := range m.Parts {
			if segmentOf(p.Name) != m.Segment {
				t.Errorf("the part %q of %q", p.Name, m.Segment)
			}
		}
		_ = m.present(nil)
	})
}

// FuzzPart reads records that were decrypted and whose hash is good, in each role.
func FuzzPart(f *testing.F) {
	f.Add(uint8(0), []byte(`{"kind":"records","id":"a","number":1,"created":"2026-11-28T11:13:34.900Z","at":"2026-11-28T11:13:34.900Z","by":"htx","refs":["a"],"body":{"a":1},"salt":"AAAA"}`+"\n"))
	f.Add(uint8(1), []byte(`{"key":"scan:K","n":1,"first":"2026-11-28T11:13:34.900Z","last":"2026-11-28T11:13:34.900Z"}`+"\n"))
	f.Add(uint8(2), []byte(`{"file":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","size":1}`+"\na\n"))
	f.Add(uint8(3), []byte(`{"file":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","size":1}`+"\n"))
	f.Add(uint8(4), []byte(`{"name":"keys.json","content":"e30="}`+"\n"))
	roles := []Role{RoleMain, RoleCounters, RoleFiles, RoleHeld, RoleKeys}
	f.Fuzz(func(t *testing.T, which uint8, lines []byte) {
		s := &segment{ctx: t.Context(), target: memory{}, name: "s", recipients: []age.Recipient{owner.Recipient()}, written: func(int64) {}}
		w := s.writer(roles[int(which)%len(roles)])
		if err := w.begin(); err != nil {
			t.Fatal(err)
		}
		if _, err := w.packed.Write(lines); err != nil {
			t.Fatal(err)
		}
		w.records = int64(bytes.Count(lines, []byte("\n")))
		if err := w.end(); err != nil {
			t.Fatal(err)
		}
		content, err := s.target.Get(t.Context(), s.parts[0].Name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := openPart(s.parts[0], content, []age.Identity{owner})
		if err != nil {
			t.Fatal(err)
		}
		defer r.close()
		if err := r.skip(func(trace.Kind) {}); err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("%v is no error of a part", err)
		}
	})
}
