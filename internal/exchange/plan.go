package exchange

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// A Problem is what is wrong with a cell or a row.
type Problem struct {
	Row int // as spreadsheet programs number it
	// Column is the title of the column, and Cell the name of the cell, such as
	// "C12"; both are empty for what concerns the row as a whole, and Cell for a
	// column that the file does not have.
	Column, Cell string
	Value        string // what is in the cell, cut where it is long
	Message      catalog.Name
}

// A refusal is the error of a row that may not be written.
type refusal struct{ problems []Problem }

// Error implements error with the English text.
func (r *refusal) Error() string {
	return fmt.Sprintf("row %d: %s", r.problems[0].Row, r.problems[0].Message.EN)
}

// An Action is what an import does with a row.
type Action string

// The actions.
const (
	Create Action = "create" // a document is made
	Exists Action = "exists" // nothing, since it is there
	Wrong  Action = "wrong"  // nothing, since there are problems
)

// An Outcome is what an import would do with a row.
type Outcome struct {
	Row    int
	Action Action
	// Label says in short how the row was understood.
	Label catalog.Name
	// Differs are the columns in which the row says something else than what is
	// there: an import leaves it as it is.
	Differs []catalog.Name
}

// A plan is what an import would do.
type plan struct {
	outcomes []Outcome
	problems []Problem
}

// count is how many rows have the action.
func (p *plan) count(a Action) int {
	n := 0
	for _, o := range p.outcomes {
		if o.Action == a {
			n++
		}
	}
	return n
}

// plan implements sheet.
func (t table[T]) plan(d *directory, rows []spreadsheet.Row, columns []spreadsheet.Column) (*plan, error) {
	p := &plan{}
	first := map[string]int{} // row by key
	for _, row := range rows {
		v, faults, err := t.read(d, row, columns)
		if err != nil {
			return nil, err
		}
		there, err := t.existing(d, v)
		if err != nil {
			return nil, err
		}
		if there == nil {
			if err := faults.refused(t.check(d.ctx, d.seen, d.by, v)); err != nil {
				return nil, err
			}
		}
		if faults.none() {
			t.compare(faults, v, first)
		}
		o := Outcome{Row: row.Number, Action: Create}
		switch {
		case !faults.none():
			o.Action = Wrong
			p.problems = append(p.problems, faults.all()...)
		case there != nil:
			o.Action, o.Label, o.Differs = Exists, t.label(d, v), t.differences(d, row, v, *there)
		default:
			o.Label = t.label(d, v)
		}
		p.outcomes = append(p.outcomes, o)
	}
	return p, nil
}

// compare refuses a row that describes what a row above it does.
func (t table[T]) compare(f *faults[T], v T, first map[string]int) {
	for _, key := range t.keys(v) {
		if above, there := first[key]; there {
			f.whole(catalog.Name{VI: fmt.Sprintf("trùng với dòng %d", above), EN: fmt.Sprintf("says the same as row %d", above)})
			return
		}
		first[key] = f.row.Number
	}
}

// differences lists the columns that are filled with something else than what
// is there.
func (t table[T]) differences(d *directory, row spreadsheet.Row, v, there T) []catalog.Name {
	var titles []catalog.Name
	for i, c := range t.columns {
		if c.read != nil && !row.Cells[i].IsEmpty() && !c.write(d, v).Same(c.write(d, there)) {
			titles = append(titles, c.title)
		}
	}
	return titles
}

// read makes a value of a row. The error is one of the store.
func (t table[T]) read(d *directory, row spreadsheet.Row, columns []spreadsheet.Column) (T, *faults[T], error) {
	f := &faults[T]{table: &t, row: row, columns: columns}
	v := t.begin(d)
	for i, c := range t.columns {
		if c.read == nil {
			continue
		}
		in := &reading{
			dir: d, cell: row.Cells[i],
			fail: func(vi, en string) { f.at(i, catalog.Name{VI: vi, EN: en}) },
			skip: func() { f.doubt(i) },
		}
		if c.neededBy(d.by) && c.mustName && in.cell.IsEmpty() {
			in.fail("bắt buộc phải có", "is required")
			continue
		}
		if c.read(in, &v); in.err != nil {
			return v, nil, in.err
		}
	}
	return v, f, nil
}

