package api

import (
	"bytes"
	"testing"

	"temgoc/internal/trace"
)

// TestReportsLeaveNoContactBehind holds that the contact of a report is nowhere
// but in its own document: not in an answer, and not in the hash by which a
// repeated request is known.
func TestReportsLeaveNoContactBehind(t *testing.T) {
	f := newFixture(t)
	code := f.batch(0, f.product(0), "L1")
	body := with(problemBody(code), map[string]any{"contact": "0912 345 678"})
	made := f.must("office", "POST", "/problems", body, "Idempotency-Key", "k")
	path := "/problems/" + made.id(t)
	reference, _ := made.get(t, "data.reference").(string)
	if got := f.must("inspector", "GET", path+"/contact", nil); got.get(t, "contact") != "0912 345 678" {
		t.Errorf("contact: %s", got.body)
	}
	for _, who := range []string{"p0", "certifier", "administrator"} {
		if got := f.do(who, "GET", path+"/contact", nil); got.status != 403 {
			t.Errorf("%s asks for the contact: %d %s", who, got.status, got.body)
		}
	}
	f.must("p0", "POST", path+"/answer", map[string]any{"answer": "Mời đổi hàng"})
	for _, got := range []reply{made, f.must("p0", "GET", path, nil), f.must("office", "GET", "/problems", nil), f.must("laboratory", "GET", "/problems/references/"+reference, nil)} {
		if bytes.Contains(got.body, []byte("345 678")) {
			t.Errorf("an answer tells the contact: %s", got.body)
		}
	}
	// The same report with another contact is the same request.
	again := f.must("office", "POST", "/problems", with(body, map[string]any{"contact": "0987 654 321"}), "Idempotency-Key", "k")
	if string(again.body) != string(made.body) {
		t.Errorf("repeated: %s\nwas %s", again.body, made.body)
	}
	history, err := f.store.History(t.Context(), trace.KindProblems, made.id(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range history {
		if bytes.Contains(r.Body, []byte("345 678")) {
			t.Errorf("revision %d holds the contact: %s", r.Number, r.Body)
		}
	}
	if status := f.must("p1", "GET", "/problems/references/"+reference, nil); status.get(t, "answer") != "Mời đổi hàng" || status.get(t, "answeredBy") != "Hợp tác xã Số 0" {
		t.Errorf("status: %s", status.body)
	}
	if got := f.do("p0", "GET", "/problems/references/00000000", nil); got.status != 404 {
		t.Errorf("unknown reference: %d %s", got.status, got.body)
	}
}
