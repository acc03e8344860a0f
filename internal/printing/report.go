package printing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// Limits of reports.
const (
	// MaxRuns is how many runs of different fates an order can be divided into,
	// and how many ranges one report may name.
	MaxRuns = 1000
	// maxReason is how long a reason may be, in characters: it is kept with
	// each run.
	maxReason = 200
)

// A Report says what became of some stamps of a released order.
type Report struct {
	Fate   Fate    `json:"fate" doc:"What became of them"`
	Ranges []Range `json:"ranges,omitempty" maxItems:"1000" doc:"Stamps by their position in the order, from 1"`
	Rolls  []Range `json:"rolls,omitempty" maxItems:"1000" doc:"Whole rolls, or sheets where the order has none, by their number from 1"`
	// RestPrinted says in the same breath that whatever is left was printed well.
	RestPrinted bool   `json:"restPrinted,omitempty" doc:"All other stamps that nothing was reported of were printed well"`
	Reason      string `json:"reason,omitempty" maxLength:"200" doc:"Required for scrapped, lost and stolen; shown to whoever scans such a stamp"`
}

// A Reported report is the latest one of an order.
type Reported struct {
	Report
	At time.Time `json:"at"`
}

// Report writes down what became of stamps of a released order: the producer
// does. Scrapped, lost and stolen stamps are out of use at once and for good; their item
// codes answer that they were withdrawn, and why. Bad reports change nothing.
func (b *Book) Report(ctx context.Context, w trace.Write, id string, r Report) (trace.Stored[Order], error) {
	r.Reason = trace.Clean(r.Reason)
	may := func(o Order) error { return mayPrint(w.By, o) }
	return trace.Update(ctx, b.ledger, w, id, may, func(o *Order) error {
		return o.report(r, w.By.ID, b.ledger.Now())
	})
}

func (o *Order) report(r Report, by string, now time.Time) error {
	if err := r.check(*o); err != nil {
		return err
	}
	if o.State != Released {
		return conflict("lệnh in chưa được phát hành nên chưa có tem nào để báo", "the order is not released yet: there are no stamps to report of")
	}
	run := Run{Fate: r.Fate}
	if r.Fate.Withdrawn() {
		run.Reason, run.Since, run.By = r.Reason, now, by
	}
	runs, err := o.changed(r.stamps(*o), run)
	if err != nil {
		return err
	}
	if r.RestPrinted {
		next := *o
		next.Runs = runs
		if runs, err = next.changed(next.RangesOf(Unaccounted), Run{Fate: Printed}); err != nil {
			return err
		}
	}
	switch {
	case slices.EqualFunc(runs, o.Runs, equalRuns):
		return conflict("các tem này đã được báo như vậy rồi", "these stamps were reported so before")
	case len(runs) > MaxRuns:
		return conflict(fmt.Sprintf("một lệnh in chia được nhiều nhất %d đoạn, báo cáo này làm thành %d: hãy báo theo dải dài hơn", MaxRuns, len(runs)),
			fmt.Sprintf("an order can be divided into at most %d runs and this report makes %d: report longer ranges", MaxRuns, len(runs)))
	}
	o.Runs, o.Reported = runs, &Reported{r, now}
	o.Account, o.Accounted = nil, time.Time{} // ranges take the place of an earlier count
	return nil
}

// changed are the runs of the order once the stamps have the fate of run. Those
// that have it already keep their reason.
func (o Order) changed(stamps []Range, run Run) ([]Run, error) {
	var fresh []Run
	for _, old := range o.Fates() {
		for _, r := range stamps {
			part := run
			if part.Range = old.cut(r); part.Count() < 1 || old.Fate == run.Fate {
				continue
			}
			if !old.Fate.becomes(run.Fate) {
				return nil, conflict(fmt.Sprintf("tem %s đã báo %s, không thể đổi thành %s", part.Range, old.Fate.Name().VI, run.Fate.Name().VI),
					fmt.Sprintf("stamps %s were reported %s and cannot become %s", part.Range, old.Fate.Name().EN, run.Fate.Name().EN))
			}
			fresh = append(fresh, part)
		}
	}
	return paint(o.Runs, fresh), nil
}

