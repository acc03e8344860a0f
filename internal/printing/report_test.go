package printing_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// released is a released order of item codes, 65 to a sheet.
func (w *world) released(t *testing.T, count int) string {
	t.Helper()
	o := w.create(t, w.order(printing.ItemCodes, count))
	return must(w.Release(w.ctx, trace.Write{By: w.by}, o.ID))(t).ID
}

func (w *world) report(t *testing.T, id string, r printing.Report) printing.Order {
	t.Helper()
	return must(w.Report(w.ctx, trace.Write{By: w.by}, id, r))(t).Data
}

// ranges reads ranges as people write them.
func ranges(text string) []printing.Range {
	r, err := printing.ParseRanges("ranges", text)
	if err != nil {
		panic(err)
	}
	return r
}

func scrapped(text, why string) printing.Report {
	return printing.Report{Fate: printing.Scrapped, Ranges: ranges(text), Reason: why}
}

// fates writes the partition of an order in one line.
func fates(o printing.Order) string {
	var parts []string
	for _, r := range o.Fates() {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Range, r.Fate, r.Reason)))
	}
	return strings.Join(parts, "; ")
}

// TestReports follows an order from report to report.
func TestReports(t *testing.T) {
	w := newWorld(t)
	id := w.released(t, 130)
	before := w.pdf(t, id)
	for _, tt := range []struct {
		report printing.Report
		want   string
		sums   printing.Sums
	}{
		{scrapped("40-44", "rách"), "1–39 unaccounted; 40–44 scrapped rách; 45–130 unaccounted", printing.Sums{130, 0, 5, 0, 125, 0}},
		{scrapped("46, 45", "ướt"), "1–39 unaccounted; 40–44 scrapped rách; 45–46 scrapped ướt; 47–130 unaccounted", printing.Sums{130, 0, 7, 0, 123, 0}},
		{printing.Report{Fate: printing.Printed, Rolls: ranges("2")}, "1–39 unaccounted; 40–44 scrapped rách; 45–46 scrapped ướt; 47–65 unaccounted; 66–130 printed", printing.Sums{130, 65, 7, 0, 58, 0}},
		{printing.Report{Fate: printing.Lost, Ranges: ranges("100-101"), Reason: "rơi", RestPrinted: true},
			"1–39 printed; 40–44 scrapped rách; 45–46 scrapped ướt; 47–99 printed; 100–101 lost rơi; 102–130 printed", printing.Sums{130, 121, 7, 2, 0, 0}},
		// What was lost may be found and destroyed; what is so already keeps its reason.
		{scrapped("100, 40-41", "tìm thấy, đã hủy"), "1–39 printed; 40–44 scrapped rách; 45–46 scrapped ướt; 47–99 printed; 100 scrapped tìm thấy, đã hủy; 101 lost rơi; 102–130 printed", printing.Sums{130, 121, 8, 1, 0, 0}},
		{scrapped("47", "ướt"), "1–39 printed; 40–44 scrapped rách; 45–46 scrapped ướt; 47 scrapped ướt; 48–99 printed; 100 scrapped tìm thấy, đã hủy; 101 lost rơi; 102–130 printed", printing.Sums{130, 120, 9, 1, 0, 0}},
	} {
		w.setClock(w.clock().Add(time.Minute))
		o := w.report(t, id, tt.report)
		if got := fates(o); got != tt.want {
			t.Errorf("after %+v:\n got %s\nwant %s", tt.report, got, tt.want)
		}
		if got := o.Sums(); got != tt.sums {
			t.Errorf("after %+v: %+v, want %+v", tt.report, got, tt.sums)
		}
		if o.Reported == nil || !o.Reported.At.Equal(w.clock()) || o.Reported.Fate != tt.report.Fate {
			t.Errorf("the latest report is %+v, want %+v", o.Reported, tt.report)
		}
	}
	o := must(w.Order(w.ctx, w.by, id))(t).Data
	if run := o.FateOf(101); run.Fate != printing.Lost || run.Reason != "rơi" || run.By != w.by.ID || run.Since.IsZero() || run.Range != (printing.Range{First: 101, Last: 101}) {
		t.Errorf("stamp 101: %+v", run)
	}
	if got := printing.RangesText(o.RangesOf(printing.Scrapped)); got != "40–47, 100" {
		t.Errorf("scrapped are %s", got)
	}
	want := []printing.Roll{
		{Number: 1, Range: printing.Range{First: 1, Last: 65}, Sums: printing.Sums{65, 57, 8, 0, 0, 0}},
		{Number: 2, Range: printing.Range{First: 66, Last: 130}, Sums: printing.Sums{65, 63, 1, 1, 0, 0}},
	}
	if diff := gocmp.Diff(want, o.RollsOf(1, 10)); diff != "" {
		t.Errorf("by sheet, -want +got:\n%s", diff)
	}
	if !bytes.Equal(before, w.pdf(t, id)) {
		t.Error("printed again after reports, the order gives other bytes")
	}
}

