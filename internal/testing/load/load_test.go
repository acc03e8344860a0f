package load

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"temgoc/internal/stamp"
	"temgoc/internal/testing/bulk"
	"temgoc/internal/testing/program"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
)

// The long form is asked for by flags; without them a run is a few seconds long and
// shows that everything works.
var (
	lasts   = flag.Duration("load.for", 0, "how long each part of a run takes; 0 for the short form")
	rate    = flag.Int("load.rate", 500, "scans a second, one of ten for a code that leads to nothing")
	flood   = flag.Int("load.flood", 5000, "unknown codes a second in the second part; 0 for no second part")
	slow    = flag.Int("load.sockets", 2000, "slow sockets in the second part")
	writes  = flag.Int("load.writes", 0, "writes a second")
	batches = flag.Int("load.batches", 0, "batches that there are; 0 for 5000, and for 300 over FerretDB")
	profile = flag.String("load.profile", "", "directory for a CPU profile of each replica in each part; none when empty")
	only    = flag.String("load.only", "", "sqlite or mongodb; both when empty")
)

var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	program.Main(m, &binary)
}

// TestLoad is the run. On SQLite there is one replica, over MongoDB and S3 two.
func TestLoad(t *testing.T) {
	if *lasts == 0 {
		*lasts, *rate, *flood, *slow, *batches, *only = 3*time.Second, 100, 300, 100, 200, "sqlite"
	}
	if *only != "sqlite" {
		t.Run("mongodb", func(t *testing.T) {
			s3 := servers.MinIO(t)
			runOn(t, bulk.Place{Data: t.TempDir(), Documents: servers.MongoDB(t), Files: s3.URL() + "&create=1"}, 2)
		})
	}
	if *only != "mongodb" {
		t.Run("sqlite", func(t *testing.T) { runOn(t, bulk.Place{Data: t.TempDir()}, 1) })
	}
}

// manyBatches is how many there are. FerretDB reads a whole collection for most
// questions, so that over many batches it would be measured and not the service.
func manyBatches(place bulk.Place) int {
	switch {
	case *batches > 0:
		return *batches
	case place.Documents != "" && os.Getenv("TEMGOC_TEST_MONGODB_URI") == "":
		return 300
	}
	return 5000
}

// runOn fills the stores, starts replicas over them, and loads those.
func runOn(t *testing.T, place bulk.Place, replicas int) {
	made, err := bulk.Load(t.Context(), bulk.Config{Place: place, Batches: manyBatches(place)})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("\n%s: %d batches of %d producers, made in %v\n\n", t.Name(), made.Batches, made.Producers, made.Took.Round(time.Second))
	s := &scenario{t: t, random: rand.New(rand.NewChaCha8([32]byte{15}))}
	s.learn(place)
	flags := []string{"--data", place.Data, "--keys", filepath.Join(place.Data, "keys.json")}
	if place.Documents != "" {
		flags = append(flags, "--documents", place.Documents, "--files", place.Files)
	}
	if *writes > 0 {
		s.key = command(t, append([]string{"key", "create", "--label", "load", "--role", "producer", "--producer", s.producer}, flags...)...)
	}
	for range replicas {
		s.start(flags)
	}
	s.warm()
	parts := []*Result{s.part("without a flood", false)}
	if *flood > 0 {
		parts = append(parts, s.part("with the flood", true))
	}
	for _, p := range parts {
		for kind, n := range p.Errors {
			t.Errorf("%s: %d", kind, n)
		}
		if n := p.Times(-1).N; n < *rate*int(*lasts/time.Second)*9/10 {
			t.Errorf("%d requests were answered, fewer than were due", n)
		}
	}
}

// A scenario is what is asked for, and of whom.
type scenario struct {
	t         *testing.T
	random    *rand.Rand
	codes     []string // that lead to a page
	producer  string   // who has a product
	product   string
	key       string
	addrs     []string
	metrics   []string // where profiles are
	processes []*exec.Cmd
	written   int
	parts     int // that are over
}

