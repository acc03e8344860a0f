package printing

import (
	"context"
	"io"

	"temgoc/internal/trace"
	"temgoc/labels"
)

// WriteCalibration writes the page against which a printer is measured on the
// paper of a stock, as a PDF: for producers and the office. With the id of a
// printer what is known of it is made up for already, to see whether it is right.
func (b *Book) WriteCalibration(ctx context.Context, by trace.Actor, stock, printer string, w io.Writer) error {
	if by.Role != trace.ProducerRole && by.Role != trace.Office {
		return trace.ErrNotAllowed
	}
	paper, err := b.stockNamed(ctx, by.Producer, stock)
	if err != nil {
		return err
	}
	known := Printer{}
	if printer != "" {
		if known, err = b.usable(ctx, printer, by.Producer); err != nil {
			return err
		}
	}
	sheet, err := known.corrected(labels.Sheet{Stock: paper, Lang: "vi"})
	if err != nil {
		return err
	}
	return refusal(labels.WriteCalibration(w, sheet))
}
