package public

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/limit"
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
	// Subject names what a code stands for, in a language; empty where nothing is
	// published under it. Reports name no goods where it is nil.
	Subject func(ctx context.Context, code, lang string) string
	// Stamp finds the item of a code whose page has a record to show, and Sightings
	// keep what becomes known of it. Where either is nil there are no such pages.
	Stamp     func(ctx context.Context, code string) (sighting.Ref, printing.Order, bool)
	Sightings *sighting.Keeper
	// Limits bound how often things are asked for; nil for no bound.
	Limits *limit.Limits
	// HTTPS says that the service is reached by https.
	HTTPS bool
	// Demonstration marks every page as showing invented data.
	Demonstration bool
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// Pages answers what the public asks.
type Pages struct {
	config    Config
	kit       *desk.Kit
	templates *ui.Templates
	tokens    *tokenMaker

	reading, decoding chan struct{} // slots
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
	tokens, err := newTokenMaker(c.Now, c.Keys)
	if err != nil {
		return nil, fmt.Errorf("public pages: %w", err)
	}
	return &Pages{
		config: c, templates: templates, tokens: tokens,
		kit:      desk.New(desk.Config{Ledger: c.Ledger, Logger: c.Logger, HTTPS: c.HTTPS, Demonstration: c.Demonstration, Now: c.Now}),
		reading:  make(chan struct{}, reading),
		decoding: make(chan struct{}, decoding),
	}, nil
}

// admit takes a request unless there are too many.
func (p *Pages) admit(v *desk.Visit, n limit.Name) error {
	return p.config.Limits.Admit(n, v.Who(p.config.Limits))
}

// Part lists the routes.
func (p *Pages) Part() desk.Part {
	send := desk.Public(http.MethodPost, ReportPath, p.report)
	send.Uploads, send.Admit = true, p.admitReport
	acknowledge := desk.Public(http.MethodPost, desk.NoticePath+":token", p.acknowledge)
	acknowledge.Admit = p.admitAcknowledgement
	part := desk.Part{Name: "public", Templates: p.templates, Public: true, Routes: []desk.Route{
		desk.Public(http.MethodGet, LookUpPath, p.lookUp),
		desk.Public(http.MethodGet, ReportPath, p.reportForm),
		send,
		desk.Public(http.MethodGet, sentPath, p.sent),
		desk.Public(http.MethodGet, answerPath, p.answer),
		desk.Public(http.MethodPost, forgetPath, p.forget),
		desk.Public(http.MethodGet, desk.NoticePath+":token", p.openNotice),
		acknowledge,
	}}
	if p.config.Stamp != nil && p.config.Sightings != nil {
		part.Routes = append(part.Routes, p.stampRoutes()...)
	}
	return part
}

// Register adds the routes.
func (p *Pages) Register(r gin.IRoutes) { p.kit.Register(r, p.Part()) }
