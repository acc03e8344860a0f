package migrate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"temgoc/internal/trace"
)

// KindMigrations holds the one document that tells the standing of its store.
const KindMigrations trace.Kind = "migrations"

// Kinds lists the kinds that this package owns.
func Kinds() []trace.Kind { return []trace.Kind{KindMigrations} }

// standingID is the id of that document.
const standingID = "store"

// A State is the part of a store in a move.
type State string

// The states of a store. One that never had a part in a move has none of them.
const (
	Receiving State = "receiving" // not all was copied to it yet
	Complete  State = "complete"  // all was copied to it, and it was not used since
	Used      State = "used"      // all was copied to it, and it was used since
	Moved     State = "moved"     // all was copied from it, to be used elsewhere
)

// A Standing is what the document says.
type Standing struct {
	State State `json:"state"`
	// Peer is the address at the other end of the move, without passwords.
	Peer string `json:"peer"`
	// Identity is that of the service whose records they are.
	Identity string `json:"identity"`

	number  int
	created time.Time
}

// StandingOf reads the standing of a store; a zero one where there is none.
func StandingOf(ctx context.Context, s trace.Store) (Standing, error) {
	head, err := s.Head(ctx, KindMigrations, standingID)
	if errors.Is(err, trace.ErrNotFound) {
		return Standing{}, nil
	}
	if err != nil {
		return Standing{}, err
	}
	var standing Standing
	if err := json.Unmarshal(head.Body, &standing); err != nil {
		return Standing{}, fmt.Errorf("standing of the store: %w", err)
	}
	standing.number, standing.created = head.Number, head.Created
	return standing, nil
}

// note writes a standing behind the one that was read. ErrExists means that
// somebody else was faster.
func (s Standing) note(ctx context.Context, store trace.Store, now time.Time) (Standing, error) {
	now = now.UTC().Truncate(time.Millisecond)
	if s.number++; s.number == 1 {
		s.created = now
	}
	body, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	err = store.Insert(ctx, trace.Revision{Kind: KindMigrations, ID: standingID, Number: s.number, Created: s.created, At: now, By: "migrate", Body: body})
	if errors.Is(err, trace.ErrExists) {
		return s, fmt.Errorf("%w: another temgoc uses the store at this moment", err)
	}
	return s, err
}

// Admit lets a service use a store, and notes that it does where that matters.
// With reading, it only reads, which it may also where all was moved elsewhere.
func Admit(ctx context.Context, store trace.Store, reading bool, now time.Time) error {
	s, err := StandingOf(ctx, store)
	switch {
	case err != nil:
		return err
	case s.State == Receiving:
		return fmt.Errorf("%w: not all records were copied here from %s yet: run temgoc migrate … --finish again until it ends well; or use the other store, which has them all",
			trace.ErrConflict, s.Peer)
	case s.State == Moved && !reading:
		return fmt.Errorf("%w: the records were moved from here to %s: use that store. Writing here as well would make two histories that can never be brought together. To come back, move them back: temgoc migrate with --from and --to exchanged; to let pages be read here until then: temgoc serve --read-only",
			trace.ErrConflict, s.Peer)
	case s.State == Complete && !reading:
		s.State = Used
		_, err = s.note(ctx, store, now)
		if errors.Is(err, trace.ErrExists) { // another replica starts
			err = nil
		}
	}
	return err
}

// identity is what all copies of the records of one service have in common: the
// first key that codes were made with, as it was noted at the first start.
func identity(ctx context.Context, s trace.Store) (string, error) {
	page, err := s.List(ctx, trace.Query{Kind: trace.KindMasterKeys, Limit: 1})
	if err != nil {
		return "", err
	}
	if len(page.Revisions) == 0 {
		return "", fmt.Errorf("%w: there is nothing in the source: no service was ever started on it", trace.ErrNotFound)
	}
	r := page.Revisions[0]
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s", r.ID, r.Created.UnixMilli(), canonical(r.Body)))
	return hex.EncodeToString(sum[:]), nil
}
