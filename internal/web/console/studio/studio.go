// Package studio is the desk for what stamps are printed with: the templates
// they are laid out by, the sheets and rolls of labels, and the printers. A
// producer keeps its own, the programme office those that are for everybody.
package studio

import (
	"embed"
	"fmt"
	"net/url"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk stands on.
type Config struct {
	Ledger *trace.Ledger
	Book   *printing.Book
}

type studio struct{ Config }

// Path is where the desk begins.
const Path = desk.Prefix + "/xuong-tem"

const (
	templatePath = Path + "/mau-tem"
	picturePath  = Path + "/hinh.svg"
	stocksPath   = Path + "/loai-tem"
	// PrintersPath is where the printers are.
	PrintersPath = Path + "/may-in"
)

// StockPath is the page of a label stock, with the sheet begun.
func StockPath(name string) string {
	return stocksPath + "/xem?" + url.Values{nameInput: {name}}.Encode()
}

// Part makes the desk. It fails when a template does not parse.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return desk.Part{}, fmt.Errorf("studio: %w", err)
	}
	s := &studio{c}
	get := func(path string, h desk.Handler) desk.Route {
		return desk.Get("/xuong-tem"+path, h, trace.ProducerRole, trace.Office)
	}
	post := func(path string, h desk.Handler) desk.Route {
		return desk.Post("/xuong-tem"+path, h, trace.ProducerRole, trace.Office)
	}
	own := func(r desk.Route) desk.Route { // for those who have printers and paper
		r.Roles = []trace.Role{trace.ProducerRole}
		return r
	}
	return desk.Part{Name: "studio", Templates: templates, Routes: []desk.Route{
		get("", s.gallery),
		get("/mau-tem", s.openTemplate),
		post("/mau-tem", s.keepTemplate),
		post("/mau-tem/ngung", s.retireTemplate),
		desk.Upload("/xuong-tem/mau-tem/bieu-trung", s.keepLogo, trace.ProducerRole, trace.Office),
		get("/hinh.svg", s.picture),
		get("/loai-tem", s.stocks),
		get("/loai-tem/to.svg", s.sheetPicture),
		get("/loai-tem/xem", s.stock),
		own(post("/loai-tem/xem", s.markUsed)),
		get("/loai-tem/can-chinh.pdf", s.calibration),
		get("/loai-tem/sua", s.editStock),
		post("/loai-tem/sua", s.keepStock),
		post("/loai-tem/ngung", s.retireStock),
		own(get("/may-in", s.printers)),
		own(get("/may-in/moi", s.newPrinter)),
		own(post("/may-in/moi", s.addPrinter)),
		own(get("/may-in/:id", s.printer)),
		own(post("/may-in/:id", s.changePrinter)),
		own(post("/may-in/:id/ngung", s.retirePrinter)),
		own(get("/may-in/:id/to-thu.pdf", s.testSheet)),
		own(post("/may-in/:id/to-thu", s.learn)),
		desk.Upload("/xuong-tem/may-in/:id/to-thu/anh", s.readSheet, trace.ProducerRole),
	}}, nil
}

// trail leads from the studio to one of its pages.
func trail(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Xưởng tem", "Studio"), Href: Path}
}

// keeps tells whether the visitor may change what an offer is made from.
func keeps(v *desk.Visit, o printing.Offer) bool {
	return o.Owner == printing.OwnedBySelf || o.Owner == printing.OwnedByOffice && v.Actor.Role == trace.Office
}
