//go:build linux

package crash

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"temgoc/internal/account"
	"temgoc/internal/exchange"
	"temgoc/internal/printing"
	"temgoc/internal/privacy"
	"temgoc/internal/proof"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/testing/powerloss"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// straced ends the test where nothing can be recorded.
func straced(t *testing.T) {
	t.Helper()
	err := exec.Command("strace", "-f", "-e", "trace=none", "true").Run()
	switch {
	case err == nil:
	case os.Getenv("TEMGOC_TEST_REQUIRE") != "":
		t.Fatalf("strace: %v; make install brings it, and ptrace must be permitted", err)
	default:
		t.Skipf("strace: %v", err)
	}
}

// A night is a recording of a service in which the power can fail at any step.
type night struct {
	recording *powerloss.Recording
	before    string // its directory as it was before; empty for none
	told      []told // in order
}

// told is what was acknowledged at a step.
type told struct {
	step int
	Note
}

// recorded runs a service under strace until do returns, then stops it in peace.
func recorded(t *testing.T, service *Service, do func()) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "strace")
	service.Wrap = func(command []string) []string { return powerloss.Strace(file, command...) }
	defer func() { service.Wrap = nil }()
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	do()
	if err := service.Stop(); err != nil {
		t.Fatal(err)
	}
	return file
}

// newNight reads recordings that follow each other.
func newNight(t *testing.T, data, before string, notes []Note, files ...string) *night {
	t.Helper()
	var all []io.Reader
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		all = append(all, f)
	}
	recording, err := powerloss.Read(io.MultiReader(all...), data)
	if err != nil {
		t.Fatal(err)
	}
	n := &night{recording: recording, before: before}
	steps := map[string]int{}
	for _, said := range recording.Said {
		if _, after, ok := strings.Cut(said.Text, "X-Request-Id: "); ok {
			id, _, _ := strings.Cut(after, "\r\n")
			steps[id] = said.Step
		}
	}
	for _, note := range notes {
		step, ok := steps[note.Answered]
		if !ok {
			t.Fatalf("the recording lacks the answer to %s %s", note.Request.Method, note.Request.Path)
		}
		n.told = append(n.told, told{step, note})
	}
	slices.SortFunc(n.told, func(a, b told) int { return a.step - b.step })
	return n
}

// by is what was acknowledged before a step.
func (n *night) by(step int) []told {
	i, _ := slices.BinarySearchFunc(n.told, step, func(t told, step int) int { return t.step - step })
	return n.told[:i]
}

// shelf is where disks are made: in memory, where there is such a file system,
// since they are many and need no disk of their own.
func shelf(t *testing.T) string {
	t.Helper()
	parent := ""
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		parent = "/dev/shm"
	}
	shelf, err := os.MkdirTemp(parent, "temgoc-power-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(shelf) })
	return shelf
}

// A loss is what came of many disks.
type loss struct {
	disks, changes, damaged int
	faults                  []string // of the first that were damaged
}

// fail lets the power fail at so many moments, chosen at random, with every fate,
// and has look say what is wrong with each disk. kept is called with some of the
// disks that nothing was wrong with, and may be nil.
func (n *night) fail(t *testing.T, moments int, deaf bool, look func(dir string, told []told) []string, kept func(dir string, told []told)) loss {
	t.Helper()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	disk, err := powerloss.NewDisk(n.recording, n.before)
	if err != nil {
		t.Fatal(err)
	}
	disk.Deaf = deaf
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // what was recorded stays, and is large
	steps := n.recording.Moments()
	last := steps[len(steps)-1]
	random.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	steps = steps[:min(moments, len(steps))]
	slices.Sort(steps)
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		l     loss
		slots = make(chan struct{}, runtime.GOMAXPROCS(0))
		place = shelf(t)
	)
	for i, step := range steps {
		if err := disk.Advance(step); err != nil {
			t.Fatal(err)
		}
		l.changes += disk.Pending()
		for j, fate := range powerloss.Fates() {
			here := filepath.Join(place, fmt.Sprint(i, "-", j))
			if err := disk.Fail(here, fate, random); err != nil {
				t.Fatal(err)
			}
			if kept != nil && random.IntN(moments) == 0 {
				kept(here, n.by(step))
			}
			slots <- struct{}{}
			group.Go(func() {
				defer func() { <-slots }()
				faults := look(here, n.by(step))
				_ = os.RemoveAll(here)
				mu.Lock()
				defer mu.Unlock()
				l.disks++
				if len(faults) > 0 {
					l.damaged++
				}
				for _, f := range faults {
					l.faults = append(l.faults, fmt.Sprintf("seed %d, step %d of %d, %+v: %s", seed, step, last, fate, f))
				}
				l.faults = l.faults[:min(20, len(l.faults))]
			})
		}
	}
	group.Wait()
	return l
}

