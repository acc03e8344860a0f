package witness_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/proof/feed"
	"temgoc/internal/proof/policy"
	"temgoc/internal/proof/witness"
)

// TestMain runs a witness in place of the tests where a directory is given: the
// process that TestKilled kills.
func TestMain(m *testing.M) {
	dir := os.Getenv("TEMGOC_WITNESS_DIR")
	if dir == "" {
		os.Exit(m.Run())
	}
	w, err := witness.Open(dir, time.Now, quiet)
	if err == nil {
		var l net.Listener
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err == nil {
			fmt.Println("http://" + l.Addr().String())
			err = http.Serve(l, w.Handler(prometheus.NewRegistry()))
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// start starts a witness and returns its address.
func start(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "TEMGOC_WITNESS_DIR="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the witness does not start: %v", err)
	}
	return cmd, strings.TrimSpace(line)
}

// kept keeps the latest cosigned checkpoint in memory.
type kept struct{ signed []byte }

func (k *kept) Cosigned(context.Context) ([]byte, error) { return k.signed, nil }
func (k *kept) SaveCosigned(_ context.Context, signed []byte, _ []string) error {
	k.signed = signed
	return nil
}

// TestKilled kills a witness at random while it is fed. Whatever cosignature got
// out, it does not cosign a fork of that later.
func TestKilled(t *testing.T) {
	cycles := 6
	if os.Getenv("TEMGOC_SOAK") != "" {
		cycles = 200
	}
	w := newWorld(t)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	store := &kept{}
	w.log.Grow(3, "a")
	acknowledged, forks := 0, 0
	for range cycles {
		process, url := start(t, w.dir)
		p, err := policy.Parse(fmt.Appendf(nil, "log %s\nwitness w %s %s\nquorum w\n", w.log.VKey, w.vkey, url))
		if err != nil {
			t.Fatal(err)
		}
		f := feed.New(feed.Config{Log: w.log, Store: store, Policy: p, Logger: quiet})
		if f.Round(t.Context()) != nil {
			t.Fatal("the witness does not go on after it was killed")
		}
		fork := w.log.Copy()
		kill := time.AfterFunc(time.Duration(rand.IntN(30))*time.Millisecond, func() { _ = process.Process.Kill() })
		for err = nil; err == nil; acknowledged++ {
			w.log.Grow(1+rand.IntN(3), "a")
			err = f.Round(t.Context())
		}
		kill.Stop()
		_ = process.Wait() // it was killed
		acknowledged--
		latest, err := p.Verify(store.signed)
		if err != nil {
			t.Fatal(err)
		}
		if latest.Size == fork.Size() {
			continue // nothing was cosigned beyond it
		}
		fork.Grow(int(latest.Size-fork.Size())+5, "fork")
		w.open()
		for from := range latest.Size + 4 {
			if line, err := w.Add(request(t, fork, from)); err == nil {
				t.Fatalf("a fork was cosigned from %d on: %s", from, line)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		forks++
	}
	t.Logf("%d cycles, %d cosignatures, %d forks refused", cycles, acknowledged, forks)
}
