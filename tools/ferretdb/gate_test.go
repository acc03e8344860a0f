package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// wire builds an OP_MSG with the given request id, flag bits and body.
func wire(id, flags uint32, body string) message {
	m := binary.LittleEndian.AppendUint32(nil, uint32(headerSize+4+len(body)))
	m = binary.LittleEndian.AppendUint32(m, id)
	m = binary.LittleEndian.AppendUint32(m, 0)
	m = binary.LittleEndian.AppendUint32(m, opMsg)
	m = binary.LittleEndian.AppendUint32(m, flags)
	return append(m, body...)
}

// TestOneAtATime sends from many clients to an engine that answers each
// message, as FerretDB does, and notices company.
func TestOneAtATime(t *testing.T) {
	var inside, overlaps atomic.Int32
	answer := func(conn net.Conn) {
		defer conn.Close()
		for {
			m, err := readMessage(conn)
			if err != nil {
				return
			}
			if inside.Add(1) > 1 {
				overlaps.Add(1)
			}
			for range 1000 { // give others the chance to come in
				_ = inside.Load()
			}
			inside.Add(-1)
			binary.LittleEndian.PutUint32(m[headerSize:], 0)
			conn.Write(m)
		}
	}
	g := &gate{dial: func() (net.Conn, error) {
		near, far := net.Pipe()
		go answer(far)
		return near, nil
	}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go g.serve(t.Context(), l)

	var clients sync.WaitGroup
	for n := range 8 {
		clients.Go(func() { converse(t, l.Addr().String(), uint32(n)) })
	}
	clients.Wait()
	if n := overlaps.Load(); n != 0 {
		t.Errorf("%d requests met another one in the engine", n)
	}
}

// converse checks that each request gets its own reply, and that one which
// wants none leaves nothing in the stream.
func converse(t *testing.T, address string, client uint32) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	for i := range uint32(50) {
		want := wire(client<<16|i, 0, "request")
		conn.Write(wire(client<<16|i|1<<15, flagMoreToCome, "no reply wanted"))
		conn.Write(want)
		got, err := readMessage(conn)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("client %d: reply %x, %v; want %x", client, got, err, want)
			return
		}
	}
}

func FuzzReadMessage(f *testing.F) {
	f.Add([]byte(wire(1, 0, "body")))
	f.Add([]byte{255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := bytes.NewReader(stream)
		m, err := readMessage(r)
		if err != nil {
			if len(stream) > 0 && err == io.EOF {
				t.Errorf("readMessage(%x): io.EOF inside a message", stream)
			}
			return
		}
		m.moreToCome()
		if !bytes.Equal(m, stream[:len(m)]) || r.Len() != len(stream)-len(m) {
			t.Errorf("readMessage(%x) = %x with %d bytes left", stream, m, r.Len())
		}
	})
}
