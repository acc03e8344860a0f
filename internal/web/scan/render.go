package scan

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// A request is what decides how an answer about a code looks.
type request struct {
	lang   string
	chosen bool // by the lang parameter
	full   bool // /records
	json   bool
	// preview is where a preview was asked for, empty for the public; of a batch
	// that is unreleased in truth.
	preview    string
	unreleased bool
}

// variants is the number of different answers per batch and day that are kept:
// two languages, chosen or not.
const variants = 4

// bounded tells whether the answer keeps the size of a page. /records and JSON
// have no bound, so they are made for each request and never kept.
func (r request) bounded() bool { return !r.full && !r.json }

// variant numbers the answers that are bounded.
func (r request) variant() int {
	v := 0
	if r.lang == "en" {
		v |= 1
	}
	if r.chosen {
		v |= 2
	}
	return v
}

// rendered is a complete answer. The header values are made once and shared
// by all requests, so nobody may change them.
type rendered struct {
	status int
	body   []byte
	etag   string
	header []field
	// until is when the day ends for which it was made, asOf the time of its
	// data while the store is away.
	until, asOf time.Time
	counted     bool
	miss        bool // see miss
}

// A field is a header with its canonical name.
type field struct {
	name   string
	values []string
}

// The headers that every page has. No page of a code runs a script, and none is
// framed or asks another host for anything; the code is in the address and stays there.
var fixedHeaders = []field{
	{"Cache-Control", []string{"no-cache"}},
	{"Vary", []string{"Accept, Accept-Language"}},
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"Referrer-Policy", []string{"no-referrer"}},
	{"Permissions-Policy", []string{"geolocation=(), camera=(), microphone=()"}},
	{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	{"X-Robots-Tag", []string{"noindex, nofollow"}},
}

