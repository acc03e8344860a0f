// Package laboratory is the desk of a laboratory: what it was asked to test,
// and its reports. It sees the products and batches that requests name, and
// nothing else.
package laboratory

import (
	"embed"
	"fmt"

	"temgoc/internal/trace"
	"temgoc/internal/web/console/testsheet"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk stands on.
type Config struct{ Ledger *trace.Ledger }

type laboratory struct{ Config }

// The addresses of the desk.
const (
	path        = desk.Prefix + "/thu-nghiem"
	reportsPath = path + "/phieu"
)

// Part is the desk.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	templates, err := testsheet.With(shared)
	if err == nil {
		templates, err = templates.With(templateFiles, "templates")
	}
	if err != nil {
		return desk.Part{}, fmt.Errorf("laboratory: %w", err)
	}
	l := laboratory{c}
	only := trace.Laboratory
	return desk.Part{Name: "laboratory", Templates: templates, Routes: []desk.Route{
		desk.Get("/thu-nghiem", l.requests, only),
		desk.Get("/thu-nghiem/:id", l.request, only),
		desk.Post("/thu-nghiem/:id/tiep-nhan", l.accept, only),
		desk.Post("/thu-nghiem/:id/tu-choi", l.decline, only),
		desk.Get("/thu-nghiem/:id/phieu", l.reportPage, only),
		desk.Upload("/thu-nghiem/:id/phieu", l.addReport, only),
		desk.Get("/thu-nghiem/phieu", l.reports, only),
		desk.Get("/thu-nghiem/phieu/:id", l.report, only),
		desk.Get("/thu-nghiem/phieu/:id/sua", l.correctPage, only),
		desk.Upload("/thu-nghiem/phieu/:id/sua", l.correct, only),
	}}, nil
}

// home leads back to the requests.
func home(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Yêu cầu kiểm nghiệm", "Test requests"), Href: path}
}

// A subject is what is tested, in words.
type subject struct{ Product, Lot, Code string }

func (l laboratory) subject(v *desk.Visit, product, batch string) (subject, error) {
	p, err := l.Ledger.Product(v.Context(), v.Actor, product)
	if err != nil {
		return subject{}, err
	}
	s := subject{Product: v.Lang.Name(p.Data.Name)}
	if batch == "" {
		return s, nil
	}
	b, err := l.Ledger.Batch(v.Context(), v.Actor, batch)
	s.Lot, s.Code = b.Data.Lot.String(), desk.Display(batch)
	return s, err
}
