package scan

import (
	"context"
	"html/template"
	"net/http"
	"sync/atomic"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// A level is how much there is to say against an item by itself: what its page
// looks like depends on it, the rest of the page is that of its batch.
type level int

// The levels, the gravest last.
const (
	levelNone   level = iota
	levelOpened       // its pack was marked as opened
	levelAmber
	levelRed
	levels = iota
)

// kind is what a level adds to the findings about the batch.
func (l level) kind() Kind {
	return [levels]Kind{"", KindOpened, KindCopiesPossible, KindCopiesLikely}[l]
}

// levelOf is what is known against an item at a time.
func levelOf(i sighting.Item, now time.Time) level {
	noted, counted := i.Level(now)
	switch {
	case counted && noted.Sign == sighting.SignRed:
		return levelRed
	case counted:
		return levelAmber
	case i.Used != nil:
		return levelOpened
	}
	return levelNone
}

// A live item is one whose page has a record to show.
type liveItem struct {
	ref   sighting.Ref
	order printing.Order
	known sighting.Item
	views views
}

// item is the answer to an item code. It tells the number of views and so is
// made for each request, but rendered only once for all items of the batch of
// which as much is known.
func (p *Pages) item(ctx context.Context, e *entry, code stamp.ItemCode, q request, v *visit) (*rendered, error) {
	now, d := p.config.Now(), e.dossier
	asOf := p.config.Cache.asOf(now)
	order, serial, issued := e.issued(code)
	if !issued {
		r, err := p.notice(http.StatusNotFound, q, notice{kind: KindNotIssued, code: code.Code(), dossier: d, asOf: asOf})
		return miss(r), err
	}
	i := liveItem{ref: refOf(code, order, serial), order: order}
	out := withdrawn(d, order, serial)
	switch {
	case out != nil:
		p.count(v, i, sighting.SignWithdrawn, true)
		return p.voided(d, code.Code(), q, asOf, *out)
	case !d.Batch.Data.State.Published() || !order.Live(i.ref.Position):
		p.count(v, i, sighting.SignEarly, false)
		return p.notice(http.StatusNotFound, q, notice{kind: KindNotActive, code: code.Code(), dossier: d, asOf: asOf})
	}
	p.see(v, i)
	i.views, i.known = p.knownOf(ctx, code)
	if q.json {
		return document(http.StatusOK, p.documentOf(d, trace.DateOf(now), asOf, code.Code(), &i))
	}
	l := levelOf(i.known, now)
	page, err := p.kept(e.itemPages(l, order.PIN), q, now, func(today trace.Date, asOf time.Time) (*rendered, error) {
		s := blank
		s.level, s.pin = l, order.PIN
		return p.record(d, today, q, asOf, s)
	})
	if err != nil {
		return nil, err
	}
	return stamped(page, p.namesOf(i, q, v)), nil
}

// itemPages are the rendered pages of the items of which as much is known, and
// which have or have no PIN.
func (e *entry) itemPages(l level, pin bool) *[variants]atomic.Pointer[rendered] {
	if pin {
		return &e.items[levels+l]
	}
	return &e.items[l]
}

func refOf(code stamp.ItemCode, o printing.Order, serial uint32) sighting.Ref {
	return sighting.Ref{
		Code: code, Batch: o.Batch, Producer: o.Producer, Order: o.ID(), Position: o.Position(serial), KeyID: o.KeyID,
	}
}

// knownOf is how often the page of an item was opened, and what else is known.
// What cannot be read just now is left out.
func (p *Pages) knownOf(ctx context.Context, code stamp.ItemCode) (v views, i sighting.Item) {
	if count, err := p.config.Counter.Views(ctx, code.String()); err == nil {
		v = views{known: true, n: count.N, first: count.First}
	}
	if p.config.Sightings != nil {
		i, _ = p.config.Sightings.Item(ctx, code) // its absence is said by the count's
	}
	return v, i
}

// namesOf is what a page rendered with blank lacks.
func (p *Pages) namesOf(i liveItem, q request, v *visit) named {
	t := textsIn(q.lang)
	s := named{code: i.ref.Code.String(), display: i.ref.Code.Display()}
	lines := []string{ui.Joined(" ", t.scans(i.views), t.reported(i))}
	if i.known.Used != nil {
		lines = append(lines, t.opened(*i.known.Used))
	}
	for n, line := range lines {
		if n > 0 {
			s.scans += "</p><p>"
		}
		s.scans += template.HTMLEscapeString(line)
	}
	if v.newcomer != "" {
		s.after = `<img src=/` + s.code + seenPath + ` alt="" hidden>`
	}
	return s
}

// reported is how far a stamp is by what its producer reported of it; empty where
// that is nothing.
func (t *texts) reported(i liveItem) string {
	stage := sighting.StageOf(i.order, i.ref.Position, sighting.Item{}, false, false)
	if stage == sighting.StageIssued {
		return ""
	}
	return say(t.Reported, t.name(stage.Name()))
}

// opened says when and by whose word a pack was opened.
func (t *texts) opened(u sighting.Use) string {
	if u.How == sighting.ByPIN {
		return say(t.OpenedByPIN, t.moment(u.At))
	}
	return say(t.OpenedByProducer, t.moment(u.At))
}

// Stamp finds the item of a code that may be typed, where its page has a record
// to show.
func (p *Pages) Stamp(ctx context.Context, given string) (sighting.Ref, printing.Order, bool) {
	code, err := stamp.ParseItemCode(given)
	if err != nil || !p.inUse(ctx, code.Code()) {
		return sighting.Ref{}, printing.Order{}, false
	}
	e, err := p.config.Cache.get(ctx, code.Batch().String())
	if err != nil || e.dossier.Log.Altered {
		return sighting.Ref{}, printing.Order{}, false
	}
	order, serial, _ := e.issued(code)
	if withdrawn(e.dossier, order, serial) != nil {
		return sighting.Ref{}, printing.Order{}, false
	}
	return refOf(code, order, serial), order, true
}
