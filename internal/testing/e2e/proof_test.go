package e2e

import (
	"database/sql"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // to change records past the service
)

// TestProof checks a page on the reader's own device, and once more after
// somebody changed what is stored and started the service anew.
func TestProof(t *testing.T) {
	data := t.TempDir()
	service, text := demo(t, "--data", data)
	path := strings.TrimPrefix(between(t, text, "Lô đầy đủ", service.url), service.url)

	p := sit(t, service.url, phoneWidth, true).open(path)
	p.follow("Tự kiểm tra bằng máy này").sees("Những gì đã được ghi")
	p.tap("Tự kiểm tra bằng máy này").awaits("tất cả đều nằm trong nhật ký đã ký").sees("✓ Lô hàng: xuất xưởng")
	p.tap("Tự kiểm tra bằng máy này").awaits("tất cả đều nằm trong nhật ký đã ký") // now that it knows the log

	audit := exec.Command(binary, "audit", "--data", data)
	if out, err := audit.CombinedOutput(); err != nil {
		t.Errorf("audit of untouched data: %v\n%s", err, out)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE revisions SET body = json_set(body, '$.expiry', '2031-01-01') WHERE kind = 'batches' AND id = ?`, strings.TrimPrefix(path, "/")); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	service.stop(t)
	service, _ = demo(t, "--data", data)
	sit(t, service.url, phoneWidth, true).open(service.url+path).sees("Hồ sơ không khớp với nhật ký", "Đừng dựa vào thông tin trên trang này")
	out, err := exec.Command(binary, "audit", "--data", data).CombinedOutput()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 || !strings.Contains(string(out), strings.TrimPrefix(path, "/")) {
		t.Errorf("audit of changed data: %v\n%s", err, out)
	}
}

// takesProofAway checks a batch as an inspector does who believes the key alone:
// the evidence of its page and its sealed file, offline, and the running service.
// Then everything that is stored is compared with the log, while it runs.
func takesProofAway(t *testing.T, e engine, p *process, code string) {
	t.Helper()
	dir := t.TempDir()
	status, key := get(t, p.url+"/log/key")
	if status != http.StatusOK {
		t.Fatalf("the key of the log: %d %s", status, key)
	}
	key = strings.TrimSpace(key)
	page, sealed, kept := filepath.Join(dir, "proof.json"), filepath.Join(dir, "sealed.zip"), filepath.Join(dir, "kept")
	status, evidence := get(t, p.url+"/"+code+"/proof.json")
	if status != http.StatusOK {
		t.Fatalf("the evidence of the page: %d %s", status, evidence)
	}
	if err := os.WriteFile(page, []byte(evidence), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, append([]string{"bundle", code, "-o", sealed}, e.flags...)...)
	for _, what := range [][]string{{page}, {sealed}, {p.url + "/" + code, "--kept", kept}, {p.url + "/" + code, "--kept", kept}} {
		command(t, append([]string{"verify", "--key", key}, what...)...)
	}
	file, err := os.ReadFile(sealed)
	if err != nil {
		t.Fatal(err)
	}
	file[len(file)/2] ^= 1
	changed := filepath.Join(dir, "changed.zip")
	if err := os.WriteFile(changed, file, 0o600); err != nil {
		t.Fatal(err)
	}
	fails(t, "verify", "--key", key, changed)
	command(t, append([]string{"audit"}, e.flags...)...)
}
