package spreadsheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A Form is what the cells of a written column hold.
type Form uint8

// The forms.
const (
	Text    Form = iota // and codes and numbers whose zeros count
	Number              // an amount
	Date                //
	Instant             // a date with a time of day
)

// A Value is what is written into one cell. The zero Value leaves it empty.
type Value struct {
	form    Form
	text    string
	decimal trace.Decimal
	at      time.Time
}

// TextValue is a text.
func TextValue(s string) Value { return Value{text: s} }

// NumberValue is a number; an empty one leaves the cell empty.
func NumberValue(d trace.Decimal) Value { return Value{form: Number, decimal: d} }

// IntegerValue is a whole number.
func IntegerValue(n int) Value { return NumberValue(trace.Decimal(strconv.Itoa(n))) }

// DateValue is a day; the zero Date leaves the cell empty.
func DateValue(d trace.Date) Value {
	if d.IsZero() {
		return Value{}
	}
	return Value{form: Date, at: d.Start()}
}

// InstantValue is a day and a time of day; the zero time leaves the cell empty.
func InstantValue(t time.Time) Value {
	if t.IsZero() {
		return Value{}
	}
	return Value{form: Instant, at: t}
}

// String is the value as it is written in text.
func (v Value) String() string {
	switch v.form {
	case Number:
		return writtenNumber(v.decimal)
	case Date, Instant:
		return writtenInstant(v.at)
	}
	return v.text
}

// Same tells whether two values say the same: numbers also when one is written
// with more zeros.
func (v Value) Same(o Value) bool {
	if v.form == Number && o.form == Number {
		a, b := v.decimal.Rat(), o.decimal.Rat()
		return a == b || a != nil && b != nil && a.Cmp(b) == 0
	}
	return v.String() == o.String()
}

// A Layout is how a table is written.
type Layout struct {
	Sheet   string // name of the sheet
	Columns []LayoutColumn
	// Example is the example row of a template; nil for a table with data. An
	// imported file may keep the row: Read passes over it.
	Example []Value
	// Guide is the sheet with the explanations.
	Guide Guide
	// Lang is the language of what the writer itself adds.
	Lang string
}

// A LayoutColumn is a column of a table that is written.
type LayoutColumn struct {
	Title    string
	Form     Form
	Width    int // characters
	Required bool
	Doc      string   // for the guide
	Allowed  []string // the values that the cells are chosen from
}

// A Guide is what the second sheet of an XLSX file says.
type Guide struct {
	Sheet string   // name of the sheet
	Notes []string // before the columns are explained
}

// A Writer writes a table row by row.
type Writer interface {
	// Row writes a row in the order of the columns.
	Row(values []Value) error
	// Close completes the file; it does not close what was written to.
	Close() error
	// Discard gives up what is held for the file. After Close it does nothing.
	Discard()
}

// NewWriter begins a table. Its first column, which the layout does not name,
// counts the rows.
func NewWriter(w io.Writer, f Format, l Layout) (Writer, error) {
	switch f {
	case CSV:
		return newCSVWriter(w, l)
	case XLSX:
		return newXLSXWriter(w, l)
	}
	return nil, fmt.Errorf("no spreadsheet format %q", f)
}

// What the writer itself adds.
var (
	ordinalTitle  = catalog.Name{VI: "TT", EN: "No."}
	exampleMark   = catalog.Name{VI: "Ví dụ", EN: "Example"}
	requiredMark  = " *"
	guideColumn   = catalog.Name{VI: "Cột", EN: "Column"}
	guideRequired = catalog.Name{VI: "Bắt buộc", EN: "Required"}
	guideDoc      = catalog.Name{VI: "Giải thích", EN: "Explanation"}
	guideExample  = catalog.Name{VI: "Ví dụ", EN: "Example"}
	guideAllowed  = catalog.Name{VI: "Giá trị cho phép", EN: "Allowed values"}
	guideYes      = catalog.Name{VI: "có", EN: "yes"}
	notAllowed    = catalog.Name{VI: "Hãy chọn một giá trị trong danh sách.", EN: "Choose a value from the list."}
)

// heading is a title with the mark of required columns.
func (c LayoutColumn) heading() string {
	if c.Required {
		return c.Title + requiredMark
	}
	return c.Title
}

// A csvWriter writes UTF-8 with a byte order mark, by which Excel knows it, and
// the line ends of Windows.
type csvWriter struct {
	out  *csv.Writer
	rows int
}

func newCSVWriter(w io.Writer, l Layout) (*csvWriter, error) {
	if _, err := w.Write(byteOrderMark); err != nil {
		return nil, err
	}
	c := &csvWriter{out: csv.NewWriter(w)}
	c.out.UseCRLF = true
	header := []string{ordinalTitle.In(l.Lang)}
	for _, column := range l.Columns {
		header = append(header, guard(column.heading()))
	}
	if err := c.out.Write(header); err != nil {
		return nil, err
	}
	if l.Example == nil {
		return c, nil
	}
	return c, c.write(exampleMark.In(l.Lang), l.Example)
}

// Row implements Writer.
func (c *csvWriter) Row(values []Value) error {
	c.rows++
	return c.write(strconv.Itoa(c.rows), values)
}

func (c *csvWriter) write(ordinal string, values []Value) error {
	record := []string{ordinal}
	for _, v := range values {
		text := v.String()
		if v.form == Text {
			text = guard(text)
		}
		record = append(record, text)
	}
	return c.out.Write(record)
}

// Close implements Writer.
func (c *csvWriter) Close() error {
	c.out.Flush()
	return c.out.Error()
}

// Discard implements Writer.
func (*csvWriter) Discard() {}
