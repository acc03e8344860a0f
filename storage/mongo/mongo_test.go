package mongo

import (
	"testing"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/storagetest"
)

func fresh(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), servers.MongoDB(t), storagetest.Kinds()...)
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

func TestConformance(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) trace.Store { return fresh(t) })
}