func TestReportsAreChecked(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	id := w.released(t, 65)
	for _, tt := range []struct {
		field string
		r     printing.Report
	}{
		{"fate", printing.Report{Ranges: ranges("1")}},
		{"fate", printing.Report{Fate: printing.Unaccounted, Ranges: ranges("1")}},
		{"ranges", printing.Report{Fate: printing.Printed}},
		{"ranges", printing.Report{Fate: printing.Lost, RestPrinted: true, Reason: "rơi"}},
		{"ranges[0].first", printing.Report{Fate: printing.Printed, Ranges: []printing.Range{{First: 0, Last: 3}}}},
		{"ranges[1].last", printing.Report{Fate: printing.Printed, Ranges: ranges("1, 2-66")}},
		{"ranges[0].last", printing.Report{Fate: printing.Printed, Ranges: ranges("5-4")}},
		{"rolls[0].last", printing.Report{Fate: printing.Printed, Rolls: ranges("1-2")}},
		{"ranges", printing.Report{Fate: printing.Printed, Ranges: slices.Repeat(ranges("1"), printing.MaxRuns+1)}},
		{"reason", printing.Report{Fate: printing.Scrapped, Ranges: ranges("1")}},
		{"reason", printing.Report{Fate: printing.Lost, Ranges: ranges("1"), Reason: " \u200b"}},
		{"reason", scrapped("1", strings.Repeat("ạ", 201))},
	} {
		_, err := w.Report(w.ctx, write, id, tt.r)
		wantField(t, err, tt.field)
	}
	w.report(t, id, scrapped("3-4", "rách"))
	w.report(t, id, printing.Report{Fate: printing.Lost, Ranges: ranges("7"), Reason: "rơi"})
	waiting := w.create(t, w.order(printing.ItemCodes, 5)).ID
	for _, tt := range []struct {
		id, why string
		r       printing.Report
	}{
		{waiting, "chưa được phát hành", scrapped("1", "rách")},
		{id, "tem 3–4 đã báo hỏng", printing.Report{Fate: printing.Printed, Ranges: ranges("1-5")}},
		{id, "tem 7 đã báo thất lạc", printing.Report{Fate: printing.Printed, Ranges: ranges("7")}},
		{id, "tem 3 đã báo hỏng", printing.Report{Fate: printing.Lost, Ranges: ranges("3"), Reason: "rơi"}},
		{id, "đã được báo như vậy", scrapped("3-4", "lý do khác")},
	} {
		_, err := w.Report(w.ctx, write, tt.id, tt.r)
		rule, ok := errors.AsType[*trace.RuleError](err)
		if !ok || !errors.Is(err, trace.ErrConflict) || !strings.Contains(rule.Message.VI, tt.why) || rule.Message.EN == "" {
			t.Errorf("%+v: %v, want a conflict about %q", tt.r, err, tt.why)
		}
	}
	if o := must(w.Order(w.ctx, w.by, id))(t); o.Revision != 4 || fates(o.Data) != "1–2 unaccounted; 3–4 scrapped rách; 5–6 unaccounted; 7 lost rơi; 8–65 unaccounted" {
		t.Errorf("refused reports left %s in revision %d", fates(o.Data), o.Revision)
	}
	for _, actor := range []trace.Actor{office, inspector} {
		_, err := w.Report(w.ctx, trace.Write{By: actor}, id, scrapped("1", "rách"))
		wantErr(t, err, trace.ErrForbidden)
	}
	_, err := w.Report(w.ctx, trace.Write{By: w.other}, id, scrapped("1", "rách"))
	wantErr(t, err, trace.ErrNotFound)
}

