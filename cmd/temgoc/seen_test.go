package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/health"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
)

// Planted in what is sent to the service: none of it may be in its log.
var planted = []string{
	"203.0.113.77", "nguoi.bi.mat@example.vn", "MatKhauBiMat-2026", "0912345678", "Lo Thi Bi Mat", "SECRETLOT-77",
	"tokentokentokentokentokentokentokentokentok", "bi-mat.example.net",
}

// A collector takes spans as OTLP over HTTP.
type collector struct {
	mu    sync.Mutex
	spans []told
	body  bytes.Buffer
}

type told struct {
	Name, TraceID, SpanID, ParentSpanID string
	Attributes                          []struct {
		Key   string
		Value struct{ StringValue string }
	}
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var m struct {
		ResourceSpans []struct {
			ScopeSpans []struct{ Spans []told }
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.URL.Path != "/v1/traces" || json.NewDecoder(io.TeeReader(r.Body, &c.body)).Decode(&m) != nil {
		http.Error(w, "no", http.StatusBadRequest)
		return
	}
	for _, r := range m.ResourceSpans {
		for _, s := range r.ScopeSpans {
			c.spans = append(c.spans, s.Spans...)
		}
	}
	io.WriteString(w, "{}")
}

// below are the names of the spans below those of a name.
func (c *collector) below(name string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var names []string
	for _, root := range c.spans {
		if root.Name != name {
			continue
		}
		for _, s := range c.spans {
			if s.TraceID == root.TraceID && s.SpanID != root.SpanID {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

// seen is what a service showed while it was used.
type seen struct {
	log, metrics string
	spans        *collector
	codes        []string
}

// locked is a log that may be read while it is written.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// tour runs the whole service on a pair of stores, with all that can be seen
// turned on, and uses it as those do who come by.
func tour(t *testing.T, stores storeFlags, flags ...string) seen {
	t.Helper()
	s, err := stores.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	code := openBatch(t, s)
	key, _, err := s.accounts.Create(t.Context(), trace.Write{By: operator}, account.NewKey{Role: trace.Office, Organisation: "Văn phòng", Label: "test", Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	spans := &collector{}
	receiver := httptest.NewServer(spans)
	defer receiver.Close()
	addr, metrics := free(t), free(t)
	var log locked
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{
			"serve", "--addr", addr, "--metrics-addr", metrics, "--public-url", "https://127.0.0.1", "--log-level", "debug", "--trusted-proxies", "127.0.0.1",
			"--traces", receiver.URL, "--trace-sample", "1", "--pprof", "--mail-server", "smtp://127.0.0.1:1?tls=0", "--mail-from", "a@example.vn",
			"--witness", "witness.example.vn+12043ec0+BJi5UBA8pMfSwIITCvOPIJiVW5eSzUpq7RO4twsY2q// http://127.0.0.1:1",
		}, flags...), io.Discard, &log)
	}()
	t.Cleanup(stop)
	defer http.DefaultClient.CloseIdleConnections()
	await(t, "http://"+addr+"/readyz", &log)
	v := visitor{t, "http://" + addr, key}
	v.look(code)
	out := seen{spans: spans, codes: []string{code}, metrics: get(t, "http://"+metrics+"/metrics")}
	if body := get(t, "http://"+metrics+"/debug/pprof/cmdline"); body == "" {
		t.Error("the operator's listener has no profiles with --pprof")
	}
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("the service ended with %d", code)
	}
	out.log = log.String()
	return out
}

// openBatch makes a batch that is not released yet: no service builds its page
// before somebody asks for it.
func openBatch(t *testing.T, s *service) string {
	t.Helper()
	office := trace.Write{By: trace.Actor{ID: "office", Role: trace.Office, Organisation: "Văn phòng"}}
	producer, err := s.ledger.CreateProducer(t.Context(), office, trace.Producer{
		Name: "Hợp tác xã Chè", Kind: "cooperative", Registration: "5001234567", Address: trace.Address{Commune: "02260", Street: "Thôn Hồng Ba"},
	})
	if err != nil {
		t.Fatal(err)
	}
	own := trace.Write{By: trace.Actor{ID: "producer", Role: trace.ProducerRole, Producer: producer.ID}}
	product, err := s.ledger.CreateProduct(t.Context(), own, trace.Product{Producer: producer.ID, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11})
	if err != nil {
		t.Fatal(err)
	}
	lot, err := gs1.ParseLotNumber("L1")
	if err != nil {
		t.Fatal(err)
	}
	batch, err := s.ledger.CreateBatch(t.Context(), own, trace.BatchData{
		Product: product.ID, Lot: lot, Quantity: trace.Quantity{Value: "1", Unit: "KGM"}, Production: trace.DateOf(time.Now()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return batch.ID
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func await(t *testing.T, address string, log fmt.Stringer) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get(address)
		if err != nil {
			continue
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatalf("the service is not ready:\n%s", log)
}

func get(t *testing.T, address string) string {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, answer.Status, err)
	}
	return string(body)
}

// A visitor sends what must not be logged.
type visitor struct {
	t         *testing.T
	root, key string
}

func (v visitor) send(method, path, media, body string, headers ...string) int {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.root+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("X-Forwarded-For", planted[0])
	r.Header.Set("Origin", v.root)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Referer", "https://"+planted[7]+"/")
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		v.t.Fatal(err)
	}
	return answer.StatusCode
}

const form = "application/x-www-form-urlencoded"

func (v visitor) look(code string) {
	v.t.Helper()
	if got := v.send("GET", "/"+code, "", ""); got >= 500 {
		v.t.Errorf("GET /CODE = %d", got)
	}
	email, password, phone, name, token := planted[1], planted[2], planted[3], planted[4], planted[6]
	for _, path := range []string{
		"/" + code + "?email=" + email, "/?code=" + code, "/K7Q2M9XR4V", "/01/09521234000013/10/" + planted[5], "/no/such/" + code, "/tra-cuu?q=" + url.QueryEscape(name),
		"/console/moi/" + token, "/phan-anh/tra-loi?so=" + token, "/thong-bao/" + token, "/" + code + "/records", "/" + code + "/bang-chung", "/debug/pprof/", "/metrics",
	} {
		if got := v.send("GET", path, "", ""); got >= 500 || strings.HasPrefix(path, "/debug") && got != http.StatusNotFound {
			v.t.Errorf("GET %s = %d", path, got)
		}
	}
	login := url.Values{"login": {email}, "password": {password}}.Encode()
	for range 8 {
		v.send("POST", "/console/vao", form, login)
	}
	v.send("POST", "/phan-anh", form, url.Values{"code": {code}, "name": {name}, "phone": {phone}, "email": {email}, "text": {"Tem bị mờ " + name}}.Encode())
	v.send("POST", "/console/moi/"+token, form, url.Values{"password": {password}}.Encode())
	v.send("GET", "/console/nguoi-dung", "", "", "Cookie", "temgoc-session="+token)
	v.send("GET", "/api/v1/batches", "", "", "Authorization", "Bearer temgoc_abcdefgh_"+token)
	v.send("GET", "/api/v1/batches/"+code, "", "", "Authorization", "Bearer "+v.key)
	producer := `{"name":"Hợp tác xã thử","kind":"cooperative","registration":"1234567","address":{"commune":"02260","street":"Thôn 1"},"phone":"` + phone + `","email":"` + email + `"}`
	if got := v.send("POST", "/api/v1/producers", "application/json", producer, "Authorization", "Bearer "+v.key, "Idempotency-Key", token); got != http.StatusCreated {
		v.t.Errorf("POST /producers = %d", got)
	}
}

// TestSeen uses the whole service on both pairs of stores: its spans tell where
// the time went and nothing else, its log has nothing personal, and what it
// measures is what docs/metrics.md, the alerts and the dashboard say.
func TestSeen(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		data := filepath.Join(t.TempDir(), "data")
		got := tour(t, storeFlags{Data: data}, "--data", data)
		checkSpans(t, got, "sqlite")
		checkLog(t, got)
		checkMetrics(t, got.metrics)
	})
	t.Run("mongodb and s3", func(t *testing.T) {
		dir := t.TempDir()
		keys, documents, files := filepath.Join(dir, "keys.json"), servers.MongoDB(t), servers.MinIO(t).URL()+"&create=1"
		if code := run(t.Context(), []string{"key", "init", "--keys", keys}, io.Discard, io.Discard); code != 0 {
			t.Fatal("key init")
		}
		got := tour(t, storeFlags{Documents: documents, Files: files, Keys: keys, LogKey: logKeyBeside(keys)},
			"--documents", documents, "--files", files, "--keys", keys, "--insecure-stores")
		checkSpans(t, got, "mongodb")
		checkLog(t, got)
	})
}

func checkSpans(t *testing.T, got seen, engine string) {
	t.Helper()
	scan, write := got.spans.below("GET /:code"), got.spans.below("POST /api/v1/producers")
	if !slices.Contains(scan, "page.build") || !slices.Contains(scan, "documents.head") {
		t.Errorf("a scan has the spans %v", scan)
	}
	if !slices.Contains(write, "documents.insert") {
		t.Errorf("a write has the spans %v", write)
	}
	engines := map[string]bool{}
	for _, s := range got.spans.spans {
		for _, a := range s.Attributes {
			if a.Key == "db.system.name" {
				engines[a.Value.StringValue] = true
			}
		}
	}
	if !engines[engine] {
		t.Errorf("the spans name the engines %v", engines)
	}
	for _, secret := range slices.Concat(planted, got.codes) {
		if strings.Contains(got.spans.body.String(), secret) {
			t.Errorf("the spans tell %q", secret)
		}
	}
}

func checkLog(t *testing.T, got seen) {
	t.Helper()
	if n := strings.Count(got.log, `"msg":"request"`); n < 25 {
		t.Errorf("the log has %d requests only:\n%s", n, got.log)
	}
	for line := range strings.Lines(got.log) {
		for _, secret := range planted {
			if strings.Contains(line, secret) {
				t.Errorf("the log tells %q: %s", secret, line)
			}
		}
		for _, code := range got.codes {
			if strings.Contains(line, code) {
				t.Errorf("the log tells the code %s: %s", code, line)
			}
		}
	}
}

// A metric is a row of docs/metrics.md.
type metric struct{ kind, labels, help string }

var sampleLine = regexp.MustCompile(`^(temgoc_[a-z0-9_]+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? `)

// metricsOf reads what a service says, by name.
func metricsOf(text string) map[string]metric {
	found := map[string]metric{}
	labels := map[string]map[string]bool{}
	for line := range strings.Lines(text) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if len(words) == 4 && words[0] == "#" && strings.HasPrefix(words[2], "temgoc_") {
			m := found[words[2]]
			if words[1] == "HELP" {
				m.help = words[3]
			} else {
				m.kind = words[3]
			}
			found[words[2]] = m
			continue
		}
		if m := sampleLine.FindStringSubmatch(line); m != nil {
			name := m[1]
			if _, ok := found[name]; !ok { // one that ends like a part of a histogram
				name, _, _ = strings.Cut(strings.TrimSpace(line), "{")
				name, _, _ = strings.Cut(name, " ")
			}
			if labels[name] == nil {
				labels[name] = map[string]bool{}
			}
			for _, l := range regexp.MustCompile(`([a-z_]+)="`).FindAllStringSubmatch(m[2], -1) {
				if l[1] != "le" {
					labels[name][l[1]] = true
				}
			}
		}
	}
	for name, m := range found {
		m.labels = strings.Join(slices.Sorted(maps.Keys(labels[name])), ", ")
		found[name] = m
	}
	return found
}

func checkMetrics(t *testing.T, text string) {
	t.Helper()
	found := metricsOf(text)
	var page strings.Builder
	page.WriteString(metricsHead)
	for _, name := range slices.Sorted(maps.Keys(found)) {
		m := found[name]
		fmt.Fprintf(&page, "| `%s` | %s | %s | %s |\n", name, m.kind, m.labels, m.help)
	}
	golden := filepath.Join("..", "..", "docs", "metrics.md")
	if *update {
		if err := os.WriteFile(golden, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), page.String()); diff != "" {
		t.Errorf("docs/metrics.md is not what the service measures (go test ./cmd/temgoc -run Seen -update):\n%s", diff)
	}
	for what, queries := range map[string][]string{"an alert": alertQueries(t), "the dashboard": dashboardQueries(t)} {
		for _, q := range queries {
			for _, name := range regexp.MustCompile(`\b(?:temgoc|process|go)_[a-z0-9_]+`).FindAllString(q, -1) {
				bare := regexp.MustCompile(`_(?:bucket|sum|count)$`).ReplaceAllString(name, "")
				if !strings.Contains(text, "# TYPE "+name+" ") && !strings.Contains(text, "# TYPE "+bare+" ") {
					t.Errorf("%s asks for %s, which no service measures", what, name)
				}
			}
		}
	}
}

const metricsHead = `# What the service measures

For the operator only, at ` + "`/metrics`" + ` of ` + "`--metrics-addr`" + ` (127.0.0.1:9464), in the format of Prometheus, besides what its Go library measures of the process (` + "`go_…`, `process_…`" + `). Labels have few values, none of which a client can make. ` + "`deploy/prometheus/alerts.yml`" + ` has alert rules, ` + "`deploy/grafana/temgoc.json`" + ` a dashboard, [runbook.md](runbook.md) what to do. This table is written by a test, from a running service. Some metrics are there only where they apply: the disk with the embedded stores, TLS where the public address is https, mails and witnesses where they are set up.

| metric | type | labels | what it is |
|---|---|---|---|
`

func deployed(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "deploy", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

type alert struct {
	Alert, Expr string
	Annotations map[string]string
}

func alerts(t *testing.T) []alert {
	t.Helper()
	var file struct {
		Groups []struct{ Rules []alert }
	}
	if err := yaml.Unmarshal(deployed(t, "prometheus/alerts.yml"), &file); err != nil {
		t.Fatal(err)
	}
	var all []alert
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

func alertQueries(t *testing.T) []string {
	var queries []string
	for _, a := range alerts(t) {
		queries = append(queries, a.Expr)
	}
	return queries
}

func dashboardQueries(t *testing.T) []string {
	t.Helper()
	var file struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(deployed(t, "grafana/temgoc.json"), &file); err != nil {
		t.Fatal(err)
	}
	var queries []string
	for _, p := range file.Panels {
		for _, target := range p.Targets {
			queries = append(queries, target.Expr)
		}
	}
	if len(queries) < 20 {
		t.Fatalf("the dashboard has %d queries", len(queries))
	}
	return queries
}

// TestAlerts has Prometheus's own tool check the rules and their tests, and holds
// that each says what to do in both languages and leads to a section of the
// runbook.
func TestAlerts(t *testing.T) {
	book, err := os.ReadFile(filepath.Join("..", "..", "docs", "runbook.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := alerts(t)
	if len(all) < 12 {
		t.Fatalf("there are %d alerts", len(all))
	}
	for _, a := range all {
		for _, name := range []string{"summary", "summary_en", "remedy", "remedy_en"} {
			if a.Annotations[name] == "" {
				t.Errorf("%s has no %s", a.Alert, name)
			}
		}
		_, anchor, _ := strings.Cut(a.Annotations["runbook"], "#")
		if anchor == "" || !strings.Contains(string(book), "\n## "+anchor+"\n") {
			t.Errorf("%s leads to %q, which the runbook does not have", a.Alert, a.Annotations["runbook"])
		}
	}
	for _, check := range health.Checks() {
		if !strings.Contains(string(book), "\n## "+check+"\n") && !strings.Contains(string(book), "(`"+check+"`") && !strings.Contains(string(book), ", `"+check+"`") {
			t.Errorf("the runbook says nothing of %s", check)
		}
	}
	tool, err := exec.LookPath("promtool")
	if err != nil {
		if os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	for _, args := range [][]string{{"check", "rules", "alerts.yml"}, {"test", "rules", "alerts_test.yml"}, {"check", "config", "prometheus.yml"}} {
		cmd := exec.CommandContext(t.Context(), tool, args...)
		cmd.Dir = filepath.Join("..", "..", "deploy", "prometheus")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
}
