package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"temgoc/internal/trace"
	"temgoc/storage/internal/contract"
)

// bulkPatience is how long InsertAll may take.
const bulkPatience = time.Minute

// InsertAll implements trace.Bulk, with one insert for each kind, which goes on
// where a key is taken.
func (db *DB) InsertAll(ctx context.Context, revisions []trace.Revision) ([]int, error) {
	if err := contract.Revisions(revisions); err != nil {
		return nil, err
	}
	parts, err := db.parts(revisions)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, bulkPatience)
	defer cancel()
	var taken []int
	for _, p := range parts {
		_, err := p.collection.InsertMany(ctx, p.documents, options.InsertMany().SetOrdered(false))
		places, ok := duplicates(err)
		if !ok {
			return nil, fmt.Errorf("insert %d revisions: %w", len(revisions), wrap(err))
		}
		for _, i := range places {
			taken = append(taken, p.indices[i])
		}
		if err := markAmong(ctx, p.collection, p.ids()); err != nil {
			return nil, fmt.Errorf("insert %d revisions: those before them: %w", len(revisions), err)
		}
	}
	slices.Sort(taken)
	return taken, nil
}

// A part of what is inserted is that of one kind.
type part struct {
	collection *mongo.Collection
	documents  []document
	indices    []int
}

func (p *part) ids() []string {
	ids := make([]string, len(p.documents))
	for i, d := range p.documents {
		ids[i] = d.ID
	}
	return ids
}

// parts takes revisions apart by kind.
func (db *DB) parts(revisions []trace.Revision) (map[trace.Kind]*part, error) {
	parts := map[trace.Kind]*part{}
	for i, r := range revisions {
		p, ok := parts[r.Kind]
		if !ok {
			c, err := db.collection(r.Kind)
			if err != nil {
				return nil, err
			}
			p = &part{collection: c}
			parts[r.Kind] = p
		}
		d, err := encode(r)
		if err != nil {
			return nil, fmt.Errorf("%s %q revision %d: %w", r.Kind, r.ID, r.Number, err)
		}
		p.documents, p.indices = append(p.documents, d), append(p.indices, i)
	}
	return parts, nil
}

// duplicates are the places of the documents whose key was taken. It is not ok
// when err says anything else, or that a majority did not confirm the others.
func duplicates(err error) (places []int, ok bool) {
	if err == nil {
		return nil, true
	}
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil || len(bulk.WriteErrors) == 0 {
		return nil, false
	}
	for _, e := range bulk.WriteErrors {
		if !mongo.IsDuplicateKeyError(mongo.WriteException{WriteErrors: mongo.WriteErrors{e.WriteError}}) {
			return nil, false
		}
		places = append(places, e.Index)
	}
	return places, true
}
