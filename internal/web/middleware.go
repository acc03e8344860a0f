package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/api"
	"temgoc/internal/web/desk"
)

// requestIDHeader carries an id by which a user's complaint is found in the
// log. It is always ours: one from outside could be anything.
const requestIDHeader = "X-Request-Id"

func requestID(g *gin.Context) {
	g.Header(requestIDHeader, rand.Text()[:16])
	g.Next()
}

// logRequests logs each request by its route, never by its path: a path on
// the scan routes is a code, and who scanned what is nobody's business. For
// the same reason the client's address is logged only where one has to say who
// one is: on the API and the console.
func (c Config) logRequests(m *metrics) gin.HandlerFunc {
	return func(g *gin.Context) {
		start := time.Now()
		g.Next()
		route, status, took := g.FullPath(), g.Writer.Status(), time.Since(start)
		if route == "" {
			route = "none"
		}
		m.observe(g.Request.Method, route, status, took)
		level := slog.LevelInfo
		if status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		attrs := []slog.Attr{
			slog.String("method", g.Request.Method), slog.String("route", route), slog.Int("status", status),
			slog.Int("bytes", g.Writer.Size()), slog.Duration("took", took),
			slog.String("request", g.Writer.Header().Get(requestIDHeader)),
		}
		if !isPublic(route) {
			attrs = append(attrs, slog.String("client", g.ClientIP()))
		}
		for _, err := range g.Errors {
			attrs = append(attrs, slog.String("error", errorText(route, err.Err)))
		}
		c.Logger.LogAttrs(g.Request.Context(), level, "request", attrs...)
	}
}

// traceRequests makes a span of each request, named by its route: the path would
// tell who scanned what.
func (c Config) traceRequests(g *gin.Context) {
	if c.Tracer == nil {
		g.Next()
		return
	}
	route := g.FullPath()
	if route == "" {
		route = "none"
	}
	ctx, span := c.Tracer.Request(g.Request.Context(), knownMethod(g.Request.Method), route)
	g.Request = g.Request.WithContext(ctx)
	g.Next()
	span.Answered(g.Writer.Status())
}

// codeForm is a batch or item code as it may stand in an error.
var codeForm = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{10}(?:[0-9A-HJKMNP-TV-Z]{10})?\b`)

// errorText is an error for the log, without codes where the public asks.
func errorText(route string, err error) string {
	if !isPublic(route) {
		return err.Error()
	}
	return codeForm.ReplaceAllString(err.Error(), "(code)")
}

func isAPI(path string) bool { return strings.HasPrefix(path, api.Prefix+"/") }

// isPublic tells whether a route is for whoever comes.
func isPublic(path string) bool { return !isAPI(path) && !isConsole(path) }

func isConsole(path string) bool {
	return path == desk.Prefix || strings.HasPrefix(path, desk.Prefix+"/")
}

// recoverPanics answers a bug with 500 and logs where it is.
func (c Config) recoverPanics(g *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler {
			panic(p)
		}
		c.Logger.ErrorContext(g.Request.Context(), "panic", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
		if !g.Writer.Written() {
			g.String(http.StatusInternalServerError, "500 internal error %s\n", g.Writer.Header().Get(requestIDHeader))
		}
		g.Abort()
	}()
	g.Next()
}

// insistOnHTTPS tells browsers to use https for a year.
func (c Config) insistOnHTTPS(g *gin.Context) {
	if c.HTTPS {
		g.Header("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	g.Next()
}

// limitTime bounds how long the work for a request may take. What the public
// sends may bring a photo over a slow line.
func limitTime(g *gin.Context) {
	d := pageTimeout
	if !isPublic(g.Request.URL.Path) || g.Request.Method == http.MethodPost {
		d = workTimeout
		conn, now := http.NewResponseController(g.Writer), time.Now()
		// What is no connection has no deadlines.
		_ = conn.SetReadDeadline(now.Add(workTimeout))
		_ = conn.SetWriteDeadline(now.Add(sendTimeout))
	}
	ctx, cancel := context.WithTimeout(g.Request.Context(), d)
	defer cancel()
	g.Request = g.Request.WithContext(ctx)
	g.Next()
}

// metrics are what is measured of requests.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "temgoc_http_requests_total", Help: "Requests answered, by method, route and status.",
		}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "temgoc_http_request_seconds", Help: "How long requests took, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
	}
	if r != nil {
		r.MustRegister(m.requests, m.duration)
	}
	return m
}

// knownMethod is a method, or other: a client must not be able to make values of
// labels.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(knownMethod(method), route, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}
