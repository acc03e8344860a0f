package migrate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"temgoc/internal/inventory"
	"temgoc/internal/trace"
)

// What is copied in one step at most.
const (
	maxBatch = 500
	maxBytes = 4 << 20
)

// A pass is one way through both pairs of stores.
type pass struct {
	*move
	ctx  context.Context
	done Done
	// looking tells that nothing is to be written: what the target has and the
	// source has not is to be found before anything is changed.
	looking bool
	// reading tells that files which both have are read, not only looked up.
	reading bool

	batch []trace.Revision
	bytes int
	// dirty are counters to be added to in one step.
	dirty []trace.Count
}

// run goes through files, then records, then counters: what a record names is
// there before it.
func (p *pass) run() error {
	if err := p.files(); err != nil {
		return err
	}
	for _, kind := range p.Kinds {
		if kind == KindMigrations {
			continue
		}
		p.done.Kind = kind
		if err := p.revisions(kind); err != nil {
			return err
		}
		p.done.Kind = ""
	}
	return p.counts()
}

// foreign refuses a target that holds what the source does not.
func foreign(format string, args ...any) error {
	return fmt.Errorf("%w: the target holds something else: "+format, append([]any{trace.ErrConflict}, args...)...)
}

func (p *pass) revisions(kind trace.Kind) error {
	removable := slices.Contains(p.Removable, kind)
	removed := map[string]bool{}
	both := merge(inventory.Revisions(p.ctx, p.From.Documents, kind, time.Time{}), inventory.Revisions(p.ctx, p.To.Documents, kind, time.Time{}), order)
	for pair, err := range both {
		if err != nil {
			return err
		}
		p.tell(func(d *Done) { d.Revisions++ })
		switch {
		case !pair.inTo:
			err = p.copy(pair.from)
		case pair.inFrom && same(pair.from, pair.to):
		case pair.inFrom && sameButErased(pair.from, pair.to) && erased(pair.from):
			err = p.erase(pair.from)
		case removable && !removed[pair.to.ID]:
			removed[pair.to.ID] = true
			err = p.remove(kind, pair.to.ID)
		case removable:
		case pair.inFrom:
			err = foreign("%s %q revision %d is another one there", kind, pair.to.ID, pair.to.Number)
		default:
			err = foreign("%s %q revision %d is not in the source", kind, pair.to.ID, pair.to.Number)
		}
		if err != nil {
			return err
		}
	}
	return p.flush()
}

func (p *pass) copy(r trace.Revision) error {
	if p.looking {
		return nil
	}
	p.batch = append(p.batch, r)
	p.bytes += len(r.Body) + len(r.Personal)
	if len(p.batch) < maxBatch && p.bytes < maxBytes {
		return nil
	}
	return p.flush()
}

// flush copies what was collected. A number that is taken, after all, was copied
// by a step whose answer was lost, or is another one: the next pass sees.
func (p *pass) flush() error {
	if len(p.batch) == 0 {
		return nil
	}
	if _, err := p.target.InsertAll(p.ctx, p.batch); err != nil {
		return err
	}
	n := int64(len(p.batch))
	p.tell(func(d *Done) { d.Copied += n })
	p.batch, p.bytes = p.batch[:0], 0
	return nil
}

func (p *pass) erase(r trace.Revision) error {
	if p.looking {
		return nil
	}
	p.tell(func(d *Done) { d.Erased++ })
	return p.To.Documents.Erase(p.ctx, r)
}

func (p *pass) remove(kind trace.Kind, id string) error {
	if p.looking {
		return nil
	}
	p.tell(func(d *Done) { d.Removed++ })
	return p.To.Documents.Remove(p.ctx, kind, id)
}

func (p *pass) counts() error {
	both := merge(inventory.Counts(p.ctx, p.From.Documents), inventory.Counts(p.ctx, p.To.Documents),
		func(a, b trace.Count) int { return strings.Compare(a.Key, b.Key) })
	for pair, err := range both {
		if err != nil {
			return err
		}
		p.tell(func(d *Done) { d.Counters++ })
		add, err := missing(pair)
		if err != nil {
			return err
		}
		if add == nil || p.looking {
			continue
		}
		if p.dirty = append(p.dirty, *add); len(p.dirty) == maxBatch {
			if err := p.flushCounts(); err != nil {
				return err
			}
		}
	}
	return p.flushCounts()
}

