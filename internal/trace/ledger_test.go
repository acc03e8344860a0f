package trace_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// start is when the tests begin: ten in the morning of 15 November 2026 in
// Vietnam.
var start = time.Date(2026, 11, 15, 3, 0, 0, 0, time.UTC)

// A clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// A source is a repeatable source of random bytes for many goroutines. No two
// give the same.
type source struct {
	mu sync.Mutex
	r  *rand.ChaCha8
}

func newSource() *source { return &source{r: rand.NewChaCha8([32]byte{byte(sources.Add(1)), 1})} }

var sources atomic.Uint32

func (s *source) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.Read(p)
}

// A world is a ledger on the real embedded engine, and who acts in it. Its
// documents are checked when the test ends.
type world struct {
	testing.TB
	*trace.Ledger
	ctx   context.Context
	store *sqlite.DB
	files *dir.Files
	keys  *stamp.Keys
	clock *clock
	lots  int
}

var (
	office    = trace.Actor{ID: "office", Role: trace.Office, Organisation: "Văn phòng OCOP tỉnh"}
	certifier = trace.Actor{ID: "certifier", Role: trace.Certifier, Organisation: "UBND tỉnh Tuyên Quang"}
	lab       = trace.Actor{ID: "lab", Role: trace.Laboratory, Organisation: "Phòng thử nghiệm Minh Họa"}
	otherLab  = trace.Actor{ID: "lab2", Role: trace.Laboratory, Organisation: "Phòng thử nghiệm Thứ Hai"}
	inspector = trace.Actor{ID: "inspector", Role: trace.Inspector, Organisation: "Chi cục Quản lý chất lượng"}
	admin     = trace.Actor{ID: "admin", Role: trace.Administrator}
	nobody    = trace.Actor{}
)

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, ctx: t.Context(), clock: &clock{t: start}}
	var err error
	if w.store, err = sqlite.Open(w.ctx, filepath.Join(t.TempDir(), "temgoc.db"), trace.Removable()...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if w.files, err = dir.Open(filepath.Join(t.TempDir(), "files")); err != nil {
		t.Fatal(err)
	}
	if w.keys, err = stamp.NewKeys(newSource()); err != nil {
		t.Fatal(err)
	}
	w.Ledger = w.over(w.store)
	t.Cleanup(func() { checkInvariants(t, w.store) })
	return w
}

// over is a ledger on another store with everything else the same.
func (w *world) over(store trace.Store) *trace.Ledger {
	return trace.New(trace.Config{Store: store, Files: w.files, Keys: w.keys, Now: w.clock.now, Random: newSource()})
}

// by is a write without an idempotency key.
func by(a trace.Actor) trace.Write { return trace.Write{By: a} }

// op is a write with an idempotency key and the hash of what is asked.
func op(a trace.Actor, key, hash string) trace.Write {
	return trace.Write{By: a, Op: trace.Op{Key: a.ID + ":" + key, Hash: hash}}
}

// must returns a value whose making must not fail.
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

func lotNumber(s string) gs1.LotNumber {
	lot, err := gs1.ParseLotNumber(s)
	if err != nil {
		panic(err)
	}
	return lot
}

// gtin makes the n-th GTIN of the prefix for demonstrations.
func gtin(n int) gs1.GTIN {
	digits := fmt.Sprintf("952%09d", n)
	check, err := gs1.CheckDigit(digits)
	if err != nil {
		panic(err)
	}
	g, err := gs1.ParseGTIN(digits + string(check))
	if err != nil {
		panic(err)
	}
	return g
}

func kg(value string) trace.Quantity {
	return trace.Quantity{Value: trace.Decimal(value), Unit: "KGM"}
}

func producerData(name string) trace.Producer {
	return trace.Producer{
		Name: name, Kind: "cooperative", Registration: "5001234567",
		Address: trace.Address{Commune: "02260", Street: "Thôn Hồng Ba"},
	}
}

// producer registers a producer and gives the actor who speaks for it.
func (w *world) producer(name string) trace.Actor {
	w.Helper()
	p := must(w.CreateProducer(w.ctx, by(office), producerData(name)))(w)
	return trace.Actor{ID: "key of " + name, Role: trace.ProducerRole, Producer: p.ID}
}

func productData(producer string) trace.Product {
	return trace.Product{Producer: producer, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11, Standards: []string{"TCVN 9740:2013"}}
}

func (w *world) product(a trace.Actor) string {
	w.Helper()
	return must(w.CreateProduct(w.ctx, by(a), productData(a.Producer)))(w).ID
}

