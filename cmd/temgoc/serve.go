package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"temgoc/internal/discreet"
	"temgoc/internal/trace"
	release "temgoc/internal/version"
	"temgoc/internal/web"
)

// serveCmd runs the service.
type serveCmd struct {
	storeFlags
	webFlags
	ReadOnly  bool   `help:"Answer scans and show pages, and write nothing: for the end of temgoc migrate."`
	Addr      string `help:"Address to listen on." default:"127.0.0.1:8080" placeholder:"ADDR"`
	LogFormat string `help:"Form of the log: json or text." enum:"json,text" default:"json"`
	LogLevel  string `help:"Least level that is logged: debug, info, warn or error. At warn requests are not logged." enum:"debug,info,warn,error" default:"info"`
}

// Run implements the command. It answers from the first moment, and waits for
// stores that are away: machines start in any order.
func (c serveCmd) Run(ctx context.Context, out terminal) error {
	if err := c.webFlags.check(); err != nil {
		return err
	}
	logger := newLogger(out.err, c.LogFormat, c.LogLevel)
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	defer l.Close()
	c.webFlags.addr = l.Addr().String()
	metrics, err := listenMetrics(c.MetricsAddr)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var pages, figures web.Door
	served := make(chan error, 1)
	go func() {
		defer stop()
		served <- serveAll(ctx, logger, c.crowded(), map[net.Listener]http.Handler{l: &pages, metrics: &figures})
	}()
	s, r, err := c.await(ctx, logger, &pages)
	if errors.Is(err, context.Canceled) { // told to stop while it waited
		return <-served
	}
	if err != nil {
		stop()
		return errors.Join(err, <-served)
	}
	defer s.close()
	logger.InfoContext(ctx, "serving", slog.String("addr", l.Addr().String()), slog.String("public", c.PublicURL),
		slog.String("keys", s.keys.Fingerprint()), slog.String("version", version()))
	err = alongside(ctx, r.work, func(context.Context) error {
		figures.Open(r.metrics)
		pages.Open(r.handler)
		return <-served
	})
	logger.InfoContext(context.WithoutCancel(ctx), "stopped", slog.Any("error", err))
	return err
}

// How long to wait before looking for a store again that is away, and how
// often to say so.
const (
	lookAgain = time.Second
	sayAgain  = 30 * time.Second
)

// await opens the stores, again and again while one of them is away, and makes
// what serves. Whatever waiting does not help with is an error at once. While
// only the object store is away the service starts: scans do not need it.
func (c serveCmd) await(ctx context.Context, logger *slog.Logger, door *web.Door) (*service, *ready, error) {
	c.storeFlags.filesLater, c.storeFlags.readOnly = true, c.ReadOnly
	var said time.Time
	for {
		s, r, err := c.start(ctx, logger)
		if !errors.Is(err, trace.ErrUnavailable) {
			return s, r, err
		}
		door.Wait("documents")
		if time.Since(said) > sayAgain {
			said = time.Now()
			logger.WarnContext(ctx, "waiting for a store that is away; the service starts by itself when it answers", slog.Any("error", err))
		}
		select {
		case <-time.After(lookAgain):
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// start opens the stores and makes what serves, or leaves nothing open.
func (c serveCmd) start(ctx context.Context, logger *slog.Logger) (*service, *ready, error) {
	s, err := c.storeFlags.openServer(ctx)
	if err != nil {
		return nil, nil, err
	}
	remark(ctx, s.stores.Documents, logger)
	if c.ReadOnly { // before anything of the start is written: the records may have moved
		s.gate.Shut()
		logger.WarnContext(ctx, "read-only: pages are answered, whatever writes is refused, and views are not counted")
	} else {
		err = s.announceSetup(ctx, c.PublicURL, logger)
	}
	if err == nil {
		var r *ready
		if r, err = s.prepare(ctx, c.webFlags, logger); err == nil {
			if away := s.stores.Files.Ping(ctx); away != nil {
				logger.WarnContext(ctx, "the object store does not answer: pages are served, certificates and photos are not", slog.Any("error", away))
			}
			return s, r, nil
		}
	}
	return nil, nil, errors.Join(err, s.close())
}

// newLogger makes the log of a service, without what is personal.
func newLogger(w io.Writer, format, level string) *slog.Logger {
	options := &slog.HandlerOptions{Level: levels[level]}
	if format == "text" {
		return slog.New(discreet.New(slog.NewTextHandler(w, options)))
	}
	return slog.New(discreet.New(slog.NewJSONHandler(w, options)))
}

// levels are those of the log.
var levels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

// versionCmd prints the version.
type versionCmd struct{}

// Run implements the command.
func (versionCmd) Run(out terminal) error {
	_, err := fmt.Fprintln(out.out, version())
	return err
}

// version is that of the binary.
func version() string { return release.String() }
