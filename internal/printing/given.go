package printing

import (
	"encoding/json"
	"fmt"

	"temgoc/internal/trace"
)

// Given tells a trace.Ledger how many stamps print orders gave out, so that a
// recall knows how many there are to be found.
type Given struct{}

var _ trace.Stamps = Given{}

// StampKind implements trace.Stamps.
func (Given) StampKind() trace.Kind { return KindOrders }

// StampsIn implements trace.Stamps.
func (Given) StampsIn(r trace.Revision) (string, trace.StampCount, error) {
	var o Order
	if err := json.Unmarshal(r.Body, &o); err != nil {
		return "", trace.StampCount{}, fmt.Errorf("decode order %s: %w", r.ID, err)
	}
	return o.Batch, o.given(), nil
}

// given counts the stamps that an order gave out, and those whose code counts:
// a batch code does wherever it is, an item code once it is activated.
func (o Order) given() trace.StampCount {
	if o.State != Released {
		return trace.StampCount{}
	}
	given := o.Count - o.Sums().Withdrawn()
	n := trace.StampCount{Given: given, Active: given}
	if o.Activation != ActivateByRange {
		return n
	}
	n.Active = 0
	for _, active := range o.Active {
		n.Active += active.Count()
		for _, run := range o.Runs {
			if run.Fate.Withdrawn() {
				n.Active -= max(0, active.cut(run.Range).Count())
			}
		}
	}
	return n
}
