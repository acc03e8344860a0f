package outage

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to keep the database busy

	"temgoc/internal/testing/faulty"
	"temgoc/internal/trace"
)

// outageTime is how long stores are away.
func outageTime() time.Duration {
	if soak() {
		return 15 * time.Minute
	}
	return 7 * time.Second
}

// dated is what a page says of data that may be old.
var dated = regexp.MustCompile(`Dữ liệu lúc \d\d:\d\d ngày`)

// A log of what was seen while a store was away.
type seen struct {
	pages, refused       int
	slowestPage, slowest time.Duration
}

// TestDocumentsAway takes MongoDB away, once so that connections end and once
// so that nothing answers, while codes are scanned and records are written.
func TestDocumentsAway(t *testing.T) {
	t.Parallel()
	s := started(t, distributed(t))
	var codes []string
	for i := range 12 {
		codes = append(codes, s.batch(fmt.Sprintf("W-%d", i), true))
	}
	for _, c := range codes[:8] { // the last ones are published and never scanned
		s.must(request{path: "/" + c, accept: "text/html"})
	}
	open := s.batch("open", false)
	time.Sleep(3 * time.Second) // a poll finds what was published and builds its page
	for i, state := range []faulty.State{faulty.Cut, faulty.Hanging} {
		s.documents.Set(state)
		var v seen
		var late []request
		for end := time.Now().Add(outageTime()); time.Now().Before(end); {
			old := time.Until(end) < outageTime()-6*time.Second // the data is old by then, and said to be
			for _, c := range codes {
				s.scanned(c, old, &v)
			}
			if len(late) < 40 {
				n := len(late)
				q := request{method: "POST", path: "/api/v1/batches/" + open + "/records", key: s.producer,
					once: fmt.Sprintf("away-%d-%d", i, n), json: harvest(fmt.Sprintf("away-%d-%d-end", i, n))}
				s.refused(q, &v)
				late = append(late, q)
			}
			s.refused(request{path: "/0000000000", accept: "text/html"}, &v) // a code that is not in memory
			s.probes("documents: not answering")
		}
		s.console()
		s.documents.Set(faulty.Up)
		back := s.ready()
		s.fresh(codes[0])
		for n, q := range late {
			done := s.must(q)
			if again := s.must(q); again.id() != done.id() {
				t.Errorf("repeated after the outage: %s, then %s", done.id(), again.id())
			}
			if documents, _ := s.count(trace.KindRecords, fmt.Sprintf("away-%d-%d-end", i, n)); documents != 1 {
				t.Errorf("%d records of one request", documents)
			}
		}
		t.Logf("state %d for %v: %d pages of codes in memory all 200 and dated (slowest %v), %d requests refused with 503 (slowest %v), %d writes repeated afterwards, one record each; ready after %v",
			state, outageTime(), v.pages, v.slowestPage.Round(time.Millisecond), v.refused, v.slowest.Round(time.Millisecond), len(late), back.Round(10*time.Millisecond))
		if back > recovers {
			t.Errorf("ready only %v after the store was back", back)
		}
	}
	s.audited()
}

// scanned asks for a page that is in memory.
func (s *site) scanned(code string, old bool, v *seen) {
	s.t.Helper()
	page := s.sent(request{path: "/" + code, accept: "text/html"})
	v.pages++
	v.slowestPage = max(v.slowestPage, page.took)
	if page.status != http.StatusOK || old && !dated.MatchString(page.body) {
		s.t.Errorf("the page of %s: %d, dated %t", code, page.status, dated.MatchString(page.body))
	}
	data := s.sent(request{path: "/" + code, accept: "application/json"})
	var d struct{ AsOf *time.Time }
	if err := json.Unmarshal([]byte(data.body), &d); err != nil || data.status != http.StatusOK || old && d.AsOf == nil {
		s.t.Errorf("JSON of %s: %d, asOf %v, %v", code, data.status, d.AsOf, err)
	}
}

