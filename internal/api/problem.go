package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	xlanguage "golang.org/x/text/language"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// problemType is the content type of RFC 9457.
const problemType = "application/problem+json"

// A Problem is the form of every error, RFC 9457.
type Problem struct {
	Type     string         `json:"type" doc:"What kind of problem it is, for programs" example:"urn:temgoc:problem:invalid"`
	Title    string         `json:"title" doc:"The kind in words"`
	Status   int            `json:"status" doc:"HTTP status"`
	Detail   string         `json:"detail,omitempty" doc:"What is wrong with this request, in the caller's language"`
	Instance string         `json:"instance,omitempty" doc:"The request's id; name it when you ask for help"`
	Errors   []FieldProblem `json:"errors,omitempty" doc:"What is wrong with which field"`

	headers http.Header
}

// A FieldProblem is what is wrong with one field of the request.
type FieldProblem struct {
	Field    string `json:"field" doc:"The field, such as harvest.quantity.unit"`
	Location string `json:"location" doc:"The field with where it is: body, query, path or header" example:"body.harvest.quantity.unit"`
	Message  string `json:"message" doc:"In the caller's language"`
}

// Error implements error.
func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Title, p.Detail) }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

// A kind is a row of the one table that gives failures their HTTP form.
type kind struct {
	is     error // nil for what only HTTP knows
	status int
	code   string
	title  catalog.Name
}

// Failures that exist only in HTTP.
var (
	errMalformed = errors.New("malformed request body")
	errTooLarge  = errors.New("request body too large")
	errMediaType = errors.New("unsupported content type")
	errMethod    = errors.New("method not allowed")
	errUnseen    = errors.New("no revision named")
	errInternal  = errors.New("internal error")
)

