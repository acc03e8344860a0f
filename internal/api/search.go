package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

func (a *API) searchRoutes() []route {
	return tagged("search",
		operation(http.MethodGet, "/search", "search", "Tìm kiếm", "Search", everyone, a.search,
			about("Tìm theo mã lô, mã tem, số lô, mã GTIN, số giấy chứng nhận, tên sản phẩm, tên chủ thể.",
				"By batch code, item code, lot number, GTIN, number of a certificate, words of a product or producer.")),
	)
}

// searchLimit is how many finds of each kind are returned.
const searchLimit = 10

type searchIn struct {
	Text string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"What to look for" example:"K7Q2M-9XR4V"`
}

// Found is the answer to a search.
type Found struct {
	Body FoundGroups
}

// FoundGroups are the finds by kind, at most 10 of each.
type FoundGroups struct {
	Code         *BatchView                     `json:"code,omitempty" doc:"The batch whose code, or one of whose item codes, was given"`
	Suggestion   string                         `json:"suggestion,omitempty" doc:"The code that was probably meant, where a code was mistyped"`
	Lots         []BatchView                    `json:"lots" doc:"Batches with this lot number"`
	Products     []trace.Stored[trace.Product]  `json:"products"`
	Producers    []trace.Stored[trace.Producer] `json:"producers"`
	Certificates []CertificateView              `json:"certificates" doc:"Certificates with this number"`
}

func (a *API) search(ctx context.Context, in *searchIn) (*Found, error) {
	out := &Found{FoundGroups{
		Lots: []BatchView{}, Products: []trace.Stored[trace.Product]{},
		Producers: []trace.Stored[trace.Producer]{}, Certificates: []CertificateView{},
	}}
	text := strings.TrimSpace(in.Text)
	for _, look := range []func(context.Context, string, *FoundGroups) error{
		a.searchCode, a.searchLots, a.searchWords, a.searchGTIN, a.searchCertificates,
	} {
		if err := look(ctx, text, &out.Body); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// searchCode looks for a batch by its code or by that of an item. An item code
// is not opened: that it looks like one of the batch is enough to find it.
func (a *API) searchCode(ctx context.Context, text string, out *FoundGroups) error {
	code, err := stamp.Parse(text)
	if mistyped, ok := errors.AsType[*stamp.MistypedError](err); ok && !mistyped.Suggestion.IsZero() {
		out.Suggestion = mistyped.Suggestion.Display()
	}
	if err != nil {
		return nil
	}
	s, err := a.Ledger.Batch(ctx, actorOf(ctx), code.Batch().String())
	if errors.Is(err, trace.ErrNotFound) {
		return nil
	}
	if err == nil {
		v := viewBatch(s)
		out.Code = &v
	}
	return err
}

func (a *API) searchLots(ctx context.Context, text string, out *FoundGroups) error {
	if _, err := gs1.ParseLotNumber(text); err != nil {
		return nil
	}
	list, err := a.Ledger.Batches(ctx, actorOf(ctx), trace.BatchQuery{Lot: text}, trace.Paging{Limit: searchLimit})
	for _, s := range list.Items {
		out.Lots = append(out.Lots, viewBatch(s))
	}
	return err
}

func (a *API) searchWords(ctx context.Context, text string, out *FoundGroups) error {
	if len(catalog.Words(text)) == 0 {
		return nil
	}
	products, err := a.Ledger.Products(ctx, actorOf(ctx), "", text, trace.Paging{Limit: searchLimit})
	if err != nil {
		return err
	}
	out.Products = append(out.Products, products.Items...)
	if actorOf(ctx).Role == trace.Laboratory {
		return nil // sees no producers
	}
	producers, err := a.Ledger.Producers(ctx, actorOf(ctx), text, trace.Paging{Limit: searchLimit})
	out.Producers = append(out.Producers, producers.Items...)
	return err
}

// searchGTIN looks for the product that has the number, among those that the
// actor may see.
func (a *API) searchGTIN(ctx context.Context, text string, out *FoundGroups) error {
	gtin, err := gs1.ParseGTIN(text)
	if err != nil {
		return nil
	}
	s, err := a.Ledger.ProductByGTIN(ctx, gtin)
	if err == nil {
		s, err = a.Ledger.Product(ctx, actorOf(ctx), s.ID)
	}
	if errors.Is(err, trace.ErrNotFound) || errors.Is(err, trace.ErrForbidden) {
		return nil
	}
	if err != nil {
		return err
	}
	found := func(p trace.Stored[trace.Product]) bool { return p.ID == s.ID }
	if !slices.ContainsFunc(out.Products, found) { // by the words of its name
		out.Products = append(out.Products, s)
	}
	return nil
}

func (a *API) searchCertificates(ctx context.Context, text string, out *FoundGroups) error {
	if actorOf(ctx).Role == trace.Laboratory {
		return nil // sees no certificates
	}
	list, err := a.Ledger.Certificates(ctx, actorOf(ctx), trace.CertificateQuery{Number: text}, trace.Paging{Limit: searchLimit})
	for _, s := range list.Items {
		out.Certificates = append(out.Certificates, a.viewCertificate(s))
	}
	return err
}
