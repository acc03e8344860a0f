package public

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"temgoc/internal/stamp"
)

func maker(t testing.TB, clock *stillClock, seed byte) *tokenMaker {
	t.Helper()
	keys, err := stamp.NewKeys(bytes.NewReader(bytes.Repeat([]byte{seed}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := newTokenMaker(clock.now, keys)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestToken(t *testing.T) {
	start := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	clock := &stillClock{start}
	m := maker(t, clock, 1)
	token := m.issue()
	if again := m.issue(); again == token {
		t.Error("two forms get the same token")
	}
	for _, tt := range []struct {
		after time.Duration
		want  error
	}{
		{0, errEarly}, {youngest - time.Millisecond, errEarly}, {youngest, nil}, {time.Hour, nil}, {oldest, nil},
		{oldest + time.Millisecond, errLate}, {1000 * time.Hour, errLate}, {-time.Hour, errEarly},
	} {
		clock.t = start.Add(tt.after)
		if err := m.check(token); !errors.Is(err, tt.want) {
			t.Errorf("after %v: %v, want %v", tt.after, err, tt.want)
		}
	}
	clock.t = start.Add(time.Minute)
	if err := maker(t, clock, 2).check(token); !errors.Is(err, errForged) {
		t.Errorf("a token of another service: %v", err)
	}
	for i := range token {
		wrong := []byte(token)
		if wrong[i]++; wrong[i] == token[i] {
			continue
		}
		if err := m.check(string(wrong)); !errors.Is(err, errForged) {
			t.Errorf("%s, with another character %d: %v", wrong, i, err)
		}
	}
	for _, wrong := range []string{"", ".", "..", token[1:], token + "0", strings.ToUpper(token), token + token, strings.Repeat("a", 1<<16)} {
		if err := m.check(wrong); !errors.Is(err, errForged) {
			t.Errorf("%.80q: %v", wrong, err)
		}
	}
}

// TestTokenAfterRotation holds that a form which was loaded before a key was
// added, or from a replica that does not use it yet, can still be sent.
func TestTokenAfterRotation(t *testing.T) {
	clock := &stillClock{time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
	old, err := stamp.NewKeys(bytes.NewReader(bytes.Repeat([]byte{1}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := old.Rotate(bytes.NewReader(bytes.Repeat([]byte{2}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	before, err := newTokenMaker(clock.now, old)
	if err != nil {
		t.Fatal(err)
	}
	after, err := newTokenMaker(clock.now, rotated)
	if err != nil {
		t.Fatal(err)
	}
	token := before.issue()
	clock.t = clock.t.Add(time.Minute)
	if err := after.check(token); err != nil {
		t.Errorf("a token made before the rotation: %v", err)
	}
	if bytes.Equal(before.key, after.key) {
		t.Error("new tokens are not made with the new key")
	}
}

// FuzzToken holds that nothing but what was issued opens.
func FuzzToken(f *testing.F) {
	clock := &stillClock{time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
	m := maker(f, clock, 1)
	issued := m.issue()
	f.Add("")
	f.Add("mgqx3k2v.5J3K7QXW2M6TNA4P.00112233445566778899aabbccddeeff")
	f.Add(issued + "x")
	f.Add(strings.Replace(issued, ".", "..", 1))
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := m.open(token); err == nil && token != issued {
			t.Errorf("%q opens", token)
		}
	})
}
