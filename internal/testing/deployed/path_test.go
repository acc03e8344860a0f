// Package deployed runs the service as deploy/README.md says: its lines for plain
// processes are executed as they stand, with the files in deploy, and what comes
// out is used from outside, through nginx and TLS, while replicas are killed and
// restarted.
package deployed

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const root = "../../.."

// patience bounds waiting for something that must happen; it is no promise.
const patience = 3 * time.Minute

// A run is the README under way: a shell that is given one block of lines after
// the other.
type run struct {
	t      *testing.T
	blocks map[string]string
	in     io.Writer
	lines  chan string
	dir    string // where the processes run
	ports  map[string]string
}

// block finds the lines of the README that are marked with a name.
var block = regexp.MustCompile("(?s)<!-- run: (\\w+) -->\n```\n(.*?)```\n")

// begin starts the shell. It gets the ports as its environment, a home of its
// own, and nothing else that is special to tests.
func begin(t *testing.T) *run {
	t.Helper()
	for _, program := range []string{"nginx", "openssl", "curl", "bash"} {
		if _, err := exec.LookPath(program); err != nil {
			missing(t, program)
		}
	}
	readme, err := os.ReadFile(root + "/deploy/README.md")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	r := &run{t: t, blocks: map[string]string{}, lines: make(chan string, 1000), dir: filepath.Join(home, "temgoc-try"), ports: map[string]string{}}
	for _, m := range block.FindAllStringSubmatch(string(readme), -1) {
		r.blocks[m[1]] = m[2]
	}
	// The shell ends with the test binary, and with it what it started.
	cmd := exec.Command("bash", "-eu", "-o", "pipefail", "-c",
		`trap 'kill $(cat "$HOME"/temgoc-try/*.pid "$HOME"/temgoc-try/nginx/nginx.pid 2>&-) 2>&-' EXIT
		while IFS= read -r -d "" lines; do eval "$lines"; echo "done."; done`)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "HOME="+home)
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(cmd.Env, name+"="+strings.TrimSpace(string(value)))
	}
	for _, name := range []string{"HTTPS", "HTTP", "ONE", "TWO", "MONGODB", "OBJECTS"} {
		r.ports[name] = freePort(t)
		cmd.Env = append(cmd.Env, name+"="+r.ports[name])
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	r.in = stdin
	go func() {
		defer close(r.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			r.lines <- s.Text()
		}
	}()
	t.Cleanup(func() {
		if t.Failed() {
			r.logs()
		}
		stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Logf("the shell ended: %v", err)
		}
	})
	return r
}

// do runs one block of the README and gives what it printed.
func (r *run) do(name string) string {
	r.t.Helper()
	if r.blocks[name] == "" {
		r.t.Fatalf("deploy/README.md has no lines %q", name)
	}
	return r.shell(r.blocks[name])
}

// shell runs lines in the shell of the README.
func (r *run) shell(lines string) string {
	r.t.Helper()
	if _, err := io.WriteString(r.in, lines+"\x00"); err != nil {
		r.t.Fatal(err)
	}
	var said []string
	for deadline := time.After(10 * time.Minute); ; {
		select {
		case line, more := <-r.lines:
			switch {
			case !more:
				r.t.Fatalf("the shell ended at\n%s\nand said\n%s", lines, strings.Join(said, "\n"))
			case line == "done.":
				return strings.Join(said, "\n")
			}
			said = append(said, line)
		case <-deadline:
			r.t.Fatalf("the shell hangs at\n%s\nand said\n%s", lines, strings.Join(said, "\n"))
		}
	}
}

// logs shows the ends of what the processes wrote.
func (r *run) logs() {
	files, err := filepath.Glob(r.dir + "/*.log")
	if err != nil {
		r.t.Error(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			r.t.Error(err)
		}
		r.t.Logf("%s: …%s", filepath.Base(file), text[max(0, len(text)-1500):])
	}
}

