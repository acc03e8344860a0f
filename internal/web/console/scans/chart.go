package scans

import (
	"fmt"

	"temgoc/internal/sighting"
	"temgoc/internal/web/ui"
)

// A chart is bars over days, in a drawing of chartWidth by chartHeight units. Its
// texts are HTML beside it, so that they stay as large as the page's on any
// screen.
type chart struct {
	Bars        []chartBar
	Lines       []chartLine
	Width       int
	Height      int
	First, Last string
	Highest     string
	Words       string // what it shows, for who does not see it
	Few         bool   // a day is drawn whose number is not told
}

type chartBar struct {
	X, Y, Width, Height float64
	Class, Title        string
}

type chartLine struct{ Y float64 }

const (
	chartWidth  = 720
	chartHeight = 180
	// stub is the height of a bar of too few views to tell.
	stub = 5
)

// chartOf draws the views of days.
func chartOf(l ui.Lang, days []sighting.Day) chart {
	c := chart{Width: chartWidth, Height: chartHeight}
	top := int64(sighting.Least)
	for _, d := range days {
		top = max(top, d.Views)
	}
	top = round(top)
	step := float64(chartWidth) / float64(len(days))
	for i, d := range days {
		date := l.Date(d.Date)
		bar := chartBar{X: float64(i)*step + step*.12, Width: step * .76}
		switch {
		case d.Few:
			c.Few = true
			bar.Height, bar.Class, bar.Title = stub, "few", date+": "+fmt.Sprintf(l.T("dưới %d", "fewer than %d"), sighting.Least)
		case d.Views > 0:
			bar.Height, bar.Class, bar.Title = float64(chartHeight)*float64(d.Views)/float64(top), "views", date+": "+l.Number(int(d.Views))
		default:
			continue
		}
		bar.Y = chartHeight - bar.Height
		c.Bars = append(c.Bars, bar)
	}
	for _, share := range []float64{0, .5} {
		c.Lines = append(c.Lines, chartLine{share * chartHeight})
	}
	c.First, c.Last = l.Date(days[0].Date), l.Date(days[len(days)-1].Date)
	c.Highest = l.Number(int(top))
	c.Words = fmt.Sprintf(l.T("Lượt quét từng ngày từ %s đến %s, cao nhất %s.", "Scans by day from %s to %s, %s at most."), c.First, c.Last, l.Number(int(highest(days))))
	return c
}

func highest(days []sighting.Day) (n int64) {
	for _, d := range days {
		n = max(n, d.Views)
	}
	return n
}

// round is the next number that people like to see at the top of a scale.
func round(n int64) int64 {
	for scale := int64(1); ; scale *= 10 {
		for _, nice := range []int64{1, 2, 5} {
			if nice*scale >= n && nice*scale >= 2 {
				return nice * scale
			}
		}
	}
}
