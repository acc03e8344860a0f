package trace

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// A Kind names a collection of documents. Kinds are lower-case ASCII letters
// and are declared by the package that owns the documents.
type Kind string

// A Revision is one stored state of one document. Documents are never
// changed: a new state is the insert of the next revision, so that history
// is append-only by construction and compare-and-set is a unique key.
type Revision struct {
	Kind   Kind
	ID     string // any UTF-8 text without NUL, 1 to 200 bytes
	Number int    // 1, 2, 3 …

	// Created is when revision 1 was written and is copied to each later
	// one: List orders by it. At is when this revision was written. Both are
	// UTC and whole milliseconds.
	Created, At time.Time
	// By is the actor who wrote it.
	By string
	// Op makes a repeated request recognisable; zero when none was given.
	Op Op
	// Refs are the terms under which List finds the document, such as
	// "batch:K7Q2M9XR4V". They are stored with each revision; a document is
	// found under the terms of its latest one.
	Refs []string
	// Body is a JSON object. Engines keep its content, not its bytes: member
	// order and white space may change, numbers are whole and fit int64.
	Body json.RawMessage
	// Personal is a JSON object of those members of the content that are about
	// persons or not for the public, nested as they would be in Body; nil when
	// there are none. It is kept as Body is.
	Personal json.RawMessage
	// Salt is SaltSize random bytes, or nil. With it the hash of what is not
	// public tells nothing to who does not know it; without it, for good.
	Salt []byte
}

// SaltSize is the length of a Salt, in bytes.
const SaltSize = 32

// An Op identifies a request: Key is the caller's idempotency key with its
// scope, Hash the SHA-256 of what was asked, in hex.
type Op struct {
	Key  string `json:"key,omitempty"`
	Hash string `json:"hash,omitempty"`
}

// A Query asks for the documents of a kind found under a term.
type Query struct {
	Kind Kind
	// Ref is the term; empty means all documents of the kind.
	Ref string
	// After is the Cursor of the last page, or empty.
	After string
	// Limit is the number of documents wanted, 1 to 1000.
	Limit int
	// Newest reverses the order.
	Newest bool
}

// A LogQuery asks for what was written: the revisions of a kind, the newest
// first.
type LogQuery struct {
	Kind Kind
	// Ref is a term that the revision itself carries; empty means any.
	Ref string
	// By is who wrote it, exactly; empty means anybody.
	By string
	// Since and Until bound At: Since <= At < Until. Zero means no bound.
	Since, Until time.Time
	// After is the Next of the last page, or empty.
	After string
	// Limit is the number of revisions wanted, 1 to 1000.
	Limit int
}

// A Page is a part of an answer. Next is empty on the last one.
type Page struct {
	Revisions []Revision
	Next      string
}

// A Change tells that a document got a new revision.
type Change struct {
	Kind   Kind
	ID     string
	Number int
	At     time.Time
	Refs   []string
}

// A Count is how often something was counted, and when first and last.
// Times are UTC and whole milliseconds.
type Count struct {
	Key         string
	N           int64
	First, Last time.Time
}

// Store keeps documents and counters. Both engines pass storagetest.Run.
//
// Every method may be called from many goroutines and processes at once,
// obeys ctx, and returns an error that wraps ErrUnavailable when the engine
// cannot be reached, does not answer or ctx ended. A value passed in is not
// kept, a value returned belongs to the caller.
type Store interface {
	// Insert stores r. It is atomic, and durable when nil is returned; it is
	// then seen by every later read of every process. ErrExists means that
	// (Kind, ID, Number) is taken and nothing was changed. After any other
	// error r may be stored or not; the caller finds out by reading.
	Insert(ctx context.Context, r Revision) error

	// Head returns the revision with the highest number, or ErrNotFound.
	Head(ctx context.Context, kind Kind, id string) (Revision, error)

	// Heads returns the highest revision of each id that exists, in the order
	// of ids; those that do not exist are left out. At most 1000 ids.
	Heads(ctx context.Context, kind Kind, ids []string) ([]Revision, error)

	// History returns all revisions of a document, the first one first, or
	// ErrNotFound.
	History(ctx context.Context, kind Kind, id string) ([]Revision, error)

	// List returns the heads of the documents found under q.Ref, ordered by
	// (Created, ID). A document that exists before the first page is asked
	// for, and keeps its term, is returned exactly once however many are
	// written meanwhile. A page may hold fewer than q.Limit documents, even
	// none, and still have a Next. ErrInvalid for a cursor that is not ours.
	List(ctx context.Context, q Query) (Page, error)

	// Changes returns what was written with At >= since to one of kinds, in
	// no particular order.
	Changes(ctx context.Context, kinds []Kind, since time.Time) ([]Change, error)

	// Log returns revisions, not only heads, ordered by (At, ID, Number), the
	// newest first. One that exists before the first page is asked for is
	// returned exactly once however many are written meanwhile; one that is
	// written meanwhile is returned once or not at all. A page may hold fewer
	// than q.Limit revisions, even none, and still have a Next. ErrInvalid for
	// a cursor that is not ours.
	Log(ctx context.Context, q LogQuery) (Page, error)

	// Remove removes every revision of a document, for good: for kinds that
	// hold what must not be kept for ever. Nothing there is no error. When nil
	// is returned no later read finds the document, its number 1 is free, and
	// nothing tells that it ever was; after any other error some revisions may
	// be left, and Remove can be repeated. The latest revision goes last: who
	// reads meanwhile finds it or nothing, unless another is inserted.
	//
	// Everything else relies on revisions staying: rules, idempotency, claims,
	// the log. So only kinds that the store was opened with as removable can be
	// removed, others are ErrInvalid, and only their owner calls it.
	Remove(ctx context.Context, kind Kind, id string) error

	// Erase destroys what is personal in the revision (r.Kind, r.ID, r.Number):
	// its Personal becomes r.Personal, its Refs become r.Refs, its Salt nil, and
	// its Op.Hash, by which what was asked could be guessed, empty. Nothing else
	// of it changes, and nothing else changes a revision ever. It is atomic, durable when nil is returned, and can be repeated; List and Log
	// then find the document by what is left. ErrNotFound when there is no such
	// revision.
	Erase(ctx context.Context, r Revision) error

	// AddCounts adds each N to its counter, widens First and Last, and
	// creates what is missing. Each counter is changed atomically; after an
	// error any of them may have been changed.
	AddCounts(ctx context.Context, counts []Count) error

	// Counts returns the counters that exist among keys, in no particular
	// order. At most 1000 keys.
	Counts(ctx context.Context, keys []string) ([]Count, error)

	// CountsAfter returns the counters whose keys are behind after, in the order
	// of their bytes, the first limit (1 to 1000) of them; fewer mean that there
	// are no more. It is for who copies all that is kept.
	CountsAfter(ctx context.Context, after string, limit int) ([]Count, error)

	// Ping tells whether the engine answers, by reading.
	Ping(ctx context.Context) error
}

