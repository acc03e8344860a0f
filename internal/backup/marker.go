package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"temgoc/internal/trace"
)

// markerID is the id of the document that is there while a back-up is being
// restored. Its presence says that the rest is not complete.
const markerID = "restoring"

// A marker says what is being restored.
type marker struct {
	Restoring Link `json:"restoring"`
}

func isMarker(r trace.Revision) bool { return r.Kind == KindBackups && r.ID == markerID }

// ErrUnfinished says that a back-up was being restored, and was cut off.
var ErrUnfinished = errors.New("a back-up is being restored here")

// Unfinished gives ErrUnfinished while a back-up is being restored onto a store,
// or after that was cut off. A service must not start then.
func Unfinished(ctx context.Context, store trace.Store) error {
	r, err := store.Head(ctx, KindBackups, markerID)
	if errors.Is(err, trace.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("%w since %v: if nobody is at it, run the same temgoc restore again, which goes on with it", ErrUnfinished, r.At.Format(time.RFC3339))
}

// claim marks a store as one that is being restored, and tells whether it was
// before, with the same back-up.
func claim(ctx context.Context, store trace.Store, l Link, now time.Time) (resumed bool, err error) {
	body, err := json.Marshal(marker{l})
	if err != nil {
		return false, err
	}
	at := now.UTC().Truncate(time.Millisecond)
	err = store.Insert(ctx, trace.Revision{Kind: KindBackups, ID: markerID, Number: 1, Created: at, At: at, By: "restore", Body: body})
	if err == nil || !errors.Is(err, trace.ErrExists) {
		return false, err
	}
	r, err := store.Head(ctx, KindBackups, markerID)
	if err != nil {
		return false, err
	}
	var m marker
	if err := json.Unmarshal(r.Body, &m); err != nil {
		return false, err
	}
	if m.Restoring != l {
		return false, fmt.Errorf("%w: the restoring of %s was begun here and not finished; finish it with --segment %s, or take empty stores", ErrNotEmpty, m.Restoring.Segment, m.Restoring.Segment)
	}
	return true, nil
}
