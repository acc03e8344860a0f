package inspection

import (
	"net/http"
	"strings"
	"testing"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// TestCompare says of a document whether it is on file, and where.
func TestCompare(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	code := w.released("producer", w.product)
	content := desktest.PDF("giấy")
	kept, err := w.Ledger.AddFile(ctx, w.As("producer"), "giay.pdf", content)
	digest := ok(t, kept, err).Data.SHA256
	b := w.Browser("inspector")
	check := func(content []byte) *desktest.Page {
		return b.Submit(b.Get("/console/doi-chieu").Want(t, http.StatusOK), "", nil, desktest.Upload{Field: "file", Name: "cầm tay.pdf", Content: content})
	}
	check(content).Want(t, http.StatusOK, "Có trong hệ thống", "chưa gắn với", digest.String())

	c, err := w.Ledger.CreateCertificate(ctx, w.As("office"), trace.CertificateData{
		Kind: "VIETGAP", Number: "VG-1", Authority: "Trung tâm", Issued: trace.NewDate(2026, 1, 1), Producer: w.Mine, Files: []trace.Digest{digest},
	})
	ok(t, c, err)
	data := trace.RecordData{
		Batch: code, Kind: "harvest", Happened: w.Now().AddDate(0, 0, -3), Files: []trace.Digest{digest},
		Harvest: &trace.Harvest{Plot: "Đồi 3", Quantity: trace.Quantity{Value: "480", Unit: "KGM"}},
	}
	r, err := w.Ledger.AddRecord(ctx, w.As("producer"), data)
	ok(t, r, err)
	data.Files = nil
	r, err = w.Ledger.CorrectRecord(ctx, w.As("producer"), r.ID, data, "nhầm tệp")
	ok(t, r, err)

	found := check(content).Want(t, http.StatusOK, "Có trong hệ thống", "VG-1", "chỉ có ở bản trước khi sửa")
	if got := found.Link(t, "VG-1"); got != "/console/dang-ky/"+c.ID {
		t.Errorf("the certificate is at %s", got)
	}
	if got := found.Link(t, "Thu hoạch"); got != "/console/ho-so/"+code+"?r="+r.ID+"#r-"+r.ID {
		t.Errorf("the record is at %s", got)
	}
	check(append(content, '\n')).Want(t, http.StatusOK, "Không có trong hệ thống", "không có nghĩa là giấy giả")
	if again := check(content[:len(content)-1]); strings.Contains(again.Text(), "Có trong hệ thống") {
		t.Error("a document that lacks its last byte is taken for the original")
	}
	b.Get("/console/doi-chieu?sha256="+strings.ToUpper(digest.String())).Want(t, http.StatusOK, "Có trong hệ thống")
	b.Get("/console/doi-chieu?sha256=abc").Want(t, http.StatusUnprocessableEntity, "không phải là mã SHA-256")
	b.Post("/console/doi-chieu", nil).Want(t, http.StatusUnprocessableEntity, "hãy chọn một tệp")
	if _, err := w.Ledger.FileInfo(ctx, trace.DigestOf(append(content, '\n'))); err == nil {
		t.Error("what was only to be compared was kept")
	}
}

// TestOriginal opens what was uploaded so that nothing in it can run.
func TestOriginal(t *testing.T) {
	w := newWorld(t)
	pdf, err := w.Ledger.AddFile(t.Context(), w.As("producer"), "giay.pdf", desktest.PDF("giấy"))
	ok(t, pdf, err)
	picture, err := w.Ledger.AddFile(t.Context(), w.As("producer"), "anh.jpg", desktest.JPEG(3))
	ok(t, picture, err)
	for _, who := range []string{"inspector", "office", "certifier"} {
		b := w.Browser(who)
		shown := b.Get("/console/tep/" + picture.ID)
		if h := shown.Header; shown.Body != string(desktest.JPEG(3)) || h.Get("Content-Type") != "image/jpeg" ||
			!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(h.Get("Content-Disposition"), "inline") {
			t.Errorf("%s: the picture is shown with %v", who, h)
		}
		page := b.Get("/console/tep/"+pdf.ID).Want(t, http.StatusOK, pdf.ID, "PDF")
		saved := b.Get(page.Link(t, "Tải bản gốc về"))
		if h := saved.Header; saved.Body != string(desktest.PDF("giấy")) || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
			!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: the PDF is saved with %v", who, h)
		}
	}
	b := w.Browser("inspector")
	for _, name := range []string{"abc", trace.DigestOf(nil).String(), trace.DigestOf(nil).String() + "/tai-ve"} {
		b.Get("/console/tep/"+name).Want(t, http.StatusNotFound)
	}
	for _, who := range []string{"producer", "laboratory", "administrator"} {
		w.Browser(who).Get("/console/tep/"+pdf.ID).Want(t, http.StatusForbidden)
	}
}
