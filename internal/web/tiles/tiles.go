// Package tiles publishes the log of all records for whoever wants to watch it:
// the paths of C2SP tlog-tiles under /log/.
//
//	/log/checkpoint          the latest checkpoint, a signed note
//	/log/tile/L/N[.p/W]      hashes
//	/log/tile/entries/N[.p/W] entries: hashes only, nothing of what was recorded
//	/log/key                 the key that checks checkpoints
package tiles

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"temgoc/internal/trace"
)

// A Log is what is published; proof.Log is one.
type Log interface {
	// Checkpoint is the latest one; empty while there is none.
	Checkpoint() string
	// Tile is what C2SP tlog-tiles has at a path; trace.ErrNotFound if nothing.
	Tile(ctx context.Context, path string) ([]byte, error)
}

// Config is what Tiles are made of.
type Config struct {
	Log Log
	// VKey is the key of the log, as a signed note's verifier key.
	VKey   string
	Logger *slog.Logger
}

// Tiles answers under /log/.
type Tiles struct{ Config }

// Register adds the routes, each for GET and HEAD.
func (t Tiles) Register(r gin.IRoutes) {
	for path, h := range map[string]gin.HandlerFunc{
		"/log/checkpoint": t.checkpoint,
		"/log/tile/*path": t.tile,
		"/log/key":        t.key,
	} {
		r.GET(path, h)
		r.HEAD(path, h)
	}
}

func (t Tiles) checkpoint(g *gin.Context) {
	text := t.Log.Checkpoint()
	if text == "" {
		g.String(http.StatusNotFound, "the log is empty\n")
		return
	}
	g.Header("Cache-Control", "no-cache")
	t.give(g, "text/plain; charset=utf-8", []byte(text))
}

func (t Tiles) key(g *gin.Context) {
	g.Header("Cache-Control", "no-cache")
	t.give(g, "text/plain; charset=utf-8", []byte(t.VKey+"\n"))
}

func (t Tiles) tile(g *gin.Context) {
	data, err := t.Log.Tile(g.Request.Context(), strings.TrimPrefix(g.Param("path"), "/"))
	switch {
	case errors.Is(err, trace.ErrNotFound):
		g.String(http.StatusNotFound, "no such tile\n")
	case err != nil:
		t.Logger.ErrorContext(g.Request.Context(), "tile of the log", slog.String("path", g.Param("path")), slog.Any("error", err))
		g.Header("Retry-After", "5")
		g.String(http.StatusServiceUnavailable, "the tile cannot be read now\n")
	default:
		g.Header("Cache-Control", "public, max-age=31536000, immutable")
		t.give(g, "application/octet-stream", data)
	}
}

// give answers with what anybody may read, from a page of any host too: who
// checks the log may do so in a browser.
func (t Tiles) give(g *gin.Context, kind string, data []byte) {
	g.Header("Access-Control-Allow-Origin", "*")
	g.Header("X-Content-Type-Options", "nosniff")
	g.Data(http.StatusOK, kind, data)
}
