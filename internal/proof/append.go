package proof

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/trace"
)

// append logs a statement and returns when its leaf is durable. It appends
// together with what others wait for.
func (l *Log) append(ctx context.Context, statements ...statement) error {
	all := make([]*waiting, len(statements))
	for i, s := range statements {
		all[i] = &waiting{s, make(chan error, 1)}
	}
	l.mu.Lock()
	l.queue = append(l.queue, all...)
	lead := !l.leading
	l.leading = true
	l.mu.Unlock()
	if lead {
		go l.workOff(context.WithoutCancel(ctx)) // others wait for it too
	}
	for _, w := range all {
		select {
		case err := <-w.done:
			if err != nil {
				return err
			}
		case <-ctx.Done():
			return fmt.Errorf("%w: waiting for the log: %w", trace.ErrUnavailable, ctx.Err())
		}
	}
	return nil
}

// workOff appends what waits, group by group.
func (l *Log) workOff(ctx context.Context) {
	for {
		l.mu.Lock()
		n := min(len(l.queue), maxGroup)
		batch := slices.Clone(l.queue[:n])
		l.queue = slices.Delete(l.queue, 0, n)
		l.leading = n > 0
		l.mu.Unlock()
		if n == 0 {
			return
		}
		err := l.commit(ctx, batch)
		for _, w := range batch {
			w.done <- err
		}
	}
}

// commit appends a group. When others appended first, it follows them and tries
// again; what one of them has logged is not logged twice.
func (l *Log) commit(ctx context.Context, batch []*waiting) error {
	l.moving.Lock()
	defer l.moving.Unlock()
	for range attempts {
		g, terms := l.group(batch)
		if len(g.Leaves) == 0 {
			return nil
		}
		err := l.insert(ctx, g, terms)
		if err == nil {
			return nil
		}
		// An error says little: perhaps the group was stored after all.
		before := l.Size()
		if followed := l.follow(ctx); followed != nil {
			return errors.Join(err, followed)
		}
		if !errors.Is(err, trace.ErrExists) && l.Size() == before {
			return err
		}
	}
	return fmt.Errorf("%w: others appended to the log %d times in a row", trace.ErrUnavailable, attempts)
}

// group collects what is not logged yet, each revision once, and the terms under
// which its leaves are found.
func (l *Log) group(batch []*waiting) (group, []string) {
	var g group
	var terms []string
	taken := map[key]bool{}
	for _, w := range batch {
		k := key{w.kind, w.id, w.number}
		if l.recent(k) || taken[k] {
			continue
		}
		taken[k] = true
		g.Leaves = append(g.Leaves, storedEntry{Kind: w.kind, ID: w.id, Number: w.number, In: inOf(w.scopes), Entry: string(w.entry)})
		terms = append(terms, w.scopes...)
	}
	slices.Sort(terms)
	return g, slices.Compact(terms)
}

// insert stores a group behind the present state, and makes it part of it.
func (l *Log) insert(ctx context.Context, g group, terms []string) error {
	now := l.state.Load()
	placed := storedGroup{group: g, start: now.tree.size, at: l.after(now.at)}
	next, full, err := now.tree.add(placed.entries())
	if err != nil {
		return err
	}
	root, err := next.root()
	if err != nil {
		return err
	}
	placed.Size = next.size
	if placed.Checkpoint, err = signedHead(checkpoint.Head{Origin: l.Origin(), Size: next.size, Root: root}, l.signer); err != nil {
		return err
	}
	r, err := placed.revision(placed.start, placed.at, terms)
	if err != nil {
		return err
	}
	if err := l.store.Insert(ctx, r); err != nil {
		return err
	}
	// It is in the log now, whatever becomes of its tiles: they are made again.
	_ = l.move(ctx, placed, next, full)
	return nil
}

// after is the present, or the last time of the log where a clock went back.
func (l *Log) after(last time.Time) time.Time {
	now := l.now().UTC().Truncate(time.Millisecond)
	if now.Before(last) {
		return last
	}
	return now
}
