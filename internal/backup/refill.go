package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"golang.org/x/sync/errgroup"

	"temgoc/internal/trace"
)

const (
	// batchSize is how many revisions are stored in one step, batchBytes what they
	// may hold.
	batchSize  = 500
	batchBytes = 4 << 20
	// inserters is how many steps are on their way at once.
	inserters = 4
)

// revisions restores all of them: the newest segment first, and of each what is
// preferred to others of the same number.
func (r *restoring) revisions() error {
	r.pace.Step = "restoring"
	group, ctx := errgroup.WithContext(r.ctx)
	batches := make(chan []trace.Revision, inserters)
	for range inserters {
		group.Go(func() error {
			for some := range batches {
				if err := insertAll(ctx, r.Store, some); err != nil {
					return err
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		defer close(batches)
		b := &batcher{ctx: ctx, out: batches}
		for i, m := range r.chain {
			if err := r.segment(b, i, m); err != nil {
				return err
			}
		}
		return b.flush()
	})
	return group.Wait()
}

// segment restores the revisions of one segment, the i-th from the newest.
func (r *restoring) segment(b *batcher, i int, m *Manifest) error {
	roles := []Role{RoleAgain, RoleLate, RoleMain}
	if i == 0 {
		roles = append(roles, RoleRemovable)
	}
	for _, role := range roles {
		err := r.each(m, role, func(part *reader) error {
			var l revisionLine
			if err := part.line(&l); err != nil {
				return err
			}
			v := l.revision()
			if !r.first(i, m, role, v) {
				return nil
			}
			r.want[v.Kind]++
			if r.pace.Revisions++; r.pace.Revisions%progressEvery == 0 {
				r.Progress(r.pace)
			}
			return b.add(v)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// first tells whether no other copy of a revision was met. Those that can be there
// twice are remembered: what is there again, what both passes may have read, and
// what the segment before may have had already.
func (r *restoring) first(i int, m *Manifest, role Role, v trace.Revision) bool {
	k := digestOf(v.Kind, v.ID, v.Number)
	if _, ok := r.met[k]; ok {
		return false
	}
	before := i+1 < len(r.chain) && v.At.Before(r.chain[i+1].Done.Add(overlap))
	if role == RoleAgain || role == RoleLate || role == RoleMain && before {
		r.met[k] = struct{}{}
	}
	return true
}

// open reads a part from the target.
func (r *restoring) open(p Part) (*reader, error) {
	content, err := fetch(r.ctx, r.Target, p.Name)
	if err != nil {
		return nil, err
	}
	return openPart(p, content, r.Identities)
}

// each goes through the parts of a role. do reads one record.
func (r *restoring) each(m *Manifest, role Role, do func(*reader) error) error {
	for _, p := range m.partsOf(role) {
		part, err := r.open(p)
		if err != nil {
			return err
		}
		for err == nil {
			err = do(part)
		}
		part.close()
		if !errors.Is(err, io.EOF) {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		r.pace.Bytes += p.Size
	}
	return nil
}

// A batcher collects revisions that are stored in one step.
type batcher struct {
	ctx   context.Context
	out   chan<- []trace.Revision
	some  []trace.Revision
	bytes int
}

func (b *batcher) add(v trace.Revision) error {
	b.some, b.bytes = append(b.some, v), b.bytes+len(v.Body)+len(v.Personal)
	if len(b.some) < batchSize && b.bytes < batchBytes {
		return nil
	}
	return b.flush()
}

func (b *batcher) flush() error {
	if len(b.some) == 0 {
		return nil
	}
	select {
	case b.out <- b.some:
		b.some, b.bytes = nil, 0
		return nil
	case <-b.ctx.Done():
		return b.ctx.Err()
	}
}

// insertAll stores revisions; those that an earlier run has stored are left alone.
func insertAll(ctx context.Context, s trace.Store, some []trace.Revision) error {
	if bulk, ok := s.(trace.Bulk); ok {
		_, err := bulk.InsertAll(ctx, some)
		return err
	}
	for _, v := range some {
		if err := s.Insert(ctx, v); err != nil && !errors.Is(err, trace.ErrExists) {
			return err
		}
	}
	return nil
}

// counters restores all of them. One that is there has what an earlier run gave
// it, since each is changed in one step.
func (r *restoring) counters() error {
	var some []trace.Count
	flush := func() error {
		if len(some) == 0 {
			return nil
		}
		err := r.addCounts(some)
		some = some[:0]
		return err
	}
	err := r.each(r.newest(), RoleCounters, func(part *reader) error {
		var l counterLine
		if err := part.line(&l); err != nil {
			return err
		}
		some = append(some, trace.Count{Key: l.Key, N: l.N, First: l.First.Time, Last: l.Last.Time})
		r.done.Counters++
		if len(some) < batchSize {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

func (r *restoring) addCounts(some []trace.Count) error {
	keys := make([]string, len(some))
	want := map[string]trace.Count{}
	for i, c := range some {
		keys[i], want[c.Key] = c.Key, c
	}
	present, err := r.Store.Counts(r.ctx, keys)
	if err != nil {
		return err
	}
	for _, c := range present {
		if w := want[c.Key]; c.N != w.N || !c.First.Equal(w.First) || !c.Last.Equal(w.Last) {
			return fmt.Errorf("%w: the counter %s is %d, and %d in the back-up: somebody else counts here", ErrNotEmpty, c.Key, c.N, w.N)
		}
		some = slices.DeleteFunc(some, func(s trace.Count) bool { return s.Key == c.Key })
	}
	if len(some) == 0 {
		return nil
	}
	return r.Store.AddCounts(r.ctx, some)
}

// storers is how many files are stored at once.
const storers = 8

// files restores those that were there when the newest segment was made, and no
// others.
func (r *restoring) files() error {
	held := map[trace.Digest]struct{}{}
	err := r.each(r.newest(), RoleHeld, func(part *reader) error {
		var l fileLine
		err := part.line(&l)
		if err == nil {
			held[l.File] = struct{}{}
		}
		return err
	})
	if err != nil {
		return err
	}
	r.done.Files = int64(len(held))
	group, ctx := errgroup.WithContext(r.ctx)
	group.SetLimit(storers)
	for _, m := range r.chain {
		err := r.each(m, RoleFiles, func(part *reader) error {
			var l fileLine
			if err := part.line(&l); err != nil {
				return err
			}
			content, err := part.content(l)
			if err != nil {
				return err
			}
			if _, ok := held[l.File]; !ok {
				return ctx.Err()
			}
			delete(held, l.File)
			group.Go(func() error {
				_, err := r.Files.Put(ctx, content)
				return err
			})
			r.pace.Files++
			r.Progress(r.pace)
			return ctx.Err()
		})
		if err != nil {
			return errors.Join(err, group.Wait())
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for d := range held {
		r.fault("the file %v was there when the back-up was made, and is not in it", d)
	}
	return nil
}
