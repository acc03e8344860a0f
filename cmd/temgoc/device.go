package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"temgoc/labels/thermal"
)

// An opener reaches a printer, once for each chunk.
type opener func(context.Context) (device, error)

// A device is a printer that was reached. What was sent without an error it has
// taken; after an error nobody knows.
type device interface {
	send(context.Context, []byte) error
	Close() error
}

// toStream sends to standard output.
func toStream(w io.Writer) opener {
	return func(context.Context) (device, error) { return stream{w}, nil }
}

type stream struct{ w io.Writer }

func (s stream) send(_ context.Context, data []byte) error {
	_, err := s.w.Write(data)
	return err
}

func (stream) Close() error { return nil }

// toFile adds to a file, or writes to the device file of a printer.
func toFile(path string) opener {
	return func(context.Context) (device, error) {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		return file{f}, err
	}
}

type file struct{ *os.File }

// send waits until the data is on the disk, where it goes to one.
func (f file) send(_ context.Context, data []byte) error {
	if _, err := f.Write(data); err != nil {
		return err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return err
	}
	return f.Sync()
}

// A line leads to a printer on the network.
type line struct {
	address  string
	timeout  time.Duration
	language thermal.Language // in which it is asked; empty to ask nothing
}

func (l line) open(ctx context.Context) (device, error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", l.address)
	if err != nil {
		return nil, fmt.Errorf("the printer is not reached: %w", err)
	}
	return call{line: l, Conn: conn}, nil
}

// A call is one connection to a printer.
type call struct {
	line
	net.Conn
}

func (c call) send(ctx context.Context, data []byte) error {
	if err := c.SetDeadline(time.Now().Add(c.timeout)); err != nil {
		return err
	}
	// A printer that hangs up while it is sent to has not taken everything,
	// even where the system takes the bytes.
	if _, err := c.Write(data); err != nil {
		return fmt.Errorf("the printer stopped taking data: %w", err)
	}
	if c.language.Question() == nil {
		return c.hangUp()
	}
	return c.settle(ctx)
}

// pause is how long to wait before a printer that is busy is asked again.
const pause = 200 * time.Millisecond

// settle asks until the printer has nothing left to print.
func (c call) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	answers := bufio.NewReader(c)
	for trouble := ""; ; {
		if _, err := c.Write(c.language.Question()); err != nil {
			return fmt.Errorf("the printer hung up: %w", err)
		}
		s, err := c.language.ReadStatus(answers)
		switch {
		case err != nil && trouble != "":
			return fmt.Errorf("the printer says: %s", trouble)
		case errors.Is(err, os.ErrDeadlineExceeded):
			return fmt.Errorf("the printer did not answer within %v; where it never does, use --no-ask", c.timeout)
		case err != nil:
			return fmt.Errorf("the printer's answer: %w", err)
		case !s.Busy && s.Trouble == "":
			return nil
		}
		trouble = s.Trouble
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			if trouble == "" {
				trouble = "it is still printing"
			}
			return fmt.Errorf("the printer says: %s", trouble)
		}
	}
}

// patience is how long a printer that is not asked may keep a connection open on
// which nothing more comes.
const patience = 3 * time.Second

// hangUp ends a connection on which nothing is asked: most printers end it too
// once they have read all of it.
func (c call) hangUp() error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		if err := tcp.CloseWrite(); err != nil {
			return fmt.Errorf("the printer hung up: %w", err)
		}
	}
	if err := c.SetReadDeadline(time.Now().Add(min(c.timeout, patience))); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, c.Conn); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("the printer hung up: %w", err)
	}
	return nil
}
