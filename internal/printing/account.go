package printing

import (
	"context"

	"temgoc/internal/trace"
)

// An Account is a count of the stamps of an order as it was kept before Reports:
// how many, but not which. Orders that have one are read as they are; the first
// report takes its place.
type Account struct {
	Printed int    `json:"printed" doc:"Stamps that were printed well"`
	Spoilt  int    `json:"spoilt" doc:"Stamps that were spoilt and destroyed"`
	Note    string `json:"note,omitempty"`
}

// OrdersOfProducer lists all orders of a producer.
func (b *Book) OrdersOfProducer(ctx context.Context, by trace.Actor, producer string, p trace.Paging) (trace.List[Order], error) {
	if !by.Reads(producer) {
		return trace.List[Order]{}, trace.ErrHidden
	}
	return trace.ListOf(ctx, b.ledger, trace.ProducerTerm(producer), p, func(o trace.Stored[Order]) bool { return maySee(by, o.Data) == nil })
}
