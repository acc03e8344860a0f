package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"temgoc/internal/proof/witness"
	"temgoc/internal/web"
)

// witnessCmd cosigns the logs of other services.
type witnessCmd struct {
	Init  witnessInitCmd  `cmd:"" help:"Make the key of a witness."`
	Watch witnessWatchCmd `cmd:"" help:"Make the log of a service known to a witness that does not run."`
	Serve witnessServeCmd `cmd:"" help:"Cosign what the logs that are known submit."`
}

// witnessFlags say where a witness keeps its key and what it saw.
type witnessFlags struct {
	Dir string `help:"Directory of the witness." default:"temgoc-witness" placeholder:"DIR"`
}

type witnessInitCmd struct {
	witnessFlags
	Name string `help:"Name of the witness, a host name by custom, such as witness.example.vn." required:""`
}

// Run implements the command.
func (c witnessInitCmd) Run(out terminal) error {
	vkey, err := witness.Init(c.Dir, c.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(out.err, "the key is in %s. Never run it from a copy: a witness that forgot what it saw cosigns forks. Others believe this witness by its public key:\n", c.Dir)
	_, err = fmt.Fprintln(out.out, vkey)
	return err
}

type witnessWatchCmd struct {
	witnessFlags
	VKey string `arg:"" name:"vkey" help:"Key of the log, as the service shows it at /log/key."`
}

// Run implements the command.
func (c witnessWatchCmd) Run(out terminal) error {
	if err := witness.Watch(c.Dir, c.VKey); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out.out, "known from now on: %s\n", c.VKey)
	return err
}

type witnessServeCmd struct {
	witnessFlags
	Addr        string `help:"Address to listen on; a proxy in front of it has the certificate." default:"127.0.0.1:8083" placeholder:"ADDR"`
	MetricsAddr string `help:"Listener for Prometheus, off when empty." default:"127.0.0.1:9465" placeholder:"ADDR"`
	LogFormat   string `help:"Form of the log: json or text." enum:"json,text" default:"json"`
}

// Run implements the command.
func (c witnessServeCmd) Run(ctx context.Context, out terminal) error {
	logger := newLogger(out.err, c.LogFormat, "info")
	w, err := witness.Open(c.Dir, time.Now, logger)
	if err != nil {
		return err
	}
	defer w.Close()
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	handler := w.Handler(registry)
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	metrics, err := listenMetrics(c.MetricsAddr)
	if err != nil {
		return err
	}
	logger.InfoContext(ctx, "witnessing", slog.String("addr", l.Addr().String()), slog.String("key", w.VKey()), slog.Int("logs", len(w.Known())))
	return serveAll(ctx, logger, nil, map[net.Listener]http.Handler{l: handler, metrics: web.MetricsHandler(registry, false)})
}
