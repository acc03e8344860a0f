package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// said runs the program and gives its exit code and what it wrote.
func said(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), args, &out, &out)
	return code, out.String()
}

// keep writes a file that is the test's own.
func keep(t *testing.T, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestConfig sets values in all the ways there are.
func TestConfig(t *testing.T) {
	documents := keep(t, "documents", "mongodb://ann:s3cret-x@db1,db2/temgoc?replicaSet=rs0\n", 0o400)
	file := keep(t, "temgoc.yaml", "documents: file:"+documents+"\npublic-url: https://t.example.vn\naddr: :1\nlog-format: text\n", 0o644)
	t.Setenv("TEMGOC_ADDR", ":2")
	t.Setenv("TEMGOC_FILES", "s3://KEY:s3cret-x@minio:9000/temgoc?tls=0")
	code, out := said(t, "--config", file, "config", "--log-format", "json")
	if code != 0 || strings.Contains(out, "s3cret") || strings.Contains(out, "KEY") {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	lines := map[string]string{}
	for line := range strings.Lines(out) {
		name, rest, _ := strings.Cut(line, ": ")
		lines[name] = strings.Join(strings.Fields(rest), " ")
	}
	for name, want := range map[string]string{
		"documents":  "mongodb://***@db1,db2/temgoc # configuration file, read from " + documents,
		"files":      "s3://***@minio:9000/temgoc # environment TEMGOC_FILES",
		"addr":       ":2 # environment TEMGOC_ADDR",
		"public-url": "https://t.example.vn # configuration file",
		"log-format": "json # command line",
		"keys":       "temgoc-data/keys.json # default",
	} {
		if lines[name] != want {
			t.Errorf("%s: %s, want %s", name, lines[name], want)
		}
	}
}

// TestRefusedConfiguration gives what lets others in.
func TestRefusedConfiguration(t *testing.T) {
	open := keep(t, "documents", "mongodb://ann:s3cret-x@db1/temgoc", 0o644)
	inside := keep(t, "temgoc.yaml", "documents: mongodb://ann:s3cret-x@db1/temgoc\n", 0o644)
	for name, test := range map[string]struct {
		want string
		args []string
	}{
		"password file for all":   {"chmod 600", []string{"config", "--documents", "file:" + open}},
		"passwords in the file":   {"chmod 600", []string{"--config", inside, "config"}},
		"empty password file":     {"is empty", []string{"config", "--documents", "file:" + keep(t, "empty", "\n", 0o600)}},
		"no password file":        {"no such file", []string{"config", "--documents", "file:/nowhere"}},
		"no account":              {"sign in", []string{"serve", "--documents", "mongodb://db1/temgoc"}},
		"no account, other tools": {"sign in", []string{"key", "list", "--documents", "mongodb://db1/temgoc"}},
		"minioadmin":              {"well known", []string{"config", "--files", "s3://temgoc:minioadmin@minio/temgoc"}},
		"in the clear":            {"not encrypted", []string{"config", "--files", "s3://temgoc:gkq2-x@objects.example.vn/temgoc?tls=0"}},
		"http":                    {"need https", []string{"config", "--public-url", "http://t.example.vn"}},
	} {
		args := test.args
		if args[len(args)-2] != "--public-url" && args[0] != "key" {
			args = append(args, "--public-url", "https://t.example.vn")
		}
		if code, out := said(t, args...); code == 0 || !strings.Contains(out, test.want) || strings.Contains(out, "s3cret") {
			t.Errorf("%s: exit code %d, want a refusal with %q:\n%s", name, code, test.want, out)
		}
	}
	code, out := said(t, "config", "--insecure-stores", "--documents", "mongodb://db1/temgoc", "--public-url", "https://t.example.vn")
	if code != 0 {
		t.Errorf("with --insecure-stores: exit code %d:\n%s", code, out)
	}
}

// TestHealth asks servers that live, that miss a store, and that are gone.
func TestHealth(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/readyz" {
			http.Error(w, "documents: not answering", http.StatusServiceUnavailable)
		}
	}))
	_, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	for _, addr := range []string{"127.0.0.1:" + port, ":" + port, "0.0.0.0:" + port} {
		if code, out := said(t, "health", "--addr", addr); code != 0 {
			t.Errorf("%s: exit code %d: %s", addr, code, out)
		}
	}
	if code, out := said(t, "health", "--addr", ":"+port, "--ready"); code != 1 || !strings.Contains(out, "documents: not answering") {
		t.Errorf("--ready: exit code %d: %s", code, out)
	}
	server.Close()
	if code, out := said(t, "health", "--addr", ":"+port); code != 1 {
		t.Errorf("a server that is gone: exit code %d: %s", code, out)
	}
}
