package diary

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

func (w *world) state(code string) trace.Batch {
	w.t.Helper()
	b, err := w.Ledger.Batch(w.t.Context(), w.Actor("producer"), code)
	if err != nil {
		w.t.Fatal(err)
	}
	return b.Data
}

// tested enters a laboratory's report of the batch.
func (w *world) tested(code, lead string) {
	w.t.Helper()
	w.Advance(time.Minute)
	d := trace.TestData{
		Product: w.product, Batch: code, Scope: "batch", Laboratory: trace.TestLaboratory{Name: "x"}, Number: "KQ-" + lead, Issued: trace.DateOf(w.Now()),
		Sample: trace.LaboratorySample{Code: "M1", Received: trace.DateOf(w.Now())},
		Rows: []trace.TestRow{{
			Indicator: catalog.Name{VI: "Chì (Pb)"}, Unit: "mg/kg", Result: trace.Result{Text: lead},
			Limit: &trace.Limit{Kind: catalog.LimitMax, Max: "1", Basis: "QCVN"},
		}},
	}
	request, err := w.Ledger.AskTest(w.t.Context(), w.As("producer"), trace.RequestData{Product: w.product, Batch: code, Laboratory: desktest.LaboratoryName})
	if err != nil {
		w.t.Fatal(err)
	}
	d.Request = request.ID
	if _, err := w.Ledger.AddTest(w.t.Context(), w.As("laboratory"), d); err != nil {
		w.t.Fatal(err)
	}
}

func TestTaskOfABatch(t *testing.T) {
	w := newWorld(t)
	task := func(want string) {
		t.Helper()
		w.me.Get(w.at("")).Want(t, http.StatusOK, want)
	}
	task("Ghi: Trồng")
	w.harvest(w.code)
	task("Ghi: Chế biến")
	w.me.Submit(w.me.Get(w.at("/ghi/packing")), "", form(entries["packing"]...)).Want(t, http.StatusOK, "Khi hàng đã sẵn sàng để bán")
	w.press(w.me.Get(w.at("/xuat-xuong")))
	task("chưa có tem")
	w.move(w.code, trace.BatchHeld, "nghi mốc")
	task("Cho lưu hành lại")
	w.move(w.code, trace.BatchRecalled, "mốc")
	task("In thông báo thu hồi")
}

// TestRelease releases with and without stamps in mind, and not at all while a
// test failed.
func TestRelease(t *testing.T) {
	w := newWorld(t)
	w.me.Get(w.at("/xuat-xuong")).Want(t, http.StatusOK, "Chưa có ghi chép nào", "còn thiếu", "Hình ảnh sản phẩm", "tem không in sao")
	w.tested(w.code, "2")
	w.me.Get(w.at("/xuat-xuong")).Want(t, http.StatusOK, "Kiểm nghiệm không đạt: Chì (Pb)", "Chưa xuất xưởng được")
	if got := w.me.Post(w.at("/xuat-xuong"), form("_key", "K")); got.Status != http.StatusConflict || w.state(w.code).State != trace.BatchOpen {
		t.Errorf("released in spite of it: %d", got.Status)
	}
	w.tested(w.code, "0,5")
	p := w.me.Get(w.at("/xuat-xuong")).Want(t, http.StatusOK, "không có chỉ tiêu nào trượt")
	w.me.Submit(p, "", form("_do", "release")).Want(t, http.StatusOK, "Lô đã xuất xưởng", "Mã lô chưa được quét")
	if w.state(w.code).State != trace.BatchReleased {
		t.Error("not released")
	}
	again := w.me.Get(w.at("/xuat-xuong")).Want(t, http.StatusOK, "đã xuất xưởng")
	if strings.Contains(again.Body, "<form method=\"post\" novalidate") {
		t.Error("a released batch can be released")
	}
}

// TestStaleRelease changes the batch between the look and the tap.
func TestStaleRelease(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.at("/xuat-xuong"))
	b := w.state(w.code)
	b.BatchData.Note = "khác"
	if _, err := w.Ledger.UpdateBatch(t.Context(), w.As("producer"), w.code, b.BatchData, ""); err != nil {
		t.Fatal(err)
	}
	if got := w.press(p); got.Status < 400 || w.state(w.code).State != trace.BatchOpen {
		t.Errorf("what changed meanwhile is released: %d", got.Status)
	}
}

