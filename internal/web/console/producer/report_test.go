package producer

import (
	"image/color"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/testsheet"
	"temgoc/internal/web/desk"
)

// TestTypedReport types a sheet from paper: verdicts are shown before anything
// is stored, the sheet must be attached, and the report is marked as declared.
func TestTypedReport(t *testing.T) {
	w := world(t)
	p := addProduct(t, w, "producer", "Chè khô Shan tuyết")
	s := addBatch(t, w, "producer", p.ID, "CHE-1")
	b := w.Browser("producer")
	form := b.Get("/console/phieu/moi").Want(t, http.StatusOK, "Chì (Pb), mg/kg", "≤ 2 · QCVN 8-2:2011/BYT", "CHE-1", "chủ thể tự khai")
	fields := url.Values{
		subjectName: {s.ID}, "laboratory.name": {"Trung tâm Kiểm nghiệm"}, "number": {"12/TTKN"}, "issued": {"2026-11-20"},
		"sample.code": {"M-1"}, "sample.received": {"2026-11-12"},
	}
	lead := row(t, form, "Chì (Pb)")
	fields.Set(lead+"result.text", "3,5")
	fields.Set("_do", testsheet.DoJudge)
	sheet := desktest.Upload{Field: "camera", Name: "phieu.jpg", Content: photo(t, color.White)}
	judged := b.Submit(form, "", fields, sheet).Want(t, http.StatusOK, "Kết luận chung: ✗ Không đạt", "Hãy chọn lại tệp")
	if got := judged.Field("number"); got != "12/TTKN" {
		t.Errorf("the number comes back as %q", got)
	}
	send := url.Values{"_do": {""}, lead + "result.text": {"KPH (LOD = 0,01)"}}
	b.Submit(judged, "", send).Want(t, http.StatusUnprocessableEntity, "phải kèm ảnh chụp hoặc bản quét")
	done := b.SubmitOnce(judged, "", send, sheet)
	if again := b.SubmitOnce(judged, "", send, sheet); again.Location != done.Location || done.Location == "" {
		t.Fatalf("sent twice, it leads to %q and %q: %s", done.Location, again.Location, done.Text())
	}
	page := b.Get(done.Location).Want(t, http.StatusOK, "12/TTKN", "KPH (LOD = 0,01)", "✓ Đạt", "có giấy tờ kèm theo", desk.Display(s.ID))
	if got := b.Get(page.Link(t, "Phiếu gốc 1")); got.Status != http.StatusOK || got.Body != string(sheet.Content) {
		t.Errorf("the sheet answers %d", got.Status)
	}
	r, err := w.Ledger.Test(t.Context(), w.Actor("producer"), strings.TrimPrefix(done.Location, "/console/phieu/"))
	if err != nil || len(r.Data.Rows) != 1 || r.Data.Batch != s.ID || r.Data.Verified != nil || r.Data.EnteredBy != trace.ProducerRole {
		t.Errorf("stored %+v, %v", r.Data, err)
	}
	b.Get("/console/phieu").Want(t, http.StatusOK, "12/TTKN", "chủ thể tự khai", "✓ Đạt")
}

// row is the beginning of the names of the inputs of an indicator.
func row(t *testing.T, page *desktest.Page, indicator string) string {
	t.Helper()
	for i := range 40 {
		name := strings.Replace("rows[#].", "#", string(rune('0'+i%10)), 1)
		if i >= 10 {
			name = strings.Replace("rows[1#].", "#", string(rune('0'+i%10)), 1)
		}
		if page.Field(name+"indicator.vi") == indicator {
			return name
		}
	}
	t.Fatalf("the form has no row for %s", indicator)
	return ""
}

