// Package tenancy holds that nobody gets at, or into, what is not theirs. It
// walks through the whole service as people of every role, along its own links
// and forms, so that what is added to a desk is tried without a word here:
// what one producer or laboratory has stays hidden from another, forms do for
// nobody what the table of routes does not allow, and what people type stays
// text on every page, sheet and label.
package tenancy

import (
	"bytes"
	"encoding/csv"
	"errors"
	"log/slog"
	"slices"
	"testing"

	"temgoc/internal/account"
	"temgoc/internal/api"
	"temgoc/internal/exchange"
	"temgoc/internal/printing"
	"temgoc/internal/privacy"
	"temgoc/internal/proof"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web"
	"temgoc/internal/web/console"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/public"
	"temgoc/internal/web/scan"
)

// A Service is the whole service over a World, as the program serves it.
type Service struct {
	*desktest.World
	// Routes are those of the console.
	Routes   []Route
	Exchange *exchange.Exchange
}

// Serve puts the service together.
func Serve(t testing.TB, w *desktest.World, https bool) *Service {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	cache, err := scan.NewCache(scan.CacheConfig{Store: w.Store, Loader: w.Ledger, Orders: w.Book, Keys: w.Ring, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	office := scan.Contact{Name: desktest.OfficeName, Phone: "0207 000 001", Email: "ocop@example.vn"}
	pages, err := scan.New(scan.Config{Ledger: w.Ledger, Cache: cache, Counter: scan.NewCounter(w.Store, w.Now), Office: office, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	anybody, err := public.New(public.Config{Ledger: w.Ledger, Keys: w.Ring, Office: office, Logger: logger, HTTPS: https, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	audit := slices.Concat(trace.AuditKinds(), account.AuditKinds(), printing.AuditKinds(), exchange.AuditKinds(), privacy.AuditKinds())
	s := &Service{World: w, Exchange: exchange.New(exchange.Config{Ledger: w.Ledger, Store: w.Store, Files: w.Files, Logger: logger})}
	bundles := w.Bundles()
	desks, err := console.New(console.Config{
		Config: desk.Config{People: w.People, Ledger: w.Ledger, Logger: logger, HTTPS: https, PublicURL: "https://t.example.vn", Now: w.Now},
		Book:   w.Book, Keys: w.Keys, Bundles: bundles, Privacy: w.Privacy, Audit: audit, Exchange: s.Exchange, Sightings: w.Sightings, Scan: pages,
	})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := desks.Parts()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		for _, r := range p.Routes {
			s.Routes = append(s.Routes, Route{r, desk.Prefix + r.Path})
		}
	}
	s.Handler, err = web.New(web.Config{
		Logger: logger, HTTPS: https, Scan: pages, Public: anybody, Console: desks,
		API: api.Config{Ledger: w.Ledger, Keys: w.Keys, Book: w.Book, Privacy: w.Privacy, Bundles: bundles, Audit: audit, Logger: logger, Version: "test"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Kinds are all kinds of documents.
func Kinds() []trace.Kind {
	return slices.Concat(trace.Kinds(), account.Kinds(), printing.Kinds(), exchange.Kinds(), privacy.Kinds(), proof.Kinds())
}

// A Route is a route of a desk with its whole path.
type Route struct {
	desk.Route
	Full string
}

// Name is how a route stands in the table.
func (r Route) Name() string { return r.Method + " " + r.Full }

// Find is the route that answers an address.
func (s *Service) Find(method, path string) (Route, bool) {
	best, found := Route{}, false
	for _, r := range s.Routes {
		if r.Method == method && matches(r.Full, path) && (!found || moreFixed(r.Full, best.Full)) {
			best, found = r, true
		}
	}
	return best, found
}

// Bring has the person check two files for an import: one with a text in every
// cell, which is refused cell by cell, and one with what is there already.
func (s *Service) Bring(t testing.TB, who, text string) {
	t.Helper()
	by := s.Actor(who)
	for _, table := range exchange.Tables() {
		if !table.MayImport(by) {
			continue
		}
		var headings, cells []string
		for _, c := range exchange.Columns(table, by) {
			headings, cells = append(headings, c.Title.VI), append(cells, text)
		}
		var wrong, there bytes.Buffer
		w := csv.NewWriter(&wrong)
		_ = w.WriteAll([][]string{headings, cells}) // to memory
		if _, err := s.Exchange.Export(t.Context(), by, table, exchange.Query{}, spreadsheet.CSV, &there); err != nil {
			t.Fatal(err)
		}
		for _, content := range [][]byte{wrong.Bytes(), there.Bytes()} {
			if _, _, err := s.Exchange.Check(t.Context(), by, table, text+".csv", content); err != nil && !errors.Is(err, trace.ErrInvalid) {
				t.Fatal(err)
			}
		}
	}
}
