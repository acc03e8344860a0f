package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"temgoc/internal/problem"
	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
)

// A Door is what a listener serves from the first moment, also while the stores
// that the service needs are not there yet: machines start in any order. Until
// Open it says that the process lives, that it is not ready and what it waits
// for, and asks everybody else to come back. Whoever comes in the first moment,
// before it is known whether there is anything to wait for, is let in when it
// opens: a replica that is restarted turns nobody away.
type Door struct {
	behind  atomic.Pointer[http.Handler]
	waiting atomic.Pointer[string]
}

// Wait says what is waited for, by the name of its probe.
func (d *Door) Wait(missing string) { d.waiting.Store(&missing) }

// Open lets requests through to h.
func (d *Door) Open(h http.Handler) { d.behind.Store(&h) }

// ServeHTTP implements http.Handler.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/livez" && r.URL.Path != "/readyz" {
		d.hold(r.Context())
	}
	if h := d.behind.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	switch {
	case r.URL.Path == "/livez":
		answerText(w, http.StatusOK, "text/plain; charset=utf-8", "ok\n")
	case r.URL.Path == "/readyz":
		answerText(w, http.StatusServiceUnavailable, "text/plain; charset=utf-8", d.missing()+": not answering\n")
	case isAPI(r.URL.Path) || scan.WantsJSON(r.Header.Get("Accept")):
		header.Set("Retry-After", problem.RetryAfter)
		k := problem.Of(trace.ErrUnavailable)
		answerText(w, k.Status, "application/problem+json", fmt.Sprintf(`{"type":"urn:temgoc:problem:%s","title":%q,"status":%d}`+"\n", k.Code, k.Title.EN, k.Status))
	default:
		header.Set("Retry-After", problem.RetryAfter)
		header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
		answerText(w, http.StatusServiceUnavailable, "text/html; charset=utf-8", startingPage)
	}
}

// How long the first moment may be, and how often to look whether it is over.
const (
	firstMoment = 5 * time.Second
	glance      = 10 * time.Millisecond
)

// hold returns when the door is open, or it is known that it stays shut.
func (d *Door) hold(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, firstMoment)
	defer cancel()
	for d.behind.Load() == nil && d.waiting.Load() == nil {
		select {
		case <-time.After(glance):
		case <-ctx.Done():
			return
		}
	}
}

// missing names what is waited for.
func (d *Door) missing() string {
	if name := d.waiting.Load(); name != nil {
		return *name
	}
	return "starting"
}

func answerText(w http.ResponseWriter, status int, contentType, text string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // who went away needs no answer
}

// startingPage has no style: there is nothing yet to take one from.
var startingPage = strings.TrimSpace(`
<!doctype html>
<html lang=vi>
<meta charset=utf-8>
<meta name=viewport content="width=device-width">
<title>Dịch vụ đang khởi động</title>
<h1>Dịch vụ đang khởi động</h1>
<p>Dịch vụ đang chờ kết nối với cơ sở dữ liệu. Mã trên tem vẫn dùng được: vui lòng tải lại trang sau ít giây.</p>
<p lang=en>The service is starting and waits for its database. The code on the stamp is still good: please load the page again in a few seconds.</p>
`) + "\n"
