package scan

import (
	"math"
	"unicode/utf8"
)

// A detail bounds what a page shows, so that it keeps its size whatever was
// entered. What is left out is on the records page, which has no bounds.
type detail struct {
	records      int  // above this, the latest of each stage only
	revisions    bool // old versions of records
	text         int  // characters of one text
	rows         int  // rows of all test reports; above, those not passed first
	reports      int  // test reports
	certificates int  // certificates
	files        int  // files of one record, certificate or report
	inputs       int  // input batches
}

// maxPage is the size that a scan page may have, in bytes.
const maxPage = 20_000

// maxRecords is how many records a page shows before it limits itself to the
// latest of each stage.
const maxRecords = 12

// everything is the detail of the records page.
var everything = detail{
	records: math.MaxInt, revisions: true, text: math.MaxInt, rows: math.MaxInt,
	reports: math.MaxInt, certificates: math.MaxInt, files: math.MaxInt, inputs: math.MaxInt,
}

// details are tried in this order until the page fits. The last one bounds
// everything there is.
var details = []detail{
	{records: maxRecords, revisions: true, text: 2000, rows: 30, reports: 8, certificates: 16, files: 6, inputs: 12},
	{records: maxRecords, revisions: true, text: 400, rows: 14, reports: 4, certificates: 8, files: 2, inputs: 6},
	{records: maxRecords, text: 160, rows: 10, reports: 3, certificates: 6, files: 1, inputs: 4},
	{records: maxRecords, text: 60, rows: 5, reports: 2, certificates: 4, files: 1, inputs: 3},
	{records: 0, text: 40, rows: 2, reports: 1, certificates: 2, inputs: 2},
}

// cut shortens s to the number of characters that the detail allows.
func (d detail) cut(s string) string {
	if len(s) <= d.text || utf8.RuneCountInString(s) <= d.text {
		return s
	}
	n := 0
	for i := range s {
		if n == d.text {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
