package load

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Sockets are connections that keep a server waiting, each in one of four ways: it
// says nothing, sends a header field by field, sends a body byte by byte, or asks for
// pages and does not read them. One that the server closes is opened again.
type Sockets struct {
	// Replicas get N in all, in turn. Path is asked for by those that do not read.
	Replicas []string
	N        int
	Path     string

	// Open is how many are open, Closed how many the server closed.
	Open, Closed atomic.Int64
}

// drip is how often a slow socket sends something.
const drip = 2 * time.Second

// Run holds the sockets open until ctx ends.
func (s *Sockets) Run(ctx context.Context) {
	var group sync.WaitGroup
	for i := range s.N {
		group.Go(func() {
			for ctx.Err() == nil {
				s.hold(ctx, s.Replicas[i%len(s.Replicas)], i/len(s.Replicas)%4)
				pause(ctx, time.Second/4)
			}
		})
	}
	group.Wait()
}

// hold opens one socket, and returns when it is closed.
func (s *Sockets) hold(ctx context.Context, addr string, way int) {
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return
	}
	s.Open.Add(1)
	defer s.Open.Add(-1)
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	switch way {
	case 0:
		_, _ = io.Copy(io.Discard, conn)
	case 1:
		s.trickle(ctx, conn, "GET / HTTP/1.1\r\nHost: slow.example\r\n", "X-Slow: 1\r\n")
	case 2:
		s.trickle(ctx, conn, "POST /phan-anh HTTP/1.1\r\nHost: slow.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n", "a")
	case 3:
		s.trickle(ctx, conn, "", fmt.Sprintf("GET %s HTTP/1.1\r\nHost: slow.example\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n", s.Path))
	}
	if ctx.Err() == nil {
		s.Closed.Add(1)
	}
}

// trickle sends bit by bit until the server closes the connection, which reading
// finds out; what arrives is read as slowly.
func (s *Sockets) trickle(ctx context.Context, conn net.Conn, first, more string) {
	if _, err := io.WriteString(conn, first); err != nil {
		return
	}
	one := make([]byte, 1)
	for ctx.Err() == nil {
		if _, err := io.WriteString(conn, more); err != nil {
			return
		}
		_ = conn.SetReadDeadline(time.Now().Add(drip))
		if _, err := conn.Read(one); err != nil && !isTimeout(err) {
			return
		} else if err == nil {
			pause(ctx, drip)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
