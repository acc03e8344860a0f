package public

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"temgoc/internal/trace"
)

func TestFloodGate(t *testing.T) {
	clock := &stillClock{time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
	f := newFloodGate(clock.now, pace{time.Minute, 3}, pace{time.Second, 8})
	admitted := func(client string, n int) (got int) {
		for range n {
			if f.admit(client) == nil {
				got++
			}
		}
		return got
	}
	if got := admitted("192.0.2.1", 10); got != 3 {
		t.Errorf("a client is admitted %d times at once, want 3", got)
	}
	err := f.admit("192.0.2.1")
	throttled, ok := errors.AsType[*trace.Throttled](err)
	if !ok || throttled.After != time.Minute || !errors.Is(err, trace.ErrTooMany) {
		t.Errorf("the fourth time: %v, want to wait a minute", err)
	}
	if got := admitted("192.0.2.2", 1); got != 1 {
		t.Error("one client's flood keeps out another")
	}
	clock.t = clock.t.Add(59 * time.Second)
	if got := admitted("192.0.2.1", 1); got != 0 {
		t.Error("a client is admitted again after 59 seconds")
	}
	clock.t = clock.t.Add(time.Second)
	if got := admitted("192.0.2.1", 5); got != 1 {
		t.Errorf("after a minute the client is admitted %d times, want 1: being refused must not cost a turn", got)
	}

	clock.t = clock.t.Add(time.Hour)
	all := 0
	for i := range 50 {
		all += admitted(fmt.Sprintf("198.51.100.%d", i), 1)
	}
	if all != 8 {
		t.Errorf("50 clients are admitted %d times at once, want 8", all)
	}
	clock.t = clock.t.Add(3 * time.Second)
	if got := admitted("198.51.100.200", 3); got != 3 {
		t.Errorf("three seconds later %d more are admitted, want 3", got)
	}
}

func TestFloodGateForgets(t *testing.T) {
	clock := &stillClock{time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
	f := newFloodGate(clock.now, pace{time.Minute, 1}, pace{time.Nanosecond, 1 << 30})
	for i := range maxClients + 100 {
		if err := f.admit(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)); err != nil {
			t.Fatal(err)
		}
	}
	if n := f.clients.Len(); n != maxClients {
		t.Errorf("%d clients are remembered, want %d", n, maxClients)
	}
}

func TestClientKey(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"fe80::1%eth0", "fe80::2%eth1", true},
		{"", "unix", true},
		{"", "0.0.0.0", false},
	} {
		if got := clientKey(tt.a) == clientKey(tt.b); got != tt.same {
			t.Errorf("%q and %q are one client: %v, want %v", tt.a, tt.b, got, tt.same)
		}
	}
}
