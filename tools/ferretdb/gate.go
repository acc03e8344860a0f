package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"
)

// A gate stands between MongoDB clients and FerretDB and lets one request at
// a time through.
//
// FerretDB 1.24 reads a document, changes it and writes it back without
// holding it: with several clients, 249 acknowledged compare-and-set updates
// left revision 58, and 400 acknowledged $inc left 54. Unique inserts hold.
// A MongoDB server does each of these atomically, and tests that look for
// lost updates in our code must not find FerretDB's. So each message goes in
// under one mutex, for all connections, and the next one only once the reply
// is back.
//
// A command that waits on the server (an awaitData cursor, a change stream)
// would hold everybody up; FerretDB 1.24 has neither the topologyVersion that
// makes drivers send an awaitable hello, nor change streams.
type gate struct {
	dial func() (net.Conn, error)
	mu   sync.Mutex
}

// replyTimeout bounds how long one request may hold the gate.
const replyTimeout = time.Minute

// serve accepts clients until ctx ends, and returns when all are gone.
func (g *gate) serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	var clients sync.WaitGroup
	defer clients.Wait()
	for {
		client, err := l.Accept()
		if err != nil {
			return err
		}
		clients.Go(func() {
			defer client.Close()
			defer context.AfterFunc(ctx, func() { client.Close() })()
			if err := g.relay(client); err != nil && ctx.Err() == nil {
				slog.Warn("client dropped", "error", err)
			}
		})
	}
}

// relay passes the messages of one client through its own connection to the
// engine, until the client hangs up.
func (g *gate) relay(client net.Conn) error {
	engine, err := g.dial()
	if err != nil {
		return err
	}
	defer engine.Close()
	for {
		request, err := readMessage(client)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("request: %w", err)
		}
		replies, err := g.pass(engine, request)
		if err != nil {
			return err
		}
		if request.moreToCome() {
			continue // the client waits for no reply, and would take this one for its next request's
		}
		for _, reply := range replies {
			if _, err := client.Write(reply); err != nil {
				return fmt.Errorf("reply: %w", err)
			}
		}
	}
}

// pass sends one request and returns what the engine answers. FerretDB
// answers every message, also one that asked for no answer; waiting for it
// tells that the work is done.
func (g *gate) pass(engine net.Conn, request message) ([]message, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := engine.SetDeadline(time.Now().Add(replyTimeout)); err != nil {
		return nil, err
	}
	if _, err := engine.Write(request); err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	var replies []message
	for {
		reply, err := readMessage(engine)
		if err != nil {
			return nil, fmt.Errorf("engine's reply: %w", err)
		}
		replies = append(replies, reply)
		if !reply.moreToCome() {
			return replies, nil
		}
	}
}

// The parts of the MongoDB wire protocol that the gate looks at: a header of
// four little-endian int32 (length with the header, request id, response to,
// operation), and the flag bits that follow it in an OP_MSG.
const (
	headerSize     = 16
	maxMessageSize = 48_000_000 // maxMessageSizeBytes of the protocol
	opMsg          = 2013
	flagMoreToCome = 1 << 1
)

// A message is one whole wire message, header included.
type message []byte

// readMessage reads one message. io.EOF means that the stream ended between
// two messages.
func readMessage(r io.Reader) (message, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, err
	}
	size := int32(binary.LittleEndian.Uint32(header[:]))
	if size < headerSize || size > maxMessageSize {
		return nil, fmt.Errorf("message of %d bytes", size)
	}
	m := make(message, size)
	copy(m, header[:])
	if _, err := io.ReadFull(r, m[headerSize:]); err != nil {
		return nil, fmt.Errorf("message cut short: %w", io.ErrUnexpectedEOF)
	}
	return m, nil
}

// moreToCome reports whether the sender will send another message without
// waiting for one: in a request it means that no reply is wanted.
func (m message) moreToCome() bool {
	if len(m) < headerSize+4 || binary.LittleEndian.Uint32(m[12:]) != opMsg {
		return false
	}
	return binary.LittleEndian.Uint32(m[headerSize:])&flagMoreToCome != 0
}
