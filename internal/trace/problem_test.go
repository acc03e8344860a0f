package trace_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

func problemData(code string) trace.ProblemData {
	return trace.ProblemData{Code: code, Kind: trace.ProblemQuality, Text: "Chè có mùi mốc", Bought: "Chợ Chiêm Hóa"}
}

// report reports a problem as the public, with a contact.
func (w *world) report(code string) trace.Stored[trace.Problem] {
	w.Helper()
	return must(w.ReportProblem(w.ctx, by(nobody), problemData(code), "0912 345 678"))(w)
}

func TestAnybodyReportsAProblem(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	released, open := w.released(a, w.product(a)), w.batch(a, w.product(a))
	batch := must(stamp.ParseBatchCode(released))(t)
	sealer := must(w.keys.Sealer("k1", batch))(t)
	item := sealer.Item(7).Code()
	for _, tt := range []struct{ name, code, kept, batch string }{
		{"batch code", strings.ToLower(batch.Display()), released, released},
		{"item code", item.Display(), item.String(), released},
		{"of an open batch", open, open, open},
		{"no such batch", unused(t), unused(t), ""},
		{"mistyped", "K7Q2M-9XR40", "K7Q2M-9XR40", ""},
		{"no code at all", " tem không có mã ", "tem không có mã", ""},
	} {
		s := must(w.ReportProblem(w.ctx, by(nobody), problemData(tt.code), ""))(t)
		p := s.Data
		if tt.name == "no such batch" {
			tt.kept = must(stamp.Parse(tt.code))(t).String()
		}
		if p.Code != tt.kept || p.Batch != tt.batch || (p.Producer == a.Producer) != (tt.batch != "") || p.State != trace.ProblemNew {
			t.Errorf("%s: %+v", tt.name, p)
		}
		ref := must(stamp.ParseReference(p.Reference))(t)
		status := must(w.ProblemByReference(w.ctx, strings.ToLower(ref.Display())))(t)
		want := trace.ProblemStatus{Reference: p.Reference, Code: p.Code, Kind: p.Kind, State: trace.ProblemNew, Reported: start}
		if diff := cmp.Diff(want, status); diff != "" {
			t.Errorf("%s, its status, -want +got:\n%s", tt.name, diff)
		}
	}
	for _, ref := range []string{"", "00000000", "K7Q2M9XR", "\x00", long(300)} {
		_, err := w.ProblemByReference(w.ctx, ref)
		wantErr(t, err, trace.ErrNotFound)
	}
}

func TestProblemInput(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	code := w.released(a, w.product(a))
	photo := must(w.AddProblemPhoto(w.ctx, by(nobody), "anh.png", picture(3)))(t).Data
	if photo.Type != "image/jpeg" {
		t.Errorf("the photo is kept as %s", photo.Type)
	}
	if _, err := w.AddProblemPhoto(w.ctx, by(nobody), "giay.pdf", document()); fields(t, err) == nil {
		t.Errorf("a document is taken for a photo: %v", err)
	}
	before := revisions(t, w.store, trace.KindProblems)
	for _, tt := range []struct {
		name, contact string
		change        func(*trace.ProblemData)
		want          []string
	}{
		{"as it is", "", func(*trace.ProblemData) {}, nil},
		{"with a photo", "", func(d *trace.ProblemData) { d.Photo = photo.SHA256 }, nil},
		{"mail", "Lan@example.vn", func(*trace.ProblemData) {}, nil},
		{"nothing", "", func(d *trace.ProblemData) { *d = trace.ProblemData{} }, []string{"code", "kind", "text"}},
		{"unknown kind", "", func(d *trace.ProblemData) { d.Kind = "x" }, []string{"kind"}},
		{"long", "", func(d *trace.ProblemData) { d.Code, d.Text, d.Bought = long(201), long(2001), long(201) }, []string{"code", "text", "bought"}},
		{"no such photo", "", func(d *trace.ProblemData) { d.Photo = trace.DigestOf([]byte("x")) }, []string{"photo"}},
		{"a document", "", func(d *trace.ProblemData) { d.Photo = w.file(a) }, []string{"photo"}},
		{"no way to reach", "gặp tôi ở chợ", func(*trace.ProblemData) {}, []string{"contact"}},
		{"half an address", "lan@", func(*trace.ProblemData) {}, []string{"contact"}},
	} {
		d := problemData(code)
		tt.change(&d)
		checked := w.CheckProblem(w.ctx, d, tt.contact)
		_, err := w.ReportProblem(w.ctx, by(nobody), d, tt.contact)
		t.Run(tt.name, func(t *testing.T) {
			wantFields(t, err, tt.want...)
			wantFields(t, checked, tt.want...)
		})
	}
	if after := revisions(t, w.store, trace.KindProblems); after != before+3 {
		t.Errorf("%d reports were stored, want 3", after-before)
	}
	if n := len(heads(t, w.store, trace.KindContacts)); n != 1 {
		t.Errorf("%d contacts were stored, want 1", n)
	}
}

