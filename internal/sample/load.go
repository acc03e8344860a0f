package sample

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"temgoc/internal/printing"
	"temgoc/internal/sample/paper"
	"temgoc/internal/sample/picture"
	"temgoc/internal/trace"
)

// The authorities of the demonstration.
const inspectorate = "Đoàn kiểm tra chất lượng nông sản (minh họa)"

var (
	office     = trace.Actor{ID: "sample-office", Role: trace.Office, Organisation: "Văn phòng OCOP tỉnh Tuyên Quang (minh họa)"}
	authority  = trace.Actor{ID: "sample-certifier", Role: trace.Certifier, Organisation: certifier}
	tester     = trace.Actor{ID: "sample-laboratory", Role: trace.Laboratory, Organisation: laboratory.Name}
	inspecting = trace.Actor{ID: "sample-inspector", Role: trace.Inspector, Organisation: inspectorate}
)

// A loader enters a plan. Producers are entered side by side, so that drawing
// for one goes on while another's documents are written.
type loader struct {
	ledger *trace.Ledger
	book   *printing.Book

	mu    sync.Mutex
	ids   map[string]string // producers by key
	codes map[string]string // batches by key
}

func newLoader(ledger *trace.Ledger, book *printing.Book) *loader {
	return &loader{ledger: ledger, book: book, ids: map[string]string{}, codes: map[string]string{}}
}

func (l *loader) code(lot string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.codes[lot]
}

// write is the identity of one write of the plan. Its hash follows from the
// key and not from what is written: dates of a later load differ, and what
// was loaded first stays.
func write(by trace.Actor, key string) trace.Write {
	key = "sample:" + key
	sum := sha256.Sum256([]byte(key))
	return trace.Write{By: by, Op: trace.Op{Key: key, Hash: hex.EncodeToString(sum[:])}}
}

// ensure returns what an earlier load wrote under the id of w, or writes it.
func ensure[T any](l *loader, w trace.Write, kind trace.Kind, find func(id string) (trace.Stored[T], error), enter func() (trace.Stored[T], error)) (trace.Stored[T], error) {
	s, err := find(l.ledger.NewID(w, kind))
	if errors.Is(err, trace.ErrNotFound) {
		s, err = enter()
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w", w.Op.Key, err)
	}
	return s, nil
}

// estate is a producer that is being loaded.
type estate struct {
	*loader
	farm  farm
	actor trace.Actor
	id    string
}

// A holding is a lot that waits for lots of other producers.
type holding struct {
	estate *estate
	good   good
	id     string // of the product
	lot    lot
}

