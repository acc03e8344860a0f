// Package web puts the service's pages and its API behind one Gin engine:
// what every request passes through, the one list of routes, and a server
// with limits that stops without losing anything.
package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/api"
	"temgoc/internal/spans"
	"temgoc/internal/web/console"
	"temgoc/internal/web/public"
	"temgoc/internal/web/scan"
	"temgoc/internal/web/tiles"
)

// A Probe is something that must answer for the service to be ready.
type Probe struct {
	Name string
	Ping func(context.Context) error
}

// A Remark is a line that /readyz says besides, whether the service is ready or
// not.
type Remark struct {
	Name string
	Say  func() string
}

// Config is what the engine is made of.
type Config struct {
	Logger *slog.Logger
	// TrustedProxies are the addresses or networks whose X-Forwarded-For is
	// believed; none by default.
	TrustedProxies []string
	// HTTPS says that the service is reached by https: browsers are then told
	// never to use anything else.
	HTTPS bool
	// Metrics receives the request metrics.
	Metrics prometheus.Registerer
	// Tracer begins a span for each request; nil for none.
	Tracer  *spans.Tracer
	Probes  []Probe
	Remarks []Remark
	Scan    *scan.Pages
	Public  *public.Pages
	Console *console.Console
	Tiles   tiles.Config
	API     api.Config
}

// How long one request may take.
const (
	pageTimeout = 5 * time.Second
	workTimeout = 60 * time.Second // uploads from slow lines, sheets of 20,000 stamps
	sendTimeout = 90 * time.Second // until the last byte of such an answer is sent
)

// New makes the handler of the public listener. It fails for proxies that
// cannot be trusted: malformed ones, or the whole world.
func New(c Config) (http.Handler, error) {
	if _, err := networks(c.TrustedProxies); err != nil {
		return nil, err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.RedirectFixedPath = false
	// Digital Link URIs are taken apart by their own rules: an escaped slash
	// belongs to a lot number.
	engine.UseRawPath = true
	engine.UnescapePathValues = false
	if err := engine.SetTrustedProxies(c.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	metrics := newMetrics(c.Metrics)
	engine.Use(requestID, c.logRequests(metrics), c.traceRequests, c.recoverPanics, c.insistOnHTTPS, limitTime)
	if err := c.routes(engine); err != nil {
		return nil, err
	}
	return engine, nil
}

// routes is the one list of what the service answers.
func (c Config) routes(engine *gin.Engine) error {
	engine.GET("/livez", livez)
	engine.GET("/readyz", c.readyz)

	c.Scan.Register(engine)
	c.Public.Register(engine)
	tiles.Tiles{Config: c.Tiles}.Register(engine)
	notInConsole, err := c.Console.Register(engine)
	if err != nil {
		return err
	}
	operations := api.Register(engine, c.API)

	engine.NoRoute(func(g *gin.Context) {
		if isAPI(g.Request.URL.Path) {
			operations.NotFound(g)
			return
		}
		if isConsole(g.Request.URL.Path) {
			notInConsole(g)
			return
		}
		c.Scan.NotFound(g)
	})
	engine.NoMethod(operations.MethodNotAllowed)
	return nil
}

// networks reads addresses and networks. It refuses the whole world.
func networks(proxies []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, p := range proxies {
		if prefix, err := netip.ParsePrefix(p); err == nil {
			if prefix.Bits() == 0 {
				return nil, fmt.Errorf("trusted proxies: %s is the whole world, and would let anybody forge client addresses", p)
			}
			out = append(out, prefix.Masked())
			continue
		}
		addr, err := netip.ParseAddr(p)
		if err != nil {
			return nil, fmt.Errorf("trusted proxies: %q is neither an address nor a network such as 10.0.0.0/8", p)
		}
		out = append(out, netip.PrefixFrom(addr, addr.BitLen()))
	}
	return out, nil
}

func livez(g *gin.Context) { g.String(http.StatusOK, "ok\n") }

// readyz asks every probe and names those that do not answer.
func (c Config) readyz(g *gin.Context) {
	ctx, cancel := context.WithTimeout(g.Request.Context(), 2*time.Second)
	defer cancel()
	answers := make([]error, len(c.Probes))
	var probing sync.WaitGroup // at once: one that hangs must not use up the time of the others
	for i, p := range c.Probes {
		probing.Go(func() { answers[i] = p.Ping(ctx) })
	}
	probing.Wait()
	status, body := http.StatusOK, ""
	for i, p := range c.Probes {
		if err := answers[i]; err != nil {
			status = http.StatusServiceUnavailable
			body += p.Name + ": not answering\n"
			c.Logger.WarnContext(ctx, "probe failed", slog.String("probe", p.Name), slog.Any("error", err))
			continue
		}
		body += p.Name + ": ok\n"
	}
	for _, r := range c.Remarks {
		body += r.Name + ": " + r.Say() + "\n"
	}
	g.Header("Cache-Control", "no-store")
	g.String(status, "%s", body)
}
