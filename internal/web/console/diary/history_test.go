package diary

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// TestHistory does a little of everything with a batch, and finds each of it
// with who did it, the last first.
func TestHistory(t *testing.T) {
	w := newWorld(t)
	step := func() { w.Advance(time.Minute) }
	r := w.harvest(w.code)
	step()
	w.me.Submit(w.me.Get(w.recordPath(r)), w.recordPath(r), form("harvest.quantity.value", "485", "reason", "cân lại"))
	step()
	b := w.state(w.code)
	b.BatchData.Note = "vụ thu"
	if _, err := w.Ledger.UpdateBatch(t.Context(), w.As("producer"), w.code, b.BatchData, ""); err != nil {
		t.Fatal(err)
	}
	w.tested(w.code, "0,5")
	step()
	w.press(w.me.Get(w.at("/xuat-xuong")))
	step()
	p := w.me.Submit(w.me.Get(w.at("/tem")), "", form("count", "10"))
	step()
	w.me.Submit(p, batchPath(w.code)+"/tem/1/kiem-dem", form("ranges", "4", "reason", "rách"))
	step()
	if _, err := w.Ledger.MoveBatch(t.Context(), w.As("inspector"), w.code, trace.Transition{To: trace.BatchHeld, Reason: "lấy mẫu"}); err != nil {
		t.Fatal(err)
	}
	step()
	if _, err := w.Ledger.VoidCodes(t.Context(), w.As("producer"), trace.Void{Batch: w.code, Items: &trace.Serials{First: 4, Last: 9}, Reason: "mất tem"}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Hủy mã tem số 5–10: mất tem", "Chi cục Quản lý chất lượng", "Lô tạm dừng lưu hành: lấy mẫu", "Lệnh in 1: in đạt 9, hỏng 1, không rõ 0, rách",
		"Lệnh in 1: phát hành", "Lệnh in 1: lập 10 tem chung mã lô", "Lô đã xuất xưởng", "Phòng thử nghiệm Minh Họa", "Phiếu kiểm nghiệm KQ-0,5",
		"Sửa thông tin lô", "Ghi chú: vụ thu", "Thu hoạch, sửa: cân lại", "480,5 yến → 485 yến", "Thu hoạch: Đồi 3 · 480,5 yến", "Người producer", "Mở lô, số lô L2026-11-A",
	}
	shown := w.me.Get(w.at("/lich-su")).Want(t, http.StatusOK).Text()
	_, rest, _ := strings.Cut(shown, "không dòng nào xóa được")
	for _, text := range want {
		_, after, found := strings.Cut(rest, text)
		if !found {
			t.Errorf("%q is missing, or out of order, in:\n%s", text, rest)
			continue
		}
		rest = after
	}
	if strings.Contains(shown, "Người inspector") {
		t.Error("the inspector's name is told to the producer")
	}
}

func TestHistoryInParts(t *testing.T) {
	w := newWorld(t)
	for range eventsShown + 4 {
		w.harvest(w.code)
	}
	first := w.me.Get(w.at("/lich-su"))
	if n := strings.Count(first.Text(), "Thu hoạch:"); n != eventsShown {
		t.Errorf("the first part has %d entries", n)
	}
	rest := w.me.Get(first.Link(t, "Xem thêm")).Want(t, http.StatusOK, "Mở lô")
	if n := strings.Count(rest.Text(), "Thu hoạch:"); n != 4 || len(rest.Links("Xem thêm")) != 0 {
		t.Errorf("the last part has %d entries", n)
	}
}
