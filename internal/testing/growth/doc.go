// Package growth has what people wait for, one operation each, over a service
// that package bulk has filled: for measuring how long they take the more there
// is, and for a test that what they read does not grow.
package growth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/account"
	"temgoc/internal/printing"
	"temgoc/internal/proof"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/testing/bulk"
	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
	"temgoc/storage"
)

// A Service is what a process of the service has, over the stores of a place.
type Service struct {
	Log     *proof.Log
	Ledger  *trace.Ledger
	Book    *printing.Book
	Cache   *scan.Cache
	Handler http.Handler
	// Page is how many documents a list shows; 0 for what it shows by itself.
	Page int

	store     *counted
	stores    *storage.Stores
	keys      *stamp.Keys
	logKey    *proof.Key
	people    *account.Directory
	sightings *sighting.Keeper

	// Whose lists are opened: the producer with the most batches, one with few,
	// and a batch of the first.
	big, small trace.Actor
	product    string
	batch      string
	codes      []string // of batches all over the log, for cold pages
	next       atomic.Int64
}

// Open starts a service over the stores of a place.
func Open(ctx context.Context, p bulk.Place) (*Service, error) {
	stores, keys, logKey, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	s := &Service{stores: stores, keys: keys, logKey: logKey, store: &counted{Store: stores.Documents}}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, stores.Close())
	}
	return s, nil
}

// Close ends it.
func (s *Service) Close() error { return s.stores.Close() }

// start makes what a process makes before it answers.
func (s *Service) start(ctx context.Context) error {
	var err error
	s.Log, err = proof.Open(ctx, proof.Config{Store: s.store, Kinds: bulk.Logged(), Signer: s.logKey, Verifier: s.logKey.Verifier, VKey: s.logKey.VKey})
	if err != nil {
		return err
	}
	store := s.Log.Store()
	s.Ledger = trace.New(trace.Config{Store: store, Files: s.stores.Files, Keys: s.keys, Stamps: printing.Given{}})
	if err := s.Ledger.PinKeys(ctx); err != nil {
		return err
	}
	s.people = account.NewDirectory(account.DirectoryConfig{Ledger: s.Ledger, Store: store, Keys: s.keys})
	if s.Book, err = printing.New(s.Ledger, s.keys, "https://t.example.vn"); err != nil {
		return err
	}
	s.Book.Quote(s.Log.Checkpoint)
	s.sightings = sighting.New(sighting.Config{Ledger: s.Ledger, Store: store, Book: s.Book, Keys: s.keys})
	return s.cold(store)
}

// cold makes pages that have nothing in memory.
func (s *Service) cold(store trace.Store) error {
	var err error
	if s.Cache, err = scan.NewCache(scan.CacheConfig{Store: store, Loader: s.Ledger, Orders: s.Book, Keys: s.keys, Log: s.Log}); err != nil {
		return err
	}
	pages, err := scan.New(scan.Config{Ledger: s.Ledger, Cache: s.Cache, Counter: scan.NewCounter(store, time.Now), Sightings: s.sightings})
	if err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	pages.Register(engine)
	s.Handler = engine
	return nil
}

// get asks for a page and wants it.
func (s *Service) get(ctx context.Context, path string) error {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(w.Body, 300)) // of a recorder
		return fmt.Errorf("%s: status %d: %s", path, w.Code, text)
	}
	return nil
}

// Meet finds whose lists are opened.
func (s *Service) Meet(ctx context.Context) error {
	producers, err := trace.All[trace.Producer](ctx, s.Ledger, "")
	if err != nil || len(producers) == 0 {
		return errors.Join(err, errors.New("no producers"))
	}
	s.big, s.small = bulk.ProducerActor(producers[0].ID), bulk.ProducerActor(producers[len(producers)-1].ID)
	batches, err := s.Ledger.Batches(ctx, s.big, trace.BatchQuery{State: trace.BatchReleased}, trace.Paging{Limit: 200})
	if err != nil || len(batches.Items) == 0 {
		return errors.Join(err, errors.New("the first producer has no released batch"))
	}
	s.batch, s.product = batches.Items[0].ID, batches.Items[0].Data.Product
	return s.pick(ctx)
}

// pick takes batches from all over the order in which they were made.
func (s *Service) pick(ctx context.Context) error {
	for q := (trace.Query{Kind: trace.KindBatches, Limit: 1000}); ; {
		page, err := s.store.List(ctx, q)
		if err != nil {
			return err
		}
		for i := 0; i < len(page.Revisions); i += max(1, len(page.Revisions)/25) {
			s.codes = append(s.codes, page.Revisions[i].ID)
		}
		q.Newest = !q.Newest // the oldest thousand, and the newest
		if q.After = ""; !q.Newest {
			return nil
		}
	}
}

// Batches counts them.
func (s *Service) Batches(ctx context.Context) (n int, err error) {
	for q := (trace.Query{Kind: trace.KindBatches, Limit: 1000}); ; {
		page, err := s.store.List(ctx, q)
		if err != nil {
			return n, err
		}
		n += len(page.Revisions)
		if q.After = page.Next; page.Next == "" {
			return n, nil
		}
	}
}

// A counted store counts what is asked of it and how many revisions it returns.
type counted struct {
	trace.Store
	calls, read atomic.Int64
}

func (c *counted) note(revisions int) {
	c.calls.Add(1)
	c.read.Add(int64(revisions))
}

// Insert implements trace.Store.
func (c *counted) Insert(ctx context.Context, r trace.Revision) error {
	c.note(0)
	return c.Store.Insert(ctx, r)
}

// Head implements trace.Store.
func (c *counted) Head(ctx context.Context, kind trace.Kind, id string) (trace.Revision, error) {
	c.note(1)
	return c.Store.Head(ctx, kind, id)
}

// Heads implements trace.Store.
func (c *counted) Heads(ctx context.Context, kind trace.Kind, ids []string) ([]trace.Revision, error) {
	found, err := c.Store.Heads(ctx, kind, ids)
	c.note(len(found))
	return found, err
}

// History implements trace.Store.
func (c *counted) History(ctx context.Context, kind trace.Kind, id string) ([]trace.Revision, error) {
	found, err := c.Store.History(ctx, kind, id)
	c.note(len(found))
	return found, err
}

// List implements trace.Store.
func (c *counted) List(ctx context.Context, q trace.Query) (trace.Page, error) {
	page, err := c.Store.List(ctx, q)
	c.note(len(page.Revisions))
	return page, err
}

// Log implements trace.Store.
func (c *counted) Log(ctx context.Context, q trace.LogQuery) (trace.Page, error) {
	page, err := c.Store.Log(ctx, q)
	c.note(len(page.Revisions))
	return page, err
}

// Changes implements trace.Store.
func (c *counted) Changes(ctx context.Context, kinds []trace.Kind, since time.Time) ([]trace.Change, error) {
	found, err := c.Store.Changes(ctx, kinds, since)
	c.note(len(found))
	return found, err
}

// Asked is how much an operation asked of the store: calls, and revisions read.
type Asked struct{ Calls, Read int64 }

// Count does an operation and counts.
func (s *Service) Count(ctx context.Context, o Operation) (Asked, error) {
	calls, read := s.store.calls.Load(), s.store.read.Load()
	err := o.Do(ctx, s)
	return Asked{s.store.calls.Load() - calls, s.store.read.Load() - read}, err
}