// batchData is a valid batch with a lot number of its own.
func (w *world) batchData(product string, inputs ...string) trace.BatchData {
	w.lots++
	d := trace.BatchData{
		Product: product, Lot: lotNumber(fmt.Sprintf("L%d", w.lots)), Quantity: kg("120"),
		Production: day("2026-10-01"), Packing: day("2026-10-05"), Expiry: day("2028-10-01"),
	}
	for _, code := range inputs {
		d.Inputs = append(d.Inputs, trace.Input{Batch: code, Quantity: kg("10")})
	}
	return d
}

// batch opens a batch.
func (w *world) batch(a trace.Actor, product string, inputs ...string) string {
	w.Helper()
	return must(w.CreateBatch(w.ctx, by(a), w.batchData(product, inputs...)))(w).ID
}

// released opens a batch and releases it.
func (w *world) released(a trace.Actor, product string, inputs ...string) string {
	w.Helper()
	code := w.batch(a, product, inputs...)
	w.move(a, code, trace.BatchReleased)
	return code
}

func (w *world) move(a trace.Actor, code string, to trace.BatchState) {
	w.Helper()
	must(w.MoveBatch(w.ctx, by(a), code, trace.Transition{To: to, Reason: "lý do"}))(w)
}

// fields gives the names of the fields that err complains of. Each complaint
// must speak both languages.
func fields(t testing.TB, err error) []string {
	t.Helper()
	wrong, ok := errors.AsType[trace.FieldErrors](err)
	if !ok {
		return nil
	}
	var names []string
	for _, f := range wrong {
		names = append(names, f.Field)
		if f.Message.VI == "" || f.Message.EN == "" || f.Message.VI == f.Message.EN {
			t.Errorf("field %s has no message in both languages: %+v", f.Field, f.Message)
		}
	}
	return names
}

// wantFields asserts that err is about exactly these fields.
func wantFields(t testing.TB, err error, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, fields(t, err)); diff != "" {
		t.Errorf("error %v is about other fields, -want +got:\n%s", err, diff)
	}
}

// wantErr asserts the kind of an error, and that what people read is there in
// both languages.
func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
	if rule, ok := errors.AsType[*trace.RuleError](err); ok && (rule.Message.VI == "" || rule.Message.EN == "") {
		t.Errorf("%+v has no message in both languages", rule)
	}
}

// heads loads the latest revisions of all documents of a kind.
func heads(t testing.TB, store trace.Store, kind trace.Kind) []trace.Revision {
	t.Helper()
	var out []trace.Revision
	for q := (trace.Query{Kind: kind, Limit: 1000}); ; {
		page, err := store.List(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page.Revisions...)
		if page.Next == "" {
			return out
		}
		q.After = page.Next
	}
}

