package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// TestLimits holds how long a session lives, used and unused.
func TestLimits(t *testing.T) {
	for _, test := range []struct {
		name  string
		roles []trace.Role
		idle  time.Duration
	}{
		{"producer", []trace.Role{trace.ProducerRole}, 8 * time.Hour},
		{"inspector", []trace.Role{trace.Inspector}, 30 * time.Minute},
		{"administrator", []trace.Role{trace.Administrator}, 30 * time.Minute},
		{"both", []trace.Role{trace.ProducerRole, trace.Laboratory}, 30 * time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			p := w.join("may@example.vn", test.roles...).Person.ID
			open := func() string { return must(w.OpenSession(t.Context(), p, 0))(t).Token }

			unused, late := open(), open()
			w.clock.add(test.idle - time.Millisecond)
			if !w.opens(unused) {
				t.Errorf("ends before %v unused", test.idle)
			}
			w.clock.add(time.Millisecond)
			if w.opens(late) {
				t.Errorf("goes on after %v unused", test.idle)
			}
			if !w.opens(unused) {
				t.Error("use does not prolong it")
			}

			used := open()
			start := w.clock.Now()
			for w.clock.Now().Sub(start) < SessionAtMost-test.idle {
				w.clock.add(test.idle - time.Minute)
				if !w.opens(used) {
					t.Fatalf("ends after %v, in use", w.clock.Now().Sub(start))
				}
			}
			w.clock.add(start.Add(SessionAtMost - time.Millisecond).Sub(w.clock.Now()))
			if !w.opens(used) {
				t.Errorf("ends before %v", SessionAtMost)
			}
			w.clock.add(time.Millisecond)
			if w.opens(used) {
				t.Errorf("goes on after %v in use", SessionAtMost)
			}
		})
	}
}

// TestUnfinished holds that a sign-in must be finished soon, and that renewing a
// session does not prolong it.
func TestUnfinished(t *testing.T) {
	w := newWorld(t)
	in := w.join("huong@example.vn", trace.Office)
	_, secret, _ := w.enrol(in.Token)
	in = must(w.signIn("huong@example.vn", password))(t)
	late := must(w.signIn("huong@example.vn", password))(t)
	since := in.Since
	w.clock.add(UnfinishedFor - time.Millisecond)
	in = must(w.ConfirmCode(t.Context(), in.Token, w.code(secret, 0)))(t)
	w.clock.add(time.Millisecond)
	if w.opens(late.Token) {
		t.Error("an unfinished sign-in goes on")
	}
	if !in.Since.Equal(since) || !in.Until.Equal(since.Add(SessionAtMost)) {
		t.Errorf("after the code it lasts from %v until %v", in.Since, in.Until)
	}
	again := must(w.ChooseMembership(t.Context(), in.Token, 0))(t)
	if !again.Since.Equal(since) || !again.Until.Equal(in.Until) {
		t.Errorf("after a choice it lasts from %v until %v", again.Since, again.Until)
	}
}

