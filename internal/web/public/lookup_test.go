package public

import (
	"encoding/json"
	"fmt"
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
	"temgoc/internal/web/limit"
)

func TestTemplates(t *testing.T) {
	_, p := world(t)
	desktest.CheckTemplates(t, p.Part(), templateFiles, lookUpPage{}, reportPage{}, recallNoticePage{}, sentPage{}, answerPage{}, stampPage{})
}

// lookedUp opens the answer to what somebody types.
func lookedUp(w *desktest.World, typed string, more ...string) *desktest.Page {
	w.T.Helper()
	query := url.Values{textParameter: {typed}}
	for i := 0; i < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	return w.Guest().Get(LookUpPath + "?" + query.Encode())
}

// TestStarsOnAPack follows a shopper who reads a number on a pack.
func TestStarsOnAPack(t *testing.T) {
	w, _ := world(t)
	tea := product(w, catalog.Name{VI: "Chè Shan tuyết", EN: "Snow Shan tea"})
	id := stars(w, "office", tea, "321/QĐ-UBND", 4, "2025-01-10")
	b := w.Guest()
	form := b.Get(LookUpPath).Want(t, http.StatusOK, "Tra cứu chứng nhận OCOP")
	good := b.Submit(form, LookUpPath, url.Values{textParameter: {"321/qd-ubnd"}}).Want(t, http.StatusOK,
		"Chè Shan tuyết", "còn hiệu lực", "★★★★☆", "công nhận hạng 4 sao", "Hợp tác xã Chè Mây Trắng", "Xã Hồng Thái, Tỉnh Tuyên Quang", "321/QĐ-UBND, ngày 10/01/2025",
		"UBND tỉnh Tuyên Quang", "đến hết 09/01/2028", desktest.OfficeName)
	for _, secret := range []string{"Thôn Hồng Ba", "0207 123 456", "5000123456"} {
		if strings.Contains(good.Body, secret) {
			t.Errorf("the page tells %q", secret)
		}
	}
	lookedUp(w, "Quyết định số 321/QĐ-UBND", "lang", "en").Want(t, http.StatusOK, "Snow Shan tea", "Chè Shan tuyết", "in force", "carries 4 stars", "until 9 Jan 2028")
	lookedUp(w, "che shan").Want(t, http.StatusOK, "Sản phẩm được công nhận có tên", "★★★★☆")

	if _, err := w.Ledger.WithdrawCertificate(t.Context(), w.As("certifier"), id, trace.Ending{From: date(t, "2026-11-20"), Reason: "Vi phạm nhãn hàng hóa"}); err != nil {
		t.Fatal(err)
	}
	ended := lookedUp(w, "321/QĐ-UBND").Want(t, http.StatusOK, "bị thu hồi từ 20/11/2026", "Lý do: Vi phạm nhãn hàng hóa", "không có hạng sao OCOP")
	if strings.Contains(ended.Body, "★") {
		t.Error("stars are drawn after the withdrawal")
	}
	stars(w, "office", tea, "400/QĐ-UBND", 5, "2026-11-21")
	newer := lookedUp(w, "321/QĐ-UBND").Want(t, http.StatusOK, "có hạng 5 sao theo một quyết định khác")
	w.Guest().Get(newer.Link(t, "400/QĐ-UBND")).Want(t, http.StatusOK, "★★★★★")
	w.Advance(4 * 365 * 24 * time.Hour)
	if p := lookedUp(w, "400").Want(t, http.StatusOK, "hết hiệu lực từ 21/11/2029"); strings.Contains(p.Body, "★") {
		t.Error("stars are drawn after the end")
	}
}

