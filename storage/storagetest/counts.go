package storagetest

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"temgoc/internal/trace"
)

// sameCounts compares the counters of keys with want, in any order.
func sameCounts(t *testing.T, s trace.Store, keys []string, want []trace.Count) {
	t.Helper()
	got, err := s.Counts(t.Context(), keys)
	if err != nil {
		t.Fatalf("Counts: %v", err)
	}
	byKey := func(a, b trace.Count) int { return strings.Compare(a.Key, b.Key) }
	same(t, "Counts", slices.SortedFunc(slices.Values(got), byKey), slices.SortedFunc(slices.Values(want), byKey))
}

func testCounts(t *testing.T, s trace.Store) {
	count := func(key string, n int64, first, last int) trace.Count {
		return trace.Count{Key: key, N: n, First: instant(first), Last: instant(last)}
	}
	keys := []string{"a", "b", "c", "d", "missing", "a"}
	sameCounts(t, s, keys, nil)
	sameCounts(t, s, nil, nil)
	for _, step := range []struct{ add, want []trace.Count }{
		{nil, nil},
		{[]trace.Count{count("a", 1, 5, 6)}, []trace.Count{count("a", 1, 5, 6)}},
		{ // widens neither, and a new one
			[]trace.Count{count("a", 2, 6, 6), count("b", 1<<60, 1, 1)},
			[]trace.Count{count("a", 3, 5, 6), count("b", 1<<60, 1, 1)},
		},
		{ // one key more than once
			[]trace.Count{count("a", 1, 4, 4), count("c", 0, 7, 9), count("a", 1, 9, 9), count("c", 5, 8, 8)},
			[]trace.Count{count("a", 5, 4, 9), count("b", 1<<60, 1, 1), count("c", 5, 7, 9)},
		},
	} {
		if err := s.AddCounts(t.Context(), step.add); err != nil {
			t.Fatalf("AddCounts(%v): %v", step.add, err)
		}
		sameCounts(t, s, keys, step.want)
	}
	err := s.AddCounts(t.Context(), []trace.Count{count("d", 1, 1, 1), {Key: "d", N: 1}})
	is(t, "AddCounts without times", err, trace.ErrInvalid)
	sameCounts(t, s, []string{"d"}, nil)
	_, err = s.Counts(t.Context(), make([]string, 1001))
	is(t, "Counts of 1001", err, trace.ErrInvalid)
}

// testCountsAfter lists counters whose keys have another order in most
// languages than that of their bytes.
func testCountsAfter(t *testing.T, s trace.Store) {
	var want []trace.Count
	for i, key := range []string{"", "A", "B10", "B9", "a", "Đ", "中"}[1:] {
		want = append(want, trace.Count{Key: key, N: int64(i), First: instant(i), Last: instant(i)})
	}
	if err := s.AddCounts(t.Context(), slices.Concat(want[3:], want[:3])); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int{1, 4, len(want), 1000} {
		var got []trace.Count
		for after := ""; ; after = got[len(got)-1].Key {
			some, err := s.CountsAfter(t.Context(), after, limit)
			if err != nil {
				t.Fatalf("CountsAfter(%q, %d): %v", after, limit, err)
			}
			if got = append(got, some...); len(some) < limit {
				break
			}
		}
		same(t, "CountsAfter", got, want)
	}
	for _, limit := range []int{0, -1, 1001} {
		_, err := s.CountsAfter(t.Context(), "", limit)
		is(t, "CountsAfter with a wrong limit", err, trace.ErrInvalid)
	}
}

// testRacingCounts adds to the same new counters from several goroutines.
func testRacingCounts(t *testing.T, s trace.Store) {
	const writers, rounds = 6, 8
	keys := []string{"a", "b", "c", "d"}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(w)))
			for round := range rounds {
				var add []trace.Count
				for _, i := range random.Perm(len(keys)) {
					at := instant(w*rounds + round)
					add = append(add, trace.Count{Key: keys[i], N: int64(i + 1), First: at, Last: at})
				}
				if err := s.AddCounts(t.Context(), add); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	var want []trace.Count
	for i, key := range keys {
		want = append(want, trace.Count{
			Key: key, N: int64(i+1) * writers * rounds, First: instant(0), Last: instant(writers*rounds - 1),
		})
	}
	sameCounts(t, s, keys, want)
}
