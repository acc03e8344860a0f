package printing_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

var (
	office    = trace.Actor{ID: "office", Role: trace.Office, Organisation: "Văn phòng OCOP tỉnh"}
	inspector = trace.Actor{ID: "inspector", Role: trace.Inspector, Organisation: "Chi cục"}
)

// A world is a book on a ledger on the real embedded engine, with one producer
// that has one released batch.
type world struct {
	*printing.Book
	ctx       context.Context
	ledger    *trace.Ledger
	store     trace.Store
	files     *dir.Files
	keys      *stamp.Keys
	random    io.Reader
	by, other trace.Actor
	product   string
	batch     string

	mu  sync.Mutex
	now time.Time
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) setClock(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldFrom(t, rand.Reader)
}

// newWorldFrom draws keys and codes from a source.
func newWorldFrom(t testing.TB, random io.Reader) *world {
	t.Helper()
	return newWorldOn(t, embedded(t, filepath.Join(t.TempDir(), "temgoc.db")), random)
}

// embedded opens the embedded engine for a test.
func embedded(t testing.TB, path string) *sqlite.DB {
	t.Helper()
	store := must(sqlite.Open(t.Context(), path))(t)
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// newWorldOn makes a world on an empty store.
func newWorldOn(t testing.TB, store trace.Store, random io.Reader) *world {
	t.Helper()
	w := &world{ctx: t.Context(), store: store, random: random, now: time.Date(2026, 11, 15, 3, 0, 0, 0, time.UTC)}
	w.files = must(dir.Open(filepath.Join(t.TempDir(), "files")))(t)
	w.keys = must(stamp.NewKeys(random))(t)
	w.ledger = w.ledgerOver(w.store)
	w.Book = must(printing.New(w.ledger, w.keys, "https://t.example.vn"))(t)
	w.by, w.other = w.producer(t, "HTX Chè Mây Trắng"), w.producer(t, "HTX Khác")
	w.product = must(w.ledger.CreateProduct(w.ctx, trace.Write{By: w.by}, trace.Product{
		Producer: w.by.Producer, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11,
	}))(t).ID
	w.batch = w.open(t, "L1")
	must(w.ledger.MoveBatch(w.ctx, trace.Write{By: w.by}, w.batch, trace.Transition{To: trace.BatchReleased}))(t)
	return w
}

func (w *world) ledgerOver(store trace.Store) *trace.Ledger {
	return trace.New(trace.Config{Store: store, Files: w.files, Keys: w.keys, Now: w.clock, Random: w.random})
}

func (w *world) producer(t testing.TB, name string) trace.Actor {
	t.Helper()
	p := must(w.ledger.CreateProducer(w.ctx, trace.Write{By: office}, trace.Producer{
		Name: name, Kind: "cooperative", Address: trace.Address{Commune: "02260"},
	}))(t)
	return trace.Actor{ID: name, Role: trace.ProducerRole, Producer: p.ID}
}

// open opens a batch that was packed on 5 October 2026.
func (w *world) open(t testing.TB, lot string) string {
	t.Helper()
	return must(w.ledger.CreateBatch(w.ctx, trace.Write{By: w.by}, trace.BatchData{
		Product: w.product, Lot: must(gs1.ParseLotNumber(lot))(t), Quantity: trace.Quantity{Value: "10", Unit: "KGM"},
		Production: day("2026-10-01"), Packing: day("2026-10-05"), Expiry: day("2028-10-01"),
	}))(t).ID
}

func (w *world) order(codes printing.Codes, count int) printing.OrderData {
	return printing.OrderData{Batch: w.batch, Codes: codes, Count: count, Stock: "tomy-145"}
}

func (w *world) create(t testing.TB, d printing.OrderData) trace.Stored[printing.Order] {
	t.Helper()
	return must(w.Create(w.ctx, trace.Write{By: w.by}, d))(t)
}

// certify gives the product stars that count from a day on.
func (w *world) certify(t testing.TB, stars int, issued string) string {
	t.Helper()
	return must(w.ledger.CreateCertificate(w.ctx, trace.Write{By: office}, trace.CertificateData{
		Kind: trace.OCOPCertificate, Number: "321/QĐ-UBND", Authority: "UBND tỉnh", Issued: day(issued),
		Producer: w.by.Producer, Product: w.product, OCOP: &trace.Evaluation{Stars: stars},
	}))(t).ID
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func day(s string) trace.Date {
	d, err := trace.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// wantField asserts that err is about one field, in both languages.
func wantField(t testing.TB, err error, field string) {
	t.Helper()
	wrong, ok := errors.AsType[trace.FieldErrors](err)
	if !ok || len(wrong) != 1 || wrong[0].Field != field {
		t.Errorf("error %v, want one of the field %s", err, field)
		return
	}
	if m := wrong[0].Message; m.VI == "" || m.EN == "" || m.VI == m.EN {
		t.Errorf("field %s has no message in both languages: %+v", field, m)
	}
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}
