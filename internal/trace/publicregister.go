package trace

import (
	"context"
	"fmt"

	"temgoc/internal/catalog"
)

// A PublicCertificate is what anybody may know of a certificate that an
// authority stands for. It is made for one day, today.
type PublicCertificate struct {
	Kind      string           `json:"kind" example:"OCOP"`
	Number    string           `json:"number" example:"321/QĐ-UBND"`
	Authority string           `json:"authority"`
	Issued    Date             `json:"issued" format:"date"`
	State     CertificateState `json:"state" doc:"Today"`
	// Begins is the first day on which it counts, Ends the first one on which it
	// does no longer; zero while no end is known.
	Begins Date `json:"begins" format:"date"`
	Ends   Date `json:"ends,omitzero" format:"date"`
	// Reason is why it was withdrawn or superseded, once it is.
	Reason string `json:"reason,omitempty"`
	// Confirmed is the organisation that entered or confirmed it.
	Confirmed string `json:"confirmed"`

	Product  catalog.Name `json:"product,omitzero" doc:"Absent when it is about the producer"`
	Producer string       `json:"producer"`
	Commune  string       `json:"commune" doc:"Code of the producer's commune"`

	// Stars are those that it awards; Counts tells whether the product carries
	// them today because of it. Where the product carries stars today because of
	// another certificate, that is Instead.
	Stars   int          `json:"stars,omitempty"`
	Counts  bool         `json:"counts"`
	Instead *PublicStars `json:"instead,omitempty"`
	// Demonstration marks invented data.
	Demonstration bool `json:"demonstration,omitempty"`
}

// PublicStars are the stars that a product carries today, and why.
type PublicStars struct {
	Stars  int    `json:"stars"`
	Number string `json:"number"`
	Issued Date   `json:"issued" format:"date"`
}

