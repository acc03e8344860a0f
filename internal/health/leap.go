package health

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"temgoc/internal/catalog"
)

// maxLeap is how far the clock may go apart from one that nobody sets. What keeps
// it right moves it by less.
const maxLeap = time.Minute

// leaps compares the clock with one that nobody sets. That the clock is ahead of
// all that was entered says nothing, for nobody may have entered anything for
// months; that it moved while nothing else did, does.
type leaps struct {
	wall   time.Time
	steady time.Duration
	told   time.Duration // what the log was told last
}

func newLeaps(wall time.Time, steady time.Duration) *leaps {
	return &leaps{wall: wall.Round(0), steady: steady}
}

// since is how far the clock went ahead since the start, and how far of that the log
// was not told yet; zero for little.
func (l *leaps) since(wall time.Time, steady time.Duration) (all, fresh time.Duration) {
	// Round takes the monotonic reading away, or Sub would go by it.
	all = wall.Round(0).Sub(l.wall) - (steady - l.steady)
	if fresh = all - l.told; !far(fresh) {
		return all, 0
	}
	l.told = all
	return all, fresh
}

func far(d time.Duration) bool { return d.Abs() > maxLeap }

// lookAtClock notes how far the clock leapt; a leap is said in the log once.
func (w *Watch) lookAtClock(ctx context.Context) {
	if w.leap == nil {
		return
	}
	w.mu.Lock()
	all, fresh := w.leap.since(w.now(), w.Steady())
	w.seen.leapt = all
	w.mu.Unlock()
	if fresh != 0 {
		w.logger.WarnContext(ctx, "the clock of this machine leapt", slog.Duration("by", fresh.Round(time.Second)), slog.Duration("since_start", all.Round(time.Second)))
	}
}

// clockFinding judges the clock by the store, and by what it did since the start.
func clockFinding(now time.Time, s seen) Finding {
	behind := ClockFinding(now, s.newest)
	if behind.Level != Good || !far(s.leapt) {
		return behind
	}
	by := s.leapt.Abs().Round(time.Second)
	what := catalog.Name{VI: fmt.Sprintf("Giờ máy nhảy tới %v từ lúc khởi động dịch vụ", by), EN: fmt.Sprintf("It leapt ahead by %v since the service was started", by)}
	if s.leapt < 0 {
		what = catalog.Name{VI: fmt.Sprintf("Giờ máy lùi lại %v từ lúc khởi động dịch vụ", by), EN: fmt.Sprintf("It was set back by %v since the service was started", by)}
	}
	return find(Clock, Warn, what)
}

// Clock says in English how the clock stands, for /readyz.
func (w *Watch) Clock() string {
	w.mu.Lock()
	s := w.seen
	w.mu.Unlock()
	return clockFinding(w.now(), s).What.EN
}
