package api

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// english are words that only an untranslated message has.
var english = []string{"expected", "must", "is not", "invalid", "required", "unknown", "parameter", "property", "string", "length"}

// A bad request with what is to be said about it.
type bad struct {
	name         string
	who          string
	method, path string
	body         any
	headers      []string
	status       int
	field        string
	vi, en       string // part of the message
}

func with(m map[string]any, change map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	for k, v := range change {
		if v == nil {
			delete(out, k)
			continue
		}
		out[k] = v
	}
	return out
}

// badRequests are refused without a change; product and batch are of p0.
func badRequests(producer, product, batch string) []bad {
	newProduct := map[string]any{"producer": producer, "name": map[string]any{"vi": "Mật ong"}, "set": 1}
	newBatch := batchBody(product, "L9")
	newHarvest := harvest()
	newCertificate := ocopCertificate(producer, product)
	records := "/batches/" + batch + "/records"
	return []bad{
		{name: "wrong check digit", method: "POST", path: "/products", body: with(newProduct, map[string]any{"gtin": "09521234000014"}), status: 422, field: "gtin", vi: "sai chữ số kiểm tra", en: "check digit"},
		{name: "GTIN with letters", method: "POST", path: "/products", body: with(newProduct, map[string]any{"gtin": "095212340000AB"}), status: 422, field: "gtin", vi: "GTIN", en: "GTIN"},
		{name: "expiry before production", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"expiry": "2026-10-01"}), status: 422, field: "expiry", vi: "trước ngày sản xuất", en: "before the production date"},
		{name: "lot with forbidden characters", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"lot": "LÔ 1"}), status: 422, field: "lot", vi: "số lô", en: "lot number"},
		{name: "lot too long", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"lot": strings.Repeat("A", 21)}), status: 422, field: "lot", vi: "số lô", en: "lot number"},
		{name: "lot taken", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"lot": "L1"}), status: 409, field: "lot", vi: "đã có", en: "already"},
		{name: "unknown field", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"colour": "red"}), status: 422, field: "colour", vi: "không có trường này", en: "not a known field"},
		{name: "unknown nested field", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"quantity": map[string]any{"value": "1", "unit": "KGM", "x": 1}}), status: 422, field: "quantity.x", vi: "không có trường này", en: "not a known field"},
		{name: "missing field", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"lot": nil}), status: 422, field: "lot", vi: "bắt buộc", en: "required"},
		{name: "missing nested field", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"quantity": map[string]any{"value": "1"}}), status: 422, field: "quantity.unit", vi: "bắt buộc", en: "required"},
		{name: "wrong type", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"lot": 7}), status: 422, field: "lot", vi: "chuỗi ký tự", en: "text"},
		{name: "number where text belongs", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"quantity": map[string]any{"value": 12.5, "unit": "KGM"}}), status: 422, field: "quantity.value", vi: "chuỗi ký tự", en: "text"},
		{name: "unknown unit", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"quantity": map[string]any{"value": "1", "unit": "PUD"}}), status: 422, field: "quantity.unit", vi: "PUD", en: "PUD"},
		{name: "no quantity", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"quantity": map[string]any{"value": "-1", "unit": "KGM"}}), status: 422, field: "quantity.value", vi: "lớn hơn 0", en: "above 0"},
		{name: "day that does not exist", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"production": "2026-02-30"}), status: 422, field: "production", vi: "ngày có thật", en: "real date"},
		{name: "produced tomorrow", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"production": "2026-11-25", "packing": nil}), status: 422, field: "production", vi: "tương lai", en: "future"},
		{name: "product that is not there", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"product": "nothing"}), status: 422, field: "product", vi: "không tồn tại", en: "does not exist"},
		{name: "input that is no code", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"inputs": []any{map[string]any{"batch": "x", "quantity": map[string]any{"value": "1", "unit": "KGM"}}}}), status: 422, field: "inputs[0].batch", vi: "mã lô", en: "batch code"},
		{name: "future record", method: "POST", path: records, body: with(newHarvest, map[string]any{"happened": "2027-01-01T00:00:00Z"}), status: 422, field: "happened", vi: "tương lai", en: "future"},
		{name: "no time", method: "POST", path: records, body: with(newHarvest, map[string]any{"happened": "yesterday"}), status: 422, field: "happened", vi: "ngày giờ", en: "date and time"},
		{name: "details of another kind", method: "POST", path: records, body: with(newHarvest, map[string]any{"kind": "packing"}), status: 422, field: "packing", vi: "bắt buộc", en: "required"},
		{name: "unknown kind", method: "POST", path: records, body: with(newHarvest, map[string]any{"kind": "cooking"}), status: 422, field: "kind", vi: "một trong", en: "one of"},
		{name: "another batch in the body", method: "POST", path: records, body: with(newHarvest, map[string]any{"batch": "0000000000"}), status: 422, field: "batch", vi: "đường dẫn", en: "path"},
		{name: "file that was not uploaded", method: "POST", path: records, body: with(newHarvest, map[string]any{"files": []string{strings.Repeat("0", 64)}}), status: 422, field: "files[0]", vi: "chưa được tải lên", en: "not uploaded"},
		{name: "no digest", method: "POST", path: records, body: with(newHarvest, map[string]any{"files": []string{"abc"}}), status: 422, field: "files[0]", vi: "SHA-256", en: "SHA-256"},
		{name: "producer's own inspection", method: "POST", path: records, body: map[string]any{"kind": "inspecting", "happened": "2026-11-01T07:00:00Z", "inspecting": map[string]any{"authority": "A", "inspector": "B", "finding": "C", "conforms": true}}, status: 403},
		{name: "transition that is not allowed", method: "POST", path: "/batches/" + batch + "/transitions", body: map[string]any{"to": "held", "reason": "x"}, status: 409, vi: "không thể chuyển", en: "cannot become"},
		{name: "a body where none belongs", who: "inspector", method: "POST", path: "/records/x/verification", body: map[string]any{"verified": true}, status: 422, field: "body", vi: "để trống", en: "empty"},
		{name: "unknown state", method: "POST", path: "/batches/" + batch + "/transitions", body: map[string]any{"to": "sold"}, status: 422, field: "to", vi: "một trong", en: "one of"},
		{name: "six stars", method: "POST", path: "/certificates", body: with(newCertificate, map[string]any{"ocop": map[string]any{"stars": 6}}), status: 422, field: "ocop.stars", vi: "tối đa 5", en: "at most 5"},
		{name: "points that do not give the stars", method: "POST", path: "/certificates", body: with(newCertificate, map[string]any{"ocop": map[string]any{"stars": 5, "points": "60"}}), status: 422, field: "ocop.points", vi: "không ứng", en: "do not give"},
		{name: "confirming what is one's own", method: "POST", path: "/certificates", body: with(newCertificate, map[string]any{"confirmed": map[string]any{"role": "office"}}), status: 422, field: "confirmed", vi: "không có trường này", en: "not a known field"},
		{name: "test without rows", method: "POST", path: "/tests", body: with(testReport(product, batch), map[string]any{"rows": []any{}}), status: 422, field: "rows", vi: "bắt buộc", en: "required"},
		{name: "test issued tomorrow", method: "POST", path: "/tests", body: with(testReport(product, batch), map[string]any{"issued": "2026-12-01"}), status: 422, field: "issued", vi: "tương lai", en: "future"},
		{name: "too many stamps", method: "POST", path: "/batches/" + batch + "/orders", body: map[string]any{"codes": "item", "count": 1_000_001, "stock": "tomy-145"}, status: 422, field: "count", vi: "tối đa", en: "at most"},
		{name: "unknown stock", method: "POST", path: "/batches/" + batch + "/orders", body: map[string]any{"codes": "item", "count": 1, "stock": "tomy-0"}, status: 422, field: "stock", vi: "tomy-145", en: "tomy-145"},
		{name: "void range upside down", method: "POST", path: "/batches/" + batch + "/voids", body: map[string]any{"items": map[string]any{"first": 9, "last": 3}, "reason": "x"}, status: 422, field: "items.last", vi: "nhỏ hơn", en: "below"},

		{name: "not JSON", method: "POST", path: "/batches", body: `{"lot": `, status: 400, field: "body", vi: "JSON", en: "not valid JSON"},
		{name: "nothing", method: "POST", path: "/batches", body: ``, status: 400, vi: "thiếu", en: "required"},
		{name: "a list", method: "POST", path: "/batches", body: `[]`, status: 422, field: "body", vi: "đối tượng", en: "object"},
		{name: "text", method: "POST", path: "/batches", body: `x=1`, headers: []string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415, field: "Content-Type", vi: "application/json", en: "application/json"},
		{name: "huge number", method: "POST", path: "/products", body: fmt.Sprintf(`{"producer":%q,"name":{"vi":"x"},"set":1,"shelfLife":1e30}`, producer), status: 422, field: "shelfLife", vi: "quá lớn", en: "too large"},
		{name: "large body", method: "POST", path: "/batches", body: with(newBatch, map[string]any{"note": strings.Repeat("x", jsonLimit)}), status: 413, field: "body", vi: "lớn hơn 64 KiB", en: "larger than 64 KiB"},
		{name: "large test", method: "POST", path: "/tests", body: with(testReport(product, batch), map[string]any{"note": strings.Repeat("x", testsLimit)}), status: 413, field: "body", vi: "lớn hơn 256 KiB", en: "larger than 256 KiB"},
		{name: "bad idempotency key", method: "POST", path: "/batches", body: newBatch, headers: []string{"Idempotency-Key", "a b"}, status: 422, field: "Idempotency-Key", vi: "ASCII", en: "ASCII"},
		{name: "long idempotency key", method: "POST", path: "/batches", body: newBatch, headers: []string{"Idempotency-Key", strings.Repeat("k", 201)}, status: 422, field: "Idempotency-Key", vi: "tối đa 200", en: "200 characters at most"},
		{name: "bad If-Match", method: "PUT", path: "/products/" + product, body: newProduct, headers: []string{"If-Match", "3"}, status: 422, field: "If-Match", vi: "ETag", en: "ETag"},
		{name: "stale If-Match", method: "PUT", path: "/products/" + product, body: newProduct, headers: []string{"If-Match", `"7"`}, status: 412},
		{name: "no code", method: "GET", path: "/batches/abc", status: 422, field: "code", vi: "mã lô", en: "batch code"},
		{name: "mistyped code", method: "GET", path: "/batches/" + mistype(batch), status: 422, field: "code", vi: "gõ sai", en: "mistyped"},
		{name: "garbage cursor", method: "GET", path: "/batches?after=garbage", status: 422, field: "after", vi: "next", en: "next"},
		{name: "limit of 0", method: "GET", path: "/batches?limit=0", status: 422, field: "limit", vi: "từ 1", en: "at least 1"},
		{name: "limit of 201", method: "GET", path: "/batches?limit=201", status: 422, field: "limit", vi: "tối đa 200", en: "at most 200"},
		{name: "limit in words", method: "GET", path: "/batches?limit=ten", status: 422, field: "limit", vi: "số nguyên", en: "whole number"},
		{name: "unknown parameter", method: "GET", path: "/batches?colour=red", status: 422, field: "colour", vi: "không có tham số này", en: "not a known parameter"},
		{name: "bad lot in a search", method: "GET", path: "/batches?lot=%C3%B4", status: 422, field: "lot", vi: "số lô", en: "lot number"},
		{name: "set that is not there", method: "GET", path: "/criteria/27", status: 422, field: "set", vi: "tối đa 26", en: "at most 26"},
		{name: "empty search", method: "GET", path: "/search", status: 422, field: "q", vi: "bắt buộc", en: "required"},
		{name: "format of labels", method: "GET", path: "/orders/x/labels?format=pcl", status: 422, field: "format", vi: "một trong", en: "one of"},
		{name: "digest in path", method: "GET", path: "/files/abc", status: 422, field: "sha256", vi: "SHA-256", en: "SHA-256"},
		{name: "province that is not there", method: "GET", path: "/catalog/provinces/00/communes", status: 404},
		{name: "office's work", method: "POST", path: "/producers", body: map[string]any{}, status: 403, vi: "vai trò", en: "role"},
	}
}

