// Package e2e uses the built program as its users do: from the command line,
// over HTTP, in a browser and with a scanner, on both pairs of stores.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"temgoc/internal/testing/program"
	"temgoc/internal/testing/servers"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	program.Main(m, &binary)
}

// patience bounds waiting for something that must happen; it is no promise.
const patience = 60 * time.Second

// An engine is a pair of stores, as flags of the command line.
type engine struct {
	name  string
	flags []string
}

// engines gives both pairs, each with empty stores.
func engines(t *testing.T) []func(*testing.T) engine {
	t.Helper()
	return []func(*testing.T) engine{
		func(t *testing.T) engine {
			return engine{"embedded", []string{"--data", filepath.Join(t.TempDir(), "data")}}
		},
		func(t *testing.T) engine {
			keys := filepath.Join(t.TempDir(), "keys.json")
			command(t, "key", "init", "--keys", keys)
			s3 := servers.MinIO(t)
			return engine{"mongodb and s3", []string{"--documents", servers.MongoDB(t), "--files", s3.URL() + "&create=1", "--keys", keys}}
		},
	}
}

// command runs the program to its end and returns what it printed.
func command(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("temgoc %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// fails runs the program, which must fail, and returns what it said.
func fails(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, binary, args...).CombinedOutput()
	if err == nil {
		t.Fatalf("temgoc %s succeeded:\n%s", strings.Join(args, " "), out)
	}
	return string(out)
}

// A process is a running service.
type process struct {
	url string
	cmd *exec.Cmd
	out *bytes.Buffer // what it printed, complete after stop
}

// serve starts the service on a free port.
func serve(t *testing.T, e engine, more ...string) *process {
	t.Helper()
	addr := freeAddr(t)
	args := append([]string{"serve", "--addr", addr, "--public-url", "http://" + addr, "--metrics-addr", ""}, e.flags...)
	p := start(t, append(args, more...)...)
	p.url = "http://" + addr
	p.await(t)
	return p
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{out: new(bytes.Buffer)}
	p.cmd = exec.Command(binary, args...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.stop(t)
		}
	})
	return p
}

// await waits until the service says that it is ready.
func (p *process) await(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get(p.url + "/readyz")
		if err != nil {
			continue
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return
		}
	}
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	t.Fatalf("the service did not become ready:\n%s", p.out)
}

// stop ends the service as an operator would; it must go in peace.
func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the service ended with %v:\n%s", err, p.out)
	}
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// demo starts the demonstration and returns it with what it printed first.
func demo(t *testing.T, args ...string) (*process, string) {
	t.Helper()
	cmd := exec.Command(binary, append([]string{"demo", "--addr", "127.0.0.1:0"}, args...)...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, out: &stderr}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			p.stop(t)
		}
	})
	var text strings.Builder
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		text.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "Ctrl-C") {
			break
		}
	}
	p.url = regexp.MustCompile(`http://[0-9.:]+`).FindString(text.String())
	if p.url == "" {
		t.Fatalf("demo printed no address:\n%s%s", text.String(), stderr.String())
	}
	p.await(t)
	return p, text.String()
}

// A client calls the API as one actor.
type client struct {
	t   *testing.T
	url string
	key string
}

// keyFor makes an API key and a client that uses it.
func keyFor(t *testing.T, e engine, p *process, flags ...string) client {
	t.Helper()
	args := append([]string{"key", "create", "--label", "test"}, flags...)
	return client{t, p.url, command(t, append(args, e.flags...)...)}
}

// call sends body, if any, as JSON and reads the answer into out. headers are
// name, value, name, value …
func (c client) call(method, path string, body, out any, headers ...string) {
	c.t.Helper()
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			c.t.Fatal(err)
		}
	}
	status, answer := c.send(method, path, "application/json", bytes.NewReader(data), headers...)
	if status >= 300 {
		c.t.Fatalf("%s %s: %d\n%s", method, path, status, answer)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(answer, out); err != nil {
		c.t.Fatalf("%s %s: %v\n%s", method, path, err, answer)
	}
}

func (c client) send(method, path, contentType string, body io.Reader, headers ...string) (int, []byte) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+"/api/v1"+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.key)
	r.Header.Set("Content-Type", contentType)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, data
}

// get reads a public page.
func get(t *testing.T, url string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// tool finds a program that a test needs. Skips are for laptops.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
		t.Fatalf("%s is not installed; make install does", name)
	}
	t.Skipf("%s is not installed", name)
	return ""
}
