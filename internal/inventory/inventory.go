// Package inventory goes through all that is kept: every revision of every
// document, every counter, every file. It is for who copies or counts all of it;
// whatever else is asked of the stores goes through their indexes.
//
// Others may write meanwhile. What was there before the first element was asked
// for comes exactly once, what is written meanwhile once or not at all. A
// sequence ends with its first error.
package inventory

import (
	"context"
	"fmt"
	"iter"
	"time"

	"temgoc/internal/trace"
)

// page is how many elements are read at a time.
const page = 500

// Revisions gives the revisions of a kind that were written at since or later,
// the newest first; all of them when since is zero.
func Revisions(ctx context.Context, s trace.Store, kind trace.Kind, since time.Time) iter.Seq2[trace.Revision, error] {
	return func(yield func(trace.Revision, error) bool) {
		q := trace.LogQuery{Kind: kind, Since: since, Limit: page}
		for {
			p, err := s.Log(ctx, q)
			if err != nil {
				yield(trace.Revision{}, fmt.Errorf("revisions of %s: %w", kind, err))
				return
			}
			for _, r := range p.Revisions {
				if !yield(r, nil) {
					return
				}
			}
			if q.After = p.Next; q.After == "" {
				return
			}
		}
	}
}

// Counts gives all counters, in the order of their keys.
func Counts(ctx context.Context, s trace.Store) iter.Seq2[trace.Count, error] {
	return pages(func(last trace.Count) ([]trace.Count, error) { return s.CountsAfter(ctx, last.Key, page) })
}

// Files gives all files, in the order of their digests.
func Files(ctx context.Context, f trace.Files) iter.Seq2[trace.Object, error] {
	return pages(func(last trace.Object) ([]trace.Object, error) { return f.List(ctx, last.Digest, page) })
}

// pages gives what next lists behind the last element, which is zero at the
// start.
func pages[T any](next func(last T) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var last T
		for {
			some, err := next(last)
			if err != nil {
				yield(last, err)
				return
			}
			for _, v := range some {
				if !yield(v, nil) {
					return
				}
				last = v
			}
			if len(some) < page {
				return
			}
		}
	}
}
