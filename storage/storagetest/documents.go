package storagetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// Kinds are the collections that the suite uses.
func Kinds() []trace.Kind { return []trace.Kind{plants, animals, visitors} }

// Removable are those of Kinds that the store is to be opened with as such.
func Removable() []trace.Kind { return []trace.Kind{visitors} }

const (
	plants   trace.Kind = "plants"
	animals  trace.Kind = "animals"
	visitors trace.Kind = "visitors"
)

// Run checks that an engine keeps the contract of trace.Store. open returns a
// store without any document, with the collections Kinds, of which Removable
// can be removed.
func Run(t *testing.T, open func(*testing.T) trace.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, trace.Store)
	}{
		{"Insert", testInsert},
		{"InsertTwice", testInsertTwice},
		{"Ownership", testOwnership},
		{"HostileText", testHostileText},
		{"RefusedText", testRefusedText},
		{"Bodies", testBodies},
		{"RefusedBodies", testRefusedBodies},
		{"History", testHistory},
		{"Heads", testHeads},
		{"RacingInserts", testRacingInserts},
		{"CompareAndSet", testCompareAndSet},
		{"Order", testOrder},
		{"Terms", testTerms},
		{"PagingWhileWriting", testPagingWhileWriting},
		{"RefusedQueries", testRefusedQueries},
		{"Changes", testChanges},
		{"Log", testLog},
		{"LogFindsOwnTerms", testLogFindsOwnTerms},
		{"LogHostileText", testLogHostileText},
		{"LogWhileWriting", testLogWhileWriting},
		{"RefusedLogQueries", testRefusedLogQueries},
		{"Remove", testRemove},
		{"RemoveHostileText", testRemoveHostileText},
		{"RemoveRefused", testRemoveRefused},
		{"RacingRemoves", testRacingRemoves},
		{"Personal", testPersonal},
		{"Erase", testErase},
		{"EraseRefused", testEraseRefused},
		{"InsertAll", testInsertAll},
		{"InsertAllRefused", testInsertAllRefused},
		{"RacingInsertAll", testRacingInsertAll},
		{"Counts", testCounts},
		{"CountsAfter", testCountsAfter},
		{"RacingCounts", testRacingCounts},
		{"EndedContexts", testEndedContexts},
		{"Ping", testPing},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// epoch is when the suite's documents are written.
var epoch = time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)

// instant is n milliseconds after epoch.
func instant(n int) time.Time { return epoch.Add(time.Duration(n) * time.Millisecond) }

// revision makes a revision that was written number milliseconds after epoch.
func revision(kind trace.Kind, id string, number int, refs ...string) trace.Revision {
	return trace.Revision{
		Kind: kind, ID: id, Number: number, Created: instant(1), At: instant(number), By: "htx-hoa-sen", Refs: refs,
		Body: json.RawMessage(fmt.Sprintf(`{"number":%d,"name":"Chè Shan tuyết"}`, number)),
	}
}

func insert(t *testing.T, s trace.Store, revisions ...trace.Revision) {
	t.Helper()
	for _, r := range revisions {
		if err := s.Insert(t.Context(), r); err != nil {
			t.Fatalf("Insert(%s %q %d): %v", r.Kind, r.ID, r.Number, err)
		}
	}
}

// same compares revisions, bodies by content.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	bodies := cmp.FilterPath(
		func(p cmp.Path) bool { return p.Last().Type() == reflect.TypeFor[json.RawMessage]() }, // a salt is none
		cmp.Comparer(func(a, b json.RawMessage) bool {
			return a == nil && b == nil || a != nil && b != nil && canonical(t, a) == canonical(t, b)
		}))
	if diff := cmp.Diff(want, got, bodies); diff != "" {
		t.Errorf("%s: -want +got:\n%s", what, diff)
	}
}

