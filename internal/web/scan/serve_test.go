package scan_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
)

func contains(t *testing.T, body string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func lacks(t *testing.T, body string, bad ...string) {
	t.Helper()
	for _, s := range bad {
		if strings.Contains(body, s) {
			t.Errorf("the page has %q", s)
		}
	}
}

func TestCodeIsReadAsPeopleTypeIt(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	typed := []string{
		code, strings.ToLower(code), code[:5] + "-" + code[5:], strings.ToLower(code[:5]) + "-" + code[5:], code[:5] + "%20" + code[5:],
		strings.NewReplacer("0", "o", "1", "l").Replace(code), strings.NewReplacer("0", "O", "1", "i").Replace(code),
	}
	for _, s := range typed {
		if rec := w.get("/" + s); rec.Code != http.StatusOK || rec.Header().Get("Location") != "" {
			t.Errorf("GET /%s: status %d, location %q", s, rec.Code, rec.Header().Get("Location"))
		}
	}
}

// TestRoutesDoNotSwallowCodes asks for codes that begin like other routes.
func TestRoutesDoNotSwallowCodes(t *testing.T) {
	w := newWorld(t)
	for _, begin := range []string{"01", "TEP", "ANH", "R0B0TS", "0", "FAV"} {
		payload := (begin + "7K3M5P9QX")[:9]
		for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			code, err := stamp.ParseBatchCode(payload + string(c))
			if err != nil {
				continue
			}
			rec := w.get("/"+code.String(), "Accept", "application/json")
			if got := decode(t, rec.Body.Bytes()).Verdict.Kind; got != scan.KindUnknown {
				t.Errorf("GET /%s is %s, want unknown", code, got)
			}
		}
	}
}

func decode(t *testing.T, body []byte) scan.Document {
	t.Helper()
	var d scan.Document
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return d
}

func TestItems(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	active, waiting := w.items(code, 3, true), w.items(code, 2, false)
	_, err := w.ledger.VoidCodes(w.Context(), w.asProducer(), trace.Void{Batch: code, Items: &trace.Serials{First: 2, Last: 2}, Reason: "Tem bị rách"})
	w.must(err)
	batch, err := stamp.ParseBatchCode(code)
	w.must(err)
	head, err := w.ledger.Dossier(w.Context(), code)
	w.must(err)
	sealer, err := w.keys.Sealer(head.Batch.Data.KeyID, batch)
	w.must(err)
	tests := map[string]struct {
		code   string
		status int
		kind   scan.Kind
	}{
		"active":        {active[0].String(), http.StatusOK, scan.KindReleased},
		"void":          {active[2].String(), http.StatusGone, scan.KindVoided},
		"not activated": {waiting[0].String(), http.StatusNotFound, scan.KindNotActive},
		"never ordered": {sealer.Item(77).String(), http.StatusNotFound, scan.KindNotIssued},
		"other key":     {w.foreignItem(code), http.StatusNotFound, scan.KindNotIssued},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			rec := w.get("/"+tt.code, "Accept", "application/json")
			if got := decode(t, rec.Body.Bytes()).Verdict.Kind; rec.Code != tt.status || got != tt.kind {
				t.Errorf("status %d, %s, want %d, %s", rec.Code, got, tt.status, tt.kind)
			}
			if page := w.get("/" + tt.code); page.Code != tt.status {
				t.Errorf("page: status %d, want %d", page.Code, tt.status)
			}
		})
	}
}

func TestItemTellsItsScans(t *testing.T) {
	w := newWorld(t)
	item := w.items(w.complete(), 2, true)[0].String()
	contains(t, w.get("/"+item).Body.String(), "Đây là lần đầu tiên tem này được quét.")
	w.must(w.counter.Flush(t.Context()))
	w.advance(3 * 60 * 1000 * 1e6) // three minutes
	body := w.get("/" + item).Body.String()
	contains(t, body, "Tem này đã được quét lần đầu lúc 09:31 ngày 23/11/2026; đây là lượt thứ 2.")
	contains(t, w.get("/"+item+"?lang=en").Body.String(), "this is scan number 2.")
	last := w.get("/" + item).Body.String()
	contains(t, last, "đây là lượt thứ 3.", item)
	lacks(t, last, "QITEM")
}

