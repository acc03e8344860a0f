package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"temgoc/internal/sweep"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage"
)

const kindNotes trace.Kind = "notes"

// A world is a pair of stores with a clock.
type world struct {
	*testing.T
	stores *storage.Stores
	clock  time.Time
}

func worlds(t *testing.T) map[string]*world {
	dir, store := t.TempDir(), servers.MinIO(t)
	all := map[string]*world{}
	for name, c := range map[string]storage.Config{
		"embedded":       {Documents: "sqlite:" + filepath.Join(dir, "a.db"), Files: "dir:" + filepath.Join(dir, "files")},
		"mongodb and s3": {Documents: servers.MongoDB(t), Files: store.URL() + "&create=1"},
	} {
		c.Kinds = []trace.Kind{trace.KindFiles, kindNotes, sweep.KindDeposits}
		stores, err := storage.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { stores.Close() })
		all[name] = &world{t, stores, time.Now()}
	}
	return all
}

func (w *world) guarded() trace.Files {
	return sweep.Guard(w.stores.Files, w.stores.Documents, func() time.Time { return w.clock })
}

func (w *world) sweeper() *sweep.Sweeper {
	return &sweep.Sweeper{
		Documents: w.stores.Documents, Files: w.stores.Files, Kinds: []trace.Kind{trace.KindFiles, kindNotes, sweep.KindDeposits},
		Now: func() time.Time { return w.clock },
	}
}

func (w *world) put(f trace.Files, content string) trace.Digest {
	w.Helper()
	d, err := f.Put(w.Context(), []byte(content))
	if err != nil {
		w.Fatal(err)
	}
	return d
}

func (w *world) note(kind trace.Kind, id, body string) {
	w.Helper()
	at := w.clock.UTC().Truncate(time.Millisecond)
	r := trace.Revision{Kind: kind, ID: id, Number: 1, Created: at, At: at, By: "test", Body: []byte(body)}
	if err := w.stores.Documents.Insert(w.Context(), r); err != nil {
		w.Fatal(err)
	}
}

func (w *world) there(d trace.Digest) bool {
	_, err := w.stores.Files.Get(w.Context(), d)
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		w.Fatal(err)
	}
	return err == nil
}

