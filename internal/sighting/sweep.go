package sighting

import (
	"context"
	"time"

	"temgoc/internal/trace"
)

// Sweep removes what is kept for a time only: sightings and places after Window,
// the mark of who opened a pack after UndoWithin, and PIN tries after their pause.
// A service does so every hour.
func (k *Keeper) Sweep(ctx context.Context) error {
	now := k.ledger.Now()
	created := func(age time.Duration) func(trace.Revision) bool {
		return func(r trace.Revision) bool { return r.Created.Before(now.Add(-age)) }
	}
	if err := sweep[Sighting](ctx, k, true, created(Window)); err != nil {
		return err
	}
	if err := sweep[Place](ctx, k, true, created(Window)); err != nil {
		return err
	}
	if err := sweep[Opener](ctx, k, true, created(UndoWithin)); err != nil {
		return err
	}
	// The oldest of these may still be tried, so all are looked at.
	return sweep[Tries](ctx, k, false, func(r trace.Revision) bool { return r.At.Before(now.Add(-TriesPause)) })
}

// sweep removes the documents that are over, the oldest first; where inOrder,
// the first that is not ends it.
func sweep[T trace.Document](ctx context.Context, k *Keeper, inOrder bool, over func(trace.Revision) bool) error {
	var zero T
	for q := (trace.Query{Kind: zero.DocumentKind(), Limit: 500}); ; {
		page, err := k.store.List(ctx, q)
		if err != nil {
			return err
		}
		for _, r := range page.Revisions {
			switch {
			case over(r):
				if err := trace.Remove[T](ctx, k.ledger, r.ID); err != nil {
					return err
				}
			case inOrder:
				return nil
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}
