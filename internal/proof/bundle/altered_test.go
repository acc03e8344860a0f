package bundle

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"temgoc/internal/trace"
)

// testLost: a bundle is made without a file that is gone, and says so.
func (w *world) testLost(t *testing.T) {
	b, err := w.verify(w.make(t, inspector, w.data.Good))
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Missing) > 0 {
		t.Fatalf("missing before: %v", b.Missing)
	}
	removed := 0
	err = filepath.WalkDir(w.objects, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || removed > 0 || !b.files[filepath.Base(path)] {
			return err
		}
		removed++
		return os.Remove(path)
	})
	if err != nil || removed != 1 {
		t.Fatalf("removed %d files: %v", removed, err)
	}
	after, err := w.verify(w.make(t, inspector, w.data.Good))
	if err != nil {
		t.Fatal(err)
	}
	if len(after.Missing) != 1 || after.Missing[0].Why != Lost || after.Files() != b.Files()-1 {
		t.Errorf("missing %v, %d files of %d", after.Missing, after.Files(), b.Files())
	}
}

// A tampering store changes what is read from it.
type tampering struct {
	trace.Store
	change func(*trace.Revision)
}

func (s *tampering) changed(all []trace.Revision, err error) ([]trace.Revision, error) {
	for i := range all {
		if s.change != nil {
			s.change(&all[i])
		}
	}
	return all, err
}

func (s *tampering) Head(ctx context.Context, kind trace.Kind, id string) (trace.Revision, error) {
	r, err := s.Store.Head(ctx, kind, id)
	_, err = s.changed([]trace.Revision{r}, err)
	return r, err
}

func (s *tampering) History(ctx context.Context, kind trace.Kind, id string) ([]trace.Revision, error) {
	return s.changed(s.Store.History(ctx, kind, id))
}

func (s *tampering) List(ctx context.Context, q trace.Query) (trace.Page, error) {
	page, err := s.Store.List(ctx, q)
	page.Revisions, err = s.changed(page.Revisions, err)
	return page, err
}

// testAltered: what is not what was logged is not sealed.
func (w *world) testAltered(t *testing.T) {
	w.store.change = func(r *trace.Revision) {
		if r.Kind == trace.KindRecords {
			r.Personal = []byte(`{"shipping":{"recipient":"ai khác"}}`)
		}
	}
	defer func() { w.store.change = nil }()
	var out bytes.Buffer
	err := w.Write(t.Context(), inspector, w.data.Good, &out)
	if !errors.Is(err, trace.ErrConflict) || out.Len() > 0 {
		t.Errorf("%d bytes and %v", out.Len(), err)
	}
}
