package office

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"temgoc/internal/catalog"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/testing/hostile"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// TestLog tells what was done in words, with who did it and a way to it, and
// shows nothing of what is not for readers of the log.
func TestLog(t *testing.T) {
	w, _ := world(t)
	code := newBatch(t, w, newProduct(t, w, "Chè Shan tuyết"), "L-1", trace.BatchReleased)
	w.Advance(26 * time.Hour)
	must(w.Ledger.MoveBatch(t.Context(), w.As("inspector"), code, trace.Transition{To: trace.BatchHeld, Reason: "Chờ kết quả mẫu"}))(t)

	must(w.Ledger.ReportProblem(t.Context(), trace.Write{}, trace.ProblemData{Code: code, Kind: trace.ProblemStamp, Text: "Tem mờ"}, ""))(t)

	page := w.Browser("office").Get(logPath).Want(t, http.StatusOK, "người không đăng nhập",
		"25/11/2026", "24/11/2026", "Tạm dừng lưu hành lô : L-1", "Chờ kết quả mẫu", "Người inspector", "Xuất xưởng lô", "Người producer", "Hợp tác xã Chè Mây Trắng", desk.Display(code))
	if got := page.Link(t, "L-1"); got != "/console/ho-so/"+code {
		t.Errorf("the batch leads to %s", got)
	}
	if got := page.Link(t, desktest.LaboratoryName); !strings.HasPrefix(got, "/console/to-chuc/") {
		t.Errorf("the organisation leads to %s", got)
	}
	administrator := w.Browser("administrator").Get(logPath).Want(t, http.StatusOK, "Mời người dùng")
	if links := administrator.Links("L-1"); len(links) > 0 {
		t.Errorf("an administrator is led to %s, which it may not open", links)
	}
	if got := administrator.Link(t, "Người laboratory2"); !strings.HasPrefix(got, "/console/nguoi-dung/") {
		t.Errorf("the person leads to %s", got)
	}
	for _, secret := range []string{`"hash"`, "keyId", `"login"`} {
		if strings.Contains(page.Body, secret) || strings.Contains(administrator.Body, secret) {
			t.Errorf("the log shows %s", secret)
		}
	}
}

// TestLogFilter narrows the log by each of the fields, and says at its field
// what cannot be meant.
func TestLogFilter(t *testing.T) {
	w, _ := world(t)
	code := newBatch(t, w, newProduct(t, w, "Chè Shan tuyết"), "L-1", trace.BatchReleased)
	must(w.Ledger.CreateProduct(t.Context(), w.As("producer2"), trace.Product{Producer: w.Other, Name: catalog.Name{VI: "Mật ong"}, Set: 4}))(t)
	w.Advance(48 * time.Hour)
	must(w.Ledger.MoveBatch(t.Context(), w.As("inspector2"), code, trace.Transition{To: trace.BatchHeld, Reason: "Chờ mẫu"}))(t)
	b := w.Browser("office")
	all := b.Get(logPath)
	for _, tt := range []struct {
		name       string
		fields     url.Values
		has, lacks string
	}{
		{"kind", url.Values{"loai": {"batches"}}, "Mở lô", "Thêm sản phẩm"},
		{"person", url.Values{"nguoi": {"inspector2"}}, "Tạm dừng lưu hành lô", "Mở lô"},
		{"producer", url.Values{"chuthe": {"mat ong"}}, "Mật ong", "Chè Shan"},
		{"batch", url.Values{"lo": {desk.Display(code)}}, "Xuất xưởng lô", "Thêm sản phẩm"},
		{"since", url.Values{"tu": {"2026-11-25"}}, "Tạm dừng lưu hành lô", "Mở lô"},
		{"until", url.Values{"den": {"2026-11-25"}}, "Mở lô", "Tạm dừng lưu hành lô"},
		{"all at once", url.Values{"loai": {"batches"}, "lo": {code}, "tu": {"2026-11-24"}, "den": {"2026-11-24"}, "nguoi": {"người PRODUCER"}}, "Xuất xưởng lô", "Tạm dừng"},
	} {
		got := b.Submit(all, logPath, tt.fields)
		if shown := entriesOf(got); !strings.Contains(got.Text(), tt.has) || strings.Contains(shown, tt.lacks) {
			t.Errorf("%s: %d %s", tt.name, got.Status, got.Text())
		}
	}
	for field, values := range map[string]url.Values{
		"nguoi": {"nguoi": {"Không có ai"}}, "chuthe": {"chuthe": {"!"}}, "lo": {"lo": {"K7"}}, "tu": {"tu": {"hôm qua"}},
		"den": {"tu": {"2026-11-24"}, "den": {"2026-11-23"}},
	} {
		got := b.Submit(all, logPath, values).Want(t, http.StatusUnprocessableEntity)
		if !got.Blames(field) || entriesOf(got) != "" {
			t.Errorf("%v: %s", values, got.Text())
		}
	}
	both := b.Submit(all, logPath, url.Values{"lo": {code}, "chuthe": {"Chè Mây Trắng"}}).Want(t, http.StatusUnprocessableEntity, "chỉ chọn chủ thể hoặc mã lô")
	if !both.Blames("lo") {
		t.Error("the mistake is not at the batch")
	}
	b.Get(logPath+"?loai=sessions").Want(t, http.StatusUnprocessableEntity, "không có loại này")
}

