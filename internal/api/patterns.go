package api

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// Templates and stocks are kept alike; each has its own addresses.

func (a *API) patternRoutes() []route {
	templates, stocks := patterns{a, printing.TemplateShape, "/templates/"}, patterns{a, printing.StockShape, "/stocks/"}
	return append(
		tagged("templates",
			operation(http.MethodGet, "/templates", "listTemplates", "Các mẫu tem dùng được", "List the templates that one may use", readers, a.listTemplates,
				about("Mẫu của mình trước, rồi đến mẫu của văn phòng OCOP và mẫu có sẵn.", "One's own first, then those of the programme office and those built in.")),
			operation(http.MethodPost, "/templates", "createTemplate", "Thêm mẫu tem", "Add a template", keepers, templates.create, created, limited(patternLimit),
				about("Viết bằng YAML; tên lấy từ nội dung. Mẫu của văn phòng OCOP dùng chung cho mọi chủ thể.",
					"In YAML, which holds its name. One of the programme office is for everybody.")),
			operation(http.MethodPost, "/templates/preview", "previewTemplate", "Xem thử mẫu tem", "Draw a template with sample content", keepers, a.previewTemplate, limited(patternLimit),
				answers("image/svg+xml")),
			operation(http.MethodGet, "/templates/{id}", "getTemplate", "Xem một mẫu tem", "Get a template", readers, templates.get),
			operation(http.MethodPut, "/templates/{id}", "updateTemplate", "Sửa mẫu tem", "Replace a template", keepers, templates.update, limited(patternLimit),
				about("Giữ nguyên tên. Lệnh in đã lập giữ mẫu lúc lập.", "It keeps its name. Orders keep the text that they were made with.")),
			operation(http.MethodPut, "/templates/{id}/logo", "setLogo", "Đặt logo vào mẫu tem", "Put a logo into a template", keepers, a.setLogo,
				withFiles(part{name: "file", required: true, doc: "PNG or JPEG, at most 2 MB and 2000 pixels a side"}),
				about("Hai tông màu chính của ảnh thành đen và trắng.", "The two main tones of the picture become black and white.")),
			operation(http.MethodPost, "/templates/{id}/retirement", "retireTemplate", "Ngừng dùng mẫu tem", "Take a template out of use", keepers, templates.retire),
		),
		tagged("stocks",
			operation(http.MethodGet, "/stocks", "listStocks", "Các loại tem dùng được", "List the label stocks that one may use", readers, a.listStocks,
				about("Loại tem của mình trước, rồi đến loại của văn phòng OCOP và loại có sẵn.", "One's own first, then those of the programme office and those built in.")),
			operation(http.MethodPost, "/stocks", "createStock", "Thêm loại tem", "Add a label stock", keepers, stocks.create, created, limited(patternLimit),
				about("Viết bằng YAML, đơn vị mm; tên lấy từ nội dung.", "In YAML, in millimetres; the text holds its name.")),
			operation(http.MethodGet, "/stocks/{id}", "getStock", "Xem một loại tem", "Get a label stock", readers, stocks.get),
			operation(http.MethodPut, "/stocks/{id}", "updateStock", "Sửa loại tem", "Replace a label stock", keepers, stocks.update, limited(patternLimit)),
			operation(http.MethodPost, "/stocks/{id}/retirement", "retireStock", "Ngừng dùng loại tem", "Take a label stock out of use", keepers, stocks.retire),
		)...,
	)
}

// Offers is the answer that holds what one may choose from.
type Offers struct {
	Body OfferList
}

// An OfferList is its body.
type OfferList struct {
	Items []printing.Offer `json:"items"`
}

func offersOf(items []printing.Offer, err error) (*Offers, error) {
	if err != nil {
		return nil, err
	}
	return &Offers{OfferList{items}}, nil
}

type listTemplatesIn struct {
	Stock string `query:"stock" maxLength:"60" doc:"Only those that fit this label stock" example:"tomy-145"`
}

func (a *API) listTemplates(ctx context.Context, in *listTemplatesIn) (*Offers, error) {
	return offersOf(a.Book.Templates(ctx, actorOf(ctx), in.Stock))
}

func (a *API) listStocks(ctx context.Context, _ *struct{}) (*Offers, error) {
	return offersOf(a.Book.Stocks(ctx, actorOf(ctx)))
}

// patternLimit is the size of a body with the text of a pattern.
const patternLimit = 256 << 10

type setLogoIn struct {
	ByID
	Replacing
}

func (a *API) setLogo(ctx context.Context, in *setLogoIn) (*Document[trace.Stored[printing.Pattern]], error) {
	s, err := a.Book.SetLogo(ctx, in.write(ctx), in.ID, callOf(ctx).files[0].content)
	return changed(s, err)
}

type previewTemplateIn struct {
	Body printing.Preview
}

func (a *API) previewTemplate(ctx context.Context, in *previewTemplateIn) (*Download, error) {
	var content bytes.Buffer
	if err := a.Book.PreviewTemplate(ctx, actorOf(ctx), in.Body, &content); err != nil {
		return nil, err
	}
	d := download("image/svg+xml", "tem-mau")
	d.Body = func(hc huma.Context) {
		hc.SetHeader("Content-Length", strconv.Itoa(content.Len()))
		hc.SetStatus(http.StatusOK)
		a.send(hc, content.Bytes())
	}
	return d, nil
}

// patterns are the operations on what one owner keeps of a shape.
type patterns struct {
	a          *API
	shape      printing.Shape
	collection string
}

// A PatternText is what is kept: the caller's own, or the office's for everybody.
type PatternText struct {
	Text string `json:"text" minLength:"1" maxLength:"65536" doc:"YAML"`
}

type createPatternIn struct {
	Writing
	Body PatternText
}

func (p patterns) create(ctx context.Context, in *createPatternIn) (*New[trace.Stored[printing.Pattern]], error) {
	s, err := p.a.Book.CreatePattern(ctx, in.write(ctx), printing.Pattern{Shape: p.shape, Text: in.Body.Text})
	return made(p.collection, s, err)
}

func (p patterns) get(ctx context.Context, in *getProducerIn) (*Document[trace.Stored[printing.Pattern]], error) {
	s, err := p.a.Book.Pattern(ctx, actorOf(ctx), p.shape, in.ID)
	if err != nil {
		return nil, err
	}
	return read(in.Reading, s, etag(s.Revision))
}

type updatePatternIn struct {
	ByID
	Replacing
	Body PatternText
}

func (p patterns) update(ctx context.Context, in *updatePatternIn) (*Document[trace.Stored[printing.Pattern]], error) {
	s, err := p.a.Book.ChangePattern(ctx, in.write(ctx), p.shape, in.ID, in.Body.Text)
	return changed(s, err)
}

func (p patterns) retire(ctx context.Context, in *confirmIn) (*Document[trace.Stored[printing.Pattern]], error) {
	s, err := p.a.Book.RetirePattern(ctx, in.write(ctx), p.shape, in.ID)
	return changed(s, err)
}
