package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"temgoc/internal/discreet"
)

// bounds are the limits of a listener.
type bounds struct {
	readHeader, read, write, idle time.Duration
	headerBytes                   int
	connections, perClient        int
}

// listening are those of the service. Routes that take files have longer, see
// limitTime.
var listening = bounds{
	readHeader: 5 * time.Second, read: 30 * time.Second, write: 60 * time.Second, idle: 120 * time.Second,
	headerBytes: 16 << 10, connections: 4096, perClient: 256,
}

// drainTime is how long open requests get when the service stops.
const drainTime = 20 * time.Second

// Serve answers requests on l until ctx ends, then lets open requests finish.
// From the addresses or networks crowded, such as proxies, as many connections may
// come as there are; from any other client a few hundred.
func Serve(ctx context.Context, l net.Listener, h http.Handler, crowded []string, logger *slog.Logger) error {
	return listening.serve(ctx, l, h, crowded, logger)
}

func (b bounds) serve(ctx context.Context, l net.Listener, h http.Handler, crowded []string, logger *slog.Logger) error {
	free, err := networks(crowded)
	if err != nil {
		return err
	}
	open := newConnections(l, b, free, logger)
	server := &http.Server{
		Handler:           open.handler(h),
		ConnState:         open.state,
		ConnContext:       open.context,
		ReadHeaderTimeout: b.readHeader,
		ReadTimeout:       b.read,
		WriteTimeout:      b.write,
		IdleTimeout:       b.idle,
		MaxHeaderBytes:    b.headerBytes,
		ErrorLog:          slog.NewLogLogger(discreet.New(logger.Handler()), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(open) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err = server.Shutdown(stop)
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// MetricsHandler serves what was gathered, and profiles where they are asked
// for, on the operator's own listener. Nothing of it is ever public.
func MetricsHandler(g prometheus.Gatherer, profiles bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(g, promhttp.HandlerOpts{}))
	if profiles {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return mux
}
