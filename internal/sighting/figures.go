package sighting

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// Least is the smallest group of scans that figures tell of: of a smaller one
// only that there was something.
const Least = 5

// MaxDays is how many days figures go back.
const MaxDays = 90

// maxBatches is how many batches of a producer figures add up, the newest ones.
const maxBatches = 200

// DayKey is the counter of the views of the codes of a batch on a day in
// Vietnam; of all batches where batch is empty.
func DayKey(batch string, day trace.Date) string { return "day:" + batch + ":" + day.String() }

// Figures are how often codes were looked at. They say nothing of persons, and
// nothing of groups smaller than Least.
type Figures struct {
	Days  []Day  `json:"days" doc:"Every day of the time, the first one first"`
	Areas []Area `json:"areas" doc:"Where shoppers were who chose to tell, in the last 90 days"`
	// Shown is the sum of the days that are told.
	Shown   int64         `json:"shown" doc:"Views on the days whose number is told"`
	Signs   map[Sign]int  `json:"signs" doc:"How many stamps have each sign; at most 1000 are counted"`
	Batches []BatchFigure `json:"batches,omitempty" doc:"The batches, those with the gravest signs first; left out where the figures are of one"`
}

// A Day is the views on one day.
type Day struct {
	Date trace.Date `json:"date" format:"date"`
	// Views is 0 for a day on which there were none or too few to tell.
	Views int64 `json:"views"`
	Few   bool  `json:"few,omitempty" doc:"There were views, fewer than 5: their number is not told"`
}

// An Area is the shoppers who chose to tell that they were there.
type Area struct {
	Cell  Cell `json:"cell,omitempty" doc:"South-western corner in tenths of a degree: latitude, longitude; empty for all areas of fewer than 5 together" example:"105,1066"`
	Scans int  `json:"scans"`
}

// A BatchFigure is the views of one batch in the time.
type BatchFigure struct {
	Batch string       `json:"batch"`
	Name  catalog.Name `json:"product"`
	Lot   string       `json:"lot"`
	Views int64        `json:"views" doc:"Rounded down to a multiple of 5"`
	Few   bool         `json:"few,omitempty" doc:"There were views, fewer than 5: their number is not told"`
	Signs map[Sign]int `json:"signs,omitempty"`
}

// A FigureQuery says what figures are of.
type FigureQuery struct {
	// Batch is a batch code; all batches that the actor may see where empty.
	Batch string
	Days  int // back from today, 1 to MaxDays
}

// mayCount lets a producer see its own figures, office and inspectors all.
func mayCount(by trace.Actor) error {
	switch by.Role {
	case trace.ProducerRole, trace.Office, trace.Inspector:
		return nil
	}
	return trace.ErrNotAllowed
}

// Figures adds up what was looked at.
func (k *Keeper) Figures(ctx context.Context, by trace.Actor, q FigureQuery) (Figures, error) {
	if err := mayCount(by); err != nil {
		return Figures{}, err
	}
	if q.Days < 1 || q.Days > MaxDays {
		return Figures{}, trace.FieldErrors{{Field: "days", Message: named(fmt.Sprintf("phải từ 1 đến %d", MaxDays), fmt.Sprintf("must be 1 to %d", MaxDays))}}
	}
	f := Figures{Signs: map[Sign]int{}}
	batches, among, err := k.batchesOf(ctx, by, q.Batch)
	if err != nil {
		return f, err
	}
	perBatch, signs, err := k.signsOf(ctx, among)
	if err != nil {
		return f, err
	}
	f.Signs = signs
	if err := k.addDays(ctx, &f, by, q, batches, perBatch); err != nil {
		return f, err
	}
	places, err := k.placesOf(ctx, among)
	f.Areas = areasOf(places)
	return f, err
}

// batchesOf are the batches that figures are of, with the term under which their
// items are found.
func (k *Keeper) batchesOf(ctx context.Context, by trace.Actor, batch string) ([]trace.Stored[trace.Batch], string, error) {
	if batch != "" {
		b, err := k.ledger.Batch(ctx, by, batch)
		if err == nil && !by.Reads(b.Data.Producer) {
			err = trace.ErrHidden
		}
		if err != nil {
			return nil, "", err
		}
		return []trace.Stored[trace.Batch]{b}, trace.BatchTerm(b.ID), nil
	}
	q, among := trace.BatchQuery{}, ""
	if by.Role == trace.ProducerRole {
		q.Producer, among = by.Producer, trace.ProducerTerm(by.Producer)
	}
	list, err := k.ledger.Batches(ctx, by, q, trace.Paging{Limit: maxBatches})
	return list.Items, among, err
}

// signsOf counts the items with each sign, by batch and in all.
func (k *Keeper) signsOf(ctx context.Context, among string) (map[string]map[Sign]int, map[Sign]int, error) {
	perBatch, all := map[string]map[Sign]int{}, map[Sign]int{}
	for _, s := range Signs() {
		page, err := k.store.List(ctx, trace.Query{Kind: KindItems, Ref: signTerm(s, among), Limit: 1000, Newest: true})
		if err != nil {
			return nil, nil, err
		}
		for _, r := range page.Revisions {
			code := batchIn(r.Refs)
			if perBatch[code] == nil {
				perBatch[code] = map[Sign]int{}
			}
			perBatch[code][s]++
			all[s]++
		}
	}
	return perBatch, all, nil
}

// batchIn finds the batch among the terms of an item.
func batchIn(refs []string) string {
	const prefix = "batch:"
	for _, r := range refs {
		if len(r) > len(prefix) && r[:len(prefix)] == prefix {
			return r[len(prefix):]
		}
	}
	return ""
}

