package scan

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"temgoc/internal/gs1"
	"temgoc/internal/trace"
)

// digitalLink leads a GS1 Digital Link with GTIN and lot to the page of the
// batch. A lot that is not registered gets no other page in its place: the
// answer says so, and is a 404 so that no till takes it for a good lot.
func (p *Pages) digitalLink(g *gin.Context) {
	q, ctx := requestOf(g.Request), g.Request.Context()
	link, err := gs1.Parser{TrailingSlash: true}.Path(g.Request.URL.EscapedPath(), g.Request.URL.RawQuery)
	if err != nil || link.GTIN.IsZero() {
		p.say(g, http.StatusBadRequest, q, notice{kind: KindBadLink})
		return
	}
	if !link.Lot.IsZero() {
		code, err := p.config.Ledger.BatchByLot(ctx, link.GTIN, link.Lot)
		if err == nil {
			g.Header("Cache-Control", "no-cache")
			g.Header("Vary", "Accept-Language")
			g.Redirect(http.StatusTemporaryRedirect, "/"+code+p.base(q, "").Query())
			return
		}
		if !errors.Is(err, trace.ErrNotFound) {
			p.fail(g, q, err)
			return
		}
	}
	product, err := p.publicProduct(ctx, link.GTIN)
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