// read reads a file of the installation.
func (r *run) read(name string) string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// url is an address behind nginx.
func (r *run) url(path string) string { return "https://localhost:" + r.ports["HTTPS"] + path }

// temgoc runs a command of the program in the installation.
func (r *run) temgoc(args ...string) string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "./temgoc", append([]string{"--config", "temgoc.yaml"}, args...)...)
	cmd.Dir = r.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("temgoc %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// browser is a client that believes the authority of the installation, comes
// from a loopback address of its own, and follows no redirect.
func (r *run) browser(from string) *http.Client {
	r.t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(r.read("ca.pem"))) {
		r.t.Fatal("ca.pem is no certificate")
	}
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: pool},
		DialContext:         (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext,
		MaxIdleConnsPerHost: 16,
	}
	// nginx listens on IPv4 here, and localhost may be both.
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		return dial(ctx, "tcp4", strings.Replace(addr, "localhost:", "127.0.0.1:", 1))
	}
	r.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// get asks for a page.
func get(t *testing.T, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	answer, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

type object = map[string]any

// forged counts the addresses that desks claim to come from.
var forged atomic.Int32

// A desk calls the API behind nginx with a key.
type desk struct {
	r      *run
	client *http.Client
	key    string
}

func (r *run) desk(flags ...string) desk {
	r.t.Helper()
	return desk{r, r.browser("127.0.0.5"), r.temgoc(append([]string{"key", "create", "--label", "test"}, flags...)...)}
}

// try sends once. A request that gets no answer, or one that says to come back,
// may be repeated.
func (d desk) try(method, path, key string, body, out any) (again bool, err error) {
	var data []byte
	if body != nil {
		if data, err = json.Marshal(body); err != nil {
			return false, err
		}
	}
	q, err := http.NewRequestWithContext(d.r.t.Context(), method, d.r.url("/api/v1"+path), bytes.NewReader(data))
	if err != nil {
		return false, err
	}
	q.Header.Set("Authorization", "Bearer "+d.key)
	q.Header.Set("Content-Type", "application/json")
	forged.Add(1) // another address each time
	q.Header.Set("X-Forwarded-For", fmt.Sprintf("6.6.6.%d", forged.Load()%250))
	q.Header.Set("Forwarded", q.Header.Get("X-Forwarded-For"))
	if key != "" {
		q.Header.Set("Idempotency-Key", key)
	}
	answer, err := d.client.Do(q)
	if err != nil {
		return true, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return true, err
	}
	if answer.StatusCode >= 300 {
		return answer.StatusCode >= 500, fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, text)
	}
	if out == nil {
		return false, nil
	}
	return false, json.Unmarshal(text, out)
}

func (d desk) call(method, path string, body, out any) {
	d.r.t.Helper()
	if _, err := d.try(method, path, "", body, out); err != nil {
		d.r.t.Fatal(err)
	}
}

// insist sends with an idempotency key until there is an answer, and says how
// often it had to repeat.
func (d desk) insist(path string, body, out any) (repeats int, err error) {
	key := rand.Text()
	for ; repeats < 50; repeats++ {
		again, err := d.try("POST", path, key, body, out)
		if err == nil || !again {
			return repeats, err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return repeats, errors.New("no answer")
}

// signal sends a signal to a replica.
func (r *run) signal(name string, s syscall.Signal) {
	r.t.Helper()
	var pid int
	if _, err := fmt.Sscan(r.read(name+".pid"), &pid); err != nil {
		r.t.Fatal(err)
	}
	if err := syscall.Kill(pid, s); err != nil {
		r.t.Fatal(err)
	}
}

// freePort is a loopback port that was free a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// missing skips a test for which a program is not installed, unless all are
// required.
func missing(t *testing.T, program string) {
	t.Helper()
	if os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
		t.Fatalf("%s is not installed (tools/install.sh)", program)
	}
	t.Skipf("%s is not installed (tools/install.sh)", program)
}
