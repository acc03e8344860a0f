package sighting

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
	"sync"

	"temgoc/internal/stamp"
)

// browserLength is the length of a browser's id: 130 random bits in base 32.
const browserLength = 26

// NewBrowser draws an id for a browser.
func NewBrowser() string { return rand.Text() }

// ValidBrowser tells whether an id has the form of one that NewBrowser draws.
func ValidBrowser(id string) bool {
	return len(id) == browserLength && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// markSize is how many bytes of the HMAC are kept: two browsers that looked at
// one stamp coincide once in 2⁶⁴ pairs.
const markSize = 8

// markPurpose is what the keys of marks are derived for.
const markPurpose = "sighting/browser"

// A marker makes marks. There is a key for each master key, and a batch keeps
// the one it was stamped with: so a browser's mark on an item never changes.
type marker struct {
	keys *stamp.Keys

	mu    sync.Mutex
	pools map[string]*sync.Pool // by key id
}

// A macOf is a keyed hash with its buffers.
type macOf struct {
	hash hash.Hash
	in   []byte
	out  [sha256.Size]byte
}

func newMarker(keys *stamp.Keys) *marker {
	return &marker{keys: keys, pools: map[string]*sync.Pool{}}
}

// mark is what is stored of a browser that looked at an item: nothing that
// another item's mark could be compared with.
func (m *marker) mark(r Ref, browser string) (string, error) {
	pool, err := m.pool(r.KeyID)
	if err != nil {
		return "", err
	}
	mac := pool.Get().(*macOf)
	defer pool.Put(mac)
	mac.in = append(append(mac.in[:0], browser...), r.Code.String()...)
	mac.hash.Reset()
	mac.hash.Write(mac.in)
	return hex.EncodeToString(mac.hash.Sum(mac.out[:0])[:markSize]), nil
}

func (m *marker) pool(kid string) (*sync.Pool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, ok := m.pools[kid]; ok {
		return p, nil
	}
	key, err := m.keys.Purpose(kid, markPurpose)
	if err != nil {
		return nil, err
	}
	p := &sync.Pool{New: func() any { return &macOf{hash: hmac.New(sha256.New, key)} }}
	m.pools[kid] = p
	return p, nil
}
