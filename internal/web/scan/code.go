package scan

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
)

// views is how often an item was looked at; known is false while that cannot
// be read.
type views struct {
	known bool
	n     int64
	first time.Time
}

// requestOf reads what decides how the answer looks.
func requestOf(r *http.Request) request {
	q := request{lang: chosenLanguage(r.URL.RawQuery), json: WantsJSON(r.Header.Get("Accept"))}
	if q.chosen = q.lang != ""; !q.chosen {
		q.lang = preferredLanguage(r.Header.Get("Accept-Language"))
	}
	return q
}

func (p *Pages) code(g *gin.Context) { p.serveCode(g, requestOf(g.Request)) }

func (p *Pages) records(g *gin.Context) {
	q := requestOf(g.Request)
	q.full = true
	p.serveCode(g, q)
}

// serveCode answers a printed address.
func (p *Pages) serveCode(g *gin.Context, q request) {
	given, _, _ := strings.Cut(strings.TrimPrefix(g.Request.URL.Path, "/"), "/")
	v := p.visitOf(g, q)
	out, err := p.lookUp(g.Request.Context(), given, q, &v)
	if err == nil && out.miss {
		err = p.config.Limits.Miss(g.Request.Context(), v.who)
	}
	if err != nil {
		p.fail(g, q, err)
		return
	}
	p.greet(g.Writer.Header(), &v)
	answer(g.Writer, g.Request, out)
}

// isView tells whether a request counts as somebody looking at a stamp's page;
// see the package comment.
func isView(r *http.Request, q request) bool {
	return r.Method == http.MethodGet && !q.chosen && !q.full && !q.json &&
		r.Header.Get("Sec-Purpose") == "" && r.Header.Get("Purpose") == ""
}

// lookUp finds the answer to a code as it was given, and counts it when it is
// a view.
func (p *Pages) lookUp(ctx context.Context, given string, q request, v *visit) (*rendered, error) {
	code, e, out, err := p.known(ctx, given, q, v.who)
	if out != nil || err != nil {
		return out, err
	}
	if item, isItem := code.Item(); isItem {
		return p.item(ctx, e, item, q, v)
	}
	out, err = p.batch(e, code, q)
	if err == nil && v.view && out.counted {
		p.config.Counter.Add(code.String(), p.config.Now())
	}
	return out, err
}

// known finds what is known of a code as it was given. out is the answer to one
// of which nothing is, or nothing that can be relied on.
func (p *Pages) known(ctx context.Context, given string, q request, who limit.Who) (code stamp.Code, e *entry, out *rendered, err error) {
	code, err = stamp.Parse(given)
	if err != nil {
		out, err = p.wrongCode(ctx, given, q, who, err)
		return code, nil, out, err
	}
	if err := p.admit(code, who); err != nil {
		return code, nil, nil, err
	}
	e, err = p.config.Cache.get(ctx, code.Batch().String())
	switch {
	case errors.Is(err, trace.ErrNotFound):
		out, err = p.missed(q, notice{kind: KindUnknown, code: code})
	case err == nil && e.dossier.Log.Altered:
		out, err = p.altered(e, code, q)
	}
	return code, e, out, err
}

// altered is the answer to a code while records and log contradict each other:
// what is stored about an item or a state that is not published cannot be relied
// on to say so.
func (p *Pages) altered(e *entry, code stamp.Code, q request) (*rendered, error) {
	now, d := p.config.Now(), e.dossier
	if d.Void() == nil && d.Batch.Data.State.Published() {
		return p.batchPage(e, code, trace.DateOf(now), q, p.config.Cache.asOf(now))
	}
	return p.notice(http.StatusOK, q, notice{kind: KindAltered, code: code, dossier: d, asOf: p.config.Cache.asOf(now)})
}

// batch is the answer to a batch code.
func (p *Pages) batch(e *entry, code stamp.Code, q request) (*rendered, error) {
	now := p.config.Now()
	return p.kept(&e.pages, q, now, func(today trace.Date, asOf time.Time) (*rendered, error) {
		return p.batchPage(e, code, today, q, asOf)
	})
}

// kept is the answer that slots have for q, or a new one when the day has ended
// for which it was made, or the store has gone away or come back.
func (p *Pages) kept(slots *[variants]atomic.Pointer[rendered], q request, now time.Time, render func(trace.Date, time.Time) (*rendered, error)) (*rendered, error) {
	asOf, today := p.config.Cache.asOf(now), trace.DateOf(now)
	if !q.bounded() {
		return render(today, asOf)
	}
	slot := &slots[q.variant()]
	if r := slot.Load(); r != nil && now.Before(r.until) && asOf.Equal(r.asOf) {
		return r, nil
	}
	r, err := render(today, asOf)
	if err != nil {
		return nil, err
	}
	r.until, r.asOf = today.AddDays(1).Start(), asOf
	slot.Store(r)
	return r, nil
}

func (p *Pages) batchPage(e *entry, code stamp.Code, today trace.Date, q request, asOf time.Time) (*rendered, error) {
	d := e.dossier
	if void := d.Void(); void != nil {
		r, err := p.voided(d, code, q, asOf, withdrawal{since: void.Created, reason: void.Data.Reason})
		return counted(r), err
	}
	if !d.Batch.Data.State.Published() {
		return p.notice(http.StatusNotFound, q, notice{kind: KindNotActive, code: code, dossier: d, asOf: asOf})
	}
	if q.json {
		r, err := document(http.StatusOK, p.documentOf(d, today, asOf, code, nil))
		return counted(r), err
	}
	r, err := p.record(d, today, q, asOf, named{code: code.String(), display: code.Display()})
	return counted(r), err
}