// policy is the Content-Security-Policy of a page with this style source.
func policy(style string) string {
	return "default-src 'none'; style-src " + style +
		"; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// allowScripts lets a page run the scripts of the service and ask it for files:
// only the page that checks evidence does.
func (r *rendered) allowScripts() {
	for i, f := range r.header {
		if f.name == "Content-Security-Policy" {
			r.header[i].values = []string{strings.Replace(f.values[0], "default-src 'none';", "default-src 'none'; script-src 'self'; connect-src 'self';", 1)}
		}
	}
}

// finish completes an answer from its body.
func finish(status int, body []byte, contentType string) *rendered {
	sum := sha256.Sum256(body)
	r := &rendered{status: status, body: body, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`}
	csp := policy(ui.StyleSource(body))
	if contentType != htmlType {
		csp = "default-src 'none'; frame-ancestors 'none'"
	}
	r.header = append(r.header, fixedHeaders...)
	r.header = append(r.header,
		field{"Content-Type", []string{contentType}},
		field{"Content-Length", []string{strconv.Itoa(len(body))}},
		field{"Content-Security-Policy", []string{csp}},
		field{"Etag", []string{r.etag}},
	)
	return r
}

const (
	htmlType = "text/html; charset=utf-8"
	jsonType = "application/json; charset=utf-8"
)

// answer writes a page. A reader who has it already is told so.
func answer(w http.ResponseWriter, r *http.Request, p *rendered) {
	h := w.Header()
	for _, f := range p.header {
		h[f.name] = f.values
	}
	if p.status == http.StatusOK && matchesETag(r.Header.Get("If-None-Match"), p.etag) {
		delete(h, "Content-Length")
		delete(h, "Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		// The client's going away is not an error of ours.
		_, _ = w.Write(p.body)
	}
}

// base fills in what every page has.
func (p *Pages) base(r request, title string) base {
	t := textsIn(r.lang)
	b := base{T: t, Title: title, Switch: "?lang=" + t.Other, Home: "/", Demo: p.config.Demonstration, Office: p.config.Office}
	if r.preview != "" {
		b.Preview, b.Back = t.PreviewLive, r.preview
		if r.unreleased {
			b.Preview = t.PreviewOpen
		}
	}
	if r.chosen {
		b.Keep = r.lang
		b.Home = "/?lang=" + r.lang
	}
	return b
}

// page renders a template page.
func (p *Pages) page(status int, page ui.Page) (*rendered, error) {
	body, err := p.templates.Render(page)
	if err != nil {
		return nil, err
	}
	return finish(status, body, htmlType), nil
}

// document renders the JSON of a page.
func document(status int, v any) (*rendered, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode the answer: %w", err)
	}
	return finish(status, append(body, '\n'), jsonType), nil
}

// record renders what there is on a published batch, in the least detail that
// is needed to keep the size of a page.
func (p *Pages) record(d *trace.Dossier, today trace.Date, r request, asOf time.Time, s named) (*rendered, error) {
	w := writer{t: textsIn(r.lang), d: d, today: today, detail: everything}
	b := p.base(r, "")
	b.Demo = b.Demo || d.Producer.Data.Demonstration
	b.AsOf = b.T.asOf(asOf)
	if r.full {
		page := w.page(b, s)
		page.Full = true
		return p.page(http.StatusOK, page)
	}
	room := 0
	if s.after != "" {
		room = roomForScans
	}
	if s.level == levelOpened {
		room += roomForOpened
	}
	var out *rendered
	var err error
	for _, w.detail = range details {
		out, err = p.page(http.StatusOK, w.page(b, s))
		if err != nil || len(out.body) <= maxPage-room {
			break
		}
	}
	return out, err
}

// blank stands for the item on a page that is rendered once for all items of
// a batch. Its texts are as long as those they stand for, so that shortening
// treats them alike, and are the same in HTML and in addresses.
var blank = named{code: "QITEMCODEQITEMCODEQI", display: "QITEM-DISPL-QITEM-DISPL", scans: "QITEMSCANS", after: "QITEMAFTER"}

// roomForScans is kept free on such a page for what fill puts in: the sentence
// about the scans, the state of the stamp, and the picture for new browsers. On
// the page of a pack that was opened there is one more sentence.
const (
	roomForScans  = 250
	roomForOpened = 200
)

// stamped is a page rendered with blank for one item. Its policy is the page's,
// whose style and scripts it has.
func stamped(page *rendered, s named) *rendered {
	r := &rendered{status: page.status, body: fill(page.body, s), header: slices.Clone(page.header)}
	sum := sha256.Sum256([]byte(page.etag + s.code + s.scans + s.after))
	r.etag = `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
	for i, f := range r.header {
		switch f.name {
		case "Content-Length":
			r.header[i].values = []string{strconv.Itoa(len(r.body))}
		case "Etag":
			r.header[i].values = []string{r.etag}
		}
	}
	return r
}

// fill puts an item into a page rendered with blank.
func fill(page []byte, s named) []byte {
	out := make([]byte, 0, len(page)+len(s.scans)+len(s.after)+256)
	for len(page) > 0 {
		i := bytes.Index(page, []byte("QITEM"))
		if i < 0 {
			break
		}
		out, page = append(out, page[:i]...), page[i:]
		switch {
		case bytes.HasPrefix(page, []byte(blank.code)):
			out, page = append(out, s.code...), page[len(blank.code):]
		case bytes.HasPrefix(page, []byte(blank.display)):
			out, page = append(out, s.display...), page[len(blank.display):]
		case bytes.HasPrefix(page, []byte(blank.scans)):
			out, page = append(out, s.scans...), page[len(blank.scans):]
		case bytes.HasPrefix(page, []byte(blank.after)):
			out, page = append(out, s.after...), page[len(blank.after):]
		default: // a word of somebody's text
			out, page = append(out, page[0]), page[1:]
		}
	}
	return append(out, page...)
}

func (t *texts) asOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return say(t.AsOf, t.moment(at))
}
