// Package tessera measures the log against Tessera's POSIX storage, in the same
// run on the same disk. It is a module of its own, so that the service does not
// depend on Tessera.
package tessera

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof"
	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

var sizes = flag.String("sizes", "1000,10000", "sizes of the log before the measurement")

// A log takes statements. Each returns when it can be proved to others: it is
// durable and under a signed checkpoint.
type log interface {
	state(ctx context.Context, n int64) error
	// fill brings the log to a size as fast as it can.
	fill(b *testing.B, size int)
	close()
}

// BenchmarkLog has one writer, then 64, on logs of each size.
func BenchmarkLog(b *testing.B) {
	for text := range strings.SplitSeq(*sizes, ",") {
		size, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		for name, open := range map[string]func(*testing.B) log{"temgoc": openTemgoc, "tessera": openTessera} {
			l := open(b)
			l.fill(b, size)
			var n atomic.Int64
			n.Store(int64(size))
			for _, writers := range []int{1, 64} {
				b.Run(fmt.Sprintf("size=%d/writers=%d/%s", size, writers, name), func(b *testing.B) { measure(b, l, writers, &n) })
			}
			l.close()
		}
	}
}

func measure(b *testing.B, l log, writers int, n *atomic.Int64) {
	var left atomic.Int64
	left.Store(int64(b.N))
	var mu sync.Mutex
	var took []time.Duration
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				start := time.Now()
				if err := l.state(b.Context(), n.Add(1)); err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				took = append(took, time.Since(start))
				mu.Unlock()
			}
		})
	}
	group.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "statements/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}

// temgoc is our log on SQLite, records and all.
type temgoc struct {
	db    *sqlite.DB
	store trace.Store
	bulk  trace.Store // for filling: stores leaves only
	log   *proof.Log
}

// leavesOnly is a store that forgets records, to fill a log quickly.
type leavesOnly struct{ trace.Store }

func (s leavesOnly) Insert(ctx context.Context, r trace.Revision) error {
	if r.Kind == trace.KindRecords {
		return nil
	}
	return s.Store.Insert(ctx, r)
}

func openTemgoc(b *testing.B) log {
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "temgoc.db"))
	if err != nil {
		b.Fatal(err)
	}
	return &temgoc{db: db}
}

func openLog(b *testing.B, store trace.Store, key *proof.Key) *proof.Log {
	l, err := proof.Open(b.Context(), proof.Config{Store: store, Kinds: []trace.Kind{trace.KindRecords}, Signer: key, Verifier: key.Verifier})
	if err != nil {
		b.Fatal(err)
	}
	return l
}

func (t *temgoc) fill(b *testing.B, size int) {
	key, err := proof.CreateKey(filepath.Join(b.TempDir(), "log.key"), "log.example")
	if err != nil {
		b.Fatal(err)
	}
	bulk := openLog(b, leavesOnly{t.db}, key).Store()
	var n atomic.Int64
	var group sync.WaitGroup
	for range 512 {
		group.Go(func() {
			for i := n.Add(1); i <= int64(size); i = n.Add(1) {
				if err := bulk.Insert(b.Context(), record(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	t.log = openLog(b, t.db, key)
	t.store = t.log.Store()
	if t.log.Size() != int64(size) {
		b.Fatalf("%d leaves, want %d", t.log.Size(), size)
	}
}

func record(n int64) trace.Revision {
	now := time.Now().UTC().Truncate(time.Millisecond)
	return trace.Revision{
		Kind: trace.KindRecords, ID: fmt.Sprint("r", n), Number: 1, Created: now, At: now, By: "htx", Refs: []string{"batch:K7Q2M9XR4V"},
		Body: json.RawMessage(fmt.Sprintf(`{"kind":"harvest","n":%d,"plot":"Lô 3, xã Hồng Thái"}`, n)),
	}
}

func (t *temgoc) state(ctx context.Context, n int64) error {
	if err := t.store.Insert(ctx, record(n)); err != nil {
		return err
	}
	size := t.log.Size()
	_, err := t.log.InclusionProof(ctx, size, size-1)
	return err
}

func (t *temgoc) close() { t.db.Close() }

// posixLog is Tessera's, with the shortest waits it allows.
type posixLog struct {
	appender *tessera.Appender
	await    *tessera.PublicationAwaiter
	shutdown func(context.Context) error
}

func openTessera(b *testing.B) log {
	secret, _, err := note.GenerateKey(rand.Reader, "log.example")
	if err != nil {
		b.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		b.Fatal(err)
	}
	driver, err := posix.New(b.Context(), posix.Config{Path: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	appender, shutdown, reader, err := tessera.NewAppender(b.Context(), driver, tessera.NewAppendOptions().
		WithCheckpointSigner(signer).WithCheckpointInterval(100*time.Millisecond).WithBatching(256, 10*time.Millisecond))
	if err != nil {
		b.Fatal(err)
	}
	return &posixLog{appender, tessera.NewPublicationAwaiter(b.Context(), reader.ReadCheckpoint, 10*time.Millisecond), shutdown}
}

func (p *posixLog) fill(b *testing.B, size int) {
	var n atomic.Int64
	var group sync.WaitGroup
	for range 1024 {
		group.Go(func() {
			for i := n.Add(1); i <= int64(size); i = n.Add(1) {
				if _, err := p.appender.Add(b.Context(), entry(i))(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

// entry has about the size of a leaf.
func entry(n int64) *tessera.Entry {
	return tessera.NewEntry(fmt.Appendf(nil, "%0250d", n))
}

func (p *posixLog) state(ctx context.Context, n int64) error {
	_, _, err := p.await.Await(ctx, p.appender.Add(ctx, entry(n)))
	return err
}

func (p *posixLog) close() { _ = p.shutdown(context.Background()) }
