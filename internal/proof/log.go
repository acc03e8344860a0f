package proof

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/trace"
)

// The kinds of documents that the log keeps.
const (
	KindLeaves trace.Kind = "logleaves"
	KindTiles  trace.Kind = "logtiles"
)

// Kinds lists the kinds that this package owns.
func Kinds() []trace.Kind { return []trace.Kind{KindLeaves, KindTiles} }

const (
	// maxGroup is how many leaves are appended in one step at most.
	maxGroup = 256
	// attempts is how often a step is tried against others that append.
	attempts = 100
	// keptLeaves is how many revisions are known to be logged, without asking the
	// store: those of overlap at 1,000 a second.
	keptLeaves = 1 << 17
)

// Config is what a Log is made of.
type Config struct {
	// Store keeps the documents and the log beside them.
	Store trace.Store
	// Kinds are those whose every revision becomes a leaf.
	Kinds []trace.Kind
	// Signer signs checkpoints; its name is the origin of the log. Verifier
	// belongs to it, and VKey is its text, which goes along with evidence.
	Signer   note.Signer
	Verifier note.Verifier
	VKey     string
	// Kept is a checkpoint of this log from before, which it must still contain:
	// else somebody put back an old state of the store, or removed the log. Empty
	// for none.
	Kept string
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// A Log is the append-only log of what was stated. It is safe for use by many
// goroutines, and several processes may append to the log of one store.
type Log struct {
	store    trace.Store
	kinds    map[trace.Kind]bool
	signer   note.Signer
	verifier note.Verifier
	vkey     string
	now      func() time.Time
	tiles    *tiles
	state    atomic.Pointer[state]
	cosigned atomic.Pointer[cosigned]

	// moving is held by who changes state.
	moving  sync.Mutex
	unsaved []tile

	mu      sync.Mutex
	queue   []*waiting
	leading bool                          // somebody works the queue off
	known   *simplelru.LRU[key, struct{}] // have a leaf
	swept   time.Time                     // what was written before is logged
}

// A state is the log at one size.
type state struct {
	tree       tree
	checkpoint string
	at         time.Time
}

// A Place is where the leaf of a revision is in the log.
type Place struct {
	Index int64
	Entry []byte
}

// waiting is a statement whose writer waits.
type waiting struct {
	statement
	done chan error
}

// Open reads the log of a store, or begins it. What was written and not logged,
// because a process ended in between, is logged now. An error that is a *Fault
// means that the log is not what was signed with this key.
func Open(ctx context.Context, c Config) (*Log, error) {
	tiles, err := newTiles(c.Store)
	if err != nil {
		return nil, err
	}
	known, err := simplelru.NewLRU[key, struct{}](keptLeaves, nil)
	if err != nil {
		return nil, err
	}
	l := &Log{
		store: c.Store, kinds: map[trace.Kind]bool{}, signer: c.Signer, verifier: c.Verifier, vkey: c.VKey, now: c.Now,
		tiles: tiles, known: known,
	}
	if l.now == nil {
		l.now = time.Now
	}
	for _, k := range c.Kinds {
		l.kinds[k] = true
	}
	if err := l.load(ctx); err != nil {
		return nil, err
	}
	if c.Kept != "" {
		if err := l.continues(ctx, c.Kept); err != nil {
			return nil, err
		}
	}
	return l, l.Sweep(ctx)
}

// continues checks that the log contains what a checkpoint was about.
func (l *Log) continues(ctx context.Context, kept string) error {
	before, err := l.opened(kept)
	if err != nil {
		return fmt.Errorf("%w: the checkpoint that was kept is not signed by %s, the key in use: %w", trace.ErrInvalid, l.Origin(), err)
	}
	if before.Size > l.Size() {
		return &Fault{Kind: FaultLog, Detail: fmt.Sprintf("it has %d leaves and had %d before: an old state was put back, or leaves were removed", l.Size(), before.Size)}
	}
	root, err := tlog.TreeHash(before.Size, l.reader(ctx))
	if err != nil {
		return err
	}
	if root != before.Root {
		return &Fault{Kind: FaultLog, Detail: fmt.Sprintf("its first %d leaves are not those that it had before", before.Size)}
	}
	return nil
}

// Origin is the name of the log.
func (l *Log) Origin() string { return l.signer.Name() }

// Checkpoint is the signed note about the log as this process knows it, with
// what cosignatures there are of it; empty while the log is.
func (l *Log) Checkpoint() string { return l.withCosignatures(l.state.Load().checkpoint) }

// Size is the number of leaves that this process knows of.
func (l *Log) Size() int64 { return l.state.Load().tree.size }

// load reads the right edge of the log.
func (l *Log) load(ctx context.Context) error {
	groups, base, err := l.newest(ctx)
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		l.state.Store(&state{})
		return nil
	}
	last := groups[len(groups)-1]
	l.swept = last.at.Add(-overlap) // the first sweep sees what is left of then
	t, err := l.edgeAt(ctx, base)
	if fault, ok := errors.AsType[*Fault](err); ok && fault.Kind == FaultTile {
		return l.replay(ctx)
	}
	if err != nil {
		return err
	}
	for _, g := range groups {
		entries := g.entries()
		var full []tile
		if t, full, err = t.add(entries[max(t.size-g.start, 0):]); err != nil {
			return err
		}
		l.keep(full, g)
		l.remember(g)
	}
	if err := l.agree(last, t); err != nil {
		return err
	}
	l.state.Store(&state{t, last.Checkpoint, last.at})
	return l.saveTiles(ctx)
}

