// Package patience bounds how long a store is waited for. Who asks for a page
// or sends a form is told within five seconds that a store is away, also where
// several calls are made for it, one after the other: a store that has just
// let a call wait in vain gets little time for the next ones, until it answers
// one of them.
package patience

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	// Full is how long a call may wait for a store that answered lately.
	Full = 4 * time.Second
	// Short is how long one may wait for a store that let the last one wait in
	// vain.
	Short = 400 * time.Millisecond
	// Probing is how often a call gets the full time nevertheless: a store that
	// is slow and not away must be able to show it.
	Probing = 5 * time.Second
)

// A Gauge knows whether a store answers. The zero value trusts it.
type Gauge struct {
	away   atomic.Bool
	probed atomic.Int64 // when a call last got the full time, Unix nanoseconds
}

// Answered notes that the store answered a call.
func (g *Gauge) Answered() { g.away.Store(false) }

// Away notes that the store let a call wait in vain.
func (g *Gauge) Away() { g.away.Store(true) }

// Limit bounds a call that begins now. The function that it returns ends the
// call, and notes whether the store let it wait in vain.
func (g *Gauge) Limit(ctx context.Context) (context.Context, context.CancelFunc) {
	limited, cancel := context.WithTimeout(ctx, g.Grant())
	return limited, func() {
		if limited.Err() == context.DeadlineExceeded && ctx.Err() == nil {
			g.Away()
		}
		cancel()
	}
}

// Grant is how long a call that begins now may wait.
func (g *Gauge) Grant() time.Duration { return g.grant(time.Now()) }

func (g *Gauge) grant(now time.Time) time.Duration {
	last := g.probed.Load()
	if !g.away.Load() {
		g.probed.Store(now.UnixNano())
		return Full
	}
	if now.UnixNano()-last > int64(Probing) && g.probed.CompareAndSwap(last, now.UnixNano()) {
		return Full
	}
	return Short
}
