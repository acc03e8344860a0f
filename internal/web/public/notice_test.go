package public

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/testing/hostile"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/limit"
)

// notified recalls a batch and makes a notification of it; its link is
// returned.
func notified(w *desktest.World, to trace.BatchState, d trace.NotificationData) (code, id, link string) {
	w.T.Helper()
	code = released(w, product(w, catalog.Name{VI: "Chè Shan tuyết"}))
	if _, err := w.Ledger.MoveBatch(w.T.Context(), w.As("producer"), code, trace.Transition{To: to, Reason: "nhiễm chì"}); err != nil {
		w.T.Fatal(err)
	}
	n, err := w.Ledger.Notify(w.T.Context(), w.As("producer"), code, d)
	if err != nil {
		w.T.Fatal(err)
	}
	token, err := w.Ledger.NoticeToken(n.ID)
	if err != nil {
		w.T.Fatal(err)
	}
	return code, n.ID, desk.NoticePath + token
}

func notificationOf(w *desktest.World, code string) trace.Notification {
	w.T.Helper()
	all, err := w.Ledger.Notifications(w.T.Context(), w.Actor("inspector"), code)
	if err != nil || len(all) != 1 {
		w.T.Fatalf("%d notifications, %v", len(all), err)
	}
	return all[0].Data
}

// acknowledged is a form filled in by a recipient.
func acknowledged(more ...string) url.Values {
	v := url.Values{"name": {"Chị Hoa"}, "contact": {"0912 000 111"}, "done": {"stopped"}, "left.value": {"2,5"}, "left.unit": {"KGM"}}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// TestNoticeWithoutAnAccount opens a recall's notice, acknowledges it, and does
// so again.
func TestNoticeWithoutAnAccount(t *testing.T) {
	w, _ := world(t)
	code, _, link := notified(w, trace.BatchRecalled, trace.NotificationData{Recipient: "Siêu thị Xanh"})
	b := w.Guest()
	page := b.Get(link).Want(t, http.StatusOK, "Thông báo thu hồi", "Siêu thị Xanh", "nhiễm chì", display(code), "Xác nhận đã nhận thông báo")
	if n := notificationOf(w, code); n.Opened.IsZero() {
		t.Error("the opening is not noted")
	}
	w.Advance(time.Minute)
	b.Submit(page, link, acknowledged("name", "", "left.value", "-3")).Want(t, http.StatusUnprocessableEntity, "bắt buộc phải có", "phải là số không âm")
	b.Submit(page, link, acknowledged()).Want(t, http.StatusOK, "Bạn đã xác nhận", "Chị Hoa", "2,5 kg")
	b.Submit(page, link, acknowledged()).Want(t, http.StatusOK, "Bạn đã xác nhận") // sent twice
	n := notificationOf(w, code)
	if n.Acknowledged == nil || n.Acknowledged.Done != trace.DoneStopped || n.Acknowledged.Left != (trace.Quantity{Value: "2.5", Unit: "KGM"}) || n.Acknowledged.Contact != "0912 000 111" {
		t.Errorf("acknowledged: %+v", n.Acknowledged)
	}
	again := b.Get(link+"?lang=en").Want(t, http.StatusOK, "Notice of a recall", "You have acknowledged")
	if strings.Contains(again.Body, "0912 000 111") {
		t.Error("the page shows the contact that was left")
	}
	w.Advance(time.Minute)
	b.Submit(again, link, acknowledged("done", "returned", "left.value", "0")).Want(t, http.StatusOK, "Returned to the supplier")
}

// TestNoticeRefusals tries wrong links, programs and a hold that is lifted.
func TestNoticeRefusals(t *testing.T) {
	w, _ := world(t)
	code, id, link := notified(w, trace.BatchHeld, trace.NotificationData{Recipient: "Siêu thị Xanh"})
	b := w.Guest()
	for _, wrong := range []string{link + "0", link[:len(link)-1], desk.NoticePath + id, desk.NoticePath + "x"} {
		b.Get(wrong).Want(t, http.StatusNotFound)
	}
	page := b.Get(link).Want(t, http.StatusOK, "Thông báo tạm dừng lưu hành")
	b.Submit(page, link, acknowledged()).Want(t, http.StatusUnprocessableEntity, "nhanh quá")
	w.Advance(time.Minute)
	b.Submit(page, link, acknowledged(trapField, "x")).Want(t, http.StatusUnprocessableEntity, "ô ẩn")
	w.Advance(3 * time.Hour)
	b.Submit(page, link, acknowledged()).Want(t, http.StatusUnprocessableEntity, "đã mở quá lâu")
	if n := notificationOf(w, code); n.Acknowledged != nil {
		t.Errorf("acknowledged by what was refused: %+v", n.Acknowledged)
	}
	if _, err := w.Ledger.MoveBatch(t.Context(), w.As("producer"), code, trace.Transition{To: trace.BatchReleased}); err != nil {
		t.Fatal(err)
	}
	b.Get(link).Want(t, http.StatusOK, "được lưu hành trở lại", "được bán trở lại")
}

// TestNoticesAreBounded opens and acknowledges as often as a program would.
func TestNoticesAreBounded(t *testing.T) {
	w, p := world(t)
	_, _, link := notified(w, trace.BatchRecalled, trace.NotificationData{Recipient: "Siêu thị Xanh"})
	b := w.Guest()
	page := b.Get(link)
	for range limit.RuleOf(limit.Notices).Each.Burst {
		b.Get(desk.NoticePath + "x")
	}
	if got := b.Get(link); got.Status != http.StatusTooManyRequests {
		t.Errorf("opening goes on with status %d", got.Status)
	}
	for range limit.RuleOf(limit.Acknowledgements).Each.Burst {
		if err := p.config.Limits.Admit(limit.Acknowledgements, p.config.Limits.Who(httptest.NewRequest(http.MethodGet, "/", nil), "192.0.2.1")); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.config.Limits.Admit(limit.Acknowledgements, p.config.Limits.Who(httptest.NewRequest(http.MethodGet, "/", nil), "192.0.2.1")); !errors.As(err, new(*trace.Throttled)) {
		t.Errorf("one more acknowledgement: %v", err)
	}
	w.Advance(time.Hour)
	b.Submit(page, link, acknowledged()).Want(t, http.StatusOK, "Bạn đã xác nhận")
}

// TestNoticeShowsTextAsText puts markup wherever a recipient reads it.
func TestNoticeShowsTextAsText(t *testing.T) {
	w, _ := world(t)
	_, _, link := notified(w, trace.BatchRecalled, trace.NotificationData{Recipient: hostile.Texts()[0]})
	b := w.Guest()
	page := b.Get(link)
	w.Advance(time.Minute)
	b.Submit(page, link, acknowledged("name", hostile.Texts()[0])).Want(t, http.StatusOK)
	if body := b.Get(link).Body; strings.Contains(body, hostile.Texts()[0]) {
		t.Error("markup stands in the page as it was entered")
	}
}
