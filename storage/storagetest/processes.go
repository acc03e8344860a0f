package storagetest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// An Engine is a store that can be closed.
type Engine interface {
	trace.Store
	Close() error
}

// OpenEngine opens the store at an address, which may be in use by other
// processes.
type OpenEngine func(ctx context.Context, address string) (Engine, error)

// The environment of a test binary that was started to write to a store.
const (
	workVariable    = "TEMGOC_STORAGETEST_WORK" // a key of works
	addressVariable = "TEMGOC_STORAGETEST_ADDRESS"
	nameVariable    = "TEMGOC_STORAGETEST_NAME" // distinguishes the processes
)

// Main is to be called by TestMain of a package that uses RunProcesses or
// RunKilled, which start its test binary again: such a process works on the
// store and ends. In all others Main runs the tests. It returns the exit code.
func Main(m *testing.M, open OpenEngine) int {
	work, ok := works[os.Getenv(workVariable)]
	if !ok {
		return m.Run()
	}
	if err := workOn(context.Background(), work, open); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// A work writes to a store in the name of a process and notes each thing that
// was acknowledged, after it was.
type work func(ctx context.Context, s trace.Store, name string, note func(acknowledged)) error

var works = map[string]work{"race": race, "write": writeForever}

func workOn(ctx context.Context, do work, open OpenEngine) error {
	e, err := open(ctx, os.Getenv(addressVariable))
	if err != nil {
		return err
	}
	note := func(a acknowledged) {
		// One write each, straight to the pipe: what a killed process was
		// told is in the pipe, whole.
		if _, err := fmt.Println(a); err != nil {
			os.Exit(1) // the parent is gone
		}
	}
	return errors.Join(do(ctx, e, os.Getenv(nameVariable), note), e.Close())
}

// acknowledged is a write that the store said it keeps: a revision of a
// document, or an addition to a counter (Number 0).
type acknowledged struct {
	ID     string
	Number int
}

func (a acknowledged) String() string { return a.ID + " " + strconv.Itoa(a.Number) }

func parseAcknowledged(line string) (acknowledged, error) {
	id, number, _ := strings.Cut(line, " ")
	n, err := strconv.Atoi(number)
	return acknowledged{id, n}, err
}

// start starts this test binary to do a work.
func start(t *testing.T, do, address, name string) (*exec.Cmd, io.Reader) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), workVariable+"="+do, addressVariable+"="+address, nameVariable+"="+name)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

// read collects what a process noted, until it ends.
func read(t *testing.T, out io.Reader) []acknowledged {
	t.Helper()
	var all []acknowledged
	for lines := bufio.NewScanner(out); lines.Scan(); {
		a, err := parseAcknowledged(lines.Text())
		if err != nil {
			t.Errorf("a process wrote %q", lines.Text())
			continue
		}
		all = append(all, a)
	}
	return all
}

// raceRounds is how often each process of a race adds to what is shared.
const raceRounds = 25

// race increments one document and one counter that all processes share.
func race(ctx context.Context, s trace.Store, name string, note func(acknowledged)) error {
	for i := range raceRounds {
		if err := increment(ctx, s, "shared", name); err != nil {
			return err
		}
		note(acknowledged{"shared", i + 1})
		if err := s.AddCounts(ctx, []trace.Count{{Key: "shared", N: 1, First: instant(i), Last: instant(i)}}); err != nil {
			return err
		}
		note(acknowledged{"shared", 0})
	}
	return nil
}

// RunProcesses lets several processes open the store at an empty address at
// once and write to the same document and counter: nothing is lost and
// nothing is there twice.
func RunProcesses(t *testing.T, address string, open OpenEngine) {
	const processes = 2
	var names []string
	var running []*exec.Cmd
	var outputs []io.Reader
	for i := range processes {
		names = append(names, fmt.Sprint("process", i))
		cmd, out := start(t, "race", address, names[i])
		running, outputs = append(running, cmd), append(outputs, out)
	}
	for i, cmd := range running {
		if got := len(read(t, outputs[i])); got != 2*raceRounds {
			t.Errorf("%s: %d acknowledged writes, want %d", names[i], got, 2*raceRounds)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", names[i], err)
		}
	}
	s, err := open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	checkIncrements(t, s, "shared", processes*raceRounds)
	history, err := s.History(t.Context(), plants, "shared")
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]int{}
	for _, r := range history {
		by[r.By]++
	}
	for _, name := range names {
		if by[name] != raceRounds {
			t.Errorf("%s wrote %d revisions, want %d", name, by[name], raceRounds)
		}
	}
	sameCounts(t, s, []string{"shared"}, []trace.Count{
		{Key: "shared", N: processes * raceRounds, First: instant(0), Last: instant(raceRounds - 1)},
	})
}

