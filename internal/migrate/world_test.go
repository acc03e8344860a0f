package migrate

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/inventory"
	"temgoc/internal/proof"
	"temgoc/internal/testing/bulk"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage"
)

func allKinds() []trace.Kind { return slices.Concat(bulk.Kinds(), Kinds(), []trace.Kind{"visitors"}) }

func allRemovable() []trace.Kind { return append(bulk.Removable(), "visitors") }

// An end is a pair of stores that can be opened again.
type end struct{ documents, files string }

func embedded(t *testing.T) end {
	dir := t.TempDir()
	return end{"sqlite:" + filepath.Join(dir, "temgoc.db"), "dir:" + filepath.Join(dir, "files")}
}

func cluster(t *testing.T) end {
	return end{servers.MongoDB(t), servers.MinIO(t).URL() + "&create=1"}
}

func (e end) open(t *testing.T) Stores {
	t.Helper()
	s, err := storage.Open(t.Context(), storage.Config{Documents: e.documents, Files: e.files, Kinds: allKinds(), Removable: allRemovable()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return Stores{s.Documents, s.Files, storage.Redact(e.documents)}
}

// A world is a service with records, on embedded stores.
type world struct {
	Stores
	end
	logKey *proof.Key
	log    *proof.Log
}

// newWorld fills a pair of embedded stores.
func newWorld(t *testing.T, batches int) *world {
	t.Helper()
	data := t.TempDir()
	place := bulk.Place{Data: data}
	if _, err := bulk.Load(t.Context(), bulk.Config{Place: place, Batches: batches, Producers: 2}); err != nil {
		t.Fatal(err)
	}
	w := &world{end: end{"sqlite:" + filepath.Join(data, "temgoc.db"), "dir:" + filepath.Join(data, "files")}}
	w.Stores = w.open(t)
	opened, keys, logKey, err := place.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
	w.logKey = logKey
	ledger := trace.New(trace.Config{Store: w.Documents, Files: w.Files, Keys: keys})
	if err := ledger.PinKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.log = openLog(t, w.Documents, logKey)
	for _, id := range []string{"v1", "v2", "v3"} {
		w.visit(t, id, 1)
		w.visit(t, id, 2)
	}
	w.count(t, "scan:A", 3)
	w.count(t, "scan:B", 5)
	return w
}

func openLog(t *testing.T, store trace.Store, key *proof.Key) *proof.Log {
	t.Helper()
	log, err := proof.Open(t.Context(), proof.Config{Store: store, Kinds: bulk.Logged(), Signer: key, Verifier: key.Verifier, VKey: key.VKey})
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// visit inserts a revision of a document that can be removed.
func (w *world) visit(t *testing.T, id string, number int) {
	t.Helper()
	r := trace.Revision{
		Kind: "visitors", ID: id, Number: number, Created: now(), At: now(), By: "x", Refs: []string{"all", id},
		Op: trace.Op{Key: "k", Hash: "h"}, Body: json.RawMessage(`{"z":1,"a":{"ắ":[1,null,true]}}`),
		Personal: json.RawMessage(`{"name":"Bàn Thị Mai"}`), Salt: make([]byte, trace.SaltSize),
	}
	if err := w.Documents.Insert(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

func (w *world) count(t *testing.T, key string, n int64) {
	t.Helper()
	if err := w.Documents.AddCounts(t.Context(), []trace.Count{{Key: key, N: n, First: now(), Last: now()}}); err != nil {
		t.Fatal(err)
	}
}

// state writes something through the log.
func (w *world) state(t *testing.T, id string) {
	t.Helper()
	r := trace.Revision{Kind: trace.KindRecords, ID: id, Number: 1, Created: now(), At: now(), By: "htx", Refs: []string{"batch:K7Q2M9XR4V"}, Body: json.RawMessage(`{"x":1}`)}
	if err := w.log.Store().Insert(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// contents is all that a pair of stores holds, but for its standing: one line for
// each revision, counter and file.
func contents(t *testing.T, s Stores) []string {
	t.Helper()
	var all []string
	for _, kind := range allKinds() {
		for r, err := range inventory.Revisions(t.Context(), s.Documents, kind, time.Time{}) {
			if err != nil {
				t.Fatal(err)
			}
			if kind != KindMigrations {
				all = append(all, fmt.Sprintf("%s %q %d %v %v %q %q %q %s %s %x", r.Kind, r.ID, r.Number, r.Created, r.At, r.By, r.Op, r.Refs, r.Body, r.Personal, r.Salt))
			}
		}
	}
	for c, err := range inventory.Counts(t.Context(), s.Documents) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(c))
	}
	for f, err := range inventory.Files(t.Context(), s.Files) {
		if err != nil {
			t.Fatal(err)
		}
		content, err := s.Files.Get(t.Context(), f.Digest)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("file %v %d", f.Digest, len(content)))
	}
	return all
}

// sameContents compares two pairs of stores, and each with itself for doubles.
func sameContents(t *testing.T, from, to Stores) {
	t.Helper()
	want, got := contents(t, from), contents(t, to)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-source +target:\n%s", diff)
	}
	slices.Sort(got)
	if len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Error("something is there twice")
	}
}

func (w *world) config(to Stores) Config {
	return Config{From: w.Stores, To: to, Kinds: allKinds(), Removable: allRemovable()}
}

// audit goes through a pair of stores with the log's key, against a checkpoint
// that was kept.
func audit(t *testing.T, s Stores, key *proof.Key, kept string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := proof.Audit(ctx, proof.AuditConfig{
			Store: s.Documents, Files: s.Files, Kinds: bulk.Logged(), Verifier: key.Verifier, Earlier: kept,
			Found: func(f *proof.Fault) { t.Errorf("audit: %v", f) },
		})
		return err
	}
}
