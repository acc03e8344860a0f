package migrate

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// run runs a move that must succeed.
func run(t *testing.T, c Config) Done {
	t.Helper()
	done, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// admit opens a store for a service.
func admit(t *testing.T, s Stores, reading bool) error {
	t.Helper()
	return Admit(t.Context(), s.Documents, reading, time.Now())
}

// TestThereAndBack moves a service to the other engines while it is written to,
// completes that, uses it there, and moves it back to where it came from and to a
// third pair of stores.
func TestThereAndBack(t *testing.T) {
	w := newWorld(t, 12)
	kept := w.log.Checkpoint()
	far := cluster(t).open(t)
	c := w.config(far)
	run(t, c)
	sameContents(t, w.Stores, far)
	if err := admit(t, far, false); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("an unfinished copy can be served: %v", err)
	}
	if err := admit(t, w.Stores, false); err != nil {
		t.Errorf("the source cannot be served meanwhile: %v", err)
	}

	w.state(t, "new")
	w.visit(t, "v1", 3)
	w.visit(t, "v4", 1)
	if err := w.Documents.Remove(t.Context(), "visitors", "v2"); err != nil {
		t.Fatal(err)
	}
	erased, err := w.Documents.Head(t.Context(), "visitors", "v3")
	if err != nil {
		t.Fatal(err)
	}
	erased.Personal, erased.Salt, erased.Refs = nil, nil, []string{"all"}
	if err := w.Documents.Erase(t.Context(), erased); err != nil {
		t.Fatal(err)
	}
	w.count(t, "scan:A", 4)
	w.count(t, "scan:C", 1)
	cleared, err := w.Files.Put(t.Context(), []byte("put and cleared away"))
	if err != nil {
		t.Fatal(err)
	}
	run(t, c)
	if err := w.Files.Remove(t.Context(), cleared); err != nil {
		t.Fatal(err)
	}

	c.Finish, c.Audit = true, audit(t, far, w.logKey, kept)
	if done := run(t, c); done.Changes() != 0 || done.Pass != 2 {
		t.Errorf("the last pass: %+v", done)
	}
	sameContents(t, w.Stores, far)
	if err := admit(t, w.Stores, false); !errors.Is(err, trace.ErrConflict) || !strings.Contains(err.Error(), far.Name) {
		t.Errorf("what has moved can be served: %v", err)
	}
	if err := admit(t, w.Stores, true); err != nil {
		t.Errorf("what has moved cannot be read: %v", err)
	}
	run(t, c) // harmless while it was not used
	for range 2 {
		if err := admit(t, far, false); err != nil {
			t.Errorf("the copy cannot be served: %v", err)
		}
	}
	if _, err := Run(t.Context(), c); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("a copy that was used is written to: %v", err)
	}

	// Used there, and back.
	there := &world{Stores: far, logKey: w.logKey, log: openLog(t, far.Documents, w.logKey)}
	there.state(t, "from there")
	there.visit(t, "v1", 4)
	for _, target := range []Stores{w.Stores, embedded(t).open(t)} {
		back := there.config(target)
		back.Finish, back.Audit = true, audit(t, target, w.logKey, kept)
		run(t, back)
		sameContents(t, far, target)
		if err := admit(t, far, false); !errors.Is(err, trace.ErrConflict) {
			t.Errorf("what has moved back can be served: %v", err)
		}
	}
	if err := admit(t, w.Stores, false); err != nil {
		t.Errorf("what came back cannot be served: %v", err)
	}
}

// TestRefused lets targets hold what they must not, and checks that nothing in
// them is changed.
func TestRefused(t *testing.T) {
	w := newWorld(t, 8)
	for name, fill := range map[string]func(*testing.T, *world){
		"a document": func(t *testing.T, other *world) { other.visit(t, "a", 1) },
		"a counter":  func(t *testing.T, other *world) { other.count(t, "a", 1) },
		"a file": func(t *testing.T, other *world) {
			if _, err := other.Files.Put(t.Context(), []byte("a")); err != nil {
				t.Fatal(err)
			}
		},
		"a copy of another service": func(t *testing.T, other *world) {
			run(t, newWorld(t, 8).config(other.Stores))
		},
		"a copy with a record more": func(t *testing.T, other *world) {
			run(t, w.config(other.Stores))
			(&world{Stores: other.Stores, log: openLog(t, other.Documents, w.logKey)}).state(t, "more")
		},
		"a copy with a counter more": func(t *testing.T, other *world) {
			run(t, w.config(other.Stores))
			other.count(t, "more", 1)
		},
	} {
		other := &world{Stores: embedded(t).open(t)}
		fill(t, other)
		before := contents(t, other.Stores)
		_, err := Run(t.Context(), w.config(other.Stores))
		if !errors.Is(err, trace.ErrConflict) {
			t.Errorf("%s: %v, want ErrConflict", name, err)
		}
		if after := contents(t, other.Stores); strings.Join(after, "\n") != strings.Join(before, "\n") {
			t.Errorf("%s: the target was changed", name)
		}
	}
	nothing, target := &world{Stores: embedded(t).open(t)}, embedded(t).open(t)
	if _, err := Run(t.Context(), nothing.config(target)); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("from an empty source: %v", err)
	}
	run(t, w.config(target))
	if _, err := Run(t.Context(), (&world{Stores: target}).config(embedded(t).open(t))); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("from an unfinished copy: %v", err)
	}
}

