package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"temgoc/internal/trace"
	"temgoc/storage/internal/contract"
)

// Insert implements trace.Store.
func (db *DB) Insert(ctx context.Context, r trace.Revision) error {
	if err := contract.Revision(r); err != nil {
		return err
	}
	c, err := db.collection(r.Kind)
	if err != nil {
		return err
	}
	d, err := encode(r)
	if err != nil {
		return err
	}
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	_, err = c.InsertOne(ctx, d)
	if mongo.IsDuplicateKeyError(err) && !unconfirmed(err) {
		return fmt.Errorf("%s %q revision %d: %w", r.Kind, r.ID, r.Number, trace.ErrExists)
	}
	if err != nil {
		return fmt.Errorf("insert %s %q revision %d: %w", r.Kind, r.ID, r.Number, wrap(err))
	}
	markEarlier(ctx, c, r.ID, r.Number)
	return nil
}

// Erase implements trace.Store, in one step.
func (db *DB) Erase(ctx context.Context, r trace.Revision) error {
	if err := contract.Erased(r); err != nil {
		return err
	}
	c, err := db.collection(r.Kind)
	if err != nil {
		return err
	}
	left, err := personal(r)
	if err != nil {
		return err
	}
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	set, unset := bson.D{{Key: "refs", Value: append([]string{}, r.Refs...)}}, bson.D{{Key: "salt", Value: ""}}
	if left != nil {
		set = append(set, bson.E{Key: "personal", Value: left})
	} else {
		unset = append(unset, bson.E{Key: "personal", Value: ""})
	}
	unset = append(unset, bson.E{Key: "op.hash", Value: ""})
	which := bson.D{{Key: "_id", Value: keyOf(r.ID, r.Number)}, {Key: "id", Value: r.ID}}
	done, err := c.UpdateOne(ctx, which, bson.D{{Key: "$set", Value: set}, {Key: "$unset", Value: unset}})
	switch {
	case err != nil:
		return fmt.Errorf("erase %s %q revision %d: %w", r.Kind, r.ID, r.Number, wrap(err))
	case done.MatchedCount == 0:
		return fmt.Errorf("erase %s %q revision %d: %w", r.Kind, r.ID, r.Number, trace.ErrNotFound)
	}
	return nil
}

// Head implements trace.Store.
func (db *DB) Head(ctx context.Context, kind trace.Kind, id string) (trace.Revision, error) {
	found, err := db.document(ctx, kind, id, options.Find().SetSort(bson.D{{Key: "number", Value: -1}}).SetLimit(1))
	if err != nil {
		return trace.Revision{}, err
	}
	return found[0], nil
}

// History implements trace.Store.
func (db *DB) History(ctx context.Context, kind trace.Kind, id string) ([]trace.Revision, error) {
	return db.document(ctx, kind, id, options.Find().SetSort(bson.D{{Key: "number", Value: 1}}))
}

// document finds revisions of one document, at least one, or gives an error.
func (db *DB) document(ctx context.Context, kind trace.Kind, id string, how *options.FindOptionsBuilder) ([]trace.Revision, error) {
	c, err := db.collection(kind)
	if err != nil {
		return nil, err
	}
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	var found []document
	if contract.Possible(id) {
		found, err = find[document](ctx, c, bson.D{{Key: "id", Value: id}}, how)
	}
	if err == nil && len(found) == 0 {
		err = trace.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("%s %.250q: %w", kind, id, err)
	}
	return decodeAll(kind, found)
}

// Heads implements trace.Store.
func (db *DB) Heads(ctx context.Context, kind trace.Kind, ids []string) ([]trace.Revision, error) {
	c, err := db.collection(kind)
	if err != nil {
		return nil, err
	}
	wanted, err := contract.Keys(ids)
	if err != nil {
		return nil, err
	}
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	found, err := heads(ctx, c, wanted)
	if err != nil {
		return nil, fmt.Errorf("heads of %s: %w", kind, err)
	}
	return decodeAll(kind, found)
}

// heads finds the latest revision of each id that exists, in two steps: the
// numbers, which the index (id, number) knows, then the documents.
func heads(ctx context.Context, c *mongo.Collection, ids []string) ([]document, error) {
	if len(ids) == 0 {
		return nil, wrap(ctx.Err())
	}
	ofIDs := bson.E{Key: "id", Value: bson.D{{Key: "$in", Value: ids}}}
	type place struct {
		ID     string
		Number int
	}
	places, err := find[place](ctx, c, bson.D{ofIDs}, options.Find().SetProjection(only("id", "number")))
	if err != nil {
		return nil, err
	}
	latest := map[string]int{}
	for _, p := range places {
		latest[p.ID] = max(latest[p.ID], p.Number)
	}
	keys := make([]string, 0, len(latest))
	for id, number := range latest {
		keys = append(keys, keyOf(id, number))
	}
	if len(keys) == 0 {
		return nil, nil
	}
	found, err := find[document](ctx, c, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: keys}}}, ofIDs}, nil)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]document, len(found))
	for _, d := range found {
		byID[d.ID] = d
	}
	inOrder := make([]document, 0, len(ids))
	for _, id := range ids {
		if d, ok := byID[id]; ok {
			inOrder = append(inOrder, d)
		}
	}
	return inOrder, nil
}

