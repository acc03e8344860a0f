package scan

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/sighting"
	"temgoc/internal/web/limit"
)

// A visit is somebody asking for a page.
type visit struct {
	view bool // counts, see isView
	// browser is the id that the browser brought, newcomer the one that it is
	// given with this answer; at most one is set.
	browser, newcomer string
	who               limit.Who
}

// cookieLife is how long a browser keeps its id: as long as its marks are kept.
const cookieLife = sighting.Window

// seenPath, after a code, is the address of a picture without content that a page
// has which gave a browser its id: when it is asked for, the browser has kept the
// id and shows pages. Only then is it counted among the browsers that looked at
// the stamp; programs that fetch a page and no more are not.
const seenPath = "/seen"

// CookieName is the name of the cookie with a browser's id, which is set on pages
// of items alone.
func CookieName(https bool) string {
	if https {
		return "__Host-tem"
	}
	return "tem"
}

func (p *Pages) cookieName() string { return CookieName(p.config.HTTPS) }

// visitOf reads who asks.
func (p *Pages) visitOf(g *gin.Context, q request) visit {
	v := visit{view: isView(g.Request, q), who: p.who(g)}
	if p.config.Sightings == nil || g.Request.Header.Get("Cookie") == "" {
		return v
	}
	if c, err := g.Request.Cookie(p.cookieName()); err == nil && sighting.ValidBrowser(c.Value) {
		v.browser = c.Value
	}
	return v
}

// see counts a view of an item that counts, and with it the browser; one that
// brings no id is given one.
func (p *Pages) see(v *visit, i liveItem) {
	if !v.view {
		return
	}
	now := p.config.Now()
	p.config.Counter.Add(i.ref.Code.String(), now)
	if p.config.Sightings == nil {
		return
	}
	if len(i.order.Sent) > 0 && !i.order.HasShipped(i.ref.Position) {
		p.config.Sightings.Note(i.ref, sighting.SignUnshipped, now)
	}
	switch {
	case v.browser != "":
		p.config.Sightings.Seen(i.ref, v.browser, now)
	case p.config.Limits.Admit(limit.Browsers, v.who) == nil:
		v.newcomer = sighting.NewBrowser()
	}
}

// count counts a view of an item that does not count, and notes it.
func (p *Pages) count(v *visit, i liveItem, sign sighting.Sign, add bool) {
	if !v.view {
		return
	}
	now := p.config.Now()
	if add {
		p.config.Counter.Add(i.ref.Code.String(), now)
	}
	if p.config.Sightings != nil {
		p.config.Sightings.Note(i.ref, sign, now)
	}
}

// greet gives a browser its id. It is sent back to this service alone, and tells
// nothing but that it is the same browser.
func (p *Pages) greet(h http.Header, v *visit) {
	if v.newcomer == "" {
		return
	}
	c := http.Cookie{
		Name: p.cookieName(), Value: v.newcomer, Path: "/", MaxAge: int(cookieLife / time.Second),
		HttpOnly: true, Secure: p.config.HTTPS, SameSite: http.SameSiteLaxMode,
	}
	h["Set-Cookie"] = []string{c.String()}
}

// seen answers the picture of seenPath, and counts the browser that asks for it.
func (p *Pages) seen(g *gin.Context) {
	v := p.visitOf(g, request{})
	g.Header("Cache-Control", "no-store")
	g.Header("X-Robots-Tag", "noindex, nofollow")
	g.Status(http.StatusNoContent)
	site := g.Request.Header.Get("Sec-Fetch-Site")
	if v.browser == "" || g.Request.Method != http.MethodGet || site != "" && site != "same-origin" {
		return
	}
	given, _, _ := strings.Cut(strings.TrimPrefix(g.Request.URL.Path, "/"), "/")
	if ref, _, ok := p.Stamp(g.Request.Context(), given); ok {
		p.config.Sightings.Seen(ref, v.browser, p.config.Now())
	}
}
