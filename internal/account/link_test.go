package account

import (
	"errors"
	"sync"
	"testing"
	"time"

	"temgoc/internal/trace"
)

func TestLinks(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		wr := trace.Write{By: admin}
		opens := func(token string) bool {
			t.Helper()
			_, err := w.Invitation(t.Context(), token)
			if err != nil && !errors.Is(err, errLink) {
				t.Fatal(err)
			}
			// What does not open sets no password either.
			if _, err2 := w.elsewhere().Accept(t.Context(), token, "", ""); errors.Is(err2, errLink) != (err != nil) {
				t.Errorf("Invitation: %v, Accept: %v", err, err2)
			}
			return err == nil
		}
		token, p := w.invite("may@example.vn", trace.ProducerRole)
		w.clock.add(InvitationLifetime - time.Millisecond)
		if !opens(token) {
			t.Error("an invitation ends too early")
		}
		w.clock.add(time.Millisecond)
		if opens(token) {
			t.Error("an invitation opens for too long")
		}

		token = must(w.ResetLink(t.Context(), wr, p.ID))(t)
		if i := must(w.Invitation(t.Context(), token))(t); i.Purpose != ForInvitation {
			t.Errorf("a new link of who has no password is for %s", i.Purpose)
		}
		newer := must(w.ResetLink(t.Context(), wr, p.ID))(t)
		if opens(token) || !opens(newer) {
			t.Error("an older link opens beside the newer one")
		}
		must(w.Accept(t.Context(), newer, password, ""))(t)
		if opens(newer) {
			t.Error("a used link opens")
		}

		token = must(w.ResetLink(t.Context(), wr, p.ID))(t)
		if i := must(w.Invitation(t.Context(), token))(t); i.Purpose != ForReset || i.Login != "may@example.vn" {
			t.Errorf("it opens %+v", i)
		}
		w.clock.add(ResetLifetime - time.Millisecond)
		if !opens(token) {
			t.Error("a reset ends too early")
		}
		w.clock.add(time.Millisecond)
		if opens(token) {
			t.Error("a reset opens for too long")
		}

		token = must(w.ResetLink(t.Context(), wr, p.ID))(t)
		must(w.Disable(t.Context(), wr, p.ID))(t)
		if opens(token) {
			t.Error("a link of a disabled person opens")
		}
		if _, err := w.ResetLink(t.Context(), wr, p.ID); !errors.Is(err, trace.ErrConflict) {
			t.Errorf("a link for a disabled person: %v", err)
		}
		must(w.Enable(t.Context(), wr, p.ID))(t)
		if opens(token) {
			t.Error("a link from before the disabling opens")
		}
		for _, bad := range []string{"", "x", newToken(), token + "x", p.ID, hash(token), "v1.k1.AAAA"} {
			if opens(bad) {
				t.Errorf("%q opens", bad)
			}
		}
	})
}

// TestAcceptRefuses holds that a bad password uses nothing up.
func TestAcceptRefuses(t *testing.T) {
	w := newWorld(t)
	token, _ := w.invite("may@example.vn", trace.ProducerRole)
	for _, bad := range []string{"", "short", "password", "lothimay", "temgoc2026"} {
		_, err := w.Accept(t.Context(), token, bad, "")
		var fields trace.FieldErrors
		if !errors.As(err, &fields) || fields[0].Field != "password" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	must(w.Accept(t.Context(), token, password, ""))(t)
}

// TestAcceptOnce has two replicas use a link at one moment.
func TestAcceptOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		token, p := w.invite("may@example.vn", trace.ProducerRole)
		passwords := []string{"ba con mèo leo cây cau", "hai con trâu qua sông"}
		accepted := make([]error, len(passwords))
		var group sync.WaitGroup
		for i, pw := range passwords {
			group.Go(func() { _, accepted[i] = w.elsewhere().Accept(t.Context(), token, pw, "") })
		}
		group.Wait()
		for i, err := range accepted {
			_, signed := w.elsewhere().signIn(t, "may@example.vn", passwords[i])
			if (err == nil) != (signed == nil) || err != nil && !errors.Is(err, errLink) {
				t.Errorf("password %d: accepted %v, signs in %v", i, err, signed)
			}
		}
		if (accepted[0] == nil) == (accepted[1] == nil) {
			t.Errorf("one link was accepted: %v, %v", accepted[0], accepted[1])
		}
		if h := must(w.store.History(t.Context(), KindSecrets, p.ID))(t); len(h) != 1 {
			t.Errorf("%d passwords were set", len(h))
		}
	})
}

func (d *Directory) signIn(t *testing.T, login, password string) (SignedIn, error) {
	return d.SignIn(t.Context(), Credentials{Login: login, Password: password})
}

// TestResetKeepsTheSecondFactor holds that a link alone does not get past it.
func TestResetKeepsTheSecondFactor(t *testing.T) {
	w := newWorld(t)
	in, secret, _ := w.enrol(w.join("huong@example.vn", trace.Office).Token)
	token := must(w.ResetLink(t.Context(), trace.Write{By: admin}, in.Person.ID))(t)
	next := must(w.Accept(t.Context(), token, "một câu hoàn toàn khác", ""))(t)
	if next.Stage != StageCode {
		t.Fatalf("after a reset signed in at %s", next.Stage)
	}
	must(w.ConfirmCode(t.Context(), next.Token, w.code(secret, 0)))(t)
}

