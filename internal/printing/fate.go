package printing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"temgoc/internal/catalog"
)

// A Fate is what became of a stamp of a released order. The fates of an order
// are a partition: each stamp has one.
type Fate string

// The fates. A stamp of which nothing was reported is unaccounted for: it may
// be on the goods, in a drawer, or in the wrong hands.
const (
	Unaccounted Fate = "unaccounted"
	Printed     Fate = "printed"
	Scrapped    Fate = "scrapped" // spoilt and destroyed
	Lost        Fate = "lost"
	Stolen      Fate = "stolen"
)

// Fates lists the fates that can be reported.
func Fates() []Fate { return []Fate{Printed, Scrapped, Lost, Stolen} }

// Withdrawn tells whether a stamp of this fate is out of use for good.
func (f Fate) Withdrawn() bool { return f == Scrapped || f == Lost || f == Stolen }

// Name is the fate in words.
func (f Fate) Name() catalog.Name {
	switch f {
	case Printed:
		return catalog.Name{VI: "in đạt", EN: "printed well"}
	case Scrapped:
		return catalog.Name{VI: "hỏng, đã hủy", EN: "scrapped"}
	case Lost:
		return catalog.Name{VI: "thất lạc", EN: "lost"}
	case Stolen:
		return catalog.Name{VI: "bị mất cắp", EN: "stolen"}
	}
	return catalog.Name{VI: "chưa rõ ở đâu", EN: "not accounted for"}
}

// becomes tells whether a stamp of this fate may get the other. What was
// withdrawn never counts again; what was lost may be found and destroyed, or turn
// out to be stolen.
func (f Fate) becomes(to Fate) bool {
	switch f {
	case Unaccounted:
		return true
	case Printed:
		return to.Withdrawn()
	case Lost:
		return to == Scrapped || to == Stolen
	}
	return false
}

// A Range is neighbouring stamps of an order by their position, from 1, both
// ends included.
type Range struct {
	First int `json:"first" minimum:"1"`
	Last  int `json:"last" minimum:"1"`
}

// Count is how many stamps the range has.
func (r Range) Count() int { return r.Last - r.First + 1 }

// String writes the range as people do: "40–44", or "7" for one stamp.
func (r Range) String() string {
	if r.First == r.Last {
		return strconv.Itoa(r.First)
	}
	return fmt.Sprintf("%d–%d", r.First, r.Last)
}

// cut is the part of the range within o. It is empty, with a Count below 1,
// when they have no stamp in common.
func (r Range) cut(o Range) Range {
	return Range{max(r.First, o.First), min(r.Last, o.Last)}
}

// without is what is left of the range when others, which are in order and have
// no stamp in common, take theirs.
func (r Range) without(others []Range) []Range {
	var left []Range
	for _, o := range others {
		if r.cut(o).Count() < 1 {
			continue
		}
		if o.First > r.First {
			left = append(left, Range{r.First, o.First - 1})
		}
		r.First = o.Last + 1
	}
	if r.Count() > 0 {
		left = append(left, r)
	}
	return left
}

// RangesText writes ranges as ParseRanges reads them: "40–44, 51".
func RangesText(ranges []Range) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = r.String()
	}
	return strings.Join(parts, ", ")
}

// ParseRanges reads what people write of stamps: "40-44, 51". Ranges are parted
// by commas, semicolons or line breaks; the dash may be any, with spaces. Field
// is blamed for what cannot be read.
func ParseRanges(field, text string) ([]Range, error) {
	var out []Range
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",;\n\r", r) }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		first, last, isRange := strings.Cut(dashes.Replace(part), "-")
		if !isRange {
			last = first
		}
		a, errA := strconv.Atoi(strings.TrimSpace(first))
		b, errB := strconv.Atoi(strings.TrimSpace(last))
		if errA != nil || errB != nil {
			return nil, fieldError(field, fmt.Sprintf("không đọc được %q, hãy ghi như 40-44, 51", part), fmt.Sprintf("cannot read %q; write as in 40-44, 51", part))
		}
		out = append(out, Range{a, b})
	}
	return out, nil
}

var dashes = strings.NewReplacer("–", "-", "—", "-", "‐", "-", "‑", "-", "−", "-")

