package storage

import (
	"context"
	"fmt"
	"io"

	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/minio"
)

// An Archive keeps objects under names, for back-ups. An object is never changed.
// Its methods may be called from many goroutines, and return an error that wraps
// trace.ErrUnavailable when the place cannot be reached. It passes
// storagetest.RunArchive.
type Archive interface {
	io.Closer

	// Put stores an object, durable when nil is returned; a name that is taken is
	// trace.ErrExists, and keeps what it has. What was cut off leaves nothing
	// under the name.
	Put(ctx context.Context, name string, content []byte) error

	// Get returns an object, or trace.ErrNotFound.
	Get(ctx context.Context, name string) ([]byte, error)

	// Names lists all names, in the order of their bytes.
	Names(ctx context.Context) ([]string, error)

	// Remove removes an object. Nothing there is no error.
	Remove(ctx context.Context, name string) error
}

// OpenArchive opens dir:PATH, which is made where it is missing, or the bucket of
// an S3 object store, as minio.ParseURL reads it, which is used for nothing else.
func OpenArchive(ctx context.Context, address string) (Archive, error) {
	a, err := openArchive(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("archive (%s): %w", Redact(address), err)
	}
	return a, nil
}

func openArchive(ctx context.Context, address string) (Archive, error) {
	switch scheme, path := split(address); scheme {
	case "dir":
		if path == "" {
			return nil, fmt.Errorf("%w: dir: needs the path of a directory behind it", trace.ErrInvalid)
		}
		return dir.OpenArchive(path)
	case "s3":
		config, err := minio.ParseURL(address)
		if err != nil {
			return nil, err
		}
		return minio.OpenArchive(ctx, config)
	}
	return nil, fmt.Errorf("%w: want dir:PATH or s3://ACCESS:SECRET@HOST/BUCKET", trace.ErrInvalid)
}
