package mongo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
)

// TestOutage cuts the line to the server, and lets it hang: each call ends
// with ErrUnavailable in its own time, and once the line is back all goes on.
func TestOutage(t *testing.T) {
	l, uri := relayed(t, servers.MongoDB(t))
	db := opened(t, uri)
	first := sample("a", 1)
	if err := db.Insert(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	for _, state := range []string{"cut", "hanging"} {
		l.set(state)
		var calls sync.WaitGroup
		for name, call := range map[string]func() error{
			"Insert": func() error { return db.Insert(t.Context(), sample(state, 1)) },
			"Head":   func() error { _, err := db.Head(t.Context(), "plants", "a"); return err },
			"List":   func() error { _, err := db.List(t.Context(), trace.Query{Kind: "plants", Limit: 1}); return err },
			"AddCounts": func() error {
				return db.AddCounts(t.Context(), []trace.Count{{Key: "a", N: 1, First: first.At, Last: first.At}})
			},
			"Ping": func() error { return db.Ping(t.Context()) },
		} {
			calls.Go(func() {
				if err := call(); !errors.Is(err, trace.ErrUnavailable) {
					t.Errorf("%s with the line %s: %v, want ErrUnavailable", name, state, err)
				}
			})
		}
		calls.Wait()
		l.set("up")
		recovers(t, db, first)
	}
}

// relayed lays a line to the primary of the server at uri, and returns the
// address that leads through it and nowhere else.
func relayed(t *testing.T, uri string) (*line, string) {
	t.Helper()
	var hello struct{ Primary string } // empty where there is no replica set
	if err := opened(t, uri).client.Database("admin").RunCommand(t.Context(), bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
		t.Fatal(err)
	}
	scheme, rest, _ := strings.Cut(uri, "://")
	hosts, path, _ := strings.Cut(rest, "/")
	at := strings.LastIndexByte(hosts, '@') + 1
	first, _, _ := strings.Cut(hosts[at:], ",")
	path, options, _ := strings.Cut(path, "?")
	l := newLine(t, cmp.Or(hello.Primary, first))
	return l, fmt.Sprintf("%s://%s%s/%s?directConnection=true&%s", scheme, hosts[:at], l.address(), path, options)
}

// recovers waits until the store answers again, and checks that it takes
// writes and still has what was written.
func recovers(t *testing.T, db *DB, want trace.Revision) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for db.Ping(ctx) != nil && ctx.Err() == nil {
		time.Sleep(50 * time.Millisecond)
	}
	if _, err := db.Head(t.Context(), "plants", want.ID); err != nil {
		t.Errorf("Head afterwards: %v", err)
	}
	head, err := db.Head(t.Context(), "plants", "next")
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("Head afterwards: %v", err)
	}
	if err := db.Insert(t.Context(), sample("next", head.Number+1)); err != nil {
		t.Errorf("Insert afterwards: %v", err)
	}
}

// A line relays connections to a server: up, cut (connections end, new ones
// are closed at once) or hanging (accepted, and silent).
type line struct {
	target   string
	listener net.Listener

	mu    sync.Mutex
	state string
	open  map[net.Conn]bool
}

func newLine(t *testing.T, target string) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{target: target, listener: listener, state: "up", open: map[net.Conn]bool{}}
	var done sync.WaitGroup
	done.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			done.Go(func() { l.serve(client) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		l.set("cut")
		done.Wait()
	})
	return l
}

func (l *line) address() string { return l.listener.Addr().String() }

// set changes the state. Whatever is connected is disconnected, unless the
// line is to hang.
func (l *line) set(state string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state = state
	if state == "hanging" {
		return
	}
	for c := range l.open {
		c.Close()
	}
	clear(l.open)
}

// hold notes a connection, or closes it when the line is cut.
func (l *line) hold(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state == "cut" {
		c.Close()
		return
	}
	l.open[c] = true
}

func (l *line) serve(client net.Conn) {
	defer client.Close()
	l.hold(client)
	server, err := net.Dial("tcp", l.target)
	if err != nil {
		return
	}
	defer server.Close()
	l.hold(server)
	var both sync.WaitGroup
	both.Go(func() { l.relay(server, client) })
	both.Go(func() { l.relay(client, server) })
	both.Wait()
}

// relay copies while the line is up, and swallows while it hangs.
func (l *line) relay(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		l.mu.Lock()
		hanging := l.state == "hanging"
		l.mu.Unlock()
		if hanging {
			continue
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