// kinds is that table. The first row that an error is wins, so refinements
// come before what they refine.
var kinds = []kind{
	{errMalformed, http.StatusBadRequest, "malformed", catalog.Name{VI: "Nội dung gửi lên không đọc được", EN: "The request body cannot be read"}},
	{errTooLarge, http.StatusRequestEntityTooLarge, "too-large", catalog.Name{VI: "Nội dung gửi lên quá lớn", EN: "The request is too large"}},
	{errMediaType, http.StatusUnsupportedMediaType, "media-type", catalog.Name{VI: "Kiểu nội dung không được hỗ trợ", EN: "The content type is not supported"}},
	{errMethod, http.StatusMethodNotAllowed, "method", catalog.Name{VI: "Phương thức không dùng được ở địa chỉ này", EN: "The method is not allowed here"}},
	{trace.ErrStale, http.StatusPreconditionFailed, "stale", catalog.Name{VI: "Dữ liệu đã được người khác thay đổi, hãy tải lại", EN: "The document was changed in the meantime; load it again"}},
	{errUnseen, http.StatusPreconditionRequired, "unseen", catalog.Name{VI: "Phải gửi If-Match: chỉ xác nhận đúng phiên bản đã xem", EN: "If-Match is required: only a revision that was seen can be vouched for"}},
	{trace.ErrKeyReused, http.StatusUnprocessableEntity, "key-reused", catalog.Name{VI: "Idempotency-Key đã dùng cho một yêu cầu khác", EN: "The Idempotency-Key was used for another request"}},
	{trace.ErrCorrupt, http.StatusInternalServerError, "corrupt", catalog.Name{VI: "Tệp lưu trữ không còn khớp với mã SHA-256 nên không được gửi ra", EN: "The stored file no longer matches its SHA-256 and is not served"}},
	{trace.ErrInvalid, http.StatusUnprocessableEntity, "invalid", catalog.Name{VI: "Dữ liệu không hợp lệ", EN: "The request is not valid"}},
	{trace.ErrNotFound, http.StatusNotFound, "not-found", catalog.Name{VI: "Không tìm thấy", EN: "Not found"}},
	{trace.ErrConflict, http.StatusConflict, "conflict", catalog.Name{VI: "Xung đột với dữ liệu hiện có", EN: "In conflict with what is there"}},
	{trace.ErrForbidden, http.StatusForbidden, "forbidden", catalog.Name{VI: "Không được phép", EN: "Not allowed"}},
	{trace.ErrUnauthenticated, http.StatusUnauthorized, "unauthenticated", catalog.Name{VI: "Chưa xác thực", EN: "Not authenticated"}},
	{trace.ErrTooMany, http.StatusTooManyRequests, "too-many", catalog.Name{VI: "Đã thử quá nhiều lần, hãy thử lại sau", EN: "Tried too many times; try again later"}},
	{trace.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", catalog.Name{VI: "Dịch vụ tạm thời không sẵn sàng, hãy thử lại sau", EN: "Temporarily unavailable; try again later"}},
	{errInternal, http.StatusInternalServerError, "internal", catalog.Name{VI: "Lỗi của hệ thống", EN: "Internal error"}},
}

// kindOf finds the row of an error; what no row knows is an internal error.
func kindOf(err error) kind {
	for _, k := range kinds {
		if errors.Is(err, k.is) {
			return k
		}
	}
	return kinds[len(kinds)-1]
}

// kindOfStatus finds the row for a status that the framework chose.
func kindOfStatus(status int) kind {
	switch status {
	case http.StatusUnprocessableEntity:
		return kindOf(trace.ErrInvalid)
	case http.StatusInternalServerError:
		return kindOf(errInternal)
	}
	for _, k := range kinds {
		if k.status == status {
			return k
		}
	}
	return kindOf(errInternal)
}

func (k kind) problem(lang string) *Problem {
	return &Problem{
		Type: "urn:temgoc:problem:" + k.code, Title: k.title.In(lang), Status: k.status,
		headers: http.Header{"Content-Language": {lang}},
	}
}

// retryAfter is how many seconds to wait when the service is unavailable.
const retryAfter = "5"

// problem turns an error into the answer to the call that ctx belongs to, and
// logs what is not the caller's fault. Text of unknown errors never leaves.
func (a *API) problem(ctx context.Context, err error) *Problem {
	c := callOf(ctx)
	k := kindOf(err)
	p := k.problem(c.lang)
	p.Instance = c.id
	if rule, ok := errors.AsType[*trace.RuleError](err); ok && k.status < http.StatusInternalServerError {
		p.Detail = rule.Message.In(c.lang)
	}
	var fields trace.FieldErrors
	if errors.As(err, &fields) {
		for _, f := range fields {
			p.Errors = append(p.Errors, c.field(f.Field, f.Message.In(c.lang)))
		}
		p.Detail = summary(p.Errors)
	}
	if k.is == trace.ErrKeyReused {
		p.Errors = []FieldProblem{c.field("header.Idempotency-Key", p.Title)}
	}
	if throttled, ok := errors.AsType[*trace.Throttled](err); ok {
		p.headers.Set("Retry-After", strconv.Itoa(throttled.Seconds()))
	}
	switch k.status {
	case http.StatusUnauthorized:
		p.headers.Set("WWW-Authenticate", `Bearer realm="temgoc"`)
	case http.StatusServiceUnavailable:
		p.headers.Set("Retry-After", retryAfter)
	}
	if p.Status >= http.StatusInternalServerError && ctx.Err() == nil {
		a.Logger.ErrorContext(ctx, "request failed", "request", c.id, "operation", c.route.id, "status", p.Status, "error", err)
	}
	return p
}

// field places a field error. Fields that say themselves where they are keep
// it; others are in the body of a write and in the query of a read.
func (c *call) field(name, message string) FieldProblem {
	for _, where := range []string{"path", "query", "header", "body"} {
		if field, ok := strings.CutPrefix(name, where+"."); ok {
			return FieldProblem{field, name, message}
		}
	}
	where := "query."
	if c.route.write() {
		where = "body."
	}
	if name == "body" {
		where = ""
	}
	return FieldProblem{name, where + name, message}
}

func summary(errs []FieldProblem) string {
	parts := make([]string, len(errs))
	for i, e := range errs {
		parts[i] = e.Field + ": " + e.Message
	}
	return strings.Join(parts, "; ")
}

// explain is the huma transformer that gives the framework's own errors the
// one form, in the caller's language.
func (a *API) explain(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	c := callOf(ctx.Context())
	p := kindOfStatus(m.Status).problem(c.lang)
	p.Status, p.Instance = m.Status, c.id
	for _, e := range m.Errors {
		p.Errors = append(p.Errors, c.explainDetail(e)...)
	}
	p.Detail = summary(p.Errors)
	if p.Status >= http.StatusInternalServerError {
		p.Detail, p.Errors = "", nil
		a.Logger.ErrorContext(ctx.Context(), "request failed", "request", c.id, "operation", c.route.id, "status", p.Status, "error", m)
	}
	if len(m.Errors) == 0 && p.Status < http.StatusInternalServerError {
		p.Detail = translate(m.Detail).In(c.lang)
	}
	for name := range p.headers {
		ctx.SetHeader(name, p.headers.Get(name))
	}
	return p, nil
}

// explainDetail turns one finding of the framework into field problems. Of a
// body that fits its schema but holds a value that cannot be read, such as a
// GTIN with a wrong check digit, the framework says only that; the fields are
// looked up here.
func (c *call) explainDetail(e *huma.ErrorDetail) []FieldProblem {
	if text, ok := e.Value.(string); ok && e.Location == "body" && c.route.body != nil {
		if found := badValues(c.route.body, []byte(text)); len(found) > 0 {
			var out []FieldProblem
			for _, f := range found {
				out = append(out, c.field("body."+f.Field, f.Message.In(c.lang)))
			}
			return out
		}
	}
	location := e.Location
	if name, ok := missingProperty(e.Message); ok {
		location += "." + name
	}
	return []FieldProblem{c.field(location, translate(e.Message).In(c.lang))}
}

// langOf chooses the language of messages by Accept-Language: Vietnamese,
// unless English is wanted more.
func langOf(header string) string {
	tags, quality, err := xlanguage.ParseAcceptLanguage(header)
	if err != nil {
		return "vi"
	}
	for i, tag := range tags {
		base, _ := tag.Base()
		if lang := base.String(); quality[i] > 0 && (lang == "vi" || lang == "en") {
			return lang
		}
	}
	return "vi"
}
