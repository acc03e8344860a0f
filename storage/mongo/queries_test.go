package mongo

import (
	"context"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
)

var update = flag.Bool("update", false, "write the table of queries into docs/growing.md")

// A query is the shape of what is asked of a collection: the command, the fields
// of its filter and how they are bounded, and the order.
type query struct{ command, filter, sort string }

// A reason says who asks, and why a question to all shards is acceptable.
type reason struct{ by, why string }

const revision, counters, formatNumbers = "", "counters ", "formats "

// known are all queries that there are. What is not here fails the test that sent
// it.
var known = map[query]reason{
	{revision + "insert", "", ""}:                                      {"Insert, InsertAll", ""},
	{revision + "find", "id =", "number"}:                              {"Head, History, Remove", ""},
	{revision + "find", "id in", ""}:                                   {"Heads, List (the numbers), InsertAll", ""},
	{revision + "find", "_id in, id in", ""}:                           {"Heads, List (the documents)", ""},
	{revision + "find", "", "created, id"}:                             {"List without a term, first page", "each shard gives the head of its index, at most one page"},
	{revision + "find", "created range", "created, id"}:                {"List without a term, further pages", "each shard enters its index at the cursor and gives at most one page"},
	{revision + "find", "refs =, old =", "created, id"}:                {"List of a term, first page", "terms of one batch or producer lie on few documents; each shard gives at most one page out of its index"},
	{revision + "find", "refs =, old =, created range", "created, id"}: {"List of a term, further pages", "as the first page, from the cursor on"},
	{revision + "find", "", "at, id, number"}:                          {"Log, first page (audit log, back-up, migration)", "each shard gives the end of its index, at most one page"},
	{revision + "find", "at range", "at, id, number"}:                  {"Log, further pages and since a time", "each shard enters its index at the cursor and gives at most one page"},
	{revision + "find", "by =", "at, id, number"}:                      {"Log of a person, first page", "asked by administrators, a page at a time"},
	{revision + "find", "by =, at range", "at, id, number"}:            {"Log of a person, further pages", "asked by administrators, a page at a time"},
	{revision + "find", "refs =", "at, id, number"}:                    {"Log of a term, first page", "asked by the log of a batch or document, a page at a time"},
	{revision + "find", "refs =, at range", "at, id, number"}:          {"Log of a term, further pages", "as the first page, from the cursor on"},
	{revision + "find", "at range", ""}:                                {"Changes (each replica, every 2 s)", "only what was written in the last seconds, out of the index; it is what keeps every scan from asking"},
	{revision + "find", "", "id, number"}:                              {"the step to format 3", "once in the life of a database"},
	{revision + "update", "_id =, id =", ""}:                           {"Erase", ""},
	{revision + "update", "id =, number range, old =", ""}:             {"Insert (marks what it replaced)", ""},
	{revision + "update", "_id in, id in, old =", ""}:                  {"InsertAll (marks what it replaced)", ""},
	{revision + "delete", "id =, number range", ""}:                    {"Remove", ""},
	{revision + "delete", "id =", ""}:                                  {"Remove", ""},
	{counters + "update", "_id =", ""}:                                 {"AddCounts", ""},
	{counters + "find", "_id =", ""}:                                   {"Ping", ""},
	{counters + "find", "_id in", ""}:                                  {"Counts", ""},
	{counters + "find", "_id range", "_id"}:                            {"CountsAfter (back-up, migration)", "each shard enters its index at the key and gives at most one page"},
	{formatNumbers + "find", "", "_id"}:                                {"Open", "not sharded: a handful of documents on the primary shard"},
	{formatNumbers + "insert", "", ""}:                                 {"Open, after a step to another format", "not sharded"},
}

// watch checks each command that a store sends: in TestQueries, and in all of the
// conformance suite.
func watch(t *testing.T) func(context.Context, *event.CommandStartedEvent) {
	return func(_ context.Context, e *event.CommandStartedEvent) {
		for _, q := range queriesOf(e) {
			if _, ok := known[q]; !ok {
				t.Errorf("a query that the table in queries_test.go does not have: %q in %s", q, e.Command)
			}
			seen.Store(q, true)
			if _, index := placed(q); index == "" {
				t.Errorf("no index serves %q", q)
			}
		}
	}
}

