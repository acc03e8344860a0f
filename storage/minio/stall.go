package minio

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"temgoc/storage/internal/patience"
)

// An operation is a call to the store with its repetitions. It may take as long
// as its timeout while bytes move, and is given up when none do.
type operation struct {
	gauge *patience.Gauge
	wait  time.Duration
	timer *time.Timer
}

// begin bounds an operation. The function ends it.
func (f *Files) begin(ctx context.Context) (context.Context, *operation, context.CancelFunc) {
	wait := f.patience.Grant()
	timed, cancel := context.WithTimeout(ctx, f.timeout)
	watched, stop := context.WithCancelCause(timed)
	o := &operation{gauge: &f.patience, wait: wait}
	o.timer = time.AfterFunc(wait, func() {
		f.patience.Away()
		stop(fmt.Errorf("nothing came or went for %v", wait))
	})
	return watched, o, func() {
		o.timer.Stop()
		stop(nil)
		cancel()
	}
}

// moved notes that bytes came or went. An operation that was given up stays so.
func (o *operation) moved() {
	if o.timer.Stop() {
		o.timer.Reset(o.wait)
	}
}

// answered notes that the store said something.
func (o *operation) answered() {
	o.gauge.Answered()
	o.moved()
}

// An upload is content on its way to the store. What is sent again after a
// failure does not count as progress.
type upload struct {
	*bytes.Reader
	o    *operation
	most int64 // the highest position so far
}

// Read implements io.Reader.
func (u *upload) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if at := u.Size() - int64(u.Len()); at > u.most {
		u.most = at
		u.o.moved()
	}
	return n, err
}

// WriteTo implements io.WriterTo by reading, so that progress is seen.
func (u *upload) WriteTo(w io.Writer) (int64, error) { return io.Copy(w, struct{ io.Reader }{u}) }

// A download is content on its way from the store.
type download struct {
	io.Reader
	o *operation
}

// Read implements io.Reader.
func (d download) Read(p []byte) (int, error) {
	n, err := d.Reader.Read(p)
	if n > 0 {
		d.o.moved()
	}
	return n, err
}
