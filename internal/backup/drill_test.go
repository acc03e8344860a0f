package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/account"
	"temgoc/internal/inventory"
	"temgoc/internal/proof"
	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/testing/bulk"
	"temgoc/internal/trace"
)

// TestDrill backs up one engine, in a full and two further segments, restores it
// on both, and compares every record, counter and file. The proof of a page that
// was taken away before still holds.
func TestDrill(t *testing.T) {
	for _, from := range []string{"sqlite", "mongo"} {
		t.Run(from, func(t *testing.T) {
			w := newWorld(t, places[from](t), 8)
			target := targets[from](t)
			full := w.backUp(target, func(c *Config) { c.Keys = []Key{{"keys.json", []byte("{}")}}; c.KeyRecipients = c.Recipients })
			w.insert(trace.KindBatches, "K7Q2M9XR4V", 1, time.Now())
			w.insert(trace.KindBatches, "K7Q2M9XR4V", 2, time.Now())
			w.file("một tấm ảnh mới")
			second := w.backUp(target, nil)
			taken := w.proof(w.log)
			w.session("a new one")
			w.insert(trace.KindBatches, "K7Q2M9XR4V", 3, time.Now())
			third := w.backUp(target, nil)
			if !full.Full || !full.Keys || second.Full || third.Full || third.LogSize != w.log.Size() || !third.Opened {
				t.Errorf("made %+v, %+v, %+v", full, second, third)
			}
			if second.Revisions > full.Revisions/2 {
				t.Errorf("%d revisions are in the second segment, %d in the full one", second.Revisions, full.Revisions)
			}
			if got, err := Last(t.Context(), w.stores.Documents); err != nil || got.Segment != third.Segment {
				t.Errorf("Last = %v, %v", got, err)
			}
			if keys, err := Keys(t.Context(), target, "", []age.Identity{owner}); err != nil || len(keys) != 1 || keys[0].Name != "keys.json" {
				t.Errorf("Keys = %v, %v", keys, err)
			}
			for _, to := range []string{"sqlite", "mongo"} {
				if from == "mongo" && to == "mongo" && os.Getenv("TEMGOC_SOAK") == "" {
					continue // what each does is seen in the other three
				}
				restored := open(t, places[to](t))
				done := w.restore(target, restored)
				w.same(restored, w.stores)
				if done.Audited.Leaves != w.log.Size() || done.Audited.Unfinished != 0 || len(done.Segments) != 3 {
					t.Errorf("onto %s: %+v", to, done)
				}
				if err := Unfinished(t.Context(), restored.Documents); err != nil {
					t.Errorf("onto %s: %v", to, err)
				}
				again := w.openLog(restored.Documents)
				if again.Checkpoint() != w.log.Checkpoint() {
					t.Errorf("onto %s: the log goes on from %q", to, again.Checkpoint())
				}
				w.continues(again, taken)
				_, err := Restore(t.Context(), w.restoring(target, restored))
				is(t, "Restore onto what was restored", err, ErrNotEmpty)
			}
		})
	}
}

// A proved is what somebody took away who looked at the log: that a leaf is in it.
type proved struct {
	checkpoint  string
	size, index int64
	way         tlog.RecordProof
}

func (w *world) proof(l *proof.Log) proved {
	w.Helper()
	p := proved{checkpoint: l.Checkpoint(), size: l.Size(), index: l.Size() - 2}
	var err error
	if p.way, err = l.InclusionProof(w.Context(), p.size, p.index); err != nil {
		w.Fatal(err)
	}
	return p
}

