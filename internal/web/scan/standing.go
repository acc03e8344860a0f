package scan

import (
	"time"

	"temgoc/internal/trace"
)

// A Kind is what a look-up found, in one word. It is stable: programs that
// read the JSON rely on it.
type Kind string

// The kinds of verdicts. The first eight have a record to show.
const (
	KindReleased      Kind = "released"
	KindClosed        Kind = "closed"
	KindExpired       Kind = "expired"
	KindInputHeld     Kind = "input_held"
	KindHeld          Kind = "held"
	KindInputRecalled Kind = "input_recalled"
	KindRecalled      Kind = "recalled"
	KindAltered       Kind = "altered"

	// What may be known of one item beside its batch.
	KindOpened         Kind = "opened"
	KindCopiesPossible Kind = "copies_possible"
	KindCopiesLikely   Kind = "copies_likely"

	KindVoided      Kind = "voided"
	KindNotActive   Kind = "not_active"
	KindNotIssued   Kind = "not_issued"
	KindUnknown     Kind = "unknown"
	KindMistyped    Kind = "mistyped"
	KindMalformed   Kind = "malformed"
	KindUnavailable Kind = "unavailable"
	KindTooMany     Kind = "too_many"
	KindLotUnknown  Kind = "lot_not_registered"
	KindLotMissing  Kind = "lot_missing"
	KindGTINUnknown Kind = "gtin_unknown"
	KindBadLink     Kind = "bad_link"
	KindFileGone    Kind = "no_such_file"
	KindFileCorrupt Kind = "file_corrupt"
	KindPageGone    Kind = "no_such_page"
	KindBroken      Kind = "internal_error"
)

// severity orders the kinds with a record: the highest is the verdict, the
// others are said as well.
var severity = map[Kind]int{
	KindReleased: 0, KindClosed: 1, KindOpened: 2, KindCopiesPossible: 3, KindExpired: 4, KindInputHeld: 5, KindHeld: 6,
	KindCopiesLikely: 7, KindInputRecalled: 8, KindRecalled: 9, KindAltered: 10,
}

// A standing is what the system knows about a batch on a day.
type standing struct {
	kind Kind
	also []Kind // less severe findings, the state of the batch among them
}

// standingOf finds the verdict on a published batch.
func standingOf(d *trace.Dossier, today trace.Date, l level) standing {
	found := []Kind{stateKind(d.Batch.Data.State)}
	if d.Batch.Data.ExpiredOn(today) {
		found = append(found, KindExpired)
	}
	var held, recalled bool
	for _, a := range d.Alerts {
		held = held || a.Batch.Data.State == trace.BatchHeld
		recalled = recalled || a.Batch.Data.State == trace.BatchRecalled
	}
	if l != levelNone {
		found = append(found, l.kind())
	}
	if held {
		found = append(found, KindInputHeld)
	}
	if recalled {
		found = append(found, KindInputRecalled)
	}
	if d.Log.Altered {
		found = append(found, KindAltered)
	}
	worst := 0
	for i, k := range found {
		if severity[k] > severity[found[worst]] {
			worst = i
		}
	}
	s := standing{kind: found[worst]}
	for i, k := range found {
		if i != worst && severity[k] > severity[KindClosed] {
			s.also = append(s.also, k)
		}
	}
	return s
}

func stateKind(s trace.BatchState) Kind {
	switch s {
	case trace.BatchHeld:
		return KindHeld
	case trace.BatchRecalled:
		return KindRecalled
	case trace.BatchClosed:
		return KindClosed
	}
	return KindReleased
}

// releasedSince is when the batch was first released: that is what people ask
// for, and a hold that was lifted since does not change it. A batch stored
// without that time has its present state's.
func releasedSince(b trace.Batch) time.Time {
	if !b.FirstReleased.IsZero() {
		return b.FirstReleased
	}
	return b.StateSince
}

// A tone is how a verdict looks: never the only way in which it differs.
type tone string

const (
	toneGood tone = "good"
	toneWarn tone = "warn"
	toneBad  tone = "bad"
	toneNone tone = "none"
)

func (k Kind) tone() tone {
	switch k {
	case KindReleased, KindClosed:
		return toneGood
	case KindExpired, KindOpened, KindCopiesPossible, KindInputHeld, KindHeld, KindNotActive, KindMistyped:
		return toneWarn
	case KindAltered, KindCopiesLikely, KindInputRecalled, KindRecalled, KindVoided, KindNotIssued, KindUnknown, KindLotUnknown, KindFileCorrupt:
		return toneBad
	}
	return toneNone
}

// glyph repeats the tone for those who do not see colours.
func (t tone) glyph() string {
	switch t {
	case toneGood:
		return "✓"
	case toneWarn:
		return "!"
	case toneBad:
		return "✕"
	}
	return "i"
}
