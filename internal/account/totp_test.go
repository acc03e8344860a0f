package account

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// atCode signs in up to the second factor.
func (w *world) atCode(login string) SignedIn {
	w.t.Helper()
	in := must(w.signIn(login, password))(w.t)
	if in.Stage != StageCode {
		w.t.Fatalf("signed in at %s", in.Stage)
	}
	return in
}

func TestBeginTOTP(t *testing.T) {
	w := newWorld(t)
	in := w.join("huong@example.vn", trace.Office)
	secret, uri, err := w.BeginTOTP(t.Context(), in.Token)
	if err != nil {
		t.Fatal(err)
	}
	u := must(url.Parse(uri))(t)
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Temgoc:huong@example.vn" || u.Query().Get("secret") != secret ||
		u.Query().Get("issuer") != "Temgoc" || u.Query().Get("digits") != "6" || u.Query().Get("period") != "30" {
		t.Errorf("the address is %s", uri)
	}
	if again, _, err := w.BeginTOTP(t.Context(), in.Token); err != nil || again != secret {
		t.Errorf("asked again it is another secret: %v, %v", again != secret, err)
	}
	for _, r := range must(w.store.History(t.Context(), KindSessions, in.Session))(t) {
		if strings.Contains(string(r.Body), secret) {
			t.Error("the secret is stored as it is")
		}
	}
	other := must(w.signIn("huong@example.vn", password))(t)
	if another, _, err := w.BeginTOTP(t.Context(), other.Token); err != nil || another == secret {
		t.Errorf("in another session it is the same secret: %v, %v", another == secret, err)
	}
	if _, _, err := w.FinishTOTP(t.Context(), other.Token, w.code(secret, 0)); !errors.Is(err, trace.ErrInvalid) {
		t.Errorf("finished with a code of another secret: %v", err)
	}
	fresh := must(w.signIn("huong@example.vn", password))(t)
	if _, _, err := w.FinishTOTP(t.Context(), fresh.Token, w.code(secret, 0)); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("finished what was not begun: %v", err)
	}
}

// TestCodes holds which codes of the app count: those of the present step and
// one around it, each once, whoever asks.
func TestCodes(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		_, secret, _ := w.enrol(w.join("huong@example.vn", trace.Office).Token)
		w.clock.add(time.Hour)
		confirm := func(code string) error {
			t.Helper()
			_, err := w.ConfirmCode(t.Context(), w.atCode("huong@example.vn").Token, code)
			return err
		}
		for _, step := range []int{-2, 2} {
			if err := confirm(w.code(secret, step)); !errors.Is(err, trace.ErrInvalid) {
				t.Errorf("a code of %d steps away: %v", step, err)
			}
		}
		for _, step := range []int{0, -1, 1} {
			code := w.code(secret, step)
			if err := confirm(code[:3] + " " + code[3:]); err != nil {
				t.Errorf("a code of %d steps away: %v", step, err)
			}
			if err := confirm(code); !errors.Is(err, trace.ErrInvalid) {
				t.Errorf("a code of %d steps away, again: %v", step, err)
			}
		}
		w.clock.add(2 * stepLength)
		code, tokens := w.code(secret, 0), []string{w.atCode("huong@example.vn").Token, w.atCode("huong@example.vn").Token}
		opened := make([]error, len(tokens))
		var group sync.WaitGroup
		for i, token := range tokens {
			group.Go(func() { _, opened[i] = w.elsewhere().ConfirmCode(t.Context(), token, code) })
		}
		group.Wait()
		if (opened[0] == nil) == (opened[1] == nil) {
			t.Errorf("one code at two replicas at once: %v, %v", opened[0], opened[1])
		}
	})
}

// TestFieldOfCode holds that a form can show a wrong code where it was typed.
func TestFieldOfCode(t *testing.T) {
	w := newWorld(t)
	w.enrol(w.join("huong@example.vn", trace.Office).Token)
	for _, code := range []string{"", "000000", "abcdef", "123456789012", "1234", strings.Repeat("9", 5000), "\x00\xff"} {
		_, err := w.elsewhere().ConfirmCode(t.Context(), w.atCode("huong@example.vn").Token, code)
		var fields trace.FieldErrors
		if !errors.As(err, &fields) || fields[0].Field != "code" {
			t.Errorf("code %.20q: %v", code, err)
		}
	}
}

