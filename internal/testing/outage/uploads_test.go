package outage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// large is the size of what is uploaded here, piece how far apart the cuts are.
const (
	large = 1 << 20
	piece = 64 << 10
)

// An upload is a request that brings a file, as it goes over the wire.
type upload struct {
	q      request
	digest trace.Digest
	wire   []byte
	head   int // of which so much is not the body
}

// upload makes one of a file like no other.
func (s *site) upload(mark string) upload {
	s.t.Helper()
	content := pdf(mark + " " + strings.Repeat("x", large))
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "giay.pdf")
	if err != nil {
		s.t.Fatal(err)
	}
	_, _ = part.Write(content)
	w.Close()
	q := request{method: "POST", path: "/api/v1/files", key: s.producer, once: mark, file: content}
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nIdempotency-Key: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
		q.path, s.host(), q.key, q.once, w.FormDataContentType(), form.Len())
	return upload{q, trace.DigestOf(content), append([]byte(head), form.Bytes()...), len(head)}
}

func (s *site) host() string { return strings.TrimPrefix(s.url, "http://") }

// begin sends so much of the body and leaves the connection open.
func (s *site) begin(u upload, body int) *net.TCPConn {
	s.t.Helper()
	c, err := net.DialTimeout("tcp", s.host(), told)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := c.Write(u.wire[:min(u.head+body, len(u.wire))]); err != nil {
		s.t.Fatalf("after %d bytes of the body: %v", body, err)
	}
	return c.(*net.TCPConn)
}

// hollow lists the records of files whose objects are not there.
func (s *site) hollow() (all int, hollow []string) {
	s.t.Helper()
	for q := (trace.LogQuery{Kind: trace.KindFiles, Limit: 1000}); ; {
		page, err := s.stores.Documents.Log(s.t.Context(), q)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, r := range page.Revisions {
			d, err := trace.ParseDigest(r.ID)
			if err != nil {
				s.t.Fatal(err)
			}
			all++
			if _, err := s.stores.Files.Get(s.t.Context(), d); errors.Is(err, trace.ErrNotFound) || errors.Is(err, trace.ErrCorrupt) {
				hollow = append(hollow, r.ID)
			} else if err != nil {
				s.t.Fatal(err)
			}
		}
		if q.After = page.Next; page.Next == "" {
			return all, hollow
		}
	}
}

// again repeats an upload with its key, twice, and wants one file.
func (s *site) again(name string, u upload) {
	s.t.Helper()
	first, second := s.sent(u.q), s.sent(u.q)
	if first.status != http.StatusCreated || second.status != first.status || second.body != first.body || !strings.HasSuffix(first.header.Get("Location"), u.digest.String()) {
		s.t.Errorf("%s: repeated it is answered %d %s, and again %d %s", name, first.status, first.body, second.status, second.body)
	}
	if documents, revisions := s.count(trace.KindFiles, u.digest.String()); documents != 1 || revisions != 1 {
		s.t.Errorf("%s: repeated it gives %d files with %d revisions", name, documents, revisions)
	}
}

// mentioned adds a record that refers to files, so that the audit reads them too.
func (s *site) mentioned(uploads []upload) {
	s.t.Helper()
	batch := s.batch("uploads", false)
	for some := range slices.Chunk(uploads, 10) {
		record, files := harvest("uploads"), []string{}
		for _, u := range some {
			files = append(files, u.digest.String())
		}
		record["files"] = files
		s.must(request{method: "POST", path: "/api/v1/batches/" + batch + "/records", key: s.producer, json: record})
	}
	s.audited()
}

// TestCutUploads cuts uploads of 1 MiB off after every 64 KiB, by closing and by
// resetting the connection, or on servers one or the other in turn: none leaves a
// file, and repeated with its key each is one.
func TestCutUploads(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { t.Parallel(); cutting(t, started(t, embedded(t)), true) })
	t.Run("mongodb and s3", func(t *testing.T) { t.Parallel(); cutting(t, started(t, distributed(t)), soak()) })
}

