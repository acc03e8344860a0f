package printing

import (
	"context"
	"errors"
	"fmt"
	"math"

	"temgoc/internal/trace"
	"temgoc/labels"
)

// MaxSheetStamps is how many stamps one file may have: more than a thousand
// sheets, which viewers and printers still take. A larger order is printed in
// parts.
const MaxSheetStamps = 100_000

// FileStamps is how many stamps a file has that is one of several: whole sheets,
// so that in the next file too the sheets are those that reports count by.
func FileStamps(s labels.Stock) int { return MaxSheetStamps - MaxSheetStamps%s.Cells() }

// A Layout says how an order is put on paper. The zero value prints all of it
// on its own stock.
type Layout struct {
	Stock            string  // the order's when empty
	StartCell        int     // first cell to print, from 1; 0 means 1
	Begun            bool    // leave out the cells that are gone of the sheet begun, see Paper
	OffsetX, OffsetY float64 // in mm, besides the printer's
	From             int     // first stamp to print, from 1; 0 means 1
	Count            int     // how many; 0 means all that are left
}

// sheet puts the order's design, the layout and what is known of the printer
// together.
func (b *Book) sheet(ctx context.Context, o Order, l Layout, p Printer) (labels.Sheet, error) {
	stock, template, err := o.Drawn()
	if err != nil {
		return labels.Sheet{}, err
	}
	if l.Stock != "" && l.Stock != o.Stock {
		if stock, err = b.stockNamed(ctx, o.Producer, l.Stock); err != nil {
			return labels.Sheet{}, err
		}
	}
	if l.StartCell < 0 || l.StartCell > stock.Cells() {
		return labels.Sheet{}, fieldError(labels.FieldStartCell,
			fmt.Sprintf("phải từ 1 đến %d", stock.Cells()), fmt.Sprintf("must be 1 to %d", stock.Cells()))
	}
	used, err := b.usedCells(ctx, o.Producer, stock, l)
	if err != nil {
		return labels.Sheet{}, err
	}
	s, err := p.corrected(labels.Sheet{Stock: stock, Template: template, StartCell: l.StartCell, Used: used, OffsetX: l.OffsetX, OffsetY: l.OffsetY, Lang: "vi"})
	s.Title = fmt.Sprintf("Tem truy xuất nguồn gốc – %s – %s-%d", o.Content.Product, o.Batch, o.Number)
	return s, err
}

// corrected makes up for what a printer does.
func (p Printer) corrected(s labels.Sheet) (labels.Sheet, error) {
	x, y := s.OffsetX+float64(p.OffsetX)/1000, s.OffsetY+float64(p.OffsetY)/1000
	for field, mm := range map[string]float64{labels.FieldOffsetX: x, labels.FieldOffsetY: y} {
		if !(math.Abs(mm) <= labels.MaxOffset) { // NaN is refused too
			return labels.Sheet{}, fieldError(field, fmt.Sprintf("phải từ -%[1]v đến %[1]v mm, tính cả máy in", labels.MaxOffset),
				fmt.Sprintf("must be -%[1]v to %[1]v mm, the printer's included", labels.MaxOffset))
		}
	}
	s.OffsetX, s.OffsetY, s.ScaleX, s.ScaleY = x, y, scale(p.ScaleX), scale(p.ScaleY)
	if p.MinModule > 0 {
		s.MinModule = float64(p.MinModule) * mmPerInch / float64(p.DPI)
	}
	return s, nil
}

const mmPerInch = 25.4

// scale is the factor that a deviation in millionths stands for; 0, for none,
// leaves measures to the last digit as they are.
func scale(ppm int) float64 {
	if ppm == 0 {
		return 0
	}
	return 1 + float64(ppm)/1e6
}

// usedCells are those of the sheet begun, where the layout goes on with it.
func (b *Book) usedCells(ctx context.Context, producer string, stock labels.Stock, l Layout) ([]int, error) {
	if !l.Begun || stock.Kind != labels.KindSheet {
		return nil, nil
	}
	s, err := trace.Head[Paper](ctx, b.ledger, paperID(producer, stock.Name))
	if errors.Is(err, trace.ErrNotFound) {
		return nil, nil
	}
	return s.Data.goneOf(stock.Cells()), err
}

// part is the run of stamps that the layout asks for, from 0.
func (l Layout) part(total int) (from, count int, err error) {
	from = max(l.From, 1) - 1
	if l.From < 0 || from >= total {
		return 0, 0, fieldError("from", fmt.Sprintf("phải từ 1 đến %d", total), fmt.Sprintf("must be 1 to %d", total))
	}
	count = l.Count
	if count == 0 {
		count = total - from
	}
	if limit := min(total-from, MaxSheetStamps); count < 1 || count > limit {
		return 0, 0, fieldError("count", fmt.Sprintf("phải từ 1 đến %d tem trong một tệp", limit),
			fmt.Sprintf("must be 1 to %d stamps in one file", limit))
	}
	return from, count, nil
}
