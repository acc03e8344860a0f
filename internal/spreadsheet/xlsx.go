package spreadsheet

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A rawCell is a cell as it stands in the XML of a sheet.
type rawCell struct {
	column      int // from 1
	style, kind string
	value       strings.Builder
	hasValue    bool
	formula     bool
}

// A sheetReader puts a sheet together.
type sheetReader struct {
	book   *workbook
	grid   *grid
	number int // of the row, from 1
	column int // of the last cell, from 1
	cells  []Cell
	cell   *rawCell // nil outside of a cell
	// rowStyle and columnStyles are those of cells that name none of their own,
	// which some programs rely on.
	rowStyle     string
	columnStyles [MaxColumns]string
	inside       bool // of an element whose text is the cell's
	spoken       bool // inside of a guide to pronunciation
}

// readSheet reads a sheet into g as far as it is within the limits.
func (w *workbook) readSheet(part string, g *grid) error {
	return w.each(part, (&sheetReader{book: w, grid: g}).use)
}

func (s *sheetReader) use(e element) error {
	switch {
	case e.start:
		return s.begin(e)
	case e.end:
		return s.end(e.name)
	case s.inside:
		s.cell.value.Write(e.text)
	}
	return nil
}

func (s *sheetReader) begin(e element) error {
	switch e.name {
	case "row":
		s.number, s.column, s.cells, s.rowStyle = s.rowNumber(e.attribute("r")), 0, nil, ""
		if isTrue(e.attribute("customFormat")) {
			s.rowStyle = e.attribute("s")
		}
	case "col":
		s.styleColumns(e)
	case "c":
		return s.beginCell(e)
	case "rPh":
		s.spoken = true
	case "v", "t":
		if s.cell != nil && !s.spoken {
			s.inside, s.cell.hasValue = true, true
		}
	case "f":
		if s.cell != nil {
			s.cell.formula = true
		}
	case "mergeCell":
		s.grid.addMerge(e.attribute("ref"))
	}
	return nil
}

// rowNumber is the number that a row says it has, or the next one.
func (s *sheetReader) rowNumber(r string) int {
	if n, err := strconv.Atoi(r); err == nil && n > s.number {
		return n
	}
	return s.number + 1
}

func (s *sheetReader) beginCell(e element) error {
	s.column++
	if ref := e.attribute("r"); ref != "" {
		column, _, ok := parseRef(ref)
		if !ok {
			return errDamaged
		}
		s.column = column
	}
	s.cell = &rawCell{column: s.column, style: e.attribute("s"), kind: e.attribute("t")}
	if s.cell.style == "" {
		s.cell.style = s.rowStyle
	}
	if s.cell.style == "" && s.column <= MaxColumns {
		s.cell.style = s.columnStyles[s.column-1]
	}
	return nil
}

// styleColumns notes the style of a range of columns.
func (s *sheetReader) styleColumns(e element) {
	first, _ := strconv.Atoi(e.attribute("min"))
	last, _ := strconv.Atoi(e.attribute("max"))
	for i := max(first, 1); i <= min(last, MaxColumns); i++ {
		s.columnStyles[i-1] = e.attribute("style")
	}
}

func (s *sheetReader) end(name string) error {
	switch name {
	case "v", "t":
		s.inside = false
	case "rPh":
		s.spoken = false
	case "c":
		return s.endCell()
	case "row":
		return s.grid.add(s.number, s.cells)
	}
	return nil
}

func (s *sheetReader) endCell() error {
	raw := s.cell
	s.cell, s.inside = nil, false
	if raw == nil {
		return errDamaged
	}
	c, err := s.book.cell(raw)
	if err != nil || c.IsEmpty() {
		return err
	}
	if raw.column > MaxColumns {
		return refuse(fmt.Sprintf("dòng %d có dữ liệu ở cột %s, tối đa %d cột", s.number, letter(raw.column-1), MaxColumns),
			fmt.Sprintf("row %d has something in column %s, at most %d columns are allowed", s.number, letter(raw.column-1), MaxColumns))
	}
	for len(s.cells) < raw.column {
		s.cells = append(s.cells, Cell{})
	}
	s.cells[raw.column-1] = c
	return nil
}

// cell makes of a cell what it is, by its type and its style.
func (w *workbook) cell(raw *rawCell) (Cell, error) {
	text := raw.value.String()
	if raw.formula && !raw.hasValue {
		return Cell{kind: uncomputed}, nil
	}
	switch raw.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || i < 0 || i >= len(w.strings) {
			return Cell{}, errDamaged
		}
		return textCell(w.strings[i]), nil
	case "inlineStr", "str":
		return textCell(unescape(text)), nil
	case "b":
		return Cell{kind: logical, text: strings.ToUpper(strconv.FormatBool(isTrue(strings.TrimSpace(text))))}, nil
	case "e":
		return Cell{kind: failed, text: text}, nil
	case "d":
		if t, err := ParseInstant(strings.TrimSpace(text)); err == nil {
			return datedCell(t), nil
		}
		return textCell(text), nil
	}
	return w.numberCell(strings.TrimSpace(text), raw.style)
}

func datedCell(t time.Time) Cell { return Cell{kind: dated, text: writtenInstant(t), at: t} }

func (w *workbook) numberCell(text, style string) (Cell, error) {
	if text == "" {
		return Cell{}, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return Cell{}, errDamaged
	}
	var format numberFormat
	if i, err := strconv.Atoi(style); err == nil && 0 <= i && i < len(w.formats) {
		format = w.formats[i]
	}
	if format.date {
		if t, ok := fromSerial(f, w.epoch); ok {
			return datedCell(t), nil
		}
	}
	return numberCell(f, format.digits), nil
}

// parseRef reads the name of a cell, such as "AB12".
func parseRef(ref string) (column, row int, ok bool) {
	digits := strings.IndexFunc(ref, func(r rune) bool { return '0' <= r && r <= '9' })
	if digits < 1 || digits > 3 {
		return 0, 0, false
	}
	for _, r := range ref[:digits] {
		if r |= 0x20; r < 'a' || r > 'z' { // in either case
			return 0, 0, false
		}
		column = column*26 + int(r-'a') + 1
	}
	row, err := strconv.Atoi(ref[digits:])
	return column, row, err == nil && row > 0
}

// addMerge notes a range such as "A1:C2" whose cells are shown as one. What is
// none is of no use for headings and is left out.
func (g *grid) addMerge(ref string) {
	from, to, _ := strings.Cut(ref, ":")
	var (
		m            merge
		begins, ends bool
	)
	m.firstColumn, m.firstRow, begins = parseRef(from)
	m.lastColumn, m.lastRow, ends = parseRef(to)
	if begins && ends && len(g.merged) < maxMerges {
		g.merged = append(g.merged, m)
	}
}
