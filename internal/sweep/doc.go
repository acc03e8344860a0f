// Package sweep clears away files that no record refers to: what an upload left
// that was cut off between its object and its record. A file that a record
// refers to is never removed, also while the same content is being uploaded
// again.
//
// # Why nothing that is needed is removed
//
// Looking whether something refers to a file and removing it are two steps, and
// an upload of the same content may come between. So both sides go through one
// document for each file, its deposit, of which each writes the next revision
// under the unique key (kind, id, number): one of two that come at the same time
// is refused, on every engine.
//
//   - An upload ([Files]) first makes sure that the deposit says held, and was
//     said so within the last 12 hours; then it stores the object, then its
//     record.
//   - A [Sweeper] takes objects older than 24 hours that no revision of any
//     document mentions. For each it writes that it is being removed, unless it
//     was held within the last 24 hours; then it looks for a record once more,
//     removes the object, and writes that it is removed.
//
// An upload that comes before is seen by the sweeper; one that comes later finds
// that the file is being removed, and is asked to try again. A sweeper that was
// stopped in the middle keeps uploads of that one file waiting for ten minutes
// at most.
//
// Files that are damaged in the store can be set aside: they are kept under
// another name, and the right content can be uploaded again.
package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"temgoc/internal/trace"
)

// KindDeposits has one document for each file that was uploaded or removed. Its
// id is the file's SHA-256.
const KindDeposits trace.Kind = "deposits"

// Kinds lists the kinds that this package owns.
func Kinds() []trace.Kind { return []trace.Kind{KindDeposits} }

const (
	// MinAge is how old an object must be before it is removed. No upload takes
	// as long.
	MinAge = 24 * time.Hour
	// heldFor is how long an upload relies on what an earlier one wrote down. It
	// is so much shorter than MinAge that clocks may differ by hours.
	heldFor = 12 * time.Hour
	// removingFor is how long a file may be said to be on its way out.
	removingFor = 10 * time.Minute
	// races is how often a step is tried against others.
	races = 10
)

// A state is what was last said of a file.
type state string

const (
	held     state = "held"
	removing state = "removing"
	removed  state = "removed"
	setAside state = "set aside"
)

// A deposit is the content of a document of KindDeposits.
type deposit struct {
	State state `json:"state"`
}

// A deposits reads and writes what is said of files.
type deposits struct {
	store trace.Store
	now   func() time.Time
}

// head is what was last said of a file; number 0 when nothing was.
func (d deposits) head(ctx context.Context, of trace.Digest) (trace.Revision, state, error) {
	r, err := d.store.Head(ctx, KindDeposits, of.String())
	if errors.Is(err, trace.ErrNotFound) {
		return trace.Revision{}, "", nil
	}
	if err != nil {
		return trace.Revision{}, "", err
	}
	var body deposit
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return r, "", fmt.Errorf("deposit of %v: %w", of, err)
	}
	return r, body.State, nil
}

// say writes what comes behind a revision; ErrExists when somebody else was
// faster.
func (d deposits) say(ctx context.Context, of trace.Digest, behind trace.Revision, s state) (trace.Revision, error) {
	body, err := json.Marshal(deposit{s})
	if err != nil {
		return trace.Revision{}, err
	}
	now := d.now().UTC().Truncate(time.Millisecond)
	r := trace.Revision{Kind: KindDeposits, ID: of.String(), Number: behind.Number + 1, Created: behind.Created, At: now, By: "system", Body: body}
	if behind.Number == 0 {
		r.Created = now
	}
	return r, d.store.Insert(ctx, r)
}
