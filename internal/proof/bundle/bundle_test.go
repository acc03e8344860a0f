package bundle

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/proof"
	"temgoc/internal/proof/policy"
	"temgoc/internal/sample"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// world is a log with the demonstration in it.
type world struct {
	*Maker
	data    *sample.Data
	policy  *policy.Policy
	objects string // where files are
	store   *tampering
}

var (
	inspector = trace.Actor{ID: "thanh-tra", Role: trace.Inspector, Organisation: "Chi cục"}
	office    = trace.Actor{ID: "van-phong", Role: trace.Office, Organisation: "Văn phòng"}
)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w := &world{objects: t.TempDir(), store: &tampering{Store: db}}
	files, err := dir.Open(w.objects)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := stamp.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := proof.CreateKey(filepath.Join(t.TempDir(), "log.key"), "t.example.vn/log")
	if err != nil {
		t.Fatal(err)
	}
	kinds := []trace.Kind{trace.KindErasures}
	for _, k := range append(trace.AuditKinds(), printing.AuditKinds()...) {
		kinds = append(kinds, k.Kind)
	}
	log, err := proof.Open(t.Context(), proof.Config{Store: w.store, Kinds: kinds, Signer: key, Verifier: key.Verifier, VKey: key.VKey})
	if err != nil {
		t.Fatal(err)
	}
	ledger := trace.New(trace.Config{Store: log.Store(), Files: files, Keys: keys})
	book, err := printing.New(ledger, keys, "https://t.example.vn")
	if err != nil {
		t.Fatal(err)
	}
	if w.data, err = sample.Load(t.Context(), ledger, book, time.Now()); err != nil {
		t.Fatal(err)
	}
	if w.policy, err = proof.Trusting(key.VKey); err != nil {
		t.Fatal(err)
	}
	w.Maker = New(Config{Ledger: ledger, Log: log, Store: log.Store(), PublicURL: "https://t.example.vn"})
	return w
}

func (w *world) make(t testing.TB, by trace.Actor, code string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := w.Write(context.Background(), by, code, &out); err != nil {
		t.Fatalf("the bundle of %s: %v", code, err)
	}
	return out.Bytes()
}

func (w *world) verify(content []byte) (*Bundle, error) {
	return Verify(bytes.NewReader(content), int64(len(content)), w.policy)
}

func (w *world) owner(t testing.TB, code string) trace.Actor {
	t.Helper()
	b, err := w.Ledger.Batch(context.Background(), office, code)
	if err != nil {
		t.Fatal(err)
	}
	return trace.Actor{ID: "htx", Role: trace.ProducerRole, Producer: b.Data.Producer}
}

func TestBundle(t *testing.T) {
	w := newWorld(t)
	t.Run("everything holds", w.testHolds)
	t.Run("the same bytes", w.testDeterministic)
	t.Run("who may have what", w.testRoles)
	t.Run("another key", w.testKey)
	t.Run("single bytes", w.testMutated)
	t.Run("archives", w.testArchives)
	t.Run("witnesses", w.testWitnesses)
	t.Run("lost file", w.testLost)
	t.Run("altered record", w.testAltered)
}

// kinds counts the statements of a bundle by kind.
func (b *Bundle) kinds() map[trace.Kind]int {
	n := map[trace.Kind]int{}
	for _, s := range b.All {
		n[s.Kind]++
	}
	return n
}

