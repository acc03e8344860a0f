package diary

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// A past is what a producer entered lately, to be offered again.
type past struct {
	entries []pastEntry // of the same product first, each the latest first
}

type pastEntry struct {
	kind   string
	same   bool // it was about the same product
	values url.Values
	data   trace.RecordData
}

// How far back offers reach: so many entries, of so many batches of a product.
const (
	rememberedEntries = 200
	rememberedBatches = 200
	offered           = 8
)

// past gathers what was entered lately about the product of a batch, and else.
func (d *diary) past(ctx context.Context, by trace.Actor, b trace.Stored[trace.Batch]) (past, error) {
	records, err := d.Ledger.RecordsOf(ctx, by, b.Data.Producer, trace.Paging{Limit: rememberedEntries})
	if err != nil {
		return past{}, err
	}
	batches, err := d.Ledger.Batches(ctx, by, trace.BatchQuery{Product: b.Data.Product}, trace.Paging{Limit: rememberedBatches})
	if err != nil {
		return past{}, err
	}
	same := map[string]bool{b.ID: true}
	for _, s := range batches.Items {
		same[s.ID] = true
	}
	var of, others []pastEntry
	for _, r := range records.Items {
		if r.Data.Retracted || r.Data.EnteredBy != trace.ProducerRole {
			continue
		}
		values, err := ui.Values(r.Data.RecordData)
		if err != nil {
			return past{}, err
		}
		e := pastEntry{r.Data.Kind, same[r.Data.Batch], values, r.Data.RecordData}
		if e.same {
			of = append(of, e)
		} else {
			others = append(others, e)
		}
	}
	return past{append(of, others...)}, nil
}

// usual is the value of the latest entry of a kind about the same product: what
// another product is grown or packed with is nothing to go by.
func (p past) usual(kind, path string) string {
	for _, e := range p.entries {
		if e.same && e.kind == kind {
			return e.values.Get(path)
		}
	}
	return ""
}

// place is where an entry of the kind was made last; false when none was.
func (p past) place(kind string) (trace.Place, bool) {
	for _, e := range p.entries {
		if e.kind == kind {
			return trace.Place{Name: e.values.Get("place.name"), Commune: e.values.Get("place.commune")}, true
		}
	}
	return trace.Place{}, false
}

// offers are the latest different values of a path.
func (p past) offers(path string) []string {
	var out []string
	for _, e := range p.entries {
		v := e.values.Get(path)
		if v == "" || slices.Contains(out, v) || strings.ContainsRune(v, '\n') {
			continue
		}
		if out = append(out, v); len(out) == offered {
			break
		}
	}
	return out
}

// stages tells which kinds of entries other batches of the product had.
func (p past) stages(batch string) map[string]bool {
	used := map[string]bool{}
	for _, e := range p.entries {
		if e.same && e.data.Batch != batch {
			used[e.kind] = true
		}
	}
	return used
}
