package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"temgoc/internal/api"
	"temgoc/internal/discreet"
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
// the same reason the client is told apart from others only where one has to say
// who one is, on the API and the console, and there by a name for the day and not
// by its address.
//
// What the public is refused is logged only so often, with how many were left out:
// a flood must not fill the disk. It is counted all the same.
func (c Config) logRequests(m *metrics) gin.HandlerFunc {
	refusals := &sparing{limiter: rate.NewLimiter(rate.Every(refusalEvery), refusalsAtOnce)}
	var clients discreet.Clients
	return func(g *gin.Context) {
		start := time.Now()
		if isPublic(g.Request.URL.Path) {
			g.Request = g.Request.WithContext(discreet.Public(g.Request.Context()))
		}
		g.Next()
		route, status, took := g.FullPath(), g.Writer.Status(), time.Since(start)
		if route == "" {
			route = "none"
		}
		m.observe(g.Request.Method, route, status, took)
		leftOut, spared := int64(0), false
		if status >= http.StatusBadRequest && isPublic(route) {
			if leftOut, spared = refusals.next(start); spared {
				return
			}
		}
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
			attrs = append(attrs, slog.String("client", clients.Name(g.ClientIP(), start)))
		}
		if leftOut > 0 {
			attrs = append(attrs, slog.Int64("left_out", leftOut))
		}
		for _, err := range g.Errors {
			attrs = append(attrs, slog.String("error", discreet.Text(err.Err.Error(), isPublic(route))))
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

// How many refusals of the public are logged: so many at once, and one more every
// while.
const (
	refusalsAtOnce = 200
	refusalEvery   = 100 * time.Millisecond
)

// A sparing log leaves out what comes too fast.
type sparing struct {
	limiter *rate.Limiter
	leftOut atomic.Int64
}

// next tells whether a line is left out, and else how many were before it.
func (s *sparing) next(now time.Time) (leftOut int64, spared bool) {
	if !s.limiter.AllowN(now, 1) {
		s.leftOut.Add(1)
		return 0, true
	}
	return s.leftOut.Swap(0), false
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
