package servers

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 tells how to reach an object store, and the name of a bucket in it that
// does not exist yet.
type S3 struct {
	Endpoint             string // host:port
	AccessKey, SecretKey string
	Region               string // may be empty
	TLS                  bool
	Bucket               string
}

// URL gives the s3:// form, with the keys in it.
func (s S3) URL() string {
	query := url.Values{"tls": {"0"}}
	if s.TLS {
		query.Set("tls", "1")
	}
	if s.Region != "" {
		query.Set("region", s.Region)
	}
	u := url.URL{Scheme: "s3", User: url.UserPassword(s.AccessKey, s.SecretKey),
		Host: s.Endpoint, Path: "/" + s.Bucket, RawQuery: query.Encode()}
	return u.String()
}

// Client returns a client of the store, for what a test does behind the back
// of the code under test.
func (s S3) Client() (*minio.Client, error) {
	transport, err := minio.DefaultTransport(s.TLS)
	if err != nil {
		return nil, err
	}
	transport.DisableKeepAlives = true // a client cannot be closed
	return minio.New(s.Endpoint, &minio.Options{
		Transport: transport,
		Creds:     credentials.NewStaticV4(s.AccessKey, s.SecretKey, ""),
		Secure:    s.TLS,
		Region:    s.Region,
	})
}

// MinIO returns an S3 object store and a bucket name of its own for this
// call. The bucket is removed after the test when the store is not ours.
func MinIO(t testing.TB) S3 {
	t.Helper()
	if endpoint := os.Getenv("TEMGOC_TEST_S3_ENDPOINT"); endpoint != "" {
		store := S3{
			Endpoint:  endpoint,
			AccessKey: os.Getenv("TEMGOC_TEST_S3_ACCESS_KEY"),
			SecretKey: os.Getenv("TEMGOC_TEST_S3_SECRET_KEY"),
			Region:    os.Getenv("TEMGOC_TEST_S3_REGION"),
			TLS:       os.Getenv("TEMGOC_TEST_S3_TLS") == "1",
			Bucket:    freshName(),
		}
		t.Cleanup(func() { removeBucket(t, store) })
		return store
	}
	store, err := runningMinIO()
	if err != nil {
		fail(t, "MinIO", err)
	}
	store.Bucket = freshName()
	return store
}

// removeBucket empties and removes the bucket of a store that others use.
func removeBucket(t testing.TB, store S3) {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	client, err := store.Client()
	if err != nil {
		t.Error(err)
		return
	}
	if exists, err := client.BucketExists(ctx, store.Bucket); err != nil || !exists {
		return
	}
	objects := client.ListObjectsIter(ctx, store.Bucket, minio.ListObjectsOptions{Recursive: true})
	for object := range objects {
		err = cmp.Or(err, object.Err, client.RemoveObject(ctx, store.Bucket, object.Key, minio.RemoveObjectOptions{}))
	}
	if err := cmp.Or(err, client.RemoveBucket(ctx, store.Bucket)); err != nil {
		t.Errorf("bucket %s is left behind: %v", store.Bucket, err)
	}
}

// runningMinIO starts the server at its first call. MinIO cannot choose a
// free port by itself, and one that was free a moment ago may be taken: then
// another one is tried.
var runningMinIO = sync.OnceValues(func() (store S3, err error) {
	program, err := tool("minio", "TEMGOC_TEST_MINIO")
	if err != nil {
		return S3{}, err
	}
	for range 3 {
		if store, err = startMinIO(program); err == nil {
			return store, nil
		}
	}
	return S3{}, err
})

func startMinIO(program string) (S3, error) {
	dir, err := os.MkdirTemp("", "temgoc-minio-")
	if err != nil {
		return S3{}, err
	}
	address, err := freeAddress()
	if err != nil {
		return S3{}, err
	}
	store := S3{Endpoint: address, AccessKey: rand.Text(), SecretKey: rand.Text()}
	server, err := start(command{
		dir:    dir,
		signal: "TERM",
		env: []string{
			"MINIO_ROOT_USER=" + store.AccessKey,
			"MINIO_ROOT_PASSWORD=" + store.SecretKey,
			"MINIO_BROWSER=off",
			"MINIO_UPDATE=off", // asks nobody for a newer version
		},
		args: []string{program, "server", "--address", address,
			"--certs-dir", filepath.Join(dir, "certs"), filepath.Join(dir, "data")},
	})
	if err != nil {
		return S3{}, err
	}
	if err := server.await(func() bool { return serving(store) }); err != nil {
		server.life.Close()
		return S3{}, err
	}
	return store, nil
}

// serving reports whether a store does what it is there for. MinIO's own
// health checks say yes while requests are still answered with "Server not
// initialized yet".
func serving(store S3) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	client, err := store.Client()
	if err != nil {
		return false
	}
	const bucket = "temgoc-probe"
	exists, err := client.BucketExists(ctx, bucket)
	if err != nil {
		return false
	}
	if !exists && client.MakeBucket(ctx, bucket, minio.MakeBucketOptions{}) != nil {
		return false
	}
	return client.RemoveBucket(ctx, bucket) == nil
}
