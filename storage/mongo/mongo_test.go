package mongo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/storagetest"
)

func TestMain(m *testing.M) { os.Exit(storagetest.Main(m, openEngine)) }

func openEngine(ctx context.Context, uri string) (storagetest.Engine, error) {
	return Open(ctx, uri, storagetest.Kinds(), storagetest.Removable()...)
}

func opened(t *testing.T, uri string) *DB {
	t.Helper()
	return openedWith(t, uri, nil)
}

// openedWith is opened; sent, if it is not nil, sees each command.
func openedWith(t *testing.T, uri string, sent func(context.Context, *event.CommandStartedEvent)) *DB {
	t.Helper()
	db, err := open(t.Context(), uri, storagetest.Kinds(), sent)
	if err != nil {
		t.Fatal(err)
	}
	db.removable = storagetest.Removable()
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}

func TestConformance(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) trace.Store { return openedWith(t, servers.MongoDB(t), watch(t)) })
}

func TestProcesses(t *testing.T) { storagetest.RunProcesses(t, servers.MongoDB(t), openEngine) }

func sample(id string, number int) trace.Revision {
	at := time.UnixMilli(1_772_355_000_000 + int64(number)).UTC()
	return trace.Revision{
		Kind: "plants", ID: id, Number: number, Created: at, At: at, By: "htx-hoa-sen",
		Op: trace.Op{Key: "4711", Hash: "0f"}, Refs: []string{"word:che"},
		Body: []byte(`{"name":{"vi":"Chè Shan tuyết"},"weight":250,"big":9223372036854775807,"tags":["a",null,true]}`),
	}
}

// TestLayout checks what somebody sees who opens the database with another
// tool.
func TestLayout(t *testing.T) {
	db := opened(t, servers.MongoDB(t))
	plain := sample("b", 1)
	plain.Op, plain.Refs, plain.Body = trace.Op{}, nil, []byte(`{}`)
	for _, test := range []struct {
		revision trace.Revision
		want     string
	}{
		{sample("a", 2), `{"_id":"a@2","id":"a","number":2,` +
			`"created":{"$date":"2026-03-01T08:50:00.002Z"},"at":{"$date":"2026-03-01T08:50:00.002Z"},` +
			`"by":"htx-hoa-sen","op":{"key":"4711","hash":"0f"},"refs":["word:che"],` +
			`"body":{"name":{"vi":"Chè Shan tuyết"},"weight":250,"big":9223372036854775807,"tags":["a",null,true]}}`},
		{plain, `{"_id":"b@1","id":"b","number":1,` +
			`"created":{"$date":"2026-03-01T08:50:00.001Z"},"at":{"$date":"2026-03-01T08:50:00.001Z"},` +
			`"by":"htx-hoa-sen","refs":[],"body":{}}`},
	} {
		if err := db.Insert(t.Context(), test.revision); err != nil {
			t.Fatal(err)
		}
		raw, err := db.collections["plants"].FindOne(t.Context(), bson.D{{Key: "id", Value: test.revision.ID}}).Raw()
		if err != nil {
			t.Fatal(err)
		}
		got, err := bson.MarshalExtJSON(raw, false, false)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, string(got)); diff != "" {
			t.Errorf("stored document, -want +got:\n%s", diff)
		}
	}
}

func TestIndexes(t *testing.T) {
	db := opened(t, servers.MongoDB(t))
	specs, err := db.collections["plants"].Indexes().ListSpecifications(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, s := range specs {
		got[s.Name] = s.Unique != nil && *s.Unique && s.Name != "_id_"
	}
	want := map[string]bool{"_id_": false, "id_1_number_1": false, "refs_1_old_1_created_1_id_1": false, "created_1_id_1": false,
		"at_1_id_1_number_1": false, "by_1_at_1_id_1_number_1": false, "refs_1_at_1_id_1_number_1": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("indexes and whether they are unique, -want +got:\n%s", diff)
	}
}

// TestMissingIndexes opens a database as an earlier version left it: what is
// missing is made, what is there is no trouble.
func TestMissingIndexes(t *testing.T) {
	uri := servers.MongoDB(t)
	old := opened(t, uri)
	if err := old.Insert(t.Context(), sample("a", 1)); err != nil {
		t.Fatal(err)
	}
	indexes := old.collections["plants"].Indexes()
	for _, name := range []string{"at_1_id_1_number_1", "by_1_at_1_id_1_number_1", "refs_1_at_1_id_1_number_1"} {
		if err := indexes.DropOne(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := indexes.CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "at", Value: 1}}}); err != nil {
		t.Fatal(err)
	}
	db := opened(t, uri)
	page, err := db.Log(t.Context(), trace.LogQuery{Kind: "plants", Ref: "word:che", Limit: 5})
	if err != nil || len(page.Revisions) != 1 {
		t.Errorf("Log = %v, %v; want one revision", page, err)
	}
	specs, err := indexes.ListSpecifications(t.Context())
	if err != nil || len(specs) != 8 { // that of others stays
		t.Errorf("%d indexes, %v; want 8", len(specs), err)
	}
}

