package mongo

import (
	"context"
	"fmt"
	"math"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"temgoc/internal/trace"
	"temgoc/storage/internal/contract"
)

// Log implements trace.Store.
func (db *DB) Log(ctx context.Context, q trace.LogQuery) (trace.Page, error) {
	want, err := contract.Log(q)
	if err != nil {
		return trace.Page{}, err
	}
	c, err := db.collection(q.Kind)
	if err != nil || !contract.Findable(q.Ref) || !contract.Findable(q.By) {
		return trace.Page{}, err
	}
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	// One more than wanted, to know whether there is a next page.
	how := options.Find().SetLimit(int64(q.Limit) + 1).
		SetSort(bson.D{{Key: "at", Value: -1}, {Key: "id", Value: -1}, {Key: "number", Value: -1}})
	found, err := find[document](ctx, c, logFilter(q, want), how)
	if err != nil {
		return trace.Page{}, fmt.Errorf("log of %s: %w", q.Kind, err)
	}
	revisions, err := decodeAll(q.Kind, found)
	if err != nil {
		return trace.Page{}, err
	}
	return contract.LogPage(q, revisions), nil
}

// logFilter selects what lies behind a place of the log. at is bounded by
// itself so that the index is entered there. Who wrote it is asked for only
// where there is an index to find it by.
func logFilter(q trace.LogQuery, want contract.LogRange) bson.D {
	filter := bson.D{}
	switch {
	case q.Ref != "":
		filter = append(filter, bson.E{Key: "refs", Value: q.Ref})
	case q.By != "":
		filter = append(filter, bson.E{Key: "by", Value: q.By})
	}
	var bounds bson.D
	if want.Since != math.MinInt64 {
		bounds = append(bounds, bson.E{Key: "$gte", Value: bson.DateTime(want.Since)})
	}
	after := want.After
	if after.ID == "" { // no cursor, but perhaps an upper bound
		if after.At != math.MaxInt64 {
			bounds = append(bounds, bson.E{Key: "$lt", Value: bson.DateTime(after.At)})
		}
		return append(filter, within(bounds)...)
	}
	at := bson.DateTime(after.At)
	bounds = append(bounds, bson.E{Key: "$lte", Value: at})
	return append(append(filter, within(bounds)...), bson.E{Key: "$or", Value: bson.A{
		bson.D{{Key: "at", Value: bson.D{{Key: "$lt", Value: at}}}},
		bson.D{{Key: "id", Value: bson.D{{Key: "$lt", Value: after.ID}}}},
		bson.D{{Key: "id", Value: after.ID}, {Key: "number", Value: bson.D{{Key: "$lt", Value: after.Number}}}},
	}})
}

// within bounds at, if there is any bound.
func within(bounds bson.D) bson.D {
	if len(bounds) == 0 {
		return nil
	}
	return bson.D{{Key: "at", Value: bounds}}
}

// Remove implements trace.Store, in steps: the earlier revisions go first, so
// that none of them is ever taken for the latest.
func (db *DB) Remove(ctx context.Context, kind trace.Kind, id string) error {
	if err := contract.Removable(db.removable, kind); err != nil {
		return err
	}
	c, err := db.collection(kind)
	if err != nil {
		return err
	}
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	if err := remove(ctx, c, id); err != nil {
		return fmt.Errorf("remove %s %.250q: %w", kind, id, err)
	}
	return nil
}

func remove(ctx context.Context, c *mongo.Collection, id string) error {
	if !contract.Possible(id) {
		return wrap(ctx.Err())
	}
	ofID := bson.E{Key: "id", Value: id}
	found, err := find[document](ctx, c, bson.D{ofID},
		options.Find().SetSort(bson.D{{Key: "number", Value: -1}}).SetLimit(1).SetProjection(only("number")))
	if err != nil || len(found) == 0 {
		return err
	}
	earlier := bson.E{Key: "number", Value: bson.D{{Key: "$lt", Value: found[0].Number}}}
	for _, part := range []bson.D{{ofID, earlier}, {ofID}} {
		if _, err := c.DeleteMany(ctx, part); err != nil {
			return wrap(err)
		}
	}
	return nil
}
