package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof"
	"temgoc/internal/trace"
)

const (
	// overlap is how far back before the segment before what is not in the log is
	// looked for: a revision is stamped before it is stored, by the clock of whoever
	// writes it.
	overlap = 10 * time.Minute
	// fileOverlap is that of files, whose times are those of another machine, which
	// may be in another zone.
	fileOverlap = 25 * time.Hour
	// maxLost is how many files that cannot be read are named.
	maxLost = 1000
)

// Config is what a back-up is made of.
type Config struct {
	// Store is the store itself, not that of a Log. Of it only KindBackups is
	// written.
	Store trace.Store
	Files trace.Files
	// Kinds are all kinds, Removable and Logged those of them that can be removed,
	// and whose every revision is logged.
	Kinds, Removable, Logged []trace.Kind

	Target Target
	// Where says where the target is, without passwords.
	Where string
	// Signer is the key of the log, which signs manifests too.
	Signer   note.Signer
	Verifier note.Verifier

	// Recipients can decrypt what is written; Names are their texts.
	Recipients []age.Recipient
	Names      []string
	// Identities, if there are any, are used to decrypt and count what was written.
	Identities []age.Identity
	// Keys are copied too, for KeyRecipients.
	Keys          []Key
	KeyRecipients []age.Recipient

	// Full asks for a full segment. Else there is one when there is nothing to
	// continue, or MaxMore others followed the last.
	Full    bool
	MaxMore int

	// Program is the version of the program.
	Program string
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Progress is called now and then; it may be nil.
	Progress func(Pace)
}

// A run makes one segment.
type run struct {
	Config
	ctx      context.Context
	segment  *segment
	manifest *Manifest
	previous *Manifest // nil for a full one
	pace     Pace

	// seen are the revisions of logged kinds that are in the segment, as far as
	// leaves are compared with them; erased the documents in which something was
	// erased lately.
	seen   map[digest]struct{}
	erased map[document]struct{}
}

// Run makes a back-up, reads it back and compares it, and notes in the store that
// it was made. An error that wraps trace.ErrCorrupt comes with a back-up that is
// complete but for files that are damaged in the store.
func Run(ctx context.Context, c Config) (Made, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Progress == nil {
		c.Progress = func(Pace) {}
	}
	if len(c.Recipients) == 0 {
		return Made{}, fmt.Errorf("%w: a back-up is for at least one recipient", trace.ErrInvalid)
	}
	shelf, err := Look(ctx, c.Target, c.Verifier)
	if err != nil {
		return Made{}, err
	}
	b := &run{Config: c, ctx: ctx, seen: map[digest]struct{}{}, erased: map[document]struct{}{}}
	if err := b.begin(shelf); err != nil {
		return Made{}, err
	}
	made, err := b.make()
	if err != nil {
		// What is left would be removed the next time anyway.
		return Made{}, errors.Join(err, b.abandon())
	}
	// An account that may only add cannot remove; Prune does it too.
	_ = shelf.clean(ctx, c.Target, c.Now())
	if n := len(b.manifest.Lost); n > 0 {
		err = fmt.Errorf("%w: %d files could not be copied, such as %v; the back-up is complete but for them: temgoc audit says more", trace.ErrCorrupt, n, b.manifest.Lost[0])
	}
	return made, err
}

// begin decides what is to be made.
func (b *run) begin(shelf *Shelf) error {
	started := b.Now().UTC().Truncate(time.Millisecond)
	if last := shelf.Last(); last != nil {
		if !started.After(last.Started) {
			return fmt.Errorf("the clock of this machine says %v, but the last back-up was begun at %v: set the clock", started, last.Started)
		}
		chain, err := shelf.Chain("")
		if err == nil && !b.Full && len(chain) <= b.MaxMore {
			b.previous = last
		}
	}
	b.manifest = &Manifest{
		Format: format, Program: b.Program, Segment: segmentName(started, b.previous == nil), Started: started,
		Log: LogState{Origin: b.Verifier.Name()}, Revisions: map[trace.Kind]int64{}, Recipients: b.Names,
	}
	if b.previous != nil {
		b.manifest.Previous = &Link{b.previous.Segment, b.previous.hash}
	}
	b.segment = &segment{ctx: b.ctx, target: b.Target, name: b.manifest.Segment, recipients: b.Recipients, written: func(n int64) { b.pace.Bytes += n }}
	return nil
}

