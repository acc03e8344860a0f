package trace_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// row is a row of a sheet without a limit of its own.
func row(indicator, unit, result string) trace.TestRow {
	return trace.TestRow{Indicator: catalog.Name{VI: indicator}, Unit: unit, Result: trace.Result{Text: result}}
}

// sheet is a valid report about a batch, or about the product without one.
func sheet(product, batch string, rows ...trace.TestRow) trace.TestData {
	d := trace.TestData{
		Product: product, Batch: batch, Scope: "batch", Number: "PKN-01", Issued: day("2026-11-10"), Rows: rows,
		Laboratory: trace.TestLaboratory{Name: "PTN Minh Họa"}, Sample: trace.LaboratorySample{Code: "M1", Received: day("2026-11-01")},
	}
	if batch == "" {
		d.Scope = "product"
	}
	return d
}

// ask has a laboratory asked to test, and gives the request's id.
func (w *world) ask(a, laboratory trace.Actor, product, batch string) string {
	w.Helper()
	d := trace.RequestData{Product: product, Batch: batch, Laboratory: laboratory.Organisation}
	return must(w.AskTest(w.ctx, by(a), d))(w).ID
}

// reported is the report of a laboratory that was asked for it.
func (w *world) reported(laboratory trace.Actor, d trace.TestData) trace.Stored[trace.TestReport] {
	w.Helper()
	d.Request = w.ask(inspector, laboratory, d.Product, d.Batch)
	return must(w.AddTest(w.ctx, by(laboratory), d))(w)
}

// typed is a report that a producer types from the sheet it attaches.
func (w *world) typed(a trace.Actor, d trace.TestData) trace.Stored[trace.TestReport] {
	w.Helper()
	d.Files = []trace.Digest{w.file(a)}
	return must(w.AddTest(w.ctx, by(a), d))(w)
}

// enter is reported or typed, as the role wants it.
func (w *world) enter(a trace.Actor, d trace.TestData) trace.Stored[trace.TestReport] {
	w.Helper()
	if a.Role == trace.Laboratory {
		return w.reported(a, d)
	}
	return w.typed(a, d)
}

func TestTestInput(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	code, elsewhere := w.batch(a, product), w.batch(a, w.product(a))
	for _, tt := range []struct {
		name   string
		change func(*trace.TestData)
		want   []string
	}{
		{"as it is", func(*trace.TestData) {}, nil},
		{"of raw material", func(d *trace.TestData) { d.Scope, d.Batch = "material", "" }, nil},
		{"nothing", func(d *trace.TestData) { *d = trace.TestData{} },
			[]string{"product", "scope", "laboratory.name", "number", "issued", "sample.code", "sample.received", "rows", "files"}},
		{"scope without its batch", func(d *trace.TestData) { d.Batch = "" }, []string{"batch"}},
		{"batch without its scope", func(d *trace.TestData) { d.Scope = "product" }, []string{"batch"}},
		{"unknown scope", func(d *trace.TestData) { d.Scope, d.Batch = "all", "" }, []string{"scope"}},
		{"batch of another product", func(d *trace.TestData) { d.Batch = elsewhere }, []string{"batch"}},
		{"unknown product", func(d *trace.TestData) { d.Product = "x" }, []string{"product"}},
		{"from tomorrow", func(d *trace.TestData) { d.Issued = day("2026-11-16") }, []string{"issued"}},
		{"issued before the sample came", func(d *trace.TestData) { d.Issued = day("2026-10-31") }, []string{"issued"}},
		{"tested before the sample came", func(d *trace.TestData) { d.Sample.TestedFrom = day("2026-10-31") }, []string{"sample.testedFrom"}},
		{"tested backwards", func(d *trace.TestData) {
			d.Sample.TestedFrom, d.Sample.TestedUntil = day("2026-11-03"), day("2026-11-02")
		}, []string{"sample.testedUntil"}},
		{"empty row", func(d *trace.TestData) { d.Rows = append(d.Rows, trace.TestRow{}) }, []string{"rows[1].indicator.vi", "rows[1].result.text"}},
		{"no number", func(d *trace.TestData) { d.Rows[0].LOD, d.Rows[0].LOQ = "nhỏ", "1.2.3" }, []string{"rows[0].lod", "rows[0].loq"}},
		{"limit without a source", func(d *trace.TestData) { d.Rows[0].Limit = &trace.Limit{Kind: catalog.LimitMax, Max: "1"} }, []string{"rows[0].limit.basis"}},
		{"limit without a number", func(d *trace.TestData) { d.Rows[0].Limit = &trace.Limit{Kind: catalog.LimitMax, Basis: "QCVN"} }, []string{"rows[0].limit.max"}},
		{"lower limit without a number", func(d *trace.TestData) { d.Rows[0].Limit = &trace.Limit{Kind: catalog.LimitMin, Basis: "QCVN"} }, []string{"rows[0].limit.min"}},
		{"limits crossed", func(d *trace.TestData) {
			d.Rows[0].Limit = &trace.Limit{Kind: catalog.LimitRange, Min: "8", Max: "4", Basis: "QCVN"}
		}, []string{"rows[0].limit.max"}},
		{"unknown limit", func(d *trace.TestData) { d.Rows[0].Limit = &trace.Limit{Kind: "about", Basis: "QCVN"} }, []string{"rows[0].limit.kind"}},
		{"too many rows", func(d *trace.TestData) { d.Rows = make([]trace.TestRow, 201) }, []string{"rows"}},
		{"missing file", func(d *trace.TestData) { d.Files = []trace.Digest{{1}} }, []string{"files[0]"}},
		{"without the sheet", func(d *trace.TestData) { d.Files = nil }, []string{"files"}},
		{"too many files", func(d *trace.TestData) { d.Files = make([]trace.Digest, 21) }, []string{"files"}},
		{"a laboratory's field", func(d *trace.TestData) { d.Request = "x" }, []string{"request"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := sheet(product, code, row("Chì (Pb)", "mg/kg", "0,05"))
			d.Files = []trace.Digest{w.file(a)}
			tt.change(&d)
			_, err := w.AddTest(w.ctx, by(a), d)
			wantFields(t, err, tt.want...)
			if err != nil && tt.want == nil {
				t.Error(err)
			}
		})
	}
}

