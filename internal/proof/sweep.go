package proof

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"temgoc/internal/trace"
)

// overlap is how far back each sweep looks. A revision is stamped before it is
// stored, by the clock of whoever writes it, and a write that timed out may be
// carried out later still.
const overlap = 2 * time.Minute

// Sweep follows what other processes appended, and logs what was stored since the
// last sweep and is not logged: what a process that ended left. A service does it
// now and then.
func (l *Log) Sweep(ctx context.Context) error {
	if err := l.CatchUp(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	since := l.swept
	l.mu.Unlock()
	start := l.now()
	changes, err := l.store.Changes(ctx, slices.Sorted(maps.Keys(l.kinds)), since)
	if err != nil {
		return err
	}
	slices.SortFunc(changes, func(a, b trace.Change) int { // as they were written
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID), cmp.Compare(a.Number, b.Number))
	})
	var left []statement
	for _, c := range changes {
		s, err := l.unlogged(ctx, key{c.Kind, c.ID, c.Number})
		if err != nil {
			return err
		}
		left = append(left, s...)
	}
	for part := range slices.Chunk(left, maxGroup) {
		if err := l.append(ctx, part...); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.swept = start.Add(-overlap)
	return nil
}

// unlogged makes the statement of a revision that is not in the log; none for
// one that is, or that was removed.
func (l *Log) unlogged(ctx context.Context, k key) ([]statement, error) {
	if logged, err := l.logged(ctx, k); err != nil || logged {
		return nil, err
	}
	history, err := l.store.History(ctx, k.kind, k.id)
	if errors.Is(err, trace.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i, r := range history {
		if r.Number != k.number {
			continue
		}
		s, err := statementOf(r, previous(history, i))
		return []statement{s}, err
	}
	return nil, nil
}

// previous is the revision before history[i]; nil for the first.
func previous(history []trace.Revision, i int) *trace.Revision {
	if i == 0 {
		return nil
	}
	return &history[i-1]
}

// logged tells whether a revision has a leaf.
func (l *Log) logged(ctx context.Context, k key) (bool, error) {
	if l.recent(k) {
		return true, nil
	}
	found, err := l.find(ctx, trace.Topic(k.kind, k.id))
	if err != nil {
		return false, err
	}
	_, ok := found[k]
	return ok, nil
}

// ensure logs the revisions of a history that were written lately and are not
// logged yet.
func (l *Log) ensure(ctx context.Context, history []trace.Revision) error {
	var left []statement
	for i, r := range history {
		if r.At.Before(l.now().Add(-settled)) {
			continue
		}
		logged, err := l.logged(ctx, key{r.Kind, r.ID, r.Number})
		if err != nil {
			return err
		}
		if logged {
			continue
		}
		s, err := statementOf(r, previous(history, i))
		if err != nil {
			return err
		}
		left = append(left, s)
	}
	if len(left) == 0 {
		return nil
	}
	return l.append(ctx, left...)
}

// find reads the leaves under a term from the store, and checks each against the
// signed tree. Those of the topic of a document are its own; those of another
// term belong to what it names.
func (l *Log) find(ctx context.Context, term string) (map[key]Place, error) {
	found := map[key]Place{}
	for q := (trace.Query{Kind: KindLeaves, Ref: term, Limit: 200}); ; {
		page, err := l.store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Revisions {
			g, err := readGroup(r)
			if err != nil {
				return nil, err
			}
			if err := l.collect(ctx, found, g, term); err != nil {
				return nil, err
			}
		}
		if page.Next == "" {
			return found, nil
		}
		q.After = page.Next
	}
}

// collect adds the leaves of a group that belong to a term.
func (l *Log) collect(ctx context.Context, found map[key]Place, g storedGroup, term string) error {
	if g.Size > l.Size() {
		if err := l.CatchUp(ctx); err != nil {
			return err
		}
	}
	for i, e := range g.Leaves {
		if e.In != term && trace.Topic(e.Kind, e.ID) != term {
			continue
		}
		p := Place{g.start + int64(i), []byte(e.Entry)}
		if err := l.included(ctx, e.key(), p); err != nil {
			return err
		}
		if other, twice := found[e.key()]; twice && string(other.Entry) != e.Entry {
			return faultOf(FaultLog, e.key(), "it is in the log twice, with different content")
		}
		found[e.key()] = p
	}
	return nil
}
