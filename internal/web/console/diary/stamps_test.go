package diary

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func (w *world) orders() []trace.Stored[printing.Order] {
	w.t.Helper()
	orders, err := w.Book.OrdersOf(w.t.Context(), w.code)
	if err != nil {
		w.t.Fatal(err)
	}
	return orders
}

// TestFromReleaseToSheet counts the taps from a batch that is ready to a file to
// print.
func TestFromReleaseToSheet(t *testing.T) {
	w := newWorld(t)
	w.me.Submit(w.me.Get(w.at("/ghi/packing")), "", form(entries["packing"]...))
	p := w.me.Get(w.at(""))
	p = w.me.Get(p.Link(t, "Xuất xưởng"))
	p = w.press(p).Want(t, http.StatusOK, "Lô đã xuất xưởng", "đã đóng 1.200 gói")
	if p.Field("count") != "1200" || p.Field("codes") != "batch" || p.Field("stock") != "tomy-145" {
		t.Errorf("proposed: %s %s %s", p.Field("count"), p.Field("codes"), p.Field("stock"))
	}
	p = w.press(p).Want(t, http.StatusOK, "đã phát hành", "19 tờ Tomy 145", "100 %")
	pdf := w.me.Get(p.Link(t, "Tải tờ tem"))
	if pdf.Status != http.StatusOK || pdf.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(pdf.Body, "%PDF") {
		t.Errorf("the sheets answer %d %s", pdf.Status, pdf.Header.Get("Content-Type"))
	}
	picture := w.me.Get(batchPath(w.code) + "/tem/1/tem.svg?tem=1")
	if picture.Status != http.StatusOK || !strings.Contains(picture.Body, "<svg") || !strings.Contains(picture.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the picture answers %d", picture.Status)
	}
	w.me.Get(w.at("")).Want(t, http.StatusOK, "1.200 tem chung mã lô", "chưa kiểm đếm")
}

// TestOrderOnce sends the form of an order twice: there is one order, released.
func TestOrderOnce(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.at("/tem")).Want(t, http.StatusOK, "Lô chưa xuất xưởng")
	for range 2 {
		w.me.Submit(p, "", form("codes", "item", "count", "70", "stock", "avery-l7651")).Want(t, http.StatusOK, "Lệnh in 1", "1–70")
	}
	orders := w.orders()
	if len(orders) != 1 || orders[0].Data.State != printing.Released || orders[0].Data.Codes != printing.ItemCodes {
		t.Errorf("made %+v", orders)
	}
}

func TestReleaseOrderLater(t *testing.T) {
	w := newWorld(t)
	w.move(w.code, trace.BatchReleased, "")
	p := w.me.Get(w.at("/tem"))
	p = w.me.Submit(p, "", form("count", "10", "_do", "later"))
	if len(w.orders()) != 1 || w.orders()[0].Data.State != printing.Allocated {
		t.Fatalf("made %+v", w.orders())
	}
	w.me.Get(w.at("")).Want(t, http.StatusOK, "Phát hành tem")
	w.me.Submit(p.Want(t, http.StatusOK, "Chưa phát hành"), batchPath(w.code)+"/tem/1/phat-hanh", nil).Want(t, http.StatusOK, "các mã bắt đầu có hiệu lực")
	if w.orders()[0].Data.State != printing.Released {
		t.Error("not released")
	}
}

func TestOrderMistakes(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.at("/tem"))
	for want, fields := range map[string]url.Values{
		"Bao nhiêu tem":  form("count", ""),
		"phải từ 1 đến":  form("count", "2000000"),
		"Mỗi cuộn":       form("count", "10", "perRoll", "-5"),
		"không đọc được": form("count", "mười"),
		"chỉ có các khổ": form("count", "10", "stock", "giấy lạ"),
		"Mẫu tem":        form("count", "10", "template", "vuong"),
	} {
		w.me.Submit(p, "", fields).Want(t, http.StatusUnprocessableEntity, want)
	}
	if n := len(w.orders()); n != 0 {
		t.Errorf("%d orders were made", n)
	}
}

