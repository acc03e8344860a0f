package metered

import (
	"context"
	"time"

	"temgoc/internal/trace"
)

// A documents is a trace.Store that is measured.
type documents struct {
	trace.Store
	meter
}

// Documents measures a store; engine is the name of its engine.
func (m *Meter) Documents(s trace.Store, engine string) trace.Store {
	d := documents{s, m.begin(Documents, engine)}
	if b, ok := s.(trace.Bulk); ok {
		return bulk{d, b}
	}
	return d
}

// A bulk is a trace.Bulk that is measured.
type bulk struct {
	documents
	all trace.Bulk
}

// InsertAll implements trace.Bulk.
func (b bulk) InsertAll(ctx context.Context, revisions []trace.Revision) (_ []int, err error) {
	ctx, end := b.call(ctx, "insert_all", "")
	defer func() { end(err) }()
	return b.all.InsertAll(ctx, revisions)
}

// Schema tells how the tables of an engine that has some differ from what they
// should be. It is asked at the start only and is not measured.
func (d documents) Schema(ctx context.Context) ([]string, error) {
	if s, ok := d.Store.(interface {
		Schema(context.Context) ([]string, error)
	}); ok {
		return s.Schema(ctx)
	}
	return nil, nil
}

// Insert implements trace.Store.
func (d documents) Insert(ctx context.Context, r trace.Revision) (err error) {
	ctx, end := d.call(ctx, "insert", r.Kind)
	defer func() { end(err) }()
	return d.Store.Insert(ctx, r)
}

// Head implements trace.Store.
func (d documents) Head(ctx context.Context, kind trace.Kind, id string) (_ trace.Revision, err error) {
	ctx, end := d.call(ctx, "head", kind)
	defer func() { end(err) }()
	return d.Store.Head(ctx, kind, id)
}

// Heads implements trace.Store.
func (d documents) Heads(ctx context.Context, kind trace.Kind, ids []string) (_ []trace.Revision, err error) {
	ctx, end := d.call(ctx, "heads", kind)
	defer func() { end(err) }()
	return d.Store.Heads(ctx, kind, ids)
}

// History implements trace.Store.
func (d documents) History(ctx context.Context, kind trace.Kind, id string) (_ []trace.Revision, err error) {
	ctx, end := d.call(ctx, "history", kind)
	defer func() { end(err) }()
	return d.Store.History(ctx, kind, id)
}

// List implements trace.Store.
func (d documents) List(ctx context.Context, q trace.Query) (_ trace.Page, err error) {
	ctx, end := d.call(ctx, "list", q.Kind)
	defer func() { end(err) }()
	return d.Store.List(ctx, q)
}

// Changes implements trace.Store.
func (d documents) Changes(ctx context.Context, kinds []trace.Kind, since time.Time) (_ []trace.Change, err error) {
	ctx, end := d.call(ctx, "changes", "")
	defer func() { end(err) }()
	return d.Store.Changes(ctx, kinds, since)
}

// Log implements trace.Store.
func (d documents) Log(ctx context.Context, q trace.LogQuery) (_ trace.Page, err error) {
	ctx, end := d.call(ctx, "log", q.Kind)
	defer func() { end(err) }()
	return d.Store.Log(ctx, q)
}

// Remove implements trace.Store.
func (d documents) Remove(ctx context.Context, kind trace.Kind, id string) (err error) {
	ctx, end := d.call(ctx, "remove", kind)
	defer func() { end(err) }()
	return d.Store.Remove(ctx, kind, id)
}

// Erase implements trace.Store.
func (d documents) Erase(ctx context.Context, r trace.Revision) (err error) {
	ctx, end := d.call(ctx, "erase", r.Kind)
	defer func() { end(err) }()
	return d.Store.Erase(ctx, r)
}

// AddCounts implements trace.Store.
func (d documents) AddCounts(ctx context.Context, counts []trace.Count) (err error) {
	ctx, end := d.call(ctx, "add_counts", "")
	defer func() { end(err) }()
	return d.Store.AddCounts(ctx, counts)
}

// Counts implements trace.Store.
func (d documents) Counts(ctx context.Context, keys []string) (_ []trace.Count, err error) {
	ctx, end := d.call(ctx, "counts", "")
	defer func() { end(err) }()
	return d.Store.Counts(ctx, keys)
}

// CountsAfter implements trace.Store.
func (d documents) CountsAfter(ctx context.Context, after string, limit int) (_ []trace.Count, err error) {
	ctx, end := d.call(ctx, "counts_after", "")
	defer func() { end(err) }()
	return d.Store.CountsAfter(ctx, after, limit)
}

// Ping implements trace.Store.
func (d documents) Ping(ctx context.Context) (err error) {
	ctx, end := d.call(ctx, "ping", "")
	defer func() { end(err) }()
	return d.Store.Ping(ctx)
}

// A files is a trace.Files that is measured.
type files struct {
	trace.Files
	meter
}

// Files measures a store of files; engine is the name of its engine.
func (m *Meter) Files(s trace.Files, engine string) trace.Files {
	return files{s, m.begin(Files, engine)}
}

// Put implements trace.Files.
func (f files) Put(ctx context.Context, content []byte) (_ trace.Digest, err error) {
	ctx, end := f.call(ctx, "put", "")
	defer func() { end(err) }()
	return f.Files.Put(ctx, content)
}

// Get implements trace.Files.
func (f files) Get(ctx context.Context, d trace.Digest) (_ []byte, err error) {
	ctx, end := f.call(ctx, "get", "")
	defer func() { end(err) }()
	return f.Files.Get(ctx, d)
}

// List implements trace.Files.
func (f files) List(ctx context.Context, after trace.Digest, limit int) (_ []trace.Object, err error) {
	ctx, end := f.call(ctx, "list", "")
	defer func() { end(err) }()
	return f.Files.List(ctx, after, limit)
}

// Remove implements trace.Files.
func (f files) Remove(ctx context.Context, d trace.Digest) (err error) {
	ctx, end := f.call(ctx, "remove", "")
	defer func() { end(err) }()
	return f.Files.Remove(ctx, d)
}

// Ping implements trace.Files.
func (f files) Ping(ctx context.Context) (err error) {
	ctx, end := f.call(ctx, "ping", "")
	defer func() { end(err) }()
	return f.Files.Ping(ctx)
}
