package desktest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"temgoc/internal/web/desk"
)

// A Browser is somebody at a browser without scripts.
type Browser struct {
	T       testing.TB
	handler http.Handler
	jar     *cookiejar.Jar
}

// origin is where the browser believes the service to be.
var origin = &url.URL{Scheme: "http", Host: "console.test"}

// Browser signs a person of the World in.
func (w *World) Browser(who string) *Browser {
	w.T.Helper()
	return w.Carrying(w.Session(who))
}

// Carrying is somebody whose browser has a cookie.
func (w *World) Carrying(c *http.Cookie) *Browser {
	w.T.Helper()
	b := w.Guest()
	b.jar.SetCookies(origin, []*http.Cookie{c})
	return b
}

// Session opens a session of a person of the World, for browsers of one's own.
func (w *World) Session(who string) *http.Cookie {
	w.T.Helper()
	in, err := w.People.OpenSession(w.T.Context(), w.persons[who], 0)
	if err != nil {
		w.T.Fatalf("session of %s: %v", who, err)
	}
	return desk.SessionCookie(in.Token, false)
}

// Guest is somebody who is not signed in.
func (w *World) Guest() *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.T.Fatal(err)
	}
	return &Browser{T: w.T, handler: w.Handler, jar: jar}
}

// A Page is what a browser shows.
type Page struct {
	Status   int
	Header   http.Header
	Path     string
	Body     string
	root     *html.Node
	Location string // where a redirect leads; Follow goes there
}

// Get opens an address, and follows where it leads.
func (b *Browser) Get(path string) *Page {
	b.T.Helper()
	return b.Follow(b.send(http.MethodGet, path, nil, ""))
}

// GetOnce opens an address and does not follow where it leads.
func (b *Browser) GetOnce(path string) *Page {
	b.T.Helper()
	return b.send(http.MethodGet, path, nil, "")
}

// Post sends fields as a form of the page at path would, and does not follow
// where the answer leads.
func (b *Browser) Post(path string, fields url.Values) *Page {
	b.T.Helper()
	return b.send(http.MethodPost, path, []byte(fields.Encode()), "application/x-www-form-urlencoded")
}

// PostWith is Post with other headers than those of a browser on the page.
func (b *Browser) PostWith(path string, fields url.Values, headers http.Header) *Page {
	b.T.Helper()
	return b.exchange(http.MethodPost, path, []byte(fields.Encode()), "application/x-www-form-urlencoded", headers)
}

// An Upload is a file for an input of a form.
type Upload struct {
	Field, Name string
	Content     []byte
}

// Submit fills in the form of a page that has all the fields named (and the
// address, if it is not empty), presses its first button and follows the
// answer. The other fields are sent as the page has them.
func (b *Browser) Submit(p *Page, action string, fields url.Values, uploads ...Upload) *Page {
	b.T.Helper()
	return b.Follow(b.SubmitOnce(p, action, fields, uploads...))
}

// SubmitOnce is Submit without following the answer.
func (b *Browser) SubmitOnce(p *Page, action string, fields url.Values, uploads ...Upload) *Page {
	b.T.Helper()
	form := p.form(action, fields, uploads)
	if form == nil {
		b.T.Fatalf("%s has no form %q with the fields %v:\n%s", p.Path, action, fields, p.Text())
	}
	values := valuesOf(form)
	for name, v := range fields {
		values[name] = v
	}
	target := attribute(form, "action")
	if target == "" {
		target = p.Path
	}
	if strings.EqualFold(attribute(form, "method"), "get") {
		target, _, _ = strings.Cut(target, "?")
		return b.send(http.MethodGet, target+"?"+values.Encode(), nil, "")
	}
	if attribute(form, "enctype") != "multipart/form-data" {
		if len(uploads) > 0 {
			b.T.Fatalf("the form of %s takes no files", p.Path)
		}
		return b.Post(target, values)
	}
	body, media := multipartOf(b, values, uploads)
	return b.send(http.MethodPost, target, body, media)
}

// sameOrigin are the headers of a form of ours.
var sameOrigin = http.Header{"Origin": {origin.String()}, "Sec-Fetch-Site": {"same-origin"}}

func (b *Browser) send(method, path string, body []byte, contentType string) *Page {
	b.T.Helper()
	return b.exchange(method, path, body, contentType, sameOrigin)
}

func (b *Browser) exchange(method, path string, body []byte, contentType string, headers http.Header) *Page {
	b.T.Helper()
	u, err := origin.Parse(path)
	if err != nil {
		b.T.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.T.Context(), method, u.RequestURI(), bytes.NewReader(body))
	r.Host = origin.Host
	r.Header.Set("Accept-Language", "vi")
	if method != http.MethodGet {
		for name, values := range headers {
			r.Header[name] = values
		}
		r.Header.Set("Content-Type", contentType)
	}
	for _, c := range b.jar.Cookies(origin) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	b.jar.SetCookies(origin, w.Result().Cookies())
	p := &Page{Status: w.Code, Header: w.Header(), Path: path, Body: w.Body.String(), Location: w.Header().Get("Location")}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		if p.root, err = html.Parse(strings.NewReader(p.Body)); err != nil {
			b.T.Fatal(err)
		}
	}
	return p
}

