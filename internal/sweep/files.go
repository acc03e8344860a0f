package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"temgoc/internal/trace"
)

// Files is a trace.Files through which services store files: nothing that is
// put is swept away meanwhile.
type Files struct {
	trace.Files
	deposits deposits
}

var _ trace.Files = Files{}

// Guard makes Files of a file store and the document store beside it. now is the
// clock; time.Now when nil.
func Guard(files trace.Files, documents trace.Store, now func() time.Time) Files {
	if now == nil {
		now = time.Now
	}
	return Files{files, deposits{documents, now}}
}

// Put implements trace.Files. It is an ErrUnavailable while exactly this file is
// being removed.
func (f Files) Put(ctx context.Context, content []byte) (trace.Digest, error) {
	if len(content) <= trace.MaxFileSize {
		if err := f.deposits.hold(ctx, trace.DigestOf(content)); err != nil {
			return trace.Digest{}, fmt.Errorf("put: %w", err)
		}
	}
	return f.Files.Put(ctx, content)
}

// hold makes sure that a file was said to be held lately.
func (d deposits) hold(ctx context.Context, of trace.Digest) error {
	for range races {
		head, s, err := d.head(ctx, of)
		if err != nil {
			return err
		}
		age := d.now().Sub(head.At)
		switch {
		case s == held && age < heldFor:
			return nil
		case s == removing && age < removingFor:
			return fmt.Errorf("%w: file %v is just being cleared away", trace.ErrFilesAway, of)
		}
		if _, err = d.say(ctx, of, head, held); !errors.Is(err, trace.ErrExists) {
			return err
		}
	}
	return fmt.Errorf("%w: others wrote about file %v %d times in a row", trace.ErrUnavailable, of, races)
}
