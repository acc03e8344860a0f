package readonly

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// TestGate writes before and after the gate is shut, in every way there is, and
// reads after it.
func TestGate(t *testing.T) {
	ctx := t.Context()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "temgoc.db"), "visitors")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	kept, err := dir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	var gate Gate
	s, f := gate.Documents(db), gate.Files(kept)
	at := time.UnixMilli(1).UTC()
	r := trace.Revision{Kind: "visitors", ID: "a", Number: 1, Created: at, At: at, Body: []byte(`{}`)}
	number := 0
	writes := map[string]func() error{
		"Insert": func() error {
			number++
			next := r
			next.Number = number
			return s.Insert(ctx, next)
		},
		"Erase":     func() error { return s.Erase(ctx, r) },
		"Remove":    func() error { return s.Remove(ctx, "visitors", "b") },
		"AddCounts": func() error { return s.AddCounts(ctx, []trace.Count{{Key: "k", N: 1, First: at, Last: at}}) },
		"Put":       func() error { _, err := f.Put(ctx, []byte("x")); return err },
		"Files.Remove": func() error {
			return f.Remove(ctx, trace.DigestOf([]byte("y")))
		},
	}
	for _, name := range []string{"Insert", "Erase", "Remove", "AddCounts", "Put", "Files.Remove"} {
		if err := writes[name](); err != nil {
			t.Errorf("%s while it is open: %v", name, err)
		}
	}
	gate.Shut()
	for name, write := range writes {
		if err := write(); !errors.Is(err, trace.ErrReadOnly) || !errors.Is(err, trace.ErrUnavailable) {
			t.Errorf("%s when it is shut: %v, want ErrReadOnly", name, err)
		}
	}
	if history, err := s.History(ctx, "visitors", "a"); err != nil || len(history) != 1 {
		t.Errorf("History = %v, %v", history, err)
	}
	if counts, err := s.Counts(ctx, []string{"k"}); err != nil || len(counts) != 1 || counts[0].N != 1 {
		t.Errorf("Counts = %v, %v", counts, err)
	}
	if content, err := f.Get(ctx, trace.DigestOf([]byte("x"))); err != nil || string(content) != "x" {
		t.Errorf("Get = %q, %v", content, err)
	}
}

// TestMethods fails when a store learns to do something new: whether that writes
// is to be decided here.
func TestMethods(t *testing.T) {
	if n := reflect.TypeFor[trace.Store]().NumMethod(); n != 13 {
		t.Errorf("trace.Store has %d methods", n)
	}
	if n := reflect.TypeFor[trace.Files]().NumMethod(); n != 5 {
		t.Errorf("trace.Files has %d methods", n)
	}
}
