package scan

import (
	"reflect"
	"slices"

	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// A journey is the time line of a batch.
type journey struct {
	Items []entryView
	// Shown of Total records, when not all are.
	Shown, Total int
}

// An entryView is one record on the time line.
type entryView struct {
	When, Datetime   string
	Title, Text      string
	Where, Who, Note string
	Entered          string
	Provenance       provenance
	Files            []fileLink
	// Changes are corrections and retractions, the latest last.
	Changes   []change
	Retracted bool
}

// A change is a version that counts no longer, and why.
type change struct{ Old, Why string }

// A provenance says how far something can be relied on, with a glyph that
// does not need colour: ○ declared, ◐ documented, ● verified.
type provenance struct{ Glyph, Text string }

// journeyOf builds the time line. Public readers do not see who received
// goods, vehicles, document numbers, nor names of persons other than the one
// entered as doing it.
func (w *writer) journeyOf() journey {
	records := w.d.Records
	j := journey{Total: len(records)}
	if len(records) > w.detail.records {
		records = latestOfEachStage(records)
	}
	for _, h := range records {
		j.Items = append(j.Items, w.entry(h))
	}
	j.Shown = len(records)
	return j
}

// latestOfEachStage keeps the last record of each kind, in order; one that
// counts rather than a retracted one.
func latestOfEachStage(records [][]trace.Stored[trace.Record]) [][]trace.Stored[trace.Record] {
	last := map[string]int{}
	for i, h := range records {
		r := h[len(h)-1].Data
		at, seen := last[r.Kind]
		if !seen || !r.Retracted || records[at][len(records[at])-1].Data.Retracted {
			last[r.Kind] = i
		}
	}
	var keep []int
	for _, i := range last {
		keep = append(keep, i)
	}
	slices.Sort(keep)
	out := make([][]trace.Stored[trace.Record], len(keep))
	for i, at := range keep {
		out[i] = records[at]
	}
	return out
}

func (w *writer) entry(h []trace.Stored[trace.Record]) entryView {
	t, last := w.t, h[len(h)-1]
	r := last.Data
	e := entryView{
		When: t.stampOf(r.Happened), Datetime: iso(r.Happened),
		Title: t.name(r.Step().Name), Text: w.cut(t.summary(r.RecordData)),
		Where: w.cut(r.Place.In(t.Lang)), Who: w.cut(r.Person), Note: w.cut(r.Note),
		Provenance: t.provenance(r.Provenance(), r.Verified), Retracted: r.Retracted,
	}
	if r.Kind != "shipping" { // a delivery note names the customer
		e.Files = w.files(r.Files)
	}
	if trace.DateOf(last.Created) != trace.DateOf(r.Happened) {
		e.Entered = say(t.Entered, t.day(last.Created))
	}
	e.Changes = w.changes(h)
	return e
}

// changes tells what was corrected. A revision that only adds an authority's
// verification changes nothing that was said.
func (w *writer) changes(h []trace.Stored[trace.Record]) []change {
	t := w.t
	var out []change
	for i := 1; i < len(h); i++ {
		before, after := h[i-1].Data, h[i].Data
		switch {
		case after.Retracted && !before.Retracted:
			out = append(out, change{Why: say(t.RetractedOn, t.stampOf(h[i].Changed), w.cut(after.Correction))})
		case !reflect.DeepEqual(before.RecordData, after.RecordData):
			c := change{Why: say(t.CorrectedOn, t.stampOf(h[i].Changed), w.cut(after.Correction))}
			if w.detail.revisions {
				c.Old = w.cut(w.old(before.RecordData, after.RecordData))
			}
			out = append(out, c)
		}
	}
	return out
}

// old is what a version said that the next one no longer says.
func (w *writer) old(before, after trace.RecordData) string {
	var parts []string
	differ := func(old, new string) {
		if old != new {
			parts = append(parts, old)
		}
	}
	t := w.t
	differ(t.stampOf(before.Happened), t.stampOf(after.Happened))
	differ(t.summary(before), t.summary(after))
	differ(before.Place.In(t.Lang), after.Place.In(t.Lang))
	differ(before.Person, after.Person)
	differ(before.Note, after.Note)
	return ui.Joined(" · ", parts...)
}

func (t *texts) provenance(p trace.Provenance, by *trace.Confirmation) provenance {
	switch {
	case p == trace.Verified && by != nil:
		return provenance{"●", say(t.VerifiedBy, organisation(by), t.day(by.At))}
	case p == trace.Documented:
		return provenance{"◐", t.Documented}
	}
	return provenance{"○", t.Declared}
}

// organisation names who confirmed; a role where no name was given.
func organisation(by *trace.Confirmation) string {
	if by.Organisation == "" {
		return string(by.Role)
	}
	return by.Organisation
}
