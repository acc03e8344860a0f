package trace

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"
)

// merged brings the logs of several kinds into the order of the audit log.
//
// After a cursor each log is read from the end of its millisecond on, and what
// was given out of that millisecond is passed over: a page costs itself and
// what else was written in one millisecond.
func merged(ctx context.Context, store Store, q AuditQuery, after *auditPlace) iter.Seq2[Revision, error] {
	if after != nil {
		if end := time.UnixMilli(after.At + 1); q.Until.IsZero() || end.Before(q.Until) {
			q.Until = end
		}
	}
	return func(yield func(Revision, error) bool) {
		sources := sourcesOf(q)
		for {
			r, err := newest(ctx, store, sources)
			if r == nil && err == nil {
				return
			}
			if err != nil {
				yield(Revision{}, err)
				return
			}
			if after != nil && compareLog(*r, *after) <= 0 {
				continue
			}
			if !yield(*r, nil) {
				return
			}
		}
	}
}

// compareLog is negative for what comes before a place of the audit log.
func compareLog(r Revision, p auditPlace) int {
	return cmp.Or(cmp.Compare(p.At, r.At.UnixMilli()), cmp.Compare(p.Kind, r.Kind), cmp.Compare(p.ID, r.ID), cmp.Compare(p.Number, r.Number))
}

// newest takes the first of what the sources have next; nil at the end of all.
func newest(ctx context.Context, store Store, sources []*logSource) (*Revision, error) {
	var first *logSource
	for _, s := range sources {
		if err := s.fill(ctx, store); err != nil {
			return nil, err
		}
		if len(s.next) == 0 {
			continue
		}
		r := s.next[0]
		if first == nil || compareLog(first.next[0], auditPlace{r.At.UnixMilli(), r.Kind, r.ID, r.Number}) > 0 {
			first = s
		}
	}
	if first == nil {
		return nil, nil
	}
	r := first.next[0]
	first.next = first.next[1:]
	return &r, nil
}

// A logSource is the log of one kind, read in growing pieces: most kinds have
// little to say on a page, one may have all of it.
type logSource struct {
	query LogQuery
	// document is the one whose history is the log; empty for that of the kind.
	document string
	next     []Revision
	ended    bool
}

const (
	firstPiece = 16
	maxPiece   = 200
)

// named are the kinds whose documents are named by a term, and how it begins.
// Such a document does not carry its own term, but what was done to it is
// what first comes to mind of the term.
var named = map[Kind]string{
	KindProducers: producerRef(""),
	KindProducts:  productRef(""),
	KindBatches:   batchRef(""),
}

func sourcesOf(q AuditQuery) []*logSource {
	var sources []*logSource
	for _, k := range q.Kinds {
		if slices.ContainsFunc(sources, func(s *logSource) bool { return s.query.Kind == k.Kind }) {
			continue
		}
		s := &logSource{query: LogQuery{Kind: k.Kind, Ref: q.Ref, By: q.By, Since: q.Since, Until: q.Until, Limit: firstPiece}}
		if prefix := named[k.Kind]; prefix != "" {
			s.document, _ = strings.CutPrefix(q.Ref, prefix)
			if s.document == q.Ref {
				s.document = ""
			}
		}
		sources = append(sources, s)
	}
	return sources
}

// fill reads on until something is there or the log ends.
func (s *logSource) fill(ctx context.Context, store Store) error {
	for len(s.next) == 0 && !s.ended {
		page, err := s.read(ctx, store)
		if err != nil {
			return err
		}
		s.next, s.query.After, s.ended = page.Revisions, page.Next, page.Next == ""
		s.query.Limit = min(2*s.query.Limit, maxPiece)
	}
	return nil
}

func (s *logSource) read(ctx context.Context, store Store) (Page, error) {
	if s.document == "" {
		return store.Log(ctx, s.query)
	}
	history, err := store.History(ctx, s.query.Kind, s.document)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Page{}, err
	}
	history = slices.DeleteFunc(history, func(r Revision) bool { return !s.query.holds(r) })
	slices.SortFunc(history, func(a, b Revision) int {
		return cmp.Or(b.At.Compare(a.At), b.Number-a.Number)
	})
	return Page{Revisions: history}, nil
}

// holds tells whether the query's writer and bounds are those of a revision.
func (q LogQuery) holds(r Revision) bool {
	return (q.By == "" || q.By == r.By) &&
		(q.Since.IsZero() || !r.At.Before(q.Since)) && (q.Until.IsZero() || r.At.Before(q.Until))
}
