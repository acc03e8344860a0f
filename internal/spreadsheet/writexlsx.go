package spreadsheet

import (
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"temgoc/internal/trace"
)

// An xlsxWriter writes an XLSX file. Rows go through a file on disk once they
// are many; the finished archive is in memory when it is closed.
type xlsxWriter struct {
	out    io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	layout Layout
	styles xlsxStyles
	last   int // number of the row that was written last
	rows   int // without the headings and the example
}

// xlsxStyles are the numbers of the styles in use.
type xlsxStyles struct {
	header, required, example int
	cell                      map[Form]int
	wrapped                   int
}

func newXLSXWriter(w io.Writer, l Layout) (*xlsxWriter, error) {
	x := &xlsxWriter{out: w, file: excelize.NewFile(), layout: l}
	if err := x.begin(); err != nil {
		x.Discard()
		return nil, fmt.Errorf("begin XLSX: %w", err)
	}
	return x, nil
}

// firstOf is the first error there is.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *xlsxWriter) begin() error {
	f := x.file
	if err := firstOf(
		f.SetDocProps(&excelize.DocProperties{Creator: "Temgốc", Title: x.layout.Sheet}),
		f.SetSheetName("Sheet1", x.layout.Sheet),
		x.makeStyles(),
		x.writeGuide(),
	); err != nil {
		return err
	}
	var err error
	if x.stream, err = f.NewStreamWriter(x.layout.Sheet); err != nil {
		return err
	}
	if err := firstOf(x.setColumns(), x.offerValues()); err != nil {
		return err
	}
	header := []any{excelize.Cell{StyleID: x.styles.header, Value: ordinalTitle.In(x.layout.Lang)}}
	for _, c := range x.layout.Columns {
		style := x.styles.header
		if c.Required {
			style = x.styles.required
		}
		header = append(header, excelize.Cell{StyleID: style, Value: c.heading()})
	}
	if err := x.setRow(header, excelize.RowOpts{Height: 32}); err != nil || x.layout.Example == nil {
		return err
	}
	return x.write(exampleMark.In(x.layout.Lang), x.layout.Example, x.styles.example)
}

// setColumns fixes the headings and gives each column its width and format, so
// that what is typed into a column of text stays text.
func (x *xlsxWriter) setColumns() error {
	err := firstOf(
		x.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
		x.stream.SetColWidth(1, 1, 7),
	)
	for i, c := range x.layout.Columns {
		width := max(c.Width, utf8.RuneCountInString(c.heading())/2+3) // room for the heading in two lines
		err = firstOf(err, x.stream.SetColWidth(i+2, i+2, float64(width)), x.stream.SetColStyle(i+2, i+2, x.styles.cell[c.Form]))
	}
	return err
}

// offerValues lets the cells of a column be chosen from the list in the guide.
func (x *xlsxWriter) offerValues() error {
	list := firstList
	for i, c := range x.layout.Columns {
		if len(c.Allowed) == 0 {
			continue
		}
		column := letter(i + 1)
		v := excelize.NewDataValidation(true)
		v.SetSqref(fmt.Sprintf("%s2:%s%d", column, column, MaxRows+2))
		v.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$%d:$%s$%d", x.layout.Guide.Sheet, letter(list), 2, letter(list), len(c.Allowed)+1))
		v.SetError(excelize.DataValidationErrorStyleWarning, c.Title, notAllowed.In(x.layout.Lang))
		if err := x.file.AddDataValidation(x.layout.Sheet, v); err != nil {
			return err
		}
		list++
	}
	return nil
}

const (
	// docColumn is the column of the guide, from 0, with the explanations, and
	// firstList the one in which the lists of allowed values begin.
	docColumn = 2
	firstList = 6
	// docWidth is the width of the explanations, in characters, lineHeight the
	// height of a line and maxHeight the greatest of a row, in points.
	docWidth   = 80
	lineHeight = 15.0
	maxHeight  = excelize.MaxRowHeight
)

// writeGuide writes the second sheet: notes, what each column means, and to the
// right of it the allowed values.
func (x *xlsxWriter) writeGuide() error {
	l := x.layout
	if _, err := x.file.NewSheet(l.Guide.Sheet); err != nil {
		return err
	}
	g := guideSheet{x, l.Guide.Sheet, nil}
	g.set(0, 1, x.styles.header, guideColumn.In(l.Lang))
	g.set(1, 1, x.styles.header, guideRequired.In(l.Lang))
	g.set(docColumn, 1, x.styles.header, guideDoc.In(l.Lang))
	g.set(3, 1, x.styles.header, guideExample.In(l.Lang))
	row, list := 2, firstList
	for i, c := range l.Columns {
		g.set(0, row, x.styles.wrapped, c.Title)
		if c.Required {
			g.set(1, row, x.styles.wrapped, guideYes.In(l.Lang))
		}
		g.set(docColumn, row, x.styles.wrapped, c.Doc)
		if l.Example != nil {
			g.set(3, row, x.styles.wrapped, l.Example[i].String())
		}
		if len(c.Allowed) > 0 {
			g.set(list, 1, x.styles.header, guideAllowed.In(l.Lang)+": "+c.Title)
			for j, v := range c.Allowed {
				g.set(list, j+2, x.styles.cell[Text], v)
			}
			list++
		}
		row++
	}
	for i, note := range l.Guide.Notes {
		g.set(docColumn, row+1+i, x.styles.wrapped, note)
	}
	return firstOf(g.err, x.printWide(l.Guide.Sheet),
		x.file.SetColWidth(l.Guide.Sheet, "A", "A", 30), x.file.SetColWidth(l.Guide.Sheet, "C", "C", docWidth),
		x.file.SetColWidth(l.Guide.Sheet, "B", "B", 12), x.file.SetColWidth(l.Guide.Sheet, "D", "D", 40),
		x.file.SetColWidth(l.Guide.Sheet, letter(firstList), letter(firstList+max(list-firstList-1, 0)), 36),
		x.file.SetPanes(l.Guide.Sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

// printWide prints a sheet on as many pages as it is long, and one wide.
func (x *xlsxWriter) printWide(sheet string) error {
	return firstOf(
		x.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: new(true)}),
		x.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: new("landscape"), FitToWidth: new(1), FitToHeight: new(0)}),
	)
}

