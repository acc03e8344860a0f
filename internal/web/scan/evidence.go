package scan

import (
	"cmp"
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// A testView is one test report.
type testView struct {
	Laboratory, Report, Scope, Sampled string
	Verdict                            judged
	Provenance                         provenance
	Rows                               []rowView
	Hidden                             string
	// Bases are the legal bases of the limits; rows refer to them by number.
	Bases   []string
	Changes []change
	Files   []fileLink
}

// A rowView is one indicator. Old is the result before a correction.
type rowView struct {
	Indicator, Unit, Result, Old, Limit string
	Basis                               int // number in Bases, 0 for none
	Verdict                             judged
}

// A judged is a verdict on a result in words, with a glyph and a class.
type judged struct{ Class, Glyph, Text string }

func (t *texts) judge(v trace.Verdict) judged {
	switch v {
	case trace.Pass:
		return judged{"p", t.PassGlyph, t.name(v.Name())}
	case trace.Fail:
		return judged{"f", t.FailGlyph, t.name(v.Name())}
	}
	return judged{"u", t.UndecidedGlyph, t.name(v.Name())}
}

// tests shows the reports, those about this batch first, and says how many
// are left out.
func (w *writer) tests() ([]testView, string) {
	reports := slices.Clone(w.d.Tests)
	slices.SortStableFunc(reports, func(a, b []trace.Stored[trace.TestReport]) int {
		return cmp.Compare(w.scopeRank(a), w.scopeRank(b))
	})
	rows := w.detail.rows
	var out []testView
	for i, h := range reports {
		if i == w.detail.reports {
			return out, say(w.t.ReportsHidden, len(reports)-i)
		}
		v := w.test(h, rows)
		rows = max(0, rows-len(v.Rows))
		out = append(out, v)
	}
	return out, ""
}

func (w *writer) scopeRank(h []trace.Stored[trace.TestReport]) int {
	switch h[len(h)-1].Data.Scope {
	case "batch":
		return 0
	case "product":
		return 1
	}
	return 2
}

// test shows one report with at most limit rows.
func (w *writer) test(h []trace.Stored[trace.TestReport], limit int) testView {
	t, r := w.t, h[len(h)-1].Data
	v := testView{
		Laboratory: w.cut(joinSentence(r.Laboratory.Name, r.Laboratory.VILAS)),
		Report:     w.cut(say(t.Report, r.Number, t.date(r.Issued))),
		Sampled:    say(t.Sampled, t.date(r.Sample.Received)),
		Verdict:    t.judge(r.Verdict()), Provenance: t.provenance(r.Provenance(), r.Verified),
		Files: w.evidence(r.Files), Changes: w.testChanges(h),
		Scope: map[string]string{"batch": t.ScopeBatch, "product": t.ScopeProduct, "material": t.ScopeMaterial}[r.Scope],
	}
	rows := r.Rows
	if len(rows) > limit {
		// What is not plainly good is never the part that is left out.
		rows = slices.Clone(rows)
		slices.SortStableFunc(rows, func(a, b trace.TestRow) int { return cmp.Compare(passRank(a), passRank(b)) })
		kept := limit
		for kept < len(rows) && kept < 4*limit+1 && rows[kept].Verdict != trace.Pass {
			kept++
		}
		v.Hidden = say(t.RowsHidden, len(rows)-kept)
		rows = rows[:kept]
	}
	for _, row := range rows {
		v.Rows = append(v.Rows, w.row(&v, row, h))
	}
	return v
}

func passRank(r trace.TestRow) int {
	switch r.Verdict {
	case trace.Fail:
		return 0
	case trace.Undecided:
		return 1
	}
	return 2
}

func (w *writer) row(v *testView, r trace.TestRow, h []trace.Stored[trace.TestReport]) rowView {
	t := w.t
	row := rowView{
		Indicator: w.cut(t.name(r.Indicator)), Unit: w.cut(r.Unit), Result: w.cut(r.Result.Text),
		Limit: t.NoLimit, Verdict: t.judge(r.Verdict),
	}
	if r.Limit != nil {
		row.Limit = r.Limit.In(t.Lang)
		row.Basis = slices.Index(v.Bases, w.cut(r.Limit.Basis)) + 1
		if row.Basis == 0 {
			v.Bases = append(v.Bases, w.cut(r.Limit.Basis))
			row.Basis = len(v.Bases)
		}
	}
	if w.detail.revisions {
		row.Old = w.cut(oldResult(h, r))
	}
	return row
}

// oldResult is the last different result of the same indicator in an earlier
// revision of the report.
func oldResult(h []trace.Stored[trace.TestReport], now trace.TestRow) string {
	for i := len(h) - 2; i >= 0; i-- {
		for _, r := range h[i].Data.Rows {
			if r.Indicator.VI == now.Indicator.VI && r.Result.Text != now.Result.Text {
				return r.Result.Text
			}
		}
	}
	return ""
}

func (w *writer) testChanges(h []trace.Stored[trace.TestReport]) []change {
	var out []change
	for i := 1; i < len(h); i++ {
		out = append(out, change{Why: say(w.t.CorrectedOn, w.t.stampOf(h[i].Changed), w.cut(h[i].Data.Correction))})
	}
	return out
}

// A certificateView is one certificate with its state today.
type certificateView struct {
	Title, Number, Authority, Dates, Scope string
	State                                  judged
	Reason                                 string
	Provenance                             provenance
	Files                                  []fileLink
}

// certificates shows those in force first, and says how many are left out.
func (w *writer) certificates() ([]certificateView, string) {
	all := inOrder(w.d.Certificates, w.today)
	var out []certificateView
	for i, c := range all {
		if i == w.detail.certificates {
			return out, say(w.t.CertsHidden, len(all)-i)
		}
		out = append(out, w.certificate(c.Data))
	}
	return out, ""
}

// inOrder puts certificates in force first, then by kind, the latest first.
func inOrder(all trace.Certificates, today trace.Date) trace.Certificates {
	all = slices.Clone(all)
	kinds := catalog.CertificateKinds()
	rank := func(c trace.Certificate) int {
		at := slices.IndexFunc(kinds, func(k catalog.CertificateKind) bool { return k.Code == c.Kind })
		if !c.StateOn(today).InForce() {
			at += len(kinds)
		}
		return at
	}
	slices.SortFunc(all, func(a, b trace.Stored[trace.Certificate]) int {
		return cmp.Or(
			cmp.Compare(rank(a.Data), rank(b.Data)), a.Data.Issued.DaysUntil(b.Data.Issued),
			cmp.Compare(a.Data.Number, b.Data.Number), cmp.Compare(a.ID, b.ID),
		)
	})
	return all
}

func (w *writer) certificate(c trace.Certificate) certificateView {
	t := w.t
	kind, _ := catalog.CertificateKindByCode(c.Kind)
	v := certificateView{
		Title: t.name(kind.Name), Number: w.cut(say(t.Number, c.Number)), Authority: w.cut(c.Authority),
		Files: w.evidence(c.Files), Provenance: t.confirmed(c),
	}
	until := t.NoEnd
	if !c.ValidUntil.IsZero() {
		until = say(t.CertUntil, t.date(c.ValidUntil))
	}
	v.Dates = ui.Joined(", ", say(t.CertIssued, t.date(c.Issued)), until)
	v.State, v.Reason = t.state(c, w.today)
	v.Reason = w.cut(v.Reason)
	return v
}

func (t *texts) confirmed(c trace.Certificate) provenance {
	switch {
	case c.Confirmed != nil:
		return provenance{"●", say(t.ConfirmedOn, organisation(c.Confirmed), t.day(c.Confirmed.At))}
	case len(c.Files) > 0:
		return provenance{"◐", t.DeclaredFile}
	}
	return provenance{"○", t.DeclaredOnly}
}

// state words a certificate's state on a day, and why it ended. What only the
// producer says is in force gets no tick.
func (t *texts) state(c trace.Certificate, day trace.Date) (judged, string) {
	state := c.StateOn(day)
	if c.Confirmed == nil && state.InForce() {
		return judged{"u", "○", t.StateDeclared}, ""
	}
	switch state {
	case trace.CertificateValid:
		return judged{"p", t.PassGlyph, t.StateValid}, ""
	case trace.CertificateExpiring:
		return judged{"u", "!", say(t.StateExpiring, day.DaysUntil(c.ValidUntil))}, ""
	case trace.CertificateExpired:
		return judged{"f", t.FailGlyph, say(t.StateExpired, t.date(c.ValidUntil.AddDays(1)))}, ""
	case trace.CertificateWithdrawn:
		return judged{"f", t.FailGlyph, say(t.StateWithdrawn, t.date(c.Withdrawn.From))},
			ui.Joined("; ", c.Withdrawn.Reason, c.Withdrawn.Authority, c.Withdrawn.Document)
	case trace.CertificateSuperseded:
		return judged{"u", "→", say(t.StateSuperseded, t.date(c.Superseded.From))},
			ui.Joined("; ", c.Superseded.Reason, c.Superseded.Authority, c.Superseded.Document)
	}
	return judged{"u", "!", say(t.StateFuture, t.date(c.ValidFrom))}, ""
}
