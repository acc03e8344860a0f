package outreach

import (
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

type world struct {
	*desktest.World
	product string
	lots    int
}

func newWorld(t *testing.T) (*world, desk.Part) {
	t.Helper()
	w := &world{World: desktest.New(t)}
	part, err := Part(desktest.Shared(t), Config{Ledger: w.Ledger})
	if err != nil {
		t.Fatal(err)
	}
	w.Serve(part)
	p, err := w.Ledger.CreateProduct(t.Context(), w.As("producer"), trace.Product{Producer: w.Mine, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11})
	if err != nil {
		t.Fatal(err)
	}
	w.product = p.ID
	return w, part
}

// batch is the code of a released batch of 100 kg, made of 80 kg of each input.
func (w *world) batch(inputs ...string) string {
	w.T.Helper()
	w.lots++
	lot, err := gs1.ParseLotNumber("L" + strings.Repeat("1", w.lots))
	if err != nil {
		w.T.Fatal(err)
	}
	d := trace.BatchData{Product: w.product, Lot: lot, Quantity: trace.Quantity{Value: "100", Unit: "KGM"}, Production: trace.NewDate(2026, 11, 1)}
	for _, in := range inputs {
		d.Inputs = append(d.Inputs, trace.Input{Batch: in, Quantity: trace.Quantity{Value: "80", Unit: "KGM"}})
	}
	s, err := w.Ledger.CreateBatch(w.T.Context(), w.As("producer"), d)
	if err == nil {
		_, err = w.Ledger.MoveBatch(w.T.Context(), w.As("producer"), s.ID, trace.Transition{To: trace.BatchReleased})
	}
	if err != nil {
		w.T.Fatal(err)
	}
	return s.ID
}

func (w *world) ship(code, recipient string) {
	w.T.Helper()
	_, err := w.Ledger.AddRecord(w.T.Context(), w.As("producer"), trace.RecordData{
		Batch: code, Kind: "shipping", Happened: w.Now(),
		Shipping: &trace.Shipping{Recipient: recipient, Destination: "Hà Nội", Quantity: trace.Quantity{Value: "12.5", Unit: "KGM"}, Document: "PX-1"},
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

func (w *world) recall(code string) {
	w.T.Helper()
	if _, err := w.Ledger.MoveBatch(w.T.Context(), w.As("producer"), code, trace.Transition{To: trace.BatchRecalled, Reason: "nhiễm chì"}); err != nil {
		w.T.Fatal(err)
	}
}

func TestTemplates(t *testing.T) {
	_, part := newWorld(t)
	desktest.CheckTemplates(t, part, templateFiles, &reachPage{}, &noticesPage{})
}

// TestReach follows goods, warns of quantities that do not fit, and gives the
// whole as a table.
func TestReach(t *testing.T) {
	w, _ := newWorld(t)
	code := w.batch()
	first, second := w.batch(code), w.batch(code)
	w.ship(first, "Siêu thị Xanh")
	w.ship(second, "=cmd|calc")
	for _, who := range []string{"producer", "inspector", "office"} {
		page := w.Browser(who).Get(ReachPath+code).Want(t, http.StatusOK, "Hàng đã đi đâu", desk.Display(first), "Siêu thị Xanh", "12,5 kg",
			"Số lượng không khớp", "đã dùng 160 kg, nhiều hơn 100 kg")
		if strings.Contains(page.Body, NotifyPath) {
			t.Errorf("%s is sent to give notice of a batch that is on sale", who)
		}
	}
	b := w.Browser("producer")
	table := b.Get(ReachPath + code + "/bang.csv")
	for _, want := range []string{desk.Display(code), desk.Display(second), "Siêu thị Xanh", "12,5 kg"} {
		if !strings.Contains(table.Body, want) {
			t.Errorf("the table lacks %q:\n%s", want, table.Body)
		}
	}
	if strings.Contains(table.Body, ",=cmd") || strings.Contains(table.Body, ";=cmd") || strings.Contains(table.Body, "\"=cmd") {
		t.Errorf("the table has a formula:\n%s", table.Body)
	}
	w.Browser("producer2").Get(ReachPath+code).Want(t, http.StatusNotFound)
	w.Browser("laboratory").Get(ReachPath+code).Want(t, http.StatusForbidden)
}

// TestNotices makes notices, tells recipients, misses the deadline and enters
// how it ended.
func TestNotices(t *testing.T) {
	w, _ := newWorld(t)
	code := w.batch()
	w.ship(code, "Siêu thị Xanh")
	b, at := w.Browser("producer"), NotifyPath+code
	b.Get(at).Want(t, http.StatusConflict)
	w.recall(code)
	page := b.Get(at).Want(t, http.StatusOK, "Báo cho mọi nơi nhận hàng", "còn hạn", "Chưa lập thông báo nào")
	page = b.Submit(page, at+"/lap", url.Values{}).Want(t, http.StatusOK, "Đã lập 1 thông báo", "Siêu thị Xanh", "chưa báo", "bị thu hồi")
	page = b.Submit(page, at+"/them", url.Values{"recipient": {"Cô Lan"}, "contact": {"0987 000 222"}}).Want(t, http.StatusOK, "Cô Lan", "0987 000 222")
	b.Submit(page, at+"/them", url.Values{"recipient": {""}}).Want(t, http.StatusUnprocessableEntity, "bắt buộc phải có")
	b.Submit(page, at+"/da-bao", url.Values{"channel": {"phone"}}).Want(t, http.StatusUnprocessableEntity, "hãy đánh dấu")

	all, err := w.Ledger.Notifications(t.Context(), w.Actor("producer"), code)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d notifications, %v", len(all), err)
	}
	w.Advance(25 * time.Hour)
	b = w.Browser("producer") // signed in anew
	page = b.Get(at).Want(t, http.StatusOK, "quá hạn")
	b.Submit(page, at+"/da-bao", url.Values{"channel": {"phone"}, "id": {all[0].ID}}).Want(t, http.StatusOK, "gọi điện thoại", "đã báo, chưa xác nhận")
	token, err := w.Ledger.NoticeToken(all[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	d := trace.AcknowledgementData{Name: "Chị Hoa", Done: trace.DoneReturned, Left: trace.Quantity{Value: "0", Unit: "KGM"}}
	if _, err := w.Ledger.Acknowledge(t.Context(), trace.Op{}, token, d); err != nil {
		t.Fatal(err)
	}
	page = w.Browser("inspector").Get(at).Want(t, http.StatusOK, "Chị Hoa", "Đã trả lại nơi giao hàng", "đã xác nhận")
	if strings.Contains(page.Body, "quá hạn") {
		t.Error("it is overdue though everybody is told")
	}
	page = b.Get(at)
	b.Submit(page, at+"/ket-qua", url.Values{"finished": {"2020-01-01"}}).Want(t, http.StatusUnprocessableEntity, "trước ngày thu hồi")
	today := trace.DateOf(w.Now())
	b.Submit(page, at+"/ket-qua", url.Values{"finished": {today.String()}, "collected.value": {"95,5"}, "collected.unit": {"KGM"}}).Want(t, http.StatusOK, "95,5 kg", "Báo cáo kết quả thu hồi")
	page = b.Get(at)
	b.Submit(page, at+"/huy", url.Values{"id": {all[0].ID}, "reason": {"ghi nhầm"}}).Want(t, http.StatusOK, "Đã hủy: ghi nhầm")
	w.Browser("producer2").Get(at).Want(t, http.StatusNotFound)
}

// TestTextsAreText puts markup where recipients are named.
func TestTextsAreText(t *testing.T) {
	w, _ := newWorld(t)
	code := w.batch()
	w.ship(code, hostile.Texts()[0])
	w.recall(code)
	b := w.Browser("producer")
	b.Submit(b.Get(NotifyPath+code), NotifyPath+code+"/lap", url.Values{})
	for _, path := range []string{NotifyPath + code, ReachPath + code} {
		if page := b.Get(path); strings.Contains(page.Body, hostile.Texts()[0]) {
			t.Errorf("%s shows markup as it was entered", path)
		}
	}
}
