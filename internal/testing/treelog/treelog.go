// Package treelog is a transparency log in memory, made straightforwardly from
// golang.org/x/mod, for tests of whatever reads logs. Its keys derive from
// names, so that texts are the same in every run.
package treelog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/proof/cosignature"
)

// A Log is a log in memory. It is safe for use by many goroutines.
type Log struct {
	Name, VKey string
	Signer     note.Signer

	tb      testing.TB
	mu      sync.Mutex
	entries [][]byte
	hashes  []tlog.Hash
}

// New makes an empty log.
func New(tb testing.TB, name string) *Log {
	tb.Helper()
	secret, vkey, err := note.GenerateKey(seed(name), name)
	check(tb, err)
	signer, err := note.NewSigner(secret)
	check(tb, err)
	return &Log{Name: name, VKey: vkey, Signer: signer, tb: tb}
}

// seed is a source of bytes that follow from a name.
func seed(name string) *bytes.Reader {
	sum := sha256.Sum256([]byte(name))
	return bytes.NewReader(sum[:])
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// Add appends entries.
func (l *Log) Add(entries ...[]byte) {
	l.tb.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range entries {
		more, err := tlog.StoredHashes(int64(len(l.entries)), e, l)
		check(l.tb, err)
		l.entries, l.hashes = append(l.entries, e), append(l.hashes, more...)
	}
}

// Grow appends n entries that say what their index and word are.
func (l *Log) Grow(n int, word string) {
	l.tb.Helper()
	for range n {
		l.Add(fmt.Appendf(nil, `{"n":%d,"word":%q}`, l.Size(), word))
	}
}

// Copy is another log of the same name, key and entries: the beginning of a
// fork.
func (l *Log) Copy() *Log {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &Log{Name: l.Name, VKey: l.VKey, Signer: l.Signer, tb: l.tb, entries: slices.Clone(l.entries), hashes: slices.Clone(l.hashes)}
}

// Size is how many entries there are.
func (l *Log) Size() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.entries))
}

// Entry is one of them.
func (l *Log) Entry(i int64) []byte { return l.entries[i] }

// ReadHashes implements [tlog.HashReader]; hashes are never changed.
func (l *Log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = l.hashes[x]
	}
	return out, nil
}

// Signed is the checkpoint of a size with the log's signature and others.
func (l *Log) Signed(size int64, more ...note.Signer) []byte {
	l.tb.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	root, err := tlog.TreeHash(size, l)
	check(l.tb, err)
	h := checkpoint.Head{Origin: l.Name, Size: size, Root: root}
	signed, err := note.Sign(&note.Note{Text: h.String()}, append([]note.Signer{l.Signer}, more...)...)
	check(l.tb, err)
	return signed
}

// Checkpoint is the present one, with the log's signature.
func (l *Log) Checkpoint(context.Context) ([]byte, error) { return l.Signed(l.Size()), nil }

// Proof is the inclusion proof of an entry in the tree of a size.
func (l *Log) Proof(size, index int64) tlog.RecordProof {
	l.tb.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	p, err := tlog.ProveRecord(size, index, l)
	check(l.tb, err)
	return p
}

// ConsistencyProof shows that a tree continues another.
func (l *Log) ConsistencyProof(_ context.Context, from, to int64) (tlog.TreeProof, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if from == 0 {
		return nil, nil
	}
	return tlog.ProveTree(to, from, l)
}

// Witness makes the key of a witness of the given name.
func Witness(tb testing.TB, name string, now func() time.Time) *cosignature.Signer {
	tb.Helper()
	secret, _, err := cosignature.GenerateKey(seed(name), name)
	check(tb, err)
	s, err := cosignature.NewSigner(secret, now)
	check(tb, err)
	return s
}
