package exchange

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// A column is one heading of a table whose rows are values of T: what it is
// called, what it means, and how a cell becomes part of the value and the other
// way round. Templates, imports and exports are all made from it.
type column[T any] struct {
	title catalog.Name
	also  []string // other names under which files have it
	doc   catalog.Name
	form  spreadsheet.Form
	width int
	// required columns must be there, and filled in every row.
	required bool
	// foreign columns say whose row it is: they are left out of the files of a
	// producer, whose rows are all its own, and required of everybody else
	// where mustName is set.
	foreign, mustName bool
	allowed           *choices // what the cells are chosen from; nil for anything
	// fields are the JSON paths of what the column fills, by which a rule's
	// refusal finds its cell: "set", or "*.plot" for the details of any kind of
	// record. A path stands for everything below it.
	fields  []string
	example catalog.Name
	// read puts a cell into the value; nil for what is only written. It is
	// called for an empty cell too.
	read func(in *reading, v *T)
	// write gives the cell of a value.
	write func(d *directory, v T) spreadsheet.Value
}

// A reading is one cell that is being read.
type reading struct {
	dir  *directory
	cell spreadsheet.Cell
	// fail notes what is wrong with the cell.
	fail func(vi, en string)
	// skip notes that the cell cannot be judged, for something else is wrong.
	skip func()
	err  error // of the store
}

// refused notes an error of a cell; another error ends the reading of the file.
func (in *reading) refused(err error) {
	if e, ok := errors.AsType[*spreadsheet.Error](err); ok {
		in.fail(e.Message.VI, e.Message.EN)
		return
	}
	in.err = errors.Join(in.err, err)
}

// misplaced notes that the cell is filled though its row has no such thing.
func (in *reading) misplaced() {
	if !in.cell.IsEmpty() {
		in.fail("cột này không dùng cho loại ghi chép của dòng; hãy để trống", "this column is not for the kind of record of this row; leave it empty")
	}
}

// get reads a cell by get into what at points to; nil says that the row has no
// such thing.
func get[X any](in *reading, at *X, get func(spreadsheet.Cell) (X, error)) {
	if at == nil {
		in.misplaced()
		return
	}
	x, err := get(in.cell)
	if err != nil {
		in.refused(err)
		return
	}
	*at = x
}

// shown is what at points to; the zero value for nil.
func shown[X any](at *X) X {
	if at == nil {
		var none X
		return none
	}
	return *at
}

// text makes c a column of text.
func (c column[T]) text(at func(*T) *string) column[T] {
	c.read = func(in *reading, v *T) { get(in, at(v), spreadsheet.Cell.Text) }
	c.write = func(_ *directory, v T) spreadsheet.Value { return spreadsheet.TextValue(shown(at(&v))) }
	return c
}

// decimal makes c a column of numbers.
func (c column[T]) decimal(at func(*T) *trace.Decimal) column[T] {
	c.form = spreadsheet.Number
	c.read = func(in *reading, v *T) { get(in, at(v), spreadsheet.Cell.Decimal) }
	c.write = func(_ *directory, v T) spreadsheet.Value { return spreadsheet.NumberValue(shown(at(&v))) }
	return c
}

// integer makes c a column of whole numbers, of which 0 is written as nothing.
func (c column[T]) integer(at func(*T) *int) column[T] {
	c.form = spreadsheet.Number
	c.read = func(in *reading, v *T) { get(in, at(v), spreadsheet.Cell.Integer) }
	c.write = func(_ *directory, v T) spreadsheet.Value {
		if n := shown(at(&v)); n != 0 {
			return spreadsheet.IntegerValue(n)
		}
		return spreadsheet.Value{}
	}
	return c
}

// date makes c a column of days.
func (c column[T]) date(at func(*T) *trace.Date) column[T] {
	c.form = spreadsheet.Date
	c.read = func(in *reading, v *T) { get(in, at(v), spreadsheet.Cell.Date) }
	c.write = func(_ *directory, v T) spreadsheet.Value { return spreadsheet.DateValue(shown(at(&v))) }
	return c
}

// instant makes c a column of days with a time of day.
func (c column[T]) instant(at func(*T) *time.Time) column[T] {
	c.form = spreadsheet.Instant
	c.read = func(in *reading, v *T) { get(in, at(v), spreadsheet.Cell.Instant) }
	c.write = func(_ *directory, v T) spreadsheet.Value { return spreadsheet.InstantValue(shown(at(&v))) }
	return c
}

// choice makes c a column of codes, which people read and write as names.
func (c column[T]) choice(from *choices, at func(*T) *string) column[T] {
	c.allowed = from
	c.read = func(in *reading, v *T) {
		get(in, at(v), func(cell spreadsheet.Cell) (string, error) {
			text, err := cell.Text()
			if err != nil || text == "" {
				return "", err
			}
			return from.find(text)
		})
	}
	c.write = func(d *directory, v T) spreadsheet.Value {
		return spreadsheet.TextValue(from.name(shown(at(&v)), d.lang))
	}
	return c
}

// list makes c a column of several texts in one cell.
func (c column[T]) list(at func(*T) *[]string) column[T] {
	c.read = func(in *reading, v *T) {
		get(in, at(v), func(cell spreadsheet.Cell) ([]string, error) {
			text, err := cell.Text()
			if err != nil {
				return nil, err
			}
			var entries []string
			for _, e := range splitList(text) {
				entries = append(entries, unquote(e))
			}
			return entries, nil
		})
	}
	c.write = func(_ *directory, v T) spreadsheet.Value {
		var entries []string
		for _, e := range shown(at(&v)) {
			entries = append(entries, quote(e))
		}
		return spreadsheet.TextValue(strings.Join(entries, "; "))
	}
	return c
}

// digests makes c a column of files by their SHA-256.
func (c column[T]) digests(at func(*T) *[]trace.Digest) column[T] {
	c.read = func(in *reading, v *T) {
		get(in, at(v), func(cell spreadsheet.Cell) ([]trace.Digest, error) {
			text, err := cell.Text()
			var digests []trace.Digest
			for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(";, \n", r) }) {
				d, err := trace.ParseDigest(word)
				if err != nil {
					return nil, wrong(fmt.Sprintf("%q không phải là mã SHA-256 gồm 64 chữ số thập lục phân", spreadsheet.Short(word)), fmt.Sprintf("%q is not a SHA-256 of 64 hexadecimal digits", spreadsheet.Short(word)))
				}
				digests = append(digests, d)
			}
			return digests, err
		})
	}
	c.write = func(_ *directory, v T) spreadsheet.Value {
		var words []string
		for _, d := range shown(at(&v)) {
			words = append(words, d.String())
		}
		return spreadsheet.TextValue(strings.Join(words, "; "))
	}
	return c
}

// only makes c a column that is written and passed over when a file is read.
func (c column[T]) only(write func(d *directory, v T) string) column[T] {
	c.write = func(d *directory, v T) spreadsheet.Value { return spreadsheet.TextValue(write(d, v)) }
	return c
}

// wrong is an error of a cell.
func wrong(vi, en string) error {
	return &spreadsheet.Error{Message: catalog.Name{VI: vi, EN: en}}
}

// answers tells how well the column answers for a field: the length of the
// path that it is named by, 0 for not at all.
func (c column[T]) answers(field string) int {
	best := 0
	for _, f := range c.fields {
		given := field
		if rest, any := strings.CutPrefix(f, "*."); any {
			_, given, _ = strings.Cut(field, ".")
			f = rest
		}
		if rest, ok := strings.CutPrefix(given, f); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			best = max(best, len(f))
		}
	}
	return best
}
