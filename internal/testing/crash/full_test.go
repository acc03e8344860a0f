//go:build linux

package crash

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A small is a disk of a few megabytes.
type small struct{ dir, filler string }

// newSmall mounts one, which only root can; nil for others.
func newSmall(t *testing.T) *small {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Log("only root can mount a small disk")
		return nil
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m,mode=700"); err != nil {
		if os.Getenv("TEMGOC_TEST_REQUIRE") != "" && !errors.Is(err, syscall.EPERM) {
			t.Fatal(err)
		}
		t.Logf("mounting is not permitted here: %v", err)
		return nil
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return &small{dir, filepath.Join(dir, "filler")}
}

// fill leaves nothing free.
func (s *small) fill(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile(s.filler, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 1 << 12} {
		for {
			_, err := f.Write(make([]byte, size))
			if errors.Is(err, syscall.ENOSPC) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// free makes space.
func (s *small) free(t *testing.T) {
	t.Helper()
	if err := os.Remove(s.filler); err != nil {
		t.Fatal(err)
	}
}

// TestFullDisk fills the disk of the database, of the files, and of both, while
// clients write: what is refused is refused at once, with 507 and in words, reading
// goes on, /readyz says it, and once there is space everything goes on, without a
// restart or repair, also when the service was killed on the full disk. The short
// form has both on one disk.
func TestFullDisk(t *testing.T) {
	for name, place := range map[string]func(t *testing.T, disk string) Stores{
		"both": func(t *testing.T, disk string) Stores { return Embedded(t, filepath.Join(disk, "data")) },
		"database": func(t *testing.T, disk string) Stores {
			s := Embedded(t, "")
			s.Flags = append(s.Flags, "--documents", "sqlite:"+filepath.Join(disk, "data", "temgoc.db"), "--files", "dir:"+filepath.Join(s.Data, "files"))
			return s
		},
		"files": func(t *testing.T, disk string) Stores {
			s := Embedded(t, "")
			s.Flags = append(s.Flags, "--files", "dir:"+filepath.Join(disk, "files"))
			return s
		},
	} {
		if name != "both" && times(0, 1) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if disk := newSmall(t); disk != nil {
				disk.fills(t, place(t, disk.dir), name)
			}
		})
	}
}

func (d *small) fills(t *testing.T, s Stores, name string) {
	service := NewService(t, s, "")
	defer service.Kill() // before the disk is unmounted
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	m := NewMaker(t, s, service.URL)
	m.tell(t, 2, 1)
	d.fill(t)
	var next int64 = 100
	for range 3 { // space that the database holds in reserve is used up first
		m.attempt(t.Context(), 4, 2*time.Second)
	}
	d.refuses(t, m)
	d.reads(t, service, m)

	d.free(t)
	for n := range int64(4) {
		if err := m.TellNumber(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	if name != "files" { // where it is killed in the middle of a write, and starts
		d.fill(t)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			m.attemptNumber(t.Context(), next, time.Second)
		}()
		time.Sleep(300 * time.Millisecond)
		service.Kill()
		<-ended
		if err := service.StartWithin(time.Second); errors.Is(err, errEnded) {
			t.Logf("it does not start on the full disk: %v", err)
			d.free(t)
			if err := service.Start(); err != nil {
				t.Fatal(err)
			}
		} else {
			d.free(t)
			if err := service.Await("/readyz", http.StatusOK); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.TellNumber(t.Context(), next); err != nil {
			t.Fatal(err)
		}
	}
	m.consistent(t)
	m.look(t, s, 0, -1)
	seen := m.Seen()
	if seen[http.StatusInsufficientStorage] == 0 {
		t.Errorf("nothing was refused for want of space: %v", seen)
	}
	t.Logf("answers by status: %v; %d writes acknowledged, none lost", seen, len(m.Notes.All()))
}

// attemptNumber tells one story, as far as it comes.
func (m *Maker) attemptNumber(ctx context.Context, n int64, within time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	_ = m.TellNumber(ctx, n) // told again later
}

// refuses holds that an upload is refused in words, in time.
func (d *small) refuses(t *testing.T, m *Maker) {
	t.Helper()
	for language, want := range map[string]string{"en": "no space left", "vi": "hết chỗ lưu"} {
		began := time.Now()
		request := Upload("/files", "full-"+language, "giay.pdf", PDF(language+strings.Repeat(" filler", 20_000)))
		a, err := m.SendIn(t.Context(), language, 0, request)
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != http.StatusInsufficientStorage || !strings.Contains(string(a.Body), want) || a.Header.Get("Retry-After") == "" {
			t.Errorf("an upload is answered with %d, Retry-After %q: %s", a.Status, a.Header.Get("Retry-After"), a.Body)
		}
		if took := time.Since(began); took > patience/6 {
			t.Errorf("it took %v", took)
		}
	}
}

// reads holds that reading goes on.
func (d *small) reads(t *testing.T, service *Service, m *Maker) {
	t.Helper()
	story := m.Stories()[0]
	for path, want := range map[string]string{
		"/" + story.Batch: story.Lot, "/readyz": "disk: full", "/livez": "ok", "/console": "",
	} {
		answer, err := http.Get(service.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s answers %d: %.300s", path, answer.StatusCode, body)
		}
	}
	if err := m.storyFaults(t.Context(), story, t.Errorf); err != nil {
		t.Error(err)
	}
}
