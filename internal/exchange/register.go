package exchange

import (
	"context"
	"slices"

	"temgoc/internal/trace"
)

// A register is documents, found by what they are known as.
type register[T any] struct {
	all   []trace.Stored[T]
	byKey map[string][]int
}

// under are the documents of a key, the oldest first.
func (r *register[T]) under(key string) []trace.Stored[T] {
	var found []trace.Stored[T]
	for _, i := range r.byKey[key] {
		found = append(found, r.all[i])
	}
	return found
}

// registers are the registers of one kind of document, each of what is found
// under a term.
type registers[T trace.Document] struct {
	read map[string]*register[T]
	keys func(trace.Stored[T]) []string
	// past includes earlier revisions.
	past bool
}

// of reads what is found under a term, once.
func (r *registers[T]) of(ctx context.Context, l *trace.Ledger, term string) (*register[T], error) {
	if have, ok := r.read[term]; ok {
		return have, nil
	}
	all, err := trace.All[T](ctx, l, term)
	if err == nil && r.past {
		all, err = withPast(ctx, l, all)
	}
	if err != nil {
		return nil, err
	}
	have := &register[T]{all: all, byKey: map[string][]int{}}
	for i, s := range all {
		for _, key := range r.keys(s) {
			if !slices.Contains(have.byKey[key], i) {
				have.byKey[key] = append(have.byKey[key], i)
			}
		}
	}
	if r.read == nil {
		r.read = map[string]*register[T]{}
	}
	r.read[term] = have
	return have, nil
}

// withPast adds the earlier revisions of documents that have any.
func withPast[T trace.Document](ctx context.Context, l *trace.Ledger, heads []trace.Stored[T]) ([]trace.Stored[T], error) {
	all := heads
	for _, h := range heads {
		if h.Revision == 1 {
			continue
		}
		history, err := trace.HistoryOf(ctx, l, h.ID, func(T) error { return nil })
		if err != nil {
			return nil, err
		}
		all = append(all, history[:len(history)-1]...)
	}
	return all, nil
}
