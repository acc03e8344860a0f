package trace_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// TestOverview holds that each number is that of its list, for the office, and
// moves with what is decided.
func TestOverview(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	want := trace.Overview{Producers: trace.Tally{N: 1}}
	check := func(after string) {
		t.Helper()
		got := must(w.Overview(w.ctx, office))(t)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("after %s: %s", after, diff)
		}
	}
	check("nothing")

	declared := must(w.CreateCertificate(w.ctx, by(a), trace.CertificateData{Kind: "VIETGAP", Number: "V-1", Authority: "A", Issued: day("2026-01-01"), Producer: a.Producer}))(t)
	want.Declared.N = 1
	check("a declared certificate")
	if list := must(w.Certificates(w.ctx, office, trace.CertificateQuery{Declared: true}, trace.Paging{}))(t).Items; len(list) != 1 || list[0].ID != declared.ID {
		t.Errorf("declared certificates %+v", list)
	}
	must(w.ConfirmCertificate(w.ctx, by(office), declared.ID))(t)
	want.Declared.N = 0
	check("its confirmation")

	held, recalled := w.batch(a, product), w.batch(a, product)
	for _, code := range []string{held, recalled} {
		w.move(a, code, trace.BatchReleased)
		w.move(a, code, trace.BatchHeld)
	}
	want.Held.N = 2
	check("two holds")
	w.move(a, recalled, trace.BatchRecalled)
	want.Held.N, want.Recalled.N = 1, 1
	check("a recall")
	for state, code := range map[trace.BatchState]string{trace.BatchHeld: held, trace.BatchRecalled: recalled} {
		if list := must(w.Batches(w.ctx, office, trace.BatchQuery{State: state}, trace.Paging{}))(t).Items; len(list) != 1 || list[0].ID != code {
			t.Errorf("%s batches %+v", state, list)
		}
	}

	proposal := must(w.ProposeRecall(w.ctx, by(inspector), trace.RecallData{Batch: held, Reason: "r", Instructions: "i"}))(t)
	want.Proposed.N = 1
	check("a proposal")
	must(w.WithdrawRecall(w.ctx, by(inspector), proposal.ID))(t)
	want.Proposed.N = 0
	check("its withdrawal")

	report := must(w.ReportProblem(w.ctx, by(trace.Actor{ID: "public"}), trace.ProblemData{Code: held, Kind: trace.ProblemQuality, Text: "mốc"}, ""))(t)
	want.NewProblems.N = 1
	check("a report")
	must(w.SeeProblem(w.ctx, by(office), report.ID))(t)
	want.NewProblems.N, want.SeenProblems.N = 0, 1
	check("somebody saw it")
	must(w.AnswerProblem(w.ctx, by(office), report.ID, "đã xử lý"))(t)
	want.SeenProblems.N = 0
	check("the answer")

	for _, actor := range []trace.Actor{nobody, a, lab, inspector, certifier, admin} {
		_, err := w.Overview(w.ctx, actor)
		wantErr(t, err, trace.ErrForbidden)
	}
}

// TestOverviewIsBounded counts no more than it says it does.
func TestOverviewIsBounded(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	for i := range 1001 {
		d := trace.CertificateData{Kind: "VIETGAP", Number: fmt.Sprint("V-", i), Authority: "A", Issued: day("2026-01-01"), Producer: a.Producer}
		must(w.CreateCertificate(w.ctx, by(a), d))(t)
		if i == 999 {
			if got := must(w.Overview(w.ctx, office))(t).Declared; got != (trace.Tally{N: 1000}) {
				t.Errorf("1000 are counted as %+v", got)
			}
		}
	}
	if got := must(w.Overview(w.ctx, office))(t).Declared; got != (trace.Tally{N: 1000, More: true}) {
		t.Errorf("1001 are counted as %+v", got)
	}
}

