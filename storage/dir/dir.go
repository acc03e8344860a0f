// Package dir keeps files in a directory, each under the SHA-256 of its
// content:
//
//	sha256/ab/ab12…   64 hexadecimal digits, in a folder named by the first two
//	tmp/…             files that are being written
//	quarantine/…      damaged files that were set aside
//
// A file is written under tmp, synced to the disk, and then linked to its
// name, which fails when the name is taken: nothing is ever replaced. Names
// come from a [trace.Digest] and from nothing else, and an os.Root keeps even
// planted symbolic links from leading out of the directory. The file system
// must have hard links. Several processes may share a directory.
package dir

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"temgoc/internal/trace"
	"temgoc/storage/internal/contract"
)

// The folders in the directory.
const (
	contentDir = "sha256"
	unborn     = "tmp"
	quarantine = "quarantine"
)

// abandonedAfter is the age at which a file in tmp can only be what a crash
// left: no Put takes that long.
const abandonedAfter = 24 * time.Hour

// Files is a directory of files. It implements [trace.Files].
type Files struct {
	root *os.Root
}

// Open opens the directory at path, and creates it when it does not exist.
func Open(path string) (*Files, error) {
	root, err := openRoot(path)
	if err != nil {
		return nil, unavailable("open", err)
	}
	f := &Files{root: root}
	if err := f.prepare(); err != nil {
		return nil, errors.Join(unavailable("open", err), root.Close())
	}
	return f, nil
}

