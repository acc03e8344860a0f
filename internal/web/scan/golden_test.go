package scan_test

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

var update = flag.Bool("update", false, "write the golden files")

// rootOfLog is the root of the log, which is another in each run: so are ids and
// salts.
var rootOfLog = regexp.MustCompile(`(gốc |root |"root": ")[A-Za-z0-9+/=&#;]+`)

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	got = rootOfLog.ReplaceAll(got, []byte("${1}ROOT"))
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

// TestGolden shows the main states as whole pages. Run it with -update after a
// deliberate change and read the difference.
func TestGolden(t *testing.T) {
	tests := []struct {
		name   string
		status int
		path   func(*world) string
	}{
		{"released", http.StatusOK, func(w *world) string { return "/" + w.complete() }},
		{"released-en", http.StatusOK, func(w *world) string { return "/" + w.complete() + "?lang=en" }},
		{"records", http.StatusOK, func(w *world) string { return "/" + w.complete() + "/records" }},
		{"item", http.StatusOK, func(w *world) string { return "/" + w.items(w.complete(), 3, true)[1].String() }},
		{"potential", http.StatusOK, func(w *world) string { return "/" + w.released("L1") }},
		{"recalled", http.StatusOK, func(w *world) string {
			code := w.complete()
			w.advance(time.Hour)
			w.recall(code, "Dư lượng chì vượt mức cho phép ở mẫu lấy tại chợ.")
			return "/" + code
		}},
		{"held", http.StatusOK, func(w *world) string {
			code := w.complete()
			w.move(w.asProducer(), code, trace.BatchHeld, "Chờ kết quả thử lại độ ẩm.")
			return "/" + code
		}},
		{"closed", http.StatusOK, func(w *world) string {
			code := w.complete()
			w.move(w.asProducer(), code, trace.BatchClosed, "")
			return "/" + code
		}},
		{"expired", http.StatusOK, func(w *world) string {
			code := w.complete()
			w.advance(480 * 24 * time.Hour)
			return "/" + code
		}},
		{"input-recalled", http.StatusOK, func(w *world) string {
			parent := w.released("L1")
			child := w.released("L2", trace.Input{Batch: parent, Quantity: qty("10", "KGM")})
			w.recall(parent, "Nhiễm nấm mốc.")
			return "/" + child
		}},
		{"withdrawn", http.StatusOK, func(w *world) string {
			code := w.released("L1")
			c := w.addStars("300/QĐ-UBND", "2025-01-10", 3)
			_, err := w.ledger.WithdrawCertificate(w.Context(), office, c.ID, trace.Ending{From: date("2026-06-01"), Reason: "Không còn đáp ứng tiêu chí"})
			w.must(err)
			return "/" + code
		}},
		{"declared-stars", http.StatusOK, func(w *world) string {
			code := w.released("L1")
			w.addCertificate(w.asProducer(), trace.CertificateData{Kind: "OCOP", Number: "999/QĐ-UBND", Authority: "UBND tỉnh", Issued: date("2025-01-10"), Product: w.product, OCOP: &trace.Evaluation{Stars: 5}})
			return "/" + code
		}},
		{"not-active", http.StatusNotFound, func(w *world) string { return "/" + w.addBatch("L1").ID }},
		{"voided", http.StatusGone, func(w *world) string {
			code := w.released("L1")
			_, err := w.ledger.VoidCodes(w.Context(), w.asProducer(), trace.Void{Batch: code, Whole: true, Reason: "Cuộn tem bị mất."})
			w.must(err)
			return "/" + code
		}},
		{"not-issued", http.StatusNotFound, func(w *world) string { return "/" + w.foreignItem(w.released("L1")) }},
		{"unknown", http.StatusNotFound, func(*world) string { return "/" + unknownCode() }},
		{"mistyped", http.StatusNotFound, func(w *world) string { return "/" + lookalike(w.released("L1")) }},
		{"start", http.StatusOK, func(*world) string { return "/" }},
		{"lot-unknown", http.StatusNotFound, func(w *world) string {
			w.released("L1")
			return "/01/09521234000013/10/KHONG-CO"
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			path := tt.path(w)
			w.poll()
			rec := w.get(path)
			if rec.Code != tt.status {
				t.Errorf("status %d, want %d", rec.Code, tt.status)
			}
			golden(t, tt.name+".html", rec.Body.Bytes())
		})
	}
}

// unknownCode is a well-formed code that no batch of a world has.
func unknownCode() string {
	code, err := stamp.NewBatchCode(sevens{})
	if err != nil {
		panic(err)
	}
	return code.String()
}

type sevens struct{}

func (sevens) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0x77
	}
	return len(p), nil
}

// foreignItem is an item code of the batch made with another key.
func (w *world) foreignItem(code string) string {
	keys, err := stamp.NewKeys(sevens{})
	w.must(err)
	batch, err := stamp.ParseBatchCode(code)
	w.must(err)
	sealer, err := keys.Sealer(keys.Current(), batch)
	w.must(err)
	return sealer.Item(0).String()
}

// lookalike mistypes one character of a code so that exactly one correction is
// likely.
func lookalike(code string) string {
	for i := range code {
		for _, c := range "8B5S2Z6G0D" {
			wrong := code[:i] + string(c) + code[i+1:]
			for _, meant := range stamp.Candidates(wrong) {
				if meant.String() == code {
					return wrong
				}
			}
		}
	}
	// No character has a twin: two neighbours are exchanged.
	return code[:1] + code[2:3] + code[1:2] + code[3:]
}