// A PublicList is one page of what was found. A page may be empty and still
// have a Next.
type PublicList struct {
	Items []PublicCertificate `json:"items"`
	Next  string              `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
}

// A PublicQuery says what anybody looks for: certificates with a number,
// narrowed to products or producers whose names have all words of Search; or,
// without a number, recognised products by the words of their names.
type PublicQuery struct{ Number, Search string }

// maxPublicQuery bounds both texts of a PublicQuery, in characters.
const maxPublicQuery = 120

// publicRounds bounds the work of one look-up, in pages of the store: it may
// end without having found anything, and be gone on with.
const publicRounds = 4

// PublicCertificates finds confirmed certificates for whoever asks. What a
// producer only declares is not among them, nor are contracts and documents of
// no known kind.
func (l *Ledger) PublicCertificates(ctx context.Context, q PublicQuery, p Paging) (PublicList, error) {
	c := newCheck()
	c.text("number", q.Number, maxPublicQuery)
	c.text("search", q.Search, maxPublicQuery)
	if p.Limit == 0 {
		p.Limit = DefaultPage
	}
	if p.Limit < 1 || p.Limit > MaxPage {
		c.fail("limit", fmt.Sprintf("phải từ 1 đến %d", MaxPage), fmt.Sprintf("must be 1 to %d", MaxPage))
	}
	if err := c.err(); err != nil {
		return PublicList{}, err
	}
	if numberKey(q.Number) != "" {
		return gather(ctx, l, publicNumberRef(q.Number), p, func(found []Stored[Certificate]) ([]PublicCertificate, error) {
			return l.publicByNumber(ctx, found, q.Search)
		})
	}
	ref := wordRef(q.Search)
	if ref == "" {
		return PublicList{Items: []PublicCertificate{}}, nil
	}
	return gather(ctx, l, ref, p, func(found []Stored[Product]) ([]PublicCertificate, error) {
		return l.publicByName(ctx, found, q.Search)
	})
}

// gather reads documents page by page until show has made something of them.
func gather[T Document](ctx context.Context, l *Ledger, ref string, p Paging, show func([]Stored[T]) ([]PublicCertificate, error)) (PublicList, error) {
	var zero T
	out := PublicList{Items: []PublicCertificate{}, Next: p.After}
	for range publicRounds {
		page, err := l.store.List(ctx, Query{Kind: zero.DocumentKind(), Ref: ref, After: out.Next, Limit: p.Limit, Newest: true})
		if err != nil {
			return PublicList{}, err
		}
		found, err := decodeAll[T](page.Revisions)
		if err != nil {
			return PublicList{}, err
		}
		shown, err := show(found)
		if err != nil {
			return PublicList{}, err
		}
		out.Items, out.Next = append(out.Items, shown...), page.Next
		if len(out.Items) > 0 || page.Next == "" {
			break
		}
	}
	return out, nil
}

// public tells whether anybody may know of the certificate.
func (c Certificate) public() bool {
	return c.Confirmed != nil && c.Kind != "CONTRACT" && c.Kind != "OTHER"
}

// publicByNumber shows what is public among certificates, narrowed by the
// words of names.
func (l *Ledger) publicByNumber(ctx context.Context, found []Stored[Certificate], search string) ([]PublicCertificate, error) {
	var products, producers []string
	for _, c := range found {
		producers = append(producers, c.Data.Producer)
		if c.Data.Product != "" {
			products = append(products, c.Data.Product)
		}
	}
	makers, err := HeadsOf[Producer](ctx, l, producers)
	if err != nil {
		return nil, err
	}
	goods, err := HeadsOf[Product](ctx, l, products)
	if err != nil {
		return nil, err
	}
	var out []PublicCertificate
	for _, c := range found {
		maker, product := makers[c.Data.Producer].Data, goods[c.Data.Product].Data
		if !c.Data.public() || !matches(search, product.Name.VI+" "+product.Name.EN+" "+maker.Name) {
			continue
		}
		shown, err := l.publicCertificate(ctx, c, product, maker)
		if err != nil {
			return nil, err
		}
		out = append(out, shown)
	}
	return out, nil
}

// publicCertificate shows one certificate, with what the product's other
// certificates mean for it.
func (l *Ledger) publicCertificate(ctx context.Context, c Stored[Certificate], product Product, maker Producer) (PublicCertificate, error) {
	if !c.Data.GivesStars() {
		return l.shown(c, nil, product, maker), nil
	}
	all, err := All[Certificate](ctx, l, productRef(c.Data.Product))
	if err != nil {
		return PublicCertificate{}, err
	}
	return l.shown(c, Certificates(all).OCOP(c.Data.Product, l.Today()), product, maker), nil
}

// publicByName shows the recognised ones among products: for each the
// certificate that decides about its stars today.
func (l *Ledger) publicByName(ctx context.Context, found []Stored[Product], search string) ([]PublicCertificate, error) {
	var producers []string
	deciding := map[string]Stored[Certificate]{}
	for _, p := range found {
		if !matches(search, p.Data.Name.VI+" "+p.Data.Name.EN) {
			continue
		}
		all, err := All[Certificate](ctx, l, productRef(p.ID))
		if err != nil {
			return nil, err
		}
		if c := Certificates(all).OCOP(p.ID, l.Today()); c != nil {
			deciding[p.ID] = *c
			producers = append(producers, p.Data.Producer)
		}
	}
	makers, err := HeadsOf[Producer](ctx, l, producers)
	if err != nil {
		return nil, err
	}
	var out []PublicCertificate
	for _, p := range found {
		if c, ok := deciding[p.ID]; ok {
			out = append(out, l.shown(c, &c, p.Data, makers[p.Data.Producer].Data))
		}
	}
	return out, nil
}

// shown is what is public of a certificate. Deciding is the one that decides
// about the product's stars today; nil where none does.
func (l *Ledger) shown(c Stored[Certificate], deciding *Stored[Certificate], product Product, maker Producer) PublicCertificate {
	d, today := c.Data, l.Today()
	out := PublicCertificate{
		Kind: d.Kind, Number: d.Number, Authority: d.Authority, Issued: d.Issued,
		State: d.StateOn(today), Begins: d.ValidFrom, Ends: d.EndedOn(), Confirmed: d.Confirmed.Organisation,
		Product: product.Name, Producer: maker.Name, Commune: maker.Address.Commune, Demonstration: maker.Demonstration,
	}
	switch out.State {
	case CertificateWithdrawn:
		out.Ends, out.Reason = d.Withdrawn.From, d.Withdrawn.Reason
	case CertificateSuperseded:
		out.Ends, out.Reason = d.Superseded.From, d.Superseded.Reason
	}
	if !d.GivesStars() {
		return out
	}
	out.Stars = d.OCOP.Stars
	if deciding == nil || !deciding.Data.StateOn(today).InForce() {
		return out
	}
	if deciding.ID == c.ID {
		out.Counts = true
		return out
	}
	out.Instead = &PublicStars{Stars: deciding.Data.OCOP.Stars, Number: deciding.Data.Number, Issued: deciding.Data.Issued}
	return out
}
