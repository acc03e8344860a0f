package trace

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"temgoc/internal/catalog"
)

// The seven kinds of failure. Every error that leaves this package, or a
// storage engine, wraps exactly one of them; what wraps none is a bug or a
// broken machine and is answered as such.
var (
	ErrInvalid         = errors.New("invalid input")
	ErrNotFound        = errors.New("not found")
	ErrConflict        = errors.New("conflict")
	ErrForbidden       = errors.New("forbidden")
	ErrUnauthenticated = errors.New("not authenticated")
	ErrTooMany         = errors.New("asked too often")
	ErrUnavailable     = errors.New("temporarily unavailable")
)

// Refinements of the seven kinds that callers tell apart.
var (
	// ErrExists says that a revision with the same kind, id and number is
	// stored already: somebody else was faster.
	ErrExists = fmt.Errorf("%w: this revision exists already", ErrConflict)
	// ErrStale says that the caller's If-Match named an older revision.
	ErrStale = fmt.Errorf("%w: the document was changed in the meantime", ErrConflict)
	// ErrKeyReused says that an idempotency key came back with another request.
	ErrKeyReused = fmt.Errorf("%w: the idempotency key was used for another request", ErrInvalid)
	// ErrDocumentsAway and ErrFilesAway say which store cannot be reached.
	ErrDocumentsAway = fmt.Errorf("%w: the document store", ErrUnavailable)
	ErrFilesAway     = fmt.Errorf("%w: the file store", ErrUnavailable)
	// ErrFull says that a store has no space left: reading goes on, and writing
	// once somebody made space.
	ErrFull = fmt.Errorf("%w: no space is left to store anything", ErrUnavailable)
	// ErrReadOnly says that nothing is written for now: the service is read-only
	// while its records are moved.
	ErrReadOnly = fmt.Errorf("%w: the service is read-only while its records are moved", ErrUnavailable)
	// ErrCorrupt says that a stored file no longer has the content its hash names.
	ErrCorrupt = fmt.Errorf("%w: stored file does not match its SHA-256", ErrUnavailable)
)

// A FieldError says what is wrong with one field of the input, in both
// languages. Field is the JSON path, such as "harvest.quantity.unit".
type FieldError struct {
	Field   string       `json:"field"`
	Message catalog.Name `json:"message"`
}

// Error implements error with the English text.
func (e FieldError) Error() string { return e.Field + ": " + e.Message.EN }

// FieldErrors is all that is wrong with one input. It is an ErrInvalid.
type FieldErrors []FieldError

// Error implements error.
func (e FieldErrors) Error() string {
	parts := make([]string, len(e))
	for i, f := range e {
		parts[i] = f.Error()
	}
	return strings.Join(parts, "; ")
}

// Unwrap makes errors.Is(e, ErrInvalid) true.
func (e FieldErrors) Unwrap() error { return ErrInvalid }

// A RuleError is a refusal that concerns no single field: a transition that
// is not allowed, a role that may not, a code that is taken. Kind is one of
// the errors above.
type RuleError struct {
	Kind    error
	Message catalog.Name
}

// Error implements error with the English text.
func (e *RuleError) Error() string { return e.Message.EN }

// Unwrap gives the kind.
func (e *RuleError) Unwrap() error { return e.Kind }

// A Throttled refuses what was tried too often, for a while that it names. It
// is an ErrTooMany, and can be had as a RuleError.
type Throttled struct{ After time.Duration }

// Error implements error with the English text.
func (e *Throttled) Error() string { return e.Message().EN }

// Unwrap gives the kind.
func (e *Throttled) Unwrap() error { return ErrTooMany }

// As lets errors.As find a RuleError.
func (e *Throttled) As(target any) bool {
	rule, ok := target.(**RuleError)
	if ok {
		*rule = &RuleError{Kind: ErrTooMany, Message: e.Message()}
	}
	return ok
}

// Seconds is After in whole seconds, rounded up.
func (e *Throttled) Seconds() int { return int((e.After + time.Second - 1) / time.Second) }

// Message says how long to wait.
func (e *Throttled) Message() catalog.Name {
	n, vi, en := e.Seconds(), "giây", "second"
	if n > 90 {
		n, vi, en = (n+59)/60, "phút", "minute"
	}
	if n != 1 {
		en += "s"
	}
	return catalog.Name{
		VI: fmt.Sprintf("đã thử quá nhiều lần, hãy thử lại sau %d %s", n, vi),
		EN: fmt.Sprintf("tried too many times; try again in %d %s", n, en),
	}
}

// refuse makes a RuleError.
func refuse(kind error, vi, en string) error {
	return &RuleError{Kind: kind, Message: catalog.Name{VI: vi, EN: en}}
}
