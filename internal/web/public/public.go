package public

import (
	"embed"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/scan"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the pages are made of.
type Config struct {
	Ledger *trace.Ledger
	// Keys give the key of form tokens.
	Keys *stamp.Keys
	// Office is whom the public can turn to.
	Office scan.Contact
	Logger *slog.Logger
	// HTTPS says that the service is reached by https.
	HTTPS bool
	// Demonstration marks every page as showing invented data.
	Demonstration bool
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// How often one client, and all clients together, may ask.
var (
	lookUpsEach = pace{time.Second, 60}
	lookUpsAll  = pace{20 * time.Millisecond, 300}
)

// Pages answers what the public asks.
type Pages struct {
	config  Config
	kit     *desk.Kit
	shared  *ui.Templates
	lookUps *floodGate
}

// New makes Pages. It fails when a template does not parse.
func New(c Config) (*Pages, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	shared, err := ui.Shared()
	if err != nil {
		return nil, fmt.Errorf("public pages: %w", err)
	}
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return nil, fmt.Errorf("public pages: %w", err)
	}
	return &Pages{
		config: c, shared: templates,
		kit:     desk.New(desk.Config{Ledger: c.Ledger, Logger: c.Logger, HTTPS: c.HTTPS, Demonstration: c.Demonstration, Now: c.Now}),
		lookUps: newFloodGate(c.Now, lookUpsEach, lookUpsAll),
	}, nil
}

// Part lists the routes.
func (p *Pages) Part() desk.Part {
	return desk.Part{Name: "public", Templates: p.shared, Public: true, Routes: []desk.Route{
		desk.Public(http.MethodGet, LookUpPath, p.lookUp),
	}}
}

// Register adds the routes.
func (p *Pages) Register(r gin.IRoutes) { p.kit.Register(r, p.Part()) }
