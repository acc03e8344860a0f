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

	"temgoc/internal/problem"
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

// problemOf is the answer that a row of the table gives.
func problemOf(k problem.Kind, lang string) *Problem {
	return &Problem{
		Type: "urn:temgoc:problem:" + k.Code, Title: k.Title.In(lang), Status: k.Status,
		headers: http.Header{"Content-Language": {lang}},
	}
}

// problem turns an error into the answer to the call that ctx belongs to, and
// logs what is not the caller's fault. Text of unknown errors never leaves.
func (a *API) problem(ctx context.Context, err error) *Problem {
	c := callOf(ctx)
	k := problem.Of(err)
	p := problemOf(k, c.lang)
	p.Instance = c.id
	if rule, ok := errors.AsType[*trace.RuleError](err); ok && k.Status < http.StatusInternalServerError {
		p.Detail = rule.Message.In(c.lang)
	}
	var fields trace.FieldErrors
	if errors.As(err, &fields) {
		for _, f := range fields {
			p.Errors = append(p.Errors, c.field(f.Field, f.Message.In(c.lang)))
		}
		p.Detail = summary(p.Errors)
	}
	if k.Is == trace.ErrKeyReused {
		p.Errors = []FieldProblem{c.field("header.Idempotency-Key", p.Title)}
	}
	if throttled, ok := errors.AsType[*trace.Throttled](err); ok {
		p.headers.Set("Retry-After", strconv.Itoa(throttled.Seconds()))
	}
	switch k.Status {
	case http.StatusUnauthorized:
		p.headers.Set("WWW-Authenticate", `Bearer realm="temgoc"`)
	case http.StatusServiceUnavailable:
		p.headers.Set("Retry-After", problem.RetryAfter)
	case http.StatusInsufficientStorage:
		p.headers.Set("Retry-After", problem.RetryAfterFull)
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
	p := problemOf(problem.OfStatus(m.Status), c.lang)
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
