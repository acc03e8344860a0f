package sqlite

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"temgoc/internal/trace"
)

// TestOlderFormat opens a file as format 1 left it: what it holds is in the
// log, and can be removed with all its traces.
func TestOlderFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "temgoc.db")
	raw := bare(t, path)
	if _, err := raw.Exec(formats[0] + fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=1; PRAGMA journal_mode=WAL;", applicationID)); err != nil {
		t.Fatal(err)
	}
	for number := range 3 {
		if _, err := raw.Exec("INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "visitors", "a", number+1, 5, 5+number, "htx", "", "", `["x","y","x"]`, "{}"); err != nil {
			t.Fatal(err)
		}
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}

	db := reopen(t, path)
	for _, q := range []trace.LogQuery{{}, {By: "htx"}, {Ref: "x"}, {Ref: "y"}} {
		q.Kind, q.Limit = "visitors", 10
		if page, err := db.Log(t.Context(), q); err != nil || len(page.Revisions) != 3 || page.Revisions[0].Number != 3 {
			t.Errorf("Log(%+v) = %v, %v; want the three revisions", q, page, err)
		}
	}
	if err := db.Remove(t.Context(), "visitors", "a"); err != nil {
		t.Fatal(err)
	}
	checkEmpty(t, db)
	var version int
	if err := db.read.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version != len(formats) {
		t.Errorf("user_version = %d, %v; want %d", version, err, len(formats))
	}
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
