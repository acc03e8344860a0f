package witness_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/torchwood"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/cosignature"
	"temgoc/internal/proof/witness"
	"temgoc/internal/testing/treelog"
)

var quiet = slog.New(slog.DiscardHandler)

// A clock that stands still until it is set.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(c.at.Load(), 0) }

// A world is a witness that knows one log.
type world struct {
	t    *testing.T
	dir  string
	vkey string
	log  *treelog.Log
	time *clock
	*witness.Witness
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "w"), log: treelog.New(t, "t.example.vn/log"), time: &clock{}}
	w.time.at.Store(1_800_000_000)
	var err error
	if w.vkey, err = witness.Init(w.dir, "witness.example.vn"); err != nil {
		t.Fatal(err)
	}
	if err := witness.Watch(w.dir, w.log.VKey); err != nil {
		t.Fatal(err)
	}
	w.open()
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func (w *world) open() {
	w.t.Helper()
	var err error
	if w.Witness, err = witness.Open(w.dir, w.time.now, quiet); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) reopen() {
	w.t.Helper()
	if err := w.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
}

// request asks to cosign the present tree of a log.
func request(t *testing.T, l *treelog.Log, from int64) witness.Request {
	t.Helper()
	to := l.Size()
	proof, err := l.ConsistencyProof(t.Context(), min(from, to), to)
	if err != nil {
		t.Fatal(err)
	}
	if from == to {
		proof = nil
	}
	return witness.Request{OldSize: from, Proof: proof, Checkpoint: l.Signed(to)}
}

// cosigned verifies a cosignature, by torchwood too.
func (w *world) cosigned(r witness.Request, line []byte) time.Time {
	w.t.Helper()
	ours, err := cosignature.NewVerifier(w.vkey)
	if err != nil {
		w.t.Fatal(err)
	}
	theirs, err := torchwood.NewCosignatureVerifier(w.vkey)
	if err != nil {
		w.t.Fatal(err)
	}
	signed := append(bytes.Clone(r.Checkpoint), line...)
	if _, err := note.Open(signed, note.VerifierList(theirs)); err != nil {
		w.t.Errorf("torchwood: %v", err)
	}
	n, err := note.Open(signed, note.VerifierList(ours))
	if err != nil {
		w.t.Fatal(err)
	}
	at, err := cosignature.Time(n.Sigs[0])
	if err != nil {
		w.t.Fatal(err)
	}
	return at
}

func (w *world) must(r witness.Request) {
	w.t.Helper()
	line, err := w.Add(r)
	if err != nil {
		w.t.Fatal(err)
	}
	if at := w.cosigned(r, line); !at.Equal(w.time.now()) {
		w.t.Errorf("cosigned at %v, want %v", at, w.time.now())
	}
}

func (w *world) refused(r witness.Request, want error) {
	w.t.Helper()
	line, err := w.Add(r)
	if err == nil {
		w.t.Fatalf("cosigned: %s", line)
	}
	if conflict, ok := errors.AsType[*witness.Conflict](want); ok {
		if got, ok := errors.AsType[*witness.Conflict](err); !ok || *got != *conflict {
			w.t.Errorf("%v, want %v", err, want)
		}
		return
	}
	if !errors.Is(err, want) {
		w.t.Errorf("%v, want %v", err, want)
	}
}

// A log grows; the witness remembers over restarts, and refuses what does not
// continue what it saw.
func TestGrowForkRollback(t *testing.T) {
	w := newWorld(t)
	w.must(request(t, w.log, 0)) // the empty log
	w.log.Grow(5, "a")
	old := request(t, w.log, 0)
	w.must(old)
	w.must(request(t, w.log, 5)) // again, unchanged
	fork := w.log.Copy()
	w.reopen()
	for i := range 20 {
		from := w.log.Size()
		w.log.Grow(1+i%3, "a")
		w.must(request(t, w.log, from))
	}
	size := w.log.Size()
	w.refused(old, &witness.Conflict{Size: size}) // a replay
	w.refused(request(t, fork, 5), &witness.Conflict{Size: size})
	fork.Grow(int(size)-5, "b")
	w.refused(request(t, fork, size), &witness.Conflict{Size: size}) // same size, another root
	fork.Grow(7, "b")
	w.refused(request(t, fork, size), witness.ErrProof)
	w.refused(request(t, fork, 5), &witness.Conflict{Size: size})
	w.reopen()
	w.refused(request(t, fork, size), witness.ErrProof)
	short := w.log.Copy()
	w.log.Grow(4, "a")
	w.must(request(t, w.log, size))
	w.refused(request(t, short, size), &witness.Conflict{Size: size + 4}) // a rollback
	if k := w.Known(); len(k) != 1 || k[0].Size != size+4 || k[0].Origin != w.log.Name || !k[0].At.Equal(w.time.now()) {
		t.Errorf("known: %+v", k)
	}
}

