package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/inventory"
	"temgoc/internal/proof"
	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/trace"
)

// RestoreConfig says what is restored where.
type RestoreConfig struct {
	Target Target
	// Segment is the name of the one to be restored; empty for the newest.
	Segment    string
	Identities []age.Identity
	// Verifier is the public key of the log.
	Verifier note.Verifier

	// Store and Files are empty, or what an earlier run with the same segment that
	// was cut off left.
	Store trace.Store
	Files trace.Files
	// Kinds are all kinds, Removable and Logged those of them that can be removed,
	// and whose every revision is logged.
	Kinds, Removable, Logged []trace.Kind

	// Known are signed checkpoints of the log, and KnownSize is a size of it that
	// somebody saw, a witness for one: none of them may be newer than the back-up,
	// unless AcceptRollback is set.
	Known          []string
	KnownSize      int64
	AcceptRollback bool

	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Found is called with each fault that the audit finds, Progress and Audited
	// now and then. The latter two may be nil.
	Found    func(*proof.Fault)
	Progress func(Pace)
	Audited  func(proof.Audited)
}

// Restored is what was restored.
type Restored struct {
	// Segments are those that were read, the newest first.
	Segments []*Manifest
	// Resumed tells that an earlier run had begun it.
	Resumed bool
	// Behind is by how many leaves a known checkpoint is newer.
	Behind int64
	// Revisions, Counters and Files are how many there are now.
	Revisions, Counters, Files int64
	Audited                    proof.Audited
	// Faults are those of the audit, and of what was counted.
	Faults int
}

// A restoring is one run of Restore.
type restoring struct {
	RestoreConfig
	ctx   context.Context
	chain []*Manifest // the newest first
	done  Restored
	pace  Pace

	// met are the revisions of which there may be another copy further back.
	met map[digest]struct{}
	// want are how many revisions there have to be, by kind.
	want map[trace.Kind]int64
}

// Restore brings a back-up onto empty stores, and audits what is there then.
// Before anything is written the whole of it was compared with its manifests.
// What was cut off can be repeated, and goes on.
//
// ErrDamaged, ErrRollback, ErrNotEmpty and an *age.NoIdentityMatchError say why
// nothing was written.
//
// Memory: some 100 MB, and some 50 bytes for each leaf and each file.
func Restore(ctx context.Context, c RestoreConfig) (Restored, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Progress == nil {
		c.Progress = func(Pace) {}
	}
	r := &restoring{RestoreConfig: c, ctx: ctx, met: map[digest]struct{}{}, want: map[trace.Kind]int64{}}
	for _, step := range []func() error{
		r.choose, r.known, r.compare, r.claim, r.revisions, r.counters, r.files, r.count, r.audit,
	} {
		if err := step(); err != nil {
			return r.done, err
		}
	}
	// Also where there are faults: to repeat it would not mend them.
	return r.done, r.Store.Remove(ctx, KindBackups, markerID)
}

// newest is the segment whose state is restored.
func (r *restoring) newest() *Manifest { return r.chain[0] }

// choose finds the segments.
func (r *restoring) choose() error {
	shelf, err := Look(r.ctx, r.Target, r.Verifier)
	if err != nil {
		return err
	}
	r.chain, err = shelf.Chain(r.Segment)
	if err != nil {
		return err
	}
	r.done.Segments = r.chain
	for _, m := range r.chain {
		r.pace.Of += m.Bytes()
		for kind := range m.Revisions {
			if !slices.Contains(r.Kinds, kind) {
				return fmt.Errorf("%w: %s has documents of the kind %s, which this version of the program does not know; it was made by version %s", trace.ErrInvalid, m.Segment, kind, m.Program)
			}
		}
	}
	return nil
}

// known compares the log of the back-up with what is known of it.
func (r *restoring) known() error {
	size := r.newest().Log.Size
	r.done.Behind = max(0, r.KnownSize-size)
	for _, text := range r.Known {
		head, _, err := checkpoint.Open([]byte(text), note.VerifierList(r.Verifier))
		if err != nil {
			return fmt.Errorf("%w: the checkpoint that is known is not signed by %s: %w", trace.ErrInvalid, r.Verifier.Name(), err)
		}
		r.done.Behind = max(r.done.Behind, head.Size-size)
	}
	if r.done.Behind > 0 && !r.AcceptRollback {
		return fmt.Errorf("%w: it ends at leaf %d, %s, and %d leaves were appended since", ErrRollback, size, r.newest().State.Format(time.RFC3339), r.done.Behind)
	}
	return nil
}

