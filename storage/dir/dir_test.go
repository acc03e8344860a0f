package dir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"temgoc/internal/trace"
	"temgoc/storage/storagetest"
)

var _ trace.Files = (*Files)(nil)

func open(t *testing.T, path string) *Files {
	t.Helper()
	files, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	return files
}

func TestConformance(t *testing.T) {
	storagetest.RunFiles(t, func(t *testing.T) (trace.Files, func(trace.Digest, []byte)) {
		path := filepath.Join(t.TempDir(), "not", "there", "yet")
		return open(t, path), func(d trace.Digest, stored []byte) {
			file := filepath.Join(path, name(d))
			if err := os.Chmod(file, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, stored, 0); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestLayout pins the names on the disk: they are what a back-up holds.
func TestLayout(t *testing.T) {
	path := t.TempDir()
	files := open(t, path)
	if _, err := files.Put(t.Context(), []byte("abc")); err != nil {
		t.Fatal(err)
	}
	const file = "sha256/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got, err := os.ReadFile(filepath.Join(path, file)); err != nil || string(got) != "abc" {
		t.Errorf("%s holds %q, %v; want abc", file, got, err)
	}
	left, err := os.ReadDir(filepath.Join(path, "tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("tmp holds %v, %v; want nothing", left, err)
	}
}

func TestReopen(t *testing.T) {
	path := t.TempDir()
	first := open(t, path)
	d, err := first.Put(t.Context(), []byte("abc"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // beside the first, and after its end
		if got, err := open(t, path).Get(t.Context(), d); err != nil || string(got) != "abc" {
			t.Errorf("reopened: %q, %v; want abc", got, err)
		}
		first.Close()
	}
}

// TestAbandoned leaves a half-written file of long ago and one of now.
func TestAbandoned(t *testing.T) {
	path := t.TempDir()
	open(t, path)
	old, young := filepath.Join(path, "tmp", "old"), filepath.Join(path, "tmp", "young")
	for _, file := range []string{old, young} {
		if err := os.WriteFile(file, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	then := time.Now().Add(-2 * abandonedAfter)
	if err := os.Chtimes(old, then, then); err != nil {
		t.Fatal(err)
	}
	open(t, path)
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the abandoned file: %v; want it gone", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("a file that is being written: %v; want it untouched", err)
	}
}

// TestPlanted puts things that are no files where a file is looked for.
func TestPlanted(t *testing.T) {
	path := t.TempDir()
	files := open(t, path)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := trace.DigestOf([]byte("abc"))
	place := filepath.Join(path, name(d))
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		t.Fatal(err)
	}
	for thing, plant := range map[string]func() error{
		"a link to the content elsewhere": func() error { return os.Symlink(secret, place) },
		"a folder":                        func() error { return os.Mkdir(place, 0o700) },
	} {
		if err := plant(); err != nil {
			t.Fatal(err)
		}
		if got, err := files.Get(t.Context(), d); !errors.Is(err, trace.ErrCorrupt) || got != nil {
			t.Errorf("%s: Get = %q, %v; want ErrCorrupt", thing, got, err)
		}
		if _, err := files.Put(t.Context(), []byte("abc")); !errors.Is(err, trace.ErrCorrupt) {
			t.Errorf("%s: Put: %v; want ErrCorrupt", thing, err)
		}
		if err := os.Remove(place); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "files")
	files := open(t, path)
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	_, putErr := files.Put(t.Context(), []byte("abc"))
	for method, err := range map[string]error{"Put": putErr, "Ping": files.Ping(t.Context())} {
		if !errors.Is(err, trace.ErrUnavailable) {
			t.Errorf("%s: %v; want ErrUnavailable", method, err)
		}
	}
}

func TestOpenRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); !errors.Is(err, trace.ErrUnavailable) {
		t.Errorf("Open of a file: %v; want ErrUnavailable", err)
	}
}

func TestArchive(t *testing.T) {
	storagetest.RunArchive(t, func(t *testing.T) storagetest.Archive {
		a, err := OpenArchive(filepath.Join(t.TempDir(), "backup"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		return a
	})
}

// TestArchiveNames refuses names that lead out of the directory, or that belong to
// what is being written.
func TestArchiveNames(t *testing.T) {
	a, err := OpenArchive(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, name := range []string{"", ".", "..", "../a", "/a", "a/../b", "a//b", "a/.new-1"} {
		if err := a.Put(t.Context(), name, []byte("x")); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("Put(%q): %v; want ErrInvalid", name, err)
		}
	}
}
