package laboratory

import (
	"net/http"
	"net/url"
	"testing"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

func world(t *testing.T) (*desktest.World, desk.Part) {
	t.Helper()
	w := desktest.New(t)
	part, err := Part(desktest.Shared(t), Config{Ledger: w.Ledger})
	if err != nil {
		t.Fatal(err)
	}
	return w.Serve(part), part
}

func TestTemplates(t *testing.T) {
	_, part := world(t)
	desktest.CheckTemplates(t, part, templateFiles, &requestsPage{}, &requestPage{}, &reportFormPage{}, &reportsPage{}, &reportPage{})
}

// ask makes a product with a batch and asks the laboratory to test it.
func ask(t *testing.T, w *desktest.World) trace.Stored[trace.TestRequest] {
	t.Helper()
	ctx := t.Context()
	p, err := w.Ledger.CreateProduct(ctx, w.As("producer"), trace.Product{Producer: w.Mine, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11})
	if err != nil {
		t.Fatal(err)
	}
	lot, err := gs1.ParseLotNumber("L-1")
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.Ledger.CreateBatch(ctx, w.As("producer"), trace.BatchData{
		Product: p.ID, Lot: lot, Quantity: trace.Quantity{Value: "120", Unit: "KGM"}, Production: trace.NewDate(2026, 11, 1),
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Ledger.AskTest(ctx, w.As("producer"), trace.RequestData{
		Product: p.ID, Batch: b.ID, Laboratory: desktest.LaboratoryName, Criteria: []string{"Chì (Pb)", "Phóng xạ"},
		Sample: trace.RequestSample{Code: "M-01", Sent: trace.NewDate(2026, 11, 20)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestReport goes from the request to the signed report, with the verdict shown
// before anything is stored.
func TestReport(t *testing.T) {
	w, _ := world(t)
	r := ask(t, w)
	b := w.Browser("laboratory")
	list := b.Get("/console/thu-nghiem").Want(t, http.StatusOK, "Chè Shan tuyết", "lô L-1", "Hợp tác xã Chè Mây Trắng", "mẫu M-01", "chờ tiếp nhận")
	request := b.Get(list.Link(t, "Chè Shan tuyết"))
	request = b.Submit(request, "/console/thu-nghiem/"+r.ID+"/tiep-nhan", nil).Want(t, http.StatusOK, "đã tiếp nhận")
	form := b.Get(request.Link(t, "Nhập phiếu kết quả")).Want(t, http.StatusOK, "Chì (Pb), mg/kg", "Phóng xạ")
	if form.Field("sample.code") != "M-01" || form.Field("rows[0].indicator.vi") != "Chì (Pb)" {
		t.Errorf("the form begins with sample %q and %q", form.Field("sample.code"), form.Field("rows[0].indicator.vi"))
	}
	typed := url.Values{"number": {"PTN-12"}, "sample.received": {"2026-11-21"}, "rows[0].result.text": {"9,9"}, "rows[1].result.text": {"KPH"}}
	judge := url.Values{"_do": {"judge"}}
	for k, v := range typed {
		judge[k] = v
	}
	b.Submit(form, "", judge).Want(t, http.StatusOK, "Không đạt", "chưa có giới hạn để so")
	if tests, err := w.Ledger.Tests(t.Context(), w.Actor("laboratory"), trace.TestQuery{}, trace.Paging{}); err != nil || len(tests.Items) != 0 {
		t.Fatalf("a preview was stored: %v, %v", tests.Items, err)
	}

	sheet := desktest.Upload{Field: "file", Name: "phieu.pdf", Content: desktest.PDF("sheet")}
	unsigned := b.Submit(form, "", typed, sheet).Want(t, http.StatusUnprocessableEntity, "phải xác nhận trước khi gửi phiếu")
	if unsigned.Field("rows[0].result.text") != "9,9" {
		t.Error("what was typed is gone")
	}
	typed.Set("signed", "true")
	b.Submit(form, "", typed).Want(t, http.StatusUnprocessableEntity, "phải đính kèm phiếu gốc")
	done := b.Submit(form, "", typed, sheet).Want(t, http.StatusOK, "Phiếu PTN-12", "Không đạt", "đã xác minh: "+desktest.LaboratoryName, "SHA-256", "Gửi phiếu")
	b.Get("/console/thu-nghiem/"+r.ID).Want(t, http.StatusOK, "đã có kết quả", "Xem phiếu đã gửi")

	fix := b.Get(done.Link(t, "Sửa phiếu"))
	b.Submit(fix, "", url.Values{"rows[0].result.text": {"0,99"}, "signed": {"true"}}).Want(t, http.StatusUnprocessableEntity, "bắt buộc phải có")
	b.Submit(fix, "", url.Values{"rows[0].result.text": {"0,99"}, "signed": {"true"}, "reason": {"Gõ nhầm dấu phẩy"}}).
		Want(t, http.StatusOK, "0,99", "Sửa: Gõ nhầm dấu phẩy", "SHA-256")
}

func TestDecline(t *testing.T) {
	w, _ := world(t)
	r := ask(t, w)
	b := w.Browser("laboratory")
	address := "/console/thu-nghiem/" + r.ID
	page := b.Get(address)
	b.Submit(page, address+"/tu-choi", url.Values{"reason": {" "}}).Want(t, http.StatusUnprocessableEntity, "bắt buộc phải có")
	b.Submit(page, address+"/tu-choi", url.Values{"reason": {"Không có thiết bị"}}).Want(t, http.StatusOK, "bị từ chối")
	b.Get(address+"/phieu").Want(t, http.StatusOK, "không còn chờ phiếu")
}

// TestOnlyWhatWasAsked holds that another laboratory sees neither the request
// nor the report, and cannot write one.
func TestOnlyWhatWasAsked(t *testing.T) {
	w, _ := world(t)
	r := ask(t, w)
	other := w.Browser("laboratory2")
	other.Get("/console/thu-nghiem").Want(t, http.StatusOK, "Chưa có yêu cầu nào")
	for _, path := range []string{"", "/phieu"} {
		other.Get("/console/thu-nghiem/"+r.ID+path).Want(t, http.StatusNotFound)
	}
	other.Get("/console/thu-nghiem/phieu/"+r.ID).Want(t, http.StatusNotFound)
	if got := other.Post("/console/thu-nghiem/"+r.ID+"/phieu", url.Values{"number": {"1"}, "signed": {"true"}}); got.Status != http.StatusNotFound {
		t.Errorf("a report on what was asked of another: %d", got.Status)
	}
	w.Browser("producer").Get("/console/thu-nghiem").Want(t, http.StatusForbidden)
}
