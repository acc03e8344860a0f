package producer

import (
	"errors"
	"net/url"
	"strings"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A batchesPage lists the batches.
type batchesPage struct {
	desk.Frame
	Search  string
	Wrong   string // with the search
	Product string
	State   string
	// Products to narrow the list to, and the states as links.
	Products []option
	States   []desk.Link
	Items    []batchLine
	Pager    desk.Pager
	New      string
	// Narrowed says that there may be others.
	Narrowed bool
}

// Template implements ui.Page.
func (batchesPage) Template() string { return "batches.html" }

// An option is one choice of a filter.
type option struct {
	Value, Label string
	Chosen       bool
}

// A batchLine is one batch in a list.
type batchLine struct {
	Href, Product, Lot, Code string
	Made, Quantity           string
	State                    desk.Badge
}

// stateFilters are the states that the list can be narrowed to, by the word in
// the address.
var stateFilters = []struct {
	word  string
	state trace.BatchState
}{
	{"dang-ghi", trace.BatchOpen}, {"xuat-xuong", trace.BatchReleased}, {"tam-dung", trace.BatchHeld},
	{"thu-hoi", trace.BatchRecalled}, {"ket-thuc", trace.BatchClosed},
}

func (b *business) batches(v *desk.Visit) (desk.Answer, error) {
	search := strings.TrimSpace(v.Query("q"))
	if code, ok := b.isBatch(v, search); ok {
		return v.Redirect(batchPath(code), "", ""), nil
	}
	page := &batchesPage{Frame: v.Frame("Lô hàng", "Batches"), Search: search, Product: v.Query("sp"), State: v.Query("tt"), New: batchesPath + "/moi"}
	page.Narrowed = search != "" || page.Product != "" || page.State != ""
	query := trace.BatchQuery{Producer: v.Actor.Producer, Product: page.Product, Lot: search}
	page.States = append(page.States, page.stateLink(v, v.T("Tất cả", "All"), ""))
	for _, f := range stateFilters {
		page.States = append(page.States, page.stateLink(v, sentenceCase(v.Lang.Name(f.state.Name())), f.word))
		if f.word == page.State {
			query.State = f.state
		}
	}
	products, err := b.allProducts(v)
	if err != nil {
		return desk.Answer{}, err
	}
	for _, p := range sellable(products) {
		page.Products = append(page.Products, option{p.ID, p.Data.Label(), p.ID == page.Product})
	}
	list, err := b.Ledger.Batches(v.Context(), v.Actor, query, v.Paging())
	var wrong trace.FieldErrors
	if errors.As(err, &wrong) {
		page.Wrong = v.T("Không có mã lô hay số lô nào viết như vậy.", "No batch code or lot number is written like that.")
		return desk.Show(page), nil
	}
	if err != nil {
		return desk.Answer{}, err
	}
	names := labels(products)
	for _, s := range list.Items {
		page.Items = append(page.Items, batchLineOf(v, s, names))
	}
	page.Pager = v.Pager(list.Next)
	if page.Product != "" {
		page.New += "?sp=" + page.Product
	}
	return desk.Show(page), nil
}

// isBatch finds the batch whose code, or whose stamp's address, was typed.
func (b *business) isBatch(v *desk.Visit, typed string) (string, bool) {
	code, err := stamp.Parse(typed[strings.LastIndexByte(typed, '/')+1:])
	if err != nil {
		return "", false
	}
	s, err := b.Ledger.Batch(v.Context(), v.Actor, code.Batch().String())
	return s.ID, err == nil && s.Data.Producer == v.Actor.Producer
}

func (p *batchesPage) stateLink(v *desk.Visit, label, word string) desk.Link {
	query := url.Values{}
	for name, value := range map[string]string{"q": p.Search, "sp": p.Product, "tt": word} {
		if value != "" {
			query.Set(name, value)
		}
	}
	href := batchesPath
	if len(query) > 0 {
		href += "?" + query.Encode()
	}
	return desk.Link{Label: label, Href: href, Current: word == p.State}
}

func batchLineOf(v *desk.Visit, s trace.Stored[trace.Batch], names map[string]string) batchLine {
	return batchLine{
		Href: batchPath(s.ID), Product: names[s.Data.Product], Lot: s.Data.Lot.String(), Code: desk.Display(s.ID),
		Made: v.Lang.Date(s.Data.Production), Quantity: v.Lang.Quantity(s.Data.Quantity), State: desk.StateBadge(v.Lang, s.Data.State),
	}
}
