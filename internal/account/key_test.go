package account

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// A clock that tests move by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

var (
	admin  = trace.Actor{ID: "cli", Role: trace.Administrator}
	office = trace.Actor{ID: "office", Role: trace.Office, Organisation: "Văn phòng OCOP"}
)

// newLedger makes a ledger with one producer, whose id it returns.
func newLedger(t *testing.T) (*trace.Ledger, *clock, string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	files, err := dir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := stamp.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{now: time.Date(2026, 11, 24, 8, 0, 0, 0, trace.Zone)}
	ledger := trace.New(trace.Config{Store: store, Files: files, Keys: keys, Now: c.Now})
	p, err := ledger.CreateProducer(t.Context(), trace.Write{By: office}, trace.Producer{
		Name: "Hợp tác xã Chè Mây Trắng", Kind: "cooperative", Address: trace.Address{Commune: "02260"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return ledger, c, p.ID
}

func TestCreateAndAuthenticate(t *testing.T) {
	ledger, _, producer := newLedger(t)
	keys := New(ledger)
	text, key, err := keys.Create(t.Context(), trace.Write{By: admin}, NewKey{Role: trace.ProducerRole, Producer: producer, Label: "Máy tính của hợp tác xã"})
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^temgoc_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}$`).MatchString(text) {
		t.Errorf("key text has the form %d characters", len(text))
	}
	if want := ledger.Now().Add(Lifetime); !key.Data.Expires.Equal(want) {
		t.Errorf("expires %v, want %v", key.Data.Expires, want)
	}
	if strings.Contains(text, key.Data.Hash) || !strings.Contains(text, key.ID) {
		t.Error("the text must contain the id and not the hash")
	}
	want := trace.Actor{ID: "key:" + key.ID, Role: trace.ProducerRole, Producer: producer}
	for range 2 { // from the store, from the cache
		got, err := keys.Authenticate(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestRefusals holds that one answer is given to whatever does not open.
func TestRefusals(t *testing.T) {
	ledger, _, _ := newLedger(t)
	keys := New(ledger)
	text, _, err := keys.Create(t.Context(), trace.Write{By: admin}, NewKey{Role: trace.Inspector, Organisation: "Chi cục", Label: "x"})
	if err != nil {
		t.Fatal(err)
	}
	last := text[len(text)-1]
	other := byte('a')
	if last == 'a' {
		other = 'b'
	}
	for name, bad := range map[string]string{
		"none":         "",
		"garbage":      "temgoc_",
		"short":        text[:len(text)-1],
		"long":         text + "0",
		"one wrong":    text[:len(text)-1] + string(other),
		"unknown id":   prefix + "00000000" + text[len(prefix)+idLength:],
		"other prefix": "ocop" + text[4:],
		"not base62":   text[:len(text)-1] + "-",
		"with NUL":     text[:len(text)-1] + "\x00",
	} {
		_, err := keys.Authenticate(t.Context(), bad)
		if !errors.Is(err, trace.ErrUnauthenticated) || err.Error() != errRefused.Error() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExpiry(t *testing.T) {
	ledger, now, _ := newLedger(t)
	keys := New(ledger)
	text, _, err := keys.Create(t.Context(), trace.Write{By: admin}, NewKey{
		Role: trace.Laboratory, Organisation: "Trung tâm Kiểm nghiệm", Label: "x", Expires: now.Now().Add(time.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Authenticate(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	now.add(time.Second) // sooner than the cache forgets
	if _, err := keys.Authenticate(t.Context(), text); !errors.Is(err, trace.ErrUnauthenticated) {
		t.Errorf("expired key: %v", err)
	}
}

// TestRevoke holds that a key stops at once where it was revoked, and within
// CacheFor elsewhere.
func TestRevoke(t *testing.T) {
	ledger, now, _ := newLedger(t)
	here, elsewhere := New(ledger), New(ledger)
	text, key, err := here.Create(t.Context(), trace.Write{By: admin}, NewKey{Role: trace.Certifier, Organisation: "Sở", Label: "x"})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []*Keys{here, elsewhere} {
		if _, err := k.Authenticate(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := here.Revoke(t.Context(), trace.Write{By: admin}, key.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := here.Authenticate(t.Context(), text); !errors.Is(err, trace.ErrUnauthenticated) {
		t.Errorf("revoked here: %v", err)
	}
	now.add(CacheFor)
	if _, err := elsewhere.Authenticate(t.Context(), text); !errors.Is(err, trace.ErrUnauthenticated) {
		t.Errorf("revoked elsewhere: %v", err)
	}
	if _, err := here.Revoke(t.Context(), trace.Write{By: admin}, key.ID); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("revoked twice: %v", err)
	}
	if CacheFor > 2*time.Second {
		t.Errorf("CacheFor is %v; a revocation must show within seconds", CacheFor)
	}
}

// TestClockSetBack holds that what the cache knows is not prolonged by a clock
// that is set back.
func TestClockSetBack(t *testing.T) {
	ledger, now, _ := newLedger(t)
	keys := New(ledger)
	text, key, err := keys.Create(t.Context(), trace.Write{By: admin}, NewKey{Role: trace.Certifier, Organisation: "Sở", Label: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Authenticate(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	if _, err := New(ledger).Revoke(t.Context(), trace.Write{By: admin}, key.ID); err != nil {
		t.Fatal(err)
	}
	now.add(-time.Hour)
	if _, err := keys.Authenticate(t.Context(), text); !errors.Is(err, trace.ErrUnauthenticated) {
		t.Errorf("with the clock set back: %v", err)
	}
}

func TestCreateRefuses(t *testing.T) {
	ledger, now, producer := newLedger(t)
	keys := New(ledger)
	tests := []struct {
		name  string
		key   NewKey
		field string
	}{
		{"no role", NewKey{Label: "x"}, "role"},
		{"unknown role", NewKey{Role: "god", Label: "x"}, "role"},
		{"producer without id", NewKey{Role: trace.ProducerRole, Label: "x"}, "producer"},
		{"producer that is not there", NewKey{Role: trace.ProducerRole, Producer: "nobody", Label: "x"}, "producer"},
		{"office with producer", NewKey{Role: trace.Office, Organisation: "VP", Producer: producer, Label: "x"}, "producer"},
		{"office without organisation", NewKey{Role: trace.Office, Label: "x"}, "organisation"},
		{"no label", NewKey{Role: trace.Administrator}, "label"},
		{"long label", NewKey{Role: trace.Administrator, Label: strings.Repeat("ế", 201)}, "label"},
		{"in the past", NewKey{Role: trace.Administrator, Label: "x", Expires: now.Now()}, "expires"},
		{"too far", NewKey{Role: trace.Administrator, Label: "x", Expires: now.Now().Add(Lifetime + time.Minute)}, "expires"},
	}
	for _, tt := range tests {
		text, _, err := keys.Create(t.Context(), trace.Write{By: admin}, tt.key)
		var fields trace.FieldErrors
		if !errors.As(err, &fields) || fields[0].Field != tt.field || text != "" {
			t.Errorf("%s: %q, %v, want an error of %s", tt.name, text, err, tt.field)
			continue
		}
		if m := fields[0].Message; m.VI == "" || m.EN == "" || m.VI == m.EN {
			t.Errorf("%s: messages %+v", tt.name, m)
		}
	}
	all, err := keys.List(t.Context(), admin, trace.Paging{})
	if err != nil || len(all.Items) != 0 {
		t.Errorf("%d keys were stored, %v", len(all.Items), err)
	}
}

func TestOnlyAdministratorsManage(t *testing.T) {
	ledger, _, _ := newLedger(t)
	keys := New(ledger)
	for _, role := range append(trace.Roles(), "") {
		if role == trace.Administrator {
			continue
		}
		by := trace.Actor{ID: "x", Role: role}
		if _, _, err := keys.Create(t.Context(), trace.Write{By: by}, NewKey{Role: trace.Administrator, Label: "x"}); !errors.Is(err, trace.ErrForbidden) {
			t.Errorf("%q creates: %v", role, err)
		}
		if _, err := keys.List(t.Context(), by, trace.Paging{}); !errors.Is(err, trace.ErrForbidden) {
			t.Errorf("%q lists: %v", role, err)
		}
	}
}

// TestUnavailable holds that an outage is not taken for a bad key.
func TestUnavailable(t *testing.T) {
	ledger, _, _ := newLedger(t)
	keys := New(ledger)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := keys.Authenticate(ctx, prefix+strings.Repeat("0", idLength)+"_"+strings.Repeat("0", secretLength))
	if !errors.Is(err, trace.ErrUnavailable) {
		t.Errorf("with the store away: %v", err)
	}
}

func TestCacheIsBounded(t *testing.T) {
	now := time.Now()
	c := cache[trace.Actor]{clock: func() time.Time { return now }}
	for range 3 * cacheSize {
		c.add(base62(8), trace.Actor{}, now.Add(time.Hour))
	}
	if n := len(c.known); n > cacheSize {
		t.Errorf("%d entries", n)
	}
}

func TestBase62(t *testing.T) {
	counts := map[rune]int{}
	for range 2000 {
		s := base62(secretLength)
		if len(s) != secretLength {
			t.Fatalf("%d characters", len(s))
		}
		for _, r := range s {
			counts[r]++
		}
	}
	// 86,000 characters, about 1,387 of each; six standard deviations are 222.
	for _, r := range alphabet {
		if n := counts[r]; n < 1387-222 || n > 1387+222 {
			t.Errorf("%q was drawn %d times", r, n)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(prefix + strings.Repeat("0", idLength) + "_" + strings.Repeat("z", secretLength))
	f.Add("")
	f.Add("temgoc__")
	f.Fuzz(func(t *testing.T, s string) {
		id, ok := parse(s)
		if ok && (len(id) != idLength || !strings.HasPrefix(s, prefix+id+"_")) {
			t.Errorf("parse(%q) = %q", s, id)
		}
	})
}

// TestNamesAreCleaned gives a name that reads differently from how it is
// written: it is shown to the public as who verified something.
func TestNamesAreCleaned(t *testing.T) {
	n := NewKey{Role: trace.Office, Label: " máy 1\u200b ", Organisation: "Văn pho\u0300ng\u202e OCOP"}
	ledger, _, _ := newLedger(t)
	_, key, err := New(ledger).Create(t.Context(), trace.Write{By: admin}, n)
	if err != nil {
		t.Fatal(err)
	}
	if key.Data.Label != "máy 1" || key.Data.Organisation != "Văn phòng OCOP" {
		t.Errorf("stored as %q and %q", key.Data.Label, key.Data.Organisation)
	}
}