func TestNothingFound(t *testing.T) {
	w, _ := world(t)
	stars(w, "producer", product(w, catalog.Name{VI: "Chè Shan tuyết"}), "321/QĐ-UBND", 5, "2025-01-10")
	for _, typed := range []string{"321/QĐ-UBND", "999/QĐ-UBND", "che shan", "/", "\u202e", strings.Repeat("9", 120)} {
		p := lookedUp(w, typed).Want(t, http.StatusOK, "Không tìm thấy", "so lại từng chữ số", "tỉnh khác")
		if strings.Contains(p.Body, "★") {
			t.Errorf("%q gives stars", typed)
		}
	}
	lookedUp(w, "999/QĐ-UBND", "lang", "en").Want(t, http.StatusOK, "Nothing found", "Compare each digit", "another province")
	lookedUp(w, strings.Repeat("9", 121)).Want(t, http.StatusUnprocessableEntity, "tối đa 120")
	lookedUp(w, "321", "after", "không").Want(t, http.StatusUnprocessableEntity)
	lookedUp(w, "   ").Want(t, http.StatusOK, "Tra cứu chứng nhận OCOP")
}

// TestManyProductsOfOneDecision pages through a long decision, and narrows it.
func TestManyProductsOfOneDecision(t *testing.T) {
	w, _ := world(t)
	for i := range 2*perPage + 5 {
		stars(w, "office", product(w, catalog.Name{VI: fmt.Sprintf("Chè loại A%02d", i)}), "500/QĐ-UBND", 3, "2025-01-10")
	}
	b, seen := w.Guest(), map[string]bool{}
	page := b.Get(LookUpPath+"?q=500/Q%C4%90-UBND").Want(t, http.StatusOK)
	for n := 1; ; n++ {
		for i := range 2*perPage + 5 {
			if name := fmt.Sprintf("Chè loại A%02d", i); strings.Contains(page.Body, name) {
				if seen[name] {
					t.Errorf("%s is shown twice", name)
				}
				seen[name] = true
			}
		}
		if len(page.Body) > 60<<10 {
			t.Errorf("page %d has %d bytes", n, len(page.Body))
		}
		more := page.Links("Xem thêm")
		if len(more) == 0 {
			break
		}
		page = b.Get(more[0]).Want(t, http.StatusOK)
	}
	if len(seen) != 2*perPage+5 {
		t.Errorf("%d products are shown, want %d", len(seen), 2*perPage+5)
	}
	narrowed := b.Submit(b.Get(LookUpPath+"?q=500"), LookUpPath, url.Values{filterParameter: {"a07"}}).Want(t, http.StatusOK, "Chè loại A07")
	if strings.Contains(narrowed.Body, "A08") {
		t.Error("the filter does not narrow")
	}
	lookedUp(w, "500", filterParameter, "cà phê").Want(t, http.StatusOK, "Không tìm thấy", "cà phê")
}

func TestStampCodeLeadsToItsPage(t *testing.T) {
	w, _ := world(t)
	code := released(w, product(w, catalog.Name{VI: "Chè"}))
	p := w.Guest().GetOnce(LookUpPath + "?q=" + strings.ToLower(code[:5]+"-"+code[5:]))
	if p.Status != http.StatusSeeOther || p.Location != "/"+code+"?lang=vi" {
		t.Errorf("a stamp's code: %d to %q, want the page of %s", p.Status, p.Location, code)
	}
}

func TestLookUpForPrograms(t *testing.T) {
	w, _ := world(t)
	stars(w, "office", product(w, catalog.Name{VI: "Chè Shan tuyết"}), "321/QĐ-UBND", 4, "2025-01-10")
	r := httptest.NewRequest(http.MethodGet, LookUpPath+"?q=321", nil)
	r.Header.Set("Accept", "application/json")
	rec := httptest.NewRecorder()
	w.Handler.ServeHTTP(rec, r)
	var got trace.PublicList
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || rec.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		t.Fatalf("%v: %s: %s", err, rec.Header().Get("Content-Type"), rec.Body)
	}
	if len(got.Items) != 1 || !got.Items[0].Counts || got.Items[0].Stars != 4 {
		t.Errorf("%+v", got)
	}
}

