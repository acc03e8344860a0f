package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func (a *API) deliveryRoutes() []route {
	producer := []trace.Role{trace.ProducerRole}
	return tagged("orders",
		operation(http.MethodGet, "/orders/{id}/labels", "getLabels", "Tệp in tem", "Print the stamps of an order", producer, a.labels,
			answers(labelMedia()...),
			about("PDF cả tờ, SVG hoặc PNG cho một tem, hoặc lệnh cho máy in tem.", "PDF of whole sheets, SVG or PNG of one stamp, or what a label printer understands.")),
		operation(http.MethodGet, "/orders/{id}/codes.csv", "getCodes", "Danh sách mã dạng CSV", "All codes of an order as CSV", producer, a.codesFile,
			answers("text/csv"),
			about("UTF-8 có BOM, xuống dòng kiểu Windows, mở được bằng Excel.", "UTF-8 with a byte order mark and the line ends of Windows, as Excel wants it.")),
		operation(http.MethodGet, "/orders/{id}/delivery.zip", "getDelivery", "Gói dữ liệu cho nhà in", "What a print house needs", producer, a.delivery,
			answers("application/zip"),
			about("Danh sách mã (CSV, XLSX, tối đa 20.000 mã mỗi tệp), manifest.json, hình mẫu và hướng dẫn. Cùng một lệnh in luôn cho cùng một gói, từng byte.",
				"The codes (CSV, XLSX, at most 20,000 in a file), manifest.json, a sample and a README. The same order gives the same bytes for ever.")),
	)
}

func (a *API) codesFile(ctx context.Context, in *ByID) (*Download, error) {
	return a.labels(ctx, &labelsIn{ByID: *in, Format: printing.CSV})
}

func (a *API) delivery(ctx context.Context, in *ByID) (*Download, error) {
	return a.labels(ctx, &labelsIn{ByID: *in, Format: printing.ZIP})
}

// labelMedia are the content types of stamps.
func labelMedia() (media []string) {
	for _, o := range printing.Outputs() {
		if !slices.Contains(media, o.Media) {
			media = append(media, o.Media)
		}
	}
	return media
}

type labelsIn struct {
	ByID
	Format    printing.Format `query:"format" default:"pdf" doc:"pdf: whole sheets; svg, png: one stamp; zpl, tspl, epl, escpos, brother: for a label printer; csv: the codes; zip: what a print house needs"`
	Profile   string          `query:"profile" enum:"office,house,imposed" default:"office" doc:"For whom the PDF is made: an office printer, or a print house (bleed, crop marks, PDF/X-ready) with one stamp a page or the stock's labels imposed"`
	Printer   string          `query:"printer" maxLength:"100" doc:"Id of a printer: its shift, scale and resolution are made up for"`
	DPI       int             `query:"dpi" minimum:"0" maximum:"2400" doc:"Dots to the inch of pictures; the printer's, or what is usual, when left out"`
	Stock     string          `query:"stock" maxLength:"60" doc:"Label stock of the sheets; the order's when left out" example:"tomy-145"`
	StartCell int             `query:"startCell" minimum:"0" maximum:"1000" doc:"First cell of the first sheet to print, from 1"`
	Begun     bool            `query:"begun" doc:"Leave out the cells that are gone of the sheet begun"`
	OffsetX   float64         `query:"offsetX" minimum:"-20" maximum:"20" doc:"Shift to the right, in mm, besides the printer's"`
	OffsetY   float64         `query:"offsetY" minimum:"-20" maximum:"20" doc:"Shift downwards, in mm, besides the printer's"`
	From      int             `query:"from" minimum:"0" doc:"First stamp to print, from 1"`
	Count     int             `query:"count" minimum:"0" doc:"How many stamps; all that are left when left out"`
	Index     int             `query:"index" minimum:"1" default:"1" doc:"The stamp for svg and png, from 1"`
}

func (in *labelsIn) print() printing.Print {
	return printing.Print{
		Format: in.Format, Profile: printing.Profile(in.Profile), Printer: in.Printer, DPI: in.DPI, Index: in.Index,
		Layout: printing.Layout{
			Stock: in.Stock, StartCell: in.StartCell, Begun: in.Begun, OffsetX: in.OffsetX, OffsetY: in.OffsetY, From: in.From, Count: in.Count,
		},
	}
}

func (a *API) labels(ctx context.Context, in *labelsIn) (*Download, error) {
	output, _ := in.Format.Output() // one of the enumeration
	write := func(w io.Writer) error { return a.Book.WriteLabels(ctx, actorOf(ctx), in.ID, in.print(), w) }
	if !output.One {
		return a.stream(download(output.Media, "tem-"+in.ID), write)
	}
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return nil, err
	}
	d := download(output.Media, fmt.Sprintf("tem-%s-%d", in.ID, in.Index))
	d.Body = func(hc huma.Context) {
		hc.SetHeader("Content-Length", strconv.Itoa(content.Len()))
		hc.SetStatus(http.StatusOK)
		a.send(hc, content.Bytes())
	}
	return d, nil
}

// stream answers with what write produces, without keeping it. The first
// bytes are waited for, so that what write refuses is still answered as a
// problem.
func (a *API) stream(d *Download, write func(io.Writer) error) (*Download, error) {
	read, into := io.Pipe()
	go func() { into.CloseWithError(write(into)) }() // ends when read is closed
	head := make([]byte, 512)
	n, err := io.ReadFull(read, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	d.Body = func(hc huma.Context) {
		defer func() { _ = read.Close() }() // never fails; ends the writer
		hc.SetStatus(http.StatusOK)
		if _, err := hc.BodyWriter().Write(head[:n]); err != nil {
			return // the client is gone
		}
		if _, err := io.Copy(hc.BodyWriter(), read); err != nil {
			// Too late for a status: end the connection, so that nobody takes
			// a part for the whole.
			a.Logger.ErrorContext(hc.Context(), "labels not written to their end", "error", err)
			panic(http.ErrAbortHandler)
		}
	}
	return d, nil
}
