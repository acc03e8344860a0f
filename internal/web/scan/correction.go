package scan

import (
	"slices"
	"strings"

	"temgoc/internal/trace"
)

// A correction is a revision of a published batch that changed its data.
type correction struct{ before, after trace.Stored[trace.Batch] }

// correctionsOf lists them, the first one first.
func correctionsOf(d *trace.Dossier) []correction {
	var out []correction
	for i := 1; i < len(d.History); i++ {
		c := correction{d.History[i-1], d.History[i]}
		if c.after.Data.Correction != "" && !sameData(c.before.Data.BatchData, c.after.Data.BatchData) {
			out = append(out, c)
		}
	}
	return out
}

func sameData(a, b trace.BatchData) bool {
	return a.Lot == b.Lot && a.Quantity == b.Quantity && a.Production.Equal(b.Production) && a.Packing.Equal(b.Packing) &&
		a.Expiry.Equal(b.Expiry) && a.Note == b.Note && slices.Equal(a.Inputs, b.Inputs)
}

// inputs are the codes of the input batches that the correction took away and
// added.
func (c correction) inputs() (removed, added []string) {
	before, after := c.before.Data.Inputs, c.after.Data.Inputs
	return without(before, after), without(after, before)
}

// without lists the codes of a that b lacks.
func without(a, b []trace.Input) []string {
	var out []string
	for _, in := range a {
		if !slices.ContainsFunc(b, func(other trace.Input) bool { return other.Batch == in.Batch }) {
			out = append(out, in.Batch)
		}
	}
	return out
}

// corrections tells when and why the batch's own data was changed after its
// release. Where there is room for the last one only, the last that changed
// the inputs is told too: what a batch is made of never changes silently.
func (w *writer) corrections() []string {
	all := correctionsOf(w.d)
	lastOfInputs := -1
	for i, c := range all {
		if removed, added := c.inputs(); len(removed)+len(added) > 0 {
			lastOfInputs = i
		}
	}
	var out []string
	for i, c := range all {
		if w.detail.revisions || i == lastOfInputs || i == len(all)-1 {
			out = append(out, w.correction(c))
		}
	}
	return out
}

func (w *writer) correction(c correction) string {
	text := say(w.t.Corrected, w.t.day(c.after.Changed), c.after.Data.Correction)
	if w.detail.revisions {
		text += w.replaced(c.before.Data.BatchData, c.after.Data.BatchData)
	}
	text = w.cut(text)
	removed, added := c.inputs()
	for _, part := range []struct {
		format string
		codes  []string
	}{{w.t.InputsRemoved, removed}, {w.t.InputsAdded, added}} {
		if len(part.codes) > 0 {
			text += "; " + say(part.format, w.codes(part.codes))
		}
	}
	return text
}

// codes writes batch codes in a row, as many as there is room for.
func (w *writer) codes(codes []string) string {
	var out []string
	for i, code := range codes {
		if i == w.detail.inputs {
			out = append(out, say(w.t.AndMore, len(codes)-i))
			break
		}
		out = append(out, displayBatch(code))
	}
	return strings.Join(out, ", ")
}

// replaced names what a correction of the batch replaced.
func (w *writer) replaced(before, after trace.BatchData) string {
	var old []string
	differ := func(label, was, is string) {
		if was != is && was != "" {
			old = append(old, label+" "+was)
		}
	}
	t := w.t
	differ(t.Production, t.date(before.Production), t.date(after.Production))
	differ(t.Packing, t.date(before.Packing), t.date(after.Packing))
	differ(t.Expiry, t.date(before.Expiry), t.date(after.Expiry))
	differ(t.Quantity, before.Quantity.In(t.Lang), after.Quantity.In(t.Lang))
	for _, in := range before.Inputs {
		for _, now := range after.Inputs {
			if now.Batch == in.Batch {
				differ(displayBatch(in.Batch), in.Quantity.In(t.Lang), now.Quantity.In(t.Lang))
			}
		}
	}
	if len(old) == 0 {
		return ""
	}
	return " (" + strings.ToLower(t.OldVersion) + ": " + strings.Join(old, ", ") + ")"
}
