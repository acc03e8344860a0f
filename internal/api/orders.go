package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func (a *API) orderRoutes() []route {
	producer := []trace.Role{trace.ProducerRole}
	return tagged("orders",
		operation(http.MethodGet, "/batches/{code}/orders", "listOrders", "Lệnh in của lô", "List the print orders of a batch", readers, a.listOrders),
		operation(http.MethodPost, "/batches/{code}/orders", "createOrder", "Lập lệnh in tem", "Order stamps", producer, a.createOrder, created,
			about("Lệnh in giữ nguyên nội dung tem lúc lập; nội dung thay đổi thì lập lệnh mới.",
				"An order keeps what its stamps say; when that changes, make a new one.")),
		operation(http.MethodGet, "/orders/{id}", "getOrder", "Xem một lệnh in", "Get a print order", readers, a.getOrder),
		operation(http.MethodPost, "/orders/{id}/release", "releaseOrder", "Phát hành lệnh in", "Release a print order", producer, a.releaseOrder,
			about("Từ lúc này mã từng tem có hiệu lực.", "From now on its item codes count.")),
		operation(http.MethodPost, "/orders/{id}/account", "accountOrder", "Kiểm đếm tem đã in", "Account for the stamps of an order", producer, a.accountOrder,
			about("Số in đạt và số hỏng cộng lại không quá số tem của lệnh; phần còn lại là tem chưa rõ ở đâu. Kiểm đếm lại phải nêu lý do.",
				"Those printed well and those spoilt are at most as many as the order has; the rest is not accounted for. A later count needs a reason.")),
		operation(http.MethodGet, "/orders/{id}/labels", "getLabels", "Tệp in tem", "Print the stamps of an order", producer, a.labels,
			answers("application/pdf", "image/svg+xml", "image/png"),
			about("PDF cả tờ; SVG hoặc PNG cho một tem.", "PDF of whole sheets; SVG or PNG of one stamp.")),
		operation(http.MethodGet, "/orders/{id}/codes", "listCodes", "Danh sách mã của lệnh in", "List the codes of an order", producer, a.listCodes),
	)
}

// An OrderView is a print order with what is left of it.
type OrderView struct {
	trace.Stored[printing.Order]
	Unaccounted int `json:"unaccounted" doc:"Stamps that are neither counted as printed well nor as spoilt"`
}

func viewOrder(s trace.Stored[printing.Order]) OrderView { return OrderView{s, s.Data.Unaccounted()} }

func orderDocument(s trace.Stored[printing.Order], err error) (*Document[OrderView], error) {
	if err != nil {
		return nil, err
	}
	return &Document[OrderView]{etag(s.Revision), viewOrder(s)}, nil
}

func (a *API) listOrders(ctx context.Context, in *listOfBatchIn) (*Page[OrderView], error) {
	list, err := a.Book.Orders(ctx, actorOf(ctx), in.Code, in.paging())
	return page(ctx, in.Paging, list, err, viewOrder)
}

// A NewOrder orders stamps of the batch in the path.
type NewOrder struct{ printing.OrderData }

// TransformSchema implements huma.SchemaTransformer.
func (NewOrder) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return fromPath(s, "batch")
}

type createOrderIn struct {
	ByCode
	Writing
	Body NewOrder
}

func (a *API) createOrder(ctx context.Context, in *createOrderIn) (*New[OrderView], error) {
	if err := sameBatch(in.Code, &in.Body.Batch); err != nil {
		return nil, err
	}
	d, err := orderDocument(a.Book.Create(ctx, in.write(ctx), in.Body.OrderData))
	if err != nil {
		return nil, err
	}
	return &New[OrderView]{Prefix + "/orders/" + d.Body.ID, d.ETag, d.Body}, nil
}

func (a *API) getOrder(ctx context.Context, in *getProducerIn) (*Document[OrderView], error) {
	d, err := orderDocument(a.Book.Order(ctx, actorOf(ctx), in.ID))
	if err != nil {
		return nil, err
	}
	return read(in.Reading, d.Body, d.ETag)
}

func (a *API) releaseOrder(ctx context.Context, in *confirmIn) (*Document[OrderView], error) {
	return orderDocument(a.Book.Release(ctx, in.write(ctx), in.ID))
}

type accountOrderIn struct {
	ByID
	Replacing
	Body printing.Account
}

func (a *API) accountOrder(ctx context.Context, in *accountOrderIn) (*Document[OrderView], error) {
	return orderDocument(a.Book.Account(ctx, in.write(ctx), in.ID, in.Body))
}

type labelsIn struct {
	ByID
	Format    string  `query:"format" enum:"pdf,svg,png" default:"pdf" doc:"pdf: whole sheets; svg, png: one stamp"`
	Stock     string  `query:"stock" maxLength:"40" doc:"Label stock of the PDF; the order's when left out" example:"tomy-145"`
	StartCell int     `query:"startCell" minimum:"0" maximum:"1000" doc:"First cell of the first sheet to print, from 1"`
	OffsetX   float64 `query:"offsetX" minimum:"-20" maximum:"20" doc:"Shift to the right, in mm"`
	OffsetY   float64 `query:"offsetY" minimum:"-20" maximum:"20" doc:"Shift downwards, in mm"`
	From      int     `query:"from" minimum:"0" doc:"First stamp to print, from 1"`
	Count     int     `query:"count" minimum:"0" doc:"How many stamps; all that are left when left out"`
	Index     int     `query:"index" minimum:"1" default:"1" doc:"The stamp for svg and png, from 1"`
}

func (a *API) labels(ctx context.Context, in *labelsIn) (*Download, error) {
	if in.Format != "pdf" {
		return a.oneLabel(ctx, in)
	}
	layout := printing.Layout{
		Stock: in.Stock, StartCell: in.StartCell, OffsetX: in.OffsetX, OffsetY: in.OffsetY, From: in.From, Count: in.Count,
	}
	return a.stream(download("application/pdf", "tem-"+in.ID), func(w io.Writer) error {
		return a.Book.WriteSheet(ctx, actorOf(ctx), in.ID, layout, w)
	})
}

func (a *API) oneLabel(ctx context.Context, in *labelsIn) (*Download, error) {
	media := map[string]string{string(printing.SVG): "image/svg+xml", string(printing.PNG): "image/png"}[in.Format]
	var content bytes.Buffer
	if err := a.Book.WriteStamp(ctx, actorOf(ctx), in.ID, in.Index, printing.Format(in.Format), &content); err != nil {
		return nil, err
	}
	d := download(media, fmt.Sprintf("tem-%s-%d", in.ID, in.Index))
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

type listCodesIn struct {
	ByID
	After string `query:"after" maxLength:"20" doc:"The \"next\" of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"Entries on a page"`
}

func (a *API) listCodes(ctx context.Context, in *listCodesIn) (*Page[printing.Code], error) {
	from := 1
	if in.After != "" {
		n, err := strconv.Atoi(in.After)
		if err != nil || n < 1 || n > printing.MaxCount {
			return nil, Paging{After: in.After}.blame(trace.ErrInvalid)
		}
		from = n + 1
	}
	// One more than asked for tells whether there is another page.
	items, err := a.Book.Codes(ctx, actorOf(ctx), in.ID, from, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &Page[printing.Code]{Body: PageBody[printing.Code]{Items: items}}
	if len(items) > in.Limit {
		out.Body.Items = items[:in.Limit]
		out.Body.Next = strconv.Itoa(from + len(out.Body.Items) - 1)
		out.Link = callOf(ctx).linkNext(out.Body.Next)
	}
	return out, nil
}
