package health

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// TestChecksSayWhatToDo holds that every check has a title, a reason and a remedy
// in both languages.
func TestChecksSayWhatToDo(t *testing.T) {
	for name, c := range checks {
		for what, text := range map[string]string{
			"title": c.title.VI, "English title": c.title.EN, "why": c.why.VI, "English why": c.why.EN, "remedy": c.remedy.VI, "English remedy": c.remedy.EN,
		} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has no %s", name, what)
			}
		}
	}
	if f := At(Disk, Good, "a", "b"); f.Why.VI != "" || f.Remedy.VI != "" {
		t.Errorf("a good finding has a remedy: %+v", f)
	}
}

func TestLevels(t *testing.T) {
	chores := func(ago time.Duration, err error) Finding {
		c := NewChoreBook()
		c.Expect("a", time.Minute, now.Add(-time.Hour))
		c.Done("a", now.Add(-ago), nil)
		if err != nil {
			c.Done("a", now, err)
		}
		return c.Finding(now)
	}
	replica := func(ago time.Duration, version string) Replica {
		return Replica{Host: "h", Version: version, At: now.Add(-ago)}
	}
	waits := func(pending time.Duration) Finding {
		return LogState{Set: true, Pending: now.Add(-pending)}.Findings(now)[1]
	}
	for name, tt := range map[string]struct {
		got  Finding
		want Level
	}{
		"room":                {Space{100 << 30, 200 << 30}.Finding(), Good},
		"less room":           {Space{6 << 30, 200 << 30}.Finding(), Warn},
		"no room":             {Space{1 << 20, 200 << 30}.Finding(), Bad},
		"a small share":       {Space{3 << 30, 100 << 30}.Finding(), Bad},
		"many files":          {OpenFilesFinding(65536), Good},
		"few files":           {OpenFilesFinding(4096), Warn},
		"very few files":      {OpenFilesFinding(256), Bad},
		"zone":                {ZoneFinding(), Good},
		"clock":               {ClockFinding(now, time.Time{}), Good},
		"clock a little off":  {ClockFinding(now, now.Add(5*time.Second)), Good},
		"clock behind":        {ClockFinding(now, now.Add(time.Minute)), Bad},
		"clock of long ago":   {ClockFinding(time.Unix(0, 0), time.Time{}), Bad},
		"no back-up":          {BackupFinding(time.Time{}, nil, now), Bad},
		"a back-up":           {BackupFinding(now.Add(-time.Hour), nil, now), Good},
		"yesterday's back-up": {BackupFinding(now.Add(-30*time.Hour), nil, now), Warn},
		"last week's back-up": {BackupFinding(now.Add(-7*24*time.Hour), nil, now), Bad},
		"unread back-up":      {BackupFinding(time.Time{}, errors.New("no"), now), Bad},
		"a chore":             {chores(time.Minute, nil), Good},
		"a failed chore":      {chores(time.Minute, errors.New("no")), Warn},
		"a late chore":        {chores(10*time.Minute, nil), Bad},
		"replicas":            {ReplicasFinding([]Replica{replica(0, "1"), replica(time.Minute, "1")}, now), Good},
		"versions":            {ReplicasFinding([]Replica{replica(0, "1"), replica(0, "2")}, now), Warn},
		"a replica away":      {ReplicasFinding([]Replica{replica(0, "1"), replica(time.Hour, "1")}, now), Bad},
		"no witness":          {LogState{}.Findings(now)[1], Warn},
		"waits for a minute":  {waits(time.Minute), Good},
		"waits for an hour":   {waits(time.Hour), Warn},
		"waits for two days":  {waits(48 * time.Hour), Bad},
		"a factor missing":    {UnprotectedFinding(1, nil), Warn},
		"all factors":         {UnprotectedFinding(0, nil), Good},
		"proxy":               {ProxiesFinding([]string{"10.0.0.0/24"}, true), Good},
		"no proxy":            {ProxiesFinding(nil, true), Warn},
		"the whole world":     {ProxiesFinding([]string{"0.0.0.0/0"}, true), Bad},
		"wide public network": {ProxiesFinding([]string{"8.0.0.0/8"}, true), Warn},
		"no proxy at all":     {ProxiesFinding([]string{"proxy"}, true), Bad},
	} {
		if tt.got.Level != tt.want {
			t.Errorf("%s is %s: %+v", name, tt.got.Level, tt.got)
		}
	}
}

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	own := x509.NewCertPool()
	own.AddCert(server.Certificate())
	end := server.Certificate().NotAfter
	for name, tt := range map[string]struct {
		address string
		roots   *x509.CertPool
		now     time.Time
		want    Level
		known   bool
	}{
		"valid":     {server.URL, own, now, Good, true},
		"ends soon": {server.URL, own, end.Add(-10 * 24 * time.Hour), Warn, true},
		"ends now":  {server.URL, own, end.Add(-24 * time.Hour), Bad, true},
		"ended":     {server.URL, own, end.Add(24 * time.Hour), Bad, true},
		"untrusted": {server.URL, nil, now, Bad, true},
		"nobody":    {"https://127.0.0.1:1", own, now, Warn, false},
	} {
		s := LookAtTLS(t.Context(), tt.address, tt.roots, tt.now)
		if f := s.Finding(tt.now); f.Level != tt.want || s.NotAfter.IsZero() == tt.known {
			t.Errorf("%s is %s, until %v: %+v", name, f.Level, s.NotAfter, f)
		}
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	data, copies := filepath.Join(dir, "data"), filepath.Join(dir, "copies")
	key := filepath.Join(data, "keys.json")
	write := func(path, content string, mode os.FileMode) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	level := func(what string, f Finding, want Level) {
		t.Helper()
		if f.Level != want {
			t.Errorf("%s: %+v", what, f)
		}
	}
	level("no directory", DirectoryFinding(data), Bad)
	write(key, "a", 0o600)
	level("directory", DirectoryFinding(data), Good)
	if f, found := StrayFinding(data); found {
		t.Errorf("a private file strays: %+v", f)
	}
	level("copies nowhere", KeyCopiesFinding("", key), Warn)
	level("no copy", KeyCopiesFinding(copies, key), Bad)
	write(filepath.Join(copies, "keys.json"), "b", 0o600)
	level("another file", KeyCopiesFinding(copies, key), Bad)
	write(filepath.Join(copies, "keys.json"), "a", 0o644)
	level("open copy", KeyCopiesFinding(copies, key), Bad)
	write(filepath.Join(copies, "keys.json"), "a", 0o600)
	level("copy", KeyCopiesFinding(copies, key), Good)
	write(filepath.Join(data, "open.db"), "a", 0o644)
	if f, found := StrayFinding(data); !found || f.Level != Warn {
		t.Errorf("an open file is not found: %+v", f)
	}
	if err := os.Chmod(data, 0o755); err != nil {
		t.Fatal(err)
	}
	level("open directory", DirectoryFinding(data), Bad)
}