// seen are the queries that were sent.
var seen sync.Map

// queriesOf are the queries in a command; none in those about indexes or the
// server.
func queriesOf(e *event.CommandStartedEvent) []query {
	collection, _ := e.Command.Lookup(e.CommandName).StringValueOK()
	about := revision
	switch collection {
	case countsCollection:
		about = counters
	case formatsCollection:
		about = formatNumbers
	}
	q := query{command: about + e.CommandName}
	var parts []bson.RawValue
	switch e.CommandName {
	case "insert":
		return []query{q}
	case "find":
		filter, _ := e.Command.Lookup("filter").DocumentOK()
		q.filter = bounds(filter)
		if order, ok := e.Command.Lookup("sort").DocumentOK(); ok {
			q.sort = strings.Join(names(order), ", ")
		}
		return []query{q}
	case "update":
		parts = values(e.Command.Lookup("updates").Array())
	case "delete":
		parts = values(e.Command.Lookup("deletes").Array())
	}
	var all []query
	for _, p := range parts {
		all = append(all, query{command: q.command, filter: bounds(p.Document().Lookup("q").Document())})
	}
	return all
}

func values(array bson.RawArray) []bson.RawValue {
	found, err := array.Values()
	if err != nil {
		panic(err)
	}
	return found
}

func names(document bson.Raw) (found []string) {
	elements, err := document.Elements()
	if err != nil {
		panic(err)
	}
	for _, e := range elements {
		found = append(found, e.Key())
	}
	return found
}

// bounds says how a filter bounds each field. What is within $or is bounded
// besides, by itself.
func bounds(filter bson.Raw) string {
	var said []string
	for _, field := range names(filter) {
		if field == "$or" {
			continue
		}
		how := "="
		if operators, ok := filter.Lookup(field).DocumentOK(); ok {
			how = "range"
			if slices.Equal(names(operators), []string{"$in"}) {
				how = "in"
			}
		}
		said = append(said, field+" "+how)
	}
	return strings.Join(said, ", ")
}

// placed tells which shards a query goes to, and which index serves it; no index
// when none does.
func placed(q query) (shards, index string) {
	how := map[string]string{}
	for part := range strings.SplitSeq(q.filter, ", ") {
		field, bound, _ := strings.Cut(part, " ")
		how[field] = bound
	}
	key, lists := "id", append([][]string{{"_id"}}, indexes...)
	if !strings.HasPrefix(q.command, revision) || strings.Contains(q.command, " ") {
		key, lists = "_id", lists[:1]
	}
	shards = map[string]string{"=": "one", "in": "those of the ids", "range": "all", "": "all"}[how[key]]
	if strings.HasSuffix(q.command, "insert") {
		return "one", "(all)"
	}
	best := 0
	for _, fields := range lists {
		if n := serves(fields, how, q.sort); n > best {
			best, index = n, "("+strings.Join(fields, ", ")+")"
		}
	}
	return shards, index
}

// serves tells how well an index serves: 0 for not at all, that is, it would be
// walked past what is not wanted, or the answer would have to be sorted.
func serves(fields []string, how map[string]string, sort string) int {
	n := 0
	for n < len(fields) && how[fields[n]] == "=" {
		n++
	}
	var order []string
	for f := range strings.SplitSeq(sort, ", ") {
		if f != "" && how[f] != "=" {
			order = append(order, f)
		}
	}
	if len(order) > 0 {
		for f := range how {
			if f != "" && !slices.Contains(fields, f) {
				return 0
			}
		}
		if n+len(order) > len(fields) || !slices.Equal(fields[n:n+len(order)], order) {
			return 0
		}
		return 10*n + 5
	}
	if n < len(fields) && how[fields[n]] != "" {
		return 10*n + 5
	}
	return 10 * n
}

