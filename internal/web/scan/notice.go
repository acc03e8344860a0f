package scan

import (
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A notice is what is said where there is no record to show.
type notice struct {
	kind  Kind
	code  stamp.Code // well-formed
	given string     // or as it was given
	// dossier is the batch's, where the code is one of ours.
	dossier    *trace.Dossier
	asOf       time.Time
	suggestion stamp.Code
	since      time.Time
	reason     string
	stolen     bool     // of a code that was taken out of use
	lines      []string // instead of those of the kind
	// blank leaves room for the code, see blank.
	blank bool
}

// asked is the code as people write it.
func (n notice) asked() string {
	if n.blank {
		return blank.display
	}
	if !n.code.IsZero() {
		return n.code.Display()
	}
	return details[len(details)-1].cut(n.given)
}

// notice renders a notice in the form that was asked for.
func (p *Pages) notice(status int, q request, n notice) (*rendered, error) {
	t := textsIn(q.lang)
	v := newVerdict(t, n.kind)
	v.Lines, v.Do = t.wordsOf(n)
	if n.lines != nil {
		v.Lines = n.lines
	}
	if n.dossier != nil && n.kind == KindVoided {
		switch b := n.dossier.Batch.Data; b.State {
		case trace.BatchRecalled:
			v.Also = append(v.Also, t.also(KindRecalled, n.dossier))
		case trace.BatchHeld:
			v.Also = append(v.Also, t.also(KindHeld, n.dossier))
		}
	}
	demo := n.dossier != nil && n.dossier.Producer.Data.Demonstration
	if q.json {
		return document(status, p.noticeDocument(n, demo))
	}
	page := noticePage{base: p.base(q, v.Title), Verdict: v}
	page.Demo = page.Demo || demo
	page.AsOf = t.asOf(n.asOf)
	page.Asked = n.asked()
	if n.kind == KindMistyped || n.kind == KindMalformed {
		page.Typed = page.Asked
	}
	if !n.suggestion.IsZero() {
		page.Suggestion, page.SuggestionLink = n.suggestion.Display(), "/"+n.suggestion.String()+page.Query()
	}
	page.Report = page.reportTo(page.Asked, p.producerOf(n))
	if !n.code.IsZero() {
		page.Reportable = n.code.String()
	}
	if n.blank && n.kind == KindUnknown {
		page.Reportable = blank.code
	}
	return p.page(status, page)
}

// producerOf is whom to ask about a code that was taken out of use. An open
// batch is not published, and so neither is whose it is.
func (p *Pages) producerOf(n notice) Contact {
	if n.dossier == nil || n.kind != KindVoided || !n.dossier.Batch.Data.State.Published() {
		return Contact{}
	}
	producer := n.dossier.Producer.Data
	return Contact{Name: producer.Name, Phone: producer.Phone, Email: producer.Email}
}

// wordsOf are what is known about a code without a record, and what to do.
func (t *texts) wordsOf(n notice) (lines, do []string) {
	code := n.asked()
	switch n.kind {
	case KindMistyped:
		return []string{say(t.MistypedLine, code), t.MistypedAsk}, nil
	case KindMalformed:
		return []string{t.MalformedLine}, nil
	case KindUnknown:
		return []string{say(t.UnknownLine, code)}, []string{t.UnknownDo}
	case KindNotIssued:
		return []string{say(t.NotIssuedLine, code)}, []string{t.NotIssuedDo}
	case KindNotActive:
		return []string{say(t.NotActiveLine, code)}, []string{t.NotActiveDo}
	case KindVoided:
		lines = []string{say(t.VoidedLine, code, t.moment(n.since))}
		if n.stolen {
			lines = append(lines, t.StolenLine)
		}
		if n.reason != "" {
			lines = append(lines, t.Reason+": "+n.reason)
		}
		return lines, []string{t.VoidedDo}
	case KindGTINUnknown:
		return []string{say(t.GTINUnknownLine, n.given)}, nil
	case KindBadLink:
		return []string{t.BadLinkLine}, nil
	case KindUnavailable:
		return []string{t.UnavailableLine}, nil
	case KindTooMany:
		return []string{t.TooManyLine}, nil
	case KindFileGone:
		return []string{t.FileGoneLine}, nil
	case KindAltered:
		return []string{t.AlteredLine}, []string{t.AlteredDo}
	case KindFileCorrupt:
		return []string{t.FileCorruptLine}, nil
	case KindPageGone:
		return []string{t.PageGoneLine}, nil
	case KindBroken:
		return []string{t.BrokenLine}, nil
	}
	return nil, nil
}

func (p *Pages) noticeDocument(n notice, demo bool) Document {
	doc := Document{
		Verdict: Verdict{Kind: n.kind, Title: both(func(t *texts) string { return t.title(n.kind) }), Reason: n.reason},
		Code:    n.given, Suggestion: n.suggestion.String(), Demonstration: p.config.Demonstration || demo,
	}
	if !n.code.IsZero() {
		doc.Code = n.code.String()
	}
	if !n.since.IsZero() {
		doc.Verdict.Since = &n.since
	}
	if !n.asOf.IsZero() {
		doc.AsOf = &n.asOf
	}
	return doc
}

// retryAfter is what a client is told to wait while the store is away, in
// seconds.
const retryAfter = "10"

// fail answers with what went wrong. The text of the error goes to the log.
func (p *Pages) fail(g *gin.Context, q request, err error) {
	if t, ok := throttled(err); ok {
		p.refuse(g, q, t)
		return
	}
	status, kind := http.StatusInternalServerError, KindBroken
	switch {
	case errors.Is(err, trace.ErrCorrupt):
		status, kind = http.StatusServiceUnavailable, KindFileCorrupt
	case errors.Is(err, trace.ErrUnavailable):
		status, kind = http.StatusServiceUnavailable, KindUnavailable
		g.Header("Retry-After", retryAfter)
	case errors.Is(err, trace.ErrNotFound):
		status, kind = http.StatusNotFound, KindFileGone
	}
	if status >= http.StatusInternalServerError {
		_ = g.Error(err)
	}
	p.sayPlain(g, status, q, kind)
}

// say answers with a notice that no cache should keep.
func (p *Pages) say(g *gin.Context, status int, q request, n notice) {
	out, err := p.notice(status, q, n)
	if err != nil {
		_ = g.Error(err)
		g.String(http.StatusInternalServerError, "500\n")
		return
	}
	answer(g.Writer, g.Request, out)
}

// NotFound answers every address that leads to nothing.
func (p *Pages) NotFound(g *gin.Context) {
	p.sayPlain(g, http.StatusNotFound, requestOf(g.Request), KindPageGone)
}
