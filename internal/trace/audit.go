package trace

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"
	"slices"
	"strings"
	"time"

	"temgoc/internal/catalog"
)

// An AuditKind is a kind of documents whose revisions show in the audit log,
// with the words for what was done. Each package lists those that it owns, as
// AuditKindOf makes them.
type AuditKind struct {
	Kind Kind
	// Name is what one such document is called.
	Name catalog.Name

	describe func(e AuditEntry) (Act, error)
	may      func(by Actor, body json.RawMessage) error
}

// An Act is what somebody did, in words.
type Act struct {
	Action  catalog.Name // such as "Xuất xưởng lô"
	Subject catalog.Name // to what, as people call it: a lot number, a product's name; may be empty
	Detail  string       // as entered: the reason, mostly; may be empty
}

// AuditKindOf makes the AuditKind of documents T. describe is given the
// content before, nil for a document's first revision, and after. may tells
// who sees a revision, by its content; nil where the term of a producer is all
// that the producer needs to see what carries it.
func AuditKindOf[T Document](vi, en string, describe func(before *T, now T) Act, may func(Actor, T) error) AuditKind {
	var zero T
	k := AuditKind{Kind: zero.DocumentKind(), Name: catalog.Name{VI: vi, EN: en}}
	k.describe = func(e AuditEntry) (Act, error) {
		var now, before T
		if err := json.Unmarshal(e.Body, &now); err != nil {
			return Act{}, err
		}
		if e.Number == 1 {
			return describe(nil, now), nil
		}
		// Without what was before nobody can say what was changed.
		if err := json.Unmarshal(e.Before, &before); err != nil {
			return Act{}, err
		}
		return describe(&before, now), nil
	}
	k.may = func(by Actor, body json.RawMessage) error {
		if may == nil {
			return nil
		}
		var now T
		if err := json.Unmarshal(body, &now); err != nil {
			return err
		}
		return may(by, now)
	}
	return k
}

// An AuditEntry is one revision: who wrote what, and when.
type AuditEntry struct {
	At     time.Time
	By     string
	Kind   AuditKind
	ID     string
	Number int
	Refs   []string
	// Body is the content and Before that of the revision before, nil for the
	// first. They are whole: what is not for every reader of the log, such as
	// the hash of a key, must not be shown.
	Body, Before json.RawMessage
}

// Act says what was done.
func (e AuditEntry) Act() Act {
	if act, err := e.Kind.describe(e); err == nil {
		return act
	}
	if e.Number == 1 {
		return Act{Action: catalog.Name{VI: "Tạo mới", EN: "Created"}}
	}
	return Act{Action: catalog.Name{VI: "Sửa đổi", EN: "Changed"}}
}

// An AuditQuery narrows the audit log; empty fields do not.
type AuditQuery struct {
	// Kinds are those that are looked at. None means none.
	Kinds []AuditKind
	// By is the id of the actor.
	By string
	// Ref is the ProducerTerm, ProductTerm or BatchTerm of what the log is to be
	// about. The document that the term names counts as carrying it.
	Ref string
	// Since and Until bound the time of writing: Since <= At < Until.
	Since, Until time.Time
}

// An AuditPage is a part of the log, the newest entry first.
type AuditPage struct {
	Items []AuditEntry
	Next  string // cursor of the next page; empty on the last
}

// Audit returns a page of what was written: to administrator and office
// whatever it is about, to a producer what is about itself, or a product or
// batch of its own. What is written meanwhile does not move the pages.
func (l *Ledger) Audit(ctx context.Context, by Actor, q AuditQuery, p Paging) (AuditPage, error) {
	limit, err := p.limit()
	if err != nil {
		return AuditPage{}, err
	}
	if q, err = l.auditable(ctx, by, q); err != nil {
		return AuditPage{}, err
	}
	after, err := q.parse(p.After)
	if err != nil {
		return AuditPage{}, err
	}
	page := AuditPage{Items: []AuditEntry{}}
	for e, err := range l.audit(ctx, by, q, after) {
		if err != nil {
			return AuditPage{}, err
		}
		page.Items = append(page.Items, e)
		if len(page.Items) > limit {
			page.Items = page.Items[:limit]
			page.Next = q.cursor(placeOf(page.Items[limit-1]))
			break
		}
	}
	return page, nil
}

// AuditAll streams what Audit pages through, for an export. An error ends it.
func (l *Ledger) AuditAll(ctx context.Context, by Actor, q AuditQuery) iter.Seq2[AuditEntry, error] {
	return func(yield func(AuditEntry, error) bool) {
		q, err := l.auditable(ctx, by, q)
		if err != nil {
			yield(AuditEntry{}, err)
			return
		}
		l.audit(ctx, by, q, nil)(yield)
	}
}

// auditable brings a query to what the actor may see, or refuses it.
func (l *Ledger) auditable(ctx context.Context, by Actor, q AuditQuery) (AuditQuery, error) {
	if !q.Since.IsZero() && !q.Until.IsZero() && q.Until.Before(q.Since) {
		c := newCheck()
		c.fail("until", "trước thời điểm bắt đầu (since)", "is before since")
		return q, c.err()
	}
	switch by.Role {
	case Administrator, Office:
		return q, nil
	case ProducerRole:
		if q.Ref == "" {
			q.Ref = producerRef(by.Producer)
		}
		return q, l.mayAudit(ctx, by, q.Ref)
	}
	return q, ErrNotAllowed
}