// entriesOf is the part of the page with the entries.
func entriesOf(p *desktest.Page) string {
	_, shown, _ := strings.Cut(p.Body, `class="log"`)
	return shown
}

// TestLogChoice asks which of several of one name is meant, and keeps to it.
func TestLogChoice(t *testing.T) {
	w, _ := world(t)
	newProduct(t, w, "Chè")
	b := w.Browser("office")
	asked := b.Submit(b.Get(logPath), logPath, url.Values{"nguoi": {"Người"}, "loai": {"products"}}).Want(t, http.StatusUnprocessableEntity, "Người producer", "Người producer2", "Cán bộ kiểm tra, "+desktest.InspectorName)
	for _, link := range asked.Links("Người producer ·") {
		chosen := b.Get(link).Want(t, http.StatusOK, "Thêm sản phẩm")
		again := b.Submit(chosen, logPath, url.Values{"loai": {""}}).Want(t, http.StatusOK, "Thêm sản phẩm")
		b.Submit(again, logPath, url.Values{"nguoi": {"laboratory2"}}).Want(t, http.StatusOK, "Không có việc nào")
	}
	if len(asked.Links("Người producer ·")) != 1 {
		t.Errorf("choices: %s", asked.Text())
	}
}

func TestLogPages(t *testing.T) {
	w, _ := world(t)
	for range 3 * trace.DefaultPage {
		newProduct(t, w, "Chè")
	}
	b := w.Browser("office")
	n, page := 0, b.Get(logPath+"?loai=products&nguoi=Ng%C6%B0%E1%BB%9Di+producer&ai="+url.QueryEscape(w.Actor("producer").ID))
	for ; ; n++ {
		if got := strings.Count(page.Body, "<li><time>"); got > trace.DefaultPage || len(page.Body) > 100<<10 {
			t.Fatalf("%d entries, %d bytes on a page", got, len(page.Body))
		}
		more := page.Links("Xem thêm")
		if len(more) == 0 {
			break
		}
		page = b.Get(more[0])
	}
	if n < 2 || n > 3 {
		t.Errorf("the list has %d further pages", n)
	}
}

// download asks for the file of what a page of the log shows.
func download(t *testing.T, b *desktest.Browser, page *desktest.Page, format string) *desktest.Page {
	t.Helper()
	got := b.Submit(page, logPath+"/xuat", url.Values{"dang": {format}})
	got.Want(t, http.StatusOK)
	return got
}