// TestHostileNames holds that what producers and visitors type stays text.
func TestHostileNames(t *testing.T) {
	w, _ := world(t)
	v := hostile.Vocabulary{}
	learn := func(pages ...*desktest.Page) {
		t.Helper()
		for _, p := range pages {
			if err := v.Learn(p.Body); err != nil {
				t.Fatal(err)
			}
		}
	}
	inert := func(p *desktest.Page) {
		t.Helper()
		if err := v.Inert(p.Body); err != nil {
			t.Errorf("%s: %v", p.Path, err)
		}
		if csp := p.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'; script-src 'self'") || strings.Contains(csp, "unsafe") {
			t.Errorf("policy %q", csp)
		}
	}
	tea := product(w, catalog.Name{VI: "Chè Shan tuyết", EN: "Snow Shan tea"})
	old := stars(w, "office", tea, "1/QĐ", 3, "2024-01-10")
	stars(w, "office", tea, "2/QĐ", 4, "2025-01-10")
	if _, err := w.Ledger.WithdrawCertificate(t.Context(), w.As("office"), old, trace.Ending{From: date(t, "2026-11-20"), Reason: "Vi phạm"}); err != nil {
		t.Fatal(err)
	}
	learn(lookedUp(w, "1/QĐ"), lookedUp(w, "2/QĐ", "lang", "en"), lookedUp(w, "9/QĐ"), lookedUp(w, "1/QĐ", filterParameter, "x"))

	for i, evil := range hostile.Texts() {
		w.Advance(time.Minute) // for the limits
		number := fmt.Sprintf("%d/%s", 1000+i, evil)
		c := stars(w, "office", product(w, catalog.Name{VI: "Chè " + evil, EN: "Tea " + evil}), number, 4, "2025-01-10")
		if _, err := w.Ledger.WithdrawCertificate(t.Context(), w.As("office"), c, trace.Ending{From: date(t, "2026-11-20"), Reason: evil}); err != nil {
			t.Fatal(err)
		}
		inert(lookedUp(w, fmt.Sprint(1000+i), "lang", "en").Want(t, http.StatusOK, "withdrawn since"))
		inert(lookedUp(w, evil, filterParameter, evil, "lang", evil))
		inert(lookedUp(w, evil, "after", evil, byParameter, evil))
	}
}

// TestNoCookies holds that a page for anybody sets no cookie but the language,
// and knows nothing of a session.
func TestNoCookies(t *testing.T) {
	w, _ := world(t)
	for path, want := range map[string]int{LookUpPath: 0, LookUpPath + "?q=1": 0, LookUpPath + "?lang=en": 1} {
		p := w.Guest().Get(path)
		cookies := p.Header.Values("Set-Cookie")
		if len(cookies) != want || want == 1 && !strings.HasPrefix(cookies[0], "temgoc-lang=en;") {
			t.Errorf("%s sets %q", path, cookies)
		}
	}
	in := w.Browser("office").Get(LookUpPath)
	if strings.Contains(in.Body, "Người office") || strings.Contains(in.Body, `href="/console`) {
		t.Error("the page knows who is signed in")
	}
}

func TestLookUpFlood(t *testing.T) {
	w, _ := world(t)
	b := w.Guest()
	for range limit.RuleOf(limit.LookUps).Each.Burst {
		b.Get(LookUpPath+"?q=1").Want(t, http.StatusOK)
	}
	p := b.Get(LookUpPath+"?q=1").Want(t, http.StatusTooManyRequests, "quá nhiều", "hãy thử lại sau 1 giây")
	if got := p.Header.Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After %q, want 1", got)
	}
	b.Get(LookUpPath).Want(t, http.StatusOK) // the form alone costs nothing
	w.Advance(time.Second)
	b.Get(LookUpPath+"?q=1").Want(t, http.StatusOK)
}
