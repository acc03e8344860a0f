package web

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"temgoc/internal/sample"
	"temgoc/internal/testing/load"
)

// listen serves h within bounds until the test ends, and returns its address.
func listen(t *testing.T, b bounds, h http.Handler, proxies ...string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- b.serve(ctx, l, h, proxies, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// status sends a request on a connection and reads the answer; 0 when it was closed.
func status(conn net.Conn, request string) int {
	if _, err := io.WriteString(conn, request); err != nil {
		return 0
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	return answer.StatusCode
}

const ask = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

// closed waits until the server closes a connection.
func closed(conn net.Conn) bool {
	_, err := io.Copy(io.Discard, conn)
	return err == nil || strings.Contains(err.Error(), "reset")
}

// TestConnectionsThatWaitAreClosed opens more connections than there may be, idle and
// with half a request.
func TestConnectionsThatWaitAreClosed(t *testing.T) {
	b := listening
	b.connections, b.perClient = 32, 1000
	addr := listen(t, b, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	var held []net.Conn
	for i := range 32 {
		conn := dial(t, addr)
		if i%2 == 1 && status(conn, ask) != http.StatusOK { // idle; the others sent nothing
			t.Fatal("no answer")
		}
		held = append(held, conn)
	}
	for range 8 {
		if got := status(dial(t, addr), ask); got != http.StatusOK {
			t.Fatalf("beyond the bound: %d", got)
		}
	}
	if !closed(held[0]) {
		t.Error("the connection that waited longest is still open")
	}
	if got := status(held[31], ask); got != http.StatusOK {
		t.Errorf("the one that was used last: %d", got)
	}
}

// TestConnectionsAtWorkAreKept fills all connections with requests that are being
// answered.
func TestConnectionsAtWorkAreKept(t *testing.T) {
	b := listening
	b.connections, b.perClient = 8, 1000
	var working sync.WaitGroup
	done := make(chan struct{})
	addr := listen(t, b, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/work" {
			working.Done()
			<-done
		}
	}))
	working.Add(8)
	var answered sync.WaitGroup
	for range 8 {
		conn := dial(t, addr)
		answered.Go(func() {
			if got := status(conn, "GET /work HTTP/1.1\r\nHost: x\r\n\r\n"); got != http.StatusOK {
				t.Errorf("a request that was being answered got %d", got)
			}
		})
	}
	working.Wait()
	if got := status(dial(t, addr), ask); got != 0 {
		t.Errorf("one more: %d, want it to be refused", got)
	}
	close(done)
	answered.Wait()
	if got := status(dial(t, addr), ask); got != http.StatusOK {
		t.Errorf("afterwards: %d", got)
	}
}

// TestOneClientsConnections opens more than one client may have, and as many from a
// proxy.
func TestOneClientsConnections(t *testing.T) {
	b := listening
	b.connections, b.perClient = 100, 4
	h := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	alone, proxied := listen(t, b, h), listen(t, b, h, "127.0.0.0/8")
	for addr, want := range map[string]int{alone: 4, proxied: 20} {
		var held []net.Conn
		for range 20 {
			conn := dial(t, addr)
			if got := status(conn, ask); got != http.StatusOK {
				t.Fatal(got)
			}
			held = append(held, conn)
		}
		open := 0
		for _, conn := range held {
			if status(conn, ask) == http.StatusOK {
				open++
			}
		}
		if open != want {
			t.Errorf("%d connections are open, want %d", open, want)
		}
	}
}

// TestSlowClients lets each limit of time and size end a connection.
func TestSlowClients(t *testing.T) {
	b := listening
	b.readHeader, b.read, b.idle = 100*time.Millisecond, 200*time.Millisecond, 100*time.Millisecond
	failed := make(chan error, 1)
	addr := listen(t, b, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			failed <- err
		}
	}))
	for name, sent := range map[string]string{
		"nothing": "", "half a header": "GET / HTTP/1.1\r\nHost: x\r\nX-Slow", "a whole request, then nothing": ask,
		"half a body": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf",
	} {
		conn := dial(t, addr)
		if _, err := io.WriteString(conn, sent); err != nil {
			t.Fatal(err)
		}
		if !closed(conn) {
			t.Errorf("%s: the connection is still open", name)
		}
	}
	if err := <-failed; err == nil {
		t.Error("the body that never came was read")
	}
	big := "GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + strings.Repeat("a", 24<<10) + "\r\n\r\n"
	if got := status(dial(t, addr), big); got != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 24 kB: %d", got)
	}
}

// TestSlowSockets opens 2,000 sockets that keep the whole service waiting, in four
// ways, and scans meanwhile: the service has room for 1,500.
func TestSlowSockets(t *testing.T) {
	c := config(t, io.Discard)
	demo, err := sample.Load(t.Context(), c.API.Ledger, c.API.Book, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b := listening
	b.connections = 1500
	addr := listen(t, b, handler(t, c), "127.0.0.1")
	ctx, stop := context.WithCancel(t.Context())
	sockets := load.Sockets{Replicas: []string{addr}, N: 2000, Path: "/" + demo.Good}
	var group sync.WaitGroup
	group.Go(func() { sockets.Run(ctx) })
	for deadline := time.Now().Add(time.Minute); sockets.Open.Load() < 1450; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("only %d sockets are open", sockets.Open.Load())
		}
	}
	scans := load.Load{
		Rate: 200, For: 2 * time.Second, Replicas: []string{addr}, Wires: 8, Groups: []string{"valid"},
		Right: func(_, status int) bool { return status == http.StatusOK },
		Next:  func() load.Shot { return load.Shot{Path: "/" + demo.Good, Client: "192.0.2.1"} },
	}.Run(ctx)
	stop()
	group.Wait()
	if len(scans.Errors) > 0 || scans.Times(0).N < 390 {
		t.Errorf("%d scans, errors %v", scans.Times(0).N, scans.Errors)
	}
	t.Logf("scans meanwhile: %+v; the server closed %d sockets", scans.Times(0), sockets.Closed.Load())
}
