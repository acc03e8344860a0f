//go:build unix

package privatefile

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// TestReadMode reads files as their owner.
func TestReadMode(t *testing.T) {
	for mode, want := range map[os.FileMode]error{
		0o600: nil, 0o400: nil, 0o640: ErrMode, 0o440: ErrMode, 0o604: ErrMode, 0o700: ErrMode,
	} {
		if _, err := Read(file(t, t.TempDir(), mode)); !errors.Is(err, want) {
			t.Errorf("mode %#o: %v, want %v", mode, err, want)
		}
	}
}

// TestHandedOver reads files of the superuser as somebody else, in whose group
// they are: as a service gets its secrets. It needs to be root at first; the
// second half runs as nobody.
func TestHandedOver(t *testing.T) {
	if dir := os.Getenv("TEMGOC_TEST_HANDED"); dir != "" {
		readHanded(t, dir)
		return
	}
	if os.Geteuid() != 0 {
		t.Log("only root can hand files over")
		return
	}
	dir, err := os.MkdirTemp("", "temgoc-handed-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for mode := range handedOver {
		path := file(t, dir, mode)
		if err := errors.Join(os.Chown(path, 0, 65534), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
	}
	program, err := os.ReadFile(os.Args[0]) // what go test made is root's alone
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(dir, "test")
	if err := errors.Join(os.WriteFile(own, program, 0o755), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(own, "-test.run", "^TestHandedOver$")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "TEMGOC_TEST_HANDED="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// handedOver are modes of root's files, and what a member of their group is told.
var handedOver = map[os.FileMode]error{0o440: nil, 0o640: nil, 0o660: ErrMode, 0o444: ErrMode}

func readHanded(t *testing.T, dir string) {
	for mode, want := range handedOver {
		if _, err := Read(filepath.Join(dir, name(mode))); !errors.Is(err, want) {
			t.Errorf("mode %#o: %v, want %v", mode, err, want)
		}
	}
}

func name(mode os.FileMode) string { return strconv.FormatUint(uint64(mode), 8) }

func file(t *testing.T, dir string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(dir, name(mode))
	if err := errors.Join(os.WriteFile(path, []byte("secret"), 0o600), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
	return path
}
