package inspection

import (
	"cmp"
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/testsheet"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A test is one report with its sheet.
type test struct {
	Title, Text string
	Verdict     desk.Badge
	Sheet       testsheet.View
	Files       []fileLink
	Changes     []change
	Open        bool
}

// tests shows the reports, those about this very batch first.
func (s subject) tests(v *desk.Visit) []test {
	reports := slices.Clone(s.Tests)
	slices.SortStableFunc(reports, func(a, b []trace.Stored[trace.TestReport]) int {
		return cmp.Compare(scopeRank(a), scopeRank(b))
	})
	var out []test
	for _, h := range reports {
		r := h[len(h)-1].Data
		t := test{
			Title: r.Laboratory.Name, Text: ui.Joined(" · ", r.Number, v.Lang.Date(r.Issued), testsheet.ScopeName(v.Lang, r.Scope)),
			Verdict: desk.VerdictBadge(v.Lang, r.Verdict()), Sheet: testsheet.Show(v.Lang, r), Files: s.links(v, r.Files),
			Open: r.Scope == "batch" || r.Verdict() != trace.Pass,
		}
		for n := 1; n < len(h); n++ {
			t.Changes = append(t.Changes, s.sheetChange(v, h[n-1].Data, h[n]))
		}
		out = append(out, t)
	}
	return out
}

func scopeRank(h []trace.Stored[trace.TestReport]) int {
	return slices.Index([]string{"batch", "product", "material"}, h[len(h)-1].Data.Scope)
}

// sheetChange tells what a correction of a report no longer says.
func (s subject) sheetChange(v *desk.Visit, before trace.TestReport, now trace.Stored[trace.TestReport]) change {
	c := change{What: v.T("Sửa", "Corrected"), At: v.Lang.Moment(now.Changed), Why: now.Data.Correction}
	said := map[string]bool{}
	for _, r := range now.Data.Rows {
		said[v.Lang.Name(r.Indicator)+": "+r.Result.Text] = true
	}
	for _, r := range before.Rows {
		if line := v.Lang.Name(r.Indicator) + ": " + r.Result.Text; !said[line] {
			c.Gone = append(c.Gone, line)
		}
	}
	gone := slices.DeleteFunc(slices.Clone(before.Files), func(d trace.Digest) bool { return slices.Contains(now.Data.Files, d) })
	c.Files = s.links(v, gone)
	return c
}

// A certificate is one with what it is worth today, and was when the batch was
// packed.
type certificate struct {
	Kind, Number, Href, Text string
	Today, Packed            desk.Badge
	PackedOn                 string
	Provenance               desk.Badge
	Ended                    string
	Files                    []fileLink
}

// certificates lists what concerns the product or its producer: what counts
// today first, the latest first.
func (s subject) certificates(v *desk.Visit) []certificate {
	all := slices.Clone(s.Certificates)
	rank := func(c trace.Certificate) int {
		if c.StateOn(v.Today()).InForce() {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b trace.Stored[trace.Certificate]) int {
		return cmp.Or(cmp.Compare(rank(a.Data), rank(b.Data)), a.Data.Issued.DaysUntil(b.Data.Issued))
	})
	packed := s.Batch.Data.PackedOn()
	var out []certificate
	for _, c := range all {
		kind, _ := catalog.CertificateKindByCode(c.Data.Kind)
		text := []string{c.Data.Authority, v.T("cấp ", "issued ") + v.Lang.Date(c.Data.Issued)}
		if c.Data.OCOP != nil {
			text = append(text, stars(v, c.Data.OCOP.Stars))
		}
		if c.Data.Product == "" {
			text = append(text, v.T("cấp cho chủ thể", "to the producer"))
		}
		out = append(out, certificate{
			Kind: v.Lang.Name(kind.Name), Number: c.Data.Number, Href: desk.Prefix + "/dang-ky/" + c.ID, Text: ui.Joined(" · ", text...),
			Today: todayBadge(v, c.Data), Packed: packedBadge(v, c.Data, packed), PackedOn: v.Lang.Date(packed),
			Provenance: certificateProvenance(v, c.Data), Ended: ended(v, c.Data), Files: s.links(v, c.Data.Files),
		})
	}
	return out
}

// todayBadge is what a certificate is worth today; what only the producer says
// is in force gets no tick.
func todayBadge(v *desk.Visit, c trace.Certificate) desk.Badge {
	b := desk.CertificateBadge(v.Lang, c, v.Today())
	if c.Confirmed == nil && c.StateOn(v.Today()).InForce() {
		return desk.Badge{Tone: "calm", Glyph: "○", Text: v.T("theo lời khai: ", "as declared: ") + b.Text}
	}
	return b
}

// packedBadge is what a certificate was worth on the packing day, in short.
func packedBadge(v *desk.Visit, c trace.Certificate, day trace.Date) desk.Badge {
	switch c.StateOn(day) {
	case trace.CertificateValid, trace.CertificateExpiring:
		if c.Confirmed == nil {
			return desk.Badge{Tone: "calm", Glyph: "○", Text: v.T("theo lời khai: có hiệu lực", "as declared: in force")}
		}
		return desk.Good(v.T("có hiệu lực", "in force"))
	case trace.CertificateFuture:
		return desk.Warn(v.T("chưa có hiệu lực", "not in force yet"))
	}
	return desk.Bad(v.T("không còn hiệu lực", "no longer in force"))
}

func certificateProvenance(v *desk.Visit, c trace.Certificate) desk.Badge {
	p := trace.Declared
	switch {
	case c.Confirmed != nil:
		p = trace.Verified
	case len(c.Files) > 0:
		p = trace.Documented
	}
	return desk.ProvenanceBadge(v.Lang, p, c.Confirmed)
}

// ended is why a certificate ended before its time.
func ended(v *desk.Visit, c trace.Certificate) string {
	for _, e := range []*trace.Ending{c.Withdrawn, c.Superseded} {
		if e != nil {
			return ui.Joined(" · ", e.Reason, e.Authority, e.Document)
		}
	}
	return ""
}
