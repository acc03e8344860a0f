package api

import (
	"strings"
	"testing"
)

// TestRecallTakesTwo recalls a batch through the API: nobody does alone.
func TestRecallTakesTwo(t *testing.T) {
	f := newFixture(t)
	code := f.batch(0, f.product(0), "L1")
	f.must("p0", "POST", "/batches/"+code+"/transitions", map[string]any{"to": "released"})
	for _, who := range []string{"inspector", "office"} {
		alone := f.do(who, "POST", "/batches/"+code+"/transitions", map[string]any{"to": "recalled", "reason": "x"}, "Accept-Language", "en")
		if detail, _ := alone.get(t, "detail").(string); alone.status != 403 || !strings.Contains(detail, "two people") {
			t.Errorf("%s alone: %d %s", who, alone.status, alone.body)
		}
	}
	hold := recallBody(code)
	hold["holdNow"] = true
	proposal := f.must("inspector", "POST", "/recalls", hold)
	path := "/recalls/" + proposal.id(t)
	if got := f.must("p0", "GET", "/batches/"+code, nil); got.get(t, "data.state") != "held" {
		t.Errorf("after an emergency proposal: %s", got.body)
	}
	if got := f.do("p0", "GET", path, nil); got.status != 404 {
		t.Errorf("the producer reads a proposal: %d %s", got.status, got.body)
	}
	for _, tt := range []struct {
		who, etag string
		status    int
	}{{"office", "", 428}, {"office", `"2"`, 412}, {"inspector", `"1"`, 403}, {"certifier", `"1"`, 403}} {
		var headers []string
		if tt.etag != "" {
			headers = []string{"If-Match", tt.etag}
		}
		if got := f.do(tt.who, "POST", path+"/approval", nil, headers...); got.status != tt.status {
			t.Errorf("approval by %s of %s: %d %s, want %d", tt.who, tt.etag, got.status, got.body, tt.status)
		}
	}
	approved := f.must("office", "POST", path+"/approval", nil, "If-Match", `"1"`, "Idempotency-Key", "k")
	again := f.must("office", "POST", path+"/approval", nil, "If-Match", `"1"`, "Idempotency-Key", "k")
	if approved.get(t, "data.state") != "approved" || approved.get(t, "deadlines.notify") == nil || string(approved.body) != string(again.body) {
		t.Errorf("approved: %s\nrepeated: %s", approved.body, again.body)
	}
	if got := f.must("p0", "GET", "/batches/"+code, nil); got.get(t, "data.state") != "recalled" || got.get(t, "data.instructions") != "trả lại nơi mua" {
		t.Errorf("after the approval: %s", got.body)
	}
	notice := f.must("p0", "GET", "/batches/"+code+"/notice", nil)
	if notice.get(t, "recall.id") != proposal.id(t) || notice.get(t, "batch.data.reason") != "nhiễm chì" {
		t.Errorf("notice: %s", notice.body)
	}
	if got := f.do("office", "POST", path+"/rejection", map[string]any{"reason": "x"}); got.status != 409 {
		t.Errorf("rejected after the approval: %d %s", got.status, got.body)
	}
	if got := f.do("inspector", "POST", path+"/withdrawal", nil); got.status != 409 {
		t.Errorf("withdrawn after the approval: %d %s", got.status, got.body)
	}
}
