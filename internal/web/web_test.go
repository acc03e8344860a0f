package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"temgoc/internal/account"
	"temgoc/internal/api"
	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/console"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/public"
	"temgoc/internal/web/scan"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// config is a whole service over empty embedded stores; the log goes to log.
func config(t testing.TB, log io.Writer) Config {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	files, err := dir.Open(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	keys, err := stamp.NewKeys(bytes.NewReader(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	ledger := trace.New(trace.Config{Store: store, Files: files, Keys: keys})
	book, err := printing.New(ledger, keys, "https://t.example.vn")
	if err != nil {
		t.Fatal(err)
	}
	cache, err := scan.NewCache(scan.CacheConfig{Store: store, Loader: ledger, Orders: book, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	counter := scan.NewCounter(store, time.Now)
	pages, err := scan.New(scan.Config{Ledger: ledger, Cache: cache, Counter: counter})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var background sync.WaitGroup
	background.Go(func() { _ = cache.Run(ctx) })
	background.Go(func() { _ = counter.Run(ctx) })
	t.Cleanup(background.Wait)
	t.Cleanup(stop)
	logger := slog.New(slog.NewJSONHandler(log, nil))
	people := account.NewDirectory(account.DirectoryConfig{Ledger: ledger, Store: store, Keys: keys})
	desks, err := console.New(console.Config{Config: desk.Config{People: people, Ledger: ledger, Logger: logger}, Keys: account.New(ledger)})
	if err != nil {
		t.Fatal(err)
	}
	anybody, err := public.New(public.Config{Ledger: ledger, Keys: keys, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		Logger: logger, Metrics: prometheus.NewRegistry(), Scan: pages, Public: anybody, Console: desks,
		Probes: []Probe{{"documents", store.Ping}},
		API:    api.Config{Ledger: ledger, Keys: account.New(ledger), Book: book, Logger: logger, Version: "test"},
	}
}

func handler(t *testing.T, c Config) http.Handler {
	t.Helper()
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func request(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestTrustedProxies(t *testing.T) {
	tests := []struct {
		proxies []string
		wrong   string // part of the error; empty when they are accepted
		client  string // of a request from 192.0.2.1 with X-Forwarded-For: 6.6.6.6
	}{
		{nil, "", "192.0.2.1"},
		{[]string{"192.0.2.0/24"}, "", "6.6.6.6"},
		{[]string{"10.0.0.1"}, "", "192.0.2.1"},
		{[]string{"0.0.0.0/0"}, "whole world", ""},
		{[]string{"::/0"}, "whole world", ""},
		{[]string{"proxy.example.vn"}, "neither an address", ""},
	}
	for _, tt := range tests {
		var log bytes.Buffer
		c := config(t, &log)
		c.TrustedProxies = tt.proxies
		h, err := New(c)
		if tt.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), tt.wrong) {
				t.Errorf("%v: error %v, want one with %q", tt.proxies, err, tt.wrong)
			}
			continue
		}
		if err != nil {
			t.Errorf("%v: %v", tt.proxies, err)
			continue
		}
		// Who it is the log does not say, but it tells one client from another.
		names := map[string]string{}
		for _, header := range []string{"6.6.6.6", tt.client, "7.7.7.7"} {
			log.Reset()
			request(h, http.MethodGet, "/api/v1/producers", "X-Forwarded-For", header)
			var line struct{ Client string }
			if err := json.Unmarshal(log.Bytes(), &line); err != nil || line.Client == "" || strings.Contains(log.String(), header) {
				t.Errorf("%v: a client is logged as %s", tt.proxies, log.String())
			}
			names[header] = line.Client
		}
		believed := tt.client == "6.6.6.6"
		if names["6.6.6.6"] != names[tt.client] || (names["6.6.6.6"] != names["7.7.7.7"]) != believed {
			t.Errorf("%v: the clients are told apart as %v", tt.proxies, names)
		}
	}
}

func TestLogNamesRoutesNotCodes(t *testing.T) {
	var log bytes.Buffer
	h := handler(t, config(t, &log))
	for _, path := range []string{"/K7Q2M9XR4V", "/?code=K7Q2M9XR4V", "/01/09521234000013/10/SECRETLOT", "/no/such/K7Q2M9XR4V"} {
		request(h, http.MethodGet, path, "X-Forwarded-For", "6.6.6.6", "Referer", "https://other.example")
	}
	for _, secret := range []string{"K7Q2M9XR4V", "SECRETLOT", "192.0.2.1", "6.6.6.6", "other.example"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log of page views contains %q:\n%s", secret, log.String())
		}
	}
	if got := strings.Count(log.String(), "\n"); got != 4 {
		t.Errorf("4 requests made %d lines", got)
	}
	if !strings.Contains(log.String(), `"route":"/:code"`) {
		t.Errorf("the log does not name the route:\n%s", log.String())
	}
}

func TestUnknownPaths(t *testing.T) {
	h := handler(t, config(t, io.Discard))
	tests := []struct {
		method, path, contentType string
		status                    int
	}{
		{http.MethodGet, "/no/such/page", "text/html; charset=utf-8", http.StatusNotFound},
		{http.MethodGet, "/api/v1/nothing", "application/problem+json", http.StatusNotFound},
		{http.MethodPatch, "/api/v1/producers", "application/problem+json", http.StatusMethodNotAllowed},
		{http.MethodPost, "/K7Q2M9XR4V", "application/problem+json", http.StatusMethodNotAllowed},
		{http.MethodGet, "/metrics", "text/html; charset=utf-8", http.StatusNotFound},
	}
	for _, tt := range tests {
		w := request(h, tt.method, tt.path)
		if w.Code != tt.status || w.Header().Get("Content-Type") != tt.contentType {
			t.Errorf("%s %s = %d %s, want %d %s", tt.method, tt.path, w.Code, w.Header().Get("Content-Type"), tt.status, tt.contentType)
		}
	}
}

func TestHTTPS(t *testing.T) {
	for https, want := range map[bool]string{false: "", true: "max-age=31536000; includeSubDomains"} {
		c := config(t, io.Discard)
		c.HTTPS = https
		h := handler(t, c)
		for _, path := range []string{"/", "/K7Q2M9XR4V", "/api/v1/producers", "/docs", "/livez"} {
			if got := request(h, http.MethodGet, path).Header().Get("Strict-Transport-Security"); got != want {
				t.Errorf("https %t: %s has Strict-Transport-Security %q, want %q", https, path, got, want)
			}
		}
	}
}

func TestReadiness(t *testing.T) {
	c := config(t, io.Discard)
	hangs := Probe{"hangs", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
	c.Probes = append([]Probe{hangs}, append(c.Probes, Probe{"files", func(context.Context) error { return errors.New("connection refused by 10.1.2.3") }})...)
	h := handler(t, c)
	w := request(h, http.MethodGet, "/readyz")
	if w.Code != http.StatusServiceUnavailable || w.Body.String() != "hangs: not answering\ndocuments: ok\nfiles: not answering\n" {
		t.Errorf("/readyz = %d %q", w.Code, w.Body.String())
	}
	if w := request(h, http.MethodGet, "/livez"); w.Code != http.StatusOK {
		t.Errorf("/livez = %d", w.Code)
	}
}

func TestPanicIsAnswered(t *testing.T) {
	var log bytes.Buffer
	c := config(t, &log)
	engine := gin.New()
	engine.Use(requestID, c.logRequests(newMetrics(nil)), c.recoverPanics)
	engine.GET("/", func(*gin.Context) { panic("secret detail") })
	w := request(engine, http.MethodGet, "/")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("a panic is answered with %d %q", w.Code, w.Body.String())
	}
	id := w.Header().Get(requestIDHeader)
	if id == "" || !strings.Contains(w.Body.String(), id) || !strings.Contains(log.String(), "secret detail") || !strings.Contains(log.String(), id) {
		t.Errorf("answer %q and log %q do not share the id %q", w.Body.String(), log.String(), id)
	}
}

func TestRequestsHaveADeadline(t *testing.T) {
	engine := gin.New()
	engine.Use(limitTime)
	var page, operation time.Duration
	left := func(into *time.Duration) gin.HandlerFunc {
		return func(g *gin.Context) {
			deadline, ok := g.Request.Context().Deadline()
			if ok {
				*into = time.Until(deadline)
			}
		}
	}
	engine.GET("/:code", left(&page))
	engine.GET(api.Prefix+"/x", left(&operation))
	request(engine, http.MethodGet, "/K7Q2M9XR4V")
	request(engine, http.MethodGet, api.Prefix+"/x")
	if page <= 0 || page > pageTimeout || operation <= pageTimeout || operation > workTimeout {
		t.Errorf("a page gets %v and an operation %v", page, operation)
	}
}

// TestServeFinishesRequests stops the server while a request is being served:
// it is answered, and only then does Serve return.
func TestServeFinishesRequests(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	entered, release := make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-release
		io.WriteString(w, "whole")
	})
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, l, h, nil, slog.New(slog.DiscardHandler)) }()
	answers := make(chan string, 1)
	go func() {
		answer, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			answers <- err.Error()
			return
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		answers <- string(body)
	}()
	<-entered
	stop()
	select {
	case err := <-served:
		t.Fatalf("Serve returned %v while a request was open", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	if got := <-answers; got != "whole" {
		t.Errorf("the open request got %q", got)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve = %v", err)
	}
}

func TestMetricLabelsAreBounded(t *testing.T) {
	registry := prometheus.NewRegistry()
	c := config(t, io.Discard)
	c.Metrics = registry
	h := handler(t, c)
	for _, method := range []string{"GET", "HEAD", "BREW", "FROB"} {
		for _, path := range []string{"/AAAAAAAAAA", "/BBBBBBBBBB", "/x/y", "/z/w"} {
			request(h, method, path)
		}
	}
	w := httptest.NewRecorder()
	MetricsHandler(registry, false).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, foreign := range []string{"BREW", "AAAAAAAAAA", "/x/y"} {
		if strings.Contains(w.Body.String(), foreign) {
			t.Errorf("a client made the label %q", foreign)
		}
	}
	if !strings.Contains(w.Body.String(), `temgoc_http_requests_total{method="GET",route="/:code",status="404"} 2`) {
		t.Errorf("the requests were not counted:\n%s", w.Body.String())
	}
}

// TestFloodsFillNoLog asks for what does not exist as often as a flood does.
func TestFloodsFillNoLog(t *testing.T) {
	var log bytes.Buffer
	c := config(t, &log)
	h := handler(t, c)
	const asked = 5000
	for range asked {
		if got := request(h, http.MethodGet, "/khong/co/gi").Code; got != http.StatusNotFound {
			t.Fatal(got)
		}
	}
	lines, leftOut := 0, 0
	for line := range strings.Lines(log.String()) {
		var entry struct {
			Msg     string `json:"msg"`
			LeftOut int    `json:"left_out"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry.Msg == "request" {
			lines, leftOut = lines+1, leftOut+entry.LeftOut
		}
	}
	if lines < refusalsAtOnce || lines > asked/2 || lines+leftOut > asked {
		t.Errorf("%d lines, which tell of %d left out, for %d requests", lines, leftOut, asked)
	}
}

// TestSparing counts what is left out, and tells it with the next line.
func TestSparing(t *testing.T) {
	s, now := sparing{limiter: rate.NewLimiter(rate.Every(time.Second), 2)}, time.Now()
	for i, want := range []struct {
		leftOut int64
		spared  bool
	}{{0, false}, {0, false}, {0, true}, {0, true}} {
		if n, spared := s.next(now); n != want.leftOut || spared != want.spared {
			t.Errorf("line %d: %d left out before, spared %v", i, n, spared)
		}
	}
	if n, spared := s.next(now.Add(time.Second)); n != 2 || spared {
		t.Errorf("a second later: %d left out before, spared %v; want 2 and a line", n, spared)
	}
}
