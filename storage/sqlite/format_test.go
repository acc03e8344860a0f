package sqlite

import (
	"bytes"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// older makes a file as a program of an earlier format left it.
func older(t *testing.T, format int) string {
	t.Helper()
	script, err := os.ReadFile(fmt.Sprintf("testdata/format%d.sql", format))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "temgoc.db")
	raw := bare(t, path)
	if _, err := raw.Exec(string(script)); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// state is all that a file holds, but for when it was brought to its format.
func state(t *testing.T, db *DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for name, query := range map[string]string{
		"objects":   "SELECT quote(type), quote(name), quote(sql) FROM sqlite_schema ORDER BY 2",
		"revisions": "SELECT quote(kind), quote(id), quote(number), quote(created)||quote(at)||quote(by)||quote(op_key)||quote(op_hash)||quote(refs), quote(body)||quote(personal)||quote(salt) FROM revisions ORDER BY 1, 2, 3",
		"refs":      "SELECT quote(kind), quote(ref), quote(created), quote(id) FROM refs ORDER BY 1, 2, 3, 4",
		"log":       "SELECT quote(kind), quote(ref), quote(at), quote(id), quote(number) FROM log ORDER BY 1, 2, 3, 4, 5",
		"counts":    "SELECT quote(key), quote(n), quote(first), quote(last) FROM counts ORDER BY 1",
		"formats":   "SELECT quote(number), quote(program) FROM formats ORDER BY number DESC LIMIT 1",
		"version":   "SELECT user_version FROM pragma_user_version",
	} {
		rows, err := db.read.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			row := make([]any, len(columns))
			for i := range row {
				row[i] = new(string)
			}
			if err := rows.Scan(row...); err != nil {
				t.Fatal(err)
			}
			var line string
			for _, v := range row {
				line += *v.(*string) + " | "
			}
			all[name] = append(all[name], line)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	return all
}

// copied is the state of a new file with the same revisions and counters.
func copied(t *testing.T, db *DB) map[string][]string {
	t.Helper()
	other := fresh(t)
	for _, kind := range []trace.Kind{"plants", "visitors", "records", "logleaves", "logtiles"} {
		page, err := db.Log(t.Context(), trace.LogQuery{Kind: kind, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.InsertAll(t.Context(), page.Revisions); err != nil {
			t.Fatal(err)
		}
	}
	counts, err := db.CountsAfter(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.AddCounts(t.Context(), counts); err != nil {
		t.Fatal(err)
	}
	return state(t, other)
}

// TestOlderFormats opens files as programs of earlier formats left them, after
// the steps to the present format were cut off at each of them: all end in one
// state, that of a new file with the same content, also when opened again.
func TestOlderFormats(t *testing.T) {
	for from := 1; from < len(formats); from++ {
		for cut := from; cut <= len(formats); cut++ {
			path := older(t, from)
			raw := bare(t, path)
			conn, err := raw.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE;"+strings.Join(formats[from:cut], "")); err != nil {
				t.Fatal(err)
			}
			conn.Raw(func(c any) error { return c.(driver.Conn).Close() }) // as the end of the process
			raw.Close()

			db := reopen(t, path)
			got, want := state(t, db), copied(t, db)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("from format %d, cut off before %d: -new +upgraded:\n%s", from, cut+1, diff)
			}
			if len(got["revisions"]) != map[int]int{1: 7, 2: 7, 3: 13, 4: 13}[from] {
				t.Errorf("from format %d: %d revisions", from, len(got["revisions"]))
			}
			if diff := cmp.Diff(got, state(t, reopen(t, path))); diff != "" {
				t.Errorf("from format %d, opened again: %s", from, diff)
			}
			if wrong, err := db.Check(t.Context()); err != nil || len(wrong) > 0 {
				t.Errorf("from format %d: Check = %q, %v", from, wrong, err)
			}
			if err := db.Remove(t.Context(), "visitors", "v"); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestNewerFormat opens files of formats to come, by a program that says what it
// is and by one that does not.
func TestNewerFormat(t *testing.T) {
	db := fresh(t)
	path := databasePath(t, db)
	for format, want := range map[int]string{
		7: "install temgoc v9.1.0, which made this format, or a later version",
		8: "install the version of temgoc that was used last",
	} {
		if _, err := db.write.Exec(fmt.Sprintf("INSERT OR REPLACE INTO formats VALUES (7, 'v9.1.0', 0); PRAGMA user_version = %d", format)); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), path)
		if !errors.Is(err, trace.ErrInvalid) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprint("format ", format)) {
			t.Errorf("format %d: %v, want ErrInvalid and %q", format, err, want)
		}
	}
}

// TestSchema takes indexes away and puts others there: what is missing is made at
// the next opening, the rest is said.
func TestSchema(t *testing.T) {
	db := fresh(t)
	says := func(db *DB, want ...string) {
		t.Helper()
		wrong, err := db.Schema(t.Context())
		if err != nil || len(wrong) != len(want) {
			t.Fatalf("Schema = %q, %v; want %q", wrong, err, want)
		}
		for i := range want {
			if !strings.HasPrefix(wrong[i], want[i]) {
				t.Errorf("Schema says %q, want %q", wrong[i], want[i])
			}
		}
	}
	says(db)
	if _, err := db.write.Exec(`DROP INDEX revisions_log; DROP TRIGGER revisions_log; DROP INDEX revisions_by;
		CREATE INDEX revisions_by ON revisions (by); CREATE UNIQUE INDEX mine ON revisions (body)`); err != nil {
		t.Fatal(err)
	}
	says(db, "the index revisions_by is not the one", "the index revisions_log is missing", "the trigger revisions_log is missing", "the index mine is not of this program")
	says(reopen(t, databasePath(t, db)), "the index revisions_by is not the one", "the trigger revisions_log is missing", "the index mine is not of this program")
}

// checkEmpty checks that no row is left.
func checkEmpty(t *testing.T, db *DB) {
	t.Helper()
	for _, table := range []string{"revisions", "refs", "log"} {
		var rows int
		if err := db.read.QueryRow("SELECT count(*) FROM " + table).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%s has %d rows, %v", table, rows, err)
		}
	}
}

// TestRemovedBytes checks that what was removed is nowhere in the file.
func TestRemovedBytes(t *testing.T) {
	db := fresh(t)
	secret := bytes.Repeat([]byte("0912 345 678 "), 2000) // on pages of its own
	for number := 1; number <= 3; number++ {
		r := sample("visitor-7", number)
		r.Kind, r.Refs, r.Body = "visitors", []string{"phone:0912 345 678"}, fmt.Appendf(nil, `{"contact":"%s"}`, secret)
		if err := db.Insert(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	path := databasePath(t, db)
	if content := folded(t, db, path); !bytes.Contains(content, []byte("0912 345 678")) {
		t.Fatal("the file does not hold what was inserted")
	}
	if err := db.Remove(t.Context(), "visitors", "visitor-7"); err != nil {
		t.Fatal(err)
	}
	checkEmpty(t, db)
	for _, text := range []string{"0912 345 678", "visitor-7"} {
		if content := folded(t, db, path); bytes.Contains(content, []byte(text)) {
			t.Errorf("the file still holds %q", text)
		}
	}
}

func databasePath(t *testing.T, db *DB) (path string) {
	t.Helper()
	if err := db.read.QueryRow("SELECT file FROM pragma_database_list").Scan(&path); err != nil {
		t.Fatal(err)
	}
	return path
}

// folded is the content of the file with the write-ahead log folded into it.
func folded(t *testing.T, db *DB, path string) []byte {
	t.Helper()
	if _, err := db.write.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
