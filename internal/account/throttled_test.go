package account

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// TestOneAnswer holds that nothing tells why a sign-in failed.
func TestOneAnswer(t *testing.T) {
	w := newWorld(t)
	w.join("may@example.vn", trace.ProducerRole)
	w.invite("phin@example.vn", trace.ProducerRole)
	gone := w.join("gone@example.vn", trace.ProducerRole)
	must(w.Disable(t.Context(), trace.Write{By: admin}, gone.Person.ID))(t)
	for name, c := range map[string]Credentials{
		"wrong password":   {Login: "may@example.vn", Password: "a wrong one"},
		"no password":      {Login: "may@example.vn"},
		"unknown":          {Login: "nobody@example.vn", Password: password},
		"no login":         {Password: password},
		"not yet accepted": {Login: "phin@example.vn", Password: password},
		"disabled":         {Login: "gone@example.vn", Password: password},
		"endless login":    {Login: fmt.Sprintf("%5000d", 1), Password: password},
		"not text":         {Login: "\xff\x00", Password: "\xff\x00"},
	} {
		in, err := w.SignIn(t.Context(), c)
		if !errors.Is(err, errCredentials) || in.Token != "" || in.Device != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoginForms(t *testing.T) {
	w := newWorld(t)
	w.join("+84 912.345-678", trace.ProducerRole)
	w.join("May.Lo@Example.VN ", trace.ProducerRole)
	for _, login := range []string{"0912345678", "+84912345678", " 0912 345 678", "+840912345678", "may.lo@example.vn", "MAY.LO@EXAMPLE.VN", "\u200bmay.lo@example.vn"} {
		if _, err := w.signIn(login, password); err != nil {
			t.Errorf("%q: %v", login, err)
		}
	}
}

func FuzzFoldLogin(f *testing.F) {
	f.Add("+84 912 345 678")
	f.Add("May@Example.VN")
	f.Fuzz(func(t *testing.T, s string) {
		once := FoldLogin(s)
		if twice := FoldLogin(once); twice != once {
			t.Errorf("%q becomes %q and then %q", s, once, twice)
		}
	})
}

// TestThrottleSparesTheVictim holds that a stranger who guesses is made to wait,
// and that the person whose login it is comes in all the same from a device
// that it used before.
func TestThrottleSparesTheVictim(t *testing.T) {
	w := newWorld(t)
	w.join("may@example.vn", trace.ProducerRole)
	device := must(w.signIn("may@example.vn", password))(t).Device
	if device == "" {
		t.Fatal("no cookie for the device")
	}
	guess := func(client string) error {
		_, err := w.SignIn(t.Context(), Credentials{Login: "may@example.vn", Password: "a guess", Client: client})
		return err
	}
	for i := range freeFailures {
		if err := guess(fmt.Sprint("client ", i)); !errors.Is(err, errCredentials) {
			t.Fatalf("guess %d: %v", i+1, err)
		}
	}
	err := guess("another client")
	if throttled, ok := errors.AsType[*trace.Throttled](err); !ok || throttled.After != time.Second || !errors.Is(err, trace.ErrTooMany) {
		t.Fatalf("after five guesses: %v", err)
	}
	if _, err := w.signIn("may@example.vn", password); !errors.Is(err, trace.ErrTooMany) {
		t.Errorf("the right password from an unknown device: %v", err)
	}
	known := Credentials{Login: "MAY@example.vn", Password: password, Device: device, Client: "another client"}
	in := must(w.SignIn(t.Context(), known))(t)
	if in.Device != "" {
		t.Error("a known device gets another cookie")
	}
	// Its own failures count.
	wrong := known
	wrong.Password = "a guess"
	for range freeFailures {
		if _, err := w.SignIn(t.Context(), wrong); !errors.Is(err, errCredentials) {
			t.Fatal(err)
		}
	}
	if _, err := w.SignIn(t.Context(), known); !errors.Is(err, trace.ErrTooMany) {
		t.Errorf("a known device after five failures: %v", err)
	}
	w.clock.add(time.Second)
	must(w.SignIn(t.Context(), known))(t)
}

// TestForeignDevice holds that a cookie counts for its own login only.
func TestForeignDevice(t *testing.T) {
	w := newWorld(t)
	w.join("may@example.vn", trace.ProducerRole)
	w.join("phin@example.vn", trace.ProducerRole)
	device := must(w.signIn("phin@example.vn", password))(t).Device
	for i := range freeFailures {
		c := Credentials{Login: "may@example.vn", Password: "a guess", Device: device, Client: fmt.Sprint(i)}
		if _, err := w.SignIn(t.Context(), c); !errors.Is(err, errCredentials) {
			t.Fatal(err)
		}
	}
	if _, err := w.signIn("may@example.vn", password); !errors.Is(err, trace.ErrTooMany) {
		t.Errorf("with the cookie of another login guesses are counted apart: %v", err)
	}
	in := must(w.SignIn(t.Context(), Credentials{Login: "phin@example.vn", Password: password, Device: "v1.k1.xxxx"}))(t)
	if in.Device == "" {
		t.Error("a broken cookie is not replaced")
	}
}

// TestClientThrottle holds that one client cannot go through many logins.
func TestClientThrottle(t *testing.T) {
	w := newWorld(t)
	w.join("may@example.vn", trace.ProducerRole)
	device := must(w.signIn("may@example.vn", password))(t).Device
	for i := range clientFailures {
		if _, err := w.signIn(fmt.Sprintf("n%d@example.vn", i), password); !errors.Is(err, errCredentials) {
			t.Fatalf("login %d: %v", i, err)
		}
	}
	_, err := w.signIn("may@example.vn", password)
	if throttled, ok := errors.AsType[*trace.Throttled](err); !ok || throttled.After != clientWindow {
		t.Errorf("after thirty logins: %v", err)
	}
	c := Credentials{Login: "may@example.vn", Password: password, Client: "192.0.2.1"}
	c.Device = device
	if _, err := w.SignIn(t.Context(), c); err != nil {
		t.Errorf("a known device behind the same address: %v", err)
	}
	c.Device, c.Client = "", "192.0.2.2"
	if _, err := w.SignIn(t.Context(), c); err != nil {
		t.Errorf("another client: %v", err)
	}
	w.clock.add(clientWindow)
	must(w.signIn("may@example.vn", password))(t)
}

func TestChangePassword(t *testing.T) {
	w := newWorld(t)
	in := w.join("may@example.vn", trace.ProducerRole)
	const next = "một câu hoàn toàn khác"
	for _, test := range []struct{ old, next, field string }{
		{"a wrong one", next, "old"},
		{password, "password", "new"},
		{password, "lothimay", "new"},
		{password, "x", "new"},
	} {
		_, err := w.ChangePassword(t.Context(), in.Token, test.old, test.next)
		var fields trace.FieldErrors
		if !errors.As(err, &fields) || fields[0].Field != test.field {
			t.Errorf("%q to %q: %v", test.old, test.next, err)
		}
	}
	if !w.opens(in.Token) {
		t.Error("a refused change ended the session")
	}
	for range freeFailures - 1 {
		w.ChangePassword(t.Context(), in.Token, "a wrong one", next)
	}
	if _, err := w.ChangePassword(t.Context(), in.Token, password, next); !errors.Is(err, trace.ErrTooMany) {
		t.Errorf("the old password can be tried out: %v", err)
	}
	w.clock.add(time.Minute)
	in = must(w.ChangePassword(t.Context(), in.Token, password, next))(t)
	if in.Stage != StageFull {
		t.Errorf("goes on at %s", in.Stage)
	}
	if _, err := w.signIn("may@example.vn", password); !errors.Is(err, errCredentials) {
		t.Errorf("the old password: %v", err)
	}
	must(w.signIn("may@example.vn", next))(t)
}
