package exchange

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/stamp"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/mongo"
	"temgoc/storage/sqlite"
)

// start is when the tests begin.
var start = time.Date(2026, 11, 24, 8, 0, 0, 0, trace.Zone)

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

var (
	office    = trace.Actor{ID: "office", Role: trace.Office, Organisation: "Văn phòng OCOP tỉnh"}
	certifier = trace.Actor{ID: "certifier", Role: trace.Certifier, Organisation: "UBND tỉnh Tuyên Quang"}
	lab       = trace.Actor{ID: "lab", Role: trace.Laboratory, Organisation: "Phòng thử nghiệm Minh Họa"}
	inspector = trace.Actor{ID: "inspector", Role: trace.Inspector, Organisation: "Chi cục Quản lý chất lượng"}
	admin     = trace.Actor{ID: "admin", Role: trace.Administrator}
	nobody    = trace.Actor{}
)

// A world is an exchange over a ledger.
type world struct {
	*Exchange
	testing.TB
	ctx    context.Context
	ledger *trace.Ledger
	store  trace.Store
	files  trace.Files
	keys   *stamp.Keys
	clock  *clock
}

func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return newWorldOn(t, store)
}

// onEachEngine runs a test on the embedded engine and on a server.
func onEachEngine(t *testing.T, test func(*testing.T, *world)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newWorld(t)) })
	t.Run("mongo", func(t *testing.T) {
		store, err := mongo.Open(t.Context(), servers.MongoDB(t), append(trace.Kinds(), Kinds()...))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		test(t, newWorldOn(t, store))
	})
}

func newWorldOn(t testing.TB, store trace.Store) *world {
	t.Helper()
	files, err := dir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := stamp.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, ctx: t.Context(), store: store, files: files, keys: keys, clock: &clock{t: start}}
	w.ledger, w.Exchange = w.over(store)
	return w
}

// over is an exchange on another store with everything else the same: another
// replica.
func (w *world) over(store trace.Store) (*trace.Ledger, *Exchange) {
	ledger := trace.New(trace.Config{Store: store, Files: w.files, Keys: w.keys, Now: w.clock.now})
	return ledger, New(Config{Ledger: ledger, Store: store, Files: w.files, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
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

func by(a trace.Actor) trace.Write { return trace.Write{By: a} }

func (w *world) producer(name, registration string) trace.Actor {
	w.Helper()
	p := must(w.ledger.CreateProducer(w.ctx, by(office), trace.Producer{
		Name: name, Registration: registration, Kind: "cooperative", Address: trace.Address{Commune: "02260", Street: "Thôn 1"},
	}))(w)
	return trace.Actor{ID: "person of " + name, Role: trace.ProducerRole, Producer: p.ID}
}

func (w *world) product(a trace.Actor, name, net string) string {
	w.Helper()
	p := trace.Product{Producer: a.Producer, Name: catalog.Name{VI: name}, Set: 11}
	if net != "" {
		p.NetContent = trace.Quantity{Value: trace.Decimal(net), Unit: "GRM"}
	}
	return must(w.ledger.CreateProduct(w.ctx, by(a), p))(w).ID
}

func (w *world) batch(a trace.Actor, product, lot string, release bool) string {
	w.Helper()
	number := must(gs1.ParseLotNumber(lot))(w)
	b := must(w.ledger.CreateBatch(w.ctx, by(a), trace.BatchData{
		Product: product, Lot: number, Quantity: trace.Quantity{Value: "120", Unit: "XPA"}, Production: trace.NewDate(2026, 11, 1),
	}))(w)
	if release {
		must(w.ledger.MoveBatch(w.ctx, by(a), b.ID, trace.Transition{To: trace.BatchReleased}))(w)
	}
	return b.ID
}

// file makes a CSV file of lines whose cells are parted by |.
func file(lines ...string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, l := range lines {
		w.Write(strings.Split(l, "|"))
	}
	w.Flush()
	return b.Bytes()
}

// checked checks a file that must be readable.
func (w *world) checked(a trace.Actor, t Table, content []byte) (trace.Stored[Import], *Result) {
	w.Helper()
	s, r, err := w.Check(w.ctx, a, t, "bang.csv", content)
	if err != nil {
		w.Fatal(err)
	}
	return s, r
}

// said lists problems as "row column: message".
func said(r *Result) []string {
	var all []string
	for _, p := range r.Problems {
		all = append(all, fmt.Sprintf("%d %s: %s", p.Row, p.Column, p.Message.VI))
	}
	return all
}

// actions lists what would happen to each row.
func actions(r *Result) string {
	var all []string
	for _, o := range r.Outcomes {
		all = append(all, string(o.Action))
	}
	return strings.Join(all, " ")
}

// run checks a file, runs the import and works on it until nothing runs.
func (w *world) run(a trace.Actor, t Table, content []byte) Import {
	w.Helper()
	s, r := w.checked(a, t, content)
	if r.Wrong > 0 {
		w.Fatalf("%v", said(r))
	}
	must(w.Run(w.ctx, a, s.ID))(w)
	w.pass(w.ctx, "worker")
	return must(w.Import(w.ctx, a, s.ID))(w).Data
}

// documents counts the documents of a kind.
func (w *world) documents(kind trace.Kind) int {
	w.Helper()
	n := 0
	for q := (trace.Query{Kind: kind, Limit: 1000}); ; {
		page := must(w.store.List(w.ctx, q))(w)
		n += len(page.Revisions)
		if page.Next == "" {
			return n
		}
		q.After = page.Next
	}
}

// export takes a table out.
func (w *world) export(a trace.Actor, t Table, q Query, f spreadsheet.Format) []byte {
	w.Helper()
	var b bytes.Buffer
	if _, err := w.Export(w.ctx, a, t, q, f, &b); err != nil {
		w.Fatal(err)
	}
	return b.Bytes()
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
