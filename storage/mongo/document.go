package mongo

import (
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"temgoc/internal/trace"
	"temgoc/storage/internal/body"
)

// A document is a revision as it is stored.
type document struct {
	Key     string        `bson:"_id"`
	ID      string        `bson:"id"`
	Number  int           `bson:"number"`
	Created bson.DateTime `bson:"created"`
	At      bson.DateTime `bson:"at"`
	By      string        `bson:"by"`
	Op      *op           `bson:"op,omitempty"`
	Refs    []string      `bson:"refs"`
	Body    bson.D        `bson:"body"`
	// What Erase changes, besides Refs.
	Personal bson.D `bson:"personal,omitempty"`
	Salt     []byte `bson:"salt,omitempty"`
}

type op struct {
	Key  string `bson:"key"`
	Hash string `bson:"hash,omitempty"` // which Erase takes away
}

// keyOf is the unique key of a revision. The number is what follows the last
// @, so that different revisions have different keys whatever their ids are.
func keyOf(id string, number int) string { return fmt.Sprintf("%s@%d", id, number) }

// encode makes the document of a revision that passed contract.Revision.
func encode(r trace.Revision) (document, error) {
	content, err := body.Parse(r.Body)
	if err != nil {
		return document{}, err
	}
	d := document{
		Key: keyOf(r.ID, r.Number), ID: r.ID, Number: r.Number,
		Created: bson.NewDateTimeFromTime(r.Created), At: bson.NewDateTimeFromTime(r.At),
		By: r.By, Refs: r.Refs, Body: toBSON(content),
	}
	if d.Refs == nil {
		d.Refs = []string{} // an array in the database, never null
	}
	if r.Op != (trace.Op{}) {
		d.Op = &op{r.Op.Key, r.Op.Hash}
	}
	d.Salt = r.Salt
	d.Personal, err = personal(r)
	return d, err
}

// personal is the Personal of a revision as it is stored; nil when there is none.
func personal(r trace.Revision) (bson.D, error) {
	if r.Personal == nil {
		return nil, nil
	}
	content, err := body.Parse(r.Personal)
	return toBSON(content), err
}

// decode makes the revision of a stored document.
func decode(kind trace.Kind, d document) (trace.Revision, error) {
	if d.Key != keyOf(d.ID, d.Number) {
		return trace.Revision{}, fmt.Errorf("%s %s: the key is not that of %q revision %d", kind, d.Key, d.ID, d.Number)
	}
	content, err := fromBSON(d.Body)
	if err != nil {
		return trace.Revision{}, fmt.Errorf("%s %s: %w", kind, d.Key, err)
	}
	r := trace.Revision{
		Kind: kind, ID: d.ID, Number: d.Number, Created: instant(d.Created), At: instant(d.At), By: d.By, Refs: refs(d.Refs),
	}
	if d.Op != nil {
		r.Op = trace.Op{Key: d.Op.Key, Hash: d.Op.Hash}
	}
	if r.Body, err = content.JSON(); err != nil {
		return r, err
	}
	if len(d.Salt) > 0 {
		r.Salt = d.Salt
	}
	if d.Personal == nil {
		return r, nil
	}
	if content, err = fromBSON(d.Personal); err != nil {
		return r, fmt.Errorf("%s %s: personal: %w", kind, d.Key, err)
	}
	r.Personal, err = content.JSON()
	return r, err
}

// refs are nil when there are none.
func refs(stored []string) []string {
	if len(stored) == 0 {
		return nil
	}
	return stored
}

func instant(d bson.DateTime) time.Time { return d.Time().UTC() }

// toBSON converts a body: objects to documents with members in order, whole
// numbers to 64-bit integers, the rest to what has the same name.
func toBSON(o body.Object) bson.D {
	d := make(bson.D, len(o))
	for i, m := range o {
		d[i] = bson.E{Key: m.Name, Value: toBSONValue(m.Value)}
	}
	return d
}

func toBSONValue(v any) any {
	switch v := v.(type) {
	case body.Object:
		return toBSON(v)
	case []any:
		a := make(bson.A, len(v))
		for i := range v {
			a[i] = toBSONValue(v[i])
		}
		return a
	}
	return v
}

// fromBSON is the way back. A value that toBSON does not make was written by
// somebody else and is refused; only 32-bit integers, which tools write for
// small numbers, are taken as well.
func fromBSON(d bson.D) (body.Object, error) {
	o := make(body.Object, len(d))
	for i, e := range d {
		v, err := fromBSONValue(e.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Key, err)
		}
		o[i] = body.Member{Name: e.Key, Value: v}
	}
	return o, nil
}

func fromBSONValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int64, string:
		return v, nil
	case int32:
		return int64(v), nil
	case bson.D:
		return fromBSON(v)
	case bson.A:
		a := make([]any, len(v))
		for i := range v {
			var err error
			if a[i], err = fromBSONValue(v[i]); err != nil {
				return nil, fmt.Errorf("%d: %w", i, err)
			}
		}
		return a, nil
	}
	return nil, fmt.Errorf("a %T is no part of a body", v)
}