// TestExport gives the filtered log out as CSV and XLSX in which no text can
// run as a formula, and notes each file with its hash.
func TestExport(t *testing.T) {
	w, _ := world(t)
	texts := append(hostile.Texts(), "=1+1", "+1", "-1", "@x", "\t=1", "=cmd|'/c calc'!A1")
	for _, text := range texts {
		// What a name may not be is no matter of this test.
		_, _ = w.Ledger.CreateProduct(t.Context(), w.As("producer"), trace.Product{Producer: w.Mine, Name: catalog.Name{VI: text}, Set: 11})
	}
	newBatch(t, w, newProduct(t, w, "=Chè"), "L-1", trace.BatchReleased, trace.BatchHeld)
	b := w.Browser("office")
	page := b.Get(logPath + "?loai=products")

	text := download(t, b, page, "csv")
	if got := text.Header.Get("Content-Disposition"); got != "attachment; filename=nhat-ky-2026-11-24.csv" {
		t.Errorf("disposition %q", got)
	}
	body, ok := strings.CutPrefix(text.Body, "\xef\xbb\xbf")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || !ok {
		t.Fatalf("%v, byte order mark: %v", err, ok)
	}
	products := 0
	for _, row := range rows[1:] {
		for i, cell := range row {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
				t.Errorf("column %d holds %q", i, cell)
			}
		}
		if row[4] == "Thêm sản phẩm" && row[2] == "Người producer" && row[8] == "Hợp tác xã Chè Mây Trắng" {
			products++
		}
	}
	if products != len(rows)-1 || products < len(texts)/2 || !strings.Contains(body, "'=Chè") {
		t.Errorf("%d rows, %d of them products", len(rows), products)
	}

	sheet := download(t, b, page, "xlsx")
	x := must(excelize.OpenReader(strings.NewReader(sheet.Body)))(t)
	defer x.Close()
	got := must(x.GetRows("Nhật ký"))(t)
	if len(got) != len(rows) {
		t.Errorf("%d rows in XLSX, %d in CSV", len(got), len(rows))
	}
	for r, row := range got {
		for c := range row {
			cell := must(excelize.CoordinatesToCellName(c+1, r+1))(t)
			if formula, err := x.GetCellFormula("Nhật ký", cell); formula != "" || err != nil {
				t.Errorf("%s holds the formula %q, %v", cell, formula, err)
			}
		}
	}

	noted := b.Get(logPath+"?loai=exports").Want(t, http.StatusOK, "Nhật ký thao tác, csv", "Nhật ký thao tác, xlsx", "Loại việc: Sản phẩm", "Người office")
	if n := strings.Count(noted.Body, "<li><time>"); n != 2 {
		t.Errorf("%d exports are noted", n)
	}
	list := must(trace.ListOf(t.Context(), w.Ledger, "", trace.Paging{}, func(s trace.Stored[trace.Export]) bool {
		return s.Data.SHA256 == trace.Digest(sha256.Sum256([]byte(text.Body)))
	}))(t)
	if len(list.Items) != 1 || list.Items[0].Data.Rows != products {
		t.Errorf("the CSV file is noted as %+v", list.Items)
	}
	if !bytes.HasPrefix([]byte(sheet.Body), []byte("PK")) {
		t.Error("no XLSX came")
	}
}

func TestExportRefused(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("administrator")
	b.Follow(b.Post(logPath+"/xuat", url.Values{"dang": {"pdf"}})).Want(t, http.StatusUnprocessableEntity, "phải là xlsx hoặc csv")
	b.Follow(b.Post(logPath+"/xuat", url.Values{"dang": {"csv"}, "lo": {"K7"}})).Want(t, http.StatusUnprocessableEntity, "không phải là mã lô")
	if noted := b.Get(logPath + "?loai=exports"); strings.Contains(entriesOf(noted), "Nhật ký thao tác,") {
		t.Error("what was refused is noted as given out")
	}
}

// TestExportBounds refuses more entries than a file may have, and more files
// than are made at a time; neither is noted.
func TestExportBounds(t *testing.T) {
	w := desktest.New(t)
	newProduct(t, w, "Chè 1")
	newProduct(t, w, "Chè 2")
	exporting := func(o office, status int, text string) {
		t.Helper()
		w.Serve(must(o.part(desktest.Shared(t)))(t))
		b := w.Browser("office")
		b.Submit(b.Get(logPath+"?loai=products"), logPath+"/xuat", url.Values{"dang": {"csv"}}).Want(t, status, text)
	}
	room := func() chan struct{} { return make(chan struct{}, 1) }
	exporting(office{config(w), room(), 1}, http.StatusUnprocessableEntity, "Có hơn 1 dòng")
	exporting(office{config(w), make(chan struct{}), 2}, http.StatusServiceUnavailable, "Máy chủ đang tạo các tệp khác")
	if noted := w.Browser("office").Get(logPath + "?loai=exports"); entriesOf(noted) != "" {
		t.Errorf("what was refused is noted: %s", noted.Text())
	}
	o := office{config(w), room(), 2}
	exporting(o, http.StatusOK, "Chè 2")
	exporting(o, http.StatusOK, "Chè 2") // there is room again
}