func TestLimitsComeFromTheCriteria(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	named := func(name string, set int) string {
		p := productData(a.Producer)
		p.Name.VI, p.Set = name, set
		return must(w.CreateProduct(w.ctx, by(a), p))(t).ID
	}
	judged := func(product string, r trace.TestRow) trace.TestRow {
		t.Helper()
		return w.reported(lab, sheet(product, "", r)).Data.Rows[0]
	}
	oranges, rice := named("Cam sành Hàm Yên", 1), named("Gạo nếp", 3)
	for _, tt := range []struct {
		name    string
		product string
		row     trace.TestRow
		limit   string // in words, empty for none
		want    trace.Verdict
	}{
		{"only one kind has it", oranges, row("2,4-D", "mg/kg", "0,5"), "≤ 1", trace.Pass},
		{"case and marks do not matter", oranges, row("SALMONELLA", "/25 G", "Không phát hiện/25 g"), "không được có", trace.Pass},
		{"found", oranges, row("Salmonella", "/25 g", "Dương tính"), "không được có", trace.Fail},
		{"the kind in the product's name", oranges, row("Chì (Pb)", "mg/kg", "0,2"), "≤ 0,1", trace.Fail},
		{"two kinds, neither in the name", named("Rau quả sấy", 1), row("Chì (Pb)", "mg/kg", "0,2"), "", trace.Undecided},
		{"another unit", rice, row("Cadimi (Cd)", "µg/kg", "300"), "", trace.Undecided},
		{"no such indicator", rice, row("Độ dẻo", "%", "5"), "", trace.Undecided},
		{"as declared", oranges, row("E. coli", "CFU/g", "5"), "theo công bố", trace.Undecided},
	} {
		got := judged(tt.product, tt.row)
		words := ""
		if got.Limit != nil {
			words = got.Limit.In("vi")
		}
		if words != tt.limit || got.Verdict != tt.want || (got.Limit != nil && got.Limit.Basis == "") {
			t.Errorf("%s: limit %q, verdict %s; want %q, %s", tt.name, words, got.Verdict, tt.limit, tt.want)
		}
	}
	// A limit on the sheet counts, not the one of the criteria.
	own := row("2,4-D", "mg/kg", "0,5")
	own.Limit = &trace.Limit{Kind: catalog.LimitMax, Max: "0.1", Basis: "Hợp đồng"}
	if got := judged(oranges, own); got.Verdict != trace.Fail || got.Limit.Basis != "Hợp đồng" {
		t.Errorf("with a limit of its own: %+v", got)
	}
	// What the caller claims of result and verdict is not believed.
	forged := row("2,4-D", "mg/kg", "5")
	forged.Verdict, forged.Result.Qualifier, forged.Result.Number = trace.Pass, trace.NotDetected, "0"
	if got := judged(oranges, forged); got.Verdict != trace.Fail || got.Result.Number != "5" {
		t.Errorf("a forged verdict was stored: %+v", got)
	}
}

