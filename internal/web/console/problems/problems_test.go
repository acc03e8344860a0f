package problems

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/testing/hostile"
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

// batch is the code of a released batch of a producer.
func batch(w *desktest.World, who, producer string) string {
	w.T.Helper()
	ctx, by := w.T.Context(), w.As(who)
	product, err := w.Ledger.CreateProduct(ctx, by, trace.Product{Producer: producer, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11})
	if err != nil {
		w.T.Fatal(err)
	}
	lot, err := gs1.ParseLotNumber("L-01")
	if err != nil {
		w.T.Fatal(err)
	}
	s, err := w.Ledger.CreateBatch(ctx, by, trace.BatchData{
		Product: product.ID, Lot: lot, Quantity: trace.Quantity{Value: "120", Unit: "KGM"}, Production: trace.NewDate(2026, 11, 1),
	})
	if err == nil {
		_, err = w.Ledger.MoveBatch(ctx, by, s.ID, trace.Transition{To: trace.BatchReleased})
	}
	if err != nil {
		w.T.Fatal(err)
	}
	return s.ID
}

func report(w *desktest.World, d trace.ProblemData, contact string) trace.Stored[trace.Problem] {
	w.T.Helper()
	s, err := w.Ledger.ReportProblem(w.T.Context(), trace.Write{By: trace.Actor{ID: "public"}}, d, contact)
	if err != nil {
		w.T.Fatal(err)
	}
	return s
}

func TestTemplates(t *testing.T) {
	_, part := world(t)
	desktest.CheckTemplates(t, part, templateFiles, &listPage{}, &reportPage{})
}

