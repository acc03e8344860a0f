package printing

import (
	"context"
	"fmt"
	"slices"

	"temgoc/internal/trace"
)

// Shipped is how many stamps of the order are on goods that were reported as
// shipped.
func (o Order) Shipped() int {
	n := 0
	for _, r := range o.Sent {
		n += r.Count()
	}
	return n
}

// HasShipped tells whether the goods with a stamp, by its position, were reported
// as shipped.
func (o Order) HasShipped(position int) bool {
	return slices.ContainsFunc(o.Sent, func(r Range) bool { return r.First <= position && position <= r.Last })
}

// Ship writes down that the goods with these stamps left the producer: the
// producer does. It cannot be undone, and stamps that were shipped already are no
// mistake. A scan of another stamp of the order is remarkable from then on.
func (b *Book) Ship(ctx context.Context, w trace.Write, id string, stamps []Range) (trace.Stored[Order], error) {
	may := func(o Order) error { return mayPrint(w.By, o) }
	s, err := trace.Read(ctx, b.ledger, id, may)
	if err != nil {
		return trace.Stored[Order]{}, err
	}
	if w.Op.Key == "" && w.If == 0 {
		next := s.Data
		if err := next.ship(stamps); err == nil && slices.Equal(next.Sent, s.Data.Sent) {
			return s, nil
		}
	}
	return trace.Update(ctx, b.ledger, w, id, may, func(o *Order) error { return o.ship(stamps) })
}

func (o *Order) ship(stamps []Range) error {
	var f findings
	if len(stamps) == 0 {
		f.fail("ranges", "phải nêu tem nào", "is required: which stamps")
	}
	f.ranges("ranges", stamps, o.Count)
	if err := f.err(); err != nil {
		return err
	}
	if o.State != Released {
		return conflict("lệnh in chưa được phát hành nên chưa có tem nào xuất kho", "the order is not released yet: none of its stamps can have been shipped")
	}
	if o.Codes != ItemCodes {
		return conflict("tem của lệnh in này in chung một mã nên không ghi xuất kho theo tem được", "the stamps of this order have the same code: they are not shipped one by one")
	}
	for _, r := range stamps {
		for _, run := range o.Fates() {
			if run.Fate.Withdrawn() && run.cut(r).Count() > 0 {
				return conflict(fmt.Sprintf("tem %s đã báo %s", run.cut(r), run.Fate.Name().VI), fmt.Sprintf("stamps %s were reported %s", run.cut(r), run.Fate.Name().EN))
			}
		}
	}
	sent := joined(append(slices.Clone(o.Sent), stamps...))
	if len(sent) > MaxRuns {
		return conflict(fmt.Sprintf("một lệnh in có nhiều nhất %d dải đã xuất kho rời nhau: hãy ghi dải dài hơn", MaxRuns),
			fmt.Sprintf("an order has at most %d separate ranges of shipped stamps: report longer ones", MaxRuns))
	}
	o.Sent = sent
	return nil
}
