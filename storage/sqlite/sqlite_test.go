package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"temgoc/internal/trace"
	"temgoc/storage/storagetest"
)

func TestMain(m *testing.M) { os.Exit(storagetest.Main(m, openEngine)) }

func openEngine(ctx context.Context, path string) (storagetest.Engine, error) {
	return Open(ctx, path, storagetest.Removable()...)
}

// fresh opens a new database, closed after the test.
func fresh(t testing.TB) *DB {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "data", "temgoc.db"))
}

func reopen(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path, storagetest.Removable()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}

// bare opens a database without this package.
func bare(t testing.TB, path string) *sql.DB {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	return raw
}

func TestConformance(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) trace.Store { return fresh(t) })
}

func TestProcesses(t *testing.T) {
	storagetest.RunProcesses(t, filepath.Join(t.TempDir(), "temgoc.db"), openEngine)
}

// TestKilled takes 15 kills, or 500 with TEMGOC_SOAK=1.
func TestKilled(t *testing.T) {
	cycles := 15
	if os.Getenv("TEMGOC_SOAK") == "1" {
		cycles = 500
	}
	path := filepath.Join(t.TempDir(), "temgoc.db")
	storagetest.RunKilled(t, path, cycles, openEngine, func(t *testing.T) {
		raw, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		var verdict string
		if err := raw.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
			t.Errorf("integrity_check: %s, %v", verdict, err)
		}
	})
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	db := reopen(t, filepath.Join(dir, "temgoc.db"))
	if err := db.Insert(t.Context(), sample("a", 1)); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name()] = info.Mode().String()
	}
	const private = "-rw-------"
	want := map[string]string{"temgoc.db": private, "temgoc.db-wal": private, "temgoc.db-shm": private}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("files %v, want %v", got, want)
	}
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if info, err := os.Stat(d); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", d, info.Mode(), err)
		}
	}
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{"dữ liệu chè.db", "a?b=c&_pragma=x.db", "100%.db", "%41.db", "#1;'\".db", ":memory:"} {
		path := filepath.Join(t.TempDir(), name)
		db := reopen(t, path)
		if err := db.Insert(t.Context(), sample("a", 1)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSettings looks at each connection's view of what durability rests on.
func TestSettings(t *testing.T) {
	db := fresh(t)
	for _, test := range []struct {
		pool         *sql.DB
		pragma, want string
	}{
		{db.write, "journal_mode", "wal"},
		{db.write, "synchronous", "2"}, // FULL
		{db.write, "foreign_keys", "1"},
		{db.write, "busy_timeout", "4000"},
		{db.read, "busy_timeout", "4000"},
		{db.read, "query_only", "1"},
		{db.read, "application_id", fmt.Sprint(applicationID)},
		{db.read, "user_version", fmt.Sprint(len(formats))},
	} {
		var got string
		if err := test.pool.QueryRow("PRAGMA " + test.pragma).Scan(&got); err != nil || got != test.want {
			t.Errorf("%s = %s, %v; want %s", test.pragma, got, err, test.want)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	for _, test := range []struct{ name, setup, want string }{
		{"newer", fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d", applicationID, len(formats)+1), "newer version"},
		{"foreign id", "PRAGMA application_id=77; CREATE TABLE t(a)", "another program"},
		{"foreign tables", "CREATE TABLE t(a)", "another program"},
		{"foreign version", "PRAGMA user_version=3", "another program"},
	} {
		path := filepath.Join(t.TempDir(), "x.db")
		raw := bare(t, path)
		if _, err := raw.Exec(test.setup); err != nil {
			t.Fatal(err)
		}
		if err := raw.Close(); err != nil {
			t.Fatal(err)
		}
		refuses(t, test.name, path, test.want)
	}
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("%PDF-1.7 ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, "no database", path, "not an SQLite database")
}

// refuses checks that a file is refused and left as it was.
func refuses(t *testing.T, name, path, want string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), path)
	if err == nil {
		db.Close()
	}
	if !errors.Is(err, trace.ErrInvalid) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
		t.Errorf("%s: Open = %v, want ErrInvalid, %q and the path", name, err, want)
	}
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Errorf("%s: the refused file was changed (%v)", name, err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("%s: left behind: %v, %v", name, left, err)
	}
}

// TestOpenTogether opens one new file from several goroutines at once.
func TestOpenTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "temgoc.db")
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			db, err := Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(db.Insert(t.Context(), sample("a", i+1)), db.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if history, err := reopen(t, path).History(t.Context(), "plants", "a"); err != nil || len(history) != 6 {
		t.Errorf("History = %v, %v; want 6 revisions", history, err)
	}
}

// TestBusy checks that reads go on, and a write waits no longer than its
// context, while another process writes.
func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "temgoc.db")
	db := reopen(t, path)
	if err := db.Insert(t.Context(), sample("a", 1)); err != nil {
		t.Fatal(err)
	}
	other, err := bare(t, path).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Head(t.Context(), "plants", "a"); err != nil {
		t.Errorf("Head: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := db.Insert(ctx, sample("a", 2)); !errors.Is(err, trace.ErrUnavailable) {
		t.Errorf("Insert while another process writes: %v, want ErrUnavailable", err)
	}
	if _, err := other.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := db.Insert(t.Context(), sample("a", 2)); err != nil {
		t.Errorf("Insert afterwards: %v", err)
	}
}

// TestPlans checks that no query reads a whole table or sorts: answers stay
// fast however much is stored.
func TestPlans(t *testing.T) {
	db := fresh(t)
	for name, test := range map[string]struct {
		query string
		args  []any
	}{
		"head":     {headQuery, []any{"plants", "a"}},
		"heads":    {headsQuery, []any{"plants", `["a"]`}},
		"history":  {historyQuery, []any{"plants", "a"}},
		"forward":  {forwardQuery, []any{"plants", "x", 1, "a", 10}},
		"backward": {backwardQuery, []any{"plants", "x", 1, "a", 10}},
		"log":      {logQuery, []any{"plants", 1, 9, "a", 1, 10}},
		"log by":   {logByQuery, []any{"plants", 1, 9, "a", 1, 10, "htx"}},
		"log of":   {logOfQuery, []any{"plants", 1, 9, "a", 1, 10, "x"}},
		"remove":   {removeQuery, []any{"plants", "a"}},
		"changes":  {changesQuery, []any{`["plants"]`, 1}},
		"counts":   {countsQuery, []any{`["a"]`}},
	} {
		rows, err := db.read.Query("EXPLAIN QUERY PLAN "+test.query, test.args...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var plan []string
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Error(err)
			}
			plan = append(plan, detail)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Error(err)
		}
		for _, step := range plan {
			list := strings.Contains(step, "VIRTUAL TABLE") // json_each of what is asked for
			if strings.HasPrefix(step, "SCAN") && !list || name != "heads" && name != "counts" && strings.Contains(step, "TEMP B-TREE") {
				t.Errorf("%s: %q", name, plan)
			}
		}
		if strings.HasSuffix(name, "ward") && !strings.Contains(plan[0], "(created,id)") {
			t.Errorf("%s does not start at the cursor: %q", name, plan)
		}
	}
}

