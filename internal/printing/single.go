package printing

import (
	"context"
	"fmt"
	"io"

	"temgoc/internal/trace"
)

// Format is how one stamp is written.
type Format string

// The formats of one stamp.
const (
	SVG Format = "svg" // size in mm, letters as outlines
	PNG Format = "png" // grey, pngDPI pixels to the inch
)

// pngDPI is what an office printer prints.
const pngDPI = 600

// WriteStamp writes one stamp of an order, the index-th from 1, as a picture
// in the size of a label of its stock: the producer does.
func (b *Book) WriteStamp(ctx context.Context, by trace.Actor, id string, index int, format Format, w io.Writer) error {
	s, err := trace.Read(ctx, b.ledger, id, func(o Order) error { return mayPrint(by, o) })
	if err != nil {
		return err
	}
	o := s.Data
	if index < 1 || index > o.Count {
		return fieldError("index", fmt.Sprintf("phải từ 1 đến %d", o.Count), fmt.Sprintf("must be 1 to %d", o.Count))
	}
	if err := b.refuseOutdated(ctx, o); err != nil {
		return err
	}
	sheet, err := b.sheet(ctx, o, Layout{})
	if err != nil {
		return err
	}
	for code, err := range b.codes(o, index-1, 1) {
		if err != nil {
			return err
		}
		label := o.Content.stampOf(code)
		switch format {
		case SVG:
			return refusal(sheet.Template.WriteSVG(w, label, sheet.Stock.CellWidth, sheet.Stock.CellHeight))
		case PNG:
			return refusal(sheet.Template.WritePNG(w, label, sheet.Stock.CellWidth, sheet.Stock.CellHeight, pngDPI))
		}
	}
	return fieldError("format", "phải là svg hoặc png", "must be svg or png")
}
