package migrate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"temgoc/internal/inventory"
	"temgoc/internal/trace"
)

// Stores are one end of a move.
type Stores struct {
	Documents trace.Store
	Files     trace.Files
	// Name is the address of the documents, without passwords.
	Name string
}

// Config is what is moved.
type Config struct {
	From, To Stores
	// Kinds are all kinds that are kept, Removable those whose documents can be
	// removed, as the stores were opened with.
	Kinds, Removable []trace.Kind
	// Finish completes the move. Nothing must write to the source any more.
	Finish bool
	// Audit looks at the target before a move is completed; an error keeps it from
	// being. Nil for none.
	Audit func(context.Context) error
	// Progress is called often, with how far the present pass is. Passed is called
	// with each pass at its end. Both may be nil.
	Progress, Passed func(Done)
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// Done is what a pass went through, and what it changed in the target.
type Done struct {
	Pass int
	// Kind is the one that it is at; empty for files and counters.
	Kind trace.Kind
	// Revisions, Counters and Files were compared.
	Revisions, Counters, Files int64
	// Revisions that were copied or in which something was erased, documents that
	// were removed.
	Copied, Erased, Removed int64
	CountersChanged         int64
	FilesCopied             int64
	FilesRemoved            int64
	Bytes                   int64 // of files that were copied
	// Damaged are files that the source has and that are not what their names
	// say: they are not copied.
	Damaged []trace.Digest
	Took    time.Duration
}

// Changes is how much the pass changed: none means that the target was the same
// as the source in every record, counter and file.
func (d Done) Changes() int64 {
	return d.Copied + d.Erased + d.Removed + d.CountersChanged + d.FilesCopied + d.FilesRemoved
}

const (
	// maxPasses is how many passes are made to finish: a source that still differs
	// then is written to.
	maxPasses = 8
	// patience is how often a pass is tried again that a store ended which was
	// away, and pause how long it is waited before that.
	patience = 10
	pause    = 3 * time.Second
)

// errWritten ends a move whose source does not stand still.
var errWritten = fmt.Errorf("%w: the source is still written to: restart its service with temgoc serve --read-only, or stop it, and let no other temgoc command write to it", trace.ErrConflict)

// A move is a run.
type move struct {
	Config
	target trace.Bulk
	mine   Standing // of the target
}

// Run makes passes until one finds nothing to do, or, unless it is to finish,
// until they do not become shorter: the source is being written to. It returns
// the last pass.
func Run(ctx context.Context, c Config) (Done, error) {
	m, err := begin(ctx, c)
	if err != nil {
		return Done{}, err
	}
	var last Done
	for n := 1; ; n++ {
		done, err := m.pass(ctx, n)
		if err != nil {
			return done, err
		}
		m.Passed(done)
		switch {
		case done.Changes() == 0:
			if !m.Finish {
				return done, nil
			}
			return done, m.finish(ctx, done)
		case m.Finish && n == maxPasses:
			return done, errWritten
		case !m.Finish && n > 1 && done.Changes() >= last.Changes():
			return done, nil
		}
		last = done
	}
}

// begin checks the two ends and notes that the target receives.
func begin(ctx context.Context, c Config) (*move, error) {
	m := &move{Config: c}
	if m.Now == nil {
		m.Now = time.Now
	}
	for _, tell := range []*func(Done){&m.Progress, &m.Passed} {
		if *tell == nil {
			*tell = func(Done) {}
		}
	}
	var ok bool
	if m.target, ok = c.To.Documents.(trace.Bulk); !ok {
		return nil, fmt.Errorf("%w: the target cannot take copies", trace.ErrInvalid)
	}
	source, err := StandingOf(ctx, c.From.Documents)
	if err != nil {
		return nil, err
	}
	if source.State == Receiving {
		return nil, fmt.Errorf("%w: the source is itself an unfinished copy, of %s", trace.ErrConflict, source.Peer)
	}
	id, err := identity(ctx, c.From.Documents)
	if err != nil {
		return nil, err
	}
	if m.mine, err = m.admitted(ctx, id); err != nil || m.mine.State == Receiving && m.mine.Peer == c.From.Name {
		return m, err
	}
	m.mine.State, m.mine.Peer, m.mine.Identity = Receiving, c.From.Name, id
	m.mine, err = m.mine.note(ctx, c.To.Documents, m.Now())
	return m, err
}

// admitted checks that the target is empty, or a copy of this source that was
// not used since, and gives its standing.
func (m *move) admitted(ctx context.Context, id string) (Standing, error) {
	s, err := StandingOf(ctx, m.To.Documents)
	if err != nil {
		return s, err
	}
	switch {
	case s.State == "":
		return s, m.empty(ctx)
	case s.Identity != id:
		return s, foreign("records of another service, copied from %s", s.Peer)
	case s.State == Used:
		return s, foreign("it was used since it was copied from %s, and may have what the source has not", s.Peer)
	case s.State == Receiving:
		return s, nil
	}
	// What is complete is changed only when it is known to be an older state.
	look := &pass{move: m, ctx: ctx, looking: true}
	return s, look.run()
}

// empty checks that nothing is in the target.
func (m *move) empty(ctx context.Context) error {
	for _, kind := range m.Kinds {
		for r, err := range inventory.Revisions(ctx, m.To.Documents, kind, time.Time{}) {
			if err != nil {
				return err
			}
			return foreign("%s %q, and nothing says that it is a copy of the source; give an empty database", r.Kind, r.ID)
		}
	}
	for c, err := range inventory.Counts(ctx, m.To.Documents) {
		if err != nil {
			return err
		}
		return foreign("the counter %q; give an empty database", c.Key)
	}
	for f, err := range inventory.Files(ctx, m.To.Files) {
		if err != nil {
			return err
		}
		return foreign("the file %v; give an empty directory or bucket", f.Digest)
	}
	return nil
}

// pass makes one pass, from its start again when a store was away.
func (m *move) pass(ctx context.Context, n int) (Done, error) {
	for try := 1; ; try++ {
		p := &pass{move: m, ctx: ctx, reading: m.Finish, done: Done{Pass: n}}
		start := m.Now()
		err := p.run()
		p.done.Took = m.Now().Sub(start)
		if !errors.Is(err, trace.ErrUnavailable) || errors.Is(err, trace.ErrCorrupt) || try == patience {
			return p.done, err
		}
		select {
		case <-ctx.Done():
			return p.done, err
		case <-time.After(pause):
		}
	}
}

// finish lets the target be audited and notes that all is there. The source goes
// first: if this is cut off, none of them is used before it was done again.
func (m *move) finish(ctx context.Context, done Done) error {
	if len(done.Damaged) > 0 {
		return fmt.Errorf("%w: %d files of the source are not what their names say, the first is %v: restore them from a back-up, or remove them from where they are kept", trace.ErrCorrupt, len(done.Damaged), done.Damaged[0])
	}
	if m.Audit != nil {
		if err := m.Audit(ctx); err != nil {
			return err
		}
	}
	source, err := StandingOf(ctx, m.From.Documents)
	if err != nil {
		return err
	}
	if source.State != Moved || source.Peer != m.To.Name {
		source.State, source.Peer, source.Identity = Moved, m.To.Name, m.mine.Identity
		if _, err := source.note(ctx, m.From.Documents, m.Now()); err != nil {
			return fmt.Errorf("noting in the source that it moved: %w", err)
		}
	}
	m.mine.State = Complete
	if m.mine, err = m.mine.note(ctx, m.To.Documents, m.Now()); err != nil {
		return fmt.Errorf("noting in the target that it is complete: %w", err)
	}
	return nil
}
