package operation

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"temgoc/internal/health"
	"temgoc/internal/testing/desktest"
)

// TestStatus shows what is wrong before what is not, with what to do, in words
// besides colours.
func TestStatus(t *testing.T) {
	w := desktest.New(t)
	now := w.Ledger.Now()
	watch := health.NewWatch(health.Sources{
		Documents: func(context.Context) error { return nil },
		Files:     func(context.Context) error { return errors.New("connection refused") },
		Backup:    func(context.Context) (time.Time, error) { return now.Add(-30 * time.Hour), nil },
		Replicas: func(context.Context, time.Time) ([]health.Replica, error) {
			return []health.Replica{{Host: "may-1", Version: "v1.2.3", At: now}, {Host: "may-2", Version: "v1.2.3", At: now.Add(-time.Hour)}}, nil
		},
	}, slog.New(slog.DiscardHandler), w.Ledger.Now)
	watch.LookOften(t.Context())
	watch.LookNow(t.Context())
	part, err := Part(desktest.Shared(t), Config{Ledger: w.Ledger, People: w.People, Keys: w.Keys, Health: watch})
	if err != nil {
		t.Fatal(err)
	}
	b := w.Serve(part).Browser("administrator")
	page := b.Get("/console/tinh-trang").Want(t, http.StatusOK, "✗ Có lỗi cần xử lý ngay", "Kho tệp ✗ Có lỗi connection refused", "Cách xử lý",
		"Kho hồ sơ ✓ Ổn Đang trả lời", "Sao lưu ! Cần lưu ý", "may-2", "✗ không thấy", "✓ đang chạy")
	text := page.Text()
	if strings.Index(text, "Kho tệp") > strings.Index(text, "Sao lưu") || strings.Index(text, "Sao lưu") > strings.Index(text, "Kho hồ sơ") {
		t.Errorf("what is wrong does not stand first:\n%s", text)
	}
	b.Get("/console/tinh-trang?lang=en").Want(t, http.StatusOK, "Something is wrong", "File store", "What to do")
}

// TestStatusOfNothing is the page of a service that nothing looks after.
func TestStatusOfNothing(t *testing.T) {
	w := world(t)
	w.Browser("administrator").Get("/console/tinh-trang").Want(t, http.StatusOK, "Tình trạng hệ thống")
}