func TestRefusals(t *testing.T) {
	w := newWorld(t)
	w.log.Grow(5, "a")
	w.must(request(t, w.log, 0))
	w.log.Grow(5, "a")
	good := request(t, w.log, 5)

	other := treelog.New(t, "other.example.vn/log")
	other.Grow(5, "a")
	w.refused(request(t, other, 0), witness.ErrUnknown)

	forged := good
	forged.Checkpoint = bytes.Replace(good.Checkpoint, []byte("\n10\n"), []byte("\n11\n"), 1)
	w.refused(forged, witness.ErrSignature)
	forged.Checkpoint = bytes.Replace(other.Signed(5), []byte(other.Name+"\n"), []byte(w.log.Name+"\n"), 1)
	w.refused(forged, witness.ErrSignature)

	beyond := good
	beyond.OldSize = 11
	w.refused(beyond, witness.ErrMalformed)
	short := good
	short.Proof = good.Proof[1:]
	w.refused(short, witness.ErrProof)
	long := good
	long.Proof = append(good.Proof, good.Proof[0])
	w.refused(long, witness.ErrProof)
	w.must(good)
	again := request(t, w.log, 10)
	again.Proof = good.Proof
	w.refused(again, witness.ErrProof)
}

// The time of cosignatures does not go back, over restarts too.
func TestClockGoesBack(t *testing.T) {
	w := newWorld(t)
	w.log.Grow(5, "a")
	w.must(request(t, w.log, 0))
	w.time.at.Add(-1)
	w.refused(request(t, w.log, 5), witness.ErrClock)
	w.reopen()
	w.refused(request(t, w.log, 5), witness.ErrClock)
	w.time.at.Add(2)
	w.must(request(t, w.log, 5))
}

// Any changed byte of the file of a log is noticed at the start, and a lost file
// makes the log unknown: it is never begun anew.
func TestDamagedState(t *testing.T) {
	w := newWorld(t)
	w.log.Grow(5, "a")
	w.must(request(t, w.log, 0))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(w.dir, "*.log"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	damage := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(files[0], text, 0o600); err != nil {
			t.Fatal(err)
		}
		if v, err := witness.Open(w.dir, w.time.now, quiet); !errors.Is(err, witness.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				_ = v.Close()
			}
		}
	}
	first := bytes.Index(good, []byte("\n\n"))
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		damage(fmt.Sprintf("byte %d changed", i), bad)
		if i != first+1 && i > 0 { // up to there it is the file of a new log
			damage(fmt.Sprintf("cut off at %d", i), good[:i])
		}
	}
	damage("empty", nil)
	damage("twice", append(bytes.Clone(good), good...))
	if err := os.WriteFile(files[0], good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := witness.Watch(w.dir, w.log.VKey); err == nil {
		t.Error("a known log was made known again")
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	w.open()
	w.refused(request(t, w.log, 5), witness.ErrUnknown)
}

func TestOneProcess(t *testing.T) {
	w := newWorld(t)
	if _, err := witness.Open(w.dir, w.time.now, quiet); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second witness in one directory: %v", err)
	}
	if err := witness.Watch(w.dir, treelog.New(t, "x").VKey); err == nil {
		t.Error("a log was added to a running witness")
	}
	if _, err := witness.Init(w.dir, "again"); err == nil {
		t.Error("a second key in one directory")
	}
	if info, err := os.Stat(filepath.Join(w.dir, "witness.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the key: %v, %v", info.Mode(), err)
	}
}

