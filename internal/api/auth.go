package api

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"temgoc/internal/problem"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
)

// keyHeader is the second place for an API key.
const keyHeader = "X-API-Key"

// requestIDHeader names a request; what is in front of the API may have set it
// on the response.
const requestIDHeader = "X-Request-Id"

// begin starts a call.
func (a *API) begin(ctx huma.Context, next func(huma.Context)) {
	u := ctx.URL()
	c := &call{
		id: requestID(ctx), method: ctx.Method(), path: u.Path, query: u.RawQuery,
		lang: langOf(ctx.Header("Accept-Language")), route: a.routes[ctx.Operation().OperationID],
	}
	ctx.SetHeader(requestIDHeader, c.id)
	ctx.SetHeader("Cache-Control", "private, no-cache")
	ctx.AppendHeader("Vary", "Authorization, "+keyHeader+", Accept-Language")
	next(huma.WithValue(ctx, callKey{}, c))
}

func requestID(ctx huma.Context) string {
	if id := humagin.Unwrap(ctx).Writer.Header().Get(requestIDHeader); id != "" {
		return id
	}
	var b [8]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// rescue answers a bug with the problem of an internal error, and logs where
// it is. Where part of an answer is out already the connection is cut, so that
// the part does not pass for the whole.
func (a *API) rescue(ctx huma.Context, next func(huma.Context)) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler {
			panic(p)
		}
		a.Logger.ErrorContext(ctx.Context(), "panic", "request", callOf(ctx.Context()).id, "panic", p, "stack", string(debug.Stack()))
		w := humagin.Unwrap(ctx).Writer
		if w.Written() {
			panic(http.ErrAbortHandler)
		}
		for _, name := range []string{"Content-Length", "Content-Disposition", "ETag", "Location"} {
			w.Header().Del(name) // of the answer that did not come
		}
		a.stop(ctx, problem.ErrInternal)
	}()
	next(ctx)
}

// authenticate finds out who is calling.
func (a *API) authenticate(ctx huma.Context, next func(huma.Context)) {
	actor, err := a.identified(ctx)
	if err != nil {
		a.stop(ctx, err)
		return
	}
	callOf(ctx.Context()).actor = actor
	next(ctx)
}

// identified finds who has the key of a call, unless its client tried too many
// keys or the key is used too often.
func (a *API) identified(ctx huma.Context) (trace.Actor, error) {
	client, key := a.client(ctx), keyOf(ctx)
	if err := a.Limits.Check(limit.BadKeys, client); err != nil {
		return trace.Actor{}, err
	}
	actor, err := a.Keys.Authenticate(ctx.Context(), key)
	if errors.Is(err, trace.ErrUnauthenticated) && key != "" {
		a.Limits.Charge(limit.BadKeys, client, 1)
	}
	if err != nil {
		return trace.Actor{}, err
	}
	return actor, a.Limits.Admit(limit.Keys, a.Limits.Person(client, actor.ID))
}

// client is who calls, as far as limits tell clients apart.
func (a *API) client(ctx huma.Context) limit.Who {
	g := humagin.Unwrap(ctx)
	return a.Limits.Who(g.Request, g.ClientIP())
}

// keyOf takes the API key out of a request; empty when there is none.
func keyOf(ctx huma.Context) string {
	scheme, key, _ := strings.Cut(ctx.Header("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(key)
	}
	return ctx.Header(keyHeader)
}

// authorize refuses roles that the table does not name.
func (a *API) authorize(ctx huma.Context, next func(huma.Context)) {
	c := callOf(ctx.Context())
	if !slices.Contains(c.route.roles, c.actor.Role) {
		a.stop(ctx, trace.ErrNotAllowed)
		return
	}
	next(ctx)
}

// stop answers a request with an error before its operation is reached.
func (a *API) stop(ctx huma.Context, err error) {
	p := a.problem(ctx.Context(), err)
	for name, values := range p.GetHeaders() {
		for _, v := range values {
			ctx.SetHeader(name, v)
		}
	}
	ctx.SetHeader("Content-Type", problemType)
	ctx.SetStatus(p.Status)
	if err := a.huma.Marshal(ctx.BodyWriter(), "application/json", p); err != nil {
		a.Logger.WarnContext(ctx.Context(), "problem not written", "error", err)
	}
}