// TestLayoutOfAnOrder chooses where the printing begins, on the page of the
// order, and finds it in the file's address.
func TestLayoutOfAnOrder(t *testing.T) {
	w := newWorld(t)
	p := w.me.Submit(w.me.Get(w.at("/tem")), "", form("count", "60"))
	p = w.me.Submit(p, "", form("o", "13", "x", "0,5", "tu", "21", "so", "20")).Want(t, http.StatusOK, "Tem số 21 trong 60")
	link := p.Link(t, "Tải tờ tem")
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"o": {"13"}, "x": {"0.5"}, "tu": {"21"}, "so": {"20"}}
	if u.Query().Encode() != want.Encode() {
		t.Errorf("the file is at %s", link)
	}
	if n := strings.Count(p.Attribute("path", "stamp", "d"), "M"); n != 20 {
		t.Errorf("%d stamps are drawn", n)
	}
	w.me.Get(link).Want(t, http.StatusOK)
	w.me.Get(batchPath(w.code)+"/tem/1?o=0&x=99&tu=61").Want(t, http.StatusOK, "phải là số từ -4 đến 4", "phải từ 1 đến 60")
	if got := w.me.Get(batchPath(w.code) + "/tem/1/tep/pdf?x=99"); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a file with a bad layout: %d", got.Status)
	}
}

// TestFilesAreWholeSheets divides a large order where one sheet ends and the
// next begins, so that sheets have the numbers that reports count by.
func TestFilesAreWholeSheets(t *testing.T) {
	w := newWorld(t)
	p := w.me.Submit(w.me.Get(w.at("/tem")), "", form("count", "225000"))
	for start, want := range map[string][]string{
		"1":  {"so=99970", "so=99970&tu=99971", "so=25060&tu=199941"},
		"14": {"o=14&so=99957", "so=99970&tu=99958", "so=25073&tu=199928"},
	} {
		var got []string
		for _, link := range w.me.Submit(p, "", form("o", start)).Links("Tải tờ tem") {
			u, err := url.Parse(link)
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			if q.Get("tu") == "1" {
				q.Del("tu")
			}
			got = append(got, q.Encode())
		}
		if !slices.Equal(got, want) {
			t.Errorf("from label %s on the files are %q, want %q", start, got, want)
		}
	}
}

func TestCountStamps(t *testing.T) {
	w := newWorld(t)
	p := w.me.Submit(w.me.Get(w.at("/tem")), "", form("count", "60"))
	action := batchPath(w.code) + "/tem/1/kiem-dem"
	w.me.Submit(p, action, form("ranges", "58-61", "reason", "rách")).Want(t, http.StatusUnprocessableEntity, "phải từ 1 đến 60")
	w.me.Submit(p, action, form("ranges", "năm tem", "reason", "rách")).Want(t, http.StatusUnprocessableEntity, "hãy ghi như 40-44, 51")
	w.me.Submit(p, action, form("ranges", "3-7")).Want(t, http.StatusUnprocessableEntity, "vì sao tem hỏng")
	p = w.me.Submit(p, action, form("ranges", "3-7", "reason", "rách", "restPrinted", "false")).Want(t, http.StatusOK, "Đã ghi số tem", "0 in đạt + 5 hỏng, đã hủy + 0 thất lạc + 55 chưa rõ ở đâu = 60 tem", "Tem 3–7")
	w.me.Get(w.at("/tem")).Want(t, http.StatusOK, "không rõ 55 tem")
	p = w.me.Submit(p, action, form("ranges", "")).Want(t, http.StatusOK, "Đã ghi số tem")
	w.me.Submit(p, action, form("ranges", "")).Want(t, http.StatusConflict, "đã được báo như vậy")
}

// TestNoStampsOfARecalledBatch holds that what would be untrue is not printed.
func TestNoStampsOfARecalledBatch(t *testing.T) {
	w := newWorld(t)
	w.me.Submit(w.me.Get(w.at("/tem")), "", form("count", "60"))
	w.move(w.code, trace.BatchReleased, "")
	w.move(w.code, trace.BatchRecalled, "mốc")
	w.me.Get(w.at("/tem")).Want(t, http.StatusOK, "không in thêm tem", "Lệnh in 1")
	p := w.me.Get(w.at("/tem/1")).Want(t, http.StatusOK, "Lô đã bị thu hồi, không in tem nữa")
	if len(p.Links("Tải tờ tem")) != 0 {
		t.Error("its sheets are offered")
	}
	w.me.Get(w.at("/tem/1/tep/pdf")).Want(t, http.StatusConflict)
	w.me.Get(w.at("/tem/9")).Want(t, http.StatusNotFound)
}
