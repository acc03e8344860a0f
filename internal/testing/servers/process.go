package servers

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// startTimeout bounds how long a server may take to answer, on a machine
// that is busy with other tests.
const startTimeout = 60 * time.Second

// keeper runs a server for as long as the test binary lives. Its standard
// input is a pipe that only the test binary holds: however that ends, also by
// os.Exit, a panic or SIGKILL, cat returns and the keeper stops its own child
// and removes the directory. $1 is the directory, $2 the signal that stops
// the server, the rest its command line. kill 0 reaches the keeper's own
// process group and nothing else.
const keeper = `
dir=$1 signal=$2
shift 2
"$@" 2>&1 &
server=$!
exec >/dev/null 2>&1
cat
kill -s "$signal" "$server"
(sleep 10; kill -s KILL "$server") &
wait "$server"
rm -rf "$dir"
kill -s KILL 0
`

// A command says how a server is started.
type command struct {
	dir    string              // private directory; removed with the server
	user   *syscall.Credential // nil for our own
	signal string              // what stops it, such as "TERM"
	env    []string            // beyond PATH, HOME, TMPDIR and LC_ALL
	args   []string
}

// environment is what a server gets to see: nothing of the caller's settings
// for PostgreSQL, MinIO or proxies.
func (c command) environment() []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + c.dir, "TMPDIR=" + c.dir, "LC_ALL=C"}, c.env...)
}

// A process is a server that was started.
type process struct {
	// life is the pipe whose end the keeper waits for. The goroutine that
	// reads the output holds on to it, so that it is not collected, and with
	// it closed, while the server runs.
	life   io.Closer
	exited chan struct{}

	mu     sync.Mutex
	output []string // lines of stdout and stderr
}

// start starts a server in a process group of its own.
func start(c command) (*process, error) {
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeper, "keeper", c.dir, c.signal}, c.args...)...)
	cmd.Dir, cmd.Env = c.dir, c.environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.user}
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", c.args[0], err)
	}
	w.Close()
	p := &process{life: life, exited: make(chan struct{})}
	go func() {
		defer close(p.exited)
		p.collect(r)
	}()
	return p, nil
}

// collect keeps the server's output until it has ended.
func (p *process) collect(r io.ReadCloser) {
	defer r.Close()
	for lines := bufio.NewScanner(r); lines.Scan(); {
		p.mu.Lock()
		p.output = append(p.output, lines.Text())
		p.mu.Unlock()
	}
}

// line returns the first line of output that contains text, or "".
func (p *process) line(text string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.output {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

// await waits until ready holds. Its error shows what the server said.
func (p *process) await(ready func() bool) error {
	deadline := time.After(startTimeout)
	for !ready() {
		select {
		case <-p.exited:
			return fmt.Errorf("it ended: %s", p.said())
		case <-deadline:
			return fmt.Errorf("not ready after %v: %s", startTimeout, p.said())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// said gives the last lines of output.
func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.output[max(0, len(p.output)-20):], "\n")
}
