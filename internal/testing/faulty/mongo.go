package faulty

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Mongo makes a proxy in front of the MongoDB-protocol server at uri, and the
// address that leads through it and nowhere else.
func Mongo(t testing.TB, uri string) (*Proxy, string) {
	t.Helper()
	scheme, rest, _ := strings.Cut(uri, "://")
	hosts, path, _ := strings.Cut(rest, "/")
	credentials := hosts[:strings.LastIndexByte(hosts, '@')+1]
	first, _, _ := strings.Cut(hosts[len(credentials):], ",")
	database, query, _ := strings.Cut(path, "?")
	options, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	options.Set("directConnection", "true")
	p := listen(t, first)
	var done sync.WaitGroup
	done.Go(func() {
		for {
			client, err := p.listener.Accept()
			if err != nil {
				return
			}
			done.Go(func() { p.relayMongo(client) })
		}
	})
	t.Cleanup(func() {
		p.listener.Close()
		p.Set(Cut)
		done.Wait()
	})
	return p, scheme + "://" + credentials + p.Addr() + "/" + database + "?" + options.Encode()
}

// relayMongo passes one message at a time: a request, then its answer.
func (p *Proxy) relayMongo(client net.Conn) {
	defer p.drop(client, false)
	if !p.hold(client) {
		return
	}
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer p.drop(server, false)
	if !p.hold(server) {
		return
	}
	for {
		request, err := readMessage(client)
		if err != nil {
			return
		}
		for p.state() == Hanging {
			time.Sleep(20 * time.Millisecond)
		}
		if !p.passMongo(client, server, request) {
			return
		}
	}
}

// passMongo reports whether the connection can be used again.
func (p *Proxy) passMongo(client, server net.Conn, request message) bool {
	call, ok := request.call()
	if !ok { // the driver's own affairs
		return exchange(client, server, request) == nil
	}
	way, delay := p.judge(call)
	switch way {
	case Refuse:
		return request.fail(client) == nil
	case Lose:
		if exchange(nil, server, request) != nil {
			return false
		}
		return request.fail(client) == nil
	case Slow:
		p.late.Add(1)
		defer p.late.Done()
		time.Sleep(delay)
	case Reset:
		_, _ = server.Write(request[:len(request)/2])
		p.drop(client, true)
		p.drop(server, true)
		return false
	}
	return exchange(client, server, request) == nil
}

// exchange sends a request and passes on the answers to it; to nobody where
// client is nil.
func exchange(client, server net.Conn, request message) error {
	if _, err := server.Write(request); err != nil {
		return err
	}
	for {
		answer, err := readMessage(server)
		if err != nil {
			return err
		}
		if client != nil {
			// The late answer to a call that was given up finds nobody.
			if _, err := client.Write(answer); err != nil {
				return err
			}
		}
		if !answer.moreToCome() {
			return nil
		}
	}
}

// A message of the wire protocol: length, id, id of what it answers, operation,
// each of four bytes, and what belongs to the operation.
type message []byte

const (
	messageHeader = 16
	longest       = 48 << 20
	opMessage     = 2013
)

func readMessage(r io.Reader) (message, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(size[:])
	if n < messageHeader || n > longest {
		return nil, errors.New("faulty: no message of MongoDB's protocol")
	}
	m := make(message, n)
	copy(m, size[:])
	_, err := io.ReadFull(r, m[4:])
	return m, err
}

func (m message) operation() uint32 { return binary.LittleEndian.Uint32(m[12:]) }

// moreToCome tells whether another answer follows unasked.
func (m message) moreToCome() bool {
	return m.operation() == opMessage && len(m) >= 20 && binary.LittleEndian.Uint32(m[16:])&2 != 0
}

// ours are the commands that a store of documents uses.
var ours = map[string]bool{"insert": true, "find": true, "getMore": true, "update": true, "delete": true}

// call is what a message asks for; false for what is no work on documents.
func (m message) call() (Call, bool) {
	if m.operation() != opMessage || len(m) < 26 || m[20] != 0 {
		return Call{}, false
	}
	elements, err := bson.Raw(m[21:]).Elements()
	if body := bson.Raw(m[21:]); err != nil && len(body) >= 4 { // a section of documents follows
		if n := binary.LittleEndian.Uint32(body); int(n) <= len(body) {
			elements, err = body[:n].Elements()
		}
	}
	if err != nil || len(elements) == 0 || !ours[elements[0].Key()] {
		return Call{}, false
	}
	c := Call{Name: elements[0].Key()}
	c.On, _ = elements[0].Value().StringValueOK()
	return c, true
}

// fail answers with what a server says that is shutting down.
func (m message) fail(client net.Conn) error {
	body, err := bson.Marshal(bson.D{{Key: "ok", Value: 0.0}, {Key: "errmsg", Value: "spoiled by the test"}, {Key: "code", Value: int32(11600)}, {Key: "codeName", Value: "InterruptedAtShutdown"}})
	if err != nil {
		return err
	}
	answer := make([]byte, 21, 21+len(body))
	binary.LittleEndian.PutUint32(answer, uint32(21+len(body)))
	copy(answer[8:12], m[4:8])
	binary.LittleEndian.PutUint32(answer[12:], opMessage)
	_, err = client.Write(append(answer, body...))
	return err
}
