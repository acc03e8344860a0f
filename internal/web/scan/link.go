package scan

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	"temgoc/internal/gs1"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
)

// digitalLink leads a GS1 Digital Link with GTIN and lot to the page of the
// batch. A lot that is not registered gets no other page in its place: the
// answer says so, and is a 404 so that no till takes it for a good lot.
func (p *Pages) digitalLink(g *gin.Context) {
	q, ctx := requestOf(g.Request), g.Request.Context()
	link, err := gs1.Parser{TrailingSlash: true}.Path(g.Request.URL.EscapedPath(), g.Request.URL.RawQuery)
	if err != nil || link.GTIN.IsZero() {
		p.sayPlain(g, http.StatusBadRequest, q, KindBadLink)
		return
	}
	code, err := p.linked(ctx, link, p.who(g))
	if err == nil {
		g.Header("Cache-Control", "no-cache")
		g.Header("Vary", "Accept-Language")
		g.Redirect(http.StatusTemporaryRedirect, "/"+code+p.base(q, "").Query())
		return
	}
	if errors.Is(err, trace.ErrNotFound) {
		p.unlinked(g, q, link)
		return
	}
	p.fail(g, q, err)
}

// linked finds the batch of a link. What was found is remembered for a minute, so
// that goods which many scan at once cost the store nothing.
func (p *Pages) linked(ctx context.Context, link gs1.DigitalLink, who limit.Who) (string, error) {
	key, now := linkKey{link.GTIN, link.Lot}, p.config.Now()
	if code, ok := p.links.get(key, now); ok {
		return code, p.config.Limits.Admit(limit.Scans, who)
	}
	if err := p.config.Limits.Admit(limit.Links, who); err != nil {
		return "", err
	}
	if link.Lot.IsZero() {
		return "", trace.ErrNotFound
	}
	code, err := p.config.Ledger.BatchByLot(ctx, link.GTIN, link.Lot)
	if err == nil {
		p.links.add(key, code, now)
	}
	return code, err
}

// unlinked answers a link that leads to no batch.
func (p *Pages) unlinked(g *gin.Context, q request, link gs1.DigitalLink) {
	if err := p.config.Limits.Miss(g.Request.Context(), p.who(g)); err != nil {
		p.fail(g, q, err)
		return
	}
	product, err := p.publicProduct(g.Request.Context(), link.GTIN)
	if errors.Is(err, trace.ErrNotFound) {
		p.say(g, http.StatusNotFound, q, notice{kind: KindGTINUnknown, given: link.GTIN.String()})
		return
	}
	if err != nil {
		p.fail(g, q, err)
		return
	}
	t := textsIn(q.lang)
	name := t.name(product.Data.Name)
	if link.Lot.IsZero() {
		p.say(g, http.StatusNotFound, q, notice{kind: KindLotMissing, lines: []string{say(t.LotMissingLine, name)}})
		return
	}
	p.say(g, http.StatusNotFound, q, notice{
		kind: KindLotUnknown, given: link.Lot.String(), lines: []string{say(t.LotUnknownLine, name, link.Lot.String()), t.LotTyped},
	})
}

// How many links are remembered, and for how long.
const (
	linksKept = 4096
	linkFor   = time.Minute
)

type linkKey struct {
	gtin gs1.GTIN
	lot  gs1.LotNumber
}

type keptLink struct {
	code  string
	since time.Time
}

// links are those that led to a batch lately.
type links struct {
	mu sync.Mutex
	of *simplelru.LRU[linkKey, keptLink]
}

func newLinks() *links {
	of, err := simplelru.NewLRU[linkKey, keptLink](linksKept, nil)
	if err != nil {
		panic(err) // the size is a constant above zero
	}
	return &links{of: of}
}

func (l *links) get(key linkKey, now time.Time) (string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept, ok := l.of.Get(key)
	if !ok || now.Before(kept.since) || now.Sub(kept.since) >= linkFor {
		return "", false
	}
	return kept.code, true
}

func (l *links) add(key linkKey, code string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of.Add(key, keptLink{code, now})
}
