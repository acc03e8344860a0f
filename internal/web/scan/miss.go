package scan

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"sync"

	"github.com/gin-gonic/gin"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
)

// A keptNotice is what tells apart the notices that are rendered once.
type keptNotice struct {
	kind            Kind
	status, variant int
	json            bool
}

// keptNotices are the notices that many may ask for at once. They say nothing of
// what is asked for, or have a blank in its place; so there are as many as kinds,
// statuses and languages.
type keptNotices struct {
	mu sync.RWMutex
	of map[keptNotice]*rendered
}

// get is the notice of a key, rendered when it is asked for first.
func (k *keptNotices) get(key keptNotice, render func() (*rendered, error)) (*rendered, error) {
	k.mu.RLock()
	r := k.of[key]
	k.mu.RUnlock()
	if r != nil {
		return r, nil
	}
	r, err := render()
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil {
		k.of = map[keptNotice]*rendered{}
	}
	k.of[key] = r
	return r, nil
}

// plain is a notice about nothing in particular.
func (p *Pages) plain(status int, q request, kind Kind) (*rendered, error) {
	q.full = false
	return p.notices.get(keptNotice{kind, status, q.variant(), q.json}, func() (*rendered, error) {
		return p.notice(status, q, notice{kind: kind})
	})
}

// missed is the notice about a code that leads to nothing. Whoever tries codes gets
// many of them, so all share one that is rendered with a blank.
func (p *Pages) missed(q request, n notice) (*rendered, error) {
	s := named{code: n.code.String(), display: n.asked()}
	if q.json || !n.suggestion.IsZero() || !harmless(s.display) {
		r, err := p.notice(http.StatusNotFound, q, n)
		return miss(r), err
	}
	q.full = false
	r, err := p.notices.get(keptNotice{n.kind, http.StatusNotFound, q.variant(), false}, func() (*rendered, error) {
		return p.notice(http.StatusNotFound, q, notice{kind: n.kind, blank: true})
	})
	if err != nil {
		return nil, err
	}
	return miss(stamped(r, s)), nil
}

// harmless tells whether a text is the same in HTML and in addresses.
func harmless(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-') {
			return false
		}
	}
	return s != ""
}

// miss marks the answer to a code that leads to nothing.
func miss(r *rendered) *rendered {
	if r != nil {
		r.miss = true
	}
	return r
}

// admit lets somebody ask for a code: one that this replica has heard of, or one
// more that it has not.
func (p *Pages) admit(code stamp.Code, who limit.Who) error {
	if p.config.Cache.heard(code.Batch().String()) {
		return p.config.Limits.Admit(limit.Scans, who)
	}
	return p.config.Limits.Check(limit.Misses, who)
}

// who tells who asks.
func (p *Pages) who(g *gin.Context) limit.Who {
	if p.config.Limits == nil {
		return limit.Who{}
	}
	return p.config.Limits.Who(g.Request, g.ClientIP())
}

// limited wraps the handler of a route that is bounded as a whole.
func (p *Pages) limited(n limit.Name, h gin.HandlerFunc) gin.HandlerFunc {
	return func(g *gin.Context) {
		if err := p.config.Limits.Admit(n, p.who(g)); err != nil {
			p.fail(g, requestOf(g.Request), err)
			return
		}
		h(g)
	}
}

// A problemDocument says in JSON, as RFC 9457 has it, that somebody asked too often.
type problemDocument struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

const problemType = "application/problem+json"

// refuse answers somebody who asked too often.
func (p *Pages) refuse(g *gin.Context, q request, t *trace.Throttled) {
	g.Header("Retry-After", strconv.Itoa(t.Seconds()))
	if !q.json {
		p.sayPlain(g, http.StatusTooManyRequests, q, KindTooMany)
		return
	}
	body, err := json.Marshal(problemDocument{
		Type: "urn:temgoc:problem:too-many", Title: textsIn(q.lang).TooMany, Status: http.StatusTooManyRequests, Detail: t.Message().In(q.lang),
	})
	if err != nil {
		_ = g.Error(err)
	}
	answer(g.Writer, g.Request, finish(http.StatusTooManyRequests, body, problemType))
}

// throttled finds out that somebody asked too often.
func throttled(err error) (*trace.Throttled, bool) { return errors.AsType[*trace.Throttled](err) }

// sayPlain answers with a notice about nothing in particular.
func (p *Pages) sayPlain(g *gin.Context, status int, q request, kind Kind) {
	out, err := p.plain(status, q, kind)
	if err != nil {
		_ = g.Error(err)
		g.String(http.StatusInternalServerError, "500\n")
		return
	}
	answer(g.Writer, g.Request, out)
}