func TestSuggestion(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	wrong := lookalike(code)
	body := w.get("/" + wrong).Body.String()
	contains(t, body, `href="/`+code+`"`)
	if d := decode(t, w.get("/"+wrong, "Accept", "application/json").Body.Bytes()); d.Suggestion != code || d.Verdict.Kind != scan.KindMistyped {
		t.Errorf("%s suggests %q, want mistyped and %q", d.Verdict.Kind, d.Suggestion, code)
	}
	// What does not exist, or is not published, is not suggested.
	for _, other := range []string{unknownCode(), w.addBatch("L2").ID} {
		if d := decode(t, w.get("/"+lookalike(other), "Accept", "application/json").Body.Bytes()); d.Suggestion != "" {
			t.Errorf("suggests %q for a slip in %s", d.Suggestion, other)
		}
	}
	// An item code is suggested only if it was issued and released.
	items, waiting := w.items(code, 1, true), w.items(code, 1, false)
	w.poll()
	if d := decode(t, w.get("/"+lookalike(items[0].String()), "Accept", "application/json").Body.Bytes()); d.Suggestion != items[0].String() {
		t.Errorf("suggests %q, want the item %s", d.Suggestion, items[0])
	}
	if d := decode(t, w.get("/"+lookalike(waiting[0].String()), "Accept", "application/json").Body.Bytes()); d.Suggestion != "" {
		t.Errorf("suggests %q, which is not active", d.Suggestion)
	}
}

func TestStartForm(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	for query, want := range map[string]string{
		"code=" + code: "/" + code,
		"code=" + strings.ToLower(code[:5]+"-"+code[5:]):    "/" + code,
		"code=https%3A%2F%2FT.EXAMPLE.VN%2F" + code:         "/" + code,
		"code=" + code + "&lang=en":                         "/" + code + "?lang=en",
		"code=" + code[:9] + string(other(code[9])):         "/" + code[:9] + string(other(code[9])),
		"code=%20" + code[:3] + "%20" + code[3:] + "%20%09": "/" + code,
	} {
		rec := w.get("/?" + query)
		if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != want {
			t.Errorf("GET /?%s: %d to %q, want %q", query, rec.Code, rec.Header().Get("Location"), want)
		}
	}
	rec := w.get("/?code=" + `%22%3E%3Cscript%3Ealert(1)%3C/script%3E`)
	if rec.Code != http.StatusBadRequest {
		t.Errorf("status %d for what is no code, want 400", rec.Code)
	}
	lacks(t, rec.Body.String(), "<script")
}

// other is another character of the alphabet.
func other(c byte) byte {
	if c == '7' {
		return '8'
	}
	return '7'
}

func TestDigitalLink(t *testing.T) {
	w := newWorld(t)
	code := w.released("A/1%B")
	tests := []struct {
		path, to string
		status   int
		kind     scan.Kind
	}{
		{"/01/09521234000013/10/A%2F1%25B", "/" + code, http.StatusTemporaryRedirect, ""},
		{"/01/09521234000013/10/A%2F1%25B/", "/" + code, http.StatusTemporaryRedirect, ""},
		{"/01/09521234000013/10/A%2F1%25B?17=280311&utm_source=x", "/" + code, http.StatusTemporaryRedirect, ""},
		{"/01/09521234000013/10/A%2F1%25B?lang=en", "/" + code + "?lang=en", http.StatusTemporaryRedirect, ""},
		{"/01/09521234000013/10/A%2F1%25B/21/5", "/" + code, http.StatusTemporaryRedirect, ""},
		{"/01/09521234000013/10/NONE", "", http.StatusNotFound, scan.KindLotUnknown},
		{"/01/09521234000013", "", http.StatusNotFound, scan.KindLotMissing},
		{"/01/09520123456788/10/A", "", http.StatusNotFound, scan.KindGTINUnknown},
		{"/01/09521234000014/10/A", "", http.StatusBadRequest, scan.KindBadLink},
		{"/01/9521234000013/10/A", "", http.StatusBadRequest, scan.KindBadLink},
		{"/01/09521234000013/21/5/10/A", "", http.StatusBadRequest, scan.KindBadLink},
		{"/01/09521234000013/10/" + strings.Repeat("A", 21), "", http.StatusBadRequest, scan.KindBadLink},
		{"/01/09521234000013/10/ch%C3%A8", "", http.StatusBadRequest, scan.KindBadLink},
		{"/01/", "", http.StatusBadRequest, scan.KindBadLink},
	}
	for _, tt := range tests {
		rec := w.get(tt.path, "Accept", "application/json")
		if rec.Code != tt.status || rec.Header().Get("Location") != tt.to {
			t.Errorf("GET %s: %d to %q, want %d to %q", tt.path, rec.Code, rec.Header().Get("Location"), tt.status, tt.to)
			continue
		}
		if tt.kind != "" {
			if got := decode(t, rec.Body.Bytes()).Verdict.Kind; got != tt.kind {
				t.Errorf("GET %s is %s, want %s", tt.path, got, tt.kind)
			}
		}
	}
	body := w.get("/01/09521234000013/10/NONE").Body.String()
	contains(t, body, `class="v bad"`, "Số lô này chưa được đăng ký", "Chè Shan tuyết một tôm một lá")
}