// TestWhatEndsSessions goes through all that ends sessions: at once where it
// happens, within CacheFor on another replica.
func TestWhatEndsSessions(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w, wr := open(t), trace.Write{By: admin}
		for i, test := range []struct {
			name string
			end  func(in SignedIn) (renewed string, err error)
			// others tells whether the person's other sessions end too.
			others bool
		}{
			{"signing out", func(in SignedIn) (string, error) {
				return "", w.SignOut(w.t.Context(), in.Token)
			}, false},
			{"ending it from the list", func(in SignedIn) (string, error) {
				return "", w.EndSession(w.t.Context(), in.Visitor, in.Session)
			}, false},
			{"choosing a membership", func(in SignedIn) (string, error) {
				next, err := w.ChooseMembership(w.t.Context(), in.Token, 0)
				return next.Token, err
			}, false},
			{"disabling", func(in SignedIn) (string, error) {
				_, err := w.Disable(w.t.Context(), wr, in.Person.ID)
				return "", err
			}, true},
			{"disabling and enabling", func(in SignedIn) (string, error) {
				_, err := w.Disable(w.t.Context(), wr, in.Person.ID)
				if err == nil {
					_, err = w.Enable(w.t.Context(), wr, in.Person.ID)
				}
				return "", err
			}, true},
			{"other memberships", func(in SignedIn) (string, error) {
				ms := append(slices.Clone(in.Person.Data.Memberships), w.membership(trace.Certifier))
				_, err := w.SetMemberships(w.t.Context(), wr, in.Person.ID, ms)
				return "", err
			}, true},
			{"an administrator", func(in SignedIn) (string, error) {
				return "", w.EndSessionsOf(w.t.Context(), wr, in.Person.ID)
			}, true},
			{"another password", func(in SignedIn) (string, error) {
				next, err := w.ChangePassword(w.t.Context(), in.Token, password, "một câu hoàn toàn khác")
				return next.Token, err
			}, true},
			{"a reset", func(in SignedIn) (string, error) {
				token, err := w.ResetLink(w.t.Context(), wr, in.Person.ID)
				if err != nil {
					return "", err
				}
				if !w.opens(in.Token) {
					w.t.Error("the link itself ends sessions")
				}
				next, err := w.Accept(w.t.Context(), token, "một câu hoàn toàn khác", "")
				return next.Token, err
			}, true},
			{"a second factor", func(in SignedIn) (string, error) {
				next, _, _ := w.enrol(in.Token)
				return next.Token, nil
			}, true},
			{"clearing the second factor", func(in SignedIn) (string, error) {
				return "", w.ClearTOTP(w.t.Context(), wr, in.Person.ID)
			}, true},
		} {
			t.Run(test.name, func(t *testing.T) {
				w.t = t
				login := fmt.Sprintf("n%d@example.vn", i)
				in := w.join(login, trace.ProducerRole)
				other := must(w.signIn(login, password))(t)
				replica := w.elsewhere()
				for _, d := range []*Directory{w.Directory, replica} {
					for _, token := range []string{in.Token, other.Token} {
						must(d.Visitor(t.Context(), token))(t)
					}
				}
				renewed, err := test.end(in)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := w.Visitor(t.Context(), in.Token); !errors.Is(err, errNoSession) {
					t.Errorf("here it opens: %v", err)
				}
				w.clock.add(CacheFor)
				if _, err := replica.Visitor(t.Context(), in.Token); !errors.Is(err, errNoSession) {
					t.Errorf("on another replica it opens after %v: %v", CacheFor, err)
				}
				if _, err := replica.Visitor(t.Context(), other.Token); (err != nil) != test.others {
					t.Errorf("the other session: %v", err)
				}
				if renewed != "" && !w.opens(renewed) {
					t.Error("the renewed one does not open")
				}
			})
		}
	})
}

// TestSeen holds that use is noted once a minute at most, and never as a
// revision.
func TestSeen(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		in := w.join("may@example.vn", trace.ProducerRole)
		for range 10 * 60 / 3 {
			must(w.Visitor(t.Context(), in.Token))(t)
			w.clock.add(3 * time.Second)
		}
		history := must(w.store.History(t.Context(), KindSessions, in.Session))(t)
		if len(history) != 1 {
			t.Errorf("use made %d revisions", len(history)-1)
		}
		counts := must(w.store.Counts(t.Context(), []string{seenKey(in.Session)}))(t)
		if len(counts) != 1 || counts[0].N < 8 || counts[0].N > 10 {
			t.Errorf("ten minutes of use were noted as %+v", counts)
		}
		list := must(w.Sessions(t.Context(), in.Visitor))(t)
		if len(list) != 1 || !list[0].Seen.Equal(counts[0].Last) {
			t.Errorf("listed as %+v", list)
		}
	})
}

