package privacy

import (
	"crypto/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/proof"
	"temgoc/internal/stamp"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/mongo"
	"temgoc/storage/sqlite"
)

var (
	office = trace.Actor{ID: "vp", Role: trace.Office, Organisation: "Văn phòng OCOP tỉnh"}
	admin  = trace.Actor{ID: "qt", Role: trace.Administrator}
	public = trace.Actor{ID: "public"}
)

// kinds are all kinds of the tests, logged those of them that a log has.
func kinds() []trace.Kind {
	return slices.Concat(trace.Kinds(), account.Kinds(), Kinds(), proof.Kinds())
}

func audited() []trace.AuditKind {
	return slices.Concat(trace.AuditKinds(), account.AuditKinds(), AuditKinds())
}

// A world is a register over a store whose writes are logged, with a batch.
type world struct {
	*Register
	testing.TB
	store    trace.Store // without the log
	log      *proof.Log
	logged   []trace.Kind
	verifier note.Verifier
	files    trace.Files
	ledger   *trace.Ledger
	people   *account.Directory
	producer trace.Actor
	batch    string
	path     string // of the SQLite file
	close    func() error
	forged   *forger // between the log and the store
	now      time.Time
}

// engines open a store each, and tell its file if it has one.
var engines = map[string]func(testing.TB) (trace.Store, string, func() error){
	"sqlite": func(t testing.TB) (trace.Store, string, func() error) {
		path := filepath.Join(t.TempDir(), "temgoc.db")
		db, err := sqlite.Open(t.Context(), path, append(trace.Removable(), account.Removable()...)...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db, path, db.Close
	},
	"mongodb": func(t testing.TB) (trace.Store, string, func() error) {
		db, err := mongo.Open(t.Context(), servers.MongoDB(t), kinds(), append(trace.Removable(), account.Removable()...)...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db, "", db.Close
	},
}

func onBothEngines(t *testing.T, test func(*testing.T, *world)) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			store, path, closed := open(t)
			test(t, newWorldOn(t, store, path, closed))
		})
	}
}

func newWorld(t testing.TB) *world {
	store, path, closed := engines["sqlite"](t)
	return newWorldOn(t, store, path, closed)
}

func newWorldOn(t testing.TB, store trace.Store, path string, closed func() error) *world {
	t.Helper()
	w := &world{TB: t, store: store, path: path, close: closed, forged: &forger{Store: store}, now: time.Now().UTC()}
	key, err := proof.CreateKey(filepath.Join(t.TempDir(), "log.key"), "temgoc.example/log")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range audited() {
		w.logged = append(w.logged, k.Kind)
	}
	if w.log, err = proof.Open(t.Context(), proof.Config{Store: w.forged, Kinds: w.logged, Signer: key, Verifier: key.Verifier}); err != nil {
		t.Fatal(err)
	}
	w.verifier = key.Verifier
	if w.files, err = dir.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	keys, err := stamp.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w.ledger = trace.New(trace.Config{Store: w.log.Store(), Files: w.files, Keys: keys, Now: func() time.Time { return w.now }})
	w.people = account.NewDirectory(account.DirectoryConfig{Ledger: w.ledger, Store: w.log.Store(), Keys: keys})
	w.Register = NewRegister(Config{Ledger: w.ledger, Store: w.log.Store(), People: w.people, Kinds: trace.ErasableKinds()})
	w.settle()
	return w
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

func by(a trace.Actor) trace.Write { return trace.Write{By: a} }

// settle registers a producer with a released batch.
func (w *world) settle() {
	ctx := w.Context()
	p := must(w.ledger.CreateProducer(ctx, by(office), trace.Producer{
		Name: "Hợp tác xã Chè Mây Trắng", Kind: "cooperative", Phone: "0912 345 678", Email: "mai@example.vn", Address: trace.Address{Commune: "02260"},
	}))(w)
	w.producer = trace.Actor{ID: "htx", Role: trace.ProducerRole, Producer: p.ID}
	product := must(w.ledger.CreateProduct(ctx, by(w.producer), trace.Product{Producer: p.ID, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11}))(w)
	lot := must(gs1.ParseLotNumber("L1"))(w)
	b := must(w.ledger.CreateBatch(ctx, by(w.producer), trace.BatchData{
		Product: product.ID, Lot: lot, Quantity: trace.Quantity{Value: "120", Unit: "KGM"}, Production: trace.DateOf(w.now.AddDate(0, -1, 0)),
	}))(w)
	w.batch = b.ID
	must(w.ledger.MoveBatch(ctx, by(w.producer), b.ID, trace.Transition{To: trace.BatchReleased}))(w)
}

// ship enters a record about Bàn Thị Mai.
func (w *world) ship() trace.Stored[trace.Record] {
	w.Helper()
	return must(w.ledger.AddRecord(w.Context(), trace.Write{By: w.producer, Op: trace.Op{Key: "htx:1", Hash: "hash-of-what-was-asked"}}, trace.RecordData{
		Batch: w.batch, Kind: "shipping", Happened: w.now.Add(-time.Hour), Person: "Bàn Thị Mai", Note: "gọi 0912.345.678 khi đến nơi",
		Shipping: &trace.Shipping{Recipient: "Cửa hàng Hoa Sen", Quantity: trace.Quantity{Value: "5", Unit: "KGM"}, Document: "PX-77", Destination: "Hà Nội"},
	}))(w)
}

// report enters a problem that Mai reports.
func (w *world) report() trace.Stored[trace.Problem] {
	w.Helper()
	return must(w.ledger.ReportProblem(w.Context(), by(public), trace.ProblemData{
		Code: w.batch, Kind: trace.ProblemQuality, Text: "Tôi là Bàn Thị Mai, chè bị mốc.",
	}, "+84 912 345 678"))(w)
}

// join lets a person of the producer come.
func (w *world) join(name, login string) account.SignedIn {
	w.Helper()
	token, _, err := w.people.Invite(w.Context(), by(admin), account.NewPerson{
		Name: name, Login: login, Phone: "0912345678", Memberships: []account.Membership{{Role: trace.ProducerRole, Producer: w.producer.Producer}},
	})
	if err != nil {
		w.Fatal(err)
	}
	return must(w.people.Accept(w.Context(), token, "ba con mèo leo cây cau", "test"))(w)
}

// request enters a request and acknowledges it.
func (w *world) request(what What) string {
	w.Helper()
	s := must(w.Ask(w.Context(), by(office), Asked{What: what, Name: "Bàn Thị Mai", Contact: "0912345678", Text: "Xin xóa tên tôi"}))(w)
	must(w.Acknowledge(w.Context(), by(office), s.ID, "gọi lại số đã ghi"))(w)
	return s.ID
}

// picksOf chooses all that was found.
func picksOf(found []Found) []Pick {
	var picks []Pick
	for _, f := range found {
		for _, m := range f.Members {
			if m.Matches || f.Whole {
				picks = append(picks, Pick{f.Kind, f.ID, m.Path})
			}
		}
	}
	return picks
}

// everything is all that the store keeps, as text.
func (w *world) everything() string {
	w.Helper()
	var all strings.Builder
	for _, kind := range kinds() {
		for q := (trace.LogQuery{Kind: kind, Limit: 1000}); ; {
			page := must(w.store.Log(w.Context(), q))(w)
			for _, r := range page.Revisions {
				all.WriteString(string(r.Kind) + " " + r.ID + " " + r.Op.Key + " " + r.Op.Hash + " " + strings.Join(r.Refs, " ") + " " + string(r.Body) + string(r.Personal) + "\n")
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	return all.String()
}
