package printing

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"temgoc/internal/trace"
	"temgoc/labels"
)

// Format is how stamps are written: what an office printer, a program or a label
// printer understands.
type Format string

// The formats. The last two are not stamps, but what somebody needs who composes
// them.
const (
	PDF     Format = "pdf"     // whole sheets
	SVG     Format = "svg"     // one stamp, in mm, letters as outlines
	PNG     Format = "png"     // one stamp, grey
	ZPL     Format = "zpl"     // Zebra and many others
	TSPL    Format = "tspl"    // TSC, Xprinter, Gprinter, HPRT …
	EPL     Format = "epl"     // older Zebra and Eltron
	ESCPOS  Format = "escpos"  // receipt printers
	Brother Format = "brother" // Brother QL
	CSV     Format = "csv"     // the codes
	ZIP     Format = "zip"     // a delivery to a print house
)

// Languages lists what printers understand.
func Languages() []Format { return []Format{PDF, ZPL, TSPL, EPL, ESCPOS, Brother} }

// An Output is how a format is written and served.
type Output struct {
	Format Format
	Media  string
	Ending string // of a file's name
	// One tells that a file holds one stamp, the one at Print.Index.
	One bool

	write func(job, context.Context, io.Writer) error
}

// Outputs lists the formats in which stamps are written, the usual one first.
func Outputs() []Output {
	return []Output{
		{PDF, "application/pdf", "pdf", false, job.writePDF},
		{SVG, "image/svg+xml", "svg", true, job.writeSVG},
		{PNG, "image/png", "png", true, job.writePNG},
		{ZPL, headMedia, "zpl", false, job.writeHead},
		{TSPL, headMedia, "tspl", false, job.writeHead},
		{EPL, headMedia, "epl", false, job.writeHead},
		{ESCPOS, headMedia, "bin", false, job.writeHead},
		{Brother, headMedia, "bin", false, job.writeHead},
		{CSV, "text/csv; charset=utf-8", "csv", false, job.writeCodes},
		{ZIP, "application/zip", "zip", false, job.writeDelivery},
	}
}

// Formats lists their names.
func Formats() (all []Format) {
	for _, o := range Outputs() {
		all = append(all, o.Format)
	}
	return all
}

// Output finds how a format is written.
func (f Format) Output() (Output, bool) {
	all := Outputs()
	i := slices.IndexFunc(all, func(o Output) bool { return o.Format == f })
	if i < 0 {
		return Output{}, false
	}
	return all[i], true
}

// Profile tells for whom a PDF file is made.
type Profile string

// The profiles. Files for print houses have bleed, crop marks and what PDF/X asks
// for.
const (
	ForOffice Profile = "office"  // sheets of labels, true to the paper
	ForHouse  Profile = "house"   // one stamp a page
	Imposed   Profile = "imposed" // the labels of the stock on a page
)

// Profiles lists them, the usual one first.
func Profiles() []Profile { return []Profile{ForOffice, ForHouse, Imposed} }

// profiles are what the label library calls them.
var profiles = map[Profile]labels.Profile{"": labels.Office, ForOffice: labels.Office, ForHouse: labels.PrintHouse, Imposed: labels.Imposed}

// A Print says what is to be written of an order. The zero value is a PDF of all
// stamps on the order's own stock, for an office printer that prints true.
type Print struct {
	Layout
	Format  Format  // PDF when empty
	Profile Profile // of a PDF; ForOffice when empty
	Printer string  // id of a printer of the producer; what is known of it is made up for
	DPI     int     // of pictures of dots; the printer's, or what is usual, when 0
	Index   int     // the stamp of formats for one, from 1; 0 means 1
}

// officeDPI is what an office printer prints.
const officeDPI = 600

// dpi is the resolution of a picture of dots.
func (j job) dpi(usual int) int { return cmp.Or(j.print.DPI, j.printer.DPI, usual) }

// WriteLabels writes stamps of an order: the producer does. The same order and
// Print give the same bytes, or are refused once the stamps would be untrue.
// Whatever can be refused is refused before the first byte.
func (b *Book) WriteLabels(ctx context.Context, by trace.Actor, id string, p Print, w io.Writer) error {
	j, err := b.job(ctx, by, id, p)
	if err != nil {
		return err
	}
	output, known := cmp.Or(p.Format, PDF).Output()
	if !known {
		list := join(Outputs(), func(o Output) string { return string(o.Format) })
		return fieldError("format", "phải là một trong: "+list, "must be one of: "+list)
	}
	if !j.order.PIN || output.One { // pictures show no PIN
		return refusal(output.write(j, ctx, w))
	}
	j.secret = true
	return refusal(j.noted(ctx, by, output.Format, w, func(w io.Writer) error { return output.write(j, ctx, w) }))
}

func (j job) writePDF(ctx context.Context, w io.Writer) error {
	from, count, err := j.print.part(j.order.Count)
	if err != nil {
		return err
	}
	return j.sheet.WritePDF(w, j.stamps(ctx, from, count))
}

func (j job) writeSVG(ctx context.Context, w io.Writer) error {
	s, err := j.only(ctx)
	if err != nil {
		return err
	}
	return j.sheet.Template.WriteSVG(w, s, j.sheet.Stock.CellWidth, j.sheet.Stock.CellHeight)
}

func (j job) writePNG(ctx context.Context, w io.Writer) error {
	s, err := j.only(ctx)
	if err != nil {
		return err
	}
	return j.sheet.Template.WritePNG(w, s, j.sheet.Stock.CellWidth, j.sheet.Stock.CellHeight, j.dpi(officeDPI))
}

// only is the stamp that formats for one stamp show.
func (j job) only(ctx context.Context) (labels.Stamp, error) {
	index := cmp.Or(j.print.Index, 1)
	if index < 1 || index > j.order.Count {
		return labels.Stamp{}, fieldError("index", fmt.Sprintf("phải từ 1 đến %d", j.order.Count), fmt.Sprintf("must be 1 to %d", j.order.Count))
	}
	return j.stamp(ctx, index-1)
}
