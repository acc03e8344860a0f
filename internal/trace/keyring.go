package trace

import (
	"context"
	"errors"
	"fmt"

	"temgoc/internal/stamp"
)

// A masterKey notes which key a key id stood for when it was first used with
// this store.
type masterKey struct {
	Fingerprint string `json:"fingerprint"`
}

func (masterKey) DocumentKind() Kind     { return KindMasterKeys }
func (masterKey) DocumentRefs() []string { return nil }

// PinKeys makes sure that item codes are never made with two different keys
// of one name: it writes down a fingerprint of each key the first time, and
// refuses what CheckKeys refuses, before it writes anything: a start with a
// foreign key file must leave nothing behind. Called at every start, on every
// replica.
func (l *Ledger) PinKeys(ctx context.Context) error {
	if err := l.CheckKeys(ctx); err != nil {
		return err
	}
	for _, kid := range l.keys.IDs() {
		fingerprint, err := l.keys.KeyFingerprint(kid)
		if err != nil {
			return err
		}
		_, err = Create(ctx, l, Write{By: Actor{ID: "system"}}, kid, masterKey{fingerprint})
		if err != nil && !errors.Is(err, ErrExists) {
			return err
		}
	}
	return l.CheckKeys(ctx)
}

// CheckKeys refuses, with ErrConflict, a key that differs from the one that
// was written down under its name, and a key file that lacks one.
func (l *Ledger) CheckKeys(ctx context.Context) error {
	pinned, err := All[masterKey](ctx, l, "")
	if err != nil {
		return err
	}
	for _, p := range pinned {
		mine, err := l.keys.KeyFingerprint(p.ID)
		if errors.Is(err, stamp.ErrUnknownKey) {
			return fmt.Errorf("%w: the key file lacks the key %q, with which this store has made codes", ErrConflict, p.ID)
		}
		if err != nil {
			return err
		}
		if mine != p.Data.Fingerprint {
			return fmt.Errorf("%w: the key %q in the key file is not the one that this store was used with (fingerprint %s, wanted %s)",
				ErrConflict, p.ID, mine, p.Data.Fingerprint)
		}
	}
	return nil
}