// writeForever makes documents with one to three revisions, all found under
// one term, and counts them.
func writeForever(ctx context.Context, s trace.Store, name string, note func(acknowledged)) error {
	for i := 0; ; i++ {
		r := revision(plants, fmt.Sprintf("%s-%d", name, i), 1, "all", fmt.Sprint("kind", i%3))
		r.Created = instant(i)
		r.Body = json.RawMessage(fmt.Sprintf(`{"id":%q,"filler":%q}`, r.ID, strings.Repeat("chè ", i%300)))
		for r.Number = 1; r.Number <= 1+i%3; r.Number++ {
			if err := s.Insert(ctx, r); err != nil {
				return err
			}
			note(acknowledged{r.ID, r.Number})
		}
		if err := s.AddCounts(ctx, []trace.Count{{Key: "all", N: 1, First: epoch, Last: epoch}}); err != nil {
			return err
		}
		note(acknowledged{"all", 0})
	}
}

// RunKilled kills a process that writes to a store, at a random moment, as
// often as cycles says, and checks after each that what was acknowledged is
// there, and at most one write besides. check, called with the store closed,
// may look at what lies at address.
func RunKilled(t *testing.T, address string, cycles int, open OpenEngine, check func(*testing.T)) {
	total := tally{}
	for cycle := range cycles {
		cmd, out := start(t, "write", address, fmt.Sprint("cycle", cycle))
		lines := bufio.NewReader(out)
		first, err := lines.ReadString('\n') // it is at work
		if err != nil {
			t.Fatalf("cycle %d: the process ended before its first write: %v, %v", cycle, err, cmd.Wait())
		}
		timer := time.AfterFunc(rand.N(120*time.Millisecond), func() { cmd.Process.Kill() })
		noted := read(t, io.MultiReader(strings.NewReader(first), lines))
		timer.Stop()
		if err := cmd.Wait(); err == nil {
			t.Fatalf("cycle %d: the process ended by itself", cycle)
		}
		check(t)
		total.add(noted)
		total.check(t, cycle, address, open)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d revisions and %d additions acknowledged, none lost", cycles, total.revisions, total.additions)
}

// A tally is what all killed processes were told.
type tally struct {
	noted                           []acknowledged // of the last cycle
	revisions, additions, documents int
	processes                       int
}

func (y *tally) add(noted []acknowledged) {
	y.noted = noted
	y.processes++
	for _, a := range noted {
		switch a.Number {
		case 0:
			y.additions++
		case 1:
			y.documents++
			fallthrough
		default:
			y.revisions++
		}
	}
}

// check compares a tally with the store.
func (y *tally) check(t *testing.T, cycle int, address string, open OpenEngine) {
	t.Helper()
	s, err := open(t.Context(), address)
	if err != nil {
		t.Fatalf("cycle %d: open after the kill: %v", cycle, err)
	}
	defer s.Close()
	latest := map[string]int{}
	for _, a := range y.noted {
		if a.Number > 0 {
			latest[a.ID] = a.Number
		}
	}
	documents, revisions := 0, 0
	walk(t, s, trace.Query{Kind: plants, Ref: "all", Limit: 1000}, func(r trace.Revision) {
		documents++
		revisions += r.Number
		if want, ours := latest[r.ID]; ours {
			delete(latest, r.ID)
			if r.Number < want {
				t.Errorf("cycle %d: %s has revision %d, acknowledged was %d", cycle, r.ID, r.Number, want)
			}
		}
		if !strings.HasPrefix(string(r.Body), fmt.Sprintf(`{"id":%q,`, r.ID)) {
			t.Errorf("cycle %d: the body of %s is %.60s", cycle, r.ID, r.Body)
		}
	})
	for id, number := range latest {
		t.Errorf("cycle %d: %s revision %d was acknowledged and is lost", cycle, id, number)
	}
	between := func(what string, got, acknowledged int) {
		if got < acknowledged || got > acknowledged+y.processes {
			t.Errorf("cycle %d: %d %s stored, %d acknowledged by %d processes", cycle, got, what, acknowledged, y.processes)
		}
	}
	between("documents", documents, y.documents)
	between("revisions", revisions, y.revisions)
	counts, err := s.Counts(t.Context(), []string{"all"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range counts {
		between("additions", int(c.N), y.additions)
	}
	if len(counts) == 0 && y.additions > 0 {
		t.Errorf("cycle %d: the counter is lost", cycle)
	}
}
