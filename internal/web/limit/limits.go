package limit

import (
	"context"
	"fmt"
	"hash/maphash"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/trace"
)

// RuleOf is a row of the table.
func RuleOf(n Name) Rule {
	rules := Rules()
	return rules[slices.IndexFunc(rules, func(r Rule) bool { return r.Name == n })]
}

// Config is what Limits are made of.
type Config struct {
	// Free are the addresses whose clients are not limited when they ask directly.
	Free []netip.Prefix
	// Logger is told of alarms; none when nil.
	Logger *slog.Logger
	// Metrics gets temgoc_limited_total and what is known of misses; nil for none.
	Metrics prometheus.Registerer
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Sleep waits, or until ctx ends; with a timer when nil.
	Sleep func(ctx context.Context, d time.Duration)
}

// Limits keep the rules. A nil *Limits refuses nothing.
type Limits struct {
	now    func() time.Time
	seed   maphash.Seed
	free   []netip.Prefix
	rules  map[Name]*buckets
	misses misses
	// failedSignIns is how many the accounts refused, which count by themselves.
	failedSignIns func() int64
}

// New makes Limits. It fails when the metrics are registered already.
func New(c Config) (*Limits, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	l := &Limits{now: c.Now, seed: maphash.MakeSeed(), free: c.Free, rules: map[Name]*buckets{}, failedSignIns: func() int64 { return 0 }}
	for _, r := range Rules() {
		l.rules[r.Name] = newBuckets(r)
	}
	l.misses = misses{logger: c.Logger, sleep: c.Sleep, waiting: make(chan struct{}, maxWaiting)}
	if c.Metrics != nil {
		if err := c.Metrics.Register(collector{l}); err != nil {
			return nil, fmt.Errorf("limits: %w", err)
		}
	}
	return l, nil
}

// WatchSignIns names who counts the sign-ins that were refused: accounts know
// which of them failed, and count those alone.
func (l *Limits) WatchSignIns(refused func() int64) { l.failedSignIns = refused }

// Admit counts what somebody asks for. A trace.Throttled says how long to wait, and
// nothing is counted then.
func (l *Limits) Admit(n Name, w Who) error {
	if l == nil || w.free {
		return nil
	}
	b := l.rules[n]
	if d := b.take(w.key, l.now()); d > 0 {
		return b.refuse(d)
	}
	return nil
}

// Check tells whether somebody may still ask, and counts nothing: for what counts
// only when it turns out in some way, see Charge.
func (l *Limits) Check(n Name, w Who) error {
	if l == nil || w.free {
		return nil
	}
	b := l.rules[n]
	if d := wait(b.own(w.key, false), l.now()); d > 0 {
		return b.refuse(d)
	}
	return nil
}

// Charge counts something that was done, as often as times says.
func (l *Limits) Charge(n Name, w Who, times int) {
	if l == nil || w.free {
		return
	}
	own, now := l.rules[n].own(w.key, true), l.now()
	for range times {
		if !own.AllowN(now, 1) {
			return // it was empty already
		}
	}
}

// Allow takes one of what all share; false when there is none left. Nothing is
// refused by that: the caller does without.
func (l *Limits) Allow(n Name) bool {
	return l == nil || l.rules[n].all.AllowN(l.now(), 1)
}

// refuse counts a refusal.
func (b *buckets) refuse(d time.Duration) error {
	b.refused.Add(1)
	return &trace.Throttled{After: d}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
