package printing

import (
	"context"
	"errors"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// An Item is what is known of one item code.
type Item struct {
	// Genuine says that this service made the code. The rest is empty when it
	// did not.
	Genuine bool
	Serial  uint32
	// Order is the one that the code belongs to; nil when it was never given
	// out.
	Order *trace.Stored[Order]
}

// Item opens an item code, for those who may see all of its batch.
func (b *Book) Item(ctx context.Context, by trace.Actor, code stamp.ItemCode) (Item, error) {
	batch, err := b.ledger.Batch(ctx, by, code.Batch().String())
	if err != nil {
		return Item{}, err
	}
	if !by.Reads(batch.Data.Producer) {
		return Item{}, trace.ErrNotAllowed
	}
	sealer, err := b.keys.Sealer(batch.Data.KeyID, code.Batch())
	if errors.Is(err, stamp.ErrUnknownKey) {
		return Item{}, nil
	}
	if err != nil {
		return Item{}, err
	}
	item := Item{}
	if item.Serial, item.Genuine = sealer.Open(code); !item.Genuine {
		return Item{}, nil
	}
	orders, err := b.OrdersOf(ctx, batch.ID)
	for _, o := range orders {
		if o.Data.Covers(item.Serial) {
			item.Order = &o
		}
	}
	return item, err
}
