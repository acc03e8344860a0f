//go:build linux

package crash

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Maker is a producer with a product, that writes everything a producer writes.
type Maker struct {
	*Client
	Producer, Product string
	// Notes are what it was told.
	Notes  Notes
	name   string
	number atomic.Int64

	mu      sync.Mutex
	stories map[int64]Story
}

// A Story is a batch as a maker wrote it: all of it must be there, once.
type Story struct {
	Lot, Batch, Order, File, Certificate string
	First, Records                       int
	number                               int64
}

type object map[string]any

// perStory is how many stamps each order has.
const perStory = 3

// write insists on one write and notes that it was acknowledged.
func (m *Maker) write(ctx context.Context, kind string, r Request) (*Answer, error) {
	a, err := m.Insist(ctx, r)
	if err != nil {
		return nil, err
	}
	if a.Document.ID == "" { // a file has no id but its address
		a.Document.ID, a.Document.Revision = path.Base(a.Header.Get("Location")), 1
	}
	m.Notes.add(Note{r, kind, a.Document.ID, a.Document.Revision, a.Header.Get("X-Request-Id")})
	return a, nil
}

// Tell writes the next story.
func (m *Maker) Tell(ctx context.Context) error { return m.TellNumber(ctx, m.number.Add(1)) }

// TellNumber writes a story, or repeats every request of it: a batch, its diary with a document, a certificate, the
// release, and an order of stamps.
func (m *Maker) TellNumber(ctx context.Context, n int64) error {
	s := Story{Lot: fmt.Sprintf("L%d", n), number: n}
	key := func(what string) string { return fmt.Sprintf("%s-%d-%s", m.name, n, what) }
	batch, err := m.write(ctx, "batches", JSON(http.MethodPost, "/batches", key("batch"), object{
		"product": m.Product, "lot": s.Lot, "quantity": object{"value": "120", "unit": "KGM"}, "production": "2026-11-01", "packing": "2026-11-05",
	}))
	if err != nil {
		return err
	}
	s.Batch = batch.Document.ID
	content := PDF(key("pdf"))
	sum := sha256.Sum256(content)
	s.File = hex.EncodeToString(sum[:])
	if _, err := m.write(ctx, "files", Upload("/files", key("file"), "giay.pdf", content)); err != nil {
		return err
	}
	for ; s.Records < 2; s.Records++ {
		record := object{
			"kind": "harvest", "happened": time.Date(2026, 11, 1, 7, s.Records, 0, 0, time.UTC), "files": []string{s.File},
			"harvest": object{"plot": "Đồi 3", "quantity": object{"value": "480", "unit": "KGM"}},
		}
		if _, err := m.write(ctx, "records", JSON(http.MethodPost, "/batches/"+s.Batch+"/records", key(fmt.Sprint("record", s.Records)), record)); err != nil {
			return err
		}
	}
	certificate, err := m.write(ctx, "certificates", JSON(http.MethodPost, "/certificates", key("certificate"), object{
		"kind": "ATTP", "number": key("n"), "authority": "Chi cục", "issued": "2026-01-01", "producer": m.Producer, "files": []string{s.File},
	}))
	if err != nil {
		return err
	}
	s.Certificate = certificate.Document.ID
	if _, err := m.write(ctx, "batches", JSON(http.MethodPost, "/batches/"+s.Batch+"/transitions", key("release"), object{"to": "released"})); err != nil {
		return err
	}
	order, err := m.write(ctx, "orders", JSON(http.MethodPost, "/batches/"+s.Batch+"/orders", key("order"), object{"codes": "item", "count": perStory, "stock": "tomy-145"}))
	if err != nil {
		return err
	}
	s.Order, s.First = order.Document.ID, order.Document.Data.First
	if _, err := m.write(ctx, "orders", Request{Method: http.MethodPost, Path: "/orders/" + s.Order + "/release", Key: key("print")}); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stories == nil {
		m.stories = map[int64]Story{}
	}
	m.stories[n] = s
	return nil
}

// Stories are those that are complete.
func (m *Maker) Stories() []Story {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.stories))
}

