package producer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/testsheet"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A reportPage shows one report.
type reportPage struct {
	desk.Frame
	Product, Subject string
	Batch            string // its address; empty where the report is about no batch
	Sheet            testsheet.View
	Files            []fileLink
	Edit             string // empty for a laboratory's own report
	History          []desk.Change
}

// Template implements ui.Page.
func (reportPage) Template() string { return "report.html" }

// A reportFormPage is where a report is typed from paper.
type reportFormPage struct {
	desk.Frame
	Product string
	Form    *testsheet.Form
}

// Template implements ui.Page.
func (reportFormPage) Template() string { return "report-form.html" }

func (b *business) report(v *desk.Visit) (desk.Answer, error) {
	r, err := b.Ledger.Test(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	product, err := b.Ledger.Product(v.Context(), v.Actor, r.Data.Product)
	if err != nil {
		return desk.Answer{}, err
	}
	revisions, err := b.Ledger.TestHistory(v.Context(), v.Actor, r.ID)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &reportPage{
		Frame: v.Frame("Phiếu "+r.Data.Number, "Report "+r.Data.Number, testsLink(v)), Product: v.Lang.Name(product.Data.Name),
		Subject: subjectWords(v.Lang, r.Data.Scope, r.Data.Batch), Sheet: testsheet.Show(v.Lang, r.Data),
	}
	if r.Data.Batch != "" {
		page.Batch = batchPath(r.Data.Batch)
	}
	for i := range r.Data.Files {
		page.Files = append(page.Files, fileLink{fmt.Sprintf("%s/%s/tep/%d", testsPath, r.ID, i), fmt.Sprintf(v.T("Phiếu gốc %d", "Sheet %d"), i+1)})
	}
	if r.Data.Verified == nil {
		page.Edit = testsPath + "/" + r.ID + "/sua"
	}
	page.History, err = desk.History(v, revisions, func(before *trace.TestReport, now trace.TestReport) catalog.Name {
		if before == nil {
			return catalog.Name{VI: "Nhập phiếu", EN: "Entered"}
		}
		return catalog.Name{VI: "Sửa: " + now.Correction, EN: "Corrected: " + now.Correction}
	})
	return desk.Show(page), err
}

func (b *business) reportFile(v *desk.Visit) (desk.Answer, error) {
	r, err := b.Ledger.Test(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	return b.file(v, r.Data.Files)
}

// newReport begins with the product, unless there is but one or the address
// names it or a batch of it.
func (b *business) newReport(v *desk.Visit) (desk.Answer, error) {
	product, subject, answer, err := b.subjectOf(v, v.Frame("Nhập phiếu kiểm nghiệm", "Type in a test report", testsLink(v)), v.T("Phiếu của sản phẩm nào?", "A report on which product?"), testsPath+"/moi?sp=")
	if answer != nil || err != nil {
		return deref(answer), err
	}
	rows, err := b.Ledger.DraftRows(v.Context(), v.Actor, product.ID)
	if err != nil {
		return desk.Answer{}, err
	}
	d := trace.TestData{Rows: testsheet.Draft(rows), Scope: "product"}
	if subject != "" {
		d.Scope, d.Batch = "batch", subject
	}
	page, err := b.reportForm(v, product, d, rows)
	return desk.Show(page), err
}

// subjectOf finds which product, and perhaps which batch, a report or request is
// about. Where the product is yet to be chosen, the answer is the page that
// asks for it.
func (b *business) subjectOf(v *desk.Visit, frame desk.Frame, question, base string) (product trace.Stored[trace.Product], batch string, answer *desk.Answer, err error) {
	id := v.Query("sp")
	if code := v.Query("lo"); code != "" {
		s, err := b.Ledger.Batch(v.Context(), v.Actor, code)
		if err == nil && s.Data.Producer != v.Actor.Producer {
			err = trace.ErrHidden
		}
		if err != nil {
			return product, "", nil, err
		}
		id, batch = s.Data.Product, s.ID
	}
	if id == "" {
		products, err := b.allProducts(v)
		if err != nil {
			return product, "", nil, err
		}
		if products = sellable(products); len(products) != 1 {
			page, err := b.chooseProduct(v, frame, question, base, products)
			return product, "", &page, err
		}
		id = products[0].ID
	}
	product, err = b.Ledger.Product(v.Context(), v.Actor, id)
	return product, batch, nil, err
}

func deref(a *desk.Answer) desk.Answer {
	if a == nil {
		return desk.Answer{}
	}
	return *a
}

// subjectName is the input that says what a report is about: the code of a
// batch, or a scope.
const subjectName = "subject"

// batchOptions are the latest batches of a product, and the chosen one.
func (b *business) batchOptions(v *desk.Visit, product, chosen string) ([]ui.Option, error) {
	latest, err := b.Ledger.Batches(v.Context(), v.Actor, trace.BatchQuery{Product: product}, trace.Paging{})
	if err != nil {
		return nil, err
	}
	var options []ui.Option
	found := chosen == ""
	for _, s := range latest.Items {
		options = append(options, ui.Option{Value: s.ID, Label: s.Data.Lot.String() + " · " + desk.Display(s.ID), Group: v.T("Riêng lô", "One batch")})
		found = found || s.ID == chosen
	}
	if !found {
		options = append(options, ui.Option{Value: chosen, Label: desk.Display(chosen), Group: v.T("Riêng lô", "One batch")})
	}
	return options, nil
}

// reportForm is the form of a report that is typed from paper.
func (b *business) reportForm(v *desk.Visit, product trace.Stored[trace.Product], d trace.TestData, judged []trace.TestRow) (*reportFormPage, error) {
	subject := ui.Field{Name: subjectName, Label: v.T("Mẫu thử của", "The sample is of"), Type: ui.Select, Value: cmp.Or(d.Batch, d.Scope), Options: []ui.Option{
		{Value: "product", Label: v.T("Sản phẩm, kiểm định kỳ", "The product, from time to time")},
		{Value: "material", Label: v.T("Nguyên liệu", "Raw material")},
	}}
	batches, err := b.batchOptions(v, product.ID, d.Batch)
	if err != nil {
		return nil, err
	}
	subject.Options = append(subject.Options, batches...)
	form := testsheet.New(v, d, judged, testsheet.Options{
		SubmitVI: "Lưu phiếu", SubmitEN: "Save the report", More: v.Value(desk.DoField) == testsheet.DoMore,
		Before: []ui.Group{{Fields: append([]ui.Field{subject}, sheetFiles(v)...)}},
		After:  []ui.Group{{Title: v.T("Ghi chú", "Note"), Folded: true, Fields: []ui.Field{{Name: "note", Label: v.T("Ghi chú", "Note"), Type: ui.TextArea, Value: d.Note, MaxLength: 2000}}}},
	})
	form.Hidden = []ui.Field{{Name: "product", Value: product.ID}}
	form.Cancel = testsPath
	return &reportFormPage{
		Frame: v.Frame("Nhập phiếu kiểm nghiệm", "Type in a test report", testsLink(v)), Product: v.Lang.Name(product.Data.Name), Form: form,
	}, nil
}

func sheetFiles(v *desk.Visit) []ui.Field {
	return []ui.Field{
		{Name: "camera", Label: v.T("Chụp phiếu gốc", "Photograph the sheet"), Type: "file", Accept: "image/*", Capture: true, Narrow: true},
		{Name: "file", Label: v.T("Hoặc chọn tệp", "Or choose files"), Type: "file", Accept: "application/pdf,image/jpeg,image/png", Multiple: true, Narrow: true, Hint: v.T("PDF, JPEG hoặc PNG.", "PDF, JPEG or PNG.")},
	}
}

// complete adds to a sheet what the form says in its own way.
func complete(v *desk.Visit, d trace.TestData) trace.TestData {
	d.Scope, d.Batch = v.Value(subjectName), ""
	if !slices.Contains([]string{"product", "material"}, d.Scope) {
		d.Scope, d.Batch = "batch", d.Scope
	}
	for _, f := range v.Files {
		d.Files = append(d.Files, trace.DigestOf(f.Content))
	}
	return d
}

// sheetErrors leads what is wrong with a report to the inputs of its form.
func sheetErrors(err error) error {
	err = desk.Renamed(err, "files", "file")
	err = desk.Renamed(err, "batch", subjectName)
	return desk.Renamed(err, "scope", subjectName)
}

func (b *business) addReport(v *desk.Visit) (desk.Answer, error) {
	product, err := b.Ledger.Product(v.Context(), v.Actor, v.Value("product"))
	if err != nil {
		return desk.Answer{}, err
	}
	sent := testsheet.Read(v)
	form := func() (*reportFormPage, error) {
		all := complete(v, sent.All)
		judged, err := b.Ledger.JudgeTest(v.Context(), v.Actor, all)
		if err != nil {
			return nil, err
		}
		return b.reportForm(v, product, all, judged.Rows)
	}
	if v.Value(desk.DoField) != "" {
		return keepReport(v, form)
	}
	d := complete(v, sent.Filled)
	err = b.keepReportFiles(v, sent, d)
	var created trace.Stored[trace.TestReport]
	if err == nil {
		created, err = b.Ledger.AddTest(v.Context(), v.Write(), d)
		err = sent.Errors(err)
	}
	if err != nil {
		return againReport(v, form, err)
	}
	return v.Redirect(testsPath+"/"+created.ID, "Đã lưu phiếu.", "The report is saved."), nil
}

// keepReportFiles keeps the sheets of a report once the rest of it is in order.
func (b *business) keepReportFiles(v *desk.Visit, sent testsheet.Sent, d trace.TestData) error {
	err := sent.Err()
	if err == nil {
		err = sent.Errors(b.Ledger.CheckTest(v.Context(), v.Actor, d))
	}
	if err == nil {
		_, err = keep(v, b.Ledger.AddFile)
	}
	return err
}

// keepReport shows the form as it was sent, for its other buttons.
func keepReport(v *desk.Visit, form func() (*reportFormPage, error)) (desk.Answer, error) {
	page, err := form()
	if err != nil {
		return desk.Answer{}, err
	}
	v.Keep(page.Form.Form)
	chooseFilesAgain(v, page.Form.Form, fileField(v))
	return desk.Show(page), nil
}

func againReport(v *desk.Visit, form func() (*reportFormPage, error), err error) (desk.Answer, error) {
	page, pageErr := form()
	if pageErr != nil {
		return desk.Answer{}, pageErr
	}
	chooseFilesAgain(v, page.Form.Form, fileField(v))
	return v.Again(page, page.Form.Form, sheetErrors(err))
}

// typed finds a report that was typed from paper; a laboratory's own has no form
// here.
func (b *business) typed(v *desk.Visit) (trace.Stored[trace.TestReport], error) {
	r, err := b.Ledger.Test(v.Context(), v.Actor, v.Param("id"))
	if err == nil && r.Data.Verified != nil {
		err = trace.ErrNotAllowed
	}
	return r, err
}

func (b *business) editReport(v *desk.Visit) (desk.Answer, error) {
	r, err := b.typed(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := b.correctionForm(v, r, r.Data.TestData, r.Data.Rows)
	return desk.Show(page), err
}

// correctionForm is the form of a report that exists: it stays what it is
// about, and a reason is asked for.
func (b *business) correctionForm(v *desk.Visit, r trace.Stored[trace.TestReport], d trace.TestData, judged []trace.TestRow) (*reportFormPage, error) {
	product, err := b.Ledger.Product(v.Context(), v.Actor, r.Data.Product)
	if err != nil {
		return nil, err
	}
	page, err := b.reportForm(v, product, d, judged)
	if err != nil {
		return nil, err
	}
	page.Frame = v.Frame("Sửa phiếu kiểm nghiệm", "Correct a test report", testsLink(v), desk.Link{Label: r.Data.Number, Href: testsPath + "/" + r.ID})
	form := page.Form
	form.Revision, form.Cancel = r.Revision, testsPath+"/"+r.ID
	reason := ui.Field{
		Name: "reason", Label: v.T("Lý do sửa", "Reason for the change"), Required: true, MaxLength: 2000,
		Hint: v.T("Người xem trang truy xuất sẽ đọc được lý do này.", "Readers of the scan page can see it."),
	}
	form.Groups[0].Fields = append([]ui.Field{reason}, sheetFiles(v)...)
	return page, nil
}

func (b *business) correctReport(v *desk.Visit) (desk.Answer, error) {
	cur, err := b.typed(v)
	if err != nil {
		return desk.Answer{}, err
	}
	sent := testsheet.Read(v)
	same := func(d trace.TestData) trace.TestData {
		d.Product, d.Batch, d.Scope = cur.Data.Product, cur.Data.Batch, cur.Data.Scope
		d.Files = slices.Clone(cur.Data.Files)
		for _, f := range v.Files {
			if added := trace.DigestOf(f.Content); !slices.Contains(d.Files, added) {
				d.Files = append(d.Files, added)
			}
		}
		return d
	}
	form := func() (*reportFormPage, error) {
		all := same(sent.All)
		judged, err := b.Ledger.JudgeTest(v.Context(), v.Actor, all)
		if err != nil {
			return nil, err
		}
		return b.correctionForm(v, cur, all, judged.Rows)
	}
	if v.Value(desk.DoField) != "" {
		return keepReport(v, form)
	}
	d := same(sent.Filled)
	if strings.TrimSpace(v.Value("reason")) != "" { // else it is refused before anything is kept
		err = b.keepReportFiles(v, sent, d)
	}
	if err == nil {
		_, err = b.Ledger.CorrectTest(v.Context(), v.Write(), cur.ID, d, v.Value("reason"))
		err = sent.Errors(err)
	}
	if err != nil {
		return againReport(v, form, err)
	}
	return v.Redirect(testsPath+"/"+cur.ID, "Đã sửa phiếu.", "The report was corrected."), nil
}
