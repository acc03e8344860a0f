// Package spans tells where the time of a request goes: a span for the request,
// and below it one for each call of a store and each page that is built. They
// go to a collector that speaks OTLP over HTTP.
//
// A span says what was done, never to what: routes, engines, operations and
// kinds of documents, but no code, no id, no address and no person. Where
// nothing is traced a span costs the look-up of one value and no memory.
package spans

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Config says where spans go.
type Config struct {
	// URL is that of the collector, such as http://127.0.0.1:4318; spans are
	// sent to /v1/traces below it.
	URL string
	// Sample is the share of the requests that are traced, 0 to 1.
	Sample float64
	// Version is that of the service, Instance tells its processes apart.
	Version, Instance string
	Logger            *slog.Logger
}

// A Tracer begins the spans of requests. A nil one traces nothing.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// scope is the name under which spans are told apart from those of libraries.
const scope = "temgoc"

// queued is how many finished spans wait for the collector; more are dropped.
const queued = 4096

// New makes a Tracer; Close ends it.
func New(c Config) (*Tracer, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return nil, errors.New("traces: the address of the collector is of the form http://HOST:4318 or https://HOST")
	}
	if c.Sample < 0 || c.Sample > 1 {
		return nil, fmt.Errorf("traces: the share of requests that are traced is from 0 to 1, not %v", c.Sample)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		c.Logger.Warn("spans were not sent", slog.Any("error", err))
	}))
	provider := sdk.NewTracerProvider(
		sdk.WithSampler(sdk.TraceIDRatioBased(c.Sample)),
		sdk.WithBatcher(newExporter(u), sdk.WithMaxQueueSize(queued)),
		sdk.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "temgoc"),
			attribute.String("service.version", c.Version),
			attribute.String("service.instance.id", c.Instance),
		)),
	)
	return &Tracer{provider: provider, tracer: provider.Tracer(scope)}, nil
}

// patience is how long Close waits for a collector.
const patience = 5 * time.Second

// Close sends what waits.
func (t *Tracer) Close() error {
	if t == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return t.provider.Shutdown(ctx)
}

// A Span is something that takes time. The zero Span is one that nobody looks at.
type Span struct{ span trace.Span }

// Request begins the span of a request. What a client says of traces of its own
// is not listened to.
func (t *Tracer) Request(ctx context.Context, method, route string) (context.Context, Span) {
	if t == nil {
		return ctx, Span{}
	}
	ctx, span := t.tracer.Start(ctx, method+" "+route, trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route)))
	return ctx, Span{span}
}

// Answered ends the span of a request.
func (s Span) Answered(status int) {
	if s.span == nil {
		return
	}
	s.span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= 500 {
		s.span.SetStatus(codes.Error, "")
	}
	s.span.End()
}

// Begin begins a span below that of ctx. Where ctx has none that is looked at
// it does nothing. Attributes are pairs of a name and a value.
func Begin(ctx context.Context, name string, attributes ...string) (context.Context, Span) {
	above := trace.SpanFromContext(ctx)
	if !above.SpanContext().IsSampled() {
		return ctx, Span{}
	}
	ctx, span := above.TracerProvider().Tracer(scope).Start(ctx, name)
	for i := 0; i+1 < len(attributes); i += 2 {
		span.SetAttributes(attribute.String(attributes[i], attributes[i+1]))
	}
	return ctx, Span{span}
}

// End ends a span, as failed if wrong is not empty. It is a word such as
// unavailable: the text of an error may tell what is nobody's business.
func (s Span) End(wrong string) {
	if s.span == nil {
		return
	}
	if wrong != "" {
		s.span.SetStatus(codes.Error, wrong)
	}
	s.span.End()
}
