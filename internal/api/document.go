package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// tags are the headings of the resources, in the order of the document.
var tags = []struct {
	name  string
	title catalog.Name
}{
	{"producers", catalog.Name{VI: "Chủ thể", EN: "Producers"}},
	{"products", catalog.Name{VI: "Sản phẩm", EN: "Products"}},
	{"files", catalog.Name{VI: "Tệp", EN: "Files"}},
	{"certificates", catalog.Name{VI: "Giấy chứng nhận", EN: "Certificates"}},
	{"batches", catalog.Name{VI: "Lô hàng", EN: "Batches"}},
	{"records", catalog.Name{VI: "Nhật ký lô", EN: "Records"}},
	{"requests", catalog.Name{VI: "Yêu cầu kiểm nghiệm", EN: "Test requests"}},
	{"tests", catalog.Name{VI: "Phiếu kiểm nghiệm", EN: "Test reports"}},
	{"recalls", catalog.Name{VI: "Thu hồi", EN: "Recalls"}},
	{"problems", catalog.Name{VI: "Phản ánh của người mua", EN: "Problem reports"}},
	{"voids", catalog.Name{VI: "Hủy mã", EN: "Voided codes"}},
	{"orders", catalog.Name{VI: "In tem", EN: "Print orders and labels"}},
	{"printers", catalog.Name{VI: "Máy in", EN: "Printers"}},
	{"photos", catalog.Name{VI: "Ảnh chụp tem", EN: "Photographs of stamps"}},
	{"templates", catalog.Name{VI: "Mẫu tem", EN: "Templates"}},
	{"stocks", catalog.Name{VI: "Loại tem", EN: "Label stocks"}},
	{"papers", catalog.Name{VI: "Tờ tem đang dùng", EN: "Sheets begun"}},
	{"sendings", catalog.Name{VI: "Gửi tới máy in tem", EN: "Sending to label printers"}},
	{"search", catalog.Name{VI: "Tìm kiếm", EN: "Search"}},
	{"criteria", catalog.Name{VI: "Chỉ tiêu kiểm nghiệm", EN: "Test criteria"}},
	{"privacy", catalog.Name{VI: "Dữ liệu cá nhân", EN: "Personal data"}},
	{"audit", catalog.Name{VI: "Nhật ký thao tác", EN: "Audit log"}},
	{"catalog", catalog.Name{VI: "Danh mục", EN: "Catalog"}},
}

// finishDocument adds to the OpenAPI document what the framework cannot know.
func (a *API) finishDocument() {
	doc := a.huma.OpenAPI()
	for _, t := range tags {
		doc.Tags = append(doc.Tags, &huma.Tag{Name: t.name, Description: t.title.VI + " / " + t.title.EN})
	}
	for _, r := range a.routes {
		if r.parts != nil {
			r.describeParts(r.operation(doc))
		}
	}
}

// operation finds the route's place in the document.
func (r route) operation(doc *huma.OpenAPI) *huma.Operation {
	item := doc.Paths[r.path]
	switch r.method {
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	}
	return item.Get
}

// describeParts adds the multipart body. It is done after the registration,
// because the framework is not to read it.
func (r route) describeParts(o *huma.Operation) {
	form := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, AdditionalProperties: false}
	for _, p := range r.parts {
		s := &huma.Schema{Type: huma.TypeString, Format: "binary", Description: p.doc}
		if p.json {
			s = &huma.Schema{Ref: o.RequestBody.Content["application/json"].Schema.Ref, Description: p.doc}
		}
		if p.many {
			s = &huma.Schema{Type: huma.TypeArray, Items: s, Description: p.doc}
		}
		form.Properties[p.name] = s
		if p.required {
			form.Required = append(form.Required, p.name)
		}
	}
	if o.RequestBody == nil {
		o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
	}
	o.RequestBody.Content["multipart/form-data"] = &huma.MediaType{Schema: form}
}

// Document is the OpenAPI document as it is served.
func (a *API) Document() ([]byte, error) {
	raw, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("OpenAPI document: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return nil, fmt.Errorf("OpenAPI document: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// docsPolicy lets the pages load nothing but their own style.
const docsPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

//go:embed docs.css
var docsStyle []byte

// serveDocument adds the document and its pages. Both are made now: a document
// that cannot be made is a bug of the program, found at its start.
func (a *API) serveDocument(engine *gin.Engine) {
	document, err := a.Document()
	if err != nil {
		panic(err)
	}
	page, err := a.docsPage()
	if err != nil {
		panic(err)
	}
	engine.GET("/openapi.json", fixed("application/openapi+json", document))
	engine.GET("/docs", fixed("text/html; charset=utf-8", page))
	engine.GET("/docs/style.css", fixed("text/css; charset=utf-8", docsStyle))
}

// fixed serves content that does not change while the program runs.
func fixed(media string, content []byte) gin.HandlerFunc {
	tag := `"` + trace.DigestOf(content).String()[:16] + `"`
	return func(c *gin.Context) {
		h := c.Writer.Header()
		h.Set("ETag", tag)
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Security-Policy", docsPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if c.GetHeader("If-None-Match") == tag {
			c.Status(http.StatusNotModified)
			return
		}
		c.Data(http.StatusOK, media, content)
	}
}
