package public

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
	"temgoc/internal/web/scan"
)

// world is a World that serves the public pages.
func world(t testing.TB) (*desktest.World, *Pages) {
	t.Helper()
	w := desktest.New(t)
	keys, err := stamp.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	limits, err := limit.New(limit.Config{Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Config{
		Ledger: w.Ledger, Keys: keys, Now: w.Now, Sightings: w.Sightings, Limits: limits,
		Stamp: func(ctx context.Context, given string) (sighting.Ref, printing.Order, bool) {
			return stampOf(ctx, w, given)
		},
		Office: scan.Contact{Name: desktest.OfficeName, Phone: "0207 000 001", Email: "ocop@example.vn"},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Serve(p.Part())
	return w, p
}

// stampOf finds a stamp, as the scan page does.
func stampOf(ctx context.Context, w *desktest.World, given string) (sighting.Ref, printing.Order, bool) {
	code, err := stamp.ParseItemCode(given)
	if err != nil {
		return sighting.Ref{}, printing.Order{}, false
	}
	found, err := w.Book.Item(ctx, w.Actor("office"), code)
	if err != nil || found.Order == nil {
		return sighting.Ref{}, printing.Order{}, false
	}
	o := found.Order.Data
	return sighting.Ref{
		Code: code, Batch: o.Batch, Producer: o.Producer, Order: o.ID(), Position: o.Position(found.Serial), KeyID: o.KeyID,
	}, o, true
}

func date(t testing.TB, s string) trace.Date {
	t.Helper()
	d, err := trace.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// product registers a product of the World's first producer.
func product(w *desktest.World, name catalog.Name) string {
	w.T.Helper()
	s, err := w.Ledger.CreateProduct(w.T.Context(), w.As("producer"), trace.Product{Producer: w.Mine, Name: name, Set: 11})
	if err != nil {
		w.T.Fatal(err)
	}
	return s.ID
}

// stars enters an OCOP decision.
func stars(w *desktest.World, who, product, number string, n int, issued string) string {
	w.T.Helper()
	s, err := w.Ledger.CreateCertificate(w.T.Context(), w.As(who), trace.CertificateData{
		Kind: trace.OCOPCertificate, Number: number, Authority: "UBND tỉnh Tuyên Quang", Issued: date(w.T, issued),
		Producer: w.Mine, Product: product, OCOP: &trace.Evaluation{Stars: n},
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return s.ID
}

// released is the code of a released batch.
func released(w *desktest.World, product string) string {
	w.T.Helper()
	lot, err := gs1.ParseLotNumber("L1")
	if err != nil {
		w.T.Fatal(err)
	}
	s, err := w.Ledger.CreateBatch(w.T.Context(), w.As("producer"), trace.BatchData{
		Product: product, Lot: lot, Quantity: trace.Quantity{Value: "120", Unit: "KGM"}, Production: date(w.T, "2026-11-01"),
	})
	if err == nil {
		_, err = w.Ledger.MoveBatch(w.T.Context(), w.As("producer"), s.ID, trace.Transition{To: trace.BatchReleased})
	}
	if err != nil {
		w.T.Fatal(err)
	}
	return s.ID
}

// a stillClock stands until it is moved.
type stillClock struct{ t time.Time }

func (c *stillClock) now() time.Time { return c.t }
