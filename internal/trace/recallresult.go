package trace

import (
	"context"
	"errors"
	"time"
)

// A RecallResult is how a recall ended: when the goods were back, what became of
// them, and when that was reported. Its id is the code of the recalled batch.
type RecallResult struct {
	RecallResultData
	Producer string `json:"producer" doc:"Id of the producer of the batch"`
}

// RecallResultData is what is entered, step by step.
type RecallResultData struct {
	Batch     string   `json:"batch" doc:"Batch code"`
	Finished  Date     `json:"finished" format:"date" doc:"Day on which the recall was finished"`
	Collected Quantity `json:"collected,omitzero" doc:"What came back"`
	Reported  Date     `json:"reported,omitzero" format:"date" doc:"Day on which the result was reported to the authority"`
	Document  string   `json:"document,omitempty" doc:"Number of the report"`
	Handled   Date     `json:"handled,omitzero" format:"date" doc:"Day on which the goods were dealt with"`
	Handling  string   `json:"handling,omitempty" doc:"How they were dealt with: relabelled, put to another use, sent back, destroyed"`
}

// DocumentKind implements Document.
func (RecallResult) DocumentKind() Kind { return KindRecallResults }

// DocumentRefs implements Document.
func (r RecallResult) DocumentRefs() []string {
	return []string{batchRef(r.Batch), producerRef(r.Producer)}
}

func (d RecallResultData) check(c check) {
	c.required("finished", !d.Finished.IsZero())
	c.optionalQuantity("collected", d.Collected)
	c.order("reported", d.Finished, d.Reported, "ngày thu hồi xong", "the end of the recall")
	c.text("document", d.Document, maxName)
	c.order("handled", d.Finished, d.Handled, "ngày thu hồi xong", "the end of the recall")
	c.text("handling", d.Handling, maxText)
	if !d.Handled.IsZero() {
		c.required("handling", d.Handling != "")
	}
}

// SetRecallResult enters how the recall of a batch ended, or what has come about
// since: its producer does, or an authority. What was entered before stays on
// file.
func (l *Ledger) SetRecallResult(ctx context.Context, w Write, d RecallResultData) (Stored[RecallResult], error) {
	d.Batch = canonical(d.Batch)
	b, err := l.measured(ctx, w.By, d.Batch)
	if err != nil {
		return Stored[RecallResult]{}, err
	}
	if b.Data.State != BatchRecalled {
		return Stored[RecallResult]{}, refuse(ErrConflict, "lô không bị thu hồi", "the batch is not recalled")
	}
	if err := l.checkResult(&d, b.Data); err != nil {
		return Stored[RecallResult]{}, err
	}
	result := RecallResult{d, b.Data.Producer}
	if _, err := Head[RecallResult](ctx, l, b.ID); errors.Is(err, ErrNotFound) && w.If == 0 {
		s, err := Create(ctx, l, w, b.ID, result)
		if !errors.Is(err, ErrExists) {
			return s, err
		}
	}
	everybody := func(RecallResult) error { return nil } // measured has asked
	return Update(ctx, l, w, b.ID, everybody, func(cur *RecallResult) error {
		*cur = result
		return nil
	})
}

func (l *Ledger) checkResult(d *RecallResultData, b Batch) error {
	cleanAll(d)
	c := newCheck()
	d.check(c)
	c.order("finished", DateOf(b.StateSince), d.Finished, "ngày thu hồi", "the recall")
	for _, given := range []struct {
		field string
		day   Date
	}{{"finished", d.Finished}, {"reported", d.Reported}, {"handled", d.Handled}} {
		if given.day.After(l.Today()) {
			c.fail(given.field, "ở thời điểm tương lai", "lies in the future")
		}
	}
	return c.err()
}

// RecallResult returns how the recall of a batch ended; ErrNotFound before it
// did.
func (l *Ledger) RecallResult(ctx context.Context, by Actor, code string) (Stored[RecallResult], error) {
	return Read(ctx, l, canonical(code), func(r RecallResult) error { return by.mayNotify(Batch{Producer: r.Producer}) })
}

// workingDays counts on so many working days from a day, Monday to Friday.
// Holidays are not known here: a deadline over one comes too early, never too
// late.
func (d Date) workingDays(n int) Date {
	for n > 0 {
		d = d.AddDays(1)
		if weekday := d.day.Weekday(); weekday != time.Saturday && weekday != time.Sunday {
			n--
		}
	}
	return d
}

// A RecallStep is something that the law asks for in a recall.
type RecallStep string

// The steps of a recall.
const (
	StepNotify RecallStep = "notify"
	StepReport RecallStep = "report"
	StepHandle RecallStep = "handle"
)

// A RecallDue is a step that has a deadline.
type RecallDue struct {
	Step RecallStep `json:"step" enum:"notify,report,handle"`
	// By is the end of the time for it.
	By      time.Time `json:"by"`
	Done    bool      `json:"done"`
	Overdue bool      `json:"overdue"`
}

