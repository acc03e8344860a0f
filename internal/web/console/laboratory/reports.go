package laboratory

import (
	"errors"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/testsheet"
	"temgoc/internal/web/desk"
)

// A reportView is a report in the list.
type reportView struct {
	ID, Number, Issued string
	Subject            subject
	Verdict            desk.Badge
}

// A reportsPage lists the laboratory's own reports.
type reportsPage struct {
	desk.Frame
	Reports []reportView
	Pager   desk.Pager
}

// Template implements ui.Page.
func (reportsPage) Template() string { return "reports.html" }

func (l laboratory) reports(v *desk.Visit) (desk.Answer, error) {
	page := reportsPage{Frame: v.Frame("Phiếu kiểm nghiệm", "Test reports")}
	list, err := l.Ledger.Tests(v.Context(), v.Actor, trace.TestQuery{}, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	for _, t := range list.Items {
		view := reportView{ID: t.ID, Number: t.Data.Number, Issued: v.Lang.Date(t.Data.Issued), Verdict: desk.VerdictBadge(v.Lang, t.Data.Verdict())}
		if view.Subject, err = l.subject(v, t.Data.Product, t.Data.Batch); err != nil && !errors.Is(err, trace.ErrNotFound) {
			return desk.Answer{}, err
		}
		page.Reports = append(page.Reports, view)
	}
	page.Pager = v.Pager(list.Next)
	return desk.Show(&page), nil
}

// A reportPage is one report with its earlier revisions.
type reportPage struct {
	desk.Frame
	ID      string
	Lead    string
	Sheet   testsheet.View
	Files   []string
	History []desk.Change
}

// Template implements ui.Page.
func (reportPage) Template() string { return "report.html" }

func (l laboratory) report(v *desk.Visit) (desk.Answer, error) {
	history, err := l.Ledger.TestHistory(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	t := history[len(history)-1]
	s, err := l.subject(v, t.Data.Product, t.Data.Batch)
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		return desk.Answer{}, err
	}
	page := &reportPage{
		Frame: v.Frame("Phiếu "+t.Data.Number, "Report "+t.Data.Number, desk.Link{Label: v.T("Phiếu kiểm nghiệm", "Test reports"), Href: reportsPath}),
		ID:    t.ID, Lead: lines(s.Product, s.Lot, s.Code), Sheet: testsheet.Show(v.Lang, t.Data),
	}
	for _, f := range t.Data.Files {
		page.Files = append(page.Files, f.String())
	}
	page.History, err = desk.History(v, history, changeOf)
	return desk.Show(page), err
}

// changeOf tells in words what a revision of a report did.
func changeOf(before *trace.TestReport, after trace.TestReport) catalog.Name {
	if before == nil {
		return catalog.Name{VI: "Gửi phiếu", EN: "Submitted"}
	}
	return catalog.Name{VI: "Sửa: " + after.Correction, EN: "Corrected: " + after.Correction}
}

// correctForm is the form of a report that is there.
func (l laboratory) correctForm(v *desk.Visit, t trace.Stored[trace.TestReport], d trace.TestData, judged []trace.TestRow) *reportFormPage {
	page := &reportFormPage{
		Frame: v.Frame("Sửa phiếu "+t.Data.Number, "Correct report "+t.Data.Number, desk.Link{Label: t.Data.Number, Href: reportsPath + "/" + t.ID}),
		Lead:  v.T("Bản cũ vẫn được giữ và hiện gạch ngang trên trang truy xuất.", "The old version is kept and shown struck through."),
		Form:  testsheet.New(v, d, judged, options(v, true)),
	}
	page.Form.Revision, page.Form.Cancel = t.Revision, reportsPath+"/"+t.ID
	page.Form.Field("note").Value = t.Data.Note
	return page
}

func (l laboratory) correctPage(v *desk.Visit) (desk.Answer, error) {
	t, err := l.Ledger.Test(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(l.correctForm(v, t, t.Data.TestData, t.Data.Rows)), nil
}

func (l laboratory) correct(v *desk.Visit) (desk.Answer, error) {
	t, err := l.Ledger.Test(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	sent := testsheet.Read(v)
	same := func(d trace.TestData) trace.TestData {
		d.Request, d.Product, d.Batch, d.Scope = t.Data.Request, t.Data.Product, t.Data.Batch, t.Data.Scope
		d.Files = t.Data.Files
		return d
	}
	page := func() (*reportFormPage, error) {
		judged, err := l.judgedRows(v, same(sent.All))
		return l.correctForm(v, t, sent.All, judged), err
	}
	if v.Value(desk.DoField) != "" {
		return keep(v, page)
	}
	if err := l.resubmit(v, sent, same(sent.Filled)); err != nil {
		return again(v, page, err)
	}
	return v.Redirect(reportsPath+"/"+t.ID, "Đã sửa phiếu.", "The report is corrected."), nil
}

// resubmit stores a corrected report. The sheet stays unless a new one came.
func (l laboratory) resubmit(v *desk.Visit, sent testsheet.Sent, d trace.TestData) error {
	err := sent.Err()
	if err == nil {
		err = signed(v)
	}
	if err == nil && len(v.Files) > 0 {
		d.Files, err = l.keepSheets(v)
	}
	if err != nil {
		return err
	}
	_, err = l.Ledger.CorrectTest(v.Context(), v.Write(), v.Param("id"), d, v.Value("reason"))
	return sent.Errors(err)
}
