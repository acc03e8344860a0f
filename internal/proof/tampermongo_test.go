package proof

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	miniogo "github.com/minio/minio-go/v7"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
)

// A bsonVandal changes a database of a MongoDB server.
type bsonVandal struct {
	db   *mongo.Database
	keys map[trace.Kind][]any // ids of all documents
}

func mongoVandal(t *testing.T, uri string) vandal {
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(context.Background()) })
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	v := bsonVandal{client.Database(strings.TrimPrefix(u.Path, "/")), map[trace.Kind][]any{}}
	for _, kind := range append(Kinds(), logged...) {
		var found []struct {
			ID any `bson:"_id"`
		}
		cursor, err := v.db.Collection(string(kind)).Find(t.Context(), bson.D{})
		if err == nil {
			err = cursor.All(t.Context(), &found)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			v.keys[kind] = append(v.keys[kind], f.ID)
		}
	}
	return v.think
}

func (v bsonVandal) think(random *rand.Rand) *change {
	kinds := append(Kinds(), logged...)
	kind := kinds[random.IntN(len(kinds))]
	if len(v.keys[kind]) == 0 {
		return nil
	}
	ctx, c := context.Background(), v.db.Collection(string(kind))
	id := v.keys[kind][random.IntN(len(v.keys[kind]))]
	var d bson.D
	if err := c.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&d); err != nil {
		return nil
	}
	change := &change{of: documentOf(kind, d), how: fmt.Sprintf("%s %v", kind, id)}
	remove := func(id any) func() error {
		return func() error { return orNone(c.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})) }
	}
	insert := func(d bson.D) func() error {
		return func() error { _, err := c.InsertOne(ctx, d); return err }
	}
	switch n := random.IntN(20); {
	case n < 3:
		change.what, change.apply, change.undo = sort("document removed", string(kind)), remove(id), insert(d)
	case n < 6:
		d = slipped(d, random)
		change.what, change.apply, change.undo = sort("document inserted", string(kind)), insert(d), remove(d[0].Value)
		change.of = documentOf(kind, d)
	default:
		other, path := mutatedDocument(d, random)
		if other[0].Key != "_id" { // the server would make one
			return nil
		}
		if change.of.id == erasedID && slices.Contains([]string{"op", "refs", "personal"}, path) {
			return nil
		}
		change.what = sort("field "+path, string(kind))
		change.how = fmt.Sprintf("%v: %.300v", change.how, other)
		change.apply = func() error { return replace(c, d, other) }
		change.undo = func() error { return replace(c, other, d) }
	}
	return change
}

func orNone(done *mongo.DeleteResult, err error) error {
	if err == nil && done.DeletedCount == 0 {
		return errors.New("nothing was removed")
	}
	return err
}

// replace puts one document in the place of another, whatever their keys are.
func replace(c *mongo.Collection, old, other bson.D) error {
	ctx := context.Background()
	if err := orNone(c.DeleteOne(ctx, bson.D{{Key: "_id", Value: old[0].Value}})); err != nil {
		return err
	}
	_, err := c.InsertOne(ctx, other)
	if err != nil {
		_, back := c.InsertOne(ctx, old)
		return errors.Join(err, back)
	}
	return nil
}

func documentOf(kind trace.Kind, d bson.D) key {
	for _, e := range d {
		if id, ok := e.Value.(string); ok && e.Key == "id" {
			return key{kind, id, 1}
		}
	}
	return key{kind, "", 1}
}

// slipped is a document like another one: of another id, or the next revision, or
// the same under another key.
func slipped(d bson.D, random *rand.Rand) bson.D {
	d = slices.Clone(d)
	id, number := "", int64(1)
	for i, e := range d {
		switch {
		case e.Key == "id" && random.IntN(2) == 0:
			d[i].Value = edited(e.Value.(string), random)
		case e.Key == "number" && random.IntN(2) == 0:
			d[i].Value = whole(e.Value) + 1
		}
		switch e.Key {
		case "id":
			id = d[i].Value.(string)
		case "number":
			number = whole(d[i].Value)
		}
	}
	d[0].Value = fmt.Sprintf("%s@%d", id, number)
	if random.IntN(4) == 0 {
		d[0].Value = edited(d[0].Value.(string), random)
	}
	return d
}

func whole(v any) int64 {
	if n, ok := v.(int32); ok {
		return int64(n)
	}
	n, _ := v.(int64)
	return n
}

// mutatedDocument changes one value of a document, however deep, or removes it.
func mutatedDocument(d bson.D, random *rand.Rand) (bson.D, string) {
	d = slices.Clone(d)
	i := random.IntN(len(d))
	path := d[i].Key
	if random.IntN(12) == 0 {
		return slices.Delete(d, i, i+1), path
	}
	d[i].Value = mutatedValue(d[i].Value, random)
	return d, path
}

func mutatedValue(v any, random *rand.Rand) any {
	switch v := v.(type) {
	case bson.D:
		if len(v) == 0 || random.IntN(6) == 0 {
			return append(slices.Clone(v), bson.E{Key: "more", Value: true})
		}
		inner, _ := mutatedDocument(v, random)
		return inner
	case bson.A:
		v = slices.Clone(v)
		if len(v) == 0 || random.IntN(3) == 0 {
			return append(v, "batch:AAAAAAAAAA")
		}
		i := random.IntN(len(v))
		if random.IntN(3) == 0 {
			return slices.Delete(v, i, i+1)
		}
		v[i] = mutatedValue(v[i], random)
		return v
	case string:
		return edited(v, random)
	case int32:
		return v + 1
	case int64:
		return v - 1
	case bool:
		return !v
	case bson.DateTime:
		return v + bson.DateTime(random.IntN(2000)-1000)
	case bson.Binary:
		data := bytes.Clone(v.Data)
		data[random.IntN(len(data))] ^= 1
		return bson.Binary{Subtype: v.Subtype, Data: data}
	}
	return "text"
}

// minioVandal changes objects in a bucket.
func minioVandal(t *testing.T, s3 servers.S3) vandal {
	client, err := s3.Client()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var names []string
	for object := range client.ListObjects(ctx, s3.Bucket, miniogo.ListObjectsOptions{Recursive: true}) {
		names = append(names, object.Key)
	}
	put := func(name string, content []byte) error {
		_, err := client.PutObject(ctx, s3.Bucket, name, bytes.NewReader(content), int64(len(content)), miniogo.PutObjectOptions{})
		return err
	}
	return func(random *rand.Rand) *change {
		name := names[random.IntN(len(names))]
		object, err := client.GetObject(ctx, s3.Bucket, name, miniogo.GetObjectOptions{})
		if err != nil {
			return nil
		}
		defer object.Close()
		content, err := io.ReadAll(object)
		if err != nil {
			return nil
		}
		c := &change{how: name, what: "object changed", undo: func() error { return put(name, content) }}
		c.apply = func() error { return put(name, corrupted(content, random)) }
		if random.IntN(5) == 0 {
			c.what, c.apply = "object removed", func() error {
				return client.RemoveObject(ctx, s3.Bucket, name, miniogo.RemoveObjectOptions{})
			}
		}
		return c
	}
}
