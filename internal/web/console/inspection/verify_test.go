package inspection

import (
	"net/http"
	"testing"

	"temgoc/internal/trace"
)

// TestVerify raises a record as it was seen, and not one that was changed
// meanwhile.
func TestVerify(t *testing.T) {
	w := newWorld(t)
	code := w.released("producer", w.product)
	r := w.harvest(code, "Đồi 3")
	address, form := "/console/ho-so/"+code, "/console/ho-so/"+code+"/ghi-chep/"+r.ID+"/xac-minh"
	b := w.Browser("inspector")
	seen := b.Get(address)
	changed := r.Data.RecordData
	changed.Note = "sáng sớm"
	s, err := w.Ledger.CorrectRecord(t.Context(), w.As("producer"), r.ID, changed, "thiếu ghi chú")
	ok(t, s, err)
	again := b.Submit(seen, form, nil).Want(t, http.StatusPreconditionFailed, "sáng sớm", "thiếu ghi chú")
	b.Submit(again, form, nil).Want(t, http.StatusOK, "Đã xác minh ghi chép", "đã xác minh: Chi cục Quản lý chất lượng, 24/11/2026")
	if got := w.record(r.ID); got.Verified == nil || got.Verified.Organisation != "Chi cục Quản lý chất lượng" {
		t.Errorf("the record is %+v", got)
	}
	for _, who := range []string{"certifier", "producer"} {
		if got := w.Browser(who).Post(form, nil); got.Status != http.StatusForbidden {
			t.Errorf("%s verifies: %d", who, got.Status)
		}
	}
	if links := w.Browser("certifier").Get(address).Links("xác minh"); len(links) > 0 {
		t.Error("a certifying authority is offered to verify")
	}
}

func (w *world) record(id string) trace.Record {
	w.T.Helper()
	s, err := w.Ledger.Record(w.T.Context(), w.Actor("inspector"), id)
	return ok(w.T, s, err).Data
}
