//go:build linux

package crash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// TestKilled kills the service, or one of two replicas, with SIGKILL at a random
// moment, while four clients, or two, write everything that producers write and repeat
// what was not answered, and starts it again: nothing that was acknowledged is
// lost, nothing is there twice, no serial is given out twice, and the audit of all
// that is stored finds nothing. It is 10 and 5 kills, or 250 on each engine, or
// as many as twelve minutes allow.
func TestKilled(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { killing(t, Embedded(t, ""), 1, times(10, 250)) })
	t.Run("mongodb and s3", func(t *testing.T) { killing(t, Distributed(t), 2, times(5, 250)) })
}

// killsPerRound is after how many kills all is looked at; no more are begun after
// longest, on a machine that is slow.
const (
	killsPerRound = 5
	longest       = 12 * time.Minute
)

func killing(t *testing.T, s Stores, replicas, kills int) {
	var services []*Service
	var urls []string
	for range replicas {
		public := ""
		if len(urls) > 0 {
			public = urls[0]
		}
		service := NewService(t, s, public)
		if err := service.Start(); err != nil {
			t.Fatal(err)
		}
		services, urls = append(services, service), append(urls, service.URL)
	}
	m := NewMaker(t, s, urls...)
	done := 0
	for began := time.Now(); done < kills && time.Since(began) < longest; done += killsPerRound {
		m.during(t, 4/replicas, func() {
			for range killsPerRound {
				time.Sleep(50*time.Millisecond + rand.N(400*time.Millisecond))
				victim := services[rand.IntN(len(services))]
				victim.Kill()
				if err := victim.Start(); err != nil {
					t.Errorf("after a kill: %v", err)
					return
				}
			}
		})
		m.look(t, s, done, 40)
		if t.Failed() {
			return
		}
		if done%50 == 0 {
			t.Logf("%d kills, %d writes acknowledged", done+killsPerRound, len(m.Notes.All()))
		}
	}
	m.look(t, s, done, -1)
	t.Logf("%d kills, %d writes acknowledged, %d batches told from beginning to end: none lost, none doubled", done, len(m.Notes.All()), len(m.Stories()))
}

// during lets writers write stories while something is done, and then to their
// end.
func (m *Maker) during(t *testing.T, writers int, do func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	var group sync.WaitGroup
	ended := make(chan struct{})
	for range writers {
		group.Go(func() {
			for open := true; open; {
				if err := m.Tell(ctx); err != nil {
					t.Errorf("a client is not served: %v", err)
					return
				}
				select {
				case <-ended:
					open = false
				default:
				}
			}
		})
	}
	do()
	close(ended)
	group.Wait()
}

// look compares what was told with what is there, see Faults.
func (m *Maker) look(t *testing.T, s Stores, round, newest int) {
	t.Helper()
	faults, err := m.Faults(t.Context(), newest)
	repeated, again := m.Repeat(t.Context(), 20)
	if err := errors.Join(err, again, Audit(t, s)); err != nil {
		t.Errorf("after %d: %v", round, err)
	}
	for _, f := range append(faults, repeated...) {
		t.Error(fmt.Sprintf("after %d: ", round), f)
	}
}
