package proof

import (
	"fmt"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// TestLeapingClock has the clock leap, of what states and of the log alike: the
// log has everything in the order in which it was stated, with the times that were
// stated, and its own time never goes back.
func TestLeapingClock(t *testing.T) {
	onEngines(t, func(t *testing.T, open func() trace.Store) {
		store, signer := open(), freshKey(t)
		start := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
		now := start
		l, err := Open(t.Context(), Config{
			Store: store, Kinds: logged, Signer: signer, Verifier: signer.Verifier, VKey: signer.VKey, Now: func() time.Time { return now },
		})
		if err != nil {
			t.Fatal(err)
		}
		const hour, year = time.Hour, 365 * 24 * time.Hour
		leaps := []time.Duration{0, -hour, hour, year, -hour, 0, -year, 30 * time.Second, -30 * time.Second, 2 * year, time.Second}
		var stamps []time.Time
		for i, leap := range leaps {
			now = start.Add(leap)
			stamps = append(stamps, now)
			r := stated(trace.KindRecords, fmt.Sprintf("r-%02d", len(leaps)-i), 1) // neither by time nor by id
			r.Created, r.At = now, now
			write(t, l.Store(), r)
		}
		latest := stamps[0]
		for i := range leaps {
			stored, err := store.Head(t.Context(), KindLeaves, groupID(int64(i)))
			if err != nil {
				t.Fatal(err)
			}
			g, err := readGroup(stored)
			if err != nil {
				t.Fatal(err)
			}
			id := fmt.Sprintf("r-%02d", len(leaps)-i)
			if len(g.Leaves) != 1 || g.Leaves[0].key() != (key{trace.KindRecords, id, 1}) {
				t.Errorf("at %d are %+v, want %s", i, g.Leaves, id)
			}
			if said, err := store.Head(t.Context(), trace.KindRecords, id); err != nil || !said.At.Equal(stamps[i]) {
				t.Errorf("%s is of %v, stated at %v: %v", id, said.At, stamps[i], err)
			}
			if stamps[i].After(latest) {
				latest = stamps[i]
			}
			if !g.at.Equal(latest) {
				t.Errorf("at %d the log's time is %v, want %v", i, g.at, latest)
			}
		}
		again := openLog(t, open(), signer)
		if again.Checkpoint() != l.Checkpoint() || again.Size() != int64(len(leaps)) {
			t.Errorf("opened anew it has %d leaves and the checkpoint\n%s, it was\n%s", again.Size(), again.Checkpoint(), l.Checkpoint())
		}
		checkProofs(t, again)
	})
}