// openRoot opens a directory, which it creates when it does not exist, and makes
// its name durable within its parent.
func openRoot(path string) (*os.Root, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	above, err := os.Open(filepath.Dir(path))
	if err == nil {
		err = syncAndClose(above)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return root, nil
}

// prepare makes the folders durable, and removes what earlier crashes left.
func (f *Files) prepare() error {
	for _, name := range []string{contentDir, unborn} {
		if err := f.root.MkdirAll(name, 0o700); err != nil {
			return err
		}
	}
	if err := f.removeAbandoned(time.Now().Add(-abandonedAfter)); err != nil {
		return err
	}
	return f.syncDir(".")
}

// removeAbandoned removes files in tmp that were last written before then.
func (f *Files) removeAbandoned(then time.Time) error {
	entries, err := fs.ReadDir(f.root.FS(), unborn)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || info.ModTime().After(then) {
			continue // an error means that its writer has just removed it
		}
		if err := f.root.Remove(path.Join(unborn, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Close releases the directory. No method may be called afterwards.
func (f *Files) Close() error { return f.root.Close() }

// Put implements [trace.Files].
func (f *Files) Put(ctx context.Context, content []byte) (trace.Digest, error) {
	if len(content) > trace.MaxFileSize {
		return trace.Digest{}, fmt.Errorf("%w: a file of %d bytes; at most %d are kept", trace.ErrInvalid, len(content), trace.MaxFileSize)
	}
	d := trace.DigestOf(content)
	_, err := f.Get(ctx, d)
	if errors.Is(err, trace.ErrNotFound) {
		err = f.create(ctx, d, content)
	}
	if err != nil {
		return trace.Digest{}, err
	}
	// Also for a file that was there: its writer may not have got this far.
	if err := errors.Join(f.syncDir(folder(d)), f.syncDir(contentDir)); err != nil {
		return trace.Digest{}, unavailable("put", err)
	}
	return d, nil
}

// create gives content its name. Where somebody else was faster, his file is
// checked.
func (f *Files) create(ctx context.Context, d trace.Digest, content []byte) error {
	temporary := path.Join(unborn, rand.Text())
	defer f.root.Remove(temporary) // what matters has another name by then
	if err := f.write(temporary, content); err != nil {
		return unavailable("put", err)
	}
	if err := ctx.Err(); err != nil {
		return unavailable("put", err)
	}
	if err := f.root.MkdirAll(folder(d), 0o700); err != nil {
		return unavailable("put", err)
	}
	err := f.root.Link(temporary, name(d))
	if errors.Is(err, fs.ErrExist) {
		_, err = f.Get(ctx, d)
		return err
	}
	if err != nil {
		return unavailable("put", err)
	}
	return nil
}

// write creates a file and brings it to the disk.
func (f *Files) write(name string, content []byte) error {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return err
	}
	if _, err := file.Write(content); err != nil {
		return errors.Join(err, file.Close())
	}
	return syncAndClose(file)
}

// Get implements [trace.Files].
func (f *Files) Get(ctx context.Context, d trace.Digest) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, unavailable("get", err)
	}
	// Lstat first: opening a planted pipe would wait for its other end.
	info, err := f.root.Lstat(name(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: file %v", trace.ErrNotFound, d)
	}
	if err != nil {
		return nil, unavailable("get", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %v is no file but %v", trace.ErrCorrupt, d, info.Mode().Type())
	}
	content, err := f.read(name(d))
	if err != nil {
		return nil, unavailable("get", err)
	}
	if trace.DigestOf(content) != d {
		return nil, fmt.Errorf("%w: %v", trace.ErrCorrupt, d)
	}
	return content, nil
}

// read reads a file, of which more than trace.MaxFileSize+1 bytes are of no
// interest.
func (f *Files) read(name string) ([]byte, error) {
	file, err := f.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, trace.MaxFileSize+1))
}

// List implements [trace.Files].
func (f *Files) List(ctx context.Context, after trace.Digest, limit int) ([]trace.Object, error) {
	if err := contract.Limit(limit); err != nil {
		return nil, err
	}
	folders, err := fs.ReadDir(f.root.FS(), contentDir)
	if err != nil {
		return nil, unavailable("list", err)
	}
	var found []trace.Object
	for _, folder := range folders {
		if err := ctx.Err(); err != nil {
			return nil, unavailable("list", err)
		}
		if folder.Name() < after.String()[:2] {
			continue
		}
		if found, err = f.listFolder(found, folder.Name(), after, limit); err != nil {
			return nil, unavailable("list", err)
		}
		if len(found) == limit {
			break
		}
	}
	return found, nil
}

// listFolder adds the files of one folder to found, up to limit.
func (f *Files) listFolder(found []trace.Object, folder string, after trace.Digest, limit int) ([]trace.Object, error) {
	entries, err := fs.ReadDir(f.root.FS(), path.Join(contentDir, folder))
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		d, err := trace.ParseDigest(entry.Name())
		if err != nil || bytes.Compare(d[:], after[:]) <= 0 || len(found) == limit {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		found = append(found, trace.Object{Digest: d, Size: info.Size(), At: info.ModTime().UTC()})
	}
	return found, nil
}

// Remove implements [trace.Files].
func (f *Files) Remove(ctx context.Context, d trace.Digest) error {
	if err := ctx.Err(); err != nil {
		return unavailable("remove", err)
	}
	err := f.root.Remove(name(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = f.syncDir(folder(d))
	}
	if err != nil {
		return unavailable("remove", err)
	}
	return nil
}

// SetAside keeps a damaged file as quarantine/DIGEST-TIME, and makes room for the
// right content.
func (f *Files) SetAside(ctx context.Context, d trace.Digest, now time.Time) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", unavailable("set aside", err)
	}
	if err := f.root.MkdirAll(quarantine, 0o700); err != nil {
		return "", unavailable("set aside", err)
	}
	where := path.Join(quarantine, d.String()+"-"+now.UTC().Format("20060102T150405.000"))
	err := f.root.Rename(name(d), where)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w: file %v", trace.ErrNotFound, d)
	}
	if err == nil {
		err = errors.Join(f.syncDir(quarantine), f.syncDir(folder(d)), f.syncDir("."))
	}
	if err != nil {
		return "", unavailable("set aside", err)
	}
	return where, nil
}

// Ping implements [trace.Files].
func (f *Files) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return unavailable("ping", err)
	}
	if _, err := f.root.Stat(contentDir); err != nil {
		return unavailable("ping", err)
	}
	return nil
}

// folder is where the file of d is kept.
func folder(d trace.Digest) string { return path.Join(contentDir, d.String()[:2]) }

// name is the path of the file of d.
func name(d trace.Digest) string { return path.Join(folder(d), d.String()) }

// syncDir makes the names in a folder durable.
func (f *Files) syncDir(name string) error {
	dir, err := f.root.Open(name)
	if err != nil {
		return err
	}
	return syncAndClose(dir)
}

// syncAndClose brings a file, or the names in a folder, to the disk. Windows
// cannot sync a folder and does not need it.
func syncAndClose(f *os.File) error {
	info, err := f.Stat()
	if err == nil && (runtime.GOOS != "windows" || !info.IsDir()) {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// unavailable wraps what the file system or the context said.
func unavailable(operation string, err error) error {
	kind := trace.ErrFilesAway
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		kind = trace.ErrFull
	}
	return fmt.Errorf("%w: file directory: %s: %w", kind, operation, err)
}
