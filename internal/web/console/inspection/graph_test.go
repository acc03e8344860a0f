package inspection

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// check holds a layout against what every one promises: no two boxes overlap,
// all lie within the drawing, and every edge begins at the right of its first
// box and ends at the left of its second, which is farther right.
func check(t *testing.T, g graph) layout {
	t.Helper()
	l := g.layOut()
	for a := range g.boxes {
		x, y := l.at[a][0], l.at[a][1]
		if x < 0 || y < 0 || x+boxWidth > l.width || y+boxHeight > l.height {
			t.Errorf("box %d at %v lies outside %d × %d", a, l.at[a], l.width, l.height)
		}
		for b := range a {
			if abs(x-l.at[b][0]) < boxWidth && abs(y-l.at[b][1]) < boxHeight {
				t.Errorf("boxes %d and %d overlap: %v, %v", a, b, l.at[a], l.at[b])
			}
		}
	}
	for n, e := range g.edges {
		from, to := l.at[e[0]], l.at[e[1]]
		start := fmt.Sprintf("M%d %dC", from[0]+boxWidth, from[1]+boxHeight/2)
		end := fmt.Sprintf(" %d %d", to[0], to[1]+boxHeight/2)
		if !strings.HasPrefix(l.paths[n], start) || !strings.HasSuffix(l.paths[n], end) || to[0] <= from[0] {
			t.Errorf("edge %v from %v to %v is drawn %s", e, from, to, l.paths[n])
		}
	}
	return l
}

func abs(n int) int { return max(n, -n) }

func TestLayOut(t *testing.T) {
	for name, tt := range map[string]struct {
		g       graph
		columns []int
	}{
		"alone":         {graph{boxes: 1}, []int{0}},
		"one parent":    {graph{2, [][2]int{{1, 0}}}, []int{1, 0}},
		"one child":     {graph{2, [][2]int{{0, 1}}}, []int{0, 1}},
		"both":          {graph{3, [][2]int{{1, 0}, {0, 2}}}, []int{1, 0, 2}},
		"two ways up":   {graph{3, [][2]int{{1, 0}, {2, 1}, {2, 0}}}, []int{2, 1, 0}},
		"past the root": {graph{4, [][2]int{{1, 0}, {0, 2}, {2, 3}, {1, 3}}}, []int{1, 0, 2, 3}},
		"a diamond":     {graph{4, [][2]int{{0, 1}, {0, 2}, {1, 3}, {2, 3}}}, []int{0, 1, 1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.columns, tt.g.columns()); diff != "" {
				t.Error(diff)
			}
			check(t, tt.g)
		})
	}
}

// TestLayOutAny lays out random families, up to the most that are drawn.
func TestLayOutAny(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		g := graph{boxes: 1 + r.IntN(drawnAlone)}
		for n := 1; n < g.boxes; n++ {
			if r.IntN(2) == 0 { // what went in, itself gone into what is nearer
				g.edges = append(g.edges, [2]int{n, ancestor(r, g, n)})
			} else {
				g.edges = append(g.edges, [2]int{descendant(r, g, n), n})
			}
		}
		check(t, g)
	}
}

// ancestor and descendant choose the root or one of its relatives on a side.
func ancestor(r *rand.Rand, g graph, n int) int   { return oneOf(r, g.steps(1, 0), n) }
func descendant(r *rand.Rand, g graph, n int) int { return oneOf(r, g.steps(0, 1), n) }

func oneOf(r *rand.Rand, steps []int, n int) int {
	side := []int{0}
	for m := 1; m < n; m++ {
		if steps[m] > 0 {
			side = append(side, m)
		}
	}
	return side[r.IntN(len(side))]
}

// TestLayOutKeepsLinesApart leads what has nothing to do with each other past
// each other: two chains that begin in the same batch do not cross.
func TestLayOutKeepsLinesApart(t *testing.T) {
	g := graph{7, [][2]int{{0, 1}, {0, 2}, {2, 3}, {1, 4}, {3, 5}, {4, 6}}}
	l := check(t, g)
	if (l.at[1][1] < l.at[2][1]) != (l.at[4][1] < l.at[3][1]) || (l.at[4][1] < l.at[3][1]) != (l.at[6][1] < l.at[5][1]) {
		t.Errorf("the chains cross: %v", l.at)
	}
}