func (w *world) testHolds(t *testing.T) {
	for _, code := range []string{w.data.Good, w.data.Recalled, w.data.AffectedChild, w.data.Corrected, w.data.Withdrawn, w.data.Voided} {
		b, err := w.verify(w.make(t, inspector, code))
		if err != nil {
			t.Errorf("%s: %v", code, err)
			continue
		}
		n := b.kinds()
		for _, k := range []trace.Kind{trace.KindBatches, trace.KindProducts, trace.KindProducers, trace.KindRecords} {
			if n[k] == 0 {
				t.Errorf("%s: no %s in it", code, k)
			}
		}
		switch {
		case code == w.data.Good && (n[trace.KindTests] == 0 || n[kindOrders] == 0 || n[trace.KindCertificates] == 0 || b.Files() == 0):
			t.Errorf("tests, orders, certificates or files are missing: %v, %d files", n, b.Files())
		case code == w.data.Recalled && n[trace.KindRecalls] == 0:
			t.Errorf("the recall is missing: %v", n)
		case code == w.data.Voided && n[trace.KindVoids] == 0:
			t.Errorf("the void is missing: %v", n)
		case code == w.data.AffectedChild && !slices.ContainsFunc(b.All, func(s Statement) bool { return s.ID == w.data.Recalled && s.Leaf.Type == "batch.recalled" }):
			t.Error("what went into it is missing")
		}
		for _, s := range b.All {
			if len(s.Private) == 0 {
				t.Errorf("%s: an inspector has no private part of %s/%s", code, s.Kind, s.ID)
			}
			if len(s.Leaf.Files) > 0 && len(b.Naming(digest(t, s.Leaf.Files[0]))) == 0 {
				t.Errorf("%s: nothing names the file %s", code, s.Leaf.Files[0])
			}
		}
	}
}

func digest(t *testing.T, text string) trace.Digest {
	t.Helper()
	d, err := trace.ParseDigest(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (w *world) testDeterministic(t *testing.T) {
	g, err := w.gather(t.Context(), inspector, w.data.AffectedChild)
	if err != nil {
		t.Fatal(err)
	}
	var first, second bytes.Buffer
	for _, out := range []io.Writer{&first, &second} {
		if _, err := g.write(out); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same content is written in two ways")
	}
	summary, err := g.summary()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"https://t.example.vn/" + w.data.AffectedChild, "Thu hồi", "<path d=", w.Log.Identity().VKey} {
		if !bytes.Contains(summary, []byte(strings.ReplaceAll(want, "+", "&#43;"))) {
			t.Errorf("the summary lacks %q", want)
		}
	}
}

// testRoles: a producer has no private part and no order of others, and nobody
// else has anything.
func (w *world) testRoles(t *testing.T) {
	child := w.data.AffectedChild
	owner := w.owner(t, child)
	b, err := w.verify(w.make(t, owner, child))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range b.All {
		mine := s.Kind == trace.KindProducers && s.ID == owner.Producer || bytes.Contains(s.Body, []byte(`"producer":"`+owner.Producer+`"`)) || s.Kind == trace.KindRecalls
		if mine != (len(s.Private) > 0) {
			t.Errorf("%s/%s revision %d: mine %v, with %d bytes of its private part", s.Kind, s.ID, s.Revision, mine, len(s.Private))
		}
		if !mine && s.Kind == kindOrders {
			t.Errorf("the order %s of somebody else is in it", s.ID)
		}
	}
	stranger := trace.Actor{ID: "khac", Role: trace.ProducerRole, Producer: "khac"}
	for _, by := range []trace.Actor{{}, stranger, {ID: "l", Role: trace.Laboratory}, {ID: "c", Role: trace.Certifier}, {ID: "a", Role: trace.Administrator}} {
		var out bytes.Buffer
		err := w.Write(t.Context(), by, child, &out)
		if !errors.Is(err, trace.ErrForbidden) && !errors.Is(err, trace.ErrNotFound) || out.Len() > 0 {
			t.Errorf("%s gets %d bytes and %v", by.Role, out.Len(), err)
		}
	}
}

func (w *world) testKey(t *testing.T) {
	content := w.make(t, office, w.data.Potential)
	other, err := proof.CreateKey(filepath.Join(t.TempDir(), "log.key"), "t.example.vn/log")
	if err != nil {
		t.Fatal(err)
	}
	believed, err := proof.Trusting(other.VKey)
	if err != nil {
		t.Fatal(err)
	}
	var broken *proof.Mismatch
	if _, err := Verify(bytes.NewReader(content), int64(len(content)), believed); !errors.As(err, &broken) {
		t.Errorf("with another key of that name: %v", err)
	}
}

// testMutated changes single bytes anywhere, the archive's own structure
// included: none holds. TEMGOC_SOAK=1 takes many more.
func (w *world) testMutated(t *testing.T) {
	content := w.make(t, inspector, w.data.Potential)
	random := mathrand.New(mathrand.NewPCG(1, 2))
	rounds := 300
	if os.Getenv("TEMGOC_SOAK") != "" {
		rounds = 20_000
	}
	for range rounds {
		changed := bytes.Clone(content)
		i := random.IntN(len(changed))
		changed[i] ^= byte(1 + random.IntN(255))
		if _, err := w.verify(changed); err == nil {
			t.Fatalf("byte %d of %d changed from %q to %q, and it holds", i, len(content), content[i], changed[i])
		}
	}
	directory := bytes.LastIndex(content, []byte("PK\x01\x02")) // structure, every byte of it
	for i := directory; i < len(content); i++ {
		changed := bytes.Clone(content)
		changed[i] ^= byte(1 + random.IntN(255))
		if _, err := w.verify(changed); err == nil {
			t.Fatalf("byte %d of %d changed, and it holds", i, len(content))
		}
	}
	for _, cut := range []int{0, 1, 100, len(content) / 2, len(content) - 1} {
		if _, err := w.verify(content[:cut]); err == nil {
			t.Errorf("cut to %d bytes it holds", cut)
		}
	}
}

// member is one of an archive.
type member struct {
	name    string
	content []byte
}

func members(t *testing.T, content []byte) []member {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var all []member
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, member{f.Name, text})
	}
	return all
}

