package trace_test

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"temgoc/internal/trace"
)

var errFault = fmt.Errorf("%w: injected fault", trace.ErrUnavailable)

// A faultyStore fails the at-th insert of a kind, or of any when kind is
// empty: before it is carried out or, with persist, after. Everything else
// goes to the real store.
type faultyStore struct {
	trace.Store
	kind    trace.Kind
	at      int
	persist bool

	mu    sync.Mutex
	calls int
}

func (s *faultyStore) Insert(ctx context.Context, r trace.Revision) error {
	s.mu.Lock()
	if s.kind == "" || s.kind == r.Kind {
		s.calls++
	}
	hit := s.calls == s.at && (s.kind == "" || s.kind == r.Kind)
	s.mu.Unlock()
	if hit && !s.persist {
		return errFault
	}
	err := s.Store.Insert(ctx, r)
	if hit {
		return errors.Join(errFault, err)
	}
	return err
}

// reached tells whether the fault came to pass.
func (s *faultyStore) reached() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls >= s.at
}
