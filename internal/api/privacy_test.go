package api

import (
	"net/http"
	"strings"
	"testing"
)

// TestErasure takes a request, finds a person, and has it erased.
func TestErasure(t *testing.T) {
	f := newFixture(t)
	refused := func(status int, who, method, path string, body any) {
		t.Helper()
		if r := f.do(who, method, path, body); r.status != status {
			t.Errorf("%s %s %s answers %d %s, want %d", who, method, path, r.status, r.body, status)
		}
	}
	product := f.product(0)
	code := f.batch(0, product, "L1")
	record := f.must("p0", "POST", "/batches/"+code+"/records", with(harvest(), map[string]any{"person": "Bàn Thị Mai", "note": "giữ lại"})).id(t)
	id := f.must("office", "POST", "/data-requests", map[string]any{"what": "erase", "name": "Mai", "contact": "thôn Hồng Ba"}).id(t)
	at := "/data-requests/" + id
	picks := map[string]any{"picks": []any{map[string]any{"kind": "records", "id": record, "member": "person"}}, "outcome": "đã xóa"}
	refused(http.StatusConflict, "office", "POST", at+"/erasure", picks)
	f.must("administrator", "POST", at+"/acknowledgement", map[string]any{"identity": "gọi lại"})
	f.must("administrator", "POST", at+"/extension", map[string]any{"reason": "nhiều hồ sơ"})
	found := f.must("office", "POST", "/personal-data/search", map[string]any{"text": "ban thi mai"})
	if !strings.Contains(string(found.body), record) || !strings.Contains(string(found.body), "Bàn Thị Mai") {
		t.Errorf("found is %s", string(found.body))
	}
	refused(http.StatusUnprocessableEntity, "office", "POST", "/personal-data/search", map[string]any{"text": "a"})
	refused(http.StatusForbidden, "p0", "POST", "/personal-data/search", map[string]any{"text": "ban thi mai"})
	refused(http.StatusForbidden, "inspector", "GET", at, nil)
	refused(http.StatusUnprocessableEntity, "office", "POST", at+"/erasure", map[string]any{"picks": []any{map[string]any{"kind": "records", "id": record, "member": "kind"}}, "outcome": "x"})
	done := f.must("office", "POST", at+"/erasure", picks)
	if done.get(t, "data.state") != "done" {
		t.Errorf("the request is %v", done.get(t, "data.state"))
	}
	history := f.must("p0", "GET", "/records/"+record+"/history", nil)
	if strings.Contains(string(history.body), "Mai") || !strings.Contains(string(history.body), "giữ lại") {
		t.Errorf("the record says %s", string(history.body))
	}
	other := f.must("office", "POST", "/data-requests", map[string]any{"what": "export", "name": "Páo", "contact": "x"}).id(t)
	f.must("office", "POST", "/data-requests/"+other+"/refusal", map[string]any{"reason": "không xác minh được"})
	listed := f.must("office", "GET", "/data-requests?state=refused", nil)
	if !strings.Contains(string(listed.body), other) || strings.Contains(string(listed.body), id) {
		t.Errorf("refused are %s", string(listed.body))
	}
}
