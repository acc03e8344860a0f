package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// A Shelf is what a target holds.
type Shelf struct {
	// Segments are those that are complete, the oldest first.
	Segments []*Manifest
	// Incomplete are segments without a manifest: of runs that were cut off, or
	// that are under way.
	Incomplete []string
	// Damaged are segments whose manifest cannot be read, and why.
	Damaged map[string]error

	objects map[string][]string // by segment
}

// Look reads the manifests of a target and sees whether their parts are there.
func Look(ctx context.Context, t Target, verifier note.Verifier) (*Shelf, error) {
	names, err := t.Names(ctx)
	if err != nil {
		return nil, err
	}
	s := &Shelf{Damaged: map[string]error{}, objects: map[string][]string{}}
	for _, name := range names {
		if segment := segmentOf(name); isSegment(segment) {
			s.objects[segment] = append(s.objects[segment], name)
		}
	}
	segments := make([]string, 0, len(s.objects))
	for segment := range s.objects {
		segments = append(segments, segment)
	}
	slices.Sort(segments)
	for _, segment := range segments {
		if err := s.read(ctx, t, segment, verifier); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// read reads one manifest. Only what keeps others from being read is an error.
func (s *Shelf) read(ctx context.Context, t Target, segment string, verifier note.Verifier) error {
	if !slices.Contains(s.objects[segment], manifestOf(segment)) {
		s.Incomplete = append(s.Incomplete, segment)
		return nil
	}
	signed, err := fetch(ctx, t, manifestOf(segment))
	if err != nil {
		return err
	}
	m, err := ReadManifest(signed, verifier)
	if err == nil && m.Segment != segment {
		err = damaged("the manifest of %s is that of %s", segment, m.Segment)
	}
	if err == nil {
		err = m.present(s.objects[segment])
	}
	if err != nil {
		s.Damaged[segment] = err
		return nil
	}
	s.Segments = append(s.Segments, m)
	return nil
}

// present checks that the parts are among the objects.
func (m *Manifest) present(objects []string) error {
	for _, p := range m.Parts {
		if _, ok := slices.BinarySearch(objects, p.Name); !ok {
			return damaged("%s is missing", p.Name)
		}
	}
	return nil
}

// Last is the newest segment that is complete; nil when there is none.
func (s *Shelf) Last() *Manifest {
	if len(s.Segments) == 0 {
		return nil
	}
	return s.Segments[len(s.Segments)-1]
}

// Chain gives a segment and those that it continues, the newest first, down to a
// full one. An empty name stands for the newest of all, which must not be a
// damaged one.
func (s *Shelf) Chain(segment string) ([]*Manifest, error) {
	if segment == "" {
		last := s.Last()
		for name, err := range s.Damaged {
			if last == nil || name > last.Segment {
				return nil, fmt.Errorf("%s: %w (an older one can be named)", name, err)
			}
		}
		if last == nil {
			return nil, damaged("there is no complete segment")
		}
		segment = last.Segment
	}
	var chain []*Manifest
	for next := (&Link{Segment: segment}); next != nil; next = chain[len(chain)-1].Previous {
		m, err := s.find(*next)
		if err != nil {
			return nil, err
		}
		if len(chain) > len(s.Segments) {
			return nil, damaged("the segments before %s lead in a circle", segment)
		}
		chain = append(chain, m)
	}
	return chain, nil
}

// find gives the segment that a link names.
func (s *Shelf) find(l Link) (*Manifest, error) {
	if err, ok := s.Damaged[l.Segment]; ok {
		return nil, fmt.Errorf("%s: %w", l.Segment, err)
	}
	i := slices.IndexFunc(s.Segments, func(m *Manifest) bool { return m.Segment == l.Segment })
	if i < 0 {
		return nil, damaged("the segment %.100s is missing", l.Segment)
	}
	if m := s.Segments[i]; l.SHA256 == "" || l.SHA256 == m.hash {
		return m, nil
	}
	return nil, damaged("the segment %s is not the one that was continued", l.Segment)
}

// stampFormat is how names of segments begin: they sort by time.
const stampFormat = "20060102T150405.000Z"

func segmentName(started time.Time, full bool) string {
	if full {
		return started.UTC().Format(stampFormat) + "-full"
	}
	return started.UTC().Format(stampFormat) + "-more"
}

func isSegment(name string) bool { return !begun(name).IsZero() }

// begun is when the run of a segment began; zero for a name that is none.
func begun(segment string) time.Time {
	stamp, kind, _ := strings.Cut(segment, "-")
	at, err := time.Parse(stampFormat, stamp)
	if err != nil || kind != "full" && kind != "more" {
		return time.Time{}
	}
	return at
}

// abandonedAfter is the age at which a segment without a manifest can only be
// what a run left that was cut off.
const abandonedAfter = 12 * time.Hour

// clean removes what runs left that were cut off.
func (s *Shelf) clean(ctx context.Context, t Target, now time.Time) error {
	var errs []error
	for _, segment := range s.Incomplete {
		if now.Sub(begun(segment)) > abandonedAfter {
			errs = append(errs, removeAll(ctx, t, s.objects[segment]))
		}
	}
	return errors.Join(errs...)
}

// removeAll removes objects, as many as it can.
func removeAll(ctx context.Context, t Target, names []string) error {
	var errs []error
	for _, name := range names {
		errs = append(errs, t.Remove(ctx, name))
	}
	return errors.Join(errs...)
}

// Prune removes what runs left that were cut off, and all segments that are older than the newest keep full ones, each
// with its manifest first: what is left by a run that is cut off is incomplete. It
// returns the names of those removed.
func Prune(ctx context.Context, t Target, verifier note.Verifier, keep int, now time.Time) ([]string, error) {
	if keep < 1 {
		return nil, errors.New("at least one full back-up is kept")
	}
	s, err := Look(ctx, t, verifier)
	if err != nil {
		return nil, err
	}
	if err := s.clean(ctx, t, now); err != nil {
		return nil, err
	}
	oldest := ""
	for _, m := range slices.Backward(s.Segments) {
		if m.Full() {
			oldest = m.Segment
			if keep--; keep == 0 {
				break
			}
		}
	}
	if keep > 0 {
		return nil, nil
	}
	var removed []string
	for _, m := range s.Segments {
		if m.Segment >= oldest {
			break
		}
		if err := t.Remove(ctx, manifestOf(m.Segment)); err != nil {
			return removed, err
		}
		if err := removeAll(ctx, t, s.objects[m.Segment]); err != nil {
			return removed, err
		}
		removed = append(removed, m.Segment)
	}
	return removed, nil
}
