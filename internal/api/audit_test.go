package api

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/account"
	"temgoc/internal/trace"
)

// acts are the entries of an answer, in short.
func acts(t *testing.T, r reply) []string {
	t.Helper()
	if r.status != 200 {
		t.Fatalf("%d: %s", r.status, r.body)
	}
	out := []string{}
	for _, item := range r.get(t, "items").([]any) {
		e := item.(map[string]any)
		text := e["action"].(map[string]any)["vi"].(string)
		if subject, ok := e["subject"].(map[string]any); ok {
			text += " " + subject["vi"].(string)
		}
		if detail, ok := e["detail"].(string); ok {
			text += ": " + detail
		}
		out = append(out, text)
	}
	return out
}

func TestAudit(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	code := f.batch(0, product, "L1")
	f.must("p0", "POST", "/batches/"+code+"/transitions", map[string]any{"to": "released"})
	order := f.must("p0", "POST", "/batches/"+code+"/orders", map[string]any{"codes": "item", "count": 5, "stock": "tomy-145"}).id(t)
	f.must("p0", "POST", "/orders/"+order+"/release", nil)
	held := f.must("inspector", "POST", "/batches/"+code+"/transitions", map[string]any{"to": "held", "reason": "chờ kiểm tra"})
	inspector := held.get(t, "by").(string)
	other := f.batch(1, f.product(1), "L2")
	since := url.QueryEscape(held.get(t, "changed").(string))

	batch := []string{
		"Tạm dừng lưu hành lô L1: chờ kiểm tra", "Phát hành lệnh in lô L1, 5 tem", "Lập lệnh in lô L1, 5 tem",
		"Xuất xưởng lô L1", "Mở lô L1",
	}
	withoutOrder := []string{batch[0], batch[3], batch[4]}
	for _, test := range []struct {
		who, query string
		want       []string
	}{
		{"office", "batch=" + strings.ToLower(code), batch},
		{"p0", "batch=" + code, batch},
		{"p0", "product=" + product, append(withoutOrder, "Thêm sản phẩm Chè Shan tuyết 0")},
		{"p0", "", append(batch, "Thêm sản phẩm Chè Shan tuyết 0", "Cấp khóa API p0", "Đăng ký chủ thể Hợp tác xã Số 0")},
		{"administrator", "by=" + inspector, batch[:1]},
		{"administrator", "kind=batches&until=" + since, withoutOrder[1:]},
		{"administrator", "kind=batches,keys&batch=" + code + "&since=" + since, batch[:1]},
		{"administrator", "producer=missing", []string{}},
	} {
		if diff := cmp.Diff(test.want, acts(t, f.do(test.who, "GET", "/audit?"+test.query, nil))); diff != "" {
			t.Errorf("%s %s: -want +got:\n%s", test.who, test.query, diff)
		}
	}
	var paged []string
	for path := "/audit?limit=4"; path != ""; {
		got := f.must("office", "GET", path, nil)
		paged = append(paged, acts(t, got)...)
		path = strings.TrimPrefix(strings.TrimSuffix(got.header.Get("Link"), `>; rel="next"`), "<")
	}
	if diff := cmp.Diff(acts(t, f.must("office", "GET", "/audit?limit=200", nil)), paged); diff != "" {
		t.Errorf("in pages: -one +four:\n%s", diff)
	}

	next := f.must("office", "GET", "/audit?limit=1", nil).get(t, "next").(string)
	for _, test := range []struct {
		who, query string
		status     int
		field      string
	}{
		{"p0", "batch=" + other, 404, ""},
		{"p0", "batch=" + strings.Repeat("0", 10), 404, ""},
		{"p0", "producer=" + f.ids[1], 404, ""},
		{"laboratory", "", 403, ""},
		{"office", "kind=claims", 422, "kind"},
		{"office", "batch=L1", 422, "batch"},
		{"office", "batch=" + code + "&product=" + product, 422, "query"},
		{"office", "since=2026", 422, "since"},
		{"office", "since=2026-11-02T00:00:00Z&until=2026-11-01T00:00:00Z", 422, "until"},
		{"office", "after=" + next + "&by=x", 422, "after"},
		{"office", "limit=201", 422, "limit"},
	} {
		got := f.do(test.who, "GET", "/audit?"+test.query, nil)
		if got.status != test.status || test.field != "" && fieldMessage(t, got, test.field) == "" {
			t.Errorf("%s %s: %d %s", test.who, test.query, got.status, got.body)
		}
	}
}

// TestAuditShowsNoContent checks that what stands in documents, such as the
// hash of a key, is not in the log.
func TestAuditShowsNoContent(t *testing.T) {
	f := newFixture(t)
	page, err := f.store.List(t.Context(), trace.Query{Kind: account.KindKeys, Limit: 1})
	if err != nil || len(page.Revisions) != 1 {
		t.Fatalf("keys: %v, %v", page, err)
	}
	var key account.Key
	content, err := page.Revisions[0].Content()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &key); err != nil || key.Hash == "" {
		t.Fatalf("key %s: %v", content, err)
	}
	got := f.must("administrator", "GET", "/audit?kind=keys&limit=200", nil)
	if !bytes.Contains(got.body, []byte(key.Label)) || bytes.Contains(got.body, []byte(key.Hash)) {
		t.Errorf("the log shows %s", got.body)
	}
}