// TestProblemDesk walks reports through everybody's hands.
func TestProblemDesk(t *testing.T) {
	w := newWorld(t)
	a, other := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	code := w.released(a, w.product(a))
	s := w.report(code)
	foreign := w.report(unused(t)) // of no batch: only for authorities
	for _, actor := range []trace.Actor{other, lab, nobody} {
		_, err := w.Problem(w.ctx, actor, s.ID)
		wantErr(t, err, trace.ErrNotFound)
		_, err = w.ProblemContact(w.ctx, actor, s.ID)
		wantErr(t, err, trace.ErrNotFound)
	}
	for _, actor := range []trace.Actor{certifier, admin} {
		_, err := w.Problem(w.ctx, actor, s.ID)
		wantErr(t, err, trace.ErrForbidden)
		_, err = w.ProblemContact(w.ctx, actor, s.ID)
		wantErr(t, err, trace.ErrForbidden)
	}
	for _, actor := range []trace.Actor{a, {ID: "of nobody", Role: trace.ProducerRole}} {
		_, err := w.Problem(w.ctx, actor, foreign.ID)
		wantErr(t, err, trace.ErrNotFound)
	}
	_, err := w.ProblemContact(w.ctx, a, s.ID)
	wantErr(t, err, trace.ErrForbidden)
	if said := fmt.Sprintf("%+v", must(w.ProblemHistory(w.ctx, a, s.ID))(t)); strings.Contains(said, "345") {
		t.Errorf("the producer reads the contact: %s", said)
	}
	for _, actor := range []trace.Actor{inspector, office} {
		if k := must(w.ProblemContact(w.ctx, actor, s.ID))(t); k.Contact != "0912 345 678" {
			t.Errorf("%s reads the contact %q", actor.ID, k.Contact)
		}
	}

	if got := must(w.SeeProblem(w.ctx, by(a), s.ID))(t).Data; got.State != trace.ProblemSeen || got.Seen.Actor != a.ID {
		t.Errorf("seen: %+v", got)
	}
	_, err = w.SeeProblem(w.ctx, by(office), s.ID)
	wantErr(t, err, trace.ErrConflict)
	_, err = w.AnswerProblem(w.ctx, by(a), s.ID, "\u200b ")
	wantFields(t, err, "answer")
	_, err = w.DismissProblem(w.ctx, by(a), s.ID, "không đúng")
	wantErr(t, err, trace.ErrForbidden)
	must(w.AnswerProblem(w.ctx, by(a), s.ID, "Mời đổi hàng"))(t)
	status := must(w.ProblemByReference(w.ctx, s.Data.Reference))(t)
	if status.State != trace.ProblemAnswered || status.Answer != "Mời đổi hàng" || status.AnsweredBy != "HTX Mây Trắng" || !status.Answered.Equal(start) {
		t.Errorf("answered by the producer: %+v", status)
	}
	_, err = w.DismissProblem(w.ctx, by(office), s.ID, "lý do")
	wantErr(t, err, trace.ErrConflict)
	w.clock.pass(time.Hour)
	must(w.AnswerProblem(w.ctx, by(office), s.ID, "Đã lấy mẫu"))(t)
	if status := must(w.ProblemByReference(w.ctx, s.Data.Reference))(t); status.Answer != "Đã lấy mẫu" || status.AnsweredBy != office.Organisation {
		t.Errorf("answered by the office: %+v", status)
	}
	_, err = w.AnswerProblem(w.ctx, by(a), s.ID, "Không phải")
	wantErr(t, err, trace.ErrForbidden)

	must(w.DismissProblem(w.ctx, by(inspector), foreign.ID, "người báo nhầm nội bộ"))(t)
	status = must(w.ProblemByReference(w.ctx, foreign.Data.Reference))(t)
	if said := fmt.Sprintf("%+v", status); status.State != trace.ProblemDismissed || strings.Contains(said, "nội bộ") {
		t.Errorf("dismissed: %s", said)
	}
	for _, do := range []func() error{
		func() error { return second(w.AnswerProblem(w.ctx, by(office), foreign.ID, "x")) },
		func() error { return second(w.DismissProblem(w.ctx, by(office), foreign.ID, "x")) },
	} {
		wantErr(t, do(), trace.ErrConflict)
	}
}

