package producer

import (
	"image/color"
	"net/http"
	"strings"
	"testing"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// addRecord enters a harvest of a batch.
func addRecord(t *testing.T, w *desktest.World, who, code string) {
	t.Helper()
	_, err := w.Ledger.AddRecord(t.Context(), w.As(who), trace.RecordData{
		Batch: code, Kind: "harvest", Happened: w.Now().Add(-time.Hour),
		Harvest: &trace.Harvest{Plot: "Nương Hồng Ba", Quantity: trace.Quantity{Value: "120", Unit: "KGM"}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func setPhoto(t *testing.T, w *desktest.World, who, product string) {
	t.Helper()
	f, err := w.Ledger.AddPhoto(t.Context(), w.As(who), "anh.jpg", photo(t, color.White))
	if err == nil {
		_, err = w.Ledger.SetPhoto(t.Context(), w.As(who), product, f.Data.SHA256)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// order prints stamps of a batch.
func order(t *testing.T, w *desktest.World, who, code string) trace.Stored[printing.Order] {
	t.Helper()
	o, err := w.Book.Create(t.Context(), w.As(who), printing.OrderData{Batch: code, Codes: printing.BatchCodes, Count: 65, Stock: "tomy-145"})
	if err == nil {
		o, err = w.Book.Release(t.Context(), w.As(who), o.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestFirstSteps leads a newcomer through the four steps to a stamp, and then
// leaves it alone.
func TestFirstSteps(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	next := func(title string) string {
		t.Helper()
		page := b.Get("/console/chu-the").Want(t, http.StatusOK, "Bốn bước đến con tem đầu tiên")
		links := page.Links("Bắt đầu")
		before, _, _ := strings.Cut(page.Text(), "Bắt đầu")
		if len(links) != 1 || strings.LastIndex(before, title) < strings.LastIndex(before, "xong") {
			t.Fatalf("the next step is not %q: %s", title, page.Text())
		}
		return links[0]
	}
	if got := next("Thêm sản phẩm"); got != "/console/san-pham/moi" {
		t.Errorf("the first step leads to %s", got)
	}
	p := addProduct(t, w, "producer", "Chè Shan tuyết")
	setPhoto(t, w, "producer", p.ID)
	if got := next("Mở lô"); got != "/console/lo/moi" {
		t.Errorf("the second step leads to %s", got)
	}
	s := addBatch(t, w, "producer", p.ID, "CHE-1")
	if got := next("Ghi nhật ký"); got != "/console/lo/"+s.ID+"/ghi" {
		t.Errorf("the third step leads to %s", got)
	}
	addRecord(t, w, "producer", s.ID)
	release(t, w, "producer", s.ID)
	if got := next("Xuất xưởng và in tem"); got != "/console/lo/"+s.ID {
		t.Errorf("the fourth step leads to %s", got)
	}
	order(t, w, "producer", s.ID)
	page := b.Get("/console/chu-the").Want(t, http.StatusOK, "Không có việc gì cần xử lý", "Mở lô mới")
	if strings.Contains(page.Text(), "Bốn bước") {
		t.Errorf("the steps stay: %s", page.Text())
	}
}

// TestTasks holds that each thing that needs attention is told with the way to
// deal with it, the urgent apart from what can wait.
func TestTasks(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	good, bare := addProduct(t, w, "producer", "Chè Shan tuyết"), addProduct(t, w, "producer", "Măng khô")
	setPhoto(t, w, "producer", good.ID)
	raw := addBatch(t, w, "producer", good.ID, "NGUYEN-LIEU")
	addRecord(t, w, "producer", raw.ID)
	release(t, w, "producer", raw.ID)
	made := addBatch(t, w, "producer", good.ID, "THANH-PHAM", trace.Input{Batch: raw.ID, Quantity: trace.Quantity{Value: "5", Unit: "KGM"}})
	addRecord(t, w, "producer", made.ID)
	release(t, w, "producer", made.ID)
	order(t, w, "producer", made.ID)
	sold := addBatch(t, w, "producer", bare.ID, "MANG-1")
	release(t, w, "producer", sold.ID)
	addBatch(t, w, "producer", good.ID, "DANG-GHI") // an order is there: the first steps are over
	if _, err := w.Ledger.MoveBatch(t.Context(), w.As("producer"), raw.ID, trace.Transition{To: trace.BatchHeld, Reason: "nghi nấm mốc"}); err != nil {
		t.Fatal(err)
	}
	recalled := addBatch(t, w, "producer", good.ID, "THU-HOI")
	release(t, w, "producer", recalled.ID)
	if _, err := w.Ledger.MoveBatch(t.Context(), w.As("producer"), recalled.ID, trace.Transition{To: trace.BatchRecalled, Reason: "lẫn tạp chất"}); err != nil {
		t.Fatal(err)
	}
	addCertificate(t, w, "office", "OCOP", "O-1", good.ID, "2026-12-19")
	addCertificate(t, w, "producer", "VIETGAP", "V-1", good.ID, "2027-02-01")
	addCertificate(t, w, "producer", "HACCP", "H-CU", "", "2026-11-01")
	addCertificate(t, w, "producer", "HACCP", "H-MOI", "", "2028-11-01")
	report(t, w, made.ID, "Chè có mùi mốc")
	if _, err := w.Ledger.AskTest(t.Context(), w.As("producer"), trace.RequestData{Product: good.ID, Laboratory: desktest.LaboratoryName}); err != nil {
		t.Fatal(err)
	}

	page := b.Get("/console/chu-the").Want(t, http.StatusOK)
	text := page.Text()
	_, now, _ := strings.Cut(text, "Cần làm ngay")
	now, soon, _ := strings.Cut(now, "Nên làm sớm")
	soon, waiting, _ := strings.Cut(soon, "Đang chờ")
	for _, want := range []struct{ part, text string }{
		{now, "Lô NGUYEN-LIEU đang tạm dừng lưu hành"}, {now, "nghi nấm mốc"}, {now, "Lô THU-HOI bị thu hồi"},
		{now, "Lô THANH-PHAM làm từ lô đang có vấn đề"}, {now, "Măng khô: chưa có ảnh"}, {now, "Lô MANG-1 chưa có ghi chép nào"},
		{now, "Khách phản ánh: Chất lượng"}, {now, "OCOP, 4 sao, Chè Shan tuyết Còn 25 ngày, đến hết 19/12/2026. Hãy chuẩn bị hồ sơ đánh giá lại."},
		{soon, "Lô DANG-GHI chưa có ghi chép nào"}, {soon, "VietGAP"}, {soon, "Còn 69 ngày"}, {waiting, "Kiểm nghiệm: Chè Shan tuyết"},
	} {
		if !strings.Contains(want.part, want.text) {
			t.Errorf("%q is not where it belongs: %s", want.text, text)
		}
	}
	for _, not := range []string{"HACCP", "chưa kiểm đếm", "Không có việc gì"} {
		if strings.Contains(text, not) {
			t.Errorf("the page has %q: %s", not, text)
		}
	}
	for link, want := range map[string]string{
		"Thông báo thu hồi": "/console/lo/" + recalled.ID + "/thong-bao", "Bổ sung": "/console/san-pham/" + bare.ID, "Ghi nhật ký": "/console/lo/" + sold.ID + "/ghi",
	} {
		if got := page.Link(t, link); got != want {
			t.Errorf("%q leads to %s, want %s", link, got, want)
		}
	}
	w.Advance(4 * 24 * time.Hour)
	w.Browser("producer").Get("/console/chu-the").Want(t, http.StatusOK, "Lô THANH-PHAM: 65 tem chưa kiểm đếm")
	if other := w.Browser("producer2").Get("/console/chu-the").Text(); strings.Contains(other, "THANH-PHAM") || strings.Contains(other, "Chè") && strings.Contains(other, "phản ánh:") {
		t.Errorf("another business reads: %s", other)
	}
}

// TestManyBatches holds that the page stays bounded, and says what it looked at.
func TestManyBatches(t *testing.T) {
	w := world(t)
	p := addProduct(t, w, "producer", "Chè Shan tuyết")
	setPhoto(t, w, "producer", p.ID)
	first := addBatch(t, w, "producer", p.ID, "DAU-TIEN")
	addRecord(t, w, "producer", first.ID)
	release(t, w, "producer", first.ID)
	order(t, w, "producer", first.ID)
	for n := range latestActive + 3 {
		w.Advance(time.Second)
		addBatch(t, w, "producer", p.ID, "L-"+letters(n+1))
	}
	page := w.Browser("producer").Get("/console/chu-the").Want(t, http.StatusOK, "Đã xem 50 lô", "và 38 việc nữa")
	if n := len(page.Body); n > 30_000 {
		t.Errorf("the page has %d bytes", n)
	}
}
