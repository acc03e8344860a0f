package spans

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestOffCostsNothing begins spans where nothing is traced.
func TestOffCostsNothing(t *testing.T) {
	ctx := context.Background()
	var off *Tracer
	if n := testing.AllocsPerRun(100, func() {
		ctx, request := off.Request(ctx, "GET", "/:code")
		_, span := Begin(ctx, "documents.head", "db.operation.name", "head")
		span.End("")
		request.Answered(200)
	}); n != 0 {
		t.Errorf("a request that is not traced allocates %v times", n)
	}
	if err := off.Close(); err != nil {
		t.Error(err)
	}
}

func TestSent(t *testing.T) {
	var body string
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		body += r.URL.Path + " " + r.Header.Get("Content-Type") + " " + string(content)
	}))
	defer receiver.Close()
	for share, want := range map[float64]bool{1: true, 0: false} {
		body = ""
		tracer, err := New(Config{URL: receiver.URL + "/otlp/", Sample: share, Version: "v1", Instance: ":1", Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		ctx, request := tracer.Request(t.Context(), "GET", "/:code")
		_, span := Begin(ctx, "documents.head", "db.system.name", "sqlite")
		span.End("unavailable")
		request.Answered(503)
		if err := tracer.Close(); err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{
			"/otlp/v1/traces application/json", `"name":"GET /:code","kind":2`, `"name":"documents.head","kind":1`, `"status":{"code":2,"message":"unavailable"}`,
			`{"key":"http.response.status_code","value":{"intValue":"503"}}`, `{"key":"service.version","value":{"stringValue":"v1"}}`, `"parentSpanId":"`,
		} {
			if strings.Contains(body, part) != want {
				t.Errorf("with a share of %v, %s is in the message: %t\n%s", share, part, !want, body)
			}
		}
	}
	for _, bad := range []Config{{URL: "collector:4318"}, {URL: "ftp://x"}, {URL: "http://user:secret@x"}, {URL: "http://x", Sample: 2}} {
		if _, err := New(bad); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}
