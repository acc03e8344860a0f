package testsheet_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/testsheet"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A formPage is a page with nothing but the form.
type formPage struct {
	desk.Frame
	Form *testsheet.Form
	View testsheet.View
}

// Template implements ui.Page.
func (formPage) Template() string { return "test.html" }

// serve runs a page with the form over the given rows, and gives what the last
// form that was sent was read as.
func serve(t *testing.T, draft []trace.TestRow, refuse error) (*desktest.Browser, *testsheet.Sent) {
	t.Helper()
	w := desktest.New(t)
	templates, err := testsheet.With(desktest.Shared(t))
	if err == nil {
		templates, err = templates.With(testTemplates, "testdata")
	}
	if err != nil {
		t.Fatal(err)
	}
	got := new(testsheet.Sent)
	options := testsheet.Options{SubmitVI: "Lưu", SubmitEN: "Save"}
	part := desk.Part{Templates: templates, Routes: []desk.Route{
		desk.Get("/x", func(v *desk.Visit) (desk.Answer, error) {
			d := trace.TestData{Rows: testsheet.Draft(draft)}
			return desk.Show(&formPage{Frame: v.Frame("Phiếu", "Sheet"), Form: testsheet.New(v, d, draft, options)}), nil
		}, trace.Laboratory),
		desk.Post("/x", func(v *desk.Visit) (desk.Answer, error) {
			*got = testsheet.Read(v)
			o := options
			o.More = v.Value(desk.DoField) == testsheet.DoMore
			judged := got.All.Rows
			for i := range judged {
				judged[i].Verdict = trace.Undecided
			}
			page := &formPage{Frame: v.Frame("Phiếu", "Sheet"), Form: testsheet.New(v, got.All, judged, o)}
			if v.Value(desk.DoField) != "" {
				v.Keep(page.Form.Form)
				return desk.Show(page), nil
			}
			err := got.Err()
			if err == nil {
				err = got.Errors(refuse)
			}
			if err != nil {
				return v.Again(page, page.Form.Form, err)
			}
			return v.Redirect("/console/x", "", ""), nil
		}, trace.Laboratory),
	}}
	desktest.CheckTemplates(t, part, testTemplates, &formPage{})
	w.Serve(part)
	return w.Browser("laboratory"), got
}

func draft() []trace.TestRow {
	return []trace.TestRow{
		{Indicator: catalog.Name{VI: "Chì (Pb)", EN: "Lead (Pb)"}, Unit: "mg/kg", Limit: &trace.Limit{Kind: catalog.LimitMax, Max: "2", Basis: "QCVN 8-2"}},
		{Indicator: catalog.Name{VI: "Độ ẩm", EN: "Moisture"}, Unit: "%", Method: "TCVN 5613"},
	}
}

// TestRowsWithoutResult holds that what was not tested is left out, that an
// indicator typed without a result is not, and that limits come from the
// criteria unless somebody wrote another.
func TestRowsWithoutResult(t *testing.T) {
	b, got := serve(t, draft(), nil)
	page := b.Get("/console/x").Want(t, http.StatusOK, "Chì (Pb), mg/kg", "≤ 2 · QCVN 8-2", "Độ ẩm, %")
	page = b.Submit(page, "", url.Values{"_do": {testsheet.DoMore}}).Want(t, http.StatusOK)
	b.SubmitOnce(page, "", url.Values{
		"_do": {""}, "rows[1].result.text": {"6,5"}, "rows[1].limit.kind": {"max"}, "rows[1].limit.max": {"7,5"}, "rows[1].limit.basis": {"TCCS 01"},
		"rows[3].indicator.vi": {"Cadimi"}, "rows[3].unit": {"mg/kg"}, "rows[4].indicator.vi": {"Asen"}, "rows[4].result.text": {"KPH"},
		"number": {"12/PTN"},
	})
	if err := got.Err(); err != nil {
		t.Fatal(err)
	}
	want := []trace.TestRow{
		{
			Indicator: catalog.Name{VI: "Độ ẩm", EN: "Moisture"}, Unit: "%", Method: "TCVN 5613", Result: trace.Result{Text: "6,5"},
			Limit: &trace.Limit{Kind: catalog.LimitMax, Max: "7.5", Basis: "TCCS 01"},
		},
		{Indicator: catalog.Name{VI: "Cadimi"}, Unit: "mg/kg"},
		{Indicator: catalog.Name{VI: "Asen"}, Result: trace.Result{Text: "KPH"}},
	}
	if diff := cmp.Diff(want, got.Filled.Rows); diff != "" {
		t.Error(diff)
	}
	if got.Filled.Number != "12/PTN" || len(got.All.Rows) != 5 {
		t.Errorf("number %q, %d rows", got.Filled.Number, len(got.All.Rows))
	}
}

