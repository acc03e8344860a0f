package printing

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/labels"
)

// A scratch PIN is computed from the key of its batch and stored nowhere. It
// leaves the service only in the files that stamps are printed from, and each
// such file is noted as an export, with its hash, before its first byte.

// hiddenPIN stands in pictures for a PIN.
var hiddenPIN = strings.Repeat("X", stamp.PINLength)

// refusePIN refuses stamps with a PIN on which it would have no place.
func refusePIN(pin bool, t *labels.Template) error {
	if !pin || t != nil && t.Shows(labels.FieldPIN) {
		return nil
	}
	return fieldError(FieldTemplate, `phải có chỗ cho mã PIN, như mẫu "cao-pin"`, `must have a place for the PIN, as "cao-pin" has`)
}

// pins gives the PINs of the stamps of an order; nil where they have none. In
// pictures they are hidden.
func (j job) pins() (func(stamp.Code) string, error) {
	if !j.order.PIN {
		return nil, nil
	}
	if !j.secret {
		return func(stamp.Code) string { return hiddenPIN }, nil
	}
	batch, err := stamp.ParseBatchCode(j.order.Batch)
	if err != nil {
		return nil, err
	}
	sealer, err := j.book.keys.Sealer(j.order.KeyID, batch)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", trace.ErrUnavailable, err)
	}
	return func(c stamp.Code) string {
		item, _ := c.Item()
		return sealer.PIN(item)
	}, nil
}

// noted writes a file with PINs, after it was noted who takes which.
func (j job) noted(ctx context.Context, by trace.Actor, format Format, w io.Writer, write func(io.Writer) error) error {
	digest, size := sha256.New(), &counter{w: io.Discard}
	if err := write(io.MultiWriter(digest, size)); err != nil {
		return err
	}
	count := cmp.Or(j.print.Count, j.order.Count)
	_, err := j.book.ledger.NoteExport(ctx, trace.Write{By: by}, trace.Export{
		What:   "Tệp in có mã PIN dưới lớp cào",
		Filter: fmt.Sprintf("lệnh in %s, %s, %d tem, %d byte", j.id, format, count, size.n),
		Rows:   count, SHA256: trace.Digest(digest.Sum(nil)),
	})
	if err != nil {
		return err
	}
	return write(w)
}

// CheckPIN tells whether digits are the scratch PIN of an item code of an order
// with PINs. Who may try, and how often, is the caller's business.
func (b *Book) CheckPIN(o Order, code stamp.ItemCode, digits string) (bool, error) {
	if !o.PIN {
		return false, nil
	}
	sealer, err := b.keys.Sealer(o.KeyID, code.Batch())
	if err != nil {
		return false, fmt.Errorf("%w: %w", trace.ErrUnavailable, err)
	}
	return sealer.CheckPIN(code, digits), nil
}