// TestFull checks that a full disk is told as such, that reads go on, and
// that writing goes on once there is room.
func TestFull(t *testing.T) {
	db := fresh(t)
	limit := func(pages int) {
		if _, err := db.write.Exec(fmt.Sprintf("PRAGMA max_page_count=%d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(20)
	number := 0
	var err error
	for err == nil && number < 1000 {
		number++
		err = db.Insert(t.Context(), sample("a", number))
	}
	if !errors.Is(err, trace.ErrUnavailable) {
		t.Fatalf("Insert %d: %v, want ErrUnavailable", number, err)
	}
	if head, err := db.Head(t.Context(), "plants", "a"); err != nil || head.Number != number-1 {
		t.Errorf("Head = %d, %v; want %d", head.Number, err, number-1)
	}
	limit(100_000)
	if err := db.Insert(t.Context(), sample("a", number)); err != nil {
		t.Errorf("Insert with room: %v", err)
	}
}

// sample is a revision of the size that records have.
func sample(id string, number int) trace.Revision {
	at := time.UnixMilli(1_772_355_000_000 + int64(number)).UTC()
	return trace.Revision{
		Kind: "plants", ID: id, Number: number, Created: at, At: at, By: "htx-hoa-sen",
		Op:   trace.Op{Key: "htx-hoa-sen 4711", Hash: strings.Repeat("0f", 32)},
		Refs: []string{"batch:K7Q2M9XR4V", "producer:htx-hoa-sen"},
		Body: []byte(`{"batch":"K7Q2M9XR4V","kind":"harvest","at":"2026-03-01T08:30:00Z","place":"Đồi chè Suối Giàng",` +
			`"details":{"plot":"SG-12","quantity":{"value":"120.5","unit":"kg"},"variety":"Shan tuyết cổ thụ"},` +
			`"provenance":"declared","attachments":["` + strings.Repeat("ab", 32) + `"],"note":"Hái búp một tôm hai lá"}`),
	}
}
