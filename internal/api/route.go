package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A route is one operation of the API.
type route struct {
	method, path string
	id           string // operation id
	tag          string
	name         catalog.Name
	text         catalog.Name // further explanation, where needed
	// roles may call it. The ledger decides about each document.
	roles []trace.Role
	// status is that of success.
	status int
	// limit is the size of the request body, in bytes.
	limit int64
	// parts are what a multipart body consists of; nil where it is not taken.
	parts []part
	// body is the type of the JSON body; nil when there is none.
	body reflect.Type
	// lends marks an operation whose answer holds a whole stored file in memory.
	lends bool
	// media are the content types of the answer; JSON when empty.
	media []string

	register func(a *API, o huma.Operation)
}

// Sizes of request bodies.
const (
	jsonLimit     = 64 << 10
	testsLimit    = 256 << 10
	criteriaLimit = 256 << 10
	// uploadLimit leaves room for the multipart headers and a JSON part
	// around one file of the largest size.
	uploadLimit = trace.MaxFileSize + jsonLimit
)

// operation makes a route out of a function that knows nothing of HTTP.
func operation[In, Out any](method, path, id, vi, en string, roles []trace.Role, fn func(context.Context, *In) (*Out, error), more ...func(*route)) route {
	r := route{
		method: method, path: path, id: id, name: catalog.Name{VI: vi, EN: en},
		roles: roles, status: http.StatusOK, limit: jsonLimit,
	}
	if f, ok := reflect.TypeFor[In]().FieldByName("Body"); ok {
		r.body = f.Type
	}
	for _, option := range more {
		option(&r)
	}
	r.register = func(a *API, o huma.Operation) {
		huma.Register(a.huma, o, func(ctx context.Context, in *In) (*Out, error) {
			identify(ctx, in)
			out, err := fn(ctx, in)
			if _, answer := err.(notModified); answer {
				return nil, err
			}
			if err != nil {
				return nil, a.problem(ctx, err)
			}
			return out, nil
		})
	}
	return r
}

// created is for operations that answer 201.
func created(r *route) { r.status = http.StatusCreated }

// limited sets the size of the body.
func limited(n int64) func(*route) { return func(r *route) { r.limit = n } }

// about explains more than the name does.
func about(vi, en string) func(*route) {
	return func(r *route) { r.text = catalog.Name{VI: vi, EN: en} }
}

// lending is for operations that answer with a stored file.
func lending(r *route) { r.lends = true }

// vouches explains an operation that stands for what is there, see seen.
func vouches(r *route) {
	about("Bắt buộc gửi If-Match với ETag của phiên bản đã xem; thiếu thì trả lời 428.",
		"If-Match with the ETag of the revision that was seen is required; 428 without it.")(r)
}

// answers names the content types of an answer that is not JSON.
func answers(media ...string) func(*route) { return func(r *route) { r.media = media } }

// A part is one part of a multipart body.
type part struct {
	name string
	// json marks the part that takes the place of a JSON body.
	json     bool
	required bool
	many     bool
	doc      string
}

// withFiles is for operations that take files.
func withFiles(parts ...part) func(*route) {
	return func(r *route) { r.parts, r.limit = parts, uploadLimit }
}

// tagged gives all routes of a resource its heading.
func tagged(tag string, routes ...route) []route {
	for i := range routes {
		routes[i].tag = tag
	}
	return routes
}

// table lists every operation.
func (a *API) table() []route {
	return slices.Concat(
		a.producerRoutes(), a.productRoutes(), a.fileRoutes(), a.certificateRoutes(),
		a.batchRoutes(), a.recordRoutes(), a.requestRoutes(), a.testRoutes(),
		a.recallRoutes(), a.outreachRoutes(), a.reportRoutes(), a.voidRoutes(), a.orderRoutes(), a.deliveryRoutes(),
		a.printerRoutes(), a.preflightRoutes(), a.patternRoutes(), a.paperRoutes(), a.sendingRoutes(),
		a.searchRoutes(), a.criteriaRoutes(), a.auditRoutes(), a.privacyRoutes(), a.catalogRoutes(),
	)
}

// The roles in groups.
var (
	everyone = trace.Roles()
	readers  = []trace.Role{trace.Administrator, trace.Office, trace.Certifier, trace.ProducerRole, trace.Inspector}
	keepers  = []trace.Role{trace.Office, trace.ProducerRole}
	// uploaders enter business data of any kind.
	uploaders = []trace.Role{trace.Office, trace.Certifier, trace.ProducerRole, trace.Laboratory, trace.Inspector}
	judges    = []trace.Role{trace.Office, trace.Certifier}
)

// register adds a route to huma and to the table by which the middlewares
// know it.
func (a *API) register(r route) {
	if len(r.roles) == 0 || r.id == "" || r.tag == "" {
		panic(fmt.Sprintf("operation %s %s has no roles, id or tag", r.method, r.path))
	}
	if _, twice := a.routes[r.id]; twice {
		panic("operation id used twice: " + r.id)
	}
	a.routes[r.id] = r
	o := huma.Operation{
		OperationID: r.id, Method: r.method, Path: r.path, Tags: []string{r.tag},
		Summary: r.name.EN, Description: r.text.EN, DefaultStatus: r.status,
		// receive has read and bounded the body already.
		MaxBodyBytes: -1, BodyReadTimeout: -1,
		Responses:  r.responses(),
		Extensions: map[string]any{"x-summary-vi": r.name.VI, "x-roles": r.roles},
	}
	if r.text.VI != "" {
		o.Extensions["x-description-vi"] = r.text.VI
	}
	r.register(a, o)
}

// responses declares what is not derived from the output type: the one form
// of all errors, and bodies that are not JSON.
func (r route) responses() map[string]*huma.Response {
	problem := &huma.Response{
		Description: "Lỗi / Problem (RFC 9457)",
		Content:     map[string]*huma.MediaType{problemType: {Schema: &huma.Schema{Ref: schemaPrefix + "Problem"}}},
	}
	out := map[string]*huma.Response{"default": problem}
	if len(r.media) == 0 {
		return out
	}
	content := map[string]*huma.MediaType{}
	for _, m := range r.media {
		content[m] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	out[fmt.Sprint(r.status)] = &huma.Response{Description: http.StatusText(r.status), Content: content}
	return out
}

// write tells whether the operation changes something.
func (r route) write() bool { return r.method != http.MethodGet }

// A call is what is known of one request beside its typed input.
type call struct {
	id     string // names the request in logs and problems
	method string
	path   string
	query  string
	lang   string // "vi" or "en"
	actor  trace.Actor
	route  route
	body   json.RawMessage // canonical form of the JSON body
	files  []upload
}

type callKey struct{}

// callOf returns the call that ctx belongs to.
func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }

// actorOf returns who is calling.
func actorOf(ctx context.Context) trace.Actor { return callOf(ctx).actor }
