package sample_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/sample"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// noon is a day on which the tests load, unless they say otherwise.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, trace.Zone)

// A house is what a demonstration is loaded into.
type house struct {
	store  trace.Store
	files  trace.Files
	ledger *trace.Ledger
	book   *printing.Book
	keys   *stamp.Keys
	now    time.Time
}

// newHouse opens both stores in an empty directory.
func newHouse(tb testing.TB, now time.Time) *house {
	tb.Helper()
	path := tb.TempDir()
	store, err := sqlite.Open(tb.Context(), filepath.Join(path, "temgoc.db"))
	if err != nil {
		tb.Fatal(err)
	}
	files, err := dir.Open(filepath.Join(path, "files"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
		if err := files.Close(); err != nil {
			tb.Error(err)
		}
	})
	keys, err := stamp.NewKeys(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	h := &house{store: store, files: files, keys: keys, now: now}
	h.ledger, h.book = h.over(tb, store)
	return h
}

// over makes a ledger and a book over the store.
func (h *house) over(tb testing.TB, store trace.Store) (*trace.Ledger, *printing.Book) {
	tb.Helper()
	ledger := trace.New(trace.Config{Store: store, Files: h.files, Keys: h.keys, Now: func() time.Time { return h.now }})
	book, err := printing.New(ledger, h.keys, "https://t.example.vn")
	if err != nil {
		tb.Fatal(err)
	}
	return ledger, book
}

// breaking is a store that goes away after some inserts.
type breaking struct {
	trace.Store
	left atomic.Int64
}

func (b *breaking) Insert(ctx context.Context, r trace.Revision) error {
	if b.left.Add(-1) < 0 {
		return trace.ErrUnavailable
	}
	return b.Store.Insert(ctx, r)
}

func (h *house) load(tb testing.TB) *sample.Data {
	tb.Helper()
	data, err := sample.Load(tb.Context(), h.ledger, h.book, h.now)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func (h *house) dossier(t *testing.T, code string) *trace.Dossier {
	t.Helper()
	d, err := h.ledger.Dossier(t.Context(), code)
	if err != nil {
		t.Fatalf("dossier of %q: %v", code, err)
	}
	return d
}

// documents counts the revisions of each kind, and so everything written.
func (h *house) documents(t *testing.T) map[trace.Kind]int {
	t.Helper()
	count := map[trace.Kind]int{}
	changes, err := h.store.Changes(t.Context(), append(trace.Kinds(), printing.Kinds()...), time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		count[c.Kind]++
	}
	return count
}

func TestLoadTwiceAddsNothing(t *testing.T) {
	h := newHouse(t, noon)
	first := h.load(t)
	written := h.documents(t)
	t.Logf("written: %v", written)
	for _, later := range []time.Duration{0, 26 * time.Hour, 40 * 24 * time.Hour} {
		h.now = noon.Add(later)
		if diff := cmp.Diff(first, h.load(t)); diff != "" {
			t.Errorf("loading again %s later names other things (-first +again):\n%s", later, diff)
		}
		if diff := cmp.Diff(written, h.documents(t)); diff != "" {
			t.Errorf("loading again %s later wrote (-first +again):\n%s", later, diff)
		}
	}
}

// A load that was broken off is completed by the next one, and the two leave
// what one would have left.
func TestLoadGoesOnWhereItStopped(t *testing.T) {
	whole := newHouse(t, noon)
	whole.load(t)
	want := whole.documents(t)

	h := newHouse(t, noon)
	pieces := 0
	for done := false; !done; pieces++ {
		store := &breaking{Store: h.store}
		store.left.Store(int64(50 + 31*pieces%90))
		ledger, book := h.over(t, store)
		_, err := sample.Load(t.Context(), ledger, book, h.now)
		if err != nil && !errors.Is(err, trace.ErrUnavailable) {
			t.Fatalf("piece %d: %v", pieces, err)
		}
		done = err == nil
	}
	if pieces < 4 {
		t.Errorf("the load came in %d pieces, want several", pieces)
	}
	if diff := cmp.Diff(want, h.documents(t)); diff != "" {
		t.Errorf("in pieces, other documents were written (-whole +pieces):\n%s", diff)
	}
}

func TestDemonstration(t *testing.T) {
	h := newHouse(t, noon)
	data := h.load(t)
	t.Run("batches", func(t *testing.T) { h.everyBatchIsComplete(t, data) })
	t.Run("files", func(t *testing.T) { h.filesAreServable(t, data) })
	t.Run("requests", h.deskHasWork)
}

// deskHasWork: the laboratory of the demonstration, under the name that its API
// key has, finds requests in every state that it has to deal with.
func (h *house) deskHasWork(t *testing.T) {
	laboratory := trace.Actor{ID: "key", Role: trace.Laboratory, Organisation: sample.Organisation(trace.Laboratory)}
	got := map[trace.RequestState]int{}
	for p := (trace.Paging{}); ; {
		page, err := h.ledger.Requests(t.Context(), laboratory, trace.RequestQuery{}, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Items {
			got[r.Data.State]++
			if r.Data.State == trace.RequestDeclined {
				continue
			}
			if _, err := h.ledger.DraftRows(t.Context(), laboratory, r.Data.Product); err != nil {
				t.Errorf("request %s: %v", r.ID, err)
			}
		}
		if p.After = page.Next; p.After == "" {
			break
		}
	}
	if got[trace.RequestOpen] != 2 || got[trace.RequestDeclined] != 1 || got[trace.RequestReported] < 10 || len(got) != 3 {
		t.Errorf("requests by state: %v", got)
	}
}

func (h *house) everyBatchIsComplete(t *testing.T, data *sample.Data) {
	for _, code := range data.Batches {
		d := h.dossier(t, code)
		label := fmt.Sprintf("%s %s", d.Product.Data.Name.VI, d.Batch.Data.Lot)
		if missing := d.Missing(); len(missing) > 0 && code != data.Potential {
			t.Errorf("%s lacks %v", label, missing)
		}
		if !d.Producer.Data.Demonstration {
			t.Errorf("%s: the producer is not marked as a demonstration", label)
		}
		if !d.Product.Data.GTIN.Demonstration() {
			t.Errorf("%s: GTIN %s names a real product", label, d.Product.Data.GTIN)
		}
		if _, ok := d.Files[d.Product.Data.Photo]; !ok {
			t.Errorf("%s: the picture is not among the files", label)
		}
		for _, c := range d.Certificates {
			if len(c.Data.Files) == 0 {
				t.Errorf("%s: certificate %s has no document", label, c.Data.Number)
			}
		}
		for _, history := range d.Tests {
			report := history[len(history)-1].Data
			if v := report.Verdict(); v == trace.Undecided {
				t.Errorf("%s: report %s is %s: %+v", label, report.Number, v, report.Rows)
			}
		}
		for _, text := range []catalog.Name{d.Product.Data.Name, d.Product.Data.Description, d.Product.Data.Ingredients, d.Product.Data.Storage, d.Product.Data.Usage, d.Product.Data.Warnings} {
			if text.VI == "" || text.EN == "" {
				t.Errorf("%s: a text is not in both languages: %+v", label, text)
			}
		}
	}
	if got, want := len(data.Batches), 21; got != want {
		t.Errorf("%d batches, want %d", got, want)
	}
	if got, want := len(data.Producers), 16; got != want {
		t.Errorf("%d producers, want %d", got, want)
	}
}

// filesAreServable: every file can be read back whole and is what a page may
// serve.
func (h *house) filesAreServable(t *testing.T, data *sample.Data) {
	types := map[string]int{}
	for _, code := range data.Batches {
		for digest, info := range h.dossier(t, code).Files {
			_, content, err := h.ledger.FileContent(t.Context(), digest)
			if err != nil || len(content) != info.Size {
				t.Errorf("file %s: %d bytes, want %d: %v", digest, len(content), info.Size, err)
			}
			types[info.Type]++
		}
	}
	if types["application/pdf"] < 60 || types["image/jpeg"] < 17 {
		t.Errorf("files by type: %v, want 60 documents and 17 pictures at least", types)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		h := newHouse(b, noon)
		b.StartTimer()
		h.load(b)
	}
}

func BenchmarkLoadAgain(b *testing.B) {
	h := newHouse(b, noon)
	h.load(b)
	for b.Loop() {
		h.load(b)
	}
}
