package storagetest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"temgoc/internal/trace"
)

// walk reads a list to its end and checks each page by itself.
func walk(t *testing.T, s trace.Store, q trace.Query, visit func(trace.Revision)) {
	t.Helper()
	const enough = 10_000
	for range enough {
		page, err := s.List(t.Context(), q)
		if err != nil {
			t.Fatalf("List(%+v): %v", q, err)
		}
		if len(page.Revisions) > q.Limit {
			t.Errorf("a page of %d, limit %d", len(page.Revisions), q.Limit)
		}
		for _, r := range page.Revisions {
			visit(r)
		}
		if page.Next == "" {
			return
		}
		if page.Next == q.After {
			t.Fatalf("the page after %q is itself", q.After)
		}
		q.After = page.Next
	}
	t.Fatalf("List(%+v) has no end", q)
}

// places walks a list and returns the ids in order.
func places(t *testing.T, s trace.Store, q trace.Query) []string {
	t.Helper()
	var ids []string
	walk(t, s, q, func(r trace.Revision) { ids = append(ids, r.ID) })
	return ids
}

// testOrder lists documents, many of the same instant, in pages of any size.
func testOrder(t *testing.T, s trace.Store) {
	var want []string
	var revisions []trace.Revision
	for created := range 4 {
		for i := range 5 {
			r := revision(plants, fmt.Sprintf("%c%d", 'e'-i, created), 1, "all", fmt.Sprint("day", created))
			r.Created, r.At = instant(created), instant(created)
			want = append(want, r.ID)
			revisions = append(revisions, r)
			if i == 2 { // a document of several revisions is listed once
				for r.Number < 4 {
					r.Number++
					revisions = append(revisions, r)
				}
			}
		}
		slices.Sort(want[len(want)-5:])
	}
	slices.Reverse(revisions) // not in the order of List, and the last revision first
	insert(t, s, revisions...)
	insert(t, s, revision(animals, "z", 1, "all"))

	reversed := slices.Clone(want)
	slices.Reverse(reversed)
	for _, limit := range []int{1, 2, 7, len(want), 1000} {
		for _, ref := range []string{"", "all"} {
			q := trace.Query{Kind: plants, Ref: ref, Limit: limit}
			same(t, fmt.Sprintf("ref %q limit %d", ref, limit), places(t, s, q), want)
			walk(t, s, q, func(r trace.Revision) {
				if number := map[bool]int{true: 4, false: 1}[r.ID[0] == 'c']; r.Number != number {
					t.Errorf("ref %q limit %d: %s has revision %d, want %d", ref, limit, r.ID, r.Number, number)
				}
			})
			q.Newest = true
			same(t, fmt.Sprintf("ref %q limit %d newest", ref, limit), places(t, s, q), reversed)
		}
	}
	same(t, "one instant", places(t, s, trace.Query{Kind: plants, Ref: "day2", Limit: 2}), want[10:15])
	same(t, "no such term", places(t, s, trace.Query{Kind: plants, Ref: "day", Limit: 2}), []string(nil))
}

// testTerms checks that a document is found under the terms of its latest
// revision, and comes with it.
func testTerms(t *testing.T, s trace.Store) {
	insert(t, s,
		revision(plants, "kept", 1, "x", "y"), revision(plants, "kept", 2, "x"),
		revision(plants, "lost", 1, "x"), revision(plants, "lost", 2, "y"),
		revision(plants, "won", 1), revision(plants, "won", 2, "x"),
		revision(plants, "back", 1, "x"), revision(plants, "back", 2), revision(plants, "back", 3, "x"),
		revision(plants, "never", 1, "xx", "X", " x"),
	)
	for ref, want := range map[string][]trace.Revision{
		"x": {revision(plants, "back", 3, "x"), revision(plants, "kept", 2, "x"), revision(plants, "won", 2, "x")},
		"y": {revision(plants, "lost", 2, "y")},
		"z": nil,
	} {
		for _, limit := range []int{1, 2, 3, 100} {
			var got []trace.Revision
			q := trace.Query{Kind: plants, Ref: ref, Limit: limit}
			walk(t, s, q, func(r trace.Revision) { got = append(got, r) })
			same(t, fmt.Sprintf("%q limit %d", ref, limit), got, want)

			var back []trace.Revision
			q.Newest = true
			walk(t, s, q, func(r trace.Revision) { back = append(back, r) })
			slices.Reverse(back)
			same(t, fmt.Sprintf("%q limit %d newest", ref, limit), back, want)
		}
	}
}

// testPagingWhileWriting walks a list while documents are added before,
// behind and at each place of it, and those in it get more revisions.
func testPagingWhileWriting(t *testing.T, s trace.Store) {
	const old = 24
	var want []string
	for i := range old {
		r := revision(plants, fmt.Sprintf("old%02d", i), 1, "x")
		r.Created = instant(i / 3)
		insert(t, s, r)
		if i%4 == 1 { // has the term only from its second revision on
			r.Number = 2
			insert(t, s, r)
		}
		want = append(want, r.ID)
	}
	for _, newest := range []bool{false, true} {
		for _, ref := range []string{"x", ""} {
			var writer sync.WaitGroup
			stop := make(chan struct{})
			writer.Go(func() { disturb(t, s, fmt.Sprint(newest, ref), old, stop) })
			seen := map[string]int{}
			var before *trace.Revision
			walk(t, s, trace.Query{Kind: plants, Ref: ref, Limit: 5, Newest: newest}, func(r trace.Revision) {
				seen[r.ID]++
				if before != nil && (compare(*before, r) < 0) == newest {
					t.Errorf("%q of %v before %q of %v, newest %t", before.ID, before.Created, r.ID, r.Created, newest)
				}
				before = &r
			})
			close(stop)
			writer.Wait()
			for _, id := range want {
				if seen[id] != 1 {
					t.Errorf("newest %t, ref %q: %s came %d times", newest, ref, id, seen[id])
				}
			}
		}
	}
}

