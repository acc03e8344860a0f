package limit

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// maxWaiting is how many misses are held back at once. Each holds a connection, and
// those are for codes that exist.
const maxWaiting = 1024

// alarmFor is how long an alarm lasts after the last miss that raised it; it is
// logged once in that time.
const alarmFor = time.Minute

// misses are what is known of codes that lead to nothing.
type misses struct {
	logger  *slog.Logger
	sleep   func(context.Context, time.Duration)
	waiting chan struct{} // slots
	total   atomic.Int64
	// over is the Unix milliseconds at which there were too many last.
	over atomic.Int64

	mu     sync.Mutex // guards what the log was told
	logged time.Time
	since  int64 // total then
}

// Miss counts a code that leads to nothing, and holds its answer back while there
// are unusually many. A trace.Throttled says that this client asked for too many of
// them; it waits for nothing.
func (l *Limits) Miss(ctx context.Context, w Who) error {
	if l == nil {
		return nil
	}
	b, m, now := l.rules[Misses], &l.misses, l.now()
	m.total.Add(1)
	usual := b.all.AllowN(now, 1)
	if !usual {
		m.alarm(ctx, now)
	}
	if w.free {
		return nil
	}
	if d := b.take(w.key, now); d > 0 {
		return b.refuse(d)
	}
	if usual {
		return nil
	}
	select {
	case m.waiting <- struct{}{}:
		defer func() { <-m.waiting }()
		m.sleep(ctx, b.rule.Slow)
		return nil
	default: // so many that they would take the connections of others
		return b.refuse(time.Second)
	}
}

// alarm notes that there are too many misses, and tells the log now and then.
func (m *misses) alarm(ctx context.Context, now time.Time) {
	m.over.Store(now.UnixMilli())
	m.mu.Lock()
	defer m.mu.Unlock()
	if now.Sub(m.logged) < alarmFor {
		return
	}
	total := m.total.Load()
	m.logger.WarnContext(ctx, "unusually many codes that were never issued", slog.Int64("misses", total-m.since), slog.String("limit", string(Misses)))
	m.logged, m.since = now, total
}

// alarmed tells whether there were too many misses lately.
func (m *misses) alarmed(now time.Time) bool {
	over := m.over.Load()
	return over != 0 && now.UnixMilli()-over < alarmFor.Milliseconds()
}

// Unusual tells whether there were unusually many misses in the last minute.
func (l *Limits) Unusual() bool { return l != nil && l.misses.alarmed(l.now()) }
