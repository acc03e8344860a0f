package scan

import (
	"context"
	"time"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// Preview renders the page of a batch code as shoppers see it, or would see it
// if the batch were released now: for those alone who may see all of the batch.
// It is neither kept nor counted. The page says what it is and leads back to
// where it was asked for; policy is the Content-Security-Policy that belongs to
// it.
func (p *Pages) Preview(ctx context.Context, by trace.Actor, code, lang, back string) (body []byte, policy string, err error) {
	history, err := p.config.Ledger.BatchHistory(ctx, by, code)
	if err != nil {
		return nil, "", err
	}
	d, err := p.config.Ledger.Dossier(ctx, history[0].ID)
	if err != nil {
		return nil, "", err
	}
	out, err := p.preview(d, request{lang: lang, preview: back}, p.config.Now())
	if err != nil {
		return nil, "", err
	}
	return out.body, out.policy(), nil
}

func (p *Pages) preview(d *trace.Dossier, q request, now time.Time) (*rendered, error) {
	code, err := stamp.Parse(d.Batch.ID)
	if err != nil {
		return nil, err
	}
	if void := d.Void(); void != nil {
		return p.voided(d, code, q, time.Time{}, withdrawal{since: void.Created, reason: void.Data.Reason})
	}
	if b := &d.Batch.Data; b.State == trace.BatchOpen { // the dossier is ours
		q.unreleased = true
		b.State, b.StateSince, b.FirstReleased = trace.BatchReleased, now, now
	}
	return p.record(d, trace.DateOf(now), q, time.Time{}, named{code: code.String(), display: code.Display()})
}

// policy is the Content-Security-Policy among the headers.
func (r *rendered) policy() string {
	for _, f := range r.header {
		if f.name == "Content-Security-Policy" {
			return f.values[0]
		}
	}
	return ""
}
