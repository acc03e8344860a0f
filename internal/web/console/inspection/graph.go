package inspection

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A graph is boxes with arrows between them, to be laid out from left to right.
// What leads to the root stands on its left, what comes from it on its right.
type graph struct {
	boxes int      // numbered from 0, which is the root
	edges [][2]int // from, to; without circles
}

// The measures of a drawing, in pixels.
const (
	boxWidth, boxHeight = 172, 86
	gapX, gapY          = 52, 14
	laneHeight          = 10 // of an edge that passes a column
	// Columns up to this height stand in the middle of each other; a taller one
	// goes on below, so that a window to scroll in does not open on nothing.
	middled = 5 * (boxHeight + gapY)
	margin  = 6
)

// A layout is where everything of a graph is drawn.
type layout struct {
	width, height int
	at            [][2]int // the upper left corner of each box
	paths         []string // of each edge, as SVG writes it
}

// A place is a box, or an edge that passes a column, in a column.
type place struct {
	box         int // -1 for a passing edge
	column, top int
	in, out     []int // places in the columns beside it
}

func (p place) height() int {
	if p.box < 0 {
		return laneHeight
	}
	return boxHeight
}

// layOut arranges the graph in columns: every edge leads to the right, edges
// that pass a column have a lane of their own there, and neighbours stand near
// each other.
func (g graph) layOut() layout {
	columns := g.columns()
	d := &draft{places: make([]place, g.boxes), columns: make([][]int, slices.Max(columns)+1)}
	for n, c := range columns {
		d.places[n] = place{box: n, column: c}
		d.columns[c] = append(d.columns[c], n)
	}
	chains := make([][]int, len(g.edges))
	for n, e := range g.edges {
		chains[n] = d.connect(e[0], e[1])
	}
	d.order()
	l := layout{width: 2*margin + len(d.columns)*(boxWidth+gapX) - gapX, at: make([][2]int, g.boxes)}
	l.height = d.stack()
	for n := range g.boxes {
		l.at[n] = [2]int{d.left(n), d.places[n].top}
	}
	for _, chain := range chains {
		l.paths = append(l.paths, d.path(chain))
	}
	return l
}

// columns numbers the columns of the boxes from 0: before the root the longest
// way to it counts, behind it the longest way from it.
func (g graph) columns() []int {
	column := make([]int, g.boxes)
	before, behind := g.reach(1, 0), g.reach(0, 1)
	for range g.boxes { // at most so many rounds until nothing moves
		moved := false
		for _, e := range g.edges {
			from, to := e[0], e[1]
			switch {
			case before[from] && (before[to] || to == 0) && column[from] >= column[to]:
				column[from], moved = column[to]-1, true
			case behind[to] && (behind[from] || from == 0) && column[to] <= column[from]:
				column[to], moved = column[from]+1, true
			}
		}
		if !moved {
			break
		}
	}
	first := slices.Min(column)
	for n := range column {
		column[n] -= first
	}
	return column
}

// reach tells which boxes are reached from the root along the edges, from their
// one end to the other.
func (g graph) reach(from, to int) []bool {
	steps := g.steps(from, to)
	reached := make([]bool, g.boxes)
	for n, s := range steps {
		reached[n] = s > 0
	}
	return reached
}

// steps counts the edges from the root to each box; 0 where none lead there.
func (g graph) steps(from, to int) []int {
	steps := make([]int, g.boxes)
	for queue := []int{0}; len(queue) > 0; queue = queue[1:] {
		for _, e := range g.edges {
			if e[from] == queue[0] && e[to] != 0 && steps[e[to]] == 0 {
				steps[e[to]] = steps[queue[0]] + 1
				queue = append(queue, e[to])
			}
		}
	}
	return steps
}

// A draft is a layout in the making.
type draft struct {
	places  []place
	columns [][]int // the places in each column, from above
}

// connect leads an edge through a lane in every column between its ends, and
// returns the places that it touches.
func (d *draft) connect(from, to int) []int {
	chain := []int{from}
	for c := d.places[from].column + 1; c < d.places[to].column; c++ {
		d.places = append(d.places, place{box: -1, column: c})
		lane := len(d.places) - 1
		d.columns[c] = append(d.columns[c], lane)
		chain = append(chain, lane)
	}
	chain = append(chain, to)
	for n := 1; n < len(chain); n++ {
		a, b := chain[n-1], chain[n]
		d.places[a].out = append(d.places[a].out, b)
		d.places[b].in = append(d.places[b].in, a)
	}
	return chain
}

// sweeps is how often columns are put into the order of their neighbours.
const sweeps = 6

// order puts each place near the middle of those that it is joined to.
func (d *draft) order() {
	rank := make([]float64, len(d.places))
	number := func(column []int) {
		for n, p := range column {
			rank[p] = float64(n) - float64(len(column))/2
		}
	}
	for _, c := range d.columns {
		number(c)
	}
	sort := func(column []int, joined func(place) []int) {
		middle := map[int]float64{}
		for _, p := range column {
			middle[p] = rank[p]
			if all := joined(d.places[p]); len(all) > 0 {
				sum := 0.0
				for _, q := range all {
					sum += rank[q]
				}
				middle[p] = sum / float64(len(all))
			}
		}
		slices.SortStableFunc(column, func(a, b int) int { return cmp.Compare(middle[a], middle[b]) })
		number(column)
	}
	for range sweeps {
		for _, c := range d.columns {
			sort(c, func(p place) []int { return p.in })
		}
		for _, c := range slices.Backward(d.columns) {
			sort(c, func(p place) []int { return p.out })
		}
	}
}

// stack gives every place its height, and returns that of the whole.
func (d *draft) stack() int {
	heights, tallest := make([]int, len(d.columns)), 0
	for n, c := range d.columns {
		for _, p := range c {
			heights[n] += d.places[p].height() + gapY
		}
		heights[n] -= gapY
		tallest = max(tallest, heights[n])
	}
	for n, c := range d.columns {
		top := margin + max(0, min(tallest, middled)-heights[n])/2
		for _, p := range c {
			d.places[p].top = top
			top += d.places[p].height() + gapY
		}
	}
	return tallest + 2*margin
}

func (d *draft) left(p int) int   { return margin + d.places[p].column*(boxWidth+gapX) }
func (d *draft) middle(p int) int { return d.places[p].top + d.places[p].height()/2 }

// path draws an edge from the right of one place to the left of the next.
func (d *draft) path(chain []int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", d.left(chain[0])+boxWidth, d.middle(chain[0]))
	for n := 1; n < len(chain); n++ {
		from, to := chain[n-1], chain[n]
		bend := d.left(from) + boxWidth + gapX/2
		fmt.Fprintf(&b, "C%d %d %d %d %d %d", bend, d.middle(from), bend, d.middle(to), d.left(to), d.middle(to))
		if n < len(chain)-1 {
			fmt.Fprintf(&b, "H%d", d.left(to)+boxWidth)
		}
	}
	return b.String()
}