// A guideSheet is written cell by cell.
type guideSheet struct {
	*xlsxWriter
	sheet string
	err   error
}

func (g *guideSheet) set(column, row, style int, text string) {
	if g.err != nil || text == "" {
		return
	}
	cell := letter(column) + strconv.Itoa(row)
	g.err = firstOf(g.file.SetCellStr(g.sheet, cell, text), g.file.SetCellStyle(g.sheet, cell, cell, style))
	// Not every program finds out by itself how high a row must be.
	if lines := 1 + utf8.RuneCountInString(text)/docWidth; column == docColumn && lines > 1 {
		g.err = firstOf(g.err, g.file.SetRowHeight(g.sheet, row, min(float64(lines)*lineHeight, maxHeight)))
	}
}

// makeStyles makes the styles. Text has a format of its own, number 49, in
// which no program looks for a formula or a number.
func (x *xlsxWriter) makeStyles() error {
	border := []excelize.Border{{Type: "bottom", Color: "8A9A8E", Style: 1}}
	middle := &excelize.Alignment{Vertical: "center", WrapText: true}
	x.styles.cell = map[Form]int{}
	for _, s := range []struct {
		into  *int
		style excelize.Style
	}{
		{&x.styles.header, excelize.Style{Font: &excelize.Font{Bold: true, Color: "1D2B20"}, Alignment: middle, Border: border,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E3EEE5"}}}},
		{&x.styles.required, excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Alignment: middle, Border: border,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F6B3A"}}}},
		{&x.styles.example, excelize.Style{Font: &excelize.Font{Italic: true, Color: "6B6B6B"}, NumFmt: 49,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F5F1E4"}}}},
		{&x.styles.wrapped, excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
	} {
		var err error
		if *s.into, err = x.file.NewStyle(&s.style); err != nil {
			return err
		}
	}
	formats := map[Form]excelize.Style{
		Text: {NumFmt: 49}, Number: {NumFmt: 0},
		Date: {CustomNumFmt: new("dd/mm/yyyy")}, Instant: {CustomNumFmt: new("dd/mm/yyyy hh:mm")},
	}
	for form, style := range formats {
		id, err := x.file.NewStyle(&style)
		if err != nil {
			return err
		}
		x.styles.cell[form] = id
	}
	return nil
}

// Row implements Writer.
func (x *xlsxWriter) Row(values []Value) error {
	x.rows++
	return x.write(strconv.Itoa(x.rows), values, 0)
}

// write writes a row, in the one style where it is not 0.
func (x *xlsxWriter) write(ordinal string, values []Value, style int) error {
	var first any = ordinal
	if n, err := strconv.Atoi(ordinal); err == nil {
		first = n
	}
	row := []any{excelize.Cell{StyleID: style, Value: first}}
	for i, v := range values {
		row = append(row, x.cell(v, x.layout.Columns[i].Form, style))
	}
	return x.setRow(row)
}

func (x *xlsxWriter) setRow(row []any, opts ...excelize.RowOpts) error {
	x.last++
	return x.stream.SetRow("A"+strconv.Itoa(x.last), row, opts...)
}

// cell is a value as the library takes it. What programs could not keep to the
// last digit is written as text, which Read takes for the same number.
func (x *xlsxWriter) cell(v Value, form Form, style int) any {
	text := v.String()
	switch {
	case style != 0 && text != "":
		return excelize.Cell{StyleID: style, Value: text}
	case style != 0:
		return excelize.Cell{StyleID: style}
	case text == "":
		return nil
	}
	switch v.form {
	case Number:
		if f, ok := exactly(v.decimal); ok {
			return excelize.Cell{StyleID: x.styles.cell[form], Value: f}
		}
	case Date, Instant:
		if serial, ok := toSerial(v.at); ok {
			return excelize.Cell{StyleID: x.styles.cell[v.form], Value: serial}
		}
	}
	return excelize.Cell{StyleID: x.styles.cell[Text], Value: text}
}

// exactly is the number as programs store it, if they keep all of its digits.
func exactly(d trace.Decimal) (float64, bool) {
	exact := d.Rat()
	if exact == nil {
		return 0, false
	}
	f, _ := exact.Float64()
	stored, ok := new(big.Rat).SetString(storedNumber(f))
	digits := strings.Trim(strings.Replace(strings.TrimLeft(string(d), "-"), ".", "", 1), "0")
	return f, ok && len(digits) <= 15 && stored.Cmp(exact) == 0
}

// Close implements Writer.
func (x *xlsxWriter) Close() error {
	err := x.stream.Flush()
	if err == nil {
		_, err = x.file.WriteTo(x.out)
	}
	return err
}

// Discard implements Writer: it removes the file on disk.
func (x *xlsxWriter) Discard() {
	// What cannot be removed is in the directory for such files.
	_ = x.file.Close()
}
