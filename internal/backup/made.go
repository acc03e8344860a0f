package backup

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"temgoc/internal/trace"
)

// KindBackups holds a document for each back-up that was made and verified. It
// says nothing that the back-up itself does not: it is there for who watches that
// back-ups are made, and the oldest ones are removed.
const KindBackups trace.Kind = "backups"

// Kinds lists the kinds that this package owns.
func Kinds() []trace.Kind { return []trace.Kind{KindBackups} }

// Removable lists those of Kinds whose documents are not kept for ever.
func Removable() []trace.Kind { return Kinds() }

// keptMade is how many documents of KindBackups are kept.
const keptMade = 100

// Made tells of one back-up that is complete, and was read back from where it is
// and compared.
type Made struct {
	// Segment is its name there, such as 20261128T190000.000Z-full.
	Segment string `json:"segment"`
	// Full tells that it holds everything, and not only what changed since the
	// one before.
	Full bool `json:"full"`
	// State is the time of what it holds: all that was written before is in it.
	// Done is when it was verified.
	State time.Time `json:"state"`
	Done  time.Time `json:"done"`
	// Target says where it is, without passwords.
	Target string `json:"target"`
	// Bytes is its size there, Revisions and Files are how many it holds.
	Bytes     int64 `json:"bytes"`
	Revisions int64 `json:"revisions"`
	Files     int64 `json:"files"`
	// LogSize is the number of leaves of the log in it.
	LogSize int64 `json:"logsize"`
	// Keys tells that the keys are beside it.
	Keys bool `json:"keys"`
	// Opened tells that it was not only compared byte by byte but decrypted and
	// counted, for which the one who made it had the identity at hand.
	Opened bool `json:"opened"`
}

// Age is how old the newest state is that could be restored.
func (m Made) Age(now time.Time) time.Duration { return now.Sub(m.State) }

// Last is the last back-up that was verified. trace.ErrNotFound says that there
// never was one.
func Last(ctx context.Context, store trace.Store) (Made, error) {
	// Two, since one may say that a back-up is being restored.
	page, err := store.List(ctx, trace.Query{Kind: KindBackups, Newest: true, Limit: 2})
	if err != nil {
		return Made{}, fmt.Errorf("the last back-up: %w", err)
	}
	for _, r := range page.Revisions {
		if isMarker(r) {
			continue
		}
		var m Made
		if err := json.Unmarshal(r.Body, &m); err != nil {
			return Made{}, fmt.Errorf("the last back-up: %w", err)
		}
		return m, nil
	}
	return Made{}, fmt.Errorf("the last back-up: %w", trace.ErrNotFound)
}

// keep notes that a back-up was made, and removes what is known of the oldest.
func keep(ctx context.Context, store trace.Store, m Made) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	at := m.Done.UTC().Truncate(time.Millisecond)
	err = store.Insert(ctx, trace.Revision{Kind: KindBackups, ID: m.Segment, Number: 1, Created: at, At: at, By: "backup", Body: body})
	if err != nil {
		return fmt.Errorf("noting the back-up: %w", err)
	}
	kept, err := store.List(ctx, trace.Query{Kind: KindBackups, Newest: true, Limit: 2 * keptMade})
	if err != nil {
		return fmt.Errorf("noting the back-up: %w", err)
	}
	for i, r := range kept.Revisions {
		if i < keptMade {
			continue
		}
		if err := store.Remove(ctx, KindBackups, r.ID); err != nil {
			return fmt.Errorf("noting the back-up: %w", err)
		}
	}
	return nil
}
