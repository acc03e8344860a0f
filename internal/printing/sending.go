package printing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/trace"
)

// KindSendings is the kind of document that keeps which stamps of an order were
// sent to a label printer.
const KindSendings trace.Kind = "sendings"

// A Sending is which stamps of an order went to label printers. Its id is that
// of the order.
//
// Whoever sends claims the next stamps before the first byte leaves and confirms
// them once the printer took them. Stamps that were claimed and not confirmed,
// because the sender or the printer stopped in between, may lie there printed:
// they are never sent again until a person has looked and said how many do. So
// no stamp is ever printed twice.
type Sending struct {
	Order    string `json:"order"`
	Batch    string `json:"batch"`
	Producer string `json:"producer"`
	// Parts are in the order of their stamps and have none in common.
	Parts []Part `json:"parts,omitempty"`
	// Latest is the part that this revision is about.
	Latest Range `json:"latest"`
}

// A Part is neighbouring stamps that were given out to be sent.
type Part struct {
	Range
	State   PartState `json:"state" enum:"claimed,sent"`
	Printer string    `json:"printer,omitempty" doc:"Which printer, as whoever sent calls it"`
	By      string    `json:"by" doc:"Id of who sent"`
	At      time.Time `json:"at" doc:"When they were claimed, or confirmed last"`
}

// PartState is where a part stands.
type PartState string

// The states of a part.
const (
	Claimed PartState = "claimed" // on the way, or stopped there
	Sent    PartState = "sent"
)

// Limits of sending.
const (
	MaxClaim = 1000 // stamps claimed at once
	maxParts = 1000 // of an order: neighbours that were sent are one
)

// DocumentKind implements trace.Document.
func (Sending) DocumentKind() trace.Kind { return KindSendings }

// DocumentRefs implements trace.Document.
func (s Sending) DocumentRefs() []string {
	return []string{trace.BatchTerm(s.Batch), trace.ProducerTerm(s.Producer)}
}

// A Claim asks for the next stamps to send.
type Claim struct {
	Printer string `json:"printer,omitempty" maxLength:"100" doc:"Which printer, as people call it"`
	Max     int    `json:"max" minimum:"1" maximum:"1000" doc:"At most so many stamps"`
	From    int    `json:"from,omitempty" minimum:"0" maximum:"1000000" doc:"Not before this stamp, from 1"`
	Count   int    `json:"count,omitempty" minimum:"0" maximum:"1000000" doc:"Of so many stamps from there on; of all that are left when 0"`
}

// A Resolution says how far a part that was not confirmed got.
type Resolution struct {
	First   int `json:"first" minimum:"1" maximum:"1000000" doc:"First stamp of the part"`
	Printed int `json:"printed" minimum:"0" maximum:"1000" doc:"How many of its stamps, from the first on, lie there printed, whole or spoilt; the others are sent again"`
}

// A Progress is how far the sending of an order is.
type Progress struct {
	Order     string  `json:"order"`
	Count     int     `json:"count" doc:"Stamps of the order"`
	Sent      int     `json:"sent" doc:"Stamps that a printer took"`
	Left      int     `json:"left" doc:"Stamps that can be claimed: not sent, not uncertain and not reported of"`
	Uncertain []Part  `json:"uncertain" doc:"Claimed and not confirmed: on the way, or stopped there. Unless somebody is sending right now, look which of them lie there printed and say so"`
	Free      []Range `json:"free" doc:"The stamps that can be claimed"`
}

// Progress tells how far the sending of an order is.
func (b *Book) Progress(ctx context.Context, by trace.Actor, id string) (Progress, error) {
	o, err := trace.Read(ctx, b.ledger, id, func(o Order) error { return maySee(by, o) })
	if err != nil {
		return Progress{}, err
	}
	s, err := b.sending(ctx, o)
	return s.progress(o.Data), err
}

