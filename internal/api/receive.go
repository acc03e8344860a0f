package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"temgoc/internal/catalog"
	"temgoc/internal/problem"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
)

// An upload is a file that came as a part of a multipart body.
type upload struct {
	part    string
	name    string // file name as sent
	content []byte
}

// maxParts bounds the parts of a multipart body.
const maxParts = 24

// receive reads the body of a write, at most as much as its operation allows,
// before the framework sees it: a JSON body stays the body, of a multipart
// body the JSON part becomes the body and the files go to the call.
func (a *API) receive(ctx huma.Context, next func(huma.Context)) {
	c := callOf(ctx.Context())
	if !c.route.write() {
		next(ctx)
		return
	}
	if c.route.parts == nil {
		a.readAndGoOn(ctx, c, next)
		return
	}
	who := a.Limits.Person(a.client(ctx), c.actor.ID)
	if err := a.Limits.Check(limit.Uploads, who); err != nil {
		a.stop(ctx, err)
		return
	}
	if !a.uploads.enter(ctx.Context()) {
		a.stop(ctx, trace.ErrUnavailable)
		return
	}
	defer a.uploads.leave()
	a.readAndGoOn(ctx, c, func(ctx huma.Context) {
		a.Limits.Charge(limit.Uploads, who, len(c.files))
		// Only what has arrived is judged, so that slow lines keep nobody
		// from it.
		if !a.judging.enter(ctx.Context()) {
			a.stop(ctx, trace.ErrUnavailable)
			return
		}
		defer a.judging.leave()
		next(ctx)
	})
}

