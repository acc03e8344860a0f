// Package readonly stands before the stores and lets nothing be written once it
// is shut: so a service goes on being read while its records are moved.
package readonly

import (
	"context"
	"sync/atomic"

	"temgoc/internal/trace"
)

// A Gate is before a pair of stores. It is open at first, since a service has
// things to write when it starts, such as what a crash left out of the log.
type Gate struct{ shut atomic.Bool }

// Shut lets nothing be written from now on: writes fail with trace.ErrReadOnly.
// What was begun before may still be carried out.
func (g *Gate) Shut() { g.shut.Store(true) }

func (g *Gate) pass() error {
	if g.shut.Load() {
		return trace.ErrReadOnly
	}
	return nil
}

// Documents is s behind the gate.
func (g *Gate) Documents(s trace.Store) trace.Store { return &documents{s, g} }

// Files is f behind the gate.
func (g *Gate) Files(f trace.Files) trace.Files { return &files{f, g} }

type documents struct {
	trace.Store
	gate *Gate
}

// Insert implements trace.Store.
func (d *documents) Insert(ctx context.Context, r trace.Revision) error {
	if err := d.gate.pass(); err != nil {
		return err
	}
	return d.Store.Insert(ctx, r)
}

// Remove implements trace.Store.
func (d *documents) Remove(ctx context.Context, kind trace.Kind, id string) error {
	if err := d.gate.pass(); err != nil {
		return err
	}
	return d.Store.Remove(ctx, kind, id)
}

// Erase implements trace.Store.
func (d *documents) Erase(ctx context.Context, r trace.Revision) error {
	if err := d.gate.pass(); err != nil {
		return err
	}
	return d.Store.Erase(ctx, r)
}

// AddCounts implements trace.Store.
func (d *documents) AddCounts(ctx context.Context, counts []trace.Count) error {
	if err := d.gate.pass(); err != nil {
		return err
	}
	return d.Store.AddCounts(ctx, counts)
}

type files struct {
	trace.Files
	gate *Gate
}

// Put implements trace.Files.
func (f *files) Put(ctx context.Context, content []byte) (trace.Digest, error) {
	if err := f.gate.pass(); err != nil {
		return trace.Digest{}, err
	}
	return f.Files.Put(ctx, content)
}

// Remove implements trace.Files.
func (f *files) Remove(ctx context.Context, d trace.Digest) error {
	if err := f.gate.pass(); err != nil {
		return err
	}
	return f.Files.Remove(ctx, d)
}