// checkInvariants walks all documents of a store: revisions are numbered
// without a gap and keep when the document was created, terms follow from the
// content, references lead to documents, and every unique term is claimed by
// the one document that carries it.
func checkInvariants(t testing.TB, store trace.Store) {
	t.Helper()
	producers := checkKind[trace.Producer](t, store)
	products := checkKind[trace.Product](t, store)
	batches := checkKind[trace.Batch](t, store)
	certificates := checkKind[trace.Certificate](t, store)
	records := checkKind[trace.Record](t, store)
	requests := checkKind[trace.TestRequest](t, store)
	tests := checkKind[trace.TestReport](t, store)
	voids := checkKind[trace.Void](t, store)
	recalls := checkKind[trace.Recall](t, store)
	problems := checkKind[trace.Problem](t, store)
	checkKind[trace.Contact](t, store)
	files := checkKind[trace.File](t, store)
	checkKind[trace.CriteriaSet](t, store)
	refers := func(from string, ok bool, to ...any) {
		if !ok {
			t.Errorf("%s refers to what is not there: %v", from, to)
		}
	}
	hasFiles := func(from string, digests []trace.Digest) {
		for _, d := range digests {
			_, ok := files[d.String()]
			refers(from, ok, d)
		}
	}
	for id, p := range products {
		_, ok := producers[p.Producer]
		refers("product "+id, ok, p.Producer)
		if p.Photo != (trace.Digest{}) {
			hasFiles("product "+id, []trace.Digest{p.Photo})
		}
		if !p.GTIN.IsZero() {
			checkClaim(t, store, "gtin:"+p.GTIN.String(), id)
		}
	}
	for id, b := range batches {
		refers("batch "+id, products[b.Product].Producer == b.Producer, b.Product, b.Producer)
		for _, in := range b.Inputs {
			refers("batch "+id, batches[in.Batch].State.Published(), in.Batch)
		}
		checkClaim(t, store, "product:"+b.Product+":lot:"+b.Lot.String(), id)
	}
	for id, c := range certificates {
		_, ok := producers[c.Producer]
		refers("certificate "+id, ok && (c.Product == "" || products[c.Product].Producer == c.Producer), c.Producer, c.Product)
		hasFiles("certificate "+id, c.Files)
	}
	for id, r := range records {
		refers("record "+id, batches[r.Batch].Producer == r.Producer && r.Producer != "", r.Batch, r.Producer)
		hasFiles("record "+id, r.Files)
	}
	for id, r := range tests {
		refers("test "+id, products[r.Product].Producer == r.Producer && (r.Batch == "" || batches[r.Batch].Product == r.Product), r.Product, r.Batch)
		hasFiles("test "+id, r.Files)
		asked := requests[id]
		refers("test "+id, r.Request == "" || r.Request == id && asked.Product == r.Product && asked.Batch == r.Batch &&
			r.Verified.Organisation == asked.Laboratory, r.Request)
	}
	for id, r := range requests {
		refers("request "+id, products[r.Product].Producer == r.Producer && (r.Batch == "" || batches[r.Batch].Product == r.Product), r.Product, r.Batch)
		_, answered := tests[id]
		refers("reported request "+id, r.State != trace.RequestReported || answered, id)
	}
	for id, p := range problems {
		refers("problem "+id, batches[p.Batch].Producer == p.Producer && (p.Batch == "") == (p.Producer == ""), p.Batch, p.Producer)
		if p.Photo != (trace.Digest{}) {
			hasFiles("problem "+id, []trace.Digest{p.Photo})
		}
		checkClaim(t, store, "reference:"+p.Reference, id)
	}
	for id, r := range recalls {
		for _, code := range r.Batches() {
			refers("recall "+id, slices.Contains(r.Producers, batches[code].Producer), code, r.Producers)
		}
	}
	for id, v := range voids {
		refers("void "+id, batches[v.Batch].Producer == v.Producer && v.Producer != "", v.Batch, v.Producer)
	}
}

// checkKind checks the revisions of all documents of one kind, and returns
// what they say now.
func checkKind[T trace.Document](t testing.TB, store trace.Store) map[string]T {
	t.Helper()
	var zero T
	latest := map[string]T{}
	for _, head := range heads(t, store, zero.DocumentKind()) {
		name := string(head.Kind) + "/" + head.ID
		history, err := store.History(context.Background(), head.Kind, head.ID)
		if err != nil {
			t.Fatal(err)
		}
		ops := map[string]bool{}
		for i, r := range history {
			var v T
			content, err := r.Content()
			if err != nil {
				t.Fatal(err)
			}
			decoder := json.NewDecoder(bytes.NewReader(content))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&v); err != nil {
				t.Errorf("%s revision %d: %v", name, r.Number, err)
			}
			if r.Number != i+1 || !r.Created.Equal(history[0].At) || i > 0 && r.At.Before(history[i-1].At) {
				t.Errorf("%s: revision %d at place %d, created %v, at %v", name, r.Number, i+1, r.Created, r.At)
			}
			if want, got := slices.Sorted(slices.Values(v.DocumentRefs())), slices.Sorted(slices.Values(r.Refs)); !slices.Equal(want, got) {
				t.Errorf("%s revision %d has terms %q, its content %q", name, r.Number, got, want)
			}
			if r.Op.Key != "" && ops[r.Op.Key] {
				t.Errorf("%s: request %q was carried out twice", name, r.Op.Key)
			}
			ops[r.Op.Key] = true
			latest[r.ID] = v
		}
	}
	return latest
}

// checkClaim asserts that the claim of a unique term names its document.
func checkClaim(t testing.TB, store trace.Store, term, id string) {
	t.Helper()
	r, err := store.Head(context.Background(), trace.KindClaims, term)
	if err != nil {
		t.Errorf("claim of %q: %v", term, err)
		return
	}
	var owner struct{ Kind, ID string }
	if err := json.Unmarshal(r.Body, &owner); err != nil || owner.ID != id {
		t.Errorf("claim of %q belongs to %q (%v), want %q", term, owner.ID, err, id)
	}
}

// together runs do n times at once, each told its number.
func together(n int, do func(i int)) {
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-begin
			do(i)
		})
	}
	close(begin)
	all.Wait()
}

func long(n int) string { return strings.Repeat("ạ", n) }
