// Package spreadsheet reads and writes tables as people keep them: XLSX and
// CSV files with a heading over each column. What the columns mean is not its
// business.
//
// # Reading
//
// [Read] finds the row of headings by their names, in any case, with or without
// diacritics, below titles and with merged cells, and gives the rows under it,
// cell by cell. A cell is judged by what its column wants: [Cell.Text],
// [Cell.Decimal], [Cell.Date] and so on, each of which says what is wrong with
// it in words for the person who filled it in.
//
// A file has at most [MaxRows] rows, [MaxColumns] columns and [MaxSize] bytes.
// Only the parts of an XLSX file that hold cells are unpacked, at most
// maxUnpacked bytes of them, and read as a stream, so that neither a small file
// that unpacks to a large one nor a cell in the last column of the last row
// takes memory. Callers bound how many files are read at once: the worst of
// what is accepted takes about 200 MB.
//
// A formula is never evaluated: the result that was stored with it counts, and
// where there is none the cell is refused.
//
// Excel and its relatives are read with code of our own because the library
// that writes here, excelize, cannot tell while streaming whether "1.234" was a
// number or a text, which in Vietnam are a little over one and a little over a
// thousand, nor whether a cell without a value held a formula; what can, loads
// the whole sheet up to its furthest cell.
//
// # Numbers and dates in text
//
// A number that was stored as one is taken as it is. One that was written as
// text, as all of a CSV file is, may be written the Vietnamese way, 1.200,5, or
// the English, 1,200.5; what could be either, such as 1.200, is refused where
// decimals are possible. Days come before months: 24/11/2026, or 2026-11-24.
//
// # Writing
//
// [NewWriter] writes row by row. No cell that it writes is ever taken for a
// formula: in XLSX text is stored as text, in columns that are formatted as
// text, and in CSV a text that begins as a formula does gets an apostrophe
// before it. Read takes that apostrophe away again, so that what was exported
// is read as it was.
package spreadsheet

import "temgoc/internal/catalog"

// Limits of a file that is read.
const (
	MaxRows    = 5000    // below the headings
	MaxColumns = 100     //
	MaxSize    = 8 << 20 // bytes
)

// A Format is a kind of file.
type Format string

// The formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// Known tells whether f is one of the formats.
func (f Format) Known() bool { return f == XLSX || f == CSV }

// MediaType is what a file of the format is served as.
func (f Format) MediaType() string {
	if f == CSV {
		return "text/csv; charset=utf-8"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// An Error says what is wrong with a file or a cell.
type Error struct {
	Message catalog.Name
}

// Error implements error with the English text.
func (e *Error) Error() string { return e.Message.EN }

func refuse(vi, en string) *Error { return &Error{catalog.Name{VI: vi, EN: en}} }

// maxQuoted is how much of a text a message quotes, in characters.
const maxQuoted = 60

// Short cuts a text to what a message quotes of it.
func Short(s string) string {
	n := 0
	for i := range s {
		if n == maxQuoted {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