func TestHoldAndLift(t *testing.T) {
	w := newWorld(t)
	w.move(w.code, trace.BatchReleased, "")
	p := w.me.Get(w.at("/tam-dung")).Want(t, http.StatusOK, "trong vòng 5 giây")
	w.me.Submit(p, "", form("reason", "")).Want(t, http.StatusUnprocessableEntity, "Lý do")
	w.me.Submit(p, "", form("reason", "nghi mốc")).Want(t, http.StatusOK, "Đã tạm dừng lưu hành", "THÔNG BÁO", "nghi mốc", "L2026-11-A", "CỘNG HÒA", "Hợp tác xã Chè Mây Trắng")
	if w.state(w.code).State != trace.BatchHeld {
		t.Fatal("not held")
	}
	w.press(w.me.Get(w.at("/xuat-xuong")).Want(t, http.StatusOK, "Cho lưu hành lại", "nghi mốc")).Want(t, http.StatusOK, "Lô đã xuất xưởng")
	if w.state(w.code).State != trace.BatchReleased {
		t.Error("the hold is not lifted")
	}
	if _, err := w.Ledger.MoveBatch(t.Context(), w.As("inspector"), w.code, trace.Transition{To: trace.BatchHeld, Reason: "lấy mẫu"}); err != nil {
		t.Fatal(err)
	}
	w.me.Get(w.at("")).Want(t, http.StatusOK, "Cơ quan quản lý đã tạm dừng")
	if got := w.me.Post(w.at("/xuat-xuong"), form("_key", "K")); got.Status != http.StatusForbidden {
		t.Errorf("the producer lifts an inspector's hold: %d", got.Status)
	}
}

// TestRecall recalls at once, and names in the notice all that a buyer, an
// office and those who got the goods have to know.
func TestRecall(t *testing.T) {
	w := newWorld(t)
	w.move(w.code, trace.BatchReleased, "")
	w.me.Submit(w.me.Get(w.at("/ghi/shipping")), "", form(entries["shipping"]...))
	made := w.newBatch("L2026-11-B", trace.Input{Batch: w.code, Quantity: trace.Quantity{Value: "1", Unit: "KGM"}})
	p := w.me.Get(w.at("/thu-hoi")).Want(t, http.StatusOK, "24 giờ", "không rút lại được", "Số lô L2026-11-B")
	if !strings.Contains(p.Field("instructions"), "0207 123 456") {
		t.Errorf("the buyers are told %q", p.Field("instructions"))
	}
	w.me.Submit(p, "", form("reason", "nhiễm nấm mốc")).Want(t, http.StatusOK,
		"Hãy gửi thông báo này trong 24 giờ", "Về việc thu hồi sản phẩm", "nhiễm nấm mốc", "Cửa hàng B", "Hà Nội", "HD-9",
		"L2026-11-B", "Thời hạn thực hiện", "Người chịu trách nhiệm", "0207 123 456", "ngày 24 tháng 11 năm 2026")
	b := w.state(w.code)
	if b.State != trace.BatchRecalled || !strings.Contains(b.Instructions, "Không ăn uống") {
		t.Errorf("recalled as %+v", b)
	}
	w.me.Get(w.at("")).Want(t, http.StatusOK, "Lô đang bị thu hồi", "Tiêu hủy")
	w.me.Get(batchPath(made)).Want(t, http.StatusOK, "Lô nguyên liệu có vấn đề")
	w.me.Get(batchPath(made)+"/xuat-xuong").Want(t, http.StatusOK, "nguy hiểm", "bị thu hồi")
}

func TestClose(t *testing.T) {
	w := newWorld(t)
	w.me.Get(w.at("/thong-bao")).Want(t, http.StatusConflict)
	w.move(w.code, trace.BatchReleased, "")
	w.press(w.me.Get(w.at("/ket-thuc")).Want(t, http.StatusOK, "đã bán hết")).Want(t, http.StatusOK, "Lô đã kết thúc")
	if w.state(w.code).State != trace.BatchClosed {
		t.Error("not closed")
	}
}

// TestPreview shows what shoppers will see, with its own policy.
func TestPreview(t *testing.T) {
	w := newWorld(t)
	w.harvest(w.code)
	p := w.me.Get(w.at("/xem-truoc")).Want(t, http.StatusOK, "Bản xem trước", "Thu hoạch", "đã xuất xưởng")
	if csp := p.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "style-src 'sha256-") {
		t.Errorf("policy %q", csp)
	}
	if got := p.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the preview is kept: %q", got)
	}
}