func TestSetUp(t *testing.T) {
	w := newWorld(t)
	n := NewPerson{Name: "Hoàng Văn Tuấn", Login: "tuan@example.vn", Memberships: []Membership{w.membership(trace.Office)}}
	if nobody := must(w.NoPeople(t.Context()))(t); !nobody {
		t.Fatal("there are people")
	}
	old := must(w.SetupLink(t.Context()))(t)
	w.clock.add(SetupLifetime - time.Millisecond)
	if i := must(w.Invitation(t.Context(), old))(t); i.Purpose != ForSetup || i.Expires.Sub(w.clock.Now()) != time.Millisecond {
		t.Errorf("it opens %+v", i)
	}
	w.clock.add(time.Millisecond)
	if _, err := w.SetUp(t.Context(), old, n, password, ""); !errors.Is(err, errLink) {
		t.Errorf("after a day: %v", err)
	}
	// Each replica prints its own.
	token, second := must(w.SetupLink(t.Context()))(t), must(w.elsewhere().SetupLink(t.Context()))(t)
	for _, bad := range []struct {
		token, login, password string
		want                   error
	}{
		{"v1.k1.AAAA", "tuan@example.vn", password, errLink},
		{newToken(), "tuan@example.vn", password, errLink},
		{token, "not a login", password, trace.ErrInvalid},
		{token, "tuan@example.vn", "password", trace.ErrInvalid},
		{token, "", "", trace.ErrInvalid},
	} {
		n.Login = bad.login
		if _, err := w.SetUp(t.Context(), bad.token, n, bad.password, ""); !errors.Is(err, bad.want) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := w.Accept(t.Context(), token, password, ""); !errors.Is(err, errLink) {
		t.Errorf("accepted as an invitation: %v", err)
	}
	n.Login = "tuan@example.vn"
	in := must(w.SetUp(t.Context(), token, n, password, ""))(t)
	if in.Stage != StageEnrol || in.Membership != (Membership{Role: trace.Administrator}) || len(in.Person.Data.Memberships) != 1 {
		t.Errorf("signed in at %s as %+v", in.Stage, in.Person.Data.Memberships)
	}
	for _, token := range []string{token, second} {
		n.Login = "other@example.vn"
		if _, err := w.SetUp(t.Context(), token, n, password, ""); !errors.Is(err, errLink) {
			t.Errorf("once there is somebody: %v", err)
		}
		if _, err := w.Invitation(t.Context(), token); !errors.Is(err, errLink) {
			t.Errorf("once there is somebody it opens: %v", err)
		}
	}
	if _, err := w.SetupLink(t.Context()); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("another link: %v", err)
	}
	in, _, _ = w.enrol(in.Token)
	if in.Actor.Role != trace.Administrator {
		t.Errorf("acts as %+v", in.Actor)
	}
}

// TestSetUpOnce has two links of two replicas used at one moment.
func TestSetUpOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		logins := []string{"a@example.vn", "b@example.vn"}
		made := make([]error, len(logins))
		var group sync.WaitGroup
		for i, login := range logins {
			d := w.elsewhere()
			token := must(d.SetupLink(t.Context()))(t)
			group.Go(func() {
				_, made[i] = d.SetUp(t.Context(), token, NewPerson{Name: "Tuấn", Login: login}, password, "")
			})
		}
		group.Wait()
		if (made[0] == nil) == (made[1] == nil) {
			t.Errorf("two first administrators: %v, %v", made[0], made[1])
		}
		if h := must(w.store.History(t.Context(), KindSecrets, firstPerson))(t); len(h) != 1 {
			t.Errorf("%d passwords were set", len(h))
		}
	})
}

// TestInviteAgain holds that a repeated request makes no second person and
// still gives a link.
func TestInviteAgain(t *testing.T) {
	w := newWorld(t)
	wr := trace.Write{By: admin, Op: trace.Op{Key: "form 1", Hash: "h"}}
	n := NewPerson{Name: "Mẩy", Login: "may@example.vn", Memberships: []Membership{w.membership(trace.ProducerRole)}}
	first, p, err := w.Invite(t.Context(), wr, n)
	if err != nil {
		t.Fatal(err)
	}
	second, again, err := w.Invite(t.Context(), wr, n)
	if err != nil || again.ID != p.ID {
		t.Fatalf("the second time: %s, %v", again.ID, err)
	}
	if _, err := w.Invitation(t.Context(), first); !errors.Is(err, errLink) {
		t.Errorf("the first link: %v", err)
	}
	must(w.Accept(t.Context(), second, password, ""))(t)
	if list := must(w.People(t.Context(), admin, PeopleQuery{}, trace.Paging{}))(t); len(list.Items) != 1 {
		t.Errorf("%d people", len(list.Items))
	}
}