// refused sends what cannot be done now.
func (s *site) refused(q request, v *seen) {
	s.t.Helper()
	a := s.sent(q)
	v.refused++
	v.slowest = max(v.slowest, a.took)
	if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		s.t.Errorf("%s %s: %d, Retry-After %q\n%.400s", q.method, q.path, a.status, a.header.Get("Retry-After"), a.body)
	}
	if q.method == "POST" && a.header.Get("Content-Type") != "application/problem+json" {
		s.t.Errorf("%s %s: answered with %s", q.method, q.path, a.header.Get("Content-Type"))
	}
	if a.took > told {
		s.t.Errorf("%s %s: answered after %v", q.method, q.path, a.took)
	}
}

// probes checks what the probes say.
func (s *site) probes(want string) {
	s.t.Helper()
	if a := s.sent(request{path: "/livez"}); a.status != http.StatusOK {
		s.t.Errorf("/livez: %d", a.status)
	}
	if a := s.sent(request{path: "/readyz"}); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, want) {
		s.t.Errorf("/readyz: %d %s, want %q", a.status, a.body, want)
	}
}

// setupLink is where the first administrator registers, as the log says.
var setupLink = regexp.MustCompile(`"link":"[^"]*(/console/moi/[^"]+)"`)

// console opens the first administrator's link, which cannot be looked up now,
// and is told why in both languages.
func (s *site) console() {
	s.t.Helper()
	link := setupLink.FindStringSubmatch(s.log.String())
	if link == nil {
		s.t.Fatal("the log has no link for the first administrator")
	}
	for lang, want := range map[string]string{"vi": "Đang mất kết nối với cơ sở dữ liệu", "en": "The database cannot be reached"} {
		a := s.sent(request{path: link[1] + "?lang=" + lang, accept: "text/html"})
		if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, want) {
			s.t.Errorf("the console in %s: %d, and does not say %q:\n%.1500s", lang, a.status, want, a.body)
		}
	}
}

