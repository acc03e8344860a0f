package account

import (
	"errors"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// year is how far ahead a clock is set that nobody synchronises.
const year = 365 * 24 * time.Hour

// TestSessionUnderLeaps holds that no leap of the clock prolongs a session, and
// that one which began while the clock was right goes on when it is again.
func TestSessionUnderLeaps(t *testing.T) {
	w := newWorld(t)
	w.join("may@example.vn", trace.ProducerRole)
	open := func() string { return must(w.signIn("may@example.vn", password))(t).Token }
	for _, leap := range []struct {
		name      string
		by        time.Duration
		during    bool // whether a session of before opens
		itsAfter  bool // whether one of then opens when the clock is right again
		sweeps    bool
		afterward bool
	}{
		{"an hour back", -time.Hour, false, true, false, true},
		{"half a minute back", -stepLength, true, true, false, true},
		{"half a minute ahead", stepLength, true, true, false, true},
		{"a year ahead", year, false, false, false, true},
		{"a year ahead, and swept", year, false, false, true, false},
	} {
		before := open()
		w.clock.add(leap.by)
		during := open()
		if !w.opens(during) {
			t.Errorf("%s: a sign-in opens nothing", leap.name)
		}
		if got := w.opens(before); got != leap.during {
			t.Errorf("%s: the session of before opens: %v", leap.name, got)
		}
		if leap.sweeps {
			if err := w.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		w.clock.add(-leap.by)
		if got := w.opens(before); got != leap.afterward {
			t.Errorf("%s and right again: the session of before opens: %v", leap.name, got)
		}
		if got := w.opens(during); got != leap.itsAfter {
			t.Errorf("%s and right again: the session of then opens: %v", leap.name, got)
		}
		w.clock.add(SessionAtMost + clockSkew)
		if w.opens(before) || w.opens(during) {
			t.Errorf("%s: a session outlives %v", leap.name, SessionAtMost)
		}
	}
}

// TestCodesUnderLeaps holds that a code of an app whose clock is right counts when
// that of the service is again, and that a used one stays used whatever the clock
// does.
func TestCodesUnderLeaps(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		_, secret, _ := w.enrol(w.join("huong@example.vn", trace.Office).Token)
		confirm := func(code string) error {
			t.Helper()
			_, err := w.ConfirmCode(t.Context(), w.atCode("huong@example.vn").Token, code)
			return err
		}
		for _, leap := range []time.Duration{-time.Hour, year} {
			w.clock.add(time.Hour)
			used, unused := w.code(secret, 0), w.code(secret, 1)
			if err := confirm(used); err != nil {
				t.Fatalf("a code of now: %v", err)
			}
			w.clock.add(leap)
			for _, code := range []string{used, unused} {
				if err := confirm(code); !errors.Is(err, trace.ErrInvalid) {
					t.Errorf("a code of the right time, with the clock %v off: %v", leap, err)
				}
			}
			w.clock.add(-leap)
			if err := confirm(used); !errors.Is(err, trace.ErrInvalid) {
				t.Errorf("a used code, after %v and back: %v", leap, err)
			}
			if err := confirm(unused); err != nil {
				t.Errorf("an unused code, after %v and back: %v", leap, err)
			}
		}
		// A step to and fro: each code counts once.
		w.clock.add(time.Hour)
		code := w.code(secret, 0)
		for i, step := range []int{1, -1, -1, 1} {
			w.clock.add(time.Duration(step) * stepLength)
			if err := confirm(code); (err == nil) != (i == 0) {
				t.Errorf("a code after the clock's step no. %d: %v", i+1, err)
			}
		}
	})
}
