package trace

import (
	"context"
	"errors"
	"slices"
)

// FileUses is what refers to a file, among what the actor may see.
type FileUses struct {
	// File is what is known of the file; nil when exactly these bytes were never
	// kept here.
	File         *Stored[File]
	Certificates []FileUse[Certificate]
	Records      []FileUse[Record]
	Tests        []FileUse[TestReport]
	Products     []FileUse[Product]
}

// A FileUse is a document that refers to a file, or did in an earlier revision.
type FileUse[T any] struct {
	Document Stored[T] // the latest revision
	Now      bool      // whether it is that one that refers to the file
}

// maxUses bounds the revisions of a kind that are looked through.
const maxUses = 500

// fileRefs are the terms under which a document with files is found by them.
func fileRefs(files ...Digest) []string {
	var refs []string
	for _, d := range files {
		if (d != Digest{}) {
			refs = append(refs, fileRef(d))
		}
	}
	return refs
}

// FileUses finds the certificates, records, test reports and products that a
// file belongs to, or did in a revision that was replaced since. Revisions
// that were stored before documents were found by their files are not among
// them. File tells only that the bytes were kept once, which whoever has them
// may know.
func (l *Ledger) FileUses(ctx context.Context, by Actor, d Digest) (FileUses, error) {
	var u FileUses
	file, err := Head[File](ctx, l, d.String())
	if errors.Is(err, ErrNotFound) {
		return u, nil
	}
	if err != nil {
		return FileUses{}, err
	}
	u.File = &file
	if u.Certificates, err = usesOf(ctx, l, d, func(c Certificate) error { return by.maySee(c.Producer) }); err != nil {
		return FileUses{}, err
	}
	if u.Records, err = usesOf(ctx, l, d, func(r Record) error { return by.maySee(r.Producer) }); err != nil {
		return FileUses{}, err
	}
	if u.Tests, err = usesOf(ctx, l, d, by.maySeeTest); err != nil {
		return FileUses{}, err
	}
	u.Products, err = usesOf(ctx, l, d, func(p Product) error { return by.maySee(p.Producer) })
	return u, err
}

// Any tells whether something refers to the file.
func (u FileUses) Any() bool {
	return len(u.Certificates)+len(u.Records)+len(u.Tests)+len(u.Products) > 0
}

// usesOf finds the documents of a kind one of whose revisions refers to a file,
// the one that was written last first.
func usesOf[T Document](ctx context.Context, l *Ledger, d Digest, may func(T) error) ([]FileUse[T], error) {
	var (
		zero T
		ids  []string
	)
	for q := (LogQuery{Kind: zero.DocumentKind(), Ref: fileRef(d), Limit: maxUses}); len(ids) < maxUses; {
		page, err := l.store.Log(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Revisions {
			if !slices.Contains(ids, r.ID) {
				ids = append(ids, r.ID)
			}
		}
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	heads, err := HeadsOf[T](ctx, l, ids[:min(len(ids), maxUses)])
	if err != nil {
		return nil, err
	}
	var out []FileUse[T]
	for _, id := range ids {
		s, ok := heads[id]
		if ok && may(s.Data) == nil {
			out = append(out, FileUse[T]{s, slices.Contains(s.Data.DocumentRefs(), fileRef(d))})
		}
	}
	return out, nil
}
