package backup

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

func TestLast(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"), Removable()...)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := Last(t.Context(), db); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("Last of none: %v; want ErrNotFound", err)
	}
	start := time.Date(2026, 11, 28, 19, 0, 0, 0, time.UTC)
	var want Made
	for i := range keptMade + 3 {
		want = Made{Segment: fmt.Sprintf("s%03d", i), State: start.Add(time.Duration(i) * time.Hour), Done: start.Add(time.Duration(i)*time.Hour + time.Minute), Bytes: 7, Full: i%7 == 0}
		if err := keep(t.Context(), db, want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Last(t.Context(), db)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Last: %v, -want +got:\n%s", err, diff)
	}
	if got.Age(want.State.Add(time.Hour)) != time.Hour {
		t.Errorf("Age = %v; want 1h", got.Age(want.State.Add(time.Hour)))
	}
	kept, err := db.List(t.Context(), trace.Query{Kind: KindBackups, Limit: 1000})
	if err != nil || len(kept.Revisions) != keptMade {
		t.Errorf("%d are kept, %v; want %d", len(kept.Revisions), err, keptMade)
	}
}
