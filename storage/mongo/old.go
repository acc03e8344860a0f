package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// A revision that a later one replaced is marked as old, so that List does not
// walk past all that once had a term and has lost it. The mark says nothing else:
// who reads finds out by itself which revision is the latest, and where a mark is
// missing, because a process ended before it made it, or its account may not
// update the collection, List passes over the document as it did before there
// were marks.

// unmarked selects what is not marked as old.
var unmarked = bson.E{Key: "old", Value: nil}

var markAsOld = bson.D{{Key: "$set", Value: bson.D{{Key: "old", Value: true}}}}

// markEarlier marks the revisions before a number, after that one was stored.
func markEarlier(ctx context.Context, c *mongo.Collection, id string, number int) {
	if number == 1 {
		return
	}
	earlier := bson.E{Key: "number", Value: bson.D{{Key: "$lt", Value: number}}}
	// The revision is stored: that this failed is nobody's loss but time's.
	_, _ = c.UpdateMany(ctx, bson.D{{Key: "id", Value: id}, earlier, unmarked}, markAsOld)
}

// A revisionPlace is where a revision stands in the history of its document.
type revisionPlace struct {
	Key    string `bson:"_id"`
	ID     string `bson:"id"`
	Number int    `bson:"number"`
}

// markAmong marks the earlier revisions of the documents that have these ids.
func markAmong(ctx context.Context, c *mongo.Collection, ids []string) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	places, err := find[revisionPlace](ctx, c, bson.D{{Key: "id", Value: bson.D{{Key: "$in", Value: ids}}}},
		options.Find().SetProjection(bson.D{{Key: "id", Value: 1}, {Key: "number", Value: 1}}))
	if err != nil {
		return err
	}
	latest := map[string]int{}
	for _, p := range places {
		latest[p.ID] = max(latest[p.ID], p.Number)
	}
	return mark(ctx, c, slices.DeleteFunc(places, func(p revisionPlace) bool { return p.Number == latest[p.ID] }))
}

// mark marks revisions. Their ids tell a sharded cluster where they are.
func mark(ctx context.Context, c *mongo.Collection, places []revisionPlace) error {
	for some := range slices.Chunk(places, 1000) {
		var keys, ids []string
		for _, p := range some {
			keys, ids = append(keys, p.Key), append(ids, p.ID)
		}
		which := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: keys}}}, {Key: "id", Value: bson.D{{Key: "$in", Value: ids}}}, unmarked}
		if _, err := c.UpdateMany(ctx, which, markAsOld); err != nil && !denied(err) {
			return wrap(err)
		}
	}
	return nil
}

// denied tells that the account may not do that.
func denied(err error) bool {
	var answer mongo.ServerError
	const unauthorized = 13
	return errors.As(err, &answer) && answer.HasErrorCode(unauthorized)
}

// markAll marks what programs before format 3 left unmarked, and takes away the
// index that one with the mark took the place of.
func markAll(ctx context.Context, db *DB) error {
	for _, c := range db.collections {
		if err := markCollection(ctx, c); err != nil {
			return fmt.Errorf("earlier revisions of %s: %w", c.Name(), err)
		}
		if err := dropIndex(ctx, c, "refs_1_created_1_id_1"); err != nil && !denied(err) {
			return err
		}
	}
	return nil
}

// markCollection walks the index (id, number) backwards: of each document the
// latest revision comes first.
func markCollection(ctx context.Context, c *mongo.Collection) error {
	cursor, err := c.Find(ctx, bson.D{}, options.Find().
		SetProjection(bson.D{{Key: "id", Value: 1}, {Key: "number", Value: 1}}).
		SetSort(bson.D{{Key: "id", Value: -1}, {Key: "number", Value: -1}}))
	if err != nil {
		return wrap(err)
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	var places []revisionPlace
	last, begun := "", false
	for cursor.Next(ctx) {
		var p revisionPlace
		if err := cursor.Decode(&p); err != nil {
			return err
		}
		if begun && p.ID == last {
			places = append(places, p)
		}
		if last, begun = p.ID, true; len(places) < 1000 {
			continue
		}
		if err := mark(ctx, c, places); err != nil {
			return err
		}
		places = places[:0]
	}
	if err := cursor.Err(); err != nil {
		return wrap(err)
	}
	return mark(ctx, c, places)
}
