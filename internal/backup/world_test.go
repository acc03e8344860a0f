package backup

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	gocmp "github.com/google/go-cmp/cmp"

	"temgoc/internal/account"
	"temgoc/internal/inventory"
	"temgoc/internal/proof"
	"temgoc/internal/testing/bulk"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage"
)

func allKinds() []trace.Kind   { return slices.Concat(bulk.Kinds(), Kinds()) }
func removables() []trace.Kind { return slices.Concat(bulk.Removable(), Removable()) }

// A world is a service's stores, with its log open.
type world struct {
	testing.TB
	place  bulk.Place
	stores *storage.Stores
	key    *proof.Key
	log    *proof.Log
}

// places give empty stores on each engine, and targets.
var places = map[string]func(t testing.TB) bulk.Place{
	"sqlite": func(t testing.TB) bulk.Place { return bulk.Place{Data: t.TempDir()} },
	"mongo": func(t testing.TB) bulk.Place {
		return bulk.Place{Data: t.TempDir(), Documents: servers.MongoDB(t), Files: servers.MinIO(t).URL() + "&create=1"}
	},
}

var targets = map[string]func(t testing.TB) storage.Archive{
	"sqlite": func(t testing.TB) storage.Archive { return archive(t, "dir:"+filepath.Join(t.TempDir(), "backup")) },
	"mongo":  func(t testing.TB) storage.Archive { return archive(t, servers.MinIO(t).URL()+"&create=1") },
}

