package proof

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/trace"
)

// recount computes root and size from the stored groups alone, the plain way.
func recount(t *testing.T, store trace.Store) (size int64, root tlog.Hash, places map[key][]int64) {
	t.Helper()
	var hashes []tlog.Hash
	places = map[key][]int64{}
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, hashes[i])
		}
		return out, nil
	})
	for {
		r, err := store.Head(t.Context(), KindLeaves, groupID(size))
		if errors.Is(err, trace.ErrNotFound) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		g, err := readGroup(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range g.Leaves {
			stored, err := tlog.StoredHashes(size, []byte(e.Entry), read)
			if err != nil {
				t.Fatal(err)
			}
			hashes = append(hashes, stored...)
			places[e.key()] = append(places[e.key()], size)
			size++
		}
	}
	root, err := tlog.TreeHash(size, read)
	if err != nil {
		t.Fatal(err)
	}
	return size, root, places
}

// checkLog compares a log with the plain count, and with its store: every
// revision has one leaf, every leaf its revision.
func checkLog(t *testing.T, l *Log, store trace.Store) {
	t.Helper()
	size, root, places := recount(t, store)
	signed, err := l.opened(l.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	if signed.Size != size || signed.Root != root || l.Size() != size {
		t.Errorf("the checkpoint says %d %v, the leaves are %d %v", signed.Size, signed.Root, size, root)
	}
	changes, err := store.Changes(t.Context(), logged, epoch)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		if n := len(places[key{c.Kind, c.ID, c.Number}]); n != 1 {
			t.Errorf("%s/%s revision %d has %d leaves", c.Kind, c.ID, c.Number, n)
		}
	}
	if len(changes) != len(places) {
		t.Errorf("%d revisions and %d leaves", len(changes), len(places))
	}
}

func TestAppend(t *testing.T) {
	onEngines(t, func(t *testing.T, open func() trace.Store) {
		store := open()
		key := freshKey(t)
		l := openLog(t, store, key)
		if l.Checkpoint() != "" || l.Size() != 0 {
			t.Errorf("an empty log has the checkpoint %q", l.Checkpoint())
		}
		for i := range 3 {
			write(t, l.Store(), stated(trace.KindRecords, "a", i+1, "batch:K7Q2M9XR4V"))
		}
		var writers sync.WaitGroup
		for w := range 8 {
			writers.Go(func() {
				for i := range 80 {
					write(t, l.Store(), stated(trace.KindRecords, fmt.Sprintf("r-%d-%d", w, i), 1, "batch:K7Q2M9XR4V"))
				}
			})
		}
		writers.Wait()
		checkLog(t, l, store)
		if l.Size() != 643 {
			t.Errorf("%d leaves, want 643", l.Size())
		}
		again := openLog(t, open(), key)
		if again.Checkpoint() != l.Checkpoint() {
			t.Errorf("opened anew the checkpoint is\n%s, it was\n%s", again.Checkpoint(), l.Checkpoint())
		}
		checkProofs(t, again)
	})
}

// checkProofs proves some leaves, and that the log only grew.
func checkProofs(t *testing.T, l *Log) {
	t.Helper()
	signed, err := l.opened(l.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	read := l.reader(t.Context())
	for n := int64(0); n < signed.Size; n += 37 {
		proof, err := tlog.ProveRecord(signed.Size, n, read)
		if err != nil {
			t.Fatalf("leaf %d: %v", n, err)
		}
		hashes, err := read.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(proof, signed.Size, signed.Root, n, hashes[0]); err != nil {
			t.Errorf("leaf %d: %v", n, err)
		}
		if n > 0 {
			if _, err := tlog.ProveTree(signed.Size, n, read); err != nil {
				t.Errorf("from size %d: %v", n, err)
			}
		}
	}
}

// TestReplicas has several logs append to one store: nothing forks.
func TestReplicas(t *testing.T) {
	onEngines(t, func(t *testing.T, open func() trace.Store) {
		key := freshKey(t)
		var logs []*Log
		for range 3 {
			logs = append(logs, openLog(t, open(), key))
		}
		var writers sync.WaitGroup
		for w := range 6 {
			writers.Go(func() {
				for i := range 20 {
					write(t, logs[w%3].Store(), stated(trace.KindRecords, fmt.Sprintf("r-%d-%d", w, i), 1))
				}
			})
		}
		writers.Wait()
		store := open()
		for _, l := range logs {
			if err := l.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			checkLog(t, l, store)
		}
	})
}

// TestSweep logs what a process that died had stored only.
func TestSweep(t *testing.T) {
	onEngines(t, func(t *testing.T, open func() trace.Store) {
		store, key := open(), freshKey(t)
		l := openLog(t, store, key)
		write(t, l.Store(), stated(trace.KindRecords, "a", 1))
		write(t, store, stated(trace.KindRecords, "a", 2), stated(trace.KindRecords, "b", 1)) // past the log
		// A repeated request is answered from the history: it is logged by then.
		if _, err := l.Store().History(t.Context(), trace.KindRecords, "a"); err != nil {
			t.Fatal(err)
		}
		if l.Size() != 2 {
			t.Errorf("%d leaves once the history was read, want 2", l.Size())
		}
		checkLog(t, openLog(t, open(), key), store)
		for range 2 {
			if err := l.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		checkLog(t, l, store)
	})
}

// TestForeignKey refuses a log that another key signed.
func TestForeignKey(t *testing.T) {
	open := engines["sqlite"](t)
	l := openLog(t, open(), freshKey(t))
	write(t, l.Store(), stated(trace.KindRecords, "a", 1))
	other := freshKey(t)
	_, err := Open(t.Context(), Config{Store: open(), Kinds: logged, Signer: other, Verifier: other.Verifier})
	var fault *Fault
	if !errors.As(err, &fault) || !strings.Contains(err.Error(), "key in use") {
		t.Errorf("Open with another key: %v", err)
	}
}

// TestKept refuses a log that does not contain what it had before.
func TestKept(t *testing.T) {
	open, key := engines["sqlite"](t), freshKey(t)
	l := openLog(t, open(), key)
	for i := range 3 {
		write(t, l.Store(), stated(trace.KindRecords, fmt.Sprint("r", i), 1))
	}
	kept := l.Checkpoint()
	again := func(store trace.Store) error {
		_, err := Open(t.Context(), Config{Store: store, Kinds: logged, Signer: key, Verifier: key.Verifier, Kept: kept})
		return err
	}
	write(t, l.Store(), stated(trace.KindRecords, "more", 1))
	if err := again(open()); err != nil {
		t.Errorf("the log that grew: %v", err)
	}
	other := engines["sqlite"](t)
	for _, test := range []struct {
		leaves int
		want   string
	}{{2, "had 3 before"}, {4, "are not those that it had"}} {
		l := openLog(t, other(), key)
		for i := range test.leaves {
			write(t, l.Store(), stated(trace.KindRecords, fmt.Sprint("x", test.leaves, i), 1))
		}
		var fault *Fault
		if err := again(other()); !errors.As(err, &fault) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("a log of %d other leaves: %v, want %q", test.leaves, err, test.want)
		}
	}
	if err := again(engines["sqlite"](t)()); err == nil {
		t.Error("an empty log is taken for the one that was there")
	}
}
