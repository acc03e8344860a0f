package scan

import (
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/gs1"
	"temgoc/internal/sighting"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what Pages are made of.
type Config struct {
	Ledger  *trace.Ledger
	Cache   *Cache
	Counter *Counter
	// Sightings keep what becomes known of single stamps; nil for nothing, and then
	// no browser is given an id.
	Sightings *sighting.Keeper
	// HTTPS says that the service is reached by https.
	HTTPS bool
	// Limits bound how often pages are asked for; nil for no bound.
	Limits *limit.Limits
	// Office is whom the public can tell of a problem besides the producer.
	Office Contact
	// Demonstration marks every page as showing invented data.
	Demonstration bool
	// Metrics gets temgoc_scans_lost_total; nil for none.
	Metrics prometheus.Registerer
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// Pages answers what the public asks. Run its Cache and Counter beside it.
type Pages struct {
	config    Config
	templates *ui.Templates
	photos    *photos
	bodies    chan struct{} // slots for originals being given out
	notices   keptNotices
	links     *links
}

// New makes Pages. It fails when a template does not parse or the metric is
// registered already.
func New(c Config) (*Pages, error) {
	templates, err := ui.Parse(templateFiles, "templates")
	if err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Metrics != nil {
		lost := prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "temgoc_scans_lost_total", Help: "Views that were not counted because too many waited for the store.",
		}, func() float64 { return float64(c.Counter.Lost()) })
		if err := c.Metrics.Register(lost); err != nil {
			return nil, fmt.Errorf("scan: %w", err)
		}
	}
	photos, err := newPhotos()
	if err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	return &Pages{
		config: c, templates: templates, photos: photos, bodies: make(chan struct{}, maxBodies), links: newLinks(),
	}, nil
}

// Register adds the routes, each for GET and HEAD.
func (p *Pages) Register(r gin.IRoutes) {
	for path, h := range map[string]gin.HandlerFunc{
		"/":                 p.start,
		"/:code":            p.code,
		"/:code/records":    p.limited(limit.Records, p.records),
		"/:code/seen":       p.limited(limit.Scans, p.seen),
		"/:code/proof":      p.limited(limit.Proofs, p.prove),
		"/:code/proof.json": p.limited(limit.Proofs, p.proveFile),
		"/01/*link":         p.digitalLink,
		"/tep/:sha256":      p.limited(limit.Files, p.file),
		"/anh/:sha256":      p.limited(limit.Files, p.photo),
		"/anh/:sha256/nho":  p.limited(limit.Files, p.thumb),
		"/robots.txt":       robots,
		"/favicon.svg":      favicon,
		"/favicon.ico":      favicon,
	} {
		r.GET(path, h)
		r.HEAD(path, h)
	}
}

// publicProduct finds the product with a GTIN. ErrNotFound too when nothing was
// released of it yet: the service names nothing that is not published.
func (p *Pages) publicProduct(ctx context.Context, gtin gs1.GTIN) (trace.Stored[trace.Product], error) {
	product, err := p.config.Ledger.ProductByGTIN(ctx, gtin)
	if err != nil {
		return trace.Stored[trace.Product]{}, err
	}
	anybody := trace.Actor{} // who sees published batches alone
	published, err := p.config.Ledger.Batches(ctx, anybody, trace.BatchQuery{Product: product.ID}, trace.Paging{Limit: 1})
	if err != nil {
		return trace.Stored[trace.Product]{}, err
	}
	if len(published.Items) == 0 {
		return trace.Stored[trace.Product]{}, fmt.Errorf("%w: GTIN %s has no published batch", trace.ErrNotFound, gtin)
	}
	return product, nil
}

// Views is how often the page of a code was looked at, with the views that are
// not stored yet.
func (p *Pages) Views(ctx context.Context, code string) (trace.Count, error) {
	return p.config.Counter.Views(ctx, code)
}