// continues checks that a log gives the proof that was taken away, and continues
// the log that it was taken from.
func (w *world) continues(l *proof.Log, before proved) {
	w.Helper()
	way, err := l.InclusionProof(w.Context(), before.size, before.index)
	if diff := gocmp.Diff(before.way, way); err != nil || diff != "" {
		w.Errorf("the proof of leaf %d: %v, %s", before.index, err, diff)
	}
	then, _, err := checkpoint.Open([]byte(before.checkpoint), note.VerifierList(w.key.Verifier))
	if err != nil {
		w.Fatal(err)
	}
	now, _, err := checkpoint.Open([]byte(l.Checkpoint()), note.VerifierList(w.key.Verifier))
	if err != nil {
		w.Fatal(err)
	}
	between, err := l.ConsistencyProof(w.Context(), then.Size, now.Size)
	if err == nil {
		err = tlog.CheckTree(between, now.Size, now.Root, then.Size, then.Root)
	}
	if err != nil {
		w.Errorf("the log does not continue the one before: %v", err)
	}
}

// TestWhileWriting makes back-ups while records are written: what was acknowledged
// before one began is in it, and all of it fits together.
func TestWhileWriting(t *testing.T) {
	for name, place := range places {
		if name == "mongo" && os.Getenv("TEMGOC_SOAK") == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, place(t), 8)
			target := memory{}
			ctx, stop := context.WithCancel(t.Context())
			var mu sync.Mutex
			var acknowledged []string
			var writers sync.WaitGroup
			for n := range 3 {
				writers.Go(func() {
					for i := 0; ctx.Err() == nil; i++ {
						id := fmt.Sprintf("written-%d-%d", n, i)
						w.insert(trace.KindRecords, id, 1, time.Now())
						w.insert(trace.KindRecords, id, 2, time.Now())
						mu.Lock()
						acknowledged = append(acknowledged, id)
						mu.Unlock()
					}
				})
			}
			var before []string
			for n := 0; n < 3 || len(before) < 20 && n < 100; n++ {
				mu.Lock()
				before = slices.Clone(acknowledged)
				mu.Unlock()
				w.backUp(target, nil)
			}
			stop()
			writers.Wait()
			if len(acknowledged) == len(before) || len(before) == 0 {
				t.Fatalf("%d records were written, %d before the last back-up", len(acknowledged), len(before))
			}
			restored := open(t, places["sqlite"](t))
			done := w.restore(target, restored)
			for _, id := range before {
				if h, err := restored.Documents.History(t.Context(), trace.KindRecords, id); err != nil || len(h) != 2 {
					t.Fatalf("%s was acknowledged before: %d revisions, %v", id, len(h), err)
				}
			}
			w.openLog(restored.Documents) // logs what has no leaf
			finished, err := proof.Audit(t.Context(), proof.AuditConfig{
				Store: restored.Documents, Files: restored.Files, Kinds: bulk.Logged(), Verifier: w.key.Verifier,
				Earlier: done.Segments[0].Log.Checkpoint, Found: func(f *proof.Fault) { t.Errorf("audit: %v", f) },
			})
			if err != nil || finished.Unfinished != 0 {
				t.Errorf("audit: %+v, %v", finished, err)
			}
			t.Logf("%d acknowledged before the last back-up, none missing; %d after; %d were logged at the start", len(before), len(acknowledged)-len(before), done.Audited.Unfinished)
		})
	}
}

