package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestDoor asks a service that waits for its database, and one that is there.
func TestDoor(t *testing.T) {
	var d Door
	d.Wait("documents")
	get := func(path, accept string) *http.Response {
		rec := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept", accept)
		d.ServeHTTP(rec, r)
		return rec.Result()
	}
	for _, tt := range []struct {
		path, accept string
		status       int
		retry        string
		contentType  string
		says         string
	}{
		{"/livez", "", 200, "", "text/plain", "ok"},
		{"/readyz", "", 503, "", "text/plain", "documents: not answering"},
		{"/api/v1/products", "", 503, "5", "application/problem+json", "urn:temgoc:problem:unavailable"},
		{"/K7Q2M9XR4V", "application/json", 503, "5", "application/problem+json", `"status":503`},
		{"/K7Q2M9XR4V", "text/html,*/*", 503, "5", "text/html", "Dịch vụ đang khởi động"},
		{"/console", "text/html,*/*", 503, "5", "text/html", "The service is starting"},
	} {
		answer := get(tt.path, tt.accept)
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != tt.status || answer.Header.Get("Retry-After") != tt.retry ||
			!strings.HasPrefix(answer.Header.Get("Content-Type"), tt.contentType) || !strings.Contains(string(body), tt.says) {
			t.Errorf("%s: %d, %v\n%s", tt.path, answer.StatusCode, answer.Header, body)
		}
	}
	d.Open(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "behind") }))
	if body, err := io.ReadAll(get("/readyz", "").Body); err != nil || string(body) != "behind" {
		t.Errorf("through the open door: %q, %v", body, err)
	}
}
