package storagetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"temgoc/internal/trace"
)

// bulk is the store as one that takes many revisions at once.
func bulk(t *testing.T, s trace.Store) trace.Bulk {
	t.Helper()
	b, ok := s.(trace.Bulk)
	if !ok {
		t.Fatalf("%T is no trace.Bulk", s)
	}
	return b
}

func insertAll(t *testing.T, s trace.Store, revisions ...trace.Revision) []int {
	t.Helper()
	taken, err := bulk(t, s).InsertAll(t.Context(), revisions)
	if err != nil {
		t.Fatal(err)
	}
	return taken
}

// testInsertAll checks that each revision is kept as Insert keeps it, found by
// its terms, and that what is there already stays.
func testInsertAll(t *testing.T, s trace.Store) {
	first := personal("b", 1, "term")
	insert(t, s, first)
	other := first
	other.Body, other.Refs = json.RawMessage(`{"changed":true}`), []string{"spoilt"}
	animal := revision(animals, "b", 1, "term")
	want := []trace.Revision{personal("a", 1, "term"), revision(plants, "a", 2, "new"), revision(plants, "a", 3)}
	bare := revision(plants, "bare", 1)
	bare.By, bare.Body = "", json.RawMessage(`{}`)

	taken := insertAll(t, s, want[1], other, animal, want[0], want[2], want[2], bare)
	if !slices.Equal(taken, []int{1, 5}) && !slices.Equal(taken, []int{1, 4}) {
		t.Errorf("taken = %v, want 1 and one of 4 and 5", taken)
	}
	same(t, "History", history(t, s, "a"), want)
	same(t, "History of what was there", history(t, s, "b"), []trace.Revision{first})
	same(t, "History of bare", history(t, s, "bare"), []trace.Revision{bare})
	if got, err := s.Head(t.Context(), animals, "b"); err != nil {
		t.Error(err)
	} else {
		same(t, "Head of another kind", got, animal)
	}
	for term, ids := range map[string][]string{"new": nil, "spoilt": nil, "term": {"b"}, "": {"a", "b", "bare"}} {
		listed, err := s.List(t.Context(), trace.Query{Kind: plants, Ref: term, Limit: 10})
		if got := idsOf(listed.Revisions); err != nil || !slices.Equal(got, ids) {
			t.Errorf("List under %q = %q, %v; want %q", term, got, err, ids)
		}
	}
	for term, n := range map[string]int{"new": 1, "term": 2, "spoilt": 0, "": 5} {
		logged, err := s.Log(t.Context(), trace.LogQuery{Kind: plants, Ref: term, Limit: 10})
		if err != nil || len(logged.Revisions) != n {
			t.Errorf("Log under %q has %d revisions, %v; want %d", term, len(logged.Revisions), err, n)
		}
	}
	if taken := insertAll(t, s, want...); !slices.Equal(taken, []int{0, 1, 2}) {
		t.Errorf("taken when repeated = %v, want all", taken)
	}
	if taken := insertAll(t, s); taken != nil {
		t.Errorf("taken of nothing = %v", taken)
	}
}

// testInsertAllRefused checks that one revision that cannot be kept keeps all
// from being stored.
func testInsertAllRefused(t *testing.T, s trace.Store) {
	good := revision(plants, "a", 1)
	for name, change := range map[string]func(*trace.Revision){
		"kind":     func(r *trace.Revision) { r.Kind = "No.Kind" },
		"id":       func(r *trace.Revision) { r.ID = "" },
		"number":   func(r *trace.Revision) { r.Number = 0 },
		"body":     func(r *trace.Revision) { r.Body = json.RawMessage(`{"a":1.5}`) },
		"personal": func(r *trace.Revision) { r.Personal = json.RawMessage(`[]`) },
		"ref":      func(r *trace.Revision) { r.Refs = []string{""} },
		"salt":     func(r *trace.Revision) { r.Salt = []byte{1} },
	} {
		bad := revision(plants, "b", 1)
		change(&bad)
		_, err := bulk(t, s).InsertAll(t.Context(), []trace.Revision{good, bad})
		is(t, "InsertAll with a bad "+name, err, trace.ErrInvalid)
	}
	many := make([]trace.Revision, 1001)
	for i := range many {
		many[i] = revision(plants, fmt.Sprint(i), 1)
	}
	_, err := bulk(t, s).InsertAll(t.Context(), many)
	is(t, "InsertAll of 1001", err, trace.ErrInvalid)
	page, err := s.List(t.Context(), trace.Query{Kind: plants, Limit: 1})
	if err != nil || len(page.Revisions) != 0 {
		t.Errorf("List afterwards = %v, %v; want nothing", page.Revisions, err)
	}
	if taken := insertAll(t, s, many[:1000]...); taken != nil {
		t.Errorf("taken of 1000 = %v", taken)
	}
	big := make([]trace.Revision, 6) // more than one message to a server holds
	for i := range big {
		big[i] = revision(plants, "big", i+1)
		big[i].Body = json.RawMessage(`{"text":"` + strings.Repeat("x", 3<<20) + `"}`)
	}
	insertAll(t, s, big...)
	same(t, "History of big ones", history(t, s, "big"), big)
}

// testRacingInsertAll lets several writers store the same numbers at once: each
// number is won by one of them.
func testRacingInsertAll(t *testing.T, s trace.Store) {
	const writers, numbers = 4, 50
	lost := make([][]int, writers)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			mine := make([]trace.Revision, numbers)
			for i := range mine {
				mine[i] = revision(plants, "a", (i+w*7)%numbers+1)
				mine[i].By = fmt.Sprint(w)
			}
			var err error
			if lost[w], err = bulk(t, s).InsertAll(t.Context(), mine); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, r := range history(t, s, "a") {
		for w := range writers {
			place := (r.Number - 1 + (writers-1)*numbers - w*7) % numbers
			if won := !slices.Contains(lost[w], place); won != (r.By == fmt.Sprint(w)) {
				t.Errorf("revision %d is by %s; writer %d was told that it won: %t", r.Number, r.By, w, won)
			}
		}
	}
}
