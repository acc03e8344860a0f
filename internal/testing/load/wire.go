package load

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"time"
)

// patience is how long an answer may take before it counts as an error.
const patience = 10 * time.Second

// A wire is one connection that asks for pages one after the other. It does no more
// of HTTP/1.1 than that needs, because it shares the machine with what it measures.
type wire struct {
	addr string
	conn net.Conn
	in   *bufio.Reader
	out  []byte
}

// A Shot is one request.
type Shot struct {
	// Group is where it counts.
	Group int
	Path  string
	// Client is the address that it is asked for, as a proxy says it.
	Client string
	// Key and Body make it a POST to the API.
	Key  string
	Body []byte
}

func (w *wire) close() {
	if w.conn != nil {
		w.conn.Close()
		w.conn = nil
	}
}

// ask sends a request and reads the whole answer. A connection that the server has
// closed meanwhile is opened anew, as browsers do.
func (w *wire) ask(s Shot) (status int, err error) {
	fresh := w.conn == nil
	status, err = w.try(s)
	if err != nil && !fresh && s.Body == nil && !isTimeout(err) {
		w.close()
		status, err = w.try(s)
	}
	if err != nil {
		w.close()
	}
	return status, err
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

func (w *wire) try(s Shot) (int, error) {
	if w.conn == nil {
		conn, err := net.DialTimeout("tcp", w.addr, patience)
		if err != nil {
			return 0, err
		}
		w.conn, w.in = conn, bufio.NewReaderSize(conn, 4096)
	}
	if err := w.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	w.out = s.write(w.out[:0])
	if _, err := w.conn.Write(w.out); err != nil {
		return 0, err
	}
	status, last, err := readAnswer(w.in)
	if last {
		w.close()
	}
	return status, err
}

func (s Shot) write(b []byte) []byte {
	method := "GET "
	if s.Body != nil {
		method = "POST "
	}
	b = append(append(append(b, method...), s.Path...), " HTTP/1.1\r\nHost: load.example\r\nX-Forwarded-For: "...)
	b = append(append(b, s.Client...), "\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\nAccept-Language: vi-VN,vi;q=0.9\r\n"...)
	if s.Key != "" {
		b = append(append(append(b, "Authorization: Bearer "...), s.Key...), "\r\n"...)
	}
	if s.Body != nil {
		b = fmt.Appendf(b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(s.Body))
	}
	return append(append(b, "\r\n"...), s.Body...)
}

var errNoHTTP = errors.New("no answer of HTTP/1.1 with a length")

// readAnswer reads an answer to its end. last tells that no other comes on this
// connection.
func readAnswer(in *bufio.Reader) (status int, last bool, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, true, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, true, errNoHTTP
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, true, errNoHTTP
	}
	length := -1
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return 0, true, err
		}
		name, value, ok := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
		if !ok {
			break
		}
		switch textproto.CanonicalMIMEHeaderKey(string(name)) {
		case "Content-Length":
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, true, errNoHTTP
			}
		case "Connection":
			last = bytes.EqualFold(bytes.TrimSpace(value), []byte("close"))
		}
	}
	if status == 204 || status == 304 {
		length = 0
	}
	if length < 0 {
		return 0, true, errNoHTTP
	}
	_, err = io.CopyN(io.Discard, in, int64(length))
	return status, last, err
}