func TestLimitsOfTheMethodAreTakenFromTheRow(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	for _, tt := range []struct {
		result   string
		lod, loq trace.Decimal
		want     trace.Verdict
		number   trace.Decimal
	}{
		{"KPH", "0.01", "0.03", trace.Pass, "0.01"},
		{"KPH", "0.05", "0.1", trace.Undecided, "0.05"},
		{"KPH (LOD = 0,015)", "0.05", "", trace.Pass, "0.015"}, // the sheet's own word first
		{"KPH", "", "", trace.Pass, ""},
		{"< LOQ", "0.01", "0.03", trace.Undecided, "0.03"}, // may well lie between LOD and LOQ
		{"< LOQ", "0.005", "0.02", trace.Pass, "0.02"},
		{"< LOQ", "0.01", "", trace.Undecided, ""},
	} {
		r := row("Chỉ tiêu", "mg/kg", tt.result)
		r.LOD, r.LOQ = tt.lod, tt.loq
		r.Limit = &trace.Limit{Kind: catalog.LimitMax, Max: "0.02", Basis: "QCVN"}
		got := w.reported(lab, sheet(product, "", r)).Data.Rows[0]
		if got.Verdict != tt.want || got.Result.Number != tt.number {
			t.Errorf("%q with LOD %q, LOQ %q: %s, %s; want %s of %q", tt.result, tt.lod, tt.loq, got.Verdict, got.Result, tt.want, tt.number)
		}
	}
}

func TestReportVerdict(t *testing.T) {
	for _, tt := range []struct {
		rows []trace.Verdict
		want trace.Verdict
	}{
		{[]trace.Verdict{trace.Pass, trace.Pass}, trace.Pass},
		{[]trace.Verdict{trace.Pass, trace.Undecided}, trace.Undecided},
		{[]trace.Verdict{trace.Undecided, trace.Fail}, trace.Fail},
	} {
		var d trace.TestData
		for _, v := range tt.rows {
			d.Rows = append(d.Rows, trace.TestRow{Verdict: v})
		}
		if got := d.Verdict(); got != tt.want {
			t.Errorf("rows %v make %s, want %s", tt.rows, got, tt.want)
		}
	}
}

// TestReleaseNeedsItsTestsPassed enters reports one after the other and tries
// to release.
func TestReleaseNeedsItsTestsPassed(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	limited := func(indicator, result string) trace.TestRow {
		r := row(indicator, "mg/kg", result)
		r.Limit = &trace.Limit{Kind: catalog.LimitMax, Max: "1", Basis: "QCVN"}
		return r
	}
	type report struct {
		by     trace.Actor
		issued string
		rows   []trace.TestRow
	}
	on := func(by trace.Actor, issued string, rows ...trace.TestRow) report { return report{by, issued, rows} }
	fail, pass := limited("Chì (Pb)", "2"), limited("Chì (Pb)", "0,5")
	unclear, inPPM := limited("Chì (Pb)", "xem phụ lục"), limited("Chì (Pb)", "0,5")
	inPPM.Unit = "ppm"
	for _, tt := range []struct {
		name    string
		reports []report
		blocked bool
	}{
		{"none", nil, false},
		{"passed", []report{on(lab, "2026-11-05", pass)}, false},
		{"unclear", []report{on(lab, "2026-11-05", unclear)}, false},
		{"failed", []report{on(lab, "2026-11-05", fail)}, true},
		{"failed, then passed", []report{on(lab, "2026-11-05", fail), on(lab, "2026-11-06", pass)}, false},
		{"failed, then passed on the same day", []report{on(lab, "2026-11-05", fail), on(lab, "2026-11-05", pass)}, false},
		{"passed in another laboratory", []report{on(lab, "2026-11-05", fail), on(otherLab, "2026-11-06", pass)}, false},
		{"entered in the other order", []report{on(lab, "2026-11-06", pass), on(lab, "2026-11-05", fail)}, false},
		{"passed, then failed", []report{on(lab, "2026-11-05", pass), on(lab, "2026-11-06", fail)}, true},
		{"failed, then unclear", []report{on(lab, "2026-11-05", fail), on(lab, "2026-11-06", unclear)}, true},
		{"failed, then another indicator passed", []report{on(lab, "2026-11-05", fail), on(lab, "2026-11-06", limited("Asen", "0"))}, true},
		{"failed, then passed under the name in capitals", []report{on(lab, "2026-11-05", fail), on(lab, "2026-11-06", limited("CHÌ (PB)", "0,5"))}, false},
		{"failed, then the producer's own word", []report{on(lab, "2026-11-05", fail), on(a, "2026-11-06", pass)}, true},
		{"declared failure, declared pass", []report{on(a, "2026-11-05", fail), on(a, "2026-11-06", pass)}, false},
		{"failed and passed on one sheet", []report{on(lab, "2026-11-05", fail, pass)}, true},
		{"passed and failed on one sheet", []report{on(lab, "2026-11-05", pass, fail)}, true},
		{"failed, then passed and failed on one sheet", []report{on(lab, "2026-11-05", fail), on(lab, "2026-11-06", fail, pass)}, true},
		{"failed, then passed and unclear on one sheet", []report{on(lab, "2026-11-05", fail), on(lab, "2026-11-06", pass, unclear)}, true},
		{"failed and passed on one sheet, then passed", []report{on(lab, "2026-11-05", fail, pass), on(lab, "2026-11-06", pass)}, false},
		{"failed, then passed in another unit", []report{on(lab, "2026-11-05", fail), on(lab, "2026-11-06", inPPM)}, true},
		{"declared failure", []report{on(a, "2026-11-05", fail)}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code := w.batch(a, product)
			for _, r := range tt.reports {
				d := sheet(product, code, r.rows...)
				d.Issued = day(r.issued)
				w.clock.pass(time.Millisecond)
				w.enter(r.by, d)
			}
			if failed := must(w.Dossier(w.ctx, code))(t).Failures(); (len(failed) > 0) != tt.blocked {
				t.Errorf("the dossier names as failed: %v", failed)
			}
			_, err := w.MoveBatch(w.ctx, by(a), code, trace.Transition{To: trace.BatchReleased})
			if !tt.blocked {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantErr(t, err, trace.ErrConflict)
			if err == nil || err.Error() != "these tests of the batch failed: Chì (Pb)" {
				t.Errorf("the refusal says %v", err)
			}
		})
	}
	// A failure of the product as such, or of material, holds up no batch.
	w.reported(lab, sheet(product, "", fail))
	w.released(a, product)
}

