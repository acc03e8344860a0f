package privacy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/proof"
	"temgoc/internal/trace"
)

// checkPage checks the page of the batch against the log, and gives its faults.
func (w *world) checkPage() []*proof.Fault {
	w.Helper()
	ctx, seen := w.log.Watch(w.Context())
	d := must(w.ledger.Dossier(ctx, w.batch))(w)
	report := must(seen.Check(ctx, d))(w)
	if len(report.Leaves) < 5 {
		w.Fatalf("only %d revisions were checked", len(report.Leaves))
	}
	return append(report.Faults, report.Moved...)
}

// TestErasure finds a person everywhere, erases what was chosen, and looks for
// it in all that is kept; the page of the batch holds all the while.
func TestErasure(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		record, _, in := w.ship(), w.report(), w.join("Bàn Thị Mai", "banmai77@example.vn")
		must(w.ledger.VerifyRecord(ctx, by(office), record.ID))(t)
		id := w.request(Erase)
		var picks []Pick
		for _, text := range []string{"ban thi mai", "0912 345 678"} {
			for _, p := range picksOf(must(w.Find(ctx, admin, text))(t).Found) {
				if !slices.Contains(picks, p) && p.Kind != trace.KindProducers && p.ID != id {
					picks = append(picks, p)
				}
			}
		}
		if n := len(documents(picks)); n != 4 { // record, report, contact, account
			t.Errorf("%d documents are chosen: %v", n, picks)
		}
		must(w.CarryOut(ctx, by(admin), id, picks, "đã xóa"))(t)
		if err := w.Forget(ctx, by(admin), id); err != nil {
			t.Fatal(err)
		}
		must(w.ledger.UpdateProducer(ctx, by(office), w.producer.Producer, trace.Producer{
			Name: "Hợp tác xã Chè Mây Trắng", Kind: "cooperative", Address: trace.Address{Commune: "02260"},
		}))(t)
		producer := []Pick{{trace.KindProducers, w.producer.Producer, "phone"}, {trace.KindProducers, w.producer.Producer, "email"}}
		second := w.request(Erase)
		must(w.CarryOut(ctx, by(office), second, producer, "đã xóa"))(t)
		if err := w.Forget(ctx, by(office), second); err != nil {
			t.Fatal(err)
		}
		if faults := w.checkPage(); len(faults) > 0 {
			t.Errorf("after the erasure the page has faults: %v", faults)
		}
		if _, err := w.people.Visitor(ctx, in.Token); !errors.Is(err, trace.ErrUnauthenticated) {
			t.Errorf("the session of the account: %v", err)
		}
		got := must(w.ledger.Record(ctx, office, record.ID))(t)
		if got.Data.Shipping.Recipient != "Cửa hàng Hoa Sen" || got.Data.Verified == nil {
			t.Errorf("what was not chosen: %+v", got.Data)
		}
		w.auditAll()
		w.nothingOf("Bàn Thị Mai", "banmai77", "0912 345 678", "0912.345.678", "0912345678", "mai@example.vn", "word:mai", "hash-of-what-was-asked")
	})
}

// auditAll goes through the whole log, in which there is to be no fault.
func (w *world) auditAll() {
	w.Helper()
	done := must(proof.Audit(w.Context(), proof.AuditConfig{
		Store: w.store, Files: w.files, Kinds: w.logged, Verifier: w.verifier,
		Found: func(f *proof.Fault) { w.Errorf("audit: %v", f) },
	}))(w)
	if done.Leaves < 20 || done.Revisions != done.Leaves {
		w.Errorf("the audit went through %+v", done)
	}
}

// nothingOf looks for texts in all that the store keeps, and in the bytes of its
// file.
func (w *world) nothingOf(texts ...string) {
	w.Helper()
	kept := w.everything()
	var file []byte
	if w.path != "" {
		w.close() // which folds the write-ahead log in
		var err error
		if file, err = os.ReadFile(w.path); err != nil {
			w.Fatal(err)
		}
	}
	for _, text := range texts {
		if i := strings.Index(kept, text); i >= 0 {
			w.Errorf("%q is left: %s", text, kept[max(0, i-200):min(len(kept), i+100)])
		}
		if bytes.Contains(file, []byte(text)) {
			w.Errorf("the file has %q", text)
		}
	}
}