// statedKinds are those that the service logs.
func statedKinds() (kinds []trace.Kind) {
	for _, k := range slices.Concat(trace.AuditKinds(), account.AuditKinds(), printing.AuditKinds(), sighting.AuditKinds(), exchange.AuditKinds(), privacy.AuditKinds()) {
		kinds = append(kinds, k.Kind)
	}
	return kinds
}

// recovered opens a disk as the service does at its start, and says what is wrong:
// what was acknowledged and is not there, and anything that is damaged.
func recovered(ctx context.Context, data string, acknowledged []told) (faults []string) {
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	keys, err := stamp.LoadKeys(filepath.Join(data, "keys.json"))
	if fresh := errors.Is(err, fs.ErrNotExist) && len(acknowledged) == 0; fresh {
		return nil // as a new machine
	} else if err != nil {
		say("keys: %v", err)
		return faults
	}
	logKey, err := proof.LoadKey(filepath.Join(data, "log.key"))
	if errors.Is(err, fs.ErrNotExist) && len(acknowledged) == 0 {
		return nil
	} else if err != nil {
		say("key of the log: %v", err)
		return faults
	}
	store, err := sqlite.Open(ctx, filepath.Join(data, "temgoc.db"),
		slices.Concat(trace.Removable(), account.Removable(), sighting.Removable(), proof.Removable())...)
	if err != nil {
		say("%v", err)
		return faults
	}
	defer store.Close()
	files, err := dir.Open(filepath.Join(data, "files"))
	if err != nil {
		say("%v", err)
		return faults
	}
	defer files.Close()
	wrong, err := store.Check(ctx)
	if err != nil || len(wrong) > 0 {
		say("the tables: %v, %q", err, wrong)
		return faults
	}
	earlier, err := os.ReadFile(filepath.Join(data, "log.checkpoint"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		say("%v", err)
	}
	log, err := proof.Open(ctx, proof.Config{
		Store: store, Kinds: statedKinds(), Signer: logKey, Verifier: logKey.Verifier, VKey: logKey.VKey, Kept: string(earlier),
	})
	if err != nil {
		say("the log: %v", err)
		return faults
	}
	if err := trace.New(trace.Config{Store: log.Store(), Files: files, Keys: keys}).PinKeys(ctx); err != nil {
		say("the keys: %v", err)
	}
	done, err := proof.Audit(ctx, proof.AuditConfig{
		Store: store, Files: files, Kinds: statedKinds(), Verifier: logKey.Verifier, Earlier: string(earlier),
		Found: func(f *proof.Fault) { say("audit: %v", f) },
	})
	if err != nil || done.Unfinished > 0 {
		say("audit: %v, %d unfinished", err, done.Unfinished)
	}
	faults = append(faults, lost(ctx, store, files, acknowledged)...)
	return append(faults, unsound(data)...)
}

// lost names what was acknowledged and is not there.
func lost(ctx context.Context, store trace.Store, files trace.Files, acknowledged []told) (faults []string) {
	wanted := map[trace.Kind]map[string]int{} // revisions
	for _, a := range acknowledged {
		kind := trace.Kind(a.Kind)
		if wanted[kind] == nil {
			wanted[kind] = map[string]int{}
		}
		wanted[kind][a.ID] = max(wanted[kind][a.ID], a.Revision)
	}
	for kind, revisions := range wanted {
		found := map[string]int{}
		for ids := range slices.Chunk(slices.Collect(maps.Keys(revisions)), 1000) {
			heads, err := store.Heads(ctx, kind, ids)
			if err != nil {
				faults = append(faults, err.Error())
			}
			for _, h := range heads {
				found[h.ID] = h.Number
			}
		}
		for id, revision := range revisions {
			if found[id] < revision {
				faults = append(faults, fmt.Sprintf("%s %s revision %d was acknowledged and is lost, there is %d", kind, id, revision, found[id]))
			}
			if kind == trace.KindFiles {
				d, err := trace.ParseDigest(id)
				if err == nil {
					_, err = files.Get(ctx, d)
				}
				if err != nil {
					faults = append(faults, err.Error())
				}
			}
		}
	}
	return faults
}

// unsound names files that are not what their name says, acknowledged or not: none
// may be there that a later upload of the same content would run into.
func unsound(data string) (faults []string) {
	err := filepath.WalkDir(filepath.Join(data, "files", "sha256"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if trace.DigestOf(content).String() != entry.Name() {
			faults = append(faults, fmt.Sprintf("%s is not what its name says", path))
		}
		return err
	})
	if err != nil {
		faults = append(faults, err.Error())
	}
	return faults
}
