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

// TestDoorFirstMoment comes before it is known whether there is anything to wait
// for, as with a replica that is restarted.
func TestDoorFirstMoment(t *testing.T) {
	for name, test := range map[string]struct {
		then func(*Door)
		want int
	}{
		"opens": {func(d *Door) {
			d.Open(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
		}, http.StatusTeapot},
		"waits": {func(d *Door) { d.Wait("documents") }, http.StatusServiceUnavailable},
	} {
		var d Door
		answered := make(chan int)
		go func() {
			rec := httptest.NewRecorder()
			d.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/K7Q2M9XR4V", nil))
			answered <- rec.Code
		}()
		rec := httptest.NewRecorder()
		d.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/livez", nil))
		if rec.Code != http.StatusOK {
			t.Errorf("/livez: %d", rec.Code)
		}
		test.then(&d)
		if got := <-answered; got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}
