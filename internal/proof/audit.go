package proof

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/trace"
)

// AuditConfig is what an audit looks at.
type AuditConfig struct {
	// Store is only read. It is the store itself, not that of a Log.
	Store trace.Store
	Files trace.Files
	// Kinds are those whose every revision is logged.
	Kinds    []trace.Kind
	Verifier note.Verifier
	// Earlier is a checkpoint that was kept from before, which the log must
	// contain; empty for none.
	Earlier string
	// Patience is how long to wait for what a service that runs has begun: a
	// revision is stored before its leaf, and a leaf before its tile.
	Patience time.Duration
	// Found is called with each fault, Progress now and then with what is done.
	// Progress may be nil.
	Found    func(*Fault)
	Progress func(Audited)
}

// Audited is what an audit went through.
type Audited struct {
	// Leaves are those of the log, Revisions those of the store, Tiles the
	// documents that follow from the leaves, Files the different files.
	Leaves, Revisions, Tiles, Files int64
	// Unsalted are leaves of revisions from before there was a log: their terms
	// and what request they came from are not proved.
	Unsalted int64
	// Faults is how many were found.
	Faults int
	// Unfinished is what a service that ended left to be logged at its next
	// start: the audit is to be repeated after that.
	Unfinished int
	// Checkpoint is the last one of the log, At when it was signed.
	Checkpoint string
	At         time.Time
}

// errStop ends an audit that found a fault beyond which nothing can be said.
var errStop = errors.New("proof: the audit cannot go on")

// Audit goes through all of a log, its records and their files, and trusts
// nothing but the key: roots and tiles are computed anew from the leaves, each
// leaf from the stored revision that it is of, and nothing may be stored that
// has no leaf. It may be carried out while the service runs.
//
// Memory: some 50 bytes for each leaf and each file, besides a fixed amount.
//
// An error means that the audit could not be completed for want of the store; a
// fault is none.
func Audit(ctx context.Context, c AuditConfig) (Audited, error) {
	histories, err := simplelru.NewLRU[key, []trace.Revision](keptHistories, nil)
	if err != nil {
		return Audited{}, err
	}
	a := &audit{AuditConfig: c, ctx: ctx, histories: histories, leaves: map[digest]bool{}, files: map[trace.Digest]struct{}{}}
	if a.Progress == nil {
		a.Progress = func(Audited) {}
	}
	err = a.run()
	if errors.Is(err, errStop) {
		err = nil
	}
	return a.done, err
}

// keptHistories is how many histories of documents stay in memory.
const keptHistories = 512

// A digest stands for the key of a revision.
type digest [16]byte

func (k key) digest() digest {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", k.kind, k.id, k.number))
	return digest(sum[:])
}

// An audit is one run of Audit.
type audit struct {
	AuditConfig
	ctx  context.Context
	done Audited

	tree    tree
	groups  int64
	last    storedGroup
	earlier *checkpoint.Head // still to be met
	forked  bool             // the tree is not the signed one, which was said
	// leaves are those met, and whether their revision was met in the store.
	leaves map[digest]bool
	gone   int64 // leaves whose revision is missing
	files  map[trace.Digest]struct{}

	histories *simplelru.LRU[key, []trace.Revision]
	unlogged  []unlogged
	untiled   []tile
}

// unlogged is a revision whose leaf was not met.
type unlogged struct {
	key
	at time.Time
}

func (a *audit) run() error {
	if err := a.openEarlier(); err != nil {
		return err
	}
	for _, step := range []func() error{a.walkLog, a.walkRecords, a.walkOwn, a.settle, a.sayUnlogged} {
		if err := step(); err != nil {
			return err
		}
	}
	if a.earlier != nil {
		a.fault(&Fault{Kind: FaultLog, Detail: fmt.Sprintf("it has %d leaves and had %d at the checkpoint that was kept: it was cut back", a.tree.size, a.earlier.Size)})
	}
	a.Progress(a.done)
	return nil
}

// fault reports one.
func (a *audit) fault(f *Fault) {
	a.done.Faults++
	a.Found(f)
}

// unreadable makes a fault of an error of the store that is about what is stored.
// Others are returned: the audit cannot go on.
func (a *audit) unreadable(err error, fault *Fault) error {
	if errors.Is(err, trace.ErrUnavailable) || a.ctx.Err() != nil {
		return err
	}
	fault.Detail += err.Error()
	a.fault(fault)
	return nil
}

// openEarlier reads the checkpoint that was kept.
func (a *audit) openEarlier() error {
	if a.Earlier == "" {
		return nil
	}
	n, err := note.Open([]byte(a.Earlier), note.VerifierList(a.Verifier))
	if err != nil {
		return fmt.Errorf("%w: the checkpoint that was kept is not signed by %s, the key in use: %w", trace.ErrInvalid, a.Verifier.Name(), err)
	}
	kept, err := parseHead(n.Text)
	a.earlier = &kept
	return err
}

// settle goes on with what was appended meanwhile, and waits for what is on its
// way into the log.
func (a *audit) settle() error {
	until := time.Now().Add(a.Patience)
	for {
		if err := a.follow(); err != nil {
			return err
		}
		a.unlogged = a.stillUnlogged()
		tiles, err := a.stillUntiled()
		if err != nil {
			return err
		}
		a.untiled = tiles
		if len(a.unlogged)+len(a.untiled) == 0 || !time.Now().Before(until) {
			return nil
		}
		select {
		case <-time.After(time.Second):
		case <-a.ctx.Done():
			return a.ctx.Err()
		}
	}
}

// sayUnlogged tells of what did not come into the log: as unfinished, where the
// next start of the service would see to it.
func (a *audit) sayUnlogged() error {
	for _, u := range a.unlogged {
		if !u.at.Before(a.last.at.Add(-overlap)) {
			a.done.Unfinished++
			continue
		}
		a.fault(faultOf(FaultUnlogged, u.key, ""))
	}
	for _, t := range a.untiled {
		if t.end() > a.last.start&^(tileWidth-1) {
			a.done.Unfinished++
			continue
		}
		a.fault(&Fault{Kind: FaultTile, Detail: fmt.Sprintf("tile %s or what belongs to it is missing", place{t.level, t.n}.id())})
	}
	return nil
}
