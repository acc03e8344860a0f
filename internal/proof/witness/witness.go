// Package witness cosigns the checkpoints of other services' logs (C2SP
// tlog-witness): whoever trusts the witness then knows that such a log showed
// everybody the same, and took nothing back.
//
// A witness keeps, for each log, the latest checkpoint that it cosigned, and
// cosigns only what continues that one. All depends on not forgetting it:
//
//   - it is on the disk before its cosignature leaves the witness;
//   - it is kept with the log's signature and the witness's own, which are
//     verified when it is read: a file that was damaged, or edited, is refused
//     and never begun anew;
//   - a log is known only by its file: one that is lost makes the log unknown;
//   - a lock keeps a second process off the same directory.
package witness

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/proof/cosignature"
)

// What is answered to checkpoints that are not cosigned.
var (
	// ErrMalformed says that a request is not in the form of the protocol.
	ErrMalformed = errors.New("malformed request")
	// ErrUnknown says that the witness does not know the log.
	ErrUnknown = errors.New("unknown log")
	// ErrSignature says that a checkpoint is not signed by its log.
	ErrSignature = errors.New("not signed by the log")
	// ErrProof says that a checkpoint does not continue the latest one.
	ErrProof = errors.New("the consistency proof does not hold")
	// ErrClock says that the witness's clock is behind its last cosignature.
	ErrClock = errors.New("the clock of the witness went back")
)

// A Conflict says that the size which a client began from is not the latest, or
// that there is another tree of the same size.
type Conflict struct{ Size int64 }

// Error implements error.
func (c *Conflict) Error() string { return fmt.Sprintf("the latest size is %d", c.Size) }

// A Request asks to cosign a checkpoint that continues the tree of OldSize.
type Request struct {
	OldSize    int64
	Proof      tlog.TreeProof
	Checkpoint []byte
}

// A Witness cosigns. It is safe for use by many goroutines.
type Witness struct {
	signer *cosignature.Signer
	logger *slog.Logger
	now    func() time.Time
	logs   map[string]*watched
	unlock func() error
}

// watched is a log with its latest checkpoint.
type watched struct {
	mu       sync.Mutex
	vkey     string
	verifier note.Verifier
	path     string
	latest   state
}

// A state is what is known of a log. Its zero value is that of an empty log.
type state struct {
	tree   tlog.Tree
	at     time.Time
	signed []byte // as signed by the log and the witness; nil for no leaves
}

// Known says what a witness knows of a log.
type Known struct {
	Origin, VKey string
	Size         int64
	// At is when it was cosigned last; zero for never.
	At time.Time
}

// VKey is the public key of the witness.
func (w *Witness) VKey() string { return w.signer.Verifier().String() }

// Known lists the logs by name.
func (w *Witness) Known() []Known {
	var all []Known
	for _, origin := range slices.Sorted(maps.Keys(w.logs)) {
		l := w.logs[origin]
		l.mu.Lock()
		all = append(all, Known{origin, l.vkey, l.latest.tree.N, l.latest.at})
		l.mu.Unlock()
	}
	return all
}

// Close lets another process have the directory.
func (w *Witness) Close() error { return w.unlock() }

// Add cosigns a checkpoint, and returns the lines of the cosignature. Errors are
// those above, or failures of the disk, after which nothing was cosigned.
func (w *Witness) Add(r Request) ([]byte, error) {
	origin, _, _ := bytes.Cut(r.Checkpoint, []byte("\n"))
	l, ok := w.logs[string(origin)]
	if !ok {
		return nil, fmt.Errorf("%w: %.80q", ErrUnknown, origin)
	}
	head, n, err := checkpoint.Open(r.Checkpoint, note.VerifierList(l.verifier))
	if errors.Is(err, checkpoint.ErrMalformed) {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	if r.OldSize > head.Size {
		return nil, fmt.Errorf("%w: old size %d is beyond %d", ErrMalformed, r.OldSize, head.Size)
	}
	return w.cosign(l, r, head, &note.Note{Text: n.Text, Sigs: n.Sigs})
}

// cosign checks a checkpoint against the latest one and replaces it, while no
// other request does.
func (w *Witness) cosign(l *watched, r Request, head checkpoint.Head, n *note.Note) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.latest.continuedBy(r, head); err != nil {
		w.logger.Warn("not cosigned", slog.String("log", head.Origin), slog.Int64("latest", l.latest.tree.N),
			slog.Int64("old", r.OldSize), slog.String("checkpoint", string(r.Checkpoint)), slog.Any("error", err))
		return nil, err
	}
	now := w.now().UTC().Truncate(time.Second)
	if now.Before(l.latest.at) {
		return nil, fmt.Errorf("%w: it says %v, and %v at the last cosignature", ErrClock, now, l.latest.at)
	}
	signed, err := note.Sign(n, w.at(now))
	if err != nil {
		return nil, err
	}
	if err := l.keep(signed); err != nil {
		return nil, fmt.Errorf("keeping the checkpoint: %w", err)
	}
	l.latest = state{tlog.Tree{N: head.Size, Hash: head.Root}, now, signed}
	lines := bytes.SplitAfter(signed, []byte("\n"))
	return lines[len(lines)-2], nil // the cosignature is the last line
}

// continuedBy tells whether a tree continues the latest one.
func (s state) continuedBy(r Request, head checkpoint.Head) error {
	latest := s.tree
	if latest.N == 0 {
		latest.Hash = tlog.Hash(sha256.Sum256(nil)) // the root of no leaves
	}
	if r.OldSize != latest.N || head.Size == latest.N && head.Root != latest.Hash {
		return &Conflict{latest.N}
	}
	if latest.N == 0 {
		if len(r.Proof) != 0 {
			return fmt.Errorf("%w: there is nothing to prove from size 0", ErrProof)
		}
		return nil
	}
	if err := tlog.CheckTree(r.Proof, head.Size, head.Root, latest.N, latest.Hash); err != nil {
		return ErrProof
	}
	return nil
}

// at is the signer with one time, which is also that of the state.
func (w *Witness) at(t time.Time) note.Signer { return timed{w.signer, t} }

type timed struct {
	*cosignature.Signer
	t time.Time
}

// Sign implements [note.Signer].
func (s timed) Sign(body []byte) ([]byte, error) { return s.SignAt(body, s.t) }