func cutting(t *testing.T, s *site, both bool) {
	var uploads []upload
	for cut := 0; cut <= large/piece; cut++ {
		for i, how := range []string{"closed", "reset"} {
			if !both && cut%2 != i {
				continue
			}
			u := s.upload(fmt.Sprintf("cut-%d-%s-end", cut, how))
			c := s.begin(u, cut*piece)
			if how == "reset" {
				if err := c.SetLinger(0); err != nil {
					t.Fatal(err)
				}
			} else if err := c.CloseWrite(); err != nil {
				t.Fatal(err)
			} else if answer, err := io.ReadAll(c); err == nil && bytes.Contains(answer[:min(len(answer), 20)], []byte(" 2")) {
				t.Errorf("after %d bytes an upload is acknowledged: %s", cut*piece, answer)
			}
			c.Close()
			uploads = append(uploads, u)
		}
	}
	if all, _ := s.hollow(); all != 0 {
		t.Errorf("%d files are there, of which no upload was whole", all)
	}
	for _, u := range uploads {
		s.again(u.q.once, u)
	}
	all, hollow := s.hollow()
	if all != len(uploads) || len(hollow) > 0 {
		t.Errorf("%d uploads made %d files, of which are without an object: %v", len(uploads), all, hollow)
	}
	s.mentioned(uploads)
	t.Logf("%d uploads cut off: %d files after repetition, %d without an object", len(uploads), all, len(hollow))
}

// TestKilledUploads kills the service in the middle of an upload, and between the
// last byte and the answer, and starts it again.
func TestKilledUploads(t *testing.T) {
	t.Parallel()
	s := started(t, embedded(t))
	var uploads []upload
	nothing, between, unanswered := 0, 0, 0
	for i, wait := range []time.Duration{-1, -1, 0, 4, 8, 16, 24, 32, 64} {
		u := s.upload(fmt.Sprintf("kill-%d-end", i))
		body := len(u.wire)
		if wait < 0 {
			body = large / 2
		}
		c := s.begin(u, body)
		time.Sleep(max(0, wait) * time.Millisecond) // when it dies is what differs; no result hangs on it
		s.kill()
		if n, _ := c.Read(make([]byte, 1)); n == 0 {
			unanswered++
		}
		all, hollow := s.hollow()
		if len(hollow) > 0 {
			t.Errorf("killed %d ms after the last byte, records of files are without an object: %v", wait, hollow)
		}
		_, err := s.stores.Files.Get(t.Context(), u.digest)
		switch {
		case all > len(uploads): // there is a record
		case err == nil:
			between++
		default:
			nothing++
		}
		s.launch()
		s.ready()
		s.again(u.q.once, u)
		uploads = append(uploads, u)
	}
	all, hollow := s.hollow()
	if all != len(uploads) || len(hollow) > 0 {
		t.Errorf("%d uploads made %d files, of which are without an object: %v", len(uploads), all, hollow)
	}
	s.mentioned(uploads)
	t.Logf("killed in %d uploads, %d before the object was there, %d between it and its record, %d before the answer: %d files after repetition, %d without an object",
		len(uploads), nothing, between, unanswered, all, len(hollow))
	s.missed(uploads[0].digest)
}

// missed is the control: a record whose object is taken away is found, here and by
// the audit.
func (s *site) missed(d trace.Digest) {
	s.t.Helper()
	var object string
	_ = filepath.WalkDir(filepath.Join(s.direct[1], "files"), func(path string, _ os.DirEntry, err error) error {
		if err == nil && strings.Contains(filepath.Base(path), d.String()) {
			object = path
		}
		return err
	})
	if err := os.Remove(object); err != nil {
		s.t.Fatal(err)
	}
	if _, hollow := s.hollow(); len(hollow) != 1 || hollow[0] != d.String() {
		s.t.Errorf("without the object of %s are: %v", d, hollow)
	}
	if out, err := runs(s.t, append([]string{"audit"}, s.direct...)...); err == nil {
		s.t.Errorf("the audit does not miss the object: %s", out)
	}
}

// kill ends the service at once.
func (s *site) kill() {
	s.t.Helper()
	if err := s.process.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	_ = s.process.Wait()
}
