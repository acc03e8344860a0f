package account

import (
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"temgoc/internal/trace"
)

func TestCheckPassword(t *testing.T) {
	words := Person{Name: "Lò Thị Mẩy", Login: "may.lothi@example.vn"}.words()
	for _, test := range []struct {
		password, says string // in English; empty for a good one
	}{
		{"", "8 characters"},
		{"1234567", "8 characters"},
		{"ế" + strings.Repeat("x", 6), "8 characters"},
		{"hoa ban 7", ""},
		{"k7#mWq2x", ""},
		{strings.Repeat("ba con mèo ", 12)[:128], ""},
		{strings.Repeat("ế1bcdefg", 16), ""}, // 128 characters, 176 bytes
		{strings.Repeat("ế1bcdefg", 16) + "x", "128 characters"},
		{"khách\xff hàng", "cannot be read"},
		{"password", "common"},
		{"PassWord", "common"},
		{"matkhau", "8 characters"},
		{"mậtkhẩu123", "common"},
		{"mật khẩu", "common"},
		{"anhyeuem", "common"},
		{"123456789", "common"},
		{"qwertyuiop", "common"},
		{"Jennifer1!", "common"},
		{"1111222211", "common"},
		{"aaaaaaaaaaaa", "common"},
		{"tourmaline-quý", ""},
		{"temgoc123", "name of the service"},
		{"Temgoc@2026", "name of the service"},
		{"ocopocop", "name of the service"},
		{"OCOP Tem Gốc", "name of the service"},
		{"lothimay1990", "name of the service"},
		{"may.lothi@example.vn", "name of the service"},
		{"Mẩy trồng chè ở đồi ba", ""},
		{"!!@@##$$%%^^", ""},
	} {
		err := checkPassword("new", test.password, words)
		if test.says == "" {
			if err != nil {
				t.Errorf("%q: %v", test.password, err)
			}
			continue
		}
		var fields trace.FieldErrors
		if !errors.As(err, &fields) || len(fields) != 1 || fields[0].Field != "new" || !strings.Contains(fields[0].Message.EN, test.says) {
			t.Errorf("%q: %v, want something of %q", test.password, err, test.says)
			continue
		}
		if fields[0].Message.VI == "" {
			t.Errorf("%q is not refused in Vietnamese", test.password)
		}
	}
}

func TestSamePassword(t *testing.T) {
	phc := must(hashPassword(t.Context(), "mật khẩu của mẹ"))(t)
	if want := (cost{memory: 19 << 10, time: 2, threads: 1}); shipped != want {
		t.Errorf("passwords are hashed with %+v, want %+v", shipped, want)
	}
	if h, ok := parsePHC(phc); !ok || h.cost != present {
		t.Errorf("hashed as %.40s…", phc)
	}
	if again := must(hashPassword(t.Context(), "mật khẩu của mẹ"))(t); again == phc {
		t.Error("two hashes of one password are the same")
	}
	for _, test := range []struct {
		name, phc, password string
		want                bool
	}{
		{"the same", phc, "mật khẩu của mẹ", true},
		{"decomposed, as some keyboards type", phc, norm.NFD.String("mật khẩu của mẹ"), true},
		{"another case", phc, "Mật khẩu của mẹ", false},
		{"a blank more", phc, "mật khẩu của mẹ ", false},
		{"none", phc, "", false},
		{"no hash", "", "mật khẩu của mẹ", false},
		{"no hash and no password", "", "", false},
		{"not a hash", "mật khẩu của mẹ", "mật khẩu của mẹ", false},
	} {
		same, old, err := samePassword(t.Context(), test.phc, test.password)
		if err != nil || same != test.want || old {
			t.Errorf("%s: same %v, old %v, %v", test.name, same, old, err)
		}
	}
	if nobody.cost != present || len(nobody.salt) != saltSize || len(nobody.key) != keySize {
		t.Error("an unknown login costs other work than a known one")
	}
}

// TestSlots holds that no more than a few hashes are made at once, and that who
// waits gives up with the request.
func TestSlots(t *testing.T) {
	if cap(slots) != 4 {
		t.Errorf("%d hashes at once", cap(slots))
	}
	for range cap(slots) {
		slots <- struct{}{}
	}
	defer func() {
		for range cap(slots) {
			<-slots
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := hashPassword(ctx, "x"); !errors.Is(err, trace.ErrUnavailable) {
		t.Errorf("with all slots taken: %v", err)
	}
}

// TestRehash holds that a hash of another cost is replaced at the next sign-in,
// and that nothing else changes.
func TestRehash(t *testing.T) {
	w := newWorld(t)
	in := w.join("may@example.vn", trace.ProducerRole)
	weak := passwordHash{cost: cost{memory: 32, time: 1, threads: 1}, salt: []byte("0123456789abcdef")}
	weak.key = must(derive(t.Context(), password, weak.salt, weak.cost, keySize))(t)
	must(w.changeSecrets(t.Context(), self(in.Person.ID), in.Person.ID, func(s *secrets) error {
		s.Password = weak.String()
		return nil
	}))(t)
	if _, err := w.signIn("may@example.vn", "a wrong one"); !errors.Is(err, errCredentials) {
		t.Errorf("wrong password: %v", err)
	}
	if s := must(w.secretsOf(t.Context(), in.Person.ID))(t); s.Password != weak.String() {
		t.Error("a wrong password replaced the hash")
	}
	must(w.signIn("may@example.vn", password))(t)
	s := must(w.secretsOf(t.Context(), in.Person.ID))(t)
	if h, ok := parsePHC(s.Password); !ok || h.cost != present {
		t.Errorf("after signing in the hash is %.40s…", s.Password)
	}
	if !w.opens(in.Token) {
		t.Error("another session ended")
	}
	must(w.signIn("may@example.vn", password))(t)
}

func TestParsePHCRefuses(t *testing.T) {
	const good = "$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
	if _, ok := parsePHC(good); !ok {
		t.Fatal("the good one is refused")
	}
	for _, bad := range []string{
		"", "$", good + "$", good + "=", good[1:],
		strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=064", 1),
		strings.Replace(good, "m=64", "m=4", 1),       // too little for argon2
		strings.Replace(good, "m=64", "m=1048576", 1), // 1 GiB
		strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "t=1", "t=99", 1),
		strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "p=1", "p=1,x=1", 1),
		strings.Replace(good, "MDEyMzQ1Njc4OWFiY2RlZg$", "MDEy$", 1),
		strings.Replace(good, "MDEyMzQ1Njc4OWFiY2RlZg$", "$", 1),
	} {
		if _, ok := parsePHC(bad); ok {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY")
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		if h, ok := parsePHC(s); ok && h.String() != s {
			t.Errorf("%q is written as %q", s, h.String())
		}
	})
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("ba con mèo", "Mèo")
	f.Fuzz(func(t *testing.T, password, name string) {
		words := Person{Name: name, Login: "x@example.vn"}.words()
		a, b := checkPassword("new", password, words), checkPassword("new", norm.NFD.String(password), words)
		if (a == nil) != (b == nil) {
			t.Errorf("%q: %v, but decomposed: %v", password, a, b)
		}
	})
}