// learn finds the batches whose pages can be scanned.
func (s *scenario) learn(place bulk.Place) {
	s.t.Helper()
	stores, _, _, err := place.Open(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer stores.Close()
	for q := (trace.Query{Kind: trace.KindBatches, Limit: 100}); ; {
		page, err := stores.Documents.List(s.t.Context(), q)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, r := range page.Revisions {
			var b trace.Batch
			if err := json.Unmarshal(r.Body, &b); err != nil {
				s.t.Fatal(err)
			}
			if b.State.Published() {
				s.codes, s.producer, s.product = append(s.codes, r.ID), b.Producer, b.Product
			}
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	s.random.Shuffle(len(s.codes), func(i, j int) { s.codes[i], s.codes[j] = s.codes[j], s.codes[i] })
	if len(s.codes) < 2*hot {
		s.t.Fatalf("only %d of the batches can be scanned", len(s.codes))
	}
}

// command runs the program to its end and returns what it printed.
func command(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(binary, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("temgoc %s: %v\n%s", args[0], err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// start starts a replica behind a proxy that is this test.
func (s *scenario) start(flags []string) {
	s.t.Helper()
	addr := freeAddr(s.t)
	log, err := os.Create(filepath.Join(s.t.TempDir(), "log"))
	if err != nil {
		s.t.Fatal(err)
	}
	metrics := freeAddr(s.t)
	cmd := exec.Command(binary, append([]string{
		"serve", "--addr", addr, "--public-url", "http://127.0.0.1", "--metrics-addr", metrics, "--pprof", "--trusted-proxies", "127.0.0.1",
	}, flags...)...)
	cmd.Stdout, cmd.Stderr = log, log
	// Nothing stays behind when the test binary is killed.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			s.t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			text, _ := os.ReadFile(log.Name())
			s.t.Errorf("the service ended with %v\n%s", err, text[max(0, len(text)-4000):])
		}
		if info, err := log.Stat(); err == nil {
			fmt.Printf("The log of %s is %d kB.\n", addr, info.Size()>>10)
		}
		log.Close()
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get("http://" + addr + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			s.t.Fatalf("the service did not become ready\n%s", text)
		}
	}
	s.addrs, s.metrics, s.processes = append(s.addrs, addr), append(s.metrics, metrics), append(s.processes, cmd)
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// warm asks each replica once for the pages that most will ask for, as it has been
// asked that has run for a while.
func (s *scenario) warm() {
	s.t.Helper()
	for _, addr := range s.addrs {
		w := wire{addr: addr}
		for _, code := range s.codes[:hot] {
			status, err := w.ask(Shot{Path: "/" + code, Client: "192.0.2.1"})
			for tries := 0; status == http.StatusServiceUnavailable && tries < 60; tries++ {
				status, err = w.ask(Shot{Path: "/" + code, Client: "192.0.2.1"})
			}
			if err != nil || status != http.StatusOK {
				s.t.Fatalf("before the run, /%s: %d, %v", code, status, err)
			}
		}
		w.close()
	}
}

// keepProfile writes down what a replica does while a part runs.
func (s *scenario) keepProfile(part, replica int) {
	answer, err := http.Get(fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", s.metrics[replica], max(1, int(lasts.Seconds())-1)))
	if err != nil {
		s.t.Error(err)
		return
	}
	defer answer.Body.Close()
	file, err := os.Create(filepath.Join(*profile, fmt.Sprintf("cpu-%d-%d.pprof", part, replica)))
	if err != nil {
		s.t.Error(err)
		return
	}
	defer file.Close()
	if _, err := io.Copy(file, answer.Body); err != nil {
		s.t.Error(err)
	}
}

// hot is how many codes get 95 of 100 scans.
const hot = 50

// The groups of scans.
const (
	hotCode = iota
	coldCode
	noCode
	write
)

var groups = []string{"valid, hot", "valid, cold", "leads to nothing", "write"}

func (s *scenario) next() Shot {
	client := fmt.Sprintf("10.%d.%d.%d", s.random.IntN(4), s.random.IntN(256), s.random.IntN(256))
	switch n := s.random.IntN(1000); {
	case n < 100:
		return Shot{Group: noCode, Path: "/" + s.unknown(s.random), Client: client}
	case n < 145:
		return Shot{Group: coldCode, Path: "/" + s.codes[hot+s.random.IntN(len(s.codes)-hot)], Client: client}
	}
	return Shot{Group: hotCode, Path: "/" + s.codes[s.random.IntN(hot)], Client: client}
}

const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// unknown draws a code; half of them have the right check character.
func (s *scenario) unknown(random *rand.Rand) string {
	b := make([]byte, 10)
	for i := range b {
		b[i] = letters[random.IntN(len(letters))]
	}
	for i := 0; random.IntN(2) == 0 && i < len(letters); i++ {
		b[9] = letters[i]
		if _, err := stamp.Parse(string(b)); err == nil {
			break
		}
	}
	return string(b)
}

// newBatch opens a batch, as a producer's program does.
func (s *scenario) newBatch() Shot {
	s.written++
	body := fmt.Sprintf(`{"product":%q,"lot":"TAI%d-%d","quantity":{"value":"10","unit":"KGM"},"production":"2026-11-01"}`, s.product, time.Now().Unix()%1e6, s.written)
	return Shot{Group: write, Path: "/api/v1/batches", Client: "10.9.9.9", Key: s.key, Body: []byte(body)}
}

// right tells which answers are no errors.
func right(group, status int) bool {
	switch group {
	case noCode:
		return status == http.StatusNotFound || status == http.StatusTooManyRequests
	case write:
		return status == http.StatusCreated
	}
	return status == http.StatusOK
}

// part is a part of a run, and prints what came out.
func (s *scenario) part(name string, flooded bool) *Result {
	ctx, stop := context.WithCancel(s.t.Context())
	defer stop()
	var beside sync.WaitGroup
	readings := make([][]Reading, len(s.processes))
	for i, p := range s.processes {
		beside.Go(func() { readings[i] = Watch(ctx, p.Process.Pid, min(5*time.Second, *lasts/30)) })
		if *profile != "" {
			beside.Go(func() { s.keepProfile(s.parts, i) })
		}
	}
	var floods, written *Result
	var sockets Sockets
	if flooded {
		sockets = Sockets{Replicas: s.addrs, N: *slow, Path: "/" + s.codes[0]}
		beside.Go(func() { sockets.Run(ctx) })
		random := rand.New(rand.NewChaCha8([32]byte{16}))
		l := Load{Rate: *flood, For: *lasts, Replicas: s.addrs, Wires: max(16, *flood/4/len(s.addrs)), Groups: []string{"flood of unknown codes"}, Right: func(_, status int) bool { return right(noCode, status) }}
		l.Next = func() Shot {
			return Shot{Path: "/" + s.unknown(random), Client: fmt.Sprintf("172.%d.%d.%d", 16+random.IntN(4), random.IntN(64), random.IntN(256))}
		}
		beside.Go(func() { floods = l.Run(ctx) })
	}
	if *writes > 0 {
		l := Load{Rate: *writes, For: *lasts, Replicas: s.addrs, Wires: 4, Groups: groups, Right: right, Next: s.newBatch}
		beside.Go(func() { written = l.Run(ctx) })
	}
	scans := Load{Rate: *rate, For: *lasts, Replicas: s.addrs, Wires: 32, Groups: groups[:write], Right: right, Next: s.next}.Run(ctx)
	held := sockets.Open.Load()
	stop()
	beside.Wait()
	s.parts++
	s.print(name, scans, floods, written, readings)
	if flooded {
		fmt.Printf("%d slow sockets were open at the end; the server closed %d.\n\n", held, sockets.Closed.Load())
	}
	return scans
}

func (s *scenario) print(name string, scans, floods, written *Result, readings [][]Reading) {
	out := Report{os.Stdout}
	fmt.Printf("### %s, %s: %d scans/s for %v, %d replicas\n\n", strings.TrimPrefix(s.t.Name(), "TestLoad/"), name, *rate, *lasts, len(s.addrs))
	results := []*Result{scans}
	if floods != nil {
		results = append(results, floods)
	}
	if written != nil {
		results = append(results, written)
	}
	out.Times(results...)
	out.Parts(scans, hotCode, 6)
	out.Processes(readings, 10)
}