// listed is a page of a list.
type listed struct {
	Items []struct {
		ID       string `json:"id"`
		Revision int    `json:"revision"`
		Data     struct {
			First int    `json:"first"`
			Count int    `json:"count"`
			Lot   string `json:"lot"`
			State string `json:"state"`
		} `json:"data"`
	} `json:"items"`
	Next string `json:"next"`
}

// list reads all pages of a list.
func (m *Maker) list(ctx context.Context, address string) (all listed, err error) {
	for next := ""; ; {
		var page listed
		where := address
		if next != "" {
			where += "&after=" + next
		}
		if err := m.Get(ctx, where, &page); err != nil {
			return all, err
		}
		all.Items = append(all.Items, page.Items...)
		if next = page.Next; next == "" {
			return all, nil
		}
	}
}

// Faults compares what is there with what was told, and says what is lost or
// there more than once: of all stories which batches and certificates there are, of
// the newest, or of all when newest is negative, everything. Nothing may be written
// meanwhile.
func (m *Maker) Faults(ctx context.Context, newest int) (faults []string, err error) {
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	batches, err := m.list(ctx, "/batches?limit=100&product="+m.Product)
	if err != nil {
		return nil, err
	}
	byLot := map[string][]string{}
	for _, b := range batches.Items {
		byLot[b.Data.Lot] = append(byLot[b.Data.Lot], b.ID)
	}
	stories := m.Stories()
	if len(batches.Items) != len(stories) {
		say("%d batches, told were %d", len(batches.Items), len(stories))
	}
	certificates, err := m.list(ctx, "/certificates?limit=100&producer="+m.Producer)
	if err != nil {
		return nil, err
	}
	if len(certificates.Items) != len(stories) {
		say("%d certificates, told were %d", len(certificates.Items), len(stories))
	}
	slices.SortFunc(stories, func(a, b Story) int { return int(b.number - a.number) })
	for i, s := range stories {
		if got := byLot[s.Lot]; len(got) != 1 || got[0] != s.Batch {
			say("lot %s is %v, told was %s", s.Lot, got, s.Batch)
			continue
		}
		if newest >= 0 && i >= newest {
			continue
		}
		if err := m.storyFaults(ctx, s, say); err != nil {
			return nil, err
		}
	}
	return faults, nil
}

func (m *Maker) storyFaults(ctx context.Context, s Story, say func(string, ...any)) error {
	records, err := m.list(ctx, "/batches/"+s.Batch+"/records?limit=100")
	if err != nil {
		return err
	}
	if len(records.Items) != s.Records {
		say("batch %s has %d records, told were %d", s.Batch, len(records.Items), s.Records)
	}
	orders, err := m.list(ctx, "/batches/"+s.Batch+"/orders?limit=100")
	if err != nil {
		return err
	}
	if len(orders.Items) != 1 || orders.Items[0].ID != s.Order || orders.Items[0].Data.First != s.First || orders.Items[0].Data.State != "released" {
		say("batch %s has the orders %+v, told was %s from %d", s.Batch, orders.Items, s.Order, s.First)
	}
	file, err := m.Insist(ctx, Request{Method: http.MethodGet, Path: "/files/" + s.File})
	if file == nil {
		return err
	}
	if sum := sha256.Sum256(file.Body); hex.EncodeToString(sum[:]) != s.File {
		say("file %s is answered with %d", s.File, file.Status)
	}
	return nil
}

// Repeat sends the last requests again that were acknowledged, and says which
// are answered with another document.
func (m *Maker) Repeat(ctx context.Context, last int) (faults []string, err error) {
	all := m.Notes.All()
	for _, n := range all[max(0, len(all)-last):] {
		a, err := m.Insist(ctx, n.Request)
		if err != nil {
			return faults, err
		}
		if n.Kind == "files" {
			a.Document.ID, a.Document.Revision = path.Base(a.Header.Get("Location")), 1
		}
		if a.Document.ID != n.ID || a.Document.Revision != n.Revision {
			faults = append(faults, fmt.Sprintf("%s %s was answered with %s revision %d, repeated with %s revision %d",
				n.Request.Method, path.Clean(n.Request.Path), n.ID, n.Revision, a.Document.ID, a.Document.Revision))
		}
	}
	return faults, nil
}