// Follow goes where a redirect leads.
func (b *Browser) Follow(p *Page) *Page {
	b.T.Helper()
	for n := 0; p.Status == http.StatusSeeOther; n++ {
		if n == 5 {
			b.T.Fatalf("%s leads in a circle", p.Path)
		}
		p = b.send(http.MethodGet, p.Location, nil, "")
	}
	return p
}

// Want fails unless the page has the status and all of the texts.
func (p *Page) Want(t testing.TB, status int, texts ...string) *Page {
	t.Helper()
	shown := p.Text()
	var missing []string
	for _, want := range texts {
		if !strings.Contains(shown, want) {
			missing = append(missing, want)
		}
	}
	if p.Status != status || len(missing) > 0 {
		t.Errorf("%s answers %d, want %d; it lacks %q:\n%s", p.Path, p.Status, status, missing, shown)
	}
	return p
}

// Text is what is to be read on the page.
func (p *Page) Text() string {
	if p.root == nil {
		return p.Body
	}
	var b strings.Builder
	walk(p.root, func(n *html.Node) {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
	})
	return strings.Join(strings.Fields(b.String()), " ")
}

// Field is what an input of the page holds.
func (p *Page) Field(name string) string {
	return valuesOf(p.root).Get(name)
}

// Blames tells whether the page says that something is wrong with a field.
func (p *Page) Blames(field string) bool {
	found := false
	walk(p.root, func(n *html.Node) {
		found = found || n.Type == html.ElementNode && attribute(n, "name") == field && has(n, "aria-invalid")
	})
	return found
}

// Attribute is one of the first element of a kind that has a class.
func (p *Page) Attribute(kind, class, name string) string {
	value, found := "", false
	walk(p.root, func(n *html.Node) {
		if !found && n.Type == html.ElementNode && n.Data == kind && slices.Contains(strings.Fields(attribute(n, "class")), class) {
			value, found = attribute(n, name), true
		}
	})
	return value
}

// Links are the addresses of the page's links whose text contains text.
func (p *Page) Links(text string) []string {
	var links []string
	walk(p.root, func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "a" && strings.Contains(textOf(n), text) {
			links = append(links, attribute(n, "href"))
		}
	})
	return links
}

// Link is the first of Links; it must be there.
func (p *Page) Link(t testing.TB, text string) string {
	t.Helper()
	links := p.Links(text)
	if len(links) == 0 {
		t.Fatalf("%s has no link %q:\n%s", p.Path, text, p.Text())
	}
	return links[0]
}

func (p *Page) form(action string, fields url.Values, uploads []Upload) *html.Node {
	var found *html.Node
	walk(p.root, func(n *html.Node) {
		if found != nil || n.Type != html.ElementNode || n.Data != "form" {
			return
		}
		own := attribute(n, "action")
		if action != "" && own != action || action == "" && strings.HasPrefix(own, desk.Prefix+"/ra") || action == "" && own == desk.Prefix+"/vai-tro" {
			return // not the forms of the frame, unless they are meant
		}
		names := map[string]bool{}
		walk(n, func(i *html.Node) {
			if name := attribute(i, "name"); name != "" {
				names[name] = true
			}
		})
		for name := range fields {
			if !names[name] {
				return
			}
		}
		for _, u := range uploads {
			if !names[u.Field] {
				return
			}
		}
		found = n
	})
	return found
}

// valuesOf is what a form sends as it stands.
func valuesOf(form *html.Node) url.Values {
	values := url.Values{}
	walk(form, func(n *html.Node) {
		name := attribute(n, "name")
		if n.Type != html.ElementNode || name == "" {
			return
		}
		switch n.Data {
		case "input":
			kind := attribute(n, "type")
			if kind == "file" || (kind == "radio" || kind == "checkbox") && !has(n, "checked") {
				return
			}
			values.Add(name, attribute(n, "value"))
		case "textarea":
			values.Add(name, textOf(n))
		case "select":
			values.Add(name, chosen(n))
		}
	})
	return values
}

func chosen(n *html.Node) string {
	first, picked, any := "", "", false
	walk(n, func(o *html.Node) {
		if o.Type != html.ElementNode || o.Data != "option" {
			return
		}
		if first == "" && !any {
			first = attribute(o, "value")
		}
		any = true
		if has(o, "selected") {
			picked = fmt.Sprint(attribute(o, "value"))
		}
	})
	if picked != "" {
		return picked
	}
	return first
}

func walk(n *html.Node, visit func(*html.Node)) {
	if n == nil {
		return
	}
	visit(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	walk(n, func(c *html.Node) {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	})
	return b.String()
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// Twin is somebody who has got hold of all cookies that the browser has now.
func (b *Browser) Twin() *Browser {
	b.T.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.T.Fatal(err)
	}
	jar.SetCookies(origin, b.jar.Cookies(origin))
	return &Browser{T: b.T, handler: b.handler, jar: jar}
}
