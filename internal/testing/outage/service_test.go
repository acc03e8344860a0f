// Package outage runs the built program over real stores behind a proxy that
// spoils calls and takes the stores away, and counts what is left of what was
// written.
package outage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"temgoc/internal/testing/faulty"
	"temgoc/internal/testing/program"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	program.Main(m, &binary)
}

// soak asks for the long forms.
func soak() bool { return os.Getenv("TEMGOC_SOAK") == "1" }

// Bounds that are promised.
const (
	told     = 5 * time.Second  // until a caller knows that a store is away
	recovers = 10 * time.Second // until all works again by itself
	patience = 60 * time.Second // for what must happen; no promise
)

// A site is a pair of stores, the proxies in front of them, and a service.
type site struct {
	t                *testing.T
	documents, files *faulty.Proxy
	flags            []string // of the service, through the proxies
	direct           []string // of who looks at the stores themselves
	stores           *storage.Stores
	url              string
	process          *exec.Cmd
	log              *buffer
	office, producer string // API keys
	product          string
}

// buffer is what a process said, while it says more.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// distributed is a site on MongoDB's protocol and S3 without a service yet.
func distributed(t *testing.T) *site {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys.json")
	run(t, "key", "init", "--keys", keys)
	uri, store := servers.MongoDB(t), servers.MinIO(t)
	s := &site{t: t, direct: []string{"--documents", uri, "--files", store.URL() + "&create=1", "--keys", keys}}
	var through string
	s.documents, through = faulty.Mongo(t, uri)
	proxy, behind := faulty.S3(t, store)
	s.files = proxy
	s.flags = []string{"--documents", through, "--files", behind.URL(), "--keys", keys}
	s.open(uri, store.URL()+"&create=1")
	return s
}

// embedded is a site on a data directory.
func embedded(t *testing.T) *site {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	s := &site{t: t, flags: []string{"--data", data}, direct: []string{"--data", data}}
	run(t, append([]string{"key", "create", "--label", "first", "--role", "office", "--organisation", "-"}, s.direct...)...)
	s.open("sqlite:"+filepath.Join(data, "temgoc.db"), "dir:"+filepath.Join(data, "files"))
	return s
}

// looked are the kinds that tests count.
var looked = []trace.Kind{trace.KindRecords, trace.KindBatches, trace.KindFiles, trace.KindClaims, trace.KindProducts, "orders", "logleaves"}

func (s *site) open(documents, files string) {
	s.t.Helper()
	stores, err := storage.Open(s.t.Context(), storage.Config{Documents: documents, Files: files, Kinds: looked})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { stores.Close() })
	s.stores = stores
}