func (a *API) readAndGoOn(ctx huma.Context, c *call, next func(huma.Context)) {
	g := humagin.Unwrap(ctx)
	request := g.Request
	request.Body = http.MaxBytesReader(g.Writer, request.Body, c.route.limit)
	body, err := c.readBody(request)
	if err != nil {
		a.stop(ctx, err)
		return
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	request.ContentLength = int64(len(body))
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	next(ctx)
}

// slots bound how many requests are in one place at a time.
type slots chan struct{}

// enter waits for a slot; false when ctx ends before.
func (s slots) enter(ctx context.Context) bool {
	select {
	case s <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// tryEnter takes a slot if one is free.
func (s slots) tryEnter() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s slots) leave() { <-s }

// readBody returns the JSON body.
func (c *call) readBody(r *http.Request) ([]byte, error) {
	header := r.Header.Get("Content-Type")
	media, params, err := mime.ParseMediaType(header)
	switch {
	case header != "" && err != nil:
		return nil, c.badMedia()
	case media == "multipart/form-data" && c.route.parts != nil:
		return c.readParts(multipart.NewReader(r.Body, params["boundary"]))
	case c.route.body == nil && c.route.parts != nil:
		return nil, c.badMedia()
	case media != "" && media != "application/json" && !strings.HasSuffix(media, "+json"):
		return nil, c.badMedia()
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, c.badRead("body", err)
	}
	if c.route.body == nil && !slices.Contains([]string{"", "{}"}, strings.TrimSpace(string(body))) {
		return nil, fieldError("body", "phải để trống", "must be empty")
	}
	return body, checkJSON(body)
}

func (c *call) badMedia() error {
	var media []string
	if c.route.body != nil {
		media = append(media, "application/json")
	}
	if c.route.parts != nil {
		media = append(media, "multipart/form-data")
	}
	want := strings.Join(media, ", ")
	return &failed{problem.ErrMediaType, trace.FieldErrors{{Field: "header.Content-Type", Message: catalog.Name{VI: "phải là " + want, EN: "must be " + want}}}}
}

// badRead tells why a body or a part could not be read.
func (c *call) badRead(field string, err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return c.tooLarge(field)
	}
	return &failed{problem.ErrMalformed, trace.FieldErrors{{Field: field, Message: catalog.Name{VI: "không đọc được trọn vẹn", EN: "could not be read to its end"}}}}
}

func (c *call) tooLarge(field string) error {
	limit := fmt.Sprintf("%d KiB", c.route.limit>>10)
	if field == "file" {
		limit = fmt.Sprintf("%d MiB", trace.MaxFileSize>>20)
	}
	return &failed{problem.ErrTooLarge, trace.FieldErrors{{Field: field, Message: catalog.Name{VI: "lớn hơn " + limit, EN: "is larger than " + limit}}}}
}

// checkJSON refuses what is not JSON and says where. An empty body is left to
// the operation, which knows whether it needs one.
func checkJSON(body []byte) error {
	var syntax *json.SyntaxError
	var any json.RawMessage
	err := json.Unmarshal(body, &any)
	if len(body) == 0 || err == nil {
		return nil
	}
	at := len(body)
	if errors.As(err, &syntax) {
		at = int(syntax.Offset)
	}
	return &failed{problem.ErrMalformed, trace.FieldErrors{{Field: "body", Message: catalog.Name{
		VI: fmt.Sprintf("không phải là JSON hợp lệ (ở byte thứ %d)", at), EN: fmt.Sprintf("is not valid JSON (at byte %d)", at),
	}}}}
}

// readParts takes a multipart body apart.
func (c *call) readParts(form *multipart.Reader) (body []byte, err error) {
	seen := map[string]int{}
	current := "body"
	if i := slices.IndexFunc(c.route.parts, func(p part) bool { return !p.json }); i >= 0 {
		current = c.route.parts[i].name // what is most likely cut off
	}
	for range maxParts {
		p, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return body, c.checkParts(seen)
		}
		if err != nil {
			return nil, c.badRead(current, err)
		}
		current = p.FormName()
		known, err := c.partFor(current, seen)
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return nil, c.badRead(current, err)
		}
		switch {
		case !known.json && len(content) > trace.MaxFileSize:
			return nil, c.tooLarge(current)
		case !known.json:
			c.files = append(c.files, upload{current, p.FileName(), content})
		case len(content) > jsonLimit:
			return nil, &failed{problem.ErrTooLarge, trace.FieldErrors{{Field: current, Message: catalog.Name{VI: "lớn hơn 64 KiB", EN: "is larger than 64 KiB"}}}}
		default:
			if err := checkJSON(content); err != nil {
				return nil, err
			}
			body = content
		}
	}
	return nil, fieldError("body", fmt.Sprintf("có hơn %d phần", maxParts-1), fmt.Sprintf("has more than %d parts", maxParts-1))
}

// partFor finds what a part is for, and refuses unknown and repeated ones.
func (c *call) partFor(name string, seen map[string]int) (part, error) {
	for _, p := range c.route.parts {
		if p.name != name {
			continue
		}
		if seen[name]++; seen[name] > 1 && !p.many {
			return part{}, fieldError(name, "chỉ được gửi một lần", "may be sent once only")
		}
		return p, nil
	}
	return part{}, fieldError(name, "không có trường này", "is not a known field")
}

func (c *call) checkParts(seen map[string]int) error {
	for _, p := range c.route.parts {
		if p.required && seen[p.name] == 0 {
			return fieldError(p.name, "bắt buộc phải có", "is required")
		}
	}
	return nil
}

// failed is a failure of a kind that only HTTP knows, with its fields.
type failed struct {
	kind   error
	fields trace.FieldErrors
}

// Error implements error.
func (f *failed) Error() string { return f.kind.Error() + ": " + f.fields.Error() }

// Unwrap gives the kind. The fields are found by As, so that the failure is
// not an ErrInvalid too.
func (f *failed) Unwrap() error { return f.kind }

// As lets errors.As find the fields.
func (f *failed) As(target any) bool {
	fields, ok := target.(*trace.FieldErrors)
	if ok {
		*fields = f.fields
	}
	return ok
}
