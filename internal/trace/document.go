package trace

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// The functions below are how typed documents are kept. The other owners of
// documents (API keys, print orders) use them too: what they write then has
// the same revisions, idempotency and errors.

// A Stored value is one revision of a document with its content.
type Stored[T any] struct {
	ID       string    `json:"id"`
	Revision int       `json:"revision"`
	Created  time.Time `json:"created"`
	Changed  time.Time `json:"changed"`
	By       string    `json:"by" doc:"Who wrote this revision"`
	Data     T         `json:"data"`
}

// A Document is what this module's packages keep in a Store: it knows its
// collection and the terms under which it is found.
type Document interface {
	DocumentKind() Kind
	DocumentRefs() []string
}

// checked is input that can be validated.
type checked interface{ check(check) }

// validate cleans *v in place and returns its FieldErrors, or nil.
func validate[T checked](v *T) error {
	cleanAll(v)
	c := newCheck()
	(*v).check(c)
	return c.err()
}

func encode[T Document](w Write, id string, number int, created, at time.Time, v T) (Revision, error) {
	content, err := json.Marshal(v)
	if err != nil {
		return Revision{}, fmt.Errorf("encode %s/%s: %w", v.DocumentKind(), id, err)
	}
	body, personal, err := split(v, content)
	if err != nil {
		return Revision{}, fmt.Errorf("encode %s/%s: %w", v.DocumentKind(), id, err)
	}
	return Revision{
		Kind: v.DocumentKind(), ID: id, Number: number, Created: created, At: at,
		By: w.By.ID, Op: w.Op, Refs: v.DocumentRefs(), Body: body, Personal: personal,
	}, nil
}

func decode[T Document](r Revision) (Stored[T], error) {
	s := Stored[T]{ID: r.ID, Revision: r.Number, Created: r.Created, Changed: r.At, By: r.By}
	err := json.Unmarshal(r.Body, &s.Data)
	if err == nil && r.Personal != nil {
		err = json.Unmarshal(r.Personal, &s.Data) // adds to what is there
	}
	if err != nil {
		return s, fmt.Errorf("decode %s/%s revision %d: %w", r.Kind, r.ID, r.Number, err)
	}
	return s, nil
}

// Create stores the first revision of a document. An empty id means NewID. A
// request that was carried out before gets its first answer.
func Create[T Document](ctx context.Context, l *Ledger, w Write, id string, v T) (Stored[T], error) {
	if id == "" {
		id = l.NewID(w, v.DocumentKind())
	}
	now := l.Now()
	r, err := encode(w, id, 1, now, now, v)
	if err != nil {
		return Stored[T]{}, err
	}
	err = l.store.Insert(ctx, r)
	if errors.Is(err, ErrExists) {
		return Replay[T](ctx, l, w, id)
	}
	if err != nil {
		return Stored[T]{}, err
	}
	return decode[T](r)
}

// Replay answers a request whose document exists: with the revision that the
// same request wrote, or with the conflict.
func Replay[T Document](ctx context.Context, l *Ledger, w Write, id string) (Stored[T], error) {
	var zero T
	history, err := l.store.History(ctx, zero.DocumentKind(), id)
	if err != nil {
		return Stored[T]{}, err
	}
	done, err := repeated(w, history)
	if err != nil {
		return Stored[T]{}, err
	}
	if done == nil {
		return Stored[T]{}, ErrExists
	}
	return decode[T](*done)
}

// once creates a document with a new id out of what compose gives. A request
// that was carried out before gets its first answer, whatever has become of
// the documents that compose looks at.
func once[T Document](ctx context.Context, l *Ledger, w Write, compose func() (T, error)) (Stored[T], error) {
	var zero T
	done, err := answered[T](ctx, l, w, l.NewID(w, zero.DocumentKind()))
	if err != nil {
		return Stored[T]{}, err
	}
	if done != nil {
		return *done, nil
	}
	v, err := compose()
	if err != nil {
		return Stored[T]{}, err
	}
	return Create(ctx, l, w, "", v)
}

// answered finds what the same request made of the document before; nil when
// it made nothing.
func answered[T Document](ctx context.Context, l *Ledger, w Write, id string) (*Stored[T], error) {
	if w.Op.Key == "" {
		return nil, nil
	}
	s, err := Replay[T](ctx, l, w, id)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrExists) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &s, nil
}

