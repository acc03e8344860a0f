package bulk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"temgoc/internal/proof"
	"temgoc/internal/trace"
)

// A memory is a trace.Store that passes on what is inserted, and keeps of it what
// is still asked for: all that is entered through the ledger, and of copies only
// what is being made.
type memory struct {
	pass func(trace.Revision) error

	mu   sync.Mutex
	docs map[place][]trace.Revision
	refs map[term]map[string]bool
	// heard is told each revision that is inserted; nil while nobody listens.
	heard func(trace.Revision)
}

type place struct {
	kind trace.Kind
	id   string
}

type term struct {
	kind trace.Kind
	ref  string
}

var _ trace.Store = (*memory)(nil)

// errNotKept is for what nobody asks of a memory.
var errNotKept = errors.New("bulk: a memory does not keep that")

func newMemory(pass func(trace.Revision) error) *memory {
	return &memory{pass: pass, docs: map[place][]trace.Revision{}, refs: map[term]map[string]bool{}}
}

// Insert implements trace.Store.
func (m *memory) Insert(_ context.Context, r trace.Revision) error {
	if r.Kind == proof.KindLeaves || r.Kind == proof.KindTiles {
		return m.pass(r) // only those who restart read them
	}
	if err := m.keep(r); err != nil {
		return err
	}
	return m.pass(r)
}

func (m *memory) keep(r trace.Revision) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := place{r.Kind, r.ID}
	if len(m.docs[at]) >= r.Number {
		return fmt.Errorf("%s %q revision %d: %w", r.Kind, r.ID, r.Number, trace.ErrExists)
	}
	m.docs[at] = append(m.docs[at], r)
	if m.heard == nil {
		return nil
	}
	m.heard(r)
	for _, ref := range append([]string{""}, r.Refs...) {
		t := term{r.Kind, ref}
		if m.refs[t] == nil {
			m.refs[t] = map[string]bool{}
		}
		m.refs[t][r.ID] = true
	}
	return nil
}

// forget drops a document that nobody asks for any more.
func (m *memory) forget(kind trace.Kind, id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.docs, place{kind, id})
}

// Head implements trace.Store.
func (m *memory) Head(ctx context.Context, kind trace.Kind, id string) (trace.Revision, error) {
	all, err := m.History(ctx, kind, id)
	if err != nil {
		return trace.Revision{}, err
	}
	return all[len(all)-1], nil
}

// Heads implements trace.Store.
func (m *memory) Heads(ctx context.Context, kind trace.Kind, ids []string) ([]trace.Revision, error) {
	var found []trace.Revision
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if r, err := m.Head(ctx, kind, id); err == nil {
			found = append(found, r)
		}
	}
	return found, nil
}

// History implements trace.Store.
func (m *memory) History(_ context.Context, kind trace.Kind, id string) ([]trace.Revision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.docs[place{kind, id}]
	if len(all) == 0 {
		return nil, trace.ErrNotFound
	}
	return slices.Clone(all), nil
}

// List implements trace.Store, on one page.
func (m *memory) List(_ context.Context, q trace.Query) (trace.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var page trace.Page
	for id := range m.refs[term{q.Kind, q.Ref}] {
		all := m.docs[place{q.Kind, id}]
		if len(all) == 0 {
			continue
		}
		if r := all[len(all)-1]; q.Ref == "" || slices.Contains(r.Refs, q.Ref) {
			page.Revisions = append(page.Revisions, r)
		}
	}
	slices.SortFunc(page.Revisions, func(a, b trace.Revision) int {
		order := cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
		if q.Newest {
			return -order
		}
		return order
	})
	return page, nil
}

// Changes implements trace.Store: nothing was written by anybody else.
func (m *memory) Changes(context.Context, []trace.Kind, time.Time) ([]trace.Change, error) {
	return nil, nil
}

// Log implements trace.Store.
func (m *memory) Log(context.Context, trace.LogQuery) (trace.Page, error) {
	return trace.Page{}, errNotKept
}

// Remove implements trace.Store.
func (m *memory) Remove(context.Context, trace.Kind, string) error { return errNotKept }

// Erase implements trace.Store.
func (m *memory) Erase(context.Context, trace.Revision) error { return errNotKept }

// AddCounts implements trace.Store.
func (m *memory) AddCounts(context.Context, []trace.Count) error { return errNotKept }

// Counts implements trace.Store.
func (m *memory) Counts(context.Context, []string) ([]trace.Count, error) { return nil, nil }

// CountsAfter implements trace.Store.
func (m *memory) CountsAfter(context.Context, string, int) ([]trace.Count, error) { return nil, nil }

// Ping implements trace.Store.
func (m *memory) Ping(context.Context) error { return nil }