// addDays adds the views by day, and by batch where there are several.
func (k *Keeper) addDays(ctx context.Context, f *Figures, by trace.Actor, q FigureQuery, batches []trace.Stored[trace.Batch], signs map[string]map[Sign]int) error {
	today := k.ledger.Today()
	days := make([]trace.Date, q.Days)
	for i := range days {
		days[i] = today.AddDays(i - q.Days + 1)
	}
	counts, err := k.countsOf(ctx, batches, days)
	if err != nil {
		return err
	}
	overall := map[string]int64{}
	if q.Batch == "" && by.Role != trace.ProducerRole { // more batches than are listed
		if overall, err = k.dayCounts(ctx, []string{""}, days); err != nil {
			return err
		}
	}
	for _, day := range days {
		n := overall[DayKey("", day)]
		if len(overall) == 0 {
			for _, b := range batches {
				n += counts[DayKey(b.ID, day)]
			}
		}
		d := Day{Date: day, Views: n}
		if d.Few = n > 0 && n < Least; d.Few {
			d.Views = 0
		}
		f.Days, f.Shown = append(f.Days, d), f.Shown+d.Views
	}
	if q.Batch == "" {
		return k.addBatches(ctx, f, batches, days, counts, signs)
	}
	return nil
}

func (k *Keeper) countsOf(ctx context.Context, batches []trace.Stored[trace.Batch], days []trace.Date) (map[string]int64, error) {
	ids := make([]string, len(batches))
	for i, b := range batches {
		ids[i] = b.ID
	}
	return k.dayCounts(ctx, ids, days)
}

func (k *Keeper) dayCounts(ctx context.Context, batches []string, days []trace.Date) (map[string]int64, error) {
	var keys []string
	for _, b := range batches {
		for _, d := range days {
			keys = append(keys, DayKey(b, d))
		}
	}
	found := map[string]int64{}
	for part := range slices.Chunk(keys, 1000) {
		counts, err := k.store.Counts(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, c := range counts {
			found[c.Key] = c.N
		}
	}
	return found, nil
}

func (k *Keeper) addBatches(ctx context.Context, f *Figures, batches []trace.Stored[trace.Batch], days []trace.Date, counts map[string]int64, signs map[string]map[Sign]int) error {
	names := map[string]catalog.Name{}
	for _, b := range batches {
		line := BatchFigure{Batch: b.ID, Lot: b.Data.Lot.String(), Signs: signs[b.ID]}
		for _, day := range days {
			line.Views += counts[DayKey(b.ID, day)]
		}
		line.Few = line.Views > 0 && line.Views < Least
		// Rounded, so that no day that is not told follows from the sum.
		line.Views -= line.Views % Least
		if line.Views == 0 && !line.Few && len(line.Signs) == 0 {
			continue
		}
		if _, known := names[b.Data.Product]; !known {
			p, err := trace.Head[trace.Product](ctx, k.ledger, b.Data.Product)
			if err != nil {
				return err
			}
			names[b.Data.Product] = p.Data.Name
		}
		line.Name = names[b.Data.Product]
		f.Batches = append(f.Batches, line)
	}
	slices.SortStableFunc(f.Batches, func(a, b BatchFigure) int {
		for _, s := range Signs() {
			if c := cmp.Compare(b.Signs[s], a.Signs[s]); c != 0 {
				return c
			}
		}
		return cmp.Compare(b.Views, a.Views)
	})
	return nil
}

// maxPlacesRead bounds how many places figures look at, the newest ones.
const maxPlacesRead = 10_000

func (k *Keeper) placesOf(ctx context.Context, among string) (map[Cell]int, error) {
	found, read := map[Cell]int{}, 0
	for q := (trace.Query{Kind: KindPlaces, Ref: among, Limit: 1000, Newest: true}); ; {
		page, err := k.store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Revisions {
			p, err := placeIn(r)
			if err != nil {
				return nil, err
			}
			found[p.Cell]++
		}
		if read += len(page.Revisions); page.Next == "" || read >= maxPlacesRead {
			return found, nil
		}
		q.After = page.Next
	}
}

// areasOf are the areas with enough scans to tell, the most first, and what is
// left together where that is enough.
func areasOf(cells map[Cell]int) []Area {
	out, rest := []Area{}, 0
	for _, c := range slices.Sorted(maps.Keys(cells)) {
		if cells[c] < Least {
			rest += cells[c]
			continue
		}
		out = append(out, Area{c, cells[c]})
	}
	slices.SortStableFunc(out, func(a, b Area) int { return cmp.Compare(b.Scans, a.Scans) })
	if rest >= Least {
		out = append(out, Area{Scans: rest})
	}
	return out
}

// SignQuery says which remarkable stamps are wanted.
type SignQuery struct {
	Sign  Sign
	Batch string // all that the actor may see where empty
}

// Remarkable lists the stamps with a sign, those noted last first.
func (k *Keeper) Remarkable(ctx context.Context, by trace.Actor, q SignQuery, p trace.Paging) (trace.List[Item], error) {
	if err := mayCount(by); err != nil {
		return trace.List[Item]{}, err
	}
	if !slices.Contains(Signs(), q.Sign) {
		return trace.List[Item]{}, trace.FieldErrors{{Field: "sign", Message: named("không có dấu hiệu này", "is none of the signs")}}
	}
	among := ""
	switch {
	case q.Batch != "":
		_, term, err := k.batchesOf(ctx, by, q.Batch)
		if err != nil {
			return trace.List[Item]{}, err
		}
		among = term
	case by.Role == trace.ProducerRole:
		among = trace.ProducerTerm(by.Producer)
	}
	return trace.ListOf(ctx, k.ledger, signTerm(q.Sign, among), p, func(s trace.Stored[Item]) bool { return by.Reads(s.Data.Producer) })
}