// sending is the document of an order, or an empty one.
func (b *Book) sending(ctx context.Context, o trace.Stored[Order]) (Sending, error) {
	s, err := trace.Head[Sending](ctx, b.ledger, o.ID)
	if errors.Is(err, trace.ErrNotFound) {
		return Sending{Order: o.ID, Batch: o.Data.Batch, Producer: o.Data.Producer}, nil
	}
	return s.Data, err
}

func (s Sending) progress(o Order) Progress {
	p := Progress{Order: s.Order, Count: o.Count, Uncertain: []Part{}, Free: s.free(o)}
	open := o.RangesOf(Unaccounted)
	for _, part := range s.Parts {
		if part.State == Sent {
			p.Sent += part.Count()
			continue
		}
		for _, r := range open { // what was reported of is certain
			if rest := part; part.cut(r).Count() > 0 {
				rest.Range = part.cut(r)
				p.Uncertain = append(p.Uncertain, rest)
			}
		}
	}
	for _, r := range p.Free {
		p.Left += r.Count()
	}
	return p
}

// free are the stamps that can be claimed.
func (s Sending) free(o Order) []Range {
	taken := make([]Range, len(s.Parts))
	for i, part := range s.Parts {
		taken[i] = part.Range
	}
	out := []Range{}
	for _, r := range o.RangesOf(Unaccounted) {
		out = append(out, r.without(taken)...)
	}
	return out
}

// Claim takes the next stamps for whoever is about to send them: the producer
// is. They are in Latest of the answer, and nobody else gets them. The order must
// be released and its stamps still be true.
func (b *Book) Claim(ctx context.Context, w trace.Write, id string, c Claim) (trace.Stored[Sending], error) {
	o, err := b.sendable(ctx, w.By, id)
	if err != nil {
		return trace.Stored[Sending]{}, err
	}
	c.Printer = trace.Clean(c.Printer)
	var f findings
	f.between("max", c.Max, 1, MaxClaim, "")
	f.between("from", c.From, 0, o.Data.Count, "")
	f.between("count", c.Count, 0, MaxCount, "")
	f.text("printer", c.Printer, 100, false)
	if err := f.err(); err != nil {
		return trace.Stored[Sending]{}, err
	}
	if o.Data.State != Released {
		return trace.Stored[Sending]{}, conflict("lệnh in chưa được phát hành: hãy phát hành trước khi gửi tới máy in", "the order is not released yet: release it before it is sent to a printer")
	}
	if err := b.refuseOutdated(ctx, o.Data); err != nil {
		return trace.Stored[Sending]{}, err
	}
	return b.changeSending(ctx, w, o, func(s *Sending) error { return s.claim(o.Data, c, w.By.ID, b.ledger.Now()) })
}

func (s *Sending) claim(o Order, c Claim, by string, now time.Time) error {
	within := Range{max(c.From, 1), o.Count}
	if c.Count > 0 {
		within.Last = min(within.First+c.Count-1, o.Count)
	}
	for _, r := range s.free(o) {
		if r = r.cut(within); r.Count() < 1 {
			continue
		}
		r.Last = min(r.Last, r.First+c.Max-1)
		s.Latest = r
		return s.put(Part{r, Claimed, c.Printer, by, now})
	}
	return conflict("không còn tem nào để gửi tới máy in", "no stamps are left to be sent")
}

// Confirm notes that a printer took the stamps that were claimed: whoever claimed
// them does.
func (b *Book) Confirm(ctx context.Context, w trace.Write, id string, r Range) (trace.Stored[Sending], error) {
	o, err := b.sendable(ctx, w.By, id)
	if err != nil {
		return trace.Stored[Sending]{}, err
	}
	return b.changeSending(ctx, w, o, func(s *Sending) error {
		i := slices.IndexFunc(s.Parts, func(p Part) bool { return p.Range == r })
		if i < 0 || s.Parts[i].State != Claimed {
			return conflict(fmt.Sprintf("không có phần tem %s nào đang chờ xác nhận", r), fmt.Sprintf("no claimed part of stamps %s is waiting to be confirmed", r))
		}
		s.Parts[i].State, s.Parts[i].At, s.Latest = Sent, b.ledger.Now(), r
		s.join()
		return nil
	})
}