// mayAudit tells whether the term is of the producer who asks, or of a batch or
// product of its own.
func (l *Ledger) mayAudit(ctx context.Context, by Actor, ref string) (err error) {
	own := func(producer string) error {
		if by.owns(producer) {
			return nil
		}
		return ErrHidden
	}
	if id, ok := strings.CutPrefix(ref, producerRef("")); ok {
		return own(id)
	}
	if code, ok := strings.CutPrefix(ref, batchRef("")); ok {
		_, err = Read(ctx, l, code, func(b Batch) error { return own(b.Producer) })
		return err
	}
	if id, ok := strings.CutPrefix(ref, productRef("")); ok {
		_, err = Read(ctx, l, id, func(p Product) error { return own(p.Producer) })
		return err
	}
	return ErrHidden
}

// audit streams what a query asks for and the actor may see, from behind a
// place on where one is given.
func (l *Ledger) audit(ctx context.Context, by Actor, q AuditQuery, after *auditPlace) iter.Seq2[AuditEntry, error] {
	kinds := make(map[Kind]AuditKind, len(q.Kinds))
	for _, k := range q.Kinds {
		kinds[k.Kind] = k
	}
	return func(yield func(AuditEntry, error) bool) {
		before := befores{store: l.store}
		for r, err := range merged(ctx, l.store, q, after) {
			if err != nil {
				yield(AuditEntry{}, err)
				return
			}
			e := AuditEntry{At: r.At, By: r.By, Kind: kinds[r.Kind], ID: r.ID, Number: r.Number, Refs: r.Refs}
			if e.Body, err = r.Content(); err != nil {
				yield(AuditEntry{}, err)
				return
			}
			if kinds[r.Kind].may(by, e.Body) != nil {
				continue
			}
			e.Before, err = before.of(ctx, r)
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// befores finds what a revision replaced. The histories of the documents met
// last are kept: a log has many revisions of one document close together.
type befores struct {
	store     Store
	histories map[Kind]map[string][]Revision
	kept      int
}

const maxHistories = 500

func (b *befores) of(ctx context.Context, r Revision) (json.RawMessage, error) {
	if r.Number == 1 {
		return nil, nil
	}
	history, known := b.histories[r.Kind][r.ID]
	if !known {
		var err error
		history, err = b.store.History(ctx, r.Kind, r.ID)
		if err != nil && !errors.Is(err, ErrNotFound) { // it may have been removed
			return nil, err
		}
		b.keep(r.Kind, r.ID, history)
	}
	i := slices.IndexFunc(history, func(h Revision) bool { return h.Number == r.Number-1 })
	if i < 0 {
		return nil, nil
	}
	return history[i].Content()
}

func (b *befores) keep(kind Kind, id string, history []Revision) {
	if b.kept%maxHistories == 0 {
		b.histories = map[Kind]map[string][]Revision{}
	}
	b.kept++
	if b.histories[kind] == nil {
		b.histories[kind] = map[string][]Revision{}
	}
	b.histories[kind][id] = history
}

// An auditPlace is a place in the order of the audit log: the newest first,
// and of one instant by kind, id and number, each falling.
type auditPlace struct {
	At     int64 // milliseconds since 1970
	Kind   Kind
	ID     string
	Number int
}

func placeOf(e AuditEntry) auditPlace {
	return auditPlace{e.At.UnixMilli(), e.Kind.Kind, e.ID, e.Number}
}

// A cursor is base64url of a CRC-32C, which tells it from garbage and from the
// cursor of another query, and the place as JSON.
var auditCursors = base64.RawURLEncoding.Strict()

func (q AuditQuery) cursor(p auditPlace) string {
	place, _ := json.Marshal(p) // cannot fail: numbers and valid UTF-8
	return auditCursors.EncodeToString(append(binary.BigEndian.AppendUint32(nil, q.sum(place)), place...))
}

func (q AuditQuery) sum(place []byte) uint32 {
	var kinds []Kind
	for _, k := range q.Kinds {
		kinds = append(kinds, k.Kind)
	}
	slices.Sort(kinds)
	text := fmt.Appendf(nil, "%q %q %q %d %d %s", slices.Compact(kinds), q.By, q.Ref, q.Since.UnixMilli(), q.Until.UnixMilli(), place)
	return crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli))
}

// parse reads a cursor of this query; nil for the first page.
func (q AuditQuery) parse(cursor string) (*auditPlace, error) {
	if cursor == "" {
		return nil, nil
	}
	var p auditPlace
	b, err := auditCursors.DecodeString(cursor)
	if err != nil || len(b) < crc32.Size || q.sum(b[crc32.Size:]) != binary.BigEndian.Uint32(b) ||
		json.Unmarshal(b[crc32.Size:], &p) != nil || q.cursor(p) != cursor {
		return nil, fmt.Errorf("%w: cursor %.50q does not belong to this query", ErrInvalid, cursor)
	}
	return &p, nil
}
