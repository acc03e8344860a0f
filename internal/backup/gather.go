package backup

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/inventory"
	"temgoc/internal/proof"
	"temgoc/internal/trace"
)

// A digest stands for the key of a revision.
type digest [16]byte

func digestOf(kind trace.Kind, id string, number int) digest {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", kind, id, number))
	return digest(sum[:])
}

// A document is named by its kind and id.
type document struct {
	kind trace.Kind
	id   string
}

// progressEvery is after how many records progress is told.
const progressEvery = 1000

// add writes a revision.
func (b *run) add(w *writer, r trace.Revision) error {
	if err := w.add(lineOf(r), nil); err != nil {
		return err
	}
	b.manifest.Revisions[r.Kind]++
	if b.pace.Revisions++; b.pace.Revisions%progressEvery == 0 {
		b.Progress(b.pace)
	}
	return nil
}

// groups goes through the groups of the log, the last one first, down to the leaf
// from, where the log must have had the checkpoint before, if that is not empty.
func (b *run) groups(from int64, before string, do func(trace.Revision, proof.Group) error) error {
	end := int64(-1) // where the next group is to end
	for r, err := range inventory.Revisions(b.ctx, b.Store, proof.KindLeaves, time.Time{}) {
		if err != nil {
			return err
		}
		g, err := proof.ReadGroup(r)
		if err != nil {
			return err
		}
		if end >= 0 && g.Size != end {
			return fmt.Errorf("%w: the log has no leaves from %d to %d", trace.ErrCorrupt, g.Size, end)
		}
		if g.Size <= from {
			if g.Size < from || before != "" && g.Checkpoint != before {
				return fmt.Errorf("%w, which has %d leaves: if an older state was put back on purpose, make a full back-up", ErrForked, from)
			}
			return nil
		}
		if err := do(r, g); err != nil {
			return err
		}
		if end = g.Start; end == 0 && from == 0 {
			return nil
		}
	}
	if end > 0 {
		return fmt.Errorf("%w: the log has no leaves before %d", trace.ErrCorrupt, end)
	}
	if from > 0 {
		return fmt.Errorf("%w, which has %d leaves: if an older state was put back on purpose, make a full back-up", ErrForked, from)
	}
	return nil
}

// leaves copies the leaves from an index on.
func (b *run) leaves(w *writer, from int64, before string) error {
	b.step("copying", proof.KindLeaves)
	return b.groups(from, before, func(r trace.Revision, g proof.Group) error {
		if g.Size > b.manifest.Log.Size {
			b.manifest.Log.Size, b.manifest.Log.Checkpoint = g.Size, g.Checkpoint
		}
		return b.add(w, r)
	})
}

// revisions copies those of a kind, and remembers what leaves are compared with.
func (b *run) revisions(w *writer, kind trace.Kind, since time.Time) error {
	remember := slices.Contains(b.Logged, kind) && !since.IsZero()
	lately := b.manifest.Started.Add(-overlap)
	for r, err := range inventory.Revisions(b.ctx, b.Store, kind, since) {
		if err != nil {
			return err
		}
		if remember {
			b.seen[digestOf(r.Kind, r.ID, r.Number)] = struct{}{}
		}
		if kind == trace.KindErasures && (!since.IsZero() || !r.At.Before(lately)) {
			if err := b.noteErasure(r); err != nil {
				return err
			}
		}
		if err := b.add(w, r); err != nil {
			return err
		}
	}
	return nil
}

// noteErasure notes in what document something was erased, or is about to be.
func (b *run) noteErasure(r trace.Revision) error {
	var e trace.Erasure
	if err := json.Unmarshal(r.Body, &e); err != nil {
		return fmt.Errorf("erasure %s: %w", r.ID, err)
	}
	b.erased[document{e.Kind, e.ID}] = struct{}{}
	return nil
}

