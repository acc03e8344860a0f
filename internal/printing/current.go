package printing

import (
	"context"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// refuseOutdated refuses to put an order on paper, or to make its codes count,
// when its stamps would say what is no longer true: more stars than the
// certificate gives today, or a batch that was recalled or taken out of use.
// An order never changes; what is still true needs a new one.
func (b *Book) refuseOutdated(ctx context.Context, o Order) error {
	d, err := b.ledger.Dossier(ctx, o.Batch)
	if err != nil {
		return err
	}
	return b.outdated(d, o)
}

// outdated is why an order's stamps would say what is no longer true; nil where
// all of it is.
func (b *Book) outdated(d *trace.Dossier, o Order) error {
	if err := refuseUnsellable(d); err != nil {
		return err
	}
	if o.Content.Stars > d.Certificates.Stars(d.Batch.Data.Product, b.ledger.Today()) {
		return conflict("chứng nhận OCOP in trên tem không còn hiệu lực, hãy lập lệnh in mới",
			"the OCOP certificate that the stamps show is no longer in force: make a new order")
	}
	return nil
}

// refuseUnsellable refuses stamps for a batch that nobody may sell any more.
func refuseUnsellable(d *trace.Dossier) error {
	if d.Batch.Data.State == trace.BatchRecalled {
		return conflict("lô đã bị thu hồi, không in tem nữa", "the batch is recalled: no more stamps are printed for it")
	}
	if d.Void() != nil {
		return conflict("mã lô đã bị hủy, không in tem nữa", "the batch code was taken out of use: no more stamps are printed for it")
	}
	return nil
}

func conflict(vi, en string) error {
	return &trace.RuleError{Kind: trace.ErrConflict, Message: catalog.Name{VI: vi, EN: en}}
}
