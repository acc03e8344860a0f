package studio

import (
	"strconv"
	"strings"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// choices are what stamps can be drawn on and of.
type choices struct {
	stocks   []labels.Stock
	options  []ui.Option // of the stocks
	products []ui.Option
}

// maxProducts is how many products are offered: a sample needs any of them.
const maxProducts = 100

func (s *studio) choices(v *desk.Visit) (choices, error) {
	var c choices
	offers, stocks, err := s.stocksOf(v)
	if err != nil {
		return c, err
	}
	c.stocks = stocks
	c.options = StockOptions(v.Lang, offers)
	if v.Actor.Role != trace.ProducerRole {
		return c, nil
	}
	list, err := s.Ledger.Products(v.Context(), v.Actor, v.Actor.Producer, "", trace.Paging{Limit: maxProducts})
	for _, p := range list.Items {
		c.products = append(c.products, ui.Option{Value: p.ID, Label: v.Lang.Name(p.Data.Name)})
	}
	return c, err
}

// StockOptions offers stocks by whose they are and how they are fed. One that
// cannot be read any more is left out.
func StockOptions(l ui.Lang, offers []printing.Offer) []ui.Option {
	var out []ui.Option
	for _, o := range offers {
		stock, err := labels.ParseStock([]byte(o.Text))
		if err == nil {
			out = append(out, ui.Option{Value: stock.Name, Label: titleOf(l, stock), Group: stockGroup(l, o.Owner, stock.Kind)})
		}
	}
	return out
}

// fields ask for a view.
func (c choices) fields(v *desk.Visit, w view) []ui.Field {
	fields := []ui.Field{{Name: stockInput, Label: v.T("Loại tem", "Label stock"), Type: ui.Select, Options: c.options, Value: w.stock.Name}}
	if len(c.products) > 0 {
		fields = append(fields, ui.Field{Name: productInput, Label: v.T("Vẽ với sản phẩm", "Draw it with"), Type: ui.Select, Options: c.products, Value: w.product})
	}
	return fields
}

// stockGroup is the heading under which a stock is offered.
func stockGroup(l ui.Lang, owner printing.Owner, kind labels.Kind) string {
	switch {
	case owner == printing.OwnedBySelf:
		return l.T("Của cơ sở", "Your own")
	case owner == printing.OwnedByOffice:
		return l.T("Của Văn phòng OCOP", "Of the programme office")
	}
	return kindName(l, kind)
}

func kindName(l ui.Lang, kind labels.Kind) string {
	switch kind {
	case labels.KindRoll:
		return l.T("Cuộn cho máy in tem", "Rolls for label printers")
	case labels.KindSingle:
		return l.T("Tem rời, gửi nhà in", "Single stamps, for print houses")
	}
	return l.T("Tờ cho máy in văn phòng", "Sheets for office printers")
}

// titleOf is what a stock is called, with the size of its labels.
func titleOf(l ui.Lang, s labels.Stock) string {
	if strings.Contains(s.Title, "×") { // it says so itself
		return s.Title
	}
	return s.Title + " · " + size(l, s)
}

// size is that of one label: 38 × 21 mm.
func size(l ui.Lang, s labels.Stock) string {
	return millimetres(l, s.CellWidth) + " × " + millimetres(l, s.CellHeight) + " mm"
}

func millimetres(l ui.Lang, mm float64) string {
	return trace.Decimal(strconv.FormatFloat(mm, 'f', -1, 64)).In(string(l))
}
