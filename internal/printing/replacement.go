package printing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"temgoc/internal/trace"
)

// refuseReplacement refuses an order that says it replaces another, unless that
// is a released one of the same batch with as many scrapped and lost stamps that
// no other order makes up for. Orders are all of the batch.
func refuseReplacement(d OrderData, orders []trace.Stored[Order]) error {
	if d.Replaces == "" {
		return nil
	}
	i := slices.IndexFunc(orders, func(o trace.Stored[Order]) bool { return o.ID == d.Replaces })
	if i < 0 {
		return fieldError("replaces", "lô này không có lệnh in đó", "is no order of this batch")
	}
	old := orders[i].Data
	if old.State != Released {
		return fieldError("replaces", "lệnh in đó chưa được phát hành", "is an order that is not released")
	}
	if old.Codes != d.Codes {
		return fieldError("codes", "phải cùng loại với lệnh in được thay", "must be those of the order that is replaced")
	}
	if left := Missing(old, ReplacementsAmong(orders, d.Replaces)); d.Count > left {
		return fieldError("count", fmt.Sprintf("lệnh in đó chỉ còn %d tem hỏng hoặc thất lạc chưa in bù", left),
			fmt.Sprintf("only %d scrapped and lost stamps of that order are not replaced yet", left))
	}
	return nil
}

// Missing is how many scrapped and lost stamps of an order no replacement makes
// up for.
func Missing(o Order, replacements []trace.Stored[Order]) int {
	left := o.Sums().Withdrawn()
	for _, r := range replacements {
		left -= r.Data.Count
	}
	return max(left, 0)
}

// Replacements are the orders that make up for scrapped and lost stamps of an
// order, the first one first.
func (b *Book) Replacements(ctx context.Context, by trace.Actor, id string) ([]trace.Stored[Order], error) {
	s, err := b.Order(ctx, by, id)
	if err != nil {
		return nil, err
	}
	orders, err := b.OrdersOf(ctx, s.Data.Batch)
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		return nil, err
	}
	return ReplacementsAmong(orders, s.ID), nil
}

// ReplacementsAmong are those orders that make up for stamps of the one with
// this id.
func ReplacementsAmong(orders []trace.Stored[Order], id string) []trace.Stored[Order] {
	var out []trace.Stored[Order]
	for _, o := range orders {
		if o.Data.Replaces == id {
			out = append(out, o)
		}
	}
	return out
}
