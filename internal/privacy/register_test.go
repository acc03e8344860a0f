package privacy

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/trace"
)

func day(t testing.TB, s string) trace.Date {
	t.Helper()
	return must(trace.ParseDate(s))(t)
}

func TestDeadlines(t *testing.T) {
	for _, tt := range []struct {
		what                            What
		received, acknowledge, carryOut string
	}{
		{Export, "2026-11-24", "2026-11-26", "2026-12-04"},   // Tuesday
		{Export, "2026-11-27", "2026-12-01", "2026-12-07"},   // Friday
		{Correct, "2026-11-28", "2026-12-01", "2026-12-08"},  // Saturday
		{Restrict, "2026-11-24", "2026-11-26", "2026-12-09"}, //
		{Erase, "2026-11-24", "2026-11-26", "2026-12-14"},    //
		{Erase, "2026-11-23", "2026-11-25", "2026-12-11"},    // would end on a Sunday
		{Export, "2026-04-29", "2026-05-05", "2026-05-08"},   // before 30 April and 1 May
		{Export, "2026-12-31", "2027-01-05", "2027-01-08"},   // before New Year and a week end
	} {
		acknowledge, carryOut := deadlines(tt.what, day(t, tt.received))
		if acknowledge.String() != tt.acknowledge || carryOut.String() != tt.carryOut {
			t.Errorf("%s of %s: %s and %s, want %s and %s", tt.what, tt.received, acknowledge, carryOut, tt.acknowledge, tt.carryOut)
		}
	}
}

func TestQueue(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	ask := func(what What, daysAgo int) string {
		t.Helper()
		return must(w.Ask(ctx, by(office), Asked{What: what, Name: " Mai ", Contact: "x", Received: trace.DateOf(w.now).AddDays(-daysAgo)}))(t).ID
	}
	late, fresh, older := ask(Erase, 60), ask(Export, 0), ask(Export, 30)
	must(w.Acknowledge(ctx, by(office), older, "căn cước"))(t)
	open := must(w.Open(ctx, admin))(t)
	if len(open) != 3 || open[0].ID != late || open[1].ID != older || open[2].ID != fresh {
		t.Errorf("the queue: %v", open)
	}
	today := w.ledger.Today()
	if !open[0].Data.Overdue(today) || !open[1].Data.Overdue(today) || open[2].Data.Overdue(today) {
		t.Error("overdue are the wrong ones")
	}
	longer := must(w.Extend(ctx, by(office), older, "nhiều hồ sơ"))(t)
	if longer.Data.CarryOutBy != LastWorkingDay(longer.Data.Received.AddDays(25)) {
		t.Errorf("extended to %s", longer.Data.CarryOutBy)
	}
	refused := func(_ trace.Stored[Request], err error) {
		t.Helper()
		if !errors.Is(err, trace.ErrConflict) {
			t.Errorf("not refused: %v", err)
		}
	}
	refused(w.Extend(ctx, by(office), older, "lần nữa"))
	refused(w.Acknowledge(ctx, by(office), older, "lần nữa"))
	refused(w.Finish(ctx, by(office), fresh, "chưa xác nhận"))
	refused(w.CarryOut(ctx, by(office), older, []Pick{{trace.KindProducers, w.producer.Producer, "phone"}}, "không phải yêu cầu xóa"))
	must(w.Finish(ctx, by(office), older, "đã gửi bản sao"))(t)
	must(w.Refuse(ctx, by(admin), late, "không xác minh được"))(t)
	if err := w.Forget(ctx, by(office), fresh); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("an open request is forgotten: %v", err)
	}
	if closed := must(w.Closed(ctx, office, trace.Paging{}))(t); len(closed.Items) != 2 {
		t.Errorf("%d are closed", len(closed.Items))
	}
	w.now = w.now.Add(KeptAfterClosing - time.Hour)
	if err := w.Sweep(ctx); err != nil || !strings.Contains(w.everything(), "đã gửi bản sao") {
		t.Errorf("swept too early: %v", err)
	}
	w.now = w.now.Add(2 * time.Hour)
	for range 2 {
		if err := w.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
	}
	s := must(w.Register.Request(ctx, office, older))(t)
	if s.Data.Name+s.Data.Contact+s.Data.Outcome+s.Data.Extension+s.Data.Identity != "" || s.Data.State != Done || !s.Data.Extended {
		t.Errorf("what is left of a closed request: %+v", s.Data)
	}
	if s := must(w.Register.Request(ctx, office, fresh))(t); s.Data.Name != "Mai" {
		t.Errorf("an open request lost its name: %+v", s.Data)
	}
}

func TestRefusedInput(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	tomorrow := w.ledger.Today().AddDays(1)
	for field, d := range map[string]Asked{
		"what": {What: "forget", Name: "a", Contact: "b"}, "name": {What: Erase, Contact: "b"}, "contact": {What: Erase, Name: "a", Contact: strings.Repeat("x", 201)},
		"text": {What: Erase, Name: "a", Contact: "b", Text: strings.Repeat("x", 2001)}, "received": {What: Erase, Name: "a", Contact: "b", Received: tomorrow},
	} {
		_, err := w.Ask(ctx, by(office), d)
		var fields trace.FieldErrors
		if !errors.As(err, &fields) || len(fields) != 1 || fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	id, record := w.request(Erase), w.ship()
	for name, picks := range map[string][]Pick{
		"none": nil, "kind": {{"batches2", "x", "note"}}, "member": {{trace.KindRecords, record.ID, "place.name"}},
		"secret": {{account.KindSecrets, "x", "password"}}, "too many": make([]Pick, maxPicks+1),
	} {
		if _, err := w.CarryOut(ctx, by(office), id, picks, "x"); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.CarryOut(ctx, by(office), id, []Pick{{trace.KindRecords, "nothing", "person"}}, "x"); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("of nothing: %v", err)
	}
	for _, text := range []string{"", "an", strings.Repeat("x", 201)} {
		if _, err := w.Find(ctx, office, text); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("looking for %.5q: %v", text, err)
		}
	}
}

