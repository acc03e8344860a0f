package inspection

import (
	"fmt"
	"slices"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A familyView is the genealogy of a batch both ways: drawn, and as a list that
// says the same.
type familyView struct {
	ui.Lang
	Width, Height int
	Edges         []string
	Boxes         []box
	List          []row
	// More leads to a page of its own with more of it; Cut says that some are left
	// out even there.
	More string
	Cut  string
}

// A box is a batch in the drawing.
type box struct {
	X, Y                 int
	Href, Code, Tone     string
	Product, Lot, Status string
	Root                 bool
}

// How many batches are drawn on the file of a batch, and on a page of their own:
// a page has a size to keep.
const (
	drawnHere  = 24
	drawnAlone = 110
)

// A familyPage shows nothing but the genealogy.
type familyPage struct {
	desk.Frame
	Head   head
	Family familyView
}

// Template implements ui.Page.
func (familyPage) Template() string { return "family.html" }

func (i inspection) family(v *desk.Visit) (desk.Answer, error) {
	s, err := i.open(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &familyPage{Frame: frame(v, "Nguồn gốc của lô", "Genealogy of the batch", s.trail(v)...), Head: s.head(v)}
	page.Family, err = i.familyView(v, s, drawnAlone)
	return desk.Show(page), err
}

func (i inspection) addFamily(v *desk.Visit, s subject, page *filePage) error {
	var err error
	page.Family, err = i.familyView(v, s, drawnHere)
	page.Family.Cut, page.Family.More = "", s.path()+"/pha-he"
	return err
}

// familyView draws at most so many batches, the nearest.
func (i inspection) familyView(v *desk.Visit, s subject, most int) (familyView, error) {
	f, err := i.Ledger.Family(v.Context(), v.Actor, s.Batch.ID)
	if err != nil {
		return familyView{}, err
	}
	nodes := f.Nodes[:min(len(f.Nodes), most)]
	number := make(map[string]int, len(nodes))
	for n, node := range nodes {
		number[node.Batch.ID] = n
	}
	g := graph{boxes: len(nodes)}
	for _, e := range f.Edges {
		from, known := number[e.From]
		to, knownTo := number[e.To]
		if known && knownTo {
			g.edges = append(g.edges, [2]int{from, to})
		}
	}
	l := g.layOut()
	view := familyView{Lang: v.Lang, Width: l.width, Height: l.height, Edges: l.paths, List: familyList(v, g, nodes)}
	for n, node := range nodes {
		view.Boxes = append(view.Boxes, boxOf(v, node, l.at[n], n == 0))
	}
	if f.Cut || len(nodes) < len(f.Nodes) {
		view.Cut = fmt.Sprintf(v.T("Chỉ hiện %d lô gần nhất. Mở một lô ở xa để xem tiếp từ đó.", "Only the nearest %d batches are shown. Open one at the edge to go on from there."), len(nodes))
	}
	return view, nil
}

func boxOf(v *desk.Visit, node trace.FamilyNode, at [2]int, root bool) box {
	state := desk.StateBadge(v.Lang, node.Batch.Data.State)
	return box{
		X: at[0], Y: at[1], Href: filesPath + "/" + node.Batch.ID, Code: desk.Display(node.Batch.ID), Tone: state.Tone, Root: root,
		Product: ui.Shortened(v.Lang.Name(node.Product), 22), Lot: v.T("lô ", "lot ") + node.Batch.Data.Lot.String(), Status: state.Glyph + " " + state.Text,
	}
}

// familyList says the same as the drawing: what went in, the farthest first,
// the batch itself, what was made of it, the nearest first.
func familyList(v *desk.Visit, g graph, nodes []trace.FamilyNode) []row {
	type relative struct {
		steps int
		row
	}
	up, down := g.steps(1, 0), g.steps(0, 1)
	all := make([]relative, len(nodes))
	for n, node := range nodes {
		state := desk.StateBadge(v.Lang, node.Batch.Data.State)
		r := relative{row: row{
			Label: desk.Display(node.Batch.ID), Href: filesPath + "/" + node.Batch.ID, Code: true, State: &state,
		}}
		where := v.T("lô này", "this batch")
		switch {
		case up[n] > 0:
			r.steps = -up[n]
			where = fmt.Sprintf(v.T("đi vào lô này, cách %d bước", "went into this batch, %d steps away"), up[n])
		case down[n] > 0:
			r.steps = down[n]
			where = fmt.Sprintf(v.T("làm ra từ lô này, cách %d bước", "made from this batch, %d steps away"), down[n])
		}
		r.Text = ui.Joined(" · ", v.Lang.Name(node.Product), node.Producer, where)
		all[n] = r
	}
	slices.SortStableFunc(all, func(a, b relative) int { return a.steps - b.steps })
	rows := make([]row, len(all))
	for n, r := range all {
		rows[n] = r.row
	}
	return rows
}
