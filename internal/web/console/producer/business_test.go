package producer

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// TestBusiness edits the business's own data, with mistakes at their fields.
func TestBusiness(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	form := b.Get("/console/co-so").Want(t, http.StatusOK, "Hợp tác xã Chè Mây Trắng", "Xã Hồng Thái", "Người producer")
	if strings.Contains(form.Text(), "Người producer2") {
		t.Errorf("people of another business are shown: %s", form.Text())
	}
	b.Submit(form, "/console/co-so", url.Values{"name": {""}, "phone": {"gọi tôi"}}).Want(t, http.StatusUnprocessableEntity, "Tên cơ sở : bắt buộc", "Điện thoại : không phải là số điện thoại")
	b.Submit(form, "/console/co-so", url.Values{"name": {"HTX Chè Mây"}, "address.commune": {"02221"}, "shortName": {"Mây"}}).Want(t, http.StatusOK, "Đã lưu thông tin cơ sở")
	own, err := w.Ledger.Producer(t.Context(), w.Actor("producer"), w.Mine)
	if err != nil || own.Data.Name != "HTX Chè Mây" || own.Data.Address.Commune != "02221" || own.Data.Phone != "0207 123 456" {
		t.Errorf("stored %+v, %v", own.Data, err)
	}
}

// TestColleague invites a colleague, renews the link, and sees who has come.
func TestColleague(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	form := b.Get("/console/co-so")
	b.Submit(form, "/console/co-so/nguoi", url.Values{"person": {""}, "login": {"không phải"}}).Want(t, http.StatusUnprocessableEntity, "Họ và tên : bắt buộc", "Số điện thoại hoặc e-mail")
	link := b.Submit(form, "/console/co-so/nguoi", url.Values{"person": {"Lò Thị Mây"}, "login": {"0912 345 678"}}).Want(t, http.StatusOK, "Lò Thị Mây")
	if !strings.Contains(link.Body, "/console/moi/") {
		t.Fatalf("no link is shown: %s", link.Text())
	}
	page := b.Get("/console/co-so").Want(t, http.StatusOK, "Lò Thị Mây", "0912345678", "chưa nhận lời mời")
	invited := ""
	for _, form := range strings.Split(page.Body, `action="/console/co-so/nguoi/`)[1:] {
		id, _, _ := strings.Cut(form, `"`)
		if p, err := w.People.Person(t.Context(), w.Actor("producer"), id); err == nil && p.Data.Login == "0912345678" {
			invited = id
		}
	}
	renewed := b.Post("/console/co-so/nguoi/"+invited, nil).Want(t, http.StatusOK, "Lò Thị Mây")
	if renewed.Body == link.Body {
		t.Error("the link was not made anew")
	}
	stranger := w.Browser("producer2").Post("/console/co-so/nguoi/"+invited, nil)
	if stranger.Status != http.StatusNotFound {
		t.Errorf("another business renews the link: %d", stranger.Status)
	}
}

