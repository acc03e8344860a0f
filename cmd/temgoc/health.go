package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// healthCmd asks a running service. Containers made from nothing have no other
// program that could.
type healthCmd struct {
	Addr  string `help:"Address that the service listens on." default:"127.0.0.1:8080" placeholder:"ADDR"`
	Ready bool   `help:"Ask whether the stores answer as well. Without them the service still shows what it knows, so do not restart it for that."`
}

// Run implements the command.
func (c healthCmd) Run(ctx context.Context, out terminal) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	path := "/livez"
	if c.Ready {
		path = "/readyz"
	}
	addr, err := onThisMachine(c.Addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4096))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s: %s", path, answer.Status, strings.TrimSpace(string(text)))
	}
	_, err = out.out.Write(text)
	return err
}

// onThisMachine is the address of this machine at which a listener answers that
// listens on all of them.
func onThisMachine(listener string) (string, error) {
	host, port, err := net.SplitHostPort(listener)
	if err != nil {
		return "", err
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}
