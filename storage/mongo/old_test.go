package mongo

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
)

// TestLostTerms checks that documents which lost a term are not walked past by
// who looks for it, however their revisions came.
func TestLostTerms(t *testing.T) {
	uri := servers.MongoDB(t)
	db := opened(t, uri)
	const documents = 8
	var all []trace.Revision
	for i := range documents {
		for number, refs := range [][]string{{"state:open", "x"}, {"state:open", "x", "y"}, {"x", "z"}} {
			created := time.UnixMilli(1_760_000_000_000 + int64(i)).UTC()
			all = append(all, trace.Revision{
				Kind: "plants", ID: fmt.Sprint("doc-", i), Number: number + 1, Created: created, At: created, By: "htx", Refs: refs, Body: []byte(`{}`),
			})
		}
	}
	for _, r := range all[:len(all)/2] {
		if err := db.Insert(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	rest := slices.Clone(all[len(all)/2:])
	slices.Reverse(rest)
	for some := range slices.Chunk(rest, 5) { // later revisions come before and after
		if _, err := db.InsertAll(t.Context(), some); err != nil {
			t.Fatal(err)
		}
	}
	for term, want := range map[string]int{"state:open": 0, "y": 0, "x": documents, "z": documents} {
		page, err := db.List(t.Context(), trace.Query{Kind: "plants", Ref: term, Limit: documents})
		if err != nil || len(page.Revisions) != want || page.Next != "" {
			t.Errorf("term %q: %d documents, next %q, %v; want %d", term, len(page.Revisions), page.Next, err, want)
		}
	}
	marked, err := bare(t, uri).Collection("plants").CountDocuments(t.Context(), bson.D{{Key: "old", Value: true}})
	if err != nil || marked != 2*documents {
		t.Errorf("%d are marked, %v", marked, err)
	}
}