func (w *world) orphans(s *sweep.Sweeper) sweep.Report {
	w.Helper()
	r, err := s.Orphans(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// TestOrphans has one file of each sort, on both engines.
func TestOrphans(t *testing.T) {
	for name, w := range worlds(t) {
		t.Run(name, func(t *testing.T) {
			w.T = t
			orphan := w.put(w.guarded(), "orphan")
			registered := w.put(w.guarded(), "registered")
			w.note(trace.KindFiles, registered.String(), `{}`)
			mentioned := w.put(w.stores.Files, "mentioned") // by a version that knew no deposits
			w.note(kindNotes, "n", fmt.Sprintf(`{"deep":{"list":["x","%s"]}}`, mentioned))
			again := w.put(w.guarded(), "again")
			if r := w.orphans(w.sweeper()); r.Young != 4 || r.Found != 0 {
				t.Errorf("of young files: %+v", r)
			}
			w.clock = w.clock.Add(25 * time.Hour)
			w.put(w.guarded(), "again") // an old object, and young again
			dry := w.sweeper()
			dry.DryRun = true
			if r := w.orphans(dry); r.Found != 2 || r.Done != 0 || !w.there(orphan) {
				t.Errorf("dry run: %+v", r)
			}
			if r := w.orphans(w.sweeper()); r.Objects != 4 || r.Referred != 2 || r.Found != 2 || r.Done != 1 || r.Held != 1 {
				t.Errorf("sweep: %+v", r)
			}
			if w.there(orphan) || !w.there(registered) || !w.there(mentioned) || !w.there(again) {
				t.Error("the wrong file was removed")
			}
			if d := w.put(w.guarded(), "orphan"); d != orphan || !w.there(orphan) {
				t.Error("what was removed cannot be put again")
			}
		})
	}
}

// TestRace uploads old content again and again while it is swept: what was
// acknowledged and registered is there.
func TestRace(t *testing.T) {
	rounds := 8
	if os.Getenv("TEMGOC_SOAK") == "1" {
		rounds = 200
	}
	for name, w := range worlds(t) {
		t.Run(name, func(t *testing.T) {
			w.T = t
			kept, lost, waited := 0, 0, 0
			for n := range rounds {
				content := fmt.Sprintf("round %d", n)
				d := w.put(w.stores.Files, content)
				w.clock = time.Now().Add(25 * time.Hour)
				var both sync.WaitGroup
				var stored error
				both.Go(func() {
					if _, stored = w.guarded().Put(context.Background(), []byte(content)); stored == nil {
						w.note(trace.KindFiles, d.String(), `{}`)
					}
				})
				both.Go(func() {
					if _, err := w.sweeper().Orphans(context.Background()); err != nil {
						t.Error(err)
					}
				})
				both.Wait()
				switch {
				case stored == nil && w.there(d):
					kept++
				case stored == nil:
					lost++
				case errors.Is(stored, trace.ErrUnavailable):
					waited++
				default:
					t.Error(stored)
				}
			}
			t.Logf("%d uploads while the same file was swept: %d kept, %d asked to try again, %d lost", rounds, kept, waited, lost)
			if lost > 0 {
				t.Errorf("%d records without their objects", lost)
			}
		})
	}
}

// TestUnguardedRace is the control: an upload that writes no deposit, between
// the sweeper's look for a record and its removal, is left without its object.
func TestUnguardedRace(t *testing.T) {
	for name, w := range worlds(t) {
		t.Run(name, func(t *testing.T) {
			w.T = t
			d := w.put(w.stores.Files, "control")
			w.clock = time.Now().Add(25 * time.Hour)
			for _, guarded := range []bool{false, true} {
				files := w.stores.Files
				if guarded {
					files = w.guarded()
				}
				var stored error
				s := w.sweeper()
				s.Files = before{w.stores.Files, func() { _, stored = files.Put(context.Background(), []byte("control")) }}
				w.orphans(s)
				if lost := stored == nil && !w.there(d); lost == guarded {
					t.Errorf("with a guard %t: put says %v, the object is there %t", guarded, stored, w.there(d))
				}
				w.put(w.stores.Files, "control")
				w.clock = w.clock.Add(25 * time.Hour)
			}
		})
	}
}

// before does something just before an object is removed.
type before struct {
	trace.Files
	do func()
}

func (b before) Remove(ctx context.Context, d trace.Digest) error {
	b.do()
	return b.Files.Remove(ctx, d)
}

// TestDamaged puts something else under a file's name.
func TestDamaged(t *testing.T) {
	for name, w := range worlds(t) {
		t.Run(name, func(t *testing.T) {
			w.T = t
			good, bad := w.put(w.guarded(), "good"), w.put(w.guarded(), "bad")
			w.note(trace.KindFiles, bad.String(), `{}`)
			s := w.sweeper()
			s.Files = damaging{w.stores.Files, bad, new(bool)}
			var told []sweep.Case
			s.Tell = func(c sweep.Case) { told = append(told, c) }
			r, err := s.Damaged(t.Context())
			if err != nil || r.Objects != 2 || r.Found != 1 || r.Done != 1 || r.Referred != 1 || len(told) != 1 || !strings.HasPrefix(told[0].Where, "quarantine/"+bad.String()) {
				t.Errorf("%+v, told %+v, %v", r, told, err)
			}
			if w.there(bad) || !w.there(good) {
				t.Error("the wrong file was set aside")
			}
			if w.put(w.guarded(), "bad"); !w.there(bad) {
				t.Error("the right content cannot be uploaded again")
			}
			objects, err := w.stores.Files.List(t.Context(), trace.Digest{}, 10)
			if err != nil || len(objects) != 2 {
				t.Errorf("what was set aside is listed: %v, %v", objects, err)
			}
		})
	}
}

// damaging has one file whose content is wrong until it is set aside.
type damaging struct {
	trace.Files
	bad   trace.Digest
	aside *bool
}

func (f damaging) Get(ctx context.Context, d trace.Digest) ([]byte, error) {
	if d == f.bad && !*f.aside {
		return nil, trace.ErrCorrupt
	}
	return f.Files.Get(ctx, d)
}

func (f damaging) SetAside(ctx context.Context, d trace.Digest, now time.Time) (string, error) {
	*f.aside = true
	return f.Files.(sweep.SetAsider).SetAside(ctx, d, now)
}
