package printing

import (
	"context"
	"fmt"

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

// FieldTemplate names the template in errors.
const FieldTemplate = labels.FieldTemplate

// design writes out the template and the stock of these names, which may be
// the producer's own or the office's. An empty template is the layout that
// adapts to the stock.
func (b *Book) design(ctx context.Context, by trace.Actor, producer, template, stock string) (Design, error) {
	if err := mayKeep(by, producer); err != nil {
		return Design{}, err
	}
	s, err := b.stockNamed(ctx, producer, stock)
	if err != nil {
		return Design{}, err
	}
	t, err := b.templateNamed(ctx, producer, template)
	if err != nil {
		return Design{}, err
	}
	if t != nil && !t.Fits(s) {
		return Design{}, fieldError(FieldTemplate,
			fmt.Sprintf("mẫu %q không dành cho tem %v × %v mm của loại tem này", t.Name, s.CellWidth, s.CellHeight),
			fmt.Sprintf("%q is not made for the labels of this stock, %v × %v mm", t.Name, s.CellWidth, s.CellHeight))
	}
	return Design{Template: t.Text(), Stock: s.Text()}, nil
}

// stockNamed is a stock that a producer may use.
func (b *Book) stockNamed(ctx context.Context, producer, name string) (labels.Stock, error) {
	text, err := b.textOf(ctx, StockShape, producer, name)
	if err != nil {
		return labels.Stock{}, err
	}
	if text != "" {
		return labels.ParseStock([]byte(text))
	}
	stock, err := labels.StockByName(name)
	if err != nil {
		return labels.Stock{}, unknownStock()
	}
	return stock, nil
}

// templateNamed is a template that a producer may use; nil for "".
func (b *Book) templateNamed(ctx context.Context, producer, name string) (*labels.Template, error) {
	if name == "" {
		return nil, nil
	}
	text, err := b.textOf(ctx, TemplateShape, producer, name)
	if err != nil {
		return nil, err
	}
	if text != "" {
		return labels.ParseTemplate([]byte(text))
	}
	template, err := labels.TemplateByName(name)
	if err != nil {
		return nil, fieldError(FieldTemplate, fmt.Sprintf("không có mẫu tem %q", name), fmt.Sprintf("%q is not a template", name))
	}
	return template, nil
}

// Drawn is the order's design: its label stock, and its template, nil for the
// layout that adapts to the stock.
func (o Order) Drawn() (labels.Stock, *labels.Template, error) {
	stock, err := o.stock()
	if err != nil {
		return labels.Stock{}, nil, err
	}
	template, err := o.template()
	return stock, template, err
}

// stock is the order's label stock as it was when the order was made; that of
// its name for an order that was made before designs were kept.
func (o Order) stock() (labels.Stock, error) {
	if o.Design.Stock != "" {
		return labels.ParseStock([]byte(o.Design.Stock))
	}
	stock, err := labels.StockByName(o.Stock)
	if err != nil {
		return labels.Stock{}, unknownStock()
	}
	return stock, nil
}

// template is the order's template as it was when the order was made; nil for
// the layout that adapts to the stock.
func (o Order) template() (*labels.Template, error) {
	if o.Design.Template == "" {
		return nil, nil
	}
	return labels.ParseTemplate([]byte(o.Design.Template))
}