// counted marks a page whose views count: that of a code which is or was in
// use.
func counted(r *rendered) *rendered {
	if r != nil {
		r.counted = true
	}
	return r
}

// issued opens an item code and finds its print order.
func (e *entry) issued(item stamp.ItemCode) (printing.Order, uint32, bool) {
	if e.sealer == nil {
		return printing.Order{}, 0, false
	}
	serial, ok := e.sealer.Open(item)
	if !ok {
		return printing.Order{}, 0, false
	}
	order, ok := e.order(serial)
	return order, serial, ok
}

// A withdrawal is why a code is out of use, and since when.
type withdrawal struct {
	since  time.Time
	reason string
	stolen bool
}

// withdrawn tells why a stamp is out of use: its code was, or it was reported as
// scrapped, lost or stolen. It is nil for one that is not.
func withdrawn(d *trace.Dossier, o printing.Order, serial uint32) *withdrawal {
	if void := d.VoidItem(serial); void != nil {
		return &withdrawal{since: void.Created, reason: void.Data.Reason}
	}
	if run := o.FateOf(o.Position(serial)); run.Fate.Withdrawn() {
		return &withdrawal{run.Since, run.Reason, run.Fate == printing.Stolen}
	}
	return nil
}

// voided is the page of a code that was taken out of use. A recall or hold of
// the batch is said there too: the goods may be in somebody's hand.
// The reason is the producer's word about an open batch until it is published.
func (p *Pages) voided(d *trace.Dossier, code stamp.Code, q request, asOf time.Time, w withdrawal) (*rendered, error) {
	n := notice{kind: KindVoided, code: code, dossier: d, asOf: asOf, since: w.since, stolen: w.stolen}
	if d.Batch.Data.State.Published() {
		n.reason = w.reason
	}
	return p.notice(http.StatusGone, q, n)
}

// wrongCode answers what is not a code: with a suggestion, where exactly one
// slip leads to a code that is in use.
func (p *Pages) wrongCode(ctx context.Context, given string, q request, who limit.Who, cause error) (*rendered, error) {
	if err := p.config.Limits.Check(limit.Misses, who); err != nil {
		return nil, err
	}
	var mistyped *stamp.MistypedError
	if !errors.As(cause, &mistyped) {
		return p.missed(q, notice{kind: KindMalformed, given: given})
	}
	n := notice{kind: KindMistyped, given: given}
	n.suggestion, _ = stamp.Correct(given, func(c stamp.Code) bool {
		e, err := p.config.Cache.guess(ctx, c.Batch().String())
		return err == nil && e.inUse(c)
	})
	return p.missed(q, n)
}

// inUse tells whether a code leads to a record. It says no when that cannot
// be found out: then there is no suggestion.
func (p *Pages) inUse(ctx context.Context, code stamp.Code) bool {
	e, err := p.config.Cache.get(ctx, code.Batch().String())
	return err == nil && e.inUse(code)
}

// inUse tells whether a code of the batch leads to a record.
func (e *entry) inUse(code stamp.Code) bool {
	if !e.dossier.Batch.Data.State.Published() {
		return false
	}
	item, isItem := code.Item()
	if !isItem {
		return true
	}
	order, serial, issued := e.issued(item)
	return issued && order.Live(order.Position(serial))
}

// Subject names the goods that a code stands for, with their lot; empty where
// the code leads to no record.
func (p *Pages) Subject(ctx context.Context, given, lang string) string {
	code, err := stamp.Parse(given)
	if err != nil || !p.inUse(ctx, code) {
		return ""
	}
	e, err := p.config.Cache.get(ctx, code.Batch().String())
	if err != nil {
		return ""
	}
	t := textsIn(lang)
	return t.name(e.dossier.Product.Data.Name) + ", " + strings.ToLower(t.Lot) + " " + e.dossier.Batch.Data.Lot.String()
}

// start is the start page, and where its form leads on from.
func (p *Pages) start(g *gin.Context) {
	q := requestOf(g.Request)
	page := startPage{base: p.base(q, "")}
	page.Title = page.T.StartTitle
	status := http.StatusOK
	if typed := strings.TrimSpace(g.Query("code")); typed != "" {
		if to, ok := target(typed); ok {
			g.Header("Cache-Control", "no-store")
			g.Redirect(http.StatusSeeOther, "/"+to+page.Query())
			return
		}
		typed = everything.cut(typed)
		page.Typed, page.Problem = typed, say(page.T.BadCode, details[len(details)-1].cut(typed))
		status = http.StatusBadRequest
	}
	out, err := p.page(status, page)
	if err != nil {
		p.fail(g, q, err)
		return
	}
	answer(g.Writer, g.Request, out)
}

// target is the path for what was typed into the form: a code, right or
// mistyped, alone or at the end of an address.
func target(typed string) (string, bool) {
	typed = trace.CodePart(typed)
	code, err := stamp.Parse(typed)
	if err == nil {
		return code.String(), true
	}
	var mistyped *stamp.MistypedError
	if errors.As(err, &mistyped) {
		return url.PathEscape(strings.ToUpper(strings.Join(strings.Fields(typed), ""))), true
	}
	return "", false
}