// run runs the program to its end.
func run(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("temgoc %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// launch starts the service, which need not become ready.
func (s *site) launch(more ...string) {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	s.url, s.log = "http://"+addr, &buffer{}
	args := append([]string{"serve", "--addr", addr, "--public-url", s.url, "--metrics-addr", ""}, s.flags...)
	s.process = exec.Command(binary, append(args, more...)...)
	s.process.Stdout, s.process.Stderr = s.log, s.log
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	process := s.process
	s.t.Cleanup(func() {
		if process.ProcessState == nil {
			_ = process.Process.Signal(syscall.SIGTERM)
			_ = process.Wait()
		}
		if s.t.Failed() {
			text := s.log.String()
			s.t.Logf("the service said, in the end:\n%s", text[max(0, len(text)-6000):])
		}
	})
}

// stop ends the service in peace.
func (s *site) stop() {
	s.t.Helper()
	_ = s.process.Process.Signal(syscall.SIGTERM)
	if err := s.process.Wait(); err != nil {
		s.t.Errorf("the service ended with %v", err)
	}
}

// ready waits until the service says so, and returns how long it took.
func (s *site) ready() time.Duration {
	s.t.Helper()
	start := time.Now()
	for time.Since(start) < patience {
		if a, err := s.ask(request{path: "/readyz"}); err == nil && a.status == http.StatusOK {
			return time.Since(start)
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.t.Fatalf("the service did not become ready:\n%s", s.log)
	return 0
}

// settle makes the people and the product that others need.
func (s *site) settle() {
	s.t.Helper()
	s.office = run(s.t, append([]string{"key", "create", "--label", "test", "--role", "office", "--organisation", "Văn phòng"}, s.direct...)...)
	producer := s.must(request{method: "POST", path: "/api/v1/producers", key: s.office, json: object{
		"name": "Hợp tác xã Chè Mây", "kind": "cooperative", "registration": "0000000000",
		"address": object{"commune": "02260", "street": "Thôn Hồng Ba"},
	}}).id()
	s.producer = run(s.t, append([]string{"key", "create", "--label", "test", "--role", "producer", "--producer", producer}, s.direct...)...)
	s.product = s.must(request{method: "POST", path: "/api/v1/products", key: s.producer, json: object{
		"producer": producer, "name": object{"vi": "Chè Shan tuyết"}, "set": 11, "standards": []string{"TCVN 9740:2013"},
	}}).id()
}

// A site that answers, with its people.
func started(t *testing.T, s *site) *site {
	t.Helper()
	s.launch()
	s.ready()
	s.settle()
	return s
}

type object map[string]any

// A request is something that a client sends, perhaps again.
type request struct {
	method, path string
	key          string // API key
	once         string // Idempotency-Key
	json         object
	file         []byte // sent as a form
	accept       string
}

type answer struct {
	status int
	header http.Header
	body   string
	took   time.Duration
}

// id is the id of the document in an answer.
func (a answer) id() string {
	var d struct{ ID string }
	_ = json.Unmarshal([]byte(a.body), &d)
	return d.ID
}

var caller = &http.Client{Timeout: patience}

// ask sends a request.
func (s *site) ask(q request) (answer, error) {
	var body io.Reader
	contentType := "application/json"
	switch {
	case q.file != nil:
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		part, err := w.CreateFormFile("file", "giay.pdf")
		if err != nil {
			return answer{}, err
		}
		_, _ = part.Write(q.file)
		w.Close()
		body, contentType = &form, w.FormDataContentType()
	case q.json != nil:
		data, err := json.Marshal(q.json)
		if err != nil {
			return answer{}, err
		}
		body = bytes.NewReader(data)
	}
	if q.method == "" {
		q.method = http.MethodGet
	}
	r, err := http.NewRequest(q.method, s.url+q.path, body)
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		r.Header.Set("Content-Type", contentType)
	}
	for name, value := range map[string]string{"Accept": q.accept, "Idempotency-Key": q.once} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if q.key != "" {
		r.Header.Set("Authorization", "Bearer "+q.key)
	}
	start := time.Now()
	got, err := caller.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	return answer{got.StatusCode, got.Header, string(text), time.Since(start)}, err
}

// sent is ask where the service itself must answer.
func (s *site) sent(q request) answer {
	s.t.Helper()
	a, err := s.ask(q)
	if err != nil {
		s.t.Fatalf("%s %s: %v", q.method, q.path, err)
	}
	return a
}

// must is sent where the answer must be yes.
func (s *site) must(q request) answer {
	s.t.Helper()
	a := s.sent(q)
	if a.status >= 300 {
		s.t.Fatalf("%s %s: %d\n%s", q.method, q.path, a.status, a.body)
	}
	return a
}

// batch opens a batch; released says whether it is published.
func (s *site) batch(lot string, released bool) string {
	s.t.Helper()
	code := s.must(request{method: "POST", path: "/api/v1/batches", key: s.producer, json: s.batchData(lot)}).id()
	if released {
		s.must(request{method: "POST", path: "/api/v1/batches/" + code + "/transitions", key: s.producer, json: object{"to": "released"}})
	}
	return code
}

func (s *site) batchData(lot string) object {
	day := func(offset int) string { return time.Now().AddDate(0, 0, offset).Format(time.DateOnly) }
	return object{"product": s.product, "lot": lot, "quantity": object{"value": "120", "unit": "KGM"},
		"production": day(-10), "packing": day(-5), "expiry": day(700)}
}

func harvest(plot string) object {
	return object{"kind": "harvest", "happened": time.Now().AddDate(0, 0, -10).Format(time.RFC3339),
		"harvest": object{"plot": plot, "quantity": object{"value": "480", "unit": "KGM"}}}
}

// pdf is a file like no other.
func pdf(mark string) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n%% %s\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 1>>\nstartxref\n9\n%%%%EOF\n", mark)
}

// count counts the documents of a kind, all of whose revisions have a text in
// their content; the number of their revisions must be wanted.
func (s *site) count(kind trace.Kind, text string) (documents, revisions int) {
	s.t.Helper()
	ids := map[string]bool{}
	for q := (trace.LogQuery{Kind: kind, Limit: 1000}); ; {
		page, err := s.stores.Documents.Log(s.t.Context(), q)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, r := range page.Revisions {
			if bytes.Contains(r.Body, []byte(text)) {
				ids[r.ID] = true
				revisions++
			}
		}
		if q.After = page.Next; page.Next == "" {
			return len(ids), revisions
		}
	}
}

// audited compares all that is stored with the log.
func (s *site) audited() {
	s.t.Helper()
	run(s.t, append([]string{"audit"}, s.direct...)...)
}

// runs runs the program, which may fail, and returns all that it said.
func runs(t *testing.T, args ...string) ([]byte, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return exec.CommandContext(ctx, binary, args...).CombinedOutput()
}
