package trace_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// TestFamilyOverADiamond: A went into B and C, both into D, D into E; A also
// went into D itself.
func TestFamilyOverADiamond(t *testing.T) {
	w := newWorld(t)
	own, buyer := w.producer("HTX Mây Trắng"), w.producer("Công ty Chè")
	product, theirs := w.product(own), w.product(buyer)
	a := w.released(own, product)
	b, c := w.released(own, product, a), w.released(own, product, a)
	d := w.released(buyer, theirs, b, c, a)
	e := w.batch(buyer, theirs, d) // still open

	depths := map[string]int{}
	for _, r := range must(w.Origins(w.ctx, buyer, e))(t) {
		depths[r.Batch.ID] = r.Depth
	}
	if diff := cmp.Diff(map[string]int{d: 1, a: 2, b: 2, c: 2}, depths); diff != "" {
		t.Errorf("origins of E, -want +got:\n%s", diff)
	}
	if got := must(w.Origins(w.ctx, own, a))(t); len(got) != 0 {
		t.Errorf("origins of A: %+v", got)
	}
	edge := func(from, to string) string { return from + ">" + to }
	for _, tt := range []struct {
		by           trace.Actor
		code         string
		nodes, edges []string
	}{
		{inspector, d, []string{a, b, c, d, e}, []string{edge(a, b), edge(a, c), edge(a, d), edge(b, d), edge(c, d), edge(d, e)}},
		{own, b, []string{a, b, d}, []string{edge(a, b), edge(a, d), edge(b, d)}}, // the open batch is the buyer's, C no relative
		{office, a, []string{a, b, c, d, e}, []string{edge(a, b), edge(a, c), edge(a, d), edge(b, d), edge(c, d), edge(d, e)}},
	} {
		f := must(w.Family(w.ctx, tt.by, tt.code))(t)
		var nodes, edges []string
		for _, n := range f.Nodes {
			nodes = append(nodes, n.Batch.ID)
			if n.Product.VI == "" || (n.Producer == "Công ty Chè") != (n.Batch.Data.Producer == buyer.Producer) {
				t.Errorf("node %+v", n)
			}
		}
		for _, e := range f.Edges {
			edges = append(edges, edge(e.From, e.To))
			if e.Quantity != kg("10") {
				t.Errorf("edge %+v", e)
			}
		}
		if f.Root != tt.code || f.Nodes[0].Batch.ID != tt.code || f.Cut {
			t.Errorf("root %s, first %s, cut %v", f.Root, f.Nodes[0].Batch.ID, f.Cut)
		}
		for _, part := range [][2][]string{{tt.nodes, nodes}, {tt.edges, edges}} {
			slices.Sort(part[0])
			slices.Sort(part[1])
			if diff := cmp.Diff(part[0], part[1]); diff != "" {
				t.Errorf("family of %s for %s, -want +got:\n%s", tt.code, tt.by.ID, diff)
			}
		}
	}
	for _, ask := range []func() error{
		func() error { return second(w.Family(w.ctx, buyer, a)) },
		func() error { return second(w.Origins(w.ctx, buyer, a)) },
	} {
		wantErr(t, ask(), trace.ErrNotFound) // published, but not the buyer's to ask
	}
}

func TestFamilyIsBounded(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	var inputs []string
	for range 60 {
		inputs = append(inputs, w.released(a, product))
	}
	code := w.released(a, product, inputs...)
	f := must(w.Family(w.ctx, a, code))(t)
	if len(f.Nodes) != 61 || len(f.Edges) != 60 || f.Cut {
		t.Fatalf("%d nodes, %d edges, cut %v", len(f.Nodes), len(f.Edges), f.Cut)
	}
	for range trace.MaxDrawn - 61 {
		w.batch(a, product, code)
	}
	if f := must(w.Family(w.ctx, a, code))(t); len(f.Nodes) != trace.MaxDrawn || f.Cut {
		t.Errorf("%d nodes, cut %v", len(f.Nodes), f.Cut)
	}
	w.batch(a, product, code)
	f = must(w.Family(w.ctx, a, code))(t)
	if len(f.Nodes) != trace.MaxDrawn || !f.Cut {
		t.Errorf("with one more: %d nodes, cut %v", len(f.Nodes), f.Cut)
	}
	known := map[string]bool{}
	for _, n := range f.Nodes {
		known[n.Batch.ID] = true
	}
	for _, e := range f.Edges {
		if !known[e.From] || !known[e.To] || strings.Compare(e.From, e.To) == 0 {
			t.Errorf("edge %+v leads nowhere", e)
		}
	}
}
