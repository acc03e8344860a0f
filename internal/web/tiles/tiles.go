// Package tiles publishes the log of all records for whoever wants to watch it:
// the paths of C2SP tlog-tiles under /log/.
//
//	/log/checkpoint          the latest checkpoint, a signed note
//	/log/cosigned            the latest one that witnesses cosigned, if there are any
//	/log/policy              who signs: the log and its witnesses, as C2SP tlog-policy
//	/log/tile/L/N[.p/W]      hashes
//	/log/tile/entries/N[.p/W] entries: hashes only, nothing of what was recorded
//	/log/key                 the key that checks checkpoints
package tiles

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
)

// A Log is what is published; proof.Log is one.
type Log interface {
	// Checkpoint is the latest one; empty while there is none.
	Checkpoint() string
	// Tile is what C2SP tlog-tiles has at a path; trace.ErrNotFound if nothing.
	Tile(ctx context.Context, path string) ([]byte, error)
	// Cosigned is the latest checkpoint with cosignatures of witnesses; nil for
	// none.
	Cosigned(ctx context.Context) ([]byte, error)
}

// Config is what Tiles are made of.
type Config struct {
	Log Log
	// VKey is the key of the log, as a signed note's verifier key.
	VKey string
	// Policy names the log and its witnesses, as C2SP tlog-policy.
	Policy string
	Logger *slog.Logger
	// Limits bound how often tiles are asked for; nil for no bound.
	Limits *limit.Limits
}

// Tiles answers under /log/.
type Tiles struct{ Config }

// Register adds the routes, each for GET and HEAD.
func (t Tiles) Register(r gin.IRoutes) {
	for path, h := range map[string]gin.HandlerFunc{
		"/log/checkpoint": t.checkpoint,
		"/log/cosigned":   t.cosigned,
		"/log/policy":     t.policy,
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

func (t Tiles) cosigned(g *gin.Context) {
	text, err := t.Log.Cosigned(g.Request.Context())
	switch {
	case err != nil:
		t.unavailable(g, "cosigned checkpoint", err)
	case text == nil:
		g.String(http.StatusNotFound, "no witness has cosigned the log\n")
	default:
		g.Header("Cache-Control", "no-cache")
		t.give(g, "text/plain; charset=utf-8", text)
	}
}

func (t Tiles) policy(g *gin.Context) {
	g.Header("Cache-Control", "no-cache")
	t.give(g, "text/plain; charset=utf-8", []byte(t.Policy))
}

func (t Tiles) key(g *gin.Context) {
	g.Header("Cache-Control", "no-cache")
	t.give(g, "text/plain; charset=utf-8", []byte(t.VKey+"\n"))
}

func (t Tiles) tile(g *gin.Context) {
	if err := t.Limits.Admit(limit.Tiles, t.Limits.Who(g.Request, g.ClientIP())); err != nil {
		if throttled, ok := errors.AsType[*trace.Throttled](err); ok {
			g.Header("Retry-After", strconv.Itoa(throttled.Seconds()))
		}
		g.String(http.StatusTooManyRequests, "%s\n", err)
		return
	}
	data, err := t.Log.Tile(g.Request.Context(), strings.TrimPrefix(g.Param("path"), "/"))
	switch {
	case errors.Is(err, trace.ErrNotFound):
		g.String(http.StatusNotFound, "no such tile\n")
	case err != nil:
		t.unavailable(g, "tile of the log", err)
	default:
		g.Header("Cache-Control", "public, max-age=31536000, immutable")
		t.give(g, "application/octet-stream", data)
	}
}

func (t Tiles) unavailable(g *gin.Context, what string, err error) {
	t.Logger.ErrorContext(g.Request.Context(), what, slog.String("path", g.Request.URL.Path), slog.Any("error", err))
	g.Header("Retry-After", "5")
	g.String(http.StatusServiceUnavailable, "the log cannot be read now\n")
}

// give answers with what anybody may read, from a page of any host too: who
// checks the log may do so in a browser.
func (t Tiles) give(g *gin.Context, kind string, data []byte) {
	g.Header("Access-Control-Allow-Origin", "*")
	g.Header("X-Content-Type-Options", "nosniff")
	g.Data(http.StatusOK, kind, data)
}
