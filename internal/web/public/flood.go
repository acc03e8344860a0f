package public

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"

	"temgoc/internal/trace"
)

// A pace is how often something may be done: burst times at once, and once
// more every while.
type pace struct {
	every time.Duration
	burst int
}

func (p pace) limiter() *rate.Limiter { return rate.NewLimiter(rate.Every(p.every), p.burst) }

// maxClients bounds the memory of a flood gate. Who asked longest ago is
// forgotten first.
const maxClients = 1 << 16

// A floodGate bounds how often one client, and how often all together, may ask
// for something. It is kept in memory, so that no address of a client is ever
// stored; each replica counts for itself.
//
// Many subscribers of a mobile network share an address, so one client may ask
// more often than one person would.
type floodGate struct {
	clock func() time.Time
	each  pace

	mu      sync.Mutex
	all     *rate.Limiter
	clients *simplelru.LRU[netip.Prefix, *rate.Limiter]
}

func newFloodGate(clock func() time.Time, each, all pace) *floodGate {
	clients, err := simplelru.NewLRU[netip.Prefix, *rate.Limiter](maxClients, nil)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &floodGate{clock: clock, each: each, all: all.limiter(), clients: clients}
}

// admit counts a request of a client. A trace.Throttled says how long to wait,
// and nothing is counted then.
func (f *floodGate) admit(client string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, key := f.clock(), clientKey(client)
	own, ok := f.clients.Get(key)
	if !ok {
		own = f.each.limiter()
		f.clients.Add(key, own)
	}
	mine := own.ReserveN(now, 1)
	if wait := mine.DelayFrom(now); wait > 0 {
		mine.CancelAt(now)
		return &trace.Throttled{After: wait}
	}
	ours := f.all.ReserveN(now, 1)
	if wait := ours.DelayFrom(now); wait > 0 {
		ours.CancelAt(now)
		mine.CancelAt(now)
		return &trace.Throttled{After: wait}
	}
	return nil
}

// clientKey is what counts as one client: an address, or of IPv6 the network
// of 64 bits, which is what one subscriber gets. Whatever is no address is one
// client too.
func clientKey(client string) netip.Prefix {
	addr, err := netip.ParseAddr(client)
	if err != nil {
		return netip.Prefix{}
	}
	addr = addr.Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	key, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return key
}
