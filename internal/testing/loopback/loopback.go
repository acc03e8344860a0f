// Package loopback asks a handler for pages over a real connection, for
// benchmarks that compare handlers.
package loopback

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// Client puts a handler behind a real listener and returns how to ask it for a
// page over one connection that is kept alive. The client does as little as it
// can, since it runs on the same cores: it reads the length and the body.
func Client(b *testing.B, h http.Handler, path string) (ask func()) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(l) }()
	b.Cleanup(func() { server.Close() })
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: t.example.vn\r\n" +
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: vi-VN,vi;q=0.9,en;q=0.8\r\n\r\n")
	answers := bufio.NewReaderSize(conn, 64<<10)
	return func() {
		if _, err := conn.Write(request); err != nil {
			b.Fatal(err)
		}
		length := 0
		for {
			line, err := answers.ReadSlice('\n')
			if err != nil {
				b.Fatal(err)
			}
			if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
				length, _ = strconv.Atoi(string(bytes.TrimSpace(value)))
			}
			if len(line) == 2 {
				break
			}
		}
		if n, err := answers.Discard(length); err != nil || n < 5000 {
			b.Fatalf("%d bytes, %v", n, err)
		}
	}
}
