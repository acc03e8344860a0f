package scan_test

import (
	"bytes"
	"image/jpeg"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/web/scan"
)

func TestFile(t *testing.T) {
	w := newWorld(t)
	digest := w.addFile(office, 7)
	rec := w.get("/tep/" + strings.ToUpper(digest.String()))
	if rec.Code != http.StatusOK || !bytes.Equal(rec.Body.Bytes(), pdf(7)) {
		t.Fatalf("status %d, %d bytes", rec.Code, rec.Body.Len())
	}
	name := "tem-goc-" + digest.String()[:16] + ".pdf"
	for header, want := range map[string]string{
		"Content-Type":                 "application/pdf",
		"Content-Disposition":          `attachment; filename="` + name + `"; filename*=UTF-8''` + name,
		"X-Content-Type-Options":       "nosniff",
		"Content-Security-Policy":      "default-src 'none'; sandbox",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "public, max-age=31536000, immutable",
		"Etag":                         `"` + digest.String() + `"`,
	} {
		if got := rec.Header().Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	if again := w.get("/tep/"+digest.String(), "If-None-Match", `"`+digest.String()+`"`); again.Code != http.StatusNotModified {
		t.Errorf("revalidation: %d", again.Code)
	}
	if head := w.do(http.MethodHead, "/tep/"+digest.String()); head.Body.Len() != 0 || head.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: %d bytes", head.Body.Len())
	}
	for _, path := range []string{"/tep/" + strings.Repeat("0", 64), "/tep/xyz", "/anh/" + strings.Repeat("0", 64), "/anh/" + digest.String()} {
		if rec := w.get(path); rec.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d, want 404", path, rec.Code)
		}
	}
}

// A stuckWriter is a client that does not read until it is released.
type stuckWriter struct {
	*httptest.ResponseRecorder
	writing chan<- struct{}
	release <-chan struct{}
}

func (w stuckWriter) Write(b []byte) (int, error) {
	w.writing <- struct{}{}
	<-w.release
	return w.ResponseRecorder.Write(b)
}

// TestSlowDownloadsAreBounded lets many clients ask for a file and not read it.
func TestSlowDownloadsAreBounded(t *testing.T) {
	const slots = 32
	w := newWorld(t)
	path := "/tep/" + w.addFile(office, 7).String()
	writing, release := make(chan struct{}), make(chan struct{})
	var group sync.WaitGroup
	for range slots {
		group.Go(func() {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			w.handler.ServeHTTP(stuckWriter{httptest.NewRecorder(), writing, release}, r)
		})
	}
	for range slots {
		<-writing
	}
	rec := w.get(path)
	if rec.Code != http.StatusServiceUnavailable || rec.Header().Get("Retry-After") == "" {
		t.Errorf("one more: status %d, retry after %q", rec.Code, rec.Header().Get("Retry-After"))
	}
	contains(t, rec.Body.String(), "Tạm thời chưa tra cứu được")
	if head := w.do(http.MethodHead, path); head.Code != http.StatusOK {
		t.Errorf("HEAD: status %d", head.Code)
	}
	close(release)
	group.Wait()
	if rec := w.get(path); rec.Code != http.StatusOK {
		t.Errorf("afterwards: status %d", rec.Code)
	}
}

// TestHeadReadsNoContent asks for the head of a file whose content is gone.
func TestHeadReadsNoContent(t *testing.T) {
	w := newWorld(t)
	path := "/tep/" + w.addFile(office, 7).String()
	want := w.get(path).Header()
	w.must(os.RemoveAll(w.fileDir))
	head := w.do(http.MethodHead, path)
	if head.Code != http.StatusOK {
		t.Errorf("status %d", head.Code)
	}
	if diff := cmp.Diff(want, head.Header()); diff != "" {
		t.Errorf("headers differ from those of GET (-GET +HEAD):\n%s", diff)
	}
}

// TestCorruptedFileIsNeverServed changes one byte in the object store.
func TestCorruptedFileIsNeverServed(t *testing.T) {
	w := newWorld(t)
	digest := w.addFile(office, 7)
	changed := 0
	w.must(filepath.WalkDir(w.fileDir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.Contains(path, digest.String()[8:]) {
			return err
		}
		content, err := os.ReadFile(path)
		w.must(err)
		content[len(content)/2] ^= 1
		w.must(os.Chmod(path, 0o600))
		changed++
		return os.WriteFile(path, content, 0o600)
	}))
	if changed != 1 {
		t.Fatalf("%d files changed", changed)
	}
	rec := w.get("/tep/" + digest.String())
	if rec.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", rec.Code)
	}
	contains(t, rec.Body.String(), "Tệp lưu trữ đã bị hỏng")
	lacks(t, rec.Body.String(), "%PDF")
	if d := decode(t, w.get("/tep/"+digest.String(), "Accept", "application/json").Body.Bytes()); d.Verdict.Kind != scan.KindFileCorrupt {
		t.Errorf("JSON says %s", d.Verdict.Kind)
	}
}

func TestPhoto(t *testing.T) {
	w := newWorld(t)
	w.addPhoto()
	d, err := w.ledger.Product(t.Context(), office.By, w.product)
	w.must(err)
	path := "/anh/" + d.Data.Photo.String()
	contains(t, w.get("/"+w.released("L1")).Body.String(), `src="`+path+`"`)
	for range 2 { // the second time from memory
		for path, width := range map[string]int{path: 480, path + "/nho": 160} {
			rec := w.get(path)
			config, err := jpeg.DecodeConfig(rec.Body)
			if err != nil || config.Width != width || config.Height != width*3/4 {
				t.Errorf("%s: %d: %d×%d, %v", path, rec.Code, config.Width, config.Height, err)
			}
			if got := rec.Header().Get("Content-Type"); got != "image/jpeg" {
				t.Errorf("type %q", got)
			}
		}
	}
}

func TestSmallThings(t *testing.T) {
	w := newWorld(t)
	contains(t, w.get("/robots.txt").Body.String(), "Disallow: /\n", "Allow: /$")
	icon := w.get("/favicon.svg")
	if icon.Header().Get("Content-Type") != "image/svg+xml" || icon.Body.Len() > 1000 {
		t.Errorf("icon: %q, %d bytes", icon.Header().Get("Content-Type"), icon.Body.Len())
	}
	if rec := w.get("/no/such/page"); rec.Code != http.StatusNotFound {
		t.Errorf("status %d", rec.Code)
	}
}
