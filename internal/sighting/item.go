package sighting

import (
	"context"
	"errors"
	"slices"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A Sign is something remarkable about the scans of a stamp.
type Sign string

// The signs, the gravest first.
const (
	SignRed       Sign = "red"       // Red different browsers
	SignAmber     Sign = "amber"     // Amber different browsers
	SignFar       Sign = "far"       // places too far apart for the time between
	SignWithdrawn Sign = "withdrawn" // scanned although void, scrapped, lost or stolen
	SignPIN       Sign = "pin"       // right PIN given again after the pack was opened
	SignEarly     Sign = "early"     // scanned before its batch, order or range was released
	SignUnshipped Sign = "unshipped" // not shipped, while others of its order were
)

// Signs lists the signs, the gravest first.
func Signs() []Sign {
	return []Sign{SignRed, SignAmber, SignFar, SignWithdrawn, SignPIN, SignEarly, SignUnshipped}
}

// Name is the sign in words.
func (s Sign) Name() catalog.Name {
	switch s {
	case SignRed:
		return catalog.Name{VI: "từ 10 máy khác nhau trở lên trong 90 ngày", EN: "10 or more different browsers in 90 days"}
	case SignAmber:
		return catalog.Name{VI: "từ 5 máy khác nhau trở lên trong 90 ngày", EN: "5 or more different browsers in 90 days"}
	case SignFar:
		return catalog.Name{VI: "hai nơi quá xa nhau so với thời gian", EN: "two places too far apart for the time between"}
	case SignWithdrawn:
		return catalog.Name{VI: "quét sau khi tem đã hủy, hỏng hoặc mất", EN: "scanned after it was taken out of use"}
	case SignPIN:
		return catalog.Name{VI: "nhập lại PIN sau khi gói đã mở", EN: "PIN given again after the pack was opened"}
	case SignEarly:
		return catalog.Name{VI: "quét trước khi xuất xưởng hoặc kích hoạt", EN: "scanned before its release or activation"}
	case SignUnshipped:
		return catalog.Name{VI: "quét khi chưa ghi nhận xuất kho", EN: "scanned although not reported as shipped"}
	}
	return catalog.Name{}
}

// A Noted sign is when it was seen: first, and again once Window was over.
type Noted struct {
	Sign Sign      `json:"sign" enum:"red,amber,far,withdrawn,pin,early,unshipped"`
	At   time.Time `json:"at"`
}

// How says who told that a pack was opened.
type How string

// The ways in which a pack is marked as opened.
const (
	ByPIN      How = "pin"      // a shopper with the scratch PIN
	ByProducer How = "producer" // the producer or who sells for it
)

// A Use is that the pack with a stamp was opened or used up.
type Use struct {
	At time.Time `json:"at"`
	// How is who said so, By the person of the producer; empty for shoppers.
	How How    `json:"how" enum:"pin,producer"`
	By  string `json:"by,omitempty" doc:"Id of who said so; empty for a shopper"`
}

// An Item is what became known of one stamp. Its id is the item code.
type Item struct {
	Batch    string `json:"batch"`
	Producer string `json:"producer"`
	Order    string `json:"order" doc:"Id of the print order"`
	Position int    `json:"position" doc:"Of the stamp in the order, from 1"`
	// Used is nil for a pack that is closed as far as is known.
	Used  *Use    `json:"used,omitempty"`
	Signs []Noted `json:"signs,omitempty" doc:"What is remarkable, in the order in which it was seen"`
}

// DocumentKind implements trace.Document.
func (Item) DocumentKind() trace.Kind { return KindItems }

// DocumentRefs implements trace.Document. An item is found under each of its
// signs, of all, of its producer and of its batch.
func (i Item) DocumentRefs() []string {
	refs := []string{trace.BatchTerm(i.Batch), trace.ProducerTerm(i.Producer)}
	for _, n := range i.Signs {
		refs = append(refs, signTerm(n.Sign, ""), signTerm(n.Sign, trace.BatchTerm(i.Batch)), signTerm(n.Sign, trace.ProducerTerm(i.Producer)))
	}
	return refs
}

// signTerm finds the items with a sign, among those of a batch or a producer.
func signTerm(s Sign, among string) string { return "sign:" + string(s) + ":" + among }

// noted finds a sign.
func (i Item) noted(s Sign) (Noted, bool) {
	at := slices.IndexFunc(i.Signs, func(n Noted) bool { return n.Sign == s })
	if at < 0 {
		return Noted{}, false
	}
	return i.Signs[at], true
}

// Level is what the number of browsers says of a stamp at a time: SignRed,
// SignAmber or nothing. It is said as long as Window.
func (i Item) Level(now time.Time) (Noted, bool) {
	for _, s := range []Sign{SignRed, SignAmber} {
		if n, ok := i.noted(s); ok && now.Sub(n.At) < Window {
			return n, true
		}
	}
	return Noted{}, false
}

// A Ref is a stamp that was issued.
type Ref struct {
	Code     stamp.ItemCode
	Batch    string
	Producer string
	Order    string
	Position int
	KeyID    string // of the batch
}

func (r Ref) item() Item {
	return Item{Batch: r.Batch, Producer: r.Producer, Order: r.Order, Position: r.Position}
}

// errAsItWas says that there was nothing to change.
var errAsItWas = errors.New("nothing to change")

// anybody may: who may change an item is decided before.
func anybody(Item) error { return nil }

// change makes a change to the document of an item, which it creates where there
// is none. A change that returns errAsItWas writes nothing.
func (k *Keeper) change(ctx context.Context, w trace.Write, r Ref, change func(*Item) error) (trace.Stored[Item], error) {
	id := r.Code.String()
	s, err := trace.Update(ctx, k.ledger, w, id, anybody, change)
	if errors.Is(err, trace.ErrNotFound) {
		fresh := r.item()
		if err = change(&fresh); err == nil {
			s, err = trace.Create(ctx, k.ledger, w, id, fresh)
		}
		if errors.Is(err, trace.ErrExists) { // another was faster
			s, err = trace.Update(ctx, k.ledger, w, id, anybody, change)
		}
	}
	if err == nil {
		k.remember(id, s.Data)
	}
	return s, err
}

// note adds a sign to an item. One that was noted within Window stays as it is.
func (k *Keeper) note(ctx context.Context, r Ref, sign Sign, at time.Time) error {
	_, err := k.change(ctx, system, r, func(i *Item) error {
		if old, ok := i.noted(sign); ok {
			if at.Sub(old.At) < Window {
				return errAsItWas
			}
			i.Signs = slices.DeleteFunc(slices.Clone(i.Signs), func(n Noted) bool { return n.Sign == sign })
		}
		i.Signs = append(i.Signs, Noted{sign, at.UTC().Truncate(time.Millisecond)})
		return nil
	})
	if errors.Is(err, errAsItWas) {
		return nil
	}
	return err
}