// replay makes the log out of all its leaves, and the tiles that are missing
// because they could not be stored before a process ended.
func (l *Log) replay(ctx context.Context) error {
	l.state.Store(&state{})
	return l.follow(ctx)
}

// edgeAt makes the tree of a size that is a multiple of tileWidth out of full
// tiles.
func (l *Log) edgeAt(ctx context.Context, size int64) (tree, error) {
	partial := [][]tlog.Hash{nil}
	for level := 1; size>>(tileHeight*level) > 0; level++ {
		width := size >> (tileHeight * level)
		var below []place
		for n := width &^ (tileWidth - 1); n < width; n++ {
			below = append(below, place{level - 1, n})
		}
		tiles, err := l.tiles.loadAll(ctx, below)
		if err != nil {
			return tree{}, err
		}
		var hashes []tlog.Hash
		for _, t := range tiles {
			hashes = append(hashes, tileRoot(t))
		}
		partial = append(partial, hashes)
	}
	return restored(size, partial)
}

// agree checks that the tree that a group led to is the one that was signed.
func (l *Log) agree(g storedGroup, t tree) error {
	signed, err := l.opened(g.Checkpoint)
	if err != nil {
		return &Fault{Kind: FaultLog, Detail: fmt.Sprintf("the checkpoint of size %d is not signed by %s, the key in use: %v", g.Size, l.Origin(), err)}
	}
	root, err := t.root()
	if err != nil {
		return err
	}
	if signed != (checkpoint.Head{Origin: l.Origin(), Size: t.size, Root: root}) || t.size != g.Size {
		return &Fault{Kind: FaultLog, Detail: fmt.Sprintf("the leaves up to %d are not those of the signed checkpoint", g.Size)}
	}
	return nil
}

// remember notes that the revisions of a group have their leaves.
func (l *Log) remember(g storedGroup) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range g.Leaves {
		l.known.Add(e.key(), struct{}{})
	}
}

// recent tells whether a revision is among those that were logged last.
func (l *Log) recent(k key) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known.Contains(k)
}

// keep notes tiles that a group completed, to be stored.
func (l *Log) keep(full []tile, g storedGroup) {
	for _, t := range full {
		t.at = g.at
		l.unsaved = append(l.unsaved, t)
	}
}

// saveTiles stores tiles that were completed. While that fails they are kept,
// and remain readable here.
func (l *Log) saveTiles(ctx context.Context) error {
	for _, t := range l.unsaved {
		l.tiles.remember(t.level, t.n, t.hashes)
	}
	if err := l.tiles.save(ctx, l.unsaved); err != nil {
		return err
	}
	l.unsaved = nil
	return nil
}

// CatchUp learns what other processes appended.
func (l *Log) CatchUp(ctx context.Context) error {
	l.moving.Lock()
	defer l.moving.Unlock()
	return l.follow(ctx)
}

// follow takes over the groups behind the present state.
func (l *Log) follow(ctx context.Context) error {
	for {
		now := l.state.Load()
		g, err := l.groupAt(ctx, now.tree.size)
		if errors.Is(err, trace.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		next, full, err := now.tree.add(g.entries())
		if err != nil {
			return err
		}
		if err := l.agree(g, next); err != nil {
			return err
		}
		if err := l.move(ctx, g, next, full); err != nil {
			return err
		}
	}
}

// move makes a group that is stored part of the state.
func (l *Log) move(ctx context.Context, g storedGroup, next tree, full []tile) error {
	l.keep(full, g)
	l.state.Store(&state{next, g.Checkpoint, g.at})
	l.remember(g)
	return l.saveTiles(ctx)
}
