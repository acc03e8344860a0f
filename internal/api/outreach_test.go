package api

import (
	"strings"
	"testing"
)

// TestOutreachAndNotifications follows the goods of a batch, recalls it, and
// tells who has them.
func TestOutreachAndNotifications(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	code, child := f.batch(0, product, "L1"), f.batch(0, product, "L2")
	f.must("p0", "POST", "/batches/"+code+"/transitions", map[string]any{"to": "released"})
	body := with(batchBody(product, "L2"), map[string]any{"inputs": []any{map[string]any{"batch": code, "quantity": map[string]any{"value": "900", "unit": "TNE"}}}})
	f.must("p0", "PUT", "/batches/"+child, body)
	f.must("p0", "POST", "/batches/"+code+"/records", map[string]any{
		"kind": "shipping", "happened": "2026-11-20T02:00:00Z", "place": map[string]any{"commune": "02260"},
		"shipping": map[string]any{"recipient": "Siêu thị Xanh", "destination": "Hà Nội", "quantity": map[string]any{"value": "2.5", "unit": "KGM"}, "document": "PX-1"},
	})
	out := f.must("p0", "GET", "/batches/"+code+"/outreach?limit=1", nil)
	if out.get(t, "batchesInAll") != 2.0 || out.get(t, "outletsInAll") != 1.0 || len(out.get(t, "batches").([]any)) != 1 {
		t.Errorf("outreach: %s", out.body)
	}
	if next := f.must("p0", "GET", "/batches/"+code+"/outreach?limit=1&from=1", nil); !strings.Contains(string(next.body), child) {
		t.Errorf("the second part: %s", next.body)
	}
	balance := f.must("p0", "GET", "/batches/"+code+"/balance", nil)
	if warnings := balance.get(t, "warnings").([]any); len(warnings) != 1 {
		t.Errorf("balance: %s", balance.body)
	}
	if got := f.do("p0", "GET", "/batches/"+code+"/notifications", nil); got.status != 409 {
		t.Errorf("notifications of a batch on sale: %d %s", got.status, got.body)
	}
	f.must("p0", "POST", "/batches/"+code+"/transitions", map[string]any{"to": "recalled", "reason": "nhiễm chì"})
	if got := f.must("p0", "POST", "/batches/"+code+"/notifications/known", nil); got.get(t, "recipients") != 1.0 || got.get(t, "left") != 0.0 {
		t.Errorf("made: %s", got.body)
	}
	for range 2 {
		f.must("inspector", "POST", "/batches/"+code+"/notifications", map[string]any{"recipient": "Cô Lan"}, "Idempotency-Key", "k")
	}
	list := f.must("p0", "GET", "/batches/"+code+"/notifications", nil).get(t, "items").([]any)
	if len(list) != 2 {
		t.Fatalf("%d notifications, want 2", len(list))
	}
	first := list[0].(map[string]any)
	if path, _ := first["path"].(string); !strings.HasPrefix(path, "/thong-bao/"+first["id"].(string)) {
		t.Errorf("path %q", path)
	}
	f.must("p0", "POST", "/notifications/"+first["id"].(string)+"/told", map[string]any{"channel": "phone"})
	f.must("p0", "POST", "/notifications/"+list[1].(map[string]any)["id"].(string)+"/cancellation", map[string]any{"reason": "ghi nhầm"})
	progress := f.must("inspector", "GET", "/batches/"+code+"/recall-progress", nil)
	if progress.get(t, "recipients") != 1.0 || progress.get(t, "told") != 1.0 {
		t.Errorf("progress: %s", progress.body)
	}
	day, _, _ := strings.Cut(progress.get(t, "batch.data.stateSince").(string), "T")
	result := f.must("p0", "PUT", "/batches/"+code+"/recall-result", map[string]any{"finished": day})
	if result.get(t, "data.batch") != code || result.header.Get("ETag") != `"1"` {
		t.Errorf("result: %v %s", result.header, result.body)
	}
}