// TestForeignDocuments checks that what this program does not write is
// reported, not guessed at.
func TestForeignDocuments(t *testing.T) {
	db := opened(t, servers.MongoDB(t))
	if _, err := db.collections["plants"].InsertOne(t.Context(), bson.D{
		{Key: "_id", Value: "k@1"}, {Key: "id", Value: "other"}, {Key: "number", Value: 1}, {Key: "body", Value: bson.D{}},
	}); err != nil {
		t.Fatal(err)
	}
	if r, err := db.Head(t.Context(), "plants", "other"); err == nil || errors.Is(err, trace.ErrUnavailable) {
		t.Errorf("Head of a document under the key of another = %v, %v; want an error of another kind", r, err)
	}
	for i, body := range []any{bson.D{{Key: "a", Value: 1.5}}, bson.D{{Key: "a", Value: bson.A{bson.ObjectID{}}}}, "text"} {
		id := fmt.Sprint("d", i)
		if _, err := db.collections["plants"].InsertOne(t.Context(), bson.D{
			{Key: "_id", Value: id + "@1"}, {Key: "id", Value: id}, {Key: "number", Value: 1}, {Key: "body", Value: body},
		}); err != nil {
			t.Fatal(err)
		}
		if r, err := db.Head(t.Context(), "plants", id); err == nil || errors.Is(err, trace.ErrUnavailable) {
			t.Errorf("Head of a document with body %v = %s, %v; want an error of another kind", body, r.Body, err)
		}
	}
}

func TestUnknownKind(t *testing.T) {
	db := opened(t, servers.MongoDB(t))
	r := sample("a", 1)
	r.Kind = "others"
	if err := db.Insert(t.Context(), r); !errors.Is(err, trace.ErrInvalid) {
		t.Errorf("Insert: %v, want ErrInvalid", err)
	}
	if _, err := Open(t.Context(), servers.MongoDB(t), []trace.Kind{"No.Kind"}); !errors.Is(err, trace.ErrInvalid) {
		t.Errorf("Open: %v, want ErrInvalid", err)
	}
}

func TestDatabaseName(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://h":                              "temgoc",
		"mongodb://h/":                             "temgoc",
		"mongodb://h/?replicaSet=rs0":              "temgoc",
		"mongodb://h:1,i:2/ocop?replicaSet=a/b":    "ocop",
		"mongodb://u:p%2Fq@h:1/ocop":               "ocop",
		"mongodb+srv://u:p@cluster.example.vn/x-1": "x-1",
		"mongodb://h/a%20b":                        "a b",
	} {
		if got := databaseName(uri); got != want {
			t.Errorf("databaseName(%s) = %q, want %q", uri, got, want)
		}
	}
}

// TestSecrets checks that no error of Open shows the password, neither where
// the address is wrong nor where the server is away.
func TestSecrets(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	for _, uri := range []string{
		"mongodb://chủ:s3cr%20et@127.0.0.1:1/x",
		"mongodb://user:s3cr et@127.0.0.1:1/x",
		"mongodb://user:s3cr/et@127.0.0.1:1/x",
		"mongodb://user:s3cr:et@127.0.0.1:1/x",
		"mongodb://user:s3cr%zzet@127.0.0.1:1/x",
		"mongodb://user:s3cr%20et@127.0.0.1:1,127.0.0.1:x/x",
		"mongodb://user:s3cr%20et@/x",
		"http://user:s3cr%20et@127.0.0.1:1/x",
		"mongodb://user:s3cr%20et@127.0.0.1:1/x?authMechanism=none",
		"mongodb://user:s3cr%20et@127.0.0.1:1/x?w=0&journal=true&tls=maybe",
	} {
		db, err := Open(ctx, uri, nil)
		if err == nil {
			db.Close()
			t.Errorf("Open(%s) succeeded", uri)
			continue
		}
		if strings.Contains(err.Error(), "s3cr") {
			t.Errorf("Open(%s): %v", uri, err)
		}
	}
}

func TestOvertaken(t *testing.T) {
	duplicate := mongo.BulkWriteError{WriteError: mongo.WriteError{Code: 11000}, Request: mongo.NewUpdateOneModel()}
	other := mongo.BulkWriteError{WriteError: mongo.WriteError{Code: 2}, Request: mongo.NewUpdateOneModel()}
	for name, test := range map[string]struct {
		err  error
		want int
	}{
		"no error":       {nil, 0},
		"duplicates":     {mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{duplicate, duplicate}}, 2},
		"another error":  {mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{duplicate, other}}, 0},
		"no majority":    {mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{duplicate}, WriteConcernError: &mongo.WriteConcernError{Code: 64}}, 0},
		"something else": {errors.New("no"), 0},
	} {
		if got := overtaken(test.err); len(got) != test.want {
			t.Errorf("%s: %d to repeat, want %d", name, len(got), test.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want bool // ErrUnavailable
	}{
		"cancelled":           {context.Canceled, true},
		"closed":              {mongo.ErrClientDisconnected, true},
		"network":             {mongo.CommandError{Labels: []string{"NetworkError"}}, true},
		"stepped down":        {mongo.CommandError{Code: 10107}, true},
		"stepped down writes": {mongo.WriteException{WriteErrors: mongo.WriteErrors{{Code: 189}}}, true},
		"no majority":         {mongo.WriteException{WriteConcernError: &mongo.WriteConcernError{Code: 64}}, true},
		"unknown concern":     {mongo.WriteException{WriteConcernError: &mongo.WriteConcernError{Code: 1}}, true},
		"not authorised":      {mongo.CommandError{Code: 13}, false},
		"bad value":           {mongo.WriteException{WriteErrors: mongo.WriteErrors{{Code: 2}}}, false},
	} {
		if got := errors.Is(wrap(test.err), trace.ErrUnavailable); got != test.want {
			t.Errorf("%s: unavailable is %t, want %t", name, got, test.want)
		}
	}
	if wrap(nil) != nil {
		t.Error("wrap(nil) is an error")
	}
}