// canonical writes JSON with members sorted and numbers as they are.
func canonical(t *testing.T, raw []byte) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("body %q: %v", raw, err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// is checks which kind of error came.
func is(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func testInsert(t *testing.T, s trace.Store) {
	for _, want := range []trace.Revision{
		{Kind: plants, ID: "bare", Number: 1, Created: epoch, At: epoch, Body: json.RawMessage(`{}`)},
		{
			Kind: plants, ID: "full", Number: 1, Created: epoch, At: epoch.Add(time.Millisecond), By: "htx-hoa-sen",
			Op:   trace.Op{Key: "htx-hoa-sen 4711", Hash: strings.Repeat("0f", 32)},
			Refs: []string{"batch:K7Q2M9XR4V", "word:che", "word:che"}, Body: json.RawMessage(`{"a":1}`),
		},
		{Kind: animals, ID: "full", Number: 1, Created: epoch, At: epoch, Body: json.RawMessage(`{"other":"kind"}`)},
		{Kind: plants, ID: "old", Number: 1, Created: time.UnixMilli(-1).UTC(), At: time.UnixMilli(0).UTC(), Body: json.RawMessage(`{}`)},
	} {
		insert(t, s, want)
		got, err := s.Head(t.Context(), want.Kind, want.ID)
		if err != nil {
			t.Errorf("Head(%s %q): %v", want.Kind, want.ID, err)
		}
		same(t, "Head", got, want)
	}
	_, err := s.Head(t.Context(), animals, "bare")
	is(t, "Head of another kind's document", err, trace.ErrNotFound)
	zoned := revision(plants, "zoned", 1)
	zoned.At = zoned.At.In(time.FixedZone("ICT", 7*3600))
	insert(t, s, zoned)
	got, err := s.Head(t.Context(), plants, "zoned")
	if err != nil || got.At.Location() != time.UTC || !got.At.Equal(zoned.At) {
		t.Errorf("At = %v, %v; want %v in UTC", got.At, err, zoned.At)
	}
}

// testInsertTwice checks that a taken number stays as it was, also for the
// request that wrote it, and that its Op tells which request that was.
func testInsertTwice(t *testing.T, s trace.Store) {
	first := revision(plants, "a", 1, "one")
	first.Op = trace.Op{Key: "k1", Hash: "h1"}
	insert(t, s, first)
	other := revision(plants, "a", 1, "two")
	other.Op, other.Body = trace.Op{Key: "k2", Hash: "h2"}, json.RawMessage(`{"changed":true}`)
	for _, again := range []trace.Revision{first, other} {
		err := s.Insert(t.Context(), again)
		is(t, "Insert of a taken number", err, trace.ErrExists)
		is(t, "Insert of a taken number", err, trace.ErrConflict)
	}
	history, err := s.History(t.Context(), plants, "a")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "History", history, []trace.Revision{first})
	page, err := s.List(t.Context(), trace.Query{Kind: plants, Ref: "two", Limit: 10})
	if err != nil || len(page.Revisions) != 0 {
		t.Errorf("List by the refused revision's term: %v, %v", page.Revisions, err)
	}
}

// testOwnership checks that nothing handed in or out is shared.
func testOwnership(t *testing.T, s trace.Store) {
	want := revision(plants, "a", 1, "one", "two")
	given := want
	given.Refs, given.Body = slices.Clone(want.Refs), slices.Clone(want.Body)
	insert(t, s, given)
	for range 2 {
		given.Refs[0] = "spoilt"
		copy(given.Body, `{"spoilt"`)
		got, err := s.Head(t.Context(), plants, "a")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "Head", got, want)
		given = got
	}
}