// make writes the parts, compares them, and then writes the manifest, without
// which they are nothing.
func (b *run) make() (Made, error) {
	if err := b.gather(); err != nil {
		return Made{}, err
	}
	m := b.manifest
	m.Parts, m.Done = b.segment.parts, b.Now().UTC().Truncate(time.Millisecond)
	opened := len(b.Identities) > 0
	check := checker{Target: b.Target, Identities: b.Identities, Progress: b.Progress, pace: Pace{Step: "comparing"}}
	if err := check.segment(b.ctx, m); err != nil {
		return Made{}, fmt.Errorf("what was written is not what is there: %w", err)
	}
	signed, err := m.sign(b.Signer)
	if err != nil {
		return Made{}, err
	}
	if err := b.Target.Put(b.ctx, manifestOf(m.Segment), signed); err != nil {
		return Made{}, err
	}
	back, err := fetch(b.ctx, b.Target, manifestOf(m.Segment))
	if err == nil {
		_, err = ReadManifest(back, b.Verifier)
	}
	if err != nil {
		return Made{}, err
	}
	made := Made{
		Segment: m.Segment, Full: m.Full(), State: m.State, Done: m.Done, Target: b.Where, Bytes: m.Bytes() + int64(len(signed)),
		Revisions: m.total(), Files: m.Files, LogSize: m.Log.Size, Keys: m.has(RoleKeys), Opened: opened,
	}
	return made, keep(b.ctx, b.Store, made)
}

// abandonPatience is how long the removal of what was begun may take.
const abandonPatience = time.Minute

// abandon removes what was written, also when ctx ended: the manifest, if that
// was what failed, before the parts.
func (b *run) abandon() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.ctx), abandonPatience)
	defer cancel()
	names := []string{manifestOf(b.manifest.Segment)}
	for _, p := range b.segment.parts {
		names = append(names, p.Name)
	}
	return removeAll(ctx, b.Target, names)
}

// gather copies everything, in the order that the package comment gives reasons
// for.
func (b *run) gather() error {
	since, leaf, checkpoint := time.Time{}, int64(0), ""
	if b.previous != nil {
		since, leaf, checkpoint = b.previous.Started.Add(-overlap), b.previous.Log.Size, b.previous.Log.Checkpoint
	}
	if err := b.pass(RoleMain, since, leaf, checkpoint); err != nil {
		return err
	}
	first := b.manifest.Log
	b.manifest.State = b.Now().UTC().Truncate(time.Millisecond)
	if err := b.pass(RoleLate, b.manifest.Started.Add(-overlap), first.Size, first.Checkpoint); err != nil {
		return err
	}
	if b.previous == nil {
		leaf = first.Size // of the leaves before, everything was read
	}
	for _, step := range []func() error{
		func() error { return b.again(leaf) }, b.removable, b.counters, b.files,
		func() error { return b.segment.putKeys(b.Keys, b.KeyRecipients) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// step tells what is being done.
func (b *run) step(text string, kind trace.Kind) {
	b.pace.Step, b.pace.Kind = text, kind
	b.Progress(b.pace)
}

// pass copies the leaves from an index on, then the revisions of all other kinds
// that stay, as far as they were written at since or later.
func (b *run) pass(role Role, since time.Time, leaf int64, checkpoint string) error {
	w := b.segment.writer(role)
	if err := b.leaves(w, leaf, checkpoint); err != nil {
		return err
	}
	for _, kind := range slices.Backward(b.Kinds) {
		if kind == proof.KindLeaves || slices.Contains(b.Removable, kind) {
			continue
		}
		b.step("copying", kind)
		if err := b.revisions(w, kind, since); err != nil {
			return err
		}
	}
	return w.end()
}