func TestProblemQueries(t *testing.T) {
	w := newWorld(t)
	a, other := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	code, theirs := w.released(a, w.product(a)), w.released(other, w.product(other))
	var ids []string
	for _, c := range []string{code, theirs, unused(t)} {
		w.clock.pass(time.Second)
		ids = append(ids, w.report(c).ID)
	}
	must(w.SeeProblem(w.ctx, by(office), ids[1]))(t)
	for _, tt := range []struct {
		by    trace.Actor
		query trace.ProblemQuery
		want  []string
	}{
		{office, trace.ProblemQuery{}, []string{ids[2], ids[1], ids[0]}},
		{inspector, trace.ProblemQuery{State: trace.ProblemNew}, []string{ids[2], ids[0]}},
		{office, trace.ProblemQuery{Producer: other.Producer, State: trace.ProblemSeen}, []string{ids[1]}},
		{office, trace.ProblemQuery{Batch: code}, []string{ids[0]}},
		{a, trace.ProblemQuery{}, []string{ids[0]}},
		{a, trace.ProblemQuery{Batch: theirs}, nil},
		{a, trace.ProblemQuery{Producer: other.Producer}, nil},
		{admin, trace.ProblemQuery{}, nil},
		{lab, trace.ProblemQuery{}, nil},
		{nobody, trace.ProblemQuery{}, nil},
	} {
		var got []string
		for _, s := range must(w.Problems(w.ctx, tt.by, tt.query, trace.Paging{}))(t).Items {
			got = append(got, s.ID)
		}
		if !slices.Equal(tt.want, got) {
			t.Errorf("%s asks for %+v and gets %v, want %v", tt.by.ID, tt.query, got, tt.want)
		}
	}
}

// TestContactsAreForgotten holds the schedule: each contact is there until the
// last moment, and gone with all that told of it after.
func TestContactsAreForgotten(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name string
		ends time.Duration // answered or dismissed after; 0 for never
		last time.Duration // kept until
		how  func(w *world, id string) error
	}{
		{"never answered", 0, 180 * day, nil},
		{"answered", 10 * day, 100 * day, func(w *world, id string) error { return second(w.AnswerProblem(w.ctx, by(office), id, "x")) }},
		{"dismissed", 10 * day, 100 * day, func(w *world, id string) error { return second(w.DismissProblem(w.ctx, by(office), id, "x")) }},
		{"answered late", 170 * day, 180 * day, func(w *world, id string) error { return second(w.AnswerProblem(w.ctx, by(office), id, "x")) }},
		{"answered again", 10 * day, 100 * day, func(w *world, id string) error {
			if _, err := w.AnswerProblem(w.ctx, by(office), id, "x"); err != nil {
				return err
			}
			w.clock.pass(day)
			_, err := w.AnswerProblem(w.ctx, by(office), id, "y")
			w.clock.pass(-day)
			return err
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			a := w.producer("HTX Mây Trắng")
			s := w.report(w.released(a, w.product(a)))
			w.clock.pass(tt.ends)
			if tt.how != nil {
				if err := tt.how(w, s.ID); err != nil {
					t.Fatal(err)
				}
			}
			w.clock.pass(tt.last - tt.ends - time.Second)
			w.sweep(s.ID, true)
			w.clock.pass(time.Second)
			w.sweep(s.ID, false)
			if got := must(w.Problem(w.ctx, office, s.ID))(t); got.Data.Text == "" {
				t.Error("the report went with its contact")
			}
		})
	}
}

// sweep sweeps, and holds whether the contact of a report is there.
func (w *world) sweep(id string, there bool) {
	w.Helper()
	if err := w.SweepContacts(w.ctx); err != nil {
		w.Fatal(err)
	}
	_, err := w.ProblemContact(w.ctx, office, id)
	if (err == nil) != there || err != nil && !errors.Is(err, trace.ErrNotFound) {
		w.Errorf("the contact after the sweep: %v, want it there: %v", err, there)
	}
	if n := len(heads(w, w.store, trace.KindContacts)); (n == 1) != there {
		w.Errorf("%d contacts are stored", n)
	}
}

