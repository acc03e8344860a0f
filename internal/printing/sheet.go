package printing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/labels"
)

// MaxSheetStamps is how many stamps one PDF may have. A larger order is
// printed in parts.
const MaxSheetStamps = 20_000

// A Layout says how an order is put on paper. The zero value prints all of it
// on its own stock.
type Layout struct {
	Stock            string  // the order's when empty
	StartCell        int     // first cell to print, from 1; 0 means 1
	OffsetX, OffsetY float64 // in mm
	From             int     // first stamp to print, from 1; 0 means 1
	Count            int     // how many; 0 means all that are left
}

// captions are the words on the stamp, as on labels everywhere in Vietnam.
var captions = labels.Captions{Lot: "Lô", Production: "NSX", Expiry: "HSD", Stars: "OCOP"}

// stampOf is a stamp of the order's content with the code.
func (c Content) stampOf(code stamp.Code) labels.Stamp {
	s := labels.Stamp{
		Payload: c.Address + code.String(), ShortCode: code.Display(),
		Product: c.Product, Producer: c.Producer, Lot: c.Lot,
		ProductionDate: c.Production.Vietnamese(), ExpiryDate: c.Expiry.Vietnamese(),
		Stars: c.Stars, Captions: captions,
	}
	if c.Demonstration {
		s.Note = "Dữ liệu minh họa"
	}
	return s
}

// codes gives the codes of the order from its from-th stamp on, counted from 0.
func (b *Book) codes(o Order, from, count int) iter.Seq2[stamp.Code, error] {
	return func(yield func(stamp.Code, error) bool) {
		batch, err := stamp.ParseBatchCode(o.Batch)
		if err != nil {
			yield(stamp.Code{}, err)
			return
		}
		sealer, err := b.keys.Sealer(o.KeyID, batch)
		if err != nil {
			yield(stamp.Code{}, fmt.Errorf("%w: %w", trace.ErrUnavailable, err))
			return
		}
		for i := from; i < from+count; i++ {
			code := batch.Code()
			if o.Codes == ItemCodes {
				code = sealer.Item(o.First + uint32(i)).Code()
			}
			if !yield(code, nil) {
				return
			}
		}
	}
}

// A Code is one code of an order.
type Code struct {
	Index   int    `json:"index" doc:"Position in the order, from 1"`
	Code    string `json:"code"`
	Display string `json:"display" doc:"As it is printed for people"`
	Address string `json:"address" doc:"What the QR code says"`
}

// MaxCodes is how many codes Codes returns at most.
const MaxCodes = 1000

// Codes returns at most limit codes of an order from the from-th on, counted
// from 1; fewer at its end. Orders of batch codes have one.
func (b *Book) Codes(ctx context.Context, by trace.Actor, id string, from, limit int) ([]Code, error) {
	s, err := b.Order(ctx, by, id)
	if err != nil {
		return nil, err
	}
	total := s.Data.Count
	if s.Data.Codes == BatchCodes {
		total = 1
	}
	if from < 1 {
		return nil, fieldError("from", "phải từ 1 trở lên", "must be 1 or more")
	}
	if limit < 1 || limit > MaxCodes {
		return nil, fieldError("limit", fmt.Sprintf("phải từ 1 đến %d", MaxCodes), fmt.Sprintf("must be 1 to %d", MaxCodes))
	}
	out := []Code{}
	for code, err := range b.codes(s.Data, from-1, max(0, min(limit, total-from+1))) {
		if err != nil {
			return nil, err
		}
		out = append(out, Code{
			Index: from + len(out), Code: code.String(), Display: code.Display(), Address: s.Data.Content.Address + code.String(),
		})
	}
	return out, nil
}