// TestTampered changes what was copied: no pass takes it for the source's.
func TestTampered(t *testing.T) {
	w := newWorld(t, 8)
	page, err := w.Documents.List(t.Context(), trace.Query{Kind: trace.KindBatches, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	batch := page.Revisions[0]
	for name, tamper := range map[string]func(*trace.Revision){
		"body":    func(r *trace.Revision) { r.Body = []byte(`{"x":1}`) },
		"by":      func(r *trace.Revision) { r.By = "y" },
		"op":      func(r *trace.Revision) { r.Op.Key = "y" },
		"created": func(r *trace.Revision) { r.Created = r.Created.Add(time.Millisecond) },
		"at":      func(r *trace.Revision) { r.At = r.At.Add(time.Millisecond) },
		"refs":    func(r *trace.Revision) { r.Refs = append([]string{"y"}, r.Refs...) },
		"salt":    func(r *trace.Revision) { r.Salt = make([]byte, trace.SaltSize) },
	} {
		target := embedded(t).open(t)
		other := &tampering{Bulk: target.Documents.(trace.Bulk), which: batch, how: tamper}
		c := w.config(Stores{other, target.Files, target.Name})
		c.Finish = true
		if _, err := Run(t.Context(), c); !errors.Is(err, trace.ErrConflict) {
			t.Errorf("%s: %v, want ErrConflict", name, err)
		}
		if err := admit(t, target, false); err == nil {
			t.Errorf("%s: the target can be served", name)
		}
	}
}

// A tampering store keeps one revision otherwise than it was given.
type tampering struct {
	trace.Bulk
	which trace.Revision
	how   func(*trace.Revision)
}

func (s *tampering) InsertAll(ctx context.Context, revisions []trace.Revision) ([]int, error) {
	for i := range revisions {
		if r := &revisions[i]; r.Kind == s.which.Kind && r.ID == s.which.ID && r.Number == s.which.Number {
			s.how(r)
		}
	}
	return s.Bulk.InsertAll(ctx, revisions)
}

// TestCutOff cuts runs off at each of their writes, before and after it was
// carried out, and goes on with the next run.
func TestCutOff(t *testing.T) {
	w := newWorld(t, 20)
	target := embedded(t).open(t)
	breaks := &breaking{Bulk: target.Documents.(trace.Bulk)}
	c := w.config(Stores{breaks, breakingFiles{target.Files, breaks}, target.Name})
	c.Finish = true
	cut := 0
	for n := 1; ; n++ {
		breaks.after = n
		_, err := Run(t.Context(), c)
		if err == nil {
			break
		}
		if !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		if cut++; n%5 == 0 && n < 40 { // the source goes on meanwhile
			w.visit(t, "during", n/5)
			w.count(t, "scan:A", 1)
		}
	}
	if cut < 7 {
		t.Errorf("only %d runs were cut off", cut)
	}
	sameContents(t, w.Stores, target)
	if err := audit(t, target, w.logKey, w.log.Checkpoint())(t.Context()); err != nil {
		t.Error(err)
	}
}

var errCut = errors.New("cut off")

// A breaking target fails at its nth write: every other time after it was
// carried out.
type breaking struct {
	trace.Bulk
	after, total int
}

func (b *breaking) write(do func() error) error {
	b.after--
	switch b.total++; {
	case b.after > 0:
		return do()
	case b.total%2 == 0:
		if err := do(); err != nil {
			return err
		}
	}
	return errCut
}

func (b *breaking) Remove(ctx context.Context, kind trace.Kind, id string) error {
	return b.write(func() error { return b.Bulk.Remove(ctx, kind, id) })
}

func (b *breaking) Insert(ctx context.Context, r trace.Revision) error {
	return b.write(func() error { return b.Bulk.Insert(ctx, r) })
}

func (b *breaking) InsertAll(ctx context.Context, revisions []trace.Revision) (taken []int, err error) {
	err = b.write(func() error {
		taken, err = b.Bulk.InsertAll(ctx, revisions)
		return err
	})
	return taken, err
}

func (b *breaking) AddCounts(ctx context.Context, counts []trace.Count) error {
	return b.write(func() error { return b.Bulk.AddCounts(ctx, counts) })
}

type breakingFiles struct {
	trace.Files
	breaks *breaking
}

func (f breakingFiles) Put(ctx context.Context, content []byte) (d trace.Digest, err error) {
	err = f.breaks.write(func() error {
		d, err = f.Files.Put(ctx, content)
		return err
	})
	return d, err
}