// fresh waits until a page is no longer said to be old.
func (s *site) fresh(code string) {
	s.t.Helper()
	start := time.Now()
	for dated.MatchString(s.sent(request{path: "/" + code, accept: "text/html"}).body) {
		if time.Since(start) > recovers {
			s.t.Fatalf("%v after the store was back the page is still dated", recovers)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// TestFilesAway takes the object store away: pages do not need it.
func TestFilesAway(t *testing.T) {
	t.Parallel()
	s := started(t, distributed(t))
	code := s.batch("F-1", true)
	s.must(request{path: "/" + code})
	kept := s.must(request{method: "POST", path: "/api/v1/files", key: s.producer, file: pdf("kept")}).header.Get("Location")
	for i, state := range []faulty.State{faulty.Cut, faulty.Hanging} {
		s.files.Set(state)
		var v seen
		q := request{method: "POST", path: "/api/v1/files", key: s.producer, once: fmt.Sprintf("file-%d", i), file: pdf(fmt.Sprintf("away-%d", i))}
		for range 4 {
			s.refused(q, &v)
			s.refused(request{path: kept, key: s.producer}, &v)
			s.scanned(code, false, &v)
			s.must(request{method: "POST", path: "/api/v1/batches/" + code + "/records", key: s.producer, json: harvest("while files are away")})
		}
		s.probes("files: not answering")
		if said := s.sent(q).body; !strings.Contains(said, "kho lưu tệp") {
			t.Errorf("of the object store the answer says\n%s", said)
		}
		s.files.Set(faulty.Up)
		back := s.ready()
		first, again := s.must(q), s.must(q)
		d := trace.DigestOf(q.file)
		if documents, _ := s.count(trace.KindFiles, d.String()); documents != 1 || first.id() != again.id() {
			t.Errorf("%d files of one upload, %s and %s", documents, first.id(), again.id())
		}
		if _, err := s.stores.Files.Get(t.Context(), d); err != nil {
			t.Error(err)
		}
		t.Logf("state %d: %d requests for files refused (slowest %v), pages 200 and records entered; ready after %v", state, v.refused, v.slowest.Round(time.Millisecond), back.Round(10*time.Millisecond))
	}
	s.audited()
}

// TestStartsLater starts the service before its stores.
func TestStartsLater(t *testing.T) {
	t.Parallel()
	s := distributed(t)
	s.documents.Set(faulty.Cut)
	s.files.Set(faulty.Cut)
	s.launch()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if a, err := s.ask(request{path: "/readyz"}); err == nil && strings.Contains(a.body, "documents") || time.Now().After(deadline) {
			break
		}
	}
	s.probes("documents: not answering")
	var v seen
	s.refused(request{path: "/K7Q2M9XR4V", accept: "text/html"}, &v)
	s.refused(request{method: "POST", path: "/api/v1/batches", json: object{}}, &v)
	if !strings.Contains(s.log.String(), "waiting for a store that is away") {
		t.Errorf("the log does not say what it waits for:\n%s", s.log)
	}
	s.documents.Set(faulty.Up)
	start := time.Now()
	for !strings.Contains(s.log.String(), `"serving"`) && time.Since(start) < patience {
		time.Sleep(20 * time.Millisecond)
	}
	t.Logf("serving %v after the documents were there, without the object store", time.Since(start).Round(10*time.Millisecond))
	s.probes("files: not answering")
	s.files.Set(faulty.Up)
	s.ready()
	s.settle()
	s.must(request{path: "/" + s.batch("S-1", true)})
}

// TestToldWhileWaiting stops a service that waits for its stores.
func TestToldWhileWaiting(t *testing.T) {
	t.Parallel()
	s := distributed(t)
	s.documents.Set(faulty.Hanging)
	s.launch()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if a, err := s.ask(request{path: "/livez"}); err == nil && a.status == http.StatusOK || time.Now().After(deadline) {
			break
		}
	}
	s.stop()
}

// TestEmbeddedBusy keeps the database of an embedded service busy, and takes
// its files away.
func TestEmbeddedBusy(t *testing.T) {
	t.Parallel()
	s := started(t, embedded(t))
	data := s.flags[1]
	open := s.batch("E-1", false)
	code := s.batch("E-2", true)
	s.must(request{path: "/" + code})
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "temgoc.db")+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	var v seen
	q := request{method: "POST", path: "/api/v1/batches/" + open + "/records", key: s.producer, once: "busy", json: harvest("busy-end")}
	s.refused(q, &v)
	s.scanned(code, false, &v)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	first, again := s.must(q), s.must(q)
	if documents, _ := s.count(trace.KindRecords, "busy-end"); documents != 1 || first.id() != again.id() {
		t.Errorf("%d records of one request", documents)
	}
	files, hidden := filepath.Join(data, "files", "sha256"), filepath.Join(data, "files", "hidden")
	if err := os.Rename(files, hidden); err != nil {
		t.Fatal(err)
	}
	s.probes("files: not answering")
	s.scanned(code, false, &v)
	if err := os.Rename(hidden, files); err != nil {
		t.Fatal(err)
	}
	t.Logf("refused after %v; ready after %v", v.slowest.Round(time.Millisecond), s.ready().Round(time.Millisecond))
	s.second(data)
	s.stop()
	s.audited()
}

// second starts another service and a demonstration on the same data: both
// are refused, and say in words what runs.
func (s *site) second(data string) {
	s.t.Helper()
	for _, args := range [][]string{
		{"serve", "--data", data, "--addr", "127.0.0.1:0", "--metrics-addr", "", "--public-url", "http://127.0.0.1"},
		{"demo", "--data", data, "--addr", "127.0.0.1:0"},
	} {
		out, err := runs(s.t, args...)
		if err == nil || !bytes.Contains(out, []byte("another server runs on")) {
			s.t.Errorf("temgoc %s on data in use: %v\n%s", args[0], err, out)
		}
	}
}
