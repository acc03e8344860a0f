package office

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"temgoc/internal/privacy"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// figures reads the numbers of the overview, by where they lead.
func figures(t *testing.T, page *desktest.Page) map[string]string {
	t.Helper()
	numbers := map[string]string{}
	root := must(html.Parse(strings.NewReader(page.Body)))(t)
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" {
			continue
		}
		for c := range n.Descendants() {
			if c.Data == "b" && c.FirstChild != nil {
				for _, a := range n.Attr {
					if a.Key == "href" {
						numbers[a.Val] = c.FirstChild.Data
					}
				}
			}
		}
	}
	return numbers
}

// TestOverview holds that each number is how many its list has, and that each
// leads to a list.
func TestOverview(t *testing.T) {
	w, _ := world(t)
	ctx := t.Context()
	five, four, three := newProduct(t, w, "Chè năm sao"), newProduct(t, w, "Chè bốn sao"), newProduct(t, w, "Chè ba sao")
	for stars, product := range map[int]string{5: five, 4: four, 3: three} {
		must(w.Ledger.CreateCertificate(ctx, w.As("office"), ocop(w, product, fmt.Sprint(stars, "/QĐ"), stars)))(t)
	}
	soon := ocop(w, newProduct(t, w, "Chè sắp hết"), "SAP/QĐ", 4)
	soon.Issued, soon.ValidUntil = trace.NewDate(2024, 1, 1), trace.NewDate(2026, 12, 1)
	must(w.Ledger.CreateCertificate(ctx, w.As("office"), soon))(t)
	later := trace.CertificateData{Kind: "VIETGAP", Number: "V-90", Authority: "A", Issued: trace.NewDate(2026, 1, 1), ValidUntil: trace.NewDate(2027, 2, 1), Producer: w.Other}
	must(w.Ledger.CreateCertificate(ctx, w.As("producer2"), later))(t)
	newBatch(t, w, four, "GIU-1", trace.BatchReleased, trace.BatchHeld)
	newBatch(t, w, four, "GIU-2", trace.BatchReleased, trace.BatchHeld)
	newBatch(t, w, four, "THU-1", trace.BatchReleased, trace.BatchRecalled)
	newBatch(t, w, four, "BAN-1", trace.BatchReleased)
	must(w.Ledger.ReportProblem(ctx, trace.Write{By: trace.Actor{ID: "public"}}, trace.ProblemData{Code: "K7", Kind: trace.ProblemOther, Text: "tem mờ"}, ""))(t)

	late := privacy.Asked{What: privacy.Erase, Name: "Mai", Contact: "x", Received: trace.NewDate(2026, 10, 1)}
	must(w.Privacy.Ask(ctx, w.As("office"), late))(t)
	b := w.Browser("office")
	page := b.Get(overviewPath).Want(t, http.StatusOK, "Tính đến 08:30, 24/11/2026", "Việc chờ xử lý", "dữ liệu cá nhân, quá hạn: 1")
	got := figures(t, page)
	for path, want := range map[string]struct {
		n    string
		rows []string
		not  string
	}{
		producersPath:                 {"2", []string{"Chè Mây Trắng", "Mật Ong Rừng"}, ""},
		recognisedPath:                {"4", []string{"Chè năm sao", "Chè bốn sao", "Chè ba sao", "Chè sắp hết", "4 sao (2)"}, ""},
		recognisedPath + "?sao=5":     {"1", []string{"Chè năm sao", "5/QĐ"}, "Chè bốn sao"},
		recognisedPath + "?sao=4":     {"2", []string{"Chè bốn sao", "Chè sắp hết"}, "Chè năm sao"},
		recognisedPath + "?sao=3":     {"1", []string{"Chè ba sao"}, "Chè năm sao"},
		endingPath + "?ngay=30":       {"1", []string{"SAP/QĐ", "sắp hết hạn: 01/12/2026"}, "V-90"},
		endingPath + "?ngay=90":       {"2", []string{"SAP/QĐ", "V-90", "chủ thể tự khai"}, "5/QĐ"},
		batchesPath + "?loc=tam-dung": {"2", []string{"GIU-1", "GIU-2", "Bao bì in sai"}, "THU-1"},
		batchesPath + "?loc=thu-hoi":  {"1", []string{"THU-1", "bị thu hồi"}, "GIU-1"},
		registerPath + "?loc=cho":     {"1", nil, ""},
		problemsPath:                  {"1", nil, ""},
		problemsPath + "?loc=seen":    {"0", nil, ""},
		recallsPath:                   {"0", nil, ""},
		personalPath:                  {"1", nil, ""},
	} {
		if got[path] != want.n {
			t.Errorf("%s: %q, want %s", path, got[path], want.n)
		}
		if want.rows == nil {
			continue // the list is another desk's
		}
		list := b.Get(path).Want(t, http.StatusOK, want.rows...)
		if n := strings.Count(list.Body, "<tr><th>") - 1; fmt.Sprint(n) != want.n || want.not != "" && strings.Contains(list.Body, want.not) {
			t.Errorf("%s lists %d: %s", path, n, list.Text())
		}
	}
	if len(got) != 14 {
		t.Errorf("%d numbers: %v", len(got), got)
	}

	all := b.Get(batchesPath+"?chu-the="+w.Mine).Want(t, http.StatusOK, "BAN-1", "Hợp tác xã Chè Mây Trắng")
	b.Get(all.Link(t, "Tạm dừng")).Want(t, http.StatusOK, "GIU-1", "Hợp tác xã Chè Mây Trắng")
	b.Get(batchesPath+"?chu-the="+w.Other).Want(t, http.StatusOK, "Không có lô nào")
	b.Get(batchesPath+"?chu-the=0000000000000000").Want(t, http.StatusNotFound)
}

// TestLongLists goes through a list page by page.
func TestLongLists(t *testing.T) {
	w, _ := world(t)
	for i := range behindPage + 7 {
		d := trace.CertificateData{Kind: "VIETGAP", Number: fmt.Sprintf("V-%03d", i), Authority: "A", Issued: trace.NewDate(2026, 1, 1), ValidUntil: trace.NewDate(2026, 12, 1), Producer: w.Mine}
		must(w.Ledger.CreateCertificate(t.Context(), w.As("office"), d))(t)
	}
	b := w.Browser("office")
	first := b.Get(endingPath)
	second := b.Get(first.Link(t, "Xem thêm"))
	if n, m := strings.Count(first.Body, ">V-"), strings.Count(second.Body, ">V-"); n != behindPage || m != 7 || len(second.Links("Xem thêm")) > 0 {
		t.Errorf("%d and %d on two pages", n, m)
	}
	if len(first.Body) > 100<<10 {
		t.Errorf("a page has %d bytes", len(first.Body))
	}
	for _, after := range []string{"-1", "x", "99999999999999999999", "100000"} {
		b.Get(endingPath+"?after="+after).Want(t, http.StatusOK)
	}
}
