package trace_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// erasable is the ErasableKind of a kind.
func erasable(t testing.TB, kind trace.Kind) trace.ErasableKind {
	t.Helper()
	for _, k := range trace.ErasableKinds() {
		if k.Kind == kind {
			return k
		}
	}
	t.Fatalf("nothing of %s can be erased", kind)
	return trace.ErasableKind{}
}

// shipped is a record about a person, corrected once.
func shipped(w *world, a trace.Actor, batch string) trace.Stored[trace.Record] {
	w.Helper()
	d := trace.RecordData{
		Batch: batch, Kind: "shipping", Happened: w.Now().Add(-time.Hour), Person: "Bàn Thị Mai", Note: "giao ở chợ",
		Shipping: &trace.Shipping{Recipient: "Nguyễn Văn Ất", Quantity: kg("5"), Document: "PX-77", Destination: "Hà Nội"},
	}
	r := must(w.AddRecord(w.ctx, op(a, "ship", "hash-of-what-was-asked"), d))(w)
	d.Note = "giao ở chợ Hồng Thái"
	return must(w.CorrectRecord(w.ctx, by(a), r.ID, d, "ghi thêm"))(w)
}

func asked(id string, members ...string) trace.Erasure {
	return trace.Erasure{ID: id, Members: members, Request: "yeucau1", Reason: trace.ErasureAsked}
}

// TestErase checks what is left of a document, and that it lives on.
func TestErase(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Chè")
	batch := must(w.CreateBatch(w.ctx, by(a), w.batchData(w.product(a))))(t)
	r := shipped(w, a, batch.ID)
	before := must(w.store.History(w.ctx, trace.KindRecords, r.ID))(t)
	records := erasable(t, trace.KindRecords)
	for range 2 { // again is no harm
		if err := w.Erase(w.ctx, by(office), records, asked(r.ID, "shipping.recipient", "person")); err != nil {
			t.Fatal(err)
		}
	}
	for i, now := range must(w.store.History(w.ctx, trace.KindRecords, r.ID))(t) {
		if s := string(now.Personal); strings.Contains(s, "Mai") || strings.Contains(s, "Ất") || !strings.Contains(s, "PX-77") {
			t.Errorf("revision %d keeps %s", now.Number, s)
		}
		if now.Salt != nil || now.Op.Hash != "" {
			t.Errorf("revision %d keeps the salt %x or the hash %q", now.Number, now.Salt, now.Op.Hash)
		}
		if diff := cmp.Diff(before[i].Refs, now.Refs); diff != "" {
			t.Errorf("revision %d, terms: %s", now.Number, diff)
		}
		if diff := cmp.Diff(string(before[i].Body), string(now.Body)); diff != "" {
			t.Errorf("revision %d, public part: %s", now.Number, diff)
		}
	}
	noted := must(w.store.History(w.ctx, trace.KindErasures, "records/"+r.ID))(t)
	if len(noted) != 2 || strings.Contains(string(noted[0].Body), "Mai") {
		t.Errorf("the erasure is noted as %v", noted)
	}
	if got := must(w.Erased(w.ctx, trace.KindRecords, r.ID))(t); !slices.Equal(got, []string{"person", "shipping.recipient"}) {
		t.Errorf("erased are %q", got)
	}
	// The document works on: it is verified, and corrected with a new recipient.
	must(w.VerifyRecord(w.ctx, by(inspector), r.ID))(t)
	d := r.Data.RecordData
	d.Person, d.Shipping.Recipient = "", "Cửa hàng số 1"
	must(w.CorrectRecord(w.ctx, by(a), r.ID, d, "người nhận khác"))(t)
	if got := must(w.Record(w.ctx, office, r.ID))(t); got.Data.Shipping.Recipient != "Cửa hàng số 1" {
		t.Errorf("the recipient is %q", got.Data.Shipping.Recipient)
	}
	// What was entered anew stays when nobody asks for it.
	w.clock.pass(2 * time.Minute)
	if err := w.ResumeErasures(w.ctx, trace.ErasableKinds()); err != nil {
		t.Fatal(err)
	}
}

// TestRepeatedAfterErasure checks that who sends a request again after what it
// made was erased gets the answer all the same.
func TestRepeatedAfterErasure(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Chè")
	batch := must(w.CreateBatch(w.ctx, by(a), w.batchData(w.product(a))))(t)
	r := shipped(w, a, batch.ID)
	if err := w.Erase(w.ctx, by(office), erasable(t, trace.KindRecords), asked(r.ID, "person")); err != nil {
		t.Fatal(err)
	}
	again := must(w.AddRecord(w.ctx, op(a, "ship", "hash-of-what-was-asked"), r.Data.RecordData))(t)
	if again.ID != r.ID || again.Revision != 1 || again.Data.Person != "" {
		t.Errorf("the same request again gives %s revision %d by %q", again.ID, again.Revision, again.Data.Person)
	}
}

