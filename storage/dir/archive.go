package dir

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"temgoc/internal/trace"
)

// MaxObject is the largest object of an Archive, in bytes.
const MaxObject = 128 << 20

// unnamed begins the names of files that are being written to an Archive.
const unnamed = ".new-"

// An Archive keeps objects in a directory, each in a file of its name. It needs
// no hard links, which discs that are carried about often do not have.
type Archive struct {
	root *os.Root
}

// OpenArchive opens the directory at path, and creates it when it does not exist.
func OpenArchive(path string) (*Archive, error) {
	root, err := openRoot(path)
	if err != nil {
		return nil, unavailable("open", err)
	}
	return &Archive{root}, nil
}

// Close releases the directory.
func (a *Archive) Close() error { return a.root.Close() }

// Put stores an object, as storage.Archive has it.
func (a *Archive) Put(ctx context.Context, name string, content []byte) error {
	if err := checkName(name, len(content)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return unavailable("put", err)
	}
	if _, err := a.root.Lstat(name); err == nil {
		return fmt.Errorf("%w: %s", trace.ErrExists, name)
	}
	folder := path.Dir(name)
	if err := a.root.MkdirAll(folder, 0o700); err != nil {
		return unavailable("put", err)
	}
	temporary := path.Join(folder, unnamed+rand.Text())
	if err := a.write(temporary, content); err != nil {
		return unavailable("put", errors.Join(err, a.root.Remove(temporary)))
	}
	if err := a.root.Rename(temporary, name); err != nil {
		return unavailable("put", errors.Join(err, a.root.Remove(temporary)))
	}
	for _, f := range slices.Compact([]string{folder, "."}) {
		if err := a.syncDir(f); err != nil {
			return unavailable("put", err)
		}
	}
	return nil
}

// checkName refuses names that could not be kept everywhere.
func checkName(name string, size int) error {
	if !fs.ValidPath(name) || name == "." || strings.HasPrefix(path.Base(name), ".") {
		return fmt.Errorf("%w: %.100q is no name of an object", trace.ErrInvalid, name)
	}
	if size > MaxObject {
		return fmt.Errorf("%w: an object of %d bytes; at most %d are kept", trace.ErrInvalid, size, MaxObject)
	}
	return nil
}

func (a *Archive) write(name string, content []byte) error {
	file, err := a.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := file.Write(content); err != nil {
		return errors.Join(err, file.Close())
	}
	return syncAndClose(file)
}

func (a *Archive) syncDir(name string) error {
	dir, err := a.root.Open(name)
	if err != nil {
		return err
	}
	return syncAndClose(dir)
}

// Get returns an object, as storage.Archive has it.
func (a *Archive) Get(ctx context.Context, name string) ([]byte, error) {
	if err := checkName(name, 0); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, unavailable("get", err)
	}
	file, err := a.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", trace.ErrNotFound, name)
	}
	if err != nil {
		return nil, unavailable("get", err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, MaxObject+1))
	if err != nil {
		return nil, unavailable("get", err)
	}
	return content, nil
}

// Names lists all names, as storage.Archive has it; also those of files whose
// writing was cut off, which Remove takes as well.
func (a *Archive) Names(ctx context.Context) ([]string, error) {
	var names []string
	err := fs.WalkDir(a.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && d.Type().IsRegular() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, unavailable("names", err)
	}
	slices.Sort(names)
	return names, nil
}

// Remove removes an object, as storage.Archive has it, and its folder when it is
// the last one there.
func (a *Archive) Remove(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return unavailable("remove", err)
	}
	if err := a.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unavailable("remove", err)
	}
	if folder := path.Dir(name); folder != "." {
		_ = a.root.Remove(folder) // fails while there is more in it
	}
	return nil
}
