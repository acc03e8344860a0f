package privatefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// alone holds that nothing is in the directory but the file, with this content.
func alone(t *testing.T, path, want string) {
	t.Helper()
	got, err := Read(path)
	if err != nil || string(got) != want {
		t.Errorf("the file is %q, %v; want %q", got, err, want)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the file there is %v, %v", entries, err)
	}
}

func TestCreateAndReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := Create(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	alone(t, path, "one")
	if err := Create(path, []byte("two")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that exists was created: %v", err)
	}
	alone(t, path, "one")
	if err := Replace(path, []byte("three")); err != nil {
		t.Fatal(err)
	}
	alone(t, path, "three")
}

// TestClaim is Create where there are no links.
func TestClaim(t *testing.T) {
	directory := t.TempDir()
	path, written := filepath.Join(directory, "key"), filepath.Join(directory, "written")
	for _, f := range []string{written, path} {
		if err := os.WriteFile(written, []byte(f), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := claim(written, path); (err == nil) != (f == written) || err != nil && !errors.Is(err, fs.ErrExist) {
			t.Errorf("claim: %v", err)
		}
	}
	if err := os.Remove(written); err != nil {
		t.Fatal(err)
	}
	alone(t, path, written)
}

// TestOneCreates has many create one file at once: one does, and the file is
// whole whenever it is there.
func TestOneCreates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	var group sync.WaitGroup
	created := make(chan string, 16)
	for i := range cap(created) {
		group.Go(func() {
			text := string(rune('a' + i))
			err := Create(path, []byte(text))
			if err == nil {
				created <- text
			} else if !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
			if got, err := os.ReadFile(path); err != nil || len(got) != 1 {
				t.Errorf("it is there as %q, %v", got, err)
			}
		})
	}
	group.Wait()
	if len(created) != 1 {
		t.Fatalf("%d created it", len(created))
	}
	alone(t, path, <-created)
}