func TestRecoveryCodes(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		in, secret, codes := w.enrol(w.join("huong@example.vn", trace.Office).Token)
		if len(codes) != 10 {
			t.Fatalf("%d codes", len(codes))
		}
		seen := map[string]bool{}
		for _, c := range codes {
			if !regexp.MustCompile(`^([0-9a-hjkmnp-tv-z]{4}-){2}[0-9a-hjkmnp-tv-z]{4}$`).MatchString(c) || seen[c] {
				t.Errorf("drew %q", c)
			}
			seen[c] = true
		}
		for _, typed := range []string{codes[0], strings.ToUpper(codes[1]), strings.ReplaceAll(codes[2], "-", " "), strings.NewReplacer("0", "O", "1", "l").Replace(codes[3])} {
			if _, err := w.ConfirmCode(t.Context(), w.atCode("huong@example.vn").Token, typed); err != nil {
				t.Errorf("code typed %q: %v", typed, err)
			}
			if _, err := w.elsewhere().ConfirmCode(t.Context(), w.atCode("huong@example.vn").Token, typed); !errors.Is(err, trace.ErrInvalid) {
				t.Errorf("code typed %q, again: %v", typed, err)
			}
		}
		if !w.opens(in.Token) {
			t.Error("using a code ended another session")
		}
		fresh := must(w.NewRecoveryCodes(t.Context(), in.Token, w.code(secret, 0)))(t)
		if _, err := w.ConfirmCode(t.Context(), w.atCode("huong@example.vn").Token, codes[5]); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("a code that was replaced: %v", err)
		}
		if _, err := w.ConfirmCode(t.Context(), w.atCode("huong@example.vn").Token, fresh[0]); err != nil {
			t.Errorf("a new code: %v", err)
		}
	})
}

// TestSealedFactor holds that the store has nothing that opens by itself, and
// that a factor counts for its own person only.
func TestSealedFactor(t *testing.T) {
	w := newWorld(t)
	in, secret, codes := w.enrol(w.join("huong@example.vn", trace.Office).Token)
	other := w.join("bao@example.vn", trace.Certifier)
	for _, r := range must(w.store.History(t.Context(), KindSecrets, in.Person.ID))(t) {
		for _, plain := range []string{secret, codes[0], tidied(codes[0]), hash(tidied(codes[0])), password} {
			if strings.Contains(string(r.Body), plain) {
				t.Errorf("revision %d has %q in it", r.Number, plain)
			}
		}
	}
	mine := must(w.secretsOf(t.Context(), in.Person.ID))(t)
	must(w.changeSecrets(t.Context(), admin, other.Person.ID, func(s *secrets) error {
		s.Factor = mine.Factor
		return nil
	}))(t)
	moved := w.atCode("bao@example.vn")
	if _, err := w.ConfirmCode(t.Context(), moved.Token, w.code(secret, 0)); err == nil || errors.Is(err, trace.ErrInvalid) {
		t.Errorf("with somebody else's factor: %v", err)
	}
	rotated := must(w.keys.Rotate(rand.Reader))(t)
	later := NewDirectory(DirectoryConfig{Ledger: w.ledger, Store: w.store, Keys: rotated})
	if _, err := later.ConfirmCode(t.Context(), w.atCode("huong@example.vn").Token, w.code(secret, 0)); err != nil {
		t.Errorf("after a rotation of the key file: %v", err)
	}
	foreign := NewDirectory(DirectoryConfig{Ledger: w.ledger, Store: w.store, Keys: must(stamp.NewKeys(rand.Reader))(t)})
	if _, err := foreign.ConfirmCode(t.Context(), w.atCode("huong@example.vn").Token, codes[1]); err == nil {
		t.Error("opens with a foreign key file")
	}
}

