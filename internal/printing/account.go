package printing

import (
	"context"
	"fmt"
	"unicode/utf8"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// An Account says what became of the stamps of an order once they were printed.
// What is neither printed well nor spoilt is not accounted for: it may be lost,
// or in the wrong hands.
type Account struct {
	Printed int    `json:"printed" minimum:"0" doc:"Stamps that were printed well"`
	Spoilt  int    `json:"spoilt" minimum:"0" doc:"Stamps that were spoilt and destroyed"`
	Note    string `json:"note,omitempty" doc:"Why, where an earlier count is replaced"`
}

// maxNote is how long a note may be, in characters.
const maxNote = 2000

// Unaccounted is how many stamps of the order are neither printed well nor
// spoilt: all of them before they are counted.
func (o Order) Unaccounted() int {
	if o.Account == nil {
		return o.Count
	}
	return o.Count - o.Account.Printed - o.Account.Spoilt
}

// Account writes down what became of an order's stamps: the producer does. A
// later count replaces an earlier one and says why. What the stamps say and
// their codes stay as they are.
func (b *Book) Account(ctx context.Context, w trace.Write, id string, a Account) (trace.Stored[Order], error) {
	a.Note = trace.Clean(a.Note)
	may := func(o Order) error { return mayPrint(w.By, o) }
	return trace.Update(ctx, b.ledger, w, id, may, func(o *Order) error {
		if err := a.check(*o); err != nil {
			return err
		}
		o.Account, o.Accounted = &a, b.ledger.Now()
		return nil
	})
}

// check holds an account against its order: each stamp is counted once.
func (a Account) check(o Order) error {
	var errs trace.FieldErrors
	fail := func(field, vi, en string) {
		errs = append(errs, trace.FieldError{Field: field, Message: catalog.Name{VI: vi, EN: en}})
	}
	for _, part := range []struct {
		field string
		n     int
	}{{"printed", a.Printed}, {"spoilt", a.Spoilt}} {
		if part.n < 0 || part.n > o.Count {
			fail(part.field, fmt.Sprintf("phải từ 0 đến %d, là số tem của lệnh in", o.Count), fmt.Sprintf("must be 0 to %d, the number of stamps of the order", o.Count))
		}
	}
	if sum := a.Printed + a.Spoilt; len(errs) == 0 && sum > o.Count {
		fail("spoilt", fmt.Sprintf("cộng với số in đạt là %d, nhiều hơn số tem của lệnh in (%d)", sum, o.Count),
			fmt.Sprintf("makes %d together with those printed well, more than the order has (%d)", sum, o.Count))
	}
	if n := utf8.RuneCountInString(a.Note); n > maxNote {
		fail("note", fmt.Sprintf("dài %d ký tự, tối đa %d", n, maxNote), fmt.Sprintf("has %d characters, at most %d are allowed", n, maxNote))
	}
	if o.Account != nil && a.Note == "" {
		fail("note", "phải nêu lý do khi sửa số đã kiểm đếm", "is required when an earlier count is replaced: why")
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// OrdersOfProducer lists all orders of a producer.
func (b *Book) OrdersOfProducer(ctx context.Context, by trace.Actor, producer string, p trace.Paging) (trace.List[Order], error) {
	if !by.Reads(producer) {
		return trace.List[Order]{}, trace.ErrHidden
	}
	return trace.ListOf(ctx, b.ledger, trace.ProducerTerm(producer), p, func(o trace.Stored[Order]) bool { return maySee(by, o.Data) == nil })
}
