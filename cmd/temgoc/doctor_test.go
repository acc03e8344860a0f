package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"temgoc/internal/health"
)

// TestDoctor looks at a service that was just begun, and at what is wrong with
// it one by one.
func TestDoctor(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s, err := storeFlags{Data: data}.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	examine := func(want int, args ...string) (levels map[string]health.Level, text string) {
		t.Helper()
		var out, errs bytes.Buffer
		args = append([]string{"doctor", "--data", data, "--public-url", "http://127.0.0.1:8080"}, args...)
		if code := run(t.Context(), args, &out, &errs); code != want {
			t.Errorf("%v: exit code %d, want %d: %s%s", args, code, want, out.String(), errs.String())
		}
		var found doctored
		levels = map[string]health.Level{}
		if json.Unmarshal(out.Bytes(), &found) == nil {
			for _, f := range found.Findings {
				levels[f.Check] = f.Level
				if (f.Level == health.Good) != (f.Remedy.VI == "") || f.What.VI == "" || f.Title.EN == "" {
					t.Errorf("%+v", f)
				}
			}
		}
		return levels, out.String()
	}
	// A service that was never backed up is not in order.
	levels, _ := examine(1, "--json")
	for check, want := range map[string]health.Level{
		health.PublicAddress: health.Good, health.DataDirectory: health.Good, health.KeyFile: health.Good, health.LogKey: health.Good,
		health.Documents: health.Good, health.Files: health.Good, health.Indexes: health.Good, health.Clock: health.Good,
		health.KeysBelong: health.Good, health.SecondFactor: health.Good, health.Backup: health.Bad, health.KeyCopies: health.Warn, health.Witness: health.Warn,
	} {
		if levels[check] != want {
			t.Errorf("%s is %q, want %q", check, levels[check], want)
		}
	}
	if _, text := examine(1, "--lang", "vi"); !strings.Contains(text, "LỖI   Sao lưu: Chưa từng sao lưu\n      Vì sao: ") || !strings.Contains(text, "Cách sửa: ") {
		t.Errorf("in Vietnamese it says\n%s", text)
	}
	if levels, _ := examine(1, "--json", "--public-url", "https://127.0.0.1:1"); levels[health.PublicTLS] != health.Warn && levels[health.PublicAddress] != health.Bad {
		t.Errorf("an address that does not answer: %v", levels)
	}
	if levels, _ := examine(1, "--json", "--mail-server", "smtp://127.0.0.1:1?tls=0", "--mail-from", "a@example.vn"); levels[health.Mail] != health.Bad {
		t.Errorf("a mail server that does not answer: %v", levels)
	}
	if levels, _ := examine(1, "--json", "--documents", "mongodb://root:password@127.0.0.1:1/temgoc", "--files", "s3://minioadmin:minioadmin@127.0.0.1:1/temgoc"); levels[health.Passwords] != health.Bad {
		t.Errorf("default passwords: %v", levels)
	}
	if err := os.Chmod(data, 0o755); err != nil {
		t.Fatal(err)
	}
	if levels, _ := examine(1, "--json"); levels[health.DataDirectory] != health.Bad {
		t.Errorf("an open directory: %v", levels)
	}
	if err := os.Remove(filepath.Join(data, "keys.json")); err != nil {
		t.Fatal(err)
	}
	if levels, _ := examine(1, "--json"); levels[health.KeyFile] != health.Bad {
		t.Errorf("no key file: %v", levels)
	}
}