// create implements sheet.
func (t table[T]) create(d *directory, w trace.Write, row spreadsheet.Row, columns []spreadsheet.Column) error {
	v, f, err := t.read(d, row, columns)
	if err != nil {
		return err
	}
	if f.none() {
		if err := f.refused(t.add(d.ctx, d.ledger, w, v)); err != nil {
			return err
		}
	}
	if !f.none() {
		return &refusal{f.all()}
	}
	return nil
}

// faults are what is wrong with one row.
type faults[T any] struct {
	table   *table[T]
	row     spreadsheet.Row
	columns []spreadsheet.Column
	found   map[int]Problem // by column
	rest    []Problem       // of the row as a whole
	// doubtful columns could not be read because of another one.
	doubtful map[int]bool
}

func (f *faults[T]) none() bool { return len(f.found) == 0 && len(f.rest) == 0 }

// all are the problems, in the order of the columns.
func (f *faults[T]) all() []Problem {
	all := f.rest
	for _, column := range slices.Sorted(maps.Keys(f.found)) {
		all = append(all, f.found[column])
	}
	return all
}

// whole notes what is wrong with the row as a whole.
func (f *faults[T]) whole(message catalog.Name) {
	f.rest = append(f.rest, Problem{Row: f.row.Number, Message: message})
}

// doubt notes that what is said of the column later follows from what is wrong
// with another one.
func (f *faults[T]) doubt(column int) {
	if f.doubtful == nil {
		f.doubtful = map[int]bool{}
	}
	f.doubtful[column] = true
}

// at notes what is wrong with a column. Only the first is noted: what is said of
// a cell that could not be read follows from that.
func (f *faults[T]) at(column int, message catalog.Name) {
	if _, known := f.found[column]; known || f.doubtful[column] {
		return
	}
	if f.found == nil {
		f.found = map[int]Problem{}
	}
	p := Problem{Row: f.row.Number, Column: f.table.columns[column].title.VI, Message: message}
	if c := f.columns[column]; c.Found {
		p.Column, p.Cell, p.Value = c.Title, c.Letter+strconv.Itoa(f.row.Number), spreadsheet.Short(f.row.Cells[column].String())
	}
	f.found[column] = p
}

// refused notes why a rule refuses the row. Another error is returned.
func (f *faults[T]) refused(err error) error {
	if fields, ok := errors.AsType[trace.FieldErrors](err); ok {
		for _, e := range fields {
			f.field(e)
		}
		return nil
	}
	if rule, ok := errors.AsType[*trace.RuleError](err); ok {
		f.whole(rule.Message)
		return nil
	}
	for _, kind := range []error{trace.ErrInvalid, trace.ErrNotFound, trace.ErrConflict, trace.ErrForbidden} {
		if errors.Is(err, kind) {
			f.whole(catalog.Name{VI: "dòng này không được nhận: " + err.Error(), EN: "the row is refused: " + err.Error()})
			return nil
		}
	}
	return err
}

// field notes what a rule says of a field, at the column that answers for it.
func (f *faults[T]) field(e trace.FieldError) {
	column, best := -1, 0
	for i, c := range f.table.columns {
		if n := c.answers(e.Field); n > best {
			column, best = i, n
		}
	}
	if column < 0 {
		f.whole(catalog.Name{VI: e.Field + ": " + e.Message.VI, EN: e.Field + ": " + e.Message.EN})
		return
	}
	message := e.Message
	if n, ok := entryOf(e.Field); ok {
		message = catalog.Name{VI: fmt.Sprintf("mục %d: %s", n+1, message.VI), EN: fmt.Sprintf("entry %d: %s", n+1, message.EN)}
	}
	f.at(column, message)
}

// entryOf is the place in a list that a field such as "inputs[2].batch" has.
func entryOf(field string) (int, bool) {
	_, rest, ok := strings.Cut(field, "[")
	if !ok {
		return 0, false
	}
	digits, _, _ := strings.Cut(rest, "]")
	n, err := strconv.Atoi(digits)
	return n, err == nil
}
