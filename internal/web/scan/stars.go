package scan

import (
	"strings"

	"temgoc/internal/trace"
)

// A starsView is the OCOP part of a page.
type starsView struct {
	// Drawn is "★★★★☆" while the certificate is in force today, else "".
	Drawn, Title string
	// Facts are the two that count: when packed, and today.
	Facts []fact
	// Decisions are what the facts rest on, one or two.
	Decisions []string
	// Declared is what the producer claims without confirmation.
	Declared []string
	Lead     string
}

// starsOf tells what is known of a product's recognition. Stars are drawn only
// while they count; what counted once is told in words.
func starsOf(t *texts, d *trace.Dossier, today trace.Date) starsView {
	product, packed := d.Batch.Data.Product, d.Batch.Data.PackedOn()
	then, now := d.Certificates.OCOP(product, packed), d.Certificates.OCOP(product, today)
	v := starsView{Declared: declaredOCOP(t, d)}
	if then == nil && now == nil {
		v.Title, v.Lead = t.Potential, t.PotentialLine
		return v
	}
	v.Title = t.NoStarsNow
	if n := d.Certificates.Stars(product, today); n > 0 {
		v.Title = say(t.NStars, n)
		v.Drawn = strings.Repeat("★", n) + strings.Repeat("☆", 5-n)
	}
	v.Facts = []fact{
		{Label: say(t.OnPacking, t.date(packed)), Value: t.starsOn(then, packed, false)},
		{Label: say(t.Today, t.date(today)), Value: t.starsOn(now, today, true)},
	}
	if then != nil && (now == nil || then.ID != now.ID) {
		v.Decisions = append(v.Decisions, t.decision(then))
	}
	if now != nil {
		v.Decisions = append(v.Decisions, t.decision(now))
	}
	return v
}

// starsOn words what a certificate was worth on a day. c is nil where none had
// begun.
func (t *texts) starsOn(c *trace.Stored[trace.Certificate], day trace.Date, withEnd bool) string {
	if c == nil {
		return t.StarsNotYet
	}
	switch c.Data.StateOn(day) {
	case trace.CertificateWithdrawn:
		return joinSentence(say(t.StarsWithdrawn, t.date(c.Data.Withdrawn.From)), c.Data.Withdrawn.Reason)
	case trace.CertificateSuperseded:
		return joinSentence(say(t.StarsSuperseded, t.date(c.Data.Superseded.From)), c.Data.Superseded.Reason)
	case trace.CertificateExpired:
		return say(t.StarsExpired, t.date(c.Data.ValidUntil.AddDays(1)))
	case trace.CertificateFuture:
		return t.StarsNotYet
	}
	if !withEnd || c.Data.ValidUntil.IsZero() {
		return say(t.StarsValid, c.Data.OCOP.Stars)
	}
	text := say(t.StarsThrough, c.Data.OCOP.Stars, t.date(c.Data.ValidUntil))
	if c.Data.StateOn(day) == trace.CertificateExpiring {
		return joinSentence(text, say(t.ExpiringIn, day.DaysUntil(c.Data.ValidUntil)))
	}
	return text
}

// decision names the decision behind the stars, and who vouches for it.
func (t *texts) decision(c *trace.Stored[trace.Certificate]) string {
	parts := []string{say(t.Decision, c.Data.Number, t.date(c.Data.Issued), c.Data.Authority)}
	if c.Data.OCOP.Points != "" {
		parts = append(parts, say(t.Points, c.Data.OCOP.Points.In(t.Lang)))
	}
	if !c.Data.ValidUntil.IsZero() {
		parts = append(parts, say(t.StarsUntil, t.date(c.Data.ValidUntil)))
	}
	if by := c.Data.Confirmed; by != nil && by.Organisation != "" {
		parts = append(parts, say(t.ConfirmedBy, by.Organisation, t.day(by.At)))
	}
	return strings.Join(parts, "; ")
}

func declaredOCOP(t *texts, d *trace.Dossier) []string {
	var out []string
	for _, c := range d.Certificates {
		if c.Data.Kind == trace.OCOPCertificate && c.Data.Confirmed == nil && len(out) < 3 {
			out = append(out, say(t.DeclaredOCOP, c.Data.Number))
		}
	}
	return out
}

// joinSentence adds a detail in brackets where there is one.
func joinSentence(text, detail string) string {
	if detail == "" {
		return text
	}
	return text + " (" + detail + ")"
}
