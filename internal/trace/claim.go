package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
)

// A claim reserves a term, its id, for one document. The claim is written
// first and the document that carries the term among its refs second. A claim
// whose document never came to be, or no longer carries the term, is void
// after ClaimGrace and is taken over by writing its next revision.
type claim struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
	// Released says that who had the term is removing the claim, see Release.
	Released bool `json:"released,omitempty"`
}

func (claim) DocumentKind() Kind     { return KindClaims }
func (claim) DocumentRefs() []string { return nil }

// ClaimGrace is how long a claim counts before its document is there. It is
// longer than any request lives.
const ClaimGrace = time.Minute

// errTaken says that the term belongs to another document.
var errTaken = fmt.Errorf("%w: taken", ErrConflict)

// claimFresh is how long a claim may be relied on again without renewing it:
// what is left of its grace is then still longer than a request lives.
const claimFresh = ClaimGrace / 2

// claim reserves term for the document id of kind. Claiming what one has is
// allowed; an old claim whose document does not carry the term is renewed, or
// else it could be taken over as void before the document is written.
// errTaken when another document has it.
func (l *Ledger) claim(ctx context.Context, w Write, term string, kind Kind, id string) error {
	mine := claim{Kind: kind, ID: id}
	for range attempts {
		cur, err := Head[claim](ctx, l, term)
		switch {
		case errors.Is(err, ErrNotFound):
			cur = Stored[claim]{Created: l.Now()}
		case err != nil:
			return err
		case cur.Data.Released:
			return errTaken // for a moment
		default:
			grace := ClaimGrace
			if cur.Data == mine {
				grace = claimFresh
			}
			void, err := l.claimIsVoid(ctx, cur, grace)
			switch {
			case err != nil:
				return err
			case !void && cur.Data == mine:
				return nil
			case !void:
				return errTaken
			}
		}
		r, err := encode(Write{By: w.By}, term, cur.Revision+1, cur.Created, l.Now(), mine)
		if err != nil {
			return err
		}
		if err := l.store.Insert(ctx, r); !errors.Is(err, ErrExists) {
			return err
		}
	}
	return errTaken
}

// Claim reserves a term for a document of another package, which writes the
// document with the term among its refs next. See claim. ErrConflict when the
// term belongs to another document.
func (l *Ledger) Claim(ctx context.Context, w Write, term string, kind Kind, id string) error {
	return l.claim(ctx, w, term, kind, id)
}

// Claimed returns the id of the document that has the term, or ErrHidden.
func (l *Ledger) Claimed(ctx context.Context, term string) (string, error) {
	return l.claimed(ctx, term)
}

// FieldConflict says that the value of a field belongs to another document. It
// is an ErrConflict and can be had as FieldErrors.
func FieldConflict(field, vi, en string) error {
	return &conflictError{FieldErrors{{field, catalog.Name{VI: vi, EN: en}}}}
}

// claimIsVoid tells whether the claim is older than grace and its document
// does not carry the term.
func (l *Ledger) claimIsVoid(ctx context.Context, c Stored[claim], grace time.Duration) (bool, error) {
	if l.Now().Sub(c.Changed) < grace {
		return false, nil
	}
	owner, err := l.store.Head(ctx, c.Data.Kind, c.Data.ID)
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	return err == nil && !slices.Contains(owner.Refs, c.ID), err
}

// claimed returns the id of the document that has the term, or ErrNotFound.
func (l *Ledger) claimed(ctx context.Context, term string) (string, error) {
	c, err := Head[claim](ctx, l, term)
	if err != nil {
		return "", err
	}
	if c.Data.Released {
		return "", ErrHidden
	}
	owner, err := l.store.Head(ctx, c.Data.Kind, c.Data.ID)
	if err != nil {
		return "", hide(err)
	}
	if !slices.Contains(owner.Refs, term) {
		return "", ErrHidden
	}
	return c.Data.ID, nil
}