func TestSessions(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		first := w.join("may@example.vn", trace.ProducerRole)
		w.clock.add(time.Minute)
		second := must(w.SignIn(t.Context(), Credentials{Login: "may@example.vn", Password: password, Agent: "Điện thoại\x00 " + strings.Repeat("x", 300)}))(t)
		w.clock.add(time.Minute)
		third := must(w.signIn("may@example.vn", password))(t)
		stranger := w.join("phin@example.vn", trace.ProducerRole)

		list := must(w.Sessions(t.Context(), second.Visitor))(t)
		var ids []string
		for _, s := range list {
			ids = append(ids, s.ID)
			if s.Current != (s.ID == second.Session) {
				t.Errorf("%s is current: %v", s.ID, s.Current)
			}
		}
		if want := []string{first.Session, second.Session, third.Session}; !slices.Equal(ids, want) {
			t.Errorf("listed %v, want %v", ids, want)
		}
		if agent := list[1].Agent; !strings.HasPrefix(agent, "Điện thoại x") || len([]rune(agent)) != maxName {
			t.Errorf("the browser is stored as %q", agent)
		}
		for _, id := range []string{stranger.Session, "nothing", hash("x")} {
			if err := w.EndSession(t.Context(), second.Visitor, id); !errors.Is(err, trace.ErrHidden) {
				t.Errorf("ending %s: %v", id, err)
			}
		}
		if !w.opens(stranger.Token) {
			t.Error("a stranger's session was ended")
		}
		if err := w.EndOtherSessions(t.Context(), second.Visitor); err != nil {
			t.Fatal(err)
		}
		if w.opens(first.Token) || w.opens(third.Token) || !w.opens(second.Token) {
			t.Error("of three sessions others were ended than asked for")
		}
		if list := must(w.Sessions(t.Context(), second.Visitor))(t); len(list) != 1 {
			t.Errorf("%d sessions are left", len(list))
		}
	})
}

// TestStages holds that a sign-in that is not finished opens nothing but its
// own next step.
func TestStages(t *testing.T) {
	w := newWorld(t)
	enrol := w.join("huong@example.vn", trace.Office)
	full := w.join("bao@example.vn", trace.Certifier)
	full, _, _ = w.enrol(full.Token)
	code := must(w.signIn("bao@example.vn", password))(t)
	ctx := t.Context()
	for name, do := range map[string]func(in SignedIn) error{
		"Sessions":         func(in SignedIn) error { _, err := w.Sessions(ctx, in.Visitor); return err },
		"EndSession":       func(in SignedIn) error { return w.EndSession(ctx, in.Visitor, in.Session) },
		"EndOtherSessions": func(in SignedIn) error { return w.EndOtherSessions(ctx, in.Visitor) },
		"ChooseMembership": func(in SignedIn) error { _, err := w.ChooseMembership(ctx, in.Token, 0); return err },
		"ChangePassword": func(in SignedIn) error {
			_, err := w.ChangePassword(ctx, in.Token, password, "một câu hoàn toàn khác")
			return err
		},
		"UpdateProfile": func(in SignedIn) error {
			_, err := w.UpdateProfile(ctx, in.Visitor, Profile{Name: "X", Language: "vi"})
			return err
		},
		"RemoveTOTP":       func(in SignedIn) error { _, err := w.RemoveTOTP(ctx, in.Token, password, "000000"); return err },
		"NewRecoveryCodes": func(in SignedIn) error { _, err := w.NewRecoveryCodes(ctx, in.Token, "000000"); return err },
	} {
		for _, in := range []SignedIn{enrol, code} {
			if err := do(in); !errors.Is(err, errStage) {
				t.Errorf("%s at %s: %v", name, in.Stage, err)
			}
		}
	}
	if _, _, err := w.BeginTOTP(ctx, code.Token); !errors.Is(err, errStage) {
		t.Errorf("BeginTOTP at %s: %v", code.Stage, err)
	}
	if _, _, err := w.BeginTOTP(ctx, full.Token); !errors.Is(err, errEnrolled) {
		t.Errorf("BeginTOTP with a factor: %v", err)
	}
	for _, in := range []SignedIn{enrol, full} {
		if _, err := w.ConfirmCode(ctx, in.Token, "000000"); !errors.Is(err, errStage) {
			t.Errorf("ConfirmCode at %s: %v", in.Stage, err)
		}
	}
}

