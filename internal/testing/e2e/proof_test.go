package e2e

import (
	"database/sql"
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
