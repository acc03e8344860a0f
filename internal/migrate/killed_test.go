package migrate

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof"
	"temgoc/internal/trace"
)

// program builds the program.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "temgoc")
	if out, err := exec.Command("go", "build", "-o", path, "temgoc/cmd/temgoc").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// A process is temgoc migrate between two ends.
type process struct {
	binary string
	args   []string
}

func (p process) command(ctx context.Context, more ...string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.CommandContext(ctx, p.binary, append(append([]string{"migrate"}, p.args...), more...)...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	return cmd, &said
}

// killed runs the process and kills it (SIGKILL) after a random part of the time
// that a whole run takes. It tells whether the process was still running.
func (p process) killed(t *testing.T, whole time.Duration) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.Int64N(int64(whole))))
	defer cancel()
	cmd, said := p.command(ctx, "--finish")
	err := cmd.Run()
	if err != nil && ctx.Err() == nil {
		t.Fatalf("temgoc migrate: %v\n%s", err, said)
	}
	return err != nil
}

// TestKilled kills the program, as built, while it moves a service to the other
// engines and back, and lets it go on: 4 times each way, or 100 with
// TEMGOC_SOAK=1. Nothing is lost or doubled, and the log still contains what it
// had before.
func TestKilled(t *testing.T) {
	kills := 4
	if os.Getenv("TEMGOC_SOAK") == "1" {
		kills = 100
	}
	binary := program(t)
	w := newWorld(t, 8)
	for _, id := range []string{"v1", "v2", "v3"} { // no kind of the program's
		if err := w.Documents.Remove(t.Context(), "visitors", id); err != nil {
			t.Fatal(err)
		}
	}
	kept := w.log.Checkpoint()
	data := filepath.Dir(strings.TrimPrefix(w.documents, "sqlite:"))
	remote := cluster(t)
	w.moves(t, process{binary, []string{"--from", data, "--to-documents", remote.documents, "--to-files", remote.files, "--insecure-stores"}}, remote, kills, kept)
	if err := admit(t, remote.open(t), false); err != nil {
		t.Fatal(err)
	}
	there := &world{Stores: remote.open(t), end: remote, logKey: w.logKey, log: openLog(t, remote.open(t).Documents, w.logKey)}
	there.state(t, "from there")
	home := t.TempDir()
	back := end{"sqlite:" + filepath.Join(home, "temgoc.db"), "dir:" + filepath.Join(home, "files")}
	there.moves(t, process{binary, []string{"--from-documents", remote.documents, "--from-files", remote.files, "--to", home,
		"--log-key", filepath.Join(data, "log.key"), "--insecure-stores"}}, back, kills, there.log.Checkpoint())
}

// moves kills a process again and again, lets it end, and compares.
func (w *world) moves(t *testing.T, p process, to end, kills int, kept string) {
	t.Helper()
	whole, cut := time.Second, 0
	for range kills {
		if p.killed(t, whole) {
			cut++
			whole = whole * 5 / 4 // to get further
		} else {
			whole /= 2
		}
	}
	cmd, said := p.command(t.Context(), "--finish")
	if err := cmd.Run(); err != nil {
		t.Fatalf("temgoc migrate: %v\n%s", err, said)
	}
	t.Logf("%d of %d runs were killed; the last one:\n%s", cut, kills, said)
	if cut == 0 {
		t.Error("no run was killed before its end")
	}
	target := to.open(t)
	sameContents(t, w.Stores, target)
	if err := audit(t, target, w.logKey, kept)(t.Context()); err != nil {
		t.Error(err)
	}
	cmd, said = p.command(t.Context(), "--finish")
	if err := cmd.Run(); err != nil {
		t.Errorf("repeated: %v\n%s", err, said)
	}
	if standing, err := StandingOf(t.Context(), w.Documents); err != nil || standing.State != Moved {
		t.Errorf("the source is %q, %v", standing.State, err)
	}
}

// TestOldProofs opens the file of an earlier format that has a log, and moves it:
// what was signed then still holds.
func TestOldProofs(t *testing.T) {
	vkey, err := os.ReadFile("testdata/log.vkey")
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(string(vkey))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("testdata/log.checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	source := fixture(t)
	check := func(s Stores) {
		t.Helper()
		met := 0
		_, err := proof.Audit(t.Context(), proof.AuditConfig{
			Store: s.Documents, Files: s.Files, Kinds: []trace.Kind{trace.KindRecords, trace.KindBatches}, Verifier: verifier, Earlier: string(kept),
			Found:    func(f *proof.Fault) { t.Errorf("%s: %v", s.Name, f) },
			Progress: func(d proof.Audited) { met = int(d.Leaves) },
		})
		if err != nil || met != 6 {
			t.Errorf("%s: %d leaves, %v", s.Name, met, err)
		}
	}
	check(source)
	w := &world{Stores: source}
	pin := trace.Revision{Kind: trace.KindMasterKeys, ID: "0", Number: 1, Created: now(), At: now(), Body: []byte(`{"fingerprint":"x"}`)}
	if err := source.Documents.Insert(t.Context(), pin); err != nil {
		t.Fatal(err)
	}
	for _, target := range []Stores{cluster(t).open(t), embedded(t).open(t)} {
		c := w.config(target)
		c.Finish = true
		run(t, c)
		check(target)
		if err := admit(t, target, false); err != nil {
			t.Error(err)
		}
		w = &world{Stores: target}
	}
}

// fixture is a file of format 3 as the program of that time left it, opened by
// this one.
func fixture(t *testing.T) Stores {
	t.Helper()
	e := embedded(t)
	script, err := filepath.Abs("../../storage/sqlite/testdata/format3.sql")
	if err != nil {
		t.Fatal(err)
	}
	restoreDump(t, strings.TrimPrefix(e.documents, "sqlite:"), script)
	return e.open(t)
}

// restoreDump makes a database of a script of SQL.
func restoreDump(t *testing.T, path, script string) {
	t.Helper()
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path) // which the engine's package registers
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(string(text))
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
