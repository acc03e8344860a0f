package minio

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	miniogo "github.com/minio/minio-go/v7"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/storagetest"
)

var _ trace.Files = (*Files)(nil)

// configFor is the Config of a test's store, by way of its address.
func configFor(t *testing.T, store servers.S3) Config {
	t.Helper()
	config, err := ParseURL(store.URL())
	if err != nil {
		t.Fatal(err)
	}
	config.CreateBucket = true
	config.AllowDefaultKeys = true // a server named by the environment may have them
	return config
}

func open(t *testing.T, store servers.S3) *Files {
	t.Helper()
	files, err := Open(t.Context(), configFor(t, store))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// overwrite puts an object without any condition, as somebody who has other
// keys can.
func overwrite(t *testing.T, store servers.S3, d trace.Digest, stored []byte) {
	t.Helper()
	client, err := store.Client()
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.PutObject(t.Context(), store.Bucket, key(d), bytes.NewReader(stored), int64(len(stored)), miniogo.PutObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	storagetest.RunFiles(t, func(t *testing.T) (trace.Files, func(trace.Digest, []byte)) {
		store := servers.MinIO(t)
		return open(t, store), func(d trace.Digest, stored []byte) { overwrite(t, store, d, stored) }
	})
}

// TestLayout pins the names in the bucket: they are what a back-up holds.
func TestLayout(t *testing.T) {
	store := servers.MinIO(t)
	if _, err := open(t, store).Put(t.Context(), []byte("abc")); err != nil {
		t.Fatal(err)
	}
	client, err := store.Client()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for object := range client.ListObjectsIter(t.Context(), store.Bucket, miniogo.ListObjectsOptions{Recursive: true}) {
		got = append(got, object.Key)
	}
	const want = "sha256/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if len(got) != 1 || got[0] != want {
		t.Errorf("the bucket holds %q; want %q alone", got, want)
	}
}

func TestOpenRefuses(t *testing.T) {
	store := servers.MinIO(t)
	open(t, store)
	for _, tt := range []struct {
		name   string
		change func(*Config)
		kind   error
		says   string
	}{
		{"default access key", func(c *Config) { c.AccessKey, c.AllowDefaultKeys = "minioadmin", false }, trace.ErrInvalid, "minioadmin"},
		{"default secret key", func(c *Config) { c.SecretKey, c.AllowDefaultKeys = "minioadmin", false }, trace.ErrInvalid, "minioadmin"},
		{"no keys", func(c *Config) { c.AccessKey, c.SecretKey = "", "" }, trace.ErrInvalid, "keys"},
		{"no bucket", func(c *Config) { c.Bucket = "" }, trace.ErrInvalid, "bucket"},
		{"no host", func(c *Config) { c.Endpoint = "" }, trace.ErrInvalid, "host"},
		{"a URL for a host", func(c *Config) { c.Endpoint = "http://host" }, trace.ErrInvalid, "host"},
		{"a port too far", func(c *Config) { c.Endpoint = "host:70000" }, trace.ErrInvalid, "port"},
		{"unknown key", func(c *Config) { c.AccessKey = "temgoc-nobody" }, trace.ErrUnavailable, "bucket"},
		{"wrong secret", func(c *Config) { c.SecretKey += "x" }, trace.ErrUnavailable, "bucket"},
		{"missing bucket", func(c *Config) { c.Bucket, c.CreateBucket = "temgoc-not-there", false }, trace.ErrUnavailable, "does not exist"},
	} {
		config := configFor(t, store)
		tt.change(&config)
		_, err := Open(t.Context(), config)
		if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v; want %v that says %q", tt.name, err, tt.kind, tt.says)
		}
		if err != nil && strings.Contains(err.Error(), store.SecretKey) {
			t.Errorf("%s: the error gives the secret away: %v", tt.name, err)
		}
	}
}

// TestBucketGone removes the bucket under an open store.
func TestBucketGone(t *testing.T) {
	store := servers.MinIO(t)
	files := open(t, store)
	client, err := store.Client()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.RemoveBucket(t.Context(), store.Bucket); err != nil {
		t.Fatal(err)
	}
	checkUnavailable(t, files)
}

// TestSilentStore talks to one that takes the connection and never answers.
func TestSilentStore(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	config := Config{Endpoint: l.Addr().String(), AccessKey: "access", SecretKey: "secret", Bucket: "files",
		Region: "us-east-1", Timeout: 100 * time.Millisecond}
	if _, err := Open(t.Context(), config); !errors.Is(err, trace.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Open: %v; want ErrUnavailable after its timeout", err)
	}
}

// checkUnavailable checks that no method takes a broken store for an empty one.
func checkUnavailable(t *testing.T, files *Files) {
	t.Helper()
	_, putErr := files.Put(t.Context(), []byte("abc"))
	_, getErr := files.Get(t.Context(), trace.DigestOf([]byte("abc")))
	for method, err := range map[string]error{"Put": putErr, "Get": getErr, "Ping": files.Ping(t.Context())} {
		if !errors.Is(err, trace.ErrUnavailable) {
			t.Errorf("%s: %v; want ErrUnavailable", method, err)
		}
	}
}

func TestArchive(t *testing.T) {
	storagetest.RunArchive(t, func(t *testing.T) storagetest.Archive {
		store := servers.MinIO(t)
		a, err := OpenArchive(t.Context(), Config{
			Endpoint: store.Endpoint, AccessKey: store.AccessKey, SecretKey: store.SecretKey,
			Bucket: store.Bucket, Region: store.Region, TLS: store.TLS, CreateBucket: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		return a
	})
}
