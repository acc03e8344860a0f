package inventory

import (
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// collect takes a whole sequence.
func collect[T any](t *testing.T, all iter.Seq2[T, error]) (got []T) {
	t.Helper()
	for v, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, v)
	}
	return got
}

// TestEverything keeps more than two pages of each and finds all of it, once.
func TestEverything(t *testing.T) {
	const n = 2*page + 7
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	files, err := dir.Open(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	begin := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var ids []string
	var counts []trace.Count
	for i := range n {
		at, id := begin.Add(time.Duration(i)*time.Second), fmt.Sprintf("%04d", i)
		r := trace.Revision{Kind: "things", ID: id, Number: 1, Created: at, At: at, By: "somebody", Body: []byte("{}")}
		if err := store.Insert(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Put(t.Context(), []byte(id)); err != nil {
			t.Fatal(err)
		}
		ids = append([]string{id}, ids...) // the newest first
		counts = append(counts, trace.Count{Key: id, N: int64(i), First: at, Last: at})
	}
	if err := store.AddCounts(t.Context(), counts); err != nil {
		t.Fatal(err)
	}

	idsSince := func(since time.Time) (found []string) {
		for _, r := range collect(t, Revisions(t.Context(), store, "things", since)) {
			found = append(found, r.ID)
		}
		return found
	}
	if diff := cmp.Diff(ids, idsSince(time.Time{})); diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ids[:10], idsSince(begin.Add((n-10)*time.Second))); diff != "" {
		t.Errorf("revisions of the last ten seconds (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(counts, collect(t, Counts(t.Context(), store))); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	digests := map[trace.Digest]bool{}
	for _, o := range collect(t, Files(t.Context(), files)) {
		digests[o.Digest] = true
	}
	if len(digests) != n {
		t.Errorf("%d files; want %d", len(digests), n)
	}
}

// TestEnds takes one element, and asks a store that is closed.
func TestEnds(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	store.Close()
	for r, err := range Revisions(t.Context(), store, "things", time.Time{}) {
		if err == nil {
			t.Errorf("revision %v of a closed store", r)
		}
	}
	calls := 0
	for _, err := range Counts(t.Context(), store) {
		if calls++; err == nil || errors.Is(err, trace.ErrNotFound) {
			t.Errorf("counters of a closed store: %v", err)
		}
	}
	if calls != 1 {
		t.Errorf("%d elements of a closed store; want its error alone", calls)
	}
}