func TestWhoHandles(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.request(Erase)
	for _, role := range []trace.Role{trace.ProducerRole, trace.Inspector, trace.Certifier, trace.Laboratory, ""} {
		a := trace.Actor{ID: "x", Role: role, Producer: w.producer.Producer}
		_, ask := w.Ask(ctx, by(a), Asked{What: Erase, Name: "a", Contact: "b"})
		_, get := w.Register.Request(ctx, a, id)
		_, open := w.Open(ctx, a)
		_, find := w.Find(ctx, a, "Bàn Thị Mai")
		_, preview := w.Preview(ctx, a, []Pick{{trace.KindProducers, w.producer.Producer, "phone"}})
		_, carry := w.CarryOut(ctx, by(a), id, []Pick{{trace.KindProducers, w.producer.Producer, "phone"}}, "x")
		forget := w.Forget(ctx, by(a), id)
		for what, err := range map[string]error{"ask": ask, "get": get, "list": open, "find": find, "preview": preview, "carry out": carry, "forget": forget} {
			if !errors.Is(err, trace.ErrForbidden) && !errors.Is(err, trace.ErrNotFound) {
				t.Errorf("%q may %s: %v", role, what, err)
			}
		}
	}
}

// TestFind looks for somebody in the ways in which people write.
func TestFind(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	record, problem, in := w.ship(), w.report(), w.join("Bàn Thị Mai", "banmai77@example.vn")
	boss := account.NewPerson{Name: "Bàn Văn Sếp", Login: "sep@example.vn", Memberships: []account.Membership{{Role: trace.Administrator}}}
	if _, _, err := w.people.Invite(ctx, by(admin), boss); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		by   trace.Actor
		text string
		want string
	}{
		{office, "BAN thi mai", record.ID + " " + problem.ID + " " + in.Person.ID},
		{office, "mai thị bàn", record.ID + " " + problem.ID + " " + in.Person.ID},
		{office, "0912345678", w.producer.Producer + " " + record.ID + " " + problem.ID + " " + in.Person.ID},
		{office, "+84 912 345 678", w.producer.Producer + " " + record.ID + " " + problem.ID + " " + in.Person.ID},
		{office, "mai@example.vn", w.producer.Producer},
		{office, "hoa sen", record.ID},
		{office, "không có ai", ""},
		{office, "sep@example.vn", ""}, // who handles producers' people only is told of no others
		{admin, "argon2id", ""},
	} {
		var got []string
		for _, f := range must(w.Find(ctx, tt.by, tt.text))(t).Found {
			matches := 0
			for _, m := range f.Members {
				if m.Matches {
					matches++
				}
			}
			if matches == 0 {
				t.Errorf("%q finds %s %s in no member", tt.text, f.Kind, f.ID)
			}
			if !strings.Contains(strings.Join(got, " "), f.ID) {
				got = append(got, f.ID)
			}
		}
		for _, id := range strings.Fields(tt.want) {
			if !strings.Contains(strings.Join(got, " "), id) {
				t.Errorf("%q does not find %s", tt.text, id)
			}
		}
		if len(got) != len(strings.Fields(tt.want)) {
			t.Errorf("%q finds %v, want %s", tt.text, got, tt.want)
		}
	}
	if found := must(w.Find(ctx, admin, "sep@example.vn"))(t); len(found.Found) != 1 {
		t.Errorf("an administrator finds %v", found)
	}
}

// TestOwnData exports what is kept of oneself, and asks for erasure.
func TestOwnData(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	in := w.join("Bàn Thị Mai", "banmai77@example.vn")
	s := must(w.AskForOneself(ctx, in.Visitor, trace.Op{Key: in.Actor.ID + ":1", Hash: "h"}, Erase, "Tôi nghỉ việc"))(t)
	again := must(w.AskForOneself(ctx, in.Visitor, trace.Op{Key: in.Actor.ID + ":1", Hash: "h"}, Erase, "Tôi nghỉ việc"))(t)
	if again.ID != s.ID || s.Data.Contact != "0912345678" || s.Data.Person != in.Person.ID {
		t.Errorf("%+v, again %s", s, again.ID)
	}
	if _, err := w.AskForOneself(ctx, in.Visitor, trace.Op{}, Erase, ""); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("a second one: %v", err)
	}
	own := must(w.OwnData(ctx, in.Visitor, audited()))(t)
	text := string(must(json.Marshal(own))(t))
	for _, want := range []string{"Bàn Thị Mai", "banmai77@example.vn", "Tôi nghỉ việc", s.ID} {
		if !strings.Contains(text, want) {
			t.Errorf("the export lacks %q", want)
		}
	}
	if strings.Contains(text, "argon2id") || len(own.Sessions) != 1 || len(own.Entries) < 2 || strings.Contains(text, "hash") {
		t.Errorf("the export: %s", text)
	}
}