// stamps are the stamps that the report names, in order, without repetition.
func (r Report) stamps(o Order) []Range {
	all := slices.Clone(r.Ranges)
	for _, rolls := range r.Rolls {
		all = append(all, Range{o.Roll(rolls.First).First, o.Roll(rolls.Last).Last})
	}
	return joined(all)
}

// joined puts ranges into order and joins those that meet or overlap.
func joined(ranges []Range) []Range {
	sorted := slices.SortedFunc(slices.Values(ranges), func(a, b Range) int { return a.First - b.First })
	out := sorted[:0]
	for _, r := range sorted {
		if last := len(out) - 1; last >= 0 && r.First <= out[last].Last+1 {
			out[last].Last = max(out[last].Last, r.Last)
			continue
		}
		out = append(out, r)
	}
	return out
}

func (r Report) check(o Order) error {
	var f findings
	if !slices.Contains(Fates(), r.Fate) {
		f.fail("fate", `phải là "printed", "scrapped", "lost" hoặc "stolen"`, `must be "printed", "scrapped", "lost" or "stolen"`)
	}
	if len(r.Ranges)+len(r.Rolls) == 0 && !(r.RestPrinted && r.Fate == Printed) {
		f.fail("ranges", "phải nêu tem nào, hoặc cuộn (tờ) nào", "is required: which stamps, or which rolls (sheets)")
	}
	f.ranges("ranges", r.Ranges, o.Count)
	f.ranges("rolls", r.Rolls, o.Rolls())
	if r.Fate.Withdrawn() && r.Reason == "" {
		f.fail("reason", "bắt buộc phải có: vì sao tem hỏng, thất lạc hoặc mất cắp", "is required: why the stamps are scrapped, lost or stolen")
	}
	f.text("reason", r.Reason, maxReason, false)
	return f.err()
}

// ranges refuses ranges that are not within 1 to limit, and too many.
func (f *findings) ranges(field string, ranges []Range, limit int) {
	if len(ranges) > MaxRuns {
		f.fail(field, fmt.Sprintf("có %d dải, tối đa %d", len(ranges), MaxRuns), fmt.Sprintf("has %d ranges, at most %d are allowed", len(ranges), MaxRuns))
		return
	}
	for i, r := range ranges {
		f.within(fmt.Sprintf("%s[%d].", field, i), r, limit)
	}
}

// within refuses a range that is not within 1 to limit; at goes before the names
// of its ends.
func (f *findings) within(at string, r Range, limit int) {
	f.between(at+"first", r.First, 1, limit, "")
	if f.between(at+"last", r.Last, 1, limit, ""); r.Last >= 1 && r.Last < r.First && r.First <= limit {
		f.fail(at+"last", fmt.Sprintf("nhỏ hơn số đầu (%d)", r.First), fmt.Sprintf("is below the first (%d)", r.First))
	}
}

// words tells in both languages what the report said.
func (r Report) words(o Order) catalog.Name {
	stamps := RangesText(shortened(r.Ranges))
	var vi, en []string
	if stamps != "" {
		vi, en = append(vi, "tem "+stamps), append(en, "stamps "+stamps)
	}
	if rolls := RangesText(shortened(r.Rolls)); rolls != "" && o.OnRolls() {
		vi, en = append(vi, "cuộn "+rolls), append(en, "rolls "+rolls)
	} else if rolls != "" {
		vi, en = append(vi, "tờ "+rolls), append(en, "sheets "+rolls)
	}
	said := catalog.Name{}
	if len(vi) > 0 {
		said = catalog.Name{VI: strings.Join(vi, ", ") + ": " + r.Fate.Name().VI, EN: strings.Join(en, ", ") + ": " + r.Fate.Name().EN}
	}
	if r.RestPrinted {
		said.VI = strings.TrimPrefix(said.VI+"; tem còn lại in đạt", "; ")
		said.EN = strings.TrimPrefix(said.EN+"; the rest printed well", "; ")
	}
	return said
}

// shortened is the first few ranges: enough for a line of a log.
func shortened(ranges []Range) []Range { return ranges[:min(len(ranges), 10)] }
