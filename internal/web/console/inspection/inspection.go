// Package inspection is the desk of those who look after the rules: finding a
// batch by whatever is known of it, its whole file on one page, inspections,
// holds and recalls, and whether a document that somebody shows is the one that
// is on file. Inspectors and the office act, certifying authorities read.
package inspection

import (
	"embed"
	"fmt"

	"temgoc/internal/printing"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/testsheet"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/scan"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk stands on.
type Config struct {
	Ledger *trace.Ledger
	Book   *printing.Book
	// Bundles makes the sealed files of batches.
	Bundles *bundle.Maker
	// Scan tells how often stamps were looked at.
	Scan *scan.Pages
}

type inspection struct{ Config }

// The addresses of the desk.
const (
	searchPath  = desk.Prefix + "/kiem-tra"
	filesPath   = desk.Prefix + "/ho-so"
	recallsPath = desk.Prefix + "/thu-hoi"
	comparePath = desk.Prefix + "/doi-chieu"
	originals   = desk.Prefix + "/tep"
)

// Part is the desk.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	templates, err := testsheet.With(shared)
	if err == nil {
		templates, err = templates.With(templateFiles, "templates")
	}
	if err != nil {
		return desk.Part{}, fmt.Errorf("inspection: %w", err)
	}
	i := inspection{c}
	authorities := []trace.Role{trace.Inspector, trace.Office}
	readers := append([]trace.Role{trace.Certifier}, authorities...)
	return desk.Part{Name: "inspection", Templates: templates, Routes: []desk.Route{
		desk.Get("/kiem-tra", i.search, readers...),
		desk.Get("/kiem-tra/chu-the/:id", i.producer, readers...),
		desk.Get("/kiem-tra/san-pham/:id", i.product, readers...),
		desk.Get("/ho-so/:code", i.file, readers...),
		desk.Get("/ho-so/:code/pha-he", i.family, readers...),
		desk.Get("/ho-so/:code/bien-ban", i.recordForm, authorities...),
		desk.Upload("/ho-so/:code/bien-ban", i.record, authorities...),
		desk.Get("/ho-so/:code/tam-dung", i.ask(hold), authorities...),
		desk.Post("/ho-so/:code/tam-dung", i.order(hold), authorities...),
		desk.Get("/ho-so/:code/luu-hanh", i.ask(lift), authorities...),
		desk.Post("/ho-so/:code/luu-hanh", i.order(lift), authorities...),
		desk.Get("/ho-so/:code/thong-bao", i.batchNotice, authorities...),
		desk.Get("/ho-so/:code/niem-phong", i.bundle, authorities...),
		desk.Get("/ho-so/:code/thu-hoi", i.proposeForm, authorities...),
		desk.Post("/ho-so/:code/thu-hoi", i.propose, authorities...),
		desk.Get("/thu-hoi", i.recalls, authorities...),
		desk.Get("/thu-hoi/:id", i.recall, authorities...),
		desk.Post("/thu-hoi/:id/duyet", i.approve, authorities...),
		desk.Post("/thu-hoi/:id/tu-choi", i.reject, authorities...),
		desk.Post("/thu-hoi/:id/rut", i.withdraw, authorities...),
		desk.Get("/thu-hoi/:id/thong-bao", i.recallNotice, authorities...),
		desk.Post("/ho-so/:code/ghi-chep/:id/xac-minh", i.verify, authorities...),
		desk.Get("/doi-chieu", i.compare, readers...),
		desk.Upload("/doi-chieu", i.hash, readers...),
		desk.Get("/tep/:sha256", i.original, readers...),
		desk.Get("/tep/:sha256/tai-ve", i.download, readers...),
	}}, nil
}

// authority tells whether the visitor may act, and not only read.
func authority(v *desk.Visit) bool {
	return v.Actor.Role == trace.Inspector || v.Actor.Role == trace.Office
}

// home leads back to the search.
func home(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Tra cứu", "Look up"), Href: searchPath}
}

// frame begins a page that the search led to.
func frame(v *desk.Visit, vi, en string, trail ...desk.Link) desk.Frame {
	f := v.Frame(vi, en, trail...)
	for n, l := range f.Nav {
		f.Nav[n].Current = l.Current || l.Href == searchPath
	}
	return f
}
