package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys.json")
	command(t, "key", "init", "--keys", keys)
	wide := filepath.Join(t.TempDir(), "wide.json")
	command(t, "key", "init", "--keys", wide)
	if err := os.Chmod(wide, 0o644); err != nil {
		t.Fatal(err)
	}
	data := func() string { return filepath.Join(t.TempDir(), "data") }
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"no public address", []string{"serve", "--data", data()}, "--public-url"},
		{"http on stamps", []string{"serve", "--data", data(), "--public-url", "http://t.example.vn"}, "need https"},
		{"a path on stamps", []string{"serve", "--data", data(), "--public-url", "https://t.example.vn/x"}, "more than a host"},
		{"the whole world as proxy", []string{"serve", "--data", data(), "--addr", "127.0.0.1:0", "--metrics-addr", "", "--public-url", "https://t.example.vn", "--trusted-proxies", "0.0.0.0/0"}, "whole world"},
		{"key file that others may read", []string{"serve", "--data", data(), "--public-url", "https://t.example.vn", "--keys", wide}, "chmod 600"},
		{"MongoDB without a key file", []string{"serve", "--data", data(), "--public-url", "https://t.example.vn", "--documents", "mongodb://127.0.0.1:1/x"}, "key init"},
		{"MongoDB that is away", []string{"doctor", "--data", data(), "--public-url", "https://t.example.vn", "--keys", keys, "--documents", "mongodb://127.0.0.1:1/x"}, "127.0.0.1:1"},
		{"unknown store", []string{"serve", "--data", data(), "--public-url", "https://t.example.vn", "--keys", keys, "--documents", "postgres://x"}, "documents"},
		{"stamps with no address", []string{"labels", "--data", data(), "--batch", "0000000000", "-o", filepath.Join(t.TempDir(), "x.pdf")}, "--public-url"},
		{"unknown flag", []string{"serve", "--publik-url", "x"}, "--publik-url"},
		{"unknown role", []string{"key", "create", "--data", data(), "--role", "king", "--label", "x"}, "role"},
		{"no such batch", []string{"labels", "--data", data(), "--public-url", "https://t.example.vn", "--batch", "ZZZZZZZZZZ", "-o", filepath.Join(t.TempDir(), "x.pdf")}, "--batch"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if said := fails(t, tt.args...); !strings.Contains(said, tt.want) {
				t.Errorf("it said %q, which lacks %q", said, tt.want)
			}
		})
	}
}

// TestPassword makes sure that no message shows a secret of an address.
func TestPassword(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys.json")
	command(t, "key", "init", "--keys", keys)
	for _, flags := range [][]string{
		{"--documents", "mongodb://ann:s3cretword@127.0.0.1:1/x"},
		{"--files", "s3://ABCDEFGHIJKLMNOPQRST:s3cretword@127.0.0.1:1/bucket?tls=0"},
	} {
		args := append([]string{"doctor", "--data", t.TempDir(), "--keys", keys, "--public-url", "https://t.example.vn"}, flags...)
		if said := fails(t, args...); strings.Contains(said, "s3cretword") {
			t.Errorf("doctor shows the password:\n%s", said)
		}
	}
}

// TestOtherKeys starts a service with another key file than the one that its
// store was first used with.
func TestOtherKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	e := engine{"embedded", []string{"--data", dir}}
	serve(t, e).stop(t)
	other := filepath.Join(t.TempDir(), "keys.json")
	command(t, "key", "init", "--keys", other)
	for option, want := range map[string]string{"--keys": "fingerprint", "--log-key": "not signed by"} {
		keys := map[string]string{"--keys": filepath.Join(dir, "keys.json"), "--log-key": filepath.Join(dir, "log.key")}
		keys[option] = filepath.Join(filepath.Dir(other), filepath.Base(keys[option]))
		said := fails(t, "serve", "--data", dir, "--keys", keys["--keys"], "--log-key", keys["--log-key"], "--public-url", "https://t.example.vn")
		if !strings.Contains(said, want) {
			t.Errorf("with another %s it said %q", option, said)
		}
	}
}

// TestSecondServer starts two servers on one data directory.
func TestSecondServer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	serve(t, engine{"embedded", []string{"--data", dir}})
	if said := fails(t, "serve", "--data", dir, "--addr", "127.0.0.1:0", "--metrics-addr", "", "--public-url", "https://t.example.vn"); !strings.Contains(said, "another server") {
		t.Errorf("it said %q", said)
	}
}

// TestConfiguration gives the same setting as a flag, in the environment and
// in a file.
func TestConfiguration(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	file := writeFile(t, "data: "+dir+"\nlabel: from the file\nrole: office\norganisation: Văn phòng\n")
	command(t, "--config", file, "key", "create")
	if said := fails(t, "--config", writeFile(t, "publik-url: x"), "key", "list"); !strings.Contains(said, "publik-url") {
		t.Errorf("of an unknown setting it said %q", said)
	}
	t.Setenv("TEMGOC_LABEL", "from the environment")
	command(t, "--config", file, "key", "create", "--organisation", "Another")
	list := command(t, "--config", file, "key", "list")
	for _, want := range []string{"from the file", "from the environment", "Another"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list lacks %q:\n%s", want, list)
		}
	}
}

// TestDoctor looks at a good installation, which was backed up, on both engines.
func TestDoctor(t *testing.T) {
	for _, open := range engines(t) {
		e := open(t)
		t.Run(e.name, func(t *testing.T) {
			serve(t, e).stop(t)
			key := filepath.Join(t.TempDir(), "backup.key")
			recipient := strings.TrimSpace(command(t, "backup", "key", key))
			command(t, append([]string{"backup", "--to", "dir:" + t.TempDir(), "--recipient", recipient}, e.flags...)...)
			said := command(t, append([]string{"doctor", "--public-url", "https://t.example.vn"}, e.flags...)...)
			if strings.Contains(said, "BAD") || strings.Count(said, "ok ") < 6 {
				t.Errorf("doctor says:\n%s", said)
			}
		})
	}
}

func TestMetricsAndProbes(t *testing.T) {
	addr := freeAddr(t)
	p := serve(t, engine{"embedded", []string{"--data", filepath.Join(t.TempDir(), "data")}}, "--metrics-addr", addr)
	get(t, p.url+"/")
	if status, body := get(t, "http://"+addr+"/metrics"); status != http.StatusOK || !strings.Contains(body, `temgoc_http_requests_total{method="GET",route="/",status="200"} 1`) {
		t.Errorf("/metrics answers %d and lacks the request for the start page:\n%s", status, body)
	}
	if status, _ := get(t, p.url+"/metrics"); status != http.StatusNotFound {
		t.Errorf("the public listener answers /metrics with %d", status)
	}
	if status, _ := get(t, p.url+"/livez"); status != http.StatusOK {
		t.Errorf("/livez answers %d", status)
	}
	p.stop(t)
	if strings.Contains(p.out.String(), "127.0.0.1:") && strings.Contains(p.out.String(), `"client"`) {
		t.Errorf("the log of page views has client addresses:\n%s", p.out)
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "temgoc.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
