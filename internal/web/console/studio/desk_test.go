package studio

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/printing"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

func TestPrinter(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(PrintersPath).Want(t, http.StatusOK, "Chưa ghi máy in nào")
	p = w.me.Get(p.Link(t, "Thêm máy in"))
	for want, fields := range map[string]url.Values{
		"bắt buộc phải có": form("name", ""),
		"phải từ -4000":    form("name", "Máy 1", "offsetX", "99"),
		"không phải là số": form("name", "Máy 1", "scaleX", "to"),
		"phải từ -20000":   form("name", "Máy 1", "scaleY", "1,5"),
		"tcp://":           form("name", "Máy 1", "address", "192.168.1.5"),
		"một trong":        form("name", "Máy 1", "language", "zpl", "dpi", "1200"),
	} {
		w.me.Submit(p, "", fields).Want(t, http.StatusUnprocessableEntity, want)
	}
	for range 2 { // takes effect once
		p = w.me.Submit(p, "", form("_key", p.Field("_key"), "name", "Máy văn phòng", "offsetX", "0,8", "offsetY", "-0,25", "scaleX", "1,005", "minModule", "10"))
		p.Want(t, http.StatusOK, "Đã thêm máy in", "ô mã QR từ 10 chấm (0,423 mm)")
		p = w.me.Get(PrintersPath + "/moi")
	}
	list, err := w.Book.Printers(t.Context(), w.Actor("producer"), w.Mine, false, trace.Paging{})
	if err != nil || len(list.Items) == 0 {
		t.Fatal(list, err)
	}
	got := list.Items[0]
	if d := got.Data; d.OffsetX != 800 || d.OffsetY != -250 || d.ScaleX != 5000 || d.ScaleY != 0 || d.MinModule != 10 || d.DPI != 600 {
		t.Errorf("kept %+v", d)
	}
	p = w.me.Get(PrintersPath + "/" + got.ID)
	if p.Field("offsetX") != "0,8" || p.Field("scaleX") != "1,005" || p.Field("scaleY") != "1" {
		t.Errorf("shown again: %s %s %s", p.Field("offsetX"), p.Field("scaleX"), p.Field("scaleY"))
	}
	pdf := w.me.Get(p.Link(t, "Tomy 145"))
	if pdf.Status != http.StatusOK || !strings.HasPrefix(pdf.Body, "%PDF") {
		t.Errorf("the calibration page answers %d", pdf.Status)
	}
	w.me.Submit(p, "", form("name", "Máy kho")).Want(t, http.StatusOK, "Đã lưu máy in", "Máy kho")
	w.Browser("producer2").Get(p.Path).Want(t, http.StatusNotFound)
	w.me.Submit(w.me.Get(p.Path), PrintersPath+"/"+got.ID+"/ngung", nil).Want(t, http.StatusOK, "không còn trong danh sách")
}

func TestUsedLabels(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.me.Get(stocksPath).Link(t, "Tomy 145")).Want(t, http.StatusOK, "Tờ đang dùng dở", "Căn chỉnh máy in")
	w.me.Submit(p, "", url.Values{"used": {"2", "1", "7"}}).Want(t, http.StatusOK, "Đã nhớ")
	paper, err := w.Book.Paper(t.Context(), w.Actor("producer"), w.Mine, "tomy-145")
	if err != nil || !slices.Equal(paper.Data.Used, []int{1, 2, 7}) {
		t.Errorf("remembered %v, %v", paper.Data.Used, err)
	}
	p = w.me.Get(StockPath("tomy-145"))
	w.me.Submit(p, "", url.Values{"used": {"66"}}).Want(t, http.StatusUnprocessableEntity, "từ 1 đến 65")
	w.me.Submit(p, "", url.Values{"used": {"a"}}).Want(t, http.StatusUnprocessableEntity, "từ 1 đến 65")
	if other := w.Browser("producer2").Get(StockPath("tomy-145")); strings.Contains(other.Body, "checked") {
		t.Error("others see which labels are gone")
	}
	w.me.Get(StockPath("khong-co")).Want(t, http.StatusNotFound)
	roll := w.me.Get(w.me.Get(stocksPath).Link(t, "Cuộn 50"))
	if strings.Contains(roll.Text(), "Tờ đang dùng dở") {
		t.Error("a roll has a map of labels")
	}
}

