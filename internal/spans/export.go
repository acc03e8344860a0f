package spans

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// An exporter sends spans as OTLP/HTTP with JSON, which every collector takes
// besides protobuf. The library's own exporter would bring gRPC into the binary
// and open it to no collector more.
type exporter struct {
	address string
	client  *http.Client
}

const (
	// sendTimeout bounds one request to a collector.
	sendTimeout = 10 * time.Second
	// maxAnswer is how much of its answer is read, in bytes.
	maxAnswer = 1 << 12
)

func newExporter(u *url.URL) exporter {
	address := *u
	address.Path = strings.TrimSuffix(u.Path, "/")
	if !strings.HasSuffix(address.Path, "/v1/traces") {
		address.Path += "/v1/traces"
	}
	return exporter{address.String(), &http.Client{Timeout: sendTimeout}}
}

// ExportSpans implements sdk.SpanExporter. What a collector does not take is
// lost: spans are no records.
func (e exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body, err := json.Marshal(message(spans))
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := e.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer)) // best effort: the status is what counts
		return fmt.Errorf("the collector answers %s: %.200q", answer.Status, said)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer))
	return err
}

// Shutdown implements sdk.SpanExporter.
func (e exporter) Shutdown(context.Context) error {
	e.client.CloseIdleConnections()
	return nil
}

// The message of OTLP in JSON: ids are hexadecimal, and 64-bit numbers are
// strings.
type (
	traces struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   described    `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	described struct {
		Attributes []keyValue `json:"attributes"`
	}
	scopeSpans struct {
		Scope struct {
			Name string `json:"name"`
		} `json:"scope"`
		Spans []span `json:"spans"`
	}
	span struct {
		TraceID    string     `json:"traceId"`
		SpanID     string     `json:"spanId"`
		Parent     string     `json:"parentSpanId,omitempty"`
		Name       string     `json:"name"`
		Kind       int        `json:"kind"`
		Start      string     `json:"startTimeUnixNano"`
		End        string     `json:"endTimeUnixNano"`
		Attributes []keyValue `json:"attributes,omitempty"`
		Status     status     `json:"status"`
	}
	status struct {
		Code    int    `json:"code,omitempty"`
		Message string `json:"message,omitempty"`
	}
	keyValue struct {
		Key   string `json:"key"`
		Value value  `json:"value"`
	}
	value struct {
		String string `json:"stringValue,omitempty"`
		Int    string `json:"intValue,omitempty"`
	}
)

// statusError is OTLP's code of a failed span.
const statusError = 2

func message(spans []sdk.ReadOnlySpan) traces {
	r := resourceSpans{Resource: described{keyValues(spans[0].Resource().Attributes())}, ScopeSpans: make([]scopeSpans, 1)}
	own := &r.ScopeSpans[0]
	own.Scope.Name = scope
	for _, s := range spans {
		out := span{
			TraceID: s.SpanContext().TraceID().String(), SpanID: s.SpanContext().SpanID().String(),
			Name: s.Name(), Kind: int(s.SpanKind()), Start: nanoseconds(s.StartTime()), End: nanoseconds(s.EndTime()),
			Attributes: keyValues(s.Attributes()),
		}
		if s.Parent().IsValid() {
			out.Parent = s.Parent().SpanID().String()
		}
		if st := s.Status(); st.Code.String() == "Error" {
			out.Status = status{statusError, st.Description}
		}
		own.Spans = append(own.Spans, out)
	}
	return traces{[]resourceSpans{r}}
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func keyValues(attributes []attribute.KeyValue) []keyValue {
	var out []keyValue
	for _, a := range attributes {
		v := value{String: a.Value.String()}
		if a.Value.Type() == attribute.INT64 {
			v = value{Int: v.String}
		}
		out = append(out, keyValue{string(a.Key), v})
	}
	return out
}
