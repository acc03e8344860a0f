//go:build linux

package crash

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"temgoc/internal/testing/powerloss"
)

// recoverVariable names the disk that a test binary was started to recover.
const recoverVariable = "TEMGOC_CRASH_RECOVER"

// recoverDisk opens a disk and closes it again, while strace looks on.
func recoverDisk(data string) int {
	faults := recovered(context.Background(), data, nil)
	for _, f := range faults {
		fmt.Fprintln(os.Stderr, f)
	}
	return len(faults)
}

// saved is a disk that is to be recovered once more, with the power failing.
type saved struct {
	dir  string
	told []told
}

// TestPowerFails lets the power fail at any moment of a service that starts for
// the first time, writes and is started again: what it had acknowledged over HTTP
// by then is there afterwards, whatever of the rest reached the disk, and nothing
// is damaged. Then the power fails again, while that disk is recovered. The control
// has a disk that ignores every sync. It is some hundred disks, or 10,000.
func TestPowerFails(t *testing.T) {
	straced(t)
	data := filepath.Join(t.TempDir(), "data")
	s := Embedded(t, data)
	service := NewService(t, s, "")
	look := func(dir string, told []told) []string { return recovered(t.Context(), dir, told) }

	first := newNight(t, data, "", nil, recorded(t, service, func() {}))
	t.Run("first start", func(t *testing.T) {
		first.fail(t, times(20, 500), false, look, nil).none(t)
	})

	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	m := NewMaker(t, s, service.URL) // by the command line, which is not recorded
	if err := service.Stop(); err != nil {
		t.Fatal(err)
	}
	before := filepath.Join(t.TempDir(), "before")
	copyDisk(t, data, before)
	write := func() { m.tell(t, 4, times(2, 4)) }
	files := []string{recorded(t, service, write), recorded(t, service, write)}
	second := newNight(t, data, before, m.Notes.All(), files...)
	var again []saved
	place := shelf(t)
	t.Run("writing", func(t *testing.T) {
		second.fail(t, times(20, 920), false, look, func(dir string, told []told) {
			if len(again) < times(1, 8) {
				copied := filepath.Join(place, fmt.Sprint("again", len(again)))
				copyDisk(t, dir, copied)
				again = append(again, saved{copied, told})
			}
		}).none(t)
	})
	t.Run("recovering", func(t *testing.T) {
		for _, d := range again {
			d.recovering(t, look)
		}
	})
	t.Run("control", func(t *testing.T) {
		l := second.fail(t, 3, true, look, nil)
		if l.damaged == 0 {
			t.Errorf("a disk that ignores syncs loses nothing on %d disks", l.disks)
		}
		t.Logf("without syncs %d of %d disks lost or damaged something", l.damaged, l.disks)
	})
}

// copyDisk copies a directory with the modes of its files, to a place where there
// is nothing yet.
func copyDisk(t *testing.T, from, to string) {
	t.Helper()
	if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v: %s", err, out)
	}
}

// none holds that no disk was damaged.
func (l loss) none(t *testing.T) {
	t.Helper()
	for _, f := range l.faults {
		t.Error(f)
	}
	t.Logf("%d disks, on which %d changes were not synced in all: %d lost or damaged something", l.disks, l.changes, l.damaged)
}

// recovering records the recovery of a disk, and lets the power fail during it.
func (d saved) recovering(t *testing.T, look func(string, []told) []string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	before := filepath.Join(t.TempDir(), "before")
	copyDisk(t, d.dir, before)
	file := filepath.Join(t.TempDir(), "strace")
	command := powerloss.Strace(file, program)
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Env = append(os.Environ(), recoverVariable+"="+d.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("recovery: %v\n%s", err, out)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	recording, err := powerloss.Read(bytes.NewReader(content), d.dir)
	if err != nil {
		t.Fatal(err)
	}
	n := &night{recording: recording, before: before}
	all := func(dir string, _ []told) []string { return look(dir, d.told) }
	n.fail(t, times(4, 40), false, all, nil).none(t)
}

// tell has clients write stories to their end.
func (m *Maker) tell(t *testing.T, clients, stories int) {
	t.Helper()
	failed := make(chan error, clients)
	for range clients {
		go func() {
			var err error
			for i := 0; i < stories && err == nil; i++ {
				err = m.Tell(t.Context())
			}
			failed <- err
		}()
	}
	for range clients {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
}
