package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"temgoc/internal/trace"
	"temgoc/internal/version"
	"temgoc/storage/internal/contract"
)

// A format is what a database was brought to.
type format struct {
	Number  int           `bson:"_id"`
	Program string        `bson:"program"`
	At      bson.DateTime `bson:"at"`
}

// formats are the steps to the present format: formats[n] makes format n+1 of
// format n. There are no transactions here: a step can be cut off anywhere, and
// is then carried out again from its start, so each must be one that can be
// repeated, also by several processes at once. Only when it is complete is its
// format written down.
var formats = []func(context.Context, *DB) error{
	func(context.Context, *DB) error { return nil }, // the collections, which are made by use
	dropUnusedIndex,
	markAll,
}

// advance brings the database to the present format, or refuses a newer one.
func (db *DB) advance(ctx context.Context) error {
	present, err := db.format(ctx)
	if err != nil {
		return fmt.Errorf("format of the database: %w", err)
	}
	if present.Number > len(formats) {
		return contract.Newer("the database", present.Number, len(formats), present.Program)
	}
	for n := present.Number; n < len(formats); n++ {
		if err := formats[n](ctx, db); err != nil {
			return fmt.Errorf("bringing the database to format %d, which the next start goes on with: %w", n+1, err)
		}
		_, err := db.formats.InsertOne(ctx, format{n + 1, version.String(), bson.NewDateTimeFromTime(time.Now())})
		if err != nil && !mongo.IsDuplicateKeyError(err) { // another process was faster
			return fmt.Errorf("noting format %d: %w", n+1, err)
		}
	}
	return nil
}

// format is the present one; its number is 0 where none was ever noted.
func (db *DB) format(ctx context.Context) (format, error) {
	found, err := find[format](ctx, db.formats, bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(1))
	if err != nil || len(found) == 0 {
		return format{}, err
	}
	if found[0].Number < 1 {
		return format{}, fmt.Errorf("%w: format %d never existed", trace.ErrInvalid, found[0].Number)
	}
	return found[0], nil
}

// dropUnusedIndex takes away the index (at), which (at, id, number) made
// superfluous.
func dropUnusedIndex(ctx context.Context, db *DB) error {
	for _, c := range db.collections {
		if err := dropIndex(ctx, c, "at_1"); err != nil {
			return err
		}
	}
	return nil
}

// dropIndex takes an index away, if it is there.
func dropIndex(ctx context.Context, c *mongo.Collection, name string) error {
	present, err := indexesOf(ctx, c)
	if err != nil {
		return err
	}
	for _, i := range present {
		if i.Name != name {
			continue
		}
		if err := c.Indexes().DropOne(ctx, name); err != nil && !isGone(err) {
			return fmt.Errorf("index %s of %s: %w", name, c.Name(), err)
		}
	}
	return nil
}

// isGone tells that an index was not there: another process dropped it.
func isGone(err error) bool {
	var answer mongo.ServerError
	const indexNotFound = 27
	return errors.As(err, &answer) && answer.HasErrorCode(indexNotFound)
}