// A Run is neighbouring stamps of an order that have one fate for one reason.
type Run struct {
	Range
	Fate Fate `json:"fate"`
	// Reason, Since and By are those of the report that took the stamps out of
	// use; empty for others.
	Reason string    `json:"reason,omitempty"`
	Since  time.Time `json:"since,omitzero"`
	By     string    `json:"by,omitempty" doc:"Id of who reported it"`
}

// sameAs tells whether two runs differ in nothing but their stamps.
func (r Run) sameAs(o Run) bool {
	return r.Fate == o.Fate && r.Reason == o.Reason && r.By == o.By && r.Since.Equal(o.Since)
}

func equalRuns(a, b Run) bool { return a.Range == b.Range && a.sameAs(b) }

// Fates is the whole partition of the order, unaccounted stamps with the rest:
// the runs follow each other from 1 to Count.
func (o Order) Fates() []Run {
	out := make([]Run, 0, 2*len(o.Runs)+1)
	next := 1
	for _, r := range append(slices.Clone(o.Runs), Run{Range: Range{o.Count + 1, o.Count + 1}}) {
		if r.First > next {
			out = append(out, Run{Range: Range{next, r.First - 1}, Fate: Unaccounted})
		}
		if r.First <= o.Count {
			out = append(out, r)
		}
		next = r.Last + 1
	}
	return out
}

// FateOf is the run of a stamp by its position.
func (o Order) FateOf(position int) Run {
	i, found := slices.BinarySearchFunc(o.Runs, position, func(r Run, p int) int {
		switch {
		case r.Last < p:
			return -1
		case r.First > p:
			return 1
		}
		return 0
	})
	if !found {
		return Run{Range: Range{position, position}, Fate: Unaccounted}
	}
	return o.Runs[i]
}

// RangesOf are the stamps of one fate.
func (o Order) RangesOf(f Fate) []Range {
	var out []Range
	for _, r := range o.Fates() {
		switch last := len(out) - 1; {
		case r.Fate != f:
		case last >= 0 && out[last].Last+1 == r.First:
			out[last].Last = r.Last
		default:
			out = append(out, r.Range)
		}
	}
	return out
}

// paint gives the stamps of the new runs their fate, whatever they had. Runs
// are in order and have no stamp in common; new ones are within gaps and old
// runs and have none in common either.
func paint(runs, fresh []Run) []Run {
	out := slices.Clone(fresh)
	taken := make([]Range, len(fresh))
	for i, r := range fresh {
		taken[i] = r.Range
	}
	for _, old := range runs {
		for _, left := range old.without(taken) {
			old.Range = left
			out = append(out, old)
		}
	}
	slices.SortFunc(out, func(a, b Run) int { return a.First - b.First })
	merged := out[:0]
	for _, r := range out {
		if last := len(merged) - 1; last >= 0 && merged[last].Last+1 == r.First && merged[last].sameAs(r) {
			merged[last].Last = r.Last
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// Sums count the stamps of an order, or of a part of it, by fate. They close:
// what was allocated is the sum of the others.
type Sums struct {
	Allocated   int `json:"allocated"`
	Printed     int `json:"printed"`
	Scrapped    int `json:"scrapped"`
	Lost        int `json:"lost"`
	Unaccounted int `json:"unaccounted" doc:"Stamps of which nothing was reported"`
	Stolen      int `json:"stolen"`
}

func (s *Sums) add(f Fate, n int) {
	s.Allocated += n
	switch f {
	case Printed:
		s.Printed += n
	case Scrapped:
		s.Scrapped += n
	case Lost:
		s.Lost += n
	case Stolen:
		s.Stolen += n
	default:
		s.Unaccounted += n
	}
}

// Withdrawn is how many stamps are scrapped, lost or stolen.
func (s Sums) Withdrawn() int { return s.Scrapped + s.Lost + s.Stolen }

// Sums counts the stamps of the order. One that was counted before fates were
// kept by range has the numbers of that count until the first report.
func (o Order) Sums() Sums {
	if o.Account != nil {
		return Sums{
			Allocated: o.Count, Printed: o.Account.Printed, Scrapped: o.Account.Spoilt,
			Unaccounted: o.Count - o.Account.Printed - o.Account.Spoilt,
		}
	}
	var s Sums
	for _, r := range o.Fates() {
		s.add(r.Fate, r.Count())
	}
	return s
}

// Unaccounted is how many stamps of the order nothing was reported of.
func (o Order) Unaccounted() int { return o.Sums().Unaccounted }
