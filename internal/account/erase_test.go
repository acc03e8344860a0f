package account

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

// everything is all that a store keeps about people, claims and sessions.
func everything(t *testing.T, s trace.Store) string {
	t.Helper()
	var all strings.Builder
	for _, kind := range append(Kinds(), trace.KindClaims, trace.KindErasures) {
		for q := (trace.LogQuery{Kind: kind, Limit: 1000}); ; {
			page, err := s.Log(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Revisions {
				all.WriteString(r.ID + " " + r.Op.Key + " " + r.Op.Hash + " " + strings.Join(r.Refs, " ") + " " + string(r.Body) + string(r.Personal) + "\n")
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	return all.String()
}

var asked = trace.Erasure{Request: "yeucau1", Reason: trace.ErasureAsked}

// TestErase erases a person that had two logins, and lets another have them.
func TestErase(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		ctx, by := t.Context(), trace.Write{By: admin}
		in := w.join("0987654321", trace.ProducerRole)
		other := w.join("khac@example.vn", trace.ProducerRole)
		id := in.Person.ID
		must(w.SetLogin(ctx, by, id, "mayxanh@example.vn"))(t)
		must(w.UpdateProfile(ctx, in.Visitor, Profile{Name: "Triệu Mùi Khé", Phone: "0911222333", Language: "vi"}))(t)
		for range 2 { // again is no harm
			if err := w.Erase(ctx, by, id, asked); err != nil {
				t.Fatal(err)
			}
		}
		kept := everything(t, w.store)
		for _, text := range []string{"0987654321", "mayxanh", "Khé", "khe", "0911222333"} {
			if strings.Contains(kept, text) {
				t.Errorf("%q is left", text)
			}
		}
		if w.opens(in.Token) || !w.opens(other.Token) {
			t.Error("the sessions of the erased person go on, or those of another ended")
		}
		if _, err := w.signIn("mayxanh@example.vn", password); !errors.Is(err, trace.ErrUnauthenticated) {
			t.Errorf("the erased person signs in: %v", err)
		}
		p := must(w.Person(ctx, admin, id))(t)
		if p.Data.Called() != ErasedName || p.Data.Disabled.IsZero() || len(p.Data.Memberships) != 1 {
			t.Errorf("what is left of the person: %+v", p.Data)
		}
		if names := must(w.Names(ctx, []string{in.Actor.ID, other.Actor.ID}))(t); names[in.Actor.ID] != ErasedName || names[other.Actor.ID].VI != "Lò Thị Mẩy" {
			t.Errorf("names: %v", names)
		}
		if list := must(w.People(ctx, admin, PeopleQuery{}, trace.Paging{}))(t); len(list.Items) != 1 {
			t.Errorf("%d people are listed", len(list.Items))
		}
		w.refusesErased(id)
		for _, login := range []string{"0987654321", "mayxanh@example.vn"} {
			w.join(login, trace.ProducerRole)
			must(w.signIn(login, password))(t)
			if _, _, err := w.Invite(ctx, by, NewPerson{Name: "X", Login: login, Memberships: []Membership{w.membership(trace.ProducerRole)}}); !errors.Is(err, trace.ErrConflict) {
				t.Errorf("two people have the login %s: %v", login, err)
			}
		}
	})
}

// refusesErased checks that an erased person cannot be brought back.
func (w *world) refusesErased(id string) {
	w.t.Helper()
	ctx, by := w.t.Context(), trace.Write{By: admin}
	_, enable := w.Enable(ctx, by, id)
	_, login := w.SetLogin(ctx, by, id, "lai@example.vn")
	_, roles := w.SetMemberships(ctx, by, id, []Membership{{Role: trace.Administrator}})
	_, link := w.ResetLink(ctx, by, id)
	for what, err := range map[string]error{"enable": enable, "login": login, "roles": roles, "link": link} {
		if !errors.Is(err, trace.ErrConflict) {
			w.t.Errorf("%s of an erased person: %v", what, err)
		}
	}
}

// TestErasedLoginOfAnother checks that a login that somebody else has by now
// stays that person's.
func TestErasedLoginOfAnother(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), trace.Write{By: admin}
	in := w.join("cu@example.vn", trace.ProducerRole)
	must(w.SetLogin(ctx, by, in.Person.ID, "moi@example.vn"))(t)
	w.clock.add(trace.ClaimGrace)
	w.join("cu@example.vn", trace.ProducerRole)
	if err := w.Erase(ctx, by, in.Person.ID, asked); err != nil {
		t.Fatal(err)
	}
	must(w.signIn("cu@example.vn", password))(t)
}

func TestWhoMayErase(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	in := w.join("may@example.vn", trace.ProducerRole)
	boss := w.join("sep@example.vn", trace.Administrator)
	for who, by := range w.everybody() {
		if who == "administrator" || who == "office" {
			continue
		}
		if err := w.Erase(ctx, trace.Write{By: by}, in.Person.ID, asked); !errors.Is(err, trace.ErrForbidden) {
			t.Errorf("%s erases: %v", who, err)
		}
	}
	if err := w.Erase(ctx, trace.Write{By: office}, boss.Person.ID, asked); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("the office erases an administrator: %v", err)
	}
	if err := w.Erase(ctx, trace.Write{By: admin}, boss.Person.ID, asked); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("the last administrator is erased: %v", err)
	}
	if err := w.Erase(ctx, trace.Write{By: office}, in.Person.ID, asked); err != nil {
		t.Error(err)
	}
}

// TestErasedBytes looks for an erased person in the bytes of the file.
func TestErasedBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "temgoc.db")
	store, err := sqlite.Open(t.Context(), path, append(trace.Removable(), Removable()...)...)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorldOn(t, store)
	in := w.join("mayxanh@example.vn", trace.ProducerRole)
	must(w.UpdateProfile(t.Context(), in.Visitor, Profile{Name: "Triệu Mùi Khé", Phone: "0911222333", Language: "vi"}))(t)
	if err := w.Erase(t.Context(), trace.Write{By: admin}, in.Person.ID, asked); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil { // which folds the write-ahead log in
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(content, []byte(in.Person.ID)) {
		t.Fatal("the file does not even hold the person's id")
	}
	for _, text := range []string{"mayxanh", "Triệu Mùi Khé", "word:khe", "0911222333", "argon2id"} {
		if bytes.Contains(content, []byte(text)) {
			t.Errorf("the file still holds %q", text)
		}
	}
}
