package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/catalog"
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
		operation(http.MethodPost, "/orders/{id}/report", "reportStamps", "Báo tem in đạt, hỏng, thất lạc, mất cắp", "Report what became of stamps", producer, a.reportStamps,
			about("Theo dải vị trí trong lệnh in (từ 1), hoặc theo cuộn (tờ). Tem hỏng, thất lạc và mất cắp bị loại khỏi sử dụng ngay, vĩnh viễn: ai quét mã riêng của tem sẽ thấy kèm lý do.",
				"By ranges of positions in the order, from 1, or by rolls (sheets). Scrapped, lost and stolen stamps are out of use at once and for good: whoever scans the item code of one is told so, with the reason.")),
		operation(http.MethodPost, "/orders/{id}/activate", "activateStamps", "Kích hoạt một dải tem", "Activate a range of stamps", producer, a.activateStamps,
			about("Cho lệnh in kích hoạt theo dải. Gọi lại không sao.", "For orders that are activated by range. It does no harm to repeat it.")),
		operation(http.MethodPost, "/orders/{id}/ship", "shipStamps", "Ghi tem đã xuất kho", "Report stamps as shipped", producer, a.shipStamps,
			about("Tem của hàng đã rời kho, cho lệnh in có mã riêng. Gọi lại không sao.", "Stamps on goods that left, for orders of item codes. It does no harm to repeat it.")),
		operation(http.MethodGet, "/orders/{id}/rolls", "listRolls", "Số tem theo cuộn hoặc tờ", "Count the stamps by roll or sheet", readers, a.listRolls),
		operation(http.MethodGet, "/stamps", "findStamps", "Vị trí của tem đã quét", "Find the positions of scanned stamps", readers, a.findStamps,
			about("Quét tem đầu và tem cuối của một đoạn để báo hỏng, thất lạc hoặc kích hoạt.", "Scan the first and the last stamp of a run to report or activate it.")),
		operation(http.MethodGet, "/orders/{id}/codes", "listCodes", "Danh sách mã của lệnh in", "List the codes of an order", producer, a.listCodes),
	)
}

// An OrderView is a print order with its sums.
type OrderView struct {
	trace.Stored[printing.Order]
	Sums         printing.Sums  `json:"sums" doc:"Allocated is the sum of the others"`
	Rolls        int            `json:"rolls" doc:"How many rolls, or sheets where the order has none"`
	Replacements []string       `json:"replacements" doc:"Ids of the orders that make up for scrapped and lost stamps of this one"`
	Missing      int            `json:"missing" doc:"Scrapped and lost stamps that no replacement makes up for"`
	Need         printing.Need  `json:"need" doc:"The stamps of the batch and the units that could carry one"`
	Warnings     []catalog.Name `json:"warnings" doc:"What deserves a second look"`
}

// viewOrders gives the view of the orders of a batch to who may see them.
func (a *API) viewOrders(ctx context.Context, batch string) (func(trace.Stored[printing.Order]) OrderView, error) {
	need, err := a.Book.Need(ctx, actorOf(ctx), batch)
	if err != nil {
		return nil, err
	}
	all, err := a.Book.OrdersOf(ctx, batch)
	if err != nil {
		return nil, err
	}
	warnings := append([]catalog.Name{}, need.Warnings()...)
	return func(s trace.Stored[printing.Order]) OrderView {
		v := OrderView{Stored: s, Sums: s.Data.Sums(), Rolls: s.Data.Rolls(), Need: need, Warnings: warnings, Replacements: []string{}}
		others := printing.ReplacementsAmong(all, s.ID)
		for _, r := range others {
			v.Replacements = append(v.Replacements, r.ID)
		}
		v.Missing = printing.Missing(s.Data, others)
		return v
	}, nil
}

func (a *API) orderDocument(ctx context.Context, s trace.Stored[printing.Order], err error) (*Document[OrderView], error) {
	if err != nil {
		return nil, err
	}
	view, err := a.viewOrders(ctx, s.Data.Batch)
	if err != nil {
		return nil, err
	}
	return &Document[OrderView]{etag(s.Revision), view(s)}, nil
}

func (a *API) listOrders(ctx context.Context, in *listOfBatchIn) (*Page[OrderView], error) {
	list, err := a.Book.Orders(ctx, actorOf(ctx), in.Code, in.paging())
	if err != nil || len(list.Items) == 0 {
		return page(ctx, in.Paging, list, err, func(s trace.Stored[printing.Order]) OrderView { return OrderView{Stored: s} })
	}
	view, err := a.viewOrders(ctx, list.Items[0].Data.Batch)
	return page(ctx, in.Paging, list, err, view)
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
	s, err := a.Book.Create(ctx, in.write(ctx), in.Body.OrderData)
	d, err := a.orderDocument(ctx, s, err)
	if err != nil {
		return nil, err
	}
	return &New[OrderView]{Prefix + "/orders/" + d.Body.ID, d.ETag, d.Body}, nil
}

