package web

import (
	"container/list"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"temgoc/internal/web/limit"
)

// connections are those of one listener: at most so many, and at most so many of one
// client unless it is free, such as a proxy, which speaks for many. When there are too many the one
// that has waited longest for its client is closed in favour of the new one: it may
// be idle, or half a request may have come on it. So sockets that somebody holds open
// keep nobody out. Where the service is at work on all of them the new one is refused.
type connections struct {
	net.Listener
	most, each int
	free       []netip.Prefix
	logger     *slog.Logger

	mu       sync.Mutex
	open     map[net.Conn]*connection
	byClient map[netip.Prefix]int
	waiting  *list.List // of connections that wait for their clients, the longest first
	logged   time.Time
}

// A connection is one of them.
type connection struct {
	net.Conn
	client netip.Prefix // invalid where it is not counted
	// waits is its place among those that wait; nil while the service is at work.
	waits *list.Element
}

func newConnections(l net.Listener, b bounds, free []netip.Prefix, logger *slog.Logger) *connections {
	return &connections{
		Listener: l, most: b.connections, each: b.perClient, free: free, logger: logger,
		open: map[net.Conn]*connection{}, byClient: map[netip.Prefix]int{}, waiting: list.New(),
	}
}

// Accept implements net.Listener.
func (c *connections) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		superfluous, admitted := c.admit(conn)
		if superfluous != nil {
			superfluous.Close()
		}
		if admitted {
			return conn, nil
		}
		conn.Close()
	}
}

// admit makes room for a connection, and returns the one to close for it.
func (c *connections) admit(conn net.Conn) (superfluous net.Conn, admitted bool) {
	client := c.clientOf(conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	var old *connection
	switch {
	case client.IsValid() && c.byClient[client] >= c.each:
		if old = c.longest(func(o *connection) bool { return o.client == client }); old == nil {
			return nil, false
		}
	case len(c.open) >= c.most:
		c.tell()
		if old = c.longest(func(*connection) bool { return true }); old == nil {
			return nil, false
		}
	}
	if old != nil {
		c.forget(old)
		superfluous = old.Conn
	}
	added := &connection{Conn: conn, client: client}
	added.waits = c.waiting.PushBack(added)
	c.open[conn] = added
	if client.IsValid() {
		c.byClient[client]++
	}
	return superfluous, true
}

// clientOf is whom a connection counts for; invalid for who is free.
func (c *connections) clientOf(conn net.Conn) netip.Prefix {
	remote, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Prefix{}
	}
	addr := remote.Addr().Unmap()
	if slices.ContainsFunc(c.free, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return netip.Prefix{}
	}
	return limit.ClientKey(addr)
}

// longest is the connection that waits longest among those that fit.
func (c *connections) longest(fits func(*connection) bool) *connection {
	for e := c.waiting.Front(); e != nil; e = e.Next() {
		if o := e.Value.(*connection); fits(o) {
			return o
		}
	}
	return nil
}

// tell logs now and then that there are too many.
func (c *connections) tell() {
	if now := time.Now(); now.Sub(c.logged) > time.Minute {
		c.logged = now
		c.logger.Warn("too many connections, those that wait longest are closed", slog.Int("connections", len(c.open)))
	}
}

func (c *connections) forget(o *connection) {
	if c.open[o.Conn] != o {
		return
	}
	delete(c.open, o.Conn)
	if o.waits != nil {
		c.waiting.Remove(o.waits)
		o.waits = nil
	}
	if !o.client.IsValid() {
		return
	}
	if c.byClient[o.client]--; c.byClient[o.client] == 0 {
		delete(c.byClient, o.client)
	}
}

// state follows what the server says of a connection.
func (c *connections) state(conn net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.open[conn]
	switch {
	case o == nil:
	case s == http.StateClosed, s == http.StateHijacked:
		c.forget(o)
	case s == http.StateIdle:
		c.wait(o)
	}
}

// wait puts a connection behind those that wait already.
func (c *connections) wait(o *connection) {
	if o.waits != nil {
		c.waiting.MoveToBack(o.waits)
		return
	}
	o.waits = c.waiting.PushBack(o)
}

// turn notes that a connection waits for its client, or that the service is at work
// on it.
func (c *connections) turn(conn net.Conn, waits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.open[conn]
	switch {
	case o == nil:
	case waits:
		c.wait(o)
	case o.waits != nil:
		c.waiting.Remove(o.waits)
		o.waits = nil
	}
}

type connectionKey struct{}

// context lets handlers know their connection.
func (c *connections) context(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, conn)
}

// handler notes while h is at work.
func (c *connections) handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _ := r.Context().Value(connectionKey{}).(net.Conn)
		c.turn(conn, false)
		defer c.turn(conn, true)
		if r.Body != http.NoBody {
			r.Body = &slowBody{r.Body, c, conn}
		}
		h.ServeHTTP(w, r)
	})
}

// A slowBody waits for its client while it is read.
type slowBody struct {
	io.ReadCloser
	connections *connections
	conn        net.Conn
}

// Read implements io.Reader.
func (b *slowBody) Read(p []byte) (int, error) {
	b.connections.turn(b.conn, true)
	defer b.connections.turn(b.conn, false)
	return b.ReadCloser.Read(p)
}
