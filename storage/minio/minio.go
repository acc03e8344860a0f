// Package minio keeps files in a bucket of an S3 object store, such as MinIO,
// each under the SHA-256 of its content, as sha256/<64 hexadecimal digits>.
//
// The store is not trusted. A file is written with If-None-Match, so that
// nothing is replaced, and read back before it counts as stored; it is hashed
// at every read. The store must honour If-None-Match. The service streams
// files to readers itself: nobody else needs access to the bucket, and the
// keys of a service need no right to delete; Remove does.
package minio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	miniogo "github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"temgoc/internal/trace"
	"temgoc/storage/internal/contract"
	"temgoc/storage/internal/patience"
)

// Files is a bucket of files. It implements [trace.Files].
type Files struct {
	transport *http.Transport
	store     miniogo.Core
	bucket    string
	timeout   time.Duration

	patience patience.Gauge
}

// attempts bounds how often a request is repeated after a passing failure.
const attempts = 3

// Open connects to the object store and checks that the bucket is there. It
// returns a trace.ErrInvalid for a Config that cannot be right, also for keys
// that everybody knows, and a trace.ErrUnavailable when the store does not
// answer, refuses the keys, or has no such bucket.
func Open(ctx context.Context, config Config) (*Files, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	transport, err := miniogo.DefaultTransport(config.TLS)
	if err != nil {
		return nil, invalid("host", "%v", err)
	}
	store, err := miniogo.NewCore(config.Endpoint, &miniogo.Options{
		Transport:  transport,
		Creds:      credentials.NewStaticV4(config.AccessKey, config.SecretKey, ""),
		Secure:     config.TLS,
		Region:     config.Region,
		MaxRetries: attempts,
	})
	if err != nil {
		return nil, invalid("host", "%v", err)
	}
	f := &Files{transport: transport, store: *store, bucket: config.Bucket, timeout: config.Timeout}
	if f.timeout == 0 {
		f.timeout = DefaultTimeout
	}
	if config.CreateBucket {
		err = f.createBucket(ctx, config.Region)
	}
	if err == nil && !config.Later {
		err = f.Ping(ctx)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Close ends connections that wait for a next call. None may follow.
func (f *Files) Close() error {
	f.transport.CloseIdleConnections()
	return nil
}

// createBucket creates the bucket unless it exists.
func (f *Files) createBucket(ctx context.Context, region string) error {
	ctx, o, end := f.begin(ctx)
	defer end()
	exists, err := f.store.BucketExists(ctx, f.bucket)
	if err != nil {
		return unavailable(ctx, "look for bucket "+f.bucket, err)
	}
	o.answered()
	if exists {
		return nil
	}
	err = f.store.MakeBucket(ctx, f.bucket, miniogo.MakeBucketOptions{Region: region})
	if err == nil || miniogo.ToErrorResponse(err).Code == miniogo.BucketAlreadyOwnedByYou {
		return nil // another process may have been faster
	}
	return unavailable(ctx, "create bucket "+f.bucket, err)
}

// Put implements [trace.Files].
func (f *Files) Put(ctx context.Context, content []byte) (trace.Digest, error) {
	if len(content) > trace.MaxFileSize {
		return trace.Digest{}, fmt.Errorf("%w: a file of %d bytes; at most %d are kept", trace.ErrInvalid, len(content), trace.MaxFileSize)
	}
	ctx, o, end := f.begin(ctx)
	defer end()
	d := trace.DigestOf(content)
	var options miniogo.PutObjectOptions
	options.SetMatchETagExcept("*") // If-None-Match: *
	// The store compares what it receives with the SHA-256 it is told.
	_, err := f.store.PutObject(ctx, f.bucket, key(d), &upload{Reader: bytes.NewReader(content), o: o}, int64(len(content)), "", d.String(), options)
	if err != nil && !taken(err) {
		return trace.Digest{}, unavailable(ctx, "put", err)
	}
	o.answered()
	_, err = f.get(ctx, o, d)
	if errors.Is(err, trace.ErrNotFound) {
		return trace.Digest{}, unavailable(ctx, "put", fmt.Errorf("%v was accepted but is not there", d))
	}
	if err != nil {
		return trace.Digest{}, err
	}
	return d, nil
}

// taken reports whether a conditional write was refused because the object
// exists, or because another writer is about to make it exist.
func taken(err error) bool {
	response := miniogo.ToErrorResponse(err)
	return response.StatusCode == http.StatusPreconditionFailed || response.Code == "ConditionalRequestConflict"
}

// Get implements [trace.Files].
func (f *Files) Get(ctx context.Context, d trace.Digest) ([]byte, error) {
	ctx, o, end := f.begin(ctx)
	defer end()
	return f.get(ctx, o, d)
}

func (f *Files) get(ctx context.Context, o *operation, d trace.Digest) ([]byte, error) {
	object, _, _, err := f.store.GetObject(ctx, f.bucket, key(d), miniogo.GetObjectOptions{})
	if err == nil {
		o.answered()
	}
	if miniogo.ToErrorResponse(err).Code == miniogo.NoSuchKey {
		return nil, fmt.Errorf("%w: file %v", trace.ErrNotFound, d)
	}
	if err != nil {
		return nil, unavailable(ctx, "get", err)
	}
	defer object.Close()
	content, err := io.ReadAll(io.LimitReader(download{object, o}, trace.MaxFileSize+1))
	if err != nil {
		return nil, unavailable(ctx, "get", err)
	}
	if trace.DigestOf(content) != d {
		return nil, fmt.Errorf("%w: %v", trace.ErrCorrupt, d)
	}
	return content, nil
}

// List implements [trace.Files].
func (f *Files) List(ctx context.Context, after trace.Digest, limit int) ([]trace.Object, error) {
	if err := contract.Limit(limit); err != nil {
		return nil, err
	}
	ctx, o, end := f.begin(ctx)
	defer end() // which also ends the listing where it is left early
	behind := ""
	if after != (trace.Digest{}) {
		behind = key(after)
	}
	var found []trace.Object
	for object := range f.store.ListObjectsIter(ctx, f.bucket, miniogo.ListObjectsOptions{Prefix: prefix, StartAfter: behind, MaxKeys: limit, Recursive: true}) {
		if object.Err != nil {
			return nil, unavailable(ctx, "list", object.Err)
		}
		o.answered()
		d, err := trace.ParseDigest(strings.TrimPrefix(object.Key, prefix))
		if err != nil {
			continue // not one of ours
		}
		found = append(found, trace.Object{Digest: d, Size: object.Size, At: object.LastModified.UTC()})
		if len(found) == limit {
			return found, nil
		}
	}
	if err := ctx.Err(); err != nil { // at which the listing ends without a word
		return nil, unavailable(ctx, "list", err)
	}
	return found, nil
}

// Remove implements [trace.Files].
func (f *Files) Remove(ctx context.Context, d trace.Digest) error {
	ctx, o, end := f.begin(ctx)
	defer end()
	if err := f.store.RemoveObject(ctx, f.bucket, key(d), miniogo.RemoveObjectOptions{}); err != nil {
		return unavailable(ctx, "remove", err)
	}
	o.answered()
	return nil
}

// SetAside keeps a damaged object as quarantine/DIGEST/TIME, and makes room for
// the right content. The keys must allow to remove objects.
func (f *Files) SetAside(ctx context.Context, d trace.Digest, now time.Time) (string, error) {
	ctx, o, end := f.begin(ctx)
	defer end()
	where := "quarantine/" + d.String() + "/" + now.UTC().Format("20060102T150405.000")
	_, err := f.store.CopyObject(ctx, f.bucket, key(d), f.bucket, where, nil, miniogo.CopySrcOptions{}, miniogo.PutObjectOptions{})
	if miniogo.ToErrorResponse(err).Code == miniogo.NoSuchKey {
		return "", fmt.Errorf("%w: file %v", trace.ErrNotFound, d)
	}
	if err != nil {
		return "", unavailable(ctx, "set aside", err)
	}
	o.answered()
	if err := f.store.RemoveObject(ctx, f.bucket, key(d), miniogo.RemoveObjectOptions{}); err != nil {
		return "", unavailable(ctx, "set aside", err)
	}
	return where, nil
}

// Ping implements [trace.Files].
func (f *Files) Ping(ctx context.Context) error {
	ctx, o, end := f.begin(ctx)
	defer end()
	exists, err := f.store.BucketExists(ctx, f.bucket)
	if err != nil {
		return unavailable(ctx, "look for bucket "+f.bucket, err)
	}
	o.answered()
	if !exists {
		return unavailable(ctx, "look for bucket "+f.bucket, errors.New("it does not exist"))
	}
	return nil
}

// key is the name of the object of d.
func key(d trace.Digest) string { return prefix + d.String() }

// prefix is in front of the name of each object.
const prefix = "sha256/"

// unavailable wraps what the store or the context said.
func unavailable(ctx context.Context, operation string, err error) error {
	if ended := context.Cause(ctx); ended != nil && !errors.Is(err, ended) {
		err = fmt.Errorf("%w: %w", ended, err)
	}
	kind := trace.ErrFilesAway
	if answer := miniogo.ToErrorResponse(err); answer.StatusCode == http.StatusInsufficientStorage || answer.Code == "XMinioStorageFull" {
		kind = trace.ErrFull
	}
	return fmt.Errorf("%w: object store: %s: %w", kind, operation, err)
}
