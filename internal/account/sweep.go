package account

import (
	"context"
	"time"

	"temgoc/internal/trace"
)

// How long what has no more use is kept.
const (
	SessionsKept = 30 * 24 * time.Hour // after the latest time at which they can have ended
	codesKept    = 24 * time.Hour      // far longer than a code counts
)

// Sweep removes sessions that ended long ago and notes of used codes. A service
// does so every hour.
func (d *Directory) Sweep(ctx context.Context) error {
	now := d.ledger.Now()
	if err := sweep[session](ctx, d, now.Add(-SessionsKept-SessionAtMost)); err != nil {
		return err
	}
	return sweep[usedCode](ctx, d, now.Add(-codesKept))
}

// sweep removes the documents that were made before.
func sweep[T trace.Document](ctx context.Context, d *Directory, before time.Time) error {
	var zero T
	for q := (trace.Query{Kind: zero.DocumentKind(), Limit: 500}); ; {
		page, err := d.store.List(ctx, q)
		if err != nil {
			return err
		}
		for _, r := range page.Revisions {
			if !r.Created.Before(before) {
				return nil // the oldest come first
			}
			if err := trace.Remove[T](ctx, d.ledger, r.ID); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}