// mistype exchanges one character of a code.
func mistype(code string) string {
	b := []byte(code)
	if b[4]++; b[4] > '9' && b[4] < 'A' || b[4] > 'Z' || strings.IndexByte("ILOU", b[4]) >= 0 {
		b[4] = '0'
	}
	return string(b)
}

// TestBadRequests tries every bad request in both languages: it is refused,
// names the field in that language, and changes nothing.
func TestBadRequests(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	batch := f.batch(0, product, "L1")
	before := f.documents()
	for _, b := range badRequests(f.ids[0], product, batch) {
		for _, lang := range []string{"vi", "en"} {
			f.refused(b, lang)
		}
	}
	if diff := cmp.Diff(before, f.documents()); diff != "" {
		t.Errorf("refused requests changed something:\n%s", diff)
	}
}

func (f *fixture) refused(b bad, lang string) {
	f.t.Helper()
	who := b.who
	if who == "" {
		who = "p0"
	}
	headers := append([]string{"Accept-Language", map[string]string{"vi": "fr, vi;q=0.8", "en": "en-GB,en;q=0.9,vi;q=0.5"}[lang]}, b.headers...)
	f.check(b, lang, f.do(who, b.method, b.path, b.body, headers...))
}

// check holds a refusal against what it has to say.
func (f *fixture) check(b bad, lang string, got reply) {
	f.t.Helper()
	if got.status != b.status || got.header.Get("Content-Type") != problemType || got.header.Get("Content-Language") != lang {
		f.t.Errorf("%s (%s): %d %q %q, want %d: %s", b.name, lang, got.status, got.header.Get("Content-Type"), got.header.Get("Content-Language"), b.status, got.body)
		return
	}
	message, _ := got.get(f.t, "detail").(string)
	if b.field != "" {
		message = fieldMessage(f.t, got, b.field)
		if message == "" {
			f.t.Errorf("%s (%s): the field %q is not named: %s", b.name, lang, b.field, got.body)
			return
		}
	}
	want := map[string]string{"vi": b.vi, "en": b.en}[lang]
	if !strings.Contains(message, want) {
		f.t.Errorf("%s (%s): %q does not say %q", b.name, lang, message, want)
	}
	title, _ := got.get(f.t, "title").(string)
	if lang == "vi" && slices.ContainsFunc(english, func(w string) bool { return strings.Contains(message+title, w) }) {
		f.t.Errorf("%s: left in English: %q, %q", b.name, title, message)
	}
}