// A Bulk is a Store that also takes many revisions in one step, for copies of
// whole stores. Both engines are; what stands before one, such as the log's
// store, is none, so that nothing is written past it.
type Bulk interface {
	Store

	// InsertAll stores those of at most 1000 revisions whose (Kind, ID, Number)
	// is free, in no particular order, and leaves what has the others as it is.
	// It returns the indices, in order, of those that were not stored because
	// theirs was taken; of several with one number in one call all but one are.
	// What it stores is durable when nil is returned, and from then on seen by
	// every later read. It is not one atomic step: a reader may see a part, and
	// after an error any of the revisions may be stored or not, each of them
	// whole; the call can be repeated. ErrInvalid for one of them means that
	// none is stored.
	InsertAll(ctx context.Context, revisions []Revision) (taken []int, err error)
}

// A Digest is the SHA-256 of a file's content.
type Digest [sha256.Size]byte

// DigestOf computes the digest of content.
func DigestOf(content []byte) Digest { return sha256.Sum256(content) }

// ParseDigest reads 64 hexadecimal digits in either case.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if len(s) != hex.EncodedLen(len(d)) {
		return Digest{}, fmt.Errorf("%w: a SHA-256 has 64 hexadecimal digits, not %d characters", ErrInvalid, len(s))
	}
	if _, err := hex.Decode(d[:], []byte(s)); err != nil {
		return Digest{}, fmt.Errorf("%w: not a SHA-256 in hexadecimal digits", ErrInvalid)
	}
	return d, nil
}

// String gives 64 lower-case hexadecimal digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText implements encoding.TextMarshaler.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Digest) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDigest(string(text))
	return err
}

// MaxFileSize is the largest file that Files keeps, in bytes: 12 MiB.
const MaxFileSize = 12 << 20

// An Object is a file that is kept, as a list shows it: its size in bytes, and
// when it was put, UTC.
type Object struct {
	Digest Digest
	Size   int64
	At     time.Time
}

// Files keeps certificates and photos under the SHA-256 of their content.
// Whatever is behind it is not trusted: content is hashed at every read. Both
// adapters pass storagetest.RunFiles.
//
// Every method may be called from many goroutines and processes at once,
// obeys ctx, and returns an error that wraps ErrUnavailable when the store
// cannot be reached or ctx ended.
type Files interface {
	// Put stores content, at most MaxFileSize bytes (else ErrInvalid), and
	// returns its digest. It never replaces an object: content that is there
	// already is read back and compared, and refused with ErrCorrupt when it
	// is not what its name says. Durable when nil is returned.
	Put(ctx context.Context, content []byte) (Digest, error)

	// Get returns the content, or ErrNotFound, or ErrCorrupt when what is
	// stored does not hash to d; not one byte of it is then returned.
	Get(ctx context.Context, d Digest) ([]byte, error)

	// List returns the objects whose digests are behind after, in the order of
	// digests, the first limit (1 to 1000) of them; fewer mean that there are no
	// more. The zero Digest lists from the start. What is listed was not read:
	// it need not hash to its name.
	List(ctx context.Context, after Digest, limit int) ([]Object, error)

	// Remove removes an object, whatever it holds. Nothing there is no error. A
	// service never calls it, and its account need not be allowed to: it is for
	// who clears away what no record refers to.
	Remove(ctx context.Context, d Digest) error

	// Ping tells whether the store answers.
	Ping(ctx context.Context) error
}
