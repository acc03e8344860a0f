package proof

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/mongo"
	"temgoc/storage/sqlite"
)

// logged are the kinds that the logs of the tests log.
var logged = []trace.Kind{
	trace.KindBatches, trace.KindRecords, trace.KindProducts, trace.KindProducers, trace.KindCertificates,
	trace.KindTests, trace.KindVoids, trace.KindErasures, "orders",
}

// engines open an empty store each.
var engines = map[string]func(*testing.T) func() trace.Store{
	"sqlite": func(t *testing.T) func() trace.Store {
		path := filepath.Join(t.TempDir(), "temgoc.db")
		return func() trace.Store {
			db, err := sqlite.Open(t.Context(), path, Removable()...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return db
		}
	},
	"mongo": func(t *testing.T) func() trace.Store {
		uri := servers.MongoDB(t)
		return func() trace.Store {
			db, err := mongo.Open(t.Context(), uri, slices.Concat(Kinds(), Removable(), logged), Removable()...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return db
		}
	},
}

// onEngines runs a test on each engine. open opens the same store anew.
func onEngines(t *testing.T, test func(t *testing.T, open func() trace.Store)) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) { test(t, engine(t)) })
	}
}

func openLog(t testing.TB, store trace.Store, key *Key) *Log {
	t.Helper()
	l, err := Open(t.Context(), Config{Store: store, Kinds: logged, Signer: key, Verifier: key.Verifier, VKey: key.VKey})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func freshKey(t testing.TB) *Key {
	t.Helper()
	k, err := CreateKey(filepath.Join(t.TempDir(), "log.key"), "temgoc.example/log")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// begun is when documents were first written, all of them: each revision of one
// has the same.
var begun = time.Now().UTC().Truncate(time.Millisecond)

// stated is a revision that was written at a time of the present.
func stated(kind trace.Kind, id string, number int, refs ...string) trace.Revision {
	now := time.Now().UTC().Truncate(time.Millisecond)
	return trace.Revision{
		Kind: kind, ID: id, Number: number, Created: begun, At: now, By: "htx", Refs: refs,
		Op:       trace.Op{Key: fmt.Sprintf("%s-%d", id, number), Hash: "h"},
		Body:     json.RawMessage(fmt.Sprintf(`{"number":%d,"name":"Chè Shan tuyết \u003c1\u003e","quantity":{"value":"120.5","unit":"kg"},"tags":["a","b"],"last":false}`, number)),
		Personal: json.RawMessage(`{"person":"Bàn Thị Mai"}`),
	}
}

func write(t testing.TB, s trace.Store, revisions ...trace.Revision) {
	t.Helper()
	for _, r := range revisions {
		if err := s.Insert(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
}

// epoch is before everything that the tests write.
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