// TestReplicas follows two processes: one stops on purpose, one does not.
func TestReplicas(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"), Removable()...)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	a, b := NewHeart(store, ":1", "v1", now), NewHeart(store, ":2", "v1", now)
	at := now
	for range 5 {
		for _, h := range []*Heart{a, b} {
			if err := h.Beat(t.Context(), at); err != nil {
				t.Fatal(err)
			}
		}
		at = at.Add(BeatEvery)
	}
	list := func(at time.Time) []Replica {
		t.Helper()
		replicas, err := ReplicasOf(t.Context(), store, at)
		if err != nil {
			t.Fatal(err)
		}
		return replicas
	}
	if got := list(at); len(got) != 2 || got[0].Away(at) || got[1].Version != "v1" {
		t.Errorf("both live: %+v", got)
	}
	page, err := store.List(t.Context(), trace.Query{Kind: KindReplicas, Limit: 100})
	if err != nil || len(page.Revisions) > 4 {
		t.Errorf("two processes left %d documents, %v", len(page.Revisions), err)
	}
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	at = at.Add(10 * time.Minute)
	if got := list(at); len(got) != 1 || !got[0].Away(at) {
		t.Errorf("one stopped and one vanished: %+v", got)
	}
	if got := list(at.Add(25 * time.Hour)); len(got) != 0 {
		t.Errorf("after a day there are still %+v", got)
	}
}

// TestWatch remembers what it saw while a store is away.
func TestWatch(t *testing.T) {
	away := false
	var told []bool
	w := NewWatch(Sources{
		Documents: func(context.Context) error {
			if away {
				return errors.New("connection refused")
			}
			return nil
		},
		Answered: func(_ string, answers bool) { told = append(told, answers) },
		Backup: func(context.Context) (time.Time, error) {
			if away {
				return time.Time{}, nil
			}
			return now, nil
		},
		Faults: func() int { return 2 },
	}, slog.New(slog.DiscardHandler), func() time.Time { return now })
	w.LookOften(t.Context())
	w.LookNow(t.Context())
	away = true
	w.LookOften(t.Context())
	levels := map[string]Level{}
	for _, f := range w.Findings() {
		levels[f.Check] = f.Level
	}
	if levels[Documents] != Bad || levels[Backup] != Good || levels[Records] != Bad || Worst(w.Findings()) != Bad {
		t.Errorf("levels %v", levels)
	}
	if len(told) != 2 || !told[0] || told[1] {
		t.Errorf("the gauge was told %v", told)
	}
}
