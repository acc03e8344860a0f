package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/storagetest"
)

// bare opens a database without this package.
func bare(t *testing.T, uri string) *mongo.Database {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(context.WithoutCancel(t.Context())) })
	return client.Database(databaseName(uri))
}

// older makes a database as a program of format 1 left it.
func older(t *testing.T) (*mongo.Database, string) {
	t.Helper()
	uri := servers.MongoDB(t)
	database := bare(t, uri)
	raw, err := os.ReadFile("testdata/format1.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Collection string
		Document   json.RawMessage
	}
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		var d bson.D
		if err := bson.UnmarshalExtJSON(row.Document, false, &d); err != nil {
			t.Fatal(err)
		}
		if _, err := database.Collection(row.Collection).InsertOne(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range storagetest.Kinds() {
		for _, keys := range []bson.D{{{Key: "at", Value: 1}}, {{Key: "created", Value: 1}, {Key: "id", Value: 1}}} {
			if _, err := database.Collection(string(kind)).Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: keys}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return database, uri
}

// state is all that a database holds, but for when it was brought to its format.
func state(t *testing.T, database *mongo.Database) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, kind := range append([]trace.Kind{countsCollection, formatsCollection}, storagetest.Kinds()...) {
		c := database.Collection(string(kind))
		documents, err := find[bson.D](t.Context(), c, bson.D{}, options.Find().SetProjection(bson.D{{Key: "program", Value: 0}}))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range documents {
			if kind == formatsCollection {
				d = d[:1] // not when
			}
			slices.SortFunc(d, func(a, b bson.E) int { return strings.Compare(a.Key, b.Key) }) // an update leaves any order
			text, err := bson.MarshalExtJSON(d, true, false)
			if err != nil {
				t.Fatal(err)
			}
			all[string(kind)] = append(all[string(kind)], string(text))
		}
		present, err := indexesOf(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range present {
			all[string(kind)] = append(all[string(kind)], i.Name)
		}
		slices.Sort(all[string(kind)])
	}
	return all
}

// copied is the state of a new database with the same revisions and counters.
func copied(t *testing.T, db *DB) map[string][]string {
	t.Helper()
	uri := servers.MongoDB(t)
	other := opened(t, uri)
	for _, kind := range storagetest.Kinds() {
		page, err := db.Log(t.Context(), trace.LogQuery{Kind: kind, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.InsertAll(t.Context(), page.Revisions); err != nil {
			t.Fatal(err)
		}
	}
	counts, err := db.CountsAfter(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.AddCounts(t.Context(), counts); err != nil {
		t.Fatal(err)
	}
	return state(t, bare(t, uri))
}

// TestOlderFormat opens databases as programs of format 1 left them, after the
// steps to the present format were cut off at each place: all end in one state,
// that of a new database with the same content, also when opened again.
func TestOlderFormat(t *testing.T) {
	for name, cut := range map[string]func(*mongo.Database) error{
		"not begun": func(*mongo.Database) error { return nil },
		"within the step": func(d *mongo.Database) error {
			return d.Collection("plants").Indexes().DropOne(t.Context(), "at_1")
		},
		"not noted": func(d *mongo.Database) error {
			for _, kind := range storagetest.Kinds() {
				if err := d.Collection(string(kind)).Indexes().DropOne(t.Context(), "at_1"); err != nil {
					return err
				}
			}
			return nil
		},
		"first one noted": func(d *mongo.Database) error {
			_, err := d.Collection(formatsCollection).InsertOne(t.Context(), format{Number: 1, Program: "v0"})
			return err
		},
	} {
		database, uri := older(t)
		if err := cut(database); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		db := opened(t, uri)
		got := state(t, database)
		if diff := cmp.Diff(copied(t, db), got); diff != "" {
			t.Errorf("%s: -new +upgraded:\n%s", name, diff)
		}
		if len(got["plants"]) != 3+1+len(indexes) || len(got[formatsCollection]) != len(formats)+1 {
			t.Errorf("%s: %q", name, got)
		}
		opened(t, uri)
		if diff := cmp.Diff(got, state(t, database)); diff != "" {
			t.Errorf("%s: opened again:\n%s", name, diff)
		}
	}
}

// TestOpenedAtOnce lets several processes bring a database to its format.
func TestOpenedAtOnce(t *testing.T) {
	database, uri := older(t)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { opened(t, uri) })
	}
	all.Wait()
	if got := state(t, database)["plants"]; slices.Contains(got, "at_1") || len(got) != 3+1+len(indexes) {
		t.Errorf("plants = %q", got)
	}
}

// TestNewerFormat opens a database of a format to come.
func TestNewerFormat(t *testing.T) {
	uri := servers.MongoDB(t)
	db := opened(t, uri)
	if _, err := db.formats.InsertOne(t.Context(), format{Number: 7, Program: "v9.1.0"}); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), uri, storagetest.Kinds())
	const want = "has format 7, of a newer version"
	if !errors.Is(err, trace.ErrInvalid) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "install temgoc v9.1.0") {
		t.Errorf("Open = %v; want ErrInvalid, %q and the version", err, want)
	}
}

