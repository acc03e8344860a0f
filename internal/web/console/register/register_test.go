package register

import (
	"net/http"
	"net/url"
	"testing"

	"temgoc/internal/catalog"
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

func product(t *testing.T, w *desktest.World) string {
	t.Helper()
	s, err := w.Ledger.CreateProduct(t.Context(), w.As("producer"), trace.Product{Producer: w.Mine, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11})
	if err != nil {
		t.Fatal(err)
	}
	return s.ID
}

func TestTemplates(t *testing.T) {
	_, part := world(t)
	desktest.CheckTemplates(t, part, templateFiles, &listPage{}, &producerPage{}, &formPage{}, &showPage{})
}

// TestRegister enters an OCOP certificate with its scan, finds it by its number
// and state, and withdraws it.
func TestRegister(t *testing.T) {
	w, _ := world(t)
	product := product(t, w)
	b := w.Browser("office")
	asked := b.Get("/console/dang-ky/moi?tim=may").Want(t, http.StatusOK, "Hợp tác xã Chè Mây Trắng")
	form := b.Get(asked.Link(t, "Chè Mây Trắng"))
	fields := url.Values{
		"kind": {"OCOP"}, "product": {product}, "number": {"DEMO-321/QĐ-UBND"}, "authority": {"UBND tỉnh Tuyên Quang"}, "issued": {"2025-08-06"},
		"ocop.stars": {"4"}, "ocop.points": {"78,5"},
	}
	scan := desktest.Upload{Field: "file", Name: "quyet-dinh.pdf", Content: desktest.PDF("1")}
	wrong := url.Values{}
	for k, v := range fields {
		wrong[k] = v
	}
	wrong["ocop.points"] = []string{"95"}
	refused := b.Submit(form, "", wrong, scan).Want(t, http.StatusUnprocessableEntity, "95 điểm không ứng với hạng 4 sao")
	if !refused.Blames("ocop.points") || refused.Field("number") != "DEMO-321/QĐ-UBND" {
		t.Error("the form did not come back as it was sent")
	}
	shown := b.Submit(form, "", fields, scan).Want(t, http.StatusOK, "4 sao", "còn hiệu lực đến 05/08/2028", "Chè Shan tuyết", "đã xác minh: "+desktest.OfficeName, "Mở tệp")
	b.Get("/console/dang-ky?so=demo-321/qd-ubnd").Want(t, http.StatusOK, "DEMO-321/QĐ-UBND", "4 sao")
	if expired := b.Get("/console/dang-ky?loc=het"); len(expired.Links("DEMO-321")) > 0 {
		t.Error("a certificate in force is among the expired ones")
	}

	withdrawn := shown.Path + "/thu-hoi"
	b.Submit(shown, withdrawn, url.Values{"reason": {""}}).Want(t, http.StatusUnprocessableEntity, "bắt buộc phải có")
	b.Submit(shown, withdrawn, url.Values{"reason": {"Không giữ điều kiện"}, "document": {"9/QĐ"}}).Want(t, http.StatusOK, "bị thu hồi từ 24/11/2026", "Không giữ điều kiện", "9/QĐ")
	b.Get("/console/dang-ky?loc=thu-hoi").Want(t, http.StatusOK, "DEMO-321/QĐ-UBND")
}

// TestConfirm confirms what a producer declared, but not a revision that nobody
// has seen.
func TestConfirm(t *testing.T) {
	w, _ := world(t)
	declared := trace.CertificateData{
		Kind: trace.OCOPCertificate, Number: "DEMO-9/QĐ", Authority: "UBND", Issued: trace.NewDate(2026, 1, 1), Producer: w.Mine, Product: product(t, w),
		OCOP: &trace.Evaluation{Stars: 3},
	}
	c, err := w.Ledger.CreateCertificate(t.Context(), w.As("producer"), declared)
	if err != nil {
		t.Fatal(err)
	}
	address := "/console/dang-ky/" + c.ID
	b := w.Browser("certifier")
	b.Get("/console/dang-ky?loc=cho").Want(t, http.StatusOK, "chủ thể tự khai, chưa xác nhận")
	seen := b.Get(address)
	if _, err := w.Ledger.UpdateCertificate(t.Context(), w.As("producer"), c.ID, declared); err != nil {
		t.Fatal(err)
	}
	b.Submit(seen, address+"/xac-nhan", nil).Want(t, http.StatusPreconditionFailed)
	b.Submit(b.Get(address), address+"/xac-nhan", nil).Want(t, http.StatusOK, "Đã xác nhận", "3 sao", "Chủ thể khai báo", "Người certifier")

	edit := b.Get(address+"/sua").Want(t, http.StatusOK)
	b.Submit(edit, "", url.Values{"note": {"Đã xem bản chính"}}).Want(t, http.StatusOK, "Đã xem bản chính", "Sửa dữ liệu")
}

func TestWhoMay(t *testing.T) {
	w, _ := world(t)
	c, err := w.Ledger.CreateCertificate(t.Context(), w.As("office"), trace.CertificateData{Kind: "VIETGAP", Number: "V-1", Authority: "A", Issued: trace.NewDate(2026, 1, 1), Producer: w.Mine})
	if err != nil {
		t.Fatal(err)
	}
	inspector := w.Browser("inspector")
	shown := inspector.Get("/console/dang-ky/"+c.ID).Want(t, http.StatusOK, "V-1", "không thời hạn")
	if len(shown.Links("Sửa dữ liệu")) > 0 {
		t.Error("an inspector is offered to edit")
	}
	for who, status := range map[string]int{"inspector": 403, "producer": 403, "laboratory": 403, "administrator": 403} {
		if got := w.Browser(who).Post("/console/dang-ky/"+c.ID+"/thu-hoi", url.Values{"from": {"2026-11-24"}, "reason": {"x"}}); got.Status != status {
			t.Errorf("%s withdraws: %d", who, got.Status)
		}
	}
	inspector.Get("/console/dang-ky/0000000000000000").Want(t, http.StatusNotFound)
}
