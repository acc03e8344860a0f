package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"temgoc/internal/trace"
	"temgoc/storage/internal/contract"
)

// A counter is a trace.Count as it is stored.
type counter struct {
	Key   string        `bson:"_id"`
	N     int64         `bson:"n"`
	First bson.DateTime `bson:"first"`
	Last  bson.DateTime `bson:"last"`
}

// AddCounts implements trace.Store.
func (db *DB) AddCounts(ctx context.Context, counts []trace.Count) error {
	sums, err := contract.Counts(counts)
	if err != nil || len(sums) == 0 {
		return err
	}
	models := make([]mongo.WriteModel, len(sums))
	for i, c := range sums {
		models[i] = mongo.NewUpdateOneModel().SetUpsert(true).
			SetFilter(bson.D{{Key: "_id", Value: c.Key}}).
			SetUpdate(bson.D{
				{Key: "$inc", Value: bson.D{{Key: "n", Value: c.N}}},
				{Key: "$min", Value: bson.D{{Key: "first", Value: bson.NewDateTimeFromTime(c.First)}}},
				{Key: "$max", Value: bson.D{{Key: "last", Value: bson.NewDateTimeFromTime(c.Last)}}},
			})
	}
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	for len(models) > 0 {
		_, err := db.counts.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
		if models = overtaken(err); models == nil && err != nil {
			return fmt.Errorf("add to %d counters: %w", len(sums), wrap(err))
		}
	}
	return nil
}

// overtaken gives the updates that were to create a counter which somebody
// else created at the same moment: nothing was added, and they can be
// repeated. It is nil when err says anything else.
func overtaken(err error) []mongo.WriteModel {
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return nil
	}
	var again []mongo.WriteModel
	for _, e := range bulk.WriteErrors {
		if !mongo.IsDuplicateKeyError(mongo.WriteException{WriteErrors: mongo.WriteErrors{e.WriteError}}) {
			return nil
		}
		again = append(again, e.Request)
	}
	return again
}

// Counts implements trace.Store.
func (db *DB) Counts(ctx context.Context, keys []string) ([]trace.Count, error) {
	wanted, err := contract.Keys(keys)
	if err != nil {
		return nil, err
	}
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	found, err := find[counter](ctx, db.counts, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: wanted}}}}, nil)
	if err != nil {
		return nil, fmt.Errorf("counters: %w", err)
	}
	return countsOf(found), nil
}

// CountsAfter implements trace.Store.
func (db *DB) CountsAfter(ctx context.Context, after string, limit int) ([]trace.Count, error) {
	if err := contract.Limit(limit); err != nil {
		return nil, err
	}
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	found, err := find[counter](ctx, db.counts, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, fmt.Errorf("counters behind %.250q: %w", after, err)
	}
	return countsOf(found), nil
}

func countsOf(found []counter) []trace.Count {
	counts := make([]trace.Count, len(found))
	for i, c := range found {
		counts[i] = trace.Count{Key: c.Key, N: c.N, First: instant(c.First), Last: instant(c.Last)}
	}
	return counts
}