// TestUnreleasedProductIsNotNamed asks for the GTIN of a product of which
// nothing was released yet.
func TestUnreleasedProductIsNotNamed(t *testing.T) {
	w := newWorld(t)
	w.addBatch("L1")
	const path = "/01/09521234000013"
	rec := w.get(path)
	if rec.Code != http.StatusNotFound {
		t.Errorf("status %d", rec.Code)
	}
	lacks(t, rec.Body.String(), "Chè Shan tuyết")
	if got := decode(t, w.get(path, "Accept", "application/json").Body.Bytes()).Verdict.Kind; got != scan.KindGTINUnknown {
		t.Errorf("the verdict is %s", got)
	}
	w.released("L2")
	contains(t, w.get(path).Body.String(), "Chè Shan tuyết một tôm một lá")
}

// TestVoidOfOpenBatchTellsNoReason voids the codes of a batch that is not
// published.
func TestVoidOfOpenBatchTellsNoReason(t *testing.T) {
	w := newWorld(t)
	code := w.addBatch("L1").ID
	_, err := w.ledger.VoidCodes(t.Context(), w.asProducer(), trace.Void{Batch: code, Whole: true, Reason: "Mất cuộn tem"})
	w.must(err)
	for _, accept := range []string{"text/html", "application/json"} {
		rec := w.get("/"+code, "Accept", accept)
		if rec.Code != http.StatusGone {
			t.Errorf("%s: status %d", accept, rec.Code)
		}
		lacks(t, rec.Body.String(), "Mất cuộn tem")
	}
}

func TestRevalidationAndHead(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	first := w.get("/" + code)
	tag := first.Header().Get("ETag")
	if first.Header().Get("Cache-Control") != "no-cache" || first.Header().Get("Vary") != "Accept, Accept-Language" || tag == "" {
		t.Errorf("headers %v", first.Header())
	}
	again := w.get("/"+code, "If-None-Match", "W/"+tag)
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") != tag {
		t.Errorf("revalidation: %d, %d bytes, tag %s", again.Code, again.Body.Len(), again.Header().Get("ETag"))
	}
	head := w.do(http.MethodHead, "/"+code)
	if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("Content-Length") != fmt.Sprint(first.Body.Len()) {
		t.Errorf("HEAD: %d, %d bytes, length %s", head.Code, head.Body.Len(), head.Header().Get("Content-Length"))
	}
	if en := w.get("/"+code+"?lang=en", "If-None-Match", tag); en.Code != http.StatusOK {
		t.Errorf("English page with the Vietnamese tag: %d", en.Code)
	}
	if post := w.do(http.MethodPost, "/"+code); post.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", post.Code)
	}
}

var styleOf = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

func TestSecurityHeaders(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	w.recall(code, "x")
	paths := []string{"/", "/" + code, "/" + code + "/records", "/" + unknownCode(), "/xyz", "/a/b/c", "/" + w.addBatch("L9").ID, "/01/1", "/tep/0", "/anh/0"}
	for _, path := range paths {
		rec := w.get(path)
		body := rec.Body.String()
		style := styleOf.FindStringSubmatch(body)
		if style == nil {
			t.Fatalf("%s: no style", path)
		}
		sum := sha256.Sum256([]byte(style[1]))
		want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
		if got := rec.Header().Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy %q, want %q", path, got, want)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow",
			"Cross-Origin-Resource-Policy": "same-origin", "Content-Type": "text/html; charset=utf-8",
		} {
			if got := rec.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if len(rec.Result().Cookies()) > 0 {
			t.Errorf("%s sets a cookie", path)
		}
		lacks(t, body, "<script", " style=", "http://", "https://", "javascript:", " onload", "@import", "ZgotmplZ")
	}
}

