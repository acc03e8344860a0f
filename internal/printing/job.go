package printing

import (
	"context"
	"iter"
	"time"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/labels"
)

// A job is an order that is being put on paper or into files, after all that
// could be refused was looked at.
type job struct {
	book     *Book
	id       string
	order    Order
	print    Print
	printer  Printer // the zero one prints true
	sheet    labels.Sheet
	measures labels.Measures
	secret   bool // PINs are written out
}

// job opens an order for its producer and refuses what must not be printed.
func (b *Book) job(ctx context.Context, by trace.Actor, id string, p Print) (job, error) {
	s, err := trace.Read(ctx, b.ledger, id, func(o Order) error { return mayPrint(by, o) })
	if err != nil {
		return job{}, err
	}
	j := job{book: b, id: s.ID, order: s.Data, print: p}
	if err := b.refuseOutdated(ctx, j.order); err != nil {
		return job{}, err
	}
	if p.Printer != "" {
		if j.printer, err = b.usable(ctx, p.Printer, j.order.Producer); err != nil {
			return job{}, err
		}
	}
	if j.sheet, err = b.sheet(ctx, j.order, p.Layout, j.printer); err != nil {
		return job{}, err
	}
	if err := j.setProfile(s.Created); err != nil {
		return job{}, err
	}
	if j.sheet.MinModule > 0 || p.Layout.Stock != "" && p.Layout.Stock != j.order.Stock {
		if err := j.fits(ctx); err != nil { // the order was looked at without these
			return job{}, err
		}
	}
	j.measures, err = j.measure()
	return j, err
}

// setProfile makes the file for whom it is asked for. It bears the date of the
// order.
func (j *job) setProfile(created time.Time) error {
	profile, known := profiles[j.print.Profile]
	if !known {
		list := join(Profiles(), func(p Profile) string { return string(p) })
		return fieldError("profile", "phải là một trong: "+list, "must be one of: "+list)
	}
	l := j.print.Layout
	for field, set := range map[string]bool{
		FieldPrinter: j.print.Printer != "", "begun": l.Begun,
		labels.FieldStartCell: l.StartCell > 1, labels.FieldOffsetX: l.OffsetX != 0, labels.FieldOffsetY: l.OffsetY != 0,
	} {
		if set && profile != labels.Office {
			return fieldError(field, "chỉ dùng khi in ở văn phòng, không dùng cho nhà in", "is for office printers, not for print houses")
		}
	}
	j.sheet.Profile, j.sheet.Created = profile, created
	return nil
}

// printable refuses content that the order's stock cannot carry, so that an
// order that exists can be printed.
func (b *Book) printable(ctx context.Context, o Order) error {
	sheet, err := b.sheet(ctx, o, Layout{}, Printer{})
	if err != nil {
		return err
	}
	return job{book: b, order: o, sheet: sheet}.fits(ctx)
}

// fits looks at every stamp before the first is printed: one with an unusually
// wide code may not fit where all others do.
func (j job) fits(ctx context.Context) error {
	count := j.order.Count
	if j.order.Codes == BatchCodes {
		count = 1
	}
	return refusal(j.sheet.CheckAll(j.stamps(ctx, 0, count)))
}

// measure lays out the first stamp. Those after it are as large: their codes are
// as long.
func (j job) measure() (labels.Measures, error) {
	first, err := j.stamp(context.Background(), 0)
	if err != nil {
		return labels.Measures{}, err
	}
	m, err := j.sheet.Measure(first)
	return m, refusal(err)
}

// codes gives count codes from the from-th stamp on, counted from 0.
func (j job) codes(from, count int) iter.Seq2[stamp.Code, error] {
	return j.book.codes(j.order, from, count)
}

// stamp is the index-th one, counted from 0.
func (j job) stamp(ctx context.Context, index int) (labels.Stamp, error) {
	for s, err := range j.stamps(ctx, index, 1) {
		return s, err
	}
	return labels.Stamp{}, labels.ErrNoStamps
}

// stamps gives count stamps from the from-th on, counted from 0.
func (j job) stamps(ctx context.Context, from, count int) iter.Seq2[labels.Stamp, error] {
	return func(yield func(labels.Stamp, error) bool) {
		blank := j.order.Content.blank()
		pin, err := j.pins()
		if err != nil {
			yield(blank, err)
			return
		}
		for code, err := range j.codes(from, count) {
			if err == nil {
				err = ctx.Err()
			}
			s := j.order.Content.coded(blank, code)
			if pin != nil {
				s.PIN = pin(code)
			}
			if !yield(s, err) {
				return
			}
		}
	}
}
