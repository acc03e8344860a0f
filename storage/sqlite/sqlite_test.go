package sqlite

import (
	"path/filepath"
	"testing"

	"temgoc/internal/trace"
	"temgoc/storage/storagetest"
)

func fresh(t *testing.T) trace.Store {
	t.Helper()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "data", "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}

func TestConformance(t *testing.T) { storagetest.Run(t, fresh) }
