package proof

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/trace"
)

// keptTiles is how many full tiles stay in memory, 8 kB each.
const keptTiles = 1024

// tileBody is what a document of KindTiles holds: hashes in base64, or entries.
type tileBody struct {
	Hashes  string   `json:"hashes,omitempty"`
	Entries []string `json:"entries,omitempty"`
}

type place struct {
	level int
	n     int64
}

func (p place) id() string { return fmt.Sprintf("%d/%d", p.level, p.n) }

// bundleID is the id of the document with the entries under a tile of level 0.
func bundleID(n int64) string { return fmt.Sprintf("entries/%d", n) }

// tiles are the full tiles, as documents. What they say follows from the leaves:
// one that is missing can be made again, and none is believed before it was
// compared with what was signed.
type tiles struct {
	store trace.Store

	mu    sync.Mutex
	known *simplelru.LRU[place, []tlog.Hash] // compared already
}

func newTiles(store trace.Store) (*tiles, error) {
	known, err := simplelru.NewLRU[place, []tlog.Hash](keptTiles, nil)
	return &tiles{store: store, known: known}, err
}

func (t *tiles) verified(level int, n int64) ([]tlog.Hash, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known.Get(place{level, n})
}

func (t *tiles) remember(level int, n int64, hashes []tlog.Hash) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known.Add(place{level, n}, hashes)
}

// A tileDocument is what is stored of a tile.
type tileDocument struct {
	id   string
	body tileBody
}

// documents are those of a tile: its entries, then its hashes, so that where the
// hashes are the entries are too.
func (t tile) documents() []tileDocument {
	hashes := tileDocument{place{t.level, t.n}.id(), tileBody{Hashes: encodeHashes(t.hashes)}}
	if t.level > 0 {
		return []tileDocument{hashes}
	}
	below := tileDocument{id: bundleID(t.n)}
	for _, e := range t.entries {
		below.body.Entries = append(below.body.Entries, string(e))
	}
	return []tileDocument{below, hashes}
}

// save stores what appending completed. Documents that are there already say
// the same, or are found out when they are read.
func (t *tiles) save(ctx context.Context, full []tile) error {
	for _, done := range full {
		for _, d := range done.documents() {
			if err := t.insert(ctx, d.id, d.body, done.at); err != nil {
				return err
			}
		}
		t.remember(done.level, done.n, done.hashes)
	}
	return nil
}

func (t *tiles) insert(ctx context.Context, id string, body tileBody, at time.Time) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	err = t.store.Insert(ctx, trace.Revision{Kind: KindTiles, ID: id, Number: 1, Created: at, At: at, By: writer, Body: raw})
	if errors.Is(err, trace.ErrExists) {
		return nil
	}
	return err
}

// load reads the hashes of a full tile, unchecked.
func (t *tiles) load(ctx context.Context, level int, n int64) ([]tlog.Hash, error) {
	found, err := t.loadAll(ctx, []place{{level, n}})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// loadAll reads several tiles.
func (t *tiles) loadAll(ctx context.Context, places []place) ([][]tlog.Hash, error) {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.id()
	}
	bodies, err := t.bodies(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([][]tlog.Hash, len(places))
	for i, id := range ids {
		if out[i], err = decodeHashes(bodies[id].Hashes); err != nil {
			return nil, &Fault{Kind: FaultTile, Detail: fmt.Sprintf("tile %s: %v", id, err)}
		}
	}
	return out, nil
}

// entries reads those under a full tile of level 0, and compares them with its
// hashes.
func (t *tiles) entries(r reader, n int64) ([][]byte, error) {
	hashes, err := r.tile(0, n)
	if err != nil {
		return nil, err
	}
	bodies, err := t.bodies(r.ctx, []string{bundleID(n)})
	if err != nil {
		return nil, err
	}
	texts := bodies[bundleID(n)].Entries
	out := make([][]byte, len(texts))
	for i, text := range texts {
		out[i] = []byte(text)
		if i < len(hashes) && tlog.RecordHash(out[i]) != hashes[i] {
			return nil, &Fault{Kind: FaultTile, Detail: fmt.Sprintf("entry %d is not the one that was signed", n*tileWidth+int64(i))}
		}
	}
	if len(out) != len(hashes) {
		return nil, &Fault{Kind: FaultTile, Detail: fmt.Sprintf("%d entries under tile %d of level 0, not %d", len(out), n, len(hashes))}
	}
	return out, nil
}

// bodies reads documents, all of which must be there.
func (t *tiles) bodies(ctx context.Context, ids []string) (map[string]tileBody, error) {
	found, err := t.store.Heads(ctx, KindTiles, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]tileBody, len(found))
	for _, r := range found {
		var body tileBody
		if err := json.Unmarshal(r.Body, &body); err != nil {
			return nil, &Fault{Kind: FaultTile, Detail: fmt.Sprintf("tile %s: %v", r.ID, err)}
		}
		out[r.ID] = body
	}
	for _, id := range ids {
		if _, ok := out[id]; !ok {
			return nil, &Fault{Kind: FaultTile, Detail: fmt.Sprintf("tile %s is missing", id)}
		}
	}
	return out, nil
}

func encodeHashes(hashes []tlog.Hash) string {
	return base64.StdEncoding.EncodeToString(joined(hashes))
}

// decodeHashes reads the hashes of a full tile.
func decodeHashes(text string) ([]tlog.Hash, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, err
	}
	if len(raw) != tileWidth*tlog.HashSize {
		return nil, fmt.Errorf("%d bytes, not %d hashes", len(raw), tileWidth)
	}
	hashes := make([]tlog.Hash, tileWidth)
	for i := range hashes {
		copy(hashes[i][:], raw[i*tlog.HashSize:])
	}
	return hashes, nil
}
