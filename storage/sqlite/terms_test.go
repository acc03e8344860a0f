package sqlite

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// TestLostTerms checks that documents which lost a term are not walked past by
// who looks for it, however their revisions came: one by one, many at a time in
// any order, or erased.
func TestLostTerms(t *testing.T) {
	db := fresh(t)
	const documents = 40
	var all []trace.Revision
	for i := range documents {
		for number, refs := range [][]string{{"state:open", "x"}, {"state:open", "x", "y"}, {"x", "z"}} {
			r := sample(fmt.Sprint("doc-", i), number+1)
			r.Refs, r.Created = refs, time.UnixMilli(1_760_000_000_000).UTC()
			all = append(all, r)
		}
	}
	for i, r := range all[:len(all)/2] { // half of them one by one, every other document backwards
		if i/3%2 == 1 {
			r = all[i/3*3+2-i%3]
		}
		if err := db.Insert(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	rest := slices.Clone(all[len(all)/2:])
	slices.Reverse(rest)
	if _, err := db.InsertAll(t.Context(), rest); err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		for term, want := range map[string]int{"state:open": 0, "y": 0, "x": documents, "z": documents, "": documents} {
			page, err := db.List(t.Context(), trace.Query{Kind: all[0].Kind, Ref: term, Limit: documents})
			if err != nil || len(page.Revisions) != want || page.Next != "" {
				t.Errorf("term %q: %d documents, next %q, %v; want %d", term, len(page.Revisions), page.Next, err, want)
			}
			var rows int
			if err := db.read.QueryRow("SELECT count(*) FROM refs WHERE ref = ?", term).Scan(&rows); err != nil || rows != want {
				t.Errorf("term %q: %d rows, %v; want %d", term, rows, err, want)
			}
		}
		if wrong, err := db.Check(t.Context()); err != nil || len(wrong) > 0 {
			t.Errorf("Check: %v, %v", wrong, err)
		}
	}
	check()
	earlier := all[1] // an earlier revision loses its terms: the document keeps its own
	earlier.Refs, earlier.Personal, earlier.Salt = nil, nil, nil
	if err := db.Erase(t.Context(), earlier); err != nil {
		t.Fatal(err)
	}
	check()
	back := all[2]
	back.Number, back.Refs = 4, []string{"x", "z", "state:open"}
	if err := db.Insert(t.Context(), back); err != nil {
		t.Fatal(err)
	}
	page, err := db.List(t.Context(), trace.Query{Kind: back.Kind, Ref: "state:open", Limit: 5})
	if err != nil || len(page.Revisions) != 1 || page.Revisions[0].Number != 4 {
		t.Errorf("a term that came back: %v, %v", page, err)
	}
}
