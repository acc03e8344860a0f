package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/trace"
)

// MaxEntry is the largest entry of the log, in bytes. An entry of C2SP
// tlog-tiles has at most 65,535.
const MaxEntry = 65535

// A Leaf is what the log keeps of one revision: hashes only. Its entry, the
// bytes that are hashed into the tree, is the canonical JSON of it.
type Leaf struct {
	// Files are the SHA-256 of files that the revision refers to, sorted.
	Files []string `json:"files,omitempty"`
	// Per is SHA-256(salt ‖ private part), see Private; absent where a revision
	// was written without a salt.
	Per string `json:"per,omitempty"`
	// Prev is Pub of the revision before; absent for the first.
	Prev string `json:"prev,omitempty"`
	// Pub is SHA-256(public part), see Public.
	Pub string `json:"pub"`
	// Time is when the revision was written, RFC 3339 in UTC.
	Time time.Time `json:"time"`
	// Type is what was stated, such as "record.added".
	Type string `json:"type"`
	// V is the version of this form: 1.
	V int `json:"v"`
}

// ParseLeaf reads the entry of a leaf. Only the bytes that a Leaf is written as
// are taken.
func ParseLeaf(entry []byte) (Leaf, error) {
	if len(entry) > MaxEntry {
		return Leaf{}, fmt.Errorf("%w: an entry of %d bytes, of which %d are allowed", trace.ErrInvalid, len(entry), MaxEntry)
	}
	var l Leaf
	d := json.NewDecoder(bytes.NewReader(entry))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return Leaf{}, fmt.Errorf("%w: an entry that is no leaf: %w", trace.ErrInvalid, err)
	}
	if again, err := l.Entry(); err != nil || !bytes.Equal(again, entry) {
		return Leaf{}, fmt.Errorf("%w: an entry that is not in canonical form", trace.ErrInvalid)
	}
	return l, l.check()
}

func (l Leaf) check() error {
	hashes := append([]string{l.Pub}, l.Files...)
	for _, optional := range []string{l.Per, l.Prev} {
		if optional != "" {
			hashes = append(hashes, optional)
		}
	}
	for _, h := range hashes {
		if d, err := trace.ParseDigest(h); err != nil || d.String() != h {
			return fmt.Errorf("%w: %.80q in a leaf is not a SHA-256 in 64 lower-case digits", trace.ErrInvalid, h)
		}
	}
	if l.V != 1 || l.Type == "" || !slices.IsSorted(l.Files) {
		return fmt.Errorf("%w: a leaf of version %d and type %.40q is not known here", trace.ErrInvalid, l.V, l.Type)
	}
	return nil
}

// Entry is the bytes that are hashed into the tree.
func (l Leaf) Entry() ([]byte, error) { return Marshal(l) }

// A statement is a revision as it goes into the log.
type statement struct {
	kind   trace.Kind
	id     string
	number int
	scopes []string
	entry  []byte
}

// LeafOf computes the leaf of a revision; before is the one that it replaced,
// nil for the first.
func LeafOf(r trace.Revision, before *trace.Revision) (Leaf, error) {
	l := Leaf{V: 1, Time: r.At.UTC()}
	public, err := Public(r)
	if err != nil {
		return Leaf{}, err
	}
	l.Pub = hexSum(public)
	if r.Salt != nil {
		if l.Per, err = private(r); err != nil {
			return Leaf{}, err
		}
	}
	var now, old content
	if err := json.Unmarshal(r.Body, &now); err != nil {
		return Leaf{}, err
	}
	l.Files = now.files()
	if before == nil {
		l.Type = typeOf(r.Kind, nil, now)
		return l, nil
	}
	if err := json.Unmarshal(before.Body, &old); err != nil {
		return Leaf{}, err
	}
	l.Type = typeOf(r.Kind, old, now)
	public, err = Public(*before)
	l.Prev = hexSum(public)
	return l, err
}

// Public is the public part of a revision, in canonical JSON: all but its
// private members, its salt, the request it came from and its terms.
func Public(r trace.Revision) ([]byte, error) {
	return Marshal(map[string]any{
		"at": r.At.UTC(), "body": r.Body, "by": r.By, "created": r.Created.UTC(), "id": r.ID, "kind": r.Kind, "revision": r.Number,
	})
}

// Private is the part of a revision that is not public, in canonical JSON.
func Private(r trace.Revision) ([]byte, error) {
	parts := map[string]any{"op": map[string]string{"hash": r.Op.Hash, "key": r.Op.Key}, "refs": append([]string{}, r.Refs...)}
	if r.Personal != nil {
		parts["personal"] = r.Personal
	}
	return Marshal(parts)
}

// private commits to the part that is not public.
func private(r trace.Revision) (string, error) {
	part, err := Private(r)
	return hexSum(append(slices.Clone(r.Salt), part...)), err
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// content is the body of a document as far as leaves tell of it.
type content map[string]json.RawMessage

// text is a member that is a string; empty if it is not.
func (c content) text(member string) string {
	var s string
	_ = json.Unmarshal(c[member], &s) // what is no string says nothing
	return s
}

// files are the digests of the files that a document refers to.
func (c content) files() []string {
	var all []string
	_ = json.Unmarshal(c["files"], &all) // absent in most documents
	for _, member := range []string{"photo", "sha256"} {
		if _, err := trace.ParseDigest(c.text(member)); err == nil {
			all = append(all, c.text(member))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
