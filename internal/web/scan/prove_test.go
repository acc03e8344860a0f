package scan_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof"
	"temgoc/internal/proof/policy"
	"temgoc/internal/testing/treelog"
	"temgoc/internal/trace"
)

// TestProof checks the evidence of a page as somebody who has nothing but the
// key, and looks for what is nobody's business in it.
func TestProof(t *testing.T) {
	w := newWorld(t)
	code := w.fullest()
	item := w.items(code, 3, true)[1].String()
	for _, path := range []string{"/" + code, "/" + item} {
		got := w.get(path + "/proof.json")
		if got.Code != http.StatusOK {
			t.Fatal(got.Code, got.Body.String())
		}
		e, err := proof.ParseEvidence(got.Body.Bytes())
		w.must(err)
		believed, err := policy.Parse([]byte("log " + e.Log.VKey + "\nquorum none\n"))
		w.must(err)
		if _, err := e.Verify(believed); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		kinds := map[string]int{}
		for _, s := range e.Statements {
			leaf, err := proof.ParseLeaf([]byte(s.Entry))
			w.must(err)
			noun, _, _ := strings.Cut(leaf.Type, ".")
			kinds[noun]++
		}
		if kinds["batch"] < 2 || kinds["record"] < 12 || kinds["test"] == 0 || kinds["certificate"] == 0 || kinds["producer"] == 0 || kinds["product"] == 0 {
			t.Errorf("%s proves %v", path, kinds)
		}
		lacks(t, got.Body.String(), `"kind":"orders"`, "recipient", `"phone"`, `"person"`, `"salt"`)
	}
	page := w.get("/" + code + "/proof")
	contains(t, page.Body.String(), "Tự kiểm tra bằng máy này", "Lô hàng: xuất xưởng", "Khóa của nhật ký")
	if csp := page.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'self'; connect-src 'self'") {
		t.Errorf("policy %s", csp)
	}
	if csp := w.get("/" + code).Header().Get("Content-Security-Policy"); strings.Contains(csp, "script") {
		t.Errorf("the page of the code runs scripts: %s", csp)
	}
}

// TestNoProof asks for evidence where there is none to give.
func TestNoProof(t *testing.T) {
	w := newWorld(t)
	open := w.addBatch("L1").ID
	for path, status := range map[string]int{
		"/" + open + "/proof": http.StatusNotFound, "/" + open + "/proof.json": http.StatusNotFound,
		"/" + unknownCode() + "/proof": http.StatusNotFound, "/abc/proof.json": http.StatusNotFound,
	} {
		if got := w.get(path); got.Code != status {
			t.Errorf("%s: %d, want %d", path, got.Code, status)
		}
	}
	code := w.released("L2")
	w.advance(25 * time.Hour)
	w.tamper(`UPDATE revisions SET body = json_set(body, '$.expiry', '2031-01-01') WHERE kind = ? AND id = ?`, string(trace.KindBatches), code)
	got := w.freshCache()("/" + code + "/proof")
	contains(t, got, "Hồ sơ không khớp với nhật ký")
}

// TestWitnessedProof has a witness cosign the log after a page was made: its
// evidence then satisfies who asks for the witness, and the page says so.
func TestWitnessedProof(t *testing.T) {
	w := newWorld(t)
	code := w.released("L1")
	contains(t, w.get("/"+code+"/proof").Body.String(), "Nhật ký này chưa có nhân chứng nào ký xác nhận")
	signer := treelog.Witness(t, "witness.example.vn", time.Now)
	vkey := signer.Verifier().String()
	plain := w.log.Checkpoint()
	body, _, _ := strings.Cut(plain, "\n\n")
	alone, err := note.Sign(&note.Note{Text: body + "\n"}, signer)
	w.must(err)
	_, line, _ := strings.Cut(string(alone), "\n\n")
	w.must(w.log.SaveCosigned(t.Context(), []byte(plain+line), []string{vkey}))
	e, err := proof.ParseEvidence(w.get("/" + code + "/proof.json").Body.Bytes())
	w.must(err)
	believed, err := policy.Parse([]byte("log " + e.Log.VKey + "\nwitness w " + vkey + "\nquorum w\n"))
	w.must(err)
	if r, err := e.Verify(believed); err != nil || len(r.Witnesses) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	contains(t, w.get("/"+code+"/proof").Body.String(), "Mốc này có 1 nhân chứng ký xác nhận")
	w.released("L2")
	contains(t, w.freshCache()("/"+code+"/proof"), "chưa có nhân chứng ký xác nhận")
}
