package api

import (
	"context"
	"net/http"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

func (a *API) searchRoutes() []route {
	return tagged("search",
		operation(http.MethodGet, "/search", "search", "Tìm kiếm", "Search", everyone, a.search,
			about("Tìm theo mã lô, mã tem (nhập hoặc dán địa chỉ trên tem), GS1 Digital Link, số lô, mã GTIN, số giấy chứng nhận, tên sản phẩm, tên chủ thể, tên xã.",
				"By batch or item code, typed or as the address on the stamp, GS1 Digital Link, lot number, GTIN, number of a certificate, words of a product or producer, name of a commune.")),
	)
}

type searchIn struct {
	Text string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"What to look for" example:"K7Q2M-9XR4V"`
}

// Found is the answer to a search.
type Found struct {
	Body FoundGroups
}

// FoundGroups are the finds by kind, at most 10 of each.
type FoundGroups struct {
	Code         *BatchView                     `json:"code,omitempty" doc:"The batch whose code, or one of whose item codes, was given, or that a Digital Link leads to"`
	Suggestion   string                         `json:"suggestion,omitempty" doc:"The code that was probably meant, where a code was mistyped"`
	Lots         []BatchView                    `json:"lots" doc:"Batches with this lot number"`
	Products     []trace.Stored[trace.Product]  `json:"products"`
	Producers    []trace.Stored[trace.Producer] `json:"producers"`
	Certificates []CertificateView              `json:"certificates" doc:"Certificates with this number; digits alone find every number that begins with them"`
	Communes     []FoundCommune                 `json:"communes" doc:"Communes of this name with the producers there"`
}

// A FoundCommune is a commune of the name with its producers.
type FoundCommune struct {
	Code      string                         `json:"code"`
	Name      catalog.Name                   `json:"name"`
	Producers []trace.Stored[trace.Producer] `json:"producers"`
}

func (a *API) search(ctx context.Context, in *searchIn) (*Found, error) {
	found, err := a.Ledger.Search(ctx, actorOf(ctx), in.Text)
	if err != nil {
		return nil, err
	}
	out := FoundGroups{
		Suggestion: found.Suggestion.Display(), Lots: views(found.Lots, viewBatch), Products: given(found.Products),
		Producers: given(found.Producers), Certificates: views(found.Certificates, a.viewCertificate),
		Communes: views(found.Communes, func(c trace.CommuneFind) FoundCommune {
			return FoundCommune{c.Commune.Code, c.Commune.Name, given(c.Producers)}
		}),
	}
	if found.Batch != nil {
		v := viewBatch(*found.Batch)
		out.Code = &v
	}
	return &Found{out}, nil
}

// views shows each of a list; an empty one is a list too.
func views[T, V any](all []T, view func(T) V) []V {
	out := make([]V, len(all))
	for i, x := range all {
		out[i] = view(x)
	}
	return out
}

// given keeps an empty list from becoming null.
func given[T any](all []T) []T { return views(all, func(x T) T { return x }) }
