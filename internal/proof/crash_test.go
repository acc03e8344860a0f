package proof

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/testing/leak"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/mongo"
	"temgoc/storage/sqlite"
)

// The environment of a test binary that was started to write through a log.
const (
	addressVariable = "TEMGOC_PROOF_ADDRESS"
	keyVariable     = "TEMGOC_PROOF_KEY"
	nameVariable    = "TEMGOC_PROOF_NAME"
	limitVariable   = "TEMGOC_PROOF_LIMIT" // of the size of files, in bytes
)

func TestMain(m *testing.M) {
	if os.Getenv(addressVariable) == "" {
		leak.Main(m)
	}
	fmt.Fprintln(os.Stderr, writeUntilKilled(context.Background()))
	os.Exit(1)
}

// openAddress opens a store by its address.
func openAddress(ctx context.Context, address string) (closable, error) {
	if strings.HasPrefix(address, "mongodb:") {
		return mongo.Open(ctx, address, append(Kinds(), logged...))
	}
	return sqlite.Open(ctx, address)
}

// closable is a store that can be closed.
type closable interface {
	trace.Store
	io.Closer
}

// writeUntilKilled writes from several goroutines, and notes what was
// acknowledged, after it was, and the checkpoints that others could have seen.
func writeUntilKilled(ctx context.Context) error {
	store, err := openAddress(ctx, os.Getenv(addressVariable))
	if err != nil {
		return err
	}
	key, err := LoadKey(os.Getenv(keyVariable))
	if err != nil {
		return err
	}
	l, err := Open(ctx, Config{Store: store, Kinds: logged, Signer: key, Verifier: key.Verifier})
	if err != nil {
		return err
	}
	if err := limitFiles(os.Getenv(limitVariable)); err != nil {
		return err
	}
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := 0; ; i++ {
				writeMixed(ctx, l, fmt.Sprintf("%s-%d-%d", os.Getenv(nameVariable), w, i), i)
			}
		})
	}
	writers.Wait()
	return nil
}

// limitFiles lets no file grow beyond a size, as a full disk does.
func limitFiles(bytes string) error {
	if bytes == "" {
		return nil
	}
	limit, err := strconv.ParseUint(bytes, 10, 64)
	if err != nil {
		return err
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit})
}

// writeMixed writes a document with one to three revisions and reads it back, as
// a service does. After an error the next one has its turn.
func writeMixed(ctx context.Context, l *Log, id string, i int) {
	kind := logged[i%3]
	for number := 1; number <= 1+i%3; number++ {
		r := stated(kind, id, number, "batch:K7Q2M9XR4V", "product:p1")
		if err := l.Store().Insert(ctx, r); err != nil {
			time.Sleep(time.Millisecond) // the disk is full: not a busy loop
			return
		}
		// One write each, straight to the pipe: what a killed process was told
		// is in the pipe, whole.
		if _, err := fmt.Printf("%s %s %d\n", kind, id, number); err != nil {
			os.Exit(1) // the parent is gone
		}
	}
	_, _ = fmt.Printf("%q\n", l.Checkpoint())
	_, _ = l.Store().History(ctx, kind, id)
}

// A crash is a log that processes are killed over.
type crash struct {
	address, keyFile string
	key              *Key
	acknowledged     []key
	checkpoints      []string // the last one that each process told
}

func newCrash(t *testing.T, address string) *crash {
	c := &crash{address: address, keyFile: filepath.Join(t.TempDir(), "log.key")}
	var err error
	if c.key, err = CreateKey(c.keyFile, "temgoc.example/log"); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestKilled kills processes that write through a log, two at a time, at random:
// whatever the moment, nothing that was acknowledged is lost, no revision has two
// leaves, no leaf is without a revision, and the log is a continuation of every
// one that was seen.
func TestKilled(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		for range times(1, 12) {
			newCrash(t, filepath.Join(t.TempDir(), "temgoc.db")).cycles(t, 20, nil)
		}
	})
	t.Run("mongo", func(t *testing.T) {
		for range times(1, 20) {
			newCrash(t, servers.MongoDB(t)).cycles(t, times(4, 10), nil)
		}
	})
	t.Run("full disk", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "temgoc.db")
		newCrash(t, path).cycles(t, times(4, 40), func() string {
			size := int64(0)
			for _, file := range []string{path, path + "-wal"} {
				if info, err := os.Stat(file); err == nil {
					size = max(size, info.Size())
				}
			}
			return strconv.FormatInt(size+100_000+rand.Int64N(500_000), 10)
		})
	})
}

