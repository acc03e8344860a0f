package spreadsheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A grid is one sheet as it stands in its file: the rows that are not empty.
type grid struct {
	name string
	rows []gridRow
	// merged are ranges of cells that are shown as one.
	merged []merge
	// err is what ended the reading before the end of the sheet.
	err error
}

// A gridRow is a row with its number, from 1, and its cells from the first
// column on.
type gridRow struct {
	number int
	cells  []Cell
}

// A merge is a range of cells, all ends included, from 1.
type merge struct{ firstRow, firstColumn, lastRow, lastColumn int }

// maxAbove is how many rows, that are not empty, may stand above the headings
// or be headings.
const maxAbove = 20

// add appends a row that is not empty, within the limits.
func (g *grid) add(number int, cells []Cell) error {
	for len(cells) > 0 && cells[len(cells)-1].IsEmpty() {
		cells = cells[:len(cells)-1]
	}
	switch {
	case len(cells) == 0:
		return nil
	case len(cells) > MaxColumns:
		return refuse(fmt.Sprintf("dòng %d có %d cột, tối đa %d cột", number, len(cells), MaxColumns),
			fmt.Sprintf("row %d has %d columns, at most %d are allowed", number, len(cells), MaxColumns))
	case len(g.rows) == MaxRows+maxAbove:
		return errTooManyRows
	}
	g.rows = append(g.rows, gridRow{number, cells})
	return nil
}

var errTooManyRows = refuse(fmt.Sprintf("bảng có hơn %d dòng dữ liệu; hãy chia thành nhiều tệp", MaxRows),
	fmt.Sprintf("the table has more than %d rows; divide it into several files", MaxRows))

// separators are what may stand between the cells of a CSV file.
var separators = []rune{',', ';', '\t'}

var byteOrderMark = []byte("\xef\xbb\xbf")

// readCSV reads a CSV file with each of the separators; which of them it was
// made with is seen from the headings.
func readCSV(content []byte) ([]*grid, error) {
	content = bytes.TrimPrefix(content, byteOrderMark)
	if !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0 {
		return nil, refuse("tệp CSV không dùng bảng mã UTF-8; trong Excel hãy chọn “CSV UTF-8”, hoặc lưu thành .xlsx",
			"the CSV file is not in UTF-8; choose “CSV UTF-8” in Excel, or save it as .xlsx")
	}
	if !bytes.Contains(content, []byte("\n")) { // as old programs end lines
		content = bytes.ReplaceAll(content, []byte("\r"), []byte("\n"))
	}
	var grids []*grid
	for _, separator := range separators {
		g := &grid{}
		g.err = g.readSeparated(content, separator)
		grids = append(grids, g)
	}
	return grids, nil
}

func (g *grid) readSeparated(content []byte, separator rune) error {
	r := csv.NewReader(bytes.NewReader(content))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator, -1, true
	broken := 0 // lines that begin inside a cell are no rows
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return refuse(fmt.Sprintf("dòng %d: dấu ngoặc kép đặt sai chỗ", bad.Line), fmt.Sprintf("line %d: a quotation mark is out of place", bad.Line))
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		number := line - broken
		cells := make([]Cell, len(record))
		for i, field := range record {
			broken += strings.Count(field, "\n")
			cells[i] = textCell(unguard(field))
		}
		if err := g.add(number, cells); err != nil {
			return err
		}
	}
}

// startsFormula tells whether a spreadsheet program may take a text that begins
// so for a formula. The wide forms are what some programs of East Asia take for
// their ASCII twins.
func startsFormula(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20", r) && s != ""
}

// guard puts an apostrophe before a text that could be taken for a formula, and
// before one that looks as if it had been guarded.
func guard(s string) string {
	if startsFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// unguard undoes guard.
func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && startsFormula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return s
}