// TestCorrectedReport corrects a typed report with a reason, adds a sheet, and
// leaves a laboratory's alone.
func TestCorrectedReport(t *testing.T) {
	w := world(t)
	p := addProduct(t, w, "producer", "Chè khô")
	r := addReport(t, w, "producer", p.ID, "1/TTKN")
	b := w.Browser("producer")
	form := b.Get(b.Get("/console/phieu/"+r.ID).Link(t, "Sửa phiếu")).Want(t, http.StatusOK, "Lý do sửa")
	lead := row(t, form, "Chì (Pb)")
	b.Submit(form, "", url.Values{lead + "result.text": {"0,5"}}).Want(t, http.StatusUnprocessableEntity, "Lý do sửa : bắt buộc")
	b.Submit(form, "", url.Values{lead + "result.text": {""}, "reason": {"gõ nhầm"}}).Want(t, http.StatusUnprocessableEntity, "cần ít nhất một chỉ tiêu có kết quả")
	second := desktest.Upload{Field: "file", Name: "2.jpg", Content: photo(t, color.Black)}
	b.Submit(form, "", url.Values{lead + "result.text": {"0,5"}, "reason": {"gõ nhầm"}}, second).Want(t, http.StatusOK, "Đã sửa phiếu", "0,5", "Sửa: gõ nhầm", "Phiếu gốc 2", "Người producer")

	asked, err := w.Ledger.AskTest(t.Context(), w.As("producer"), trace.RequestData{Product: p.ID, Laboratory: desktest.LaboratoryName})
	if err != nil {
		t.Fatal(err)
	}
	own := r.Data.TestData
	own.Request, own.Number = asked.ID, "PTN-7"
	sent, err := w.Ledger.AddTest(t.Context(), w.As("laboratory"), own)
	if err != nil {
		t.Fatal(err)
	}
	page := b.Get("/console/phieu/"+sent.ID).Want(t, http.StatusOK, "đã xác minh: "+desktest.LaboratoryName)
	if len(page.Links("Sửa phiếu")) != 0 {
		t.Error("a laboratory's report offers to be corrected")
	}
	b.Get("/console/phieu/"+sent.ID+"/sua").Want(t, http.StatusForbidden)
	if got := b.Post("/console/phieu/"+sent.ID+"/sua", url.Values{"reason": {"đẹp hơn"}}); got.Status != http.StatusForbidden {
		t.Errorf("correcting a laboratory's report answers %d: %s", got.Status, got.Text())
	}
}

// TestRequest asks a laboratory, takes the request back, and finds the report of
// one that was answered.
func TestRequest(t *testing.T) {
	w := world(t)
	p := addProduct(t, w, "producer", "Chè khô")
	s := addBatch(t, w, "producer", p.ID, "CHE-1")
	b := w.Browser("producer")
	form := b.Get("/console/phieu/yeu-cau?lo="+s.ID).Want(t, http.StatusOK, desktest.LaboratoryName, "Chì (Pb)")
	if form.Field("batch") != s.ID || form.Field("sample.sent") != "2026-11-24" {
		t.Errorf("the form proposes %q, %q", form.Field("batch"), form.Field("sample.sent"))
	}
	b.Submit(form, "", url.Values{"sample.sent": {"2027-11-24"}}).Want(t, http.StatusUnprocessableEntity, "Ngày gửi mẫu")
	fields := url.Values{"laboratory": {desktest.LaboratoryName}, "sample.code": {"M-7"}, "criteria": {"Chì (Pb)\r\nAsen (As)"}}
	done := b.SubmitOnce(form, "", fields)
	if again := b.SubmitOnce(form, "", fields); again.Location != done.Location {
		t.Errorf("sent twice, it leads to %q and %q", done.Location, again.Location)
	}
	page := b.Get(done.Location).Want(t, http.StatusOK, "chờ tiếp nhận", "Chì (Pb), Asen (As)", "M-7", "Gửi yêu cầu")
	b.Get("/console/phieu").Want(t, http.StatusOK, "Đang chờ phòng thử nghiệm", desktest.LaboratoryName)
	b.Submit(page, "", url.Values{"reason": {"gửi nhầm"}}).Want(t, http.StatusOK, "đã hủy", "gửi nhầm")
	if got := b.Get("/console/phieu").Text(); strings.Contains(got, "Đang chờ phòng thử nghiệm") {
		t.Errorf("a request that was taken back waits: %s", got)
	}
	b.Get("/console/phieu?xem=yeu-cau").Want(t, http.StatusOK, "đã hủy")

	asked, err := w.Ledger.AskTest(t.Context(), w.As("producer"), trace.RequestData{Product: p.ID, Laboratory: desktest.LaboratoryName})
	if err != nil {
		t.Fatal(err)
	}
	d := addReport(t, w, "producer", p.ID, "1").Data.TestData
	d.Request, d.Number = asked.ID, "PTN-8"
	if _, err := w.Ledger.AddTest(t.Context(), w.As("laboratory"), d); err != nil {
		t.Fatal(err)
	}
	b.Get(b.Get("/console/phieu/yeu-cau/"+asked.ID).Want(t, http.StatusOK, "đã có kết quả").Link(t, "Xem phiếu kết quả")).Want(t, http.StatusOK, "PTN-8")
}
