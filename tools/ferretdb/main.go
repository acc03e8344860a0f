// Command ferretdb is the MongoDB-protocol server that the tests run against:
// FerretDB 1.24 on PostgreSQL (or SQLite), with one wire message at a time.
//
// It is a module and a process of its own and never part of the temgoc
// binary. It prints its mongodb:// address on one line once it listens, and
// ends on SIGINT or SIGTERM. FerretDB's telemetry
// reporter is not started by its embeddable package, which sets the telemetry
// state to disabled; nothing here opens a connection but to PostgreSQL.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "`address` for MongoDB clients; port 0 takes a free one")
	postgres := flag.String("postgres", "", "PostgreSQL `URL`")
	sqlite := flag.String("sqlite", "", "existing `directory` for SQLite files, where there is no PostgreSQL")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, *postgres, *sqlite); err != nil {
		fmt.Fprintln(os.Stderr, "ferretdb:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends. FerretDB itself is reachable only through a Unix
// socket in a private directory, so that nobody passes by the gate.
func run(ctx context.Context, listen, postgres, sqlite string) error {
	dir, err := os.MkdirTemp("", "temgoc-ferretdb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	socket := filepath.Join(dir, "s")

	config := &ferretdb.Config{
		Listener:      ferretdb.ListenerConfig{Unix: socket},
		Logger:        slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Handler:       "postgresql",
		PostgreSQLURL: postgres,
	}
	if postgres == "" {
		config.Handler, config.SQLiteURL = "sqlite", "file:"+sqlite+"/"
	}
	engine, err := ferretdb.New(config)
	if err != nil {
		return err
	}

	ctx, cancel := context.WithCancel(ctx)
	engineDone := make(chan error, 1)
	go func() { engineDone <- engine.Run(ctx) }()
	defer func() { cancel(); <-engineDone }()

	clients, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	g := &gate{dial: func() (net.Conn, error) { return net.DialTimeout("unix", socket, 5*time.Second) }}
	fmt.Printf("mongodb://%s/\n", clients.Addr())
	if err := g.serve(ctx, clients); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