// TestErasureOnTheWay checks that a revision that was being made from one with
// the name, when it was erased, loses it too; one that is written later does not.
func TestErasureOnTheWay(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Chè")
	batch := must(w.CreateBatch(w.ctx, by(a), w.batchData(w.product(a))))(t)
	r := shipped(w, a, batch.ID)
	late := must(w.store.Head(w.ctx, trace.KindRecords, r.ID))(t)
	if err := w.Erase(w.ctx, by(office), erasable(t, trace.KindRecords), asked(r.ID, "person")); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(20 * time.Second)
	late.Number, late.At = 3, w.Now()
	if err := w.store.Insert(w.ctx, late); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(time.Minute)
	resume := func() trace.Stored[trace.Record] {
		t.Helper()
		if err := w.ResumeErasures(w.ctx, trace.ErasableKinds()); err != nil {
			t.Fatal(err)
		}
		return must(w.Record(w.ctx, office, r.ID))(t)
	}
	if got := resume(); got.Revision != 3 || got.Data.Person != "" || got.Data.Note == "" {
		t.Errorf("revision %d is by %q with the note %q", got.Revision, got.Data.Person, got.Data.Note)
	}
	w.clock.pass(2 * time.Minute)
	d := r.Data.RecordData
	d.Person = "Lò Văn Páo"
	must(w.CorrectRecord(w.ctx, by(a), r.ID, d, "người khác làm"))(t)
	if got := resume(); got.Data.Person != "Lò Văn Páo" {
		t.Errorf("what was entered later is by %q", got.Data.Person)
	}
	if err := w.Erase(w.ctx, by(office), erasable(t, trace.KindRecords), asked(r.ID, "person")); err != nil {
		t.Fatal(err)
	}
	if got := must(w.Record(w.ctx, office, r.ID))(t); got.Data.Person != "" {
		t.Errorf("the second person is not erased: %q", got.Data.Person)
	}
}

// TestErasureResumes cuts an erasure off at each write and finishes it.
func TestErasureResumes(t *testing.T) {
	for cut := range 4 {
		w := newWorld(t)
		a := w.producer("HTX Chè")
		batch := must(w.CreateBatch(w.ctx, by(a), w.batchData(w.product(a))))(t)
		r := shipped(w, a, batch.ID)
		broken := w.over(&cutStore{Store: w.store, left: cut})
		if err := broken.Erase(w.ctx, by(office), erasable(t, trace.KindRecords), asked(r.ID, "person")); !errors.Is(err, errCut) {
			t.Fatalf("cut after %d writes: %v", cut, err)
		}
		if cut == 0 { // nothing was begun
			continue
		}
		if err := w.ResumeErasures(w.ctx, trace.ErasableKinds()); err != nil {
			t.Fatal(err)
		}
		for _, now := range must(w.store.History(w.ctx, trace.KindRecords, r.ID))(t) {
			if strings.Contains(string(now.Personal), "Mai") {
				t.Errorf("cut after %d writes, then resumed: revision %d keeps %s", cut, now.Number, now.Personal)
			}
		}
		if noted := must(w.store.History(w.ctx, trace.KindErasures, "records/"+r.ID))(t); len(noted) != 2 {
			t.Errorf("cut after %d writes: %d notes of the erasure", cut, len(noted))
		}
	}
}

var errCut = errors.New("cut off")

// A cutStore fails after some writes.
type cutStore struct {
	trace.Store
	left int
}

func (s *cutStore) spend() error {
	if s.left--; s.left < 0 {
		return errCut
	}
	return nil
}

func (s *cutStore) Insert(ctx context.Context, r trace.Revision) error {
	if err := s.spend(); err != nil {
		return err
	}
	return s.Store.Insert(ctx, r)
}

func (s *cutStore) Erase(ctx context.Context, r trace.Revision) error {
	if err := s.spend(); err != nil {
		return err
	}
	return s.Store.Erase(ctx, r)
}