func TestContactIsForgottenOnRequest(t *testing.T) {
	for _, tt := range []struct {
		left, given string
		belongs     bool
	}{
		{"0912 345 678", "+84 912.345.678", true},
		{"Lan@Example.vn", "lan@example.VN", true},
		{"0912 345 678", "0912 345 679", false},
		{"0912 345 678", "", false},
		{"lan@example.vn", "an@example.vn", false},
	} {
		w := newWorld(t)
		s := must(w.ReportProblem(w.ctx, by(nobody), problemData(unused(t)), tt.left))(t)
		other := w.report(unused(t)) // has a contact of its own
		err := w.ForgetContact(w.ctx, s.Data.Reference, tt.given)
		if tt.belongs != (err == nil) || err != nil && !errors.Is(err, trace.ErrNotFound) {
			t.Errorf("%q for %q: %v", tt.given, tt.left, err)
		}
		if n := len(heads(t, w.store, trace.KindContacts)); (n == 1) != tt.belongs {
			t.Errorf("%q for %q leaves %d contacts", tt.given, tt.left, n)
		}
		if tt.belongs {
			wantErr(t, w.ForgetContact(w.ctx, s.Data.Reference, tt.given), trace.ErrNotFound)
		}
		must(w.ProblemContact(w.ctx, office, other.ID))(t)
		wantErr(t, w.ForgetContact(w.ctx, "00000000", tt.left), trace.ErrNotFound)
	}
}

// TestContactWithoutReport breaks off between the two: the same request brings
// the report, and without it the contact goes.
func TestContactWithoutReport(t *testing.T) {
	for _, again := range []bool{true, false} {
		w := newWorld(t)
		code := unused(t)
		request := op(nobody, "key", "hash")
		faulty := &faultyStore{Store: w.store, kind: trace.KindProblems, at: 1}
		_, err := w.over(faulty).ReportProblem(w.ctx, request, problemData(code), "0912345678")
		wantErr(t, err, errFault)
		if n := len(heads(t, w.store, trace.KindContacts)); n != 1 {
			t.Fatalf("%d contacts are stored, want 1", n)
		}
		if again {
			s := must(w.ReportProblem(w.ctx, request, problemData(code), "0912345678"))(t)
			w.clock.pass(2 * time.Hour)
			w.sweep(s.ID, true)
			continue
		}
		w.clock.pass(time.Hour - time.Second)
		if err := w.SweepContacts(w.ctx); err != nil || len(heads(t, w.store, trace.KindContacts)) != 1 {
			t.Errorf("swept while the request may still be on its way: %v", err)
		}
		w.clock.pass(time.Second)
		if err := w.SweepContacts(w.ctx); err != nil || len(heads(t, w.store, trace.KindContacts)) != 0 {
			t.Errorf("a contact without a report stays: %v", err)
		}
	}
}

// TestProblemsInTheAuditLog holds what the log says of a report, and that it
// tells nobody of the contact.
func TestProblemsInTheAuditLog(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	code := w.released(a, w.product(a))
	answered, dismissed := w.report(code).ID, w.report(code).ID
	for i, do := range []func() error{
		func() error { return second(w.SeeProblem(w.ctx, by(a), answered)) },
		func() error { return second(w.AnswerProblem(w.ctx, by(a), answered, "Mời đổi hàng")) },
		func() error { return second(w.AnswerProblem(w.ctx, by(office), answered, "Đã lấy mẫu")) },
		func() error { return second(w.DismissProblem(w.ctx, by(office), dismissed, "báo trùng")) },
	} {
		w.clock.pass(time.Second)
		if err := do(); err != nil {
			t.Fatal(i, err)
		}
	}
	for _, actor := range []trace.Actor{a, office} {
		var got []string
		for e, err := range w.AuditAll(w.ctx, actor, trace.AuditQuery{Kinds: trace.AuditKinds()}) {
			if err != nil {
				t.Fatal(err)
			}
			if said := fmt.Sprintf("%s %+v", e.Body, e.Act()); strings.Contains(said, "0912 345") {
				t.Errorf("the log tells %s the contact: %s", actor.ID, said)
			}
			if e.Kind.Kind == trace.KindProblems {
				got = append(got, e.Act().Action.EN)
			}
		}
		want := []string{
			"Closed a problem report", "Changed the answer to a problem report", "Answered a problem report", "Took up a problem report",
			"Reported a problem", "Reported a problem",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the log for %s, -want +got:\n%s", actor.ID, diff)
		}
	}
}
