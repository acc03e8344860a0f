package diary

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"temgoc/internal/printing"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// ordered makes a released order of item codes and returns its page.
func (w *world) ordered(pairs ...string) *desktest.Page {
	w.t.Helper()
	fields := form(append([]string{"codes", "item", "count", "130"}, pairs...)...)
	return w.me.Submit(w.me.Get(w.at("/tem")), "", fields).Want(w.t, http.StatusOK, "Tem đã sẵn sàng")
}

// stampPhoto is a photograph of a stamp of the first order.
func (w *world) stampPhoto(index int) []byte {
	w.t.Helper()
	var b bytes.Buffer
	if err := w.Book.WriteLabels(w.t.Context(), w.Actor("producer"), w.code+"-1", printing.Print{Format: printing.PNG, Index: index}, &b); err != nil {
		w.t.Fatal(err)
	}
	return b.Bytes()
}

// TestRangeByPhotos names stamps by photographs of the first and the last, and
// by their codes; nothing is written before the report is saved.
func TestRangeByPhotos(t *testing.T) {
	w := newWorld(t)
	p := w.ordered()
	action := batchPath(w.code) + "/tem/1/kiem-dem/dai"
	upload := func(field string, content []byte) desktest.Upload {
		return desktest.Upload{Field: field, Name: "tem.png", Content: content}
	}
	w.me.Submit(p, action, nil).Want(t, http.StatusUnprocessableEntity, "cần ảnh hoặc mã của tem đầu")
	w.me.Submit(p, action, nil, desktest.Upload{Field: firstPhoto, Name: "tem.jpg", Content: photograph(t, 200)}).Want(t, http.StatusUnprocessableEntity, "không thấy tem nào")
	w.me.Submit(p, action, nil, upload(firstPhoto, []byte("khong phai anh"))).Want(t, http.StatusUnprocessableEntity, "Ảnh tem đầu")
	w.me.Submit(p, action, form(firstInput, w.code)).Want(t, http.StatusUnprocessableEntity, "là mã lô")
	codes, err := w.Book.Codes(t.Context(), w.Actor("producer"), w.code+"-1", 52, 1)
	if err != nil {
		t.Fatal(err)
	}
	found := w.me.Submit(p, action, form(lastInput, codes[0].Display), upload(firstPhoto, w.stampPhoto(40))).Want(t, http.StatusOK, "Là tem số 40–52")
	if found.Field("ranges") != "40–52" || w.orders()[0].Data.Unaccounted() != 130 {
		t.Errorf("the report is filled with %q, %d are unaccounted for", found.Field("ranges"), w.orders()[0].Data.Unaccounted())
	}
	w.me.Submit(found, batchPath(w.code)+"/tem/1/kiem-dem", form("fate", "lost", "reason", "rơi")).Want(t, http.StatusOK, "13 thất lạc", "117 in đạt", "= 130 tem")
}

// TestReplacement reports whole sheets and makes up for them.
func TestReplacement(t *testing.T) {
	w := newWorld(t)
	p := w.ordered()
	action := batchPath(w.code) + "/tem/1/kiem-dem"
	w.me.Submit(p, action, form("rolls", "3", "reason", "ướt")).Want(t, http.StatusUnprocessableEntity, "phải từ 1 đến 2")
	for range 2 { // takes effect once
		w.me.Submit(p, action, form("rolls", "2", "reason", "ướt")).Want(t, http.StatusOK, "65 hỏng, đã hủy", "Tem 66–130")
	}
	p = w.me.Get(w.at("/tem/1"))
	p = w.me.Get(p.Link(t, "In bù 65 tem")).Want(t, http.StatusOK, "In bù tem hỏng, thất lạc")
	if p.Field("count") != "65" || p.Field("codes") != "item" {
		t.Errorf("proposed: %s %s", p.Field("count"), p.Field("codes"))
	}
	w.me.Submit(p, "", form("count", "66")).Want(t, http.StatusUnprocessableEntity, "chỉ còn 65 tem")
	w.press(p).Want(t, http.StatusOK, "In bù cho")
	p = w.me.Get(w.at("/tem/1")).Want(t, http.StatusOK, "Lệnh in 2")
	if len(p.Links("In bù")) != 0 {
		t.Error("what is replaced is offered again")
	}
}

