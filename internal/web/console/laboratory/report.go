package laboratory

import (
	"errors"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/testsheet"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A reportFormPage is where a report is written or corrected.
type reportFormPage struct {
	desk.Frame
	Lead string
	Form *testsheet.Form
}

// Template implements ui.Page.
func (reportFormPage) Template() string { return "report-form.html" }

// signField is what makes a report the laboratory's own.
const signField = "signed"

// options are what the form of a report has besides the sheet.
func options(v *desk.Visit, corrects bool) testsheet.Options {
	o := testsheet.Options{
		SubmitVI: "Ký và gửi phiếu", SubmitEN: "Sign and submit", Laboratory: true, More: v.Value(desk.DoField) == testsheet.DoMore,
		After: []ui.Group{{Fields: []ui.Field{
			{Name: "note", Label: v.T("Ghi chú", "Note"), Type: ui.TextArea, Rows: 2, MaxLength: 2000},
			{
				Name: "file", Label: v.T("Phiếu gốc đã ký (PDF hoặc ảnh)", "The signed sheet (PDF or picture)"), Type: "file", Accept: "application/pdf,image/jpeg,image/png", Multiple: true,
				Hint: v.T("Mỗi tệp tối đa 12 MiB", "At most 12 MiB each"),
			},
			{Name: signField, Label: v.T("Tôi xác nhận các kết quả trên đúng với phiếu của phòng thử nghiệm", "I confirm that these results are those of the laboratory's sheet"), Type: "checkbox", Required: true},
		}}},
	}
	if corrects {
		o.Before = []ui.Group{{Fields: []ui.Field{
			{Name: "reason", Label: v.T("Lý do sửa (công khai)", "Why it is corrected (public)"), Type: ui.TextArea, Rows: 2, Required: true, MaxLength: 2000},
		}}}
	}
	return o
}

// draft is the report that a request asks for, before anything is typed.
func (l laboratory) draft(v *desk.Visit, r trace.Stored[trace.TestRequest]) (trace.TestData, []trace.TestRow, error) {
	rows, err := l.Ledger.DraftRows(v.Context(), v.Actor, r.Data.Product)
	if err != nil {
		return trace.TestData{}, nil, err
	}
	rows = asked(rows, r.Data.Criteria)
	d := trace.TestData{
		Issued: v.Today(), Rows: testsheet.Draft(rows),
		Sample: trace.LaboratorySample{Code: r.Data.Sample.Code, Description: r.Data.Sample.Description, SampledBy: r.Data.Asker},
	}
	return d, rows, nil
}

// asked puts the indicators that a request names first, and adds those that are
// not usual for the goods.
func asked(rows []trace.TestRow, criteria []string) []trace.TestRow {
	var first, rest []trace.TestRow
	named := map[string]bool{}
	for _, c := range criteria {
		named[catalog.Fold(c)] = true
	}
	known := map[string]bool{}
	for _, r := range rows {
		fold := catalog.Fold(r.Indicator.VI)
		known[fold] = true
		if named[fold] {
			first = append(first, r)
		} else {
			rest = append(rest, r)
		}
	}
	for _, c := range criteria {
		if !known[catalog.Fold(c)] {
			first = append(first, trace.TestRow{Indicator: catalog.Name{VI: c}})
		}
	}
	return append(first, rest...)
}

// complete adds to what was typed what follows from the request.
func complete(d trace.TestData, r trace.Stored[trace.TestRequest]) trace.TestData {
	d.Request, d.Product, d.Batch, d.Scope = r.ID, r.Data.Product, r.Data.Batch, "product"
	if d.Batch != "" {
		d.Scope = "batch"
	}
	return d
}

func (l laboratory) formPage(v *desk.Visit, r trace.Stored[trace.TestRequest], d trace.TestData, judged []trace.TestRow) (*reportFormPage, error) {
	s, err := l.subject(v, r.Data.Product, r.Data.Batch)
	if err != nil {
		return nil, err
	}
	page := &reportFormPage{
		Frame: v.Frame("Phiếu kết quả kiểm nghiệm", "Test report", home(v), desk.Link{Label: s.Product, Href: path + "/" + r.ID}),
		Lead:  lines(s.Product, s.Lot, s.Code), Form: testsheet.New(v, d, judged, options(v, false)),
	}
	page.Form.Cancel = path + "/" + r.ID
	return page, nil
}

func (l laboratory) reportPage(v *desk.Visit) (desk.Answer, error) {
	r, err := l.Ledger.Request(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	if !r.Data.State.Pending() {
		return v.Redirect(path+"/"+r.ID, "Yêu cầu này không còn chờ phiếu.", "This request no longer waits for a report."), nil
	}
	d, judged, err := l.draft(v, r)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := l.formPage(v, r, d, judged)
	return desk.Show(page), err
}

// judgedRows are the rows as sent, with limits and verdicts as far as they can
// be told.
func (l laboratory) judgedRows(v *desk.Visit, d trace.TestData) ([]trace.TestRow, error) {
	judged, err := l.Ledger.JudgeTest(v.Context(), v.Actor, d)
	return judged.Rows, err
}

func (l laboratory) addReport(v *desk.Visit) (desk.Answer, error) {
	r, err := l.Ledger.Request(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	sent := testsheet.Read(v)
	page := func() (*reportFormPage, error) {
		judged, err := l.judgedRows(v, complete(sent.All, r))
		if err != nil {
			return nil, err
		}
		return l.formPage(v, r, sent.All, judged)
	}
	if v.Value(desk.DoField) != "" {
		return keep(v, page)
	}
	report, err := l.submit(v, sent, complete(sent.Filled, r))
	if err != nil {
		return again(v, page, err)
	}
	return v.Redirect(reportsPath+"/"+report.ID, "Đã gửi phiếu kết quả.", "The report is submitted."), nil
}

// submit stores a report whose sheet came with the form: the sheet only once
// the rest of the report is in order.
func (l laboratory) submit(v *desk.Visit, sent testsheet.Sent, d trace.TestData) (trace.Stored[trace.TestReport], error) {
	err := sent.Err()
	if err == nil {
		err = signed(v)
	}
	if err == nil {
		err = sent.Errors(l.Ledger.CheckTest(v.Context(), v.Actor, d))
	}
	if err == nil {
		d.Files, err = l.keepSheets(v)
	}
	if err != nil {
		return trace.Stored[trace.TestReport]{}, err
	}
	s, err := l.Ledger.AddTest(v.Context(), v.Write(), d)
	return s, sent.Errors(err)
}

// signed refuses a report that nobody stands for, or without its sheet.
func signed(v *desk.Visit) error {
	if v.Value(signField) == "" {
		return desk.FieldError(signField, "phải xác nhận trước khi gửi phiếu", "must be ticked before the report is submitted")
	}
	return nil
}

func (l laboratory) keepSheets(v *desk.Visit) ([]trace.Digest, error) {
	kept, err := v.KeepFiles(map[string]desk.Keeper{"file": l.Ledger.AddFile})
	if err == nil && len(kept) == 0 {
		err = desk.FieldError("file", "phải đính kèm phiếu gốc", "the sheet must be attached")
	}
	return kept, err
}

// keep shows a form as it was sent, for its second button.
func keep(v *desk.Visit, page func() (*reportFormPage, error)) (desk.Answer, error) {
	p, err := page()
	if err != nil {
		return desk.Answer{}, err
	}
	v.Keep(p.Form.Form)
	return desk.Show(p), nil
}

func again(v *desk.Visit, page func() (*reportFormPage, error), err error) (desk.Answer, error) {
	p, pageErr := page()
	if pageErr != nil {
		return desk.Answer{}, errors.Join(err, pageErr)
	}
	return v.Again(p, p.Form.Form, err)
}