// loadFarms enters the plan: first all that needs nothing of another
// producer, then the lots that were made from lots.
func (l *loader) loadFarms(ctx context.Context, farms []farm) error {
	later := make([][]holding, len(farms))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(2 * runtime.GOMAXPROCS(0))
	for i, f := range farms {
		group.Go(func() (err error) {
			later[i], err = l.loadFarm(gctx, f)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, h := range slices.Concat(later...) {
		if err := h.estate.loadLot(ctx, h.good, h.id, h.lot); err != nil {
			return err
		}
	}
	return nil
}

// loadFarm enters a producer and returns the lots that must wait for others.
func (l *loader) loadFarm(ctx context.Context, f farm) ([]holding, error) {
	w := write(office, "producer/"+f.key)
	f.producer.Demonstration = true
	p, err := ensure(l, w, trace.KindProducers,
		func(id string) (trace.Stored[trace.Producer], error) { return l.ledger.Producer(ctx, office, id) },
		func() (trace.Stored[trace.Producer], error) { return l.ledger.CreateProducer(ctx, w, f.producer) })
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.ids[f.key] = p.ID
	l.mu.Unlock()
	e := &estate{loader: l, farm: f, id: p.ID, actor: trace.Actor{ID: "sample-" + f.key, Role: trace.ProducerRole, Producer: p.ID}}
	for _, c := range f.certificates {
		if err := e.loadCertificate(ctx, good{}, "", c); err != nil {
			return nil, err
		}
	}
	var later []holding
	for _, g := range f.goods {
		waiting, err := e.loadGood(ctx, g)
		if err != nil {
			return nil, err
		}
		later = append(later, waiting...)
	}
	return later, nil
}

// as is the actor of a role.
func (e *estate) as(r role) trace.Actor {
	switch r {
	case byOffice:
		return office
	case byCertifier:
		return authority
	case byLaboratory:
		return tester
	case byInspector:
		return inspecting
	}
	return e.actor
}

// loadGood enters a product with its picture, certificates, reports and lots.
func (e *estate) loadGood(ctx context.Context, g good) ([]holding, error) {
	w := write(e.actor, "product/"+g.key)
	g.product.Producer = e.id
	p, err := ensure(e.loader, w, trace.KindProducts,
		func(id string) (trace.Stored[trace.Product], error) { return e.ledger.Product(ctx, office, id) },
		func() (trace.Stored[trace.Product], error) { return e.ledger.CreateProduct(ctx, w, g.product) })
	if err != nil {
		return nil, err
	}
	if err := e.loadPicture(ctx, g, p); err != nil {
		return nil, fmt.Errorf("picture of %s: %w", g.key, err)
	}
	for _, c := range g.certificates {
		if err := e.loadCertificate(ctx, g, p.ID, c); err != nil {
			return nil, err
		}
	}
	for _, r := range g.reports {
		if err := e.loadReport(ctx, g, p.ID, lot{}, "", r); err != nil {
			return nil, err
		}
	}
	if err := e.loadRequests(ctx, p.ID, "", g.requests); err != nil {
		return nil, err
	}
	var later []holding
	for _, lot := range g.lots {
		if len(lot.inputs) > 0 {
			later = append(later, holding{e, g, p.ID, lot})
			continue
		}
		if err := e.loadLot(ctx, g, p.ID, lot); err != nil {
			return nil, err
		}
	}
	return later, nil
}

func (e *estate) loadPicture(ctx context.Context, g good, p trace.Stored[trace.Product]) error {
	if (p.Data.Photo != trace.Digest{}) {
		return nil
	}
	photo, err := picture.JPEG(g.picture)
	if err != nil {
		return err
	}
	f, err := e.ledger.AddPhoto(ctx, trace.Write{By: e.actor}, g.picture+".jpg", photo)
	if err != nil {
		return err
	}
	_, err = e.ledger.SetPhoto(ctx, write(e.actor, "product/"+g.key+"/photo"), p.ID, f.Data.SHA256)
	return err
}

// addPaper adds a document. Its content is its identity, so it needs no key.
func (e *estate) addPaper(ctx context.Context, by trace.Actor, p paper.Paper) ([]trace.Digest, error) {
	pdf, err := p.PDF()
	if err != nil {
		return nil, err
	}
	f, err := e.ledger.AddFile(ctx, trace.Write{By: by}, "giay-to.pdf", pdf)
	return []trace.Digest{f.Data.SHA256}, err
}

// loadCertificate enters a certificate about the producer, or about a product
// when an id is given.
func (e *estate) loadCertificate(ctx context.Context, g good, product string, c certificate) error {
	key := "certificate/" + e.farm.key + "/" + g.key + "/" + c.key
	by := e.as(c.by)
	w := write(by, key)
	c.data.Producer, c.data.Product = e.id, product
	s, err := ensure(e.loader, w, trace.KindCertificates,
		func(id string) (trace.Stored[trace.Certificate], error) { return e.ledger.Certificate(ctx, office, id) },
		func() (trace.Stored[trace.Certificate], error) {
			var err error
			if c.data.Files, err = e.addPaper(ctx, by, certificatePaper(e.farm.producer, g.product, c.data)); err != nil {
				return trace.Stored[trace.Certificate]{}, err
			}
			return e.ledger.CreateCertificate(ctx, w, c.data)
		})
	if err != nil {
		return err
	}
	if c.confirmed && s.Data.Confirmed == nil {
		if _, err := e.ledger.ConfirmCertificate(ctx, write(office, key+"/confirm"), s.ID); err != nil {
			return fmt.Errorf("confirm %s: %w", key, err)
		}
	}
	if c.withdrawn != nil && s.Data.Withdrawn == nil {
		if _, err := e.ledger.WithdrawCertificate(ctx, write(office, key+"/withdraw"), s.ID, *c.withdrawn); err != nil {
			return fmt.Errorf("withdraw %s: %w", key, err)
		}
	}
	return nil
}
