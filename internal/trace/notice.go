package trace

import (
	"context"
	"slices"
	"time"
)

// What Circular 17/2021/TT-BNNPTNT asks of whoever recalls, as secondary sources
// give it; a successor may have changed it.
const (
	notifyWithin   = 24 * time.Hour
	reportDays     = 3
	handlingMonths = 3
)

// Deadlines are those of a recall. They count from when the measure was entered
// here; by law the first begins when the fault was found, which may be earlier.
type Deadlines struct {
	Notify         time.Time `json:"notify" doc:"By when sale is to be stopped and everybody who makes or sells the goods, and the authority, are to be told: 24 hours"`
	ReportDays     int       `json:"reportDays" doc:"Working days after the end of the recall within which its result is to be reported"`
	HandlingMonths int       `json:"handlingMonths" doc:"Months after the end of the recall within which the goods are to be dealt with"`
}

func deadlinesFrom(start time.Time) Deadlines {
	return Deadlines{Notify: start.Add(notifyWithin), ReportDays: reportDays, HandlingMonths: handlingMonths}
}

// Deadlines are those of an approved recall; nil for one that is not.
func (r Recall) Deadlines() *Deadlines {
	if r.State != RecallApproved {
		return nil
	}
	d := deadlinesFrom(r.Decided.At)
	return &d
}

// A Notice is what the notice of a hold or a recall states, to be printed and
// handed to those who make, sell and supervise the goods. How many stamps were
// given out is for its page to add.
type Notice struct {
	Batch    Stored[Batch]    `json:"batch" doc:"With lot, dates, quantity, measure, reason, who ordered it and when"`
	Product  Stored[Product]  `json:"product"`
	Producer Stored[Producer] `json:"producer" doc:"With address and contact"`
	// Recall is that of an authority; nil for a hold and for what the producer
	// ordered itself.
	Recall *Stored[Recall] `json:"recall,omitempty"`
	// Deadlines are nil for a hold, to which they do not apply.
	Deadlines *Deadlines `json:"deadlines,omitempty"`
	// Reached are the nearest batches that this one went into, at most
	// MaxDrawn; ReachedInAll counts all of them.
	Reached      []FamilyNode `json:"reached" doc:"Batches that this one went into, the nearest first, at most 200"`
	ReachedInAll int          `json:"reachedInAll"`
}

// Notice gathers what the notice of a batch that is held or recalled states:
// for its producer, inspectors and the office.
func (l *Ledger) Notice(ctx context.Context, by Actor, code string) (Notice, error) {
	b, err := l.measured(ctx, by, code)
	if err != nil {
		return Notice{}, err
	}
	return l.noticeOf(ctx, by, b)
}

// noticeOf gathers what the notice of a batch states, with the reached batches
// that the actor may see.
func (l *Ledger) noticeOf(ctx context.Context, by Actor, batch Stored[Batch]) (Notice, error) {
	n, b := Notice{Batch: batch}, batch.Data
	var err error
	if n.Product, err = Head[Product](ctx, l, b.Product); err != nil {
		return Notice{}, err
	}
	if n.Producer, err = Head[Producer](ctx, l, b.Producer); err != nil {
		return Notice{}, err
	}
	if b.State == BatchRecalled {
		d := deadlinesFrom(b.StateSince)
		n.Deadlines = &d
		if n.Recall, err = l.recallOf(ctx, n.Batch); err != nil {
			return Notice{}, err
		}
	}
	return n, l.addReached(ctx, by, &n)
}

func (a Actor) mayNotify(b Batch) error {
	if a.owns(b.Producer) || a.Role.in(Inspector, Office) {
		return nil
	}
	if a.Reads(b.Producer) {
		return ErrNotAllowed
	}
	return ErrHidden
}

// recallOf finds the recall by which an authority recalled the batch, nil when
// the producer did. Another may have been approved later, which changed nothing.
func (l *Ledger) recallOf(ctx context.Context, b Stored[Batch]) (*Stored[Recall], error) {
	if b.Data.StateBy == ProducerRole {
		return nil, nil
	}
	recalls, err := All[Recall](ctx, l, batchRef(b.ID))
	if err != nil {
		return nil, err
	}
	recalls = slices.DeleteFunc(recalls, func(s Stored[Recall]) bool { return s.Data.State != RecallApproved })
	slices.SortFunc(recalls, func(x, y Stored[Recall]) int { return x.Data.Decided.At.Compare(y.Data.Decided.At) })
	if len(recalls) == 0 {
		return nil, nil // recalled before recalls took two people
	}
	return &recalls[0], nil
}

func (l *Ledger) addReached(ctx context.Context, by Actor, n *Notice) error {
	reached, err := l.reachedFrom(ctx, by, n.Batch.ID)
	if err != nil {
		return err
	}
	n.ReachedInAll = len(reached)
	loaded, err := l.loadReached(ctx, by, reached[:min(len(reached), MaxDrawn)])
	if err != nil {
		return err
	}
	var nearest []Stored[Batch]
	for _, r := range loaded {
		nearest = append(nearest, r.Batch)
	}
	n.Reached, err = l.named(ctx, nearest)
	return err
}
