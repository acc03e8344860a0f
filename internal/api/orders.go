package api

import (
	"context"
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
