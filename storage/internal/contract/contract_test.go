package contract

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

func valid() trace.Revision {
	at := time.UnixMilli(1).UTC()
	return trace.Revision{Kind: "things", ID: "a", Number: 1, Created: at, At: at}
}

func TestRevision(t *testing.T) {
	for name, change := range map[string]func(*trace.Revision){
		"as it is":   func(*trace.Revision) {},
		"long id":    func(r *trace.Revision) { r.ID = strings.Repeat("a", MaxID) },
		"long refs":  func(r *trace.Revision) { r.Refs = []string{strings.Repeat("a", MaxText)} },
		"odd id":     func(r *trace.Revision) { r.ID = "a.$/%\"'\\ ắ🍵@1" },
		"other zone": func(r *trace.Revision) { r.At = r.At.In(time.FixedZone("", 7*3600)) },
	} {
		r := valid()
		change(&r)
		if err := Revision(r); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*trace.Revision){
		"no kind":       func(r *trace.Revision) { r.Kind = "" },
		"upper kind":    func(r *trace.Revision) { r.Kind = "Things" },
		"kind with dot": func(r *trace.Revision) { r.Kind = "things.all" },
		"long kind":     func(r *trace.Revision) { r.Kind = trace.Kind(strings.Repeat("k", maxKind+1)) },
		"no id":         func(r *trace.Revision) { r.ID = "" },
		"NUL in id":     func(r *trace.Revision) { r.ID = "a\x00" },
		"not UTF-8":     func(r *trace.Revision) { r.ID = "\xff" },
		"too long id":   func(r *trace.Revision) { r.ID = strings.Repeat("a", MaxID+1) },
		"number 0":      func(r *trace.Revision) { r.Number = 0 },
		"no created":    func(r *trace.Revision) { r.Created = time.Time{} },
		"fine time":     func(r *trace.Revision) { r.At = r.At.Add(time.Microsecond) },
		"NUL in by":     func(r *trace.Revision) { r.By = "\x00" },
		"NUL in op":     func(r *trace.Revision) { r.Op.Key = "\x00" },
		"empty ref":     func(r *trace.Revision) { r.Refs = []string{"a", ""} },
		"NUL in ref":    func(r *trace.Revision) { r.Refs = []string{"\x00"} },
		"too long ref":  func(r *trace.Revision) { r.Refs = []string{strings.Repeat("a", MaxText+1)} },
		"many refs":     func(r *trace.Revision) { r.Refs = make([]string, MaxRefs+1) },
	} {
		r := valid()
		change(&r)
		if err := Revision(r); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
}

func TestCounts(t *testing.T) {
	at := func(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
	got, err := Counts([]trace.Count{
		{Key: "b", N: 1, First: at(5), Last: at(6)},
		{Key: "a", N: 2, First: at(1), Last: at(1)},
		{Key: "b", N: 3, First: at(4), Last: at(9)},
		{Key: "b", N: 5, First: at(7), Last: at(8)},
	})
	want := []trace.Count{
		{Key: "b", N: 9, First: at(4), Last: at(9)},
		{Key: "a", N: 2, First: at(1), Last: at(1)},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Counts: %v, -want +got:\n%s", err, diff)
	}
	for _, bad := range []trace.Count{
		{N: 1, First: at(1), Last: at(1)},
		{Key: "a", N: 1, Last: at(1)},
		{Key: "a", N: 1, First: at(1), Last: at(1).Add(1)},
	} {
		if _, err := Counts([]trace.Count{bad}); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("Counts(%v): %v, want ErrInvalid", bad, err)
		}
	}
}

func TestKeys(t *testing.T) {
	got, err := Keys([]string{"b", "", "a", "\xff", "\x00", "b"})
	if diff := cmp.Diff([]string{"b", "a", "b"}, got); err != nil || diff != "" {
		t.Errorf("Keys: %v, -want +got:\n%s", err, diff)
	}
	if _, err := Keys(make([]string, MaxKeys+1)); !errors.Is(err, trace.ErrInvalid) {
		t.Errorf("Keys of %d: %v, want ErrInvalid", MaxKeys+1, err)
	}
}

func TestMillis(t *testing.T) {
	for _, test := range []struct {
		ns, want int64
	}{{0, 0}, {1, 1}, {999_999, 1}, {1_000_000, 1}, {1_000_001, 2}, {-1, 0}, {-1_000_000, -1}} {
		if got := Millis(time.Unix(0, test.ns)); got != test.want {
			t.Errorf("Millis(%d ns) = %d, want %d", test.ns, got, test.want)
		}
	}
}

func TestCursor(t *testing.T) {
	q := trace.Query{Kind: "things", Ref: "a:b", Limit: 1}
	for _, p := range []Position{{0, "a"}, {-1, "ắ"}, {1 << 62, strings.Repeat("x", MaxID)}} {
		q.After = Cursor(q, p)
		got, err := Query(q)
		if err != nil || got != p {
			t.Errorf("Query after %v = %v, %v", p, got, err)
		}
	}
	for name, other := range map[string]trace.Query{
		"kind":      {Kind: "others", Ref: q.Ref, Limit: 1},
		"ref":       {Kind: q.Kind, Ref: "a:c", Limit: 1},
		"direction": {Kind: q.Kind, Ref: q.Ref, Limit: 1, Newest: true},
	} {
		other.After = q.After
		if _, err := Query(other); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("cursor with another %s: %v, want ErrInvalid", name, err)
		}
	}
	for _, limit := range []int{-1, 0, MaxPage + 1} {
		if _, err := Query(trace.Query{Kind: "things", Limit: limit}); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("limit %d: %v, want ErrInvalid", limit, err)
		}
	}
}

