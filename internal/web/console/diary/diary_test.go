package diary

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/scan"
)

// A world is a World with a product and an open batch of it.
type world struct {
	*desktest.World
	t       *testing.T
	part    desk.Part
	product string
	code    string
	me      *desktest.Browser
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: desktest.New(t), t: t}
	pages, err := scan.New(scan.Config{Ledger: w.Ledger, Counter: scan.NewCounter(w.Store, w.Now), Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	part, err := Part(desktest.Shared(t), Config{Ledger: w.Ledger, Book: w.Book, Bundles: w.Bundles(), Scan: pages})
	if err != nil {
		t.Fatal(err)
	}
	w.part = part
	w.Serve(part)
	w.product = w.newProduct("producer", 11)
	w.code = w.newBatch("L2026-11-A")
	w.me = w.Browser("producer")
	return w
}

func (w *world) newProduct(who string, set int) string {
	w.t.Helper()
	p, err := w.Ledger.CreateProduct(w.t.Context(), w.As(who), trace.Product{
		Producer: w.Actor(who).Producer, Name: catalog.Name{VI: "Chè Shan tuyết", EN: "Shan tea"}, Set: set,
		NetContent: trace.Quantity{Value: "100", Unit: "GRM"}, Standards: []string{"TCVN 9740:2013"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return p.ID
}

func (w *world) newBatch(lot string, inputs ...trace.Input) string {
	w.t.Helper()
	number, err := gs1.ParseLotNumber(lot)
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := w.Ledger.CreateBatch(w.t.Context(), w.As("producer"), trace.BatchData{
		Product: w.product, Lot: number, Quantity: trace.Quantity{Value: "120", Unit: "KGM"},
		Production: trace.DateOf(w.Now()), Expiry: trace.DateOf(w.Now()).AddDays(365), Inputs: inputs,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return b.ID
}

func (w *world) move(code string, to trace.BatchState, reason string) {
	w.t.Helper()
	if _, err := w.Ledger.MoveBatch(w.t.Context(), w.As("producer"), code, trace.Transition{To: to, Reason: reason}); err != nil {
		w.t.Fatal(err)
	}
}

// at is the address of a page of the batch.
func (w *world) at(path string) string { return batchPath(w.code) + path }

// records are those of a batch, the last entered first.
func (w *world) records(code string) []trace.Stored[trace.Record] {
	w.t.Helper()
	list, err := w.Ledger.Records(w.t.Context(), w.Actor("producer"), code, trace.Paging{})
	if err != nil {
		w.t.Fatal(err)
	}
	return list.Items
}

// record is the one record of a kind that a batch has.
func (w *world) record(code, kind string) trace.Stored[trace.Record] {
	w.t.Helper()
	var found []trace.Stored[trace.Record]
	for _, r := range w.records(code) {
		if r.Data.Kind == kind {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		w.t.Fatalf("the batch has %d records of kind %s", len(found), kind)
	}
	return found[0]
}

// harvest enters a harvest of the batch.
func (w *world) harvest(code string) trace.Stored[trace.Record] {
	w.t.Helper()
	w.Advance(time.Minute)
	r, err := w.Ledger.AddRecord(w.t.Context(), w.As("producer"), trace.RecordData{
		Batch: code, Kind: "harvest", Happened: w.Now().Add(-time.Hour), Place: trace.Place{Name: "Đồi Mây", Commune: "02260"}, Person: "Lò Thị Mây",
		Harvest: &trace.Harvest{Plot: "Đồi 3", Quantity: trace.Quantity{Value: "480.5", Unit: "YEN"}, Variety: "Shan tuyết cổ thụ", Weather: "Nắng nhẹ"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// photograph is a small JPEG of a width.
func photograph(t *testing.T, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, 40)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// press sends the form of a page as it stands.
func (w *world) press(p *desktest.Page) *desktest.Page {
	w.t.Helper()
	return w.me.Submit(p, "", form("_key", p.Field("_key")))
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestTemplates(t *testing.T) {
	desktest.CheckTemplates(t, newWorld(t).part, templateFiles, &batchPage{}, &choosePage{}, &entryPage{}, &recordPage{},
		&releasePage{}, &stopPage{}, &noticePage{}, &stampsPage{}, &orderPage{}, &historyPage{})
}

// TestOthersSeeNothing opens every page of the desk of somebody else's batch,
// and of one's own in another role.
func TestOthersSeeNothing(t *testing.T) {
	w := newWorld(t)
	id := w.harvest(w.code).ID
	w.move(w.code, trace.BatchReleased, "") // published, and still not theirs
	other, office := w.Browser("producer2"), w.Browser("office")
	for _, r := range w.part.Routes {
		path := desk.Prefix + strings.NewReplacer(":code", w.code, ":kind", "harvest", ":id", id, ":order", "1").Replace(r.Path)
		send := func(b *desktest.Browser) *desktest.Page {
			if r.Method == http.MethodGet {
				return b.GetOnce(path)
			}
			return b.Post(path, nil)
		}
		if p := send(other); p.Status != http.StatusNotFound || strings.Contains(p.Text(), "Chè") {
			t.Errorf("%s %s of another producer answers %d: %s", r.Method, path, p.Status, p.Text())
		}
		if p := send(office); p.Status != http.StatusForbidden {
			t.Errorf("%s %s for the office answers %d", r.Method, path, p.Status)
		}
	}
}