// Resolve says how many stamps of a part that was not confirmed lie there
// printed: the producer does, who has looked. The others can be claimed again. It
// is not for a part that somebody is still sending.
func (b *Book) Resolve(ctx context.Context, w trace.Write, id string, r Resolution) (trace.Stored[Sending], error) {
	o, err := b.sendable(ctx, w.By, id)
	if err != nil {
		return trace.Stored[Sending]{}, err
	}
	return b.changeSending(ctx, w, o, func(s *Sending) error {
		i := slices.IndexFunc(s.Parts, func(p Part) bool { return p.First == r.First && p.State == Claimed })
		if i < 0 {
			return fieldError("first", "không phải tem đầu của một phần chưa chắc đã in", "is not the first stamp of a part that is uncertain")
		}
		part := &s.Parts[i]
		var f findings
		if f.between("printed", r.Printed, 0, part.Count(), ""); f.err() != nil {
			return f.err()
		}
		s.Latest = part.Range
		part.Last = part.First + r.Printed - 1
		part.State, part.At, part.By = Sent, b.ledger.Now(), w.By.ID
		if part.Count() < 1 {
			s.Parts = slices.Delete(s.Parts, i, i+1)
		}
		s.join()
		return nil
	})
}

// sendable reads an order for its producer.
func (b *Book) sendable(ctx context.Context, by trace.Actor, id string) (trace.Stored[Order], error) {
	return trace.Read(ctx, b.ledger, id, func(o Order) error { return mayPrint(by, o) })
}

// changeSending makes the document where there is none yet.
func (b *Book) changeSending(ctx context.Context, w trace.Write, o trace.Stored[Order], change func(*Sending) error) (trace.Stored[Sending], error) {
	if _, err := trace.Head[Sending](ctx, b.ledger, o.ID); errors.Is(err, trace.ErrNotFound) {
		first := Sending{Order: o.ID, Batch: o.Data.Batch, Producer: o.Data.Producer}
		if err := change(&first); err != nil {
			return trace.Stored[Sending]{}, err
		}
		s, err := trace.Create(ctx, b.ledger, w, o.ID, first)
		if !errors.Is(err, trace.ErrExists) {
			return s, err
		}
	}
	may := func(Sending) error { return mayPrint(w.By, o.Data) }
	return trace.Update(ctx, b.ledger, w, o.ID, may, change)
}

// put adds a part in its place.
func (s *Sending) put(p Part) error {
	if len(s.Parts) >= maxParts {
		return conflict(fmt.Sprintf("lệnh in đã gửi thành %d phần rời nhau, không thêm được nữa: hãy làm rõ các phần chưa chắc đã in", maxParts),
			fmt.Sprintf("the order was sent in %d separate parts and takes no more: resolve those that are uncertain", maxParts))
	}
	i, _ := slices.BinarySearchFunc(s.Parts, p.First, func(part Part, first int) int { return cmp.Compare(part.First, first) })
	s.Parts = slices.Insert(s.Parts, i, p)
	return nil
}

// join makes one of neighbouring parts that the same printer took.
func (s *Sending) join() {
	joined := s.Parts[:0]
	for _, p := range s.Parts {
		if last := len(joined) - 1; last >= 0 && joined[last].continues(p) {
			joined[last].Last, joined[last].At = p.Last, p.At
			continue
		}
		joined = append(joined, p)
	}
	s.Parts = joined
}

// continues tells whether the next part is more of the same.
func (p Part) continues(next Part) bool {
	return p.Last+1 == next.First && p.State == Sent && next.State == Sent && p.Printer == next.Printer && p.By == next.By
}