// WriteSheet writes the stamps of an order as a PDF: the producer does. The
// same order and layout give the same bytes, or are refused once the stamps
// would be untrue. Whatever can be refused is refused before the first byte.
func (b *Book) WriteSheet(ctx context.Context, by trace.Actor, id string, layout Layout, w io.Writer) error {
	s, err := trace.Read(ctx, b.ledger, id, func(o Order) error { return mayPrint(by, o) })
	if err != nil {
		return err
	}
	o := s.Data
	if err := b.refuseOutdated(ctx, o); err != nil {
		return err
	}
	sheet, err := b.sheet(ctx, o, layout)
	if err != nil {
		return err
	}
	from, count, err := layout.part(o.Count)
	if err != nil {
		return err
	}
	stamps := func(yield func(labels.Stamp, error) bool) {
		for code, err := range b.codes(o, from, count) {
			if err == nil {
				err = ctx.Err()
			}
			if !yield(o.Content.stampOf(code), err) {
				return
			}
		}
	}
	if err := b.printable(ctx, o, layout); err != nil {
		return err
	}
	return refusal(sheet.WritePDF(w, stamps))
}

func (b *Book) sheet(ctx context.Context, o Order, l Layout) (labels.Sheet, error) {
	stock, err := o.stock()
	if l.Stock != "" && l.Stock != o.Stock {
		stock, err = b.stockNamed(ctx, o.Producer, l.Stock)
	}
	if err != nil {
		return labels.Sheet{}, err
	}
	template, err := o.template()
	if err != nil {
		return labels.Sheet{}, err
	}
	if l.StartCell < 0 || l.StartCell > stock.Cells() {
		return labels.Sheet{}, fieldError(labels.FieldStartCell,
			fmt.Sprintf("phải từ 1 đến %d", stock.Cells()), fmt.Sprintf("must be 1 to %d", stock.Cells()))
	}
	for field, mm := range map[string]float64{labels.FieldOffsetX: l.OffsetX, labels.FieldOffsetY: l.OffsetY} {
		if !(math.Abs(mm) <= labels.MaxOffset) { // NaN is refused too
			return labels.Sheet{}, fieldError(field, fmt.Sprintf("phải từ -%[1]v đến %[1]v mm", labels.MaxOffset),
				fmt.Sprintf("must be -%[1]v to %[1]v mm", labels.MaxOffset))
		}
	}
	return labels.Sheet{
		Stock: stock, Template: template, StartCell: l.StartCell, OffsetX: l.OffsetX, OffsetY: l.OffsetY,
		Title: fmt.Sprintf("Tem truy xuất nguồn gốc – %s – %s-%d", o.Content.Product, o.Batch, o.Number), Lang: "vi",
	}, nil
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

// printable refuses content that the order's stock cannot carry, so that an
// order that exists can be printed.
func (b *Book) printable(ctx context.Context, o Order, layout Layout) error {
	sheet, err := b.sheet(ctx, o, layout)
	if err != nil {
		return err
	}
	for code, err := range b.codes(o, 0, 1) {
		if err != nil {
			return err
		}
		return refusal(sheet.Check(o.Content.stampOf(code)))
	}
	return nil
}

func unknownStock() error {
	known := strings.Join(labels.StockNames(), ", ")
	return fieldError(labels.FieldStock, "chỉ có các khổ giấy "+known, "must be one of "+known)
}

func fieldError(field, vi, en string) error {
	return trace.FieldErrors{{Field: field, Message: catalog.Name{VI: vi, EN: en}}}
}

// refusal turns what the label library refuses into an error of the field.
func refusal(err error) error {
	if fit, ok := errors.AsType[*labels.FitError](err); ok {
		return fieldError(fit.Field, fmt.Sprintf("%q quá dài, không in vừa tem ở cỡ chữ đọc được", fit.Text),
			fmt.Sprintf("%q is too long for the stamp at a legible size", fit.Text))
	}
	if glyph, ok := errors.AsType[*labels.GlyphError](err); ok {
		return fieldError(glyph.Field, fmt.Sprintf("có ký tự không in được: %q (%U)", glyph.Rune, glyph.Rune),
			fmt.Sprintf("has a character that cannot be printed: %q (%U)", glyph.Rune, glyph.Rune))
	}
	if value, ok := errors.AsType[*labels.ValueError](err); ok {
		return fieldError(value.Field, "không hợp lệ: "+value.Reason, value.Reason)
	}
	return err
}