// hostile are texts with a meaning to some part of an engine. All are
// different, also to engines that fold case or Unicode forms.
var hostile = []string{
	"a", "A", "a ", " a", "a@1", "a@1@1", "@", ".", "..", "a.b", ".a", "a.", "$", "$where", "a$", "/", "../a", "a/b", `\`,
	`"`, "'", "' OR 1=1 --", "`", "%", "%00", "%25", "_", "*", "?", "{}", `{"$gt":""}`, "[1]", ";", ",", "\t", "\n", "\r\n",
	"\x01", "\x7f", "null", "true", "0", "00", "-1", "1e3", "ắ", "a\u0306\u0301", "Ắ", "đ", "Đ", "d", "ß", "ss", "ﬀ",
	"\u00a0", "\u200b", "\u202e", "\ufeff", "\ufffd", "\uffff", "🍵", "\U0010ffff", "a\u00adb",
	strings.Repeat("x", 200), strings.Repeat("x", 199), strings.Repeat("ắ", 66), strings.Repeat("%", 200),
}

func testHostileText(t *testing.T, s trace.Store) {
	for i, text := range hostile {
		r := revision(plants, text, 1, text, "all")
		r.By, r.Op = text, trace.Op{Key: text, Hash: text}
		r.Created, r.At = instant(i), instant(i)
		second := r
		second.Number = 2
		insert(t, s, r, second)
	}
	for i, text := range hostile {
		want := revision(plants, text, 2, text, "all")
		want.By, want.Op = text, trace.Op{Key: text, Hash: text}
		want.Created, want.At, want.Body = instant(i), instant(i), revision(plants, text, 1).Body
		page, err := s.List(t.Context(), trace.Query{Kind: plants, Ref: text, Limit: 10})
		if err != nil {
			t.Errorf("List(%q): %v", text, err)
		}
		same(t, fmt.Sprintf("List(%q)", text), page.Revisions, []trace.Revision{want})
	}
	var got []string
	walk(t, s, trace.Query{Kind: plants, Ref: "all", Limit: 7}, func(r trace.Revision) { got = append(got, r.ID) })
	same(t, "all ids", got, hostile)

	heads, err := s.Heads(t.Context(), plants, hostile)
	if err != nil || len(heads) != len(hostile) {
		t.Fatalf("Heads: %d of %d, %v", len(heads), len(hostile), err)
	}
	counts := make([]trace.Count, len(hostile))
	for i, text := range hostile {
		if heads[i].ID != text || heads[i].Number != 2 {
			t.Errorf("Heads[%d] = %q revision %d, want %q revision 2", i, heads[i].ID, heads[i].Number, text)
		}
		counts[i] = trace.Count{Key: text, N: int64(i), First: instant(i), Last: instant(i)}
	}
	if err := s.AddCounts(t.Context(), counts); err != nil {
		t.Fatal(err)
	}
	sameCounts(t, s, hostile, counts)
}

// testRefusedText checks that what cannot be kept is refused when written and
// not found when read.
func testRefusedText(t *testing.T, s trace.Store) {
	ctx := t.Context()
	insert(t, s, revision(plants, "a", 1, "a"))
	impossible := []string{"", "\x00", "a\x00", "a\x00b", "\xff", "a\xc3", strings.Repeat("x", 201)}
	for _, id := range impossible {
		is(t, fmt.Sprintf("Insert(id %q)", id), s.Insert(ctx, revision(plants, id, 1)), trace.ErrInvalid)
		_, err := s.Head(ctx, plants, id)
		is(t, fmt.Sprintf("Head(%q)", id), err, trace.ErrNotFound)
		_, err = s.History(ctx, plants, id)
		is(t, fmt.Sprintf("History(%q)", id), err, trace.ErrNotFound)
		err = s.AddCounts(ctx, []trace.Count{{Key: id, N: 1, First: epoch, Last: epoch}})
		is(t, fmt.Sprintf("AddCounts(%q)", id), err, trace.ErrInvalid)
	}
	if heads, err := s.Heads(ctx, plants, append(impossible, "a")); err != nil || len(heads) != 1 {
		t.Errorf("Heads(impossible ids and a) = %v, %v", heads, err)
	}
	if counts, err := s.Counts(ctx, impossible); err != nil || len(counts) != 0 {
		t.Errorf("Counts(impossible keys) = %v, %v", counts, err)
	}
	for _, ref := range []string{"", "\x00", "a\x00", "\xff"} {
		is(t, fmt.Sprintf("Insert(ref %q)", ref), s.Insert(ctx, revision(plants, "b", 1, ref)), trace.ErrInvalid)
		page, err := s.List(ctx, trace.Query{Kind: plants, Ref: ref, Limit: 10})
		if err != nil || (ref != "" && len(page.Revisions) != 0) {
			t.Errorf("List(%q) = %v, %v", ref, page.Revisions, err)
		}
	}
	for _, kind := range []trace.Kind{"", "Plants", "plants.x", "$plants", "a b", "cây"} {
		is(t, fmt.Sprintf("Insert(kind %q)", kind), s.Insert(ctx, revision(kind, "a", 1)), trace.ErrInvalid)
		_, err := s.Head(ctx, kind, "a")
		is(t, fmt.Sprintf("Head(kind %q)", kind), err, trace.ErrInvalid)
	}
	for _, number := range []int{0, -1} {
		is(t, fmt.Sprintf("Insert(number %d)", number), s.Insert(ctx, revision(plants, "b", number)), trace.ErrInvalid)
	}
	fine := revision(plants, "b", 1)
	fine.At = fine.At.Add(time.Microsecond)
	is(t, "Insert(part of a millisecond)", s.Insert(ctx, fine), trace.ErrInvalid)
	if _, err := s.Head(ctx, plants, "b"); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("Head after refused inserts: %v, want ErrNotFound", err)
	}
}

func testHistory(t *testing.T, s trace.Store) {
	var want []trace.Revision
	for n := 1; n <= 12; n++ { // more than nine, to see numbers sorted as numbers
		want = append(want, revision(plants, "a", n, fmt.Sprintf("ref%d", n)))
	}
	insert(t, s, want...)
	insert(t, s, revision(plants, "a@1", 1), revision(plants, "aa", 1), revision(animals, "a", 1))
	got, err := s.History(t.Context(), plants, "a")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "History", got, want)
	head, err := s.Head(t.Context(), plants, "a")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "Head", head, want[11])
	_, err = s.History(t.Context(), plants, "b")
	is(t, "History of a missing document", err, trace.ErrNotFound)
}

func testHeads(t *testing.T, s trace.Store) {
	insert(t, s, revision(plants, "a", 1), revision(plants, "b", 1), revision(plants, "c", 1),
		revision(plants, "b", 2), revision(animals, "d", 1))
	got, err := s.Heads(t.Context(), plants, []string{"c", "missing", "b", "d", "a"})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "Heads", got, []trace.Revision{revision(plants, "c", 1), revision(plants, "b", 2), revision(plants, "a", 1)})
	for _, none := range [][]string{nil, {}, {"missing"}} {
		if got, err := s.Heads(t.Context(), plants, none); err != nil || len(got) != 0 {
			t.Errorf("Heads(%q) = %v, %v; want none", none, got, err)
		}
	}
	many := make([]string, 1000)
	for i := range many {
		many[i] = fmt.Sprintf("missing%d", i)
	}
	many[999] = "a"
	if got, err := s.Heads(t.Context(), plants, many); err != nil || len(got) != 1 {
		t.Errorf("Heads of 1000 = %v, %v; want a", got, err)
	}
	_, err = s.Heads(t.Context(), plants, append(many, "b"))
	is(t, "Heads of 1001", err, trace.ErrInvalid)
}

// testRacingInserts lets several writers insert the same number at once.
func testRacingInserts(t *testing.T, s trace.Store) {
	const writers, rounds = 8, 5
	for number := 1; number <= rounds; number++ {
		errs := make([]error, writers)
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				r := revision(plants, "a", number)
				r.By = fmt.Sprint(w)
				errs[w] = s.Insert(t.Context(), r)
			})
		}
		all.Wait()
		var winners []string
		for w, err := range errs {
			if err == nil {
				winners = append(winners, fmt.Sprint(w))
				continue
			}
			is(t, fmt.Sprintf("loser %d of round %d", w, number), err, trace.ErrExists)
		}
		head, err := s.Head(t.Context(), plants, "a")
		if err != nil || !slices.Equal(winners, []string{head.By}) || head.Number != number {
			t.Errorf("round %d: Head by %s is revision %d, %v; told to have won: %q", number, head.By, head.Number, err, winners)
		}
	}
}

// testCompareAndSet counts in a document from several goroutines.
func testCompareAndSet(t *testing.T, s trace.Store) {
	const writers, each = 4, 10
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for range each {
				if err := increment(t.Context(), s, "counter", fmt.Sprint(w)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	checkIncrements(t, s, "counter", writers*each)
}

// increment adds one to the number in a document's body by inserting the next
// revision, as often as somebody else is faster.
func increment(ctx context.Context, s trace.Store, id, by string) error {
	for {
		next := revision(plants, id, 1)
		next.Body, next.By = json.RawMessage(`{"n":1}`), by
		head, err := s.Head(ctx, plants, id)
		if err == nil {
			var body struct{ N int }
			if err := json.Unmarshal(head.Body, &body); err != nil {
				return err
			}
			next.Number = head.Number + 1
			next.Body = json.RawMessage(fmt.Sprintf(`{"n":%d}`, body.N+1))
		} else if !errors.Is(err, trace.ErrNotFound) {
			return err
		}
		if err = s.Insert(ctx, next); !errors.Is(err, trace.ErrExists) {
			return err
		}
	}
}

// checkIncrements checks that a document was incremented n times, once with
// each revision.
func checkIncrements(t *testing.T, s trace.Store, id string, n int) {
	t.Helper()
	history, err := s.History(t.Context(), plants, id)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range history {
		if want := fmt.Sprintf(`{"n":%d}`, i+1); r.Number != i+1 || canonical(t, r.Body) != want {
			t.Errorf("revision at place %d is %d with %s, want %s", i+1, r.Number, r.Body, want)
		}
	}
	if len(history) != n {
		t.Errorf("%d increments were stored, %d acknowledged", len(history), n)
	}
}

func testEndedContexts(t *testing.T, s trace.Store) {
	insert(t, s, revision(plants, "a", 1, "one"), revision(visitors, "a", 1))
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for _, ctx := range []context.Context{cancelled, expired} {
		for name, call := range map[string]func() error{
			"Insert":    func() error { return s.Insert(ctx, revision(plants, "b", 1)) },
			"Head":      func() error { _, err := s.Head(ctx, plants, "a"); return err },
			"Heads":     func() error { _, err := s.Heads(ctx, plants, []string{"a"}); return err },
			"History":   func() error { _, err := s.History(ctx, plants, "a"); return err },
			"List":      func() error { _, err := s.List(ctx, trace.Query{Kind: plants, Limit: 1}); return err },
			"Changes":   func() error { _, err := s.Changes(ctx, Kinds(), epoch); return err },
			"Log":       func() error { _, err := s.Log(ctx, trace.LogQuery{Kind: plants, Limit: 1}); return err },
			"Remove":    func() error { return s.Remove(ctx, visitors, "a") },
			"AddCounts": func() error { return s.AddCounts(ctx, []trace.Count{{Key: "a", N: 1, First: epoch, Last: epoch}}) },
			"Counts":    func() error { _, err := s.Counts(ctx, []string{"a"}); return err },
			"Ping":      func() error { return s.Ping(ctx) },
		} {
			is(t, name+" with "+ctx.Err().Error(), call(), trace.ErrUnavailable)
		}
	}
	for _, kind := range []trace.Kind{plants, visitors} {
		if _, err := s.Head(t.Context(), kind, "a"); err != nil {
			t.Errorf("Head of %s afterwards: %v", kind, err)
		}
	}
}

func testPing(t *testing.T, s trace.Store) {
	for i := range 2 {
		if err := s.Ping(t.Context()); err != nil {
			t.Errorf("Ping: %v", err)
		}
		insert(t, s, revision(plants, fmt.Sprint("document", i), 1))
	}
}
