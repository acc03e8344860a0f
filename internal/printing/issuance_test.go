package printing_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/mongo"
)

// An issuance is how much is issued at once, by so many goroutines.
type issuance struct{ goroutines, batches, stamps int }

// TestIssuedAtOnce has many open batches and order item codes of one batch at
// once: no batch code and no item code is given out twice, the serials of the
// orders follow each other without a gap, and what was issued never gets less. The
// long form is 64 goroutines that open 1,000 batches each, and a million stamps;
// 20 batches each over MongoDB.
func TestIssuedAtOnce(t *testing.T) {
	some, many := issuance{16, 10, 4_000}, issuance{8, 2, 400}
	if os.Getenv("TEMGOC_SOAK") == "1" {
		some, many = issuance{64, 1000, 1_000_000}, issuance{64, 20, 64_000}
	}
	t.Run("sqlite", func(t *testing.T) {
		some.issue(t, newWorldOn(t, embedded(t, filepath.Join(t.TempDir(), "temgoc.db")), rand.Reader))
	})
	t.Run("mongo", func(t *testing.T) {
		store := must(mongo.Open(t.Context(), servers.MongoDB(t), slices.Concat(trace.Kinds(), printing.Kinds())))(t)
		defer store.Close()
		many.issue(t, newWorldOn(t, store, rand.Reader))
	})
}

func (n issuance) issue(t *testing.T, w *world) {
	codes := n.openBatches(t, w)
	slices.Sort(codes)
	if unique := len(slices.Compact(codes)); unique != n.goroutines*n.batches {
		t.Errorf("%d batches have %d codes", n.goroutines*n.batches, unique)
	}
	orders := n.orderStamps(t, w, w.Book)
	if faults := w.doubled(t, orders); len(faults) > 0 {
		t.Error(faults)
	}
	items := make([]string, 0, n.stamps)
	for _, o := range orders {
		for from := 1; from <= o.Data.Count; from += 1000 {
			page := must(w.Codes(w.ctx, w.by, o.ID, from, 1000))(t)
			for _, c := range page {
				items = append(items, c.Code)
			}
		}
	}
	slices.Sort(items)
	if unique := len(slices.Compact(items)); unique != n.stamps {
		t.Errorf("%d stamps have %d codes", n.stamps, unique)
	}
	t.Logf("%d goroutines: %d batches, %d orders of %d stamps in all; no code twice", n.goroutines, n.goroutines*n.batches, len(orders), n.stamps)
}

// atOnce runs do in so many goroutines.
func (n issuance) atOnce(do func(i int) error) error {
	var group sync.WaitGroup
	failed := make([]error, n.goroutines)
	for i := range n.goroutines {
		group.Go(func() { failed[i] = do(i) })
	}
	group.Wait()
	return errors.Join(failed...)
}

func (n issuance) openBatches(t *testing.T, w *world) (codes []string) {
	t.Helper()
	var mu sync.Mutex
	err := n.atOnce(func(i int) error {
		for j := range n.batches {
			lot, err := gs1.ParseLotNumber(fmt.Sprintf("M%d-%d", i, j))
			if err != nil {
				return err
			}
			b, err := insist(func() (trace.Stored[trace.Batch], error) {
				return w.ledger.CreateBatch(w.ctx, trace.Write{By: w.by, Op: trace.Op{Key: fmt.Sprint("batch", i, "-", j), Hash: "h"}}, trace.BatchData{
					Product: w.product, Lot: lot, Quantity: trace.Quantity{Value: "10", Unit: "KGM"}, Production: day("2026-10-01"),
				})
			})
			if err != nil {
				return err
			}
			mu.Lock()
			codes = append(codes, b.ID)
			mu.Unlock()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

// insist repeats what lost a race too often, or found the store busy, as clients do.
func insist[T any](do func() (T, error)) (T, error) {
	for range 99 {
		if v, err := do(); err == nil || !errors.Is(err, trace.ErrExists) && !errors.Is(err, trace.ErrUnavailable) {
			return v, err
		}
	}
	return do()
}

// orderStamps has each goroutine order its part of the stamps of one batch, while
// others see what was issued so far, which must never get less.
func (n issuance) orderStamps(t *testing.T, w *world, book *printing.Book) (orders []trace.Stored[printing.Order]) {
	t.Helper()
	var mu sync.Mutex
	ctx, stop := context.WithCancel(w.ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		for last := 0; ctx.Err() == nil; {
			seen, issued := must(w.OrdersOf(w.ctx, w.batch))(t), 0
			for _, o := range seen {
				issued += o.Data.Count
			}
			if issued < last {
				t.Errorf("%d stamps were issued, then %d", last, issued)
			}
			last = issued
		}
	})
	err := n.atOnce(func(i int) error {
		d := w.order(printing.ItemCodes, n.stamps/n.goroutines)
		o, err := insist(func() (trace.Stored[printing.Order], error) {
			return book.Create(w.ctx, trace.Write{By: w.by, Op: trace.Op{Key: fmt.Sprint("order", i), Hash: "h"}}, d)
		})
		mu.Lock()
		defer mu.Unlock()
		orders = append(orders, o)
		return err
	})
	stop()
	watching.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return orders
}

// doubled says which serials were acknowledged to two orders, or to none.
func (w *world) doubled(t *testing.T, orders []trace.Stored[printing.Order]) (faults []string) {
	t.Helper()
	slices.SortFunc(orders, func(a, b trace.Stored[printing.Order]) int { return int(a.Data.First) - int(b.Data.First) })
	next := uint32(0)
	for _, o := range orders {
		if o.Data.First != next {
			faults = append(faults, fmt.Sprintf("order %s begins with serial %d, want %d", o.ID, o.Data.First, next))
		}
		next = o.Data.First + uint32(o.Data.Count)
	}
	return faults
}

// careless is a store without unique keys: who comes second is told that it was
// first.
type careless struct{ trace.Store }

func (s careless) Insert(ctx context.Context, r trace.Revision) error {
	if err := s.Store.Insert(ctx, r); !errors.Is(err, trace.ErrExists) {
		return err
	}
	return nil
}

// TestIssuedWithoutUniqueKeys is the control of TestIssuedAtOnce.
func TestIssuedWithoutUniqueKeys(t *testing.T) {
	w := newWorld(t)
	n := issuance{16, 0, 1600}
	for range 20 { // chance alone can keep them apart once
		book := must(printing.New(w.ledgerOver(careless{w.store}), w.keys, "https://t.example.vn"))(t)
		if len(w.doubled(t, n.orderStamps(t, w, book))) > 0 {
			return
		}
		w.batch = w.open(t, rand.Text()[:10])
		must(w.ledger.MoveBatch(w.ctx, trace.Write{By: w.by}, w.batch, trace.Transition{To: trace.BatchReleased}))(t)
	}
	t.Error("without unique keys no serial was given out twice")
}
