// Package mongo keeps documents and counters in MongoDB, or in a server that
// speaks its protocol.
//
// # Layout
//
// One collection for each kind, one document for each revision, written once
// but for Erase and a mark, and deleted by Remove only:
//
//	_id      "<id>@<number>", the only unique key
//	id       the document's id
//	number   1, 2, 3 …
//	created  date, when revision 1 was written
//	at       date, when this one was
//	by       who wrote it
//	op       {key, hash} of the request; left out when it had none
//	refs     array of terms
//	body     the content, as a document
//	old      true once a later revision was stored; left out before
//
// Indexes: (id, number), for one document; (created, id) and (refs, old,
// created, id), for List; (at, id, number), (by, at, id, number) and (refs, at, id,
// number), for Log, which walks the last one where it is asked for a term, with
// or without a writer. Those that are missing are made at open; one that is
// unique or deletes by itself is refused there, and Schema tells of whatever else
// differs.
//
// The collection counts_by_key has {_id: key, n, first, last}. In
// formats_of_store there is {_id: number, program, at} for each format that the
// database was brought to: the highest is the present one. Format 1 was never
// written down; it had an index (at), which format 2 has no more; format 3 marks old
// revisions. No kind can have such names.
//
// On a sharded cluster the collections are to be sharded by {id: 1}, and
// counts_by_key by {_id: 1}. All revisions of a document are then on one
// shard, where the index of _id is unique. docs/growing.md lists which query
// goes to one shard and which to all of them.
//
// # What is asked of the server
//
// Inserts, deletes, updates with $set, $unset, $inc, $min, $max and upsert, finds, and the
// creation of indexes: no transaction, no session of ours, no aggregation. Writes are
// acknowledged by a majority and journaled. Reads go to the primary, and with
// read concern "majority" where there is a majority: on a replica set or a
// sharded cluster, as the server's hello tells; then nothing that was read can
// be rolled back. MongoDB waits for the majority also before it reports a
// duplicate key, so the revision that was in the way is seen by the next read.
// Retrying of writes is left to the driver, which does it only where the
// server can tell a repeated write from a new one.
//
// FerretDB 1.24 will do for tests; its updates are not atomic among clients.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"temgoc/internal/trace"
	"temgoc/storage/internal/contract"
	"temgoc/storage/internal/patience"
)

const (
	// searching is how long the driver looks for a primary where nothing else
	// bounds it. Calls are bounded by a patience.Gauge, which is shorter.
	searching = 10 * time.Second
	// leaving is how long Close waits for calls that are under way.
	leaving = 5 * time.Second

	defaultDatabase   = "temgoc"
	countsCollection  = "counts_by_key"
	formatsCollection = "formats_of_store"
)

// A DB is a trace.Store in one database of a MongoDB server.
type DB struct {
	client      *mongo.Client
	collections map[trace.Kind]*mongo.Collection
	counts      *mongo.Collection
	formats     *mongo.Collection
	removable   []trace.Kind
	patience    patience.Gauge
}

var _ trace.Bulk = (*DB)(nil)

// Open connects to the server at uri, a MongoDB connection string whose path
// names the database ("temgoc" when it names none), and creates the indexes
// of the given kinds where they are missing. Other kinds cannot be used.
// Documents of the kinds removable can be removed, others cannot. Errors do not
// show the password.
func Open(ctx context.Context, uri string, kinds []trace.Kind, removable ...trace.Kind) (*DB, error) {
	db, err := open(ctx, uri, kinds, nil)
	if err != nil {
		return nil, &openError{secrets(uri), err}
	}
	db.removable = slices.Clone(removable)
	return db, nil
}

// open is Open; sent, if it is not nil, sees each command.
func open(ctx context.Context, uri string, kinds []trace.Kind, sent func(context.Context, *event.CommandStartedEvent)) (*DB, error) {
	yes := true
	db := &DB{collections: map[trace.Kind]*mongo.Collection{}}
	client, err := mongo.Connect(options.Client().
		SetMonitor(&event.CommandMonitor{
			Started:   sent,
			Succeeded: func(context.Context, *event.CommandSucceededEvent) { db.patience.Answered() },
		}).
		SetAppName("temgoc").
		ApplyURI(uri).
		SetServerSelectionTimeout(searching).
		SetConnectTimeout(searching).
		SetReadPreference(readpref.Primary()).
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &yes}))
	var lookup *net.DNSError // of the hosts of a mongodb+srv address
	if err != nil && !errors.As(err, &lookup) {
		return nil, fmt.Errorf("%w: %w", trace.ErrInvalid, err)
	}
	if err != nil {
		return nil, wrap(err)
	}
	db.client = client
	if err := db.prepare(ctx, databaseName(uri), kinds); err != nil {
		return nil, errors.Join(wrap(err), db.Close())
	}
	return db, nil
}