// TestDestroyed checks that what was erased or removed before the last back-up is
// not written when it is restored, though older segments have it.
func TestDestroyed(t *testing.T) {
	w := newWorld(t, places["sqlite"](t), 8)
	target := memory{}
	w.insert(trace.KindRecords, "about-mai", 1, time.Now())
	w.insert(trace.KindRecords, "about-mai", 2, time.Now())
	unwanted := w.file("a photo of Mai")
	w.backUp(target, nil)

	for number := 1; number <= 2; number++ {
		if number == 1 {
			w.erasure("about-mai", 1, trace.ErasureBegun)
		}
		err := w.stores.Documents.Erase(t.Context(), trace.Revision{Kind: trace.KindRecords, ID: "about-mai", Number: number, Refs: []string{"batch:K7Q2M9XR4V"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	w.erasure("about-mai", 2, trace.ErasureDone)
	if err := w.stores.Documents.Remove(t.Context(), account.KindSessions, "session-1"); err != nil {
		t.Fatal(err)
	}
	if err := w.stores.Files.Remove(t.Context(), unwanted); err != nil {
		t.Fatal(err)
	}
	w.backUp(target, nil)
	w.insert(trace.KindRecords, "about-mai", 3, time.Now())
	w.backUp(target, nil)

	restored := open(t, places["sqlite"](t))
	w.restore(target, restored)
	w.same(restored, w.stores)
	history, err := restored.Documents.History(t.Context(), trace.KindRecords, "about-mai")
	if err != nil || len(history) != 3 || history[0].Personal != nil || history[1].Salt != nil || history[2].Personal == nil {
		t.Errorf("history %v, %v", history, err)
	}
	// The control: the first segment, by itself, has it all.
	first := open(t, places["sqlite"](t))
	c := w.restoring(target, first)
	shelf, err := Look(t.Context(), target, w.key.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	c.Segment = shelf.Segments[0].Segment
	if _, err := Restore(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if r, err := first.Documents.Head(t.Context(), trace.KindRecords, "about-mai"); err != nil || !strings.Contains(string(r.Personal), "Mai") {
		t.Errorf("the segment from before the erasure has %s, %v", r.Personal, err)
	}
}

// erasure states what is destroyed, as the ledger does.
func (w *world) erasure(id string, number int, state trace.ErasureState) {
	w.Helper()
	e := trace.Erasure{Kind: trace.KindRecords, ID: id, Members: []string{"person"}, Reason: trace.ErasureAsked, State: state}
	body, err := json.Marshal(e)
	if err != nil {
		w.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	err = w.log.Store().Insert(w.Context(), trace.Revision{
		Kind: trace.KindErasures, ID: trace.Topic(e.Kind, id), Number: number, Created: now, At: now, By: "office", Refs: e.DocumentRefs(), Body: body,
	})
	if err != nil {
		w.Fatal(err)
	}
}

// TestClocks writes with a clock that is days behind: the leaf leads to it.
func TestClocks(t *testing.T) {
	w := newWorld(t, places["sqlite"](t), 8)
	target := memory{}
	w.backUp(target, nil)
	w.insert(trace.KindRecords, "late", 1, time.Now().Add(-72*time.Hour))
	w.backUp(target, nil)
	restored := open(t, places["sqlite"](t))
	w.restore(target, restored)
	w.same(restored, w.stores)
	c := w.config(target)
	c.Now = func() time.Time { return time.Now().Add(-time.Hour) }
	if _, err := Run(t.Context(), c); err == nil || !strings.Contains(err.Error(), "set the clock") {
		t.Errorf("Run with a clock that went back: %v", err)
	}
}

// TestRollback refuses a state that is older than what is known, and one whose
// log was put back and went on differently.
func TestRollback(t *testing.T) {
	w := newWorld(t, places["sqlite"](t), 8)
	target := memory{}
	old := w.log.Checkpoint()
	w.insert(trace.KindRecords, "a", 1, time.Now())
	w.backUp(target, nil)
	then := w.log.Checkpoint()
	w.insert(trace.KindRecords, "b", 1, time.Now())
	c := w.restoring(target, open(t, places["sqlite"](t)))
	c.Known = []string{old, w.log.Checkpoint()}
	_, err := Restore(t.Context(), c)
	is(t, "Restore of an older state", err, ErrRollback)
	c.AcceptRollback = true
	if done, err := Restore(t.Context(), c); err != nil || done.Faults > 0 || done.Behind != 1 {
		t.Errorf("Restore of an older state, on purpose: %+v, %v", done, err)
	}
	c = w.restoring(target, open(t, places["sqlite"](t)))
	c.Known = []string{old, then}
	if done, err := Restore(t.Context(), c); err != nil || done.Faults > 0 {
		t.Errorf("Restore of the state that is known: %+v, %v", done, err)
	}

	// The store that was restored goes on, and its back-up cannot continue the old.
	fork := &world{TB: t, stores: open(t, places["sqlite"](t)), key: w.key}
	w.restore(target, fork.stores)
	fork.log = fork.openLog(fork.stores.Documents)
	w.backUp(target, nil)
	fork.insert(trace.KindRecords, "c", 1, time.Now())
	_, err = Run(t.Context(), fork.config(target))
	is(t, "Run on another history", err, ErrForked)
	if made := fork.backUp(target, func(c *Config) { c.Full = true }); !made.Full {
		t.Errorf("made %+v", made)
	}
}

// TestChains checks when a full segment is made, and that the oldest are removed.
func TestChains(t *testing.T) {
	w := newWorld(t, places["sqlite"](t), 8)
	target := memory{}
	var kinds string
	for range 7 {
		kinds += map[bool]string{true: "F", false: "m"}[w.backUp(target, func(c *Config) { c.MaxMore = 2 }).Full]
	}
	if kinds != "FmmFmmF" {
		t.Errorf("made %s", kinds)
	}
	delete(target, target.parts(RoleCounters)[6]) // of the last: a chain that is broken is not continued
	if !w.backUp(target, nil).Full {
		t.Error("a damaged back-up was continued")
	}
	shelf, err := Look(t.Context(), target, w.key.Verifier)
	if err != nil || len(shelf.Segments) != 7 || len(shelf.Damaged) != 1 {
		t.Fatalf("%d segments, damaged: %v, %v", len(shelf.Segments), shelf.Damaged, err)
	}
	removed, err := Prune(t.Context(), target, w.key.Verifier, 2, time.Now())
	if err != nil || len(removed) != 3 {
		t.Errorf("Prune = %q, %v", removed, err)
	}
	w.restore(target, open(t, places["sqlite"](t)))
	if removed, err := Prune(t.Context(), target, w.key.Verifier, 5, time.Now()); err != nil || len(removed) != 0 {
		t.Errorf("Prune of fewer than are kept = %q, %v", removed, err)
	}
}

// failing is a Target that fails after some objects.
type failing struct {
	memory
	left int
}

var errCut = errors.New("cut off")

func (f *failing) Put(ctx context.Context, name string, content []byte) error {
	if f.left--; f.left < 0 {
		return errCut
	}
	return f.memory.Put(ctx, name, content)
}

// Remove fails too: the process is gone.
func (f *failing) Remove(context.Context, string) error { return errCut }

// TestCutOff ends back-ups after each of their objects: what is left is never
// taken for a back-up, and goes away after a while.
func TestCutOff(t *testing.T) {
	w := newWorld(t, places["sqlite"](t), 8)
	target := memory{}
	w.backUp(target, nil)
	good := maps.Clone(target)
	w.insert(trace.KindRecords, "new", 1, time.Now())
	left := 0
	for ; ; left++ {
		f := &failing{memory: target, left: left}
		if _, err := Run(t.Context(), w.config(f)); err == nil {
			break
		}
		shelf, err := Look(t.Context(), target, w.key.Verifier)
		if err != nil || len(shelf.Segments) != 1 || len(shelf.Damaged) > 0 {
			t.Fatalf("after %d objects: %+v, %v", left, shelf, err)
		}
	}
	if left < 5 {
		t.Fatalf("it took %d objects", left)
	}
	c := w.config(target)
	c.Now = func() time.Time { return time.Now().Add(abandonedAfter + time.Hour) }
	made, err := Run(t.Context(), c)
	if err != nil || made.Full {
		t.Fatalf("%+v, %v", made, err)
	}
	shelf, err := Look(t.Context(), target, w.key.Verifier)
	if err != nil || len(shelf.Incomplete) > 0 || len(shelf.Segments) != 3 {
		t.Errorf("left: %v, %v", shelf.Incomplete, err)
	}
	for name := range good {
		if _, ok := target[name]; !ok {
			t.Errorf("%s of a complete segment is gone", name)
		}
	}
}

// stops ends a context after some revisions were stored.
type stops struct {
	trace.Store
	stop func()
	left int
	mu   sync.Mutex
}

func (s *stops) InsertAll(ctx context.Context, some []trace.Revision) ([]int, error) {
	s.mu.Lock()
	s.left--
	if s.left < 0 {
		s.stop()
	}
	s.mu.Unlock()
	return s.Store.(trace.Bulk).InsertAll(ctx, some)
}

// TestRestoreCutOff cuts restoring off and repeats it.
func TestRestoreCutOff(t *testing.T) {
	w := newWorld(t, places["sqlite"](t), 8)
	target := memory{}
	w.backUp(target, nil)
	w.insert(trace.KindRecords, "new", 1, time.Now())
	sessions := make([]trace.Revision, 3000)
	for i := range sessions {
		at := time.Now().UTC().Truncate(time.Millisecond)
		sessions[i] = trace.Revision{Kind: account.KindSessions, ID: fmt.Sprintf("many-%d", i), Number: 1, Created: at, At: at, Body: []byte(`{}`)}
	}
	for some := range slices.Chunk(sessions, 1000) {
		if _, err := w.stores.Documents.(trace.Bulk).InsertAll(t.Context(), some); err != nil {
			t.Fatal(err)
		}
	}
	w.backUp(target, nil)
	restored := open(t, places["sqlite"](t))
	for n := range 5 {
		ctx, stop := context.WithCancel(t.Context())
		c := w.restoring(target, restored)
		c.Store = &stops{Store: restored.Documents, stop: stop, left: n}
		if _, err := Restore(ctx, c); err == nil {
			t.Fatal("it was not cut off")
		}
		is(t, "Unfinished", Unfinished(t.Context(), restored.Documents), ErrUnfinished)
	}
	c := w.restoring(target, restored)
	shelf, err := Look(t.Context(), target, w.key.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	c.Segment = shelf.Segments[0].Segment
	_, err = Restore(t.Context(), c)
	is(t, "Restore of another segment onto it", err, ErrNotEmpty)
	if done := w.restore(target, restored); !done.Resumed {
		t.Error("it was not resumed")
	}
	w.same(restored, w.stores)
	if _, err := Last(t.Context(), restored.Documents); err != nil {
		t.Error(err)
	}
}

// TestOccupied refuses stores that hold anything.
func TestOccupied(t *testing.T) {
	w := newWorld(t, places["sqlite"](t), 8)
	target := memory{}
	w.backUp(target, nil)
	now := time.Now().UTC().Truncate(time.Millisecond)
	for what, put := range map[string]func(s trace.Store, f trace.Files) error{
		"a document": func(s trace.Store, _ trace.Files) error {
			return s.Insert(t.Context(), trace.Revision{Kind: account.KindSessions, ID: "a", Number: 1, Created: now, At: now, Body: []byte(`{}`)})
		},
		"a counter": func(s trace.Store, _ trace.Files) error {
			return s.AddCounts(t.Context(), []trace.Count{{Key: "a", N: 1, First: now, Last: now}})
		},
		"a file": func(_ trace.Store, f trace.Files) error {
			_, err := f.Put(t.Context(), []byte("a"))
			return err
		},
	} {
		s := open(t, places["sqlite"](t))
		if err := put(s.Documents, s.Files); err != nil {
			t.Fatal(err)
		}
		before := w.everything(s)
		_, err := Restore(t.Context(), w.restoring(target, s))
		is(t, "Restore onto "+what, err, ErrNotEmpty)
		if after := w.everything(s); len(after.Revisions) != len(before.Revisions) || len(after.Files) != len(before.Files) {
			t.Errorf("something was written beside %s", what)
		}
	}
	for range inventory.Files(t.Context(), w.stores.Files) {
		return
	}
	t.Error("the world has no files")
}
