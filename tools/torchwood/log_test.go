// Package torchwood checks the log with an independent client of its formats. It
// is a module of its own, so that the service does not depend on that client.
package torchwood

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/torchwood"
	"github.com/gin-gonic/gin"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof"
	"temgoc/internal/trace"
	"temgoc/internal/web/tiles"
	"temgoc/storage/sqlite"
)

// served is a log with so many leaves and the address that it is published at.
func served(t *testing.T, leaves int) (*proof.Log, *proof.Key, string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	key, err := proof.CreateKey(filepath.Join(t.TempDir(), "log.key"), "log.example")
	if err != nil {
		t.Fatal(err)
	}
	log, err := proof.Open(t.Context(), proof.Config{Store: db, Kinds: []trace.Kind{trace.KindRecords}, Signer: key, Verifier: key.Verifier})
	if err != nil {
		t.Fatal(err)
	}
	for i := range leaves {
		now := time.Now().UTC().Truncate(time.Millisecond)
		err := log.Store().Insert(t.Context(), trace.Revision{
			Kind: trace.KindRecords, ID: fmt.Sprint("r", i), Number: 1, Created: now, At: now, By: "htx", Body: json.RawMessage(`{}`),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	tiles.Tiles{Config: tiles.Config{Log: log, VKey: key.VKey, Logger: slog.New(slog.DiscardHandler)}}.Register(engine)
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	return log, key, server.URL + "/log/"
}

// TestLog reads and checks the whole log as a monitor does, and proves single
// leaves.
func TestLog(t *testing.T) {
	for _, leaves := range []int{1, 255, 256, 700} {
		t.Run(fmt.Sprint(leaves), func(t *testing.T) {
			_, key, address := served(t, leaves)
			fetcher, err := torchwood.NewTileFetcher(address)
			if err != nil {
				t.Fatal(err)
			}
			signed, err := fetcher.ReadEndpoint(t.Context(), "checkpoint")
			if err != nil {
				t.Fatal(err)
			}
			verifier, err := note.NewVerifier(key.VKey)
			if err != nil {
				t.Fatal(err)
			}
			n, err := note.Open(signed, note.VerifierList(verifier))
			if err != nil {
				t.Fatal(err)
			}
			checkpoint, err := torchwood.ParseCheckpoint(n.Text)
			if err != nil {
				t.Fatal(err)
			}
			client, err := torchwood.NewClient(fetcher)
			if err != nil {
				t.Fatal(err)
			}
			read := 0
			for i, entry := range client.Entries(t.Context(), checkpoint.Tree, 0) {
				if _, err := proof.ParseLeaf(entry); err != nil {
					t.Errorf("entry %d: %v", i, err)
				}
				read++
			}
			// The client leaves a partial tile for later; single entries it proves.
			if client.Err() != nil || read != leaves && read != leaves/torchwood.TileWidth*torchwood.TileWidth {
				t.Errorf("%d of %d entries: %v", read, leaves, client.Err())
			}
			for i := int64(0); i < int64(leaves); i += 100 {
				entry, inclusion, err := client.Entry(t.Context(), checkpoint.Tree, i)
				if err == nil {
					err = tlog.CheckRecord(inclusion, checkpoint.N, checkpoint.Hash, i, tlog.RecordHash(entry))
				}
				if err != nil {
					t.Errorf("entry %d: %v", i, err)
				}
			}
		})
	}
}
