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

func (w *world) recordPath(r trace.Stored[trace.Record]) string {
	return batchPath(r.Data.Batch) + "/ghi-chep/" + r.ID
}

func TestCorrection(t *testing.T) {
	w := newWorld(t)
	r := w.harvest(w.code)
	w.Advance(time.Hour)
	p := w.me.Get(w.recordPath(r)).Want(t, http.StatusOK, "480,5 yến", "Đồi 3", "Lò Thị Mây", "ghi lần đầu", "Người producer")
	w.me.Submit(p, w.recordPath(r), form("harvest.quantity.value", "485")).Want(t, http.StatusUnprocessableEntity, "Vì sao sửa", "bắt buộc phải có")
	done := w.me.Submit(p, w.recordPath(r), form("harvest.quantity.value", "485", "harvest.weather", "", "reason", "cân lại")).
		Want(t, http.StatusOK, "Đã lưu bản sửa", "sửa: cân lại", "485 yến", "Thời tiết: Nắng nhẹ → (bỏ)")
	if !strings.Contains(done.Body, "<del>480,5 yến</del>") {
		t.Error("what it said before is not struck through")
	}
	now := w.record(w.code, "harvest").Data
	if !now.Happened.Equal(r.Data.Happened) || now.Place != r.Data.Place || now.Harvest.Variety != r.Data.Harvest.Variety {
		t.Errorf("what was not touched changed: %+v", now)
	}
	if again := w.me.Submit(p, w.recordPath(r), form("harvest.quantity.value", "490", "reason", "lần nữa")); again.Status < 400 {
		t.Errorf("a form filled from an older revision is taken: %d", again.Status)
	}
	w.me.Get(w.at("")).Want(t, http.StatusOK, "485 yến", "cân lại")
}

func TestRetraction(t *testing.T) {
	w := newWorld(t)
	r := w.harvest(w.code)
	p := w.me.Get(w.recordPath(r))
	w.me.Submit(p, w.recordPath(r)+"/rut", form("reason", "")).Want(t, http.StatusUnprocessableEntity, "bắt buộc phải có")
	w.me.Submit(p, w.recordPath(r)+"/rut", form("reason", "ghi nhầm lô")).Want(t, http.StatusOK, "Đã rút lại ghi chép", "ghi nhầm lô")
	if shown := w.me.Get(w.recordPath(r)).Want(t, http.StatusOK, "đã được rút lại", "rút lại: ghi nhầm lô"); strings.Contains(shown.Text(), "Lưu bản sửa") {
		t.Error("a retracted entry can be corrected")
	}
}

// TestAttachmentsAreKept takes one of two away and adds another.
func TestAttachmentsAreKept(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.at("/ghi/harvest"))
	w.me.Submit(p, "", form(entries["harvest"]...),
		desktest.Upload{Field: "photo", Name: "a.jpg", Content: photograph(t, 70)}, desktest.Upload{Field: "papers", Name: "b.jpg", Content: photograph(t, 80)})
	r := w.record(w.code, "harvest")
	p = w.me.Get(w.recordPath(r)).Want(t, http.StatusOK, "Giữ tệp 1", "Giữ tệp 2")
	w.me.Submit(p, w.recordPath(r), form("reason", "thêm phiếu cân", keepPrefix+r.Data.Files[0].String(), ""),
		desktest.Upload{Field: "papers", Name: "c.jpg", Content: photograph(t, 90)}).Want(t, http.StatusOK)
	files := w.record(w.code, "harvest").Data.Files
	if len(files) == 2 && files[0] == r.Data.Files[1] {
		return
	}
	t.Errorf("kept %v of %v", files, r.Data.Files)
}

// TestInspectionIsShown shows an inspector's entry, which the producer cannot
// correct.
func TestInspectionIsShown(t *testing.T) {
	w := newWorld(t)
	r, err := w.Ledger.AddRecord(t.Context(), w.As("inspector"), trace.RecordData{
		Batch: w.code, Kind: "inspecting", Happened: w.Now(),
		Inspecting: &trace.Inspecting{Authority: "Chi cục", Inspector: "007", Finding: "Sạch sẽ", Conforms: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := w.me.Get(w.recordPath(r)).Want(t, http.StatusOK, "đạt yêu cầu", "Sạch sẽ", "đã xác minh")
	if strings.Contains(p.Text(), "Lưu bản sửa") {
		t.Error("the producer is offered to correct an inspection")
	}
	if got := w.me.Post(w.recordPath(r)+"/rut", form("reason", "x")); got.Status != http.StatusForbidden {
		t.Errorf("the producer retracts an inspection: %d", got.Status)
	}
	w.me.Get(w.at("")).Want(t, http.StatusOK, "Kiểm tra")
}

// TestEveryKindIsTold holds that each kind has words for what it says, and that
// an entry that is corrected without a change says what it said.
func TestEveryKindIsTold(t *testing.T) {
	w := newWorld(t)
	for _, k := range catalog.RecordKinds() {
		if k.Code == "inspecting" {
			continue
		}
		w.Advance(time.Minute)
		w.me.Submit(w.me.Get(w.at("/ghi/"+k.Code)), "", form(entries[k.Code]...))
		r := w.record(w.code, k.Code)
		p := w.me.Get(w.recordPath(r)).Want(t, http.StatusOK, k.Name.VI)
		w.me.Submit(p, w.recordPath(r), form("reason", "xem lại")).Want(t, http.StatusOK, "Đã lưu bản sửa")
		after := w.record(w.code, k.Code)
		if said, was := summary("vi", after.Data.RecordData), summary("vi", r.Data.RecordData); said != was || said == "" {
			t.Errorf("%s: corrected without a change from %q to %q", k.Code, was, said)
		}
	}
}
