package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"temgoc/internal/proof"
)

// A machine is a data directory with back-ups of it elsewhere.
type machine struct {
	*testing.T
	data, to, identity, recipient string
}

func newMachine(t *testing.T) *machine {
	m := &machine{T: t, data: t.TempDir(), to: "dir:" + filepath.Join(t.TempDir(), "backup"), identity: filepath.Join(t.TempDir(), "identity.txt")}
	m.grow("first")
	out := m.says(0, "backup", "key", m.identity)
	m.recipient = strings.TrimSpace(regexp.MustCompile(`(?m)^age1.*$`).FindString(out))
	return m
}

func (m *machine) grow(label string) {
	m.Helper()
	m.says(0, "key", "create", "--data", m.data, "--role", "office", "--organisation", "Văn phòng", "--label", label)
}

// says runs the program, whose exit code and words must be these.
func (m *machine) says(code int, args ...string) string {
	m.Helper()
	got, out := temgoc(m.T, args...)
	if got != code {
		m.Errorf("temgoc %s: exit code %d, want %d\n%s", strings.Join(args, " "), got, code, out)
	}
	return out
}

func (m *machine) backUp(more ...string) string {
	m.Helper()
	return m.says(0, append([]string{"backup", "--data", m.data, "--to", m.to, "--recipient", m.recipient}, more...)...)
}

func (m *machine) restore(code int, data string, more ...string) string {
	m.Helper()
	return m.says(code, append([]string{"restore", "--from", m.to, "--identity", m.identity, "--data", data}, more...)...)
}

func TestBackupRestore(t *testing.T) {
	m := newMachine(t)
	m.backUp("--with-keys")
	m.grow("second")
	if out := m.backUp("--identity", m.identity); !strings.Contains(out, "new since the one before") || !strings.Contains(out, "decrypted and counted") {
		t.Error(out)
	}
	m.says(0, "backup", "verify", "--data", m.data, "--to", m.to, "--identity", m.identity)
	if out := m.says(0, "backup", "list", "--data", m.data, "--to", m.to); strings.Count(out, "\n") != 3 {
		t.Error(out)
	}

	// An empty machine has nothing that could vouch for the back-up.
	m.restore(2, t.TempDir())
	whole := t.TempDir()
	if out := m.restore(0, whole, "--with-keys"); !strings.Contains(out, "ĐÚNG") || !strings.Contains(out, "from 2 segments") {
		t.Error(out)
	}
	for _, name := range []string{"keys.json", "log.key"} {
		want, err := os.ReadFile(filepath.Join(m.data, name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(whole, name)); err != nil || string(got) != string(want) {
			t.Errorf("%s was not restored: %v", name, err)
		}
	}
	m.says(0, "audit", "--data", whole)
	if out := m.says(0, "key", "list", "--data", whole); !strings.Contains(out, "second") {
		t.Error(out)
	}
	m.restore(2, whole) // not empty

	// The machine goes on: its log.checkpoint knows more than the back-up.
	m.grow("third")
	other := t.TempDir()
	known := filepath.Join(m.data, "log.checkpoint")
	if out := m.restore(1, other, "--with-keys", "--known-checkpoint", known); !strings.Contains(out, "--accept-rollback") {
		t.Error(out)
	}
	if out := m.restore(0, other, "--known-checkpoint", known, "--accept-rollback"); !strings.Contains(out, "1 leaves that the log had are lost") {
		t.Error(out)
	}
	m.says(0, "audit", "--data", other)
	if out := m.says(0, "backup", "prune", "--data", m.data, "--to", m.to, "--keep", "1"); out != "" {
		t.Error(out)
	}
}

// TestRestoreRefuses looks at exit codes of what is refused.
func TestRestoreRefuses(t *testing.T) {
	m := newMachine(t)
	m.restore(1, t.TempDir(), "--with-keys") // there is no back-up at all
	m.backUp("--with-keys")
	stranger := filepath.Join(t.TempDir(), "stranger.txt")
	m.says(0, "backup", "key", stranger)
	m.says(1, "backup", "key", stranger) // never written over
	data := t.TempDir()
	m.says(2, "restore", "--from", m.to, "--identity", stranger, "--data", data, "--log-key", filepath.Join(m.data, "log.key"))
	m.says(2, "restore", "--from", m.to, "--identity", filepath.Join(data, "none"), "--data", data)
	m.says(1, "backup", "--data", m.data, "--to", m.to, "--recipient", "age1nobody")
	m.says(1, "backup", "--data", t.TempDir(), "--to", m.to, "--recipient", m.recipient)

	parts, err := filepath.Glob(strings.TrimPrefix(m.to, "dir:") + "/*/part-*-main.age")
	if err != nil || len(parts) != 1 {
		t.Fatalf("%v, %v", parts, err)
	}
	content, err := os.ReadFile(parts[0])
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	if err := os.WriteFile(parts[0], content, 0o600); err != nil {
		t.Fatal(err)
	}
	m.restore(1, t.TempDir(), "--with-keys")
	m.says(1, "backup", "verify", "--data", m.data, "--to", m.to)
}

// TestKnownWitness asks a witness how far the log had come.
func TestKnownWitness(t *testing.T) {
	m := newMachine(t)
	m.backUp("--with-keys")
	key, err := proof.LoadKey(filepath.Join(m.data, "log.key"))
	if err != nil {
		t.Fatal(err)
	}
	size := "1"
	witness := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("witness somebody+00000000+x\nlog other+11111111+AAAA 99 -\nlog " + key.VKey + " " + size + " 2026-11-28T11:00:00Z\n"))
	}))
	defer witness.Close()
	data := t.TempDir()
	m.restore(0, data, "--with-keys", "--known-witness", witness.URL)
	size = "5"
	if out := m.restore(1, t.TempDir(), "--with-keys", "--known-witness", witness.URL); !strings.Contains(out, "3 leaves were appended since") {
		t.Error(out)
	}
	m.restore(2, t.TempDir(), "--with-keys", "--known-witness", "http://127.0.0.1:1")
}