func archive(t testing.TB, address string) storage.Archive {
	t.Helper()
	a, err := storage.OpenArchive(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// open opens the stores of a place.
func open(t testing.TB, p bulk.Place) *storage.Stores {
	t.Helper()
	documents, files := p.Documents, p.Files
	if documents == "" {
		documents, files = "sqlite:"+filepath.Join(p.Data, "temgoc.db"), "dir:"+filepath.Join(p.Data, "files")
	}
	s, err := storage.Open(t.Context(), storage.Config{Documents: documents, Files: files, Kinds: allKinds(), Removable: removables()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// newWorld is a service with some batches, counters, sessions and files.
func newWorld(t testing.TB, p bulk.Place, batches int) *world {
	t.Helper()
	if _, err := bulk.Load(t.Context(), bulk.Config{Place: p, Batches: batches, Producers: 2}); err != nil {
		t.Fatal(err)
	}
	key, err := proof.LoadKey(filepath.Join(p.Data, "log.key"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, place: p, stores: open(t, p), key: key}
	w.log = w.openLog(w.stores.Documents)
	var counts []trace.Count
	for i := range 700 {
		at := time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC)
		counts = append(counts, trace.Count{Key: fmt.Sprintf("scan:K%03d", i), N: int64(i), First: at, Last: at.Add(time.Hour)})
	}
	if err := w.stores.Documents.AddCounts(t.Context(), counts); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		w.session(fmt.Sprintf("session-%d", i))
		w.file(fmt.Sprintf("giấy chứng nhận số %d", i))
	}
	return w
}

func (w *world) openLog(store trace.Store) *proof.Log {
	w.Helper()
	l, err := proof.Open(w.Context(), proof.Config{Store: store, Kinds: bulk.Logged(), Signer: w.key, Verifier: w.key.Verifier, VKey: w.key.VKey})
	if err != nil {
		w.Fatal(err)
	}
	return l
}

// insert writes a revision as the service does, through the log.
func (w *world) insert(kind trace.Kind, id string, number int, at time.Time) {
	w.Helper()
	at = at.UTC().Truncate(time.Millisecond)
	err := w.log.Store().Insert(w.Context(), trace.Revision{
		Kind: kind, ID: id, Number: number, Created: at, At: at, By: "htx", Refs: []string{"batch:K7Q2M9XR4V"},
		Op:       trace.Op{Key: fmt.Sprintf("%s-%d", id, number), Hash: "h"},
		Body:     json.RawMessage(fmt.Sprintf(`{"number":%d,"name":"Chè <Shan> & tuyết","tags":["a","b"],"last":null}`, number)),
		Personal: json.RawMessage(`{"person":"Bàn Thị Mai"}`),
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) session(id string) {
	w.Helper()
	w.insert(account.KindSessions, id, 1, time.Now())
}

func (w *world) file(content string) trace.Digest {
	w.Helper()
	d, err := w.stores.Files.Put(w.Context(), []byte(content))
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// An owner can decrypt back-ups.
var owner = func() *age.X25519Identity {
	i, err := age.GenerateX25519Identity()
	if err != nil {
		panic(err)
	}
	return i
}()

// config is that of a back-up of the world.
func (w *world) config(target Target) Config {
	return Config{
		Store: w.stores.Documents, Files: w.stores.Files, Kinds: allKinds(), Removable: removables(), Logged: bulk.Logged(),
		Target: target, Where: "here", Signer: w.key, Verifier: w.key.Verifier,
		Recipients: []age.Recipient{owner.Recipient()}, Names: []string{owner.Recipient().String()}, Identities: []age.Identity{owner},
		MaxMore: 6, Program: "test",
	}
}

func (w *world) backUp(target Target, change func(*Config)) Made {
	w.Helper()
	c := w.config(target)
	if change != nil {
		change(&c)
	}
	made, err := Run(w.Context(), c)
	if err != nil {
		w.Fatal(err)
	}
	return made
}

// restoring is how the world's back-up comes onto other stores.
func (w *world) restoring(target Target, to *storage.Stores) RestoreConfig {
	return RestoreConfig{
		Target: target, Identities: []age.Identity{owner}, Verifier: w.key.Verifier, Store: to.Documents, Files: to.Files,
		Kinds: allKinds(), Removable: removables(), Logged: bulk.Logged(), Found: func(f *proof.Fault) { w.Errorf("audit: %v", f) },
	}
}

func (w *world) restore(target Target, to *storage.Stores) Restored {
	w.Helper()
	done, err := Restore(w.Context(), w.restoring(target, to))
	if err != nil || done.Faults > 0 {
		w.Fatalf("Restore: %d faults, %v", done.Faults, err)
	}
	return done
}

// everything is all that stores hold. What is said of back-ups is left out: the
// last one is not in itself.
type everything struct {
	Revisions []trace.Revision
	Counts    []trace.Count
	Files     map[trace.Digest]string
}

func (w *world) everything(s *storage.Stores) everything {
	w.Helper()
	e := everything{Files: map[trace.Digest]string{}}
	for _, kind := range bulk.Kinds() {
		for r, err := range inventory.Revisions(w.Context(), s.Documents, kind, time.Time{}) {
			if err != nil {
				w.Fatal(err)
			}
			r.Body, r.Personal = canonical(w, r.Body), canonical(w, r.Personal)
			e.Revisions = append(e.Revisions, r)
		}
	}
	for c, err := range inventory.Counts(w.Context(), s.Documents) {
		if err != nil {
			w.Fatal(err)
		}
		e.Counts = append(e.Counts, c)
	}
	for o, err := range inventory.Files(w.Context(), s.Files) {
		if err != nil {
			w.Fatal(err)
		}
		content, err := s.Files.Get(w.Context(), o.Digest)
		if err != nil {
			w.Fatal(err)
		}
		e.Files[o.Digest] = string(content)
	}
	return e
}

func canonical(t testing.TB, raw json.RawMessage) json.RawMessage {
	t.Helper()
	if raw == nil {
		return nil
	}
	text, err := proof.Canonical(raw)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// same compares all that two pairs of stores hold.
func (w *world) same(got, want *storage.Stores) {
	w.Helper()
	if diff := gocmp.Diff(w.everything(want), w.everything(got)); diff != "" {
		w.Errorf("restored (-want +got):\n%.5000s", diff)
	}
}

// A memory is a Target whose objects can be changed.
type memory map[string][]byte

func (m memory) Put(_ context.Context, name string, content []byte) error {
	if _, ok := m[name]; ok {
		return trace.ErrExists
	}
	m[name] = slices.Clone(content)
	return nil
}

func (m memory) Get(_ context.Context, name string) ([]byte, error) {
	if content, ok := m[name]; ok {
		return content, nil
	}
	return nil, trace.ErrNotFound
}

func (m memory) Names(context.Context) ([]string, error) { return slices.Sorted(maps.Keys(m)), nil }

func (m memory) Remove(_ context.Context, name string) error {
	delete(m, name)
	return nil
}

// parts are the names of the parts of a role, in order.
func (m memory) parts(role Role) []string {
	var names []string
	for name := range m {
		if strings.HasSuffix(name, "-"+string(role)+".age") {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, cmp.Compare)
	return names
}

// is checks an error.
func is(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v; want %v", what, err, want)
	}
}
