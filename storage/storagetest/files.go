package storagetest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// OpenFiles gives an empty store and a way to put other bytes than its
// content under a digest, behind the back of the store: what a broken disk or
// a hostile administrator would do.
type OpenFiles func(t *testing.T) (store trace.Files, overwrite func(d trace.Digest, stored []byte))

// RunFiles checks that a store keeps the contract of trace.Files.
func RunFiles(t *testing.T, open OpenFiles) {
	t.Run("RoundTrip", func(t *testing.T) { testRoundTrip(t, open) })
	t.Run("TooLarge", func(t *testing.T) { testTooLarge(t, open) })
	t.Run("NotFound", func(t *testing.T) { testFileNotFound(t, open) })
	t.Run("NotKept", func(t *testing.T) { testContentNotKept(t, open) })
	t.Run("ConcurrentPuts", func(t *testing.T) { testConcurrentPuts(t, open) })
	t.Run("List", func(t *testing.T) { testListFiles(t, open) })
	t.Run("Remove", func(t *testing.T) { testRemoveFiles(t, open) })
	t.Run("Corrupt", func(t *testing.T) { testCorrupt(t, open) })
	t.Run("ContextEnded", func(t *testing.T) { testFilesContextEnded(t, open) })
	t.Run("Ping", func(t *testing.T) {
		store, _ := open(t)
		if err := store.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// certificate is a content with bytes of every value.
func certificate() []byte {
	content := []byte("%PDF-1.7 Giấy chứng nhận ")
	for i := range 1000 {
		content = append(content, byte(i))
	}
	return content
}

// largest is a content of exactly trace.MaxFileSize bytes that does not
// compress to nothing.
func largest() []byte {
	content := make([]byte, trace.MaxFileSize)
	x := uint32(1)
	for i := range content {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		content[i] = byte(x)
	}
	return content
}

// mustPut stores content and checks the digest.
func mustPut(t *testing.T, store trace.Files, content []byte) trace.Digest {
	t.Helper()
	d, err := store.Put(t.Context(), content)
	if err != nil {
		t.Fatalf("Put of %d bytes: %v", len(content), err)
	}
	if want := trace.DigestOf(content); d != want {
		t.Fatalf("Put of %d bytes = %v; want %v", len(content), d, want)
	}
	return d
}

// checkContent checks that the store has content.
func checkContent(t *testing.T, store trace.Files, want []byte) {
	t.Helper()
	got, err := store.Get(t.Context(), trace.DigestOf(want))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("Get gave %d bytes, %v; want the %d bytes that were put", len(got), err, len(want))
	}
}

func testRoundTrip(t *testing.T, open OpenFiles) {
	store, _ := open(t)
	contents := map[string][]byte{
		"empty": {}, "one byte": {0}, "certificate": certificate(), "largest": largest(),
	}
	for name, content := range contents {
		t.Run(name, func(t *testing.T) {
			mustPut(t, store, content)
			checkContent(t, store, content)
			mustPut(t, store, content) // the second time it is there already
			checkContent(t, store, content)
		})
	}
	for _, content := range contents { // none has taken another one's place
		checkContent(t, store, content)
	}
}

func testTooLarge(t *testing.T, open OpenFiles) {
	store, _ := open(t)
	content := append(largest(), 0)
	if _, err := store.Put(t.Context(), content); !errors.Is(err, trace.ErrInvalid) {
		t.Errorf("Put of %d bytes: %v; want ErrInvalid", len(content), err)
	}
	if _, err := store.Get(t.Context(), trace.DigestOf(content)); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("Get after the refused Put: %v; want ErrNotFound", err)
	}
}

func testFileNotFound(t *testing.T, open OpenFiles) {
	store, _ := open(t)
	mustPut(t, store, certificate())
	near := trace.DigestOf(certificate())
	near[len(near)-1] ^= 1
	for _, d := range []trace.Digest{{}, near, trace.DigestOf([]byte("another"))} {
		if got, err := store.Get(t.Context(), d); !errors.Is(err, trace.ErrNotFound) || got != nil {
			t.Errorf("Get(%v) = %d bytes, %v; want ErrNotFound", d, len(got), err)
		}
	}
}

// testContentNotKept changes what went in and what came out.
func testContentNotKept(t *testing.T, open OpenFiles) {
	store, _ := open(t)
	content := certificate()
	d := mustPut(t, store, content)
	clear(content)
	got, err := store.Get(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	clear(got)
	checkContent(t, store, certificate())
}

func testConcurrentPuts(t *testing.T, open OpenFiles) {
	store, _ := open(t)
	content := certificate()
	var writers sync.WaitGroup
	for range 16 {
		writers.Go(func() {
			d, err := store.Put(t.Context(), content)
			if err != nil || d != trace.DigestOf(content) {
				t.Errorf("Put = %v, %v; want %v", d, err, trace.DigestOf(content))
				return
			}
			checkContent(t, store, content) // acknowledged is readable
		})
	}
	writers.Wait()
}

// listFiles lists everything, in pages of limit.
func listFiles(t *testing.T, store trace.Files, limit int) []trace.Object {
	t.Helper()
	var all []trace.Object
	for after := (trace.Digest{}); ; after = all[len(all)-1].Digest {
		some, err := store.List(t.Context(), after, limit)
		if err != nil {
			t.Fatalf("List(%v, %d): %v", after, limit, err)
		}
		if all = append(all, some...); len(some) < limit {
			return all
		}
	}
}

func testListFiles(t *testing.T, open OpenFiles) {
	store, _ := open(t)
	if got := listFiles(t, store, 10); len(got) != 0 {
		t.Errorf("List of an empty store = %v", got)
	}
	sizes, before := map[trace.Digest]int64{}, time.Now().Add(-time.Hour)
	for i := range 30 {
		content := certificate()[:10*i]
		sizes[mustPut(t, store, content)] = int64(len(content))
	}
	for _, limit := range []int{1, 7, 30, 1000} {
		got := listFiles(t, store, limit)
		if len(got) != len(sizes) {
			t.Fatalf("List in pages of %d gave %d objects; want %d", limit, len(got), len(sizes))
		}
		for i, o := range got {
			if size, ok := sizes[o.Digest]; !ok || size != o.Size {
				t.Errorf("object %v has size %d; want %d", o.Digest, o.Size, size)
			}
			if o.At.Before(before) || o.At.After(time.Now().Add(time.Hour)) || o.At.Location() != time.UTC {
				t.Errorf("object %v was put at %v", o.Digest, o.At)
			}
			if i > 0 && bytes.Compare(got[i-1].Digest[:], o.Digest[:]) >= 0 {
				t.Errorf("object %v comes behind %v", o.Digest, got[i-1].Digest)
			}
		}
	}
	for _, limit := range []int{0, 1001} {
		if _, err := store.List(t.Context(), trace.Digest{}, limit); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("List with limit %d: %v; want ErrInvalid", limit, err)
		}
	}
}

// testRemoveFiles removes a file, also a damaged one, which can then be put
// again.
func testRemoveFiles(t *testing.T, open OpenFiles) {
	store, overwrite := open(t)
	kept := mustPut(t, store, []byte("kept"))
	d := mustPut(t, store, certificate())
	overwrite(d, []byte("damaged"))
	for range 2 { // the second time it is gone already
		if err := store.Remove(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Get(t.Context(), d); !errors.Is(err, trace.ErrNotFound) {
			t.Errorf("Get of a removed file: %v; want ErrNotFound", err)
		}
	}
	if got := listFiles(t, store, 10); len(got) != 1 || got[0].Digest != kept {
		t.Errorf("List after Remove = %v; want %v alone", got, kept)
	}
	mustPut(t, store, certificate())
	checkContent(t, store, certificate())
}

// testCorrupt replaces a stored file in several ways. Each is refused at
// every read, and a new Put neither hides nor repairs it.
func testCorrupt(t *testing.T, open OpenFiles) {
	store, overwrite := open(t)
	for name, damage := range map[string]func([]byte) []byte{
		"one bit":     func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"truncated":   func(b []byte) []byte { return b[:len(b)-1] },
		"emptied":     func([]byte) []byte { return nil },
		"prolonged":   func(b []byte) []byte { return append(b, 0) },
		"other file":  func([]byte) []byte { return []byte("another file's content") },
		"beyond size": func([]byte) []byte { return make([]byte, trace.MaxFileSize+1) },
	} {
		t.Run(name, func(t *testing.T) {
			content := append(certificate(), name...)
			d := mustPut(t, store, content)
			overwrite(d, damage(bytes.Clone(content)))
			checkRefused(t, store, d)
			if _, err := store.Put(t.Context(), content); !errors.Is(err, trace.ErrCorrupt) {
				t.Errorf("Put of the true content: %v; want ErrCorrupt", err)
			}
			checkRefused(t, store, d)
		})
	}
}

// checkRefused checks that not one byte of a damaged file is given out.
func checkRefused(t *testing.T, store trace.Files, d trace.Digest) {
	t.Helper()
	if got, err := store.Get(t.Context(), d); !errors.Is(err, trace.ErrCorrupt) || got != nil {
		t.Errorf("Get of a damaged file gave %d bytes, %v; want ErrCorrupt alone", len(got), err)
	}
}

func testFilesContextEnded(t *testing.T, open OpenFiles) {
	store, _ := open(t)
	d := mustPut(t, store, certificate())
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for _, ctx := range []context.Context{cancelled, late} {
		_, putErr := store.Put(ctx, []byte("never asked for"))
		_, getErr := store.Get(ctx, d)
		_, listErr := store.List(ctx, trace.Digest{}, 1)
		for method, err := range map[string]error{
			"Put": putErr, "Get": getErr, "List": listErr, "Remove": store.Remove(ctx, d), "Ping": store.Ping(ctx),
		} {
			if !errors.Is(err, trace.ErrUnavailable) || !errors.Is(err, ctx.Err()) {
				t.Errorf("%s: %v; want ErrUnavailable and %v", method, err, ctx.Err())
			}
		}
	}
	checkContent(t, store, certificate())
}
