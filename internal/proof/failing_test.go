package proof

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

// A failing store fails calls, before or after it carries them out.
type failing struct {
	trace.Store
	after bool
	fails func(call int, r trace.Revision) bool

	mu    sync.Mutex
	calls int
}

// call carries one out. r is what is to be inserted, zero for reads.
func (f *failing) call(r trace.Revision, do func() error) error {
	f.mu.Lock()
	f.calls++
	fails := f.fails(f.calls, r)
	f.mu.Unlock()
	if fails && !f.after {
		return trace.ErrUnavailable
	}
	if err := do(); err != nil || !fails {
		return err
	}
	return trace.ErrUnavailable
}

func (f *failing) Insert(ctx context.Context, r trace.Revision) error {
	return f.call(r, func() error { return f.Store.Insert(ctx, r) })
}

func (f *failing) Head(ctx context.Context, kind trace.Kind, id string) (r trace.Revision, err error) {
	err = f.call(r, func() error { r, err = f.Store.Head(ctx, kind, id); return err })
	return r, err
}

func (f *failing) Heads(ctx context.Context, kind trace.Kind, ids []string) (all []trace.Revision, err error) {
	err = f.call(trace.Revision{}, func() error { all, err = f.Store.Heads(ctx, kind, ids); return err })
	return all, err
}

func (f *failing) History(ctx context.Context, kind trace.Kind, id string) (all []trace.Revision, err error) {
	err = f.call(trace.Revision{}, func() error { all, err = f.Store.History(ctx, kind, id); return err })
	return all, err
}

func (f *failing) List(ctx context.Context, q trace.Query) (page trace.Page, err error) {
	err = f.call(trace.Revision{}, func() error { page, err = f.Store.List(ctx, q); return err })
	return page, err
}

func (f *failing) Changes(ctx context.Context, kinds []trace.Kind, since time.Time) (all []trace.Change, err error) {
	err = f.call(trace.Revision{}, func() error { all, err = f.Store.Changes(ctx, kinds, since); return err })
	return all, err
}

// nearlyATile makes a database whose log is about to fill a tile, and gives its
// content.
func nearlyATile(t *testing.T, key *Key) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "temgoc.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	l := openLog(t, db, key)
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range 63 {
				write(t, l.Store(), stated(trace.KindRecords, fmt.Sprintf("old-%d-%d", w, i), 1, "batch:K7Q2M9XR4V"))
			}
		})
	}
	writers.Wait()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// opened opens a copy of a database.
func opened(t *testing.T, content []byte) trace.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "temgoc.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// stubborn writes through a log whose store fails, repeats what fails as a client
// would, and gives what was acknowledged.
func stubborn(t *testing.T, store trace.Store, key *Key, n int) (acknowledged []trace.Revision) {
	t.Helper()
	l, err := Open(t.Context(), Config{Store: store, Kinds: logged, Signer: key, Verifier: key.Verifier})
	if errors.Is(err, trace.ErrUnavailable) {
		l = openLog(t, store, key)
	} else if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		r := stated(trace.KindRecords, fmt.Sprint("r", i/2), i%2+1, "batch:K7Q2M9XR4V")
		for range 3 {
			err := l.Store().Insert(t.Context(), r)
			if errors.Is(err, trace.ErrExists) { // a repeated request is answered from the history
				_, err = l.Store().History(t.Context(), r.Kind, r.ID)
			}
			if err == nil {
				acknowledged = append(acknowledged, r)
				break
			}
			if !errors.Is(err, trace.ErrUnavailable) {
				t.Fatal(err)
			}
		}
	}
	return acknowledged
}

// checkAll opens a log anew, and looks for what was acknowledged and for
// everything that an audit looks for.
func checkAll(t *testing.T, store trace.Store, key *Key, acknowledged []trace.Revision) {
	t.Helper()
	checkLog(t, openLog(t, store, key), store)
	for _, r := range acknowledged {
		if head, err := store.Head(t.Context(), r.Kind, r.ID); err != nil || head.Number < r.Number {
			t.Errorf("%s revision %d was acknowledged and is lost: %v", r.ID, r.Number, err)
		}
	}
	if done, faults := audited(t, store, nil, key, ""); len(faults) > 0 || done.Unfinished > 0 || done.Leaves != done.Revisions {
		t.Errorf("%+v, %v", done, faults)
	}
}

// TestFailingCalls fails each call of a run to the store once, before or after it
// is carried out: what was acknowledged is logged once, and nothing twice.
func TestFailingCalls(t *testing.T) {
	key := freshKey(t)
	content := nearlyATile(t, key)
	for n := 1; ; n += times(3, 1) {
		store := opened(t, content)
		f := &failing{Store: store, after: n%2 == 0, fails: func(call int, _ trace.Revision) bool { return call == (n+1)/2 }}
		acknowledged := stubborn(t, f, key, 8)
		if len(acknowledged) != 8 {
			t.Errorf("call %d failed, after: %v: %d of 8 were acknowledged", (n+1)/2, f.after, len(acknowledged))
		}
		checkAll(t, store, key, acknowledged)
		if t.Failed() || f.calls < (n+1)/2 {
			t.Logf("a run has %d calls", f.calls)
			return
		}
	}
}

// TestFailingTiles keeps all tiles from being stored, while leaves are: the next
// start makes them, wherever the log is by then.
func TestFailingTiles(t *testing.T) {
	key := freshKey(t)
	store := opened(t, nearlyATile(t, key))
	l := openLog(t, &failing{Store: store, fails: func(_ int, r trace.Revision) bool { return r.Kind == KindTiles }}, key)
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			for i := range 40 {
				write(t, l.Store(), stated(trace.KindRecords, fmt.Sprintf("w-%d-%d", w, i), 1, "batch:K7Q2M9XR4V"))
			}
		})
	}
	writers.Wait()
	checkAll(t, store, key, nil)
}