// compare reads all parts before anything is written, and sees whether they can be
// decrypted.
func (r *restoring) compare() error {
	opened := false
	c := checker{Target: r.Target, Progress: r.Progress, pace: Pace{Step: "comparing", Of: r.pace.Of}}
	for _, m := range r.chain {
		if err := c.segment(r.ctx, m); err != nil {
			return err
		}
		for _, p := range m.Parts {
			if opened || p.Role == RoleKeys {
				continue
			}
			part, err := r.open(p)
			if err != nil {
				return err
			}
			part.close()
			opened = true
		}
	}
	return nil
}

// claim sees that the stores are empty, and marks them.
func (r *restoring) claim() error {
	what, err := r.occupied()
	if err != nil {
		return err
	}
	unfinished := Unfinished(r.ctx, r.Store)
	if unfinished != nil && !errors.Is(unfinished, ErrUnfinished) {
		return unfinished
	}
	if unfinished == nil && what != "" {
		return fmt.Errorf("%w: they have %s", ErrNotEmpty, what)
	}
	m := r.newest()
	r.done.Resumed, err = claim(r.ctx, r.Store, Link{m.Segment, m.hash}, r.Now())
	return err
}

// occupied says what there is in the stores; nothing when they are empty.
func (r *restoring) occupied() (string, error) {
	for _, kind := range r.Kinds {
		for v, err := range inventory.Revisions(r.ctx, r.Store, kind, time.Time{}) {
			if err != nil {
				return "", err
			}
			if !isMarker(v) {
				return fmt.Sprintf("documents of the kind %s", kind), nil
			}
		}
	}
	for c, err := range inventory.Counts(r.ctx, r.Store) {
		return "the counter " + c.Key, err
	}
	for o, err := range inventory.Files(r.ctx, r.Files) {
		return fmt.Sprintf("the file %v", o.Digest), err
	}
	return "", nil
}

// count sees that there are as many revisions as there should be. Files and
// counters were followed one by one.
func (r *restoring) count() error {
	r.pace.Step, r.pace.Revisions = "counting", 0
	for _, kind := range r.Kinds {
		r.pace.Kind = kind
		got := int64(0)
		for v, err := range inventory.Revisions(r.ctx, r.Store, kind, time.Time{}) {
			if err != nil {
				return err
			}
			if isMarker(v) {
				continue
			}
			if got++; got%progressEvery == 0 {
				r.Progress(r.pace)
			}
			r.pace.Revisions++
		}
		if got != r.want[kind] {
			r.fault("%d revisions of %s are there, and should be %d", got, kind, r.want[kind])
		}
		r.done.Revisions += got
	}
	return nil
}

// fault reports what is not as it should be.
func (r *restoring) fault(format string, args ...any) {
	r.done.Faults++
	r.Found(&proof.Fault{Kind: proof.FaultStore, Detail: fmt.Sprintf(format, args...)})
}

// audit goes through all that was restored.
func (r *restoring) audit() error {
	m := r.newest()
	earlier := m.Log.Checkpoint
	for _, text := range r.Known {
		if head, _, err := checkpoint.Open([]byte(text), note.VerifierList(r.Verifier)); err == nil && head.Size <= m.Log.Size {
			earlier = text
		}
	}
	var err error
	r.done.Audited, err = proof.Audit(r.ctx, proof.AuditConfig{
		Store: r.Store, Files: r.Files, Kinds: r.Logged, Verifier: r.Verifier, Earlier: earlier, Found: r.Found, Progress: r.Audited,
	})
	if err != nil {
		return err
	}
	r.done.Faults += r.done.Audited.Faults
	if got := r.done.Audited; got.Leaves != m.Log.Size || got.Checkpoint != m.Log.Checkpoint {
		r.fault("the log has %d leaves, and should end at leaf %d with the checkpoint of the back-up", got.Leaves, m.Log.Size)
	}
	return nil
}
