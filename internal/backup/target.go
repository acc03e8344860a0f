package backup

import (
	"context"
	"errors"
	"fmt"

	"temgoc/internal/trace"
)

// A Target is where back-ups are kept; storage.OpenArchive opens one. Objects are
// never changed.
type Target interface {
	// Put stores an object, durable when nil is returned, and gives
	// trace.ErrExists for a name that is taken.
	Put(ctx context.Context, name string, content []byte) error

	// Get returns an object, or trace.ErrNotFound.
	Get(ctx context.Context, name string) ([]byte, error)

	// Names lists the names of all objects, in the order of their bytes.
	Names(ctx context.Context) ([]string, error)

	// Remove removes an object. Nothing there is no error.
	Remove(ctx context.Context, name string) error
}

// The reasons why a back-up is refused.
var (
	// ErrDamaged says that a back-up is not what was written, or not all of it.
	ErrDamaged = errors.New("the back-up is damaged")
	// ErrRollback says that the state is older than one that is known.
	ErrRollback = errors.New("the back-up is older than what is known of the log")
	// ErrNotEmpty says that there is something where a back-up is to be restored.
	ErrNotEmpty = errors.New("the stores are not empty")
	// ErrForked says that the stores hold another history than the back-up before.
	ErrForked = errors.New("the log in the store does not continue the last back-up")
)

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// fetch reads an object that must be there.
func fetch(ctx context.Context, t Target, name string) ([]byte, error) {
	content, err := t.Get(ctx, name)
	if errors.Is(err, trace.ErrNotFound) {
		return nil, damaged("%s is missing", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return content, nil
}
