package backup

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"temgoc/internal/proof"
	"temgoc/internal/testing/bulk"
	"temgoc/internal/trace"
	"temgoc/storage"
)

// killedVariable is the environment variable with an errand, for a test binary
// that was started to be killed.
const killedVariable = "TEMGOC_BACKUP_ERRAND"

// An errand says what a process that will be killed is to do.
type errand struct {
	Restore               bool
	Place                 bulk.Place
	Key, Target, Identity string
}

func TestMain(m *testing.M) {
	text := os.Getenv(killedVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	var e errand
	err := json.Unmarshal([]byte(text), &e)
	if err == nil {
		err = e.run(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (e errand) run(ctx context.Context) error {
	key, err := proof.LoadKey(e.Key)
	if err != nil {
		return err
	}
	documents, files := e.Place.Documents, e.Place.Files
	if documents == "" {
		documents, files = "sqlite:"+filepath.Join(e.Place.Data, "temgoc.db"), "dir:"+filepath.Join(e.Place.Data, "files")
	}
	s, err := storage.Open(ctx, storage.Config{Documents: documents, Files: files, Kinds: allKinds(), Removable: removables()})
	if err != nil {
		return err
	}
	target, err := storage.OpenArchive(ctx, e.Target)
	if err != nil {
		return err
	}
	identity, err := age.ParseX25519Identity(e.Identity)
	if err != nil {
		return err
	}
	if !e.Restore {
		for {
			_, err := Run(ctx, Config{
				Store: s.Documents, Files: s.Files, Kinds: allKinds(), Removable: removables(), Logged: bulk.Logged(), Target: target,
				Signer: key, Verifier: key.Verifier, Recipients: []age.Recipient{identity.Recipient()}, MaxMore: 3,
			})
			if err != nil {
				return err
			}
		}
	}
	_, err = Restore(ctx, RestoreConfig{
		Target: target, Identities: []age.Identity{identity}, Verifier: key.Verifier, Store: s.Documents, Files: s.Files,
		Kinds: allKinds(), Removable: removables(), Logged: bulk.Logged(), Found: func(f *proof.Fault) { fmt.Fprintln(os.Stderr, f) },
	})
	return err
}

// kill starts a process with an errand and kills it after a while, if it has not
// ended by then. It tells whether it had, without an error.
func (e errand) kill(t *testing.T, after time.Duration) (ended bool) {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), after)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0]) // killed with SIGKILL
	child.Env = append(os.Environ(), killedVariable+"="+string(text))
	out, err := child.CombinedOutput()
	if err != nil && ctx.Err() == nil {
		t.Fatalf("it ended by itself: %v\n%s", err, out)
	}
	return err == nil
}

// TestKilled kills processes that make back-ups, and processes that restore one,
// at random moments.
func TestKilled(t *testing.T) {
	cycles, engines := 6, []string{"sqlite"}
	if os.Getenv("TEMGOC_SOAK") != "" {
		cycles, engines = 60, []string{"sqlite", "mongo"}
	}
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { testKilled(t, engine, cycles) })
	}
}

func testKilled(t *testing.T, engine string, cycles int) {
	w := newWorld(t, places[engine](t), 8)
	address := "dir:" + filepath.Join(t.TempDir(), "backup")
	e := errand{Place: w.place, Key: filepath.Join(w.place.Data, "log.key"), Target: address, Identity: owner.String()}
	target := archive(t, address)
	for i := range cycles {
		w.insert(trace.KindRecords, fmt.Sprintf("between-%d", i), 1, time.Now())
		e.kill(t, time.Duration(100+rand.IntN(900))*time.Millisecond)
		shelf, err := Look(t.Context(), target, w.key.Verifier)
		if err != nil || len(shelf.Damaged) > 0 {
			t.Fatalf("after %d kills: %v, damaged: %v", i+1, err, shelf.Damaged)
		}
		if shelf.Last() == nil {
			continue
		}
		chain, err := shelf.Chain("")
		if err == nil {
			err = Check(t.Context(), target, chain, []age.Identity{owner}, func(Pace) {})
		}
		if err != nil {
			t.Fatalf("after %d kills: %v", i+1, err)
		}
	}
	w.backUp(target, nil)
	shelf, err := Look(t.Context(), target, w.key.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills: %d complete back-ups, %d incomplete, none damaged", cycles, len(shelf.Segments), len(shelf.Incomplete))

	e.Restore, e.Place = true, places[engine](t)
	kills, ended := 0, false
	for patience := 300 * time.Millisecond; !ended; patience += 200 * time.Millisecond {
		if ended = e.kill(t, patience); !ended {
			kills++
		}
	}
	w.same(open(t, e.Place), w.stores)
	t.Logf("restored after %d kills", kills)
}