// TestFaults checks that an erasure hides nothing else: a salt that is gone
// without one, and a public part that was changed after one.
func TestFaults(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		record, other := w.ship(), must(w.ledger.AddRecord(ctx, by(w.producer), trace.RecordData{
			Batch: w.batch, Kind: "storing", Happened: w.now.Add(-time.Hour), Person: "Lò Văn Páo", Place: trace.Place{Name: "Kho số 2"},
			Storing: &trace.Storing{Place: "Kho số 2", From: trace.DateOf(w.now.AddDate(0, 0, -1)), Until: trace.DateOf(w.now)},
		}))(t)
		must(w.CarryOut(ctx, by(office), w.request(Erase), []Pick{{trace.KindRecords, record.ID, "person"}}, "đã xóa"))(t)
		if faults := w.checkPage(); len(faults) > 0 {
			t.Fatalf("after the erasure: %v", faults)
		}
		bare := must(w.store.Head(ctx, trace.KindRecords, other.ID))(t)
		bare.Salt, bare.Personal = nil, nil
		if err := w.store.Erase(ctx, bare); err != nil {
			t.Fatal(err)
		}
		faults := w.checkPage()
		if len(faults) != 1 || faults[0].Kind != proof.FaultErased || faults[0].ID != other.ID {
			t.Errorf("a salt that is gone without an erasure: %v", faults)
		}
	})
}

// TestTamperedAfterErasure changes the public part of an erased revision.
func TestTamperedAfterErasure(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		record := w.ship()
		must(w.CarryOut(t.Context(), by(office), w.request(Erase), []Pick{{trace.KindRecords, record.ID, "person"}}, "đã xóa"))(t)
		w.forged.change = func(r *trace.Revision) {
			if r.ID == record.ID {
				r.Body = json.RawMessage(strings.Replace(string(r.Body), "Hà Nội", "Hải Phòng", 1))
			}
		}
		faults := w.checkPage()
		if len(faults) != 1 || faults[0].Kind != proof.FaultChanged || faults[0].ID != record.ID {
			t.Errorf("a public part that was changed after the erasure: %v", faults)
		}
	})
}

// A forger is a store in which something was changed.
type forger struct {
	trace.Store
	change func(*trace.Revision)
	left   int // writes that succeed before all others fail; 0 for all
}

var errCut = errors.New("cut off")

func (f *forger) spend() error {
	if f.left == 0 {
		return nil
	}
	if f.left == 1 {
		return errCut
	}
	f.left--
	return nil
}

func (f *forger) Insert(ctx context.Context, r trace.Revision) error {
	if err := f.spend(); err != nil {
		return err
	}
	return f.Store.Insert(ctx, r)
}

func (f *forger) Erase(ctx context.Context, r trace.Revision) error {
	if err := f.spend(); err != nil {
		return err
	}
	return f.Store.Erase(ctx, r)
}

func (f *forger) Remove(ctx context.Context, kind trace.Kind, id string) error {
	if err := f.spend(); err != nil {
		return err
	}
	return f.Store.Remove(ctx, kind, id)
}

func (f *forger) forge(rs []trace.Revision) {
	for i := range rs {
		if f.change != nil {
			f.change(&rs[i])
		}
	}
}

func (f *forger) History(ctx context.Context, kind trace.Kind, id string) ([]trace.Revision, error) {
	rs, err := f.Store.History(ctx, kind, id)
	f.forge(rs)
	return rs, err
}

func (f *forger) List(ctx context.Context, q trace.Query) (trace.Page, error) {
	p, err := f.Store.List(ctx, q)
	f.forge(p.Revisions)
	return p, err
}

// TestResume cuts the erasure of an account and a record off at each write, and
// finishes it.
func TestResume(t *testing.T) {
	for cut := 1; ; cut++ {
		w := newWorld(t)
		ctx := t.Context()
		record, in := w.ship(), w.join("Bàn Thị Mai", "banmai77@example.vn")
		id := w.request(Erase)
		picks := []Pick{{trace.KindRecords, record.ID, "person"}, {account.KindPeople, in.Person.ID, "name"}}
		w.forged.left = cut
		_, err := w.CarryOut(ctx, by(admin), id, picks, "đã xóa")
		w.forged.left = 0
		if err == nil {
			if cut < 15 {
				t.Errorf("an erasure takes only %d writes", cut-1)
			}
			return
		}
		if !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		if s := must(w.Register.Request(ctx, admin, id))(t); s.Data.State == Acknowledged {
			continue // nothing was begun
		}
		w.now = w.now.Add(2 * time.Minute) // for a claim that is being released
		if err := w.Resume(ctx); err != nil {
			t.Fatalf("cut after %d writes, then resumed: %v", cut, err)
		}
		if s := must(w.Register.Request(ctx, admin, id))(t); s.Data.State != Done {
			t.Errorf("cut after %d writes, then resumed: %s", cut, s.Data.State)
		}
		if err := w.Forget(ctx, by(admin), id); err != nil {
			t.Fatal(err)
		}
		w.nothingOf("Bàn Thị Mai", "banmai77")
	}
}