// TestInbox sees a report, says so, answers it and replaces the answer.
func TestInbox(t *testing.T) {
	w, _ := world(t)
	code := batch(w, "producer", w.Mine)
	s := report(w, trace.ProblemData{Code: code, Kind: trace.ProblemQuality, Text: "Chè có mùi mốc,\ntúi bị rách.", Bought: "Chợ Hồng Thái"}, "0912 345 678")
	b := w.Browser("office")
	list := b.Get("/console/phan-anh").Want(t, http.StatusOK, "Chất lượng, an toàn thực phẩm", "Chè có mùi mốc, túi bị rách.", "Hợp tác xã Chè Mây Trắng", "chưa có người xem")
	shown := b.Get(list.Link(t, "Chất lượng")).Want(t, http.StatusOK, "túi bị rách.", "Chợ Hồng Thái", "Chè Shan tuyết", "L-01", desk.Display(code), "0912 345 678", "23/05/2027",
		"người không đăng nhập", desk.DisplayReference(s.Data.Reference))
	if got := shown.Link(t, "Hồ sơ lô hàng"); got != "/console/ho-so/"+code {
		t.Errorf("the file of the batch is at %s", got)
	}
	if got := shown.Link(t, "0912 345 678"); got != "tel:0912345678" {
		t.Errorf("the contact leads to %s", got)
	}
	address := "/console/phan-anh/" + s.ID
	seen := b.Submit(shown, address+"/nhan", nil).Want(t, http.StatusOK, "đang xem xét", "Người office")
	b.Get("/console/phan-anh").Want(t, http.StatusOK, "Không có phản ánh mới")
	b.Get("/console/phan-anh?loc=seen").Want(t, http.StatusOK, "Chè có mùi mốc")

	b.Submit(seen, address+"/tra-loi", url.Values{"answer": {" "}}).Want(t, http.StatusUnprocessableEntity, "Câu trả lời")
	answered := b.Submit(seen, address+"/tra-loi", url.Values{"answer": {"Đã lấy mẫu thử."}}).Want(t, http.StatusOK, "Đã trả lời", "Đã lấy mẫu thử.", desktest.OfficeName, "22/02/2027")
	if strings.Contains(answered.Body, "khep-lai") {
		t.Error("an answered report can be closed without an answer")
	}
	inspector := w.Browser("inspector")
	b.Submit(answered, address+"/tra-loi", url.Values{"answer": {"Kết quả đạt."}}).Want(t, http.StatusOK, "Kết quả đạt.", "Thay câu trả lời")
	inspector.Submit(answered, address+"/tra-loi", url.Values{"answer": {"Khác."}}).Want(t, http.StatusPreconditionFailed)
	inspector.Get(address).Want(t, http.StatusOK, "Kết quả đạt.", "0912 345 678")

	w.Advance(91 * 24 * time.Hour)
	if err := w.Ledger.SweepContacts(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Browser("office").Get(address).Want(t, http.StatusOK, "không để lại liên hệ, hoặc liên hệ đã được xóa")
}

func TestCloseWithoutAnswer(t *testing.T) {
	w, _ := world(t)
	s := report(w, trace.ProblemData{Code: "không có tem", Kind: trace.ProblemOther, Text: "spam"}, "a@example.vn")
	b, address := w.Browser("inspector"), "/console/phan-anh/"+s.ID
	shown := b.Get(address).Want(t, http.StatusOK, "spam", "a@example.vn", "không có tem")
	b.Submit(shown, address+"/khep-lai", url.Values{"reason": {""}}).Want(t, http.StatusUnprocessableEntity, "Lý do")
	closed := b.Submit(shown, address+"/khep-lai", url.Values{"reason": {"Quảng cáo"}}).Want(t, http.StatusOK, "Quảng cáo", "không xử lý tiếp", desktest.InspectorName)
	if strings.Contains(closed.Body, address+"/tra-loi") {
		t.Error("a closed report can be answered")
	}
	b.Submit(shown, address+"/nhan", nil).Want(t, http.StatusPreconditionFailed)
	b.Submit(shown, address+"/tra-loi", url.Values{"answer": {"x"}}).Want(t, http.StatusPreconditionFailed)
	b.Get("/console/phan-anh?loc=dismissed&lang=en").Want(t, http.StatusOK, "Reports from shoppers", "spam", "closed without further action")
}

func TestFilters(t *testing.T) {
	w, _ := world(t)
	mine, other := batch(w, "producer", w.Mine), batch(w, "producer2", w.Other)
	report(w, trace.ProblemData{Code: mine, Kind: trace.ProblemQuality, Text: "PHANANH-A"}, "")
	report(w, trace.ProblemData{Code: other, Kind: trace.ProblemPrice, Text: "PHANANH-B"}, "")
	report(w, trace.ProblemData{Code: "không có", Kind: trace.ProblemPrice, Text: "PHANANH-C"}, "")
	b := w.Browser("office")
	for query, want := range map[string]string{
		"": "ABC", "?loai=price": "BC", "?loai=quality&loc=tat-ca": "A", "?chu-the=" + w.Mine: "A", "?loc=answered": "",
		"?tim=" + desk.Display(other): "B", "?tim=mat+ong": "B", "?tim=che+may&loai=price": "", "?loai=nothing": "",
	} {
		p, got := b.Get("/console/phan-anh"+query).Want(t, http.StatusOK), ""
		for _, name := range []string{"A", "B", "C"} {
			if strings.Contains(p.Text(), "PHANANH-"+name) {
				got += name
			}
		}
		if got != want {
			t.Errorf("%q shows %q, want %q", query, got, want)
		}
	}
	b.Get("/console/phan-anh?tim=khong-ai").Want(t, http.StatusOK, "Không có chủ thể nào tên như vậy")
	b.Get("/console/phan-anh?chu-the=0000000000000000").Want(t, http.StatusNotFound)
	if chosen := b.Get("/console/phan-anh?chu-the="+w.Mine).Want(t, http.StatusOK, "Chỉ phản ánh về Hợp tác xã Chè Mây Trắng"); chosen.Link(t, "Xem mọi chủ thể") != "/console/phan-anh" {
		t.Error("there is no way back to all producers")
	}
}

func TestPhoto(t *testing.T) {
	w, _ := world(t)
	var content bytes.Buffer
	if err := jpeg.Encode(&content, image.NewRGBA(image.Rect(0, 0, 30, 20)), nil); err != nil {
		t.Fatal(err)
	}
	kept, err := w.Ledger.AddProblemPhoto(t.Context(), trace.Write{By: trace.Actor{ID: "public"}}, "a.jpg", content.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	with := report(w, trace.ProblemData{Code: "x", Kind: trace.ProblemOther, Text: "có ảnh", Photo: kept.Data.SHA256}, "")
	without := report(w, trace.ProblemData{Code: "x", Kind: trace.ProblemOther, Text: "không ảnh"}, "")
	b := w.Browser("inspector")
	if shown := b.Get("/console/phan-anh/" + with.ID); !strings.Contains(shown.Body, `<img src="/console/phan-anh/`+with.ID+`/anh"`) {
		t.Error("the photo is not shown")
	}
	p := b.Get("/console/phan-anh/" + with.ID + "/anh")
	if p.Status != http.StatusOK || p.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(p.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the photo: %d %v", p.Status, p.Header)
	}
	b.Get("/console/phan-anh/"+without.ID+"/anh").Want(t, http.StatusNotFound)
}

func TestWhoMay(t *testing.T) {
	w, _ := world(t)
	s := report(w, trace.ProblemData{Code: batch(w, "producer", w.Mine), Kind: trace.ProblemOther, Text: "x"}, "0912345678")
	for _, who := range []string{"producer", "producer2", "laboratory", "certifier", "administrator"} {
		b := w.Browser(who)
		for _, path := range []string{"", "/" + s.ID, "/" + s.ID + "/anh"} {
			if p := b.Get("/console/phan-anh" + path); p.Status != http.StatusForbidden || strings.Contains(p.Body, "0912345678") {
				t.Errorf("%s reads %s: %d", who, path, p.Status)
			}
		}
		for _, act := range []string{"nhan", "tra-loi", "khep-lai"} {
			if p := b.Post("/console/phan-anh/"+s.ID+"/"+act, url.Values{"answer": {"x"}, "reason": {"x"}}); p.Status != http.StatusForbidden {
				t.Errorf("%s: %s answers %d", who, act, p.Status)
			}
		}
	}
	w.Browser("office").Get("/console/phan-anh/0000000000000000").Want(t, http.StatusNotFound)
}

// TestHostileReports holds that what anybody reports stays text.
func TestHostileReports(t *testing.T) {
	w, _ := world(t)
	v, b := hostile.Vocabulary{}, w.Browser("office")
	pages := func(text string) []*desktest.Page {
		t.Helper()
		s := report(w, trace.ProblemData{Code: text, Kind: trace.ProblemOther, Text: text, Bought: text}, "")
		shown := b.Get("/console/phan-anh/"+s.ID).Want(t, http.StatusOK)
		list := b.Get("/console/phan-anh?tim="+url.QueryEscape(text)).Want(t, http.StatusOK)
		b.Submit(shown, "/console/phan-anh/"+s.ID+"/tra-loi", url.Values{"answer": {text}}).Want(t, http.StatusOK)
		return []*desktest.Page{list, shown, b.Get("/console/phan-anh/" + s.ID)}
	}
	for _, p := range append(pages("Tem rách"), b.Get("/console/phan-anh")) {
		if err := v.Learn(p.Body); err != nil {
			t.Fatal(err)
		}
	}
	for _, evil := range hostile.Texts() {
		for _, p := range pages(evil) {
			if err := v.Inert(p.Body); err != nil {
				t.Errorf("%s: %v", p.Path, err)
			}
		}
	}
}
