package patience

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestGauge lets calls wait in vain, and answers one.
func TestGauge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Gauge
		waits := func() time.Duration {
			start := time.Now()
			ctx, end := g.Limit(t.Context())
			defer end()
			<-ctx.Done()
			return time.Since(start)
		}
		for i, want := range []time.Duration{Full, Short, Short} {
			if got := waits(); got != want {
				t.Errorf("call %d waited %v, want %v", i, got, want)
			}
		}
		time.Sleep(Probing)
		if got := waits(); got != Full {
			t.Errorf("the call after a while waited %v, want %v", got, Full)
		}
		if got := waits(); got != Short {
			t.Errorf("the one after it waited %v, want %v", got, Short)
		}
		g.Answered()
		if got := waits(); got != Full {
			t.Errorf("the call after an answer waited %v, want %v", got, Full)
		}
	})
}

// TestCallerGone ends a call from outside, which says nothing of the store.
func TestCallerGone(t *testing.T) {
	var g Gauge
	ctx, leave := context.WithCancel(t.Context())
	_, end := g.Limit(ctx)
	leave()
	end()
	if got := g.Grant(); got != Full {
		t.Errorf("afterwards a call may wait %v, want %v", got, Full)
	}
}
