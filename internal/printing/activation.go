package printing

import (
	"context"
	"fmt"
	"slices"

	"temgoc/internal/trace"
)

// Live tells whether the item code of a stamp counts by itself: its order is
// released, and the stamp activated where that is done by range. Whether it was
// withdrawn is another matter, and goes first.
func (o Order) Live(position int) bool {
	if o.State != Released {
		return false
	}
	return o.Activation != ActivateByRange || o.activated(Range{position, position})
}

// Position is the position, from 1, of an item serial that the order covers.
func (o Order) Position(serial uint32) int { return int(serial-o.First) + 1 }

// Activate makes the item codes of a range of stamps count: the producer does,
// when they go on the goods. What counts already stays so, and a range that
// counts already is no mistake: the order is answered as it is. A stamp that was
// scrapped or lost stays withdrawn.
func (b *Book) Activate(ctx context.Context, w trace.Write, id string, stamps Range) (trace.Stored[Order], error) {
	may := func(o Order) error { return mayPrint(w.By, o) }
	s, err := trace.Read(ctx, b.ledger, id, may)
	if err != nil {
		return trace.Stored[Order]{}, err
	}
	if w.Op.Key == "" && w.If == 0 && s.Data.State == Released && s.Data.activated(stamps) {
		return s, nil
	}
	return trace.Update(ctx, b.ledger, w, id, may, func(o *Order) error { return o.activate(stamps) })
}

// activated tells whether a range is part of what was activated.
func (o Order) activated(stamps Range) bool {
	return slices.ContainsFunc(o.Active, func(r Range) bool {
		return r.First <= stamps.First && stamps.First <= stamps.Last && stamps.Last <= r.Last
	})
}

func (o *Order) activate(stamps Range) error {
	var f findings
	f.within("", stamps, o.Count)
	if err := f.err(); err != nil {
		return err
	}
	switch {
	case o.State != Released:
		return conflict("lệnh in chưa được phát hành nên chưa kích hoạt được tem", "the order is not released yet: its stamps cannot be activated")
	case o.Activation != ActivateByRange:
		return conflict("tem của lệnh in này có hiệu lực ngay khi phát hành, không kích hoạt theo dải", "the stamps of this order count from its release on; they are not activated by range")
	}
	active := joined(append(slices.Clone(o.Active), stamps))
	if len(active) > MaxRuns {
		return conflict(fmt.Sprintf("một lệnh in có nhiều nhất %d dải đã kích hoạt rời nhau: hãy kích hoạt dải dài hơn", MaxRuns),
			fmt.Sprintf("an order has at most %d separate ranges of active stamps: activate longer ones", MaxRuns))
	}
	o.Active = active
	return nil
}

// Activated is how many stamps of the order were activated by range.
func (o Order) Activated() int {
	n := 0
	for _, r := range o.Active {
		n += r.Count()
	}
	return n
}