// compare is the order of List.
func compare(a, b trace.Revision) int {
	if c := a.Created.Compare(b.Created); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

// disturb writes until told to stop, 60 documents and as many revisions at
// most.
func disturb(t *testing.T, s trace.Store, prefix string, old int, stop <-chan struct{}) {
	for i := range 60 {
		select {
		case <-stop:
			return
		default:
		}
		added := revision(plants, fmt.Sprintf("%c-new-%s-%d", "az"[i%2], prefix, i), 1, "x")
		added.Created = instant(i % 10)
		if err := s.Insert(t.Context(), added); err != nil {
			t.Error(err)
		}
		head, err := s.Head(t.Context(), plants, fmt.Sprintf("old%02d", i%old))
		if err != nil {
			t.Error(err)
			return
		}
		head.Number++
		head.Refs = []string{"x", fmt.Sprint("other", i)}
		if err := s.Insert(t.Context(), head); err != nil {
			t.Error(err)
		}
	}
}

func testRefusedQueries(t *testing.T, s trace.Store) {
	insert(t, s, revision(plants, "a", 1, "x"), revision(plants, "b", 1, "x"))
	q := trace.Query{Kind: plants, Ref: "x", Limit: 1}
	page, err := s.List(t.Context(), q)
	if err != nil || page.Next == "" {
		t.Fatalf("List = %v, %v; want a next page", page, err)
	}
	good := page.Next
	cursors := []string{
		"a", "0", "=", " ", "AAAA", "AQAAAAAAAAAAAAAAAAAAAAAA", "null", "-1", "\x00", "\xff", "ắ",
		good + "A", good[1:], good[:len(good)-1], good + "=", " " + good, strings.ToLower(good),
		strings.Repeat("A", 100_000), base64.RawURLEncoding.EncodeToString([]byte(`{"created":0,"id":"a"}`)),
	}
	for _, c := range cursors {
		q := q
		q.After = c
		page, err := s.List(t.Context(), q)
		is(t, fmt.Sprintf("List after %.60q = %v", c, page), err, trace.ErrInvalid)
	}
	q.After = good
	for name, bad := range map[string]trace.Query{
		"cursor of another term":      {Kind: q.Kind, Limit: 1, After: good},
		"cursor of another kind":      {Kind: animals, Ref: "x", Limit: 1, After: good},
		"cursor of another direction": {Kind: q.Kind, Ref: "x", Limit: 1, After: good, Newest: true},
		"no limit":                    {Kind: q.Kind},
		"negative limit":              {Kind: q.Kind, Limit: -1},
		"limit 1001":                  {Kind: q.Kind, Limit: 1001},
		"no kind":                     {Limit: 1},
	} {
		_, err := s.List(t.Context(), bad)
		is(t, name, err, trace.ErrInvalid)
	}
	if page, err := s.List(t.Context(), q); err != nil || len(page.Revisions) != 1 || page.Revisions[0].ID != "b" {
		t.Errorf("List after the good cursor = %v, %v", page, err)
	}
}

func testChanges(t *testing.T, s trace.Store) {
	insert(t, s, revision(plants, "a", 1, "x"), revision(plants, "a", 2, "x", "y"), revision(plants, "b", 3),
		revision(animals, "a", 2, "z"), revision(animals, "c", 5))
	change := func(kind trace.Kind, id string, number int, refs ...string) trace.Change {
		return trace.Change{Kind: kind, ID: id, Number: number, At: instant(number), Refs: refs}
	}
	all := []trace.Change{
		change(animals, "a", 2, "z"), change(animals, "c", 5),
		change(plants, "a", 1, "x"), change(plants, "a", 2, "x", "y"), change(plants, "b", 3),
	}
	for name, test := range map[string]struct {
		kinds []trace.Kind
		since int // in quarters of a millisecond
		want  []trace.Change
	}{
		"all":              {Kinds(), 0, all},
		"from the first":   {Kinds(), 4, all},
		"one kind":         {[]trace.Kind{plants}, 0, all[2:]},
		"kinds twice":      {[]trace.Kind{plants, plants}, 0, all[2:]},
		"from 2":           {Kinds(), 8, []trace.Change{all[0], all[1], all[3], all[4]}},
		"from just past 2": {Kinds(), 9, []trace.Change{all[1], all[4]}},
		"later":            {Kinds(), 24, nil},
		"no kind":          {nil, 0, nil},
	} {
		got, err := s.Changes(t.Context(), test.kinds, epoch.Add(instant(test.since).Sub(epoch)/4))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		slices.SortFunc(got, func(a, b trace.Change) int {
			return strings.Compare(fmt.Sprint(a.Kind, a.ID, a.Number), fmt.Sprint(b.Kind, b.ID, b.Number))
		})
		same(t, name, got, test.want)
	}
}
