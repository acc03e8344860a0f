//go:build linux

package crash

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// A fault is a system call that fails now and then.
type fault struct{ call, with, when string }

// faults are those that are tried. strace counts the calls of each thread by
// itself, so that with several threads they come in many orders.
func faults() []fault {
	short := []fault{
		{"fsync", "EIO", "6+5"}, {"pwrite64", "ENOSPC", "25+9"}, {"openat", "EIO", "60+13"},
	}
	if times(0, 1) == 0 {
		return short
	}
	all := short
	for _, with := range []string{"EIO", "ENOSPC"} {
		for _, call := range []string{"pwrite64", "fsync", "ftruncate", "openat", "open", "linkat", "mkdirat", "unlinkat", "renameat", "mmap", "pread64"} {
			for _, when := range []string{"1+1", "2+3", "7+5", "31+11", "90+29"} {
				all = append(all, fault{call, with, when})
			}
		}
	}
	return all
}

// TestCallsFail has the system calls of the service fail, the nth of a kind and
// then every mth, with an error of the disk or a full one, while clients write
// and repeat what is refused: the service refuses with a clear status or ends, and
// once the disk works again it starts, has all that it acknowledged, and takes the
// rest.
func TestCallsFail(t *testing.T) {
	straced(t)
	seen := map[int]int{}
	ended := 0
	for _, f := range faults() {
		t.Run(fmt.Sprint(f.call, " ", f.with, " ", f.when), func(t *testing.T) {
			if f.survived(t, seen) {
				ended++
			}
		})
	}
	t.Logf("%d faults; answers by status: %v; the service ended by itself %d times", len(faults()), seen, ended)
}

// survived lets a fault happen to a service, and tells whether that ended it.
func (f fault) survived(t *testing.T, seen map[int]int) (ended bool) {
	s := Embedded(t, "")
	service := NewService(t, s, "")
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	m := NewMaker(t, s, service.URL)
	service.Kill()

	service.Wrap = func(command []string) []string {
		return append([]string{"strace", "-f", "--seccomp-bpf", "-e", "signal=none", "-o", "/dev/null",
			"-e", "trace=" + f.call, "-e", "inject=" + f.call + ":error=" + f.with + ":when=" + f.when}, command...)
	}
	const stories = 4
	starts := service.StartWithin(3 * time.Second)
	if starts == nil {
		m.attempt(t.Context(), stories, 3*time.Second)
	}
	ended = errors.Is(starts, errEnded) || !service.Running()
	service.Kill()
	for status, n := range m.Seen() {
		seen[status] += n
		if !slices.Contains([]int{http.StatusOK, http.StatusCreated, http.StatusServiceUnavailable, http.StatusInsufficientStorage}, status) {
			t.Errorf("%d answers have the status %d", n, status)
		}
	}

	service.Wrap = nil
	if err := service.Start(); err != nil {
		t.Fatalf("the disk works again: %v", err)
	}
	for n := range int64(stories) {
		if err := m.TellNumber(t.Context(), n); err != nil {
			t.Fatalf("%v\n%s", err, service.Log())
		}
	}
	m.consistent(t)
	m.look(t, s, 0, -1)
	return ended
}

// attempt tells stories, as far as it comes in a time.
func (m *Maker) attempt(ctx context.Context, stories int64, within time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var group sync.WaitGroup
	for n := range stories {
		group.Go(func() { _ = m.TellNumber(ctx, n) }) // what is refused is told again later
	}
	group.Wait()
}

// consistent holds that a request has one answer, however often it was sent.
func (m *Maker) consistent(t *testing.T) {
	t.Helper()
	answers := map[string]Note{}
	for _, n := range m.Notes.All() {
		before, known := answers[n.Request.Key]
		if known && (before.ID != n.ID || before.Revision != n.Revision) {
			t.Errorf("%s was answered with %s revision %d, then with %s revision %d", n.Request.Key, before.ID, before.Revision, n.ID, n.Revision)
		}
		answers[n.Request.Key] = n
	}
}

// TestForgetfulStoreIsFoundOut is the control: a store that forgets what it acknowledged,
// as it would if the file were put back, must be found out.
func TestForgetfulStoreIsFoundOut(t *testing.T) {
	s := Embedded(t, "")
	service := NewService(t, s, "")
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	m := NewMaker(t, s, service.URL)
	m.tell(t, 1, 1)
	if err := service.Stop(); err != nil {
		t.Fatal(err)
	}
	before := filepath.Join(t.TempDir(), "before")
	copyDisk(t, s.Data, before)
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	m.tell(t, 1, 1)
	service.Kill()
	if err := os.RemoveAll(s.Data); err != nil {
		t.Fatal(err)
	}
	copyDisk(t, before, s.Data)
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	faults, err := m.Faults(t.Context(), -1)
	if err != nil || len(faults) == 0 {
		t.Errorf("a store that lost a story: %v, %q", err, faults)
	}
	t.Logf("the control lost %d things", len(faults))
}