func TestLanguage(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	vi, en := w.get("/"+code).Body.String(), w.get("/"+code+"?lang=en").Body.String()
	contains(t, vi, `<html lang="vi">`, `href="?lang=en"`, `href="/`+code+`/records"`, "Lô hàng đã xuất xưởng")
	contains(t, en, `<html lang="en">`, `href="?lang=vi"`, `href="/`+code+`/records?lang=en"`, "Batch released", "Shan Tuyet tea", "12 March 2026")
	contains(t, w.get("/"+code, "Accept-Language", "en-GB,en;q=0.9").Body.String(), `<html lang="en">`, `href="/`+code+`/records"`)
	contains(t, w.get("/"+code+"?lang=vi", "Accept-Language", "en").Body.String(), `<html lang="vi">`)
	contains(t, w.get("/"+unknownCode()+"?lang=en").Body.String(), "No batch has this code", `name=lang value="en"`)
}

func TestJSON(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	rec := w.get("/"+code, "Accept", "application/json")
	if got := rec.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("type %q", got)
	}
	d := decode(t, rec.Body.Bytes())
	if d.Verdict.Kind != scan.KindReleased || d.Batch.Code != code || d.Batch.Lot != "L2026-03-A" || !d.Demonstration {
		t.Errorf("verdict %+v, batch %+v", d.Verdict, d.Batch)
	}
	if d.Stars.WhenPacked.Stars != 4 || d.Stars.Today.Stars != 4 || d.Stars.Today.Decision != "321/QĐ-UBND" {
		t.Errorf("stars %+v", d.Stars)
	}
	if len(d.Records) != 7 || len(d.Tests) != 1 || len(d.Certificates) != 3 {
		t.Errorf("%d records, %d tests, %d certificates", len(d.Records), len(d.Tests), len(d.Certificates))
	}
	var corrected, retracted, verified int
	for _, r := range d.Records {
		corrected += len(r.Earlier)
		if r.Retracted {
			retracted++
		}
		if r.Provenance == trace.Verified && r.Verified.Organisation != "" {
			verified++
		}
	}
	if corrected != 2 || retracted != 1 || verified != 1 {
		t.Errorf("%d earlier versions, %d retracted, %d verified", corrected, retracted, verified)
	}
	golden(t, "released.json", stable(t, rec.Body.Bytes()))
}

// TestNothingPrivate looks for what only the parties of a delivery, or a
// person's name, should not be found by.
func TestNothingPrivate(t *testing.T) {
	w := newWorld(t)
	code := w.complete()
	for _, rec := range []string{
		w.get("/" + code).Body.String(), w.get("/" + code + "/records").Body.String(), w.get("/" + code + "?lang=en").Body.String(),
		w.get("/"+code, "Accept", "application/json").Body.String(),
	} {
		lacks(t, rec, "bí mật", "Bí mật", "BIMAT")
		contains(t, rec, "Thành phố Hà Nội")
	}
	open := w.addBatch("KIN-1").ID
	lacks(t, w.get("/"+open).Body.String(), "KIN-1", "Chè Shan", "Mây Trắng")
	lacks(t, w.get("/"+open, "Accept", "application/json").Body.String(), "KIN-1", "Chè Shan", "Mây Trắng")
}

// TestManyRecords shows the latest of each stage above twelve records.
func TestManyRecords(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	for i := range 14 {
		w.addRecord(w.asProducer(), trace.RecordData{
			Batch: code, Kind: "harvest", Happened: at("2026-03-01 06:00").AddDate(0, 0, i), Note: fmt.Sprintf("hái lần %d.", i+1),
			Harvest: &trace.Harvest{Plot: "Nương 1", Quantity: qty("10", "KGM")},
		})
	}
	body := w.get("/" + code).Body.String()
	contains(t, body, "hái lần 14.", "1 trong 14 ghi chép", `href="/`+code+`/records"`)
	lacks(t, body, "hái lần 13.")
	full := w.get("/" + code + "/records").Body.String()
	contains(t, full, "hái lần 1.", "hái lần 13.", "hái lần 14.", `href="/`+code+`"`)
}