func TestOwnStock(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.me.Get(stocksPath).Link(t, "Thêm loại tem")).Want(t, http.StatusOK, "Tem rộng")
	if p.Field("name") != "tomy-145-rieng" || p.Field("cellWidth") != "38" {
		t.Errorf("proposed: %s, %s", p.Field("name"), p.Field("cellWidth"))
	}
	for field, fields := range map[string]url.Values{
		"cellWidth": form("cellWidth", "1"), "name": form("name", "Tên Lạ"), "rows": form("rows", "0"), "text": form("text", "name: x"), "top": form("top", "một"),
	} {
		if got := w.me.Submit(p, "", fields); got.Status != http.StatusUnprocessableEntity || !got.Blames(field) {
			t.Errorf("%v answers %d and blames %v: %s", fields, got.Status, got.Blamed(), got.Text())
		}
	}
	w.me.Submit(p, "", form("cellHeight", "20", "top", "18,5", "_do", "preview")).Want(t, http.StatusOK, "Hình vẽ")
	p = w.me.Submit(p, "", form("cellHeight", "20", "top", "18,5", "title", "Giấy của tôi")).Want(t, http.StatusOK, "Đã lưu loại tem", "Giấy của tôi", "38 × 20 mm")
	p = w.me.Get(p.Link(t, "Sửa"))
	w.me.Submit(p, "", form("title", "Giấy cũ")).Want(t, http.StatusOK, "Giấy cũ")
	for _, who := range []string{"producer2", "office"} {
		w.Browser(who).Get(StockPath("tomy-145-rieng")).Want(t, http.StatusNotFound)
	}
	w.me.Submit(w.me.Get(p.Path), stocksPath+"/ngung", nil).Want(t, http.StatusOK, "không còn được chọn")
	w.me.Get(StockPath("tomy-145-rieng")).Want(t, http.StatusNotFound)

	office := w.Browser("office")
	p = office.Get(stocksPath + "/sua?ten=avery-l7651")
	office.Submit(p, "", form("text", "name: chung\ntitle: Giấy chung\nkind: single\npageWidth: 30\npageHeight: 30\ncolumns: 1\nrows: 1\ncellWidth: 30\ncellHeight: 30\n")).Want(t, http.StatusOK, "Giấy chung")
	w.me.Get(StockPath("chung")).Want(t, http.StatusOK, "Lập loại tương tự")
	w.me.Post(stocksPath+"/ngung", form("ten", "chung")).Want(t, http.StatusForbidden)
}

// TestRoles opens every page in roles that have none of them.
func TestRoles(t *testing.T) {
	w := newWorld(t)
	for _, who := range []string{"inspector", "laboratory", "certifier", "administrator"} {
		b := w.Browser(who)
		for _, r := range w.part.Routes {
			path := desk.Prefix + strings.ReplaceAll(r.Path, ":id", "x")
			if r.Method == http.MethodGet {
				b.GetOnce(path).Want(t, http.StatusForbidden)
			} else {
				b.Post(path, nil).Want(t, http.StatusForbidden)
			}
		}
	}
	w.Browser("office").Get(PrintersPath).Want(t, http.StatusForbidden)
	if _, err := w.Book.CreatePrinter(t.Context(), w.As("office"), printing.Printer{Name: "x", Language: printing.PDF, DPI: 600}); err == nil {
		t.Error("the office keeps a printer")
	}
}

// TestTrial tells which blocks of the test sheet scan.
func TestTrial(t *testing.T) {
	w := newWorld(t)
	printer, err := w.Book.CreatePrinter(t.Context(), w.As("producer"), printing.Printer{Name: "Xprinter", Language: printing.TSPL, DPI: 203})
	if err != nil {
		t.Fatal(err)
	}
	path := PrintersPath + "/" + printer.ID
	p := w.me.Get(path).Want(t, http.StatusOK, "chưa in thử", "4 chấm · 0,5 mm")
	if sheet := w.me.Get(p.Link(t, "Tải tờ thử")); sheet.Status != http.StatusOK || !strings.HasPrefix(sheet.Body, "%PDF") {
		t.Errorf("the test sheet answers %d", sheet.Status)
	}
	w.me.Submit(p, path+"/to-thu", nil).Want(t, http.StatusUnprocessableEntity, "ô lớn nhất")
	for range 2 { // takes effect once
		w.me.Submit(p, path+"/to-thu", url.Values{"blocks": {"C", "D", "E", "F", "G"}}).Want(t, http.StatusOK, "quét được từ ô 4 chấm (0,5 mm)")
	}
	p = w.me.Get(path)
	w.me.Submit(p, path+"/to-thu/anh", nil, desktest.Upload{Field: "anh", Name: "to.jpg", Content: desktest.JPEG(3)}).Want(t, http.StatusUnprocessableEntity, "Ảnh chụp cả tờ thử")
	w.me.Submit(p, path+"/to-thu/anh", nil).Want(t, http.StatusUnprocessableEntity, "hãy chọn một ảnh")
	w.Browser("producer2").Get(path+"/to-thu.pdf").Want(t, http.StatusNotFound)
}