// again copies what time alone did not find, because the clock of who wrote it was
// behind: it has a leaf. Then the documents in which something was erased, as they
// are now.
func (b *run) again(leaf int64) error {
	b.step("comparing with the log", "")
	w := b.segment.writer(RoleAgain)
	err := b.groups(leaf, "", func(_ trace.Revision, g proof.Group) error {
		if g.Size > b.manifest.Log.Size {
			return nil // appended since; it belongs to the next segment
		}
		for _, of := range g.Of {
			k := digestOf(of.Kind, of.ID, of.Number)
			if _, ok := b.seen[k]; ok {
				continue
			}
			if err := b.document(w, of.Kind, of.ID); err != nil {
				return err
			}
			if _, ok := b.seen[k]; !ok {
				return fmt.Errorf("%w: %s %s revision %d has a leaf and is not there: temgoc audit says more", trace.ErrCorrupt, of.Kind, of.ID, of.Number)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for d := range b.erased {
		if slices.Contains(b.Removable, d.kind) {
			continue
		}
		if err := b.document(w, d.kind, d.id); err != nil {
			return err
		}
	}
	return w.end()
}

// document copies all revisions of a document.
func (b *run) document(w *writer, kind trace.Kind, id string) error {
	history, err := b.Store.History(b.ctx, kind, id)
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		return err
	}
	for _, r := range history {
		b.seen[digestOf(r.Kind, r.ID, r.Number)] = struct{}{}
		if kind == trace.KindErasures {
			if err := b.noteErasure(r); err != nil {
				return err
			}
		}
		if err := b.add(w, r); err != nil {
			return err
		}
	}
	return nil
}

// removable copies all documents of removable kinds: what was removed is not
// among them.
func (b *run) removable() error {
	w := b.segment.writer(RoleRemovable)
	for _, kind := range b.Removable {
		b.step("copying", kind)
		for r, err := range inventory.Revisions(b.ctx, b.Store, kind, time.Time{}) {
			if err == nil && !isMarker(r) {
				err = b.add(w, r)
			}
			if err != nil {
				return err
			}
		}
	}
	return w.end()
}

// counters copies all of them.
func (b *run) counters() error {
	b.step("copying counters", "")
	w := b.segment.writer(RoleCounters)
	for c, err := range inventory.Counts(b.ctx, b.Store) {
		if err != nil {
			return err
		}
		if err := w.add(counterLine{c.Key, c.N, instant{c.First}, instant{c.Last}}, nil); err != nil {
			return err
		}
		b.manifest.Counters++
		b.pace.Counters++
	}
	return w.end()
}

// A loaded is a file that was read, or the reason why not.
type loaded struct {
	trace.Object
	wanted  bool
	content []byte
	err     error
}

// loaders is how many files are read at once, each of up to trace.MaxFileSize.
const loaders = 6

// files copies files that are new, and the digests of all.
func (b *run) files() error {
	b.step("copying files", "")
	held, contents := b.segment.writer(RoleHeld), b.segment.writer(RoleFiles)
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	for f := range b.load(ctx) {
		l := <-f
		switch {
		case errors.Is(l.err, trace.ErrNotFound):
			continue // removed since it was listed
		case errors.Is(l.err, trace.ErrCorrupt):
			if len(b.manifest.Lost) < maxLost {
				b.manifest.Lost = append(b.manifest.Lost, l.Digest)
			}
			continue
		case l.err != nil:
			return l.err
		}
		if err := held.add(fileLine{l.Digest, l.Size}, nil); err != nil {
			return err
		}
		b.manifest.Held++
		if l.wanted {
			if err := contents.add(fileLine{l.Digest, int64(len(l.content))}, l.content); err != nil {
				return err
			}
			b.manifest.Files++
		}
		b.pace.Files++
		b.Progress(b.pace)
	}
	return errors.Join(held.end(), contents.end())
}

// load lists all files and reads those that may be new, several at a time and in
// the order of the list.
func (b *run) load(ctx context.Context) <-chan chan loaded {
	since := time.Time{}
	if b.previous != nil {
		since = b.previous.Started.Add(-fileOverlap)
	}
	all := make(chan chan loaded, loaders)
	go func() {
		defer close(all)
		for o, err := range inventory.Files(ctx, b.Files) {
			f := make(chan loaded, 1)
			select {
			case all <- f:
			case <-ctx.Done():
				return
			}
			l := loaded{Object: o, err: err, wanted: !o.At.Before(since)}
			if err != nil || !l.wanted {
				f <- l
				continue
			}
			go func() {
				l.content, l.err = b.Files.Get(ctx, o.Digest)
				f <- l
			}()
		}
	}()
	return all
}
