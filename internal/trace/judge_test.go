package trace_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// TestJudgeAsStored holds the preview of a report against what is stored of it.
func TestJudgeAsStored(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	p := productData(a.Producer)
	p.Name.VI, p.Set = "Cam sành Hàm Yên", 1
	product := must(w.CreateProduct(w.ctx, by(a), p))(t).ID
	own := row("2,4-D", "mg/kg", "0,5")
	own.Limit = &trace.Limit{Kind: catalog.LimitMax, Max: "0.1", Basis: " Hợp đồng "}
	detected := row("Cadimi (Cd)", "mg/kg", "KPH")
	detected.LOD = "0.2"
	d := sheet(product, "", row("Chì (Pb)", "mg/kg", "0,05"), row("Salmonella", "/25 g", "Dương tính"), own, detected,
		row("Độ ngọt", "", "ngọt"), row("2-Phenylphenol", "mg/kg", " < 10 "))
	d.Request = w.ask(a, lab, product, "")
	before := count(t, w)
	preview := must(w.JudgeTest(w.ctx, lab, d))(t)
	if diff := cmp.Diff(before, count(t, w)); diff != "" {
		t.Errorf("a preview writes:\n%s", diff)
	}
	if own.Limit.Basis != " Hợp đồng " || d.Rows[0].Limit != nil || d.Rows[0].Verdict != "" {
		t.Errorf("the caller's rows were changed: %+v", d.Rows)
	}
	stored := must(w.AddTest(w.ctx, by(lab), d))(t).Data
	if diff := cmp.Diff(stored.Rows, preview.Rows); diff != "" {
		t.Errorf("-stored +preview:\n%s", diff)
	}
	var verdicts []trace.Verdict
	for _, r := range preview.Rows {
		verdicts = append(verdicts, r.Verdict)
	}
	want := []trace.Verdict{trace.Pass, trace.Fail, trace.Fail, trace.Undecided, trace.Undecided, trace.Pass}
	if diff := cmp.Diff(want, verdicts); diff != "" {
		t.Errorf("verdicts, -want +got:\n%s", diff)
	}
}

// TestJudgeTakesHalfAForm: what cannot be judged yet is undecided, and nothing
// else of the form matters.
func TestJudgeTakesHalfAForm(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	atMost := func(max trace.Decimal, result string) trace.TestRow {
		r := row("Chỉ tiêu", "mg/kg", result)
		r.Limit = &trace.Limit{Kind: catalog.LimitMax, Max: max}
		return r
	}
	with := func(r trace.TestRow, change func(*trace.TestRow)) trace.TestRow {
		change(&r)
		return r
	}
	for _, tt := range []struct {
		name string
		row  trace.TestRow
		want trace.Verdict
	}{
		{"empty", trace.TestRow{}, trace.Undecided},
		{"no result yet", row("Chì (Pb)", "mg/kg", ""), trace.Undecided},
		{"no indicator yet", trace.TestRow{Result: trace.Result{Text: "5"}}, trace.Undecided},
		{"limit without its basis", atMost("1", "0,5"), trace.Pass},
		{"limit that is exceeded", atMost("1", "1,5"), trace.Fail},
		{"limit without its number", atMost("", "0,5"), trace.Undecided},
		{"limit that is no number", atMost("một", "0,5"), trace.Undecided},
		{"limit without a kind", with(atMost("1", "0,5"), func(r *trace.TestRow) { r.Limit.Kind = "" }), trace.Undecided},
		{"limits crossed", with(atMost("1", "5"), func(r *trace.TestRow) { r.Limit.Kind, r.Limit.Min = catalog.LimitRange, "8" }), trace.Undecided},
		{"LOD that is no number", with(atMost("1", "KPH"), func(r *trace.TestRow) { r.LOD = "nhỏ" }), trace.Undecided},
		{"LOQ that is no number", with(atMost("1", "0,5"), func(r *trace.TestRow) { r.LOQ = "1.2.3" }), trace.Undecided},
		{"endless result", atMost("1", "0,5"+long(200)), trace.Undecided},
		{"in words", atMost("1", "Không đạt"), trace.Fail},
	} {
		got := must(w.JudgeTest(w.ctx, a, trace.TestData{Product: product, Rows: []trace.TestRow{tt.row}}))(t)
		if got.Rows[0].Verdict != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got.Rows[0].Verdict, tt.want)
		}
	}
	if got := must(w.JudgeTest(w.ctx, a, trace.TestData{Product: product}))(t); len(got.Rows) != 0 {
		t.Errorf("no rows became %+v", got.Rows)
	}
	_, err := w.JudgeTest(w.ctx, a, trace.TestData{Product: product, Rows: make([]trace.TestRow, 201)})
	wantFields(t, err, "rows")
}