// Release removes the claim that a document has on a term which it does not
// carry any more, for a term that says who somebody is: nothing of it is left in
// the store, and anybody may claim it. Nothing to release is no error, and a
// claim that is another document's by now stays. While it still carries the
// term, ErrConflict.
//
// A revision that says so goes before the removal: of all who release a term at
// one time one removes it, and nobody claims it meanwhile. Who finds one that is
// older than a request lives takes over from a process that ended.
func (l *Ledger) Release(ctx context.Context, w Write, term string, kind Kind, id string) error {
	cur, err := Head[claim](ctx, l, term)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	age := l.Now().Sub(cur.Changed)
	if cur.Data.Kind != kind || cur.Data.ID != id || cur.Data.Released && age < ClaimGrace {
		return nil
	}
	if owner, err := l.store.Head(ctx, kind, id); err == nil && slices.Contains(owner.Refs, term) {
		return errTaken
	} else if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	r, err := encode(Write{By: w.By}, term, cur.Revision+1, cur.Created, l.Now(), claim{kind, id, true})
	if err != nil {
		return err
	}
	err = l.store.Insert(ctx, r)
	if errors.Is(err, ErrExists) {
		return nil // somebody else releases it, or has claimed it
	}
	if err != nil {
		return err
	}
	return l.store.Remove(ctx, KindClaims, term)
}

// taken turns errTaken into an error of the field.
func taken(err error, field, vi, en string) error {
	if errors.Is(err, errTaken) {
		return FieldConflict(field, vi, en)
	}
	return err
}

// A conflictError is a field whose value collides with another document.
type conflictError struct{ FieldErrors }

// Unwrap makes it an ErrConflict.
func (e *conflictError) Unwrap() error { return ErrConflict }

// As lets errors.As find the field.
func (e *conflictError) As(target any) bool {
	fields, ok := target.(*FieldErrors)
	if ok {
		*fields = e.FieldErrors
	}
	return ok
}

// requestTerm is the id of the claim in which a request with a key writes
// down which id it drew or came to.
func (l *Ledger) requestTerm(w Write, kind Kind) string { return "request:" + l.NewID(w, kind) }

// The terms under which documents are found.
func producerRef(id string) string    { return "producer:" + id }
func generalRef(id string) string     { return "general:" + id }
func productRef(id string) string     { return "product:" + id }
func batchRef(code string) string     { return "batch:" + code }
func inputRef(code string) string     { return "input:" + code }
func gtinRef(g gs1.GTIN) string       { return "gtin:" + g.String() }
func lotRef(lot gs1.LotNumber) string { return "lot:" + lot.String() }
func communeRef(code string) string   { return "commune:" + code }
func fileRef(d Digest) string         { return "file:" + d.String() }

// BatchTerm is the term of what belongs to a batch, for the documents of other
// packages.
func BatchTerm(code string) string { return batchRef(code) }

// ProducerTerm is the term of what belongs to a producer, for the documents of
// other packages.
func ProducerTerm(id string) string { return producerRef(id) }

// ProductTerm is the term of what belongs to a product, for the documents of
// other packages.
func ProductTerm(id string) string { return productRef(id) }

// GeneralTerm finds the certificates of a producer that are about no one
// product.
func GeneralTerm(id string) string { return generalRef(id) }

// PeriodicTerm finds the reports about a product that are about no batch.
func PeriodicTerm(id string) string { return periodicRef(id) }

// uniqueLotRef is the term of a lot number within its product.
func uniqueLotRef(product string, lot gs1.LotNumber) string {
	return "product:" + product + ":lot:" + lot.String()
}

// words are the terms for search by name.
func words(s string) []string {
	var refs []string
	for _, w := range catalog.Words(s) {
		refs = append(refs, "word:"+w)
	}
	return refs
}

// matches tells whether name has every word of search.
func matches(search, name string) bool {
	have := catalog.Words(name)
	for _, w := range catalog.Words(search) {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return true
}

// NameTerms are the terms under which another package's documents are found by
// the words of a name.
func NameTerms(name string) []string { return words(name) }

// SearchTerm is the one of NameTerms that narrows a search most; empty when
// the search has no word.
func SearchTerm(search string) string { return wordRef(search) }

// NameMatches tells whether name has every word of search, whatever its case
// and diacritics.
func NameMatches(search, name string) bool { return matches(search, name) }

// wordRef is the term for the longest word of a search, or nothing. The
// longest is the rarest.
func wordRef(search string) string {
	longest := ""
	for _, w := range catalog.Words(search) {
		if len(w) > len(longest) {
			longest = w
		}
	}
	if longest == "" {
		return ""
	}
	return "word:" + longest
}
