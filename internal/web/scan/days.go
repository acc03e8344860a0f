package scan

import (
	"time"

	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// dayCounts are the views of codes by day: of each batch all its codes together,
// and of all batches. Views that waited for a store that was away are counted on
// the day of the last of them.
func dayCounts(codes []string, of func(code string) tally) map[string]tally {
	out := map[string]tally{}
	for _, text := range codes {
		code, err := stamp.Parse(text)
		if err != nil {
			continue
		}
		t := of(text)
		day := trace.DateOf(time.UnixMilli(t.last))
		for _, batch := range []string{code.Batch().String(), ""} {
			key := sighting.DayKey(batch, day)
			out[key] = out[key].plus(t)
		}
	}
	return out
}
