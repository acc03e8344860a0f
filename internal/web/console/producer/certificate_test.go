package producer

import (
	"image/color"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// TestDeclaredCertificate enters an OCOP decision: authority and last day are
// proposed, the photo is kept, and no stars come from it before the office
// confirms it.
func TestDeclaredCertificate(t *testing.T) {
	w := world(t)
	p := addProduct(t, w, "producer", "Chè Shan tuyết")
	b := w.Browser("producer")
	kinds := b.Get(b.Get("/console/giay-to").Want(t, http.StatusOK, "Chưa có giấy tờ nào").Link(t, "Thêm giấy tờ"))
	form := b.Get(kinds.Link(t, "Giấy chứng nhận sản phẩm OCOP")).Want(t, http.StatusOK, "chủ thể tự khai", "Thường là 36 tháng", "Chè Shan tuyết")
	if got := form.Field("authority"); got != "UBND tỉnh Tuyên Quang" {
		t.Errorf("the authority is proposed as %q", got)
	}
	b.Submit(form, "", url.Values{"_do": {doPropose}}).Want(t, http.StatusOK, "hãy nhập ngày cấp trước")
	form = b.Submit(form, "", url.Values{"_do": {doPropose}, "issued": {"2026-08-06"}, "number": {"321/QĐ-UBND"}})
	if got := form.Field("validUntil"); got != "2029-08-05" {
		t.Errorf("the last day is proposed as %q", got)
	}
	sheet := desktest.Upload{Field: "camera", Name: "qd.jpg", Content: photo(t, color.White)}
	form = b.Submit(form, "", url.Values{"_do": {""}}, sheet).Want(t, http.StatusUnprocessableEntity, "hãy chọn hạng sao", "Hãy chọn lại tệp")
	fields := url.Values{"ocop.stars": {"4"}, "ocop.points": {"78,5"}}
	done := b.SubmitOnce(form, "", fields, sheet)
	if again := b.SubmitOnce(form, "", fields, sheet); again.Location != done.Location || done.Location == "" {
		t.Errorf("sent twice, it leads to %q and %q: %s", done.Location, again.Location, done.Text())
	}
	page := b.Get(done.Location).Want(t, http.StatusOK, "4 sao", "chủ thể tự khai", "còn hiệu lực đến hết 05/08/2029", "UBND tỉnh Tuyên Quang", "78,5")
	picture := b.Get(page.Link(t, "Tệp 1"))
	if picture.Status != http.StatusOK || picture.Header.Get("Content-Type") != "image/jpeg" || picture.Body != string(sheet.Content) {
		t.Errorf("the document answers %d, %s, %d bytes", picture.Status, picture.Header.Get("Content-Type"), len(picture.Body))
	}
	if got := b.Get("/console/giay-to/" + strings.TrimPrefix(done.Location, "/console/giay-to/") + "/tep/1"); got.Status != http.StatusNotFound {
		t.Errorf("a document that is none answers %d", got.Status)
	}
	if list := b.Get("/console/san-pham"); strings.Contains(list.Text(), "★") {
		t.Errorf("a declared certificate gives stars: %s", list.Text())
	}
	id := strings.TrimPrefix(done.Location, "/console/giay-to/")
	if _, err := w.Ledger.ConfirmCertificate(t.Context(), w.As("office"), id); err != nil {
		t.Fatal(err)
	}
	b.Get("/console/san-pham").Want(t, http.StatusOK, "★★★★☆")
	confirmed := b.Get(done.Location).Want(t, http.StatusOK, "Văn phòng OCOP tỉnh xác nhận 24/11/2026", "không tự sửa được")
	if len(confirmed.Links("Tính ngày")) != 0 || strings.Contains(confirmed.Body, `name="number"`) {
		t.Error("a confirmed certificate has a form")
	}
	if got := b.Post(done.Location, url.Values{"number": {"1"}}); got.Status != http.StatusForbidden && got.Status != http.StatusUnprocessableEntity {
		t.Errorf("editing a confirmed certificate answers %d", got.Status)
	}
	if c, err := w.Ledger.Certificate(t.Context(), w.Actor("producer"), id); err != nil || c.Data.Product != p.ID || c.Data.OCOP.Points != "78.5" || c.Data.Number != "321/QĐ-UBND" {
		t.Errorf("stored %+v, %v", c.Data, err)
	}
}

// TestEditedCertificate changes a declared one: a file is added, another taken
// away.
func TestEditedCertificate(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	form := b.Get("/console/giay-to/moi?loai=ATTP").Want(t, http.StatusOK, "an toàn thực phẩm")
	first := desktest.Upload{Field: "file", Name: "1.jpg", Content: photo(t, color.White)}
	done := b.SubmitOnce(form, "", url.Values{"number": {"12/ATTP"}, "issued": {"2026-01-15"}, "validUntil": {"2026-12-14"}}, first)
	page := b.Get(done.Location).Want(t, http.StatusOK, "còn 20 ngày, đến hết 14/12/2026", "Giữ Tệp 1")
	stale := b.Get(done.Location)
	second := desktest.Upload{Field: "file", Name: "2.jpg", Content: photo(t, color.Black)}
	b.Submit(page, "", url.Values{"number": {"13/ATTP"}, keepName(trace.DigestOf(first.Content)): nil}, second).Want(t, http.StatusOK, "Đã lưu giấy tờ", "13/ATTP")
	c, err := w.Ledger.Certificate(t.Context(), w.Actor("producer"), strings.TrimPrefix(done.Location, "/console/giay-to/"))
	if err != nil || len(c.Data.Files) != 1 || c.Data.Files[0] != trace.DigestOf(second.Content) {
		t.Errorf("files %v, %v", c.Data.Files, err)
	}
	b.Submit(stale, "", url.Values{"number": {"14/ATTP"}}).Want(t, http.StatusPreconditionFailed)
}

// TestCertificateStates shows states and ends in words, the urgent first.
func TestCertificateStates(t *testing.T) {
	w := world(t)
	p := addProduct(t, w, "producer", "Chè Shan tuyết")
	addCertificate(t, w, "producer", "HACCP", "H-1", "", "2026-11-01")
	addCertificate(t, w, "producer", "VIETGAP", "V-1", p.ID, "2027-12-31")
	addCertificate(t, w, "office", "OCOP", "O-1", p.ID, "2026-11-24")
	b := w.Browser("producer")
	text := b.Get("/console/giay-to").Want(t, http.StatusOK, "hôm nay là ngày cuối", "còn hiệu lực đến hết 31/12/2027", "đã hết hạn 22 ngày, từ 02/11/2026", "của cơ sở").Text()
	if o, v, h := strings.Index(text, "O-1"), strings.Index(text, "V-1"), strings.Index(text, "H-1"); o > v || v > h {
		t.Errorf("the order is %s", text)
	}
	for filter, want := range map[string]string{"con": "V-1", "sap": "O-1", "het": "H-1"} {
		if got := b.Get("/console/giay-to?xem="+filter).Want(t, http.StatusOK, want).Text(); filter == "het" && strings.Contains(got, "V-1") {
			t.Errorf("%s shows %s", filter, got)
		}
	}
}