func (db *DB) prepare(ctx context.Context, name string, kinds []trace.Kind) error {
	level, err := db.readConcern(ctx)
	if err != nil {
		return err
	}
	database := db.client.Database(name, options.Database().SetReadConcern(level))
	db.counts, db.formats = database.Collection(countsCollection), database.Collection(formatsCollection)
	for _, kind := range kinds {
		if err := contract.Kind(kind); err != nil {
			return err
		}
		db.collections[kind] = database.Collection(string(kind))
	}
	if err := db.advance(ctx); err != nil {
		return err
	}
	return db.mendIndexes(ctx)
}

// readConcern finds out whether the server has a majority to read from.
func (db *DB) readConcern(ctx context.Context) (*readconcern.ReadConcern, error) {
	ctx, cancel := db.patience.Limit(ctx)
	defer cancel()
	var hello struct {
		SetName string // of a replica set
		Msg     string // "isdbgrid" of a router to shards
	}
	if err := db.client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
		return nil, err
	}
	if hello.SetName != "" || hello.Msg == "isdbgrid" {
		return readconcern.Majority(), nil
	}
	return readconcern.Local(), nil
}

// Close ends the connections.
func (db *DB) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), leaving)
	defer cancel()
	return db.client.Disconnect(ctx)
}

// collection finds the collection of a kind.
func (db *DB) collection(kind trace.Kind) (*mongo.Collection, error) {
	c, ok := db.collections[kind]
	if !ok {
		return nil, fmt.Errorf("%w: kind %.50q was not opened", trace.ErrInvalid, kind)
	}
	return c, nil
}

// databaseName is the path of a connection string, which net/url cannot
// parse when it names several hosts.
func databaseName(uri string) string {
	_, rest, _ := strings.Cut(uri, "://")
	rest, _, _ = strings.Cut(rest, "?")
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	_, path, _ := strings.Cut(rest, "/")
	if name, err := url.PathUnescape(path); err == nil && name != "" {
		return name
	}
	return defaultDatabase
}

// secrets are the parts of a connection string that are not to be shown:
// user and password as they are written and as they are meant, and what the
// options have of the kind.
func secrets(uri string) []string {
	_, rest, _ := strings.Cut(uri, "://")
	var found []string
	if end := strings.LastIndexByte(rest, '@'); end >= 0 {
		user, password, _ := strings.Cut(rest[:end], ":")
		found = append(found, rest[:end], password, user)
		rest = rest[end:]
	}
	_, query, _ := strings.Cut(rest, "?")
	for option := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(option, "=")
		if name = strings.ToLower(name); strings.Contains(name, "password") || name == "authmechanismproperties" {
			found = append(found, value)
		}
	}
	for _, s := range found {
		if plain, err := url.PathUnescape(s); err == nil {
			found = append(found, plain)
		}
	}
	return found
}

// An openError is an error without secrets in its text.
type openError struct {
	secrets []string
	err     error
}

func (e *openError) Error() string {
	text := e.err.Error()
	for _, s := range e.secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "***")
		}
	}
	return "mongo: open: " + text
}

func (e *openError) Unwrap() error { return e.err }

// wrap makes what only time or an operator can help with an ErrUnavailable:
// everything but an answer of the server that says something else.
func wrap(err error) error {
	var answer mongo.ServerError
	switch {
	case err == nil, errors.Is(err, trace.ErrUnavailable), errors.Is(err, trace.ErrInvalid):
		return err
	case errors.As(err, &answer) && answer.HasErrorCode(diskFull):
		return fmt.Errorf("%w: %w", trace.ErrFull, err)
	case errors.As(err, &answer) && !passing(answer):
		return err
	}
	return fmt.Errorf("%w: %w", trace.ErrDocumentsAway, err)
}

// diskFull is MongoDB's OutOfDiskSpace.
const diskFull = 14031

// passing reports whether an answer of the server, or what the driver
// presents as one, may be another one later: a lost connection, a change of
// primaries, a timeout, a majority that is missing.
func passing(answer mongo.ServerError) bool {
	if mongo.IsTimeout(answer) || mongo.IsNetworkError(answer) {
		return true
	}
	for _, label := range []string{"RetryableWriteError", "TransientTransactionError", "RetryableError", "SystemOverloadedError"} {
		if answer.HasErrorLabel(label) {
			return true
		}
	}
	for _, code := range []int{
		6, 7, 89, 9001, // host unreachable, not found, network timeout, socket exception
		91, 189, 10058, 10107, 11600, 11602, 13435, 13436, // shutting down, not the primary, recovering
		50, 262, // time limits
		64, 79, 100, 133, // write concern not or never fulfilled, no host to read from
		134, // read concern not available yet
	} {
		if answer.HasErrorCode(code) {
			return true
		}
	}
	return unconfirmed(answer)
}

// unconfirmed reports whether a write was carried out but not confirmed by a
// majority.
func unconfirmed(err error) bool {
	var one mongo.WriteException
	var bulk mongo.BulkWriteException
	return errors.As(err, &one) && one.WriteConcernError != nil ||
		errors.As(err, &bulk) && bulk.WriteConcernError != nil
}