// TestRecognitions lists what carries stars today, by the certificate that
// gives them: not what is declared, ended, withdrawn or still to begin.
func TestRecognitions(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	enter := func(actor trace.Actor, product, number, issued string, stars int) string {
		return must(w.CreateCertificate(w.ctx, by(actor), trace.CertificateData{
			Kind: trace.OCOPCertificate, Number: number, Authority: "UBND", Issued: day(issued), Producer: a.Producer, Product: product,
			OCOP: &trace.Evaluation{Stars: stars},
		}))(t).ID
	}
	three, four, five := w.product(a), w.product(a), w.product(a)
	enter(office, three, "3", "2025-06-01", 3)
	enter(office, four, "5 trước", "2024-06-01", 5)
	enter(office, four, "4", "2026-06-01", 4)
	enter(office, five, "5", "2026-06-01", 5)
	for _, product := range []string{w.product(a), w.product(a), w.product(a)} {
		enter(a, product, "khai "+product, "2026-06-01", 5)
	}
	enter(office, w.product(a), "hết hạn", "2020-06-01", 5)
	enter(office, w.product(a), "chưa đến", "2030-06-01", 5)
	withdrawn := enter(office, w.product(a), "thu hồi", "2026-06-01", 5)
	must(w.WithdrawCertificate(w.ctx, by(office), withdrawn, trace.Ending{From: w.Today(), Reason: "r"}))(t)

	list, more, err := w.Recognitions(w.ctx, inspector)
	if err != nil || more {
		t.Fatal(more, err)
	}
	var got []string
	for _, r := range list {
		got = append(got, fmt.Sprintf("%d %s %s", r.Stars, r.Product, r.Certificate.Data.Number))
	}
	if diff := cmp.Diff([]string{"5 " + five + " 5", "4 " + four + " 4", "3 " + three + " 3"}, got); diff != "" {
		t.Error(diff)
	}
	for _, actor := range []trace.Actor{nobody, a, lab} {
		_, _, err := w.Recognitions(w.ctx, actor)
		wantErr(t, err, trace.ErrForbidden)
		_, _, err = w.EndingCertificates(w.ctx, actor, 90)
		wantErr(t, err, trace.ErrForbidden)
	}
}

// TestEndingCertificates lists what ends in so many days, across months and a
// year, the first first.
func TestEndingCertificates(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	today := w.Today()
	enter := func(until trace.Date) string {
		return must(w.CreateCertificate(w.ctx, by(a), trace.CertificateData{
			Kind: "VIETGAP", Number: until.String(), Authority: "A", Issued: today.AddDays(-400), ValidUntil: until, Producer: a.Producer,
		}))(t).ID
	}
	ids := map[int]string{}
	for _, days := range []int{91, 90, 31, 30, 29, 1, 0, -1} {
		ids[days] = enter(today.AddDays(days))
	}
	must(w.CreateCertificate(w.ctx, by(a), trace.CertificateData{Kind: "VIETGAP", Number: "không hết", Authority: "A", Issued: today, Producer: a.Producer}))(t)
	superseded := enter(today.AddDays(10))
	must(w.SupersedeCertificate(w.ctx, by(office), superseded, trace.Ending{From: today, Reason: "r"}))(t)
	for days, want := range map[int][]int{30: {0, 1, 29, 30}, 90: {0, 1, 29, 30, 31, 90}, 500: {0, 1, 29, 30, 31, 90}, 0: {0}} {
		list, more, err := w.EndingCertificates(w.ctx, office, days)
		if err != nil || more {
			t.Fatal(more, err)
		}
		if !slices.EqualFunc(list, want, func(c trace.Stored[trace.Certificate], days int) bool { return c.ID == ids[days] }) {
			t.Errorf("in %d days: %d certificates, want those in %v", days, len(list), want)
		}
	}
	// One that is given another end is found under it alone.
	moved := must(w.Certificate(w.ctx, a, ids[1]))(t).Data.CertificateData
	moved.ValidUntil = today.AddDays(2000)
	must(w.UpdateCertificate(w.ctx, by(a), ids[1], moved))(t)
	if list, _, err := w.EndingCertificates(w.ctx, office, 1); err != nil || len(list) != 1 {
		t.Errorf("%d certificates, %v", len(list), err)
	}
}
