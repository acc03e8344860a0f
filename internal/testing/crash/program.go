//go:build linux

package crash

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"temgoc/internal/testing/servers"
)

// patience bounds waiting for something that must happen; it is no promise.
const patience = 90 * time.Second

var built = struct {
	sync.Once
	path, dir string
	err       error
}{}

// Program is the program under test: built once for a test binary, or the one
// that TEMGOC_TEST_PROGRAM names. Main removes it.
func Program(t testing.TB) string {
	t.Helper()
	built.Do(func() {
		if built.path = os.Getenv("TEMGOC_TEST_PROGRAM"); built.path != "" {
			return
		}
		if built.dir, built.err = os.MkdirTemp("", "temgoc-crash-"); built.err != nil {
			return
		}
		built.path = filepath.Join(built.dir, "temgoc")
		if out, err := exec.Command("go", "build", "-o", built.path, "temgoc/cmd/temgoc").CombinedOutput(); err != nil {
			built.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

// Main runs the tests and removes the program.
func Main(m *testing.M) int {
	defer func() {
		if built.dir != "" {
			_ = os.RemoveAll(built.dir)
		}
	}()
	return m.Run()
}

// Stores are a pair of stores, as flags of the command line.
type Stores struct {
	Name  string
	Flags []string
	// Data is the directory of embedded stores; empty for others.
	Data string
}

// Embedded are empty stores in a directory, which may be empty for a temporary
// one.
func Embedded(t testing.TB, data string) Stores {
	if data == "" {
		data = filepath.Join(t.TempDir(), "data")
	}
	return Stores{"embedded", []string{"--data", data}, data}
}

// Distributed are empty stores on servers, with key files of their own.
func Distributed(t testing.TB) Stores {
	keys := filepath.Join(t.TempDir(), "keys.json")
	Run(t, "key", "init", "--keys", keys)
	return Stores{"mongodb and s3", []string{"--documents", servers.MongoDB(t), "--files", servers.MinIO(t).URL() + "&create=1", "--keys", keys}, ""}
}

// Run runs the program to its end and returns what it printed.
func Run(t testing.TB, args ...string) string {
	t.Helper()
	out, err := run(t.Context(), Program(t), args...)
	if err != nil {
		t.Fatalf("temgoc %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func run(ctx context.Context, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%w\n%s%s", err, stdout.String(), stderr.String())
	}
	return strings.TrimSpace(stdout.String()), nil
}

// A Service is a service on an address that it keeps when it is started again.
type Service struct {
	URL string
	// Wrap makes the command line of another program that runs the service, such
	// as strace; nil for none.
	Wrap func(command []string) []string

	program string
	args    []string
	cmd     *exec.Cmd
	out     *tail
	status  int // with which it ended
}

// A tail keeps the last of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-8000):]
	return len(p), nil
}

// String is what was kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}

// NewService is a service that does not run yet. publicURL may be empty.
func NewService(t testing.TB, s Stores, publicURL string, more ...string) *Service {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	service := &Service{URL: "http://" + addr, program: Program(t)}
	if publicURL == "" {
		publicURL = service.URL
	}
	service.args = slices.Concat([]string{"serve", "--addr", addr, "--public-url", publicURL, "--metrics-addr", "", "--unlimited", "127.0.0.0/8"}, s.Flags, more)
	t.Cleanup(service.Kill)
	return service
}

// Start starts the service and waits until it is ready.
func (s *Service) Start() error { return s.StartWithin(patience) }

// StartWithin is Start for who does not wait as long.
func (s *Service) StartWithin(d time.Duration) error {
	command := append([]string{s.program}, s.args...)
	if s.Wrap != nil {
		command = s.Wrap(command)
	}
	s.out = &tail{}
	s.cmd = exec.Command(command[0], command[1:]...)
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.out
	// A group of its own: a signal reaches strace and what it traces alike. None
	// outlives the tests.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	return s.await("/readyz", http.StatusOK, d)
}

var errEnded = errors.New("the service ended")

// Running tells whether the process lives.
func (s *Service) Running() bool {
	if s.cmd == nil {
		return false
	}
	// Signal 0 reaches a zombie too, so look whether it can be waited for.
	var state syscall.WaitStatus
	if pid, _ := syscall.Wait4(s.cmd.Process.Pid, &state, syscall.WNOHANG, nil); pid > 0 {
		s.cmd, s.status = nil, state.ExitStatus()
	}
	return s.cmd != nil
}

// Await waits until an address answers with a status.
func (s *Service) Await(path string, status int) error { return s.await(path, status, patience) }

func (s *Service) await(path string, status int, d time.Duration) error {
	last := "nothing"
	for deadline := time.Now().Add(d); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		answer, err := http.Get(s.URL + path)
		if err != nil {
			if !s.Running() {
				return fmt.Errorf("%w with %d:\n%s", errEnded, s.status, s.out)
			}
			continue
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode == status {
			return nil
		}
		last = fmt.Sprint(answer.StatusCode, " ", string(body))
	}
	return fmt.Errorf("%s does not answer %d but %s:\n%s", path, status, last, s.out)
}

// Kill ends the service with SIGKILL, if it runs.
func (s *Service) Kill() {
	if s.cmd == nil {
		return
	}
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Stop ends the service as an operator would.
func (s *Service) Stop() error {
	if s.cmd == nil {
		return errEnded
	}
	// strace, where there is one, lets signals to the group pass it by.
	if err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGTERM); err != nil {
		return err
	}
	err := s.cmd.Wait()
	s.cmd = nil
	if err != nil {
		return fmt.Errorf("%w:\n%s", err, s.out)
	}
	return nil
}

// Log is the end of what the service printed.
func (s *Service) Log() string { return s.out.String() }
