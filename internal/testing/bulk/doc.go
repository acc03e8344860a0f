// Package bulk fills empty stores with a province: as many batches as are
// wanted, of few producers with many and many with few, with diaries, print
// orders, test reports, certificates, problems and the log, as the service would
// have written them. It is for measuring what grows, and for whoever needs many
// records to try something on.
//
// A few batches of each producer are entered through the real ledger, over a
// store in memory, and what that writes is kept as a template: its texts with
// gaps for codes, ids, keys, lots and times. Every further batch is such a
// template with its own codes and another time, and with a part of its diary
// left out. All revisions, templates and copies, go through the real log, which
// salts them, makes and signs their leaves and its tiles. Only the engines are
// filled otherwise than by the service: many revisions at a time.
//
// What results passes temgoc audit and the check of SQLite's tables.
package bulk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"crypto/rand"

	"golang.org/x/sync/errgroup"

	"temgoc/internal/account"
	"temgoc/internal/exchange"
	"temgoc/internal/printing"
	"temgoc/internal/privacy"
	"temgoc/internal/proof"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/storage"
)

// A Place is where a service has its stores and keys, with the same defaults as
// the program has.
type Place struct {
	// Data is the directory of the key files, and of the stores that are not
	// named.
	Data string
	// Documents and Files are the addresses of the stores; SQLite and a directory
	// in Data where they are empty.
	Documents, Files string
}

// withDefaults fills in what is not named.
func (p Place) withDefaults() Place {
	if p.Documents == "" {
		p.Documents = "sqlite:" + filepath.Join(p.Data, "temgoc.db")
	}
	if p.Files == "" {
		p.Files = "dir:" + filepath.Join(p.Data, "files")
	}
	return p
}

// Config says how much is made.
type Config struct {
	Place
	// Batches is how many batches there will be.
	Batches int
	// Producers is how many share them; 0 for one to a hundred batches, at least
	// 20 and at most 1000.
	Producers int
	// Short leaves batches with one entry of their diary and nothing else: for
	// numbers whose full records no disk has room for.
	Short bool
	// Until is the time of the last one; a day before now when zero.
	Until time.Time
	// Progress is told how many batches are made, now and then; nil for nobody.
	Progress func(batches int)
}

// span is over how long a time everything was entered.
const span = 2 * 365 * 24 * time.Hour

// Made is what was made.
type Made struct {
	Batches, Producers int
	Revisions, Leaves  int64
	Took               time.Duration
}

// Kinds are all kinds of documents that the service keeps.
func Kinds() []trace.Kind {
	return slices.Concat(trace.Kinds(), account.Kinds(), printing.Kinds(), sighting.Kinds(), exchange.Kinds(), privacy.Kinds(), proof.Kinds(), proof.Removable())
}

// Removable are those of them that are not kept for ever.
func Removable() []trace.Kind {
	return slices.Concat(trace.Removable(), account.Removable(), sighting.Removable(), proof.Removable())
}

// AuditKinds are those of them that show in the audit log.
func AuditKinds() []trace.AuditKind {
	return slices.Concat(trace.AuditKinds(), account.AuditKinds(), printing.AuditKinds(), sighting.AuditKinds(), exchange.AuditKinds(), privacy.AuditKinds())
}

// Logged are those of them whose every revision is in the log.
func Logged() []trace.Kind {
	var logged []trace.Kind
	for _, k := range AuditKinds() {
		logged = append(logged, k.Kind)
	}
	return logged
}

// Open opens the stores of a place, and its keys, which are made where they are
// missing.
func (p Place) Open(ctx context.Context) (*storage.Stores, *stamp.Keys, *proof.Key, error) {
	p = p.withDefaults()
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return nil, nil, nil, err
	}
	keys, logKey, err := p.openKeys()
	if err != nil {
		return nil, nil, nil, err
	}
	stores, err := storage.Open(ctx, storage.Config{Documents: p.Documents, Files: p.Files, Kinds: Kinds(), Removable: Removable()})
	return stores, keys, logKey, err
}

func (p Place) openKeys() (*stamp.Keys, *proof.Key, error) {
	path := filepath.Join(p.Data, "keys.json")
	keys, err := stamp.LoadKeys(path)
	if errors.Is(err, fs.ErrNotExist) {
		keys, err = stamp.CreateKeys(path, rand.Reader)
	}
	if err != nil {
		return nil, nil, err
	}
	path = filepath.Join(p.Data, "log.key")
	logKey, err := proof.LoadKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		logKey, err = proof.CreateKey(path, "temgoc-log-growth")
	}
	return keys, logKey, err
}

// Load fills the stores of a place, which must be empty.
func Load(ctx context.Context, c Config) (*Made, error) {
	began := time.Now()
	c.Place = c.withDefaults()
	if c.Producers == 0 {
		c.Producers = min(max(c.Batches/100, 20), 1000)
	}
	if c.Until.IsZero() {
		c.Until = time.Now().Add(-24 * time.Hour)
	}
	if c.Progress == nil {
		c.Progress = func(int) {}
	}
	stores, keys, logKey, err := c.Open(ctx)
	if err != nil {
		return nil, err
	}
	m, err := c.fill(ctx, stores, keys, logKey)
	if err := errors.Join(err, stores.Close()); err != nil {
		return nil, err
	}
	m.Took = time.Since(began)
	return m, nil
}

func (c Config) fill(ctx context.Context, stores *storage.Stores, keys *stamp.Keys, logKey *proof.Key) (*Made, error) {
	page, err := stores.Documents.List(ctx, trace.Query{Kind: proof.KindLeaves, Limit: 1})
	if err != nil || len(page.Revisions) > 0 {
		return nil, errors.Join(err, errors.New("the store is not empty: remove it first"))
	}
	sink, err := openSink(ctx, c.Documents, stores.Documents)
	if err != nil {
		return nil, err
	}
	w, err := newWriter(ctx, sink, keys, logKey, stores.Files, c.Until.Add(-span))
	if err != nil {
		return nil, errors.Join(err, sink.finish(ctx))
	}
	err = errors.Join(c.make(ctx, w), w.close(ctx))
	return &Made{c.Batches, c.Producers, w.revisions.Load(), w.log.Size(), 0}, err
}

// workers is how many batches are made at once: their leaves are signed in
// groups then, as those of a service that many use. Where few do, each statement
// has a group of its own, and the log takes more room.
const workers = 16

// make enters the templates, then what is copied from them.
func (c Config) make(ctx context.Context, w *writer) error {
	p, err := w.settle(ctx, c)
	if err != nil {
		return err
	}
	rest := c.Batches - p.entered
	if rest < 0 {
		return fmt.Errorf("%d batches are fewer than the %d templates of %d producers", c.Batches, p.entered, c.Producers)
	}
	from, until := w.now().Add(time.Minute), c.Until
	var next atomic.Int64
	group, gctx := errgroup.WithContext(ctx)
	for range workers {
		group.Go(func() error {
			for gctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= rest {
					return nil
				}
				// The later, the more: the newest times are the busiest.
				at := from.Add(time.Duration(float64(until.Sub(from)) * math.Pow(float64(i)/float64(rest), 0.6)))
				if err := p.copy(gctx, i, at); err != nil {
					return err
				}
				if i%1000 == 0 {
					c.Progress(p.entered + i)
				}
			}
			return gctx.Err()
		})
	}
	return group.Wait()
}
