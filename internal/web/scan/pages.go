package scan

import (
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/gs1"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what Pages are made of.
type Config struct {
	Ledger  *trace.Ledger
	Cache   *Cache
	Counter *Counter
	// Office is whom the public can tell of a problem besides the producer.
	Office Contact
	// Demonstration marks every page as showing invented data.
	Demonstration bool
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// Pages answers what the public asks. Run its Cache and Counter beside it.
type Pages struct {
	config    Config
	templates *ui.Templates
	photos    *photos
	bodies    chan struct{} // slots for originals being given out
}

// New makes Pages. It fails when a template does not parse.
func New(c Config) (*Pages, error) {
	templates, err := ui.Parse(templateFiles, "templates")
	if err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	photos, err := newPhotos()
	if err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	return &Pages{config: c, templates: templates, photos: photos, bodies: make(chan struct{}, maxBodies)}, nil
}

// Register adds the routes, each for GET and HEAD.
func (p *Pages) Register(r gin.IRoutes) {
	for path, h := range map[string]gin.HandlerFunc{
		"/":              p.start,
		"/:code":         p.code,
		"/:code/records": p.records,
		"/01/*link":      p.digitalLink,
		"/tep/:sha256":   p.file,
		"/anh/:sha256":   p.photo,
		"/robots.txt":    robots,
		"/favicon.svg":   favicon,
		"/favicon.ico":   favicon,
	} {
		r.GET(path, h)
		r.HEAD(path, h)
	}
}

// productByGTIN finds the product with a GTIN; false when there is none.
func (p *Pages) productByGTIN(ctx context.Context, gtin gs1.GTIN) (trace.Stored[trace.Product], bool, error) {
	found, err := trace.All[trace.Product](ctx, p.config.Ledger, "gtin:"+gtin.String())
	if err != nil || len(found) == 0 {
		return trace.Stored[trace.Product]{}, false, err
	}
	return found[0], true, nil
}
