package spreadsheet

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"
)

// A Table is what Read found.
type Table struct {
	Format Format
	Sheet  string // of an XLSX file, the name of the sheet
	// Columns tell where each of the headings was found, in the order in which
	// they were asked for.
	Columns []Column
	// Unknown are the titles of columns that were not asked for.
	Unknown []string
	Rows    []Row
}

// A Row is a row below the headings that is neither empty nor the example of a
// template.
type Row struct {
	Number int // as programs number it
	// Cells are in the order of the headings; that of a heading that was not
	// found is empty.
	Cells []Cell
}

// Read reads the table in an XLSX or CSV file. Of several sheets it takes the
// one that has the most of the headings. The error is an *Error when the file
// is at fault.
func Read(name string, content []byte, headings []Heading) (*Table, error) {
	format, grids, err := open(name, content)
	if err != nil {
		return nil, err
	}
	known := namesOf(headings)
	var (
		best *grid
		head header
	)
	for _, g := range grids {
		if h := g.header(known); h.found > head.found {
			best, head = g, h
		}
	}
	if best == nil {
		for _, g := range grids {
			if g.err != nil {
				return nil, g.err
			}
		}
		return nil, errNoHeader(headings)
	}
	if best.err != nil {
		return nil, best.err
	}
	t := &Table{Format: format, Sheet: best.name}
	var ordinal int
	if t.Columns, ordinal, t.Unknown, err = head.place(headings, known); err != nil {
		return nil, err
	}
	for _, r := range best.rows[head.row+1:] {
		t.add(r, ordinal)
	}
	if len(t.Rows) > MaxRows {
		return nil, errTooManyRows
	}
	return t, nil
}

// open tells the format of a file and reads its sheets.
func open(name string, content []byte) (Format, []*grid, error) {
	ext := strings.ToLower(path.Ext(name))
	switch {
	case len(content) > MaxSize:
		return "", nil, refuse(fmt.Sprintf("tệp lớn hơn %d MB", MaxSize>>20), fmt.Sprintf("the file is larger than %d MiB", MaxSize>>20))
	case len(content) == 0:
		return "", nil, refuse("tệp trống", "the file is empty")
	case bytes.HasPrefix(content, []byte("PK")):
		grids, err := readXLSX(content)
		return XLSX, grids, err
	case bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0")):
		return "", nil, refuse("tệp Excel kiểu cũ (.xls) hoặc có mật khẩu; hãy bỏ mật khẩu và lưu thành .xlsx",
			"an old Excel file (.xls) or one with a password; take the password away and save it as .xlsx")
	case ext == ".csv" || ext == ".txt" || ext == ".tsv":
		grids, err := readCSV(content)
		return CSV, grids, err
	}
	return "", nil, refuse("chỉ nhận tệp .xlsx hoặc .csv", "only .xlsx and .csv files are accepted")
}

// exampleNames mark the example row of a template, in its column of running
// numbers.
var exampleNames = []string{"vi du", "example"}

// add takes a row of the grid over, put into the order of the headings.
func (t *Table) add(r gridRow, ordinal int) {
	cell := func(i int) Cell {
		if i < 0 || i >= len(r.cells) {
			return Cell{}
		}
		return r.cells[i]
	}
	mark := fold(cell(ordinal).String())
	for _, example := range exampleNames {
		if mark == example {
			return
		}
	}
	row := Row{Number: r.number, Cells: make([]Cell, len(t.Columns))}
	filled := false
	for i, c := range t.Columns {
		if !c.Found {
			continue
		}
		row.Cells[i] = cell(c.index)
		filled = filled || !row.Cells[i].IsEmpty()
	}
	if filled {
		t.Rows = append(t.Rows, row)
	}
}

// IsFault tells whether err blames the file or the cell, not the machine.
func IsFault(err error) bool {
	_, ok := errors.AsType[*Error](err)
	return ok
}
