package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"temgoc/internal/trace"
)

// An Archive is what RunArchive checks: storage.Archive, in the form that needs
// nothing of that package.
type Archive interface {
	Put(ctx context.Context, name string, content []byte) error
	Get(ctx context.Context, name string) ([]byte, error)
	Names(ctx context.Context) ([]string, error)
	Remove(ctx context.Context, name string) error
}

// RunArchive checks an archive, of which open gives an empty one.
func RunArchive(t *testing.T, open func(*testing.T) Archive) {
	t.Run("objects", func(t *testing.T) { testObjects(t, open(t)) })
	t.Run("races", func(t *testing.T) { testPutRaces(t, open(t)) })
	t.Run("ended", func(t *testing.T) { testArchiveEnded(t, open(t)) })
}

func testObjects(t *testing.T, a Archive) {
	want := map[string][]byte{"b/part-2.age": []byte("two"), "a/manifest": {}, "b/part-10.age": bytes.Repeat([]byte("x"), 20<<20)}
	for name, content := range want {
		if err := a.Put(t.Context(), name, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Put(t.Context(), "b/part-2.age", []byte("changed")); !errors.Is(err, trace.ErrExists) {
		t.Errorf("Put under a name that is taken: %v; want ErrExists", err)
	}
	for name, content := range want {
		if got, err := a.Get(t.Context(), name); err != nil || !bytes.Equal(got, content) {
			t.Errorf("Get(%s): %d bytes, %v; want %d", name, len(got), err, len(content))
		}
	}
	for _, name := range []string{"c", "a", "b/part", "b/part-2.age.1"} {
		if _, err := a.Get(t.Context(), name); err == nil {
			t.Errorf("Get(%s) of nothing: no error", name)
		}
	}
	if _, err := a.Get(t.Context(), "b/part-3.age"); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("Get of nothing: %v; want ErrNotFound", err)
	}
	names(t, a, "a/manifest", "b/part-10.age", "b/part-2.age")
	for _, name := range []string{"b/part-2.age", "b/part-2.age", "a/manifest", "d/never"} {
		if err := a.Remove(t.Context(), name); err != nil {
			t.Errorf("Remove(%s): %v", name, err)
		}
	}
	names(t, a, "b/part-10.age")
	if err := a.Put(t.Context(), "a/manifest", []byte("anew")); err != nil {
		t.Errorf("Put of what was removed: %v", err)
	}
}

func names(t *testing.T, a Archive, want ...string) {
	t.Helper()
	if got, err := a.Names(t.Context()); err != nil || !slices.Equal(got, want) {
		t.Errorf("Names = %q, %v; want %q", got, err, want)
	}
}

// testPutRaces stores 1,100 objects, more than a page of a listing, from several
// goroutines.
func testPutRaces(t *testing.T, a Archive) {
	const writers, each = 11, 100
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				if err := a.Put(t.Context(), fmt.Sprintf("s%02d/p%03d", w, i), []byte(strings.Repeat("y", w))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got, err := a.Names(t.Context()); err != nil || len(got) != writers*each {
		t.Errorf("%d names, %v; want %d", len(got), err, writers*each)
	}
}

func testArchiveEnded(t *testing.T, a Archive) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, got := a.Get(ctx, "a")
	_, listed := a.Names(ctx)
	for name, err := range map[string]error{"Put": a.Put(ctx, "a", nil), "Get": got, "Remove": a.Remove(ctx, "a"), "Names": listed} {
		if err == nil && name != "Names" || err != nil && !errors.Is(err, trace.ErrUnavailable) {
			t.Errorf("%s when ended: %v; want ErrUnavailable", name, err)
		}
	}
}
