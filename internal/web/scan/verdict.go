package scan

import (
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A verdict is the first thing on a page: what the system knows, in words.
type verdict struct {
	Kind  Kind
	Tone  tone
	Glyph string
	Title string
	// Lines are what is known, Do what to do about it.
	Lines []string
	Do    []string
	// Also are further findings.
	Also []string
	// Alerts are the held and recalled batches that went into this one.
	Alerts []alert
	More   string
}

// An alert names a batch with a warning.
type alert struct{ Link, Code, Text string }

// shownAlerts bounds the list of alerts.
const shownAlerts = 4

// A named code is how a page names what was scanned: a batch code, or an item
// code with the sentence about its scans, which is empty for a batch.
type named struct {
	code, display string
	// What follows is about one item. scans is HTML of one paragraph or more, after
	// HTML at the end of the page; pin says that it has a scratch PIN.
	scans, after string
	level        level
	pin          bool
}

// verdictOf words the standing of a published batch.
func verdictOf(t *texts, d *trace.Dossier, today trace.Date, s named) verdict {
	st := standingOf(d, today, s.level)
	v := newVerdict(t, st.kind)
	v.Lines = append(v.Lines, say(t.Issued, s.display))
	t.explain(&v, st.kind, d)
	for _, k := range st.also {
		v.Also = append(v.Also, t.also(k, d))
	}
	t.explainItem(&v, st.kind, s.level)
	if anyTestFailed(d) {
		v.Also = append(v.Also, t.TestFailed)
	}
	for i, a := range d.Alerts {
		if i == shownAlerts {
			v.More = say(t.AndMore, len(d.Alerts)-i)
			break
		}
		v.Alerts = append(v.Alerts, t.alert(a))
	}
	if s.scans != "" {
		v.Lines = append(v.Lines, s.scans)
	}
	return v
}

func newVerdict(t *texts, k Kind) verdict {
	return verdict{Kind: k, Tone: k.tone(), Glyph: k.tone().glyph(), Title: t.title(k)}
}

// title is the headline of a kind.
func (t *texts) title(k Kind) string {
	return map[Kind]string{
		KindReleased: t.Released, KindClosed: t.Closed, KindExpired: t.Expired, KindHeld: t.Held, KindRecalled: t.Recalled, KindAltered: t.Altered,
		KindInputHeld: t.InputHeld, KindInputRecalled: t.InputRecalled,
		KindOpened: t.Opened, KindCopiesPossible: t.CopiesPossible, KindCopiesLikely: t.CopiesLikely, KindVoided: t.Voided, KindNotActive: t.NotActive,
		KindNotIssued: t.NotIssued, KindUnknown: t.Unknown, KindMistyped: t.Mistyped, KindMalformed: t.Malformed,
		KindUnavailable: t.Unavailable, KindTooMany: t.TooMany, KindLotUnknown: t.LotUnknown, KindLotMissing: t.LotMissing, KindGTINUnknown: t.GTINUnknown,
		KindBadLink: t.BadLink, KindFileGone: t.FileGone, KindFileCorrupt: t.FileCorrupt, KindPageGone: t.PageGone, KindBroken: t.Broken,
	}[k]
}

// explain adds since when, by whom and why, and what to do.
func (t *texts) explain(v *verdict, k Kind, d *trace.Dossier) {
	b := d.Batch.Data
	line := func(s string) { v.Lines = append(v.Lines, s) }
	reason := func() {
		if b.Reason != "" {
			line(t.Reason + ": " + b.Reason)
		}
	}
	switch k {
	case KindReleased:
		line(say(t.ReleasedLine, t.moment(releasedSince(b))))
		line(t.ReleasedCompare)
	case KindClosed:
		line(say(t.ClosedLine, t.moment(b.StateSince)))
		line(t.ReleasedCompare)
	case KindHeld:
		line(say(t.HeldLine, t.moment(b.StateSince), t.author(d)))
		reason()
		v.Do = []string{t.HeldDo}
	case KindRecalled:
		line(say(t.RecalledLine, t.moment(b.StateSince), t.author(d)))
		reason()
		v.Do = t.RecalledDo
		if b.Instructions != "" {
			v.Do = append([]string{b.Instructions}, t.RecalledDo...)
		}
	case KindExpired:
		line(say(t.ExpiredLine, t.date(b.Expiry)))
		v.Do = []string{t.ExpiredDo}
	case KindAltered:
		line(t.AlteredLine)
		v.Do = []string{t.AlteredDo}
	case KindInputHeld:
		line(t.InputHeldLine)
		v.Do = []string{t.InputHeldDo}
	case KindInputRecalled:
		line(t.InputRecalledLine)
		v.Do = []string{t.InputRecalledDo}
	}
}

// explainItem adds what is known of the item by itself, and what to do about it.
// The lines of an item are said whatever else is known of its batch.
func (t *texts) explainItem(v *verdict, k Kind, l level) {
	line, do := "", ""
	switch l {
	case levelOpened:
		do = t.OpenedDo
	case levelAmber:
		line, do = t.CopiesPossibleLine, t.CopiesPossibleDo
	case levelRed:
		line, do = t.CopiesLikelyLine, t.CopiesLikelyDo
	default:
		return
	}
	if line != "" {
		v.Lines = append(v.Lines, line)
	}
	if k != KindRecalled && k != KindInputRecalled { // then there is something else to do
		v.Do = append(v.Do, do)
	}
}

// author is who brought the batch into its state.
func (t *texts) author(d *trace.Dossier) string {
	b := d.Batch.Data
	if b.StateBy == trace.ProducerRole || b.StateOrg == "" {
		return say(t.ByProducer, d.Producer.Data.Name)
	}
	return b.StateOrg
}

// also words a finding beside the verdict.
func (t *texts) also(k Kind, d *trace.Dossier) string {
	b := d.Batch.Data
	switch k {
	case KindRecalled:
		return say(t.AlsoRecalled, t.moment(b.StateSince))
	case KindHeld:
		return say(t.AlsoHeld, t.moment(b.StateSince))
	case KindExpired:
		return say(t.AlsoExpired, t.date(b.Expiry))
	case KindOpened, KindCopiesPossible, KindCopiesLikely:
		return t.title(k) + "."
	}
	return t.AlsoInput
}

func (t *texts) alert(a trace.InputBatch) alert {
	b := a.Batch.Data
	since := t.AlertHeld
	if b.State == trace.BatchRecalled {
		since = t.AlertRecalled
	}
	text := say(t.InputFrom, t.name(a.Product), a.Producer) + ": " + say(since, t.moment(b.StateSince))
	if b.Reason != "" {
		text += ". " + t.Reason + ": " + b.Reason
	}
	return alert{Link: "/" + a.Batch.ID, Code: displayBatch(a.Batch.ID), Text: text}
}

// scans words how often an item was seen.
func (t *texts) scans(v views) string {
	switch {
	case !v.known:
		return t.NoCount
	case v.n <= 1:
		return t.FirstScan
	}
	return say(t.NthScan, t.moment(v.first), t.number(v.n))
}

// displayBatch writes a stored batch code as it is printed.
func displayBatch(code string) string {
	if b, err := stamp.ParseBatchCode(code); err == nil {
		return b.Display()
	}
	return code
}

// anyTestFailed looks at the valid revision of each report about the batch
// itself: that of another sample says nothing about this batch.
func anyTestFailed(d *trace.Dossier) bool {
	for _, h := range d.Tests {
		if r := h[len(h)-1].Data; r.Scope == "batch" && r.Verdict() == trace.Fail {
			return true
		}
	}
	return false
}
