package spreadsheet

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"temgoc/internal/catalog"
)

// A Heading is a column that Read looks for. It is found under any of its
// names, whatever their case, diacritics and punctuation.
type Heading struct {
	Names []string
	// Required headings must be there.
	Required bool
}

// title is how a heading is called in messages.
func (h Heading) title() string { return h.Names[0] }

// fold brings a heading into the form in which headings are compared: words
// without case, diacritics and punctuation.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(catalog.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// names are the headings by their folded names.
type names map[string]int

func namesOf(headings []Heading) names {
	known := names{}
	for i, h := range headings {
		for _, name := range h.Names {
			known[fold(name)] = i
		}
	}
	return known
}

// find looks a title up: as a whole, or without what stands in brackets.
func (n names) find(title string) (int, bool) {
	if i, ok := n[fold(title)]; ok {
		return i, true
	}
	bare, _, ok := strings.Cut(title, "(")
	if !ok {
		return 0, false
	}
	i, ok := n[fold(bare)]
	return i, ok
}

// ordinalNames is what the column of running numbers is called.
var ordinalNames = []string{"tt", "stt", "so tt", "so thu tu", "no"}

func isOrdinal(title string) bool { return slices.Contains(ordinalNames, fold(title)) }

// A header is the row of headings of a grid.
type header struct {
	row    int      // index in grid.rows
	titles []string // by column
	found  int      // how many are asked for
}

// header finds the row that has the most headings.
func (g *grid) header(known names) header {
	best := header{row: -1}
	for i := range g.rows[:min(len(g.rows), maxAbove)] {
		h := header{row: i, titles: g.titles(i)}
		seen := map[int]bool{}
		for _, title := range h.titles {
			if at, ok := known.find(title); ok && !seen[at] {
				seen[at] = true
				h.found++
			}
		}
		if h.found > best.found {
			best = h
		}
	}
	return best
}

// titles are the texts of a row; what a merged cell says from above counts for
// its first column.
func (g *grid) titles(row int) []string {
	r := g.rows[row]
	var titles []string
	for _, c := range r.cells {
		titles = append(titles, c.String())
	}
	for _, m := range g.merged {
		if m.firstRow >= r.number || m.lastRow < r.number || m.firstColumn > MaxColumns {
			continue
		}
		for len(titles) < m.firstColumn {
			titles = append(titles, "")
		}
		titles[m.firstColumn-1] = g.at(m.firstRow, m.firstColumn).String()
	}
	return titles
}

// at is the cell of a row number and a column, from 1.
func (g *grid) at(number, column int) Cell {
	i, ok := slices.BinarySearchFunc(g.rows, number, func(r gridRow, n int) int { return r.number - n })
	if !ok || column > len(g.rows[i].cells) {
		return Cell{}
	}
	return g.rows[i].cells[column-1]
}

// errNoHeader says which headings were looked for.
func errNoHeader(headings []Heading) error {
	var wanted []string
	for _, h := range headings {
		if h.Required {
			wanted = append(wanted, h.title())
		}
	}
	list := strings.Join(wanted, ", ")
	return refuse("không tìm thấy dòng tiêu đề; bảng cần có các cột: "+list, "no row of headings was found; the table needs the columns "+list)
}

// A Column is where a heading was found.
type Column struct {
	Found  bool
	Title  string // as it is written in the file, cut where it is long
	Letter string // as programs call the column: A, B, … AA
	index  int
}

// place assigns the columns of a header to the headings. What is missing, or
// there twice, is refused; titles that nobody asked for are returned.
func (h header) place(headings []Heading, known names) (columns []Column, ordinal int, unknown []string, err error) {
	columns, ordinal = make([]Column, len(headings)), -1
	for i, title := range h.titles {
		at, ok := known.find(title)
		switch {
		case ok && columns[at].Found:
			return nil, 0, nil, refuse(fmt.Sprintf("có hai cột %q: cột %s và cột %s", headings[at].title(), columns[at].Letter, letter(i)),
				fmt.Sprintf("there are two columns %q: %s and %s", headings[at].title(), columns[at].Letter, letter(i)))
		case ok:
			columns[at] = Column{true, Short(title), letter(i), i}
		case isOrdinal(title):
			ordinal = i
		case title != "":
			unknown = append(unknown, Short(title))
		}
	}
	var missing []string
	for i, c := range columns {
		if headings[i].Required && !c.Found {
			missing = append(missing, headings[i].title())
		}
	}
	if len(missing) > 0 {
		list := strings.Join(missing, ", ")
		err = refuse("bảng thiếu các cột: "+list, "the table lacks the columns "+list)
	}
	return columns, ordinal, unknown, err
}

// letter names a column, counted from 0.
func letter(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}