// TestRunsHaveALimit reports every second stamp: an order is not divided without
// end.
func TestRunsHaveALimit(t *testing.T) {
	w := newWorld(t)
	id := w.released(t, 3000)
	var odd []printing.Range
	for i := range printing.MaxRuns {
		odd = append(odd, printing.Range{First: 2*i + 1, Last: 2*i + 1})
	}
	w.report(t, id, printing.Report{Fate: printing.Scrapped, Ranges: odd, Reason: "rách"})
	_, err := w.Report(w.ctx, trace.Write{By: w.by}, id, scrapped("2999", "rách"))
	wantErr(t, err, trace.ErrConflict)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint(printing.MaxRuns)) {
		t.Errorf("the refusal does not state the limit: %v", err)
	}
}

// pdf is an order as it is printed.
func (w *world) pdf(t *testing.T, id string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := w.WriteLabels(w.ctx, w.by, id, printing.Print{}, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSumsClose reports at random, against a list of the fate of each stamp: no
// stamp has two fates or none, in any revision, of the order and of each roll.
func TestSumsClose(t *testing.T) {
	w := newWorld(t)
	dice := rand.New(rand.NewPCG(1, 2))
	accepted := 0
	for range 15 {
		accepted += w.reportAtRandom(t, dice)
	}
	if accepted < 150 {
		t.Errorf("only %d reports were accepted", accepted)
	}
}

// reportAtRandom makes an order and reports of it, and returns how many reports
// were accepted.
func (w *world) reportAtRandom(t *testing.T, dice *rand.Rand) int {
	d := w.order(printing.ItemCodes, 197)
	d.PerRoll = 20
	id := w.create(t, d).ID
	must(w.Release(w.ctx, trace.Write{By: w.by}, id))(t)
	model := slices.Repeat([]printing.Fate{printing.Unaccounted}, d.Count)
	accepted := 0
	for range 40 {
		r := atRandom(dice)
		after, possible := reported(model, r, d.PerRoll)
		s, err := w.Report(w.ctx, trace.Write{By: w.by}, id, r)
		if possible != (err == nil) || err != nil && !errors.Is(err, trace.ErrInvalid) && !errors.Is(err, trace.ErrConflict) {
			t.Fatalf("%+v: %v, possible: %v", r, err, possible)
		}
		if err == nil {
			model = after
			accepted++
			closes(t, s.Data, model)
		}
	}
	history := must(trace.HistoryOf(w.ctx, w.ledger, id, func(printing.Order) error { return nil }))(t)
	if len(history) != accepted+2 {
		t.Errorf("%d revisions after %d reports", len(history), accepted)
	}
	for _, s := range history {
		closes(t, s.Data, nil)
	}
	return accepted
}

// atRandom is a report of an order of 197 stamps on rolls of 20, which may be
// impossible.
func atRandom(dice *rand.Rand) printing.Report {
	r := printing.Report{Fate: printing.Fates()[dice.IntN(3)], Reason: "lý do", RestPrinted: dice.IntN(50) == 0}
	for range dice.IntN(3) {
		first := dice.IntN(200)
		r.Ranges = append(r.Ranges, printing.Range{First: first, Last: first + dice.IntN(12)})
	}
	if dice.IntN(20) == 0 {
		r.Rolls = []printing.Range{{First: 1 + dice.IntN(10), Last: 1 + dice.IntN(10)}}
	}
	return r
}

// reported applies a report to a list of fates, and tells whether it may be.
func reported(model []printing.Fate, r printing.Report, perRoll int) ([]printing.Fate, bool) {
	after := slices.Clone(model)
	set := func(first, last int) bool {
		if first < 1 || last < first || last > len(after) {
			return false
		}
		for i := first - 1; i < last; i++ {
			old := after[i]
			withdrawn := old == printing.Scrapped || old == printing.Lost
			if old != r.Fate && withdrawn && !(old == printing.Lost && r.Fate == printing.Scrapped) {
				return false
			}
			after[i] = r.Fate
		}
		return true
	}
	for _, x := range r.Ranges {
		if !set(x.First, x.Last) {
			return nil, false
		}
	}
	for _, x := range r.Rolls {
		if x.Last < x.First || !set((x.First-1)*perRoll+1, min(x.Last*perRoll, len(after))) {
			return nil, false
		}
	}
	if len(r.Ranges)+len(r.Rolls) == 0 && !(r.RestPrinted && r.Fate == printing.Printed) {
		return nil, false
	}
	for i, f := range after {
		if r.RestPrinted && f == printing.Unaccounted {
			after[i] = printing.Printed
		}
	}
	return after, !slices.Equal(model, after)
}

// closes holds that the fates of an order are a partition, that neighbouring runs
// differ, and that its sums and those of its rolls close; and where there is a
// model, that they are those of the model.
func closes(t *testing.T, o printing.Order, model []printing.Fate) {
	t.Helper()
	next, runs := 1, o.Fates()
	for i, r := range runs {
		if r.First != next || r.Last < r.First {
			t.Fatalf("run %d is %s, want one from %d on", i, r.Range, next)
		}
		if i > 0 && r.Fate == runs[i-1].Fate && r.Reason == runs[i-1].Reason && r.Since.Equal(runs[i-1].Since) {
			t.Fatalf("runs %s and %s are one", runs[i-1].Range, r.Range)
		}
		for p := r.First; p <= r.Last && model != nil; p++ {
			if model[p-1] != r.Fate || o.FateOf(p).Fate != r.Fate {
				t.Fatalf("stamp %d is %s, and %s by itself, want %s", p, r.Fate, o.FateOf(p).Fate, model[p-1])
			}
		}
		next = r.Last + 1
	}
	total := printing.Sums{}
	rolls := o.RollsOf(1, o.Rolls()+1)
	for _, r := range rolls {
		total.Allocated += r.Sums.Allocated
		total.Printed += r.Sums.Printed
		total.Scrapped += r.Sums.Scrapped
		total.Lost += r.Sums.Lost
		total.Unaccounted += r.Sums.Unaccounted
		if s := r.Sums; s.Allocated != r.Count() || s.Allocated != s.Printed+s.Scrapped+s.Lost+s.Unaccounted {
			t.Fatalf("roll %d of %s does not close: %+v", r.Number, r.Range, s)
		}
	}
	s := o.Sums()
	if next != o.Count+1 || s.Allocated != o.Count || s.Allocated != s.Printed+s.Scrapped+s.Lost+s.Unaccounted || s != total || len(rolls) != o.Rolls() {
		t.Fatalf("the order of %d stamps does not close: %+v, by roll %+v", o.Count, s, total)
	}
}

// TestRepeatedReports sends a report twice, with a fault in between.
func TestRepeatedReports(t *testing.T) {
	w := newWorld(t)
	id := w.released(t, 40)
	write := trace.Write{By: w.by, Op: trace.Op{Key: "report", Hash: "1"}}
	first := must(w.Report(w.ctx, write, id, scrapped("3", "rách")))(t)
	w.report(t, id, scrapped("4", "rách"))
	again := must(w.Report(w.ctx, write, id, scrapped("3", "rách")))(t)
	if diff := gocmp.Diff(first, again); diff != "" {
		t.Errorf("repeated, -first +again:\n%s", diff)
	}
	write.Op.Hash = "2"
	_, err := w.Report(w.ctx, write, id, scrapped("5", "rách"))
	wantErr(t, err, trace.ErrKeyReused)
	_, err = w.Report(w.ctx, trace.Write{By: w.by, If: 1}, id, scrapped("5", "rách"))
	wantErr(t, err, trace.ErrStale)
}

// TestCountsBeforeReports reads an order that was counted when only numbers were
// kept, and reports of it.
func TestCountsBeforeReports(t *testing.T) {
	w := newWorld(t)
	id := w.released(t, 65)
	counted := must(trace.Update(w.ctx, w.ledger, trace.Write{By: w.by}, id, func(printing.Order) error { return nil }, func(o *printing.Order) error {
		o.Account, o.Accounted = &printing.Account{Printed: 60, Spoilt: 3}, w.clock()
		o.Design, o.PerSheet = printing.Design{}, 0
		return nil
	}))(t).Data
	if got := counted.Sums(); got != (printing.Sums{65, 60, 3, 0, 2, 0}) || counted.Unaccounted() != 2 || counted.Rolls() != 1 {
		t.Errorf("counted before: %+v on %d sheets", got, counted.Rolls())
	}
	o := w.report(t, id, scrapped("1-3", "rách"))
	if got := o.Sums(); got != (printing.Sums{65, 0, 3, 0, 62, 0}) || o.Account != nil || !o.Accounted.IsZero() {
		t.Errorf("after a report: %+v, %+v", got, o.Account)
	}
}

func TestOrdersOfProducer(t *testing.T) {
	w := newWorld(t)
	var want []string
	for i := range 5 {
		w.setClock(w.clock().Add(time.Duration(i+1) * time.Second))
		want = append([]string{w.create(t, w.order(printing.BatchCodes, 10)).ID}, want...)
	}
	for _, actor := range []trace.Actor{w.by, office, inspector} {
		var got []string
		for p := (trace.Paging{Limit: 2}); ; {
			page := must(w.OrdersOfProducer(w.ctx, actor, w.by.Producer, p))(t)
			for _, o := range page.Items {
				got = append(got, o.ID)
			}
			if p.After = page.Next; p.After == "" {
				break
			}
		}
		if !slices.Equal(want, got) {
			t.Errorf("%s lists %v, want %v", actor.ID, got, want)
		}
	}
	_, err := w.OrdersOfProducer(w.ctx, w.other, w.by.Producer, trace.Paging{})
	wantErr(t, err, trace.ErrNotFound)
	if got := must(w.OrdersOfProducer(w.ctx, w.other, w.other.Producer, trace.Paging{}))(t); len(got.Items) != 0 {
		t.Errorf("another producer lists %+v", got.Items)
	}
}

// TestOrdersInTheAuditLog holds what the log says of all that is done with an
// order.
func TestOrdersInTheAuditLog(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	d := w.order(printing.ItemCodes, 130)
	d.Activation = printing.ActivateByRange
	id := w.create(t, d).ID
	step := func() { w.setClock(w.clock().Add(time.Second)) }
	step()
	must(w.Release(w.ctx, write, id))(t)
	step()
	w.report(t, id, scrapped("40-44, 51", "rách"))
	step()
	w.report(t, id, printing.Report{Fate: printing.Printed, Rolls: ranges("2"), RestPrinted: true})
	step()
	must(w.Activate(w.ctx, write, id, printing.Range{First: 1, Last: 65}))(t)
	step()
	d.Count, d.Replaces = 6, id
	w.create(t, d)
	want := []string{
		"Lập lệnh in bù|lô L1, 6 tem, thay tem hỏng và thất lạc của lệnh in " + id + "|",
		"Kích hoạt tem|lô L1, 130 tem: thêm 65 tem; đã kích hoạt tem 1–65|",
		"Báo tem đã in, hỏng, thất lạc|lô L1, 130 tem: tờ 2: in đạt; tem còn lại in đạt (124 đạt, 6 hỏng, 0 thất lạc, 0 chưa rõ ở đâu)|",
		"Báo tem đã in, hỏng, thất lạc|lô L1, 130 tem: tem 40–44, 51: hỏng, đã hủy (0 đạt, 6 hỏng, 0 thất lạc, 124 chưa rõ ở đâu)|rách",
		"Phát hành lệnh in|lô L1, 130 tem|",
		"Lập lệnh in|lô L1, 130 tem|",
	}
	var got, english []string
	for e, err := range w.ledger.AuditAll(w.ctx, w.by, trace.AuditQuery{Kinds: printing.AuditKinds()}) {
		if err != nil {
			t.Fatal(err)
		}
		act := e.Act()
		got = append(got, act.Action.VI+"|"+act.Subject.VI+"|"+act.Detail)
		english = append(english, act.Action.EN+"|"+act.Subject.EN)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if want := "Reported what became of stamps|lot L1, 130 stamps: sheets 2: printed well; the rest printed well (124 printed well, 6 scrapped, 0 lost, 0 not accounted for)"; english[2] != want {
		t.Errorf("in English %q, want %q", english[2], want)
	}
}