func TestEraseRefused(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Chè")
	batch := must(w.CreateBatch(w.ctx, by(a), w.batchData(w.product(a))))(t)
	r := shipped(w, a, batch.ID)
	records := erasable(t, trace.KindRecords)
	for _, who := range []trace.Actor{a, lab, inspector, certifier, nobody} {
		wantErr(t, w.Erase(w.ctx, by(who), records, asked(r.ID, "person")), trace.ErrForbidden)
	}
	wantErr(t, w.Erase(w.ctx, by(office), records, asked(r.ID, "place.name")), trace.ErrInvalid)
	wantErr(t, w.Erase(w.ctx, by(office), records, asked(r.ID)), trace.ErrInvalid)
	wantErr(t, w.Erase(w.ctx, by(office), records, asked("nothing", "person")), trace.ErrNotFound)
	wantErr(t, w.Erase(w.ctx, by(office), records, trace.Erasure{ID: r.ID, Members: []string{"person"}, Reason: "Bàn Thị Mai"}), trace.ErrInvalid)
	if _, err := w.store.Head(w.ctx, trace.KindErasures, "records/"+r.ID); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("what was refused is noted: %v", err)
	}
}

func TestEraseContact(t *testing.T) {
	w := newWorld(t)
	p := must(w.ReportProblem(w.ctx, by(trace.Actor{ID: "public"}), trace.ProblemData{Code: "x", Kind: trace.ProblemOther, Text: "Tôi là Bàn Thị Mai"}, "0912345678"))(t)
	for range 2 {
		if err := w.Erase(w.ctx, by(admin), erasable(t, trace.KindContacts), asked(p.ID, "contact")); err != nil {
			t.Fatal(err)
		}
		if err := w.Erase(w.ctx, by(admin), erasable(t, trace.KindProblems), asked(p.ID, "text")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.ProblemContact(w.ctx, office, p.ID); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("the contact: %v", err)
	}
	now := must(w.AnswerProblem(w.ctx, by(office), p.ID, "Đã xem."))(t)
	if now.Data.Text != "" || now.Data.Reference != p.Data.Reference {
		t.Errorf("the report says %q under %q", now.Data.Text, now.Data.Reference)
	}
	if _, err := w.ProblemByReference(w.ctx, p.Data.Reference); err != nil {
		t.Errorf("the report cannot be looked up: %v", err)
	}
}

// TestErasableMembers checks that what can be erased is what is kept apart.
func TestErasableMembers(t *testing.T) {
	for _, k := range trace.ErasableKinds() {
		if k.Name.VI == "" || k.Name.EN == "" || len(k.Members) == 0 {
			t.Errorf("%s has no name or no members", k.Kind)
		}
		for _, m := range k.Members {
			if m.Name.VI == "" || m.Name.EN == "" || !k.Has([]string{m.Path}) {
				t.Errorf("%s: %q has no name", k.Kind, m.Path)
			}
		}
	}
}

func TestRelease(t *testing.T) {
	w := newWorld(t)
	p := must(w.CreateProducer(w.ctx, by(office), producerData("HTX Chè")))(t)
	other := must(w.CreateProducer(w.ctx, by(office), producerData("HTX Ong")))(t)
	const term = "login:mai@example.vn"
	claim := func(id string) error { return w.Claim(w.ctx, by(office), term, trace.KindProducers, id) }
	release := func(id string) error { return w.Release(w.ctx, by(office), term, trace.KindProducers, id) }
	if err := release(p.ID); err != nil {
		t.Errorf("nothing to release: %v", err)
	}
	if err := claim(p.ID); err != nil {
		t.Fatal(err)
	}
	if err := release(other.ID); err != nil || !errors.Is(claim(other.ID), trace.ErrConflict) {
		t.Errorf("another's claim was released: %v", err)
	}
	if err := release(p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Head(w.ctx, trace.KindClaims, term); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("the claim is left: %v", err)
	}
	if err := claim(other.ID); err != nil {
		t.Errorf("a released term cannot be claimed: %v", err)
	}
}

// TestReleaseResumes checks that a claim whose removal was cut off is taken by
// nobody, and removed later.
func TestReleaseResumes(t *testing.T) {
	w := newWorld(t)
	p := must(w.CreateProducer(w.ctx, by(office), producerData("HTX Chè")))(t)
	const term = "login:mai@example.vn"
	if err := w.Claim(w.ctx, by(office), term, trace.KindProducers, p.ID); err != nil {
		t.Fatal(err)
	}
	broken := w.over(unremovable{w.store})
	if err := broken.Release(w.ctx, by(office), term, trace.KindProducers, p.ID); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	wantErr(t, w.Claim(w.ctx, by(office), term, trace.KindProducers, "other"), trace.ErrConflict)
	if _, err := w.Claimed(w.ctx, term); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("a claim that is being released still counts: %v", err)
	}
	w.clock.pass(2 * time.Minute)
	if err := w.Release(w.ctx, by(office), term, trace.KindProducers, p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Head(w.ctx, trace.KindClaims, term); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("the claim is left: %v", err)
	}
}

// An unremovable store removes nothing.
type unremovable struct{ trace.Store }

func (unremovable) Remove(context.Context, trace.Kind, string) error { return errCut }
