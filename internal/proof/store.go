package proof

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"temgoc/internal/trace"
)

// settled is the age from which a revision that a History shows is taken to be
// logged: Sweep has seen to it.
const settled = time.Hour

// A Store is a trace.Store whose writes are in the log when they return. It
// writes what it stores of a logged kind with a fresh salt.
type Store struct {
	trace.Store
	log *Log
}

var _ trace.Store = (*Store)(nil)

// Store returns the store of the log, through which everything is to be written
// that is to be proved.
func (l *Log) Store() *Store { return &Store{l.store, l} }

// Insert implements trace.Store: when nil is returned the revision is stored and
// its leaf is in the log, both durable. After an error that is not ErrExists it
// may be stored and not logged; Sweep then logs it.
func (s *Store) Insert(ctx context.Context, r trace.Revision) error {
	if !s.log.kinds[r.Kind] {
		return s.Store.Insert(ctx, r)
	}
	before, err := s.before(ctx, r)
	if err != nil {
		return err
	}
	r.Salt = make([]byte, trace.SaltSize)
	rand.Read(r.Salt) // never fails since Go 1.24
	stated, err := statementOf(r, before)
	if err != nil {
		return err
	}
	if err := s.Store.Insert(ctx, r); err != nil {
		return err
	}
	return s.log.append(ctx, stated)
}

// before loads the revision that r is to replace; nil for a first one.
func (s *Store) before(ctx context.Context, r trace.Revision) (*trace.Revision, error) {
	if r.Number == 1 {
		return nil, nil
	}
	head, err := s.Store.Head(ctx, r.Kind, r.ID)
	switch {
	case err != nil:
		return nil, fmt.Errorf("insert %s %q revision %d: the one before: %w", r.Kind, r.ID, r.Number, err)
	case head.Number >= r.Number:
		return nil, fmt.Errorf("%s %q revision %d: %w", r.Kind, r.ID, r.Number, trace.ErrExists)
	case head.Number < r.Number-1:
		return nil, fmt.Errorf("%w: %s %q revision %d behind %d", trace.ErrInvalid, r.Kind, r.ID, r.Number, head.Number)
	}
	return &head, nil
}

func statementOf(r trace.Revision, before *trace.Revision) (statement, error) {
	leaf, err := LeafOf(r, before)
	if err != nil {
		return statement{}, err
	}
	entry, err := leaf.Entry()
	if err == nil && len(entry) > MaxEntry {
		err = fmt.Errorf("%w: the leaf of %s %q has %d bytes, of which %d are allowed", trace.ErrInvalid, r.Kind, r.ID, len(entry), MaxEntry)
	}
	return statement{r.Kind, r.ID, r.Number, scopesOf(r), entry}, err
}

// Head implements trace.Store.
func (s *Store) Head(ctx context.Context, kind trace.Kind, id string) (trace.Revision, error) {
	r, err := s.Store.Head(ctx, kind, id)
	if err == nil {
		observe(ctx, r)
	}
	return r, err
}

// Heads implements trace.Store.
func (s *Store) Heads(ctx context.Context, kind trace.Kind, ids []string) ([]trace.Revision, error) {
	found, err := s.Store.Heads(ctx, kind, ids)
	observe(ctx, found...)
	return found, err
}

// List implements trace.Store.
func (s *Store) List(ctx context.Context, q trace.Query) (trace.Page, error) {
	page, err := s.Store.List(ctx, q)
	observe(ctx, page.Revisions...)
	return page, err
}

// History implements trace.Store. A repeated request is recognised by a history,
// and answered without writing: so what a history shows is in the log, too.
func (s *Store) History(ctx context.Context, kind trace.Kind, id string) ([]trace.Revision, error) {
	history, err := s.Store.History(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	observe(ctx, history...)
	last := history[len(history)-1]
	if s.log.kinds[kind] && last.At.After(s.log.now().Add(-settled)) {
		err = s.log.ensure(ctx, history)
	}
	return history, err
}