func TestCorrectTest(t *testing.T) {
	w := newWorld(t)
	a, other := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	product := w.product(a)
	code := w.batch(a, product)
	theirs := w.reported(lab, sheet(product, code, row("Chì (Pb)", "mg/kg", "0,05")))
	if theirs.Data.Laboratory.Name != lab.Organisation || theirs.Data.Provenance() != trace.Verified {
		t.Errorf("a laboratory's report carries %q, %s", theirs.Data.Laboratory.Name, theirs.Data.Provenance())
	}
	typed := w.typed(a, sheet(product, code, row("Chì (Pb)", "mg/kg", "0,05")))
	if typed.Data.Provenance() != trace.Documented || typed.Data.Verified != nil || typed.Data.EnteredBy != trace.ProducerRole {
		t.Errorf("a typed sheet is %s", typed.Data.Provenance())
	}
	d := sheet(product, code, row("Chì (Pb)", "mg/kg", "0,07"))
	_, err := w.CorrectTest(w.ctx, by(a), typed.ID, d, "gõ nhầm")
	wantFields(t, err, "files")
	d.Files = []trace.Digest{w.file(a)}
	for _, tt := range []struct {
		by   trace.Actor
		id   string
		want error
	}{
		{a, theirs.ID, trace.ErrForbidden}, {office, theirs.ID, trace.ErrForbidden}, {inspector, theirs.ID, trace.ErrForbidden},
		{otherLab, theirs.ID, trace.ErrNotFound}, {other, theirs.ID, trace.ErrNotFound}, {nobody, theirs.ID, trace.ErrNotFound},
		{lab, theirs.ID, nil}, {lab, typed.ID, trace.ErrNotFound}, {a, typed.ID, nil}, {lab, "unknown", trace.ErrNotFound},
	} {
		_, err := w.CorrectTest(w.ctx, by(tt.by), tt.id, d, "gõ nhầm")
		if tt.want == nil {
			if err != nil {
				t.Errorf("%s: %v", tt.by.ID, err)
			}
			continue
		}
		wantErr(t, err, tt.want)
	}
	_, err = w.CorrectTest(w.ctx, by(lab), theirs.ID, d, "")
	wantFields(t, err, "reason")
	moved := sheet(w.product(a), "", row("Chì (Pb)", "mg/kg", "0,07"))
	_, err = w.CorrectTest(w.ctx, by(lab), theirs.ID, moved, "lý do")
	wantErr(t, err, trace.ErrInvalid)
	elsewhere := d
	elsewhere.Request = w.ask(a, lab, product, code)
	_, err = w.CorrectTest(w.ctx, by(lab), theirs.ID, elsewhere, "lý do")
	wantErr(t, err, trace.ErrInvalid)
	if got := must(w.Test(w.ctx, lab, theirs.ID))(t); got.Data.Request != theirs.ID {
		t.Errorf("the corrected report answers the request %q, want %q", got.Data.Request, theirs.ID)
	}
	history := must(w.TestHistory(w.ctx, lab, theirs.ID))(t)
	var texts []string
	for _, h := range history {
		texts = append(texts, h.Data.Rows[0].Result.Text)
	}
	if diff := cmp.Diff([]string{"0,05", "0,07"}, texts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
