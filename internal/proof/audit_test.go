package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"temgoc/internal/trace"
	"temgoc/storage/dir"
)

// audited runs an audit and gives what it found.
func audited(t testing.TB, store trace.Store, files trace.Files, key *Key, earlier string) (Audited, []*Fault) {
	t.Helper()
	var faults []*Fault
	done, err := Audit(t.Context(), AuditConfig{
		Store: store, Files: files, Kinds: logged, Verifier: key.Verifier, Earlier: earlier,
		Found: func(f *Fault) { faults = append(faults, f) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return done, faults
}

func openFiles(t testing.TB) *dir.Files {
	t.Helper()
	return openFilesIn(t, t.TempDir())
}

func openFilesIn(t testing.TB, path string) *dir.Files {
	t.Helper()
	files, err := dir.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	return files
}

// attached is a statement with a file.
func attached(t testing.TB, files trace.Files, id string, content string) trace.Revision {
	t.Helper()
	d, err := files.Put(context.Background(), []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	r := stated(trace.KindCertificates, id, 1, "general:htx", "product:p1", "product:p2")
	r.Body = json.RawMessage(fmt.Sprintf(`{"files":[%q],"stars":4}`, d))
	return r
}

// filled writes what an audit is to go through: several revisions, an erasure,
// files, and eight times a number of others.
func filled(t testing.TB, l *Log, files trace.Files, eighth int) {
	t.Helper()
	s := l.Store()
	write(t, s, stated(trace.KindProducers, "htx", 1), stated(trace.KindBatches, "K7Q2M9XR4V", 1, "product:p1"))
	for i := range 3 {
		write(t, s, stated(trace.KindRecords, "twice", i+1, "batch:K7Q2M9XR4V"), attached(t, files, fmt.Sprint("c", i), fmt.Sprint("chứng nhận ", i)))
	}
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			for i := range eighth {
				write(t, s, stated(trace.KindRecords, fmt.Sprintf("r-%d-%d", w, i), 1, "batch:K7Q2M9XR4V", "word:che"))
			}
		})
	}
	writers.Wait()
	erase(t, s, trace.KindRecords, erasedID)
}

// erasedID is the record of filled of which something is erased. The rest of what
// is not public of it is not proved any more.
const erasedID = "r-0-0"

// erase destroys what is personal in a document, as the ledger does.
func erase(t testing.TB, s trace.Store, kind trace.Kind, id string) {
	t.Helper()
	e := stated(trace.KindErasures, trace.Topic(kind, id), 1, trace.Topic(kind, id))
	e.Body = json.RawMessage(fmt.Sprintf(`{"kind":%q,"id":%q,"members":["person"],"reason":"asked","state":"done"}`, kind, id))
	write(t, s, e)
	r, err := s.Head(context.Background(), kind, id)
	if err != nil {
		t.Fatal(err)
	}
	r.Personal, r.Salt, r.Refs = nil, nil, r.Refs[:1]
	if err := s.Erase(context.Background(), r); err != nil {
		t.Fatal(err)
	}
}

func TestAudit(t *testing.T) {
	onEngines(t, func(t *testing.T, open func() trace.Store) {
		store, files, key := open(), openFiles(t), freshKey(t)
		if done, faults := audited(t, store, files, key, ""); len(faults) > 0 || done != (Audited{}) {
			t.Errorf("an empty store: %+v, %v", done, faults)
		}
		l := openLog(t, store, key)
		filled(t, l, files, 35)
		kept := l.Checkpoint()
		write(t, l.Store(), stated(trace.KindRecords, "later", 1, "batch:K7Q2M9XR4V"))
		done, faults := audited(t, open(), files, key, kept)
		for _, f := range faults {
			t.Errorf("untouched: %v", f)
		}
		want := Audited{Leaves: 290, Revisions: 290, Tiles: 2, Files: 3, Checkpoint: l.Checkpoint(), At: done.At}
		if done != want {
			t.Errorf("went through %+v, want %+v", done, want)
		}
		if _, faults := audited(t, store, files, freshKey(t), ""); len(faults) == 0 {
			t.Error("no fault with another key")
		}
	})
}

// TestAuditEarlier compares a log with checkpoints that were kept.
func TestAuditEarlier(t *testing.T) {
	key := freshKey(t)
	written := func(ids string) (trace.Store, *Log) {
		store := engines["sqlite"](t)()
		l := openLog(t, store, key)
		for id := range strings.SplitSeq(ids, "") {
			write(t, l.Store(), stated(trace.KindRecords, id, 1))
		}
		return store, l
	}
	store, l := written("abc")
	_, longer := written("abcd")
	_, other := written("ab")
	if _, faults := audited(t, store, openFiles(t), key, l.Checkpoint()); len(faults) > 0 {
		t.Errorf("its own checkpoint: %v", faults)
	}
	for name, kept := range map[string]string{"of a longer log": longer.Checkpoint(), "of a fork": other.Checkpoint()} {
		if _, faults := audited(t, store, openFiles(t), key, kept); len(faults) != 1 {
			t.Errorf("a checkpoint %s: %v", name, faults)
		}
	}
	_, err := Audit(t.Context(), AuditConfig{Store: store, Files: openFiles(t), Kinds: logged, Verifier: key.Verifier, Earlier: "nothing"})
	if !errors.Is(err, trace.ErrInvalid) {
		t.Errorf("what is no checkpoint: %v", err)
	}
}

// TestAuditMeanwhile audits while others write: no false alarm.
func TestAuditMeanwhile(t *testing.T) {
	store, files, key := engines["sqlite"](t)(), openFiles(t), freshKey(t)
	l := openLog(t, store, key)
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	defer writers.Wait()
	defer stop()
	for w := range 4 {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				r := stated(trace.KindRecords, fmt.Sprintf("r-%d-%d", w, i/3), i%3+1, "batch:K7Q2M9XR4V")
				if err := l.Store().Insert(context.Background(), r); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for l.Size() < 300 {
		_, err := Audit(t.Context(), AuditConfig{
			Store: store, Files: files, Kinds: logged, Verifier: key.Verifier, Patience: 1 << 40,
			Found: func(f *Fault) { t.Errorf("%v", f) },
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
