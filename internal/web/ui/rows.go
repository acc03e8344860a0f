package ui

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"temgoc/internal/trace"
)

// Rows are what a form sent of a list, such as "inputs": forms offer more rows
// than people fill in, and the domain is to see the filled ones only.
type Rows struct {
	list   string
	filled []int // the place in the form of each row that is filled in
}

// FilledRows finds the rows of a list that are filled in: those with a text in
// one of the fields, such as "batch" or "quantity.value". Choices that always
// have a value are not among these.
func FilledRows(values url.Values, list string, fields ...string) Rows {
	r := Rows{list: list}
	for name, sent := range values {
		i, field, ok := rowOf(name, list)
		if ok && slices.Contains(fields, field) && len(sent) > 0 && strings.TrimSpace(sent[0]) != "" {
			r.filled = append(r.filled, i)
		}
	}
	slices.Sort(r.filled)
	r.filled = slices.Compact(r.filled)
	return r
}

// CountRows is how many rows of a list the form had, filled in or not.
func CountRows(values url.Values, list string) int {
	n := 0
	for name := range values {
		if i, _, ok := rowOf(name, list); ok {
			n = max(n, i+1)
		}
	}
	return min(n, maxElements)
}

// rowOf reads "inputs[2].quantity.value" as row 2 and "quantity.value".
func rowOf(name, list string) (i int, field string, ok bool) {
	rest, ok := strings.CutPrefix(name, list+"[")
	if !ok {
		return 0, "", false
	}
	number, field, ok := strings.Cut(rest, "]")
	i, err := strconv.Atoi(number)
	if !ok || err != nil || i < 0 || i >= maxElements {
		return 0, "", false
	}
	return i, strings.TrimPrefix(field, "."), true
}

// Values are what the form sent with the filled rows alone, numbered anew.
func (r Rows) Values(values url.Values) url.Values {
	out := url.Values{}
	for name, sent := range values {
		i, field, ok := rowOf(name, r.list)
		if !ok {
			out[name] = sent
			continue
		}
		if place, found := slices.BinarySearch(r.filled, i); found {
			out[r.name(place, field)] = sent
		}
	}
	return out
}

func (r Rows) name(i int, field string) string {
	name := r.list + "[" + strconv.Itoa(i) + "]"
	if field != "" {
		name += "." + field
	}
	return name
}

// Place is where in the form the filled row i stands.
func (r Rows) Place(i int) int { return r.filled[i] }

// Len is how many rows are filled in.
func (r Rows) Len() int { return len(r.filled) }

// Errors leads what is wrong with a row to its place in the form.
func (r Rows) Errors(err error) error {
	var fields trace.FieldErrors
	if !errors.As(err, &fields) {
		return err
	}
	moved, any := slices.Clone(fields), false
	for n, f := range moved {
		i, field, ok := rowOf(f.Field, r.list)
		if ok && i < len(r.filled) {
			moved[n].Field, any = r.name(r.filled[i], field), true
		}
	}
	if !any {
		return err // of its own kind, such as a conflict
	}
	return moved
}