// A RecallProgress is how far the recall of a batch has come.
type RecallProgress struct {
	Batch  Stored[Batch]         `json:"batch"`
	Result *Stored[RecallResult] `json:"result,omitempty"`
	// Told are the recipients that are known to be told, of Recipients in all;
	// Acknowledged those that answered.
	Recipients   int         `json:"recipients"`
	Told         int         `json:"told"`
	Opened       int         `json:"opened"`
	Acknowledged int         `json:"acknowledged"`
	Due          []RecallDue `json:"due"`
}

// Overdue tells whether a deadline has passed.
func (p RecallProgress) Overdue() bool {
	for _, d := range p.Due {
		if d.Overdue {
			return true
		}
	}
	return false
}

// Open tells whether something is still to be done.
func (p RecallProgress) Open() bool {
	if p.Result == nil {
		return true
	}
	for _, d := range p.Due {
		if !d.Done {
			return true
		}
	}
	return false
}

// Progress tells how far the hold or the recall of a batch has come. A hold has
// no deadlines.
func (l *Ledger) Progress(ctx context.Context, by Actor, code string) (RecallProgress, error) {
	b, err := l.measured(ctx, by, code)
	if err != nil {
		return RecallProgress{}, err
	}
	var result *Stored[RecallResult]
	r, err := Head[RecallResult](ctx, l, b.ID)
	if err == nil {
		result = &r
	} else if !errors.Is(err, ErrNotFound) {
		return RecallProgress{}, err
	}
	return l.progress(ctx, b, result)
}

func (l *Ledger) progress(ctx context.Context, b Stored[Batch], result *Stored[RecallResult]) (RecallProgress, error) {
	p := RecallProgress{Batch: b, Result: result, Due: []RecallDue{}}
	all, err := l.notificationsOf(ctx, b)
	if err != nil {
		return p, err
	}
	for _, n := range all {
		if n.Data.Cancelled != nil {
			continue
		}
		p.Recipients++
		p.Told += one(n.Data.Reached())
		p.Opened += one(!n.Data.Opened.IsZero())
		p.Acknowledged += one(n.Data.Acknowledged != nil)
	}
	if b.Data.State == BatchRecalled {
		p.addDue(l.Now())
	}
	return p, nil
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// addDue works out the deadlines. Who is told when the goods are back already no
// longer matters; what comes after the end has no deadline before it.
func (p *RecallProgress) addDue(now time.Time) {
	add := func(step RecallStep, by time.Time, done bool) {
		p.Due = append(p.Due, RecallDue{step, by, done, !done && now.After(by)})
	}
	add(StepNotify, deadlinesFrom(p.Batch.Data.StateSince).Notify, p.Result != nil || p.Recipients > 0 && p.Told == p.Recipients)
	if p.Result == nil {
		return
	}
	r := p.Result.Data
	add(StepReport, r.Finished.workingDays(reportDays).AddDays(1).Start(), !r.Reported.IsZero())
	add(StepHandle, r.Finished.AddMonths(handlingMonths).AddDays(1).Start(), !r.Handled.IsZero())
}

// maxProgress is how many of the latest recalls OpenRecalls looks at.
const maxProgress = 200

// OpenRecalls tells of recalled batches of which something is still to be done,
// the latest 200 that the actor may give notice of.
func (l *Ledger) OpenRecalls(ctx context.Context, by Actor) ([]RecallProgress, error) {
	recalled, err := l.recalledFor(ctx, by)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(recalled))
	for i, b := range recalled {
		ids[i] = b.ID
	}
	results, err := HeadsOf[RecallResult](ctx, l, ids)
	if err != nil {
		return nil, err
	}
	open := []RecallProgress{}
	for _, b := range recalled {
		var result *Stored[RecallResult]
		if r, ok := results[b.ID]; ok {
			result = &r
		}
		p, err := l.progress(ctx, b, result)
		if err != nil {
			return nil, err
		}
		if p.Open() {
			open = append(open, p)
		}
	}
	return open, nil
}

// recalledFor are the recalled batches that the actor may give notice of, the
// newest first, among the latest maxWalk of all.
func (l *Ledger) recalledFor(ctx context.Context, by Actor) ([]Stored[Batch], error) {
	q := Query{Kind: KindBatches, Ref: batchStateRef(BatchRecalled), Limit: maxProgress, Newest: true}
	var out []Stored[Batch]
	for walked := 0; ; walked += q.Limit {
		page, err := l.store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		batches, err := decodeAll[Batch](page.Revisions)
		if err != nil {
			return nil, err
		}
		for _, b := range batches {
			if by.mayNotify(b.Data) == nil && len(out) < maxProgress {
				out = append(out, b)
			}
		}
		if q.After = page.Next; page.Next == "" || len(out) == maxProgress || walked >= maxWalk {
			return out, nil
		}
	}
}
