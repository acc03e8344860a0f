package printing

import (
	"context"
	"io"

	"temgoc/labels"
	"temgoc/labels/thermal"
)

// headMedia is the type of what label printers read: bytes that are theirs alone.
const headMedia = "application/octet-stream"

// usualHead is the resolution of most label printers.
const usualHead = 203

// writeHead writes the stamps for a label printer, after the first one was drawn,
// so that what cannot be printed is refused before the first byte.
func (j job) writeHead(ctx context.Context, w io.Writer) error {
	from, count, err := j.print.part(j.order.Count)
	if err != nil {
		return err
	}
	usual := usualHead
	if j.print.Format == Brother {
		usual = thermal.BrotherQL.Resolutions()[0]
	}
	h := labels.Head{Sheet: j.sheet, Language: thermal.Language(j.print.Format), DPI: j.dpi(usual)}
	first, err := j.stamp(ctx, from)
	if err != nil {
		return err
	}
	if _, err := h.Measure(first); err != nil {
		return err
	}
	return h.WriteHead(w, j.stamps(ctx, from, count))
}
