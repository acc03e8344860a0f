package deployed

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestUnit lets systemd read the unit, and holds it to its rating.
func TestUnit(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		missing(t, "systemd-analyze")
	}
	text, err := os.ReadFile(root + "/deploy/systemd/temgoc.service")
	if err != nil {
		t.Fatal(err)
	}
	// verify wants the program to be there.
	unit := filepath.Join(t.TempDir(), "temgoc.service")
	write := func(text string) {
		if err := os.WriteFile(unit, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	here := strings.ReplaceAll(string(text), "/usr/local/bin/temgoc", "/bin/true")
	write(here)
	if said := command(t, root, "systemd-analyze", "verify", unit); strings.Contains(said, "temgoc") {
		t.Errorf("systemd-analyze verify says: %s", said)
	}
	said := command(t, root, "systemd-analyze", "security", "--offline=true", "--threshold=13", unit)
	t.Log(said[strings.LastIndex(said, "Overall"):])
	// A word that systemd does not know must be seen.
	write(strings.Replace(here, "ProtectSystem=strict", "ProtectSystems=strict", 1))
	if said := command(t, root, "systemd-analyze", "verify", unit); !strings.Contains(said, "ProtectSystems") {
		t.Errorf("systemd-analyze verify does not see a wrong name: %s", said)
	}
	// Each file that is handed over is made by the lines of the README.
	readme, err := os.ReadFile(root + "/deploy/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`LoadCredential=\S+:/etc/temgoc/(\S+)`).FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(string(readme), m[1]) {
			t.Errorf("the README does not make /etc/temgoc/%s", m[1])
		}
	}
}

// TestWriteOrExecute runs the service with its embedded stores under what
// MemoryDenyWriteExecute= of the unit forbids: memory that is both writable and
// executable. SQLite must not need it.
func TestWriteOrExecute(t *testing.T) {
	if program := os.Getenv("TEMGOC_TEST_DENIED"); program != "" {
		const setMDWE, refuseExecGain = 65, 1
		if _, _, err := syscall.Syscall(syscall.SYS_PRCTL, setMDWE, refuseExecGain, 0); err != 0 {
			t.Fatalf("prctl: %v", err)
		}
		if _, _, err := syscall.Syscall6(syscall.SYS_MMAP, 0, 4096, syscall.PROT_WRITE|syscall.PROT_EXEC, syscall.MAP_PRIVATE|syscall.MAP_ANON, ^uintptr(0), 0); err == 0 {
			t.Fatal("it may still have memory that is writable and executable")
		}
		t.Fatal(syscall.Exec(program, []string{"temgoc", "demo", "--addr", "127.0.0.1:0"}, os.Environ()))
	}
	const setMDWE = 65
	if _, _, err := syscall.Syscall(syscall.SYS_PRCTL, setMDWE+1, 0, 0); err != 0 {
		t.Logf("this kernel cannot forbid it: %v", err)
		return
	}
	program := filepath.Join(t.TempDir(), "temgoc")
	command(t, root, "go", "build", "-o", program, "temgoc/cmd/temgoc")
	cmd := exec.Command(os.Args[0], "-test.run", "^TestWriteOrExecute$")
	cmd.Env = append(os.Environ(), "TEMGOC_TEST_DENIED="+program)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		cmd.Wait()
	}()
	address := make(chan string, 1)
	go func() {
		defer close(address)
		for s := bufio.NewScanner(out); s.Scan(); {
			if url := regexp.MustCompile(`http://[0-9.:]+`).FindString(s.Text()); url != "" {
				address <- url
				break
			}
		}
	}()
	select {
	case url, ok := <-address:
		if !ok {
			t.Fatal("it ended")
		}
		if answer, _ := get(t, http.DefaultClient, url+"/"); answer.StatusCode != http.StatusOK {
			t.Errorf("the start page: %s", answer.Status)
		}
	case <-time.After(patience):
		t.Fatal("it does not start")
	}
}
