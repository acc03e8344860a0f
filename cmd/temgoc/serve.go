package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
)

// serveCmd runs the service.
type serveCmd struct {
	storeFlags
	webFlags
	Addr      string `help:"Address to listen on." default:"127.0.0.1:8080" placeholder:"ADDR"`
	LogFormat string `help:"Form of the log: json or text." enum:"json,text" default:"json"`
}

// Run implements the command.
func (c serveCmd) Run(ctx context.Context, out terminal) error {
	if err := c.webFlags.check(); err != nil {
		return err
	}
	logger := newLogger(out.err, c.LogFormat)
	s, err := c.storeFlags.openServer(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	logger.InfoContext(ctx, "serving", slog.String("addr", l.Addr().String()), slog.String("public", c.PublicURL),
		slog.String("keys", s.keys.Fingerprint()), slog.String("version", version()))
	if err := s.announceSetup(ctx, c.PublicURL, logger); err != nil {
		return err
	}
	err = s.serve(ctx, l, c.webFlags, logger, func(h http.Handler) http.Handler { return h })
	logger.InfoContext(context.WithoutCancel(ctx), "stopped", slog.Any("error", err))
	return err
}

func newLogger(w io.Writer, format string) *slog.Logger {
	if format == "text" {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}

// versionCmd prints the version.
type versionCmd struct{}

// Run implements the command.
func (versionCmd) Run(out terminal) error {
	_, err := fmt.Fprintln(out.out, version())
	return err
}

// version is what the Go tool wrote into the binary.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && v == "(devel)" {
			v = s.Value
		}
	}
	return v
}
