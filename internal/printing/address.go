package printing

import (
	"context"
	"errors"

	"temgoc/internal/trace"
)

// KindSettings is the kind of document that keeps the public address.
const KindSettings trace.Kind = "settings"

// publicAddress is what a running service prints on stamps, for commands that
// work on the stores without being told.
type publicAddress struct {
	Address string `json:"address"`
}

const publicAddressID = "public-address"

// DocumentKind implements trace.Document.
func (publicAddress) DocumentKind() trace.Kind { return KindSettings }

// DocumentRefs implements trace.Document.
func (publicAddress) DocumentRefs() []string { return nil }

// Publish writes down the address that this book prints. A service does at
// its start.
func (b *Book) Publish(ctx context.Context) error {
	w := trace.Write{By: trace.Actor{ID: "system"}}
	mine := publicAddress{b.address}
	cur, err := trace.Head[publicAddress](ctx, b.ledger, publicAddressID)
	switch {
	case errors.Is(err, trace.ErrNotFound):
		_, err = trace.Create(ctx, b.ledger, w, publicAddressID, mine)
		if errors.Is(err, trace.ErrExists) { // another replica was faster
			return nil
		}
		return err
	case err != nil || cur.Data == mine:
		return err
	}
	_, err = trace.Update(ctx, b.ledger, w, publicAddressID, func(publicAddress) error { return nil }, func(p *publicAddress) error {
		*p = mine
		return nil
	})
	return err
}

// PublishedAddress is what was last published, in a form that New takes;
// ErrNotFound when no service has run on these stores.
func PublishedAddress(ctx context.Context, ledger *trace.Ledger) (string, error) {
	s, err := trace.Head[publicAddress](ctx, ledger, publicAddressID)
	return s.Data.Address, err
}