// TestErrorsComeBackToTheirRow holds that the domain's errors are about the rows
// as they stand in the form, and that what was typed stays.
func TestErrorsComeBackToTheirRow(t *testing.T) {
	refuse := trace.FieldErrors{
		{Field: "rows[0].result.text", Message: catalog.Name{VI: "dài quá"}},
		{Field: "sample.code", Message: catalog.Name{VI: "thiếu mã"}},
	}
	b, got := serve(t, draft(), refuse)
	page := b.Submit(b.Get("/console/x"), "", url.Values{"rows[1].result.text": {"sáu phẩy năm"}, "rows[1].indicator.vi": {"Độ ẩm khác"}}).
		Want(t, http.StatusUnprocessableEntity, "Độ ẩm khác, % : dài quá", "Mã mẫu : thiếu mã")
	if got := page.Field("rows[1].result.text"); got != "sáu phẩy năm" {
		t.Errorf("the result comes back as %q", got)
	}
	if name := got.Filled.Rows[0].Indicator; name != (catalog.Name{VI: "Độ ẩm khác"}) {
		t.Errorf("another indicator keeps a name: %+v", name)
	}
	again := b.Submit(page, "", url.Values{"rows[1].lod": {"ít"}}).Want(t, http.StatusUnprocessableEntity, "LOD : không phải là số")
	if got := again.Field("rows[1].lod"); got != "ít" {
		t.Errorf("the limit of detection comes back as %q", got)
	}
}

// TestNothingFilledIn holds that an empty sheet is told in words of the form.
func TestNothingFilledIn(t *testing.T) {
	b, got := serve(t, draft(), trace.FieldErrors{{Field: "rows", Message: catalog.Name{VI: "bắt buộc phải có"}}})
	b.Submit(b.Get("/console/x"), "", url.Values{"number": {"1"}}).Want(t, http.StatusUnprocessableEntity, "cần ít nhất một chỉ tiêu có kết quả")
	if len(got.Filled.Rows) != 0 {
		t.Errorf("rows %+v", got.Filled.Rows)
	}
}

// TestVerdicts shows verdicts without storing anything, and why there is none.
func TestVerdicts(t *testing.T) {
	b, _ := serve(t, draft(), nil)
	page := b.Submit(b.Get("/console/x"), "", url.Values{"_do": {testsheet.DoJudge}, "rows[0].result.text": {"0,05"}})
	page.Want(t, http.StatusOK, "Kết luận chung: ? Chưa kết luận", "chưa có giới hạn để so")
}

func TestShow(t *testing.T) {
	row := draft()[0]
	row.Result, row.Verdict = trace.Result{Text: "< 0,01"}, trace.Pass
	r := trace.TestReport{TestData: trace.TestData{Scope: "product", Number: "12/PTN", Laboratory: trace.TestLaboratory{Name: "PTN", VILAS: "VILAS 000"}, Rows: []trace.TestRow{row}}}
	got := testsheet.Show(ui.English, r)
	want := testsheet.Row{Indicator: "Lead (Pb)", Unit: "mg/kg", Result: "< 0,01", Limit: "≤ 2", Basis: "QCVN 8-2", Verdict: desk.Good("Passed")}
	if diff := cmp.Diff([]testsheet.Row{want}, got.Rows); diff != "" {
		t.Error(diff)
	}
	if got.Facts[0].Value != "PTN · VILAS 000" || got.Verdict != desk.Good("Passed") || got.Provenance.Tone != "calm" {
		t.Errorf("view %+v", got)
	}
}