func TestLogCursor(t *testing.T) {
	at := time.UnixMilli(1_772_355_000_000).UTC()
	q := trace.LogQuery{Kind: "things", Ref: "a:b", By: "c", Since: at, Until: at.Add(time.Hour), Limit: 1}
	first, err := Log(q)
	want := LogRange{at.UnixMilli(), LogPosition{At: at.Add(time.Hour).UnixMilli()}}
	if err != nil || first != want {
		t.Errorf("Log without a cursor = %v, %v; want %v", first, err, want)
	}
	for _, p := range []LogPosition{{0, "a", 1}, {-1, "ắ", 1 << 40}, {1 << 62, strings.Repeat("x", MaxID), 3}} {
		q.After = LogCursor(q, p)
		if got, err := Log(q); err != nil || got != (LogRange{at.UnixMilli(), p}) {
			t.Errorf("Log after %v = %v, %v", p, got, err)
		}
	}
	for _, p := range []LogPosition{{0, "", 1}, {0, "a", 0}, {0, "a", -1}, {0, "\xff", 1}} {
		q.After = LogCursor(q, p)
		if got, err := Log(q); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("Log after the impossible place %v = %v, %v; want ErrInvalid", p, got, err)
		}
	}
	q.After = ""
	later := LogPosition{At: at.UnixMilli(), ID: "b", Number: 2}
	page := LogPage(q, []trace.Revision{{ID: "b", Number: 2, At: at, By: "d"}, {ID: "a", Number: 1, At: at, By: "c"}})
	if len(page.Revisions) != 0 || page.Next != LogCursor(q, later) {
		t.Errorf("LogPage = %v; want none of another writer, and a next page", page)
	}
}

// FuzzCursor checks that a cursor is refused or is the one that its position
// has, whatever is handed in.
func FuzzCursor(f *testing.F) {
	q := trace.Query{Kind: "things", Ref: "a:b", Limit: 1}
	f.Add(Cursor(q, Position{1_700_000_000_000, "K7Q2M9XR4V"}), "a:b", false)
	f.Add("AQ", "", true)
	f.Add("====", "a", true)
	f.Fuzz(func(t *testing.T, after, ref string, newest bool) {
		q := trace.Query{Kind: "things", Ref: ref, Limit: 1, After: after, Newest: newest}
		p, err := Query(q)
		switch {
		case after == "":
			if err != nil {
				t.Errorf("first page: %v", err)
			}
		case err != nil:
			if !errors.Is(err, trace.ErrInvalid) {
				t.Errorf("%q: %v", after, err)
			}
		case Cursor(q, p) != after:
			t.Errorf("%q reads as %v, which is %q", after, p, Cursor(q, p))
		}
		if own := Cursor(q, Position{1, "a"}); own != after {
			q.After = own
			if p, err := Query(q); err != nil || p != (Position{1, "a"}) {
				t.Errorf("own cursor %q = %v, %v", own, p, err)
			}
		}
	})
}
