// Package api is the JSON API of the service: /api/v1, its OpenAPI document
// at /openapi.json and the pages that explain it at /docs.
//
// Every operation is a row of a table, in the file of its resource: method,
// path, who may call it, and a function from typed input to typed output that
// asks the [trace.Ledger]. What all of them share is written once: who is
// calling (auth.go), how much may be sent (receive.go), errors in the caller's
// language (problem.go, phrases.go), repeated requests and revisions
// (write.go), pages of lists (paging.go), how domain values look in JSON
// (schema.go, values.go).
//
// The table says which roles may call an operation at all; what exactly an
// actor may see and change is decided by the ledger.
package api

import (
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"temgoc/internal/account"
	"temgoc/internal/printing"
	"temgoc/internal/privacy"
	"temgoc/internal/problem"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
)

// Prefix is the path under which all operations are.
const Prefix = "/api/v1"

// Config is what the API is made of.
type Config struct {
	Ledger *trace.Ledger
	Keys   *account.Keys
	Book   *printing.Book
	// Bundles makes the sealed files of batches.
	Bundles *bundle.Maker
	// Privacy keeps what persons ask about their data.
	Privacy *privacy.Register
	// Limits bound how often keys are used; nil for no bound.
	Limits *limit.Limits
	// Audit are the kinds that the audit log is of, of every package.
	Audit []trace.AuditKind
	// Logger is told of failures that are not the caller's; slog.Default when
	// nil.
	Logger *slog.Logger
	// Version is the program's, for the OpenAPI document.
	Version string
}

// An API is a registered API.
type API struct {
	Config
	huma   huma.API
	routes map[string]route // by operation id
	// uploads bounds the requests that bring files, judging those whose files
	// are looked into.
	uploads, judging slots
	// downloads bounds the stored files that are being given out.
	downloads slots
}

// How many requests with files are served at once. One takes up to 24 MiB
// while it is read, and may take half a gigabyte while a picture is judged.
const (
	maxUploads = 32
	maxJudging = 3
)

// maxDownloads is how many stored files are given out at once. Each is in
// memory until the client has read it: at most 16 times trace.MaxFileSize.
const maxDownloads = 16

// Register adds the API, its document and its pages to engine.
func Register(engine *gin.Engine, c Config) *API {
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	a := &API{
		Config: c, routes: map[string]route{},
		uploads: make(slots, maxUploads), judging: make(slots, maxJudging), downloads: make(slots, maxDownloads),
	}
	a.huma = humagin.NewWithGroup(engine, engine.Group(Prefix), a.humaConfig())
	a.huma.UseMiddleware(a.begin, a.rescue, a.authenticate, a.authorize, a.lend, a.receive)
	for _, r := range a.table() {
		a.register(r)
	}
	a.finishDocument()
	a.serveDocument(engine)
	return a
}

// humaConfig is huma without its own pages, which need scripts from foreign
// hosts, and with every error going through explain.
func (a *API) humaConfig() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:       "Temgốc API",
				Version:     a.Version,
				Description: introduction,
				License:     &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
			},
			Servers: []*huma.Server{{URL: Prefix}},
			Components: &huma.Components{
				Schemas: newRegistry(),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"bearer": {Type: "http", Scheme: "bearer", Description: "Khóa API / API key"},
					"apiKey": {Type: "apiKey", In: "header", Name: keyHeader, Description: "Khóa API / API key"},
				},
			},
			Security: []map[string][]string{{"bearer": {}}, {"apiKey": {}}},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{a.explain},
	}
}

// introduction is the text at the head of the document.
const introduction = `API của dịch vụ truy xuất nguồn gốc và in tem Temgốc. ` +
	`Mọi yêu cầu cần khóa API trong "Authorization: Bearer KHÓA" hoặc "X-API-Key". ` +
	`Thông báo lỗi theo RFC 9457, bằng tiếng Việt hoặc tiếng Anh tùy Accept-Language. ` +
	`Gửi Idempotency-Key khi ghi để yêu cầu lặp lại chỉ có tác dụng một lần.

The API of Temgốc, a traceability and stamp printing service. ` +
	`Every request needs an API key in "Authorization: Bearer KEY" or "X-API-Key". ` +
	`Errors follow RFC 9457, in Vietnamese or English by Accept-Language. ` +
	`Send an Idempotency-Key with writes, so that a repeated request takes effect once.`

// NotFound answers requests for paths that do not exist; MethodNotAllowed
// those with a method that a path does not have. They are for the engine, which
// alone knows.
func (a *API) NotFound(c *gin.Context) { a.refuse(c, http.StatusNotFound) }

// MethodNotAllowed answers requests whose method the path does not have.
func (a *API) MethodNotAllowed(c *gin.Context) { a.refuse(c, http.StatusMethodNotAllowed) }

func (a *API) refuse(c *gin.Context, status int) {
	lang := langOf(c.GetHeader("Accept-Language"))
	c.Header("Content-Type", problemType)
	c.Header("Content-Language", lang)
	c.AbortWithStatusJSON(status, problemOf(problem.OfStatus(status), lang))
}
