package desk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/account"
	"temgoc/internal/mail"
	"temgoc/internal/problem"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
	"temgoc/internal/web/ui"
)

// Config is what the desks stand on.
type Config struct {
	People *account.Directory
	Ledger *trace.Ledger
	Logger *slog.Logger
	// Nav lists the parts of the console that a visit's role has.
	Nav func(*Visit) []Link
	// PublicURL is where people reach the service, for links to copy.
	PublicURL string
	// Mail sends invitations; nil where no mail server is set up.
	Mail *mail.Sender
	// HTTPS says that the service is reached by https. Without it, which is for
	// trying things out only, cookies cannot be bound to the host.
	HTTPS bool
	// Demonstration marks every page as showing invented data.
	Demonstration bool
	// Limits bound how often people upload and export; nil for no bound.
	Limits *limit.Limits
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// A Kit serves routes.
type Kit struct {
	config Config
	cross  *http.CrossOriginProtection
}

// New makes a Kit.
func New(c Config) *Kit {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return &Kit{config: c, cross: http.NewCrossOriginProtection()}
}

// Register adds the routes of a desk. One without roles that is not for guests
// is a mistake, and so is one with roles that is for everybody.
func (k *Kit) Register(r gin.IRoutes, p Part) {
	for _, route := range p.Routes {
		if len(route.Roles) == 0 && !route.Guest || len(route.Roles) > 0 && p.Public {
			panic(fmt.Sprintf("route %s %s: roles %v, guests %v", route.Method, route.Path, route.Roles, route.Guest))
		}
		serve := func(g *gin.Context) { k.serve(g, p, route) }
		r.Handle(route.Method, p.path(route), serve)
		if p.Public && route.Method == http.MethodGet {
			r.HEAD(p.path(route), serve)
		}
	}
}

// NotFound answers addresses below Prefix that no desk has.
func (k *Kit) NotFound(p Part) gin.HandlerFunc {
	nowhere := Route{Guest: true, Handle: func(*Visit) (Answer, error) { return Answer{}, trace.ErrHidden }}
	return func(g *gin.Context) { k.serve(g, p, nowhere) }
}

// Static serves style sheets and scripts, for ever: their names change with
// their content.
func Static(g *gin.Context) {
	s, ok := ui.StaticFile(g.Param("name"))
	if !ok {
		g.Status(http.StatusNotFound)
		return
	}
	g.Header("Cache-Control", "public, max-age=31536000, immutable")
	g.Header("X-Content-Type-Options", "nosniff")
	g.Data(http.StatusOK, s.Type, s.Content)
}

// policy lets pages load nothing but our own files, and run no script that
// stands in a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

func protect(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin") // CSRF protection reads Origin; codes do not leave
	h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// serve answers one request.
func (k *Kit) serve(g *gin.Context, p Part, route Route) {
	protect(g.Writer.Header())
	v := &Visit{kit: k, gin: g, Request: g.Request, route: route, public: p.Public}
	v.Lang = v.language()
	answer, err := k.answer(v)
	if err != nil {
		answer = k.failure(v, err)
	}
	k.send(v, p.Templates, answer)
}

// answer lets the visitor in and runs the handler.
func (k *Kit) answer(v *Visit) (Answer, error) {
	if err := k.refuseForeign(v.Request); err != nil {
		return Answer{}, err
	}
	if elsewhere, err := v.enter(); elsewhere != "" || err != nil {
		return Answer{status: http.StatusSeeOther, location: elsewhere}, err
	}
	if v.route.Admit != nil {
		done, err := v.route.Admit(v)
		if err != nil {
			return Answer{}, err
		}
		defer done()
	}
	if err := k.bound(v); err != nil {
		return Answer{}, err
	}
	if err := v.receive(); err != nil {
		return Answer{}, err
	}
	k.config.Limits.Charge(limit.Uploads, k.person(v), len(v.Files))
	return v.route.Handle(v)
}

// bound refuses uploads and exports of a person who had too many. What is uploaded
// counts when it has come: a form without a file is none.
func (k *Kit) bound(v *Visit) error {
	switch {
	case v.route.Exports:
		return k.config.Limits.Admit(limit.Exports, k.person(v))
	case v.route.Uploads && len(v.route.Roles) > 0:
		return k.config.Limits.Check(limit.Uploads, k.person(v))
	}
	return nil
}

// person is who visits, as far as limits tell persons apart.
func (k *Kit) person(v *Visit) limit.Who {
	return k.config.Limits.Person(v.Who(k.config.Limits), v.Actor.ID)
}

var errForeign = &trace.RuleError{Kind: trace.ErrForbidden, Message: foreignText}

// refuseForeign refuses changes that another site asks for with our visitor's
// cookies. A client that does not say where the request comes from is no
// browser, and has no business with cookies.
func (k *Kit) refuseForeign(r *http.Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
		return errForeign
	}
	if err := k.cross.Check(r); err != nil {
		return errForeign
	}
	return nil
}

// send writes an answer. A page is rendered whole before its status is sent.
func (k *Kit) send(v *Visit, templates *ui.Templates, a Answer) {
	switch {
	case a.file != nil:
		k.sendFile(v, templates, a.file)
	case a.location != "":
		if a.notice != "" {
			v.setCookie(&http.Cookie{Name: noticeCookie, Value: url.QueryEscape(a.notice), MaxAge: 60})
		}
		if a.done && v.Request.Header.Get(outboxHeader) != "" {
			v.gin.Header(outboxHeader, local(a.location))
			v.gin.Status(http.StatusNoContent)
			return
		}
		http.Redirect(v.gin.Writer, v.Request, local(a.location), a.status)
	default:
		k.sendPage(v, templates, a)
	}
}

// outboxHeader marks a form that the script outbox.js sends. A script cannot see
// where a redirect leads, nor tell one that ends a form from one that begins a
// sign-in: it is told in this header that the form was carried out, and where
// its page leads.
const outboxHeader = "Temgoc-Outbox"

func (k *Kit) sendPage(v *Visit, templates *ui.Templates, a Answer) {
	body, err := templates.Render(a.page)
	if err != nil {
		k.config.Logger.ErrorContext(v.Context(), "page not rendered", slog.Any("error", err))
		v.gin.String(http.StatusInternalServerError, "500\n")
		return
	}
	v.gin.Header("Content-Language", string(v.Lang))
	v.gin.Data(a.status, "text/html; charset=utf-8", body)
}

// sendFile streams a file. What is refused before the first byte becomes an
// error page; what fails later ends the connection, so that nobody takes a part
// for the whole.
func (k *Kit) sendFile(v *Visit, templates *ui.Templates, f *file) {
	w := &lateHeader{visit: v, file: f}
	err := f.write(w)
	switch {
	case err == nil:
		w.begin()
	case !w.begun:
		k.send(v, templates, k.failure(v, err))
	default:
		k.config.Logger.ErrorContext(v.Context(), "file not sent to its end", slog.Any("error", err))
		panic(http.ErrAbortHandler)
	}
}

// A lateHeader writes the header with the first byte.
type lateHeader struct {
	visit *Visit
	file  *file
	begun bool
}

func (w *lateHeader) begin() {
	if w.begun {
		return
	}
	w.begun = true
	disposition := "attachment"
	if w.file.inline {
		disposition = "inline"
	}
	h := w.visit.gin.Writer.Header()
	h.Set("Content-Type", w.file.media)
	h.Set("Content-Security-Policy", w.file.policy)
	if w.file.name != "" {
		h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": w.file.name}))
	}
	w.visit.gin.Writer.WriteHeader(http.StatusOK)
}

// Write implements io.Writer.
func (w *lateHeader) Write(p []byte) (int, error) {
	w.begin()
	return w.visit.gin.Writer.Write(p)
}

// An errorPage says what went wrong.
type errorPage struct {
	Frame
	Status  int
	Words   string
	Request string
	SignIn  string
}

// Template implements ui.Page.
func (errorPage) Template() string { return "failure.html" }

// failure is the page for an error, which is logged when it is not the
// visitor's.
func (k *Kit) failure(v *Visit, err error) Answer {
	kind := problem.Of(err)
	if kind.Status >= http.StatusInternalServerError && v.Context().Err() == nil {
		k.config.Logger.ErrorContext(v.Context(), "console request failed", slog.String("route", v.route.Path), slog.Any("error", err))
	}
	page := errorPage{Frame: v.Frame("", ""), Status: kind.Status, Words: v.Words(err), Request: v.gin.Writer.Header().Get("X-Request-Id")}
	page.Title = v.Lang.Name(kind.Title)
	var fields trace.FieldErrors
	if errors.As(err, &fields) {
		page.Words = ""
		for _, f := range fields {
			page.Words += f.Field + ": " + v.Lang.Name(f.Message) + ". "
		}
	}
	if throttled, ok := errors.AsType[*trace.Throttled](err); ok {
		v.gin.Header("Retry-After", strconv.Itoa(throttled.Seconds()))
	}
	v.waitFor(err)
	switch kind.Status {
	case http.StatusServiceUnavailable:
		v.gin.Header("Retry-After", problem.RetryAfter)
	case http.StatusInsufficientStorage:
		v.gin.Header("Retry-After", problem.RetryAfterFull)
	case http.StatusUnauthorized:
		page.SignIn = signInPath
	}
	return ShowAs(kind.Status, page)
}

// waitFor tells programs how long to wait after what was tried too often.
func (v *Visit) waitFor(err error) {
	if t, ok := errors.AsType[*trace.Throttled](err); ok {
		v.gin.Header("Retry-After", strconv.Itoa(t.Seconds()))
	}
}

// receive reads what the form sent, at most as much as the route allows.
func (v *Visit) receive() error {
	if v.Request.Method != http.MethodPost {
		return nil
	}
	limit := int64(MaxForm)
	if v.route.Uploads {
		limit = maxUpload
	}
	v.Request.Body = http.MaxBytesReader(v.gin.Writer, v.Request.Body, limit)
	media, _, _ := mime.ParseMediaType(v.Request.Header.Get("Content-Type"))
	if media == "multipart/form-data" && v.route.Uploads {
		return v.receiveFiles()
	}
	if err := v.Request.ParseForm(); err != nil {
		return unread(err)
	}
	v.Form = v.Request.PostForm
	return nil
}

// receiveFiles reads a form with files part by part, so that no part is
// written to a disk.
func (v *Visit) receiveFiles() error {
	reader, err := v.Request.MultipartReader()
	if err != nil {
		return problem.ErrMalformed
	}
	v.Form = url.Values{}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unread(err)
		}
		limit := int64(MaxForm)
		if part.FileName() != "" {
			limit = trace.MaxFileSize
		}
		content, err := io.ReadAll(io.LimitReader(part, limit+1))
		switch {
		case err != nil:
			return unread(err)
		case int64(len(content)) > limit:
			return FieldError(part.FormName(), "tệp lớn hơn "+strconv.Itoa(trace.MaxFileSize>>20)+" MiB", "is larger than "+strconv.Itoa(trace.MaxFileSize>>20)+" MiB")
		case part.FileName() == "" && bytes.IndexByte(content, 0) < 0:
			v.Form.Add(part.FormName(), string(content)) // also what was emptied; a file that was not chosen is empty text
		case part.FileName() != "" && len(content) > 0:
			if len(v.Files) == MaxFiles {
				return FieldError(part.FormName(), fmt.Sprintf("tối đa %d tệp mỗi lần gửi", MaxFiles), fmt.Sprintf("may have %d files at a time", MaxFiles))
			}
			v.Files = append(v.Files, File{part.FormName(), part.FileName(), content})
		}
	}
}

func unread(err error) error {
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fmt.Errorf("%w: more than %d bytes", problem.ErrTooLarge, large.Limit)
	}
	return problem.ErrMalformed
}