// missing is what is to be added to a counter of the target; nil when nothing is.
func missing(pair pair[trace.Count]) (*trace.Count, error) {
	add := pair.from
	switch {
	case !pair.inFrom:
		return nil, foreign("the counter %q is not in the source", pair.to.Key)
	case !pair.inTo:
		return &add, nil
	case pair.to.First.Before(pair.from.First), pair.to.Last.After(pair.from.Last):
		return nil, foreign("the counter %q counted there before or after", pair.to.Key)
	case pair.from == pair.to:
		return nil, nil
	}
	add.N -= pair.to.N
	return &add, nil
}

func (p *pass) flushCounts() error {
	if len(p.dirty) == 0 {
		return nil
	}
	if err := p.To.Documents.AddCounts(p.ctx, p.dirty); err != nil {
		return err
	}
	n := int64(len(p.dirty))
	p.tell(func(d *Done) { d.CountersChanged += n })
	p.dirty = p.dirty[:0]
	return nil
}

func (p *pass) files() error {
	both := merge(inventory.Files(p.ctx, p.From.Files), inventory.Files(p.ctx, p.To.Files),
		func(a, b trace.Object) int { return cmp.Compare(a.Digest.String(), b.Digest.String()) })
	for pair, err := range both {
		if err != nil {
			return err
		}
		p.tell(func(d *Done) { d.Files++ })
		if p.looking {
			continue
		}
		switch {
		case !pair.inTo:
			err = p.copyFile(pair.from.Digest)
		case !pair.inFrom: // cleared away in the source since
			p.tell(func(d *Done) { d.FilesRemoved++ })
			err = p.To.Files.Remove(p.ctx, pair.to.Digest)
		default:
			err = p.compareFile(pair)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies a file, which hashes to its name at both ends. One that does
// not in the source is said, and the rest goes on.
func (p *pass) copyFile(d trace.Digest) error {
	content, err := p.From.Files.Get(p.ctx, d)
	switch {
	case errors.Is(err, trace.ErrNotFound): // cleared away meanwhile
		return nil
	case errors.Is(err, trace.ErrCorrupt):
		p.damaged(d)
		return nil
	case err != nil:
		return err
	}
	got, err := p.To.Files.Put(p.ctx, content)
	if errors.Is(err, trace.ErrCorrupt) { // what is there under this name is not it
		return p.replaceFile(d)
	}
	if err == nil && got != d {
		err = fmt.Errorf("%w: file %v was taken as %v", trace.ErrCorrupt, d, got)
	}
	if err == nil {
		p.tell(func(d *Done) { d.FilesCopied++; d.Bytes += int64(len(content)) })
	}
	return err
}

// compareFile compares sizes, and reads what the target has where that is asked
// for.
func (p *pass) compareFile(pair pair[trace.Object]) error {
	if pair.from.Size != pair.to.Size {
		return p.replaceFile(pair.from.Digest)
	}
	if !p.reading {
		return nil
	}
	_, err := p.To.Files.Get(p.ctx, pair.to.Digest)
	if errors.Is(err, trace.ErrCorrupt) {
		return p.replaceFile(pair.to.Digest)
	}
	return err
}

// replaceFile puts the right content in the place of a wrong one. What the source
// cannot give is not taken away.
func (p *pass) replaceFile(d trace.Digest) error {
	content, err := p.From.Files.Get(p.ctx, d)
	if errors.Is(err, trace.ErrCorrupt) {
		p.damaged(d)
		return nil
	}
	if err != nil {
		return err
	}
	if err := p.To.Files.Remove(p.ctx, d); err != nil {
		return err
	}
	p.tell(func(d *Done) { d.FilesCopied++; d.Bytes += int64(len(content)) })
	_, err = p.To.Files.Put(p.ctx, content)
	return err
}

func (p *pass) damaged(d trace.Digest) {
	p.tell(func(done *Done) { done.Damaged = append(done.Damaged, d) })
}

func (p *pass) tell(change func(*Done)) {
	change(&p.done)
	p.Progress(p.done)
}
