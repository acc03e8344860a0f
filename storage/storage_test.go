package storage

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
)

func config(t *testing.T) Config {
	data := t.TempDir()
	return Config{
		Documents: "sqlite:" + filepath.Join(data, "temgoc.db"),
		Files:     "dir:" + filepath.Join(data, "files"),
		Kinds:     trace.Kinds(),
	}
}

// works puts a document and a file into stores opened from c, closes them,
// opens them again and reads both back.
func works(t *testing.T, c Config) {
	t.Helper()
	at := time.UnixMilli(1_772_355_000_000).UTC()
	r := trace.Revision{Kind: trace.KindProducers, ID: "htx", Number: 1, Created: at, At: at, Body: []byte(`{"name":"Hoa Sen"}`)}
	content := []byte("giấy chứng nhận")
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := s.Files.Put(t.Context(), content)
	if err := errors.Join(err, s.Documents.Insert(t.Context(), r), s.Close()); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if head, err := s.Documents.Head(t.Context(), r.Kind, r.ID); err != nil || string(head.Body) != string(r.Body) {
		t.Errorf("Head = %s, %v", head.Body, err)
	}
	if got, err := s.Files.Get(t.Context(), digest); err != nil || string(got) != string(content) {
		t.Errorf("Get = %s, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestEmbedded(t *testing.T) { works(t, config(t)) }

func TestServers(t *testing.T) {
	store := servers.MinIO(t)
	works(t, Config{Documents: servers.MongoDB(t), Files: store.URL() + "&create=1", Kinds: trace.Kinds()})
}

func TestRefusedAddresses(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(data, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ documents, files, want string }{
		{"", "dir:x", "setting documents"},
		{"temgoc.db", "dir:x", "setting documents"},
		{"sqlite:", "dir:x", "setting documents"},
		{"sqlite:" + filepath.Join(file, "x.db"), "dir:x", "setting documents"},
		{"postgres://user:s3cret@h/x", "dir:x", "setting documents"},
		{"mongodb://user:s3cret@127.0.0.1:1/x?authSource=s3cret", "dir:x", "setting documents"},
		{"mongodb://user:s3cret/?@127.0.0.1:1/x", "dir:x", "setting documents"},
		{"mongodb://127.0.0.1:1/x?tls=true&tlsCertificateKeyFile=" + file + "&tlsCertificateKeyFilePassword=s3cret", "dir:x", "setting documents"},
		{"", "", "setting files"},
		{"", "dir:", "setting files"},
		{"", "files", "setting files"},
		{"", "dir:" + file, "setting files"},
		{"", "s3://key:s3cret@127.0.0.1:1/no_bucket", "setting files"},
		{"", "s3://key:s3cret@127.0.0.1:1/bucket?tls=0", "setting files"},
		{"", "s3://key:s3/cret@127.0.0.1:1/bucket", "setting files"},
	} {
		c := Config{Documents: test.documents, Files: test.files, Kinds: trace.Kinds()}
		if test.want == "setting files" {
			c.Documents = "sqlite:" + filepath.Join(data, "temgoc.db")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		s, err := Open(ctx, c)
		cancel()
		if err == nil {
			s.Close()
			t.Errorf("Open(%+v) succeeded", c)
			continue
		}
		if !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "cret@") {
			t.Errorf("Open(%+v): %v; want %s and no password", c, err, test.want)
		}
	}
}

// TestRemovable checks that both engines are told what can be removed.
func TestRemovable(t *testing.T) {
	at := time.UnixMilli(1_772_355_000_000).UTC()
	r := trace.Revision{Kind: "visitors", ID: "a", Number: 1, Created: at, At: at, Body: []byte(`{}`)}
	for _, documents := range []string{"", servers.MongoDB(t)} {
		c := config(t)
		if documents != "" {
			c.Documents = documents
		}
		c.Kinds, c.Removable = append(c.Kinds, "visitors"), []trace.Kind{"visitors"}
		s, err := Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(s.Documents.Insert(t.Context(), r), s.Documents.Remove(t.Context(), r.Kind, r.ID))
		if _, gone := s.Documents.Head(t.Context(), r.Kind, r.ID); err != nil || !errors.Is(gone, trace.ErrNotFound) {
			t.Errorf("%s: Remove: %v, Head: %v", Redact(c.Documents), err, gone)
		}
		if err := s.Documents.Remove(t.Context(), trace.KindProducers, "a"); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("%s: Remove of a producer: %v, want ErrInvalid", Redact(c.Documents), err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		c.Removable = []trace.Kind{"others"}
		if s, err := Open(t.Context(), c); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("%s: Open with a removable kind that is none = %v, %v", Redact(c.Documents), s, err)
		}
	}
}

func TestRedact(t *testing.T) {
	for address, want := range map[string]string{
		"mongodb:/ann:s3cret@db/x":          "mongodb:***",
		"s3:KEY:s3cret@h/b":                 "s3:***",
		"ann.s3cret@db":                     "***",
		"sqlite:/var/lib/temgoc.db":         "sqlite:/var/lib/temgoc.db",
		"":                                  "",
		"sqlite:/srv/temgoc.db":             "sqlite:/srv/temgoc.db",
		"mongodb://a:1,b:2/x?w=1":           "mongodb://a:1,b:2/x",
		"mongodb://user:pass@a:1/x":         "mongodb://***@a:1/x",
		"mongodb+srv://user:p@ss/w?@a/x?k=": "mongodb+srv://***@a/x",
		"s3://key:secret@minio:9000/bucket": "s3://***@minio:9000/bucket",
	} {
		if got := Redact(address); got != want {
			t.Errorf("Redact(%s) = %s, want %s", address, got, want)
		}
	}
}

func TestWeaknesses(t *testing.T) {
	for _, test := range []struct{ documents, files, want string }{
		{"sqlite:x", "dir:x", ""},
		{"mongodb://127.0.0.1/x", "s3://KEY:s3cret-x@127.0.0.1:9000/bucket?tls=0", ""},
		{"mongodb://db1,db2/x", "dir:x", "documents: nobody has to sign in"},
		{"mongodb://ann:s3cret-x@db1,db2/x", "dir:x", ""},
		{"mongodb://ann:s3cret-x@db.example.vn/x", "dir:x", "documents: the connection"},
		{"mongodb://ann:s3cret-x@db.example.vn/x?tls=true", "dir:x", ""},
		{"mongodb://ann:s3cret-x@db/x?tls=true&tlsInsecure=true", "dir:x", "documents: the certificate"},
		{"mongodb://ann:temgoc@db/x", "dir:x", "documents: the password"},
		{"mongodb://ann:@db/x", "dir:x", "documents: the password"},
		{"sqlite:x", "s3://KEY:minioadmin@minio:9000/bucket", "files: the password"},
		{"sqlite:x", "s3://KEY:s3cret-x@objects.example.vn/bucket?tls=0", "files: the connection"},
		{"sqlite:x", "s3://objects.example.vn/bucket", "files: nobody"},
	} {
		got := strings.Join(Weaknesses(Config{Documents: test.documents, Files: test.files}), "\n")
		if !strings.HasPrefix(got, test.want) || test.want == "" && got != "" || strings.Contains(got, "s3cret") {
			t.Errorf("%s, %s: %q, want %q", test.documents, test.files, got, test.want)
		}
	}
}
