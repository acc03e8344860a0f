package proof

import (
	"context"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Tiles of C2SP tlog-tiles are 256 hashes wide.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// A tree is the right edge of the log at one size: all that is needed to append
// and that no full tile holds. Trees are values that are never changed.
type tree struct {
	size int64
	// edge are the roots of the largest full subtrees, by stored hash index.
	edge map[int64]tlog.Hash
	// partial are the hashes of the last tile of each level, which is not full.
	partial [][]tlog.Hash
	// entries are those of the leaves in partial[0].
	entries [][]byte
}

// A tile is a full one: its hashes, or the entries under one of level 0.
type tile struct {
	level   int
	n       int64
	hashes  []tlog.Hash
	entries [][]byte  // of level 0 only
	at      time.Time // of the group that completed it
}

// end is the size of the log that completes a tile.
func (t tile) end() int64 { return (t.n + 1) << (tileHeight * (t.level + 1)) }

// add appends entries and returns the tiles that they complete, those below
// first.
func (t tree) add(entries [][]byte) (tree, []tile, error) {
	next := tree{t.size, maps.Clone(t.edge), slices.Clone(t.partial), slices.Clip(t.entries)}
	if next.edge == nil {
		next.edge = map[int64]tlog.Hash{}
	}
	for i := range next.partial {
		next.partial[i] = slices.Clip(next.partial[i])
	}
	var full []tile
	for _, e := range entries {
		done, err := next.addOne(e)
		if err != nil {
			return tree{}, nil, err
		}
		full = append(full, done...)
	}
	return next, full, nil
}

// addOne appends to a tree that is not shared yet.
func (t *tree) addOne(entry []byte) (full []tile, err error) {
	stored, err := tlog.StoredHashesForRecordHash(t.size, tlog.RecordHash(entry), tlog.HashReaderFunc(t.readEdge))
	if err != nil {
		return nil, err
	}
	t.entries = append(t.entries, entry)
	for height, h := range stored {
		if height%tileHeight == 0 {
			full = t.store(full, height/tileHeight, h)
		}
	}
	// The last of stored is the root of a full subtree that the others went into.
	top := len(stored) - 1
	for height := range top {
		delete(t.edge, tlog.StoredHashIndex(height, t.size>>height-1))
	}
	t.edge[tlog.StoredHashIndex(top, t.size>>top)] = stored[top]
	t.size++
	return full, nil
}

// store adds a hash to the tile of a level.
func (t *tree) store(full []tile, level int, h tlog.Hash) []tile {
	if level == len(t.partial) {
		t.partial = append(t.partial, nil)
	}
	t.partial[level] = append(t.partial[level], h)
	if len(t.partial[level]) < tileWidth {
		return full
	}
	done := tile{level: level, n: (t.size >> (tileHeight * (level + 1))), hashes: t.partial[level]}
	t.partial[level] = nil
	if level == 0 {
		done.entries, t.entries = t.entries, nil
	}
	return append(full, done)
}

func (t *tree) readEdge(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, ok := t.edge[index]
		if !ok {
			return nil, fmt.Errorf("proof: hash %d is not at the edge of a tree of %d leaves", index, t.size)
		}
		out[i] = h
	}
	return out, nil
}

// root is the hash of the whole tree, which RFC 6962 defines for no leaves too.
func (t *tree) root() (tlog.Hash, error) {
	return tlog.TreeHash(t.size, tlog.HashReaderFunc(t.readEdge))
}

// restored makes the tree of a size that is a multiple of tileWidth out of the
// hashes of its partial tiles, level 0 being empty.
func restored(size int64, partial [][]tlog.Hash) (tree, error) {
	t := tree{size: size, edge: map[int64]tlog.Hash{}, partial: partial}
	for rest := size; rest != 0; rest &= rest - 1 {
		height := bits.TrailingZeros64(uint64(rest))
		index := tlog.StoredHashIndex(height, size>>height-1)
		where := tlog.TileForIndex(tileHeight, index)
		if where.L >= len(partial) {
			return tree{}, fmt.Errorf("proof: no tile of level %d in a tree of %d leaves", where.L, size)
		}
		where.W = len(partial[where.L])
		h, err := tlog.HashFromTile(where, joined(partial[where.L]), index)
		if err != nil {
			return tree{}, err
		}
		t.edge[index] = h
	}
	return t, nil
}

func joined(hashes []tlog.Hash) []byte {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

// tileRoot is the hash of the subtree that a full tile stands for.
func tileRoot(hashes []tlog.Hash) tlog.Hash {
	level := slices.Clone(hashes)
	for ; len(level) > 1; level = level[:len(level)/2] {
		for i := range len(level) / 2 {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
	}
	return level[0]
}

// entries are those under a tile of level 0, full or partial.
func (r reader) entries(n int64) ([][]byte, error) {
	if n == r.tree.size>>tileHeight {
		return r.tree.entries, nil
	}
	return r.tiles.entries(r, n)
}

// A reader finds the hashes of a tree in its edge and in full tiles, each of
// which is compared with what the tiles above it say.
type reader struct {
	ctx   context.Context
	tree  tree
	tiles *tiles
}

// ReadHashes implements tlog.HashReader.
func (r reader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		where := tlog.TileForIndex(tileHeight, index)
		hashes, err := r.tile(where.L, where.N)
		if err != nil {
			return nil, err
		}
		where.W = len(hashes)
		if out[i], err = tlog.HashFromTile(where, joined(hashes), index); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tile is a tile of the tree, full or partial.
func (r reader) tile(level int, n int64) ([]tlog.Hash, error) {
	width := r.tree.size >> (tileHeight * level) // hashes of that level
	switch {
	case level >= len(r.tree.partial) || n > width>>tileHeight:
		return nil, fmt.Errorf("proof: a tree of %d leaves has no tile %d of level %d", r.tree.size, n, level)
	case n == width>>tileHeight:
		return r.tree.partial[level], nil
	}
	if hashes, ok := r.tiles.verified(level, n); ok {
		return hashes, nil
	}
	found, err := r.tiles.load(r.ctx, level, n)
	if err != nil {
		return nil, err
	}
	above, err := r.tile(level+1, n>>tileHeight)
	if err != nil {
		return nil, err
	}
	if above[n%tileWidth] != tileRoot(found) {
		return nil, &Fault{Kind: FaultTile, Detail: fmt.Sprintf("tile %d of level %d is not the one that was signed", n, level)}
	}
	r.tiles.remember(level, n, found)
	return found, nil
}
