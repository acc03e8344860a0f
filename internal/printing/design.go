package printing

import (
	"context"

	"temgoc/internal/trace"
	"temgoc/labels"
)

// A Design is how the stamps of an order look, written out: whoever edits a
// template or a stock later changes no order that exists. Either is empty for
// orders that were made before designs were kept; Template also for stamps that
// are laid out by themselves.
type Design struct {
	Template string `json:"template,omitempty" doc:"The template, as it was when the order was made"`
	Stock    string `json:"stock,omitempty" doc:"The label stock, as it was when the order was made"`
}

// design writes out the template and the stock of these names, which may be
// those that the producer made itself. An empty template is the layout that
// adapts to the stock.
func (b *Book) design(_ context.Context, _ trace.Actor, _, template, stock string) (Design, error) {
	if _, err := labels.StockByName(stock); err != nil {
		return Design{}, unknownStock()
	}
	if template != "" {
		return Design{}, fieldError(FieldTemplate, "không có mẫu tem này", "is not a template")
	}
	return Design{}, nil
}

// FieldTemplate names the template in errors.
const FieldTemplate = "template"

// stockNamed is a stock that a producer may use.
func (b *Book) stockNamed(_ context.Context, _, name string) (labels.Stock, error) {
	stock, err := labels.StockByName(name)
	if err != nil {
		return labels.Stock{}, unknownStock()
	}
	return stock, nil
}
