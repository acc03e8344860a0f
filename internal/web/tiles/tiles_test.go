package tiles

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"temgoc/internal/trace"
)

// shown is a log that has what its fields say.
type shown struct {
	checkpoint string
	cosigned   []byte
	err        error
}

func (s shown) Checkpoint() string                           { return s.checkpoint }
func (s shown) Cosigned(context.Context) ([]byte, error)     { return s.cosigned, s.err }
func (s shown) Tile(context.Context, string) ([]byte, error) { return nil, trace.ErrNotFound }

// What is not there yet is 404, what cannot be read 503, and all that is there
// may be read by pages of any host.
func TestPublished(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	full := shown{checkpoint: "checkpoint\n", cosigned: []byte("cosigned\n")}
	tests := []struct {
		log    shown
		path   string
		status int
		body   string
	}{
		{full, "/log/checkpoint", 200, "checkpoint\n"},
		{full, "/log/cosigned", 200, "cosigned\n"},
		{full, "/log/policy", 200, "quorum none\n"},
		{full, "/log/key", 200, "key\n"},
		{full, "/log/tile/0/000", 404, "no such tile\n"},
		{shown{}, "/log/checkpoint", 404, "the log is empty\n"},
		{shown{}, "/log/cosigned", 404, "no witness has cosigned the log\n"},
		{shown{err: errors.New("away")}, "/log/cosigned", 503, "the log cannot be read now\n"},
	}
	for _, test := range tests {
		engine := gin.New()
		Tiles{Config{Log: test.log, VKey: "key", Policy: "quorum none\n", Logger: slog.New(slog.DiscardHandler)}}.Register(engine)
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, httptest.NewRequest(http.MethodGet, test.path, nil))
		if w.Code != test.status || w.Body.String() != test.body {
			t.Errorf("%s: %d %q, want %d %q", test.path, w.Code, w.Body.String(), test.status, test.body)
		}
		if open := w.Header().Get("Access-Control-Allow-Origin") == "*"; open != (test.status == 200) {
			t.Errorf("%s: status %d, open to other hosts: %t", test.path, w.Code, open)
		}
	}
}