func (a *API) getOrder(ctx context.Context, in *getProducerIn) (*Document[OrderView], error) {
	s, err := a.Book.Order(ctx, actorOf(ctx), in.ID)
	d, err := a.orderDocument(ctx, s, err)
	if err != nil {
		return nil, err
	}
	return read(in.Reading, d.Body, d.ETag)
}

func (a *API) releaseOrder(ctx context.Context, in *confirmIn) (*Document[OrderView], error) {
	s, err := a.Book.Release(ctx, in.write(ctx), in.ID)
	return a.orderDocument(ctx, s, err)
}

type reportStampsIn struct {
	ByID
	Replacing
	Body printing.Report
}

func (a *API) reportStamps(ctx context.Context, in *reportStampsIn) (*Document[OrderView], error) {
	s, err := a.Book.Report(ctx, in.write(ctx), in.ID, in.Body)
	return a.orderDocument(ctx, s, err)
}

type activateStampsIn struct {
	ByID
	Replacing
	Body printing.Range
}

func (a *API) activateStamps(ctx context.Context, in *activateStampsIn) (*Document[OrderView], error) {
	s, err := a.Book.Activate(ctx, in.write(ctx), in.ID, in.Body)
	return a.orderDocument(ctx, s, err)
}

// ShippedStamps are stamps on goods that left the producer.
type ShippedStamps struct {
	Ranges []printing.Range `json:"ranges" minItems:"1" maxItems:"1000" doc:"Stamps by their position in the order, from 1"`
}

type shipStampsIn struct {
	ByID
	Replacing
	Body ShippedStamps
}

func (a *API) shipStamps(ctx context.Context, in *shipStampsIn) (*Document[OrderView], error) {
	s, err := a.Book.Ship(ctx, in.write(ctx), in.ID, in.Body.Ranges)
	return a.orderDocument(ctx, s, err)
}

type listRollsIn struct {
	ByID
	After string `query:"after" maxLength:"20" doc:"The \"next\" of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"Entries on a page"`
}

func (a *API) listRolls(ctx context.Context, in *listRollsIn) (*Page[printing.Roll], error) {
	from, err := nextNumber(in.After)
	if err != nil {
		return nil, err
	}
	s, err := a.Book.Order(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return numbered(ctx, s.Data.RollsOf(from, in.Limit+1), from, in.Limit), nil
}

type findStampsIn struct {
	First string `query:"first" required:"true" maxLength:"300" doc:"Item code, or the whole address, of a scanned stamp"`
	Last  string `query:"last" maxLength:"300" doc:"That of another stamp of the same order, for the run from one to the other"`
}

// FoundStamps is the run of stamps from one scanned stamp to another.
type FoundStamps struct {
	printing.Range
	Order  string              `json:"order" doc:"Id of the print order"`
	Stamps []printing.Position `json:"stamps" doc:"The scanned stamps"`
}

func (a *API) findStamps(ctx context.Context, in *findStampsIn) (*struct{ Body FoundStamps }, error) {
	one, err := a.Book.Position(ctx, actorOf(ctx), in.First)
	if err != nil {
		return nil, renamed(err, printing.FieldCode, "query.first")
	}
	other, stamps := one, []printing.Position{one}
	if in.Last != "" {
		if other, err = a.Book.Position(ctx, actorOf(ctx), in.Last); err != nil {
			return nil, renamed(err, printing.FieldCode, "query.last")
		}
		stamps = append(stamps, other)
	}
	r, err := printing.RangeOf(one, other)
	if err != nil {
		return nil, err
	}
	return &struct{ Body FoundStamps }{FoundStamps{r, one.Order, stamps}}, nil
}

// renamed blames another field, where the caller's has another name.
func renamed(err error, from, to string) error {
	wrong, ok := errors.AsType[trace.FieldErrors](err)
	if !ok {
		return err
	}
	out := slices.Clone(wrong)
	for i := range out {
		if out[i].Field == from {
			out[i].Field = to
		}
	}
	return out
}

type listCodesIn struct {
	ByID
	After string `query:"after" maxLength:"20" doc:"The \"next\" of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"Entries on a page"`
}

func (a *API) listCodes(ctx context.Context, in *listCodesIn) (*Page[printing.Code], error) {
	from, err := nextNumber(in.After)
	if err != nil {
		return nil, err
	}
	// One more than asked for tells whether there is another page.
	items, err := a.Book.Codes(ctx, actorOf(ctx), in.ID, from, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return numbered(ctx, items, from, in.Limit), nil
}

// nextNumber is the number of the first entry of a page of numbered entries.
func nextNumber(after string) (int, error) {
	if after == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(after)
	if err != nil || n < 1 || n > printing.MaxCount {
		return 0, Paging{After: after}.blame(trace.ErrInvalid)
	}
	return n + 1, nil
}

// numbered is a page of entries that are numbered from 1: items are those from a
// number on, with one more than limit where there is another page.
func numbered[T any](ctx context.Context, items []T, from, limit int) *Page[T] {
	out := &Page[T]{Body: PageBody[T]{Items: items}}
	if len(items) > limit {
		out.Body.Items = items[:limit]
		out.Body.Next = strconv.Itoa(from + limit - 1)
		out.Link = callOf(ctx).linkNext(out.Body.Next)
	}
	return out
}
