package account

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"temgoc/internal/trace"
)

// How often somebody may fail.
const (
	freeFailures   = 5                // before the first wait
	longestWait    = 15 * time.Minute // between two tries
	clientFailures = 30               // of one client's unknown devices, in
	clientWindow   = 10 * time.Minute
	forgottenAfter = 24 * time.Hour // without a failure
)

// maxTallies bounds the memory of a throttle. What failed longest ago is
// forgotten first.
const maxTallies = 1 << 16

// A throttle counts failures and makes whoever fails too often wait. It never
// locks anybody out for good, and it counts a device that signed in before by
// itself, so that a stranger's failures do not keep out those who belong here.
// It is kept in memory: each replica counts for itself, and forgets at a
// restart.
type throttle struct {
	clock func() time.Time
	// refused is how many tries were made to wait.
	refused atomic.Int64

	mu      sync.Mutex
	tallies *simplelru.LRU[string, tally]
}

// A tally is what has failed under one key.
type tally struct {
	failures    int
	first, last time.Time
}

func newThrottle(clock func() time.Time) *throttle {
	tallies, err := simplelru.NewLRU[string, tally](maxTallies, nil)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &throttle{clock: clock, tallies: tallies}
}

// A limit is a key under which failures are counted, and for how long they make
// wait.
type limit struct {
	key  string
	wait func(tally, time.Time) time.Duration
	// cleared tells whether a success wipes out the failures before it.
	cleared bool
}

// backOff makes each failure after the first few cost twice the wait of the one
// before.
func backOff(key string) limit { return limit{key, backOffWait, true} }

func backOffWait(t tally, now time.Time) time.Duration {
	if t.failures < freeFailures || now.Sub(t.last) >= forgottenAfter {
		return 0
	}
	pause := longestWait
	if doublings := t.failures - freeFailures; doublings < 10 {
		pause = min(longestWait, time.Second<<doublings)
	}
	return min(pause, t.last.Add(pause).Sub(now)) // of a clock that was set back too
}

// perClient bounds the failures of one address in a while. A success does not
// wipe them out: the next guess may be at another login.
func perClient(client string) limit { return limit{"client " + client, windowWait, false} }

func windowWait(t tally, now time.Time) time.Duration {
	if t.failures < clientFailures {
		return 0
	}
	return min(clientWindow, t.first.Add(clientWindow).Sub(now))
}

// An outcome is what became of a try.
type outcome int

const (
	failed outcome = iota
	succeeded
	undecided // nothing was learned: a store was away, say
)

// try counts a try under each limit as if it had failed, so that many at one
// moment are no way around, and returns what to call with the outcome. While
// one of the limits makes wait nothing is counted and the error says how long.
func (t *throttle) try(limits ...limit) (func(outcome), error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock()
	var wait time.Duration
	for _, l := range limits {
		if tally, ok := t.tallies.Get(l.key); ok {
			wait = max(wait, l.wait(tally, now))
		}
	}
	if wait > 0 {
		t.refused.Add(1)
		return nil, &trace.Throttled{After: wait}
	}
	for _, l := range limits {
		t.count(l, now)
	}
	return func(o outcome) { t.settle(limits, o) }, nil
}

func (t *throttle) count(l limit, now time.Time) {
	tally, _ := t.tallies.Get(l.key)
	over := now.Sub(tally.last) >= forgottenAfter || !l.cleared && now.Sub(tally.first) >= clientWindow
	if tally.failures <= 0 || over {
		tally.failures, tally.first = 0, now
	}
	tally.failures++
	tally.last = now
	t.tallies.Add(l.key, tally)
}

func (t *throttle) settle(limits []limit, o outcome) {
	if o == failed {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range limits {
		tally, ok := t.tallies.Get(l.key)
		if !ok {
			continue
		}
		tally.failures--
		if tally.failures <= 0 || o == succeeded && l.cleared {
			t.tallies.Remove(l.key)
			continue
		}
		t.tallies.Add(l.key, tally)
	}
}