// TestStars walks through the life of a certificate.
func TestStars(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	contains(t, w.get("/"+code).Body.String(), "Sản phẩm tiềm năng, chưa được công nhận OCOP")
	w.addStars("100/QĐ-UBND", "2024-01-10", 3)
	w.poll()
	contains(t, w.get("/"+code).Body.String(), "★★★☆☆", "còn 47 ngày")
	w.advance(48 * 24 * 3600 * 1e9)
	w.poll()
	body := w.get("/" + code).Body.String()
	lacks(t, body, "★")
	contains(t, body, "3 sao, còn hiệu lực", "đã hết hiệu lực từ 10/01/2027", "100/QĐ-UBND ngày 10/01/2024, UBND tỉnh Tuyên Quang")
	w.addStars("200/QĐ-UBND", "2027-01-05", 4)
	w.poll()
	contains(t, w.get("/"+code).Body.String(), "★★★★☆", "3 sao, còn hiệu lực", "100/QĐ-UBND", "200/QĐ-UBND")
}

var attacks = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'><svg/onload=alert(1)>`, `{{.Producer}}`, `</style><script>1</script>`,
	`javascript:alert(1)`, `</title><script>alert(1)</script>`, "`-alert(1)-`", `<!--<script>`, `]]><x>`, `&lt;script&gt;`, `%3Cscript%3E`,
	`<a href="javascript:alert(1)">x</a>`, `" onmouseover="alert(1)`, `<iframe src=//evil.example>`, `<base href=//evil.example/>`,
	`<meta http-equiv=refresh content=0>`, `<form action=//evil.example>`, `<input autofocus onfocus=alert(1)>`, `<math><mtext></p><x>`,
}

var dangerous = regexp.MustCompile(`(?i)<(script|img src=x|svg|iframe|base|form action=/?/?e|input autofocus|math|meta http-equiv|x)|<[^>]+ on[a-z]+=[^>]*>|href="javascript`)

// TestHostileText puts markup into every text that producers, laboratories
// and authorities can enter.
func TestHostileText(t *testing.T) {
	w := newWorld(t)
	for i, x := range attacks {
		producer, err := w.ledger.CreateProducer(t.Context(), office, trace.Producer{
			Name: x, ShortName: x, Kind: "household", Registration: cutTo(x, 40), Address: trace.Address{Commune: "02260", Street: x, OldDistrict: x},
			Phone: "0912 000 000", Email: "a@example.vn", ProductionSite: x,
		})
		w.must(err)
		w.producer = producer.ID
		both := catalog.Name{VI: x, EN: x}
		product, err := w.ledger.CreateProduct(t.Context(), w.asProducer(), trace.Product{
			Producer: w.producer, Name: both, Set: 11, Brand: x, Description: both, Ingredients: both, Storage: both, Usage: both, Warnings: both, Standards: []string{x},
		})
		w.must(err)
		w.product = product.ID
		code := w.released(fmt.Sprintf("L<&\"'>%d", i))
		rec := w.addRecord(w.asProducer(), trace.RecordData{
			Batch: code, Kind: "harvest", Happened: at("2026-03-01 06:00"), Place: trace.Place{Name: x}, Person: x, Note: x,
			Harvest: &trace.Harvest{Plot: x, Quantity: qty("1", "KGM"), Variety: x, Weather: x},
		})
		_, err = w.ledger.CorrectRecord(t.Context(), w.asProducer(), rec.ID, trace.RecordData{
			Batch: code, Kind: "harvest", Happened: at("2026-03-01 07:00"), Place: trace.Place{Name: x + "2"}, Person: x, Note: x,
			Harvest: &trace.Harvest{Plot: x + "2", Quantity: qty("1", "KGM")},
		}, x)
		w.must(err)
		w.addTest(w.asProducer(), code, trace.TestRow{
			Indicator: both, Unit: cutTo(x, 40), Method: x, Result: trace.Result{Text: x}, Limit: &trace.Limit{Kind: catalog.LimitDeclared, Basis: x},
		})
		w.addCertificate(w.asProducer(), trace.CertificateData{Kind: "OTHER", Number: x, Authority: x, Issued: date("2025-01-01"), Note: x, LegalBasis: x})
		w.recallWith(code, x, x)
		for _, path := range []string{"/" + code, "/" + code + "?lang=en", "/" + code + "/records"} {
			body := w.get(path).Body.String()
			if hit := dangerous.FindString(body); hit != "" {
				t.Errorf("%q gets through on %s as %q", x, path, hit)
			}
			contains(t, body, `class="v bad"`)
		}
	}
}

func cutTo(s string, n int) string { return s[:min(len(s), n)] }

var randomID = regexp.MustCompile(`"id":"[0-9a-hjkmnp-tv-z]{16}"`)

// stable makes JSON that differs from run to run comparable: document ids are
// drawn anew each time.
func stable(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, randomID.ReplaceAll(body, []byte(`"id":"…"`)), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