// cycles kills two processes at a time and looks at what is left.
func (c *crash) cycles(t *testing.T, n int, limit func() string) {
	for cycle := range n {
		var group sync.WaitGroup
		var mu sync.Mutex
		for replica := range 2 {
			env := []string{addressVariable + "=" + c.address, keyVariable + "=" + c.keyFile, nameVariable + fmt.Sprintf("=%d-%d", cycle, replica)}
			if limit != nil {
				env = append(env, limitVariable+"="+limit())
			}
			group.Go(func() {
				told, checkpoint, err := killed(t.Context(), env)
				if err != nil {
					t.Errorf("cycle %d: %v", cycle, err)
				}
				mu.Lock()
				defer mu.Unlock()
				c.acknowledged = append(c.acknowledged, told...)
				if checkpoint != "" {
					c.checkpoints = append(c.checkpoints, checkpoint)
				}
			})
		}
		group.Wait()
		c.look(t, cycle)
		if t.Failed() {
			return
		}
	}
	c.lookAtAll(t)
	t.Logf("%d processes killed, %d statements acknowledged, none lost", 2*n, len(c.acknowledged))
}

// killed starts a process, kills it some time after its first write, and gives
// what it was told.
func killed(ctx context.Context, env []string) (told []key, checkpoint string, err error) {
	program, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Env, cmd.Stderr = append(os.Environ(), env...), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	// A full disk may keep it from writing anything.
	timer := time.AfterFunc(2*time.Second, func() { cmd.Process.Kill() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if len(told) == 0 {
			timer.Reset(rand.N(120 * time.Millisecond))
		}
		if strings.HasPrefix(lines.Text(), `"`) {
			checkpoint, err = strconv.Unquote(lines.Text())
		} else {
			var k key
			_, err = fmt.Sscan(lines.Text(), &k.kind, &k.id, &k.number)
			told = append(told, k)
		}
		if err != nil {
			return nil, "", fmt.Errorf("a process wrote %q", lines.Text())
		}
	}
	timer.Stop()
	if cmd.Wait() == nil {
		return nil, "", errors.New("the process ended by itself")
	}
	return told, checkpoint, nil
}

// look audits what a kill left, as it is and once the log was opened again.
func (c *crash) look(t *testing.T, cycle int) {
	t.Helper()
	store := c.open(t)
	defer store.Close()
	left, faults := audited(t, store, nil, c.key, "")
	for _, f := range faults {
		t.Errorf("cycle %d, left by the kill: %v", cycle, f)
	}
	openLog(t, store, c.key)
	if cycle%5 > 0 {
		return
	}
	earlier := ""
	if len(c.checkpoints) > 0 {
		earlier = c.checkpoints[len(c.checkpoints)-1]
	}
	done, faults := audited(t, store, nil, c.key, earlier)
	for _, f := range faults {
		t.Errorf("cycle %d: %v", cycle, f)
	}
	if done.Unfinished > 0 || done.Leaves != done.Revisions || done.Leaves < int64(len(c.acknowledged)) || done.Leaves < left.Leaves {
		t.Errorf("cycle %d: %+v, of %d acknowledged; the kill left %+v", cycle, done, len(c.acknowledged), left)
	}
}

func (c *crash) open(t *testing.T) closable {
	t.Helper()
	store, err := openAddress(t.Context(), c.address)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// lookAtAll looks for everything that was ever acknowledged, and compares the log
// with every checkpoint that was told.
func (c *crash) lookAtAll(t *testing.T) {
	t.Helper()
	store := c.open(t)
	defer store.Close()
	heads := map[key]int{}
	for _, k := range c.acknowledged {
		document := key{k.kind, k.id, 0}
		if _, known := heads[document]; !known {
			head, err := store.Head(t.Context(), k.kind, k.id)
			if err != nil {
				t.Errorf("%v was acknowledged: %v", k, err)
			}
			heads[document] = head.Number
		}
		if heads[document] < k.number {
			t.Errorf("%v was acknowledged and is lost", k)
		}
	}
	sizes := roots(t, store)
	for _, kept := range c.checkpoints {
		seen, err := note.Open([]byte(kept), note.VerifierList(c.key.Verifier))
		if err != nil {
			t.Fatal(err)
		}
		checkpoint, err := parseHead(seen.Text)
		if err != nil || sizes[checkpoint.Size] != checkpoint.Root {
			t.Errorf("the log does not contain one that was seen: %+v, %v", checkpoint, err)
		}
	}
}

// roots computes what the roots of a log were at all sizes that were signed.
func roots(t *testing.T, store trace.Store) map[int64]tlog.Hash {
	t.Helper()
	all, now := map[int64]tlog.Hash{}, tree{}
	for {
		r, err := store.Head(t.Context(), KindLeaves, groupID(now.size))
		if errors.Is(err, trace.ErrNotFound) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		g, err := readGroup(r)
		if err != nil {
			t.Fatal(err)
		}
		if now, _, err = now.add(g.entries()); err != nil {
			t.Fatal(err)
		}
		if all[now.size], err = now.root(); err != nil {
			t.Fatal(err)
		}
	}
}
