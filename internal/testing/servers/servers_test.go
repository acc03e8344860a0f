package servers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func TestMinIO(t *testing.T) {
	store := MinIO(t)
	if other := MinIO(t); other.Endpoint != store.Endpoint || other.Bucket == store.Bucket {
		t.Errorf("second call gave %+v after %+v; want the same server and another bucket", other, store)
	}
	client, err := store.Client()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.MakeBucket(t.Context(), store.Bucket, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	want := []byte("tem gốc")
	put := func() error {
		opts := minio.PutObjectOptions{}
		opts.SetMatchETagExcept("*")
		_, err := client.PutObject(t.Context(), store.Bucket, "a/b", bytes.NewReader(want), int64(len(want)), opts)
		return err
	}
	if err := put(); err != nil {
		t.Fatal(err)
	}
	if err := put(); minio.ToErrorResponse(err).StatusCode != 412 {
		t.Errorf("second put with If-None-Match: %v; want 412", err)
	}
	object, err := client.GetObject(t.Context(), store.Bucket, "a/b", minio.GetObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	if got, err := io.ReadAll(object); err != nil || !bytes.Equal(got, want) {
		t.Errorf("read back %q, %v; want %q", got, err, want)
	}
}

// counters connects to the database at uri and returns a collection with one
// document, revision 0.
func counters(t *testing.T, uri string) *mongo.Collection {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri).SetTimeout(startTimeout))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(context.Background()) })
	collection := client.Database(uri[strings.LastIndex(uri, "/")+1:]).Collection("counters")
	if _, err := collection.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "c"}, {Key: "revision", Value: 0}}); err != nil {
		t.Fatal(err)
	}
	return collection
}

// increment counts up by compare-and-set, as often as it takes.
func increment(ctx context.Context, c *mongo.Collection) error {
	for {
		var now struct{ Revision int }
		if err := c.FindOne(ctx, bson.D{{Key: "_id", Value: "c"}}).Decode(&now); err != nil {
			return err
		}
		result, err := c.UpdateOne(ctx,
			bson.D{{Key: "_id", Value: "c"}, {Key: "revision", Value: now.Revision}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "revision", Value: now.Revision + 1}}}})
		if err != nil {
			return err
		}
		if result.ModifiedCount == 1 {
			return nil
		}
	}
}

// TestMongoDBLosesNoUpdate is why FerretDB stands behind its gate.
func TestMongoDBLosesNoUpdate(t *testing.T) {
	testUpdates(t, MongoDB(t), 400)
}

// TestSQLiteFallback shows that the server also works without PostgreSQL.
func TestSQLiteFallback(t *testing.T) {
	program, err := tool("ferretdb", "TEMGOC_TEST_FERRETDB")
	if err != nil {
		fail(t, "FerretDB", err)
	}
	server, err := startFerretDB(program, "-sqlite")
	if err != nil {
		t.Fatal(err)
	}
	testUpdates(t, server+freshName(), 40)
}

func testUpdates(t *testing.T, uri string, want int) {
	collection := counters(t, uri)
	if _, err := collection.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "c"}}); !mongo.IsDuplicateKeyError(err) {
		t.Errorf("second insert of the same _id: %v; want a duplicate key error", err)
	}
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for range want / 8 {
				if err := increment(t.Context(), collection); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	clients.Wait()
	var got struct{ Revision int }
	if err := collection.FindOne(t.Context(), bson.D{{Key: "_id", Value: "c"}}).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Revision != want {
		t.Errorf("%d acknowledged compare-and-sets left revision %d", want, got.Revision)
	}
}

func TestWithDatabase(t *testing.T) {
	for _, tt := range []struct{ uri, want string }{
		{"mongodb://a", "mongodb://a/new"},
		{"mongodb://a:1,b:2/old?replicaSet=rs", "mongodb://a:1,b:2/new?replicaSet=rs"},
		{"mongodb://u:p@a/", "mongodb://u:p@a/new?authSource=admin"},
		{"mongodb://u:p@a/old", "mongodb://u:p@a/new?authSource=old"},
		{"mongodb+srv://u:p@a/?authSource=x", "mongodb+srv://u:p@a/new?authSource=x"},
	} {
		if got, err := withDatabase(tt.uri, "new"); err != nil || got != tt.want {
			t.Errorf("withDatabase(%q) = %q, %v; want %q", tt.uri, got, err, tt.want)
		}
	}
	if got, err := withDatabase("localhost", "new"); err == nil {
		t.Errorf("withDatabase(localhost) = %q; want an error", got)
	}
}

// TestServersEndWithTheTests kills a test binary that has started all servers
// and sees them gone with their directories.
func TestServersEndWithTheTests(t *testing.T) {
	if os.Getenv("TEMGOC_TEST_MONGODB_URI") != "" || os.Getenv("TEMGOC_TEST_S3_ENDPOINT") != "" {
		t.Skip("the servers are not ours to stop")
	}
	const child = "TEMGOC_TEST_KILL_ME"
	if os.Getenv(child) != "" {
		MinIO(t)
		MongoDB(t)
		os.Stdout.WriteString("started\n")
		select {}
	}
	for _, name := range []string{"minio", "ferretdb"} {
		if _, err := tool(name, "TEMGOC_TEST_"+strings.ToUpper(name)); err != nil {
			fail(t, name, err)
		}
	}
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777|os.ModeSticky); err != nil { // as /tmp: PostgreSQL runs as somebody else
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), child+"=1", "TMPDIR="+dir)
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	started := make([]byte, len("started\n"))
	_, err = io.ReadFull(output, started)
	running, _ := filepath.Glob(filepath.Join(dir, "temgoc-*"))
	if err := errors.Join(err, cmd.Process.Kill()); err != nil || len(running) < 2 {
		t.Fatalf("%s, %v; directories %v", started, err, running)
	}
	cmd.Wait()
	for deadline := time.Now().Add(startTimeout); len(running) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still there: %v", running)
		}
		running, _ = filepath.Glob(filepath.Join(dir, "temgoc-*"))
	}
}
