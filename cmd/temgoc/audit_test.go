package main

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// temgoc runs the program and gives its exit code and what it printed.
func temgoc(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String() + stderr.String()
}

// TestAudit looks at the exit codes of an audit: 0 for a store that is as it was
// written, 1 for one that was tampered with, 2 where nothing can be said.
func TestAudit(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(t.TempDir(), "checkpoint")
	if code, out := temgoc(t, "audit", "--data", dir); code != 2 {
		t.Errorf("an empty directory: %d\n%s", code, out)
	}
	if code, out := temgoc(t, "key", "create", "--data", dir, "--role", "office", "--organisation", "Văn phòng", "--label", "first"); code != 0 {
		t.Fatal(out)
	}
	code, out := temgoc(t, "audit", "--data", dir, "--keep", kept)
	if code != 0 || !strings.Contains(out, "ĐÚNG") {
		t.Errorf("as it was written: %d\n%s", code, out)
	}
	if code, out := temgoc(t, "key", "create", "--data", dir, "--role", "office", "--organisation", "Văn phòng", "--label", "second"); code != 0 {
		t.Fatal(out)
	}
	if code, out := temgoc(t, "audit", "--data", dir, "--kept", kept); code != 0 {
		t.Errorf("grown since the checkpoint: %d\n%s", code, out)
	}
	for _, change := range []string{
		`UPDATE revisions SET body = replace(body, 'office', 'administrator')`,
		`DELETE FROM refs`,
	} {
		tamper(t, filepath.Join(dir, "temgoc.db"), change)
		code, out := temgoc(t, "audit", "--data", dir, "--kept", kept)
		if code != 1 || !strings.Contains(out, "SAI ") || strings.Contains(out, "ĐÚNG") {
			t.Errorf("after %s: %d\n%s", change, code, out)
		}
	}
}

// tamper changes a database from outside.
func tamper(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}