// When the disk takes nothing, nothing is cosigned.
func TestDiskFails(t *testing.T) {
	w := newWorld(t)
	w.log.Grow(5, "a")
	w.must(request(t, w.log, 0))
	away := w.dir + ".away"
	if err := os.Rename(w.dir, away); err != nil { // where the next file is written
		t.Fatal(err)
	}
	w.log.Grow(5, "a")
	if line, err := w.Add(request(t, w.log, 5)); err == nil {
		t.Fatalf("cosigned without a disk: %s", line)
	}
	if err := os.Rename(away, w.dir); err != nil {
		t.Fatal(err)
	}
	w.must(request(t, w.log, 5))
	w.reopen()
	w.refused(request(t, w.log, 5), &witness.Conflict{Size: 10})
}

// Of many who feed forks of one log at once, those of one fork are cosigned.
func TestConcurrentForks(t *testing.T) {
	w := newWorld(t)
	w.log.Grow(3, "a")
	w.must(request(t, w.log, 0))
	var (
		group sync.WaitGroup
		won   atomic.Int32
	)
	for i := range 16 {
		fork := w.log.Copy()
		fork.Grow(1+i%4, fmt.Sprint("fork ", i))
		r := request(t, fork, 3)
		group.Go(func() {
			if _, err := w.Add(r); err == nil {
				won.Add(1)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 {
		t.Errorf("%d forks were cosigned", won.Load())
	}
}

// The statuses of the protocol over HTTP.
func TestHTTP(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.Handler(prometheus.NewRegistry()))
	t.Cleanup(server.Close)
	w.log.Grow(5, "a")
	good := request(t, w.log, 0)
	post := func(body string, status int, kind string) string {
		t.Helper()
		answer, err := http.Post(server.URL+"/add-checkpoint", "", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != status || !strings.HasPrefix(answer.Header.Get("Content-Type"), kind) {
			t.Errorf("%.60q: status %d, %s: %s", body, answer.StatusCode, answer.Header.Get("Content-Type"), text)
		}
		return string(text)
	}
	other := treelog.New(t, "other")
	other.Grow(1, "a")
	line := post(string(good.Format()), 200, "text/plain")
	w.cosigned(good, []byte(line))
	if size := post(string(good.Format()), 409, "text/x.tlog.size"); size != "5\n" {
		t.Errorf("size %q", size)
	}
	post(string(request(t, other, 0).Format()), 404, "text/plain")
	post(strings.Replace(string(good.Format()), "\n5\n", "\n6\n", 1), 403, "text/plain")
	w.log.Grow(5, "a")
	next := request(t, w.log, 5)
	next.Proof = next.Proof[1:]
	post(string(next.Format()), 422, "text/plain")
	w.time.at.Add(-10)
	post(string(request(t, w.log, 5).Format()), 503, "text/plain")
	for _, body := range []string{
		"", "old 5\n", "old -1\n\nx", "old 05\n\nx", "old +5\n\nx", "new 5\n\nx", "old 5\nAAAA\n\nx", "old 11" + strings.TrimPrefix(string(request(t, w.log, 5).Format()), "old 5"),
		"old 0\n" + strings.Repeat(strings.Repeat("A", 43)+"=\n", 64) + "\nx", "old 0\n\n" + w.log.Name + "\n",
	} {
		post(body, 400, "text/plain")
	}
	post(strings.Repeat("x", 1<<20), 413, "text/plain")
	answer, err := http.Get(server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || !strings.Contains(string(text), w.vkey) || !strings.Contains(string(text), w.log.VKey+" 5 2027-") {
		t.Errorf("%s, %v", text, err)
	}
}

func FuzzParseRequest(f *testing.F) {
	log := treelog.New(f, "t.example.vn/log")
	log.Grow(9, "a")
	proof, err := log.ConsistencyProof(f.Context(), 4, 9)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(witness.Request{OldSize: 4, Proof: proof, Checkpoint: log.Signed(9)}.Format())
	f.Add([]byte("old 0\n\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := witness.ParseRequest(body)
		if err == nil && !bytes.Equal(r.Format(), body) {
			t.Errorf("%q is written as %q", body, r.Format())
		}
	})
}