func TestRemoveTOTP(t *testing.T) {
	for _, test := range []struct {
		role trace.Role
		want Stage
	}{{trace.Office, StageEnrol}, {trace.ProducerRole, StageFull}} {
		t.Run(string(test.role), func(t *testing.T) {
			w := newWorld(t)
			w.t = t
			in, secret, codes := w.enrol(w.join("may@example.vn", test.role).Token)
			other := must(w.ConfirmCode(t.Context(), w.atCode("may@example.vn").Token, codes[0]))(t)
			if _, err := w.RemoveTOTP(t.Context(), in.Token, "a wrong one", w.code(secret, 0)); !errors.Is(err, trace.ErrInvalid) {
				t.Errorf("with a wrong password: %v", err)
			}
			if _, err := w.RemoveTOTP(t.Context(), in.Token, password, "000000"); !errors.Is(err, trace.ErrInvalid) {
				t.Errorf("with a wrong code: %v", err)
			}
			next := must(w.RemoveTOTP(t.Context(), in.Token, password, w.code(secret, 0)))(t)
			if next.Stage != test.want || w.opens(in.Token) || w.opens(other.Token) {
				t.Errorf("goes on at %s; the old one opens: %v, another: %v", next.Stage, w.opens(in.Token), w.opens(other.Token))
			}
			if in := must(w.signIn("may@example.vn", password))(t); in.Stage != test.want {
				t.Errorf("signs in at %s", in.Stage)
			}
			if _, _, codes := w.enrol(next.Token); len(codes) != 10 {
				t.Error("cannot set up another")
			}
		})
	}
}

func TestClearTOTP(t *testing.T) {
	w := newWorld(t)
	in, _, _ := w.enrol(w.join("huong@example.vn", trace.Office).Token)
	boss, _, _ := w.enrol(w.join("tuan@example.vn", trace.Administrator).Token)
	for _, test := range []struct {
		by   trace.Actor
		id   string
		want error
	}{
		{in.Actor, in.Person.ID, trace.ErrForbidden},
		{in.Actor, boss.Person.ID, trace.ErrHidden},
		{boss.Actor, boss.Person.ID, trace.ErrConflict},
		{boss.Actor, "nobody", trace.ErrHidden},
	} {
		if err := w.ClearTOTP(t.Context(), trace.Write{By: test.by}, test.id); !errors.Is(err, test.want) {
			t.Errorf("%s clears that of %s: %v", test.by.Role, test.id, err)
		}
	}
	if states := must(w.States(t.Context(), []string{in.Person.ID}))(t); !states[in.Person.ID].SecondFactor {
		t.Error("a refused call took it away")
	}
	must(0, w.ClearTOTP(t.Context(), trace.Write{By: boss.Actor}, in.Person.ID))(t)
	if next := must(w.signIn("huong@example.vn", password))(t); next.Stage != StageEnrol {
		t.Errorf("signs in at %s", next.Stage)
	}
	history := must(w.PersonHistory(t.Context(), boss.Actor, in.Person.ID))(t)
	if last := history[len(history)-1]; last.By != boss.Actor.ID {
		t.Errorf("the last revision is by %s", last.By)
	}
}

// TestCodeThrottle holds that codes cannot be tried out.
func TestCodeThrottle(t *testing.T) {
	w := newWorld(t)
	_, secret, _ := w.enrol(w.join("huong@example.vn", trace.Office).Token)
	w.clock.add(time.Hour)
	for i := range freeFailures {
		// Another sign-in is no way around.
		if _, err := w.ConfirmCode(t.Context(), w.atCode("huong@example.vn").Token, "000000"); !errors.Is(err, trace.ErrInvalid) {
			t.Fatalf("try %d: %v", i+1, err)
		}
	}
	in := w.atCode("huong@example.vn")
	_, err := w.ConfirmCode(t.Context(), in.Token, w.code(secret, 0))
	if throttled, ok := errors.AsType[*trace.Throttled](err); !ok || throttled.After != time.Second {
		t.Errorf("after five failures: %v", err)
	}
	w.clock.add(time.Second)
	must(w.ConfirmCode(t.Context(), in.Token, w.code(secret, 0)))(t)
}

// TestPersonHasNoSecret holds that what leaves the package has none.
func TestPersonHasNoSecret(t *testing.T) {
	w := newWorld(t)
	in, secret, codes := w.enrol(w.join("huong@example.vn", trace.Office).Token)
	s := must(w.secretsOf(t.Context(), in.Person.ID))(t)
	text := string(must(json.Marshal(in))(t))
	for _, plain := range []string{s.Password, s.Factor, secret, codes[0], password} {
		if strings.Contains(text, plain) {
			t.Errorf("a visitor has %q in it", plain)
		}
	}
}