func fieldMessage(t *testing.T, r reply, field string) string {
	t.Helper()
	errs, _ := r.get(t, "errors").([]any)
	for _, e := range errs {
		if m := e.(map[string]any); m["field"] == field {
			return m["message"].(string)
		}
	}
	return ""
}

func pdf(note string) []byte {
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%" + note +
		"\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n")
}

// TestBadUploads tries what must not be kept, over a real connection.
func TestBadUploads(t *testing.T) {
	f := newFixture(t)
	server := httptest.NewServer(f.engine)
	t.Cleanup(server.Close)
	product := f.product(0)
	f.upload("p0", "PUT", "/products/"+product+"/photo", formPart{"file", "a.png", "image/png", picture(t, 1)})
	before := f.documents()
	big := append(pdf("x"), bytes.Repeat([]byte{'\n'}, 13<<20)...)
	certificate := formPart{name: "certificate", media: "application/json", content: []byte(`{"kind":"OCOP"}`)}
	html := formPart{"file", "giay.pdf", "application/pdf", []byte("<!doctype html><script>alert(1)</script>")}
	for _, tt := range []struct {
		bad
		parts []formPart
	}{
		{bad{name: "13 MiB", method: "POST", path: "/files", status: 413, field: "file", vi: "lớn hơn 12 MiB", en: "larger than 12 MiB"}, []formPart{{"file", "giay.pdf", "application/pdf", big}}},
		{bad{name: "a byte too much", method: "POST", path: "/files", status: 413, field: "file", vi: "lớn hơn 12 MiB", en: "larger than 12 MiB"}, []formPart{{"file", "giay.pdf", "application/pdf", big[:trace.MaxFileSize+1]}}},
		{bad{name: "13 MiB photo", method: "PUT", path: "/products/" + product + "/photo", status: 413, field: "file", vi: "lớn hơn 12 MiB", en: "larger than 12 MiB"}, []formPart{{"file", "anh.png", "image/png", big}}},
		{bad{name: "13 MiB with a certificate", method: "POST", path: "/certificates", status: 413, field: "file", vi: "lớn hơn 12 MiB", en: "larger than 12 MiB"}, []formPart{certificate, {"file", "giay.pdf", "application/pdf", big}}},
		{bad{name: "HTML as PDF", method: "POST", path: "/files", status: 422, field: "file", vi: "PDF", en: "PDF"}, []formPart{html}},
		{bad{name: "HTML as photo", method: "PUT", path: "/products/" + product + "/photo", status: 422, field: "file"}, []formPart{{"file", "anh.png", "image/png", html.content}}},
		{bad{name: "nothing", method: "POST", path: "/files", status: 422, field: "file"}, []formPart{{"file", "giay.pdf", "application/pdf", nil}}},
		{bad{name: "no file", method: "POST", path: "/files", status: 422, field: "file", vi: "bắt buộc", en: "required"}, nil},
		{bad{name: "two files", method: "POST", path: "/files", status: 422, field: "file", vi: "một lần", en: "once"}, []formPart{{"file", "a.pdf", "", pdf("1")}, {"file", "b.pdf", "", pdf("2")}}},
		{bad{name: "unknown part", method: "POST", path: "/files", status: 422, field: "producer", vi: "không có trường này", en: "not a known field"}, []formPart{{name: "producer", content: []byte("x")}}},
		{bad{name: "certificate without JSON", method: "POST", path: "/certificates", status: 422, field: "certificate", vi: "bắt buộc", en: "required"}, []formPart{{"file", "a.pdf", "", pdf("1")}}},
		{bad{name: "certificate that is not whole", method: "POST", path: "/certificates", status: 422, field: "number", vi: "bắt buộc", en: "required"}, []formPart{certificate, {"file", "a.pdf", "", pdf("1")}}},
		{bad{name: "certificate that is not JSON", method: "POST", path: "/certificates", status: 400, field: "body", vi: "JSON", en: "not valid JSON"}, []formPart{{name: "certificate", content: []byte("{")}}},
	} {
		for _, lang := range []string{"vi", "en"} {
			body, media := form(t, tt.parts...)
			f.check(tt.bad, lang, f.send(server, lang, tt.method, tt.path, body, media))
		}
	}
	cut, media := form(t, formPart{"file", "a.pdf", "", pdf("1")})
	half, err := io.ReadAll(io.LimitReader(cut, 150))
	if err != nil {
		t.Fatal(err)
	}
	f.check(bad{name: "cut off", status: 400, field: "file", vi: "trọn vẹn", en: "to its end"}, "vi", f.send(server, "vi", "POST", "/files", bytes.NewReader(half), media))
	f.check(bad{name: "JSON", status: 415, field: "Content-Type", vi: "multipart/form-data", en: ""}, "vi", f.send(server, "vi", "POST", "/files", strings.NewReader("{}"), "application/json"))
	if diff := cmp.Diff(before, f.documents()); diff != "" {
		t.Errorf("refused uploads changed something:\n%s", diff)
	}
	if got := f.upload("p0", "POST", "/files", formPart{"file", "a.pdf", "", append(pdf("x"), bytes.Repeat([]byte{'\n'}, trace.MaxFileSize-200)...)[:trace.MaxFileSize-200]}); got.status >= 500 {
		t.Errorf("a file of nearly the largest size: %d %s", got.status, got.body)
	}
}

// send sends a request over a connection.
func (f *fixture) send(server *httptest.Server, lang, method, path string, body io.Reader, media string) reply {
	f.t.Helper()
	request, err := http.NewRequestWithContext(f.t.Context(), method, server.URL+Prefix+path, body)
	if err != nil {
		f.t.Fatal(err)
	}
	request.Header.Set("X-API-Key", f.keys["p0"])
	request.Header.Set("Content-Type", media)
	request.Header.Set("Accept-Language", lang)
	response, err := server.Client().Do(request)
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, content}
}
