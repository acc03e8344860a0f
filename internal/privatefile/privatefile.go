// Package privatefile reads and makes files that are for their owner only, such
// as keys, and makes what it writes survive a power failure.
package privatefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// ErrMode says that others than the owner may use a file.
var ErrMode = errors.New("the file must be readable by its owner only")

// MaxSize is the largest file that Read takes, in bytes.
const MaxSize = 1 << 20

// Read reads a regular file with no access for group and others; else it gives
// ErrMode. A file of the superuser may be readable by its group as well: that
// is how systemd (which shows an access list as the group's mode), Kubernetes
// and Docker hand a secret to a service that runs as somebody else. What is
// behind MaxSize is cut off.
func Read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a regular file", fs.ErrInvalid, path)
	}
	if err := CheckMode(path, info); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f, MaxSize))
}

// CheckMode gives ErrMode for a file that Read would refuse for its mode.
func CheckMode(path string, info fs.FileInfo) error {
	allowed := fs.FileMode(0o600)
	if handed(info) {
		allowed = 0o640
	}
	// Windows keeps no such modes; there the user's profile protects the file.
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&^allowed != 0 {
		return fmt.Errorf("%w: %s has mode %#o; run: chmod 600 %s", ErrMode, path, mode, path)
	}
	return nil
}

// Create writes a new file of mode 0600; it is on the disk when nil is returned,
// and whatever happens before, a power failure too, its name never stands for a
// part of it. A file that exists is left alone, with fs.ErrExist.
func Create(path string, data []byte) error {
	written, err := writeBeside(path, data)
	if err != nil {
		return err
	}
	err = os.Link(written, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = claim(written, path) // some file systems have no links, such as that of a memory stick
	}
	if removed := os.Remove(written); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	if err != nil {
		return err
	}
	return SyncDirectory(path)
}

// claim moves a file to a name that nobody else gets meanwhile. Only a failure
// between its two steps leaves the name empty.
func claim(written, path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Rename(written, path))
}

// writeBeside brings data to the disk under a name of its own in the directory
// of path.
func writeBeside(path string, data []byte) (written string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return "", err
	}
	if err := WriteAndSync(f, data); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// Replace writes a file of mode 0600 in the place of another, or of none. When it
// returns nil the new one is on the disk; else the old one is there, or the new
// one, whole.
func Replace(path string, data []byte) error {
	written, err := writeBeside(path, data)
	if err != nil {
		return err
	}
	if err := os.Rename(written, path); err != nil {
		return errors.Join(err, os.Remove(written))
	}
	return SyncDirectory(path)
}

// WriteAndSync writes data to the disk and closes f.
func WriteAndSync(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// SyncDirectory makes the name of path durable, where a directory can be synced.
func SyncDirectory(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
