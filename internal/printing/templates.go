package printing

import (
	"cmp"
	"context"
	"io"
	"slices"

	"temgoc/internal/gs1"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/labels"
)

// Owner tells whose a template or a stock is.
type Owner string

// The owners.
const (
	OwnedBySelf   Owner = "own"     // of the producer that asks
	OwnedByOffice Owner = "office"  // for everybody
	BuiltIn       Owner = "builtin" // comes with the program
)

// An Offer is a template or a stock that one may choose.
type Offer struct {
	Name  string `json:"name" doc:"How orders name it"`
	Title string `json:"title" doc:"For people"`
	About string `json:"about,omitempty" doc:"What it is for, or where its measures are from"`
	Owner Owner  `json:"owner" enum:"own,office,builtin"`
	ID    string `json:"id,omitempty" doc:"Of the document, where it is not built in"`
	Text  string `json:"text" doc:"YAML"`
}

// Templates lists the templates that the actor may use, its own first and then
// the office's; those that fit the stock where one is named.
func (b *Book) Templates(ctx context.Context, by trace.Actor, stock string) ([]Offer, error) {
	if !by.Role.Known() {
		return nil, trace.ErrNotAllowed
	}
	fits := func(*labels.Template) bool { return true }
	if stock != "" {
		s, err := b.stockNamed(ctx, by.Producer, stock)
		if err != nil {
			return nil, err
		}
		fits = func(t *labels.Template) bool { return t.Fits(s) }
	}
	offers, err := b.offers(ctx, TemplateShape, by, func(text string) (Offer, bool) {
		t, err := labels.ParseTemplate([]byte(text))
		return offerTemplate(t), err == nil && fits(t)
	})
	for _, t := range labels.Templates() {
		if fits(t) {
			offers = append(offers, offerTemplate(t))
		}
	}
	return offers, err
}

func offerTemplate(t *labels.Template) Offer {
	if t == nil {
		return Offer{}
	}
	return Offer{Name: t.Name, Title: t.Title, About: t.About, Owner: BuiltIn, Text: t.Text()}
}

// Stocks lists the stocks that the actor may use, its own first and then the
// office's.
func (b *Book) Stocks(ctx context.Context, by trace.Actor) ([]Offer, error) {
	if !by.Role.Known() {
		return nil, trace.ErrNotAllowed
	}
	offers, err := b.offers(ctx, StockShape, by, func(text string) (Offer, bool) {
		s, err := labels.ParseStock([]byte(text))
		return offerStock(s), err == nil
	})
	for _, s := range labels.Stocks() {
		offers = append(offers, offerStock(s))
	}
	return offers, err
}

func offerStock(s labels.Stock) Offer {
	return Offer{Name: s.Name, Title: s.Title, About: s.Source, Owner: BuiltIn, Text: s.Text()}
}

// offers are the patterns of the actor and of the office. One that the program
// no longer reads, or that does not fit, is left out; so is the office's where
// the actor has one of that name.
func (b *Book) offers(ctx context.Context, shape Shape, by trace.Actor, read func(text string) (Offer, bool)) ([]Offer, error) {
	all := []Offer{}
	for _, owner := range slices.Compact([]string{by.Producer, ""}) {
		patterns, err := b.patterns(ctx, shape, owner)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(patterns, func(x, y Pattern) int { return cmp.Compare(x.Name, y.Name) })
		for _, p := range patterns {
			o, ok := read(p.Text)
			if !ok || slices.ContainsFunc(all, func(own Offer) bool { return own.Name == o.Name }) {
				continue
			}
			o.Owner, o.ID, o.Text = OwnedBySelf, patternID(shape, owner, p.Name), p.Text
			if owner == "" {
				o.Owner = OwnedByOffice
			}
			all = append(all, o)
		}
	}
	return all, nil
}

// A Preview says what to draw before it is kept.
type Preview struct {
	Text  string `json:"text,omitempty" maxLength:"65536" doc:"The template, YAML; the layout that adapts to the stock when left out"`
	Stock string `json:"stock" doc:"Label stock" example:"tomy-145"`
	Codes Codes  `json:"codes,omitempty" enum:"batch,item" doc:"What the sample carries; a batch code when left out"`
	// Product lends the sample its name and that of its producer.
	Product string `json:"product,omitempty" maxLength:"200" doc:"Id of the product that the sample is of; an invented one when left out"`
}

// PreviewTemplate draws a sample stamp as SVG: for producers and the office. It
// keeps nothing. The code of the sample was never given out.
func (b *Book) PreviewTemplate(ctx context.Context, by trace.Actor, p Preview, w io.Writer) error {
	if by.Role != trace.ProducerRole && by.Role != trace.Office {
		return trace.ErrNotAllowed
	}
	stock, err := b.stockNamed(ctx, by.Producer, p.Stock)
	if err != nil {
		return err
	}
	var template *labels.Template
	if p.Text != "" {
		if template, err = labels.ParseTemplate([]byte(p.Text)); err != nil {
			return textRefusal(err)
		}
	}
	sample, err := b.sample(ctx, by, p, template)
	if err != nil {
		return err
	}
	return refusal(template.WriteSVG(w, sample, stock.CellWidth, stock.CellHeight))
}

// The codes of samples spell "tem mẫu", a sample stamp.
const (
	sampleBatch = "TEMMAV0008"
	sampleItem  = "TEMMAV000P7Q3X9TKDM7"
)

// sampleGTIN is one that GS1 keeps for examples.
const sampleGTIN = "09521234000013"

// sample is a stamp such as they are, with names that fit the smallest labels.
// Its dates, lot and stars are invented even where its product is not.
func (b *Book) sample(ctx context.Context, by trace.Actor, p Preview, t *labels.Template) (labels.Stamp, error) {
	text := sampleBatch
	if p.Codes == ItemCodes {
		text = sampleItem
	}
	code, err := stamp.Parse(text)
	if err != nil {
		return labels.Stamp{}, err
	}
	gtin, err := gs1.ParseGTIN(sampleGTIN)
	if err != nil {
		return labels.Stamp{}, err
	}
	today := b.ledger.Now()
	c := Content{
		Address: b.address, Product: "Chè Shan tuyết", Producer: "HTX Chè Mây Trắng", Lot: "CS-2611-01", GTIN: gtin,
		Production: trace.DateOf(today), Packing: trace.DateOf(today.AddDate(0, 0, 2)), Expiry: trace.DateOf(today.AddDate(2, 0, 0)), Stars: 4,
	}
	if p.Product != "" {
		if err := b.lend(ctx, by, p.Product, &c); err != nil {
			return labels.Stamp{}, err
		}
	}
	if err := c.link(t); err != nil {
		return labels.Stamp{}, err
	}
	return c.coded(c.blank(), code), nil
}

// lend gives a sample the names and the number of a product.
func (b *Book) lend(ctx context.Context, by trace.Actor, id string, c *Content) error {
	product, err := b.ledger.Product(ctx, by, id)
	if err != nil {
		return err
	}
	producer, err := b.ledger.Producer(ctx, by, product.Data.Producer)
	if err != nil {
		return err
	}
	c.Product, c.Producer, c.GTIN = product.Data.Label(), producer.Data.Label(), product.Data.GTIN
	return nil
}
