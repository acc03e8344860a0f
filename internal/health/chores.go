package health

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"temgoc/internal/catalog"
)

// A ChoreBook has what became of the work that a service does by itself.
type ChoreBook struct {
	mu     sync.Mutex
	chores map[string]*chore
}

type chore struct {
	every    time.Duration
	since    time.Time // when it was first to be done
	done     time.Time // last success; zero for none yet
	failures int
	failing  bool
}

// NewChoreBook makes an empty one.
func NewChoreBook() *ChoreBook { return &ChoreBook{chores: map[string]*chore{}} }

// Expect says that a chore is done so often from now on.
func (c *ChoreBook) Expect(name string, every time.Duration, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.chores[name] = &chore{every: every, since: now}
}

// Done notes how a chore went.
func (c *ChoreBook) Done(name string, now time.Time, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := c.chores[name]
	if one.failing = err != nil; one.failing {
		one.failures++
		return
	}
	one.done = now
}

// late is how often in a row a chore may be left out, and the least time that is
// allowed for it.
const (
	late      = 3
	leastLate = 2 * time.Minute
)

// overdue tells for how long a chore should have been done.
func (c *chore) overdue(now time.Time) time.Duration {
	last := c.since
	if c.done.After(last) {
		last = c.done
	}
	return now.Sub(last) - max(late*c.every, leastLate)
}

// Finding judges all of them.
func (c *ChoreBook) Finding(now time.Time) Finding {
	c.mu.Lock()
	defer c.mu.Unlock()
	var overdue, failing []string
	for _, name := range slices.Sorted(maps.Keys(c.chores)) {
		switch one := c.chores[name]; {
		case one.overdue(now) > 0:
			overdue = append(overdue, name)
		case one.failing:
			failing = append(failing, name)
		}
	}
	list := func(names []string) string {
		text := names[0]
		if len(names) > 1 {
			text += fmt.Sprintf(" (+%d)", len(names)-1)
		}
		return text
	}
	switch {
	case len(overdue) > 0:
		return At(Chores, Bad, "Lâu chưa làm được: "+list(overdue), "Not done for long: "+list(overdue))
	case len(failing) > 0:
		return At(Chores, Warn, "Lần cuối không làm được, sẽ làm lại: "+list(failing), "Failed the last time, to be tried again: "+list(failing))
	}
	return find(Chores, Good, catalog.Name{VI: fmt.Sprintf("%d việc đều đúng hạn", len(c.chores)), EN: fmt.Sprintf("all %d are in time", len(c.chores))})
}

// A ChoreState is how one chore stands.
type ChoreState struct {
	Name     string
	Done     time.Time
	Failures int
	Failing  bool
}

// States tells how each stands, by name.
func (c *ChoreBook) States() []ChoreState {
	c.mu.Lock()
	defer c.mu.Unlock()
	var states []ChoreState
	for name, one := range c.chores {
		states = append(states, ChoreState{name, one.done, one.failures, one.failing})
	}
	slices.SortFunc(states, func(a, b ChoreState) int { return cmp.Compare(a.Name, b.Name) })
	return states
}
