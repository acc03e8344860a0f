package sighting_test

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// A world is a Keeper over the embedded engine, with one released batch and one
// released order of item codes with PINs, on a clock that stands still.
type world struct {
	*sighting.Keeper
	testing.TB
	ctx    context.Context
	store  trace.Store
	ledger *trace.Ledger
	book   *printing.Book
	keys   *stamp.Keys
	by     trace.Actor
	batch  trace.Stored[trace.Batch]
	order  printing.Order

	mu  sync.Mutex
	now time.Time
}

var office = trace.Actor{ID: "office", Role: trace.Office, Organisation: "Văn phòng"}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"), sighting.Removable()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return newWorldOn(t, store)
}

func newWorldOn(t testing.TB, store trace.Store) *world {
	t.Helper()
	w := &world{TB: t, ctx: t.Context(), store: store, now: time.Date(2026, 11, 23, 2, 30, 0, 0, time.UTC)}
	files, err := dir.Open(t.TempDir())
	w.must(err)
	w.keys, err = stamp.NewKeys(rand.Reader)
	w.must(err)
	w.ledger = trace.New(trace.Config{Store: store, Files: files, Keys: w.keys, Now: w.clock})
	w.book, err = printing.New(w.ledger, w.keys, "https://t.example.vn")
	w.must(err)
	w.Keeper = sighting.New(sighting.Config{Ledger: w.ledger, Store: store, Book: w.book, Keys: w.keys, Now: w.clock})
	producer, err := w.ledger.CreateProducer(w.ctx, trace.Write{By: office}, trace.Producer{
		Name: "Hợp tác xã Chè Mây Trắng", Kind: "cooperative", Address: trace.Address{Commune: "02260"},
	})
	w.must(err)
	w.by = trace.Actor{ID: "producer", Role: trace.ProducerRole, Producer: producer.ID}
	product, err := w.ledger.CreateProduct(w.ctx, trace.Write{By: w.by}, trace.Product{Producer: producer.ID, Name: catalog.Name{VI: "Chè"}, Set: 11})
	w.must(err)
	lot, err := gs1.ParseLotNumber("L1")
	w.must(err)
	day, err := trace.ParseDate("2026-11-01")
	w.must(err)
	w.batch, err = w.ledger.CreateBatch(w.ctx, trace.Write{By: w.by}, trace.BatchData{
		Product: product.ID, Lot: lot, Quantity: trace.Quantity{Value: "120", Unit: "KGM"}, Production: day,
	})
	w.must(err)
	_, err = w.ledger.MoveBatch(w.ctx, trace.Write{By: w.by}, w.batch.ID, trace.Transition{To: trace.BatchReleased})
	w.must(err)
	order, err := w.book.Create(w.ctx, trace.Write{By: w.by}, printing.OrderData{
		Batch: w.batch.ID, Codes: printing.ItemCodes, Count: 30, Stock: "roll-50x30", Template: "cao-pin", PIN: true,
	})
	w.must(err)
	order, err = w.book.Release(w.ctx, trace.Write{By: w.by}, order.ID)
	w.must(err)
	w.order = order.Data
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) want(err, kind error) {
	w.Helper()
	if !errors.Is(err, kind) {
		w.Errorf("error %v, want %v", err, kind)
	}
}

// stamp is a stamp of the order by its position, with its PIN.
func (w *world) stamp(position int) (sighting.Ref, string) {
	w.Helper()
	batch, err := stamp.ParseBatchCode(w.batch.ID)
	w.must(err)
	sealer, err := w.keys.Sealer(w.order.KeyID, batch)
	w.must(err)
	code := sealer.Item(w.order.First + uint32(position-1))
	return sighting.Ref{
		Code: code, Batch: w.batch.ID, Producer: w.order.Producer, Order: w.order.ID(), Position: position, KeyID: w.order.KeyID,
	}, sealer.PIN(code)
}

// see lets browsers look at a stamp, and stores that.
func (w *world) see(r sighting.Ref, browsers ...string) {
	w.Helper()
	for _, b := range browsers {
		w.Seen(r, b, w.clock())
	}
	w.must(w.Flush(w.ctx))
}

// level is what is said of a stamp now.
func (w *world) level(r sighting.Ref) sighting.Sign {
	w.Helper()
	w.pass(3 * time.Second) // what is known may be two seconds old
	i, err := w.Item(w.ctx, r.Code)
	w.must(err)
	n, _ := i.Level(w.clock())
	return n.Sign
}

func browsers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = sighting.NewBrowser()
	}
	return out
}

// count is how many documents of a kind there are.
func (w *world) count(k trace.Kind) int {
	w.Helper()
	page, err := w.store.List(w.ctx, trace.Query{Kind: k, Limit: 1000})
	w.must(err)
	return len(page.Revisions)
}