// repeated finds the revision that the same request wrote before: nil if there
// is none, ErrKeyReused when the key stood for something else. A key is its
// actor's own: what others wrote with the same one is not looked at.
func repeated(w Write, history []Revision) (*Revision, error) {
	if w.Op.Key == "" {
		return nil, nil
	}
	for i, r := range history {
		if r.Op.Key != w.Op.Key || r.By != w.By.ID {
			continue
		}
		if r.Op.Hash != w.Op.Hash && r.Op.Hash != "" { // it was erased with what was asked
			return nil, ErrKeyReused
		}
		return &history[i], nil
	}
	return nil, nil
}

// attempts is how often an update without If is tried against others.
const attempts = 8

// errBusy says that others were faster that many times in a row.
var errBusy = refuse(ErrConflict, "dữ liệu đang được nhiều người sửa cùng lúc, hãy thử lại", "many are changing this document at once; try again")

// Update writes the next revision of a document: may decides whether the
// actor is allowed to, before anything about the document is told; change
// makes the new content. Others who write meanwhile are never overwritten.
func Update[T Document](ctx context.Context, l *Ledger, w Write, id string, may func(T) error, change func(*T) error) (Stored[T], error) {
	for range attempts {
		s, err := updateOnce(ctx, l, w, id, may, change)
		if !errors.Is(err, ErrExists) {
			return s, err
		}
	}
	if w.If != 0 {
		return Stored[T]{}, ErrStale
	}
	return Stored[T]{}, errBusy
}

func updateOnce[T Document](ctx context.Context, l *Ledger, w Write, id string, may func(T) error, change func(*T) error) (Stored[T], error) {
	var zero T
	history, err := l.historyFor(ctx, w, zero.DocumentKind(), id)
	if err != nil {
		return Stored[T]{}, hide(err)
	}
	last := history[len(history)-1]
	cur, err := decode[T](last)
	if err != nil {
		return Stored[T]{}, err
	}
	// What the actor has done already it may learn again, even where the
	// change itself has ended its right to make it.
	if done, err := repeated(w, history); err != nil {
		return Stored[T]{}, err
	} else if done != nil {
		return decode[T](*done)
	}
	if err := may(cur.Data); err != nil {
		return Stored[T]{}, err
	}
	if w.If != 0 && w.If != last.Number {
		return Stored[T]{}, ErrStale
	}
	if err := change(&cur.Data); err != nil {
		return Stored[T]{}, err
	}
	r, err := encode(w, id, last.Number+1, last.Created, l.Now(), cur.Data)
	if err != nil {
		return Stored[T]{}, err
	}
	if err := l.store.Insert(ctx, r); err != nil {
		return Stored[T]{}, err
	}
	return decode[T](r)
}

// historyFor loads what an update needs: every revision when the request may
// be a repeated one, else only the last.
func (l *Ledger) historyFor(ctx context.Context, w Write, kind Kind, id string) ([]Revision, error) {
	if w.Op.Key != "" {
		return l.store.History(ctx, kind, id)
	}
	r, err := l.store.Head(ctx, kind, id)
	return []Revision{r}, err
}

// Remove removes a document with all its revisions, for good; nothing there is
// no error. It is for the owner of a kind that holds what must not be kept for
// ever, on whose history no rule relies, and ErrInvalid for a kind that the
// store was not opened with as removable. Who may is the owner's business.
func Remove[T Document](ctx context.Context, l *Ledger, id string) error {
	var zero T
	return l.store.Remove(ctx, zero.DocumentKind(), id)
}

// Head loads the latest revision.
func Head[T Document](ctx context.Context, l *Ledger, id string) (Stored[T], error) {
	var zero T
	r, err := l.store.Head(ctx, zero.DocumentKind(), id)
	if err != nil {
		return Stored[T]{}, hide(err)
	}
	return decode[T](r)
}

