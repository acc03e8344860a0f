package sweep

import (
	"context"
	"errors"
	"fmt"

	"temgoc/internal/inventory"
	"temgoc/internal/trace"
)

// Damaged reads every object, and sets aside those whose content is not what
// their names say: nothing is deleted, and the right content can be uploaded
// again, by the same way it came, and serves all records that refer to it.
func (s *Sweeper) Damaged(ctx context.Context) (Report, error) {
	var r Report
	aside, ok := s.Files.(SetAsider)
	if !ok {
		return r, errors.New("this file store cannot set objects aside")
	}
	for o, err := range inventory.Files(ctx, s.Files) {
		if err != nil {
			return r, err
		}
		r.Objects++
		r.Bytes += o.Size
		if _, err := s.Files.Get(ctx, o.Digest); !errors.Is(err, trace.ErrCorrupt) {
			if err != nil && !errors.Is(err, trace.ErrNotFound) {
				return r, fmt.Errorf("file %v: %w", o.Digest, err)
			}
			continue
		}
		r.Found++
		r.FoundBytes += o.Size
		c := Case{Object: o}
		if _, err := s.Documents.Head(ctx, trace.KindFiles, o.Digest.String()); err == nil {
			c.Referred = true
			r.Referred++
		}
		if !s.DryRun {
			if c.Where, err = s.setAside(ctx, aside, o.Digest); err != nil {
				return r, fmt.Errorf("file %v: %w", o.Digest, err)
			}
			if c.Fate = "left alone"; c.Where != "" {
				c.Fate = string(setAside)
				r.Done++
			}
		}
		s.tell(c)
	}
	return r, nil
}

// setAside puts a damaged object where nobody reads it. It is read again once
// others are kept off: what was healed meanwhile stays.
func (s *Sweeper) setAside(ctx context.Context, aside SetAsider, d trace.Digest) (where string, err error) {
	said, ok, err := s.claim(ctx, d, 0)
	if err != nil || !ok {
		return "", err
	}
	if _, err := s.Files.Get(ctx, d); errors.Is(err, trace.ErrCorrupt) {
		if where, err = aside.SetAside(ctx, d, s.now()); err != nil {
			return "", err
		}
	}
	if _, err = s.deposits().say(ctx, d, said, setAside); errors.Is(err, trace.ErrExists) {
		err = nil
	}
	return where, err
}
