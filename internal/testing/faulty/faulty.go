// Package faulty stands between a service and the stores it depends on, and
// spoils single calls: it understands as much of MongoDB's wire protocol and of
// S3 over HTTP as is needed to tell one call from another. It can also let a
// store go away as a whole.
package faulty

import (
	"net"
	"slices"
	"sync"
	"testing"
	"time"
)

// A Way is how a call is spoiled.
type Way string

// The ways. What a service must survive of each of its calls.
const (
	Refuse Way = "not carried out, answered with an error"
	Lose   Way = "carried out, answered with an error"
	Slow   Way = "held back, carried out late"
	Reset  Way = "connection reset in the middle"
)

// Ways are all of them.
func Ways() []Way { return []Way{Refuse, Lose, Slow, Reset} }

// A Call is what a client asked of a store.
type Call struct {
	Name string // insert, find, update, delete …; PUT, GET, HEAD, DELETE
	On   string // the collection; "object" or "bucket"
}

// A Fault spoils calls.
type Fault struct {
	// Match chooses among calls; nil for all.
	Match func(Call) bool
	// Nth is which of those that match is the first to be spoiled, from 1;
	// Times how many in a row are, 0 for all until Disarm.
	Nth, Times int
	Way        Way
	// Delay is how long a Slow call is held back.
	Delay time.Duration
}

// A Proxy relays to one store.
type Proxy struct {
	listener net.Listener
	target   string

	mu      sync.Mutex
	open    map[net.Conn]bool
	away    State
	fault   Fault
	armed   bool
	matched int
	spoiled int
	calls   []Call
	late    sync.WaitGroup // calls that are held back
}

// A State is whether a store can be reached as a whole.
type State int

// The states: as it should be; connections end and new ones are closed at once;
// connections are taken and nothing is said.
const (
	Up State = iota
	Cut
	Hanging
)

// listen makes a proxy whose connections serve handles, until the test ends.
func listen(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return &Proxy{listener: l, target: target, open: map[net.Conn]bool{}}
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Arm spoils calls from now on, and forgets what was counted.
func (p *Proxy) Arm(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.armed, p.matched, p.spoiled = f, true, 0, 0
}

// Disarm lets calls through, and returns how many were spoiled.
func (p *Proxy) Disarm() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed = false
	return p.spoiled
}

// Record forgets the calls so far.
func (p *Proxy) Record() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = nil
}

// Calls are those since Record, in their order.
func (p *Proxy) Calls() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// WaitLate waits until every call that was held back has been carried out.
func (p *Proxy) WaitLate() { p.late.Wait() }

// Set lets the store be reached or not.
func (p *Proxy) Set(s State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = s
	if s == Hanging {
		return
	}
	for c := range p.open {
		c.Close()
	}
	clear(p.open)
}

func (p *Proxy) state() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.away
}

// hold notes a connection; it reports false, and closes it, when the line is cut.
func (p *Proxy) hold(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away == Cut {
		c.Close()
		return false
	}
	p.open[c] = true
	return true
}

// drop closes a connection; hard resets it.
func (p *Proxy) drop(c net.Conn, hard bool) {
	if tcp, ok := c.(*net.TCPConn); ok && hard {
		_ = tcp.SetLinger(0)
	}
	c.Close()
	p.mu.Lock()
	delete(p.open, c)
	p.mu.Unlock()
}

// judge notes a call, and tells how it is to be spoiled; "" for not at all.
func (p *Proxy) judge(c Call) (Way, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, c)
	if !p.armed || p.fault.Match != nil && !p.fault.Match(c) {
		return "", 0
	}
	p.matched++
	if n := p.matched - max(p.fault.Nth, 1); n < 0 || p.fault.Times > 0 && n >= p.fault.Times {
		return "", 0
	}
	p.spoiled++
	return p.fault.Way, p.fault.Delay
}
