package sweep

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/inventory"
	"temgoc/internal/trace"
)

// SetAsider is a file store that can put a damaged object where nobody reads it.
// Both adapters are.
type SetAsider interface {
	// SetAside keeps what is stored under d under another name, which it
	// returns: d can then be put anew. ErrNotFound when nothing is there.
	SetAside(ctx context.Context, d trace.Digest, now time.Time) (where string, err error)
}

// A Sweeper goes through the files of a service. It needs the right to remove
// objects, which the service itself does not.
type Sweeper struct {
	Documents trace.Store
	Files     trace.Files
	// Kinds are all kinds that may mention files.
	Kinds []trace.Kind
	// Age is how old an object must be; MinAge when it is less.
	Age time.Duration
	// DryRun changes nothing.
	DryRun bool
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Tell is told of each object that is dealt with; nil for nobody.
	Tell func(Case)
}

// A Case is an object that was dealt with, or would be.
type Case struct {
	trace.Object
	// Fate is what became of it; empty in a dry run.
	Fate string
	// Where a damaged object is kept now.
	Where string
	// Referred says that records refer to it.
	Referred bool
}

// A Report counts what was found.
type Report struct {
	Objects, Bytes int64 // all that were looked at
	Young          int64 // younger than Age
	Referred       int64 // old enough, and some record refers to them
	Found          int64 // orphans, or damaged
	FoundBytes     int64
	Done           int64 // of those: removed, or set aside
	Held           int64 // of those: uploaded again meanwhile
}

func (s *Sweeper) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

func (s *Sweeper) tell(c Case) {
	if s.Tell != nil {
		s.Tell(c)
	}
}

func (s *Sweeper) deposits() deposits { return deposits{s.Documents, s.now} }

// Orphans removes the objects that no revision of any document mentions.
func (s *Sweeper) Orphans(ctx context.Context) (Report, error) {
	var r Report
	found, err := s.old(ctx, &r)
	if err == nil && len(found) > 0 {
		err = s.dropReferred(ctx, found)
	}
	if err != nil {
		return r, err
	}
	r.Found = int64(len(found))
	r.Referred = r.Objects - r.Young - r.Found
	for _, d := range sorted(found) {
		c := Case{Object: found[d]}
		r.FoundBytes += c.Size
		if !s.DryRun {
			if c.Fate, err = s.remove(ctx, d); err != nil {
				return r, fmt.Errorf("file %v: %w", d, err)
			}
			if c.Fate == string(removed) {
				r.Done++
			} else {
				r.Held++
			}
		}
		s.tell(c)
	}
	return r, nil
}

// old lists the objects that are old enough.
func (s *Sweeper) old(ctx context.Context, r *Report) (map[trace.Digest]trace.Object, error) {
	before := s.now().Add(-max(s.Age, MinAge))
	found := map[trace.Digest]trace.Object{}
	for o, err := range inventory.Files(ctx, s.Files) {
		if err != nil {
			return nil, err
		}
		r.Objects++
		r.Bytes += o.Size
		if o.At.After(before) {
			r.Young++
			continue
		}
		found[o.Digest] = o
	}
	return found, nil
}

func sorted(found map[trace.Digest]trace.Object) []trace.Digest {
	all := make([]trace.Digest, 0, len(found))
	for d := range found {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b trace.Digest) int { return slices.Compare(a[:], b[:]) })
	return all
}

// dropReferred leaves those that nothing refers to: no record of an upload,
// which settles nearly all, and no word in any revision of any document.
func (s *Sweeper) dropReferred(ctx context.Context, found map[trace.Digest]trace.Object) error {
	for part := range slices.Chunk(sorted(found), 1000) {
		ids := make([]string, len(part))
		for i, d := range part {
			ids[i] = d.String()
		}
		uploads, err := s.Documents.Heads(ctx, trace.KindFiles, ids)
		if err != nil {
			return err
		}
		for _, u := range uploads {
			if d, err := trace.ParseDigest(u.ID); err == nil {
				delete(found, d)
			}
		}
	}
	for _, kind := range s.Kinds {
		if kind == KindDeposits {
			continue
		}
		if len(found) == 0 {
			return nil
		}
		for r, err := range inventory.Revisions(ctx, s.Documents, kind, time.Time{}) {
			if err != nil {
				return err
			}
			for d := range mentions(r) {
				delete(found, d)
			}
		}
	}
	return nil
}

// remove removes an orphan, unless it was uploaded again.
func (s *Sweeper) remove(ctx context.Context, d trace.Digest) (fate string, err error) {
	begun := s.now()
	said, ok, err := s.claim(ctx, d, max(s.Age, MinAge))
	if err != nil {
		return "", err
	}
	if !ok {
		return "uploaded again", nil
	}
	if _, err := s.Documents.Head(ctx, trace.KindFiles, d.String()); !errors.Is(err, trace.ErrNotFound) {
		if err != nil {
			return "", err
		}
		_, err = s.deposits().say(ctx, d, said, held)
		return "uploaded again", err
	}
	// Uploads wait for removingFor: what took too long is left to the next time.
	if s.now().Sub(begun) > removingFor/2 {
		return "", fmt.Errorf("%w: the document store was too slow", trace.ErrUnavailable)
	}
	if err := s.Files.Remove(ctx, d); err != nil {
		return "", err
	}
	if _, err = s.deposits().say(ctx, d, said, removed); errors.Is(err, trace.ErrExists) {
		err = nil // an upload that waited went on
	}
	return string(removed), err
}

// claim says that a file is being removed. It reports false when the file was
// held within the time young, or somebody else is at it.
func (s *Sweeper) claim(ctx context.Context, d trace.Digest, young time.Duration) (trace.Revision, bool, error) {
	head, now, err := s.deposits().head(ctx, d)
	if err != nil {
		return head, false, err
	}
	age := s.now().Sub(head.At)
	if now == held && age < young || now == removing && age < removingFor {
		return head, false, nil
	}
	said, err := s.deposits().say(ctx, d, head, removing)
	if errors.Is(err, trace.ErrExists) {
		return head, false, nil
	}
	return said, err == nil, err
}
