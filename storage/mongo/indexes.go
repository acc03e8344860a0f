package mongo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"temgoc/internal/trace"
)

// indexes are those of every kind, by their fields, all ascending.
var indexes = [][]string{
	{"id", "number"}, {"refs", "old", "created", "id"}, {"created", "id"},
	{"at", "id", "number"}, {"by", "at", "id", "number"}, {"refs", "at", "id", "number"},
}

func indexName(fields []string) string { return strings.Join(fields, "_1_") + "_1" }

func indexKeys(fields []string) (keys bson.D) {
	for _, f := range fields {
		keys = append(keys, bson.E{Key: f, Value: 1})
	}
	return keys
}

// An index is what the server says of one.
type index struct {
	Name      string `bson:"name"`
	Key       bson.D `bson:"key"`
	Unique    bool   `bson:"unique"`
	Sparse    bool   `bson:"sparse"`
	Hidden    bool   `bson:"hidden"`
	Expire    any    `bson:"expireAfterSeconds"`
	Partial   bson.D `bson:"partialFilterExpression"`
	Collation bson.D `bson:"collation"`
}

// indexesOf lists the indexes of a collection; none while it does not exist.
func indexesOf(ctx context.Context, c *mongo.Collection) ([]index, error) {
	cursor, err := c.Indexes().List(ctx)
	if err != nil {
		return nil, err
	}
	var found []index
	return found, cursor.All(ctx, &found)
}

// is tells whether an index is the one over these fields, of every document.
func (i index) is(fields []string) bool {
	got := make([]string, len(i.Key))
	for n, e := range i.Key {
		got[n] = fmt.Sprintf("%s %v", e.Key, e.Value)
	}
	want := make([]string, len(fields))
	for n, f := range fields {
		want[n] = f + " 1"
	}
	return slices.Equal(got, want) && !i.Sparse && !i.Hidden && i.Partial == nil && i.Collation == nil
}

// harm says what an index does that no index of ours may do: keep documents
// from being stored, or delete them. Empty for none.
func (i index) harm() string {
	switch {
	case i.Expire != nil:
		return "deletes documents after a while"
	case i.Unique && i.Name != "_id_":
		return "is unique and refuses documents that are new"
	}
	return ""
}

// mendIndexes creates what is missing, so that an account which may not create
// indexes will do once they are there, and refuses what does harm. One at a time:
// FerretDB 1.24 panics at several of which some exist, as when two processes
// start at once.
func (db *DB) mendIndexes(ctx context.Context) error {
	for _, kind := range slices.Sorted(maps.Keys(db.collections)) {
		if err := mend(ctx, db.collections[kind], indexes); err != nil {
			return fmt.Errorf("indexes of %s: %w", kind, err)
		}
	}
	return mend(ctx, db.counts, nil)
}

func mend(ctx context.Context, c *mongo.Collection, want [][]string) error {
	present, err := indexesOf(ctx, c)
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for _, i := range present {
		names[i.Name] = true
		if harm := i.harm(); harm != "" {
			return fmt.Errorf("%w: the index %s of the collection %s %s: remove it with: %s", trace.ErrInvalid, i.Name, c.Name(), harm, dropping(c, i.Name))
		}
	}
	for _, fields := range want {
		name := indexName(fields)
		if names[name] {
			continue
		}
		if _, err := c.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: indexKeys(fields), Options: options.Index().SetName(name)}); err != nil {
			return err
		}
	}
	return nil
}

// dropping is how an administrator removes an index.
func dropping(c *mongo.Collection, name string) string {
	return fmt.Sprintf("db.getCollection(%q).dropIndex(%q)", c.Name(), name)
}

// Schema says in words how the indexes differ from what they should be, each
// with the remedy; nothing when they do not. Those of others that do no harm are
// none of its business.
func (db *DB) Schema(ctx context.Context) ([]string, error) {
	var wrong []string
	for _, kind := range slices.Sorted(maps.Keys(db.collections)) {
		c := db.collections[kind]
		present, err := indexesOf(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("indexes of %s: %w", kind, wrap(err))
		}
		wrong = append(wrong, differences(c, present)...)
	}
	present, err := indexesOf(ctx, db.counts)
	if err != nil {
		return nil, fmt.Errorf("indexes of %s: %w", countsCollection, wrap(err))
	}
	return append(wrong, harmful(db.counts, present)...), nil
}

func differences(c *mongo.Collection, present []index) []string {
	wrong := harmful(c, present)
	byName := map[string]index{}
	for _, i := range present {
		byName[i.Name] = i
	}
	for _, fields := range indexes {
		name := indexName(fields)
		switch i, there := byName[name]; {
		case !there:
			wrong = append(wrong, fmt.Sprintf("the index %s of %s is missing: the next start of the service makes it", name, c.Name()))
		case !i.is(fields):
			wrong = append(wrong, fmt.Sprintf("the index %s of %s is not over the fields of its name, or not of all documents: remove it with: %s; the next start of the service makes it anew",
				name, c.Name(), dropping(c, name)))
		}
	}
	return wrong
}

func harmful(c *mongo.Collection, present []index) (wrong []string) {
	for _, i := range present {
		if harm := i.harm(); harm != "" {
			wrong = append(wrong, fmt.Sprintf("the index %s of %s %s: remove it with: %s", i.Name, c.Name(), harm, dropping(c, i.Name)))
		}
	}
	return wrong
}