func TestActivateRange(t *testing.T) {
	w := newWorld(t)
	p := w.ordered("activation", "range").Want(t, http.StatusOK, "Chưa tem nào được kích hoạt")
	action := batchPath(w.code) + "/tem/1/kich-hoat"
	w.me.Submit(p, action, form("first", "1", "last", "131")).Want(t, http.StatusUnprocessableEntity, "phải từ 1 đến 130")
	for range 2 { // takes effect once
		w.me.Submit(p, action, form("first", "1", "last", "50")).Want(t, http.StatusOK, "Đã kích hoạt 50 trong 130 tem: 1–50")
	}
	if w.orders()[0].Data.Live(51) || !w.orders()[0].Data.Live(50) {
		t.Error("other stamps count")
	}
	w.me.Get(w.at("/tem/1")).Want(t, http.StatusOK, "Kích hoạt thêm tem: 50")
}

// TestFiles downloads an order in every format that its page offers.
func TestFiles(t *testing.T) {
	w := newWorld(t)
	printer, err := w.Book.CreatePrinter(t.Context(), w.As("producer"), printing.Printer{Name: "Xprinter", Language: printing.TSPL, DPI: 203})
	if err != nil {
		t.Fatal(err)
	}
	w.ordered()
	w.me.Get(w.at("/tem/1?may="+printer.ID)).Want(t, http.StatusOK, "Máy in tem chạy tem cuộn")
	w.ordered("stock", "roll-50x30", "template", "")
	p := w.me.Get(w.at("/tem/2?may="+printer.ID)).Want(t, http.StatusOK, "temgoc print --order "+w.code+"-2 --printer "+printer.ID)
	for label, begin := range map[string]string{
		"Tải tờ tem": "%PDF", "Tải tệp cho Xprinter": "SIZE", "Tải gói": "PK", "mỗi trang một tem": "%PDF", "ghép cả tờ": "%PDF", "danh sách mã": "\uFEFFseq",
	} {
		file := w.me.Get(p.Link(t, label))
		if file.Status != http.StatusOK || !strings.Contains(file.Body[:min(len(file.Body), 60)], begin) {
			t.Errorf("%s answers %d: %.400q", label, file.Status, file.Text())
		}
	}
	w.me.Get(w.at("/tem/2/tep/doc")).Want(t, http.StatusNotFound)
	w.me.Get(w.at("/tem/2/tep/pdf?may=x")).Want(t, http.StatusUnprocessableEntity)
}

// TestSheetBegun remembers what a printing took, and goes on from there.
func TestSheetBegun(t *testing.T) {
	w := newWorld(t)
	p := w.ordered()
	w.me.Submit(p, batchPath(w.code)+"/tem/1/to-dang-dung", form("taken", "0")).Want(t, http.StatusUnprocessableEntity, "phải từ 1")
	w.me.Submit(p, batchPath(w.code)+"/tem/1/to-dang-dung", form("taken", "70")).Want(t, http.StatusOK, "Đã nhớ các ô vừa dùng")
	paper, err := w.Book.Paper(t.Context(), w.Actor("producer"), w.Mine, "tomy-145")
	if err != nil || len(paper.Data.Used) != 5 {
		t.Errorf("used are %v, %v", paper.Data.Used, err)
	}
	p = w.me.Get(w.at("/tem/1?tiep=true")).Want(t, http.StatusOK, "đã dùng 5 trong 65 ô", "3 tờ")
	if n := strings.Count(p.Attribute("path", "used", "d"), "M"); n != 5 {
		t.Errorf("%d labels are crossed out", n)
	}
}

// TestFindings shows what preflight finds before the release.
func TestFindings(t *testing.T) {
	w := newWorld(t)
	w.ordered("_do", "later")
	p := w.me.Get(w.at("/tem/1")).Want(t, http.StatusOK, "Kiểm tra trước khi in", "nên xem lại", "Lô chưa xuất xưởng", "không phải chứng nhận")
	w.move(w.code, trace.BatchReleased, "")
	w.me.Get(p.Path).Want(t, http.StatusOK, "Trạng thái của lô cho phép in tem")
}