// TestJudgeByTheDay: a form without its date is judged by what counts today, as
// a report that is issued today will be.
func TestJudgeByTheDay(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	for _, edition := range []struct{ effective, limit string }{{"2026-11-15", "3"}, {"2026-11-16", "4"}} {
		lead := catalog.Criterion{
			Indicator: catalog.Name{VI: "Chì (Pb)"}, Unit: "mg/kg", Basis: "QCVN", Method: "TCVN " + edition.limit,
			Limit: catalog.Limit{Kind: catalog.LimitMax, Max: edition.limit},
		}
		must(w.SetCriteria(w.ctx, by(office), trace.CriteriaSet{
			Set: 11, Criteria: []catalog.Criterion{lead}, Source: "Công văn", Effective: day(edition.effective),
		}))(t)
	}
	d := trace.TestData{Product: product, Rows: []trace.TestRow{row("Chì (Pb)", "mg/kg", "3,5")}}
	got := must(w.JudgeTest(w.ctx, a, d))(t)
	if got.Rows[0].Verdict != trace.Fail || got.Rows[0].Limit.Max != "3" || !got.Issued.IsZero() {
		t.Errorf("without a date: %+v", got)
	}
	d.Issued = day("2026-11-14")
	if got := must(w.JudgeTest(w.ctx, a, d))(t).Rows[0]; got.Limit == nil || got.Limit.Max == "3" {
		t.Errorf("of the day before: %+v", got)
	}
	rows := must(w.DraftRows(w.ctx, a, product))(t)
	want := []trace.TestRow{{
		Indicator: catalog.Name{VI: "Chì (Pb)"}, Unit: "mg/kg", Method: "TCVN 3", Verdict: trace.Undecided,
		Limit: &trace.Limit{Kind: catalog.LimitMax, Max: "3", Basis: "QCVN"},
	}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("draft, -want +got:\n%s", diff)
	}
}

func TestDraftRows(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	draft := func(name string, set int) []trace.TestRow {
		p := productData(a.Producer)
		p.Name.VI, p.Set = name, set
		return must(w.DraftRows(w.ctx, a, must(w.CreateProduct(w.ctx, by(a), p))(t).ID))(t)
	}
	find := func(rows []trace.TestRow, indicator string) (found []trace.TestRow, at int) {
		at = slices.IndexFunc(rows, func(r trace.TestRow) bool { return r.Indicator.VI == indicator })
		for _, r := range rows {
			if r.Indicator.VI == indicator {
				found = append(found, r)
			}
		}
		return found, at
	}
	for _, tt := range []struct {
		name, product string
		set           int
		indicator     string
		limit, method string
		first         bool // before a row that is meant for another kind
		other         string
	}{
		{"the kind in the product's name", "Cam sành Hàm Yên", 1, "Chì (Pb)", "≤ 0,1", "", false, ""},
		{"another kind of the set", "Rau lá Hồng Thái", 1, "Chì (Pb)", "≤ 0,3", "TCVN 7929:2008", true, "2,4-D"},
		{"two kinds, neither in the name", "Rau quả sấy", 1, "Chì (Pb)", "", "", false, ""},
		{"only one kind has it", "Rau quả sấy", 1, "2,4-D", "≤ 1", "", false, ""},
		{"the kind comes first", "Lạc ăn ngay Soi Bãi", 3, "Aflatoxin B1", "≤ 2", "TCVN 7596:2007", true, "Độ ẩm"},
	} {
		rows := draft(tt.product, tt.set)
		found, at := find(rows, tt.indicator)
		if len(found) != 1 {
			t.Errorf("%s: %d rows of %s", tt.name, len(found), tt.indicator)
			continue
		}
		limit := ""
		if found[0].Limit != nil {
			limit = found[0].Limit.In("vi")
		}
		if limit != tt.limit || found[0].Method != tt.method || found[0].Result.Text != "" || found[0].Verdict != trace.Undecided {
			t.Errorf("%s: %+v with limit %q, want %q by %q", tt.name, found[0], limit, tt.limit, tt.method)
		}
		if _, other := find(rows, tt.other); tt.first && (other < 0 || at > other) {
			t.Errorf("%s: %s is at %d, %s at %d", tt.name, tt.indicator, at, tt.other, other)
		}
	}
	// Each draft is what a report will be judged by.
	product := w.product(a)
	rows := must(w.DraftRows(w.ctx, a, product))(t)
	bare := slices.Clone(rows)
	for i := range bare {
		rows[i].Result.Text, bare[i].Result.Text = "1", "1"
		bare[i].Limit = nil
	}
	filled := must(w.JudgeTest(w.ctx, a, trace.TestData{Product: product, Rows: rows}))(t).Rows
	judged := must(w.JudgeTest(w.ctx, a, trace.TestData{Product: product, Rows: bare}))(t).Rows
	if diff := cmp.Diff(filled, judged); diff != "" || len(rows) < 10 {
		t.Errorf("%d rows: with the drafted limits and without, -with +without:\n%s", len(rows), diff)
	}
}
