package storagetest

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"temgoc/internal/trace"
)

// walkLog reads a log to its end and checks each page by itself.
func walkLog(t *testing.T, s trace.Store, q trace.LogQuery, visit func(trace.Revision)) {
	t.Helper()
	const enough = 10_000
	for range enough {
		page, err := s.Log(t.Context(), q)
		if err != nil {
			t.Fatalf("Log(%+v): %v", q, err)
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
	t.Fatalf("Log(%+v) has no end", q)
}

func logged(t *testing.T, s trace.Store, q trace.LogQuery) []trace.Revision {
	t.Helper()
	var found []trace.Revision
	walkLog(t, s, q, func(r trace.Revision) { found = append(found, r) })
	return found
}

// compareLogged is the order of Log.
func compareLogged(a, b trace.Revision) int {
	return cmp.Or(b.At.Compare(a.At), strings.Compare(b.ID, a.ID), b.Number-a.Number)
}

// testLog asks for each combination of filters in pages of any size, of
// revisions of which many are of one instant, and some were written with the
// clock set back.
func testLog(t *testing.T, s trace.Store) {
	var all []trace.Revision
	for i := range 40 {
		r := revision(plants, fmt.Sprintf("%c", 'e'-i%5), 1+i/5)
		r.At = instant(i / 3 * 2)
		if i%7 == 3 {
			r.At = instant(4)
		}
		r.By = []string{"htx-hoa-sen", "office", "htx-hoa"}[i%3]
		r.Refs = [][]string{nil, {"x"}, {"x", "y"}, {"x", "x"}}[i%4]
		all = append(all, r)
	}
	insert(t, s, all...)
	insert(t, s, revision(animals, "e", 1, "x"))
	slices.SortFunc(all, compareLogged)

	for _, ref := range []string{"", "x", "y", "z"} {
		for _, by := range []string{"", "office", "nobody"} {
			for _, bounds := range [][2]time.Time{{}, {instant(4)}, {{}, instant(4)}, {instant(4), instant(18)}, {instant(18), instant(4)}} {
				want := slices.DeleteFunc(slices.Clone(all), func(r trace.Revision) bool {
					return ref != "" && !slices.Contains(r.Refs, ref) || by != "" && r.By != by ||
						!bounds[0].IsZero() && r.At.Before(bounds[0]) || !bounds[1].IsZero() && !r.At.Before(bounds[1])
				})
				for _, limit := range []int{1, 3, 40, 1000} {
					q := trace.LogQuery{Kind: plants, Ref: ref, By: by, Since: bounds[0], Until: bounds[1], Limit: limit}
					if len(want) == 0 {
						want = nil
					}
					same(t, fmt.Sprintf("Log(%+v)", q), logged(t, s, q), want)
				}
			}
		}
	}
	// Parts of a millisecond: what is stored lies on whole ones.
	part := instant(4).Add(time.Microsecond)
	for name, q := range map[string]trace.LogQuery{
		"since a part later": {Kind: plants, Since: part, Until: instant(6), Limit: 100},
		"an empty range":     {Kind: plants, Since: instant(4), Until: instant(4), Limit: 100},
	} {
		same(t, name, logged(t, s, q), []trace.Revision(nil))
	}
	if got := logged(t, s, trace.LogQuery{Kind: plants, Since: instant(4), Until: part, Limit: 100}); len(got) == 0 {
		t.Error("nothing was found until a part of a millisecond later")
	}
}

// testLogFindsOwnTerms checks that the log, unlike a list, goes by the terms
// that each revision carries itself.
func testLogFindsOwnTerms(t *testing.T, s trace.Store) {
	first, second, third := revision(plants, "a", 1, "x"), revision(plants, "a", 2, "y"), revision(plants, "a", 3)
	insert(t, s, first, second, third)
	for ref, want := range map[string][]trace.Revision{
		"x": {first}, "y": {second}, "": {third, second, first}, "xx": nil, "X": nil,
	} {
		same(t, fmt.Sprintf("%q", ref), logged(t, s, trace.LogQuery{Kind: plants, Ref: ref, Limit: 1}), want)
	}
}

func testLogHostileText(t *testing.T, s trace.Store) {
	var want []string
	for _, text := range hostile {
		r := revision(plants, text, 1, text, "all")
		r.By = text
		insert(t, s, r)
		want = append(want, text)
	}
	for _, text := range hostile {
		for _, q := range []trace.LogQuery{{Ref: text}, {By: text}, {Ref: text, By: text}, {Ref: "all", By: text}} {
			q.Kind, q.Limit = plants, 9
			if got := logged(t, s, q); len(got) != 1 || got[0].ID != text {
				t.Errorf("Log(%+v) = %v, want that of %q alone", q, got, text)
			}
		}
	}
	slices.Sort(want)
	slices.Reverse(want)
	var got []string
	walkLog(t, s, trace.LogQuery{Kind: plants, Limit: 3}, func(r trace.Revision) { got = append(got, r.ID) })
	same(t, "all ids", got, want)
	for _, text := range []string{"\x00", "a\x00", "\xff", strings.Repeat("x", 100_000)} {
		for _, q := range []trace.LogQuery{{Ref: text}, {By: text}} {
			q.Kind, q.Limit = plants, 9
			if page, err := s.Log(t.Context(), q); err != nil || len(page.Revisions) != 0 || page.Next != "" {
				t.Errorf("Log by %.60q or %.60q = %v, %v; want nothing", q.Ref, q.By, page, err)
			}
		}
	}
}

// testLogWhileWriting walks a log while revisions are added before, behind and
// at each place of it.
func testLogWhileWriting(t *testing.T, s trace.Store) {
	const old = 24
	want := map[string]int{}
	for i := range old {
		r := revision(plants, fmt.Sprintf("old%02d", i), 1, "x")
		r.At, r.Created = instant(i/3), instant(i/3)
		insert(t, s, r)
		want[r.ID]++
	}
	for _, q := range []trace.LogQuery{{}, {Ref: "x"}, {By: "htx-hoa-sen"}, {Ref: "x", By: "htx-hoa-sen"}} {
		q.Kind, q.Limit = plants, 5
		var writer sync.WaitGroup
		stop := make(chan struct{})
		writer.Go(func() { disturb(t, s, fmt.Sprint("log", q.Ref, q.By), old, stop) })
		seen := map[string]int{}
		var before *trace.Revision
		walkLog(t, s, q, func(r trace.Revision) {
			if seen[fmt.Sprint(r.ID, "@", r.Number)]++; seen[fmt.Sprint(r.ID, "@", r.Number)] > 1 {
				t.Errorf("%+v: %s revision %d came twice", q, r.ID, r.Number)
			}
			if before != nil && compareLogged(*before, r) >= 0 {
				t.Errorf("%+v: %s of %v before %s of %v", q, before.ID, before.At, r.ID, r.At)
			}
			before = &r
		})
		close(stop)
		writer.Wait()
		for id := range want {
			if seen[id+"@1"] != 1 {
				t.Errorf("%+v: %s came %d times", q, id, seen[id+"@1"])
			}
		}
	}
}

func testRefusedLogQueries(t *testing.T, s trace.Store) {
	insert(t, s, revision(plants, "a", 1, "x"), revision(plants, "b", 2, "x"))
	q := trace.LogQuery{Kind: plants, Ref: "x", By: "htx-hoa-sen", Since: epoch, Until: instant(9), Limit: 1}
	page, err := s.Log(t.Context(), q)
	if err != nil || page.Next == "" {
		t.Fatalf("Log = %v, %v; want a next page", page, err)
	}
	good := page.Next
	list, err := s.List(t.Context(), trace.Query{Kind: plants, Ref: "x", Limit: 1})
	if err != nil || list.Next == "" {
		t.Fatalf("List = %v, %v; want a next page", list, err)
	}
	for _, c := range []string{
		"a", "0", "=", " ", "AAAA", "null", "-1", "\x00", "\xff", "ắ", list.Next,
		good + "A", good[1:], good[:len(good)-1], good + "=", " " + good, strings.ToLower(good),
		strings.Repeat("A", 100_000), base64.RawURLEncoding.EncodeToString([]byte(`{"at":0,"id":"a"}`)),
	} {
		q := q
		q.After = c
		page, err := s.Log(t.Context(), q)
		is(t, fmt.Sprintf("Log after %.60q = %v", c, page), err, trace.ErrInvalid)
	}
	_, err = s.List(t.Context(), trace.Query{Kind: plants, Ref: "x", Limit: 1, After: good})
	is(t, "List after a cursor of the log", err, trace.ErrInvalid)
	for name, spoil := range map[string]func(*trace.LogQuery){
		"cursor of another term":   func(q *trace.LogQuery) { q.Ref = "" },
		"cursor of another writer": func(q *trace.LogQuery) { q.By = "" },
		"cursor of another kind":   func(q *trace.LogQuery) { q.Kind = animals },
		"cursor of another since":  func(q *trace.LogQuery) { q.Since = instant(1) },
		"cursor of another until":  func(q *trace.LogQuery) { q.Until = time.Time{} },
		"no limit":                 func(q *trace.LogQuery) { q.Limit = 0 },
		"negative limit":           func(q *trace.LogQuery) { q.Limit = -1 },
		"limit 1001":               func(q *trace.LogQuery) { q.Limit = 1001 },
		"no kind":                  func(q *trace.LogQuery) { q.Kind = "" },
		"impossible kind":          func(q *trace.LogQuery) { q.Kind, q.After = "No.Kind", "" },
	} {
		bad := q
		bad.After = good
		spoil(&bad)
		_, err := s.Log(t.Context(), bad)
		is(t, name, err, trace.ErrInvalid)
	}
	q.After, q.Limit = good, 1000 // the size of the page is free
	if page, err := s.Log(t.Context(), q); err != nil || len(page.Revisions) != 1 || page.Revisions[0].ID != "a" {
		t.Errorf("Log after the good cursor = %v, %v", page, err)
	}
}

// testRemove checks that nothing is left of what was removed, and all of the
// rest.
func testRemove(t *testing.T, s trace.Store) {
	ctx := t.Context()
	kept := []trace.Revision{revision(visitors, "b", 2, "x"), revision(visitors, "b", 1, "x", "y")}
	insert(t, s, kept[1], kept[0])
	var gone []trace.Revision
	for n := 1; n <= 11; n++ {
		gone = append(gone, revision(visitors, "a", n, "x", fmt.Sprint("only", n), "x"))
	}
	insert(t, s, gone...)
	for range 2 { // also when nothing is there any more
		if err := s.Remove(ctx, visitors, "a"); err != nil {
			t.Fatalf("Remove: %v", err)
		}
		_, err := s.Head(ctx, visitors, "a")
		is(t, "Head", err, trace.ErrNotFound)
		_, err = s.History(ctx, visitors, "a")
		is(t, "History", err, trace.ErrNotFound)
		if heads, err := s.Heads(ctx, visitors, []string{"a", "b"}); err != nil || len(heads) != 1 {
			t.Errorf("Heads = %v, %v; want b", heads, err)
		}
		for _, ref := range []string{"", "x"} {
			same(t, fmt.Sprintf("List(%q)", ref), places(t, s, trace.Query{Kind: visitors, Ref: ref, Limit: 5}), []string{"b"})
			same(t, fmt.Sprintf("Log(%q)", ref), logged(t, s, trace.LogQuery{Kind: visitors, Ref: ref, Limit: 5}), kept)
		}
		same(t, "Log(only1)", logged(t, s, trace.LogQuery{Kind: visitors, Ref: "only1", Limit: 5}), []trace.Revision(nil))
		if changes, err := s.Changes(ctx, []trace.Kind{visitors}, epoch); err != nil || len(changes) != len(kept) {
			t.Errorf("Changes = %v, %v; want those of b", changes, err)
		}
	}
	again := revision(visitors, "a", 1, "x")
	insert(t, s, again)
	history, err := s.History(ctx, visitors, "a")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "History of what came back", history, []trace.Revision{again})
}

// testRemoveHostileText removes one document after the other, each exactly.
func testRemoveHostileText(t *testing.T, s trace.Store) {
	for _, text := range hostile {
		insert(t, s, revision(visitors, text, 1, "all"), revision(visitors, text, 2, "all"))
	}
	for _, id := range []string{"", "\x00", "a\x00", "\xff", strings.Repeat("x", 201), "missing"} {
		if err := s.Remove(t.Context(), visitors, id); err != nil {
			t.Errorf("Remove(%q): %v", id, err)
		}
	}
	for i, text := range hostile {
		if err := s.Remove(t.Context(), visitors, text); err != nil {
			t.Errorf("Remove(%q): %v", text, err)
		}
		left, err := s.Heads(t.Context(), visitors, hostile)
		if err != nil || len(left) != len(hostile)-i-1 || len(left) > 0 && left[0].ID != hostile[i+1] {
			t.Fatalf("after Remove(%q) %d of %d are left, %v", text, len(left), len(hostile)-i-1, err)
		}
	}
}

// testRemoveRefused checks that what was not declared cannot be removed.
func testRemoveRefused(t *testing.T, s trace.Store) {
	insert(t, s, revision(plants, "a", 1), revision(visitors, "a", 1))
	for _, kind := range []trace.Kind{plants, animals, "others", "", "No.Kind", "visitors "} {
		is(t, fmt.Sprintf("Remove(%q)", kind), s.Remove(t.Context(), kind, "a"), trace.ErrInvalid)
	}
	for _, kind := range []trace.Kind{plants, visitors} {
		if _, err := s.Head(t.Context(), kind, "a"); err != nil {
			t.Errorf("Head of %s afterwards: %v", kind, err)
		}
	}
}

// testRacingRemoves lets several remove one document while it is read: each
// sees its latest revision or nothing.
func testRacingRemoves(t *testing.T, s trace.Store) {
	const latest = 6
	for round := range 4 {
		id := fmt.Sprint("a", round)
		for n := 1; n <= latest; n++ {
			insert(t, s, revision(visitors, id, n, "x"))
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := s.Remove(t.Context(), visitors, id); err != nil {
					t.Errorf("Remove: %v", err)
				}
			})
			all.Go(func() { watchRemoval(t, t.Context(), s, id, latest) })
		}
		all.Wait()
		if _, err := s.Head(t.Context(), visitors, id); !errors.Is(err, trace.ErrNotFound) {
			t.Errorf("Head afterwards: %v, want ErrNotFound", err)
		}
	}
}

func watchRemoval(t *testing.T, ctx context.Context, s trace.Store, id string, latest int) {
	for {
		head, err := s.Head(ctx, visitors, id)
		if errors.Is(err, trace.ErrNotFound) {
			return
		}
		if err != nil || head.Number != latest {
			t.Errorf("Head while it is removed: revision %d, %v", head.Number, err)
			return
		}
	}
}