// TestSchema puts indexes there that differ: those that do no harm are told of,
// the others keep the database from being opened.
func TestSchema(t *testing.T) {
	uri := servers.MongoDB(t)
	db := opened(t, uri)
	says := func(want ...string) {
		t.Helper()
		wrong, err := db.Schema(t.Context())
		if err != nil || len(wrong) != len(want) {
			t.Fatalf("Schema = %q, %v; want %q", wrong, err, want)
		}
		for i := range want {
			if !strings.HasPrefix(wrong[i], want[i]) {
				t.Errorf("Schema says %q, want %q", wrong[i], want[i])
			}
		}
	}
	says()
	plants := db.collections["plants"].Indexes()
	for _, name := range []string{"created_1_id_1", "at_1_id_1_number_1"} {
		if err := plants.DropOne(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	make := func(name string, keys bson.D, o *options.IndexOptionsBuilder) {
		t.Helper()
		if _, err := plants.CreateOne(t.Context(), mongo.IndexModel{Keys: keys, Options: o.SetName(name)}); err != nil {
			t.Fatal(err)
		}
	}
	make("created_1_id_1", bson.D{{Key: "created", Value: -1}, {Key: "id", Value: 1}}, options.Index())
	make("of_others", bson.D{{Key: "by", Value: 1}}, options.Index())
	says("the index created_1_id_1 of plants is not over the fields of its name", "the index at_1_id_1_number_1 of plants is missing")
	db = opened(t, uri)
	says("the index created_1_id_1 of plants is not over the fields of its name")
	make("unique", bson.D{{Key: "by", Value: 1}, {Key: "at", Value: 1}}, options.Index().SetUnique(true))
	says("the index unique of plants is unique", "the index created_1_id_1 of plants")
	_, err := Open(t.Context(), uri, storagetest.Kinds())
	if !errors.Is(err, trace.ErrInvalid) || !strings.Contains(err.Error(), `db.getCollection("plants").dropIndex("unique")`) {
		t.Errorf("Open with a unique index: %v, want ErrInvalid and the remedy", err)
	}
}

func TestIndexIs(t *testing.T) {
	fields := []string{"created", "id"}
	good := bson.D{{Key: "created", Value: int32(1)}, {Key: "id", Value: 1.0}}
	for name, test := range map[string]struct {
		index index
		want  bool
		harm  string
	}{
		"as made":      {index{Key: good}, true, ""},
		"other order":  {index{Key: bson.D{good[1], good[0]}}, false, ""},
		"more":         {index{Key: append(slices.Clone(good), bson.E{Key: "by", Value: 1})}, false, ""},
		"hashed":       {index{Key: bson.D{good[0], {Key: "id", Value: "hashed"}}}, false, ""},
		"sparse":       {index{Key: good, Sparse: true}, false, ""},
		"hidden":       {index{Key: good, Hidden: true}, false, ""},
		"partial":      {index{Key: good, Partial: bson.D{{Key: "by", Value: "x"}}}, false, ""},
		"collation":    {index{Key: good, Collation: bson.D{{Key: "locale", Value: "vi"}}}, false, ""},
		"expiring":     {index{Key: good, Expire: int32(60)}, true, "deletes documents after a while"},
		"unique":       {index{Name: "x", Key: good, Unique: true}, true, "is unique and refuses documents that are new"},
		"the key's":    {index{Name: "_id_", Key: bson.D{{Key: "_id", Value: 1}}, Unique: true}, false, ""},
		"expire never": {index{Name: "x", Key: good, Expire: nil}, true, ""},
	} {
		if got, harm := test.index.is(fields), test.index.harm(); got != test.want || harm != test.harm {
			t.Errorf("%s: is = %t, harm = %q; want %t, %q", name, got, harm, test.want, test.harm)
		}
	}
}
