package trace_test

import (
	"testing"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// TestForeignKeysLeaveNothing starts with a foreign key file that has more
// keys than the store was used with.
func TestForeignKeysLeaveNothing(t *testing.T) {
	w := newWorld(t)
	if err := w.PinKeys(w.ctx); err != nil {
		t.Fatal(err)
	}
	foreign := must(must(stamp.NewKeys(newSource()))(t).Rotate(newSource()))(t)
	started := trace.New(trace.Config{Store: w.store, Files: w.files, Keys: foreign, Now: w.clock.now})
	wantErr(t, started.PinKeys(w.ctx), trace.ErrConflict)
	if err := w.PinKeys(w.ctx); err != nil {
		t.Errorf("after the refused start the right keys are refused too: %v", err)
	}
}
