package trace

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/stamp"
)

// SearchLimit is how many finds of each kind a search returns.
const SearchLimit = 10

// searchedCommunes is in how many communes of a name producers are looked for.
const searchedCommunes = 20

// Finds are what a search found, by kind, at most SearchLimit of each.
type Finds struct {
	// Code is the batch or item code that the text is; zero where it is none.
	// Batch is the one it names, or that a Digital Link leads to; nil where
	// there is none that the actor may see.
	Code  stamp.Code
	Batch *Stored[Batch]
	// Suggestion is the code that was meant by a mistyped one, where exactly
	// one slip leads to a code that exists.
	Suggestion   stamp.Code
	Lots         []Stored[Batch]
	Products     []Stored[Product]
	Producers    []Stored[Producer]
	Certificates []Stored[Certificate]
	Communes     []CommuneFind
}

// A CommuneFind is a commune that was named, with the producers who are there.
type CommuneFind struct {
	Commune   catalog.Commune
	Producers []Stored[Producer]
}

// Search looks for everything that the actor may see under a text: a batch or
// item code in any form, alone or at the end of an address, a GS1 Digital Link,
// a lot number, a GTIN, the number of a certificate, the words of a product's or
// producer's name, the name of a commune.
func (l *Ledger) Search(ctx context.Context, by Actor, text string) (Finds, error) {
	s := searcher{ledger: l, by: by, text: strings.TrimSpace(text)}
	for _, look := range []func(context.Context) error{
		s.link, s.code, s.lots, s.words, s.gtin, s.certificates, s.communes,
	} {
		if err := look(ctx); err != nil {
			return Finds{}, err
		}
	}
	return s.found, nil
}

// CodePart is the part of a typed or pasted text that may be a code: the end of
// an address, or all of it.
func CodePart(text string) string {
	text = strings.TrimSpace(text)
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		text = u.Path
	}
	text = strings.TrimRight(text, "/")
	return text[strings.LastIndexByte(text, '/')+1:]
}

type searcher struct {
	ledger *Ledger
	by     Actor
	text   string
	found  Finds
}

var oneFind = Paging{Limit: SearchLimit}

// sees drops the error of what is not there or not the actor's to see.
func sees(err error) error {
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden) {
		return nil
	}
	return err
}

// link follows a Digital Link, whole or from its path on.
func (s *searcher) link(ctx context.Context) error {
	u, err := url.Parse(s.text)
	if err != nil || !strings.Contains(u.Path, "/") {
		return nil
	}
	link, err := gs1.Parser{TrailingSlash: true}.Path("/"+strings.TrimLeft(u.EscapedPath(), "/"), u.RawQuery)
	if err != nil || link.GTIN.IsZero() {
		return nil
	}
	if err := s.addGTIN(ctx, link.GTIN); err != nil || link.Lot.IsZero() {
		return err
	}
	code, err := s.ledger.BatchByLot(ctx, link.GTIN, link.Lot)
	if err != nil {
		return sees(err)
	}
	return s.addBatch(ctx, code)
}

// code looks for a batch by its code or by that of an item. An item code is not
// opened: that it looks like one of the batch is enough to find it.
func (s *searcher) code(ctx context.Context) error {
	if s.found.Batch != nil {
		return nil // a Digital Link, whose end is no code
	}
	part := CodePart(s.text)
	code, err := stamp.Parse(part)
	if err != nil {
		if _, ok := errors.AsType[*stamp.MistypedError](err); ok {
			s.found.Suggestion, _ = stamp.Correct(part, func(c stamp.Code) bool { return s.exists(ctx, c) })
		}
		return nil
	}
	s.found.Code = code
	return s.addBatch(ctx, code.Batch().String())
}

// exists tells whether a code leads to something: it says no when that cannot
// be found out.
func (s *searcher) exists(ctx context.Context, c stamp.Code) bool {
	b, err := s.ledger.Batch(ctx, s.by, c.Batch().String())
	if err != nil {
		return false
	}
	item, isItem := c.Item()
	if !isItem {
		return true
	}
	sealer, err := s.ledger.keys.Sealer(b.Data.KeyID, c.Batch())
	if err != nil {
		return false
	}
	_, genuine := sealer.Open(item)
	return genuine
}

func (s *searcher) addBatch(ctx context.Context, code string) error {
	b, err := s.ledger.Batch(ctx, s.by, code)
	if err != nil {
		return sees(err)
	}
	s.found.Batch = &b
	return nil
}

func (s *searcher) lots(ctx context.Context) error {
	if _, err := gs1.ParseLotNumber(s.text); err != nil {
		return nil
	}
	list, err := s.ledger.Batches(ctx, s.by, BatchQuery{Lot: s.text}, oneFind)
	s.found.Lots = list.Items
	return err
}

func (s *searcher) words(ctx context.Context) error {
	if len(catalog.Words(s.text)) == 0 {
		return nil
	}
	products, err := s.ledger.Products(ctx, s.by, "", s.text, oneFind)
	if err != nil {
		return err
	}
	for _, p := range products.Items {
		s.addProduct(p)
	}
	if s.by.Role == Laboratory {
		return nil // sees no producers
	}
	producers, err := s.ledger.Producers(ctx, s.by, s.text, oneFind)
	s.found.Producers = producers.Items
	return err
}

func (s *searcher) gtin(ctx context.Context) error {
	gtin, err := gs1.ParseGTIN(s.text)
	if err != nil {
		return nil
	}
	return s.addGTIN(ctx, gtin)
}

// addGTIN adds the product that has the number, if the actor may see it.
func (s *searcher) addGTIN(ctx context.Context, gtin gs1.GTIN) error {
	p, err := s.ledger.ProductByGTIN(ctx, gtin)
	if err == nil {
		p, err = s.ledger.Product(ctx, s.by, p.ID)
	}
	if err != nil {
		return sees(err)
	}
	s.addProduct(p)
	return nil
}

func (s *searcher) addProduct(p Stored[Product]) {
	known := func(q Stored[Product]) bool { return q.ID == p.ID }
	if !slices.ContainsFunc(s.found.Products, known) {
		s.found.Products = append(s.found.Products, p)
	}
}

func (s *searcher) certificates(ctx context.Context) error {
	if s.by.Role == Laboratory || numberKey(s.text) == "" {
		return nil // sees no certificates
	}
	// Digits alone, which are all that many packs print, find every number that
	// begins with them.
	list, err := ListOf(ctx, s.ledger, publicNumberRef(s.text), oneFind, func(c Stored[Certificate]) bool {
		return s.by.maySee(c.Data.Producer) == nil
	})
	s.found.Certificates = list.Items
	return err
}

func (s *searcher) communes(ctx context.Context) error {
	if s.by.Role == Laboratory {
		return nil // sees no producers
	}
	for _, c := range catalog.FindCommunes(s.text, searchedCommunes) {
		list, err := s.ledger.ProducersIn(ctx, s.by, c.Code, "", oneFind)
		if err != nil {
			return err
		}
		if len(list.Items) > 0 {
			s.found.Communes = append(s.found.Communes, CommuneFind{c, list.Items})
		}
	}
	return nil
}