func TestChooseMembership(t *testing.T) {
	w := newWorld(t)
	in := w.join("may@example.vn", trace.ProducerRole, trace.Inspector)
	in, _, _ = w.enrol(in.Token)
	if in.Actor != w.membership(trace.ProducerRole).Actor(in.Person.ID) {
		t.Errorf("begins as %+v", in.Actor)
	}
	for _, index := range []int{-1, 2} {
		if _, err := w.ChooseMembership(t.Context(), in.Token, index); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("membership %d: %v", index, err)
		}
	}
	next := must(w.ChooseMembership(t.Context(), in.Token, 1))(t)
	if next.Actor != w.membership(trace.Inspector).Actor(in.Person.ID) || next.Index != 1 || w.opens(in.Token) {
		t.Errorf("goes on as %+v, membership %d", next.Actor, next.Index)
	}
}

// TestUnavailableIsNoSignOut holds that an outage is not taken for the end of a
// session, nor for a wrong password, and is not counted as a failure.
func TestUnavailableIsNoSignOut(t *testing.T) {
	w := newWorld(t)
	in := w.join("may@example.vn", trace.ProducerRole)
	away, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.elsewhere().Visitor(away, in.Token); !errors.Is(err, trace.ErrUnavailable) {
		t.Errorf("Visitor with the store away: %v", err)
	}
	if err := w.SignOut(away, in.Token); !errors.Is(err, trace.ErrUnavailable) {
		t.Errorf("SignOut with the store away: %v", err)
	}
	for range 2 * freeFailures {
		if _, err := w.SignIn(away, Credentials{Login: "may@example.vn", Password: password}); !errors.Is(err, trace.ErrUnavailable) {
			t.Fatalf("SignIn with the store away: %v", err)
		}
	}
	must(w.signIn("may@example.vn", password))(t)
}

func TestNoSession(t *testing.T) {
	w := newWorld(t)
	in := w.join("may@example.vn", trace.ProducerRole)
	for _, token := range []string{"", "x", newToken(), in.Token + "x", strings.ToUpper(in.Token), in.Session} {
		if _, err := w.Visitor(t.Context(), token); !errors.Is(err, errNoSession) {
			t.Errorf("Visitor(%q): %v", token, err)
		}
		if err := w.SignOut(t.Context(), token); err != nil {
			t.Errorf("SignOut(%q): %v", token, err)
		}
	}
	// The id, which a person sees in its list, opens nothing; the store has no
	// token.
	history := must(w.store.History(t.Context(), KindSessions, in.Session))(t)
	if strings.Contains(string(history[0].Body), in.Token) {
		t.Error("the token is stored")
	}
}

func TestSweep(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		in := w.join("huong@example.vn", trace.Office)
		old, secret, _ := w.enrol(in.Token)
		w.clock.add(SessionsKept)
		recent := must(w.signIn("huong@example.vn", password))(t)
		must(w.ConfirmCode(t.Context(), recent.Token, w.code(secret, 0)))(t)
		count := func(kind trace.Kind) int {
			t.Helper()
			return len(must(w.store.List(t.Context(), trace.Query{Kind: kind, Limit: 100}))(t).Revisions)
		}
		if s, c := count(KindSessions), count(KindCodes); s != 4 || c != 2 {
			t.Fatalf("%d sessions and %d codes before", s, c)
		}
		must(0, w.Sweep(t.Context()))(t)
		if s, c := count(KindSessions), count(KindCodes); s != 4 || c != 1 {
			t.Errorf("%d sessions and %d codes after 30 days, want 4 and 1", s, c)
		}
		w.clock.add(SessionAtMost)
		must(0, w.Sweep(t.Context()))(t)
		if s := count(KindSessions); s != 2 {
			t.Errorf("%d sessions after 30 days and a half, want 2", s)
		}
		if _, err := w.store.Head(t.Context(), KindSessions, old.Session); !errors.Is(err, trace.ErrNotFound) {
			t.Errorf("the old one: %v", err)
		}
		if people := count(KindPeople); people != 1 {
			t.Errorf("%d people are left", people)
		}
	})
}