// HeadsOf loads the latest revision of each document that exists among ids, at
// most 1000.
func HeadsOf[T Document](ctx context.Context, l *Ledger, ids []string) (map[string]Stored[T], error) {
	found := make(map[string]Stored[T], len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var zero T
	rs, err := l.store.Heads(ctx, zero.DocumentKind(), ids)
	if err != nil {
		return nil, err
	}
	for _, r := range rs {
		if found[r.ID], err = decode[T](r); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Read loads the latest revision if may allows it.
func Read[T Document](ctx context.Context, l *Ledger, id string, may func(T) error) (Stored[T], error) {
	s, err := Head[T](ctx, l, id)
	if err == nil {
		err = may(s.Data)
	}
	if err != nil {
		return Stored[T]{}, err
	}
	return s, nil
}

// revisions loads all revisions of a document, the first one first.
func revisions[T Document](ctx context.Context, l *Ledger, id string) ([]Stored[T], error) {
	var zero T
	history, err := l.store.History(ctx, zero.DocumentKind(), id)
	if err != nil {
		return nil, hide(err)
	}
	return decodeAll[T](history)
}

func decodeAll[T Document](rs []Revision) ([]Stored[T], error) {
	out := make([]Stored[T], len(rs))
	for i, r := range rs {
		s, err := decode[T](r)
		if err != nil {
			return nil, err
		}
		out[i] = s
	}
	return out, nil
}

// All loads every document found under ref, the oldest first.
func All[T Document](ctx context.Context, l *Ledger, ref string) ([]Stored[T], error) {
	var (
		zero T
		out  []Stored[T]
	)
	for q := (Query{Kind: zero.DocumentKind(), Ref: ref, Limit: 500}); ; {
		page, err := l.store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		part, err := decodeAll[T](page.Revisions)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
		if page.Next == "" {
			return out, nil
		}
		q.After = page.Next
	}
}

// Paging chooses a part of a list. The zero value is the first page.
type Paging struct {
	After string // Next of the page before
	Limit int    // 1 to MaxPage; 0 for DefaultPage
}

// Sizes of a page, in documents.
const (
	DefaultPage = 50
	MaxPage     = 200
)

// limit is the size of the page.
func (p Paging) limit() (int, error) {
	if p.Limit == 0 {
		return DefaultPage, nil
	}
	if p.Limit < 1 || p.Limit > MaxPage {
		c := newCheck()
		c.fail("limit", fmt.Sprintf("phải từ 1 đến %d", MaxPage), fmt.Sprintf("must be 1 to %d", MaxPage))
		return 0, c.err()
	}
	return p.Limit, nil
}

// A List is one page, the newest document first.
type List[T any] struct {
	Items []Stored[T] `json:"items"`
	Next  string      `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
}

// maxWalk is how many documents a list looks at on the way to the next one that
// is wanted. It bounds what a list costs where hardly any is, whatever there is.
const maxWalk = 2000

// ListOf returns the documents under ref that visible allows. It reads on until
// it has found at least one or looked at maxWalk of them: a page that is empty
// before the end says where to go on.
func ListOf[T Document](ctx context.Context, l *Ledger, ref string, p Paging, visible func(Stored[T]) bool) (List[T], error) {
	limit, err := p.limit()
	if err != nil {
		return List[T]{}, err
	}
	var zero T
	out := List[T]{Items: []Stored[T]{}}
	q := Query{Kind: zero.DocumentKind(), Ref: ref, After: p.After, Limit: limit, Newest: true}
	for walked := 0; ; walked += limit {
		page, err := l.store.List(ctx, q)
		if err != nil {
			return List[T]{}, err
		}
		found, err := decodeAll[T](page.Revisions)
		if err != nil {
			return List[T]{}, err
		}
		for _, s := range found {
			if visible(s) {
				out.Items = append(out.Items, s)
			}
		}
		out.Next, q.After = page.Next, page.Next
		if len(out.Items) > 0 || page.Next == "" || walked >= maxWalk {
			return out, nil
		}
	}
}

// nothing is the list of an actor for whom there is nothing, whatever there is
// for others.
func nothing[T any](p Paging) (List[T], error) {
	_, err := p.limit()
	return List[T]{Items: []Stored[T]{}}, err
}

// idAlphabet is Crockford's, in lower case: ids are read aloud at times.
var idAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID makes an id of 16 characters (80 bits). A repeated request gets the id
// that it had before.
func (l *Ledger) NewID(w Write, kind Kind) string {
	if w.Op.Key != "" {
		sum := sha256.Sum256([]byte(string(kind) + "\x00" + w.Op.Key))
		return idAlphabet.EncodeToString(sum[:10])
	}
	var b [10]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return idAlphabet.EncodeToString(b[:])
}

// hide gives a missing document the same error as one that is not the
// actor's to see.
func hide(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrHidden
	}
	return err
}

// missing turns "not found" of something the input refers to into an error of
// that field.
func missing(field string, err error) error {
	if errors.Is(err, ErrNotFound) {
		c := newCheck()
		c.fail(field, "không tồn tại", "does not exist")
		return c.err()
	}
	return err
}

// HistoryOf loads all revisions if may allows the latest one.
func HistoryOf[T Document](ctx context.Context, l *Ledger, id string, may func(T) error) ([]Stored[T], error) {
	h, err := revisions[T](ctx, l, id)
	if err != nil {
		return nil, err
	}
	if err := may(h[len(h)-1].Data); err != nil {
		return nil, err
	}
	return h, nil
}
