package printing_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	random "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/testing/leak"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// The environment of a test binary that was started to report until it is killed.
const (
	storeVariable    = "TEMGOC_PRINTING_STORE"
	orderVariable    = "TEMGOC_PRINTING_ORDER"
	producerVariable = "TEMGOC_PRINTING_PRODUCER"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(storeVariable); path != "" {
		fmt.Fprintln(os.Stderr, reportForever(context.Background(), path))
		os.Exit(1)
	}
	leak.Main(m)
}

// killedStamps is how many stamps the order has of which a killed process reports.
const killedStamps = 20_000

// reportForever reports at random, and notes each revision after it was
// acknowledged.
func reportForever(ctx context.Context, path string) error {
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	files, err := dir.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	keys, err := stamp.NewKeys(rand.Reader)
	if err != nil {
		return err
	}
	book, err := printing.New(trace.New(trace.Config{Store: store, Files: files, Keys: keys, Now: time.Now}), keys, "https://t.example.vn")
	if err != nil {
		return err
	}
	by := trace.Actor{ID: "killed", Role: trace.ProducerRole, Producer: os.Getenv(producerVariable)}
	for {
		first := 1 + random.IntN(killedStamps)
		s, err := book.Report(ctx, trace.Write{By: by}, os.Getenv(orderVariable), printing.Report{
			Fate: printing.Fates()[random.IntN(3)], Reason: "lý do",
			Ranges: []printing.Range{{First: first, Last: min(first+random.IntN(200), killedStamps)}},
		})
		if errors.Is(err, trace.ErrConflict) { // not every random report is possible
			continue
		}
		if err != nil {
			return err
		}
		if _, err := fmt.Println(s.Revision); err != nil {
			return err // the parent is gone
		}
	}
}

// TestKilledWhileReporting kills a process that reports of stamps, at a random
// moment: every report that was acknowledged is there, at most one besides, the
// sums of each revision close, and nothing that was withdrawn came back. It takes
// 4 kills, or 200 with TEMGOC_SOAK=1.
func TestKilledWhileReporting(t *testing.T) {
	cycles := 4
	if os.Getenv("TEMGOC_SOAK") == "1" {
		cycles = 200
	}
	path := filepath.Join(t.TempDir(), "temgoc.db")
	w := newWorldOn(t, embedded(t, path), rand.Reader)
	total := 0
	for cycle := range cycles {
		id := w.released(t, killedStamps)
		acknowledged := w.killReporting(t, path, id)
		history := must(trace.HistoryOf(w.ctx, w.ledger, id, func(printing.Order) error { return nil }))(t)
		if n := len(history); n < acknowledged || n > acknowledged+1 {
			t.Errorf("cycle %d: %d revisions, acknowledged were %d", cycle, n, acknowledged)
		}
		for i, s := range history {
			closes(t, s.Data, nil)
			if i > 0 {
				w.staysWithdrawn(t, history[i-1].Data, s.Data)
			}
		}
		w.report(t, id, printing.Report{Fate: printing.Printed, RestPrinted: true}) // others go on
		total += len(history)
	}
	t.Logf("%d kills, %d revisions, all of them close", cycles, total)
}

// killReporting lets a process report until it is killed, and returns the last
// revision that it was told.
func (w *world) killReporting(t *testing.T, path, id string) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), must(os.Executable())(t))
	cmd.Env = append(os.Environ(), storeVariable+"="+path, orderVariable+"="+id, producerVariable+"="+w.by.Producer)
	cmd.Stderr = os.Stderr
	lines := bufio.NewReader(must(cmd.StdoutPipe())(t))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first, err := lines.ReadString('\n') // it is at work
	if err != nil {
		t.Fatalf("the process ended before its first report: %v, %v", err, cmd.Wait())
	}
	timer := time.AfterFunc(random.N(100*time.Millisecond), func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	last := 0
	for noted := bufio.NewScanner(io.MultiReader(strings.NewReader(first), lines)); noted.Scan(); {
		if last, err = strconv.Atoi(noted.Text()); err != nil {
			t.Errorf("the process wrote %q", noted.Text())
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the process ended by itself")
	}
	return last
}

// staysWithdrawn holds that no scrapped or lost stamp came back.
func (w *world) staysWithdrawn(t *testing.T, before, after printing.Order) {
	t.Helper()
	for _, old := range before.Runs {
		for p := old.First; p <= old.Last && old.Fate.Withdrawn(); p++ {
			if now := after.FateOf(p).Fate; now != old.Fate && now != printing.Scrapped {
				t.Fatalf("stamp %d was %s and is %s", p, old.Fate, now)
			}
		}
	}
}