func packed(t *testing.T, all []member) []byte {
	t.Helper()
	var out bytes.Buffer
	a := newArchive(&out)
	for _, m := range all {
		if err := a.add(m.name, m.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// testArchives refuses archives that are well formed and are no bundles.
func (w *world) testArchives(t *testing.T) {
	content := w.make(t, inspector, w.data.Good)
	all := members(t, content)
	if !bytes.Equal(packed(t, all), content) {
		t.Fatal("packed again it is another archive")
	}
	statements := slices.IndexFunc(all, func(m member) bool { return m.name == statementsName })
	replaced := func(i int, content []byte) []member {
		changed := slices.Clone(all)
		changed[i].content = content
		return changed
	}
	lines := bytes.SplitAfter(all[statements].content, []byte("\n"))
	var compressed bytes.Buffer
	z := zip.NewWriter(&compressed)
	for _, m := range all {
		into, err := z.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := into.Write(m.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, changed := range map[string][]byte{
		"compressed":                  compressed.Bytes(),
		"more behind it":              append(bytes.Clone(content), 0),
		"more before it":              append([]byte{0}, content...),
		"a member more":               packed(t, append(slices.Clone(all), member{"more.txt", nil})),
		"a path that leads up":        packed(t, append([]member{{"../files/x", nil}}, all...)),
		"a member twice":              packed(t, append(slices.Clone(all), all[len(all)-1])),
		"a statement less":            packed(t, replaced(statements, bytes.Join(lines[1:], nil))),
		"statements in another order": packed(t, replaced(statements, bytes.Join(append([][]byte{lines[1], lines[0]}, lines[2:]...), nil))),
		"another summary":             packed(t, replaced(1, []byte("<p>Lô này rất tốt"))),
		"no files":                    packed(t, slices.DeleteFunc(slices.Clone(all), func(m member) bool { return strings.HasPrefix(m.name, "files/") })),
		"members in another order":    packed(t, append([]member{all[1], all[0]}, all[2:]...)),
		"no seal":                     packed(t, all[:len(all)-1]),
	} {
		if _, err := w.verify(changed); err == nil {
			t.Errorf("%s: it holds", name)
		}
	}
}
