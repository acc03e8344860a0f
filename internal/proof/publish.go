package proof

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/trace"
)

// Tile returns what C2SP tlog-tiles has at a path under tile/, such as "0/x001/234",
// "1/000.p/7" or "entries/000.p/5". It never changes. ErrNotFound for a tile that
// the log does not have yet, and for a path that is none.
func (l *Log) Tile(ctx context.Context, path string) ([]byte, error) {
	// Package tlog writes the height first, and "data" for entries.
	if rest, entries := strings.CutPrefix(path, "entries/"); entries {
		path = "data/" + rest
	}
	t, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, path))
	if err != nil {
		return nil, fmt.Errorf("%w: %.80q is no path of a tile", trace.ErrNotFound, path)
	}
	r := l.reader(ctx)
	if size := r.tree.size >> (tileHeight * max(t.L, 0)); t.N<<tileHeight+int64(t.W) > size {
		return nil, fmt.Errorf("%w: tile %s of a log of %d leaves", trace.ErrNotFound, path, r.tree.size)
	}
	if t.L < 0 {
		entries, err := r.entries(t.N)
		if err != nil {
			return nil, err
		}
		return bundle(entries[:t.W]), nil
	}
	hashes, err := r.tile(t.L, t.N)
	if err != nil {
		return nil, err
	}
	return joined(hashes[:t.W]), nil
}

// bundle writes entries, each behind its length in two bytes.
func bundle(entries [][]byte) []byte {
	var b []byte
	for _, e := range entries {
		b = binary.BigEndian.AppendUint16(b, uint16(len(e)))
		b = append(b, e...)
	}
	return b
}

// ConsistencyProof proves that the log of the newer size continues that of the
// older one.
func (l *Log) ConsistencyProof(ctx context.Context, older, newer int64) (tlog.TreeProof, error) {
	if older < 1 || newer < older || newer > l.Size() {
		return nil, fmt.Errorf("%w: from size %d to %d of a log of %d leaves", trace.ErrInvalid, older, newer, l.Size())
	}
	return tlog.ProveTree(newer, older, l.reader(ctx))
}

// InclusionProof proves that a leaf is in the log of a size.
func (l *Log) InclusionProof(ctx context.Context, size, index int64) (tlog.RecordProof, error) {
	if index < 0 || index >= size || size > l.Size() {
		return nil, fmt.Errorf("%w: leaf %d in the first %d of a log of %d leaves", trace.ErrInvalid, index, size, l.Size())
	}
	return tlog.ProveRecord(size, index, l.reader(ctx))
}
