package catalog

import (
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed *.tsv
var files embed.FS

// A table is one data file in memory. Entries keep the order of the file.
type table[K comparable, T any] struct {
	entries []T
	byKey   map[K]T
}

// lookup reads file when the returned function is first called. The files are
// part of the program and a test reads them all, so a fault in one is a
// programming error and panics.
func lookup[K comparable, T any](file string, read func(*row) T, key func(T) K) func() table[K, T] {
	return sync.OnceValue(func() table[K, T] {
		text, err := files.ReadFile(file)
		if err != nil {
			panic(err)
		}
		t, err := parse(string(text), read, key)
		if err != nil {
			panic(fmt.Errorf("catalog: %s: %w", file, err))
		}
		return t
	})
}

// all returns the entries in a slice of the caller's own.
func (t table[K, T]) all() []T { return slices.Clone(t.entries) }

func (t table[K, T]) get(key K) (T, bool) {
	entry, ok := t.byKey[key]
	return entry, ok
}

// parse reads tab-separated text: lines that begin with # are comments, the
// first other line names the columns, each further line is one entry with a
// key of its own. Cells are taken as they are, there is no quoting.
func parse[K comparable, T any](text string, read func(*row) T, key func(T) K) (table[K, T], error) {
	t := table[K, T]{byKey: map[K]T{}}
	var columns map[string]int
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if columns == nil {
			if columns = positions(cells); len(columns) != len(cells) {
				return t, fmt.Errorf("line %d: two columns have one name", number)
			}
			continue
		}
		if len(cells) != len(columns) {
			return t, fmt.Errorf("line %d: %d cells for %d columns", number, len(cells), len(columns))
		}
		r := &row{columns: columns, cells: cells}
		entry := read(r)
		k := key(entry)
		if _, taken := t.byKey[k]; taken {
			r.fail("key %v is there already", k)
		}
		if err := errors.Join(r.errs...); err != nil {
			return t, fmt.Errorf("line %d: %w", number, err)
		}
		t.entries = append(t.entries, entry)
		t.byKey[k] = entry
	}
	if len(t.entries) == 0 {
		return t, errors.New("no entries")
	}
	return t, nil
}

func positions(names []string) map[string]int {
	p := make(map[string]int, len(names))
	for i, name := range names {
		p[name] = i
	}
	return p
}

// A row gives the cells of one line by column. It collects what is wrong with
// them, so that the reading code stays a plain composite literal.
type row struct {
	columns map[string]int
	cells   []string
	errs    []error
}

func (r *row) fail(format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf(format, args...))
}

// optional is the cell as it is.
func (r *row) optional(column string) string {
	i, ok := r.columns[column]
	if !ok {
		r.fail("no column %s", column)
		return ""
	}
	return r.cells[i]
}

// text is a cell that must not be empty.
func (r *row) text(column string) string {
	s := r.optional(column)
	if s == "" {
		r.fail("%s is empty", column)
	}
	return s
}

// name reads both languages from the columns prefix+"vi" and prefix+"en".
func (r *row) name(prefix string) Name {
	return Name{VI: r.text(prefix + "vi"), EN: r.text(prefix + "en")}
}

func (r *row) optionalName(prefix string) Name {
	n := Name{VI: r.optional(prefix + "vi"), EN: r.optional(prefix + "en")}
	if (n.VI == "") != (n.EN == "") {
		r.fail("%s is in one language only", prefix)
	}
	return n
}

func (r *row) integer(column string) int {
	n, err := strconv.Atoi(r.text(column))
	if err != nil || n < 0 {
		r.fail("%s is not a whole number", column)
	}
	return n
}

// optionalDecimal is empty or a decimal as isDecimal wants it.
func (r *row) optionalDecimal(column string) string {
	s := r.optional(column)
	if s != "" && !isDecimal(s) {
		r.fail("%s is not a decimal number: %q", column, s)
	}
	return s
}

func (r *row) decimal(column string) string {
	r.text(column)
	return r.optionalDecimal(column)
}

func (r *row) flag(column string) bool {
	return oneOf(r, column, "yes", "no") == "yes"
}

// oneOf reads a cell that must be one of the given values.
func oneOf[S ~string](r *row, column string, values ...S) S {
	s := S(r.optional(column))
	if !slices.Contains(values, s) {
		r.fail("%s is %q, want one of %q", column, s, values)
	}
	return s
}

var decimalForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$`)

// isDecimal tells whether s is a number of zero or more written in plain
// digits with a dot, as every decimal of this package is.
func isDecimal(s string) bool { return decimalForm.MatchString(s) }