// List implements trace.Store.
func (db *DB) List(ctx context.Context, q trace.Query) (trace.Page, error) {
	after, err := contract.Query(q)
	if err != nil {
		return trace.Page{}, err
	}
	c, err := db.collection(q.Kind)
	if err != nil || !contract.Findable(q.Ref) {
		return trace.Page{}, err
	}
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	page, err := list(ctx, c, q, after)
	if err != nil {
		return trace.Page{}, fmt.Errorf("list %s: %w", q.Kind, err)
	}
	return page, nil
}

func list(ctx context.Context, c *mongo.Collection, q trace.Query, after contract.Position) (trace.Page, error) {
	places, err := candidates(ctx, c, q, after)
	if err != nil {
		return trace.Page{}, err
	}
	var page trace.Page
	if len(places) > q.Limit {
		places = places[:q.Limit]
		page.Next = contract.Cursor(q, places[q.Limit-1])
	}
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	found, err := heads(ctx, c, ids)
	if err != nil {
		return trace.Page{}, err
	}
	for _, d := range found {
		if q.Ref != "" && !slices.Contains(d.Refs, q.Ref) {
			continue // an earlier revision had the term
		}
		r, err := decode(q.Kind, d)
		if err != nil {
			return trace.Page{}, err
		}
		page.Revisions = append(page.Revisions, r)
	}
	return page, nil
}

// candidates walks the index of the list and gives the places of the next
// documents of which any revision has the term: one more than q.Limit, unless
// there are no more.
func candidates(ctx context.Context, c *mongo.Collection, q trace.Query, after contract.Position) ([]contract.Position, error) {
	direction := 1
	if q.Newest {
		direction = -1
	}
	batch := q.Limit + 1
	how := options.Find().SetLimit(int64(batch)).SetProjection(only("created", "id")).
		SetSort(bson.D{{Key: "created", Value: direction}, {Key: "id", Value: direction}})
	type place struct {
		Created bson.DateTime
		ID      string
	}
	var places []contract.Position
	started := q.After != ""
	for len(places) <= q.Limit {
		rows, err := find[place](ctx, c, behind(q, after, started), how)
		if err != nil {
			return nil, err
		}
		for _, row := range rows { // the revisions of a document lie side by side
			p := contract.Position{Created: int64(row.Created), ID: row.ID}
			if len(places) == 0 || places[len(places)-1] != p {
				places = append(places, p)
			}
		}
		if len(rows) < batch {
			break
		}
		after, started = places[len(places)-1], true
	}
	return places, nil
}

// behind selects the revisions with the term of q that lie behind a place in
// its order. created is bounded by itself so that the index is entered there.
func behind(q trace.Query, after contract.Position, started bool) bson.D {
	filter := bson.D{}
	if q.Ref != "" {
		filter = append(filter, bson.E{Key: "refs", Value: q.Ref}, unmarked)
	}
	if !started {
		return filter
	}
	past, notBefore := "$gt", "$gte"
	if q.Newest {
		past, notBefore = "$lt", "$lte"
	}
	created := bson.DateTime(after.Created)
	return append(filter,
		bson.E{Key: "created", Value: bson.D{{Key: notBefore, Value: created}}},
		bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "created", Value: bson.D{{Key: past, Value: created}}}},
			bson.D{{Key: "id", Value: bson.D{{Key: past, Value: after.ID}}}},
		}})
}

// Changes implements trace.Store.
func (db *DB) Changes(ctx context.Context, kinds []trace.Kind, since time.Time) ([]trace.Change, error) {
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	filter := bson.D{{Key: "at", Value: bson.D{{Key: "$gte", Value: bson.DateTime(contract.Millis(since))}}}}
	how := options.Find().SetProjection(only("id", "number", "at", "refs"))
	var changes []trace.Change
	for _, kind := range slices.Compact(slices.Sorted(slices.Values(kinds))) {
		c, err := db.collection(kind)
		if err != nil {
			return nil, err
		}
		found, err := find[document](ctx, c, filter, how)
		if err != nil {
			return nil, fmt.Errorf("changes of %s: %w", kind, err)
		}
		for _, d := range found {
			changes = append(changes, trace.Change{Kind: kind, ID: d.ID, Number: d.Number, At: instant(d.At), Refs: refs(d.Refs)})
		}
	}
	return changes, nil
}

// Ping implements trace.Store.
func (db *DB) Ping(ctx context.Context) error {
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	err := db.counts.FindOne(ctx, bson.D{{Key: "_id", Value: "ping"}}).Err()
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return fmt.Errorf("ping: %w", wrap(err))
	}
	return nil
}

// only is the projection to some fields.
func only(fields ...string) bson.D {
	p := bson.D{{Key: "_id", Value: 0}}
	for _, f := range fields {
		p = append(p, bson.E{Key: f, Value: 1})
	}
	return p
}

// find collects an answer. An error of the server or the way to it is wrapped.
func find[T any](ctx context.Context, c *mongo.Collection, filter bson.D, how *options.FindOptionsBuilder) ([]T, error) {
	cursor, err := c.Find(ctx, filter, how)
	if err != nil {
		return nil, wrap(err)
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	var found []T
	for cursor.Next(ctx) {
		var v T
		if err := cursor.Decode(&v); err != nil {
			return nil, fmt.Errorf("a document of %s is not ours: %w", c.Name(), err)
		}
		found = append(found, v)
	}
	return found, wrap(cursor.Err())
}

func decodeAll(kind trace.Kind, found []document) ([]trace.Revision, error) {
	revisions := make([]trace.Revision, len(found))
	for i, d := range found {
		var err error
		if revisions[i], err = decode(kind, d); err != nil {
			return nil, err
		}
	}
	return revisions, nil
}