// TestQueries asks for everything in every way and compares what was sent with
// the table, which docs/growing.md shows.
func TestQueries(t *testing.T) {
	db := openedWith(t, servers.MongoDB(t), watch(t))
	ctx := t.Context()
	at := time.UnixMilli(1_772_355_000_000).UTC()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for n := 1; n <= 4; n++ {
		for _, id := range []string{"a", "b"} {
			r := sample(id, n)
			r.Kind = "visitors"
			must(db.Insert(ctx, r))
		}
	}
	more := []trace.Revision{sample("c", 1), sample("c", 2)}
	_, err := db.InsertAll(ctx, more)
	must(err)
	_, err = db.Head(ctx, "visitors", "a")
	must(err)
	_, err = db.History(ctx, "visitors", "a")
	must(err)
	_, err = db.Heads(ctx, "visitors", []string{"a", "b"})
	must(err)
	for _, q := range []trace.Query{{}, {Ref: "word:che"}, {Newest: true}} {
		q.Kind, q.Limit = "visitors", 1
		for range 2 {
			page, err := db.List(ctx, q)
			must(err)
			q.After = page.Next
		}
	}
	for _, q := range []trace.LogQuery{{}, {Ref: "word:che"}, {By: "htx-hoa-sen"}, {Since: at}, {Until: at.Add(time.Hour), Ref: "word:che"}, {Since: at, By: "htx-hoa-sen"}} {
		q.Kind, q.Limit = "visitors", 1
		for range 2 {
			page, err := db.Log(ctx, q)
			must(err)
			q.After = page.Next
		}
	}
	_, err = db.Changes(ctx, []trace.Kind{"visitors"}, at)
	must(err)
	must(db.Erase(ctx, trace.Revision{Kind: "visitors", ID: "a", Number: 1}))
	must(db.Remove(ctx, "visitors", "a"))
	must(db.AddCounts(ctx, []trace.Count{{Key: "k", N: 1, First: at, Last: at}}))
	_, err = db.Counts(ctx, []string{"k"})
	must(err)
	_, err = db.CountsAfter(ctx, "", 10)
	must(err)
	must(db.Ping(ctx))
	if n := reflect.TypeFor[trace.Bulk]().NumMethod(); n != 14 {
		t.Errorf("trace.Bulk has %d methods, of which this test calls 14", n)
	}
	for q := range known {
		if _, ok := seen.Load(q); !ok {
			t.Errorf("%q is in the table and was never sent", q)
		}
	}
	checkTable(t, table())
}

// TestServes checks that the judge of indexes can say no.
func TestServes(t *testing.T) {
	for _, q := range []query{
		{"find", "by =", ""}, {"find", "body =", ""}, {"find", "", "number"}, {"find", "refs =", "id"}, {"find", "created range", "at, id, number"},
		{"find", "number range", ""}, {"counters find", "n =", ""},
	} {
		want := q.filter == "by =" // an index begins with it
		if _, index := placed(q); (index != "") != want {
			t.Errorf("%q is served by %q", q, index)
		}
	}
}

// table is the table of the queries.
func table() string {
	var rows []string
	for q, r := range known {
		shards, index := placed(q)
		about, command, ok := strings.Cut(q.command, " ")
		if !ok {
			about, command = "records", q.command
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s | %s | `%s` | %s | %s |", about, command, code(q.filter), code(q.sort), shards, index, r.by, r.why))
	}
	slices.Sort(rows)
	return "| of | command | filter | order | shards | index | asked by | why all shards will do |\n|---|---|---|---|---|---|---|---|\n" + strings.Join(rows, "\n") + "\n"
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// checkTable compares the table with what docs/growing.md shows.
func checkTable(t *testing.T, want string) {
	t.Helper()
	const path, begin, end = "../../docs/growing.md", "<!-- queries: go test ./storage/mongo -run TestQueries -update -->\n", "<!-- end -->"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	got, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", path)
	}
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("the table in %s is not the present one; run with -update", path)
	}
	if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