// report reports a problem as a shopper.
func report(t *testing.T, w *desktest.World, code, text string) trace.Stored[trace.Problem] {
	t.Helper()
	p, err := w.Ledger.ReportProblem(t.Context(), trace.Write{}, trace.ProblemData{Code: code, Kind: trace.ProblemQuality, Text: text, Bought: "Chợ Na Hang"}, "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestProblems reads what shoppers report about own goods, notes it, and
// answers it.
func TestProblems(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	b.Get("/console/phan-anh-cua-khach").Want(t, http.StatusOK, "Chưa có phản ánh nào")
	mine, theirs := addProduct(t, w, "producer", "Chè"), addProduct(t, w, "producer2", "Mật ong")
	s, other := addBatch(t, w, "producer", mine.ID, "C1"), addBatch(t, w, "producer2", theirs.ID, "M1")
	p := report(t, w, s.ID, "Chè có mùi mốc")
	foreign := report(t, w, other.ID, "Mật loãng")

	list := b.Get("/console/phan-anh-cua-khach").Want(t, http.StatusOK, "Chè có mùi mốc", "chưa xem")
	if strings.Contains(list.Text(), "Mật loãng") {
		t.Error("reports about others' goods are shown")
	}
	b.Get("/console/phan-anh-cua-khach/"+foreign.ID).Want(t, http.StatusNotFound)
	page := b.Get(list.Link(t, "Chất lượng")).Want(t, http.StatusOK, "Chợ Na Hang", "Khách gửi phản ánh")
	b.Submit(page, "/console/phan-anh-cua-khach/"+p.ID+"/xem", nil).Want(t, http.StatusOK, "đang xem xét")
	page = b.Get("/console/phan-anh-cua-khach/" + p.ID)
	b.Submit(page, "", url.Values{"answer": {""}}).Want(t, http.StatusUnprocessableEntity, "Trả lời : bắt buộc")
	b.Submit(page, "", url.Values{"answer": {"Mời bác đổi gói khác."}}).Want(t, http.StatusOK, "đã trả lời", "Mời bác đổi gói khác.")
	status, err := w.Ledger.ProblemByReference(t.Context(), p.Data.Reference)
	if err != nil || status.Answer != "Mời bác đổi gói khác." || status.AnsweredBy != "Hợp tác xã Chè Mây Trắng" {
		t.Errorf("the shopper reads %+v, %v", status, err)
	}
	for filter, want := range map[string]string{"da-tra-loi": "Chè có mùi mốc", "moi": "Không có phản ánh nào như vậy"} {
		b.Get("/console/phan-anh-cua-khach?xem="+filter).Want(t, http.StatusOK, want)
	}
	if _, err := w.Ledger.DismissProblem(t.Context(), w.As("office"), report(t, w, s.ID, "Rác").ID, "không rõ"); err != nil {
		t.Fatal(err)
	}
	closed := b.Get(b.Get("/console/phan-anh-cua-khach?xem=khep-lai").Link(t, "Chất lượng")).Want(t, http.StatusOK, "Phản ánh đã được khép lại")
	if strings.Contains(closed.Body, `name="answer"`) {
		t.Error("a closed report has a form")
	}
}

// TestHistory tells who did what, the newest first, by kind and in pages, and
// nothing of others.
func TestHistory(t *testing.T) {
	w := world(t)
	p := addProduct(t, w, "producer", "Chè Shan tuyết")
	addProduct(t, w, "producer2", "Mật ong")
	w.Advance(24 * time.Hour)
	s := addBatch(t, w, "producer", p.ID, "CHE-1")
	addRecord(t, w, "producer", s.ID)
	release(t, w, "producer", s.ID)
	if _, err := w.Ledger.MoveBatch(t.Context(), w.As("inspector"), s.ID, trace.Transition{To: trace.BatchHeld, Reason: "lấy mẫu"}); err != nil {
		t.Fatal(err)
	}
	b := w.Browser("producer")
	page := b.Get("/console/lich-su").Want(t, http.StatusOK, "25/11/2026", "24/11/2026", "Mở lô: CHE-1", "Xuất xưởng lô", "“lấy mẫu”", "Người inspector", "Thêm sản phẩm: Chè Shan tuyết", "Thu hoạch · lô CHE-1")
	text := page.Text()
	if strings.Contains(text, "Mật ong") || strings.Index(text, "lấy mẫu") > strings.Index(text, "Thêm sản phẩm") {
		t.Errorf("the history is %s", text)
	}
	if got := page.Link(t, "CHE-1"); got != "/console/lo/"+s.ID {
		t.Errorf("the batch leads to %s", got)
	}
	if got := b.Get("/console/lich-su?loai=products").Want(t, http.StatusOK, "Chè Shan tuyết").Text(); strings.Contains(got, "CHE-1") {
		t.Errorf("the products' history is %s", got)
	}
	for n := range 60 {
		w.Advance(time.Minute)
		addBatch(t, w, "producer", p.ID, "B-"+letters(n+1))
	}
	first := b.Get("/console/lich-su?loai=batches").Want(t, http.StatusOK, "B-"+letters(60))
	b.Get(first.Link(t, "Xem thêm")).Want(t, http.StatusOK, "Mở lô: CHE-1")
}
