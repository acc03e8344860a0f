package minio

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	miniogo "github.com/minio/minio-go/v7"

	"temgoc/internal/trace"
)

// MaxObject is the largest object of an Archive, in bytes.
const MaxObject = 128 << 20

// archiveTimeout bounds the way of one object, which is enough for 32 MiB over a
// line of 1 Mbit/s.
const archiveTimeout = 5 * time.Minute

// An Archive keeps objects in a bucket, each under its name.
type Archive struct{ files *Files }

// OpenArchive connects to the object store, as Open does. The keys must be
// allowed to list, read and write, and to delete where old objects are to be
// removed.
func OpenArchive(ctx context.Context, config Config) (*Archive, error) {
	if config.Timeout == 0 {
		config.Timeout = archiveTimeout
	}
	f, err := Open(ctx, config)
	if err != nil {
		return nil, err
	}
	return &Archive{f}, nil
}

// Close has nothing to do.
func (a *Archive) Close() error { return nil }

// Put stores an object, as storage.Archive has it.
func (a *Archive) Put(ctx context.Context, name string, content []byte) error {
	if len(content) > MaxObject {
		return fmt.Errorf("%w: an object of %d bytes; at most %d are kept", trace.ErrInvalid, len(content), MaxObject)
	}
	ctx, cancel := context.WithTimeout(ctx, a.files.timeout)
	defer cancel()
	var options miniogo.PutObjectOptions
	options.SetMatchETagExcept("*") // If-None-Match: *
	_, err := a.files.store.PutObject(ctx, a.files.bucket, name, bytes.NewReader(content), int64(len(content)), "", trace.DigestOf(content).String(), options)
	if taken(err) {
		return fmt.Errorf("%w: %s", trace.ErrExists, name)
	}
	if err != nil {
		return unavailable(ctx, "put "+name, err)
	}
	return nil
}

// Get returns an object, as storage.Archive has it.
func (a *Archive) Get(ctx context.Context, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, a.files.timeout)
	defer cancel()
	object, _, _, err := a.files.store.GetObject(ctx, a.files.bucket, name, miniogo.GetObjectOptions{})
	if miniogo.ToErrorResponse(err).Code == miniogo.NoSuchKey {
		return nil, fmt.Errorf("%w: %s", trace.ErrNotFound, name)
	}
	if err != nil {
		return nil, unavailable(ctx, "get "+name, err)
	}
	defer object.Close()
	content, err := io.ReadAll(io.LimitReader(object, MaxObject+1))
	if err != nil {
		return nil, unavailable(ctx, "get "+name, err)
	}
	return content, nil
}

// Names lists all names, as storage.Archive has it.
func (a *Archive) Names(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, a.files.timeout)
	defer cancel()
	var names []string
	for o := range a.files.store.ListObjectsIter(ctx, a.files.bucket, miniogo.ListObjectsOptions{Recursive: true}) {
		if o.Err != nil {
			return nil, unavailable(ctx, "list", o.Err)
		}
		names = append(names, o.Key)
	}
	slices.Sort(names)
	return names, nil
}

// Remove removes an object, as storage.Archive has it.
func (a *Archive) Remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, a.files.timeout)
	defer cancel()
	if err := a.files.store.RemoveObject(ctx, a.files.bucket, name, miniogo.RemoveObjectOptions{}); err != nil {
		return unavailable(ctx, "remove "+name, err)
	}
	return nil
}
