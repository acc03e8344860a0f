package account

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// fails makes one failing try and returns how long it had to wait instead.
func (t *throttle) fails(limits ...limit) time.Duration {
	settle, err := t.try(limits...)
	if throttled, ok := errors.AsType[*trace.Throttled](err); ok {
		return throttled.After
	}
	settle(failed)
	return 0
}

func newTestThrottle() (*throttle, *clock) {
	c := &clock{now: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
	return newThrottle(c.Now), c
}

// TestBackOff holds that after the fifth failure each wait is twice the one
// before, up to a quarter of an hour, and never a lock-out.
func TestBackOff(t *testing.T) {
	th, now := newTestThrottle()
	for i := range freeFailures {
		if wait := th.fails(backOff("a")); wait != 0 {
			t.Fatalf("try %d waits %v", i+1, wait)
		}
	}
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900} {
		want *= time.Second
		if wait := th.fails(backOff("a")); wait != want {
			t.Errorf("waits %v, want %v", wait, want)
		}
		now.add(want - time.Millisecond)
		if wait := th.fails(backOff("a")); wait != time.Millisecond {
			t.Errorf("a moment before %v are over it waits %v", want, wait)
		}
		now.add(time.Millisecond)
		if wait := th.fails(backOff("a")); wait != 0 {
			t.Errorf("after %v it waits %v", want, wait)
		}
	}
	if wait := th.fails(backOff("b")); wait != 0 {
		t.Errorf("another key waits %v", wait)
	}
	now.add(-time.Hour)
	if wait := th.fails(backOff("a")); wait != longestWait {
		t.Errorf("with the clock set back it waits %v", wait)
	}
	now.add(time.Hour + forgottenAfter)
	for i := range freeFailures {
		if wait := th.fails(backOff("a")); wait != 0 {
			t.Errorf("a day later try %d waits %v", i+1, wait)
		}
	}
	if wait := th.fails(backOff("a")); wait != time.Second {
		t.Errorf("a day later, after five failures, it waits %v", wait)
	}
}

func TestPerClient(t *testing.T) {
	th, now := newTestThrottle()
	for i := range clientFailures {
		if wait := th.fails(perClient("192.0.2.1")); wait != 0 {
			t.Fatalf("try %d waits %v", i+1, wait)
		}
		now.add(time.Second)
	}
	if wait, want := th.fails(perClient("192.0.2.1")), clientWindow-clientFailures*time.Second; wait != want {
		t.Errorf("waits %v, want %v", wait, want)
	}
	if wait := th.fails(perClient("192.0.2.2")); wait != 0 {
		t.Errorf("another client waits %v", wait)
	}
	now.add(clientWindow)
	for i := range clientFailures {
		if wait := th.fails(perClient("192.0.2.1")); wait != 0 {
			t.Errorf("in the next window try %d waits %v", i+1, wait)
		}
	}
}

func TestOutcomes(t *testing.T) {
	th, _ := newTestThrottle()
	for range freeFailures - 1 {
		th.fails(backOff("a"), perClient("c"))
	}
	try := func(o outcome) {
		t.Helper()
		settle, err := th.try(backOff("a"), perClient("c"))
		if err != nil {
			t.Fatal(err)
		}
		settle(o)
	}
	for range 20 {
		try(undecided) // counts nothing
	}
	try(succeeded)
	for i := range freeFailures {
		if wait := th.fails(backOff("a")); wait != 0 {
			t.Errorf("after a success try %d waits %v", i+1, wait)
		}
	}
	// Of the client four failures are left, which the success did not wipe out.
	for i := range clientFailures - freeFailures + 1 {
		if wait := th.fails(perClient("c")); wait != 0 {
			t.Errorf("try %d of the client waits %v", i+1, wait)
		}
	}
	if wait := th.fails(perClient("c")); wait == 0 {
		t.Error("a success wiped out the failures of the client")
	}
}

// TestManyAtOnce holds that tries at one moment are no way around the limit.
func TestManyAtOnce(t *testing.T) {
	th, _ := newTestThrottle()
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		let   []func(outcome)
	)
	for range 100 {
		group.Go(func() {
			if settle, err := th.try(backOff("a")); err == nil {
				mu.Lock()
				defer mu.Unlock()
				let = append(let, settle)
			}
		})
	}
	group.Wait()
	if len(let) != freeFailures {
		t.Errorf("%d of 100 tries at one moment were let through", len(let))
	}
}

func TestThrottleIsBounded(t *testing.T) {
	th, _ := newTestThrottle()
	for i := range maxTallies + 1000 {
		th.fails(backOff(fmt.Sprint(i)))
	}
	if n := th.tallies.Len(); n > maxTallies {
		t.Errorf("%d tallies", n)
	}
}
